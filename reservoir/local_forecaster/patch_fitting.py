"""Fitting reservoirs and readouts to the patches of fields, by workers that are each sent a group of patches."""

from typing import Any

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

from readouts.types import RandomState
from reservoir.checks.arguments import check_jobs, check_random_state
from reservoir.checks.progress import Progress
from reservoir.components import Readout, clone_readout
from reservoir.encoder.reseeded import reseeded
from reservoir.forecaster.training import naming_the_readout
from reservoir.local_forecaster.fields import cut
from reservoir.local_forecaster.group_tasks import (
    INSPECTED_ROWS,
    PatchTask,
    fit_each,
    fit_shared,
    measure_group,
    windows_of,
)
from reservoir.local_forecaster.patches import Patches
from reservoir.local_forecaster.readout_rows import holds_rows, in_order_of_time
from reservoir.regressor.block_fit import merge_all


class PatchFittingMixin:
    """Fits what `LocalForecaster` is made of, group by group."""

    # The subclass sets these.
    readout: Readout | None
    n_jobs: int | None
    random_state: RandomState
    patches_: Patches
    reservoirs_: list[Any]
    readouts_: list[Any]
    states_: list[Any] | None
    shared_: bool
    _task: PatchTask
    _progress: Progress

    def _measure(self, fields):
        """Return the `Moments` of all groups; each field is read once, to see that all of its values are finite."""
        n_variables = self.patches_.n_variables
        of_groups = self._over_groups(
            lambda group, places: delayed(measure_group)(self._slabs(fields, group, own=True), n_variables)
        )
        return [one for of_group in of_groups for one in of_group]

    def _fit_shared(self, reservoir, readout, fields):
        """Fit one reservoir and one readout to all patches."""
        reservoir.fit(self._first_rows(fields[0]))
        in_memory = all(isinstance(field, np.ndarray) for field in fields)
        holds = self._settle(reservoir, readout, sum(map(len, fields)) * self.patches_.n_patches, in_memory)
        task, seeds = self._task, self._seeds()
        fits = self._over_groups(
            lambda group, places: delayed(fit_shared)(
                task, reservoir, None if holds else clone_readout(readout, None, ""), self._slabs(fields, group),
                places, [int(seed) for seed in seeds[group]] if len(seeds) else [],
            ),
            one_by_one=not holds,
        )  # fmt: skip
        if holds:
            features, targets = in_order_of_time([fit.rows for fit in fits], len(fields))
            with naming_the_readout("'X'"):
                readout.fit(features, targets)
            states = [fit.states for fit in fits]
        else:
            merged, states = None, []
            for fit in fits:  # statistics of many units are large: those of a group are added as they come
                merged = merge_all([merged, *fit.readouts])
                states.append(fit.states)
            readout = merged
        self.reservoirs_, self.readouts_ = [reservoir], [readout]
        self._keep_states(states)

    def _fit_each(self, reservoir, readout, fields):
        """Fit a reservoir and a readout to every patch."""
        n_patches = self.patches_.n_patches
        reservoirs = reseeded(reservoir, n_patches)
        reservoir.fit(self._first_rows(fields[0]))
        holds = self._settle(reservoir, readout, sum(map(len, fields)))
        task, seeds = self._task, self._seeds()
        readouts = [clone_readout(readout, None, "") for _ in range(n_patches)]
        fits = self._over_groups(
            lambda group, places: delayed(fit_each)(
                task, [reservoirs[n] for n in group], [readouts[n] for n in group], holds, self._slabs(fields, group),
                places, [int(seed) for seed in seeds[group]] if len(seeds) else [],
            )
        )  # fmt: skip
        self.reservoirs_ = self._in_order([fit.reservoirs for fit in fits])
        self.readouts_ = self._in_order([fit.readouts for fit in fits])
        self._keep_states([fit.states for fit in fits])

    def _settle(self, reservoir, readout, n_rows, in_memory=True):
        """Record the task of patches of a fitted reservoir, and return whether a readout is to hold all its rows."""
        rows = self._task.rows._replace(n_units=reservoir.n_features_out_)
        self._task = self._task._replace(rows=rows)
        holds = holds_rows(readout, rows, self.patches_.n_seen, n_rows, in_memory=in_memory)
        if not holds and self.readout is None:
            readout.set_params(solver="qr")
        return holds

    def _keep_states(self, of_groups):
        self.states_ = self._in_order(of_groups) if of_groups[0] else None

    def _seeds(self):
        """Return a seed of noise for every patch; none without noise."""
        n_seeds = self.patches_.n_patches if self._task.noise else 0
        return check_random_state(self.random_state).randint(2**31 - 1, size=n_seeds)

    def _first_rows(self, field):
        """Return what the first patch sees of the first rows, scaled."""
        points = self.patches_.points([0])
        slab = cut(field[:INSPECTED_ROWS], points)
        return windows_of(self._task, [slab], self.patches_.within([0], points)).seen[0][:]

    def _over_groups(self, task_of, one_by_one=False):
        """Return what a task gives for each group of patches; ``task_of(group, places)`` makes it where it is sent.

        With ``one_by_one`` these come as they are asked for, where the back end of joblib can do so, not all at once.
        """
        patches, groups = self.patches_, self.patches_.groups()
        # A generator, so that slabs are cut one after the other, as tasks are sent.
        tasks = (task_of(group, patches.within(group, patches.points(group))) for group in groups)
        n_jobs = check_jobs("n_jobs", self.n_jobs)
        # Up to joblib 1.3, None is one worker and not the number of the active back end.
        settings = {"prefer": "threads"} | ({} if n_jobs is None else {"n_jobs": min(n_jobs, len(groups))})
        try:
            parallel = Parallel(return_as="generator" if one_by_one else "list", **settings)
        except ValueError:  # a back end that gives lists alone
            parallel = Parallel(**settings)
        return parallel(tasks)

    def _slabs(self, fields, group, own=False, name="X"):
        points = self.patches_.points(group, own=own)
        names = [name] if len(fields) == 1 else [f"{name}[{number}]" for number in range(len(fields))]
        return [cut(field, points, its_name) for field, its_name in zip(fields, names, strict=True)]

    def _in_order(self, of_groups):
        """Return what there is for each patch, of lists for every group, in the order of the patches."""
        ordered = [None] * self.patches_.n_patches
        for group, parts in zip(self.patches_.groups(), of_groups, strict=True):
            for number, one in zip(group, parts, strict=True):
                ordered[number] = one
        return ordered
