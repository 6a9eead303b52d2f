import copy
import pickle
from itertools import combinations_with_replacement
from math import comb, prod
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from reservoir import NVAR, StateOverflowError
from reservoir.datasets import make_lorenz

FIXTURE = np.load(Path(__file__).parent.parent / "fixtures" / "reservoirpy_nvar.npz")
SETTINGS = [(1, 1, 1), (2, 2, 1), (3, 2, 2), (2, 3, 5), (1, 4, 1), (2, (1, 3), 1), (2, (4, 2), 3), (1, (3,), 2)]


def series(n_steps=30, n_features=3, seed=0):
    return np.random.RandomState(seed).uniform(-2, 2, (n_steps, n_features))


def naive_nvar(X, delay, order, stride, include_bias=False):
    """The definition, one number at a time."""
    degrees = sorted(order) if isinstance(order, tuple) else range(1, order + 1)
    rows = []
    for t in range(len(X)):
        lags = [t - number * stride for number in range(delay)]
        linear = [value for past in lags for value in (X[past] if past >= 0 else np.zeros(X.shape[1]))]
        chosen = [factors for degree in degrees for factors in combinations_with_replacement(linear, degree)]
        rows.append([1.0] * include_bias + [prod(factors) for factors in chosen])
    return np.array(rows)


