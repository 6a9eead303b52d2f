"""The size of a reservoir's recurrent weights: spectral radius and spectral norm."""

import numpy as np
from scipy.sparse import csr_array

from reservoir.base import BaseReservoir
from reservoir.diagnostics.stability.jacobian import jacobian_at_rest
from reservoir.diagnostics.stability.norms import largest_singular_value
from reservoir.dispatch import for_fitted, held_by
from reservoir.nvar import NVAR
from reservoir.topology import spectral_radius as largest_modulus


@for_fitted
def spectral_radius(reservoir: BaseReservoir) -> float:
    """Largest modulus among the eigenvalues of the recurrent weights of a fitted reservoir.

    Of ``recurrent_weights_`` as they are, without leak, slopes and time constants, which `effective_spectral_radius`
    counts in. A `StackedReservoir` has the largest of its layers, `NVAR` has 0, its line of delays having no cycle. A
    reservoir without such weights (`CfCLiquid`, many classes of one's own) has that of the Jacobian of its step at rest
    without input, which is its effective one. That of a matrix by itself is `reservoir.topology.spectral_radius`.

    Parameters
    ----------
    reservoir : fitted reservoir of any class

    Returns
    -------
    float, at least 0
        In the unit of the weights: nA for a spiking liquid, uS if its synapses are conductances; conductances with the
        signs of their reversal potentials for `LTCLiquid`.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import spectral_radius
    >>> round(spectral_radius(EchoStateReservoir(50, spectral_radius=0.7, random_state=0).fit([[0.0]])), 9)
    0.7
    """
    return _of_weights(spectral_radius, largest_modulus, reservoir)


@for_fitted
def spectral_norm(reservoir: BaseReservoir) -> float:
    """Largest singular value of the recurrent weights of a fitted reservoir: the most by which they stretch a state.

    Of the same matrices as `spectral_radius`, which is never larger.

    Parameters
    ----------
    reservoir : fitted reservoir of any class

    Returns
    -------
    float, at least 0

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import spectral_norm
    >>> orthogonal = EchoStateReservoir(50, topology="orthogonal", spectral_radius=0.7, random_state=0)
    >>> round(spectral_norm(orthogonal.fit([[0.0]])), 9)
    0.7
    """
    return _of_weights(spectral_norm, largest_singular_value, reservoir)


@spectral_radius.register(NVAR)
def _radius_of_nvar(nvar):
    return 0.0


@spectral_norm.register(NVAR)
def _norm_of_nvar(nvar):
    return 1.0 if nvar.warmup_ > 1 else 0.0  # the delay line only shifts its rows


def _of_weights(function, measure, reservoir):
    if hasattr(reservoir, "recurrent_weights_"):
        # A copy, because SciPy sorts the entries of each row in place.
        weights = csr_array(reservoir.recurrent_weights_, dtype=np.float64, copy=True)
    elif parts := held_by(reservoir):
        return max(map(function, parts))
    else:
        weights = jacobian_at_rest(reservoir)
    return float(measure(weights))
