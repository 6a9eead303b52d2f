"""How numbers lie in memory changes no bit of a result, and no copy is made of what lies in another way or on disk."""

import tracemalloc
from functools import partial

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout, RLSReadout
from reservoir import (
    AdaptiveReservoir,
    AnomalyDetector,
    EchoStateReservoir,
    Forecaster,
    LIFLiquid,
    PerSequence,
    ReservoirRegressor,
    SequenceEncoder,
    StackedReservoir,
)
from reservoir.plasticity import IntrinsicPlasticity


def series(n_steps=300, n_features=3):
    """Numbers that single precision holds too."""
    random = np.random.RandomState(0)
    return random.standard_normal((n_steps, n_features)).astype(np.float32).astype(np.float64)


def locked(x):
    x = x.copy()
    x.setflags(write=False)
    return x


LAYOUTS = {
    "read-only": locked,
    "fortran": np.asfortranarray,
    "every second row": lambda x: np.repeat(x, 2, axis=0)[::2],
    "every second column": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "backwards": lambda x: x[::-1].copy()[::-1],
    "single precision": lambda x: x.astype(np.float32),
    "big-endian": lambda x: x.astype(">f8"),
    "unaligned": lambda x: np.frombuffer(bytearray(b"-" + x.tobytes()), offset=1).reshape(x.shape),
    "frame": lambda x: pd.DataFrame(x) if x.ndim == 2 else pd.DataFrame({"a": x, "b": x})["b"],
    "list": np.ndarray.tolist,
}
TARGETS = {"one": lambda x: x[:, 1].copy(), "two": lambda x: np.stack([x[:, 0], x[:, 2]], axis=1)}


def reservoir(**parameters):
    return EchoStateReservoir(12, random_state=0, **parameters)


@pytest.mark.parametrize("options", [{}, {"passthrough": False}, {"feedback": True}], ids=str)
@pytest.mark.parametrize("targets", TARGETS)
@pytest.mark.parametrize("readout", [None, RidgeReadout(solver="qr"), RLSReadout(), Ridge(1e-3), LinearRegression()])
def test_a_regressor_takes_any_layout(readout, targets, options):
    x, model = series(), ReservoirRegressor(reservoir(), readout, washout=3, chunk_size=100, **options)
    y = TARGETS[targets](x)
    expected = model.fit(x, y).predict(x[:50])
    for name, laid in LAYOUTS.items():
        for X, Y in ((x, laid(y)), (laid(x), laid(y))):
            assert_array_equal(model.fit(X, Y).predict(laid(x[:50])), expected, err_msg=name)


@pytest.mark.parametrize("targets", TARGETS)
@pytest.mark.parametrize("readout", [None, RLSReadout()])
def test_a_stream_takes_any_layout(readout, targets):
    def learn(laid):
        model = ReservoirRegressor(reservoir(), readout, chunk_size=64)
        model.partial_fit(laid(x[:150]), laid(y[:150]))
        return model.partial_fit(iter([(laid(x[150:]), laid(y[150:]))])).readout_.coef_

    x, y = series(), TARGETS[targets](series())
    expected = learn(np.copy)
    for name, laid in LAYOUTS.items():
        assert_array_equal(learn(laid), expected, err_msg=name)


@pytest.mark.parametrize("n_features", [1, 3])
@pytest.mark.parametrize(
    "options", [{}, {"readout": Ridge(1e-3)}, {"horizon": 3}, {"target": "increment", "noise": 0.1}], ids=str
)
def test_a_forecaster_takes_any_layout(options, n_features):
    x, model = series(300, n_features), Forecaster(reservoir(), washout=3, random_state=0, **options)
    expected = model.fit(x).forecast(3), model.predict_one_step(x), model.forecast(3, x[:100])
    for name, laid in LAYOUTS.items():
        found = model.fit(laid(x)).forecast(3), model.predict_one_step(laid(x)), model.forecast(3, laid(x[:100]))
        for part, wanted in zip(found, expected, strict=True):
            assert_array_equal(part, wanted, err_msg=name)


