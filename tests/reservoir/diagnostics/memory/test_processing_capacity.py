import numpy as np
import pytest
from remembering import EVERY, linear, static
from scipy.special import eval_legendre
from sklearn.exceptions import NotFittedError

from reservoir import NVAR, EchoStateReservoir
from reservoir.diagnostics.memory import ProcessingCapacity, information_processing_capacity


@pytest.mark.parametrize("name", EVERY)
def test_every_reservoir_computes_something(name):
    found = information_processing_capacity(
        EVERY[name], n_steps=600, washout=50, max_degree=3, max_products=60, random_state=0
    )
    assert isinstance(found, ProcessingCapacity)
    assert 0 < found.total <= found.rank + 3 * found.standard_error
    assert found.rank <= EVERY[name].n_units_
    for part in (found.by_degree, found.by_variables, found.degree_error, found.below, found.n_tried, found.complete):
        assert part.shape == (3,)
    for part in (found.by_degree, found.by_variables, found.by_delay, found.capacity):
        assert part.sum() == pytest.approx(found.total)
        assert np.all(part >= 0)
    np.testing.assert_allclose(found.by_delay.sum(axis=1), found.by_degree)
    assert len(found.products) == len(found.capacity)
    assert np.all(np.diff(found.capacity) <= 0)


@pytest.mark.parametrize("parameters", [{}, {"leak_rate": 1.0, "input_scaling": 0.5, "bias_scaling": 0.2}])
def test_capacities_of_a_fading_memory_add_up_to_the_number_of_units(parameters):
    reservoir = EchoStateReservoir(10, topology="random", random_state=0, **parameters).fit([[0.0]])
    found = information_processing_capacity(reservoir, n_steps=20_000, max_products=1000, random_state=0)
    assert found.rank == 10
    assert 9 <= found.total <= 10 + 3 * found.standard_error
    assert found.total + found.below.sum() == pytest.approx(10, abs=0.5)
    assert found.standard_error < 0.3


def test_second_order_features_by_hand():
    # u(t), u(t-1), their squares and their product: two linear capacities, three quadratic ones.
    found = information_processing_capacity(NVAR(delay=2, order=2).fit([[0.0]]), n_steps=5000, random_state=0)
    np.testing.assert_allclose(found.by_degree, [2, 3, 0, 0, 0, 0], atol=0.01)
    np.testing.assert_allclose(found.by_variables[:3], [4, 1, 0], atol=0.01)
    np.testing.assert_allclose(found.by_delay[:2, :2], [[1, 1], [1, 2]], atol=0.01)
    assert set(found.products[:5]) == {((0, 1),), ((1, 1),), ((0, 2),), ((1, 2),), ((0, 1), (1, 1))}
    assert found.complete[1:].all()


def test_linear_reservoir_spends_all_on_degree_one():
    ring = linear(8, 0.8 * np.roll(np.eye(8), 1, axis=0), np.eye(8)[:, :1])
    found = information_processing_capacity(ring, n_steps=10_000, max_degree=4, random_state=0, input_range=(2, 7))
    assert found.by_degree[0] == pytest.approx(8, abs=3 * found.standard_error + 0.01)
    np.testing.assert_allclose(found.by_degree[1:], 0, atol=0.01)


def test_unit_without_memory_agrees_with_quadrature():
    node, weight = np.polynomial.legendre.leggauss(80)
    x, weight = np.exp(2 * node), weight / 2
    variance = weight @ x**2 - (weight @ x) ** 2
    expected = [(2 * d + 1) * (weight @ (x * eval_legendre(d, node))) ** 2 / variance for d in range(1, 5)]
    found = information_processing_capacity(
        static(lambda u: np.exp(2 * u)), max_degree=4, n_steps=20_000, random_state=0, max_delay=5
    )
    assert np.all(np.abs(found.by_degree - expected) < 4 * found.degree_error + 0.002)
    assert sum(expected) == pytest.approx(1, abs=0.002)
    np.testing.assert_allclose(found.by_variables, [found.total, 0, 0, 0], atol=1e-3)


