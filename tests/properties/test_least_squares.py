"""Readouts solve one least-squares problem, whole, in chunks, merged from parts or row by row.

It is solved here by NumPy from the rows themselves, with sqrt(alpha) I below the centred features.
"""

from functools import reduce

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from properties.strategies import arrays, cuts, generators, matrices, orders
from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout

alphas = st.sampled_from([1e-3, 1.0, 1e3])
many = settings(max_examples=80)


@st.composite
def problems(draw, longest=60, widest=12):
    """Rows, targets and weights: few or many rows, columns that are constant, equal, small or far from zero."""
    n_rows, n_features, n_targets = draw(st.integers(1, longest)), draw(st.integers(1, widest)), draw(st.integers(1, 3))
    X = draw(matrices(n_rows, n_features)) * 10.0 ** draw(generators()).randint(-2, 3, n_features)
    X += draw(st.sampled_from([0.0, 1.0, 1e3]))
    if draw(st.booleans()):
        X[:, -1] = X[:, 0]
    Y = X @ draw(arrays(n_features, n_targets)) + draw(arrays(n_rows, n_targets)) + draw(st.sampled_from([0.0, 100.0]))
    weight = draw(st.sampled_from(["equal", "whole", "any"]))
    if weight == "equal":
        return X, Y, None
    own = draw(arrays(n_rows, low=0.0, high=4.0)) + 0.1
    return X, Y, np.floor(own) + 1 if weight == "whole" else own


def solution(X, Y, weight, alpha):
    """Return the coefficients of ridge regression and the error that rounding may leave in them.

    Normal equations lose the digits of their condition number; and of the centred rows, those digits are lost by which
    means exceed deviations.
    """
    root = np.sqrt(weight)[:, None]
    centred = [root * (part - np.average(part, axis=0, weights=weight)) for part in (X, Y)]
    n_features, n_targets = X.shape[1], Y.shape[1]
    A = np.vstack([centred[0], np.sqrt(alpha) * np.eye(n_features)])
    B = np.vstack([centred[1], np.zeros((n_features, n_targets))])
    coef, *_, singular = np.linalg.lstsq(A, B, rcond=None)
    largest = singular[0]
    sizes = [np.abs(root * part).max() * np.sqrt(len(X)) / largest for part in (X, Y)]
    relative = np.finfo(float).eps * (largest / singular[-1]) ** 2 * (1 + sizes[0])
    return coef.T, relative * (np.abs(coef).max() + sizes[1])


def assert_solves(readout, X, Y, weight, alpha):
    weight = np.ones(len(X)) if weight is None else weight
    coef, rounding = solution(X, Y, weight, alpha)
    assert_allclose(readout.coef_, coef, rtol=0, atol=4 * rounding)
    residual = np.average(Y - readout.predict(X), axis=0, weights=weight)
    assert_allclose(residual, 0, atol=1e-13 * (1 + np.abs(Y).max() + np.abs(X).max() * np.abs(coef).sum()))


def piece(rows, part):
    return tuple(None if values is None else values[part] for values in rows)


@many
@given(data=st.data(), rows=problems(), alpha=alphas, solver=st.sampled_from(["auto", "qr"]))
def test_any_chunks_give_the_fit_on_all_rows(data, rows, alpha, solver):
    readout = RidgeReadout(alpha, solver=solver)
    for part in np.split(np.arange(len(rows[0])), data.draw(cuts(len(rows[0])))):
        readout.partial_fit(*piece(rows, part))
    assert_solves(readout, *rows, alpha)


@many
@given(data=st.data(), rows=problems(), alpha=alphas, solver=st.sampled_from(["auto", "qr"]))
def test_any_workers_merged_in_any_order_give_the_fit_on_all_rows(data, rows, alpha, solver):
    worker = data.draw(generators()).randint(0, 5, len(rows[0]))  # of every row; some have nothing to do
    readouts = [RidgeReadout(alpha, solver=solver) for _ in range(5)]
    for number, readout in enumerate(readouts):
        if number in worker:
            readout.partial_fit(*piece(rows, worker == number))
    merged = reduce(RidgeReadout.merge, [readouts[k] for k in data.draw(orders(5))])
    assert_solves(merged, *rows, alpha)
    assert_solves(RidgeReadout(alpha, solver=solver).fit(*rows), *rows, alpha)


@many
@given(data=st.data(), rows=problems(), alpha=alphas)
def test_recursive_least_squares_without_forgetting_is_ridge(data, rows, alpha):
    readout = RLSReadout(alpha, forgetting=1.0)
    for part in np.split(np.arange(len(rows[0])), data.draw(cuts(len(rows[0])))):
        readout.partial_fit(*piece(rows, part))
    assert_solves(readout, *rows, alpha)


@given(data=st.data(), rows=problems(longest=30), alpha=alphas)
def test_row_by_row_is_bit_for_bit_the_same_recursion(data, rows, alpha):
    whole, pieces = RLSReadout(alpha).fit(*rows), RLSReadout(alpha)
    for part in np.split(np.arange(len(rows[0])), data.draw(cuts(len(rows[0])))):
        pieces.partial_fit(*piece(rows, part))
    assert_array_equal(pieces.coef_, whole.coef_, strict=True)
    assert_array_equal(pieces.intercept_, whole.intercept_, strict=True)


@given(rows=problems(), alpha=alphas, power=st.integers(-3, 3))
def test_weights_and_penalty_only_count_in_relation(rows, alpha, power):
    X, Y, weight = rows
    factor, weight = 4.0**power, np.ones(len(X)) if weight is None else weight
    readout, scaled = RidgeReadout(alpha).fit(X, Y, weight), RidgeReadout(factor * alpha).fit(X, Y, factor * weight)
    assert_array_equal(scaled.coef_, readout.coef_)
    assert_array_equal(scaled.intercept_, readout.intercept_)


@given(rows=problems(), alpha=alphas, power=st.integers(-20, 20))
def test_coefficients_scale_with_the_targets(rows, alpha, power):
    X, Y, weight = rows
    readout, scaled = RidgeReadout(alpha).fit(X, Y, weight), RidgeReadout(alpha).fit(X, 2.0**power * Y, weight)
    assert_array_equal(scaled.coef_, 2.0**power * readout.coef_)


@given(data=st.data(), rows=problems(), alpha=alphas)
def test_a_classifier_in_pieces_is_one_ridge_per_class(data, rows, alpha):
    X, _, weight = rows
    labels, worker = (data.draw(generators()).randint(0, 3, len(X)) for _ in range(2))
    parts = [RidgeReadoutClassifier(alpha) for _ in range(3)]
    for number, part in enumerate(parts):
        if number in worker:
            X_part, y_part, weight_part = piece((X, labels, weight), worker == number)
            part.partial_fit(X_part, y_part, [0, 1, 2], weight_part)
    merged = reduce(RidgeReadoutClassifier.merge, parts)
    assert_solves(merged.readout_, X, np.where(labels[:, None] == [0, 1, 2], 1.0, -1.0), weight, alpha)
