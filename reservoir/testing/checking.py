"""Whether a reservoir keeps what every reservoir promises."""

import warnings

import numpy as np
from sklearn.utils import check_array

from readouts.masked import refuse_masked
from readouts.types import SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_number
from reservoir.checks.naming import called
from reservoir.checks.stack_level import stack_level
from reservoir.measured import NotRecordedError
from reservoir.testing.promise_checks import PROMISES, Case

N_STEPS = 24


def check_reservoir(reservoir: BaseReservoir, X: SeriesLike | None = None, *, rtol: float = 0.0) -> None:
    """Check that a reservoir keeps what every reservoir promises.

    Its promises are those that the rest of the library, and scikit-learn, build on:

    - ``fit`` changes no parameter, and refuses bad input without touching an earlier fit;
    - ``transform`` returns a row of states for every row of X, in the precision ``dtype``, and changes nothing;
    - the same ``random_state`` gives the same states, whatever the generator of NumPy was seeded with;
    - ``run`` changes neither X nor the state that it is given, and returns views of neither;
    - a series driven in pieces, or row by row, gives the states of the whole;
    - many series give what each gives alone, in threads and from a memory map too, and so does `drive_many`, from
      starts of their own and in pieces, or in lockstep where it has ``_lanes``;
    - `parts` yields the reservoirs of a composite, and `close_loop` feeds outputs back;
    - a clone fits to the same states; a copy and a pickle of a fitted reservoir, and of a state, go on as it does;
    - parameters that are set after ``fit`` change nothing before the next;
    - bad input and bad states are refused with ValueError.

    Of a `MeasuredReservoir`, or a composite of one, a promise cannot be checked where that takes inputs whose states
    were not recorded, or outputs that are fed back. A warning says which promises these are.

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
    with called("X", X):
        series = check_array(series, input_name="X", dtype=np.float64, ensure_min_samples=3)
    broken, unchecked = [], []
    for promise, check in PROMISES.items():
        try:
            check(Case(reservoir, series, rtol))
        except AssertionError as failure:
            broken.append(f"- {failure}")
        except Exception as error:  # whatever else a reservoir raises breaks the promise that was being checked
            if _is_of_recordings(error):
                unchecked.append(f"- {promise}")
            else:
                broken.append(f"- {promise} It raised {type(error).__name__}: {error}")
    name = type(reservoir).__name__
    if broken:
        promises = "\n".join(broken)
        raise AssertionError(f"{name} breaks {len(broken)} of {len(PROMISES)} promises:\n{promises}")
    if unchecked:
        promises = "\n".join(unchecked)
        warnings.warn(
            f"{name} keeps {len(PROMISES) - len(unchecked)} of {len(PROMISES)} promises. The others were not checked, "
            f"as that takes inputs whose states were not recorded, or outputs that are fed back:\n{promises}",
            stacklevel=stack_level(),
        )


def _is_of_recordings(error):
    """Whether an error, or one that it was made of, says that what was to be driven was not recorded."""
    return error is not None and (isinstance(error, NotRecordedError) or _is_of_recordings(error.__cause__))
