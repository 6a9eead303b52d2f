import numpy as np
import pytest
from experts import CHAOS, WHEEL, logistic, turn
from numpy.testing import assert_array_equal
from sklearn.preprocessing import FunctionTransformer

from reservoir import EchoStateReservoir, StateOverflowError
from reservoir.forecaster.differences import Differences
from reservoir.forecaster.expert_loop import close_beside_expert, rows_after_each
from reservoir.forecaster.expert_rows import ExpertRows
from reservoir.forecaster.noisy_readout import with_noise
from reservoir.forecaster.preparation import fit_preparation
from reservoir.kernels.closed_loop import AffineReadout

KNOWN = np.sin(0.3 * np.arange(700))[:, None]


def prepared_by(transformer, rows):
    return fit_preparation([rows], transformer, Differences(), np.zeros(rows.shape[1], dtype=bool))


def expert_of(step, transformer="standardize", rows=WHEEL, known=None):
    known_rows = np.empty((len(rows), 0)) if known is None else known
    of_known = None if transformer is None else "standardize"
    return ExpertRows(step, prepared_by(transformer, rows), prepared_by(of_known, known_rows))


def inputs_of(expert, rows=WHEEL[:20], known=None, dtype="float64"):
    parts = [expert.preparation.prepare(rows)[:]]
    parts += [] if known is None else [expert.known_preparation.prepare(known[: len(rows)])[:]]
    return np.hstack(parts).astype(dtype)


def plain_loop(expert, reservoir, readout, inputs, n_outputs, state):
    """The loop with `ExpertRows.after`, which looks at many rows, for each of them."""
    outputs = np.full((len(inputs), n_outputs), np.nan)
    for t in range(len(inputs)):
        row = inputs[t : t + 1]
        rows = expert.after(row, lambda _, t=t: f"the row before step {t} of the forecast,")
        states, state = reservoir.drive(np.hstack([row, rows]), state)
        now = readout.at(t) if hasattr(readout, "at") else readout
        outputs[t] = now(np.hstack([np.hstack([states, rows]), row], dtype=np.float64))[0]
        inputs[t + 1 : t + 2, :n_outputs] = outputs[t]
    return outputs


def informed(rows, exogenous):
    return turn(rows) + 0.1 * exogenous


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("transformer", ["standardize", None, FunctionTransformer(np.sinh, np.arcsinh)], ids=str)
@pytest.mark.parametrize("known", [None, KNOWN], ids=["alone", "exogenous"])
def test_every_bit_is_that_of_the_plain_loop(known, transformer, dtype):
    random = np.random.RandomState(0)
    expert = expert_of(turn if known is None else informed, transformer, known=known)
    inputs = inputs_of(expert, known=known, dtype=dtype)
    n_inputs = inputs.shape[1] + 2
    reservoir = EchoStateReservoir(9, dtype=dtype, random_state=0).fit(np.zeros((1, n_inputs)))
    affine = AffineReadout(random.uniform(-0.2, 0.2, (2, 9 + n_inputs)), np.zeros(2))
    noise = random.standard_normal((len(inputs), 2))
    for readout in (affine, with_noise(affine, noise), with_noise(lambda rows: np.tanh(affine(rows)), noise)):
        given = reservoir, readout
        expected = plain_loop(expert, *given, inputs.copy(), 2, reservoir.rest())
        assert_array_equal(close_beside_expert(expert, *given, inputs.copy(), 2, reservoir.rest()), expected)


@pytest.mark.parametrize("transformer", ["standardize", None])
@pytest.mark.parametrize(
    "step",
    [
        turn,
        lambda rows: turn(rows).tolist(),
        lambda rows: turn(rows).astype(np.float32),
        lambda rows: np.round(turn(rows)).astype(int),
        lambda rows: np.asfortranarray(turn(rows)),
        lambda rows: turn(rows).astype(">f8"),
        lambda rows: np.ma.array(turn(rows)),
        lambda rows: np.matrix(turn(rows)),
        lambda rows: np.multiply(rows, 1e160),  # finite, but for its square
    ],
)
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_each_row_is_that_of_many(step, transformer):
    expert = expert_of(step, transformer)
    inputs = inputs_of(expert)
    after, expected = rows_after_each(expert, inputs), [expert.after(row[None]) for row in inputs]
    assert_array_equal([after(t) for t in range(len(inputs))], expected)


