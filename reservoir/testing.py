"""What every reservoir promises, checked on one of your own."""

import copy
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import check_array

from readouts.masked import refuse_masked
from readouts.types import Array, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_number

__all__ = ["check_reservoir"]

N_STEPS = 24
CUTS = (1, 5, 17)


def check_reservoir(reservoir: BaseReservoir, X: SeriesLike | None = None, *, rtol: float = 0.0) -> None:
    """Check that a reservoir keeps what every reservoir promises.

    Its promises are those that the rest of the library, and scikit-learn, build on:

    - ``fit`` changes no parameter, and refuses bad input without touching an earlier fit;
    - ``transform`` returns a row of states for every row of X, in the precision ``dtype``, and changes nothing;
    - the same ``random_state`` gives the same states, whatever the generator of NumPy was seeded with;
    - ``run`` changes neither X nor the state that it is given, and returns views of neither;
    - a series driven in pieces, or row by row, gives the states of the whole;
    - many series give what each gives alone, in threads too;
    - a clone fits to the same states; a copy and a pickle of a fitted reservoir, and of a state, go on as it does;
    - parameters that are set after ``fit`` change nothing before the next;
    - bad input and bad states are refused with ValueError.

    Parameters
    ----------
    reservoir : BaseReservoir
        Unfitted or fitted; it is cloned, not changed.
    X : 2-D array (n_steps, n_features), default=None
        A series that it can be driven by, of at least 3 steps. None is 24 steps of three standard normal features.
    rtol : float, default=0.0
        Largest difference, relative to the largest state, between states that must be equal; 0 is bit for bit. Rules
        that multiply whole matrices need a little, such as 1e-12, since sums are taken in another order for other
        numbers of rows.

    Raises
    ------
    AssertionError
        If a promise is broken: with one line for each, which says what was expected and what came.
    ValueError
        If ``X`` or ``rtol`` is invalid.
    TypeError
        If ``reservoir`` is no instance of `BaseReservoir`.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.testing import check_reservoir
    >>> check_reservoir(EchoStateReservoir(20))
    """
    if not isinstance(reservoir, BaseReservoir):
        found = f"the class {reservoir.__name__}" if isinstance(reservoir, type) else f"{type(reservoir).__name__}"
        raise TypeError(f"'reservoir' must be an instance of a subclass of BaseReservoir; got {found}.")
    rtol = check_number("rtol", rtol, at_least=0)
    refuse_masked("X", X)
    series = np.random.RandomState(0).standard_normal((N_STEPS, 3)) if X is None else X
    series = check_array(series, input_name="X", dtype=np.float64, ensure_min_samples=3)
    broken = []
    for promise, check in _PROMISES.items():
        try:
            check(_Case(reservoir, series, rtol))
        except AssertionError as failure:
            broken.append(f"- {failure}")
        except Exception as error:  # whatever a reservoir raises breaks the promise that was being checked
            broken.append(f"- {promise} It raised {type(error).__name__}: {error}")
    if broken:
        name, promises = type(reservoir).__name__, "\n".join(broken)
        raise AssertionError(f"{name} breaks {len(broken)} of {len(_PROMISES)} promises:\n{promises}")


class _Case:
    """A reservoir to check, with a series for it."""

    def __init__(self, reservoir: BaseReservoir, X: Array, rtol: float) -> None:
        self.reservoir, self.X, self.rtol = reservoir, X, rtol

    def new(self, **parameters) -> BaseReservoir:
        """Return an unfitted clone, with a seed wherever it takes one and has none."""
        known = self.reservoir.get_params(deep=True)
        unseeded = [name for name in known if name.split("__")[-1] == "random_state" and known[name] is None]
        return clone(self.reservoir).set_params(**dict.fromkeys(unseeded, 0) | parameters)

    def fitted(self, **parameters) -> BaseReservoir:
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


def _check_fit(case: _Case) -> None:
    reservoir = case.new()
    before = reservoir.get_params(deep=False)
    assert reservoir.fit(case.X) is reservoir, "fit(X) must return the reservoir itself."
    after = reservoir.get_params(deep=False)
    changed = [name for name in before if before[name] is not after[name]]
    assert not changed, f"fit(X) must change no parameter; it has set {', '.join(changed)}."


