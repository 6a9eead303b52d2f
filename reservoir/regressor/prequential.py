"""Prediction before every update: each step is predicted by a readout that has been fitted to the steps before it."""

from itertools import pairwise

import numpy as np


def predict_then_update(readout, features, wanted, rows, *, washout, keywords):
    """Return the predictions for some steps of a series, each from before the update with its target.

    Steps without a target, and those of the washout, are predicted without an update.

    Parameters
    ----------
    readout : regressor or classifier with ``partial_fit_predict``
        Is updated.
    features : array (n_rows, n_features)
    wanted : StepTargets
    rows : slice
        Which steps of the series these are.
    washout : int
        Number of steps at the start of the series that the readout is not fitted to.
    keywords : dict
        Further arguments of ``partial_fit_predict``.
    """
    kept, targets = wanted.kept(rows), wanted.values[rows]
    kept[: max(washout - rows.start, 0)] = False
    weights = None if wanted.weights is None else wanted.weights[rows]
    cuts = [0, *(np.flatnonzero(np.diff(kept)) + 1).tolist(), len(kept)]
    parts = []
    for start, stop in pairwise(cuts):
        part = slice(start, stop)
        if kept[start]:
            beside = keywords if weights is None else keywords | {"sample_weight": weights[part]}
            parts.append(readout.partial_fit_predict(features[part], targets[part], **beside))
        elif hasattr(readout, "coef_"):
            parts.append(readout.predict(features[part]))
        else:
            parts.append(_before_the_first_update(targets[part], keywords))
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _before_the_first_update(targets, keywords):
    """Return what is predicted before any update, as by a readout that is updated with its first row: 0, or a label."""
    classes = keywords.get("classes")
    return np.zeros(targets.shape) if classes is None else np.repeat(classes[:1], len(targets))
