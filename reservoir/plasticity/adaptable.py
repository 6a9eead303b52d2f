"""The check of the reservoir that a rule of plasticity is to adapt."""

from sklearn.utils.validation import check_is_fitted


def check_adaptable(reservoir, rule, classes, advice):
    """Raise TypeError unless ``reservoir`` is of one of the classes, and `NotFittedError` unless it is fitted.

    Parameters
    ----------
    reservoir : object
        What was given.
    rule : str
        Name of the rule, for the message.
    classes : tuple of classes
        What the rule can adapt.
    advice : str
        What to do with reservoirs of other classes.

    Examples
    --------
    >>> from reservoir import SpikingLiquid
    >>> from reservoir.plasticity.adaptable import check_adaptable
    >>> check_adaptable(None, "STDP", (SpikingLiquid,), "Fit one first.")
    Traceback (most recent call last):
    TypeError: 'reservoir' must be a fitted SpikingLiquid for STDP to adapt; got None. Fit one first.
    """
    if not isinstance(reservoir, classes):
        known = " or ".join(one.__name__ for one in classes)
        raise TypeError(f"'reservoir' must be a fitted {known} for {rule} to adapt; got {reservoir!r}. {advice}")
    check_is_fitted(reservoir)
