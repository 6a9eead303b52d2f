"""The detector against its equations in plain NumPy, closed-form facts, and every container of series."""

import naive
import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chi2, kstest
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import LinearRegression, Ridge, RidgeClassifier
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsRegressor

from readouts import RidgeReadoutClassifier
from reservoir import NVAR, AdaptiveReservoir, AnomalyDetector, CTRNNLiquid, EchoStateReservoir, StackedReservoir
from reservoir.anomaly.column_scale import find_column_scale
from reservoir.plasticity import IntrinsicPlasticity

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((300, 2)) @ [[1.0, 0.7], [0.0, 0.7]]
X[1:] += 0.8 * X[:-1]
WAVE = np.sin(0.3 * np.arange(1500)) + 0.05 * RANDOM.standard_normal(1500)


def small(**parameters):
    return AnomalyDetector(EchoStateReservoir(12, random_state=0), **({"washout": 20} | parameters))


def scores_of_twin(detector, series, washout, window):
    """The docstring's equations: standardise, drive, predict, whiten, average; the readout is a plain ridge."""
    scale = find_column_scale([series])
    z = (series - scale.center) / scale.scale
    part, n = detector.reservoir_, z.shape[1]
    weights = part.recurrent_weights_.toarray(), part.input_weights_, part.bias_, part.leak_rate_
    features = np.hstack([naive.run_echo_state(*weights, "tanh", z, np.zeros(part.n_units_)), z])
    ridge = Ridge(0.1).fit(features[washout:-1], z[washout + 1 :])
    residuals = z[washout + 1 :] - ridge.predict(features[washout:-1])
    deviations = np.sqrt((residuals**2).mean(axis=0))
    precision = LedoitWolf(assume_centered=True).fit(residuals / deviations).precision_
    lengths = np.einsum("ti,ij,tj->t", residuals / deviations, precision, residuals / deviations)
    lengths = np.r_[np.full(window + washout, float(n)), lengths]
    return -np.array([lengths[t : t + window].mean() for t in range(len(series))])


@pytest.mark.parametrize("window", [1, 8])
def test_scores_are_those_of_the_plain_twin(window):
    detector = small(readout=Ridge(0.1), window=window).fit(X)
    # The library adds 1e-8 to every variance.
    assert_allclose(detector.score_samples(X), scores_of_twin(detector, X, 20, window), rtol=1e-6)


def autoregression(n_steps, rate=0.7, seed=1):
    noise = np.random.RandomState(seed).standard_normal(n_steps)
    for t in range(1, n_steps):
        noise[t] += rate * noise[t - 1]
    return noise


