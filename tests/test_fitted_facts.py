"""After fit, nothing reads a parameter of the constructor: setting one prepares the next fit and changes no result.

The parameters of fitted estimators are set to values that cannot be used, and to None, which could pass for a setting.
Only ``n_jobs`` and ``verbose`` may be read, as they change no result.
"""

import pickle

import matplotlib.pyplot as plt
import numpy as np
import pytest
from builders import VARIANTS, assert_same, build, series, weights_of
from sklearn.base import clone, is_classifier
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from unread import Unusable, check_unread

from readouts import RidgeReadoutClassifier
from reservoir import (
    NVAR,
    AnomalyDetector,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    LegendreMemory,
    LIFLiquid,
    LTCLiquid,
    Markram,
    PerSequence,
    ReservoirClassifier,
    ReservoirRegressor,
    ResidualReservoir,
    SequenceEncoder,
    SequenceRegressor,
    StackedReservoir,
    diagnostics,
    plots,
)
from reservoir.diagnostics.report.change import follow
from reservoir.plasticity import STDP, AdaptiveReservoir, Homeostasis, IntrinsicPlasticity
from reservoir.plasticity.rebuild import rebuild

U = np.round(np.abs(series(40, 3)))  # as spikes, as numbers, and with a last column of times
MEMORY = {"max_delay": 2, "n_steps": 180, "washout": 0, "random_state": 0}


RESERVOIRS = VARIANTS | {
    "EchoState linear": (EchoStateReservoir, {"activation": "identity"}),
    "Residual linear": (ResidualReservoir, {"activation": "identity"}),
    "CTRNN timed": (CTRNNLiquid, {"form": "additive", "elapsed_column": -1}),
    "CTRNN euler": (CTRNNLiquid, {"method": "euler"}),
    "LTC timed": (LTCLiquid, {"elapsed_column": -1, "gain": 0.5}),
    "CfC timed": (CfCLiquid, {"mode": "pure", "elapsed_column": -1}),
    "LIF dynamic counts": (LIFLiquid, {"short_term_plasticity": Markram(0.5, 100.0, 20.0), "output": "counts"}),
    "LIF noisy spikes": (LIFLiquid, {"input": "spikes", "noise": 1.0, "delays": (1.0, 2.0, 3.0, 4.0), "dt": 0.5}),
    "LIF voltages": (LIFLiquid, {"output": "voltages", "input_period": 5.0, "tau_trace": 10.0}),
}


def reservoirs():
    """Every kind of reservoir, unfitted."""
    found = {name: build(cls, **parameters) for name, (cls, parameters) in RESERVOIRS.items()}
    layers = [build(EchoStateReservoir), build(LIFLiquid, input_scaling=30.0), build(CTRNNLiquid)]
    thresholds = [Homeostasis(tolerance=30.0, n_epochs=2), STDP(n_epochs=1)]
    return found | {
        "Legendre": LegendreMemory(4, 6.0),
        "Legendre timed": LegendreMemory(3, 5.0, elapsed_column=-1),
        "NVAR": NVAR(delay=2),
        "NVAR linear": NVAR(delay=2, order=1),
        "stack": StackedReservoir(layers, input_to_all=True),
        "stack of last": StackedReservoir([build(LTCLiquid), build(CfCLiquid)], output="last"),
        "adaptive echo state": AdaptiveReservoir(
            build(EchoStateReservoir, dtype="float32"), IntrinsicPlasticity(n_epochs=1)
        ),
        "adaptive liquid": AdaptiveReservoir(build(LIFLiquid), thresholds),
    }


def _one(row):
    return np.ones((1, 1))


def driven(reservoir):
    """What a reservoir does with a series, alone, copied and fitted again."""
    states, state = reservoir.run(U)
    yield "run", (states, state, reservoir.run(U[:5], state), reservoir.rest())
    yield "transform", reservoir.transform(np.stack([U, U[::-1]]))
    yield "names", list(reservoir.get_feature_names_out())
    yield "close_loop", reservoir.close_loop(_one, U[:5].astype(reservoir.dtype_), 1, state)
    yield "parts", [(part.X, part.state, part.reservoir.run(part.X)) for part in reservoir.parts(U)]
    yield "pickle", pickle.loads(pickle.dumps(reservoir)).run(U)
    yield "unfitted", reservoir.unfitted().fit(U).run(U)
    yield "remedy", reservoir.remedy()
    yield "follow", follow([], reservoir, U)[0].run(U)
    if hasattr(reservoir, "spikes"):
        yield "spikes", reservoir.spikes([U, U[::-1]])


