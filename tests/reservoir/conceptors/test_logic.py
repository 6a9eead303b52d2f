"""The laws of the report's sections 3.8 to 3.10, on conceptors of states, of low rank, and hard ones."""

import itertools

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from reservoir import Conceptor

SIZE = 6


def states(seed, rank=SIZE):
    random = np.random.RandomState(seed)
    return random.standard_normal((60, rank)) @ random.standard_normal((rank, SIZE))


def hard(seed, rank):
    axes = np.linalg.qr(np.random.RandomState(seed).standard_normal((SIZE, rank)))[0]
    return Conceptor.from_matrix(axes @ axes.T)


SOFT = [Conceptor(0.3).fit(states(seed)) for seed in range(3)]
SINGULAR = [Conceptor(0.5).fit(states(seed, rank)) for seed, rank in ((3, 4), (4, 5), (5, 2))]
HARD = [hard(6, 4), hard(7, 3), hard(8, 5)]
PAIRS = [*itertools.permutations([*SOFT[:2], *SINGULAR[:2], *HARD[:2]], 2)]
ALL, NOTHING = Conceptor.from_matrix(np.eye(SIZE)), Conceptor.from_matrix(np.zeros((SIZE, SIZE)))


def same(first, second, atol=1e-8):
    np.testing.assert_allclose(first.matrix_, second.matrix_, atol=atol)


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_boolean_laws(number):
    a, b = PAIRS[number]
    same(~~a, a)
    same(a & b, b & a)
    same(a | b, b | a)
    same(~(a & b), ~a | ~b)
    same(~(a | b), ~a & ~b)
    for one in (a & b, a | b, ~a):
        values = one.singular_values_
        assert ((values >= 0) & (values <= 1)).all()
        np.testing.assert_array_equal(one.matrix_, one.matrix_.T)
        assert (np.linalg.eigvalsh(one.matrix_) > -1e-12).all()


@pytest.mark.parametrize("triple", [SOFT, SINGULAR, HARD], ids=["soft", "singular", "hard"])
def test_operations_are_associative(triple):
    a, b, c = triple
    same((a & b) & c, a & (b & c))
    same((a | b) | c, a | (b | c))


@pytest.mark.parametrize("a", [SOFT[0], SINGULAR[0], HARD[0]], ids=["soft", "singular", "hard"])
def test_all_and_nothing_are_neutral(a):
    same(a & ALL, a)
    same(a | NOTHING, a)
    same(a & NOTHING, NOTHING)
    same(a | ALL, ALL)


def test_joining_one_with_itself_changes_its_aperture():
    """Here conceptors differ from sets: A and A is narrower, and A or A wider, by the square root of 2."""
    for a in (*SOFT, *SINGULAR, *HARD):
        same(a & a, a.scale_aperture(0.5**0.5))
        same(a | a, a.scale_aperture(2**0.5))


def test_hard_conceptors_obey_absorption_and_excluded_middle():
    for a, b in itertools.permutations(HARD, 2):
        same(a & (a | b), a)
        same(a | (a & b), a)
        same(a | ~a, ALL)
        same(a & ~a, NOTHING)


def test_absorption_holds_in_order():
    for a, b in PAIRS:
        assert a & b <= a <= a | b
        assert a & (a | b) <= a <= a | (a & b)


@pytest.mark.parametrize("factor", [0.01, 0.5, 3.0, 100.0])
def test_apertures_and_logic(factor):
    for a, b in PAIRS:
        same((~a).scale_aperture(factor), ~a.scale_aperture(1 / factor), atol=1e-7)
        same((a & b).scale_aperture(factor), a.scale_aperture(factor) & b.scale_aperture(factor), atol=1e-6)
        same((a | b).scale_aperture(factor), a.scale_aperture(factor) | b.scale_aperture(factor), atol=1e-6)
        same(a.scale_aperture(factor).scale_aperture(2.0), a.scale_aperture(2 * factor), atol=1e-7)


