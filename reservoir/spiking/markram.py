"""Dynamic synapses: the short-term facilitation and depression of the Tsodyks-Markram synapse."""

from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csc_array, csr_array

from readouts.types import Array
from reservoir.checks.arguments import check_flag, check_number, check_numbers
from reservoir.checks.short_repr import short_repr
from reservoir.spiking.projections import at_synapses

BOUNDS: dict[str, dict[str, float]] = {
    "utilization": {"above": 0, "at_most": 1},
    "tau_depression": {"at_least": 0},
    "tau_facilitation": {"at_least": 0},
}
# One number, one for each projection (EE, EI, IE, II), or a matrix with an entry for every synapse.
PerSynapse: TypeAlias = float | tuple[float, float, float, float] | csr_array | csc_array | coo_array


@final
@dataclass(frozen=True, eq=False, repr=False)
class Markram:
    """Tsodyks-Markram synapses, for the argument ``short_term_plasticity`` of `LIFLiquid` and `SpikingLiquid`.

    A spike that comes a time t after the one before changes first the resource r, then the use u of the synapse, and
    the current of the postsynaptic unit jumps by ``weight u r``::

        r <- 1 + (r - u r - 1) exp(-t / tau_depression)
        u <- utilization + u (1 - utilization) exp(-t / tau_facilitation)

    Spikes at a steady ``rate`` lead to the stationary state ``u0 = U / (1 - (1 - U) exp(-1 / (rate F)))``,
    ``r0 = (1 - exp(-1 / (rate D))) / (1 - (1 - u0) exp(-1 / (rate D)))``, which is (U, 1) for ``rate=0``.

    Parameters
    ----------
    utilization : float, tuple of 4 or sparse matrix
        U, the share of the resource that the first spike uses, in (0, 1]. One number, one for each projection
        (EE, EI, IE, II), EI being from excitatory to inhibitory units, or a matrix with an entry for every synapse.
    tau_depression : float, tuple of 4 or sparse matrix
        D, the time in ms in which the resource recovers, at least 0.
    tau_facilitation : float, tuple of 4 or sparse matrix
        F, the time in ms in which the use returns to U, at least 0.
    spread : float, default=0.0
        Standard deviation over synapses of all three relative to their values, 0 to 10: each synapse draws its own
        from a normal law, until they lie in range.
    rate : float, default=0.0
        Rate of the source in Hz at whose stationary state the synapses start, at least 0.
    static : bool, default=False
        Stay there: weights are multiplied by ``u0 r0`` and do not change. It keeps the rates of a circuit whose weights
        were published for dynamic synapses.

    References
    ----------
    H. Markram, Y. Wang and M. Tsodyks, "Differential signaling via the same axon of neocortical pyramidal neurons",
    PNAS 95:5323, 1998, equations 1 to 3.

    Examples
    --------
    >>> from reservoir import Markram
    >>> synapses = Markram(utilization=0.5, tau_depression=1100.0, tau_facilitation=50.0, rate=10.0)
    >>> u, r = synapses.stationary(0.5, 1100.0, 50.0)
    >>> print(f"{u:.3f} {r:.3f}")
    0.536 0.151
    """

    utilization: PerSynapse
    tau_depression: PerSynapse
    tau_facilitation: PerSynapse
    spread: float = 0.0
    rate: float = 0.0
    static: bool = False

    __repr__ = short_repr

    def stationary(
        self, utilization: ArrayLike, tau_depression: ArrayLike, tau_facilitation: ArrayLike
    ) -> tuple[Array, Array]:
        """Return (u0, r0) at the ``rate``, for numbers or arrays of equal shape; times in ms."""
        rate = check_number("rate", self.rate, at_least=0) / 1000
        given = zip(BOUNDS.items(), (utilization, tau_depression, tau_facilitation), strict=True)
        baseline, recovery_time, relaxation_time = (check_numbers(name, part, **own) for (name, own), part in given)
        shapes = {part.shape for part in (baseline, recovery_time, relaxation_time) if part.ndim}
        if len(shapes) > 1:
            raise ValueError(
                "'utilization', 'tau_depression' and 'tau_facilitation' must be numbers or arrays of equal shape; got "
                f"shapes {', '.join(map(str, sorted(shapes)))}."
            )
        with np.errstate(divide="ignore", over="ignore"):
            recovery = -1 / (rate * recovery_time)
            relaxation = -1 / (rate * relaxation_time)
        # 1 - (1 - U) e, written as U e + (1 - e): U may be too small for 1 - U to differ from 1.
        use = baseline / (baseline * np.exp(relaxation) - np.expm1(relaxation))
        return use, np.expm1(recovery) / (np.expm1(recovery) - use * np.exp(recovery))


def resolve_markram(markram, recurrent_weights, inhibitory, random_state):
    """Return arrays (U, D, F), each with one value per synapse of ``recurrent_weights``, in its order."""
    if not isinstance(markram, Markram):
        raise ValueError(
            "'short_term_plasticity' must be None or Markram(utilization, tau_depression, tau_facilitation); "
            f"got an object of type {type(markram).__name__}."
        )
    check_flag("static", markram.static)
    spread = check_number("spread", markram.spread, at_least=0, at_most=10)  # more would be drawn for ever
    check_number("rate", markram.rate, at_least=0)
    values = []
    for name, limits in BOUNDS.items():
        means = at_synapses(name, getattr(markram, name), recurrent_weights, inhibitory, **limits)
        values.append(_scatter(means, spread, limits.get("at_most", np.inf), random_state) if spread else means)
    return values


def freeze_markram(markram):
    """In place: make the matrices of a fitted `Markram` read-only; None is none."""
    matrices = () if markram is None else (markram.utilization, markram.tau_depression, markram.tau_facilitation)
    for part in (part for matrix in matrices for part in (matrix.data, matrix.indices, matrix.indptr)):
        part.setflags(write=False)


def _scatter(means, spread, at_most, random_state):
    values = random_state.normal(means, spread * means)
    while np.any(wrong := ((values <= 0) & (means > 0)) | (values > at_most)):
        values[wrong] = random_state.normal(means[wrong], spread * means[wrong])
    return values
