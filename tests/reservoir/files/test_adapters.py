"""Models behind the interfaces of sktime and aeon are saved and read, where these are installed."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir, interop, load, save
from reservoir.files import loading

pytest.importorskip("skops", reason='skops is not installed: pip install "liquid-reservoir[skops]"')
PANEL = np.random.RandomState(0).standard_normal((12, 2, 30))  # cases, channels, steps
SERIES = np.sin(0.3 * np.arange(120))
TARGETS = {"Classifier": np.arange(12) % 2, "Regressor": np.linspace(0, 1, 12)}


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # of sktime itself
@pytest.mark.parametrize("task", TARGETS)
@pytest.mark.parametrize("peer", ["sktime", "aeon"])
def test_models_of_sequences_come_back(peer, task, tmp_path):
    pytest.importorskip(peer, reason=f'needs {peer}: pip install "liquid-reservoir[{peer}]"')
    model = getattr(interop, f"{peer.capitalize()}{task}")(n_units=10, random_state=0).fit(PANEL, TARGETS[task])
    save(model, tmp_path / "model.skops")
    assert_array_equal(load(tmp_path / "model.skops").predict(PANEL), model.predict(PANEL))


def test_a_forecaster_comes_back(tmp_path):
    pytest.importorskip("aeon", reason='needs aeon: pip install "liquid-reservoir[aeon]"')
    model = interop.AeonForecaster().fit(SERIES)
    save(model, tmp_path / "model.skops")
    assert_array_equal(load(tmp_path / "model.skops").predict(SERIES), model.predict(SERIES))


def table():
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    return pd.DataFrame({"sales": SERIES}, pd.period_range("2010-01", periods=120, freq="M"))


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # of sktime itself
def test_one_that_keeps_tables_is_refused_and_the_advice_goes_on_from_the_same_rows(tmp_path):
    pytest.importorskip("sktime", reason='needs sktime: pip install "liquid-reservoir[sktime]"')
    sales, path = table(), tmp_path / "model.skops"
    model = interop.SktimeForecaster(EchoStateReservoir(10, random_state=0)).fit(sales[:110], fh=[1, 2, 3])
    for whole in (model, [model], {"of sales": model}):
        with pytest.raises(TypeError, match=r"'model' must hold no tables.*save\(model\.forecaster_, path\)"):
            save(whole, path)
    assert not path.exists()
    save(model.forecaster_, path)
    assert_array_equal(load(path).forecast(3), model.predict())
    model.update(sales[110:], update_params=False)
    assert_array_equal(load(path).forecast(3, context=sales), model.predict())


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # of sktime itself
def test_one_of_several_series_is_refused_and_the_advice_works(tmp_path):
    pytest.importorskip("sktime", reason='needs sktime: pip install "liquid-reservoir[sktime]"')
    pd, path = pytest.importorskip("pandas", reason="pandas is not installed"), tmp_path / "model.skops"
    index = pd.MultiIndex.from_product([["a", "b"], range(60)])
    model = interop.SktimeForecaster(EchoStateReservoir(10, random_state=0)).fit(
        pd.DataFrame({"sales": SERIES}, index), fh=[1, 2]
    )
    with pytest.raises(TypeError, match=r"'model' must hold no tables.*save\(\[one\.forecaster_ for one in model"):
        save(model, path)
    save([one.forecaster_ for one in model.forecasters_.to_numpy().ravel()], path)
    assert_array_equal(np.vstack([one.forecast(2) for one in load(path)]), model.predict())


FRESH = """
import sys
import numpy as np
from reservoir import load
model = load(sys.argv[1])
np.save(sys.argv[3], model.predict(np.load(sys.argv[2])))
"""


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # of sktime itself
@pytest.mark.parametrize("name", ["AeonRegressor", "AeonForecaster", "SktimeRegressor"])
def test_a_fresh_process_computes_the_same_bits(name, tmp_path):
    peer = name[:4].lower() if name.startswith("Aeon") else "sktime"
    pytest.importorskip(peer, reason=f'needs {peer}: pip install "liquid-reservoir[{peer}]"')
    if name == "AeonForecaster":
        model, X = interop.AeonForecaster().fit(SERIES), SERIES
    else:
        model, X = getattr(interop, name)(n_units=10, random_state=0).fit(PANEL, TARGETS["Regressor"]), PANEL
    save(model, tmp_path / "model.skops")
    np.save(tmp_path / "X.npy", X)
    files = [str(tmp_path / file) for file in ("model.skops", "X.npy", "y.npy")]
    subprocess.run([sys.executable, "-W", "ignore", "-c", FRESH, *files], check=True, timeout=300)
    assert_array_equal(np.load(tmp_path / "y.npy"), model.predict(X))


@pytest.mark.parametrize("name", ["AeonForecaster", "SktimeClassifier"])
def test_without_its_library_a_model_is_not_read(name, tmp_path, monkeypatch):
    adapter = getattr(interop, name)
    save(adapter.__new__(adapter), tmp_path / "model.skops")
    monkeypatch.setattr(loading, "find_spec", lambda owner: None)
    peer = name.removesuffix("Forecaster").removesuffix("Classifier").lower()
    with pytest.raises(ImportError, match=f"'path' must .* holds a {name}, which needs {peer}: pip install .*{peer}"):
        load(tmp_path / "model.skops")
