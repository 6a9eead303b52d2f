"""Lengths that are too short, and numbers that are too large."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from advice.models import NEAR, SOUND, N, U, Y, antisymmetric, as_error, esn, fitted, forecaster, lif, regressor
from readouts import RidgeReadout, RLSReadout
from reservoir import NVAR, CTRNNLiquid, LTCLiquid, StackedReservoir
from reservoir.metrics import nmse
from reservoir.model_selection import WashoutSplit, sequence_scorer
from reservoir.speech import LogMel

CASES = {
    # Washouts and horizons
    "washout": (
        lambda: regressor(washout=N).fit(U, Y),
        "Lower it, or leave short sequences out",
        [lambda: regressor(washout=N - 12).fit(U, Y), lambda: regressor(washout=20).fit([U], [Y])],
    ),
    "washout, forecaster": (
        lambda: forecaster(washout=N).fit(U),
        "Lower 'washout' or 'horizon', or take longer",
        [lambda: forecaster(washout=20).fit(U), lambda: forecaster(washout=N).fit(np.vstack([U, U]))],
    ),
    "horizon": (
        lambda: forecaster(horizon=N).fit(U),
        "Lower 'horizon', or take longer series",
        [lambda: forecaster(horizon=9).fit(U), lambda: forecaster(horizon=N).fit(np.vstack([U] * 3))],
    ),
    "season": (
        lambda: forecaster(period=N).fit(U),
        "Lower 'period', or take longer series",
        [lambda: forecaster(period=12).fit(U), lambda: forecaster(period=N).fit(np.vstack([U] * 3))],
    ),
    "no inverse": (
        lambda: forecaster(transformer=FunctionTransformer(np.log)).fit(np.exp(U)),
        r"needs both functions, such as FunctionTransformer\(np.log, np.exp\)",
        [lambda: forecaster(transformer=FunctionTransformer(np.log, np.exp)).fit(np.exp(U))],
    ),
    "a zero has no logarithm": (
        lambda: forecaster(transformer=FunctionTransformer(np.log, np.exp)).fit(np.abs(U) * (U > 0)),
        "Shift or clip the series, or use another transformer",
        [
            lambda: forecaster(transformer=FunctionTransformer(np.log, np.exp)).fit(1 + np.abs(U) * (U > 0)),
            lambda: forecaster(transformer=FunctionTransformer(np.log, np.exp)).fit(np.maximum(U, 0.1)),
            lambda: forecaster(transformer=FunctionTransformer(np.log1p, np.expm1)).fit(np.abs(U) * (U > 0)),
        ],
    ),
    "fewer columns": (
        lambda: forecaster(transformer=PCA(1)).fit(U),
        "Reduce or add columns before",
        [lambda: forecaster().fit(PCA(1).fit_transform(U))],
    ),
    "out of range": (
        lambda: forecaster(difference=1, range_factor=0.0).fit(np.arange(N)).forecast(30),
        "raise 'range_factor', or set it to None",
        [
            lambda: forecaster(difference=1, range_factor=1.0).fit(np.arange(N)).forecast(30),
            lambda: forecaster(difference=1, range_factor=None).fit(np.arange(N)).forecast(30),
        ],
    ),
    "beyond a horizon": (
        lambda: forecaster(horizon=3).fit(U).forecast(4),
        "Fit a longer horizon",
        [lambda: forecaster(horizon=4).fit(U).forecast(4)],
    ),
    "columns of no fit": (
        lambda: forecaster().fit(U).forecast(3, exogenous=U[:3]),
        "Give them to fit too",
        [lambda: forecaster().fit(U, exogenous=U).forecast(3, exogenous=U[:3])],
    ),
    "noise": (lambda: forecaster(noise=1e308).fit(U), "Use less", [lambda: forecaster(noise=1.0).fit(U)]),
    "which series": (
        lambda: forecaster().fit([U, U]).forecast(3),
        "'context' must say which series to continue",
        [lambda: forecaster().fit([U, U]).forecast(3, context=U)],
    ),
    "scorer": (
        lambda: sequence_scorer(r2_score, 50)(regressor().fit(U, Y), U[:50], Y[:50]),
        "Take a smaller one, or fewer",
        [
            lambda: sequence_scorer(r2_score, 20)(regressor().fit(U, Y), U[:50], Y[:50]),
            lambda: sequence_scorer(r2_score, 50)(regressor().fit(U, Y), U[:60], Y[:60]),
        ],
    ),
    "folds of many": (
        lambda: list(WashoutSplit(2).split([U, U, U])),
        "use a plain splitter such as KFold, and sequence_s",
        [
            lambda: cross_val_score(
                regressor(),
                [U, U, U],
                [Y, Y, Y],
                cv=KFold(3),
                error_score="raise",
                scoring=sequence_scorer(r2_score, 10),
            )
        ],
    ),
    "shuffled": (
        lambda: list(WashoutSplit(KFold(3, shuffle=True)).split(U)),
        "Use TimeSeriesSplit, or KFold without shuff",
        [lambda: list(WashoutSplit(TimeSeriesSplit(3)).split(U)), lambda: list(WashoutSplit(KFold(3)).split(U))],
    ),
    # Numbers that run away
    "antisymmetric, undamped": (
        lambda: antisymmetric(diffusion=0.0),
        "Lower spectral_radius .*, use a longer tau_range, or activation='tanh' or 'sigmoid'",
        [
            lambda: antisymmetric(diffusion=0.0, spectral_radius=0.01),
            lambda: antisymmetric(diffusion=0.0, tau_range=(1e3, 1e3)),
            lambda: antisymmetric(diffusion=0.0, activation="tanh"),
            lambda: antisymmetric(diffusion=0.0, activation="sigmoid"),
        ],
    ),
    "antisymmetric, overdamped": (
        lambda: antisymmetric(diffusion=2.5),
        "use a longer tau_range, or activation='tanh'",
        [
            lambda: antisymmetric(diffusion=2.5, tau_range=(9.0, 9.0)),
            lambda: antisymmetric(diffusion=2.5, activation="tanh"),
        ],
    ),
    "antisymmetric, strong": (
        lambda: antisymmetric(spectral_radius=3.0),
        r"Lower spectral_radius \(now 3.0\), use a longer tau_range",
        [
            lambda: antisymmetric(spectral_radius=0.4),
            lambda: antisymmetric(spectral_radius=3.0, tau_range=(1e2, 1e2)),
            lambda: antisymmetric(spectral_radius=3.0, activation="sigmoid"),
        ],
    ),
    "continuous": (
        lambda: CTRNNLiquid(20, activation="relu", spectral_radius=9.0, random_state=0).fit_transform(
            np.ones((8000, 1))
        ),
        r"Lower spectral_radius \(now 9.0\), or use activation='tanh' or 'sigmoid'",
        [
            lambda: CTRNNLiquid(20, activation="relu", spectral_radius=0.9, random_state=0).fit_transform(
                np.ones((8000, 1))
            ),
            lambda: CTRNNLiquid(20, activation="tanh", spectral_radius=9.0, random_state=0).fit_transform(
                np.ones((8000, 1))
            ),
        ],
    ),
    "single precision": (
        lambda: fitted(dtype="float32", input_scaling=1e300),
        "Use smaller ones, or float64",
        [lambda: fitted(dtype="float64", input_scaling=1e300), lambda: fitted(dtype="float32", input_scaling=1.0)],
    ),
    "recursive": (
        lambda: RLSReadout(forgetting=0.5).fit(1e154 * U, Y),
        "Scale them",
        [lambda: RLSReadout(forgetting=0.5).fit(U, Y)],
    ),
    "conductances": (
        lambda: LTCLiquid(10, coupling=1e308, random_state=0).fit(U),
        "Choose numbers nearer to 1",
        [lambda: LTCLiquid(10, random_state=0).fit(U)],
    ),
    "stiff": (
        lambda: LTCLiquid(10, solver="euler", capacitance=1e-9, random_state=0).fit(U),
        "solver='fused' takes any. .* raise 'capacitance'",
        [
            lambda: LTCLiquid(10, solver="fused", capacitance=1e-9, random_state=0).fit(U),
            lambda: LTCLiquid(10, solver="euler", random_state=0).fit(U),
        ],
    ),
    "steps of a period": (
        lambda: lif(input_period=1e9, dt=1e-3).fit(U),
        "Use a larger 'dt'",
        [lambda: lif(input_period=10.0, dt=1.0).fit(U)],
    ),
    "error": (lambda: nmse(Y, 1e250 * Y), "Check the units", [lambda: nmse(Y, Y)]),
    "identity": (
        lambda: fitted(activation="identity", spectral_radius=3.0, leak_rate=1.0).transform(np.ones((2000, 2))),
        r"Lower spectral_radius \(now 3.0\), or use activation='tanh' or 'sigmoid'",
        [
            lambda: fitted(activation="identity", spectral_radius=0.9, leak_rate=1.0).transform(np.ones((2000, 2))),
            lambda: fitted(activation="tanh", spectral_radius=3.0, leak_rate=1.0).transform(np.ones((2000, 2))),
            lambda: fitted(activation="sigmoid", spectral_radius=3.0, leak_rate=1.0).transform(np.ones((2000, 2))),
        ],
    ),
    "identity, given weights": (
        lambda: fitted(activation="identity", recurrent_weights=3 * np.eye(10), leak_rate=1.0).transform(
            np.ones((2000, 2))
        ),
        "Scale the recurrent weights down",
        [
            lambda: fitted(activation="identity", recurrent_weights=0.9 * np.eye(10), leak_rate=1.0).transform(
                np.ones((2000, 2))
            )
        ],
    ),
    "monomials": (
        lambda: NVAR(order=3).fit_transform(1e120 * U),
        "Scale the inputs, such as with StandardScaler, or take a lower 'order'",
        [
            lambda: make_pipeline(StandardScaler(), NVAR(order=3)).fit_transform(1e120 * U),
            lambda: NVAR(order=2).fit_transform(1e120 * U),
        ],
    ),
    "layer in single precision": (
        lambda: StackedReservoir([esn(activation="identity", input_scaling=1e10), esn(dtype="float32")]).fit_transform(
            1e30 * U
        ),
        "Use dtype='float64' for this layer",
        [lambda: StackedReservoir([esn(activation="identity", input_scaling=1e10), esn()]).fit_transform(1e30 * U)],
    ),
    "predictions": (
        lambda: regressor(LinearRegression()).fit(U, 1e150 * Y).predict(1e305 * U),
        "Scale X and y",
        [lambda: regressor(LinearRegression()).fit(U, Y).predict(U)],
    ),
    "sums of squares": (
        lambda: RidgeReadout().fit(1e200 * U, Y),
        "got an overflow. Scale them",
        [lambda: RidgeReadout().fit(U, Y)],
    ),
    "coefficients": (
        lambda: RidgeReadout(0.0).fit(1e-160 * U, 1e150 * Y),
        "scale 'X' and 'y', or use a larger 'alpha'",
        [lambda: RidgeReadout(0.0).fit(U, Y), lambda: RidgeReadout(1.0).fit(1e-160 * U, 1e150 * Y)],
    ),
    "collinear": (
        lambda: as_error(lambda: RidgeReadout(0.0).partial_fit(NEAR, Y).coef_),
        "Give solver='qr'.* or a larger",
        [
            lambda: as_error(lambda: RidgeReadout(0.0, solver="qr").partial_fit(NEAR, Y).coef_),
            lambda: as_error(lambda: RidgeReadout(1e-3).partial_fit(NEAR, Y).coef_),
        ],
    ),
    "scores": (
        lambda: RidgeReadout().fit(U, Y).score(U, 1e200 * Y),
        "Scale them",
        [lambda: RidgeReadout().fit(U, Y).score(U, Y)],
    ),
    "r squared": (
        lambda: regressor().fit(U, Y).score(1e200 * U, Y),
        "Bring 'X' and 'y' to the scale that they had in fit",
        [lambda: regressor().fit(U, Y).score(U, Y)],
    ),
    "sound": (
        lambda: LogMel().fit_transform(1e200 * SOUND),
        r"Scale it to \[-1, 1\)",
        [lambda: LogMel().fit_transform(SOUND / 9)],
    ),
}
