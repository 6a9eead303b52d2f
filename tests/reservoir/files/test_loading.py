"""What is read is what was saved, bit for bit; what is not ours, or not trusted, is refused with nothing run."""

import io
import json
import os
import pickle
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
import saved_models
from builders import leaves
from numba.core.dispatcher import Dispatcher
from numpy.testing import assert_array_equal
from saved_models import OTHERS, waves
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import StackingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import GridSearchCV, KFold, ShuffleSplit, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import reservoir
from readouts import RidgeReadout
from reservoir import BaseReservoir, EchoStateReservoir, FileVersionWarning, ReservoirRegressor, load, save
from reservoir.files.archive import HEADER, pack
from reservoir.model_selection import WashoutSplit, sequence_scorer

skops = pytest.importorskip("skops.io", reason='skops is not installed: pip install "liquid-reservoir[skops]"')
AGAIN = ("_arguments", "_calibration")  # what is computed once more, and compared by what comes of it
ROOT = Path(reservoir.__file__).parent.parent


@pytest.fixture(scope="module")
def elsewhere(saved):
    """What all models compute in a process that has read them from their files."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    subprocess.run([sys.executable, saved_models.__file__, str(saved.folder)], env=environment, check=True)
    return saved


def test_every_model_computes_the_same_bits_in_a_fresh_process(elsewhere):
    for key, before in elsewhere.outputs.items():
        with np.load(elsewhere.folder / f"{key}.npz") as after:
            assert len(before) == len(after.files) > 0, elsewhere.names[key]
            for one, name in zip(before, after.files, strict=True):
                assert_array_equal(after[name], one, strict=True, err_msg=elsewhere.names[key])


def test_arrays_are_the_same_and_as_writable_as_before(saved):
    for key, model in saved.models.items():
        again = load(saved.folder / f"{key}.skops", trusted=OTHERS)
        first, second = list(arrays_of(model)), list(arrays_of(again))
        assert len(first) == len(second), saved.names[key]
        for (name, before), (_, after) in zip(first, second, strict=True):
            assert_array_equal(after, before, strict=True)
            if name in ("_program", "output_map_"):  # or kernels would be compiled once more
                assert after.flags.writeable, (saved.names[key], name)
            elif name.endswith("_"):
                assert after.flags.writeable == before.flags.writeable, (saved.names[key], name)


def arrays_of(model, name=""):
    """Every array inside a model, with the name of the attribute that it is in."""
    if isinstance(model, (list, tuple)):
        for part in model:
            yield from arrays_of(part, name)
    elif isinstance(model, BaseEstimator):
        for name, value in sorted(vars(model).items()):
            yield from arrays_of(value, name) if name not in AGAIN else ()
    else:
        yield from ((name, array) for array in leaves(model))


def test_no_kernel_is_compiled_again_for_what_was_read(saved):
    before = signatures()
    assert sum(before.values()) > 20
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in saved.folder.glob("*.skops"):
            saved_models.outputs(load(path, trusted=OTHERS))
    assert signatures() == before


def signatures():
    """The number of types of arguments that every kernel has been compiled for."""
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] in ("reservoir", "readouts")]
    kernels = {thing for module in modules for thing in vars(module).values() if isinstance(thing, Dispatcher)}
    return {kernel.py_func: len(kernel.signatures) for kernel in kernels}


class Doubled(TransformerMixin, BaseEstimator):
    """A transformer of a user's own."""

    def fit(self, X, y=None):
        """Learn nothing."""
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        """Double."""
        return 2 * X


class Rotation(BaseReservoir):
    """A reservoir of a user's own, without a kernel."""

    def __init__(self, n_units=10, *, random_state=None):
        self.n_units = n_units
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units
        self.input_weights_ = random_state.uniform(-1, 1, (self.n_units_, n_features))

    def _rest(self):
        return np.zeros(self.n_units_)

    def _drive(self, X, state):
        states = np.empty((len(X), self.n_units_))
        for t, u in enumerate(X):
            state = np.tanh(0.9 * np.roll(state, 1) + self.input_weights_ @ u)
            states[t] = state
        return states, state


