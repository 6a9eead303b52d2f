"""What every step of a sequence adds to a decision on it, above the sequence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils import assert_all_finite

from readouts.types import Array, SeriesLike
from reservoir.checks.arguments import check_array, check_integer, check_names, check_text, shape_of
from reservoir.checks.naming import called
from reservoir.diagnostics import readout_attribution
from reservoir.plots.canvas import INK, NEGATIVE, POSITIVE, axes_grid
from reservoir.plots.channels import draw_channels, edges_of
from reservoir.plots.shown import times_of_rows
from reservoir.series.tables import names_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class AttributionDisplay:
    """What every step of a sequence adds to a decision on it, above the sequence.

    Parameters
    ----------
    added : array (n_steps, n_targets)
        One of ``times`` of a `reservoir.diagnostics.Attribution`.
    inputs : array or data frame (n_steps, n_features), or None, default=None
        The sequence. The names of its columns, if they are strings, are those of its lines.
    names : sequence of n_targets str, or None, default=None
        What the targets are, such as classes; None is their numbers.
    step : float, default=1.0
        Time from one row to the next, above 0.
    time_unit : str, default="steps"
        Unit of ``step``.

    Attributes
    ----------
    axes_ : array of matplotlib axes
        That of the contributions above that of the inputs, if there are any.
    figure_ : matplotlib figure
    positive_, negative_ : matplotlib patches
        What is added, and what is taken away.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir import ReservoirClassifier
    >>> from reservoir.plots import AttributionDisplay
    >>> X = np.random.RandomState(0).standard_normal((20, 50, 1))
    >>> X[::2, 20:30] += 3
    >>> classifier = ReservoirClassifier(n_units=20, random_state=0).fit(X, np.tile(["bump", "none"], 10))
    >>> display = AttributionDisplay.from_estimator(classifier, X[0], background=X)
    >>> display.axes_[0].get_ylabel()
    'added for none'
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        added: Array,
        inputs: ArrayLike | None = None,
        *,
        names: Sequence[str] | Array | None = None,
        step: float = 1.0,
        time_unit: str = "steps",
    ) -> None:
        self.added = added
        self.inputs = inputs
        self.names = names
        self.step = step
        self.time_unit = time_unit

    @classmethod
    def from_estimator(
        cls,
        model: BaseEstimator,
        X: ArrayLike,
        *,
        background: SeriesLike,
        target: int | None = None,
        step: float = 1.0,
        time_unit: str = "steps",
        ax: "Axes | Sequence[Axes] | Array | None" = None,
    ) -> Self:
        """Compute `reservoir.diagnostics.readout_attribution` by time for one sequence, and draw it.

        Parameters
        ----------
        model : fitted ReservoirClassifier, SequenceRegressor, or Pipeline of a `SequenceEncoder` and an affine readout
        X : 2-D array (n_steps, n_features)
            One sequence.
        background : sequences as the model takes them
            With which it is compared, such as those of ``fit``.
        target, ax : as in ``plot``
        step, time_unit : as in the class

        Returns
        -------
        AttributionDisplay

        Raises
        ------
        ValueError
            If an argument or X is invalid.
        """
        if len(shape := shape_of("X", X)) != 2:
            raise ValueError(f"'X' must have shape (n_steps, n_features); got {shape}.")
        with called("X", X):  # gives advice on gaps of one series, where the model would give that on many
            assert_all_finite(np.asarray(X, dtype=np.float64), input_name="X")
        (added,) = readout_attribution(model, [X], by="time", background=background).times
        classes = getattr(model, "classes_", None)
        if classes is not None:
            classes = [str(label) for label in classes[-added.shape[1] :]]  # of two, the decision is for the second
        return cls(added, X, names=classes, step=step, time_unit=time_unit).plot(ax, target=target)

    def plot(
        self,
        ax: "Axes | Sequence[Axes] | Array | None" = None,
        *,
        target: int | None = None,
    ) -> Self:
        """Draw what the steps add, in one colour, and take away, in another, above the inputs.

        Parameters
        ----------
        ax : matplotlib axes, array of them, or None, default=None
            One is divided; two are those of contributions and inputs. None makes a new figure.
        target : int or None, default=None
            Number of the target, of three classes or more the place of one in ``classes_``; two classes have a single
            decision, for the second. None is the target to which the steps add most.

        Returns
        -------
        self
        """
        added = check_array("added", self.added, ("n_steps", "n_targets"))
        inputs = self.inputs
        if inputs is not None:
            inputs = check_array("inputs", inputs, (len(added), "n_features"), like="added")
        names = _check_names(self.names, added.shape[1])
        target = _check_target(target, added)
        time_unit = check_text("time_unit", self.time_unit)
        time, step = times_of_rows("step", self.step, len(added)), float(self.step)
        self.axes_ = axes_grid(ax, 1 if inputs is None else 2, figsize=(8, 4), sharex=True)
        self.figure_, above = self.axes_[0].figure, self.axes_[0]
        edges = np.append(time, time[-1] + step) - step / 2
        shown = added[:, target]
        self.positive_ = above.stairs(np.maximum(shown, 0), edges, fill=True, color=POSITIVE)
        self.negative_ = above.stairs(np.minimum(shown, 0), edges, fill=True, color=NEGATIVE)
        above.axhline(0, color=INK, linewidth=0.8)
        above.set_ylabel(f"added for {names[target]}")
        above.set_title(f"all steps together add {shown.sum():.3g}", loc="left", fontsize="medium")
        if inputs is not None:
            draw_channels(self.axes_[-1], time, inputs, names_of(self.inputs))
        self.axes_[-1].set(xlabel=f"time in {time_unit}", xlim=edges_of(time, step))
        return self


def _check_names(names, n_targets):
    if names is None:
        return [f"target {number}" for number in range(n_targets)]
    names = check_names("names", names)
    if len(names) != n_targets:
        raise ValueError(f"'names' must hold a name for each of the {n_targets} targets of 'added'; got {len(names)}.")
    return names


def _check_target(target, added):
    if target is None:
        return int(added.sum(axis=0).argmax())
    target = check_integer("target", target, at_least=0)
    if target >= added.shape[1]:
        raise ValueError(f"'target' must be a number from 0 to {added.shape[1] - 1}, or None; got {target}.")
    return target
