"""Fitting a readout to many series, in workers if possible, and block by block where that equals all rows at once."""

from dataclasses import replace
from itertools import chain

from joblib import effective_n_jobs
from joblib.parallel import get_active_backend
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from reservoir.checks.arguments import check_jobs
from reservoir.driving.groups import FEWEST, MOST_BYTES, widest
from reservoir.kernels.vectors import width_of
from reservoir.regressor.block_fit import BlockFit, join_rows, merge_all, one_blas_thread_for_each
from reservoir.regressor.row_pool import RowPool
from reservoir.series.lazy_series import LazySeries, lazily

# Most batches of series, whatever the number of workers: readouts are merged in the order of their batches, so that
# the result does not depend on which worker was faster, and few statistics are held until their turn comes.
MOST_BATCHES = 32

MOST_LANES = MOST_BYTES // 4  # series that are driven in lockstep, in single precision


def fits_in_blocks(readout):
    """Whether one pass over the rows, block after block, fits ``readout`` as well as its ``fit`` would.

    It does not if all rows must be there, to be left out in turn, weighted by how many there are of a class, or held
    back to stop early, nor if it passes over them many times, as what has ``max_iter`` does; nor if this holds for an
    estimator that it is made of, as `sklearn.multioutput.MultiOutputRegressor` is.
    """
    inner = (value for value in readout.get_params().values() if hasattr(value, "partial_fit"))
    return hasattr(readout, "partial_fit") and not any(map(_needs_all_rows, [readout, *inner]))


def _needs_all_rows(estimator):
    leaves_one_out = getattr(estimator, "alphas", None) is not None and getattr(estimator, "cv", None) is None
    balances = isinstance(getattr(estimator, "class_weight", None), str)
    passes_again = hasattr(estimator, "max_iter") or getattr(estimator, "early_stopping", False)
    return leaves_one_out or balances or passes_again


def fit_whole(rows, readout, inputs, targets, washout, n_jobs):
    """Return ``readout``, fitted to the rows of all series at once, and the state after the first series."""

    def collect(number, before, piece):
        parts = [] if before is None else before[0]
        n_before = sum(len(wanted) for _, wanted, _ in parts)
        parts.append(rows.training_rows(piece, targets[number], washout, n_before))
        return parts, rows.state_after(piece, targets[number].values)

    driven = rows.reservoir.drive_many(inputs, collect, n_rows=rows.chunk_size, skip=washout, n_jobs=n_jobs)
    features, wanted, beside = join_rows(list(chain.from_iterable(parts for parts, _ in driven)))
    readout.fit(features, wanted, **beside)
    return readout, driven[0][1]


def fit_series(rows, readout, inputs, targets, washout, *, n_jobs, keywords, verbose):
    """Return an unfitted ``readout`` fitted to every series block by block; None if no row had a target."""
    reservoir = rows.reservoir
    dtype = reservoir.dtype_
    n_lanes = widest(reservoir.n_features_out_, dtype, width_of(dtype), len(inputs), 1)
    batches = batches_of([len(x) for x in inputs], rows.chunk_size, n_lanes) if hasattr(readout, "merge") else []
    n_workers = effective_n_jobs(check_jobs("n_jobs", n_jobs))
    settings = {"washout": washout, "keywords": keywords, "verbose": verbose}
    if len(batches) < 2 or n_workers == 1:
        batches = batches or [slice(None)]
        return merge_all(fit_batch(rows, readout, inputs[batch], targets[batch], **settings) for batch in batches)
    # A process is sent its own series only. They are lazy, because arrays may arrive read-only, and no kernel is
    # compiled for those.
    work = (
        delayed(fit_batch)(
            rows,
            readout,
            [*map(_as_lazy, inputs[batch])],
            [replace(wanted, values=_as_lazy(wanted.values)) for wanted in targets[batch]],
            **settings,
            alone=False,
        )
        for batch in batches
    )
    with one_blas_thread_for_each(n_workers):
        # A generator, where the back end has one (ray and multiprocessing do not), holds few readouts at a time.
        backend, _ = get_active_backend(prefer="threads")
        return_as = "generator" if getattr(backend, "supports_return_generator", False) else "list"
        n_workers = min(n_workers, len(batches))
        return merge_all(Parallel(n_jobs=n_workers, prefer="threads", return_as=return_as)(work))


def fit_batch(rows, readout, inputs, targets, washout, keywords, verbose, alone=True):
    """Return a copy of ``readout`` fitted to some series; None if none of their rows has a target.

    With ``alone``, no other worker is busy, so that a second thread may be used.
    """
    # A readout that merges may be given rows in any order. Others may forget, so that the order of the series counts.
    any_order = hasattr(readout, "merge")
    together = [slice(None)] if any_order else [slice(number, number + 1) for number in range(len(inputs))]
    with BlockFit(clone(readout), rows.chunk_size, keywords, overlap=alone, verbose=verbose) as fit:
        for some in together:
            add = AddRows(rows, fit, targets[some], washout)
            rows.reservoir.drive_many(inputs[some], add, n_rows=rows.chunk_size, skip=washout, n_jobs=1)
        return fit.finish()


class AddRows:
    """A ``fold`` of `BaseReservoir.drive_many` that adds the rows of every series to a `BlockFit`."""

    def __init__(self, rows, fit, targets, washout):
        self._rows, self._fit, self._targets, self._washout = rows, fit, targets, washout

    def __call__(self, number, n_before, piece):
        """Add the rows of a piece, and return how many there are of its series so far."""
        part = self._rows.training_rows(piece, self._targets[number], self._washout, n_before or 0)
        self._fit.add(*part)
        return (n_before or 0) + len(part[1])

    @property
    def in_lanes(self):
        """Return what adds the rows of series in lockstep, None for labels or where blocks are smaller than a step."""
        n_rows, targets = self._rows.chunk_size, self._targets
        if n_rows < MOST_LANES or any(one.values.dtype.kind != "f" for one in targets):
            return None
        return lambda lengths: RowPool(self._fit, n_rows, targets, lengths, self._washout, self._rows.passthrough)


def batches_of(lengths, chunk_size, n_lanes=1):
    """Return slices of consecutive series with about as many steps each, never fewer than a chunk if avoidable.

    Of series that are enough for two batches in lockstep, there are so many in each as to fill ``n_lanes``.
    """
    n_lanes = min(n_lanes, -(-len(lengths) // 2)) if len(lengths) >= 2 * FEWEST else 1
    least = max(chunk_size, -(-sum(lengths) // MOST_BATCHES))
    batches, start, n_steps = [], 0, 0
    for number, length in enumerate(lengths, start=1):
        n_steps += length
        if n_steps >= least and number - start >= n_lanes or number == len(lengths):
            batches.append(slice(start, number))
            start, n_steps = number, 0
    return batches


def _as_lazy(series):
    return series if isinstance(series, LazySeries) else lazily(series, series.dtype)
