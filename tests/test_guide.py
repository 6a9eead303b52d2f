"""What pages of the guide say of other libraries is so: defaults, and functions that need what tests do not have."""

import ast
import inspect
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from readouts import RidgeReadout, RLSReadout
from reservoir import EchoStateReservoir, LocalForecaster, ReservoirRegressor

GUIDE = Path(__file__).parent.parent / "docs" / "guide"
FIXTURES = Path(__file__).parent / "fixtures"


def function_of(page, name):
    """A function that a page defines, after its first program, which imports and makes what all others use."""
    names = {"__name__": "page"}
    first, *others = re.findall(r"^```python\n(.*?)^```", (GUIDE / page).read_text(), re.M | re.S)
    for program in first, next(program for program in others if f"def {name}(" in program):
        exec(compile(program, page, "exec"), names)
    return names[name]


@pytest.fixture(scope="module")
def peer():
    return np.load(FIXTURES / "reservoirpy_states.npz")


def test_a_port_without_a_word_on_the_bias_computes_something_else(peer):
    literal = EchoStateReservoir(
        input_weights=peer["plain_Win"], recurrent_weights=peer["plain_W"], leak_rate=1.0, random_state=0
    )
    assert np.abs(literal.fit_transform(peer["inputs"]) - peer["plain_states"]).max() > 0.5
    literal.set_params(bias=0)
    assert_allclose(literal.fit_transform(peer["inputs"]), peer["plain_states"], rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("written", "owner", "names"),
    [
        *(
            (f"`{name}`", EchoStateReservoir, [name])
            for name in ("n_units", "leak_rate", "spectral_radius", "input_scaling", "bias_scaling", "random_state")
        ),
        ("ReservoirRegressor(washout=)", ReservoirRegressor, ["washout"]),
        ("ReservoirRegressor(passthrough=)", ReservoirRegressor, ["passthrough"]),
        ("RidgeReadout(alpha=)", RidgeReadout, ["alpha"]),
        ("RLSReadout(alpha=, forgetting=)", RLSReadout, ["alpha", "forgetting"]),
    ],
)
def test_the_defaults_beside_those_of_reservoirpy_are_those_of_the_code(written, owner, names):
    page = (GUIDE / "from_reservoirpy.md").read_text()
    section = page.partition("## Parameters and defaults")[2].partition("\n## ")[0]
    cells = [row.split("|") for row in section.splitlines() if row.startswith("| `")]
    (values,) = (values for _, _, here, values, _ in cells if written in here)
    said = [ast.literal_eval(value) for value in re.findall(r"`(.+?)`", values)]
    assert said == [inspect.signature(owner).parameters[name].default for name in names]


def test_optuna_can_search_as_the_page_says():
    chosen = {"spectral_radius": 0.9, "input_scaling": 0.1, "leak_rate": 1.0}
    trial = SimpleNamespace(suggest_float=lambda name, low, high, log=False: chosen[name])
    objective = function_of("hyper_parameters.md", "objective")
    good = objective(trial)
    chosen["leak_rate"] = 0.03
    assert good < 0.15 < objective(trial)


@pytest.mark.filterwarnings("ignore")  # of the cluster, when it ends
def test_a_cluster_fits_as_the_page_says(tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    X = [np.random.default_rng(seed).standard_normal((200, 2)) for seed in range(4)]
    y = [x[:, 0] for x in X]
    model = ReservoirRegressor(EchoStateReservoir(20, random_state=0), washout=20)
    expected = model.fit(X, y).predict(X[0])
    options = {"n_workers": 1, "processes": False, "dashboard_address": None, "local_directory": str(tmp_path)}
    with distributed.LocalCluster(**options) as cluster:
        fitted = function_of("many_series.md", "fit_on_cluster")(model, X, y, cluster.scheduler_address)
    assert_allclose(fitted.predict(X[0]), expected, rtol=0, atol=1e-10)


@pytest.mark.filterwarnings("ignore")  # of the cluster, when it ends
def test_a_cluster_fits_a_field_as_the_page_says(tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    X = np.sin(np.arange(200)[:, None] / 5 - np.arange(24) * np.pi / 12)
    model = LocalForecaster(EchoStateReservoir(20, random_state=0), patch=4, halo=1, range_factor=None)
    expected = model.fit(X).forecast(5)
    options = {"n_workers": 1, "processes": False, "dashboard_address": None, "local_directory": str(tmp_path)}
    with distributed.LocalCluster(**options) as cluster:
        fitted = function_of("fields_of_space.md", "fit_on_cluster")(model, X, cluster.scheduler_address)
    assert_allclose(fitted.forecast(5), expected, rtol=0, atol=1e-10)


def test_errors_of_a_map_have_latitudes_as_the_page_says():
    xarray = pytest.importorskip("xarray", reason="the extra 'xarray' is not installed")
    time, lat, lon = np.arange(200.0), np.array([60.0, 50.0, 40.0, 30.0]), np.arange(0.0, 360.0, 30.0)
    values = np.sin(np.deg2rad(lon) - 0.2 * time[:, None, None]) * np.cos(np.deg2rad(lat))[:, None]
    field = xarray.DataArray(values, {"time": time, "lat": lat, "lon": lon}, dims=("time", "lat", "lon"))
    error = function_of("fields_of_space.md", "error_by_latitude")(field, 10)
    assert error.dims == ("lat",) and error["lat"].values.tolist() == lat.tolist()
    assert float(error.max()) < 0.1
