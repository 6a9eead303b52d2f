"""What each unit, or each input channel, adds to every prediction."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from readouts.masked import refuse_masked
from readouts.types import SeriesLike
from reservoir.checks.arguments import check_array, check_choice, check_flag, check_jobs
from reservoir.checks.naming import called
from reservoir.checks.short_repr import short_repr
from reservoir.diagnostics.explanation.affine import affine_contributions
from reservoir.diagnostics.explanation.anatomy import answers, take_apart
from reservoir.diagnostics.explanation.shapley import MOST_PLAYERS, shapley_values
from reservoir.diagnostics.input_kind import takes_spikes
from reservoir.series.sequences import with_columns


@dataclass(frozen=True, eq=False)
class Attribution:
    """Predictions as sums of contributions: ``base + units.sum(axis=1) + inputs.sum(axis=1) == prediction``.

    Parameters
    ----------
    base : array (n_steps, n_targets)
        What would be predicted if nothing differed from its baseline.
    units : array (n_steps, n_units, n_targets)
        What each unit of the reservoir adds; no units where input channels were asked for.
    inputs : array (n_steps, n_inputs, n_targets)
        What each input of the readout adds, or each channel of X; none where the readout is given states only.
    prediction : array (n_steps, n_targets)
    """

    base: np.ndarray
    units: np.ndarray
    inputs: np.ndarray
    prediction: np.ndarray

    __repr__ = short_repr


def readout_attribution(
    model: BaseEstimator,
    X: SeriesLike,
    *,
    by: Literal["unit", "input"] = "unit",
    background: SeriesLike | None = None,
    n_jobs: int | None = None,
    verbose: bool = False,
) -> Attribution:
    """Contribution of every unit, or of every input channel, to every prediction; they sum to it exactly.

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

    Parameters
    ----------
    model : fitted ReservoirRegressor, or Pipeline of a reservoir or `SequenceEncoder` and a readout
        A regressor, or a classifier with a ``decision_function``, which then is what is explained.
    X : 2-D array (n_steps, n_features)
        One series, driven from rest; for a `SequenceEncoder`, sequences as it takes them. Then steps are sequences, and
        units are the columns that it makes, named by its ``get_feature_names_out``.
    by : {"unit", "input"}, default="unit"
    background : like X, or None, default=None
        Where the means are taken, such as the series of ``fit``; None is X.
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
        If a parameter or X is invalid, the readout is not affine (``by="unit"``), or X has more than 12 channels
        (``by="input"``).

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
    """
    n_jobs, verbose = check_jobs("n_jobs", n_jobs), check_flag("verbose", verbose)
    if isinstance(model, BaseEstimator):
        check_is_fitted(model)
    anatomy = take_apart(model)
    refuse_masked("X", X)  # here, because a step before the reservoir may ignore masks
    refuse_masked("background", background)
    if check_choice("by", by, ("unit", "input")) == "unit":
        return _by_unit(model, anatomy, X, background)
    return _by_input(model, anatomy, X, background, n_jobs, verbose)


def _by_unit(model, anatomy, X, background):
    rows, n_units = anatomy.rows(X)
    known = rows
    if background is not None:
        with called("background"):
            known = anatomy.rows(background)[0]
    centre = known.mean(axis=0)
    base, parts, outputs = affine_contributions(anatomy.answer, rows, centre)
    _check_against(outputs, answers(model, X), np.abs(parts).sum(axis=1) + np.abs(base), anatomy.reservoir.dtype_)
    return Attribution(np.tile(base, (len(rows), 1)), parts[:, :n_units], parts[:, n_units:], outputs)


def _check_against(outputs, predicted, size, dtype):
    """Raise if the model does more than its readout does with the states."""
    tolerance = np.finfo(dtype).eps ** 0.5
    if outputs.shape != predicted.shape or not np.all(np.abs(outputs - predicted) <= tolerance * size.max()):
        raise ValueError(
            "'model' must predict what its readout predicts from the states; it does not, so that the units cannot "
            "explain all of it. Use by='input', which explains any model."
        )


def _by_input(model, anatomy, X, background, n_jobs, verbose):
    series, rebuild = _open(X, anatomy)
    answers(model, X)  # so that the model itself refuses an X that it cannot read
    n_channels, players = series[0].shape[1], _players(anatomy, series[0].shape[1])
    if takes_spikes(anatomy.reservoir) and anatomy.front is None:
        baseline = np.zeros(n_channels)
    else:
        with called("background"):
            known = series if background is None else _open(background, anatomy, n_channels)[0]
        baseline = np.concatenate(known).mean(axis=0, dtype=np.float64)

    def predict(taking_part):
        kept = np.ones(n_channels, dtype=bool)
        kept[players] = taking_part
        return answers(model, X if kept.all() else rebuild([np.where(kept, one, baseline) for one in series]))

    nothing, everything, values = shapley_values(predict, len(players), n_jobs=n_jobs, verbose=verbose)
    inputs = np.zeros((len(nothing), n_channels, nothing.shape[1]))
    inputs[:, players] = values.transpose(1, 0, 2)
    return Attribution(nothing, np.empty((len(nothing), 0, nothing.shape[1])), inputs, everything)


def _players(anatomy, n_channels):
    """Return the columns of X that are not elapsed times, not too many."""
    elapsed, n_inputs = anatomy.reservoir.elapsed_column_, anatomy.maker.n_features_in_
    if n_inputs != n_channels:  # steps before the reservoir make other columns
        elapsed = None
    elif elapsed is not None:  # with feedback, the outputs come before the columns of X
        elapsed -= anatomy.reservoir.n_features_in_ - n_inputs
    players = [column for column in range(n_channels) if column != elapsed]
    if len(players) > MOST_PLAYERS:
        raise ValueError(
            f"'X' must have at most {MOST_PLAYERS} channels for by='input', which takes 2^n_channels runs; got "
            f"{len(players)}. Use by='unit', or input_sensitivity(reservoir, X)."
        )
    return players


def _open(X, anatomy, n_channels=None):
    """Return the series of X as arrays, and a function that puts arrays like them into the container of X."""
    with called("X"):
        X = with_columns(X, "cases" if anatomy.is_encoder else "steps")
    several = isinstance(X, (list, tuple)) and len(X) > 0 and np.ndim(X[0]) == 2 or np.ndim(X) == 3
    if several != anatomy.is_encoder:
        expected = "sequences, a list of 2-D arrays or a 3-D array" if anatomy.is_encoder else "one 2-D series"
        raise ValueError(f"'X' must be {expected}, for this model and by='input'; got {type(X).__name__}.")
    series = [np.asarray(one) for one in X] if several else [np.asarray(X)]
    if len({one.shape[1:] for one in series}) > 1 or series[0].ndim != 2:
        raise ValueError("'X' must hold 2-D series (n_steps, n_features) of the same number of features.")
    if n_channels is not None:
        series = [check_array("X", one, ("n_steps", n_channels)) for one in series]

    def rebuild(arrays):
        if not several:
            return _like(X, arrays[0])
        return np.stack(arrays) if hasattr(X, "ndim") else [_like(*pair) for pair in zip(X, arrays, strict=True)]

    return series, rebuild


def _like(original, array):
    """Return an array as a data frame if the original is one, so that its columns keep their names."""
    if hasattr(original, "columns"):
        return type(original)(array, columns=original.columns, index=original.index)
    return array
