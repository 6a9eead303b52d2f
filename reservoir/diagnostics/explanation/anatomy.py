"""A fitted model taken apart: the input of the reservoir, the input of the readout, and its output."""

from typing import NamedTuple

import numpy as np
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline, make_pipeline

from reservoir.base import BaseReservoir
from reservoir.series.sequences import read_sequences


class Anatomy(NamedTuple):
    """The parts of a model.

    Parameters
    ----------
    front : Pipeline or None
        What X goes through before the reservoir.
    maker : reservoir, encoder or regressor
        What drives the reservoir.
    readout : estimator
        What the states go through, up to the prediction.
    """

    front: Pipeline | None
    maker: object
    readout: object

    @property
    def reservoir(self):
        """The fitted reservoir."""
        return self.maker if isinstance(self.maker, BaseReservoir) else self.maker.reservoir_

    @property
    def is_encoder(self):
        """Whether a row of features stands for a whole sequence."""
        return not isinstance(self.maker, BaseReservoir) and not hasattr(self.maker, "readout_")

    def rows(self, X):
        """Return the input of the readout, ``(n_rows, n_features)``, and how many of the columns are states."""
        inputs = X if self.front is None else self.front.transform(X)
        if hasattr(self.maker, "readout_"):
            return _rows_of_regressor(self.maker, self.readout, inputs)
        rows = np.asarray(self.maker.transform(inputs), dtype=np.float64)
        return rows, rows.shape[1]

    def split_over_steps(self, X, weights, centre):
        """Return what every step of every sequence adds to weighted features less their centres."""
        return self.maker.split_over_steps(X if self.front is None else self.front.transform(X), weights, centre)

    def answer(self, rows):
        """Return the output of the readout for rows, which are passed as a data frame if it was fitted to one."""
        names = getattr(self.readout, "feature_names_in_", None)
        if names is not None:
            import pandas as pd  # the readout was fitted to data frames

            rows = pd.DataFrame(rows, columns=names)
        return answers(self.readout, rows)


def take_apart(model):
    """Return the `Anatomy` of a fitted model.

    Parameters
    ----------
    model : Pipeline with a reservoir or a `SequenceEncoder` among its steps
        Or `ReservoirRegressor`, `ReservoirClassifier` or `SequenceRegressor`, also as the last step of a Pipeline.

    Raises
    ------
    TypeError
        If there is no reservoir in it, or no readout.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.explanation.anatomy import take_apart
    >>> model = make_pipeline(EchoStateReservoir(10), Ridge()).fit([[0.0], [1.0]], [0.0, 1.0])
    >>> type(take_apart(model).reservoir).__name__
    'EchoStateReservoir'
    """
    # Models, which need not be of this library, are recognized by their fitted attributes; reservoirs are not.
    if not isinstance(model, Pipeline):
        return _take_apart_one(model) or _refuse(model)
    steps = [step for _, step in model.steps]
    for place in reversed(range(len(steps))):
        step, front = steps[place], model[:place] if place else None
        if place == len(steps) - 1:
            last = _take_apart_one(step)
            if last is not None:
                return last._replace(front=front)
        elif isinstance(step, BaseReservoir) or hasattr(step, "reservoir_"):
            return Anatomy(front, step, model[place + 1 :])
    return _refuse(model)


def _take_apart_one(model):
    """Return the anatomy of a model that is no Pipeline, or None if there is no reservoir or no readout in it."""
    if not (hasattr(model, "readout_") and hasattr(model, "predict")):
        return None
    if hasattr(model, "encoder_"):
        return Anatomy(None, model.encoder_, make_pipeline(model.scaler_, model.readout_))
    return Anatomy(None, model, model.readout_) if hasattr(model, "reservoir_") else None


def answers(model, X):
    """Return the predictions of a regressor, or the decision values of a classifier, ``(n_rows, n_targets)``."""
    method = "decision_function" if is_classifier(model) else "predict"
    if not hasattr(model, method):
        raise TypeError(
            f"A classifier must have a decision_function to be explained; {type(model).__name__} has none. "
            "RidgeReadoutClassifier and LogisticRegression have one."
        )
    outputs = np.asarray(getattr(model, method)(X), dtype=np.float64)
    if not np.isfinite(outputs).all():
        raise ValueError(f"{method} of {type(model).__name__} gave NaN or infinity. Scale X and y.")
    return outputs.reshape(len(outputs), -1)


def _rows_of_regressor(model, readout, X):
    reservoir = model.reservoir_
    sequences = read_sequences(model, X, reset=False, dtype=reservoir.dtype_)
    if sequences.container != "series":
        raise ValueError("'X' must be one 2-D series (n_steps, n_features) here; got several. Explain them one by one.")
    inputs = sequences.series[0]
    if inputs.shape[1] < reservoir.n_features_in_:  # feedback: the last output comes before the columns of X
        outputs = np.asarray(model.predict(X), dtype=np.float64).reshape(len(inputs), -1)
        inputs = np.hstack([np.vstack([np.zeros_like(outputs[:1]), outputs[:-1]]), inputs]).astype(reservoir.dtype_)
    states = reservoir.drive(inputs, reservoir.rest())[0]
    n_features = getattr(readout, "n_features_in_", None)
    alone = not model.passthrough_ if n_features is None else n_features == states.shape[1]
    rows = states if alone else np.hstack([states, inputs])
    return rows.astype(np.float64), states.shape[1]


def _refuse(model):
    raise TypeError(
        "'model' must be a fitted ReservoirRegressor, ReservoirClassifier or SequenceRegressor, or a Pipeline of a "
        f"reservoir or SequenceEncoder and a readout; got {type(model).__name__}. Of a search, hand over its "
        "best_estimator_."
    )
