"""What a fitted model is, in Markdown: data, settings, health, versions."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from readouts.types import SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.headline import number
from reservoir.files.versions import LIBRARY, versions_now
from reservoir.forecaster import Forecaster
from reservoir.regressor import ReservoirRegressor
from reservoir.series.sequences import read_sequences

LEAST_ROWS = 20  # of a series that can be judged
WIDEST = 80  # letters of a value


def model_card(model: BaseEstimator, X: SeriesLike, *, description: str = "") -> str:
    """Return a page of Markdown about a fitted model: data, all settings, health of the reservoir, versions.

    Parameters
    ----------
    model : fitted estimator
        A search is described by its ``best_estimator_``.
    X : series that ``model`` takes
        What the numbers of the card are of, such as those that it was fitted to.
    description : str, default=""
        Markdown that stands first: what the model is for, how good it is on which data, and what it is not for.

    Returns
    -------
    str
        To be written beside the file, or into it by ``save(model, path, card=...)``. The diagnosis is that of
        ``diagnose`` without the memory capacity, for a reservoir, a `ReservoirRegressor` without feedback, or a
        `Forecaster` without exogenous columns, behind the steps of a pipeline or not.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir, model_card
    >>> u = np.random.RandomState(0).uniform(-1, 1, (500, 1))
    >>> card = model_card(EchoStateReservoir(random_state=0).fit(u), u, description="Uniform noise, for a test.")
    >>> print(card[:165])
    # EchoStateReservoir
    <BLANKLINE>
    Uniform noise, for a test.
    <BLANKLINE>
    ## Data
    <BLANKLINE>
    1 series of 500 rows.
    <BLANKLINE>
    | Column | Least | Mean | Largest | Deviation |
    |---|---|---|---|---|
    | x0 | -0.99...
    """
    if not isinstance(description, str):
        raise TypeError(f"'description' must be Markdown, a str; got {type(description).__name__}.")
    if not isinstance(model, BaseEstimator):
        raise TypeError(f"'model' must be a fitted estimator; got {type(model).__name__}.")
    check_is_fitted(model)
    model = getattr(model, "best_estimator_", model)  # the one that a search found is what predicts
    series = read_sequences(model, X, reset=False, dtype=np.dtype("float64"), missing=True).series
    sections = {
        "Data": _data(model, series),
        "Settings": _settings(model),
        "Diagnosis": _diagnosis(model, X, series),
        "Versions": _table(("Of", "Version"), versions_now().items()),
    }
    parts = [f"# {type(model).__name__}", description or f"A fitted model of {LIBRARY}."]
    return "\n\n".join(parts + [f"## {title}\n\n{text}" for title, text in sections.items()]) + "\n"


def _data(model, series):
    rows = np.concatenate(series)
    names = getattr(model, "feature_names_in_", [f"x{number}" for number in range(rows.shape[1])])
    columns = [(name, *_summary(column[~np.isnan(column)])) for name, column in zip(names, rows.T, strict=True)]
    lengths = sorted(map(len, series))
    each = f"{lengths[0]:,}" if lengths[0] == lengths[-1] else f"{lengths[0]:,} to {lengths[-1]:,}"
    gaps = int(np.isnan(rows).sum())
    said = f"{len(series):,} series of {each} rows" + (f", {gaps:,} values missing." if gaps else ".")
    return said + "\n\n" + _table(("Column", "Least", "Mean", "Largest", "Deviation"), columns)


def _summary(values):
    """Return least, mean, largest and deviation, or nothing of a column without values."""
    return [number(float(of(values)) if len(values) else None) for of in (np.min, np.mean, np.max, np.std)]


def _settings(model):
    """All settings, those that were left at their defaults too, as other versions may have others."""
    settings = sorted(model.get_params(deep=True).items())
    return _table(("Setting", "Value"), [(f"`{name}`", f"`{_short(value)}`") for name, value in settings])


def _short(value):
    """Return a value in a few letters: an estimator by its class, an array by its shape."""
    if isinstance(value, BaseEstimator):
        return type(value).__name__
    if hasattr(value, "shape") and np.size(value) != 1:
        return f"{type(value).__name__} {value.shape}"
    if isinstance(value, list) and any(isinstance(part, (tuple, BaseEstimator)) for part in value):
        return ", ".join(_short(part[1] if isinstance(part, tuple) else part) for part in value)
    text = " ".join(repr(value).replace("`", "'").split())
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def _diagnosis(model, X, series):
    from reservoir.diagnostics import diagnose  # here, as it takes longer to import than all else of `files`

    reservoir, driving = _driven(model, X, series)
    if reservoir is None:
        return "None: call `diagnose` with the reservoir of this model and the series that drive it."
    long = [x[:] for x in driving if len(x) >= LEAST_ROWS]
    if not long:
        return f"None: no series has the {LEAST_ROWS} rows that a reservoir is judged by."
    title, rows, text, _ = diagnose(reservoir, long, memory=False, random_state=0).headline
    return f"{title}\n\n{text}\n\n" + _table(("", "", ""), rows)


def _driven(model, X, series):
    """Return the reservoir of a model and the series that drive it, or None and none."""
    if isinstance(model, Pipeline):
        passed = model[:-1].transform(X) if len(model.steps) > 1 else X
        return _driven(model[-1], passed, [passed] if len(series) == 1 else list(passed))
    if isinstance(model, BaseReservoir):
        return model, series
    if isinstance(model, Forecaster):
        series = [model.preparation_.prepare(x) for x in series]
    plain = isinstance(model, (Forecaster, ReservoirRegressor))
    # A reservoir with more columns is driven by outputs or exogenous columns, too.
    if plain and model.reservoir_.n_features_in_ == series[0].shape[1]:
        return model.reservoir_, series
    return None, []


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    head = list(head)
    return "\n".join([_line(head), "|" + "---|" * len(head), *map(_line, rows)])


def _line(cells):
    """Return a row of a table, which no letter in a cell, such as a name of a column, breaks."""
    return "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |"
