"""What is masked is refused by name wherever an array goes in, but for targets and where gaps may be; there it is NaN.

A mask that hides nothing is none.
"""

import numpy as np
import pytest
from builders import masked
from numpy.testing import assert_array_equal
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GroupKFold, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from reservoir import (
    AnomalyDetector,
    CfCLiquid,
    CfCWeights,
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    ForwardFill,
    LIFLiquid,
    PerSequence,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    SequenceRegressor,
    StackedReservoir,
    from_channels_first,
    from_lengths,
    from_nan_padded,
    split_by_group,
)
from reservoir.datasets import make_lorenz
from reservoir.diagnostics import readout_attribution
from reservoir.metrics import crps, interval_score, mase, nmse, nrmse, nrmse_horizon, valid_prediction_time
from reservoir.model_selection import WashoutSplit
from reservoir.plots import StateDisplay
from reservoir.speech import BSAEncoder, LogMel

N_STEPS = 60
X = np.random.RandomState(0).standard_normal((N_STEPS, 2))
Y = np.column_stack([X[:, 0] * np.roll(X[:, 1], 1), np.roll(X[:, 0], 2)])
LABELS = (X[:, 0] > 0).astype(int)


def reservoir(**parameters):
    return EchoStateReservoir(10, random_state=0, **parameters)


def small(readout=None, **parameters):
    return ReservoirRegressor(reservoir(), readout, **parameters)


def forecaster(**parameters):
    return Forecaster(reservoir(), washout=2, **parameters)


FITTED = small().fit(X, Y)
ENCODER = SequenceEncoder(reservoir())
LIF = LIFLiquid(6, random_state=0, background_current=20.0).fit(X)
STACK = StackedReservoir([reservoir(), reservoir()]).fit(X)
TIMED = CTRNNLiquid(6, elapsed_column=1, random_state=0)
DELAYED = np.abs(X)
SQUARE = reservoir().fit(X).recurrent_weights_.toarray()
FEEDBACK = small(feedback=True).fit(X, Y)
FORECASTER, DRIVEN = forecaster().fit(X), forecaster().fit(X, exogenous=Y)
DETECTOR = AnomalyDetector(reservoir()).fit(X)
RIDGE, RLS = RidgeReadout().fit(X, Y), RLSReadout().fit(X, Y)
WEIGHTS = np.ones(N_STEPS)
NORMAL = make_pipeline(StandardScaler(), small()).fit(X, Y)
PADDED, TRIPLE = X.reshape(2, 30, 2), X.reshape(3, 20, 2)
MODEL = {"n_units": 5, "random_state": 0}


def lif_state(**parts):
    _, state = LIF.run(X)
    return state._replace(**{name: masked(getattr(state, name)) for name in parts})


