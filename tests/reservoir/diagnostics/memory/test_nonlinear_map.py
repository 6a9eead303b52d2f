import numpy as np
import pytest
from remembering import EVERY, static
from scipy.special import eval_legendre
from sklearn.exceptions import NotFittedError

from reservoir import NVAR, EchoStateReservoir
from reservoir.diagnostics.memory import NonlinearMemoryMap, memory_function, nonlinear_memory_map

NODE, WEIGHT = np.polynomial.legendre.leggauss(80)


def r_squared(x, y):
    """Of functions on [-1, 1], by quadrature."""
    x, y = x - WEIGHT @ x / 2, y - WEIGHT @ y / 2
    return (WEIGHT @ (x * y)) ** 2 / (WEIGHT @ x**2) / (WEIGHT @ y**2)


@pytest.mark.parametrize("name", EVERY)
def test_every_reservoir_has_a_map(name):
    found = nonlinear_memory_map(EVERY[name], n_steps=400, washout=50, max_delay=4, random_state=0)
    assert isinstance(found, NonlinearMemoryMap)
    assert found.strengths.tolist() == [1, 2, 3, 4, 5] and found.delays.tolist() == [0, 1, 2, 3, 4]
    for part in (found.capacity, found.raw, found.standard_error):
        assert part.shape == (5, 5)
        assert np.isfinite(part).all()
    assert np.all((found.capacity >= 0) & (found.capacity <= 1))


def test_degree_one_is_the_memory_function():
    settings = {"max_delay": 6, "n_steps": 500, "input_range": (0, 2), "column": 1, "random_state": 0}
    found = nonlinear_memory_map(EVERY["own"], strengths=[1], **settings)
    linear = memory_function(EVERY["own"], **settings)
    np.testing.assert_allclose(found.capacity[0], linear.capacity)
    np.testing.assert_allclose(found.standard_error[0], linear.standard_error)


def test_legendre_map_of_a_static_unit_agrees_with_quadrature():
    found = nonlinear_memory_map(static(lambda u: np.exp(3 * u)), max_delay=2, strengths=[1, 2, 3, 4], random_state=0)
    expected = [r_squared(np.exp(3 * NODE), eval_legendre(degree, NODE)) for degree in (1, 2, 3, 4)]
    assert np.all(np.abs(found.capacity[:, 0] - expected) < 4 * found.standard_error[:, 0])
    np.testing.assert_allclose(found.capacity[:, 1:], 0, atol=0.005)


def test_sine_map_of_a_delay_line_agrees_with_quadrature():
    line = NVAR(delay=3, order=1).fit([[0.0]])
    found = nonlinear_memory_map(line, function="sine", strengths=[0.1, 2.0, 5.0], max_delay=4, random_state=0)
    expected = [r_squared(NODE, np.sin(nu * NODE)) for nu in (0.1, 2.0, 5.0)]
    deviation = found.capacity[:, :3] - np.array(expected)[:, None]
    assert np.all(np.abs(deviation) < 4 * found.standard_error[:, :3] + 1e-9)
    np.testing.assert_allclose(found.capacity[:, 3:], 0, atol=0.005)
    assert found.function == "sine"
    assert found.strengths.tolist() == [0.1, 2.0, 5.0]


def test_memory_is_traded_for_nonlinearity():
    # Strong input makes units nonlinear, and forgetful (Inubushi & Yoshimura 2017).
    maps = [
        nonlinear_memory_map(
            EchoStateReservoir(40, leak_rate=1.0, input_scaling=scale, random_state=0).fit([[0.0]]),
            function="sine", max_delay=30, n_steps=4000, random_state=0,
        )
        for scale in (0.01, 2.0)
    ]  # fmt: skip
    weak, strong = (one.capacity for one in maps)
    assert maps[0].strengths.shape == (10,)
    assert weak[0].sum() > strong[0].sum() + 5
    assert strong[8, 0] > weak[8, 0] + 0.3  # nu = 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"function": "cosine"}, "'function' must be one of 'legendre', 'sine'; got 'cosine'"),
        ({"strengths": [1.5]}, "'strengths' must be an integer of at least 1; got 1.5"),
        ({"strengths": []}, "'strengths' must be a list of at least one number"),
        ({"strengths": 3}, "'strengths' must be a list of at least one number; got 3"),
        ({"function": "sine", "strengths": [0.0]}, "'strengths' must be .* got 0.0"),
        ({"max_delay": -2}, "'max_delay'"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        nonlinear_memory_map(EVERY["own"], n_steps=200, **arguments)


def test_reservoir_must_be_fitted():
    with pytest.raises(NotFittedError):
        nonlinear_memory_map(EchoStateReservoir())


def test_a_vanishing_strength_is_that_of_a_straight_line():
    reservoir = EchoStateReservoir(10, random_state=0).fit([[0.0]])
    memory = nonlinear_memory_map(
        reservoir, function="sine", strengths=[1e-300, 1e-3], max_delay=2, n_steps=500, random_state=0
    )
    np.testing.assert_allclose(memory.capacity[0], memory.capacity[1], atol=1e-5)
