"""Many series at once, in threads."""

import numpy as np
from joblib.parallel import get_active_backend
from sklearn.utils.parallel import Parallel, delayed

from reservoir.checks.arguments import check_jobs


def map_series(function, series, n_jobs):
    """Return ``function`` of every series, in threads, each of which is given a few batches of them.

    They are threads whatever back end of joblib is active: the work is cheap beside the data, which would have to be
    sent to processes, on a cluster above all.
    """
    n_threads = min(count_threads(n_jobs), len(series))
    if n_threads <= 1:
        return [function(one) for one in series]

    def over(batch):
        return [function(series[number]) for number in batch]

    batches = np.array_split(np.arange(len(series)), min(len(series), 4 * n_threads))
    results = Parallel(n_jobs=n_threads, require="sharedmem")(delayed(over)(batch) for batch in batches)
    return [result for batch in results for result in batch]


def count_threads(n_jobs):
    """Return how many threads ``n_jobs`` stands for; None is the number of joblib's context, of any back end."""
    check_jobs("n_jobs", n_jobs)
    if n_jobs is None:
        _, n_jobs = get_active_backend()
    backend, _ = get_active_backend(require="sharedmem")
    return backend.effective_n_jobs(n_jobs)
