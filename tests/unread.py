"""Whether a parameter of a constructor is read after fit: it is set to what cannot be used, and results compared."""

from inspect import signature

import joblib
from sklearn.base import BaseEstimator

# These may be read, as they change no result.
READ = {"n_jobs": 2, "verbose": False}


class Unusable:
    """Stands for a parameter that nobody may use for anything but handing it on."""

    def _refuse(self, *arguments):
        raise AssertionError("A parameter of the constructor is read after fit.")

    __eq__ = __bool__ = __len__ = __iter__ = __getitem__ = __float__ = __index__ = __array__ = __call__ = _refuse
    __lt__ = __gt__ = __le__ = __ge__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __hash__ = _refuse

    def __reduce__(self):
        return Unusable, ()


def poison(estimator, value):
    """Set every parameter, also of estimators among them and of fitted reservoirs that are held."""
    held = [part.reservoir for part in estimator.parts()] if hasattr(estimator, "n_units_") else []
    held += [getattr(estimator, name) for name in ("reservoir_",) if hasattr(estimator, name)]
    given = [getattr(estimator, name) for name in signature(type(estimator)).parameters]
    given += [one for group in given if isinstance(group, list) for one in group]
    for one in [*held, *given]:
        if isinstance(one, BaseEstimator) and one is not estimator:
            poison(one, value)
    for name in signature(type(estimator)).parameters:
        setattr(estimator, name, READ.get(name, value))


def outcomes(pairs):
    """What came of each, by name; where it is refused, the words."""
    found = {}
    for name, outcome in pairs:
        try:
            outcome = outcome() if callable(outcome) else outcome
        except (TypeError, ValueError) as error:
            outcome = f"{type(error).__name__}: {error}"
        found[name] = joblib.hash(outcome)
    return found


def check_unread(fitted, outcomes_of, owner, value):
    """The outcomes are the same after the parameters of their owner, ``fitted`` or a part of it, were set."""
    expected = outcomes(outcomes_of(fitted))
    poison(owner, value)
    found = outcomes(outcomes_of(fitted))
    assert [name for name in expected if found.get(name) != expected[name]] == []