def _check_states(case: _Case) -> None:
    reservoir = case.fitted()
    states = reservoir.transform(case.X)
    expected = (len(case.X), len(reservoir.get_feature_names_out()))
    assert states.shape == expected, f"transform(X) must return an array {expected}; got {states.shape}."
    assert np.isfinite(states).all(), "transform(X) must return finite states; got NaN or infinity."


def _check_dtype(case: _Case) -> None:
    takes = "dtype" in case.reservoir.get_params(deep=False)
    for dtype in ("float64", "float32") if takes else (case.reservoir.dtype,):
        states, _ = case.fitted(**{"dtype": dtype} if takes else {}).run(case.X)
        assert states.dtype == dtype, f"States must be of dtype={dtype!r}; got {states.dtype}."


def _check_determinism(case: _Case) -> None:
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


def _check_nothing_changes(case: _Case) -> None:
    reservoir, X = case.fitted(), case.X.copy()
    _, state = reservoir.run(X[:3])
    before = joblib.hash((vars(reservoir), X, state))
    reservoir.transform(X)
    reservoir.run(X, state)
    after = joblib.hash((vars(reservoir), X, state))
    assert before == after, "transform and run must leave the reservoir, X and the given state as they were."


def _check_no_views(case: _Case) -> None:
    reservoir, X = case.fitted(), case.X.astype(case.reservoir.dtype)
    expected, state = reservoir.run(X[:3])
    onward = reservoir.run(X, copy.deepcopy(state))[0]
    given = X[:3].copy()
    states, end = reservoir.run(given)
    given[...], states[...] = 77.0, 77.0
    promise = "run must return states and a state that are no views of X, of each other or of the reservoir"
    case.assert_same(reservoir.run(X, end)[0], onward, promise)
    case.assert_same(reservoir.run(X[:3])[0], expected, promise)


def _check_pieces(case: _Case) -> None:
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


def _check_many_series(case: _Case) -> None:
    for n_jobs in (None, 2):
        takes = "n_jobs" in case.reservoir.get_params(deep=False)
        reservoir = case.fitted(**{"n_jobs": n_jobs} if takes else {})
        series = [case.X, case.X[:3], case.X[::-1].copy()]
        alone = [reservoir.transform(one) for one in series]
        for got, expected in zip(reservoir.transform(series), alone, strict=True):
            case.assert_same(
                got, expected, f"transform of a list, n_jobs={n_jobs}, must equal transform of each series"
            )
        stacked = reservoir.transform(np.stack([series[0], series[2]]))
        case.assert_same(stacked, np.stack([alone[0], alone[2]]), "transform of a 3-D X must equal that of each series")


def _check_copies(case: _Case) -> None:
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


def _check_fitted_attributes(case: _Case) -> None:
    reservoir = case.fitted()
    states = reservoir.transform(case.X)
    for name in reservoir.get_params(deep=False):
        if name not in ("n_jobs", "dtype"):
            try:
                setattr(reservoir, name, None)
            except AttributeError:  # a property that follows from other parameters
                continue
    after = reservoir.transform(case.X)
    case.assert_same(
        after, states, "After fit, only fitted attributes may be used: parameters set since changed states"
    )


def _check_refusals(case: _Case) -> None:
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


def _check_bad_states(case: _Case) -> None:
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


_PROMISES = {
    "`fit` returns the reservoir and changes no parameter.": _check_fit,
    "`transform` returns a row of finite states for every row of X.": _check_states,
    "States have the precision `dtype`.": _check_dtype,
    "The same `random_state` gives the same states.": _check_determinism,
    "`transform` and `run` change neither the reservoir, nor X, nor a state.": _check_nothing_changes,
    "What `run` returns is no view of what it was given.": _check_no_views,
    "A series in pieces gives the states of the whole.": _check_pieces,
    "Many series give what each gives alone.": _check_many_series,
    "Clones, copies and pickles do as the original does.": _check_copies,
    "Parameters that are set after `fit` change nothing before the next.": _check_fitted_attributes,
    "Bad input is refused, and leaves an earlier fit as it was.": _check_refusals,
    "What is no state is refused.": _check_bad_states,
}
