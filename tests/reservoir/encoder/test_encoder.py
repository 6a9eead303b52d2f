import copy
import tracemalloc
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, SequenceEncoder, from_multiindex

N_UNITS = 6
LENGTHS = (9, 2, 30, 4, 17)


def numbers(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape)


def ragged():
    return [numbers(n_steps, 3, seed=n_steps) for n_steps in LENGTHS]


def small(cls=EchoStateReservoir, **parameters):
    return cls(N_UNITS, random_state=0, **parameters)


def segments(states, n_segments=3):
    rows = []
    for part in range(n_segments):
        start = part * len(states) // n_segments
        stop = max((part + 1) * len(states) // n_segments, start + 1)
        rows.append(sum(states[start:stop]) / (stop - start))
    return np.concatenate(rows)


def model(states, alpha=1.0):
    # Ridge in closed form, the intercept not penalised: centre, solve the normal equations, undo the centring.
    before, after = states[:-1], states[1:]
    x, y = before - before.mean(axis=0), after - after.mean(axis=0)
    weights = np.linalg.solve(x.T @ x + alpha * np.eye(x.shape[1]), x.T @ y).T
    return np.concatenate([weights.ravel(), after.mean(axis=0) - weights @ before.mean(axis=0)])


DIRECT = {
    "last": lambda states: states[len(states) - 1],
    "mean": lambda states: sum(states) / len(states),
    "max": lambda states: np.array([max(column) for column in states.T]),
    "std": lambda states: np.sqrt(((states - states.mean(axis=0)) ** 2).mean(axis=0)),
    "segments": segments,
    "model": model,
}


@pytest.mark.parametrize("cls", [EchoStateReservoir, LTCLiquid, LIFLiquid])
@pytest.mark.parametrize("name", DIRECT)
def test_a_representation_against_the_states(cls, name):
    rows = SequenceEncoder(small(cls), name).fit_transform(ragged())
    reservoir = small(cls).fit(ragged())
    expected = [DIRECT[name](reservoir.run(x)[0]) for x in ragged()]
    assert rows.shape == (5, len(expected[0])) and rows.dtype == np.float64
    assert_allclose(rows, expected, rtol=1e-9, atol=1e-12)


def test_a_tuple_lays_summaries_side_by_side_in_its_order():
    names = ("max", "model", "last", "segments", "max")
    rows = SequenceEncoder(small(), names).fit_transform(ragged())
    single = [SequenceEncoder(small(), name).fit_transform(ragged()) for name in names]
    assert_array_equal(rows, np.hstack(single))


def test_the_default_is_a_seeded_echo_state_reservoir():
    rows = SequenceEncoder().fit_transform(ragged())
    expected = EchoStateReservoir(random_state=0).fit(ragged()).transform(ragged())
    assert_array_equal(rows, [states.mean(axis=0) for states in expected])


@pytest.mark.parametrize("n_segments", [1, 2, 5, 9, 40])
@pytest.mark.parametrize("n_steps", [1, 2, 9, 10])
def test_any_number_of_segments(n_segments, n_steps):
    x = numbers(n_steps, 3)
    rows = SequenceEncoder(small(), "segments", n_segments=n_segments).fit_transform([x])
    states = small().fit(x).transform(x)
    assert rows.shape == (1, n_segments * N_UNITS)
    assert_allclose(rows[0], segments(states, n_segments), rtol=1e-12)
    assert_allclose(rows[0, -N_UNITS:] if n_segments >= n_steps else states[-1], states[-1], rtol=1e-12)


@pytest.mark.parametrize("alpha", [1e-3, 1.0, 50.0])
def test_the_ridge_penalty_of_a_model(alpha):
    x = numbers(200, 3)
    rows = SequenceEncoder(small(), "model", model_alpha=alpha).fit_transform([x])
    assert_allclose(rows[0], model(small().fit(x).transform(x), alpha), rtol=1e-7, atol=1e-10)


def test_a_model_needs_two_steps():
    encoder = SequenceEncoder(small(), ("last", "model"))
    for X in ([numbers(1, 3)], [numbers(5, 3), numbers(1, 3)]):
        with pytest.raises(ValueError, match="'model' needs sequences of at least 2 steps; got one with 1 step"):
            encoder.fit_transform(X)


# Containers


@pytest.mark.parametrize("name", [*DIRECT, tuple(DIRECT)], ids=str)
def test_containers_agree(name):
    stack = numbers(4, 12, 3)
    boxed = np.empty(4, dtype=object)
    boxed[:] = list(stack)
    encoder = SequenceEncoder(small(), name).fit(stack)
    rows = encoder.transform(stack)
    for X in (list(stack), tuple(stack), boxed, stack.tolist(), [pd.DataFrame(x) for x in stack], stack.astype(object)):
        assert_array_equal(encoder.transform(X), rows, strict=True)
        assert_array_equal(SequenceEncoder(small(), name).fit_transform(X), rows, strict=True)


def test_rows_of_a_matrix_are_cases_of_a_single_feature():
    X = numbers(4, 12)
    encoder = SequenceEncoder(small(), ("last", "std")).fit(X)
    rows = encoder.transform(X)
    assert rows.shape == (4, 2 * N_UNITS) and encoder.n_features_in_ == 12
    assert_array_equal(SequenceEncoder(small(), ("last", "std")).fit_transform(X[:, :, None]), rows)
    with pytest.raises(ValueError, match="X has 11 features"):
        encoder.transform(X[:, :11])


def test_a_case_does_not_depend_on_the_others():
    encoder = SequenceEncoder(small(), tuple(DIRECT)).fit(ragged())
    rows, order = encoder.transform(ragged()), [3, 0, 4, 1, 2]
    assert_array_equal(encoder.transform([ragged()[case] for case in order]), rows[order])
    for case, x in enumerate(ragged()):
        assert_array_equal(encoder.transform([x])[0], rows[case])
    assert_array_equal(encoder.fit(ragged()[::-1]).transform(ragged()), rows)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_threads_and_precision(dtype):
    encoder = SequenceEncoder(small(dtype=dtype), tuple(DIRECT)).fit(ragged())
    rows = encoder.transform(ragged())
    assert rows.dtype == dtype
    assert_array_equal(clone(encoder).set_params(n_jobs=2).fit(ragged()).transform(ragged()), rows, strict=True)


# Manners


def test_parameters_and_input_are_left_alone():
    X, reservoir = ragged(), small()
    encoder = SequenceEncoder(reservoir, ("last", "mean"))
    before = copy.deepcopy(vars(reservoir))
    encoder.fit(X)
    names, values = list(vars(encoder)), list(vars(encoder).values())
    encoder.transform(X)
    assert encoder.reservoir is reservoir and encoder.reservoir_ is not reservoir
    assert vars(reservoir) == before
    assert list(vars(encoder)) == names
    assert all(now is then for now, then in zip(vars(encoder).values(), values, strict=True))
    for x, kept in zip(X, ragged(), strict=True):
        assert_array_equal(x, kept)


def test_names_of_the_features():
    encoder = SequenceEncoder(small(), ("last", "segments"), n_segments=2).set_output(transform="pandas").fit(ragged())
    frame = encoder.transform(ragged())
    parts = [f"segments_{part}_{unit}" for part in range(2) for unit in range(N_UNITS)]
    assert frame.columns.tolist() == [f"last_{unit}" for unit in range(N_UNITS)] + parts
    two = SequenceEncoder(EchoStateReservoir(2, degree=1, random_state=0), "model").fit([numbers(9, 1)])
    names = ["model_0_0", "model_0_1", "model_1_0", "model_1_1", "model_0", "model_1"]
    assert two.get_feature_names_out().tolist() == names
    cases = pd.DataFrame(numbers(4, 12), index=list("wxyz"))
    cases.columns = cases.columns.astype(str)
    assert encoder.fit_transform(cases).index.tolist() == list("wxyz")


@pytest.mark.parametrize(
    "bad, name",
    [
        *(({"representation": value}, "representation") for value in ("median", None, (), [], ("last", "x"))),
        ({"representation": (("last",),)}, "representation"),
        *(({"n_segments": value}, "n_segments") for value in (0, -1, 2.0, True, None)),
        *(({"model_alpha": value}, "model_alpha") for value in (0, -1.0, np.nan, None, True)),
        ({"reservoir": EchoStateReservoir(degree=200)}, "degree"),
        ({"reservoir": EchoStateReservoir(dtype="int64")}, "dtype"),
        ({"reservoir": "esn"}, "reservoir"),
        ({"reservoir": EchoStateReservoir}, "reservoir"),
        ({"reservoir": RidgeClassifier()}, "reservoir"),
    ],
    ids=str,
)  # fmt: skip
def test_a_bad_parameter_is_named(bad, name):
    with pytest.raises((ValueError, TypeError), match=f"'{name}'"):
        SequenceEncoder(**bad).fit(ragged())


@pytest.mark.parametrize(
    "X", [[], [numbers(4)], numbers(4), [numbers(4, 3), numbers(4, 2)], [numbers(0, 3)], [numbers(4, 2)]]
)
def test_bad_input_changes_nothing(X):
    encoder = SequenceEncoder(small()).fit(ragged())
    rows, names = encoder.transform(ragged()), list(vars(encoder))
    with pytest.raises(ValueError):
        encoder.transform(X)
    assert list(vars(encoder)) == names
    assert_array_equal(encoder.transform(ragged()), rows)


@pytest.mark.parametrize("change", [{"reservoir__degree": 99}, {"representation": "model"}, {"n_segments": 0}], ids=str)
def test_a_failed_fit_leaves_the_earlier_one_standing(change):
    encoder = SequenceEncoder(small()).fit(ragged())
    rows = encoder.transform(ragged())
    before = clone(encoder)
    encoder.set_params(**change)
    with pytest.raises(ValueError):
        encoder.fit([numbers(1, 5)])
    encoder.set_params(**before.get_params())
    assert encoder.n_features_in_ == 3
    assert_array_equal(encoder.transform(ragged()), rows)


def test_before_fit():
    with pytest.raises(NotFittedError):
        SequenceEncoder().transform(ragged())


def test_channels_first_is_suspected_once():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        SequenceEncoder(small()).fit([numbers(3, 30), numbers(3, 40)[:, :30]])
    assert ["channels first" in str(warning.message) for warning in caught] == [True]


# Inside scikit-learn


def waves():
    random = np.random.RandomState(0)
    labels = np.arange(40) % 2
    steps = [np.arange(random.randint(20, 40)) for _ in labels]
    noise = [0.1 * random.standard_normal((len(t), 1)) for t in steps]
    return [np.sin((0.3 + 0.5 * y) * t)[:, None] + e for t, y, e in zip(steps, labels, noise, strict=True)], labels


def test_cross_validation_on_a_list():
    X, y = waves()
    encoder = SequenceEncoder(EchoStateReservoir(20, random_state=0), ("mean", "std"))
    pipeline = make_pipeline(encoder, RidgeClassifier(alpha=1e-3))
    assert cross_val_score(pipeline, X, y, cv=4).mean() > 0.9
    grid = {
        "sequenceencoder__representation": ["mean", ("last", "std")],
        "sequenceencoder__reservoir__leak_rate": [0.1, 1.0],
    }
    search = GridSearchCV(pipeline, grid, cv=2).fit(X, y)
    assert search.best_score_ > 0.9 and len(search.predict(X[:7])) == 7


@pytest.mark.parametrize("name", ["mean", ("last", "max", "std", "segments")], ids=str)
def test_the_states_of_all_sequences_are_never_held_at_once(name):
    X = numbers(200, 500, 1)
    encoder = SequenceEncoder(EchoStateReservoir(50, random_state=0), name).fit(X)
    encoder.transform(X[:2])
    tracemalloc.start()
    try:
        encoder.transform(X)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    all_states = 200 * 500 * 50 * 8
    assert peak < all_states / 10


def test_the_states_of_a_long_series_are_never_held_at_once():
    encoder = SequenceEncoder(EchoStateReservoir(50, random_state=0), tuple(DIRECT)).fit([numbers(10, 1)])
    tracemalloc.start()
    try:
        encoder.transform([numbers(50_000, 1)])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000 * 50 * 8 / 2


def test_single_precision_pools_long_series_without_losing_digits():
    long = np.full((100_000, 1), 0.3, dtype=np.float32)
    encoder = SequenceEncoder(
        EchoStateReservoir(5, dtype="float32", random_state=0), ("mean", "last", "segments", "std")
    )
    mean, _, *segments, deviation = np.split(encoder.fit_transform([long])[0], 6)
    states = encoder.reservoir_.run(long)[0].astype(np.float64)
    assert mean.dtype == np.float32
    for summary, expected in [(mean, states), (segments[0], states[:33_333])]:
        np.testing.assert_allclose(summary, expected.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(deviation, states.std(axis=0), rtol=1e-5)


def test_one_series_is_not_taken_for_many_cases():
    encoder = SequenceEncoder(EchoStateReservoir(5, random_state=0)).fit([np.ones((4, 3)), np.ones((6, 3))])
    with pytest.raises(ValueError, match=r"Wrap a single sequence as \[X\]"):
        encoder.transform(np.ones((4, 3)))
    assert encoder.transform([np.ones((4, 3))]).shape == (1, 5)


def test_columns_can_be_named_to_the_reservoir():
    def frame(n_steps):
        gaps = np.random.RandomState(n_steps).exponential(size=n_steps)
        return pd.DataFrame({"first": numbers(n_steps, 1)[:, 0], "gap": gaps, "second": numbers(n_steps, 1)[:, 0]})

    frames = [frame(n_steps) for n_steps in (5, 9)]
    by_name = SequenceEncoder(small(CTRNNLiquid, elapsed_column="gap")).fit_transform(frames)
    by_place = SequenceEncoder(small(CTRNNLiquid, elapsed_column=1)).fit_transform([x.to_numpy() for x in frames])
    assert_array_equal(by_name, by_place)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_rows_of_a_data_frame_are_cases_and_a_series_is_one(library):
    module = pytest.importorskip(library, reason="makes tables")
    X = np.random.RandomState(0).standard_normal((4, 6))
    expected = SequenceEncoder(EchoStateReservoir(5, random_state=0)).fit_transform(X)
    encoder = SequenceEncoder(EchoStateReservoir(5, random_state=0))
    frame = module.DataFrame({f"step{t}": X[:, t] for t in range(6)})
    np.testing.assert_array_equal(encoder.fit_transform(frame), expected)
    for cases in ([module.Series(x) for x in X], list(X)):
        np.testing.assert_array_equal(encoder.fit_transform(cases), expected)
    wide = encoder.fit([np.ones((3, 2))])
    with pytest.raises(ValueError, match="'X' as a 2-D array holds one sequence of a single feature per row"):
        wide.transform(frame)


def test_the_rows_of_a_multiindex_are_steps_and_no_cases():
    index = pd.MultiIndex.from_product([["p"], range(4)])
    X = pd.DataFrame(np.arange(8.0).reshape(4, 2), index)
    encoder = SequenceEncoder(EchoStateReservoir(3, random_state=0))
    with pytest.raises(
        ValueError, match=r"its MultiIndex says that they are steps. Pass reservoir.from_multiindex\(X\)"
    ):
        encoder.fit(X)
    assert_array_equal(encoder.fit_transform(from_multiindex(X)), encoder.fit_transform([X.to_numpy()]))
