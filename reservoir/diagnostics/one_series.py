"""The series that a diagnostic is given."""

from copy import copy

from reservoir.dispatch import check_fitted_reservoir
from reservoir.series.sequences import read_sequences, read_series


def read_one_series(reservoir, X):
    """Return X as the checked 2-D array that a fitted reservoir takes, or raise ValueError.

    Parameters
    ----------
    reservoir : fitted reservoir
    X : 2-D array (n_steps, n_features)

    Returns
    -------
    array (n_steps, n_features)
        In the precision of the reservoir.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.one_series import read_one_series
    >>> read_one_series(EchoStateReservoir(5).fit([[0.0]]), [[1], [2]])
    array([[1.],
           [2.]])
    """
    check_fitted_reservoir(reservoir)
    return read_series(reservoir, X, dtype=reservoir.dtype_, many="of many series pass one, the longest or X[0]")


def read_several_series(reservoir, X):
    """Return X, one series or several, as the checked `Sequences` that a fitted reservoir takes, or raise ValueError.

    Parameters
    ----------
    reservoir : fitted reservoir
    X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features) or list of 2-D arrays

    Returns
    -------
    Sequences

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.one_series import read_several_series
    >>> several = read_several_series(EchoStateReservoir(5).fit([[0.0]]), [[[1], [2]], [[3]]])
    >>> several.container, [x.shape for x in several.series]
    ('list', [(2, 1), (1, 1)])
    """
    check_fitted_reservoir(reservoir)
    flat = reservoir.n_features_in_ == 1
    return read_sequences(reservoir, X, reset=False, dtype=reservoir.dtype_, flat=flat)


def unnamed(reservoir):
    """Return a reservoir without column names, for series that have been checked and are arrays without names.

    Parameters
    ----------
    reservoir : fitted reservoir

    Returns
    -------
    reservoir
        The same if it has none, else a shallow copy.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.one_series import unnamed
    >>> reservoir = EchoStateReservoir(5).fit([[0.0]])
    >>> unnamed(reservoir) is reservoir
    True
    """
    if not hasattr(reservoir, "feature_names_in_"):
        return reservoir
    reservoir = copy(reservoir)
    del reservoir.feature_names_in_
    return reservoir