@pytest.mark.parametrize("n_features", [1, 3])
def test_a_detector_takes_any_layout(n_features):
    x, model = series(300, n_features), AnomalyDetector(reservoir(), washout=3)
    expected = model.fit(x).score_samples(x), model.score_samples(x, model.state_)
    for name, laid in LAYOUTS.items():
        found = model.fit(laid(x)).score_samples(laid(x)), model.score_samples(laid(x), model.state_)
        assert_array_equal(found, expected, err_msg=name)


@pytest.mark.parametrize(
    "model",
    [
        reservoir(),
        reservoir(dtype="float32"),
        StackedReservoir([reservoir(), reservoir(dtype="float32")]),
        AdaptiveReservoir(reservoir(), IntrinsicPlasticity(n_epochs=1)),
        SequenceEncoder(reservoir(), ("last", "mean", "max", "std", "segments", "model")),
        SequenceEncoder(reservoir(), ("ppv", "min"), views=("scaled", "reversed_standardized_differences")),
        SequenceEncoder(reservoir(dtype="float32"), "ppv", views=("series", "standardized")),
        PerSequence(StandardScaler()),
    ],
    ids=str,
)
def test_series_may_have_any_layout(model):
    x = np.stack([series(), 0.5 * series()])
    expected = model.fit(x).transform(x)
    for name, laid in LAYOUTS.items():
        single = name == "single precision" and isinstance(model, PerSequence)  # which keeps the precision
        for X in ([laid(x[0]), laid(x[1])], *([] if name == "frame" else [laid(x)])):
            for found, wanted in zip(model.fit(X).transform(X), expected, strict=True):
                np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-5 if single else 0, err_msg=name)


def test_what_is_driven_in_blocks_is_what_is_driven_at_once(monkeypatch):
    x = series()
    for model in (reservoir(), LIFLiquid(12, noise=1.0, random_state=0), StackedReservoir([reservoir(), reservoir()])):
        states = model.fit(x).transform(x)
        with monkeypatch.context() as small:
            small.setattr("reservoir.series.lazy_series.AT_ONCE", 200)
            assert_array_equal(model.fit(locked(x)).transform(locked(x)), states)
            again, _ = model.run(locked(x)[150:], model.run(locked(x)[:150])[1])
        assert_array_equal(again, states[150:])


def test_an_overflow_is_told_by_its_step_in_the_whole(monkeypatch):
    monkeypatch.setattr("reservoir.series.lazy_series.AT_ONCE", 200)
    model = EchoStateReservoir(12, activation="relu", spectral_radius=1e3, leak_rate=1.0, random_state=0).fit(series())
    messages = []
    for x in (series(), locked(series())):
        with pytest.raises(FloatingPointError, match=r"overflowed at step \d+ of 300") as raised:
            model.transform(x)
        messages.append(str(raised.value))
    assert messages[0] == messages[1]


# Memory: what NumPy takes beyond the result


# Half of the 3.6 MB of a series is more than the three blocks of rows that may be held at once.
N_STEPS, N_FEATURES, N_SERIES = 56_000, 8, 16


def peak(work):
    """Return how many bytes were held at once, without those of the result."""
    tracemalloc.start()
    try:
        result = work()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    results = result if isinstance(result, list) else [result]
    return most - sum(one.nbytes for one in results if isinstance(one, np.ndarray))


def mapped(x, path):
    np.save(path, x)
    return np.load(path, mmap_mode="r")


def raw_map(x, path):
    x.tofile(path)
    return np.memmap(path, x.dtype, "r", shape=x.shape)


KINDS = {
    "map": mapped,
    "memmap": raw_map,
    "map in Fortran order": lambda x, path: mapped(np.asfortranarray(x), path),
    "single precision": lambda x, path: x.astype(np.float32),
    "list of maps": lambda x, path: list(mapped(x, path).reshape(N_SERIES, -1, x.shape[1])),
    "3-D map": lambda x, path: mapped(x, path).reshape(N_SERIES, -1, x.shape[1]),
}


def many(X):
    return isinstance(X, list) or X.ndim == 3


def cut(y, X):
    return list(y.reshape(N_SERIES, -1)) if many(X) else y


def regress(method, X, y, **options):
    model = ReservoirRegressor(reservoir(), washout=10, chunk_size=500, **options)
    if method == "partial_fit":
        return partial(model.partial_fit, X, y)
    return partial(model.fit, X, cut(y, X)) if method == "fit" else partial(model.fit(X, cut(y, X)).predict, X)


