import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir import LIFLiquid, Markram
from reservoir.interop.c99.markram_synapses import dynamic_amount

ROW = np.zeros((1, 3))


def amount(dtype="float64", **parameters):
    liquid = LIFLiquid(20, dtype=dtype, random_state=0, **parameters).fit(ROW)
    circuit = liquid.program_.circuit
    filled = np.diff(circuit.starts.astype(int))[: 20 * len(circuit.delays)] > 0
    return filled, *dynamic_amount(liquid.program_.dynamics, liquid.rest(), filled, np.dtype(dtype))


def test_each_kind_of_synapse_is_kept_once():
    filled, by_segment, by_synapse, needed = amount(
        short_term_plasticity=Markram((0.5, 0.05, 0.25, 0.32), 200.0, 50.0), delays=(2.0, 1.0, 1.0, 1.0)
    )
    assert by_synapse == ""
    assert "utilization[kind[segment]]" in by_segment
    assert needed.constants["utilization"].tolist() == [0.05, 0.25, 0.32, 0.5]
    assert len(needed.constants["kind"]) == filled.sum() < len(filled)


def test_synapses_of_their_own_constants_have_no_kinds():
    _, by_segment, by_synapse, needed = amount(short_term_plasticity=Markram(0.5, 200.0, 50.0, spread=0.2))
    assert "amount" not in by_segment
    assert "utilization[k]" in by_synapse
    assert len(needed.constants["utilization"]) == len(needed.state["use"])


@pytest.mark.parametrize(("dtype", "highest"), [("float64", 708.0), ("float32", 87.0)])
def test_times_of_nothing_become_the_highest_rate(dtype, highest):
    _, _, _, needed = amount(dtype, short_term_plasticity=Markram(0.5, 0.0, (0.0, 1e-3, 50.0, 50.0)))
    assert_array_equal(needed.constants["depression"], highest)
    assert_array_equal(np.unique(needed.constants["facilitation"]), np.array([0.02, highest], dtype))
