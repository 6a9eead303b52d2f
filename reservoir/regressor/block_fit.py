"""A readout that is fitted to rows as they come, in blocks: two of its copies share the cores, and are merged."""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack

import numpy as np
from sklearn import config_context
from sklearn.base import clone

from readouts.single_thread import limited_blas
from reservoir.checks.progress import Progress

REPORT_EVERY = 100_000


class BlockFit(AbstractContextManager):
    """Fits a readout that has ``partial_fit`` to the rows that are added, joined into blocks.

    A readout that has ``merge`` is fitted as two, which are given the blocks in turn.

    Parameters
    ----------
    readout : scikit-learn regressor or classifier
        Fitted before or not; is changed.
    block_size : int
        Most rows of a block, unless more are added at once.
    keywords : dict
        Further arguments of ``partial_fit``.
    overlap : bool, default=True
        Whether more rows may be made while the readout is fitted to those before, in another thread.
    verbose : bool, default=False
        Whether to print how many rows the readout has been fitted to.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts import RidgeReadout
    >>> from reservoir.regressor.block_fit import BlockFit
    >>> with BlockFit(RidgeReadout(0), 10, {}) as fit:
    ...     for row in np.arange(100.0)[:, None]:
    ...         fit.add(row[None], 2 * row)
    ...     readout = fit.finish()
    >>> readout.coef_.round(6)
    array([2.])
    """

    def __init__(self, readout, block_size, keywords, *, overlap=True, verbose=False):
        self._readout = readout
        self._block_size = block_size
        self._keywords = keywords
        self._overlap = overlap
        self._progress = Progress("ReservoirRegressor", verbose)
        self._parts, self._n_rows = [], 0  # the parts and rows of the block that is being joined
        self._n_fitted = self._n_reported = 0
        # The first block waits for a second one. A single one, perhaps a row of a stream, needs no copy and no thread.
        self._first, self._n_blocks = None, 0
        self._copies, self._pool, self._running, self._resources = [], None, (), None

    def __exit__(self, *error):
        if self._resources is not None:
            self._resources.close()

    def add(self, features, targets, beside=None):
        """Fit to some more rows, which must not be changed afterwards.

        ``beside`` holds further arguments of ``partial_fit`` that have an entry for every row. Rows with and without an
        argument, such as weights, are in different blocks.
        """
        beside = beside or {}
        unlike = self._n_rows and self._parts[0][2].keys() != beside.keys()
        if self._n_rows and (unlike or self._n_rows + len(features) > self._block_size):
            self._fit_joined()
        if len(features):
            self._parts.append((features, targets, beside))
            self._n_rows += len(features)

    def finish(self):
        """Return the fitted readout, or None if no row was added."""
        if self._n_rows:
            self._fit_joined()
        while self._running:
            self._running.popleft().result()
        self._progress.say(f"{self._n_fitted:,} rows fitted, done")
        if self._first is not None:
            _update(self._readout, self._first, self._keywords)
            return self._readout
        return merge_all(self._copies)

    def _fit_joined(self):
        block = join_rows(self._parts)
        self._parts, self._n_rows = [], 0
        if self._n_blocks == 0:
            self._first = block
        else:
            if self._n_blocks == 1:
                self._prepare_copies()
                self._fit_block(0, self._first)
                self._first = None
            self._fit_block(self._n_blocks, block)
        self._n_blocks += 1
        self._n_fitted += len(block[0])
        if self._n_fitted - self._n_reported >= REPORT_EVERY:
            self._n_reported = self._n_fitted
            self._progress.say(f"{self._n_fitted:,} rows fitted")

    def _prepare_copies(self):
        self._copies = [self._readout, clone(self._readout)] if hasattr(self._readout, "merge") else [self._readout]
        if self._overlap and (os.cpu_count() or 1) > 1:
            self._running, self._resources = deque(), ExitStack()
            self._resources.enter_context(one_blas_thread_for_each(len(self._copies)))
            self._pool = self._resources.enter_context(ThreadPoolExecutor(len(self._copies)))

    def _fit_block(self, number, block):
        readout = self._copies[number % len(self._copies)]
        if self._pool is None:
            _update(readout, block, self._keywords)
            return
        # Each copy has at most one block, so that few blocks are held and a copy is given its own one after the other.
        if len(self._running) == len(self._copies):
            self._running.popleft().result()
        self._running.append(self._pool.submit(_update, readout, block, self._keywords))


def join_rows(parts):
    """Return features, targets and further arguments of several parts as those of one."""
    if len(parts) == 1:
        return parts[0]
    features, targets, beside = zip(*parts, strict=True)
    joined = {name: np.concatenate([one[name] for one in beside]) for name in beside[0]}
    return np.concatenate(features), np.concatenate(targets), joined


def _update(readout, block, keywords):
    # What it returns does not count: MultiOutputRegressor of scikit-learn returns nothing.
    features, targets, beside = block
    with config_context(assume_finite=True):  # states and targets have been checked
        readout.partial_fit(features, targets, **beside, **keywords)


def merge_all(readouts):
    """Return the readouts merged in their order, without those that were given no row (None)."""
    merged = None
    for readout in readouts:
        if merged is None or readout is None:
            merged = readout if merged is None else merged
        else:
            merged = merged.merge(readout)
    return merged


def one_blas_thread_for_each(n_workers):
    """Share the cores among workers: threads of BLAS that wait for each other on busy cores take many times longer."""
    return limited_blas(max(1, (os.cpu_count() or 1) // n_workers))
