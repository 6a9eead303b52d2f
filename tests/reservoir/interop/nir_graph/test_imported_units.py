"""A node that spikes becomes a neuron, whatever the form of its numbers."""

import nir
import numpy as np
import pytest

from reservoir import LeakyIntegrateAndFire, PerfectIntegrateAndFire
from reservoir.interop.nir_graph.imported_units import imported_units, per_unit, time_constant


class Tensor:
    """Behaves as a tensor of torch that needs a gradient: it is no array until it is detached."""

    def __init__(self, *values):
        self.values, self.shape = np.array(values, np.float32), (len(values),)

    def __array__(self, *_, **__):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")

    def detach(self):
        return self

    def cpu(self):
        return self.values


def node(make=np.array):
    fields = {"tau": 0.02, "r": 2.0, "v_leak": 1.0, "v_threshold": 5.0, "v_reset": -1.0}
    return nir.LIF(**{name: make(value) for name, value in fields.items()})


@pytest.mark.parametrize(
    "make", [np.array, lambda one: np.array([one]), lambda one: np.full(3, one, np.float32), Tensor]
)
def test_numbers_arrays_and_tensors_are_read(make):
    units = imported_units(node(make), 3, 1.0, "exact", "float64")
    assert type(units.neuron) is LeakyIntegrateAndFire
    np.testing.assert_allclose(units.neuron.tau_membrane, [20, 20, 20], rtol=1e-6)
    np.testing.assert_array_equal(units.neuron.threshold, np.nextafter(5.0, 6) * np.ones(3))
    np.testing.assert_array_equal(units.neuron.resting, [1, 1, 1])
    np.testing.assert_array_equal(units.neuron.reset, [-1, -1, -1])
    np.testing.assert_allclose(units.per_step, 2 * (1 - np.exp(-1 / 20)), rtol=1e-6)
    np.testing.assert_array_equal(units.in_nanoampere, [2, 2, 2])


def test_units_without_leak():
    perfect = nir.IF(r=np.array([4.0]), v_threshold=np.array([1.0]), v_reset=np.array([0.0]))
    units = imported_units(perfect, 2, 0.5, "exact", "float64")
    assert type(units.neuron) is PerfectIntegrateAndFire
    np.testing.assert_array_equal(units.neuron.capacitance, 250.0)  # dv/dt = 4 / s for 1 nA, or 1 / 250 mV / ms
    np.testing.assert_array_equal(units.per_step, 0.002)


@pytest.mark.parametrize("ratio", [1e-6, 0.1, 0.9])
def test_exact_decay_is_that_of_a_step_by_euler(ratio):
    (tau,) = time_constant(np.array([0.001 / ratio]), 1.0, "euler", "membrane")
    assert np.exp(-1 / tau) == pytest.approx(1 - ratio, rel=1e-12)
    assert time_constant(np.array([0.02]), 1.0, "exact", "membrane") == 20.0


def test_a_step_of_the_time_constant_leaves_nothing():
    (tau,) = time_constant(np.array([0.001]), 1.0, "euler", "membrane")
    assert np.exp(-1 / tau) == 0.0


def test_longer_steps_than_time_constants_are_refused():
    with pytest.raises(
        ValueError, match="time constants of at least dt=1 ms for integrator='euler'; got 0.5 ms of a m"
    ):
        time_constant(np.array([0.0005]), 1.0, "euler", "membrane")


def test_fields_have_one_number_or_one_for_each_unit():
    with pytest.raises(ValueError, match="'graph' must have one tau or 3, one for each unit; got 2"):
        per_unit("tau", np.ones(2), 3)