# What is given, and what takes it by that name. Each is called with a mask, and then without one.
DOORS = {
    "fit": (X, "X", lambda v: reservoir().fit(v)),
    "transform": (X, "X", FITTED.reservoir_.transform),
    "run": (X, "X", FITTED.reservoir_.run),
    "run float32": (X, "X", reservoir(dtype="float32").fit(X).run),
    "run of spikes": (X, "X", LIF.run),
    "run of layers": (X, "X", STACK.run),
    "run with times": (DELAYED, "X", TIMED.fit(DELAYED).run),
    "state": (np.zeros(10), "state", lambda v: FITTED.reservoir_.run(X, v)),
    "state of layers": (np.zeros(10), "state", lambda v: STACK.run(X, (v, v))),
    "state of a loop": (np.zeros(10), "state", lambda v: FEEDBACK.predict(X, state=(v, np.zeros(2)))),
    "output of a loop": (np.zeros(2), "state", lambda v: FEEDBACK.predict(X, state=(np.zeros(10), v))),
    "predict": (X, "X", FITTED.predict),
    "score": (X, "X", lambda v: FITTED.score(v, Y)),
    "prime": (X, "X", FITTED.prime),
    "regress": (X, "X", lambda v: small().fit(v, Y)),
    "stream": (X, "X", lambda v: small().partial_fit(v, Y)),
    "stream of pairs": (X, "X", lambda v: small().partial_fit(iter([(v, Y)]))),
    "classes": (np.arange(2), "classes", lambda v: small(RidgeReadoutClassifier()).partial_fit(X, LABELS, classes=v)),
    "encode": (PADDED, "X", ENCODER.fit_transform),
    "encode ragged": ([X[:20], X[20:]], "X", ENCODER.fit_transform),
    "label sequences": (PADDED, "X", lambda v: ReservoirClassifier(**MODEL).fit(v, [0, 1]).predict(PADDED)),
    "labels of sequences": (np.arange(2), "y", lambda v: ReservoirClassifier(**MODEL).fit(PADDED, v).predict(PADDED)),
    "groups of sequences": (
        np.arange(3),
        "groups",
        lambda v: ReservoirClassifier(**MODEL).fit(TRIPLE, [0, 1, 1], v).predict(TRIPLE),
    ),
    "quantiles": (
        np.array([0.2, 0.7]),
        "quantiles",
        lambda v: SequenceEncoder(reservoir(), "ppv", quantiles=v).fit_transform(PADDED),
    ),
    "regress sequences": (PADDED, "X", lambda v: SequenceRegressor(**MODEL).fit(v, [0.0, 1.0]).predict(PADDED)),
    "target of sequences": (
        np.arange(2.0),
        "y",
        lambda v: SequenceRegressor(**MODEL).fit(PADDED, v).predict(PADDED),
    ),
    "encode views": (PADDED, "X", SequenceEncoder(reservoir(), views="standardized").fit_transform),
    "forecast fit": (X, "X", lambda v: forecaster().fit(v)),
    "forecast score": (X, "X", FORECASTER.score),
    "predict one step": (X, "X", FORECASTER.predict_one_step),
    "context": (X, "context", lambda v: FORECASTER.forecast(3, v)),
    "exogenous": (Y, "exogenous", lambda v: forecaster().fit(X, exogenous=v)),
    "exogenous of many": (PADDED, "exogenous", lambda v: forecaster().fit(PADDED, exogenous=v)),
    "exogenous ahead": (Y[:3], "exogenous", lambda v: DRIVEN.forecast(3, exogenous=v)),
    "exogenous before": (
        Y,
        "context_exogenous",
        lambda v: DRIVEN.forecast(3, X, exogenous=Y[:3], context_exogenous=v),
    ),
    "detector fit": (X, "X", lambda v: AnomalyDetector(reservoir()).fit(v).score_samples(X)),
    "detector": (X, "X", DETECTOR.score_samples),
    "noise": (np.ones(2), "noise", lambda v: forecaster(noise=v).fit(X)),
    "recurrent weights": (SQUARE, "recurrent_weights", lambda v: EchoStateReservoir(recurrent_weights=v).fit(X)),
    "topology": (SQUARE, "topology", lambda v: EchoStateReservoir(topology=v).fit(X)),
    "input weights": (np.ones((10, 2)), "input_weights", lambda v: reservoir(input_weights=v).fit(X)),
    "bias": (np.ones(10), "bias", lambda v: reservoir(bias=v).fit(X)),
    "leak rate": (np.full(10, 0.5), "leak_rate", lambda v: reservoir(leak_rate=v).fit(X)),
    "tau": (np.ones(10), "tau_range", lambda v: CTRNNLiquid(10, tau_range=v).fit(X)),
    "inhibitory": (np.arange(6) == 2, "inhibitory", lambda v: LIFLiquid(6, inhibitory=v, random_state=0).fit(X)),
    "delays": (np.ones((6, 6)), "delays", lambda v: LIFLiquid(6, delays=v, random_state=0).fit(X)),
    "heads": (np.ones((3, 5)), "heads", lambda v: CfCWeights([(v, np.zeros(3))] * 4)),
    "bias of heads": (np.ones(3), "heads", lambda v: CfCWeights([(np.ones((3, 5)), v)] * 4)),
    "from channels first": (PADDED, "X", from_channels_first),
    "from ragged channels first": ([X.T, X[:20].T], "X", from_channels_first),
    "from lengths": (X, "X", lambda v: from_lengths(v, [20, 40])),
    "lengths": (np.array([20, 40]), "lengths", lambda v: from_lengths(X, v)),
    "from padded": (PADDED, "X", from_nan_padded),
    "split": (X, "X", lambda v: split_by_group(v, LABELS)),
    "split by": (LABELS, "groups", lambda v: split_by_group(X, v)),
    "ridge X": (X, "X", lambda v: RidgeReadout().fit(v, Y)),
    "ridge y": (Y, "y", lambda v: RidgeReadout().fit(X, v)),
    "ridge y of one target": (Y[:, 0], "y", lambda v: RidgeReadout(solver="qr").partial_fit(X, v)),
    "ridge weight": (WEIGHTS, "sample_weight", lambda v: RidgeReadout().fit(X, Y, sample_weight=v)),
    "ridge groups": (
        LABELS,
        "groups",
        lambda v: RidgeReadout(alphas=[0.1, 1.0], cv=2).fit(X, Y, groups=v),
    ),
    "ridge alpha": (np.ones(2), "alpha", lambda v: RidgeReadout(alpha=v).fit(X, Y)),
    "ridge alphas": (np.array([0.1, 1.0]), "alphas", lambda v: RidgeReadout(alphas=v).fit(X, Y)),
    "ridge predict": (X, "X", RIDGE.predict),
    "ridge score": (Y, "y", lambda v: RIDGE.score(X, v)),
    "ridge score weight": (WEIGHTS, "sample_weight", lambda v: RIDGE.score(X, Y, sample_weight=v)),
    "ridge labels": (LABELS, "y", lambda v: RidgeReadoutClassifier().fit(X, v)),
    "ridge texts": (np.array(["a", "b"])[LABELS], "y", lambda v: RidgeReadoutClassifier().fit(X, v)),
    "rls X": (X, "X", lambda v: RLSReadout().fit(v, Y)),
    "rls y": (Y, "y", lambda v: RLSReadout().fit(X, v)),
    "rls predict": (X, "X", RLS.predict),
    "rls row": (Y[:1], "y", lambda v: RLSReadout().fit(X, Y).partial_fit_predict(X[:1], v)),
    "rls labels": (LABELS, "y", lambda v: RLSReadoutClassifier().fit(X, v)),
    "rls classes": (np.arange(2), "classes", lambda v: RLSReadoutClassifier().partial_fit(X, LABELS, classes=v)),
    "truth": (Y, "y_true", lambda v: nmse(v, Y)),
    "prediction": (Y, "y_pred", lambda v: nrmse(Y, v)),
    "trials": (PADDED, "y_true", lambda v: nrmse_horizon(v, PADDED, 2)),
    "series of trials": (Y, "series", lambda v: nrmse_horizon(PADDED, PADDED, 2, series=v)),
    "sample paths": (PADDED, "samples", lambda v: crps(PADDED[0], v)),
    "lower bound": (Y, "lower", lambda v: interval_score(Y, v, Y + 9, interval=0.9)),
    "upper bound": (Y, "upper", lambda v: interval_score(Y, Y - 9, v, interval=0.9)),
    "training data": (Y, "y_train", lambda v: mase(Y, Y, v)),
    "forecast in time": (Y, "y_pred", lambda v: valid_prediction_time(Y, v)),
    "groups of folds": (LABELS, "groups", lambda v: list(WashoutSplit(Consecutive(2)).split(X, groups=v))),
    "waveform": (X[:, 0], "X", lambda v: LogMel(8000).fit_transform(v)),
    "PCM": ((1000 * X[:, 0]).astype(np.int16), "X", lambda v: LogMel(8000).fit_transform(v)),
    "waveforms": ([X[:, 0], X[:20, 1]], "X", lambda v: LogMel(8000).fit_transform(v)),
    "frames": (X, "X", lambda v: BSAEncoder().fit_transform(v)),
    "initial": (np.ones(3), "initial", lambda v: make_lorenz(5, initial=v)),
    "attribution": (X, "X", lambda v: readout_attribution(NORMAL, v)),
    "background": (X, "background", lambda v: readout_attribution(NORMAL, X, background=v)),
    "display": (X, "X", lambda v: StateDisplay.from_estimator(FITTED.reservoir_, v)),
}


