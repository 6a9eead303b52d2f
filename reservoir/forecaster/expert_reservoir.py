"""A reservoir beside an expert, a model of one step, whose outputs drive it and are columns of its states."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, final

import numpy as np
from sklearn.base import clone

from readouts.types import Array, Precision
from reservoir.base import BaseReservoir
from reservoir.driving.part import Part
from reservoir.forecaster.expert_loop import close_beside_expert
from reservoir.forecaster.expert_rows import ExpertRows, check_takes
from reservoir.series.lazy_series import LazySeries


def expert_of(reservoir: BaseReservoir) -> Callable | None:
    """Return the expert beside which a reservoir was fitted, None if there is none."""
    return reservoir.expert_.step if isinstance(reservoir, ExpertReservoir) else None


@final
class ExpertReservoir(BaseReservoir):
    """Reservoir that is driven by its input and by what an expert makes of it.

    With the reservoir F and the expert's outputs k, prepared as the rows u::

        k(t+1) = prepare(step(restore(u(t)), e(t+1)))
        x(t) = F(x(t-1), [u(t), e(t+1), k(t+1)])

    Its states are ``[x(t), k(t+1)]``, so that whatever closes a loop around it asks the expert about its own outputs.

    Parameters
    ----------
    reservoir : reservoir
        Is used as it is if it is fitted to the columns of the input and those of the expert.
    expert : ExpertRows

    Attributes
    ----------
    reservoir_ : the reservoir inside
    n_units_ : int
    """

    reservoir_: BaseReservoir

    def __init__(self, reservoir: BaseReservoir, expert: ExpertRows) -> None:
        self.reservoir = reservoir
        self.expert = expert

    @property
    def dtype(self) -> Precision:  # type: ignore[override]
        """Precision of the reservoir."""
        return self.reservoir.dtype

    @property
    def n_jobs(self) -> int | None:  # type: ignore[override]
        """Number of threads of the reservoir."""
        return getattr(self.reservoir, "n_jobs", None)

    def _draw(self, n_features, random_state):
        n_inputs = n_features + self.expert.n_features
        fitted = getattr(self.reservoir, "n_features_in_", None) == n_inputs
        self.expert_ = self.expert
        self.reservoir_ = self.reservoir if fitted else clone(self.reservoir).fit(np.zeros((1, n_inputs)))
        self.n_units_ = self.reservoir_.n_units_

    def _rest(self):
        return self.reservoir_.rest()

    def _check_state(self, state):
        return self.reservoir_.check_state(state)

    def _drive(self, X, state):
        rows = self.expert_.after(X)
        states, state = self.reservoir_.drive(np.hstack([X, rows]), state)
        return np.hstack([states, rows]), state

    def drive_many(self, series: Sequence, fold: Callable, **options: Any) -> list:
        """Drive every series on from its own start, as `BaseReservoir.drive_many`, by the reservoir inside."""
        n_inputs = self.n_features_in_

        def add(number, before, piece):
            beside = piece.inputs[:]  # a whole series is not made of its rows yet
            rows, inputs = beside[:, n_inputs:], beside[:, :n_inputs]
            return fold(number, before, piece._replace(inputs=inputs, states=np.hstack([piece.states, rows])))

        return self.reservoir_.drive_many([beside_expert(self.expert_, x) for x in series], add, **options)

    def _close_loop(self, readout, inputs, n_outputs, state):
        return close_beside_expert(self.expert_, self.reservoir_, readout, inputs, n_outputs, state)

    def _parts(self, X, state):
        inputs = None if X is None else np.hstack([X, self.expert_.after(X)])
        yield Part("reservoir__", self.reservoir_, inputs, state)

    def _check_finite(self, states, state):
        """Do nothing: the reservoir inside has checked its own states, and the rows of the expert are finite."""

    def _remedy(self):
        return self.reservoir_.remedy()

    @property
    def _n_features_out(self):
        return self.reservoir_.n_features_out_ + self.expert_.n_features


def fit_beside_expert(reservoir: BaseReservoir, expert: ExpertRows, inputs: Any) -> ExpertReservoir:
    """Return an unfitted reservoir, fitted beside an expert to one series of inputs, or to a list of them."""
    check_takes(expert.step, len(expert.known_preparation.plain))
    several = isinstance(inputs, list)
    series = inputs if several else [inputs]
    beside = [beside_expert(expert, x) for x in series]
    for x in beside:
        x[:1]  # shows at once whether the expert can do it
    inner = reservoir.fit(beside if several else beside[0])
    outer = ExpertReservoir(inner, expert)
    return outer.fit(inputs)


def drive_together(reservoir: BaseReservoir, inputs: Array, states: Sequence) -> tuple[Array, list]:
    """Drive a reservoir on from several states, by one row each, of which an expert is asked in one call.

    Parameters
    ----------
    reservoir : fitted reservoir
    inputs : array (n_states, n_inputs)
    states : sequence of states

    Returns
    -------
    states : array (n_states, n_features_out)
    after : list of states
    """
    if not isinstance(reservoir, ExpertReservoir):
        driven = [reservoir.drive(row[None], state) for row, state in zip(inputs, states, strict=True)]
        return np.concatenate([rows for rows, _ in driven]), [state for _, state in driven]
    rows = reservoir.expert_.after(inputs)
    reached, states = drive_together(reservoir.reservoir_, np.hstack([inputs, rows]), states)
    return np.hstack([reached, rows]), states


def beside_expert(expert: ExpertRows, inputs: Array | LazySeries) -> LazySeries:
    """Return inputs with the rows of the expert beside them, made where they are taken."""
    shape = len(inputs), inputs.shape[1] + expert.n_features
    return LazySeries(shape, inputs.dtype, partial(_beside, expert, inputs))


def _beside(expert, inputs, start, stop):
    rows = inputs[start:stop]
    return np.hstack([rows, expert.after(rows, lambda number: f"row {start + number} of the series,")])
