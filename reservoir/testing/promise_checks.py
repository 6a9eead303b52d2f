"""The promises of reservoirs, each with the check that it is kept."""

import copy
import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.driving.lanes import LaneBlock
from reservoir.kernels.closed_loop import AffineReadout

CUTS = (1, 5, 17)


class Case:
    """A reservoir to check, with a series for it."""

    def __init__(self, reservoir: BaseReservoir, X: Array, rtol: float) -> None:
        self.reservoir, self.X, self.rtol = reservoir, X, rtol

    def new(self, **parameters) -> BaseReservoir:
        """Return an unfitted clone, with a seed wherever it takes one and has none."""
        known = self.reservoir.get_params(deep=True)
        unseeded = [name for name in known if name.split("__")[-1] == "random_state" and known[name] is None]
        return clone(self.reservoir).set_params(**dict.fromkeys(unseeded, 0) | parameters)

    def fitted(self, **parameters) -> BaseReservoir:
        """Return a clone that is fitted to the series."""
        return self.new(**parameters).fit(self.X)

    def assert_same(self, got: Array, expected: Array, promise: str) -> None:
        """Raise AssertionError with the promise and the difference, unless both arrays are the same."""
        assert got.shape == expected.shape, f"{promise}; got shape {got.shape} instead of {expected.shape}."
        if np.array_equal(got, expected):
            return
        difference = np.abs(got.astype(float) - expected)
        allowed = self.rtol * np.abs(expected).max()
        row = int(np.argmax(difference.max(axis=tuple(range(1, difference.ndim))) > allowed))
        assert difference.max() <= allowed, (
            f"{promise}; they differ by up to {difference.max():.2g}, first in row {row}."
        )


def _check_fit(case: Case) -> None:
    reservoir = case.new()
    before = reservoir.get_params(deep=False)
    hashes = {name: joblib.hash(value) for name, value in before.items()}
    assert reservoir.fit(case.X) is reservoir, "fit(X) must return the reservoir itself."
    after = reservoir.get_params(deep=False)
    same = {name for name in before if before[name] is after[name] and joblib.hash(after[name]) == hashes[name]}
    changed = [name for name in before if name not in same]
    assert not changed, f"fit(X) must change no parameter; it has set {', '.join(changed)}."


def _check_states(case: Case) -> None:
    reservoir = case.fitted()
    states = reservoir.transform(case.X)
    expected = (len(case.X), len(reservoir.get_feature_names_out()))
    assert states.shape == expected, f"transform(X) must return an array {expected}; got {states.shape}."
    assert np.isfinite(states).all(), "transform(X) must return finite states; got NaN or infinity."


def _check_dtype(case: Case) -> None:
    takes = "dtype" in case.reservoir.get_params(deep=False)
    for dtype in ("float64", "float32") if takes else (case.reservoir.dtype,):
        states, _ = case.fitted(**{"dtype": dtype} if takes else {}).run(case.X)
        assert states.dtype == dtype, f"States must be of dtype={dtype!r}; got {states.dtype}."