class Consecutive(GroupKFold):
    """Whose folds are those of the groups, if these are in order."""

    def split(self, X, y=None, groups=None):
        return KFold(self.n_splits).split(X)


# These take gaps, and what else they are given with a mask they take as if it were NaN there.
SCALER, FILLER = PerSequence(StandardScaler()).fit(X), ForwardFill().fit(X)
GAPS = {
    "scale": lambda v: PerSequence(StandardScaler()).fit_transform(v),
    "scale after fit": SCALER.transform,
    "unscale": SCALER.inverse_transform,
    "impute": lambda v: PerSequence(SimpleImputer()).fit_transform(v),
    "scale but one column": lambda v: PerSequence(StandardScaler(), exclude=1).fit_transform(v),
    "fill": lambda v: ForwardFill(mask=True).fit_transform(v),
    "fill after fit": FILLER.transform,
    "scale, fill and drive": make_pipeline(PerSequence(StandardScaler()), ForwardFill(), reservoir()).fit_transform,
}


def with_masks(value):
    """The value with a mask somewhere, in every container that it may come in."""
    if isinstance(value, list):
        listed = [value[0], masked(value[1])]
        return [listed, tuple(listed), np.fromiter(listed, dtype=object, count=2)]
    whole = masked(value)
    return [whole, list(whole), whole.astype(object)]


