"""Fits on a real cluster of two processes, one of which is killed while it works."""

import os
import signal
import threading
import time

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir, ReservoirRegressor

distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")


def work():
    """Series enough to keep two workers busy for some seconds."""
    random = np.random.RandomState(0)
    X = [random.standard_normal((random.randint(1000, 2000), 2)) for _ in range(24)]
    return X, [x[:, 0] * np.roll(x[:, 1], 1) for x in X]


def kill_a_busy_worker(client, killed):
    """End one worker process, once both have begun to work."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        busy = {worker for worker, tasks in client.processing().items() if tasks}
        if len(busy) == 2:
            killed.append(client.run(os.getpid, workers=[min(busy)])[min(busy)])
            os.kill(killed[0], signal.SIGKILL)
            return
        time.sleep(0.01)


@pytest.mark.filterwarnings("ignore")  # the cluster tells of the worker that it has lost
def test_a_killed_worker_changes_nothing(tmp_path):
    X, y = work()
    model = ReservoirRegressor(EchoStateReservoir(100, random_state=0), washout=20, chunk_size=500)
    expected = model.fit(X, y).predict(X[0])
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "local_directory": str(tmp_path)}
    with distributed.LocalCluster(processes=True, **options) as cluster, distributed.Client(cluster) as client:
        before, killed = set(client.run(os.getpid).values()), []
        killer = threading.Thread(target=kill_a_busy_worker, args=(client, killed))
        with parallel_config("dask"):
            killer.start()
            predicted = model.fit(X, y).predict(X[0])
        killer.join()
        assert killed and killed[0] in before
    assert_array_equal(predicted, expected)
