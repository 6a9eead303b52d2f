"""A field of space predicted patch by patch, each by a reservoir that sees the patch and its surroundings."""

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted

from readouts import RidgeReadout
from readouts.at_once import all_at_once, of_one_fit
from readouts.types import Array, RandomState
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.checks.arguments import (
    check_choice,
    check_dtype,
    check_flag,
    check_integer,
    check_jobs,
    check_memory,
    check_number,
    check_random_state,
)
from reservoir.checks.feature_count import warn_of_few_rows
from reservoir.checks.progress import Progress
from reservoir.components import Readout, clone_readout, clone_reservoir
from reservoir.encoder.reseeded import reseeded
from reservoir.forecaster.next_rows import NextRows
from reservoir.forecaster.predicted_rows import as_finite
from reservoir.forecaster.settings import find_washout
from reservoir.kernels.closed_loop import find_affine
from reservoir.local_forecaster.fields import check_shape, cut, read_fields
from reservoir.local_forecaster.group_tasks import (
    INSPECTED_ROWS,
    PatchTask,
    end_states,
    fit_each,
    fit_shared,
    predict_group,
    windows_of,
)
from reservoir.local_forecaster.labelled_fields import Labels, labels_of, relabelled
from reservoir.local_forecaster.local_loop import LocalLoop
from reservoir.local_forecaster.patches import Patches, check_patches
from reservoir.local_forecaster.readout_rows import default_readout, holds_rows, in_order_of_time
from reservoir.local_forecaster.space_scale import SpaceScale, moments_of, no_scale, scale_of
from reservoir.metrics.determination import r_squared
from reservoir.regressor.block_fit import merge_all


