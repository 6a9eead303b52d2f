"""How well a readout recalls the input of some steps ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import RandomState
from reservoir.checks.arguments import check_choice, check_integer, check_memory
from reservoir.checks.headline import Headline, give_or_take, html_of, text_of
from reservoir.diagnostics.by_run import HasRun, as_reservoir
from reservoir.diagnostics.memory.given_drive import drive_for_memory
from reservoir.diagnostics.memory.impulse import exact_capacities, is_linear
from reservoir.diagnostics.memory.random_drive import default_delay
from reservoir.diagnostics.memory.state_basis import jackknife_error, recall_of, state_basis

_AT_ONCE = 2**20  # most numbers of a block of targets


@dataclass(frozen=True, eq=False)
class MemoryFunction:
    """What is recalled of each delay, and in total.

    Parameters
    ----------
    delays : array of int (max_delay + 1,)
        0 is the present input.
    capacity : array (max_delay + 1,)
        R^2 without its bias, in [0, 1].
    raw : array (max_delay + 1,)
        R^2 as it came out; the same if it is exact.
    standard_error : array (max_delay + 1,)
        Of ``capacity``; zeros if it is exact.
    total : float
        The memory capacity: the sum over these delays before they are cut off at 0, and at most ``rank``; if it is
        exact and no ``max_delay`` was given, over all delays there are.
    total_error : float
        Standard error of ``total``.
    rank : int
        Number of directions that the states have, and so the most that ``total`` can be.
    n_steps : int
        Number of states that it was estimated from; 0 if it is exact.
    """

    delays: np.ndarray
    capacity: np.ndarray
    raw: np.ndarray
    standard_error: np.ndarray
    total: float
    total_error: float
    rank: int
    n_steps: int

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        method = f"estimated from {self.n_steps} states" if self.n_steps else "exact"
        rows = [
            ("memory capacity", give_or_take(self.total, self.total_error), f"at most {self.rank}, the rank of states"),
            ("recalled by half", furthest(self.capacity, self.delays, 0.5), ""),
            ("recalled by a tenth", furthest(self.capacity, self.delays, 0.1), ""),
        ]
        return Headline(f"MemoryFunction, {method}, {span_of(self.delays)}", rows)


def memory_function(
    reservoir: HasRun,
    *,
    max_delay: int | None = None,
    n_steps: int | None = None,
    washout: int = 500,
    input_range: Sequence[float] = (-1.0, 1.0),
    column: int | None = None,
    inputs: ArrayLike | None = None,
    method: Literal["auto", "exact", "simulated"] = "auto",
    random_state: RandomState = None,
) -> MemoryFunction:
    """Memory function: how much of the variance of u(t - k) a linear readout recalls from the state x(t).

    For inputs u that are uniform and independent from step to step ::

        capacity(k) = max over w, c of R^2(w x(t) + c, u(t - k))

    It is estimated from one long run, all delays from one decomposition of the states. A readout that is scored on the
    rows that it was fitted to recalls about ``rank / n_steps`` of anything, be it remembered or not. That bias is
    removed, and the error estimated, by leaving out each of 20 blocks of rows in turn (the jackknife), which also
    holds where states depend on each other.

    Linear reservoirs are not sampled: `EchoStateReservoir`, `CTRNNLiquid` and `ResidualReservoir` with
    ``activation="identity"``, `DelayNodeReservoir` with ``nonlinearity="identity"``, `LegendreMemory`, `NVAR` with
    ``order=1``, and stacks of them. Their memory function follows from their response to an impulse, the Krylov vectors
    ``A^k b`` of ``x(t) = A x(t-1) + b u(t)``; it does not depend on ``input_range``.

    Parameters
    ----------
    reservoir : fitted reservoir of any class, or any object with a method ``run``
        Only its ``run`` is used, of an object that is no `BaseReservoir` too: ``states, state = run(X)`` of a 2-D array
        drives it from rest and returns a row of states for each of X. It is given ``n_features_in_`` columns, or one if
        it has no such attribute. Spiking liquids must take currents, ``input="current"``.
    max_delay : int or None, default=None
        The longest delay, at least 0, in rows. None is twice the number of units, at least 100 and at most 1000.
    n_steps : int or None, default=None
        Number of states to estimate from, at least four for each of their columns and 100 more; the error falls with
        its root. None is ten for each column, at least 10,000.
    washout : int, default=500
        Rows from rest that do not count, in addition to ``max_delay`` of them.
    input_range : pair of floats, default=(-1.0, 1.0)
        Lowest and highest input, in the unit of X. What nonlinear reservoirs remember depends on it.
    column : int or None, default=None
        The column of X with the signal, the others being 0; None gives all columns the same signal. An elapsed column
        is 1 throughout.
    inputs : 2-D array (n_steps, n_features) or None, default=None
        Input to be taken instead of random numbers that are drawn here, such as what hardware was driven by: its rows
        must be independent of each other. ``n_steps`` states are taken after the washout and ``max_delay`` rows, or
        as many as there are. None is the recorded input of a `MeasuredReservoir` with one recording.
    method : {"auto", "exact", "simulated"}, default="auto"
        ``"auto"`` is exact for linear reservoirs, unless inputs are given.
    random_state : int, RandomState or None, default=None
        Seed of the input.

    Returns
    -------
    MemoryFunction

    Raises
    ------
    ValueError
        If an argument is invalid, if no state varies, if an exact result is asked of a reservoir that is not known to
        be linear, or if a linear one does not forget.
    StateOverflowError
        If a state grows past every finite number.

    Notes
    -----
    In exact arithmetic a linear reservoir has the capacity of the rank of its controllability matrix, n for nearly all
    random weights, however little of an input is left in the states. Here directions of the states (scaled to equal
    variance) do not count if their standard deviation is below 1000 times the precision of ``dtype``, relative to the
    strongest: 2e-13 for float64. No readout could use them, for what they hold is rounding errors, and counting them
    yields the contradictory figures that the second paper explains. ``rank`` counts those left, in the simulated and in
    the exact form alike.

    References
    ----------
    H. Jaeger, "Short term memory in echo state networks", GMD Report 152, 2001, section 2; G. Ballarin,
    L. Grigoryeva and J.-P. Ortega, "Memory of recurrent networks: do we compute it right?", arXiv:2305.01457, 2023;
    H. Kuensch, "The jackknife and the bootstrap for general stationary observations", Annals of Statistics 17:1217,
    1989, section 2.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import memory_function
    >>> reservoir = EchoStateReservoir(50, leak_rate=1.0, random_state=0).fit([[0.0]])
    >>> memory = memory_function(reservoir, random_state=0)
    >>> bool(memory.capacity[0] > 0.99 > memory.capacity[30])
    True
    """
    check_choice("method", method, ("auto", "exact", "simulated"))
    runnable, linear = as_reservoir(reservoir), is_linear(reservoir)
    if method == "exact" and not linear:
        raise ValueError(
            f"'method' must be 'auto' or 'simulated' for {type(reservoir).__name__}, which is not known to be linear "
            "with these parameters; got 'exact'."
        )
    if inputs is not None and method == "exact":
        raise ValueError("'method' must be 'auto' or 'simulated' with 'inputs', which an exact result needs none of.")
    if linear and inputs is None and method != "simulated":
        return _exact(runnable, max_delay, column)
    drive = drive_for_memory(
        runnable, inputs, uniform=False, max_delay=max_delay, n_steps=n_steps, washout=washout,
        input_range=input_range, column=column, random_state=random_state,
    )  # fmt: skip
    return _estimated(drive)


def memory_capacity(
    reservoir: HasRun,
    *,
    max_delay: int | None = None,
    n_steps: int | None = None,
    washout: int = 500,
    input_range: Sequence[float] = (-1.0, 1.0),
    column: int | None = None,
    inputs: ArrayLike | None = None,
    method: Literal["auto", "exact", "simulated"] = "auto",
    random_state: RandomState = None,
) -> float:
    """Memory capacity: the sum of the `memory_function` over all delays from 0 to ``max_delay``.

    ::

        MC = sum_k capacity(k)  <=  rank of the states  <=  n_units

    Parameters
    ----------
    reservoir, max_delay, n_steps, washout, input_range, column, inputs, method, random_state
        As in `memory_function`.

    Returns
    -------
    float
        In [0, n_units], as if so many inputs were recalled without error. `memory_function` has its standard error.

    Raises
    ------
    ValueError
        As in `memory_function`.

    References
    ----------
    H. Jaeger, "Short term memory in echo state networks", GMD Report 152, 2001, section 2 (who counts from delay 1).

    Examples
    --------
    An orthogonal matrix forgets slowly and in order:

    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import memory_capacity
    >>> linear = {"n_units": 100, "leak_rate": 1.0, "activation": "identity", "random_state": 0}
    >>> orthogonal = EchoStateReservoir(topology="orthogonal", **linear).fit([[0.0]])
    >>> memory_capacity(orthogonal) > 95 > memory_capacity(EchoStateReservoir(topology="random", **linear).fit([[0.0]]))
    True
    """
    return memory_function(
        reservoir, max_delay=max_delay, n_steps=n_steps, washout=washout, input_range=input_range, column=column,
        inputs=inputs, method=method, random_state=random_state,
    ).total  # fmt: skip


def _exact(reservoir, max_delay, column):
    shown = default_delay(reservoir) if max_delay is None else check_integer("max_delay", max_delay, at_least=0)
    check_memory("max_delay", shown, 8 * shown)
    capacity, rank = exact_capacities(reservoir, shown, column)
    capacity = np.minimum(capacity, 1)
    # Over all delays, shown or not, capacities sum to the rank.
    total = float(rank) if max_delay is None else min(float(capacity.sum()), float(rank))
    max_delay = shown
    return MemoryFunction(
        np.arange(max_delay + 1), capacity, capacity.copy(), np.zeros_like(capacity), total, 0.0, rank, 0
    )


def _estimated(drive):
    basis = state_basis(drive.states)
    delays = np.arange(drive.max_delay + 1)
    at_once = max(_AT_ONCE * len(basis.blocks) // len(drive.states), 1)
    parts = [recall_delays(basis, drive, drive.signal, some) for some in np.split(delays, delays[at_once::at_once])]
    raw, corrected, error = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("raw", "corrected", "standard_error")
    )
    total_error = jackknife_error(sum(part.left_out.sum(axis=1) for part in parts))
    total = float(np.clip(corrected.sum(), 0, basis.rank))
    return MemoryFunction(
        delays, np.clip(corrected, 0, 1), raw, error, total, float(total_error), basis.rank, len(drive.states)
    )


def recall_delays(basis, drive, signal, delays):
    """Return how well the states recall a function of the input, ``signal`` of the drive's length, at ``delays``."""

    def targets(start, stop):
        rows = np.empty((len(delays), stop - start))
        for row, delay in zip(rows, delays, strict=True):
            row[:] = signal[drive.max_delay - delay + start : drive.max_delay - delay + stop]
        return rows.T

    return recall_of(basis, targets)


def furthest(capacity, delays, least):
    """Return the longest delay of which the capacity is ``least`` or more, in words for a headline."""
    recalled = np.flatnonzero(capacity >= least)
    return f"up to delay {delays[recalled[-1]]}" if len(recalled) else "at no delay"


def span_of(delays):
    """Return the delays in words, for a headline."""
    return f"delays {delays[0]} to {delays[-1]}" if len(delays) else "no delays"