def encode(X, y, names=("last", "mean", "max", "std", "segments"), views=None):
    series = X if many(X) else [X]
    encoder = SequenceEncoder(reservoir(), names, views=views)
    return partial(encoder.fit(series).transform, series)


WORK = {
    "fit": lambda X, y: partial(reservoir().fit, X),
    "fit in single precision": lambda X, y: partial(reservoir(dtype="float32").fit, X),
    "transform": lambda X, y: partial(reservoir().fit(X).transform, X),
    "regressor": partial(regress, "fit"),
    "regressor with feedback": partial(regress, "fit", feedback=True),
    "regressor, predict": partial(regress, "predict"),
    "regressor, partial_fit": partial(regress, "partial_fit"),
    "encoder": encode,
    "encoder of views": partial(encode, names=("ppv", "min"), views=("scaled", "reversed_standardized_differences")),
    "encoder of views, fit": lambda X, y: partial(
        SequenceEncoder(reservoir(), "ppv", views=("scaled", "standardized_differences")).fit, X if many(X) else [X]
    ),
    "forecaster": lambda X, y: partial(Forecaster(EchoStateReservoir(3, random_state=0), noise=0.1).fit, X),
}


MANY = {"list of maps", "3-D map"}
IN_PARTS = [(work, kind) for work in WORK for kind in KINDS if not (work.endswith("partial_fit") and kind in MANY)]


@pytest.mark.parametrize(("work", "kind"), IN_PARTS)
def test_what_can_be_read_in_parts_is_not_copied(work, kind, tmp_path, monkeypatch):
    for name, value in (
        ("forecaster.training.MOST_HELD", 0),
        ("forecaster.forecaster.MOST_HELD", 0),
        ("forecaster.training.ROWS_AT_ONCE", 500),
        ("forecaster.forecast_start.ROWS_AT_ONCE", 500),
        ("encoder.one_view.ROWS_AT_ONCE", 500),
        ("encoder.thresholds.ROWS_AT_ONCE", 500),
        ("driving.lanes.BLOCK_BYTES", 2**14),
        ("driving.lanes.READ_BYTES", 2**14),
        ("driving.groups.PIECES_BYTES", 2**18),
    ):
        monkeypatch.setattr(f"reservoir.{name}", value)
    monkeypatch.setattr("reservoir.series.lazy_series.AT_ONCE", 2**14)
    for n_steps in (200 * N_SERIES, N_STEPS):  # first a few, for compiling takes memory too
        x = series(n_steps, N_FEATURES)
        X = KINDS[kind](x, tmp_path / f"{n_steps}.npy")
        most = peak(WORK[work](X, x[:, 0].copy()))
    assert most < x.nbytes / 2


def test_spikes_are_looked_at_in_blocks(monkeypatch):
    monkeypatch.setattr("reservoir.series.lazy_series.AT_ONCE", 2**14)
    spikes = np.tile(np.eye(8, dtype=np.int8), (N_STEPS // 8, 1))
    liquid = LIFLiquid(3, input="spikes", background_current=16.0, random_state=0).fit(spikes[:10])
    assert peak(partial(liquid.fit, spikes)) < 8 * spikes.nbytes / 2
    spikes[-1] = -1
    with pytest.raises(ValueError, match="whole numbers of spikes"):
        liquid.fit(spikes)


def test_nan_deep_in_a_map_is_refused_before_anything_changes(tmp_path):
    x = series(N_STEPS, N_FEATURES)
    model = ReservoirRegressor(reservoir()).fit(x[:100], x[:100, 0])
    before = dict(vars(model))
    x[30_000, 3] = np.nan
    bad = mapped(x, tmp_path / "x.npy")
    for attempt in (
        lambda: model.fit(bad, x[:, 0]),
        lambda: model.partial_fit(bad, x[:, 0]),
        lambda: reservoir().fit(bad),
        lambda: reservoir().fit(x[:10]).transform(bad),
        lambda: SequenceEncoder(reservoir()).fit([bad]),
        lambda: Forecaster(reservoir()).fit(bad),
        lambda: PerSequence(PCA(1)).fit([bad]),
    ):
        with pytest.raises(ValueError, match="NaN"):
            attempt()
    assert vars(model) == before