class LocalForecaster(BaseEstimator):
    """Predicts the next row of a field of space, and continues the field, by a reservoir for every patch of the grid.

    The grid is cut into patches. The reservoir of a patch is driven by the values v(t) of the patch itself and of
    ``halo`` points on each side, and its readout predicts those of the patch, u(t+1)::

        x(t) = F(x(t-1), v(t)),    p(t+1) = readout([x(t), v(t)])

    ``forecast`` takes u(t+1) = p(t+1) of all patches together, so that neighbours see what was predicted. The cost of a
    step is proportional to the number of patches, and what a patch has to learn does not grow with the grid.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Is cloned, not changed. None is an `EchoStateReservoir` with its defaults, seeded with 0.
    readout : scikit-learn regressor or None, default=None
        Is cloned, not changed. None is a `readouts.RidgeReadout` that chooses its penalty from 1e-6 to 1e4 by exact
        cross-validation in five blocks. One of that class which needs no row twice is fitted to statistics of the rows,
        added up over patches and workers, where there are too many rows to be held; with its ``solver="qr"``, which
        the default has then, these keep all digits and take several times as long.
    patch : int or tuple of int
        Points of a patch along each axis of space; must divide the grid.
    halo : int or tuple of int
        Points beside a patch that its reservoir sees, on either side along each axis, at least 0: as far as influence
        reaches within a few steps.
    periodic : bool, default=True
        Whether the point after the last one is the first. If not, points outside of the grid have the value of the
        nearest one at its edge, as where nothing flows through the boundary.
    shared : bool, default=True
        Whether one reservoir and one readout, fitted to the rows of all patches, serve every patch: right where the
        same law holds at all points, on a periodic grid above all. If not, every patch has a readout and a reservoir of
        its own, of the same parameters and another seed (see ``reservoirs_``).
    variables : bool, default=False
        Whether the last axis of a field holds several variables of every point.
    washout : int or None, default=None
        Number of rows, at least 0, at the start of every field in which states forget where they started; readouts are
        fitted to none of them. None is 100, or a tenth of the shortest field if that is less.
    passthrough : bool, default=True
        Whether v(t) is a feature of the readout beside the state.
    squares : bool, default=False
        Whether every second unit, from the second on, gives the readout the square of its state in place of that. The
        states of odd functions such as tanh, without biases, change their sign with the field; a law that does not,
        such as one with the square of the field in it, needs even features.
    target : {"next", "increment"}, default="next"
        Whether the readout predicts u(t+1), or u(t+1) - u(t), which is added to u(t).
    noise : float, default=0.0
        Standard deviation, at least 0, in the unit of the scaled field, of Gaussian noise on the input of reservoirs
        and readouts in ``fit``; the targets are without noise.
    transformer : "standardize" or None, default="standardize"
        Whether fields are scaled to mean 0 and variance 1, with one mean and one variance for all points of a variable.
    n_jobs : int or None, default=None
        Number of workers over groups of patches, of the active back end of joblib; threads without one. A worker is
        sent the points that its group sees, and returns statistics or readouts.
    random_state : int, RandomState or None, default=None
        Seed of the noise.
    verbose : bool, default=False
        Whether to print what is being done.

    Attributes
    ----------
    reservoirs_, readouts_ : lists of fitted reservoirs and readouts
        One for all patches if shared, or one for each, of which the first reservoir has the seed that was given.
    patches_ : named tuple
        Says of patches, by their number in the order of rows of an array, where their values are: ``own``, ``seen``.
    scale_ : named tuple with arrays ``mean`` and ``scale`` (n_variables,)
    states_, last_row_ : where ``forecast`` goes on
        The state of each patch before the last row, and that row, scaled and flat; None after several fields.
    washout_ : int
    n_features_in_ : int
        Number of values of a row.

    Raises
    ------
    ValueError
        If a parameter or a field is invalid.
    StateOverflowError
        If a state grows past every finite number, or a forecast so far that its square does.

    References
    ----------
    J. Pathak, B. Hunt, M. Girvan, Z. Lu and E. Ott, "Model-free prediction of large spatiotemporally chaotic systems
    from data: a reservoir computing approach", Physical Review Letters 120:024102, 2018. Patches, halos, and squares
    as there; one readout for all patches as in its supplemental material's remark on translation symmetry. Squares: Z.
    Lu et al., "Reservoir observers: model-free inference of unmeasured variables in chaotic systems", Chaos 27:041102,
    2017.

    Examples
    --------
    A wave that travels around a ring of 32 points:

    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir, LocalForecaster
    >>> steps, points = np.arange(600)[:, None], np.arange(32)
    >>> field = np.sin(2 * np.pi * points / 32 - 0.2 * steps) + 0.5 * np.sin(4 * np.pi * points / 32 + 0.3 * steps)
    >>> forecaster = LocalForecaster(EchoStateReservoir(50, random_state=0), patch=4, halo=2).fit(field[:500])
    >>> forecast = forecaster.forecast(100)
    >>> forecast.shape, bool(np.abs(forecast - field[500:]).max() < 0.01)
    ((100, 32), True)
    """

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        patch: int | Sequence[int],
        halo: int | Sequence[int],
        periodic: bool = True,
        shared: bool = True,
        variables: bool = False,
        washout: int | None = None,
        passthrough: bool = True,
        squares: bool = False,
        target: Literal["next", "increment"] = "next",
        noise: float = 0.0,
        transformer: Literal["standardize"] | None = "standardize",
        n_jobs: int | None = None,
        random_state: RandomState = None,
        verbose: bool = False,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.patch = patch
        self.halo = halo
        self.periodic = periodic
        self.shared = shared
        self.variables = variables
        self.washout = washout
        self.passthrough = passthrough
        self.squares = squares
        self.target = target
        self.noise = noise
        self.transformer = transformer
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    @all_at_once
    def fit(self, X: Any, y: object = None) -> Self:
        """Fit to predict every row of every field from the rows before it.

        Parameters
        ----------
        X : array (n_steps, n_points), (n_steps, n_rows, n_columns), such with a last axis of variables, or list of such
            Anything with a shape and a type that slices give arrays of will do: an array on disk is read group by
            group, one of dask by the workers, an xarray.DataArray with time as its first axis is used by its values.
        y : ignored

        Returns
        -------
        self
        """
        reservoir, readout = self._check_parameters()
        fields, alone = read_fields(X)
        self._read_patches(fields[0])
        self._labels = labels_of(X) if alone else None
        self._find_washout(fields)
        patches = self.patches_
        self.scale_ = self._find_scale(fields)
        task = self._new_task(reservoir)
        if self.shared_:
            self._fit_shared(task, reservoir, readout, fields)
        else:
            self._fit_each(task, reservoir, readout, fields)
        n_rows = sum(len(field) - 1 - self.washout_ for field in fields) * (patches.n_patches if self.shared_ else 1)
        warn_of_few_rows(self.readouts_[0], n_rows)
        tried = self._first_rows(fields[0])[:20]
        states, _ = self.reservoirs_[0].drive(tried)
        self._tried = np.hstack([states, tried], dtype=np.float64)
        self.last_row_ = self._last_row(fields[0]) if alone else None
        self._progress.say(f"readouts fitted to {n_rows:,} rows each")
        return self

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
        """
        check_is_fitted(self)
        n_steps = check_integer("n_steps", n_steps)
        check_memory("n_steps", n_steps, n_steps * self.n_features_in_ * 8)
        row, states, labels = self._start(context)
        loop, dtype = self._loop(), self._task.dtype
        rows, stopped = loop.follow(row, states, n_steps)
        if stopped is not None:
            raise StateOverflowError(
                f"The forecast overflowed at step {stopped} of {n_steps}. Use a larger penalty in the readout, 'noise' "
                "in fit, a wider 'halo', or longer fields."
            )
        self._progress.say(f"{n_steps:,} steps forecast")
        rows = as_finite(self.scale_.restore(rows), dtype, self.readouts_[0], restored=True)
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
        return relabelled(restored[0], labels_of(X), 2 - len(fields[0])) if alone else restored

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
        fields, alone = self._read(X, self.washout_ + 3)
        predictions = self.predict_one_step(fields[0] if alone else fields)
        predictions = [predictions] if alone else predictions
        first = self.washout_
        truth = [np.asarray(field[first + 1 :]).reshape(-1, self.n_features_in_) for field in fields]
        guess = [rows[first:].reshape(-1, self.n_features_in_) for rows in predictions]
        return r_squared(np.concatenate(truth), np.concatenate(guess), "'X'")

    def _check_parameters(self):
        """Record the parameters that later calls need; return unfitted clones of reservoir and readout."""
        reservoir = clone_reservoir(self.reservoir)
        readout = clone_readout(self.readout, default_readout(), "a regressor such as RidgeReadout()", is_classifier)
        self._progress = Progress("LocalForecaster", check_flag("verbose", self.verbose))
        self.shared_ = check_flag("shared", self.shared)
        self._several = check_flag("variables", self.variables)
        self._passthrough = check_flag("passthrough", self.passthrough)
        self._squares = check_flag("squares", self.squares)
        self._increments = check_choice("target", self.target, ("next", "increment")) == "increment"
        self._noise = check_number("noise", self.noise, at_least=0)
        if self.transformer is not None:
            check_choice("transformer", self.transformer, ("standardize",))
        check_jobs("n_jobs", self.n_jobs)
        check_dtype(reservoir.dtype)
        check_random_state(self.random_state)
        if any(
            name.split("__")[-1] == "elapsed_column" and value is not None
            for name, value in reservoir.get_params().items()
        ):
            raise ValueError(
                "'reservoir' must have no elapsed_column here, as all its inputs are values of the field. Set it to None."
            )
        return reservoir, readout

    def _read_patches(self, field):
        n_axes = len(field.shape) - 1 - self._several
        if n_axes not in (1, 2):
            check_shape(field, min(max(n_axes, 1), 2), self._several)
        periodic = check_flag("periodic", self.periodic)
        self._shape = tuple(map(int, field.shape[1:]))
        self.patches_: Patches = check_patches(self._shape, self.patch, self.halo, periodic, self._several)
        self.n_features_in_ = self.patches_.n_values

    def _find_washout(self, fields):
        shortest = min(map(len, fields))
        self.washout_ = find_washout(self.washout, shortest - 2)
        if shortest < 2:
            raise ValueError(f"'X' must have fields of at least 2 steps; got {shortest} (n_samples={shortest}).")
        if self.washout_ > shortest - 2:
            raise ValueError(
                f"'washout' must be at most the steps of each field less 2; got {self.washout_} with a field of "
                f"{shortest} steps. Lower 'washout', or take longer fields."
            )

    def _find_scale(self, fields) -> SpaceScale:
        """Return the scale of the fields, each of which is read once to see that all values are finite."""
        n_variables = self.patches_.n_variables
        moments = self._over_groups(
            lambda group, places: delayed(_moments)(self._slabs(fields, group, own=True), n_variables)
        )
        scale = scale_of([one for of_group in moments for one in of_group])
        return scale if self.transformer == "standardize" else no_scale(n_variables)

    def _new_task(self, reservoir):
        self._dtype = check_dtype(reservoir.dtype)
        rows = NextRows(0, self.patches_.n_own, 1, self._passthrough, self._increments, squares=self._squares)
        return PatchTask(rows, self.scale_, self._dtype, self.washout_, self._noise)

    def _fit_shared(self, task, reservoir, readout, fields):
        first, n_patches = self._first_rows(fields[0]), self.patches_.n_patches
        reservoir.fit(first)
        self._task = task = task._replace(rows=task.rows._replace(n_units=reservoir.n_features_out_))
        holds = holds_rows(readout, task.rows, self.patches_.n_seen, sum(map(len, fields)) * n_patches)
        if not holds and self.readout is None:
            readout.set_params(solver="qr")
        seeds = self._seeds()
        fits = self._over_groups(
            lambda group, places: delayed(fit_shared)(
                task, reservoir, None if holds else clone_readout(readout, None, ""), self._slabs(fields, group), places,
                seeds[group] if len(seeds) else [],
            )
        )  # fmt: skip
        if holds:
            features, targets = in_order_of_time([fit.rows for fit in fits], len(fields))
            readout.fit(features, targets)
        else:
            readout = merge_all([fit.readouts[0] for fit in fits])
        self.reservoirs_, self.readouts_ = [reservoir], [readout]
        self._keep_states(fits)

    def _fit_each(self, task, reservoir, readout, fields):
        n_patches = self.patches_.n_patches
        reservoirs = reseeded(reservoir, n_patches)
        reservoirs[0].fit(self._first_rows(fields[0]))
        self._task = task = task._replace(rows=task.rows._replace(n_units=reservoirs[0].n_features_out_))
        holds = holds_rows(readout, task.rows, self.patches_.n_seen, sum(map(len, fields)))
        if not holds and self.readout is None:
            readout.set_params(solver="qr")
        readouts = [clone_readout(readout, None, "") for _ in range(n_patches)]
        seeds = self._seeds()
        fits = self._over_groups(
            lambda group, places: delayed(fit_each)(
                task, [reservoirs[n] for n in group], [readouts[n] for n in group], holds, self._slabs(fields, group),
                places, seeds[group] if len(seeds) else [],
            )
        )  # fmt: skip
        self.reservoirs_, self.readouts_ = [None] * n_patches, [None] * n_patches
        for group, fit in zip(self.patches_.groups(), fits, strict=True):
            for number, one, its_readout in zip(group, fit.reservoirs, fit.readouts, strict=True):
                self.reservoirs_[number], self.readouts_[number] = one, its_readout
        self._keep_states(fits)

    def _keep_states(self, fits):
        self.states_ = self._in_order([fit.states for fit in fits]) if fits[0].states else None

    def _in_order(self, of_groups):
        """Return what there is for each patch, of lists for every group, in the order of the patches."""
        ordered = [None] * self.patches_.n_patches
        for group, parts in zip(self.patches_.groups(), of_groups, strict=True):
            for number, one in zip(group, parts, strict=True):
                ordered[number] = one
        return ordered

    def _seeds(self):
        """Return a seed of noise for every patch; none without noise."""
        n_seeds = self.patches_.n_patches if self._noise else 0
        return check_random_state(self.random_state).randint(2**31 - 1, size=n_seeds)

    def _over_groups(self, task_of):
        """Return what a task gives for each group of patches; ``task_of(group, places)`` makes it where it is sent."""
        patches = self.patches_
        tasks = (
            task_of(group, patches.within(group, patches.points(group))) for group in patches.groups()
        )  # slabs are cut one after the other, as tasks are sent
        return Parallel(n_jobs=self.n_jobs, prefer="threads")(tasks)

    def _slabs(self, fields, group, own=False, name="X"):
        points = self.patches_.points(group, own=own)
        names = [name] if len(fields) == 1 else [f"{name}[{number}]" for number in range(len(fields))]
        return [cut(field, points, its_name) for field, its_name in zip(fields, names, strict=True)]

    def _of(self, group):
        """Return the reservoirs and the readouts of a group of patches."""
        if self.shared_:
            return self.reservoirs_, self.readouts_
        return [self.reservoirs_[n] for n in group], [self.readouts_[n] for n in group]

    def _first_rows(self, field):
        """Return what the first patch sees of the first rows, scaled."""
        first, task = [0], PatchTask(None, self.scale_, self._dtype)
        points = self.patches_.points(first)
        windows = windows_of(task, [cut(field[:INSPECTED_ROWS], points)], self.patches_.within(first, points))
        return windows.seen[0][:]

    def _last_row(self, field):
        return self.scale_.apply(np.asarray(field[-1:], np.float64).reshape(-1), self._dtype)

    def _read(self, X, least, name="X"):
        """Return the fields of X, with the grid of fit and enough rows, and whether it is a single one."""
        fields, alone = read_fields(X, name)
        for field in fields:
            check_shape(field, len(self.patches_.grid), self._several, name)
            if tuple(field.shape[1:]) != self._shape:
                raise ValueError(f"'{name}' must have the grid of fit, {self._shape}; got {tuple(field.shape[1:])}.")
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

    def _loop(self):
        numbers = np.arange(self.patches_.n_patches)
        features = self._task.rows.features_among(self._tried)
        affine = [find_affine(readout, features) for readout in self.readouts_]
        return LocalLoop(
            self.reservoirs_, self.readouts_, affine, self._task.rows, self.patches_.own(numbers),
            self.patches_.seen(numbers),
        )  # fmt: skip


def _moments(slabs, n_variables):
    return [moments_of(slab, n_variables) for slab in slabs]
