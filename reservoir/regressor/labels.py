"""The classes of a classifier as readout: found among targets, or listed in advance for a stream."""

import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, unique_labels

from readouts.values import check_labels
from reservoir.checks.naming import called
from reservoir.regressor.targets import known_rows


def labels_of(name, values):
    """Return the labels among the values, sorted; ``name`` is what messages call the values.

    Examples
    --------
    >>> from reservoir.regressor.labels import labels_of
    >>> labels_of("y", ["up", "down", "up"]).tolist()
    ['down', 'up']
    """
    with called(name):
        values = check_labels(name, values)
    try:
        with np.errstate(invalid="ignore"):  # scikit-learn compares numbers with themselves as integers
            column_or_1d(values)
            check_classification_targets(values)
            return unique_labels(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"'{name}' must hold labels, one for each, all of them numbers or strings: {error}") from error


def labels_of_targets(targets):
    """Return the labels among the known targets of several series, sorted."""
    kinds = {target.dtype.kind for target in targets}
    if kinds & set("US") and kinds & set("biuf"):
        raise ValueError("'y' must hold labels of one type; got text in some series and numbers in others.")
    return labels_of("y", np.concatenate([target[known_rows(target)] for target in targets]))


def check_stream_classes(classes, known, *, classifies):
    """Return the classes of a stream, or None if the readout is no classifier.

    Parameters
    ----------
    classes : whatever the caller passed
    known : array or None
        Those of the first call; None in the first call.
    classifies : bool
        Whether the readout is a classifier.
    """
    if not classifies:
        if classes is not None:
            raise ValueError("'classes' must be None, as the readout is no classifier; got labels. Leave them out.")
        return None
    if known is None:
        if classes is None:
            raise ValueError("'classes' must list all labels in the first call of partial_fit; got None.")
        return labels_of("classes", classes)
    if classes is not None and not np.array_equal(labels_of("classes", classes), known):
        raise ValueError(f"'classes' must be those of the first call, {known.tolist()}; got {classes}.")
    return known