def adapted(reservoir):
    """Copies of which everything is given, and those that the rules make, each of what it can adapt."""
    leaky = isinstance(reservoir, (EchoStateReservoir, CTRNNLiquid))
    spiking = isinstance(reservoir, LIFLiquid)
    if leaky or spiking:
        yield "rebuild", rebuild(reservoir).run(U)
    for rule in [IntrinsicPlasticity(n_epochs=1)] * leaky + [Homeostasis(n_epochs=2), STDP(n_epochs=1)] * spiking:
        yield type(rule).__name__, lambda rule=rule: _run_adapted(rule, reservoir)


def _run_adapted(rule, reservoir):
    copy, history = rule.adapt(reservoir, U)
    return copy.run(U), history


def diagnosed(reservoir):
    """Every diagnostic, of a call each."""
    for name in ("state_bounds", "contraction_bound", "spectral_radius", "spectral_norm", "effective_spectral_radius"):
        yield name, lambda name=name: getattr(diagnostics, name)(reservoir)
    seed = {"random_state": 0}
    of_series = {
        "consistency": {"n_replicas": 2} | seed,
        "echo_state_index": {"n_starts": 2} | seed,
        "transient_length": {"n_replicas": 2} | seed,
        "effective_dimension": {},
        "kernel_rank": {"n_series": 3, "n_steps": 5} | seed,
        "generalization_rank": {"n_series": 3, "n_steps": 5} | seed,
        "input_sensitivity": {"lags": 2, "n_samples": 2} | seed,
        "lyapunov_exponents": seed,
        "time_constants": {},
        "effective_spectral_radius": {"n_rows": 2},
        "firing_rates": {},
        "interval_variation": {},
        "synchrony": {},
        "spike_trains": {},
        "branching_ratio": {"n_lags": 3},
        "spike_lyapunov_exponent": {"n_twins": 2, "horizon": 5} | seed,
    }
    for name, arguments in of_series.items():
        yield (
            f"{name} of X",
            lambda name=name, arguments=arguments: getattr(diagnostics, name)(reservoir, U, **arguments),
        )
    yield "separation", lambda: diagnostics.separation(reservoir, U, U[::-1], n_starts=1, **seed)
    for name in ("memory_function", "memory_capacity", "information_processing_capacity", "nonlinear_memory_map"):
        more = {"strengths": [1.0]} if "map" in name else {"max_degree": 1} if "processing" in name else {}
        yield name, lambda name=name, more=more: getattr(diagnostics, name)(reservoir, **MEMORY, **more)


def drawn(reservoir):
    for name in ("SpikeRasterDisplay", "StateDisplay", "TimeConstantDisplay"):
        yield name, lambda name=name: _shown(name, reservoir, U)
    for name in ("SpectrumDisplay", "TopologyDisplay"):
        yield name, lambda name=name: _shown(name, reservoir)


def _shown(name, *given, **arguments):
    """What a picture shows, without what it is drawn on."""
    display = getattr(plots, name).from_estimator(*given, **arguments)
    plt.close("all")
    return {key: value for key, value in vars(display).items() if not key.endswith("_")}


def everything(reservoir):
    for part in (driven, adapted, diagnosed, drawn):
        yield from part(reservoir)


def forecast(forecaster):
    known, before, context = {}, {}, {}
    if forecaster.n_exogenous_:
        known, before, context = {"exogenous": U[:3, :1]}, {"exogenous": U[:, :1]}, {"context_exogenous": U[:, :1]}
    yield "forecast", forecaster.forecast(3, **known)
    yield "forecast of a context", forecaster.forecast(3, U, **known, **context)
    yield "predict_one_step", forecaster.predict_one_step(U, **before)
    yield "score", forecaster.score(U, **before)
    yield "exponents", lambda: diagnostics.autonomous_lyapunov_spectrum(forecaster, 1, 20, random_state=0)
    yield "pickle", pickle.loads(pickle.dumps(forecaster)).predict_one_step(U, **before)
    yield "display", lambda: _shown("ForecastDisplay", forecaster, U, n_steps=3, **before)


