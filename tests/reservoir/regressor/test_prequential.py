import numpy as np
import pytest
from numpy.testing import assert_array_equal
from tasks import numbers

from readouts import RLSReadout, RLSReadoutClassifier
from reservoir.regressor.prequential import predict_then_update
from reservoir.regressor.step_targets import StepTargets

FEATURES = numbers(20, 4)


def one_by_one(readout, y, kept, weights, **keywords):
    predictions = []
    for t in range(20):
        row = FEATURES[t : t + 1]
        before = readout.predict(row) if hasattr(readout, "coef_") else np.array([keywords.get("classes", [0])[0]])
        predictions.append(before)
        if kept[t]:
            readout.partial_fit(row, y[t : t + 1], sample_weight=weights[t : t + 1], **keywords)
    return np.concatenate(predictions)


@pytest.mark.parametrize("first", [0, 3])
def test_every_step_is_predicted_by_what_came_before(first):
    y, weights = FEATURES @ [1.0, -2.0, 0.5, 0.0], np.arange(20) % 5 / 2.0
    y[[4, 5, 11]] = np.nan
    kept = (np.arange(20) >= first) & ~np.isnan(y) & (weights > 0)
    expected = one_by_one(RLSReadout(1e-2), y, kept, weights)
    options = {"washout": first, "keywords": {}}
    readout, wanted, parts = RLSReadout(1e-2), StepTargets(y, weights), []
    for rows in (slice(0, 1), slice(1, 9), slice(9, 20)):
        parts.append(predict_then_update(readout, FEATURES[rows], wanted, rows, **options))
    np.testing.assert_allclose(np.concatenate(parts), expected, atol=1e-12)


def test_labels_are_predicted_too():
    y, weights = (FEATURES[:, 0] > 0).astype(float), np.ones(20)
    y[[0, 7]] = np.nan
    classes, kept = np.array([0.0, 1.0]), ~np.isnan(y)
    expected = one_by_one(RLSReadoutClassifier(1e-2), y, kept, weights, classes=classes)
    options = {"washout": 0, "keywords": {"classes": classes}}
    rows = slice(0, 20)
    predicted = predict_then_update(RLSReadoutClassifier(1e-2), FEATURES, StepTargets(y), rows, **options)
    assert_array_equal(predicted, expected)
    assert len(set(predicted)) == 2