def test_chance_stands_out_as_rarely_as_stated():
    # All that is tried has no capacity but what one in ten gains by chance.
    found = information_processing_capacity(
        static(np.tanh, [0.5, 1.0, 2.0]), max_degree=2, n_steps=2000, significance=0.1, patience=25, max_delay=25,
        random_state=0,
    )  # fmt: skip
    by_chance = [product for product in found.products if product[-1][0] > 0]
    assert len(by_chance) / found.n_tried.sum() == pytest.approx(0.1, abs=0.05)


def test_search_ends_where_it_is_set_to_end():
    own = EVERY["own"]
    short = information_processing_capacity(own, n_steps=1000, max_degree=2, max_delay=1, random_state=0)
    assert short.n_tried.tolist() == [2, 3]
    assert not short.complete.any()
    few = information_processing_capacity(own, n_steps=1000, max_degree=2, max_products=1, random_state=0)
    assert few.n_tried.tolist() == [1, 1]
    patient = information_processing_capacity(own, n_steps=1000, max_degree=2, max_delay=60, patience=8, random_state=0)
    assert patient.complete.all()
    assert patient.by_delay.shape[1] + 8 <= patient.n_tried[0] + 1 or patient.by_delay[0, -1] == 0


def test_patience_spans_gaps_between_delays():
    gaps = NVAR(delay=2, stride=6, order=1).fit([[0.0]])
    for patience, expected in ((3, 1), (6, 2)):
        found = information_processing_capacity(gaps, patience=patience, max_degree=1, n_steps=1000, random_state=0)
        assert found.total == pytest.approx(expected, abs=0.02)


def test_nothing_found_is_zero():
    # A unit that counts to three has no input, but varies.
    class Clock(type(EVERY["own"])):
        def _drive(self, X, state):
            return (state.get("t", 0) + np.arange(len(X)))[:, None] % 3.0 @ np.ones((1, 6)), state

    found = information_processing_capacity(
        Clock().fit([[0.0]]), n_steps=1000, max_degree=2, significance=1e-9, random_state=0
    )
    assert found.total == found.standard_error == 0
    assert found.products == [] and found.by_delay.shape == (2, 1)
    assert found.rank == 1


def test_progress_is_printed_only_if_wanted(capsys):
    settings = {"n_steps": 300, "max_degree": 2, "max_delay": 2, "random_state": 0}
    quiet = information_processing_capacity(EVERY["own"], **settings)
    assert capsys.readouterr().out == ""
    loud = information_processing_capacity(EVERY["own"], verbose=True, **settings)
    lines, name = capsys.readouterr().out.splitlines(), "[information_processing_capacity]"
    assert [line.split(":")[0] for line in lines] == [f"{name} degree {degree}" for degree in (1, 2)]
    assert quiet.total == loud.total


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_degree": 0}, "'max_degree' must be an integer of at least 1; got 0"),
        ({"max_products": 0}, "'max_products'"),
        ({"significance": 1.0}, "'significance'"),
        ({"patience": 0}, "'patience'"),
        ({"n_steps": None}, None),
        ({"n_steps": 10}, "'n_steps' must be at least 124 for states of 6 columns"),
    ],
)
def test_arguments_are_checked(arguments, message):
    settings = {"max_degree": 1, "max_delay": 1} | arguments
    if message is None:
        assert information_processing_capacity(EVERY["own"], **settings).n_steps == 10_000
        return
    with pytest.raises(ValueError, match=message):
        information_processing_capacity(EVERY["own"], **settings)


def test_reservoir_must_be_fitted():
    with pytest.raises(NotFittedError):
        information_processing_capacity(EchoStateReservoir())


@pytest.mark.parametrize("seed", [0, 1])
def test_few_steps_do_not_exceed_the_number_of_units(seed):
    reservoir = EchoStateReservoir(20, leak_rate=1.0, random_state=0).fit([[0.0]])
    found = information_processing_capacity(reservoir, n_steps=180, random_state=seed)
    assert found.total <= 20 + found.standard_error
