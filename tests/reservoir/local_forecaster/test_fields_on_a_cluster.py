"""Fields on clusters and in processes: the same bits, and no worker holds more than its part of the field."""

import pickle

import numpy as np
import pytest
from joblib import parallel_config
from joblib._parallel_backends import ThreadingBackend
from numpy.testing import assert_array_equal

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, LocalForecaster
from reservoir.local_forecaster import group_tasks, readout_rows
from reservoir.local_forecaster.fields import Slab
from reservoir.local_forecaster.group_tasks import GroupFit

N_STEPS, N_POINTS, BLOCK = 300, 576, 48


def forecaster(**parameters):
    """Patches of 6 points, in groups of 8: the points of a group are a block of the field."""
    reservoir = EchoStateReservoir(10, random_state=0)
    options = {"patch": 6, "halo": 2, "washout": 50, "range_factor": None} | parameters
    return LocalForecaster(reservoir, RidgeReadout(1e-4), **options)


def field_of(np_or_da, n_points=N_POINTS, **chunks):
    """Waves in both directions, from pieces that are small: a lazy array of them holds no values."""
    t = np_or_da.arange(float(N_STEPS), **dict.fromkeys(chunks, -1))[:, None]
    x = 2 * np.pi / 48 * np_or_da.arange(float(n_points), **chunks)[None, :]
    return np_or_da.sin(x - 0.2 * t) + 0.5 * np_or_da.cos(2 * x + 0.33 * t)


@pytest.fixture
def distributed(tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "local_directory": str(tmp_path)}
    with distributed.LocalCluster(processes=False, **options) as cluster, distributed.Client(cluster):
        yield distributed


@pytest.mark.filterwarnings("ignore")  # a cluster warns of much that is not about the library
@pytest.mark.parametrize("shared", [True, False])
def test_a_cluster_learns_the_same_bits(shared, distributed):
    X = field_of(np, 96)
    expected = forecaster(shared=shared).fit(X)
    with parallel_config("dask"):
        fitted = forecaster(shared=shared).fit(X)
        one_step = fitted.predict_one_step(X)
    assert_array_equal(fitted.forecast(50), expected.forecast(50))
    assert_array_equal(one_step, expected.predict_one_step(X))


@pytest.mark.filterwarnings("ignore")
def test_a_field_on_a_cluster_is_never_gathered(distributed, monkeypatch):
    dask_array = pytest.importorskip("dask.array", reason="the extra 'dask' is not installed")
    X, reads, read = field_of(dask_array, chunks=BLOCK), [], Slab.read

    def read_and_note(slab, dtype):
        rows = read(slab, dtype)
        try:
            where = distributed.get_worker().address
        except ValueError:
            where = "here"
        reads.append((where, rows.shape[1]))
        return rows

    monkeypatch.setattr(Slab, "read", read_and_note)
    returned = []

    def learnt(*parts):
        returned.append(len(pickle.dumps(parts)))
        return GroupFit(*parts)

    monkeypatch.setattr(group_tasks, "GroupFit", learnt)
    with parallel_config("dask"):
        fitted = forecaster().fit(X)
    assert len(returned) == N_POINTS // BLOCK
    # Statistics of 10 units and 10 values that they see, and the state of 8 patches; rows are ten times that.
    assert max(returned) < 20_000 < 8 * (N_STEPS - 51) * 8 * 20 / 10
    workers = {where for where, _ in reads} - {"here"}
    assert len(workers) == 2
    for worker in workers:
        at_once = [n_points for where, n_points in reads if where == worker]
        assert max(at_once) == BLOCK + 4  # the points of a group of 8 patches and of its halo, 2 on either side
        assert sum(at_once) > 2 * BLOCK
    # Once to find the scale, and once, with halos, to learn; where the model is, the first patch alone is looked at.
    assert sum(n_points for where, n_points in reads if where != "here") == N_POINTS + N_POINTS // BLOCK * (BLOCK + 4)
    assert max(n_points for where, n_points in reads if where == "here") == 6 + 4
    reads.clear()
    with parallel_config("dask"):
        score = fitted.score(X)
    assert max(n_points for _, n_points in reads) == BLOCK + 4
    assert "here" not in {where for where, _ in reads}
    # A field in memory is fitted as whole rows, which round in another way, unless these are too many.
    monkeypatch.setattr(readout_rows, "MOST_HELD", 0)
    in_memory = forecaster().fit(field_of(np))
    assert_array_equal(fitted.forecast(20), in_memory.forecast(20))
    assert score == in_memory.score(field_of(np))


@pytest.mark.filterwarnings("ignore")
def test_a_field_that_a_cluster_holds_is_read_from_there(distributed):
    X = field_of(pytest.importorskip("dask.array", reason="the extra 'dask' is not installed"), 96, chunks=BLOCK)
    held = distributed.get_client().persist(X)
    with parallel_config("dask"):
        expected, fitted = (forecaster().fit(field) for field in (X, held))
    assert_array_equal(fitted.forecast(20), expected.forecast(20))
    assert_array_equal(fitted.forecast(20, held), fitted.forecast(20))


class Counting(ThreadingBackend):
    """Threads that pass for processes, and note how many bytes each of their tasks would be sent."""

    uses_threads = supports_sharedmem = False
    sent = ()

    def submit(self, task, callback=None):
        Counting.sent.append(len(pickle.dumps(task)))
        return getattr(super(), "submit", super().apply_async)(task, callback)

    apply_async = submit  # what joblib called it before 1.4

    def compute_batch_size(self):
        """One group of patches at a time, however fast they are."""
        return 1


@pytest.mark.parametrize("shared", [True, False])
def test_a_worker_is_sent_the_blocks_of_an_array_that_hold_its_points(shared):
    dask_array = pytest.importorskip("dask.array", reason="the extra 'dask' is not installed")
    X = dask_array.from_array(field_of(np), chunks=(-1, BLOCK))
    Counting.sent = []
    with parallel_config(Counting(), n_jobs=2):
        forecaster(shared=shared).fit(X)
    assert len(Counting.sent) == 2 * N_POINTS // BLOCK
    assert max(Counting.sent) < 3 * 8 * N_STEPS * BLOCK + 80_000 < X.nbytes / 3  # its own one, and one on either side


@pytest.mark.parametrize("shared", [True, False])
def test_a_worker_is_sent_the_points_of_its_patches_and_their_halo(shared):
    X = field_of(np)
    expected = forecaster(shared=shared).fit(X).forecast(20)
    Counting.sent = []
    with parallel_config(Counting(), n_jobs=2):
        fitted = forecaster(shared=shared).fit(X)
    assert_array_equal(fitted.forecast(20), expected)
    n_groups, seen = N_POINTS // BLOCK, 8 * len(X) * (BLOCK + 4)
    fits = [size for size in Counting.sent if size > 8 * len(X) * BLOCK + 8 * BLOCK]
    assert len(fits) >= n_groups
    # Beside the points: a reservoir and a readout of 10 units for each of 8 patches.
    assert max(Counting.sent) < seen + 60_000 < X.nbytes / 5
