"""Slices of bounded time: between two of them Python can be interrupted, as inside compiled code it cannot."""

from time import perf_counter

LONGEST = 0.1  # seconds, about
FIRST_PRODUCTS = 1_000_000  # as many as a dense network does in less than a hundredth of a second
FEWEST, GROWTH = 16, 16


def first_slice(width):
    """Return how many steps of ``width`` units, each of which may hear all, surely take less than ``LONGEST``.

    Examples
    --------
    >>> from readouts.slices import first_slice
    >>> first_slice(100), first_slice(5000)
    (100, 16)
    """
    return max(FIRST_PRODUCTS // (width * width), FEWEST)


def slices(n_steps, width, most=None):
    """Yield slices of ``n_steps`` that follow each other, each made as long as the time that the last one took allows.

    None has more than ``most`` steps.

    Examples
    --------
    >>> from readouts.slices import slices
    >>> steps = list(slices(100_000, width=100))
    >>> steps[0], steps[-1].stop, all(a.stop == b.start for a, b in zip(steps, steps[1:]))
    (slice(0, 100, None), 100000, True)
    """
    start, size = 0, first_slice(width)
    while start < n_steps:
        size = size if most is None else min(size, most)
        begin = perf_counter()
        yield slice(start, min(start + size, n_steps))
        took = perf_counter() - begin
        start += size
        size = min(GROWTH * size, max(1, int(size * LONGEST / max(took, 1e-9))))
