"""A file is written whole or not at all."""

import os
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from saved_models import waves
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, Forecaster, LIFLiquid, ReservoirRegressor, load, save
from reservoir.files.archive import CARD

pytest.importorskip("skops", reason='skops is not installed: pip install "liquid-reservoir[skops]"')


@pytest.fixture(scope="module")
def liquid():
    return EchoStateReservoir(10, random_state=0).fit(waves())


@pytest.mark.parametrize("kind", [str, lambda path: path, os.fsdecode])
def test_a_path_is_a_text_or_a_path(kind, liquid, tmp_path):
    save(liquid, kind(tmp_path / "model.skops"))
    assert_array_equal(load(kind(tmp_path / "model.skops")).transform(waves()), liquid.transform(waves()))
    assert [path.name for path in tmp_path.iterdir()] == ["model.skops"]


def test_a_folder_that_is_missing_is_named(liquid, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"'path' must be in a folder that exists; got .*Make it: Path\(path\)"):
        save(liquid, tmp_path / "models" / "model.skops")
    with pytest.raises(IsADirectoryError, match="'path' must name a file; got the folder"):
        save(liquid, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_stays_and_the_file_that_it_points_to_is_written(liquid, tmp_path):
    (tmp_path / "models").mkdir()
    for name in ("third", "new"):
        (tmp_path / name).symlink_to(Path("models") / f"{name}.skops")
    (tmp_path / "models" / "third.skops").touch()
    for name in ("third", "new"):
        save(liquid, tmp_path / name)
        assert (tmp_path / name).is_symlink()
        assert_array_equal(load(tmp_path / "models" / f"{name}.skops").transform(waves()), liquid.transform(waves()))
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["new.skops", "third.skops"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are of POSIX")
def test_no_file_is_put_in_the_place_of_a_device_or_pipe(liquid, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="'path' must name a file; got the device or pipe .*pipe"):
        save(liquid, tmp_path / "pipe")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode) and len(list(tmp_path.iterdir())) == 1


def test_a_name_may_be_as_long_as_those_of_other_files(liquid, tmp_path):
    save(liquid, tmp_path / ("m" * 249 + ".skops"))
    assert_array_equal(load(tmp_path / ("m" * 249 + ".skops")).transform(waves()), liquid.transform(waves()))


@pytest.mark.parametrize("path", [None, 3, b"model.skops", "", ["model.skops"]])
def test_a_path_that_is_none_is_refused(path, liquid):
    with pytest.raises(TypeError, match="'path' must be a str or a pathlib.Path"):
        save(liquid, path)


def transformer_of_a_local_function():
    def local(X):
        return X

    return FunctionTransformer(local)


def object_of_a_local_class():
    class Local(EchoStateReservoir):
        pass

    return Local(5)


UNSAVABLE = {
    "a lambda": lambda: FunctionTransformer(lambda X: X),
    "a local function": transformer_of_a_local_function,
    "a local class": object_of_a_local_class,
    "keys that are flags": lambda: LogisticRegression(class_weight={False: 1.0, True: 5.0}),
    "keys of the same text": lambda: FunctionTransformer(kw_args={"given": {1: "a", "1": "b"}}),
    "an iterator": lambda: FunctionTransformer(kw_args={"steps": iter([1])}),
}


@pytest.mark.parametrize("name", UNSAVABLE)
def test_what_could_not_be_read_again_is_refused_and_an_older_file_stays(name, liquid, tmp_path):
    transformer = UNSAVABLE[name]()
    save(liquid, tmp_path / "model.skops")
    before = (tmp_path / "model.skops").read_bytes()
    with pytest.raises(TypeError, match="'model' must hold nothing but arrays, numbers, texts"):
        save([liquid, transformer], tmp_path / "model.skops")
    with pytest.raises(TypeError, match="'model' must hold"):
        save(transformer, tmp_path / "new.skops")
    assert (tmp_path / "model.skops").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["model.skops"]


def test_what_holds_itself_is_refused(tmp_path):
    model = Forecaster()
    model.noise = [model]
    with pytest.raises(TypeError, match="'model' must hold nothing that holds itself; this Forecaster does"):
        save(model, tmp_path / "model.skops")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("model", [None, "text", len, object(), 3, EchoStateReservoir, iter([1]), b"abc"])
def test_what_is_no_model_is_refused(model, tmp_path):
    with pytest.raises(TypeError, match="'model' must be an estimator, the state of a reservoir"):
        save(model, tmp_path / "model.skops")


@pytest.mark.parametrize("fails", ["replace", "fsync"])
def test_nothing_is_left_of_a_file_that_could_not_be_written(fails, liquid, tmp_path, monkeypatch):
    save(liquid, tmp_path / "model.skops")
    before = (tmp_path / "model.skops").read_bytes()

    def full(*arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, fails, full)
    with pytest.raises(OSError, match="No space left"):
        save(liquid, tmp_path / "model.skops")
    assert (tmp_path / "model.skops").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["model.skops"]


@pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")
def test_permissions_are_those_of_a_new_file_or_of_the_older_one(liquid, tmp_path):
    (tmp_path / "plain").touch()
    save(liquid, tmp_path / "model.skops")
    assert (tmp_path / "model.skops").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "model.skops").chmod(0o600)
    save(liquid, tmp_path / "model.skops")
    assert stat.S_IMODE((tmp_path / "model.skops").stat().st_mode) == 0o600


