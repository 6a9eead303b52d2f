"""Calls of diagnostics and of pictures."""

import numpy as np
from builders import series
from scipy.sparse import csr_array
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from fuzz.calls.call import Call
from fuzz.calls.composites import echo_state, informed
from fuzz.calls.reservoirs import N_FEATURES, lif
from reservoir import EchoStateReservoir, Forecaster, LTCLiquid, ReservoirRegressor, SequenceEncoder, diagnostics, plots
from reservoir.diagnostics.report.change import Change
from reservoir.topology import AutoNCP

N_STEPS = 60


def one():
    """A fitted echo state reservoir of one input column."""
    return echo_state().fit(series(9, 1))


def drive(n_features=1, seed=0):
    return series(N_STEPS, n_features, seed)


def of(reservoir, **arguments):
    """A diagnostic of a fitted reservoir and a series."""
    return Call(lambda: {"reservoir": reservoir(), "X": drive(reservoir().n_features_in_)} | arguments)


def spiking():
    return lif().fit(series(9, N_FEATURES))


def constant_rates():
    return LTCLiquid(5, random_state=0).fit(series(9, N_FEATURES))


def trains():
    return diagnostics.spike_trains(spiking(), drive(N_FEATURES))


def train_parts():
    return {"steps": np.array([1, 3, 5]), "units": np.array([0, 1, 0]), "n_steps": 30, "n_units": 2, "dt": 1.0,
            "inhibitory": np.array([True, False]), "refractory": 0.0}  # fmt: skip


def diagnosis():
    """A report whose advice is to standardize the series."""
    unknown = ("saturated", "spectral_radius", "consistency", "memory_capacity", "effective_dimension")
    return diagnostics.Diagnosis(
        "EchoStateReservoir", 5, N_STEPS, "saturated", "Standardize X.", still=0.0, lyapunov_exponent=-1.0,
        transient_length=3, changes=(Change("X", "standardize", None),), **dict.fromkeys(unknown),
    )  # fmt: skip


def memory():
    return {"reservoir": one(), "max_delay": 4, "n_steps": 150, "washout": 9, "column": 0, "random_state": 0}


def noise():
    """An input whose memory is measured: as many columns as the reservoir has, the first of them uniform noise."""
    return np.random.RandomState(0).uniform(-1, 1, (163, drive().shape[1]))


def pair():
    return {"reservoir": one(), "X": drive(), "Y": drive(seed=1), "n_starts": 2, "washout": 5, "n_jobs": 1,
            "random_state": 0}  # fmt: skip


def forecaster():
    return Forecaster(echo_state(), washout=2).fit(drive())


def model():
    return ReservoirRegressor(echo_state(), Ridge(), washout=2).fit(drive(), drive(seed=1))


def plot(name, display):
    """Making a display by hand, and drawing it."""
    name = f"plots.{name}"
    return {
        name: Call(lambda: {key: value for key, value in vars(display()).items() if not key.endswith("_")},
                   steps=(lambda it: it.plot(),)),
        f"{name}.plot": Call(dict, display),
    }  # fmt: skip


def added():
    return plots.AttributionDisplay(drive(2), drive(1), names=["a", "b"], step=1.0, time_unit="steps")


def encoded():
    sequences = [drive(), drive(seed=1)]
    model = make_pipeline(SequenceEncoder(echo_state()), Ridge()).fit(sequences, [0.0, 1.0])
    return {"model": model, "X": drive(), "background": sequences, "target": 0}


def separated():
    return plots.SeparationDisplay(diagnostics.separation(**pair()))


def remembered():
    tried = {"max_degree": 2, "max_delay": 3, "n_steps": 200, "washout": 9, "random_state": 0}
    return plots.MemoryDisplay(
        diagnostics.memory_function(**memory()), diagnostics.information_processing_capacity(one(), **tried)
    )


def forecast():
    return plots.ForecastDisplay(
        drive(2), drive(2, 1), valid_time=1.0, threshold=0.4, step=1.0, lyapunov_time=2.0, feature_names=["a", "b"]
    )


def backtest():
    return plots.BacktestDisplay(informed().backtest(drive(2), 2, 9, exogenous=drive(1)))


