import os
import threading

import numpy as np
import pytest
from joblib import parallel_config
from joblib.parallel import LokyBackend

from reservoir.driving.threads import map_series


@pytest.mark.parametrize("n_jobs", [None, 1, 2, 3, -1, 10**400, np.int64(2)])
@pytest.mark.parametrize("n_series", [1, 2, 7, 40])
def test_every_series_is_mapped_in_its_place(n_jobs, n_series):
    assert map_series(lambda number: number**2, range(n_series), n_jobs) == [n**2 for n in range(n_series)]


@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading", "sequential"])
def test_series_are_mapped_in_threads_of_this_process_whatever_the_back_end(backend):
    # What is mapped is a closure over data at hand: processes could not take the one, nor should be sent the other.
    meet = threading.Barrier(2, timeout=20)

    def where(number):
        return (os.getpid(), meet.wait() if number < 2 and backend != "sequential" else 0)

    with parallel_config(backend, n_jobs=2):
        assert {process for process, _ in map_series(where, range(8), None)} == {os.getpid()}
        assert sorted(arrived for _, arrived in map_series(where, range(2), 2)) == [0, int(backend != "sequential")]


def test_a_cluster_does_not_decide_how_many_threads_there_are():
    class Cluster(LokyBackend):
        def effective_n_jobs(self, n_jobs):
            return 1000

    before = threading.active_count()
    with parallel_config(Cluster(), n_jobs=-1):
        n_threads = map_series(lambda _: threading.active_count(), range(200), None)
    assert max(n_threads) - before <= os.cpu_count() + 5  # some are the pool's own


@pytest.mark.parametrize("n_jobs", ["abc", 0, 2.0, True, []])
def test_a_wrong_number_of_threads_is_named(n_jobs):
    with pytest.raises(ValueError, match="'n_jobs' must be None or an integer"):
        map_series(len, [[1]], n_jobs)
