import numpy as np
import pytest


def drive_in_lanes(liquid, series, starts):
    """States and last state of every series, driven in lockstep; longer series come first."""
    n_steps = np.array([len(X) for X in series])
    active = (np.arange(n_steps[0])[:, None] < n_steps).sum(axis=1)
    X = np.full((n_steps[0], series[0].shape[1], len(series)), np.nan, liquid.dtype_)  # what is beyond is not read
    for lane, rows in enumerate(series):
        X[: len(rows), :, lane] = rows
    state, states = np.stack(starts, axis=-1), np.full((n_steps[0], liquid.n_units_, len(series)), 9.0, liquid.dtype_)
    liquid._lanes(pieces=False)(X, active, state, states)
    for lane, n in enumerate(n_steps):
        assert np.all(states[n:, :, lane] == 9)  # nor written
    return [(states[:n, :, lane], state[..., lane]) for lane, n in enumerate(n_steps)]


@pytest.fixture
def assert_lanes_are_series():
    """Every lane has the bits of its series driven alone, from states of its own; some series are shorter, or empty."""

    def check(liquid, n_lanes, n_features, column=None):
        random = np.random.RandomState(n_lanes)
        lengths = np.sort(random.randint(0, 12, n_lanes))[::-1]
        lengths[0] = 12
        series = [random.standard_normal((n, n_features)).astype(liquid.dtype_) for n in lengths]
        for X in series if column is not None else []:
            X[:, column] = random.choice([0.0, 0.3, 1.0, 7.0], len(X))
        shape = (2, liquid.n_units_) if liquid.memory_ is not None else (liquid.n_units_,)
        starts = [random.uniform(-0.5, 0.5, shape).astype(liquid.dtype_) for _ in series]
        for X, start, lane in zip(series, starts, drive_in_lanes(liquid, series, starts), strict=True):
            alone = liquid.run(X, start) if len(X) else (np.empty((0, liquid.n_units_), liquid.dtype_), start)
            for part, expected in zip(lane, alone, strict=True):
                assert part.shape == expected.shape and part.tobytes() == expected.tobytes()

    return check