def searches():
    given = ReservoirRegressor(EchoStateReservoir(10, random_state=0)), {"reservoir__leak_rate": [0.1, 0.5]}
    scorer = sequence_scorer(mean_squared_error, greater_is_better=False, washout=5)
    yield "washout", GridSearchCV(*given, cv=WashoutSplit(TimeSeriesSplit(2), washout=5)), []
    yield "shuffled", GridSearchCV(*given, cv=ShuffleSplit(2, random_state=0)), []
    yield "folds", GridSearchCV(*given, cv=list(KFold(2).split(waves()))), []
    yield "scored", GridSearchCV(*given, cv=2, scoring=scorer), [mean_squared_error]
    yield "named scorer", GridSearchCV(*given, cv=2, scoring="neg_mean_squared_error"), [mean_squared_error]
    yield "range", GridSearchCV(given[0], {"reservoir__n_units": range(5, 8, 2)}, cv=2), []
    yield "stack", StackingRegressor([("reservoir", given[0]), ("ridge", Ridge())], cv=2), []


@pytest.mark.parametrize(("search", "metrics"), [pytest.param(*rest, id=name) for name, *rest in searches()])
def test_what_searches_hold_is_trusted_and_a_metric_where_it_is_named(search, metrics, tmp_path):
    search.fit(waves(), waves()[:, 0])
    save(search, tmp_path / "search.skops")
    if metrics:
        with pytest.raises(TypeError, match=r"also holds sklearn\.metrics\._regression\.mean_squared_error\. Nothing"):
            load(tmp_path / "search.skops")
    again = load(tmp_path / "search.skops", trusted=metrics)
    assert_array_equal(again.predict(waves(1)), search.predict(waves(1)))


def test_a_reservoir_of_a_user_is_read_once_it_is_trusted(tmp_path):
    saved = ReservoirRegressor(Rotation(random_state=0), RidgeReadout(1.0)).fit(waves(), waves()[:, 0])
    save(saved, tmp_path / "model.skops")
    with pytest.raises(TypeError, match=r"also holds test_loading\.Rotation\."):
        load(tmp_path / "model.skops")
    again = load(tmp_path / "model.skops", trusted=[Rotation])
    assert_array_equal(again.predict(waves(1)), saved.predict(waves(1)))
    assert not again.reservoir_.input_weights_.flags.writeable


def doubled(X):
    return 2 * X


def model(*steps):
    regressor = ReservoirRegressor(EchoStateReservoir(10, random_state=0), RidgeReadout(1.0))
    return make_pipeline(*steps, regressor).fit(waves(), waves()[:, 0])


@pytest.mark.parametrize(("step", "own"), [(Doubled(), Doubled), (FunctionTransformer(doubled), doubled)])
def test_what_is_of_a_user_is_named_and_read_once_it_is_trusted(step, own, tmp_path):
    path, saved = tmp_path / "model.skops", model(step)
    save(saved, path)
    name = f"{own.__module__}.{own.__name__}"
    with pytest.raises(TypeError, match=rf"also holds {name}\. Nothing was run.*load\(path, trusted=\['{name}'\]\)"):
        load(path)
    for trusted in ([name], (own,), {own}, iter([own])):
        assert_array_equal(load(path, trusted=trusted).predict(waves(1)), saved.predict(waves(1)))


def test_functions_of_numpy_need_no_word(tmp_path):
    save(model(FunctionTransformer(np.exp)), tmp_path / "model.skops")
    assert load(tmp_path / "model.skops")[0].func is np.exp


MARKER = """
from pathlib import Path

Path(__file__).with_suffix(".imported").touch()


def run(*arguments):
    Path(__file__).with_suffix(".called").touch()


class Runs:
    def __new__(cls, *arguments):
        run()
        return object.__new__(cls)

    def __setstate__(self, state):
        run()
"""


@pytest.fixture
def marker(tmp_path, monkeypatch):
    """A module that leaves a file when it is imported, and another when something of it is called."""
    (tmp_path / "marker_of_calls.py").write_text(MARKER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "marker_of_calls", raising=False)
    return tmp_path


