"""What a classifier by squared errors says to who asks it for probabilities: where there are some."""

from typing import NoReturn


def refuse_probabilities(classifier: object) -> NoReturn:
    """Raise AttributeError, which names what has probabilities.

    Examples
    --------
    >>> from readouts.no_probabilities import refuse_probabilities
    >>> try:
    ...     refuse_probabilities("a text")
    ... except AttributeError as error:
    ...     print(str(error)[:29])
    'str' has no 'predict_proba':
    """
    name = type(classifier).__name__
    raise AttributeError(
        f"{name!r} has no 'predict_proba': its decisions, of decision_function, are no probabilities. Take "
        f"sklearn.calibration.CalibratedClassifierCV({name}()) for probabilities of rows, or "
        "reservoir.ReservoirClassifier for those of whole sequences."
    )


# A class says ``predict_proba = no_probabilities``. Of a property that raises AttributeError, hasattr is False, as
# scikit-learn wants it of methods that there are not.
no_probabilities = property(refuse_probabilities)
