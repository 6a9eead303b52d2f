"""A fitted reservoir once more, everything that it drew given to the constructor and some of it changed."""

import warnings

import numpy as np

# Parameters whose drawn values are kept under another name.
_FITTED_NAMES = {"tau_range": "tau_"}


def rebuild(reservoir, **changes):
    """Return a fitted copy of a fitted reservoir with some parameters changed.

    Every parameter that the reservoir keeps a fitted value of, ``leak_rate`` in ``leak_rate_``, is set to this value,
    so that nothing is drawn again, but noise if ``random_state`` is None: without changes the copy runs as the original
    does, bit for bit.

    Parameters
    ----------
    reservoir : fitted reservoir
        One whose drawn values can all be given.
    changes : parameters of its constructor

    Returns
    -------
    fitted reservoir of the same class

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plasticity.rebuild import rebuild
    >>> reservoir = EchoStateReservoir(20, random_state=0).fit([[0.0]])
    >>> stronger = rebuild(reservoir, recurrent_weights=1.1 * reservoir.recurrent_weights_)
    >>> bool(np.all(stronger.bias_ == reservoir.bias_))
    True
    """
    fitted = {}
    unfitted = reservoir.unfitted()
    for name in unfitted.get_params(
        deep=False
    ):  # elapsed_column becomes a position, because the copy is fitted without names
        attribute = _FITTED_NAMES.get(name, f"{name}_")
        if hasattr(reservoir, attribute):
            fitted[name] = getattr(reservoir, attribute)
    copy = fit_to_width(unfitted.set_params(**fitted | changes), reservoir.n_features_in_)
    if hasattr(reservoir, "feature_names_in_"):
        copy.feature_names_in_ = reservoir.feature_names_in_
    return copy


def fit_to_width(reservoir, n_features):
    """Fit a reservoir for a number of features, without data and therefore without warnings about them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return reservoir.fit(np.zeros((1, n_features)))
