"""A field of space predicted patch by patch, each by a reservoir that sees the patch and its surroundings."""

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier

from readouts.at_once import all_at_once
from readouts.types import RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import (
    check_choice,
    check_dtype,
    check_flag,
    check_jobs,
    check_number,
    check_random_state,
)
from reservoir.checks.feature_count import warn_of_few_rows
from reservoir.checks.progress import Progress
from reservoir.components import Readout, clone_readout, clone_reservoir
from reservoir.forecaster.next_rows import NextRows
from reservoir.forecaster.settings import find_washout
from reservoir.local_forecaster.field_backtesting import FieldBacktestMixin
from reservoir.local_forecaster.fields import check_shape, read_fields
from reservoir.local_forecaster.group_tasks import PatchTask
from reservoir.local_forecaster.labelled_fields import labels_of
from reservoir.local_forecaster.patches import check_patches
from reservoir.local_forecaster.readout_rows import default_readout, with_larger_penalties
from reservoir.local_forecaster.space_scale import no_scale, range_of, scale_of


class LocalForecaster(FieldBacktestMixin, BaseEstimator):
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
        added up over patches and workers, where there are too many rows to be held, or a field is no NumPy array and
        the readout is shared; with its ``solver="qr"``, which the default has then, these keep all digits and take
        several times as long. The default chooses a penalty with
        which a closed loop stays near the training data for 100 steps after the last field, see ``range_factor``.
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
    range_factor : float or None, default=1.0
        A forecast warns if it leaves the range of the training data by more than this factor, at least 0, times the
        width of the range. None never warns.
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
    range_ : array (2, n_variables)
        Least and largest values of the training data.
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
    from data: a reservoir computing approach", Physical Review Letters 120:024102, 2018: patches, halos, and a
    reservoir and a readout for every patch. Squares of every second state, without passthrough, as in the program of
    its first author, jdppthk/parallelized-reservoir-computing, after Z. Lu et al., "Reservoir observers: model-free
    inference of unmeasured variables in chaotic systems", Chaos 27:041102, 2017.

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
        range_factor: float | None = 1.0,
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
        self.range_factor = range_factor
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
        moments = self._measure(fields)
        self.range_ = range_of(moments)
        self.scale_ = no_scale(self.patches_.n_variables) if self.transformer is None else scale_of(moments)
        rows = NextRows(0, self.patches_.n_own, 1, self._passthrough, self._increments, squares=self._squares)
        self._task = PatchTask(rows, self.scale_, check_dtype(reservoir.dtype), self.washout_, self._noise)
        (self._fit_shared if self.shared_ else self._fit_each)(reservoir, readout, fields)
        n_rows = sum(len(field) - 1 - self.washout_ for field in fields)
        n_rows *= self.patches_.n_patches if self.shared_ else 1
        which = "one readout, shared by all patches," if self.shared_ else f"{len(self.readouts_):,} readouts each"
        self._progress.say(f"{which} fitted to {n_rows:,} rows")
        tried = self._first_rows(fields[0])[:20]
        states, _ = self.reservoirs_[0].drive(tried)
        self._tried = np.hstack([states, tried], dtype=np.float64)
        self.last_row_ = self._last_row(fields[0]) if alone else None
        self._keep_known(fields)
        self._unfitted = clone(self).set_params(verbose=False)
        while self.readout is None and not self._loop_is_steady(fields[-1]):
            larger = [with_larger_penalties(one) for one in self.readouts_]
            if not any(larger):
                break
            self._progress.say("a closed loop leaves the data; larger penalties are tried")
            self.readouts_ = [one or before for one, before in zip(larger, self.readouts_, strict=True)]
        warn_of_few_rows(self.readouts_[0], n_rows)
        return self

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
        factor = self.range_factor
        self._range_factor = None if factor is None else check_number("range_factor", factor, at_least=0)
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
                "'reservoir' must have no elapsed_column, as its inputs are values of the field; got one. Set None."
            )
        return reservoir, readout

    def _read_patches(self, field):
        n_axes = len(field.shape) - 1 - self._several
        if n_axes not in (1, 2):
            check_shape(field, min(max(n_axes, 1), 2), self._several)
        periodic = check_flag("periodic", self.periodic)
        self._shape = tuple(map(int, field.shape[1:]))
        self.patches_ = check_patches(self._shape, self.patch, self.halo, periodic, self._several)
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
