import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir import LIFLiquid, Markram
from reservoir.spiking.markram import resolve_markram

U = np.random.RandomState(0).standard_normal((40, 3))
PUBLISHED = {"EE": (0.5, 1100, 50), "EI": (0.05, 125, 1200), "IE": (0.25, 700, 20), "II": (0.32, 144, 60)}
# design figures: u0 r0 at 10 Hz of the four projections of Maass et al. 2002
AT_10_HZ = {"EE": 0.081, "EI": 0.300, "IE": 0.095, "II": 0.269}


@pytest.mark.parametrize("projection", PUBLISHED)
def test_stationary_state_is_the_fixed_point_of_the_recursion(projection):
    utilization, depression, facilitation = PUBLISHED[projection]
    u, r = utilization, 1.0
    for _ in range(2000):
        r = 1 + (r - u * r - 1) * np.exp(-100 / depression)
        u = utilization + u * (1 - utilization) * np.exp(-100 / facilitation)
    expected = Markram(utilization, depression, facilitation, rate=10.0).stationary(*PUBLISHED[projection])
    np.testing.assert_allclose((u, r), expected, rtol=1e-12)
    assert u * r == pytest.approx(AT_10_HZ[projection], abs=6e-4)


def test_without_a_rate_synapses_start_rested():
    use, resource = Markram(0.3, 100.0, 50.0).stationary(0.3, 100.0, 50.0)
    assert (use, resource) == (0.3, 1.0)


def test_limits_without_depression_or_facilitation():
    assert Markram(0.3, 0.0, 0.0, rate=20.0).stationary(0.3, 0.0, 0.0) == (0.3, 1.0)


@pytest.mark.parametrize("utilization", [1e-12, 1e-17, 1e-100])
def test_a_tiny_utilization_keeps_its_stationary_state(utilization):
    # F and D so long that nothing decays between two spikes: u grows to 1, the resource is used up
    use, resource = Markram(utilization, 1e300, 1e300, rate=1000.0).stationary(utilization, 1e300, 1e300)
    assert use == pytest.approx(1.0, rel=1e-9)
    assert resource == pytest.approx(0.0, abs=1e-9)
    # 1 / (rate F) = 2: u = U / (1 - e^-2) to first order
    use, _ = Markram(utilization, 1.0, 0.5, rate=1000.0).stationary(utilization, 1.0, 0.5)
    assert use == pytest.approx(utilization / (1 - np.exp(-2)), rel=1e-9)


def weights(n=30):
    matrix = np.random.RandomState(1).standard_normal((n, n))
    np.fill_diagonal(matrix, 0.0)
    return csr_array(matrix)


def test_spread_is_relative_and_keeps_the_range():
    inhibitory = np.zeros(200, bool)
    values = resolve_markram(Markram(0.5, 200.0, 50.0, spread=0.5), weights(200), inhibitory, np.random.RandomState(0))
    for value, mean in zip(values, (0.5, 200.0, 50.0), strict=True):
        assert value.min() > 0
        # the normal law cut at 0 (2 standard deviations down): mean + 0.0276 of the mean; U is cut at 1 as well
        expected = mean if mean == 0.5 else mean * 1.0276
        assert value.mean() == pytest.approx(expected, rel=0.01)
    assert values[0].max() <= 1


def test_static_synapses_carry_the_stationary_weight():
    dynamic = LIFLiquid(40, short_term_plasticity=Markram(0.5, 300.0, 50.0, rate=10.0), random_state=0).fit(U)
    static = LIFLiquid(40, short_term_plasticity=Markram(0.5, 300.0, 50.0, rate=10.0, static=True), random_state=0).fit(
        U
    )
    use, resource = Markram(0.5, 300.0, 50.0, rate=10.0).stationary(0.5, 300.0, 50.0)
    assert static.short_term_plasticity_ is None
    np.testing.assert_allclose(static.recurrent_weights_.data, dynamic.recurrent_weights_.data * use * resource)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("markram", "'short_term_plasticity' must be None or Markram"),
        (Markram(0.0, 1.0, 1.0), "'utilization' must be a number above 0 and at most 1; got 0.0"),
        (Markram(1.5, 1.0, 1.0), "'utilization' must be"),
        (Markram(0.5, -1.0, 1.0), "'tau_depression' must be a number at least 0; got -1.0"),
        (Markram(0.5, 1.0, (1.0, 2.0)), "'tau_facilitation' must be one number, four"),
        (Markram(0.5, 1.0, 1.0, spread=-1), "'spread' must be"),
        (Markram(0.5, 1.0, 1.0, spread=1e300), "'spread' must be a number at least 0 and at most 10; got 1e\\+300"),
        (Markram(0.5, 1.0, 1.0, rate=-1), "'rate' must be"),
        (Markram(0.5, 1.0, 1.0, static="no"), "'static' must be True or False"),
    ],
)
def test_bad_dynamics_are_refused(value, message):
    with pytest.raises(ValueError, match=message):
        LIFLiquid(10, short_term_plasticity=value).fit(U)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_times_as_short_or_long_as_numbers_go_are_limits(dtype):
    def states(depression, facilitation):
        markram = Markram(0.5, depression, facilitation)
        liquid = LIFLiquid(20, recurrent_scaling=1.0, short_term_plasticity=markram, random_state=0, dtype=dtype)
        return liquid.fit(U).transform(U)

    np.testing.assert_array_equal(states(1e-320, 1e-320), states(0.0, 0.0))
    assert np.isfinite(states(1e300, 1e300)).all()


@pytest.mark.parametrize("value", [None, True, "1", -1.0, np.nan, np.inf, 10**400, 1j, [[1, 2], [3]], [0.5, -1], len])
@pytest.mark.parametrize("place", range(3))
def test_what_has_no_stationary_state_is_named(place, value):
    arguments = [0.5, 200.0, 100.0]
    arguments[place] = value
    name = ("utilization", "tau_depression", "tau_facilitation")[place]
    with pytest.raises(ValueError, match=f"'{name}' must"):
        Markram(0.5, 200.0, 100.0, rate=5.0).stationary(*arguments)


def test_stationary_states_of_arrays_are_those_of_their_numbers():
    markram, parts = Markram(0.5, 1.0, 1.0, rate=5.0), np.array([[0.1, 0.9], [200.0, 0.0], [1e308, 100.0]])
    np.testing.assert_array_equal(
        markram.stationary(*parts), np.transpose([markram.stationary(*one) for one in parts.T])
    )
    with pytest.raises(ValueError, match=r"'utilization', .* arrays of equal shape; got shapes \(2,\), \(3,\)"):
        markram.stationary(np.ones(2), 1.0, np.ones(3))


def test_a_matrix_is_shown_by_its_shape():
    synapses = Markram(csr_array(np.full((3, 3), 0.5)), 1100.0, (50.0, 20.0, 10.0, 5.0))
    shown = repr(synapses)
    assert "utilization=<(3, 3) sparse, 9 stored>" in shown and "tau_facilitation=(50, 20, 10, 5)" in shown
