import numpy as np
import pytest
from bare_readout import BareReadout
from numpy.testing import assert_allclose
from sklearn.linear_model import Ridge
from sklearn.svm import SVR
from sklearn.utils import get_tags

from readouts import RidgeReadout
from reservoir import SequenceEncoder, SequenceRegressor

FREQUENCIES = np.linspace(0.1, 1.0, 40)


def waves():
    random = np.random.RandomState(0)
    return [np.sin(f * np.arange(random.randint(40, 60)))[:, None] for f in FREQUENCIES]


def small(**parameters):
    return SequenceRegressor(n_units=20, random_state=0, **parameters)


@pytest.mark.parametrize("y", [FREQUENCIES, np.stack([FREQUENCIES, 5 - FREQUENCIES**2], axis=1)], ids=["one", "two"])
def test_targets_of_sequences_are_predicted(y):
    X = waves()
    model = small().fit(X[::2], y[::2])
    assert model.predict(X[1::2]).shape == y[1::2].shape
    assert model.score(X[1::2], y[1::2]) > 0.95


def test_a_shift_of_the_target_shifts_what_is_predicted():
    X = waves()
    model, shifted = small().fit(X, FREQUENCIES), small().fit(X, 100 + FREQUENCIES)
    assert_allclose(shifted.predict(X) - 100, model.predict(X), atol=1e-6)


@pytest.mark.filterwarnings("ignore::scipy.linalg.LinAlgWarning")  # the penalty is small, and the same on both sides
def test_a_readout_whose_fit_returns_nothing_reads():
    X = waves()
    model = small(readout=BareReadout()).fit(X, FREQUENCIES)
    predicted = model.predict(X)
    assert isinstance(model.readout_, BareReadout) and isinstance(predicted, np.ndarray)
    np.testing.assert_array_equal(predicted, small(readout=Ridge(1e-3)).fit(X, FREQUENCIES).predict(X))


def test_any_regressor_reads():
    X = waves()
    model = small(readout=Ridge(1.0)).fit(X[::2], FREQUENCIES[::2])
    assert isinstance(model.readout_, Ridge) and model.score(X[1::2], FREQUENCIES[1::2]) > 0.9


def test_groups_must_be_as_many_as_sequences():
    with pytest.raises(ValueError, match="'groups'"):
        small().fit(waves(), FREQUENCIES, groups=np.zeros(3))


def test_the_tags_say_whether_the_readout_takes_several_targets():
    assert get_tags(SequenceRegressor()).target_tags.multi_output
    assert get_tags(SequenceRegressor(readout=Ridge())).target_tags.multi_output
    assert not get_tags(SequenceRegressor(readout=SVR())).target_tags.multi_output


@pytest.mark.parametrize("bad", [np.nan, np.inf, None, "high", np.ma.masked], ids=str)
def test_targets_that_are_no_numbers_are_refused_before_anything_is_driven(bad, monkeypatch):
    monkeypatch.delattr(SequenceEncoder, "fit")
    y = [bad, *FREQUENCIES[1:]] if bad is not np.ma.masked else np.ma.array(FREQUENCIES, mask=[True] + [False] * 39)
    with pytest.raises(ValueError, match=r"\by\b"):
        small().fit(waves(), y)


def test_one_sequence_needs_a_readout_of_a_penalty_of_its_own():
    X = waves()
    with pytest.raises(ValueError, match=r"'X' must hold at least 2 sequences.* RidgeReadout\(alpha=1.0\)"):
        small().fit(X[:1], [3.0])
    assert_allclose(small(readout=RidgeReadout(alpha=1.0)).fit(X[:1], [3.0]).predict(X), 3.0)
