"""What property tests draw: small sizes, series, matrices, cuts and orders, with edge values among them.

Only sizes, seeds and scales are drawn by hypothesis; NumPy fills the arrays. So an example takes no time to draw, and
one that fails shrinks to few units, few steps and the seed 0.
"""

import numpy as np
from hypothesis import strategies as st

sizes = st.integers(1, 40)
few = st.integers(1, 5)
seeds = st.integers(0, 999)
fractions = st.sampled_from([1.0, 0.3, 0.0])  # of the entries of a matrix that are not zero


def generators():
    """Streams of random numbers."""
    return st.builds(np.random.RandomState, seeds)


@st.composite
def arrays(draw, *shape, low=-1.0, high=1.0):
    """Arrays of uniform numbers; now and then all of them are the same, one of the two bounds."""
    low, high = draw(st.sampled_from([(low, high)] * 4 + [(low, low), (high, high)]))
    return draw(generators()).uniform(low, high, shape)


@st.composite
def logarithmic(draw, low, high, *shape):
    """Arrays of numbers that are uniform on a logarithmic scale; now and then all of them equal a bound."""
    return np.exp(draw(arrays(*shape, low=np.log(low), high=np.log(high))))


@st.composite
def matrices(draw, n_rows, n_columns, low=-1.0, high=1.0):
    """Matrices of uniform numbers, of which many or all may be zero."""
    present = draw(generators()).uniform(size=(n_rows, n_columns)) < draw(fractions)
    return np.where(present, draw(arrays(n_rows, n_columns, low=low, high=high)), 0.0)


@st.composite
def series(draw, n_features=3, longest=40, scales=(1.0, 0.0, 30.0)):
    """Series of 1 to ``longest`` rows: normal numbers times one of the scales."""
    n_steps, scale = draw(st.integers(1, longest)), draw(st.sampled_from(scales))
    return scale * draw(generators()).standard_normal((n_steps, n_features))


def cuts(n_rows):
    """Ascending positions at which rows may be cut, none, one or many; every piece keeps at least one row."""
    if n_rows == 1:
        return st.just([])
    return st.sets(st.integers(1, n_rows - 1)).map(sorted)


def orders(n):
    """Permutations of ``range(n)``."""
    return st.permutations(range(n)).map(np.array)