def edge():
    points, exponents = np.array([0.5, 0.9, 1.1, 2.0]), np.array([-0.7, -0.1, 0.1, 0.7])
    return plots.EdgeDisplay(
        diagnostics.Edge(
            "spectral_radius",
            (0.5, 2.0),
            0.0,
            np.array([1.0]),
            np.array([[0.9, 1.1]]),
            np.array([1]),
            [points],
            [exponents],
        ),
        name="exponent",
    )


def looked_for():
    """A search for the edge of a linear reservoir, which lies at a radius of 1."""
    linear = EchoStateReservoir(5, activation="identity", leak_rate=1.0, random_state=0)
    return {"reservoir": linear, "X": drive(), "parameter": "spectral_radius", "bounds": (0.5, 2.0), "level": 0.0,
            "n_seeds": 2, "n_points": 3, "tolerance": 0.5, "n_jobs": 1, "random_state": 0}  # fmt: skip


def states():
    return plots.StateDisplay(drive(3), drive(1), step=1.0, time_unit="steps", start=0)


def spectrum():
    return plots.SpectrumDisplay([np.array([0.5 + 0.1j, -0.3])], [np.array([0.4 + 0.1j, -0.2])], names=["a"])


def exponents():
    return plots.LyapunovDisplay(np.array([[-0.5], [0.1]]), param_range=[0.5, 1.0], param_name="spectral_radius")


def stability():
    return plots.StabilityMapDisplay(
        np.array([[0.1, -0.2], [0.0, 0.3]]),
        param_grid={"spectral_radius": [0.5, 0.9], "leak_rate": [0.3, 0.5]},
        name="exponent",
    )


def raster():
    return plots.SpikeRasterDisplay(
        np.array([1.0, 2.0]), np.array([0, 1]), inhibitory=np.array([True, False]), duration=9.0, bin_width=2.0
    )


def rates():
    found = diagnostics.time_constants(constant_rates(), drive(N_FEATURES))
    return plots.TimeConstantDisplay(found.values, found.lower, found.upper)


def network():
    recurrent, places = csr_array(np.eye(4, k=1)), np.arange(12.0).reshape(4, 3)
    mask = np.array([True, False, False, False])
    return plots.TopologyDisplay(
        recurrent, csr_array(np.ones((4, 2))), layers=[[0, 1], [2, 3]], positions=places, inhibitory=mask
    )