def regressed(model):
    yield "predict", model.predict(U)
    yield "several", model.predict([U, U[:9]])
    yield "score", model.score(U, U[:, 0] > 1)
    yield "pickle", pickle.loads(pickle.dumps(model)).predict(U)
    yield "methods", [hasattr(model, name) for name in ("predict_proba", "decision_function", "partial_fit")]
    yield "kind", is_classifier(model)
    if is_classifier(model):
        yield "decisions", model.decision_function(U)
    if hasattr(model, "partial_fit"):
        yield "learning on", pickle.loads(pickle.dumps(model)).partial_fit(U, U[:, 0] > 1).predict(U)
    for by in ("unit", "input"):
        yield f"by {by}", lambda by=by: diagnostics.readout_attribution(model, U, by=by)


def judged(detector):
    yield "scores", detector.score_samples(U)
    yield "stream", detector.score_samples(U, detector.state_, return_state=True)
    yield "decisions", detector.decision_function([U, U[:9]])
    yield "predict", detector.predict(U)
    yield "pickle", pickle.loads(pickle.dumps(detector)).predict(U)


def encoded(encoder):
    yield "transform", encoder.transform([U, U[:9]])
    yield "names", list(encoder.get_feature_names_out())
    yield "pickle", pickle.loads(pickle.dumps(encoder)).transform([U])


def labelled(model):
    yield "predict", model.predict([U, U[:9]])
    yield "score", model.score([U, U[:9]], [0, 1])
    yield "pickle", pickle.loads(pickle.dumps(model)).predict([U])
    if is_classifier(model):
        yield "decisions", model.decision_function([U, U[:9]])
        yield "probabilities", model.predict_proba([U, U[:9]])


def transformed(transformer):
    yield "transform", transformer.transform([U, U[:9]])
    yield "inverse", transformer.inverse_transform(U)
    yield "names", list(transformer.get_feature_names_out())
    yield "methods", [hasattr(transformer, name) for name in ("inverse_transform", "partial_fit")]


def explained(pipeline):
    yield "predict", pipeline.predict([U, U[:9]])
    for by in ("unit", "input", "time"):
        yield by, lambda by=by: diagnostics.readout_attribution(pipeline, [U, U[:9]], by=by)


# Two values that no result may depend on.
unread = pytest.mark.parametrize("value", [Unusable(), None], ids=["unusable", "None"])


pytestmark = pytest.mark.filterwarnings("ignore")  # of health, and of convergence: not what is tested here


@unread
@pytest.mark.parametrize("name", reservoirs())
def test_reservoirs_read_no_parameter_after_fit(name, value):
    reservoir = reservoirs()[name].fit(U)
    check_unread(reservoir, everything, reservoir, value)


QUICK = {"memory": False, "random_state": 0}


def test_what_is_set_on_an_unfitted_copy_stays_there():
    adaptive = AdaptiveReservoir(build(EchoStateReservoir, leak_rate=0.3), IntrinsicPlasticity(n_epochs=1)).fit(U)
    adaptive.unfitted().set_params(reservoir__leak_rate=0.9)
    assert adaptive.unfitted().get_params()["reservoir__leak_rate"] == 0.3


def test_what_is_drawn_by_an_unfitted_copy_is_drawn_by_the_next_one_too():
    reservoir = build(EchoStateReservoir, random_state=np.random.RandomState(0)).fit(U)
    first, second = (reservoir.unfitted().fit(U) for _ in range(2))
    assert_same(weights_of(first), weights_of(second))


