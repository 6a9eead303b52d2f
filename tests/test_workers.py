"""Every back end of joblib leads to the same bits, and no process is sent more than its part."""

import pickle
from contextlib import contextmanager

import numpy as np
import pytest
from joblib import parallel_config
from joblib.parallel import ThreadingBackend
from numpy.testing import assert_array_equal
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import (
    AnomalyDetector,
    EchoStateReservoir,
    Forecaster,
    LIFLiquid,
    PerSequence,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
)
from reservoir.diagnostics import input_sensitivity, kernel_rank, separation
from reservoir.plasticity import Homeostasis

N_STEPS = (300, 100, 250, 40, 400, 120, 260, 330)
WORDS = ("yes", "no") * 4


def series():
    return [np.random.RandomState(n).standard_normal((n, 3)) for n in N_STEPS]


def columns():
    """One strided column of a larger array as the targets of each series."""
    return [x[:, 0] * np.roll(x[:, 1], 1) for x in series()]


def strided(targets):
    return [np.stack([target, -target, target], axis=1)[:, 1] for target in targets]


def reservoir(**parameters):
    return EchoStateReservoir(20, random_state=0, **parameters)


def regressor(readout=None, **parameters):
    return ReservoirRegressor(reservoir(), readout, chunk_size=64, washout=5, **parameters)


def fitted(model, y=None):
    model.fit(series(), strided(columns()) if y is None else y)
    return [model.readout_.coef_, model.readout_.intercept_, *model.predict(series())]


def labels():
    return [np.where(target > 0, "up", "down") for target in columns()]


def liquid():
    return LIFLiquid(20, background_current=16.0, n_jobs=2, random_state=0).fit(series())


def apart(n_jobs):
    X, Y = ([x[:40] for x in series()[first : first + 4]] for first in (0, 4))
    return separation(reservoir().fit(X), X, Y, n_jobs=n_jobs, random_state=0)


def sensitivity(n_jobs):
    options = {"lags": 2, "n_samples": 50, "washout": 10, "random_state": 0}
    return input_sensitivity(reservoir().fit(series()), series()[0], n_jobs=n_jobs, **options)


DOORS = {
    "transform": lambda: reservoir(n_jobs=2).fit(series()).transform(series()),
    "transform of a stack": lambda: [reservoir(n_jobs=2).fit_transform(np.stack([x[:40] for x in series()]))],
    "spikes": lambda: sum(liquid().spikes(series()), ()),
    "homeostasis": lambda: [Homeostasis(n_epochs=2, tolerance=500.0).adapt(liquid(), series())[1]],
    "encoder": lambda: [SequenceEncoder(reservoir(), ("mean", "model"), n_jobs=2).fit_transform(series())],
    "encoder of views": lambda: [
        SequenceEncoder(reservoir(), ("ppv", "std"), views=("scaled", "standardized"), n_jobs=2).fit_transform(series())
    ],
    "sequence classifier": lambda: [
        ReservoirClassifier(n_units=10, n_jobs=2, random_state=0).fit(series(), WORDS).decision_function(series())
    ],
    "regressor": lambda: fitted(regressor(n_jobs=2)),
    "regressor, QR": lambda: fitted(regressor(RidgeReadout(1e-6, solver="qr"), n_jobs=2)),
    "regressor, folds": lambda: fitted(regressor(RidgeReadout(alphas=[1e-3, 1.0], cv=3), n_jobs=2)),
    "regressor, feedback": lambda: fitted(regressor(RidgeReadout(1e-1), feedback=True, n_jobs=2)),
    "regressor, RLS": lambda: fitted(regressor(RLSReadout(), n_jobs=2)),
    "regressor, scikit-learn": lambda: fitted(regressor(Ridge(1e-3), n_jobs=2)),
    "classifier": lambda: fitted(regressor(RidgeReadoutClassifier(1e-3), n_jobs=2), labels()),
    "score": lambda: [regressor(n_jobs=2).fit(series(), columns()).score(series(), columns())],
    "per sequence": lambda: PerSequence(StandardScaler()).fit_transform(series()),
    "forecaster": lambda: (
        Forecaster(reservoir(), washout=5, noise=0.1, n_jobs=2, random_state=0).fit(series()).predict_one_step(series())
    ),
    "detector": lambda: AnomalyDetector(reservoir(), washout=5, n_jobs=2).fit(series()).score_samples(series()),
    "rank": lambda: [kernel_rank(reservoir().fit(series()), series(), n_jobs=2)],
    "separation": lambda: [apart(n_jobs=2).distance],
    "sensitivity": lambda: [sensitivity(n_jobs=2).mean],
}


@contextmanager
def dask():
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "processes": False}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster), parallel_config("dask"):
        yield


def backend(name):
    return dask() if name == "dask" else parallel_config(name, n_jobs=2)


@pytest.fixture(scope="module")
def expected():
    with parallel_config("sequential"):
        return {door: call() for door, call in DOORS.items()}


@pytest.mark.filterwarnings("ignore")  # a cluster and forks warn of much that is not about the library
@pytest.mark.parametrize("name", ["threading", "multiprocessing", "loky", "dask"])
def test_every_back_end_gives_the_same_bits(name, expected):
    with backend(name):
        for door, call in DOORS.items():
            for found, wanted in zip(call(), expected[door], strict=True):
                assert_array_equal(found, wanted, strict=True, err_msg=door)


class Counting(ThreadingBackend):
    """Threads that pass for processes, and note how many bytes each of their tasks would be sent."""

    uses_threads = supports_sharedmem = False
    sent = ()

    def submit(self, task, callback=None):
        Counting.sent.append(len(pickle.dumps(task)))
        return getattr(super(), "submit", super().apply_async)(task, callback)

    apply_async = submit  # what joblib called it before 1.4


@pytest.mark.parametrize("door", DOORS)
def test_no_process_is_sent_more_than_its_part(door):
    Counting.sent = []
    with parallel_config(Counting(), n_jobs=2):
        result = DOORS[door]()
    assert len(result) > 0
    largest = max(x.nbytes + y.nbytes for x, y in zip(series(), labels(), strict=True))
    own = len(pickle.dumps(regressor(RidgeReadout(alphas=[1e-3, 1.0], cv=3)).fit(series(), columns())._rows))
    assert all(size < largest + own + 4000 for size in Counting.sent)
    by_processes = door.startswith(("regressor", "classifier", "score")) and door.split(", ")[-1] not in {
        "RLS",
        "scikit-learn",
    }
    assert bool(Counting.sent) == by_processes
