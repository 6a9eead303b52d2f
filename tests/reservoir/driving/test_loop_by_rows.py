import numpy as np
import pytest
from builders import build, series
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CfCLiquid, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid
from reservoir.driving.loop_by_rows import loop_by_rows
from reservoir.kernels.closed_loop import AffineReadout


def first_row(n_steps, n_columns, known=0):
    """Inputs of which the first row and the last ``known`` columns are given."""
    inputs = np.zeros((n_steps, n_columns))
    inputs[0], inputs[:, n_columns - known :] = 0.5, series(n_steps, known)
    return inputs


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid, LTCLiquid, CfCLiquid, LIFLiquid])
def test_compiled_loops_do_the_same(cls):
    reservoir = build(cls).fit(series(40, 3))
    _, state = reservoir.run(series(40, 3))
    weights = 0.1 * series(2, reservoir.n_units_ + 3)
    readout = AffineReadout(weights, np.array([0.1, -0.2]))
    outputs = reservoir.close_loop(readout, first_row(20, 3, known=1), 2, state)
    assert_allclose(loop_by_rows(reservoir, readout, first_row(20, 3, known=1), 2, state), outputs, rtol=1e-10)


def test_a_linear_loop_is_a_power():
    # x(t) = u(t), y(t) = a x(t), u(t+1) = y(t): y(t) = a^(t+1) u(0)
    wire = EchoStateReservoir(
        input_weights=[[1.0]], recurrent_weights=[[0.0]], bias=0.0, leak_rate=1.0, activation="identity"
    ).fit([[0.0]])
    inputs = first_row(10, 1)
    outputs = loop_by_rows(wire, lambda rows: 0.7 * rows[:, :1], inputs, 1, wire.rest())
    assert_allclose(outputs[:, 0], 0.5 * 0.7 ** np.arange(1, 11), rtol=1e-13)
    assert_array_equal(inputs[1:], outputs[:-1])


def test_after_the_first_step_that_is_not_finite_there_is_nothing():
    reservoir = build(EchoStateReservoir).fit([[0.0]])
    outputs = loop_by_rows(reservoir, lambda rows: 1e200 * rows[:, -1:], first_row(10, 1), 1, reservoir.rest())
    assert outputs[0] == pytest.approx(5e199)
    assert not np.isfinite(outputs[1:]).any()
    growing = EchoStateReservoir(
        recurrent_weights=[[1e200]], input_weights=[[1.0]], bias=0.0, leak_rate=1.0, activation="identity"
    ).fit([[0.0]])
    outputs = loop_by_rows(growing, lambda rows: rows[:, -1:], first_row(10, 1), 1, growing.rest())
    assert_array_equal(outputs[:2], 0.5)
    assert np.isnan(outputs[2:]).all()


def test_a_readout_is_not_asked_about_what_has_run_away():
    def readout(rows):
        assert np.abs(rows).max() < 1e160  # as many readouts refuse what overflows within them
        return 1e20 * rows[:, -1:]

    reservoir = build(EchoStateReservoir).fit([[0.0]])
    outputs = loop_by_rows(reservoir, readout, first_row(20, 1), 1, reservoir.rest())
    assert_allclose(outputs[:8, 0], 0.5 * 1e20 ** np.arange(1.0, 9))
    assert np.isnan(outputs[8:]).all()