def test_a_card_is_in_the_file(liquid, tmp_path):
    save(liquid, tmp_path / "model.skops", card="# Card")
    with zipfile.ZipFile(tmp_path / "model.skops") as archive:
        assert archive.read(CARD) == b"# Card"
    assert_array_equal(load(tmp_path / "model.skops").transform(waves()), liquid.transform(waves()))
    with pytest.raises(TypeError, match="'card' must be Markdown"):
        save(liquid, tmp_path / "model.skops", card=b"# Card")


def test_keys_that_are_numbers_and_texts_come_back(tmp_path):
    weights = {0: 1.0, 2: 5.0, 0.5: 1.0, "a": 2.0}
    save(LogisticRegression(class_weight=weights), tmp_path / "model.skops")
    assert load(tmp_path / "model.skops").class_weight == weights


def test_a_state_goes_on(tmp_path):
    liquid = LIFLiquid(20, random_state=0).fit(waves())
    states, _ = liquid.run(waves())
    save((liquid, liquid.run(waves()[:30])[1]), tmp_path / "state.skops")
    again, state = load(tmp_path / "state.skops")
    assert type(again) is LIFLiquid and type(state).__name__ == "LIFState"
    assert_array_equal(again.run(waves()[30:], state)[0], states[30:])


def test_a_model_that_learned_goes_on_learning_the_same(tmp_path):
    model = ReservoirRegressor(EchoStateReservoir(20, random_state=0), RidgeReadout(alphas=[0.1, 1.0], cv=3))
    model.partial_fit(waves(), waves()[:, :2])
    save(model, tmp_path / "model.skops")
    again = load(tmp_path / "model.skops")
    for one in (model, again):
        one.partial_fit(waves(1), waves(1)[:, :2])
    assert_array_equal(again.predict(waves(2)), model.predict(waves(2)))
    assert again.readout_.alpha_ == model.readout_.alpha_


@pytest.mark.parametrize("groups", [np.arange(70) % 2 == 0, np.arange(70) % 3, np.array(["a", "b"])[np.arange(70) % 2]])
def test_groups_of_every_type_of_label_go_on(groups, tmp_path):
    readout = RidgeReadout(alphas=[0.1, 1.0])
    readout.partial_fit(waves(), waves()[:, 0], groups=groups)
    save(readout, tmp_path / "readout.skops")
    again = load(tmp_path / "readout.skops")
    for one in (readout, again):
        one.partial_fit(waves(1), waves(1)[:, 1], groups=groups)
    assert_array_equal(again.coef_, readout.coef_)
    assert again.cv_results_["folds"].tolist() == readout.cv_results_["folds"].tolist()


def test_a_data_frame_and_its_dates_go_on(tmp_path):
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    days = pd.date_range("2024-03-01", periods=70, freq="D", tz="Europe/Berlin", name="day")
    frame = pd.DataFrame(waves(), index=days, columns=["wind", "sun", "load"])
    model = Forecaster(EchoStateReservoir(20, random_state=0), washout=10).fit(frame)
    save(model, tmp_path / "model.skops")
    again = load(tmp_path / "model.skops")
    pd.testing.assert_frame_equal(again.forecast(40), model.forecast(40), check_exact=True, check_freq=False)
    assert again.forecast(1).index[0] == pd.Timestamp("2024-05-10", tz="Europe/Berlin")
    assert again.feature_names_in_.tolist() == ["wind", "sun", "load"]


def test_a_small_model_is_a_small_file(liquid, tmp_path):
    save(liquid, tmp_path / "model.skops")
    assert (tmp_path / "model.skops").stat().st_size < 16_000
