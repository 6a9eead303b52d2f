"""Summaries of the states of a sequence in C, made while its rows come in."""

from textwrap import indent

import numpy as np

from reservoir.interop.c99.piece import Piece, each, joined
from reservoir.interop.c99.rule import CRule

# By how much states that are meant to be equal differ after rounding, relative to those of the unit.
ROUNDING = {"float64": 1e-12, "float32": 5e-7}
FIRST = """\
if (s->n_rows == 0) {{
{loop}
}}"""
STARTED_BY_FIRST = ("largest", "smallest")
# What every row does to a field.
UPDATES = {
    "last": "s->last[i] = u[i];",
    "largest": "s->largest[i] = u[i] > s->largest[i] ? u[i] : s->largest[i];",
    "smallest": "s->smallest[i] = u[i] < s->smallest[i] ? u[i] : s->smallest[i];",
    "mean": "const real distance = u[i] - s->mean[i];\nadd(&s->mean[i], &s->mean_lost[i], share * distance);",
    "squares": "add(&s->squares[i], &s->squares_lost[i], distance * (u[i] - s->mean[i]));",
}
OPERATIONS = {"largest": 1, "smallest": 1, "mean": 6, "squares": 6}
# Squared distances from the mean so far lose no digits to a large mean (Welford 1962). Of what is added up over many
# rows, ``lost`` keeps what rounding takes (Kahan 1965): in single precision that would be too much.
ADD = """\
static inline void add(real *sum, real *lost, real term)
{
    const real rest = term - *lost;
    const real next = *sum + rest;
    *lost = (next - *sum) - rest;
    *sum = next;
}"""
# What a summary needs, what its features are, and the operations of one.
FIELDS = {
    "last": ("last",),
    "max": ("largest",),
    "min": ("smallest",),
    "mean": ("mean",),
    "std": ("mean", "squares"),
    "ppv": (),
}
FEATURES = {
    "last": "y[{place}i] = s->last[i];",
    "max": "y[{place}i] = s->largest[i];",
    "min": "y[{place}i] = s->smallest[i];",
    "mean": "y[{place}i] = s->mean[i];",
    "std": "y[{place}i] = s->squares[i] > R(0.0) ? SQRT(s->squares[i] / n_rows) : R(0.0);",
}
COSTS = {"last": 0, "max": 0, "min": 0, "mean": 0, "std": 2}


def check_summaries(summaries):
    """Raise ValueError unless the named summaries can be made while rows come in."""
    for name, _ in summaries:
        if name not in FIELDS:
            why = {"segments": "needs the number of steps first", "model": "fits a ridge to all states of a sequence"}
            raise ValueError(
                f"'model' must have a representation of {', '.join(FIELDS)} only, which are made while rows come in; "
                f"got '{name}', which {why[name]}. Fit a model with others, such as representation=('mean', 'max')."
            )


def pooling_rule(summaries, n_units, thresholds, dtype):
    """Return the `CRule` that adds a row of states to the summaries of a sequence.

    Parameters
    ----------
    summaries : sequence of names and settings
    n_units : int
    thresholds : array (n_thresholds, n_units) or None
        Of ``"ppv"``. States of the training series are among them, and may be on either side of themselves after
        rounding: what is above a threshold by no more than `ROUNDING` is taken for equal.
    dtype : dtype
    """
    fields = list(dict.fromkeys(field for name, _ in summaries for field in FIELDS[name]))
    lost = [f"{field}_lost" for field in fields if field in ("mean", "squares")]
    starts = "\n".join(f"s->{field}[i] = u[i];" for field in fields if field in STARTED_BY_FIRST)
    updates = "\n".join(update for field, update in UPDATES.items() if field in fields)
    step = joined(
        Piece(FIRST.format(loop=indent(each(n_units, starts), "    ")) if starts else ""),
        Piece("s->n_rows++;", state={"n_rows": np.array(0, np.uint32)}),
        Piece("const real share = R(1.0) / (real)s->n_rows;", operations=1) if lost else Piece(),
        Piece(each(n_units, updates) if updates else "", state={field: np.zeros(n_units) for field in fields + lost}),
        _counts(thresholds, dtype) if any(name == "ppv" for name, _ in summaries) else Piece(),
        Piece("(void)y;", helpers={"add": ADD} if lost else {}),
        Piece(operations=n_units * sum(OPERATIONS.get(field, 0) for field in fields)),
    )
    return CRule(n_units, 0, step.state, step.constants, {}, step.helpers, step.body, step.operations)


def _counts(thresholds, dtype):
    """Return the `Piece` that counts the rows above each threshold."""
    n_thresholds, n_units = thresholds.shape
    rounding = max(ROUNDING[np.dtype(one).name] for one in (dtype, thresholds.dtype))
    levels = thresholds.astype(np.float64) + rounding * np.abs(thresholds).max(axis=0)
    body = each(n_thresholds, each(n_units, "s->above[k][i] += u[i] > thresholds[k][i];"), "k")
    state = {"above": np.zeros(thresholds.shape, np.uint32)}
    return Piece(body, {"thresholds": levels}, operations=2 * thresholds.size, state=state)


def features_rule(summaries, n_units, n_thresholds, state_of):
    """Return the `CRule` that writes the features of the rows so far, from the state of a `pooling_rule` by name."""
    pieces, start = [Piece("(void)u;")], 0
    if any(name in ("std", "ppv") for name, _ in summaries):
        pieces.append(Piece("const real n_rows = (real)s->n_rows;"))
    for name, _ in summaries:
        place = f"{start} + " if start else ""
        if name == "ppv":
            share = f"y[{place}k * {n_units} + i] = (real)s->above[k][i] / n_rows;"
            size = n_thresholds * n_units
            pieces.append(Piece(each(n_thresholds, each(n_units, share), "k"), operations=size))
        else:
            size = n_units
            pieces.append(Piece(each(n_units, FEATURES[name].format(place=place)), operations=size * COSTS[name]))
        start += size
    step = joined(*pieces)
    return CRule(0, start, {}, {}, {}, {}, step.body, step.operations, state_of=state_of)
