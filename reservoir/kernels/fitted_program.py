"""A fitted estimator with a program: kept as its kernel takes it, copied, pickled, its weights read-only."""

from typing import Any, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import snapshot
from reservoir.checks.later_parameters import LaterParametersMixin
from reservoir.kernels.program import arguments, as_own


class FittedProgramMixin(LaterParametersMixin):
    """A fitted reservoir's program, and its arrays, which are made read-only because the program follows from them."""

    @property
    def program_(self) -> Any:
        """What the kernel is given of this fitted reservoir, by name, or None where there is no kernel.

        Not to be changed: see `with_program`.
        """
        self._require_fit()
        return vars(self).get("_program")

    def with_program(self, program: tuple) -> Self:
        """Return a copy of this fitted reservoir that is driven by another program of the same rule."""
        self = snapshot(self)
        self._take_program(program)
        return self

    def _require_fit(self):
        """Raise NotFittedError before the first fit."""
        if not hasattr(self, "n_units_"):  # `check_is_fitted` takes longer than a step of a stream
            check_is_fitted(self)

    def _forget_fit(self):
        """Delete what an earlier fit found, perhaps of another form."""
        for name in [name for name in vars(self) if name.endswith("_") or name in ("_program", "_arguments")]:
            delattr(self, name)

    def _take_program(self, program):
        """Keep a program, and the plain tuples that its kernel is called with."""
        if program is not None:
            self._program, self._arguments = program, arguments(program)

    def _fitted_arrays(self):
        """Return every fitted array, those of sparse matrices too."""
        fitted = [value for name, value in vars(self).items() if name.endswith("_")]
        matrices = [value for value in fitted if issparse(value)]
        parts = [part for matrix in matrices for part in (matrix.data, matrix.indices, matrix.indptr)]
        return [array for array in fitted + parts if isinstance(array, np.ndarray)]

    def _freeze(self):
        # Weights changed in place would disagree with what the kernel was given, so they are made read-only.
        for array in self._fitted_arrays():
            array.setflags(write=False)

    def __getstate__(self):
        state = super().__getstate__().copy()
        state.pop("_arguments", None)  # the arrays of the program
        return state

    def __setstate__(self, state):
        super().__setstate__(state)
        for name in ("_program", "output_map_"):
            if name in vars(self):
                setattr(self, name, as_own(getattr(self, name)))
        self._take_program(vars(self).get("_program"))
        self._freeze()