def test_a_regressor_of_one_target_may_return_a_number():
    expert = expert_of(lambda rows: logistic(rows)[:, 0], rows=CHAOS)
    inputs = inputs_of(expert, CHAOS[:5])
    assert_array_equal(rows_after_each(expert, inputs)(3), expert.after(inputs[3:4]))


@pytest.mark.parametrize("transformer", ["standardize", None])
@pytest.mark.parametrize(
    "step",
    [
        lambda rows: rows[0],
        lambda rows: None,
        lambda rows: [[1, 2], [3]],
        lambda rows: np.ma.masked_less(rows, 10),
        lambda rows: rows + 1j,
        lambda rows: np.full_like(rows, np.nan),
        lambda rows: np.full_like(rows, -np.inf),
        lambda rows: np.repeat(rows, 2, axis=0),
        lambda rows: rows + 1e39,
    ],
)
def test_what_an_expert_may_not_return_is_told_as_of_many_rows(step, transformer):
    expert = expert_of(step, transformer)
    inputs = inputs_of(expert, dtype="float32")
    with pytest.raises((ValueError, StateOverflowError)) as of_many:
        expert.after(inputs[7:8], lambda _: "the row before step 7 of the forecast,")
    with pytest.raises(of_many.type) as alone, np.errstate(over="ignore"):
        rows_after_each(expert, inputs)(7)
    assert str(alone.value) == str(of_many.value)


def test_a_row_that_is_not_finite_is_told_as_of_many_rows():
    expert, inputs = expert_of(turn, rows=10 * WHEEL), np.full((3, 2), 1.7e308)
    with pytest.raises(StateOverflowError, match="which is not finite") as of_many:
        expert.after(inputs[2:], lambda _: "the row before step 2 of the forecast,")
    with pytest.raises(StateOverflowError) as alone, np.errstate(over="ignore"):
        rows_after_each(expert, inputs)(2)
    assert str(alone.value) == str(of_many.value)


def test_a_loop_ends_where_a_square_overflows_and_the_expert_is_not_asked_again():
    asked = []
    expert = expert_of(lambda rows: asked.append(rows) or 1e20 * rows, None)
    reservoir = EchoStateReservoir(3, random_state=0).fit(np.zeros((1, 4)))
    weights = np.zeros((2, 7))
    weights[:, 3:5] = np.eye(2)  # what the expert says is what comes next
    inputs = np.zeros((20, 2))
    inputs[0] = 1.0, -1.0
    outputs = close_beside_expert(expert, reservoir, AffineReadout(weights, np.zeros(2)), inputs, 2, reservoir.rest())
    # 1e160 is the first beyond 1.3e154, the root of the largest number.
    np.testing.assert_allclose(outputs[:8], 1e20 ** np.arange(1, 9)[:, None] * [1, -1])
    assert len(asked) == 8 and np.isnan(outputs[8:]).all()


def test_whatever_is_given_to_experts_and_readouts_is_theirs():
    rows_given, features_given = [], []
    expert = expert_of(lambda rows: rows_given.append(rows) or turn(rows))
    reservoir = EchoStateReservoir(3, random_state=0).fit(np.zeros((1, 4)))
    inputs = inputs_of(expert)

    def readout(features):
        features_given.append(features)
        return features[:, 3:5] / 2

    outputs = close_beside_expert(expert, reservoir, readout, inputs, 2, reservoir.rest())
    assert_array_equal([features[0, 3:5] / 2 for features in features_given], outputs)
    np.testing.assert_allclose(expert.preparation.take(np.concatenate(rows_given), 0, 20), inputs, atol=1e-12)
