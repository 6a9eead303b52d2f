"""The table of docs/guide/deployment.md says of every property and every target whether it is exported."""

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadoutClassifier
from reservoir import (
    NVAR,
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    AdaptiveReservoir,
    AnomalyDetector,
    CfCLiquid,
    ConductanceSynapses,
    CTRNNLiquid,
    DelayNodeReservoir,
    EchoStateReservoir,
    Forecaster,
    Izhikevich,
    LegendreMemory,
    LIFLiquid,
    LTCLiquid,
    Markram,
    PerfectIntegrateAndFire,
    ReservoirClassifier,
    ReservoirRegressor,
    ResidualReservoir,
    SequenceEncoder,
    SpikingLiquid,
    StackedReservoir,
    save,
)
from reservoir.interop import to_brian2, to_c, to_nest, to_nir, to_onnx
from reservoir.plasticity import IntrinsicPlasticity

PAGE = Path(__file__).parents[3] / "docs" / "guide" / "deployment.md"
RANDOM = np.random.RandomState(0)
U, Y = RANDOM.uniform(-1, 1, (120, 2)), RANDOM.uniform(-1, 1, (120, 1))
LABELS, TIMES = (U[:, 0] > 0).astype(int), np.column_stack([U, np.full(120, 0.5)])
SEQUENCES, CLASSES = RANDOM.uniform(-1, 1, (12, 30, 2)), np.arange(12) % 3
SHARED = {"n_units": 20, "random_state": 0}
PLAIN = {"refractory": 0.0, "tau_excitatory": 5.0, "tau_inhibitory": 5.0}
BRIEF = {"tau_excitatory": 1e-3, "tau_inhibitory": 1e-3, "recurrent_weights": RANDOM.uniform(-1, 2, (20, 20))}


def echo():
    return EchoStateReservoir(**SHARED)


MODELS = {
    "`EchoStateReservoir`": lambda: echo().fit(U),
    "`ResidualReservoir`": lambda: ResidualReservoir(**SHARED).fit(U),
    "`CTRNNLiquid`": lambda: CTRNNLiquid(**SHARED).fit(U),
    "`LTCLiquid`": lambda: LTCLiquid(**SHARED).fit(U),
    "`CfCLiquid`": lambda: CfCLiquid(**SHARED).fit(U),
    "`LegendreMemory`": lambda: LegendreMemory(5, 9.0).fit(U),
    "`LegendreMemory`, elapsed times": lambda: LegendreMemory(5, 9.0, elapsed_column=2).fit(TIMES),
    "`DelayNodeReservoir`": lambda: DelayNodeReservoir(**SHARED).fit(U),
    "`NVAR`": lambda: NVAR().fit(U),
    "column of elapsed times": lambda: CTRNNLiquid(elapsed_column=2, **SHARED).fit(TIMES),
    "`StackedReservoir`": lambda: StackedReservoir([echo(), echo()]).fit(U),
    "`LIFLiquid`": lambda: LIFLiquid(**SHARED, **PLAIN).fit(U),
    "refractory time": lambda: LIFLiquid(**SHARED, **{**PLAIN, "refractory": 2.0}).fit(U),
    "perfect integrate-and-fire units": lambda: SpikingLiquid(
        neuron=PerfectIntegrateAndFire(), refractory=0.0, **SHARED
    ).fit(U),
    "`AdaptiveLeakyIntegrateAndFire`": lambda: SpikingLiquid(neuron=AdaptiveLeakyIntegrateAndFire(), **SHARED).fit(U),
    "`Izhikevich`": lambda: SpikingLiquid(neuron=Izhikevich(), **SHARED).fit(U),
    "`Izhikevich`, currents of a step": lambda: SpikingLiquid(
        neuron=Izhikevich(), **SHARED, **BRIEF, background_current=4.0
    ).fit(U),
    "`AdaptiveExponential`": lambda: SpikingLiquid(neuron=AdaptiveExponential(), **SHARED).fit(U),
    "`ConductanceSynapses`": lambda: LIFLiquid(synapses=ConductanceSynapses(70.0, -10.0), **SHARED, **PLAIN).fit(U),
    "synapses of `Markram`": lambda: LIFLiquid(short_term_plasticity=Markram(0.5, 300.0, 20.0), **SHARED, **PLAIN).fit(
        U
    ),
    "noise": lambda: LIFLiquid(noise=0.1, **SHARED, **PLAIN).fit(U),
    "linear readout of every step": lambda: ReservoirRegressor(echo()).fit(U, Y),
    "linear classifier of every step": lambda: ReservoirRegressor(echo(), RidgeReadoutClassifier()).fit(U, LABELS),
    "readout that is not linear": lambda: ReservoirRegressor(echo(), KNeighborsRegressor()).fit(U, Y[:, 0]),
    "feedback of outputs": lambda: ReservoirRegressor(echo(), feedback=True).fit(U, Y),
    "`Forecaster`, closed loop": lambda: Forecaster(echo()).fit(U),
    "`Forecaster`, squares of states": lambda: Forecaster(echo(), squares=True).fit(U),
    "states of earlier steps, `lags`": lambda: ReservoirRegressor(echo(), lags=3).fit(U, Y),
    "scaler in front": lambda: make_pipeline(StandardScaler(), ReservoirRegressor(echo())).fit(U, Y),
    "`SequenceEncoder` and a linear classifier": lambda: make_pipeline(
        SequenceEncoder(echo()), RidgeReadoutClassifier()
    ).fit(SEQUENCES, CLASSES),
    "`ReservoirClassifier`, as it is": lambda: ReservoirClassifier(**SHARED).fit(SEQUENCES, CLASSES),
    "`AdaptiveReservoir`": lambda: AdaptiveReservoir(echo(), IntrinsicPlasticity()).fit(U),
    "`AnomalyDetector`": lambda: AnomalyDetector(echo()).fit(U),
}


def table():
    """Return what the page says, by property and target."""
    rows = [re.split(r" *\| *", line)[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines() if "|" in line]
    first = next(k for k, row in enumerate(rows) if row[0] == "Property")
    rows = rows[first:][: 2 + len(MODELS)]
    return {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[2:]}


def export(target, model, folder):
    if target == "C99":
        to_c(model, folder / "model")
    elif target == "file":
        save(model, folder / "model.skops")
    else:
        {"ONNX": to_onnx, "NIR": to_nir, "NEST": to_nest, "Brian2": to_brian2}[target](model)


def verdict(target, model, folder):
    """Return "yes", "no" or "approximate"; a liquid that only the missing package keeps from being exported is one."""
    try:
        export(target, model, folder)
    except ImportError:
        return "yes"
    except (TypeError, ValueError) as error:
        assert re.match("'(model|liquid)' must ", str(error)), error
        assert not list(folder.iterdir())
        if target == "NIR" and "refractory" in str(error):
            to_nir(model, allow=("refractory",))
            return "approximate"
        return "no"
    return "yes"


def test_the_table_has_every_property():
    assert list(table()) == list(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_everything_goes_where_the_table_says(name, tmp_path):
    model, said = MODELS[name](), table()[name]
    assert len(said) == 6
    found = {}
    for target in said:
        folder = tmp_path / target
        folder.mkdir()
        found[target] = verdict(target, model, folder)
    assert found == said
