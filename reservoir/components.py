"""The reservoir and the readout that a composite is made of: checked and cloned, or a default instead of None."""

from typing import Any, Protocol, runtime_checkable

from sklearn.base import BaseEstimator, clone

from readouts import RidgeReadout
from reservoir.base import BaseReservoir
from reservoir.echo_state import EchoStateReservoir
from reservoir.measured import MeasuredReservoir

# The default readout chooses its penalty among these: from nearly none to one that holds states of order 1 near 0.
DEFAULT_ALPHAS = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3, 1e4)


@runtime_checkable
class Readout(Protocol):
    """What may serve as a readout: any scikit-learn regressor, or classifier."""

    def fit(self, X: Any, y: Any) -> Any:
        """Fit to rows of features and their targets."""

    def predict(self, X: Any) -> Any:
        """Return a prediction for every row of features."""


def default_reservoir():
    """Return the reservoir, not fitted, that a composite has if it is given none."""
    return EchoStateReservoir(random_state=0)


def default_readout():
    """Return the readout, not fitted, that a composite has if it is given none.

    Its penalty is chosen by exact cross-validation in five folds of blocks of time, from statistics that can be
    streamed and merged.

    Examples
    --------
    >>> from reservoir.components import default_readout
    >>> default_readout().cv
    5
    """
    return RidgeReadout(alphas=DEFAULT_ALPHAS, cv=5)


def clone_reservoir(reservoir, drives=False):
    """Return an unfitted copy of the parameter 'reservoir' of a composite; raise ValueError if it is no reservoir.

    With ``drives``, it must be one that can be driven by what was not recorded.

    Examples
    --------
    >>> from reservoir.components import clone_reservoir
    >>> clone_reservoir(None)
    EchoStateReservoir(random_state=0)
    """
    if reservoir is None:
        return default_reservoir()
    if not isinstance(reservoir, BaseReservoir):
        raise ValueError(f"'reservoir' must be a reservoir such as EchoStateReservoir(); got {reservoir!r}.")
    if drives and isinstance(reservoir, MeasuredReservoir):
        raise ValueError(
            "'reservoir' must be one that can be driven, as forecasts are fed back; got MeasuredReservoir, whose "
            "states were recorded. Predict recorded steps by ReservoirRegressor, or let its readout drive the hardware."
        )
    return clone(reservoir)


def clone_readout(readout, default, expected, refused=None):
    """Return an unfitted copy of the parameter 'readout' of a composite; raise ValueError if it is none.

    Parameters
    ----------
    readout : whatever the caller passed
    default : readout
        What None stands for.
    expected : str
        What the message of the error says that a readout must be.
    refused : function or None, default=None
        Whether an estimator is of the other kind, such as `sklearn.base.is_regressor` where classes are predicted. One
        that does not say of which kind it is, is taken.

    Examples
    --------
    >>> from readouts import RidgeReadout
    >>> from reservoir.components import clone_readout
    >>> clone_readout(None, RidgeReadout(alpha=2.0), "a regressor")
    RidgeReadout(alpha=2.0)
    """
    if readout is None:
        return clone(default)
    is_readout = not isinstance(readout, type) and isinstance(readout, Readout)
    if not is_readout or refused is not None and isinstance(readout, BaseEstimator) and refused(readout):
        raise ValueError(f"'readout' must be {expected}; got {readout!r}.")
    return clone(readout)