@pytest.mark.parametrize("value, name, call", DOORS.values(), ids=DOORS)
def test_what_is_masked_is_refused_by_name(value, name, call):
    for given in with_masks(value):
        with pytest.raises(ValueError, match=rf"^(Layer 1: )?'{name}(\[\d+\])*' must have no masked entries"):
            call(given)


@pytest.mark.parametrize("value, name, call", DOORS.values(), ids=DOORS)
def test_a_mask_that_hides_nothing_is_none(value, name, call):
    for mask in (np.ma.nomask, False):
        given = [np.ma.array(one, mask=mask) for one in value] if isinstance(value, list) else np.ma.array(value)
        compare(call(given), call(value))


@pytest.mark.parametrize("call", GAPS.values(), ids=GAPS)
def test_what_is_masked_is_nan_where_gaps_may_be(call):
    hidden, several, integers = masked(X), masked(PADDED), masked((10 * X).astype(int))
    gaps = hidden.filled(np.nan)
    compare(call(hidden), call(gaps))
    compare(call(hidden.astype(object)), call(gaps))
    compare(call(hidden.astype("float32")), call(gaps.astype("float32")))
    compare(call(integers), call(integers.astype(float).filled(np.nan)))
    compare(call(several), call(several.filled(np.nan)))
    ragged = [X[:20], hidden[:40]]
    for given in (ragged, tuple(ragged), np.fromiter(ragged, dtype=object, count=2)):
        compare(call(given), call([X[:20], gaps[:40]]))
    for mask in (np.ma.nomask, False):
        compare(call(np.ma.array(X, mask=mask)), call(X))
    assert_array_equal(hidden.data[0, 0], 1e20)


def compare(one, other):
    if isinstance(one, (list, tuple)):
        for pair in zip(one, other, strict=True):
            compare(*pair)
    elif isinstance(one, np.ndarray):
        assert not np.ma.isMaskedArray(one)
        assert_array_equal(one, other)
    elif isinstance(one, float):
        assert one == other


def test_series_one_by_one_are_looked_at():
    several = [PADDED[0], masked(PADDED[1])]
    with pytest.raises(ValueError, match=r"^'X\[1\]' must have no masked entries"):
        from_channels_first(one.T for one in several)
    with pytest.raises(ValueError, match=r"^'exogenous\[1\]' must have no masked entries"):
        forecaster().fit(PADDED, exogenous=(one for one in several))


def test_padding_that_is_masked_becomes_nan_by_the_advice_given():
    for dtype in ("float64", "float32", "int64"):
        padded = np.ma.array(np.arange(12).reshape(2, 3, 2), dtype=dtype, copy=True)
        padded[1, 2] = np.ma.masked
        with pytest.raises(ValueError, match=r"such as by X\.astype\(float\)\.filled\(np\.nan\)"):
            from_nan_padded(padded)
        assert list(map(len, from_nan_padded(padded.astype(float).filled(np.nan)))) == [3, 2]


@pytest.mark.parametrize("name", ["voltage", "current", "release", "trace"])
def test_a_masked_part_of_a_spiking_state_is_refused(name):
    with pytest.raises(ValueError, match=f"'state' must be a LIFState .* '{name}' must be .* masked"):
        LIF.run(X, lif_state(**{name: True}))
    _, state = LIF.run(X)
    shown = state._replace(**{part: np.ma.array(value) for part, value in state._asdict().items() if part != "step"})
    assert_array_equal(LIF.run(X, shown)[0], LIF.run(X, state)[0])


def test_a_transformer_that_masks_is_refused():
    with pytest.raises(ValueError, match="transform of FunctionTransformer must return .*; got masked ones"):
        PerSequence(FunctionTransformer(masked)).fit_transform(X)
    model = CfCLiquid(6, random_state=0)
    assert np.isfinite(PerSequence(FunctionTransformer(np.ma.array)).fit_transform(X)).all() and model.fit(X)