# What it computes


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("include_bias", [False, True])
@pytest.mark.parametrize("delay, order, stride", SETTINGS)
def test_kernel_agrees_with_its_plain_twin(delay, order, stride, include_bias, dtype):
    X = series().astype(dtype)
    nvar = NVAR(delay, order, stride, include_bias=include_bias, dtype=dtype)
    features = nvar.fit_transform(X)
    assert features.dtype == dtype and features.shape == (30, nvar.n_units_)
    expected = naive_nvar(X.astype(float), delay, order, stride, include_bias)
    assert_allclose(features, expected, rtol=1e-12 if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("setting", [name for name in FIXTURE.files if name not in ("version", "inputs")])
def test_features_are_those_of_reservoirpy(setting):
    # There, one degree beside the linear features; the constant comes from the readout.
    delay, order, stride = map(int, setting.split("_"))
    features = NVAR(delay, (1, order), stride).fit_transform(FIXTURE["inputs"])
    assert_allclose(features, FIXTURE[setting], rtol=1e-14, atol=0)


@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_without_delay_it_is_scikit_learns_polynomial_expansion(degree):
    X = series()
    theirs = PolynomialFeatures(degree).fit(X)
    ours = NVAR(1, degree, include_bias=True).fit(X)
    assert_allclose(ours.transform(X), theirs.transform(X), rtol=1e-14)
    names = [name.replace("(t)", "") for name in ours.get_feature_names_out()]
    assert names == theirs.get_feature_names_out().tolist()


@pytest.mark.parametrize("n_features, delay, degree", [(1, 1, 1), (3, 2, 2), (3, 2, 3), (2, 5, 4), (7, 3, 2)])
def test_the_number_of_monomials_is_a_binomial(n_features, delay, degree):
    X = series(2, n_features)
    n_linear = n_features * delay
    whole = NVAR(delay, degree, include_bias=True).fit(X)
    assert whole.n_units_ == whole.transform(X).shape[1] == comb(n_linear + degree, degree)
    assert NVAR(delay, (degree,)).fit(X).n_units_ == comb(n_linear + degree - 1, degree)


def test_the_papers_lorenz_model_has_28_features_and_its_double_scroll_62():
    X = make_lorenz(5)
    assert NVAR(2, 2, include_bias=True).fit(X).n_units_ == 28
    assert NVAR(2, (1, 3)).fit(X).n_units_ == 62


def test_a_linear_readout_finds_a_quadratic_map():
    # The Henon map, x(t + 1) = 1 - 1.4 x(t)^2 + 0.3 x(t - 1), lies in the span of two delays and order 2.
    x = [0.1, 0.2]
    for _ in range(300):
        x.append(1 - 1.4 * x[-1] ** 2 + 0.3 * x[-2])
    x = np.array(x)[:, None]
    nvar = NVAR(delay=2, order=2).fit(x)
    w = nvar.warmup_
    readout = Ridge(1e-12).fit(nvar.transform(x)[w:-1], x[w + 1 :, 0])
    found = dict(zip(nvar.get_feature_names_out(), readout.coef_, strict=True)) | {"1": readout.intercept_}
    expected = {"x0(t)": 0, "x0(t-1)": 0.3, "x0(t)^2": -1.4, "x0(t) x0(t-1)": 0, "x0(t-1)^2": 0, "1": 1}
    assert found == pytest.approx(expected, abs=1e-8)


# Time


@pytest.mark.parametrize("cut", [1, 2, 11, 29])
@pytest.mark.parametrize("delay, order, stride", SETTINGS)
def test_a_prefix_and_its_continuation_are_the_whole_bit_for_bit(delay, order, stride, cut):
    X, nvar = series(), NVAR(delay, order, stride).fit(series())
    head, state = nvar.run(X[:cut])
    kept = state.copy()
    tail, end = nvar.run(X[cut:], state)
    assert_array_equal(np.vstack([head, tail]), nvar.transform(X), strict=True)
    assert_array_equal(end, nvar.run(X)[1], strict=True)
    assert_array_equal(state, kept)
    assert state.shape == (nvar.warmup_, 3) and not np.shares_memory(state, head)
    assert_array_equal(nvar.transform(X[:cut]), head, strict=True)


def test_the_state_is_the_last_rows_of_input():
    X, nvar = series(), NVAR(delay=3, stride=2).fit(series())
    assert nvar.warmup_ == 4
    assert_array_equal(nvar.run(X)[1], X[-4:])
    assert_array_equal(nvar.run(X[:1])[1], np.vstack([np.zeros((3, 3)), X[:1]]))
    end = nvar.run(X)[1]
    end[:] = 7
    assert_array_equal(X, series())


def test_after_the_warmup_the_start_no_longer_counts():
    X, nvar = series(), NVAR(delay=3, order=2, stride=2).fit(series())
    features = nvar.transform(X[5:])
    assert_array_equal(features[nvar.warmup_ :], nvar.transform(X)[5 + nvar.warmup_ :])
    assert np.any(features[nvar.warmup_ - 1] != nvar.transform(X)[5 + nvar.warmup_ - 1])


def test_the_three_containers_agree():
    X, nvar = [series(seed=seed) for seed in range(3)], NVAR(n_jobs=2).fit(series())
    stacked, listed = nvar.transform(np.stack(X)), nvar.transform(X)
    assert type(listed) is list and stacked.shape == (3, 30, 27)
    for x, one, other in zip(X, stacked, listed, strict=True):
        assert_array_equal(nvar.transform(x), one, strict=True)
        assert_array_equal(one, other, strict=True)
    assert [x.shape for x in nvar.transform([X[0][:1], X[1][:7]])] == [(1, 27), (7, 27)]


# Names


def test_names_say_lags_powers_and_columns():
    frame = pd.DataFrame(series(), columns=["x", "y", "z"])
    nvar = NVAR(delay=2, order=(1, 3), stride=5, include_bias=True).set_output(transform="pandas").fit(frame)
    names = nvar.transform(frame).columns.tolist()
    assert names[:7] == ["1", "x(t)", "y(t)", "z(t)", "x(t-5)", "y(t-5)", "z(t-5)"]
    assert {"x(t)^3", "x(t)^2 z(t-5)", "x(t) y(t) z(t)", "z(t-5)^3"} < set(names)
    assert len(set(names)) == len(names) == nvar.n_units_


def test_names_of_other_columns():
    nvar = NVAR(delay=1).fit(series(n_features=2))
    assert nvar.get_feature_names_out(["a", "b"]).tolist() == ["a(t)", "b(t)", "a(t)^2", "a(t) b(t)", "b(t)^2"]
    with pytest.raises(ValueError, match="length equal to number of features, 2; got 1"):
        nvar.get_feature_names_out(["a"])
    named = NVAR(delay=1).fit(pd.DataFrame(series(n_features=2), columns=["p", "q"]))
    with pytest.raises(ValueError, match="not equal to feature_names_in_"):
        named.get_feature_names_out(["q", "p"])


# Arguments, copies, refusals


@pytest.mark.parametrize(
    "name, value",
    [
        *((name, value) for name in ("delay", "stride", "order") for value in (0, -1, 1.5, True, "2", None)),
        *(("order", value) for value in ((), (1, 1), (0, 1), (2, 0.5), [1, "2"])),
        *(("include_bias", value) for value in (1, None, "yes")),
        ("dtype", "float16"),
    ],
)
def test_a_bad_parameter_is_named_and_changes_nothing(name, value):
    nvar = NVAR().fit(series())
    before, features = copy.deepcopy(vars(nvar)), nvar.transform(series())
    with pytest.raises(ValueError, match=f"'{name}'.*got"):
        nvar.set_params(**{name: value}).fit(series())
    after = vars(nvar) | {name: before[name]}
    assert after.keys() == before.keys()
    assert_array_equal(nvar.transform(series()), features)


def test_a_parameter_set_after_fit_waits_for_the_next_fit():
    nvar = NVAR().fit(series())
    expected, names = nvar.transform(series()), nvar.get_feature_names_out()
    nvar.set_params(delay=5, order=3, stride=2, include_bias=True)
    assert_array_equal(nvar.transform(series()), expected)
    assert_array_equal(nvar.get_feature_names_out(), names)


@pytest.mark.parametrize("state", [np.zeros((2, 3)), np.zeros(3), np.full((1, 3), np.nan), "rest", (1, 2)])
def test_a_state_of_another_shape_is_refused(state):
    with pytest.raises(ValueError, match=r"'state' must be a finite array of shape \(1, 3\)"):
        NVAR().fit(series()).run(series(), state)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_an_overflow_is_told_and_nothing_infinite_comes_out(dtype):
    X = series()
    X[17, 1] = 1e200 if dtype == "float64" else 1e30
    nvar = NVAR(dtype=dtype).fit(series())
    with pytest.raises(StateOverflowError, match="NVAR overflowed at step 17 of 30. Scale the inputs.*'order'"):
        nvar.transform(X)


def test_bad_input_is_refused():
    nvar, X = NVAR().fit(series()), series()
    with pytest.raises(ValueError, match="expecting 3 features"):
        nvar.transform(X[:, :2])
    X[3, 1] = np.nan
    for call in (nvar.transform, nvar.run, nvar.fit):
        with pytest.raises(ValueError, match="NaN"):
            call(X)
    for call in (NVAR().transform, NVAR().run, lambda X: NVAR().get_feature_names_out()):
        with pytest.raises(NotFittedError):
            call(series())


def test_a_copy_gives_the_same_bits():
    nvar = NVAR(3, (2, 3), 2, include_bias=True).fit(series())
    expected = nvar.transform(series())
    for twin in (pickle.loads(pickle.dumps(nvar)), copy.deepcopy(nvar), clone(nvar).fit(series())):
        assert_array_equal(twin.transform(series()), expected, strict=True)


def test_in_a_pipeline():
    X = make_lorenz(300)
    model = make_pipeline(NVAR(), Ridge(1e-6)).fit(X[:-1], np.diff(X, axis=0))
    assert model.score(X[:-1], np.diff(X, axis=0)) > 0.999


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("delay", {"delay": 2**63}),
        ("stride", {"stride": 2**63}),
        ("order", {"order": 10**400}),
        ("order", {"order": (1, 2**40)}),
        ("order", {"delay": 1000, "order": 6}),
    ],
)
def test_more_monomials_than_memory_are_refused_at_once(name, parameters):
    with pytest.raises(ValueError, match=f"'{name}' must be small enough for the .* bytes of memory here"):
        NVAR(**parameters).fit(np.zeros((3, 2)))


@pytest.mark.parametrize(
    "names", [True, 1.0, "ab", b"ab", iter("ab"), {"a", "b"}, [None, "b"], (0.5, "a"), np.array(3)]
)
def test_names_are_a_sequence_of_strings(names):
    with pytest.raises(TypeError, match="'input_features' must be a sequence of strings; got"):
        NVAR().fit(np.ones((4, 2))).get_feature_names_out(names)


@pytest.mark.parametrize("name", ["include_bias"])
@pytest.mark.parametrize("value", [None, 1, "no", [], np.ones(2)])
def test_only_true_or_false_is_a_flag(name, value):
    with pytest.raises(ValueError, match=f"'{name}' must be True or False; got"):
        NVAR(**{name: value}).fit(np.ones((4, 2)))
