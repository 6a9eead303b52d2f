"""Conductance synapses: from which source onto which unit, how strong, how steep, towards which potential."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from readouts.types import Array, Precision
from reservoir.checks.arguments import check_dtype, check_flag, check_number, check_per_unit, is_number
from reservoir.checks.short_repr import short_repr
from reservoir.topology.csr import read_matrix


@dataclass(frozen=True, eq=False)
class Synapses:
    """Conductance synapses from a set of sources onto the units of a liquid.

    A source at potential p gives unit i the conductance ``w sigmoid(slope (p - midpoint))`` towards ``reversal``.
    The arrays are copied and made read-only.

    Parameters
    ----------
    conductance : matrix (n_units, n_sources), dense or sparse
        Largest conductance w of every synapse, at least 0; row i holds the synapses onto unit i.
    slope, midpoint, reversal : arrays (n_synapses,) or float
        One number per synapse, row by row, sources in ascending order; or one for all. Any finite number.
    allow_negative : bool, default=False
        Accept conductances below 0, as a cell trained without constraints may hold. Nothing bounds the states then.

    Raises
    ------
    ValueError
        If the conductance is negative or not finite, or a property does not have one finite number per synapse.

    References
    ----------
    M. Lechner et al., "Neural circuit policies enabling auditable autonomy", Nature Machine Intelligence 2:642, 2020,
    methods.

    Examples
    --------
    >>> from reservoir import Synapses
    >>> synapses = Synapses([[0, 2], [3, 0]], slope=4.0, midpoint=0.0, reversal=[1, -1])
    >>> synapses.signed.toarray()
    array([[ 0.,  2.],
           [-3.,  0.]])
    """

    # Given as numbers or matrices of any kind, these are kept as a CSR array, and as arrays (n_synapses,).
    conductance: Any
    slope: Any
    midpoint: Any
    reversal: Any
    allow_negative: bool = False

    __repr__ = short_repr

    def __post_init__(self) -> None:
        """Check the values, keep copies and make them read-only."""
        allow_negative = check_flag("allow_negative", self.allow_negative)
        conductance = read_matrix("conductance", self.conductance)
        if np.any(conductance.data < 0) and not allow_negative:
            raise ValueError("'conductance' must be at least 0; got a negative entry. Its sign belongs in 'reversal'.")
        object.__setattr__(self, "conductance", conductance)
        for name in ("slope", "midpoint", "reversal"):
            values = check_per_unit(name, getattr(self, name), conductance.nnz, "synapse", like="conductance")
            object.__setattr__(self, name, values)
        self._freeze()

    @property
    def signed(self) -> csr_array:
        """Conductances with the sign of the reversal potential, a csr_array that reads like other recurrent weights.

        A synapse with the reversal potential 0, which only shunts, shows as 0.
        """
        return self._with_data(self.conductance.data * np.sign(self.reversal))

    def properties(self, dtype: Precision) -> Array:
        """Return conductance, slope, midpoint and reversal of every synapse, an array (4, n_synapses)."""
        parts = [self.conductance.data, self.slope, self.midpoint, self.reversal]
        return np.stack(parts).astype(check_dtype(dtype))

    def mean_current(self, source_deviation: float) -> Array:
        """Return the mean current onto every unit at potential 0, for sources of mean 0 and the given deviation.

        The deviation is a number of at least 0, or infinity.

        The mean of a logistic function of a normal variable in its probit approximation, D. MacKay, "The evidence
        framework applied to classification networks", Neural Computation 4:720, 1992.
        """
        if not is_number(source_deviation) or source_deviation != np.inf:
            source_deviation = check_number("source_deviation", source_deviation, at_least=0)
        # A slope of 0 stays 0, whatever the deviation.
        spread = np.multiply(self.slope, source_deviation, out=np.zeros_like(self.slope), where=self.slope != 0)
        opening = -self.slope * self.midpoint / np.hypot(1, np.sqrt(np.pi / 8) * spread)
        current = self._with_data(self.conductance.data * self.reversal * expit(opening))
        return np.asarray(current.sum(axis=1)).ravel()

    def linear_loop(self, leak_conductance: Array | float) -> csr_array:
        """Return how units at rest drive each other's mean, a csr_array (n_units, n_units), for half-open synapses.

        Entry (i, j) is ``w slope reversal / 4`` over the total conductance ``g_i + sum_j w_ij / 2``, of which g_i, one
        number or one for each unit, is above 0.
        """
        leak_conductance = check_per_unit("leak_conductance", leak_conductance, self.conductance.shape[0], above=0)
        opened = leak_conductance + np.asarray(abs(self.conductance).sum(axis=1)).ravel() / 2
        rows = np.diff(self.conductance.indptr)
        return self._with_data(self.conductance.data * self.slope * self.reversal / 4 / np.repeat(opened, rows))

    def _with_data(self, data):
        return csr_array((data, self.conductance.indices, self.conductance.indptr), shape=self.conductance.shape)

    def _freeze(self):
        matrix = self.conductance
        for array in (matrix.data, matrix.indices, matrix.indptr, self.slope, self.midpoint, self.reversal):
            array.setflags(write=False)

    def __setstate__(self, state):
        vars(self).update(state)
        self._freeze()
