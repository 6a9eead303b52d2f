"""Readouts that learn in blocks: two cores share a series, workers share many, and only statistics are merged."""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from joblib import effective_n_jobs
from joblib.parallel import get_active_backend
from sklearn import config_context
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from readouts.single_thread import limited_blas
from reservoir.checks.arguments import check_jobs
from reservoir.regressor.listening import gather
from reservoir.series.lazy_series import LazySeries, lazily

# So many batches of series at most, whatever the number of workers: their readouts are merged in their order, so the
# result does not depend on who did the work, and the statistics that wait for their turn stay few.
MOST_BATCHES = 32
REPORT_EVERY = 100_000


def learns_in_chunks(readout):
    """Whether one pass over the rows, block after block, teaches ``readout`` as much as its ``fit`` would.

    It does not if all rows must be there, to be left out in turn, weighted by how many there are of a class, or held
    back to stop early, nor if it passes over them many times, as what has ``max_iter`` does.
    """
    leaves_one_out = getattr(readout, "alphas", None) is not None and getattr(readout, "cv", None) is None
    balances = isinstance(getattr(readout, "class_weight", None), str)
    passes_again = hasattr(readout, "max_iter") or getattr(readout, "early_stopping", False)
    return hasattr(readout, "partial_fit") and not (leaves_one_out or balances or passes_again)


def teach_series(listener, readout, series, targets, washout, *, n_jobs, keywords, verbose):
    """Return ``readout``, unfitted so far, after lessons from every series; None if no row had a target."""
    batches = batches_of([len(x) for x in series], listener.chunk_size) if hasattr(readout, "merge") else []
    n_workers = effective_n_jobs(check_jobs("n_jobs", n_jobs))
    if len(batches) < 2 or n_workers == 1:
        batches = batches or [range(len(series))]
        taught = (teach_batch(listener, readout, series, targets, washout, b, keywords, verbose) for b in batches)
        return merge_all(taught)
    # A process is sent its own series only, lazily: arrays may reach it read-only, as no kernel is compiled for.
    work = (
        delayed(teach_batch)(
            listener, readout, [_as_lazy(series[i]) for i in batch], [_as_lazy(targets[i]) for i in batch], washout,
            range(len(batch)), keywords, verbose, alone=False,
        )
        for batch in batches
    )  # fmt: skip
    with one_blas_thread_for_each(n_workers):
        # One after the other where the backend can (ray and multiprocessing cannot): then few are held at a time.
        backend, _ = get_active_backend(prefer="threads")
        return_as = "generator" if getattr(backend, "supports_return_generator", False) else "list"
        n_workers = min(n_workers, len(batches))
        return merge_all(Parallel(n_jobs=n_workers, prefer="threads", return_as=return_as)(work))


def teach_batch(listener, readout, series, targets, washout, numbers, keywords, verbose, alone=True):
    """Return a new readout with the lessons of some of the series, or None if there are none."""

    def lessons():
        for i in numbers:
            state = listener.rest(targets[i][:1].size)
            for rows, wanted, _ in listener.lessons(series[i], targets[i], state, washout):
                yield rows, wanted

    blocks = gather(lessons(), listener.chunk_size)
    return teach(clone(readout), report(blocks) if verbose else blocks, keywords, alone)


def _as_lazy(series):
    return series if isinstance(series, LazySeries) else lazily(series, series.dtype)


def teach(readout, blocks, keywords, alone=True):
    """Give every block to ``readout`` and return it, or None if there was none.

    A readout that merges is two while it learns, fed in turn. ``alone`` says that no other worker is busy: then the
    next block is driven while those before it are being learnt.
    """
    blocks = iter(blocks)
    first, second = next(blocks, None), next(blocks, None)
    if second is None:
        return None if first is None else _take_in(readout, first, keywords)
    hands = [readout, clone(readout)] if hasattr(readout, "merge") else [readout]
    blocks = enumerate(chain([first, second], blocks))
    if not alone or (os.cpu_count() or 1) == 1:
        for number, block in blocks:
            _take_in(hands[number % len(hands)], block, keywords)
    else:
        _teach_side_by_side(hands, blocks, keywords)
    return merge_all(hands)


def _take_in(readout, block, keywords):
    # States and targets were found finite when they came up.
    with config_context(assume_finite=True):
        return readout.partial_fit(*block, **keywords)


def _teach_side_by_side(hands, blocks, keywords):
    with one_blas_thread_for_each(len(hands)), ThreadPoolExecutor(len(hands)) as pool:
        running = deque()
        for number, block in blocks:
            if len(running) == len(hands):
                running.popleft().result()
            running.append(pool.submit(_take_in, hands[number % len(hands)], block, keywords))
        while running:
            running.popleft().result()


def merge_all(readouts):
    """Return the readouts merged in their order, those that saw nothing (None) left out."""
    merged = None
    for readout in readouts:
        if merged is None or readout is None:
            merged = readout if merged is None else merged
        else:
            merged = merged.merge(readout)
    return merged


def batches_of(lengths, chunk_size):
    """Return ranges of consecutive series with about as many steps each, never fewer than a chunk if avoidable."""
    least = max(chunk_size, -(-sum(lengths) // MOST_BATCHES))
    batches, start, n_steps = [], 0, 0
    for number, length in enumerate(lengths, start=1):
        n_steps += length
        if n_steps >= least or number == len(lengths):
            batches.append(range(start, number))
            start, n_steps = number, 0
    return batches


def one_blas_thread_for_each(n_workers):
    """Share the cores among workers: threads of BLAS that wait for each other on busy cores take many times longer."""
    return limited_blas(max(1, (os.cpu_count() or 1) // n_workers))


def report(blocks):
    """Pass the blocks on and print how many rows have been learnt."""
    n_rows = n_reported = 0
    for block in blocks:
        yield block
        n_rows += len(block[0])
        if n_rows - n_reported >= REPORT_EVERY:
            n_reported = n_rows
            print(f"[ReservoirRegressor] {n_rows:,} rows learnt")
    print(f"[ReservoirRegressor] {n_rows:,} rows learnt, done")
