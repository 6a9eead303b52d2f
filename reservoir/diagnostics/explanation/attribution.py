"""What each unit, each input channel, or each step of a sequence adds to every prediction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from readouts.masked import refuse_masked
from readouts.types import SeriesLike
from reservoir.checks.arguments import check_choice, check_flag, check_jobs
from reservoir.checks.headline import Headline, html_of, number, of, text_of
from reservoir.checks.naming import called
from reservoir.diagnostics.explanation.affine import affine_form
from reservoir.diagnostics.explanation.anatomy import answers, take_apart
from reservoir.diagnostics.explanation.channels_alone import contributions_of_channels


@dataclass(frozen=True, eq=False)
class Attribution:
    """Predictions as sums of contributions, of units and inputs or of times.

    ::

        prediction == base + units.sum(axis=1) + inputs.sum(axis=1)
        prediction == base + [steps.sum(axis=0) for steps in times]      with by="time"

    Parameters
    ----------
    base : array (n_steps, n_targets)
        What would be predicted if nothing differed from its baseline.
    units : array (n_steps, n_units, n_targets)
        What each unit of the reservoir adds; no units where input channels or times were asked for.
    inputs : array (n_steps, n_inputs, n_targets)
        What each input of the readout adds, or each channel of X; none where the readout is given states only.
    prediction : array (n_steps, n_targets)
    times : list of arrays (n_steps, n_targets), one for each sequence, default=()
        What each step of a sequence adds to its prediction; empty unless times were asked for.
    """

    base: np.ndarray
    units: np.ndarray
    inputs: np.ndarray
    prediction: np.ndarray
    times: Sequence[np.ndarray] = ()

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        rows = [("base", number(of(np.mean, self.base)), "mean prediction if nothing differed from its baseline")]
        for name, values in (("units", self.units), ("inputs", self.inputs)):
            if np.size(values):
                strength = np.abs(values).mean(axis=(0, 2))
                most = int(np.argmax(strength))
                remark = f"mean size of what number {most} of {len(strength)} contributes"
                rows.append((f"largest of {name}", number(strength[most]), remark))
        if len(self.times):
            size = of(np.mean, [of(np.mean, np.abs(values)) for values in self.times])
            rows.append(("steps", number(size), f"mean size of what a step adds, in {len(self.times)} sequences"))
        n_steps, n_targets = np.shape(self.prediction)
        return Headline(f"Attribution of {n_steps} predictions of {n_targets} targets", rows)


def readout_attribution(
    model: BaseEstimator,
    X: SeriesLike,
    *,
    by: Literal["unit", "input", "time"] = "unit",
    background: SeriesLike | None = None,
    n_jobs: int | None = None,
    verbose: bool = False,
) -> Attribution:
    """Contribution of every unit, input channel or step to every prediction; they sum to it exactly.

    ``by="unit"``, for affine readouts, with r(t) the input of the readout (states, and inputs with passthrough), c its
    mean over the background, and w_i the weight of its column i through whatever stands behind it::

        prediction(t) = f(c) + sum_i w_i (r_i(t) - c_i)

    These are the Shapley values of the columns of r if they are taken as independent. Scalers and projections between
    reservoir and readout are followed as long as they are affine, which is tested.

    ``by="input"``, for any readout, gives the Shapley values of the channels of X. With v_S(t) the prediction where
    the channels outside S stay at their baseline all the time, in the past too, and d channels::

        prediction(t) = v_none(t) + sum_j phi_j(t),
        phi_j(t) = sum over S without j of |S|! (d - 1 - |S|)! / d! (v_{S + j}(t) - v_S(t))

    which takes 2^d runs and follows a channel on all its ways, through the states, passthrough and feedback. The
    baseline of a channel is its mean over the background, and 0 where the input is spikes. Channels that
    only work together share what they do; a column of elapsed times always stays as it is and gets 0.

    ``by="time"``, for affine readouts of sequences, splits further what ``by="unit"`` gives for each column of a
    `SequenceEncoder`. Every summary is a weighted mean ``r_i = sum_t p_i(t) v_i(t)`` over the T steps of a sequence, so
    that step t adds ``sum_i w_i p_i(t) (v_i(t) - c_i)``. With x the state of the unit, m its mean and s its deviation:

    - ``"mean"``, ``"segments"``: v = x, p = 1 / T, or the same in the part and 0 elsewhere
    - ``"ppv"``: v = 1 where x is above the threshold, else 0, and p = 1 / T
    - ``"last"``, ``"max"``, ``"min"``: v = x, and p = 1 at the last step, or at the first that has the extreme
    - ``"std"``: v = (x - m)^2 / s, p = 1 / T, as the mean of this is s
    - ``"model"`` is refused: its weights are fitted to all steps together

    A difference belongs to the later of its two steps. A step is when the unit was in that state, not only what came in
    then: states remember the steps before, in reversed views those after, and a view that is standardized by the series
    itself depends on all of its steps.

    Parameters
    ----------
    model : fitted ReservoirRegressor, ReservoirClassifier or SequenceRegressor
        Or a Pipeline of a reservoir or `SequenceEncoder` and a readout. Of a classifier, which needs a
        ``decision_function``, decisions are explained.
    X : 2-D array (n_steps, n_features)
        One series, driven from rest; for models of sequences, sequences as they take them. Then the steps of the result
        are sequences, and units are the columns that the encoder makes, named by its ``get_feature_names_out``;
        its ``feature_units_`` says of which view and unit each is.
    by : {"unit", "input", "time"}, default="unit"
    background : like X, or None, default=None
        Where the means are taken, such as the series of ``fit``; None is X, of which few would explain nothing.
    n_jobs : int or None, default=None
        Number of threads, over runs of ``by="input"``.
    verbose : bool, default=False
        Whether to print how many of those runs are done.

    Returns
    -------
    Attribution
        In double precision, and in the unit of the prediction. With feedback, the outputs that are fed back come first
        among its inputs.

    Raises
    ------
    TypeError
        If the model has no reservoir with a readout, or is a classifier without decision values.
    ValueError
        If a parameter or X is invalid, the readout is not affine (``by="unit"`` and ``"time"``), X has more than 12
        channels (``by="input"``), or there is no encoder, or one with ``"model"`` (``by="time"``).

    References
    ----------
    S. Lundberg and S.-I. Lee, "A unified approach to interpreting model predictions", NeurIPS 2017, section 4.1 and
    corollary 1 (linear models). L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II,
    Princeton 1953.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir, ReservoirRegressor
    >>> from reservoir.diagnostics import readout_attribution
    >>> u = np.random.RandomState(0).uniform(-1, 1, (1000, 3))
    >>> y = 2 * np.roll(u[:, 0], 1) + u[:, 1]
    >>> model = ReservoirRegressor(EchoStateReservoir(leak_rate=1.0, random_state=0), washout=50).fit(u, y)
    >>> parts = readout_attribution(model, u)
    >>> parts.units.shape, parts.inputs.shape
    ((1000, 100, 1), (1000, 3, 1))
    >>> total = parts.base + parts.units.sum(axis=1) + parts.inputs.sum(axis=1)
    >>> bool(np.allclose(total[:, 0], model.predict(u), rtol=1e-8))
    True

    The third channel has no part in the target:

    >>> channels = readout_attribution(model, u, by="input").inputs[50:, :, 0]
    >>> np.abs(channels).mean(axis=0).round(1)
    array([1.1, 0.5, 0. ])

    Noise with a burst at steps 40 to 59, which swings slowly in one class and fast in the other, is told apart there:

    >>> from reservoir import ReservoirClassifier
    >>> X, t = 0.3 * np.random.RandomState(0).standard_normal((60, 100, 1)), np.arange(20)
    >>> X[::2, 40:60, 0] += np.hanning(20) * np.sin(0.6 * t)
    >>> X[1::2, 40:60, 0] += np.hanning(20) * np.sin(1.6 * t)
    >>> classifier = ReservoirClassifier(n_units=50, random_state=0).fit(X, np.arange(60) % 2)
    >>> times = readout_attribution(classifier, X, by="time").times
    >>> difference = np.mean(times[1::2], axis=0) - np.mean(times[::2], axis=0)
    >>> bool(difference[40:65].sum() > 0.6 * difference.sum())
    True
    """
    n_jobs, verbose = check_jobs("n_jobs", n_jobs), check_flag("verbose", verbose)
    if isinstance(model, BaseEstimator):
        check_is_fitted(model)
    anatomy = take_apart(model)
    refuse_masked("X", X)  # here, because a step before the reservoir may ignore masks
    refuse_masked("background", background)
    if check_choice("by", by, ("unit", "input", "time")) == "unit":
        return _by_unit(model, anatomy, X, background)
    if by == "time":
        return _by_time(model, anatomy, X, background)
    nothing, inputs, everything = contributions_of_channels(model, anatomy, X, background, n_jobs, verbose)
    return Attribution(nothing, np.empty((len(nothing), 0, nothing.shape[1])), inputs, everything)


def _by_unit(model, anatomy, X, background):
    rows, n_units, centre, form = _linearize(model, anatomy, X, background)
    parts = (rows - centre)[:, :, None] * form.weights
    base = np.tile(form.base, (len(rows), 1))
    return Attribution(base, parts[:, :n_units], parts[:, n_units:], form.outputs)


def _by_time(model, anatomy, X, background):
    if not hasattr(anatomy.maker, "split_over_steps"):
        raise ValueError(
            "'by' must not be 'time' for a model without a SequenceEncoder, whose predictions are of single steps; got "
            f"a model of {type(anatomy.maker).__name__}. Use by='unit' or by='input'."
        )
    rows, _, centre, form = _linearize(model, anatomy, X, background)
    times = anatomy.split_over_steps(X, form.weights, centre)
    base, nothing = np.tile(form.base, (len(rows), 1)), np.empty((len(rows), 0, len(form.base)))
    # Where states have single precision, so have features, which are rounded sums over steps.
    prediction = base + [added.sum(axis=0) for added in times]
    _check_against(prediction, form.outputs, form.size, anatomy.reservoir.dtype_)
    return Attribution(base, nothing, nothing, prediction, times)


def _linearize(model, anatomy, X, background):
    """Return the input of the readout, how many of its columns are of units, their means and the affine readout."""
    rows, n_units = anatomy.rows(X)
    known = rows
    if background is not None:
        with called("background"):
            known = anatomy.rows(background)[0]
    centre = known.mean(axis=0)
    form = affine_form(anatomy.answer, rows, centre)
    _check_against(form.outputs, answers(model, X), form.size, anatomy.reservoir.dtype_)
    return rows, n_units, centre, form


def _check_against(outputs, predicted, size, dtype):
    """Raise if the model does more than its readout does with the states."""
    tolerance = np.finfo(dtype).eps ** 0.5
    if outputs.shape != predicted.shape or not np.all(np.abs(outputs - predicted) <= tolerance * size.max()):
        raise ValueError(
            "'model' must predict what its readout predicts from the states; it does not, so that the units cannot "
            "explain all of it. Use by='input', which explains any model."
        )
