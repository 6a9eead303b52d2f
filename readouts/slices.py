"""Slices of bounded time: Python can be interrupted between two of them, but not inside compiled code."""

from collections.abc import Iterator
from time import perf_counter

LONGEST = 0.1  # seconds, about
FIRST_PRODUCTS = 50_000_000  # take a dense network about half of that
FEWEST, GROWTH = 16, 16


def first_slice(width: int) -> int:
    """Return how many steps of ``width`` units, connected all to all, surely take less than ``LONGEST`` seconds.

    Examples
    --------
    >>> from readouts.slices import first_slice
    >>> first_slice(100), first_slice(5000)
    (5000, 16)
    """
    return max(FIRST_PRODUCTS // (width * width), FEWEST)


def slices(n_steps: int, width: int, most: int | None = None) -> Iterator[slice]:
    """Return an iterator of slices of ``n_steps``, each as long as the time of the one before allows.

    None has more than ``most`` steps.

    Examples
    --------
    >>> from readouts.slices import slices
    >>> steps = list(slices(100_000, width=100))
    >>> steps[0], steps[-1].stop, all(a.stop == b.start for a, b in zip(steps, steps[1:]))
    (slice(0, 5000, None), 100000, True)
    """
    size = first_slice(width) if most is None else min(first_slice(width), most)
    if n_steps <= size:
        return iter((slice(0, n_steps),) if n_steps else ())
    return _timed_slices(n_steps, size, most)


def _timed_slices(n_steps: int, size: int, most: int | None) -> Iterator[slice]:
    start = 0
    while start < n_steps:
        begin = perf_counter()
        yield slice(start, min(start + size, n_steps))
        took = perf_counter() - begin
        start += size
        size = min(GROWTH * size, max(1, int(size * LONGEST / max(took, 1e-9))), most or n_steps)