def test_a_spike_in_a_linear_series():
    # With one delay as reservoir and plain least squares, the readout is the autoregression itself.
    detector = AnomalyDetector(NVAR(delay=1, order=1), LinearRegression(), window=1, washout=0)
    clean = autoregression(20_000)
    spiked = clean.copy()
    spiked[500] += 50
    scores = detector.fit(clean).score_samples(spiked)
    noise = clean[1:] - 0.7 * clean[:-1]
    assert_allclose(scores[500], -((noise[499] + 50) ** 2), rtol=0.05)
    assert_allclose(scores[501], -((noise[500] - 0.7 * 50) ** 2), rtol=0.05)
    assert_allclose(scores[502:], detector.score_samples(clean)[502:], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("n_features, window", [(1, 1), (3, 1), (2, 5)])
def test_scores_of_gaussian_noise_have_a_chi_square_distribution(n_features, window):
    noise = np.random.RandomState(2).standard_normal((6000, n_features))
    noise[:, 0] *= 1e4
    scores = small(readout=Ridge(1e9), window=window).fit(noise).score_samples(noise)[200::window]
    assert_allclose(scores.mean(), -n_features, rtol=0.03)
    assert kstest(-window * scores, chi2(window * n_features).cdf).pvalue > 0.01


def test_every_row_is_scored_and_those_that_cannot_be_predicted_are_neutral():
    detector = small(window=4).fit(X)
    scores = detector.score_samples(X)
    assert scores.shape == (300,)
    assert_array_equal(scores[:21], -2.0)
    assert len(np.unique(scores[21:])) == 279
    assert_array_equal(detector.score_samples([X[:1], X])[0], [-2.0])


def test_a_series_of_which_no_row_is_judged_is_warned_of():
    detector = small().fit(X)
    for short in (X[:21], X[:1], [X[:9], X[:21]]):
        with pytest.warns(UserWarning, match="^'X' has no row that can be judged: the first 21 rows") as caught:
            assert_array_equal(np.concatenate(list(detector.predict(short)), axis=None), 1)
        assert caught[0].filename == __file__
    detector.score_samples(X[:22])
    detector.score_samples(X[:1], detector.state_)
    detector.score_samples(X[:1], return_state=True)


def test_more_features_than_rows_are_warned_of():
    with pytest.warns(UserWarning, match="^'readout' has 102 features and only 99 rows"):
        AnomalyDetector(washout=0).fit(X[:100])


def test_the_threshold_may_be_set_by_rows_that_were_kept_from_fit():
    series = autoregression(20_300)
    fitted, spare, later = series[:300], series[300:10_300], series[10_300:]
    detector = AnomalyDetector(contamination=0.05).fit(fitted)
    assert (detector.predict(later, detector.state_) == -1).mean() > 0.08
    detector.offset_ = np.quantile(detector.score_samples(spare, detector.state_), 0.05)
    # About 1000 windows of 10 rows are independent: the share has a standard error of 0.007.
    assert abs((detector.predict(later, detector.state_) == -1).mean() - 0.05) < 0.02


@pytest.mark.parametrize("contamination", [0.01, 0.1, 0.4])
def test_the_threshold_is_a_quantile_of_fit(contamination):
    detector = small(contamination=contamination).fit(X)
    scores = detector.score_samples(X)
    assert detector.offset_ == np.quantile(scores, contamination)
    assert_array_equal(detector.decision_function(X), scores - detector.offset_)
    outliers = detector.predict(X) == -1
    assert_array_equal(outliers, detector.decision_function(X) < 0)
    assert outliers.sum() == round(300 * contamination)
    assert_array_equal(small(contamination=contamination).fit_predict(X), detector.predict(X))


def test_a_wave_that_stands_still_is_found_and_the_differences_do_not_show_it():
    wave, label = WAVE.copy(), np.zeros(500)
    wave[1250:1270] += wave[1249] - wave[1250:1270] + 0.05 * np.random.RandomState(5).standard_normal(20)
    label[250:270] = 1
    detector = AnomalyDetector().fit(WAVE[:1000])
    scores = detector.score_samples(wave[1000:], detector.state_)
    assert roc_auc_score(label, -scores) > 0.9
    differences = np.abs(np.diff(wave[999:]))
    assert roc_auc_score(label, differences) < 0.6


def test_one_huge_outlier_in_training_hides_nothing():
    spoilt = WAVE[:1000].copy()
    spoilt[400] = 1e6
    detector = AnomalyDetector(window=1).fit(spoilt)
    assert_allclose(detector.offset_, AnomalyDetector(window=1).fit(WAVE[:1000]).offset_, rtol=10)
    assert detector.score_samples(spoilt).argmin() in (400, 401)


FAR_ROWS = [("float64", size) for size in (1e30, -1e30, 1e200, -1.7e308)] + [("float32", 1e30), ("float32", -1e30)]


@pytest.mark.parametrize(("dtype", "size"), FAR_ROWS)
def test_scores_are_finite_however_far_a_row_is(dtype, size):
    detector = AnomalyDetector(EchoStateReservoir(12, dtype=dtype, random_state=0), window=3).fit(X)
    far = X.copy()
    far[200] = size
    scores = detector.score_samples(far)
    assert np.isfinite(scores).all()
    assert scores.argmin() in range(200, 204)
    assert_array_equal(scores[:200], detector.score_samples(X)[:200])
    assert np.isfinite(small().fit(far.astype(dtype)).score_samples(X)).all()


def test_a_constant_column_is_no_trouble_and_a_change_in_it_is_seen():
    still = np.column_stack([X[:, 0], np.full(300, 7.3)])
    detector = small(window=1).fit(still)
    assert np.isfinite(detector.score_samples(still)).all()
    moved = still.copy()
    moved[200, 1] += 0.01
    assert detector.score_samples(moved).argmin() == 200
    constant = small(window=1).fit(still[:, 1:])
    assert_array_equal(constant.predict(still[:, 1:]), 1)
    assert constant.predict(moved[:, 1:])[200] == -1


def test_several_series_come_back_in_their_container():
    detector = small().fit(X)
    ragged = [X[:100], X[100:150], X[150:175]]
    expected = [detector.score_samples(x) for x in ragged]
    for n_jobs in (None, 2):
        found = detector.set_params(n_jobs=n_jobs).score_samples(ragged)
        assert isinstance(found, list)
        assert all(map(np.array_equal, found, expected))
    equal = X.reshape(3, 100, 2)
    assert detector.score_samples(equal).shape == detector.predict(equal).shape == (3, 100)
    assert_array_equal(detector.decision_function(equal)[1], detector.decision_function(X[100:200]))
    assert [part.shape for part in detector.predict(ragged)] == [(100,), (50,), (25,)]


def test_a_series_in_a_list_is_fitted_as_it_is_alone_and_the_order_of_threads_does_not_count():
    alone, listed = small().fit(X), small().fit([X])
    assert_array_equal(alone.score_samples(X), listed.score_samples(X))
    several = [X[:140], X[140:230], X[230:]]
    assert small().fit(several).offset_ == small(n_jobs=2).fit(several).offset_


def test_series_too_short_to_be_predicted_count_for_nothing_in_fit():
    detector = small(standardize=False).fit([X, X[:4], X[:1], X, X])
    assert detector.washout_ == 20
    assert_array_equal(detector.readout_.coef_, small(standardize=False).fit([X, X, X]).readout_.coef_)


@pytest.mark.filterwarnings("ignore:'readout' has")
@pytest.mark.parametrize("n_steps, washout", [(6, 0), (10, 1), (86, 20), (300, 20)])
def test_the_washout_is_at_most_a_quarter(n_steps, washout):
    detector = small().fit(X[:n_steps])
    assert detector.washout_ == washout
    assert np.isfinite(detector.score_samples(X)).all()


def test_frames_columns_and_flat_arrays():
    expected = small().fit(X).score_samples(X)
    for frame in (pd.DataFrame(X, columns=["a", "b"]), pl.DataFrame(X, schema=["a", "b"])):
        assert_array_equal(small().fit(frame).score_samples(frame), expected)
    single = small().fit(X[:, :1]).score_samples(X[:, :1])
    for column in (X[:, 0], pd.Series(X[:, 0]), pl.Series(X[:, 0])):
        assert_array_equal(small().fit(column).score_samples(column), single)
    with pytest.raises(ValueError, match="feature names should match"):
        small().fit(frame).score_samples(frame[["b", "a"]])


def test_single_precision_is_near_double():
    found = AnomalyDetector(EchoStateReservoir(12, dtype="float32", random_state=0), washout=20).fit(X)
    assert found.state_.reservoir.dtype == np.float32
    # Weights are rounded, and so is every state: a bit of 1e-7 grows by the weights of the readout.
    assert_allclose(found.score_samples(X), small().fit(X).score_samples(X), rtol=1e-3)


def test_units_of_columns_do_not_count_unless_they_are_kept():
    units = np.array([1e4, 1e-3])
    assert_allclose(small().fit(X * units + 5).score_samples(X * units + 5), small().fit(X).score_samples(X), rtol=1e-6)
    plain = small(standardize=False).fit(X)
    drifted = small(standardize=False).fit(X * units)
    assert not np.allclose(plain.score_samples(X), drifted.score_samples(X * units), rtol=0.01)


@pytest.mark.parametrize("column", [1, -2, "dt"])
def test_elapsed_times_are_neither_scaled_nor_predicted(column):
    times = np.random.RandomState(3).exponential(5.0, 300)
    rows = np.column_stack([X[:, 0], times, X[:, 1]])

    def given(rows):
        return pd.DataFrame(rows, columns=["u", "dt", "v"]) if column == "dt" else rows

    detector = AnomalyDetector(CTRNNLiquid(12, elapsed_column=column, random_state=0), washout=20).fit(given(rows))
    scale = find_column_scale([X])
    states = CTRNNLiquid(12, elapsed_column=1, random_state=0)
    inputs = np.column_stack([(X - scale.center) / scale.scale, times])[:, [0, 2, 1]]
    assert_allclose(states.fit(inputs).run(inputs)[1], detector.state_.reservoir, rtol=1e-9)
    assert detector.state_.prediction.shape == (2,)
    slow = rows.copy()
    slow[250, 1] = 500
    assert detector.score_samples(given(slow))[250] == detector.score_samples(given(rows))[250]


def test_elapsed_times_of_a_stack_are_found():
    rows = np.column_stack([X, np.full(300, 2.0)])
    layers = [CTRNNLiquid(6, random_state=0), EchoStateReservoir(6, random_state=0)]
    detector = AnomalyDetector(StackedReservoir(layers, elapsed_column=2), washout=20).fit(rows)
    assert detector.state_.prediction.shape == (2,)


def test_elapsed_times_of_a_reservoir_that_adapts_are_found():
    rows = np.column_stack([X, np.full(300, 2.0)])
    liquid = AdaptiveReservoir(CTRNNLiquid(6, elapsed_column=2, random_state=0), IntrinsicPlasticity(n_epochs=1))
    assert AnomalyDetector(liquid, washout=20).fit(rows).state_.prediction.shape == (2,)


def test_any_regressor_may_be_the_readout():
    detector = small(readout=KNeighborsRegressor(5)).fit(X)
    assert np.isfinite(detector.score_samples(X)).all()
    assert isinstance(detector.readout_, KNeighborsRegressor)
    assert small().fit(X).readout_.get_params()["cv"] == 5


REFUSED = {
    "window": [0, -3, 2.5, None, True, 10**15],
    "contamination": [0, -0.1, 0.51, np.nan, "auto", None],
    "washout": [-1, 0.5, None],
    "standardize": [1, None, "yes"],
    "n_jobs": [0, 1.5],
    "reservoir": ["echo", EchoStateReservoir],
    "readout": ["ridge", Ridge, RidgeClassifier(), RidgeReadoutClassifier()],
}


@pytest.mark.parametrize("name, value", [(name, value) for name, values in REFUSED.items() for value in values])
def test_bad_parameters_are_refused_by_name(name, value):
    detector = small().fit(X)
    offset = detector.offset_
    with pytest.raises(ValueError, match=f"^'{name}' must be"):
        detector.set_params(**{name: value}).fit(X)
    assert detector.offset_ == offset


def test_bad_series_are_refused():
    detector = small().fit(X)
    for bad in (np.nan, np.inf):
        spoilt = X.copy()
        spoilt[9, 1] = bad
        with pytest.raises(ValueError, match="X.* contains (NaN|infinity)"):
            detector.score_samples(spoilt)
    with pytest.raises(ValueError, match="X has 3 features, but AnomalyDetector is expecting 2"):
        detector.score_samples(np.ones((9, 3)))
    with pytest.raises(ValueError, match="'X' must have at least 5 rows that follow on others; got 4, in series of 5"):
        small().fit(X[:5])
    with pytest.raises(ValueError, match="^'return_state' must be True or False"):
        detector.score_samples(X, return_state=1)


def test_progress_is_printed(capsys):
    detector = small(verbose=True).fit([X, X[:200]])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "[AnomalyDetector] reservoir fitted to 2 series, 500 rows in all"
    assert lines[1].startswith("[AnomalyDetector] readout fitted to ") and len(lines) == 2
    detector.score_samples([X, X])
    assert capsys.readouterr().out == "[AnomalyDetector] 2 series scored\n"
    small().fit(X).score_samples(X)
    assert not capsys.readouterr().out
