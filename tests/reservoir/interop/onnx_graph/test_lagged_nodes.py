import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose
from onnx_runs import assert_same_states, run, states_after

from readouts import RidgeReadout
from reservoir import (
    NVAR,
    AdaptiveReservoir,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    ReservoirRegressor,
    SequenceEncoder,
    StackedReservoir,
)
from reservoir.interop import to_onnx
from reservoir.lagged import LaggedReservoir
from reservoir.plasticity import IntrinsicPlasticity

U = np.abs(series(200, 3))


@pytest.mark.parametrize("inputs", ["past", "all", "none"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_states_and_inputs_of_earlier_steps(inputs, dtype):
    lagged = LaggedReservoir(EchoStateReservoir(9, dtype=dtype, random_state=0), (1, 4), inputs=inputs).fit(U)
    assert_same_states(lagged, U)


@pytest.mark.parametrize(
    "reservoir",
    [
        NVAR(delay=1),  # which has no state of its own
        CfCLiquid(6, mixed_memory=True, random_state=0),
        StackedReservoir([EchoStateReservoir(5), CTRNNLiquid(4)], elapsed_column=1, random_state=0),
    ],
    ids=["monomials", "memory", "stack"],
)
def test_of_other_reservoirs(reservoir):
    assert_same_states(LaggedReservoir(reservoir, 2, inputs="all").fit(U), U)


@pytest.mark.parametrize("feedback", [False, True])
def test_a_regressor_over_10000_steps_in_two_parts(feedback):
    X = np.abs(series(10_000, 3))
    reservoir = EchoStateReservoir(20, random_state=0)
    model = ReservoirRegressor(reservoir, RidgeReadout(10.0), lags=(1, 5), feedback=feedback).fit(U, U[:, :2])
    graph = to_onnx(model)
    head = run(graph, X=X[:4000])
    tail = run(graph, X=X[4000:], **states_after(head))
    predictions = np.concatenate([head["predictions"], tail["predictions"]])
    assert_allclose(predictions, model.predict(X), rtol=0, atol=1e-12)


def test_an_encoder():
    sequences = np.stack([U[:50], U[50:100]])
    encoder = SequenceEncoder(EchoStateReservoir(9, random_state=0), ("last", "mean"), lags=3).fit(sequences)
    assert_allclose(run(to_onnx(encoder), X=sequences)["features"], encoder.transform(sequences), rtol=0, atol=1e-12)


def test_an_adaptive_reservoir_is_refused():
    adaptive = AdaptiveReservoir(EchoStateReservoir(5, random_state=0), IntrinsicPlasticity(n_epochs=1))
    with pytest.raises(TypeError, match="'model' must be made of reservoirs that have a form in ONNX, .*Adaptive"):
        to_onnx(LaggedReservoir(adaptive, 2).fit(U))
