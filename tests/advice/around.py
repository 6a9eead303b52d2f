"""Data, speech, diagnostics and metrics."""

import numpy as np
from scipy.sparse import csr_array
from sklearn.metrics import mean_absolute_error

import reservoir.datasets as data
from advice.models import DELTA, LINEAR, SOUND, WIDE, N, U, Y, fitted, forecaster, lif, regressor
from reservoir.diagnostics import (
    autonomous_lyapunov_spectrum,
    branching_ratio,
    consistency,
    echo_state_index,
    effective_dimension,
    input_sensitivity,
    interval_variation,
    lyapunov_exponents,
    memory_function,
    readout_attribution,
    separation,
    spike_lyapunov_exponent,
    spike_trains,
    synchrony,
)
from reservoir.metrics import crps, interval_score, mase, nmse, nrmse_horizon, valid_prediction_time
from reservoir.speech import MFCC, LogMel, LyonEar, PoissonEncoder, SendOnDeltaEncoder

CASES = {
    # Data
    "narma": (
        lambda: data.make_narma(400, order=30, random_state=0),
        "Pass smaller constants, for instance beta=0.04, delta=0.001 for order=30",
        [lambda: data.make_narma(400, order=30, beta=0.04, delta=0.001, random_state=0)],
    ),
    "mackey-glass": (
        lambda: data.make_mackey_glass(10, beta=1e308, initial=1e9),
        "Pass values nearer to the defaults",
        [lambda: data.make_mackey_glass(10)],
    ),
    "lorenz": (
        lambda: data.make_lorenz(10, rho=1e9),
        "Pass values nearer to the defaults",
        [lambda: data.make_lorenz(10, rho=30.0)],
    ),
    "kuramoto-sivashinsky, points": (
        lambda: data.make_kuramoto_sivashinsky(10, length=200.0),
        "Pass n_points=500",
        [lambda: data.make_kuramoto_sivashinsky(10, length=200.0, n_points=500, transient=1.0, random_state=0)],
    ),
    "kuramoto-sivashinsky, start": (
        lambda: data.make_kuramoto_sivashinsky(40, initial=1e4 * np.sin(np.arange(64) * np.pi / 32), transient=0.0),
        "Pass a smaller start or forcing, or a shorter 'integration_step'",
        [
            lambda: data.make_kuramoto_sivashinsky(40, initial=np.sin(np.arange(64) * np.pi / 32), transient=0.0),
            lambda: data.make_kuramoto_sivashinsky(
                4, initial=1e4 * np.sin(np.arange(64) * np.pi / 32), transient=0.0, integration_step=1e-5, step=0.001
            ),
        ],
    ),
    "vowels": (
        lambda: data.load_japanese_vowels("everything"),
        "Pass split='all'",
        [lambda: data.load_japanese_vowels("all")],
    ),
    # Speech
    "sparse sound": (
        lambda: LogMel().fit(csr_array(SOUND[None])),
        r"Pass X.toarray\(\).ravel\(\)",
        [lambda: LogMel().fit(csr_array(SOUND[None]).toarray().ravel())],
    ),
    "two channels": (
        lambda: LogMel().fit(np.stack([SOUND, SOUND], 1)),
        r"such as X\[:, 0\], or, if the rows are waveforms, list\(X\)",
        [lambda: LogMel().fit(np.stack([SOUND, SOUND], 1)[:, 0]), lambda: LogMel().fit(list(np.stack([SOUND, SOUND])))],
    ),
    "short spectrum": (lambda: LogMel(n_fft=100).fit(SOUND), "Pass None", [lambda: LogMel(n_fft=None).fit(SOUND)]),
    "narrow bands": (
        lambda: LogMel(n_bands=200).fit(SOUND),
        "Use fewer bands, a larger 'n_fft', or 'low_frequency' and 'high_frequency' farther",
        [lambda: LogMel(n_bands=40).fit(SOUND), lambda: LogMel(n_bands=200, n_fft=4096).fit(SOUND)],
    ),
    "close bands": (
        lambda: LogMel(low_frequency=500.0, high_frequency=600.0).fit(SOUND),
        "'low_frequency' and 'high_frequency' farther",
        [lambda: LogMel(low_frequency=100.0, high_frequency=4000.0).fit(SOUND)],
    ),
    "coefficients of bands": (
        lambda: MFCC(n_coefficients=30, n_bands=20).fit(SOUND),
        "Use more bands or fewer coefficients",
        [
            lambda: MFCC(n_coefficients=30, n_bands=30).fit(SOUND),
            lambda: MFCC(n_coefficients=13, n_bands=20).fit(SOUND),
        ],
    ),
    "wide ear": (
        lambda: LyonEar(step_factor=30.0).fit(SOUND),
        "Use a smaller step_factor",
        [lambda: LyonEar(step_factor=0.25).fit(SOUND)],
    ),
    "fine ear": (
        lambda: LyonEar(step_factor=1e-6).fit(SOUND),
        "Use a larger step_factor",
        [lambda: LyonEar(step_factor=0.25).fit(SOUND)],
    ),
    "spikes per frame": (
        lambda: PoissonEncoder(max_rate=1e15).fit(U),
        "Use a smaller rate",
        [lambda: PoissonEncoder(max_rate=100.0).fit(U)],
    ),
    "another scale": (
        lambda: DELTA.transform(1e30 * U),
        "Fit on series of the same scale",
        [lambda: SendOnDeltaEncoder().fit(1e30 * U).transform(1e30 * U)],
    ),
    # Diagnostics
    "exponents of a driven loop": (
        lambda: autonomous_lyapunov_spectrum(forecaster().fit(U, exogenous=U), 1, 100),
        r"see lyapunov_exponents\(forecaster.reservoir_, X\)",
        [lambda: lyapunov_exponents(forecaster().fit(U, exogenous=U).reservoir_, np.hstack([U, U]), 1)],
    ),
    "exponents of no loop": (
        lambda: autonomous_lyapunov_spectrum(forecaster(horizon=3).fit(U), 1, 100),
        "Set horizon=None and fit",
        [lambda: autonomous_lyapunov_spectrum(forecaster(horizon=None).fit(U), 1, 100)],
    ),
    "exponents of seasons": (
        lambda: autonomous_lyapunov_spectrum(forecaster(period=12).fit(U), 1, 100),
        "Set period=None and fit",
        [lambda: autonomous_lyapunov_spectrum(forecaster(period=None).fit(U), 1, 100)],
    ),
    "nothing changes": (
        lambda: consistency(fitted(input_scaling=0.0, spectral_radius=0.1, leak_rate=1.0), U, washout=100),
        "Use stronger input",
        [lambda: consistency(fitted(), U, washout=100)],
    ),
    "a spike of none": (
        lambda: spike_lyapunov_exponent(fitted(), U),
        "use lyapunov_exponents or echo_state_index",
        [lambda: lyapunov_exponents(fitted(), U, 1), lambda: echo_state_index(fitted(), U)],
    ),
    "few intervals": (
        lambda: interval_variation(lif().fit(U), U[:2]),
        "Use a longer series, fewer 'min_intervals'",
        [lambda: interval_variation(lif().fit(U), np.tile(U, (5, 1)))],
    ),
    "many players": (
        lambda: readout_attribution(regressor().fit(WIDE, Y), WIDE[:40], by="input"),
        r"Use by='unit', or input_sensitivity\(reservoir, X\)",
        [
            lambda: readout_attribution(regressor().fit(WIDE, Y), WIDE[:40], by="unit"),
            lambda: input_sensitivity(regressor().fit(WIDE, Y).reservoir_, WIDE[:40]),
        ],
    ),
    "long response": (
        lambda: memory_function(fitted(U[:, :1], spectral_radius=0.99999, leak_rate=1.0, **LINEAR), method="exact"),
        "Use a smaller spectral radius .* or method='simulated'",
        [
            lambda: memory_function(fitted(U[:, :1], spectral_radius=0.9, leak_rate=1.0, **LINEAR), method="exact"),
            lambda: memory_function(
                fitted(U[:, :1], spectral_radius=0.99999, leak_rate=1.0, **LINEAR), method="simulated", n_steps=800
            ),
        ],
    ),
    "short for lags": (
        lambda: input_sensitivity(fitted(), U[:9], lags=20),
        "Pass a series of at least 21 steps, or shorter lags",
        [lambda: input_sensitivity(fitted(), U[:40], lags=20), lambda: input_sensitivity(fitted(), U[:9], lags=3)],
    ),
    "short for a dimension": (
        lambda: effective_dimension(fitted(), U, washout=N - 1),
        "Pass a longer series or a smaller washout",
        [
            lambda: effective_dimension(fitted(), U, washout=20),
            lambda: effective_dimension(fitted(), np.vstack([U, U]), washout=N - 1),
        ],
    ),
    "still states": (
        lambda: effective_dimension(fitted(input_scaling=0.0, spectral_radius=0.1, leak_rate=1.0), U, washout=100),
        "Pass an input that varies, or larger input weights",
        [lambda: effective_dimension(fitted(), U, washout=100)],
    ),
    "unequal": (
        lambda: separation(fitted(), U, U[:50]),
        "Cut both to the same number of steps",
        [lambda: separation(fitted(), U[:50], -U[:50])],
    ),
    "deaf": (
        lambda: memory_function(fitted(U[:, :1], input_scaling=0.0, **LINEAR), n_steps=400, washout=20),
        "Use larger input weights",
        [lambda: memory_function(fitted(U[:, :1], **LINEAR), n_steps=400, washout=20)],
    ),
    "no spikes": (
        lambda: spike_trains(fitted(), U),
        "see effective_dimension for .*, and echo_state_index or lyapunov_exponents",
        [lambda: effective_dimension(fitted(), U), lambda: lyapunov_exponents(fitted(), U, 1)],
    ),
    "bins": (
        lambda: branching_ratio(lif().fit(U), U, n_lags=100, bin_width=4.0),
        "Use a longer series, fewer 'n_lags' or a smaller 'bin_width'",
        [
            lambda: branching_ratio(lif().fit(U), np.vstack([U, U]), n_lags=100, bin_width=4.0),
            lambda: branching_ratio(lif().fit(U), U, n_lags=20, bin_width=4.0),
            lambda: branching_ratio(lif().fit(U), U, n_lags=100, bin_width=1.0),
        ],
    ),
    "wide bins": (
        lambda: synchrony(lif().fit(U), U, bin_width=1200.0),
        "Use narrower bins, or a longer X",
        [lambda: synchrony(lif().fit(U), U, bin_width=5.0)],
    ),
    # Metrics
    "other rows": (lambda: nmse(Y, Y[5:]), "Drop the same rows", [lambda: nmse(Y[5:], Y[5:])]),
    "constant": (lambda: nmse(np.ones(5), np.zeros(5)), "Leave that output out, or use sklearn", [lambda: nmse(Y, Y)]),
    "no time": (
        lambda: valid_prediction_time(np.ones(5), np.ones(5)),
        "Pass a longer stretch",
        [lambda: valid_prediction_time(Y, Y)],
    ),
    "text": (
        lambda: nmse(["1", "2"], [1, 2]),
        r"Convert it by np.asarray\(..., dtype=float\)",
        [lambda: nmse(np.asarray(["1", "2"], dtype=float), [1, 2])],
    ),
    "complex outputs": (
        lambda: nmse(1j * Y, Y),
        r"Convert it by np.abs\(...\)",
        [lambda: nmse(np.abs(1j * Y), Y)],
    ),
    "pieces": (
        lambda: nmse([Y, Y[:50]], [Y, Y[:50]]),
        "Join them by np.concatenate",
        [lambda: nmse(np.concatenate([Y, Y[:50]]), np.concatenate([Y, Y[:50]]))],
    ),
    "a single trial": (
        lambda: nrmse_horizon(Y, Y, 1),
        r"a single one goes in as \[trial\]",
        [lambda: nrmse_horizon([Y], [Y], 1, series=Y)],
    ),
    "a single path": (lambda: crps(Y, [Y]), "Draw more of them", [lambda: crps(Y, [Y, Y + 1])]),
    "a path alone": (lambda: crps(Y, Y.ravel()), r"pass \[sample, sample, ...\]", [lambda: crps(Y, [Y, Y])]),
    "bounds": (
        lambda: interval_score(Y, Y + 1, Y, interval=0.9),
        "Swap the two there",
        [lambda: interval_score(Y, Y, Y + 1, interval=0.9)],
    ),
    "a perfect period": (
        lambda: mase([1, 2], [2, 3], [1, 2, 1, 2], period=2),
        "Leave that output out, or use sklearn.metrics.mean_absolute_error",
        [lambda: mase([1, 2], [2, 3], [1, 2, 1, 3], period=2), lambda: mean_absolute_error([1, 2], [2, 3])],
    ),
}
