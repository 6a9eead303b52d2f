import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from reservoir import EchoStateReservoir, ReservoirClassifier, SequenceEncoder
from reservoir.diagnostics import readout_attribution
from reservoir.plots import AttributionDisplay

X = [np.random.RandomState(number).standard_normal((20 + number, 2)) + number % 3 for number in range(12)]
LABELS = np.array(["a", "b", "c"])[np.arange(12) % 3]
ADDED = np.array([[1.0, -2.0], [-3.0, 0.5], [0.5, 2.0]])


@pytest.fixture(scope="module")
def classifier():
    return ReservoirClassifier(EchoStateReservoir(9, random_state=0)).fit(X, LABELS)


def test_areas_are_what_steps_add_for_the_class_above_the_sequence(classifier):
    display = AttributionDisplay.from_estimator(classifier, X[4], background=X, step=0.5, time_unit="s")
    added = readout_attribution(classifier, [X[4]], by="time", background=X).times[0][:, 1]
    above, below = display.axes_
    assert_array_equal(display.positive_.get_data().values, np.maximum(added, 0))
    assert_array_equal(display.negative_.get_data().values, np.minimum(added, 0))
    assert_array_equal(display.positive_.get_data().edges, 0.5 * np.arange(25) - 0.25)
    assert_array_equal(below.lines[1].get_ydata(), X[4][:, 1])
    assert above.get_ylabel() == "added for b" and below.get_xlabel() == "time in s"
    assert above.get_title(loc="left") == f"all steps together add {added.sum():.3g}"
    assert above.get_xlim() == below.get_xlim() == (-0.25, 11.75)


def test_the_target_is_the_one_with_the_largest_sum_unless_it_is_chosen():
    for target, expected in ((None, 1), (0, 0), (1, 1)):
        display = AttributionDisplay(ADDED).plot(target=target)
        assert_array_equal(display.positive_.get_data().values, np.maximum(ADDED[:, expected], 0))
        assert display.axes_[0].get_ylabel() == f"added for target {expected}" and len(display.axes_) == 1


def test_of_two_classes_the_decision_is_for_the_second():
    model = ReservoirClassifier(EchoStateReservoir(9, random_state=0)).fit(X, LABELS == "b")
    display = AttributionDisplay.from_estimator(model, X[0], background=X)
    assert display.axes_[0].get_ylabel() == "added for True"
    assert display.negative_.get_data().values.sum() < -display.positive_.get_data().values.sum()


def test_frames_and_regressors():
    encoder = SequenceEncoder(EchoStateReservoir(9, random_state=0), views=("series", "reversed_differences"))
    frames = [pd.DataFrame(x, columns=["u", "v"]) for x in X]
    model = make_pipeline(encoder, Ridge()).fit(frames, np.arange(12.0))
    display = AttributionDisplay.from_estimator(model, frames[11], background=frames)
    assert_array_equal(display.inputs, X[11])
    assert display.axes_[0].get_ylabel() == "added for target 0"


def test_bad_arguments_are_named(classifier):
    with pytest.raises(ValueError, match="'target' must be a number from 0 to 1, or None; got 2"):
        AttributionDisplay(ADDED).plot(target=2)
    with pytest.raises(ValueError, match="'names' must hold a name for each of the 2 targets of 'added'; got 3"):
        AttributionDisplay(ADDED, names=["a", "b", "c"]).plot()
    with pytest.raises(ValueError, match=r"'inputs' must have shape \(3, n_features\), to agree with 'added'"):
        AttributionDisplay(ADDED, np.ones((4, 1))).plot()
    with pytest.raises(ValueError, match="'step' must be a number above 0; got 0"):
        AttributionDisplay(ADDED, step=0).plot()
    with pytest.raises(ValueError, match=r"'X' must have shape \(n_steps, n_features\); got \(20,\)"):
        AttributionDisplay.from_estimator(classifier, X[0][:, 0], background=X)
    with pytest.raises(TypeError, match="background"):
        AttributionDisplay.from_estimator(classifier, X[0])


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_lines_have_the_names_of_columns(library, classifier):
    module = pytest.importorskip(library, reason="makes tables")
    frame = module.DataFrame({"pulse": X[0][:, 0], "pressure": X[0][:, 1]})
    for sequence, names in ((frame, ["pulse", "pressure"]), (X[0], ["input 0", "input 1"])):
        _, below = AttributionDisplay.from_estimator(classifier, sequence, background=X).axes_
        assert [text.get_text() for text in below.get_legend().get_texts()] == names
        for line, column in zip(below.lines, X[0].T, strict=True):
            assert_array_equal(line.get_ydata(), column)
    assert below.get_ylabel() == "input"