WIRED = {"wiring": AutoNCP(9, 2).build(3)}
CALLS = {
    "diagnostics.Diagnosis.follow": Call(lambda: {"reservoir": one(), "X": drive()}, diagnosis),
    "diagnostics.SpikeTrains": Call(train_parts, steps=(diagnostics.firing_rates_of_trains,)),
    "diagnostics.SpikeTrains.binned": Call(lambda: {"bin_width": 2.0}, trains),
    "diagnostics.autonomous_lyapunov_spectrum": Call(lambda: {
        "forecaster": forecaster(), "n_exponents": 1, "n_steps": 20, "context": drive(), "washout": 2,
        "random_state": 0}),
    "diagnostics.branching_ratio": of(spiking, n_lags=3),
    "diagnostics.branching_ratio_of_activity": Call(lambda: {"activity": np.arange(60) % 7, "n_lags": 3}),
    "diagnostics.consistency": of(one, n_replicas=2, washout=5, random_state=0),
    "diagnostics.contraction_bound": Call(lambda: {"reservoir": one()}),
    "diagnostics.diagnose": of(one, memory=False, n_jobs=1, random_state=0),
    "diagnostics.echo_state_index": of(one, n_starts=2, washout=5, random_state=0),
    "diagnostics.effective_dimension": of(one, washout=5),
    "diagnostics.effective_spectral_radius": of(one, n_rows=3),
    "diagnostics.find_edge": Call(looked_for),
    "diagnostics.firing_rates": of(spiking),
    "diagnostics.firing_rates_of_trains": Call(lambda: {"trains": trains()}),
    "diagnostics.generalization_rank": of(one, n_series=4, n_steps=9, n_jobs=1, random_state=0),
    "diagnostics.information_processing_capacity": Call(lambda: memory() | {"max_degree": 2, "inputs": noise()}),
    "diagnostics.input_sensitivity": of(one, lags=3, n_samples=4, washout=5, step=0.1, n_jobs=1, random_state=0),
    "diagnostics.interval_variation": of(spiking),
    "diagnostics.interval_variation_of_trains": Call(lambda: {"trains": trains()}),
    "diagnostics.kernel_rank": of(one, n_series=4, n_steps=9, n_jobs=1, random_state=0),
    "diagnostics.lyapunov_exponents": of(one, washout=5, random_state=0),
    "diagnostics.memory_capacity": Call(memory),
    "diagnostics.memory_function": Call(lambda: memory() | {"inputs": noise()}),
    "diagnostics.nonlinear_memory_map": Call(lambda: memory() | {"strengths": [1, 2], "inputs": noise()}),
    "diagnostics.readout_attribution": Call(lambda: {"model": model(), "X": drive(), "background": drive(seed=1),
                                                     "n_jobs": 1}),
    "diagnostics.separation": Call(pair),
    "diagnostics.spectral_norm": Call(lambda: {"reservoir": one()}),
    "diagnostics.spectral_radius": Call(lambda: {"reservoir": one()}),
    "diagnostics.spike_lyapunov_exponent": of(spiking, n_twins=2, horizon=5, n_jobs=1, random_state=0),
    "diagnostics.spike_trains": of(spiking),
    "diagnostics.state_bounds": Call(lambda: {"reservoir": one()}),
    "diagnostics.synchrony": of(spiking),
    "diagnostics.synchrony_of_trains": Call(lambda: {"trains": trains()}),
    "diagnostics.time_constants": of(constant_rates),
    "diagnostics.transient_length": of(one, n_replicas=2, random_state=0),
    **plot("AttributionDisplay", added),
    "plots.AttributionDisplay.from_estimator": Call(encoded),
    **plot("BacktestDisplay", backtest),
    "plots.BacktestDisplay.from_estimator": Call(lambda: {
        "forecaster": informed(), "X": drive(2), "exogenous": drive(1), "horizon": 2, "stride": 9, "feature": 1}),
    **plot("EdgeDisplay", edge),
    "plots.EdgeDisplay.from_estimator": Call(looked_for),
    **plot("ForecastDisplay", forecast),
    "plots.ForecastDisplay.from_estimator": Call(lambda: {
        "forecaster": informed(), "X": drive(2), "exogenous": drive(1), "n_steps": 5, "lyapunov_time": 2.0,
        "features": [1]}),
    "plots.ForecastDisplay.from_predictions": Call(lambda: {
        "y_true": drive(2), "y_pred": drive(2, 1), "lyapunov_time": 2.0, "feature_names": ["a", "b"],
        "features": [1]}),
    **plot("LyapunovDisplay", exponents),
    "plots.LyapunovDisplay.from_estimator": of(one, param_name="leak_rate", param_range=[0.5, 1.0], washout=5,
                                               n_jobs=1),
    **plot("MemoryDisplay", remembered),
    "plots.MemoryDisplay.from_estimator": Call(lambda: memory() | {"max_degree": 2, "inputs": noise()}),
    **plot("SeparationDisplay", separated),
    "plots.SeparationDisplay.from_estimator": Call(pair),
    **plot("SpectrumDisplay", spectrum),
    "plots.SpectrumDisplay.from_estimator": Call(lambda: {"reservoir": one()}),
    **plot("SpikeRasterDisplay", raster),
    "plots.SpikeRasterDisplay.from_estimator": of(spiking),
    "plots.SpikeRasterDisplay.from_trains": Call(lambda: {"trains": trains()}),
    **plot("StabilityMapDisplay", stability),
    "plots.StabilityMapDisplay.from_estimator": of(
        one, param_grid={"leak_rate": [0.5, 1.0], "bias_scaling": [0.1, 1.0]}, n_jobs=1),
    **plot("StateDisplay", states),
    "plots.StateDisplay.from_estimator": of(one, units=[1]),
    **plot("TimeConstantDisplay", rates),
    "plots.TimeConstantDisplay.from_estimator": of(constant_rates, units=[1]),
    **plot("TopologyDisplay", network),
    "plots.TopologyDisplay.from_estimator": Call(lambda: {"reservoir": one()}),
    "plots.TopologyDisplay.from_wiring": Call(lambda: dict(WIRED)),
}  # fmt: skip