SICK = {
    "wild": build(EchoStateReservoir, spectral_radius=5.0),
    "slow": build(EchoStateReservoir, leak_rate=0.001),
    "saturated gates": build(LTCLiquid, synapse="gate", gain=50.0),
    "stiff": build(CfCLiquid, input_scaling=100.0),
    "silent": build(LIFLiquid, input_scaling=0.01),
    "stack": StackedReservoir([build(EchoStateReservoir, spectral_radius=5.0), build(CTRNNLiquid)]),
    "adaptive": AdaptiveReservoir(build(EchoStateReservoir, bias_scaling=9.0), IntrinsicPlasticity(n_epochs=1)),
}


@unread
@pytest.mark.parametrize("name", SICK)
def test_diagnose_reads_no_parameter_after_fit(name, value):
    reservoir = clone(SICK[name]).fit(U)
    check_unread(reservoir, lambda it: [("report", diagnostics.diagnose(it, U, **QUICK))], reservoir, value)


def small():
    return build(EchoStateReservoir)


MODELS = {
    "forecaster": lambda: Forecaster(small(), washout=3).fit(U),
    "forecaster of increments": lambda: Forecaster(small(), washout=3, target="increment", passthrough=False).fit(U),
    "direct forecaster": lambda: Forecaster(small(), washout=3, horizon=3).fit(U),
    "informed forecaster": lambda: Forecaster(small(), washout=3).fit(U, exogenous=U[:, :1]),
    "hybrid forecaster": lambda: Forecaster(small(), expert=np.tanh, washout=3).fit(U),
    "regressor": lambda: ReservoirRegressor(small(), Ridge(), chunk_size=16).fit(U, U[:, 0]),
    "regressor of states": lambda: ReservoirRegressor(small(), passthrough=False, washout=5).fit(U, U[:, 0]),
    "regressor with feedback": lambda: ReservoirRegressor(small(), feedback=True, washout=5).fit(U, U[:, 0]),
    "classifier": lambda: ReservoirRegressor(small(), RidgeReadoutClassifier()).fit(U, U[:, 0] > 1),
    "detector": lambda: AnomalyDetector(small(), window=3).fit(U),
    "detector of another readout": lambda: AnomalyDetector(small(), Ridge(), standardize=False).fit(U),
    "transformer": lambda: PerSequence(StandardScaler(), exclude=-1).fit([U, U[:9]]),
    "encoder": lambda: SequenceEncoder(small(), ("last", "segments", "model"), n_segments=2).fit([U, U]),
    "encoder of views": lambda: SequenceEncoder(
        small(), ("ppv", "min"), views=("scaled", "reversed_differences"), quantiles=(0.2, 0.7)
    ).fit([U, U[:9]]),
    "sequence classifier": lambda: ReservoirClassifier(small(), random_state=0).fit([U, U[:9], U[5:]], [0, 1, 1]),
    "sequence regressor": lambda: SequenceRegressor(small(), random_state=0).fit([U, U[:9], U[5:]], [0.0, 1.0, 2.0]),
}
OUTCOMES_OF = {
    AnomalyDetector: judged,
    Forecaster: forecast,
    ReservoirClassifier: labelled,
    ReservoirRegressor: regressed,
    SequenceEncoder: encoded,
    SequenceRegressor: labelled,
    PerSequence: transformed,
}


@unread
@pytest.mark.parametrize("name", MODELS)
def test_composites_read_no_parameter_after_fit(name, value):
    model = MODELS[name]()
    check_unread(model, OUTCOMES_OF[type(model)], model, value)


@unread
def test_explanations_read_no_parameter_after_fit(value):
    encoder = SequenceEncoder(small())
    pipeline = make_pipeline(encoder, Ridge()).fit([U, U[:9], U[5:]], [0.0, 1.0, 2.0])
    check_unread(pipeline, explained, encoder, value)


def test_a_readout_that_does_not_say_its_width_is_explained_as_it_was_fitted():
    model = ReservoirRegressor(small(), Unnumbered(), passthrough=False).fit(U, U[:, 0])
    check_unread(model, lambda it: [("by unit", diagnostics.readout_attribution(it, U))], model, True)


class Unnumbered(Ridge):
    """A readout of one's own that keeps no number of features."""

    def fit(self, X, y, sample_weight=None):
        super().fit(X, y)
        del self.n_features_in_
        return self
