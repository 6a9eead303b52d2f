"""The logic of conceptors, and how they compare: what follows from their matrices alone."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from readouts.types import Array
from readouts.values import is_number
from reservoir.checks.arguments import check_number
from reservoir.conceptors import matrices


class ConceptorLogic(BaseEstimator):
    """Operators of `Conceptor`, which has ``matrix_``."""

    matrix_: Array
    n_features_in_: int

    @property
    def singular_values_(self) -> Array:
        """Singular values of C, (n_units,), the largest first: from 0 to 1."""
        check_is_fitted(self, "matrix_")
        return matrices.eigenvalues(self.matrix_)

    @property
    def quota_(self) -> float:
        """Mean of the singular values: the share of the state space that C passes."""
        check_is_fitted(self, "matrix_")
        return float(np.trace(self.matrix_)) / len(self.matrix_)

    def scale_aperture(self, factor: float) -> Self:
        """Return the conceptor whose aperture is so many times as large.

        ``scale_aperture(g)`` of C is ``C (C + g^-2 (I - C))^-1``, which is the conceptor of the same correlation with
        the aperture g a. The limits 0 and infinity are projectors: on what C passes as it is, and on all that it passes
        at all.

        Parameters
        ----------
        factor : float
            At least 0; may be infinite.

        Returns
        -------
        Conceptor

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir import Conceptor
        >>> states = np.random.RandomState(0).standard_normal((50, 3))
        >>> wider = Conceptor(0.5).fit(states).scale_aperture(4.0)
        >>> bool(np.allclose(wider.matrix_, Conceptor(2.0).fit(states).matrix_))
        True
        """
        check_is_fitted(self, "matrix_")
        if not (is_number(factor) and factor == np.inf):
            factor = check_number("factor", factor, at_least=0)
        return of_matrix(self, matrices.adapted(self.matrix_, float(factor)))

    def similarity(self, other: "ConceptorLogic") -> float:
        """Return ``trace(A B) / (|A| |B|)`` with Frobenius norms: 1 for the same directions, 0 for orthogonal ones.

        Parameters
        ----------
        other : Conceptor
            Fitted, of as many units. If either is 0, so is the similarity.

        Returns
        -------
        float

        Examples
        --------
        >>> from reservoir import Conceptor
        >>> axis = Conceptor.from_matrix([[1.0, 0.0], [0.0, 0.0]])
        >>> axis.similarity(axis), axis.similarity(~axis)
        (1.0, 0.0)
        """
        if not isinstance(other, ConceptorLogic):
            raise TypeError(f"'other' must be a Conceptor; got {other!r}.")
        first, second = self._pair(other)
        size = np.linalg.norm(first) * np.linalg.norm(second)
        return float(np.sum(first * second) / size) if size else 0.0

    def __invert__(self) -> Self:
        """Return ``I - C``: what C does not pass."""
        check_is_fitted(self, "matrix_")
        return of_matrix(self, matrices.negation(self.matrix_))

    def __and__(self, other: "ConceptorLogic") -> Self:
        """Return ``(A^-1 + B^-1 - I)^-1``, or its limit: what both pass."""
        if not isinstance(other, ConceptorLogic):
            return NotImplemented
        return of_matrix(self, matrices.conjunction(*self._pair(other)))

    def __or__(self, other: "ConceptorLogic") -> Self:
        """Return ``~(~A & ~B)``, of one aperture that of the sum of correlations: what either passes."""
        if not isinstance(other, ConceptorLogic):
            return NotImplemented
        return of_matrix(self, matrices.disjunction(*self._pair(other)))

    def __le__(self, other: "ConceptorLogic") -> bool:
        """Whether ``B - A`` has no eigenvalue below 0, up to 1e-9: all that A passes, B does."""
        if not isinstance(other, ConceptorLogic):
            return NotImplemented
        first, second = self._pair(other)
        return bool(np.linalg.eigvalsh(second - first)[0] >= -1e-9)

    def __ge__(self, other: "ConceptorLogic") -> bool:
        """Whether ``other <= self``."""
        return other <= self if isinstance(other, ConceptorLogic) else NotImplemented

    def _pair(self, other):
        check_is_fitted(self, "matrix_")
        check_is_fitted(other, "matrix_")
        if self.matrix_.shape != other.matrix_.shape:
            raise ValueError(
                f"'other' must be a conceptor of {len(self.matrix_)} units, as this one is; got one of "
                f"{len(other.matrix_)}."
            )
        return self.matrix_, other.matrix_


def of_matrix(parent: Any, matrix: Array) -> Any:
    """Return a conceptor of a matrix, with the parameters, and the names of features, of another one."""
    conceptor = clone(parent)
    if hasattr(parent, "feature_names_in_"):
        conceptor.feature_names_in_ = parent.feature_names_in_
    conceptor.n_features_in_, conceptor.matrix_ = len(matrix), matrix
    freeze(conceptor)
    return conceptor


def freeze(conceptor: Any) -> None:
    """Make the arrays of a conceptor read-only, from which it follows."""
    for name in ("matrix_", "correlation_"):
        if hasattr(conceptor, name):
            getattr(conceptor, name).setflags(write=False)