def test_limits_of_the_aperture():
    for a in (SOFT[0], SINGULAR[0]):
        same(a.scale_aperture(0.0), NOTHING)
        wide = a.scale_aperture(np.inf)
        same(wide.scale_aperture(0.01), wide)  # hard ones have no aperture
        assert np.linalg.matrix_rank(wide.matrix_) == np.linalg.matrix_rank(a.matrix_)
    same(~SOFT[0].scale_aperture(np.inf), (~SOFT[0]).scale_aperture(0.0))
    same(SOFT[0].scale_aperture(1.0), SOFT[0])


def test_or_adds_correlations():
    first, second = states(10), states(11, 3)
    both = Conceptor.from_matrix(Conceptor(0.4).fit(np.vstack([first, second]) * 2**0.5).matrix_)  # mean to sum
    same(Conceptor(0.4).fit(first) | Conceptor(0.4).fit(second), both)


def test_order_is_that_of_correlations():
    few = states(12)
    small, large = Conceptor(0.5).fit(few), Conceptor(0.5).fit(1.1 * few)
    assert small <= large and large >= small and not large <= small
    assert small <= small
    assert not (SOFT[0] <= SOFT[1] and SOFT[1] <= SOFT[0])
    assert SOFT[0] <= SOFT[0] | SOFT[1]
    narrow = SOFT[0].scale_aperture(0.5)
    assert narrow <= SOFT[0] and ~SOFT[0] <= ~narrow


def test_similarity_is_that_of_the_report():
    """The report's formula (3): of square roots of singular values between the axes of both."""
    a, b = SOFT[0], SINGULAR[0]
    (left, s, _), (right, t, _) = np.linalg.svd(a.matrix_), np.linalg.svd(b.matrix_)
    inner = np.sqrt(s)[:, None] * (left.T @ right) * np.sqrt(t)
    assert a.similarity(b) == pytest.approx(np.sum(inner**2) / (np.linalg.norm(s) * np.linalg.norm(t)))
    assert a.similarity(a) == pytest.approx(1) and a.similarity(b) == pytest.approx(b.similarity(a))
    assert HARD[0].similarity(~HARD[0]) == pytest.approx(0, abs=1e-14)
    assert a.similarity(NOTHING) == 0


def test_quota_is_the_mean_singular_value():
    assert HARD[0].quota_ == pytest.approx(4 / SIZE)
    for a in SOFT:
        assert a.quota_ == pytest.approx(a.singular_values_.mean())
        assert (~a).quota_ == pytest.approx(1 - a.quota_)


def test_what_is_refused():
    a = SOFT[0]
    with pytest.raises(ValueError, match="'other' must be a conceptor of 6 units.*got one of 2"):
        a & Conceptor.from_matrix(np.eye(2))
    with pytest.raises(TypeError):
        a & 3
    with pytest.raises(TypeError):
        a <= 3  # noqa: B015
    with pytest.raises(TypeError, match="'other' must be a Conceptor"):
        a.similarity(3)
    for factor in (-1.0, np.nan, "wide", None):
        with pytest.raises(ValueError, match="'factor' must be"):
            a.scale_aperture(factor)
    for operation in (lambda c: ~c, lambda c: c & a, lambda c: a | c, lambda c: c.quota_, lambda c: c <= a):
        with pytest.raises(NotFittedError):
            operation(Conceptor())


def test_results_are_new_and_read_only():
    a = Conceptor(0.3).fit(states(0))
    before = a.matrix_.copy()
    for other in (~a, a & a, a | a, a.scale_aperture(3.0)):
        assert other is not a and other.aperture == a.aperture and not hasattr(other, "correlation_")
        with pytest.raises(ValueError, match="read-only"):
            other.matrix_[0, 0] = 5
    np.testing.assert_array_equal(a.matrix_, before)


def test_rounding_errors_of_a_given_matrix_break_no_law():
    everything = Conceptor.from_matrix(np.eye(2))
    rounded = Conceptor.from_matrix(np.diag([1 + 5e-7, -5e-7]))
    assert rounded <= everything and ~everything <= rounded
    np.testing.assert_array_equal((rounded & everything).matrix_.round(12), np.diag([1.0, 0.0]))