def _check_determinism(case: Case) -> None:
    with _seeded(1):
        first = case.fitted()
        once, again = first.transform(case.X), first.transform(case.X)
    with _seeded(2):
        second = case.fitted().transform(case.X)
    case.assert_same(again, once, "transform(X) must return the same states when it is called again")
    case.assert_same(second, once, "fit must draw from its 'random_state' only, so that two fits give the same states")


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed the global generator of NumPy, which no reservoir should draw from, and restore it afterwards."""
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002


def _check_nothing_changes(case: Case) -> None:
    reservoir, X = case.fitted(), case.X.copy()
    _, state = reservoir.run(X[:3])
    before = joblib.hash((vars(reservoir), X, state))
    reservoir.transform(X)
    reservoir.run(X, state)
    after = joblib.hash((vars(reservoir), X, state))
    assert before == after, "transform and run must leave the reservoir, X and the given state as they were."


def _check_no_views(case: Case) -> None:
    reservoir, X = case.fitted(), case.X.astype(case.reservoir.dtype)
    expected, state = reservoir.run(X[:3])
    onward = reservoir.run(X, copy.deepcopy(state))[0]
    given = X[:3].copy()
    states, end = reservoir.run(given)
    promise = "run must return states and a state that are no views of X, of each other or of the reservoir"
    given[...] = 77.0
    case.assert_same(states, expected, promise)
    states[...] = 77.0
    _overwrite(reservoir.rest())
    case.assert_same(reservoir.run(X, end)[0], onward, promise)
    case.assert_same(reservoir.run(X[:3])[0], expected, promise)


def _overwrite(state: Any) -> None:
    """Write into the arrays of a state, as far as they can be written to."""
    for array in state if isinstance(state, tuple) else (state,):
        if isinstance(array, np.ndarray) and array.flags.writeable:
            array[...] = 7


def _check_pieces(case: Case) -> None:
    reservoir, X = case.fitted(), case.X
    whole, end = reservoir.run(X)
    case.assert_same(reservoir.transform(X), whole, "transform(X) must equal the states of run(X), from rest")
    case.assert_same(reservoir.run(X, reservoir.rest())[0], whole, "run(X, rest()) must equal run(X)")
    for cut in CUTS:
        if cut < len(X):
            head, state = reservoir.run(X[:cut])
            tail, last = reservoir.run(X[cut:], state)
            promise = f"run(X[:{cut}]) and then run(X[{cut}:], state) must equal run(X)"
            case.assert_same(np.vstack([head, tail]), whole, promise)
    rows, state = [], None
    for row in X:
        states, state = reservoir.run(row[None], state)
        rows.append(states)
    case.assert_same(np.vstack(rows), whole, "run, row by row, must equal run(X)")
    case.assert_same(reservoir.run(X, state)[0], reservoir.run(X, end)[0], "Both must end in the same state")


def _check_many_series(case: Case) -> None:
    for n_jobs in (None, 2):
        takes = "n_jobs" in case.reservoir.get_params(deep=False)
        reservoir = case.fitted(**{"n_jobs": n_jobs} if takes else {})
        series = [case.X, case.X[:3], case.X[::-1].copy()]
        alone = [reservoir.transform(one) for one in series]
        for got, expected in zip(reservoir.transform(series), alone, strict=True):
            case.assert_same(
                got, expected, f"transform of a list, n_jobs={n_jobs}, must equal transform of each series"
            )
        with tempfile.TemporaryDirectory() as folder:
            np.save(f"{folder}/X.npy", case.X)
            mapped = np.load(f"{folder}/X.npy", mmap_mode="r")
            case.assert_same(reservoir.transform(mapped), alone[0], "transform of a memory map must equal that of X")
            del mapped
        stacked = reservoir.transform(np.stack([series[0], series[2]]))
        case.assert_same(stacked, np.stack([alone[0], alone[2]]), "transform of a 3-D X must equal that of each series")


def _check_one_door(case: Case) -> None:
    reservoir, X = case.fitted(), case.X.astype(case.reservoir.dtype)
    series = [X, X[::-1].copy(), X[:3]]
    starts = [reservoir.run(one[:2])[1] for one in series]
    several: list[dict[str, Any]] = [{}, {"starts": starts}, {"starts": starts, "n_rows": 7, "skip": 2}]
    for options in several:
        driven = reservoir.drive_many(series, _join, **options)
        for one, start, states in zip(series, options.get("starts", [None] * 3), driven, strict=True):
            promise = f"drive_many with {', '.join(options) or 'nothing else'} must equal drive of each series"
            case.assert_same(states, reservoir.drive(one, start)[0], promise)


def _check_lanes(case: Case) -> None:
    reservoir, X = case.fitted(), case.X.astype(case.reservoir.dtype)
    # More than a vector of either precision, some of the same length; never fewer than two rows.
    series = [np.roll(X, -number, axis=0)[: len(X) - number % 5 % (len(X) - 1)].copy() for number in range(19)]
    starts = [None if number % 3 else reservoir.run(one[:2])[1] for number, one in enumerate(series)]
    for fold, kind in ((_join, "in pieces"), (_Joining(), "into a pool")):
        driven = reservoir.drive_many(series, fold, starts=starts, n_rows=7)
        for one, start, states in zip(series, starts, driven, strict=True):
            promise = f"_lanes, or what else drives many series {kind}, must give each the states that it has alone"
            case.assert_same(states, reservoir.drive(one, start)[0], promise)


def _join(number: int, before: Any, piece: Any) -> Array:
    return piece.states.copy() if before is None else np.vstack([before, piece.states])


class _Joining:
    """A fold that returns the states of every series, from a pool where series are driven in lockstep."""

    def __call__(self, number: int, before: Any, piece: Any) -> Array:
        return _join(number, before, piece)

    def in_lanes(self, lengths: Array) -> "_Joined":
        return _Joined(lengths)


class _Joined:
    """A pool of the states of every series."""

    def __init__(self, lengths: Array) -> None:
        self.lengths = lengths
        self.blocks: list[Array] = []

    def add(self, block: LaneBlock) -> None:
        self.blocks.append(block.states.copy())

    def results(self) -> list[Array]:
        states = np.concatenate(self.blocks)
        return [states[:length, :, lane] for lane, length in enumerate(self.lengths)]


def _check_parts(case: Case) -> None:
    reservoir, X = case.fitted(), case.X.astype(case.reservoir.dtype)
    parts = list(reservoir.parts(X))
    assert parts, "parts(X) must yield at least one part, the reservoir itself where it holds no others."
    held = parts[0].X
    assert held is not None, "parts(X) must yield the input of each part beside it; got None."
    if parts[0].reservoir is reservoir:
        case.assert_same(held, X, "parts(X) must yield a reservoir that holds no others with X itself")


def _check_closed_loop(case: Case) -> None:
    reservoir, X = case.fitted(), case.X.astype(case.reservoir.dtype)
    n_features = reservoir.n_features_out_ + X.shape[1]
    # Outputs of 1, which any reservoir can take: as input, as a number of spikes, or as a time.
    readout: Any = AffineReadout(np.zeros((1, n_features)), np.ones(1))
    inputs, state = X.copy(), reservoir.rest()
    outputs = reservoir.close_loop(readout, inputs, 1, state)
    assert np.array_equal(outputs, np.ones((len(X), 1))), (
        "close_loop must return the outputs of the readout, all 1 here."
    )
    expected = np.hstack([np.vstack([X[:1, :1], np.ones_like(X[1:, :1])]), X[:, 1:]])
    case.assert_same(inputs, expected, "close_loop must write each output into the next row of the inputs")


def _check_copies(case: Case) -> None:
    reservoir = case.fitted()
    states, state = reservoir.run(case.X)
    onward = reservoir.run(case.X, state)[0]
    case.assert_same(clone(reservoir).fit(case.X).transform(case.X), states, "A clone must fit to the same states")
    duplicates: dict[str, Callable] = {
        "A deep copy": copy.deepcopy,
        "A pickle": lambda x: pickle.loads(pickle.dumps(x)),
    }
    for name, duplicate in duplicates.items():
        twin, its_state = duplicate(reservoir), duplicate(state)
        case.assert_same(twin.transform(case.X), states, f"{name} of a fitted reservoir must return the same states")
        case.assert_same(twin.run(case.X, its_state)[0], onward, f"{name} of a state must continue as the state does")


def _check_fitted_attributes(case: Case) -> None:
    reservoir = case.fitted()
    states = reservoir.transform(case.X)
    for name in reservoir.get_params(deep=False):
        if name != "n_jobs":
            try:
                setattr(reservoir, name, "no precision" if name == "dtype" else None)
            except AttributeError:  # a property that follows from other parameters
                continue
    after = reservoir.transform(case.X)
    case.assert_same(
        after, states, "After fit, only fitted attributes may be used: parameters set since changed states"
    )


def _check_refusals(case: Case) -> None:
    reservoir, X = case.fitted(), case.X
    states = reservoir.transform(X)
    with_nan, with_infinity = X.copy(), X.copy()
    with_nan[1, 0], with_infinity[1, 0] = np.nan, np.inf
    bad = {"NaN": with_nan, "infinity": with_infinity, "complex numbers": X + 1j, "an empty series": X[:0], "text": "X"}
    for name, value in bad.items():
        for method in ("fit", "transform", "run"):
            _assert_refused(getattr(reservoir, method), (value,), f"{method} must refuse {name} in X")
    more = np.hstack([X, X])
    _assert_refused(reservoir.transform, (more,), "transform must refuse another number of features than fit had")
    _assert_refused(clone(reservoir).transform, (X,), "transform must raise NotFittedError before fit", NotFittedError)
    case.assert_same(reservoir.transform(X), states, "A fit that was refused must leave the earlier one as it was")


def _check_bad_states(case: Case) -> None:
    reservoir = case.fitted()
    bad = {"text": "state", "NaN": np.nan, "an array of another shape": np.zeros((3, 1, 4)), "a dict": {}}
    for name, value in bad.items():
        _assert_refused(reservoir.run, (case.X, value), f"run must refuse {name} as a state")


def _assert_refused(method: Callable, arguments: tuple, promise: str, kind: type[Exception] = ValueError) -> None:
    try:
        method(*arguments)
    except (ValueError, TypeError) as error:
        assert isinstance(error, (kind, TypeError)), f"{promise}; it raised {type(error).__name__}: {error}"
    except Exception as error:
        raise AssertionError(f"{promise} with ValueError; it raised {type(error).__name__}: {error}") from error
    else:
        raise AssertionError(f"{promise}; it returned.")


PROMISES = {
    "`fit` returns the reservoir and changes no parameter.": _check_fit,
    "`transform` returns a row of finite states for every row of X.": _check_states,
    "States have the precision `dtype`.": _check_dtype,
    "The same `random_state` gives the same states.": _check_determinism,
    "`transform` and `run` change neither the reservoir, nor X, nor a state.": _check_nothing_changes,
    "What `run` returns is no view of what it was given.": _check_no_views,
    "A series in pieces gives the states of the whole.": _check_pieces,
    "Many series give what each gives alone.": _check_many_series,
    "`drive_many` gives what `drive` gives for each series.": _check_one_door,
    "`_lanes` gives each of many series what it has alone.": _check_lanes,
    "`parts` yields the reservoirs that a composite is made of.": _check_parts,
    "`close_loop` feeds the outputs back.": _check_closed_loop,
    "Clones, copies and pickles do as the original does.": _check_copies,
    "Parameters that are set after `fit` change nothing before the next.": _check_fitted_attributes,
    "Bad input is refused, and leaves an earlier fit as it was.": _check_refusals,
    "What is no state is refused.": _check_bad_states,
}