def with_schema(content, change):
    """The bytes of a whole file of ours, whose schema a function of its text has changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist() if name != HEADER}
    entries["schema.json"] = change(entries["schema.json"].decode())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return pack(buffer.getvalue(), None)


def naming(cls, found="Pipeline"):
    """A change of the schema: one class has another name, in another module."""

    def change(text):
        def visit(node):
            if isinstance(node, dict):
                if node.get("__class__") == found:
                    node["__class__"], node["__module__"] = cls, "marker_of_calls"
                node = {key: visit(value) for key, value in node.items()}
            return [visit(value) for value in node] if isinstance(node, list) else node

        return json.dumps(visit(json.loads(text)))

    return change


@pytest.mark.parametrize(
    "found", ["Pipeline", "EchoStateReservoir", "RidgeReadout", "csr_array", "LeakyProgram", "dtype"]
)
@pytest.mark.parametrize("cls", ["Runs", "run"])
def test_a_type_that_was_put_into_a_file_is_neither_imported_nor_called(cls, found, marker):
    save(model(), marker / "model.skops")
    content = with_schema((marker / "model.skops").read_bytes(), naming(cls, found))
    (marker / "model.skops").write_bytes(content)
    with pytest.raises(TypeError, match=rf"also holds marker_of_calls\.{cls}\. Nothing was run"):
        load(marker / "model.skops")
    assert not list(marker.glob("*.imported")) and not list(marker.glob("*.called"))
    assert "marker_of_calls" not in sys.modules


def test_the_marker_works(marker):
    import marker_of_calls

    marker_of_calls.run()
    assert list(marker.glob("*.imported")) and list(marker.glob("*.called"))


def test_a_pickle_is_not_unpickled(marker):
    import marker_of_calls

    (marker / "marker_of_calls.imported").unlink()
    (marker / "model.skops").write_bytes(pickle.dumps(marker_of_calls.Runs))
    with pytest.raises(ValueError, match="looks like a pickle"):
        load(marker / "model.skops")
    assert not list(marker.glob("*.called"))


def test_a_model_of_another_library_is_refused(tmp_path):
    skops.dump(LinearRegression().fit(waves(), waves()[:, 0]), tmp_path / "model.skops")
    with pytest.raises(ValueError, match=r"model\.skops has no header: skops\.io\.load reads what other libraries"):
        load(tmp_path / "model.skops")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "", lambda text: "{", lambda text: "[]", lambda text: "{}",
        lambda text: text.replace("ObjectNode", "NoNode"), lambda text: text.replace('.npy"', '.no"'),
        lambda text: text.replace('"protocol": 2', '"protocol": 999'),
    ],
)  # fmt: skip
def test_a_schema_that_makes_no_sense_is_refused(change, tmp_path):
    save(model(), tmp_path / "model.skops")
    (tmp_path / "model.skops").write_bytes(with_schema((tmp_path / "model.skops").read_bytes(), change))
    with pytest.raises(ValueError, match="'path' must be a file that skops can read; model.skops is not"):
        load(tmp_path / "model.skops")


def test_a_type_that_these_versions_do_not_know_is_said_to_be(tmp_path):
    save(model(), tmp_path / "model.skops")
    content = (tmp_path / "model.skops").read_bytes()
    gone = with_schema(content, lambda text: text.replace('"RidgeReadout"', '"OlderReadout"'))
    (tmp_path / "model.skops").write_bytes(gone)
    with pytest.raises(ValueError, match="'path' must be a file whose types these versions know.*liquid-reservoir"):
        load(tmp_path / "model.skops", trusted=["readouts.ridge.OlderReadout"])


def test_another_version_is_warned_of_at_the_line_that_reads(tmp_path, monkeypatch):
    monkeypatch.setattr(reservoir, "__version__", "0.0.1")
    save(model(), tmp_path / "model.skops")
    monkeypatch.undo()
    with pytest.warns(FileVersionWarning, match=r"model\.skops was written by liquid-reservoir 0\.0\.1") as caught:
        load(tmp_path / "model.skops")
    assert caught[0].filename == __file__


@pytest.mark.parametrize("trusted", ["my.Type", True, None, 3, [3], [""], b"x", [None]])
def test_trusted_is_a_list_of_types(trusted, tmp_path):
    with pytest.raises(TypeError, match="'trusted' must be a list of types, functions or their full names"):
        load(tmp_path / "model.skops", trusted=trusted)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "model.skops")
    with pytest.raises(TypeError, match="'path' must be a str or a pathlib.Path"):
        load(b"model.skops")
