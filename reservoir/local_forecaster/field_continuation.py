"""Going on from fields with fitted patches: forecasts, one-step predictions and their score."""

from typing import Any

import numpy as np
from sklearn.utils.parallel import delayed
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import of_one_fit
from readouts.types import Array
from reservoir.base import StateOverflowError
from reservoir.checks.arguments import check_integer, check_memory
from reservoir.forecaster.predicted_rows import as_finite
from reservoir.forecaster.range_check import mends_of, warn_if_out_of_range
from reservoir.forecaster.steady_loop import TRIED_STEPS, stays_near
from reservoir.local_forecaster.fields import check_shape, read_fields
from reservoir.local_forecaster.group_tasks import end_states, predict_group, score_group
from reservoir.local_forecaster.labelled_fields import Labels, labels_of, refuse_other_order, relabelled
from reservoir.local_forecaster.local_loop import LocalLoop, affine_of
from reservoir.local_forecaster.patch_fitting import PatchFittingMixin
from reservoir.local_forecaster.space_scale import SpaceScale


class FieldContinuationMixin(PatchFittingMixin):
    """Continues fields with what `LocalForecaster` has fitted."""

    # The subclass sets these.
    scale_: SpaceScale
    range_: Array
    last_row_: Array | None
    washout_: int
    n_features_in_: int
    _range_factor: float | None
    _several: bool
    _shape: tuple[int, ...]
    _tried: Array
    _labels: Labels | None

    @of_one_fit
    def forecast(self, n_steps: int, context: Any = None) -> Any:
        """Continue the field of ``fit``, or another.

        Parameters
        ----------
        n_steps : int
            At least 1.
        context : field or None, default=None
            The field to continue, of the same grid and with more rows than ``washout_``; None is that of ``fit``.

        Returns
        -------
        array (n_steps, n_points), or with the axes of the field
            The rows that follow. Where the field is an xarray.DataArray, such a one, with its coordinates in space and
            times that go on from its own.

        Warns
        -----
        UserWarning
            If a value leaves the range of the training data, see ``range_factor``.
        """
        check_is_fitted(self)
        n_steps = check_integer("n_steps", n_steps)
        check_memory("n_steps", n_steps, n_steps * self.n_features_in_ * 8)
        row, states, labels = self._start(context)
        rows, stopped = self._loop().follow(row, states, n_steps)
        rows = self._finite_rows(rows, stopped, n_steps)
        self._progress.say(f"{n_steps:,} steps forecast")
        self._warn_if_out_of_range(rows)
        return relabelled(rows.reshape(n_steps, *self._shape), labels)

    @of_one_fit
    def predict_one_step(self, X: Any) -> Any:
        """Predict every row from the true rows before it.

        Parameters
        ----------
        X : as in ``fit``; at least 2 steps

        Returns
        -------
        predictions : array as X with one row fewer, or list of such
            Row t predicts row t + 1 of the field. The first ``washout_`` of them come from states that have not
            forgotten their start.
        """
        check_is_fitted(self)
        fields, alone = self._read(X, 2)
        patches = self.patches_
        made = self._over_groups(
            lambda group, places: delayed(predict_group)(
                self._task, *self._of(group), self._slabs(fields, group), places
            )
        )
        whole = [np.empty((len(field) - 1, patches.n_values), self._task.dtype) for field in fields]
        for group, rows in zip(patches.groups(), made, strict=True):
            for number, one in enumerate(rows):
                whole[number // len(group)][:, patches.own(group[number % len(group)][None])[0]] = one
        restored = [
            as_finite(self.scale_.restore(rows), self._task.dtype, self.readouts_[0], restored=True).reshape(
                len(rows), *self._shape
            )
            for rows in whole
        ]
        given = [X] if alone else X
        labelled = [
            relabelled(rows, labels_of(x), 2 - len(field))
            for rows, x, field in zip(restored, given, fields, strict=True)
        ]
        return labelled[0] if alone else labelled

    @of_one_fit
    def score(self, X: Any, y: object = None) -> float:
        """Return R^2 of the one-step predictions after the washout, mean over the points; 1 is perfect.

        Parameters
        ----------
        X : as in ``fit``
        y : ignored

        Returns
        -------
        float
        """
        check_is_fitted(self)
        fields, _ = self._read(X, self.washout_ + 3)
        of_groups = self._over_groups(
            lambda group, places: delayed(score_group)(self._task, *self._of(group), self._slabs(fields, group), places)
        )
        return float(np.mean(np.concatenate(of_groups)))

    def _of(self, group):
        """Return the reservoirs and the readouts of a group of patches."""
        if self.shared_:
            return self.reservoirs_, self.readouts_
        return [self.reservoirs_[n] for n in group], [self.readouts_[n] for n in group]

    def _last_row(self, field):
        return self.scale_.apply(np.asarray(field[-1:], np.float64).reshape(-1), self._task.dtype)

    def _read(self, X, least, name="X"):
        """Return the fields of X, with the grid of fit and enough rows, and whether it is a single one."""
        fields, alone = read_fields(X, name)
        for given, field in zip([X] if alone else X, fields, strict=True):
            refuse_other_order(given, self._labels, name)
            check_shape(field, len(self.patches_.grid), self._several, name)
            if tuple(field.shape[1:]) != self._shape:
                n_values = int(np.prod(field.shape[1:]))
                raise ValueError(
                    f"'{name}' must have the grid of fit, {self._shape}; got {tuple(field.shape[1:])}. "
                    f"X has {n_values} features, but {type(self).__name__} is expecting {self.n_features_in_} features "
                    "as input."
                )
            if len(field) < least:
                raise ValueError(f"'{name}' must have at least {least} steps here; got {len(field)}.")
        return fields, alone

    def _start(self, context):
        """Return the last row, scaled, the state of each patch before it, and the labels of the field."""
        if context is None:
            if self.last_row_ is None:
                raise ValueError("'context' must say which field to continue, as fit saw several; got None.")
            return self.last_row_, self.states_, self._labels
        fields, alone = self._read(context, self.washout_ + 1, "context")
        if not alone:
            raise ValueError("'context' must be one field; got a list of several.")
        states = self._over_groups(
            lambda group, places: delayed(end_states)(
                self._task, self._of(group)[0], self._slabs(fields, group, name="context"), places
            )
        )
        return self._last_row(fields[0]), self._in_order(states), labels_of(context)

    def _finite_rows(self, rows, stopped, n_steps):
        """Return scaled rows of a loop in the unit of the field, or raise if it was stopped at a step."""
        if stopped is not None:
            raise StateOverflowError(
                f"The forecast overflowed at step {stopped} of {n_steps}. Use a larger penalty in the readout, 'noise' "
                "in fit, a wider 'halo', or longer fields."
            )
        return as_finite(self.scale_.restore(rows), self._task.dtype, self.readouts_[0], restored=True)

    def _loop(self):
        numbers = np.arange(self.patches_.n_patches)
        features = self._task.rows.features_among(self._tried)
        affine = [affine_of(readout, features) for readout in self.readouts_]
        return LocalLoop(
            self.reservoirs_, self.readouts_, affine, self._task.rows, self.patches_.own(numbers),
            self.patches_.seen(numbers),
        )  # fmt: skip

    def _loop_is_steady(self, field):
        """Whether a closed loop from the end of a field stays near the training data."""
        row, states, _ = self._start(field if self.states_ is None else None)
        n_steps, limits = min(TRIED_STEPS, max(len(field) // 2, 1)), np.tile(self.range_, 2)

        def forecast():
            rows, stopped = self._loop().follow(row, states, n_steps)
            return (
                np.full((1, limits.shape[1]), np.inf)
                if stopped is not None
                else self._extremes(self.scale_.restore(rows))
            )

        return stays_near(forecast, limits, 1.0 if self._range_factor is None else self._range_factor)

    def _warn_if_out_of_range(self, rows):
        if self._range_factor is None:
            return
        n_variables = self.patches_.n_variables
        names = ["the field"] if n_variables == 1 else [f"variable {number}" for number in range(n_variables)]
        settings = np.tile(self.range_, 2), self._range_factor, mends_of(1, self.readouts_[0]), 2 * names
        warn_if_out_of_range(self._extremes(rows), *settings)

    def _extremes(self, rows):
        """Return for every step the least values of all variables, and then the largest."""
        rows = rows.reshape(len(rows), -1, self.patches_.n_variables)
        return np.hstack([rows.min(axis=1), rows.max(axis=1)])
