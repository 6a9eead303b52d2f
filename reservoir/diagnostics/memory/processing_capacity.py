"""All that a readout could compute of the input so far, counted by kind: linear, quadratic, and so on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import f as f_distribution

from readouts.types import RandomState
from reservoir.checks.arguments import check_flag, check_integer, check_memory, check_number
from reservoir.checks.headline import Headline, give_or_take, html_of, number, shortened, text_of
from reservoir.checks.progress import Progress
from reservoir.diagnostics.by_run import HasRun
from reservoir.diagnostics.memory.given_drive import drive_for_memory
from reservoir.diagnostics.memory.legendre import evaluate, normalised_polynomials, products_reaching
from reservoir.diagnostics.memory.state_basis import jackknife_error, recall_of, state_basis

# Most numbers, and most products, of a block of targets.
_AT_ONCE, _PRODUCTS = 2**20, 1000
# A delay is barren if no more than one in so many of its products is found; some barren delays end the search.
_BARREN = 500


@dataclass(frozen=True, eq=False)
class ProcessingCapacity:
    """Capacities of products of Legendre polynomials, those that stand out from chance.

    Parameters
    ----------
    by_degree : array (max_degree,)
        Sum over the products of total degree 1 (linear memory), 2, and so on.
    by_delay : array (max_degree, longest delay found + 1)
        The same, divided by the oldest input of the product.
    by_variables : array (max_degree,)
        Sum over the products of 1, 2, ... different inputs.
    total : float
        Sum of all.
    standard_error : float
        Of ``total``.
    degree_error : array (max_degree,)
        Standard errors of ``by_degree``.
    below : array (max_degree,)
        What the products that were tried and did not stand out add up to: about how much the threshold has hidden.
    rank : int
        Number of directions that the states have: the most that the capacities can add up to.
    n_tried : array of int (max_degree,)
        Number of products that were tried.
    complete : array of bool (max_degree,)
        Whether the search of this degree came to its end, not to ``max_products`` or ``max_delay``.
    products : list of tuples of pairs (delay, degree)
        Those that stand out, largest capacity first.
    capacity : array (number of products,)
        Theirs, without bias.
    n_steps : int
        Number of states that all was estimated from.
    """

    by_degree: np.ndarray
    by_delay: np.ndarray
    by_variables: np.ndarray
    total: float
    standard_error: float
    degree_error: np.ndarray
    below: np.ndarray
    rank: int
    n_tried: np.ndarray
    complete: np.ndarray
    products: list[tuple[tuple[int, int], ...]]
    capacity: np.ndarray
    n_steps: int

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        values = zip(self.by_degree, self.degree_error, self.n_tried, self.complete, strict=True)
        degrees = [
            (
                f"degree {degree}",
                give_or_take(value, error),
                f"{tried} products tried{'' if ended else ', not to the end'}",
            )
            for degree, (value, error, tried, ended) in enumerate(values, start=1)
        ]
        longest = max(np.shape(self.by_delay)[-1] - 1, 0)
        rows = [
            (
                "total capacity",
                give_or_take(self.total, self.standard_error),
                f"at most {self.rank}, the rank of states",
            ),
            *shortened(degrees),
            ("products found", number(len(self.products)), f"delays up to {longest}"),
        ]
        return Headline(f"ProcessingCapacity, estimated from {self.n_steps} states", rows)


def information_processing_capacity(
    reservoir: HasRun,
    *,
    max_degree: int = 6,
    max_delay: int | None = None,
    max_products: int = 10_000,
    significance: float = 1e-4,
    patience: int = 3,
    n_steps: int | None = 100_000,
    washout: int = 500,
    input_range: Sequence[float] = (-1.0, 1.0),
    column: int | None = None,
    inputs: ArrayLike | None = None,
    random_state: RandomState = None,
    verbose: bool = False,
) -> ProcessingCapacity:
    """Information processing capacity: which functions of its past input a reservoir has computed.

    With v in [-1, 1] the input u on the scale of its range, uniform and independent from step to step, products of
    normalised Legendre polynomials of delayed inputs are an orthonormal basis of all functions of the past::

        z(t) = prod_i sqrt(2 d_i + 1) P_{d_i}(v(t - k_i)),    degree = sum_i d_i
        capacity(z) = max over w, c of R^2(w x(t) + c, z(t))

    The capacities of all of them add up to the number of linearly independent states if the reservoir has fading
    memory, and to no more in any case: what is spent on one is taken from the others.

    For each degree all products are tried whose oldest input is 0, 1, 2, ... rows back, until at ``patience`` delays in
    a row no more than one in 500 has stood out. One stands out if its R^2 exceeds the bias that is expected of it by
    the factor ``t n_steps / m``, where F with rank and ``m = n_steps - rank - 1`` degrees of freedom exceeds t with
    probability ``significance``. The others count as 0, as in the paper; those that do are freed from their bias, as
    the paper's are not. The bias is estimated for each, by a block jackknife, as products of high degree have more than
    the ``rank / n_steps`` of independent samples.

    Parameters
    ----------
    reservoir : fitted reservoir of any class, or any object with a method ``run``
        Only its ``run`` is used, of an object that is no `BaseReservoir` too: ``states, state = run(X)`` of a 2-D array
        drives it from rest and returns a row of states for each of X. It is given ``n_features_in_`` columns, or one if
        it has no such attribute. Spiking liquids must take currents, ``input="current"``.
    max_degree : int, default=6
        The highest degree, at least 1.
    max_delay : int or None, default=None
        The oldest input, at least 0, in rows. None is twice the number of units, at least 100 and at most 1000.
    max_products : int, default=10_000
        Largest number of products of each degree that are tried, rounded up to whole delays, at least 1.
    significance : float, default=1e-4
        In (0, 1): share of the products without capacity that stand out nevertheless.
    patience : int, default=3
        Number of barren delays that end the search of a degree, at least 1. It must span the gaps of a reservoir that
        remembers some delays only, such as the ``stride`` of `NVAR`.
    n_steps : int or None, default=100_000
        Number of states to estimate from, at least four for each of their columns and 100 more. The threshold falls in
        proportion, so that more small capacities are found. None is that of
        `memory_function`.
    washout, input_range, column, random_state
        As in `memory_function`.
    inputs : 2-D array (n_steps, n_features) or None, default=None
        Input to be taken instead of random numbers that are drawn here, such as what hardware was driven by: its rows
        must be independent of each other, and uniform in ``input_range``. ``n_steps`` states, or as many as
        there are, are taken after the washout and ``max_delay`` rows. None is the recorded input of a
        `MeasuredReservoir` with one recording.
    verbose : bool, default=False
        Print a line for every degree.

    Returns
    -------
    ProcessingCapacity

    Raises
    ------
    ValueError
        If an argument is invalid, or if no state varies.
    StateOverflowError
        If a state grows past every finite number.

    Notes
    -----
    A product costs 2 ``n_steps`` times ``rank`` operations of a product of matrices, in float32. Memory holds the
    states and, at a time, a million numbers of targets.

    Where the total stays below ``rank`` by more than its error, the rest is hidden below the threshold (see ``below``;
    take more ``n_steps``), beyond ``max_degree`` or ``max_products`` (see ``complete``), or not there: a reservoir that
    is chaotic, noisy or remembers its start does not compute functions of its input alone.

    References
    ----------
    J. Dambre, D. Verstraeten, B. Schrauwen and S. Massar, "Information processing capacity of dynamical systems",
    Scientific Reports 2:514, 2012, with its supplement on the threshold.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import information_processing_capacity
    >>> reservoir = EchoStateReservoir(10, leak_rate=1.0, spectral_radius=0.5, random_state=0).fit([[0.0]])
    >>> capacity = information_processing_capacity(reservoir, n_steps=20_000, random_state=0)
    >>> 9 < capacity.total < 10 + 2 * capacity.standard_error
    True
    >>> bool(capacity.by_degree[0] > capacity.by_degree[2])
    True
    """
    max_degree, max_products = check_integer("max_degree", max_degree), check_integer("max_products", max_products)
    check_memory("max_degree", max_degree, 8 * max_degree)
    significance = check_number("significance", significance, above=0, below=1)
    patience, verbose = check_integer("patience", patience), check_flag("verbose", verbose)
    drive = drive_for_memory(
        reservoir, inputs, uniform=True, max_delay=max_delay, n_steps=n_steps, washout=washout,
        input_range=input_range, column=column, random_state=random_state,
    )  # fmt: skip
    search = _Search(drive, max_degree, max_products, significance, patience)
    found, progress = [], Progress("information_processing_capacity", verbose)
    for degree in range(1, max_degree + 1):
        found.append(search.of_degree(degree))
        sums = f"{found[-1].capacity.sum():.3f} of {search.basis.rank}"
        progress.say(f"degree {degree}: {sums} in {found[-1].n_tried} products")
    return _summary(found, search.basis.rank, len(drive.states))


@dataclass(frozen=True, eq=False)
class _Found:
    """The result of a search."""

    products: list[tuple[tuple[int, int], ...]]
    capacity: np.ndarray
    left_out: np.ndarray  # the sum of the capacities without each block
    below: float
    n_tried: int
    complete: bool = True


class _Search:
    """Tries products of polynomials on one drive."""

    def __init__(self, drive, max_degree, max_products, significance, patience):
        self.basis = state_basis(drive.states, np.float32)
        self.polynomials = normalised_polynomials(drive.signal, max_degree)
        self.max_delay, self.n_steps = drive.max_delay, len(drive.states)
        self.max_products, self.patience = max_products, patience
        rank, left = self.basis.rank, self.n_steps - self.basis.rank - 1
        self.factor = f_distribution.isf(significance, rank, left) * self.n_steps / left
        self.at_once = min(max(_AT_ONCE * len(self.basis.blocks) // self.n_steps, 1), _PRODUCTS)

    def of_degree(self, degree):
        """Go back in time until nothing more is found."""
        parts, n_tried, barren = [], 0, 0
        for oldest in range(self.max_delay + 1):
            products = products_reaching(oldest, degree)
            tried = [self.some(products[i : i + self.at_once]) for i in range(0, len(products), self.at_once)]
            parts, n_tried = parts + tried, n_tried + len(products)
            hits = sum(len(part.products) for part in tried)
            barren = barren + 1 if hits * _BARREN <= len(products) else 0
            if barren == self.patience or n_tried >= self.max_products:
                break
        return _joined(parts, complete=barren == self.patience)

    def some(self, products):
        """Try a few products."""
        first = self.max_delay
        result = recall_of(self.basis, lambda a, b: evaluate(products, self.polynomials, first + a, first + b))
        corrected = result.corrected
        expected = np.maximum(result.bias, (1 - result.raw) * self.basis.rank / self.n_steps)
        found = (result.raw > self.factor * expected) & (corrected > 0)
        kept = [products[number] for number in np.flatnonzero(found)]
        left_out, below = result.left_out[:, found].sum(axis=1), float(corrected[~found].sum())
        return _Found(kept, np.minimum(corrected[found], 1), left_out, below, len(products))


def _joined(parts, complete):
    return _Found(
        [product for part in parts for product in part.products],
        np.concatenate([part.capacity for part in parts]),
        sum(part.left_out for part in parts),
        sum(part.below for part in parts),
        sum(part.n_tried for part in parts),
        complete,
    )


def _summary(found, rank, n_steps):
    """Return the sums over the products of every degree, oldest delay and number of inputs."""
    whole = _joined(found, complete=True)
    order = np.argsort(-whole.capacity, kind="stable")
    products, capacity = [whole.products[one] for one in order], whole.capacity[order]
    oldest = np.array([product[-1][0] for product in products], dtype=int)
    degree = np.array([sum(one for _, one in product) for product in products], dtype=int)
    by_delay = np.zeros((len(found), oldest.max(initial=0) + 1))
    np.add.at(by_delay, (degree - 1, oldest), capacity)
    by_variables = np.zeros(len(found))
    np.add.at(by_variables, [len(product) - 1 for product in products], capacity)
    return ProcessingCapacity(
        by_degree=by_delay.sum(axis=1), by_delay=by_delay, by_variables=by_variables,
        total=float(capacity.sum()), standard_error=float(jackknife_error(whole.left_out)),
        degree_error=np.array([float(jackknife_error(part.left_out)) for part in found]),
        below=np.array([part.below for part in found]), rank=rank,
        n_tried=np.array([part.n_tried for part in found]),
        complete=np.array([part.complete for part in found]),
        products=products, capacity=capacity, n_steps=n_steps,
    )  # fmt: skip
