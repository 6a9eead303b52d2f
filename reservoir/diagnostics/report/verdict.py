"""From numbers to a word: which of seven kinds a reservoir is, and which of its parameters to change."""

from math import inf

# Verdicts ask for this: fractions of units, squared correlation, spikes a second, nats per row, rows.
MOSTLY, HALF = 0.9, 0.5
ALIKE = 0.9
AWAKE = 0.05
EDGE = 0.02
AT_ONCE = 3.0
NO_MEMORY = 0.5
# Differences that have not shrunk by exp(7), a thousandth, in half of the rows say nothing about where they end.
_SETTLED = 7.0
# Names that the classes of this library give to the strength of recurrence and of input, and to slowness.
_RECURRENT = ("spectral_radius", "gain", "recurrent_scaling")
_INPUT = ("input_scaling",)
_SLOW = {"leak_rate": "lower", "tau_range": "raise", "capacitance": "raise", "delay": "raise"}


def judge(*, still, saturated, rate, exponent, consistency, memory, transient, n_rows):
    """Return the verdict, the first of these that applies.

    =========== ========================================================================================
    silent      at least 90 % of the units do not move, of which not half is at a bound, or the mean firing
                rate is below 0.05 Hz
    chaotic     the Lyapunov exponent is above 0 and the consistency below 0.9; or, where spikes do not
                blur it, the exponent is above 0.02 nats per row
    saturated   at least half of the units are at a bound in most rows, or fire at half of the highest rate
    multistable the exponent is below -0.02, so that small differences die out, and responses from different
                starts differ all the same at the end of a series that is long enough for it
    edge        the exponent lies between, so that a difference lasts 50 rows or more
    memoryless  less than half a row of the past is remembered; where that is unknown, differences fall
                to a twentieth in a row
    ordered     otherwise
    =========== ========================================================================================

    Parameters
    ----------
    still : float
    saturated, rate, consistency, memory : float or None
        None where they do not apply; ``memory`` without the present row.
    exponent : float
    transient, n_rows : int
        ``inf`` is a transient that does not end.

    Returns
    -------
    str

    Examples
    --------
    >>> from reservoir.diagnostics.report.verdict import judge
    >>> judge(still=0.0, saturated=0.1, rate=None, exponent=-0.3, consistency=1.0, memory=12.0,
    ...       transient=20, n_rows=500)
    'ordered'
    """
    at_end = saturated is not None and saturated >= HALF
    if still >= MOSTLY and not at_end or rate is not None and rate < AWAKE:
        return "silent"
    alike = consistency is None or consistency >= ALIKE
    if exponent > 0 and not alike or exponent > EDGE and rate is None:
        return "chaotic"
    if at_end:
        return "saturated"
    if exponent >= -EDGE:
        return "memoryless" if alike and memory is not None and memory < NO_MEMORY else "edge"
    if transient == inf and is_settled(exponent, n_rows):
        return "multistable"
    return "memoryless" if (memory < NO_MEMORY if memory is not None else exponent < -AT_ONCE) else "ordered"


def is_settled(exponent, n_rows):
    """Whether small differences have died out before the second half of the rows."""
    return -exponent * n_rows / 2 > _SETTLED


def advise(verdict, reservoir, *, varies=True, long_enough=True):
    """Return what a verdict means and what to change, by the names of the reservoir's parameters.

    Parameters
    ----------
    verdict : str
        As `judge` returns it.
    reservoir : estimator
    varies : bool, default=True
        Whether the series changes at all.
    long_enough : bool, default=True
        Whether starts are forgotten before its end.

    Returns
    -------
    str
    """
    recurrent = _named(reservoir, _RECURRENT, "recurrent_weights")
    driven = _named(reservoir, _INPUT, "input_weights") or "the input"
    slower = next((f"{how} {name}" for key, how in _SLOW.items() if (name := _named(reservoir, (key,)))), None)
    lower, raised = (f"{word} {recurrent or 'the recurrent weights'}" for word in ("lower", "raise"))
    more = " or ".join(filter(None, [recurrent and raised, slower or f"lower {driven}"]))
    if verdict == "silent" and not varies:
        return "The series does not change: judge the reservoir by one that does."
    text = {
        "silent": f"The states say nothing of this input: raise {driven}, or scale X up.",
        "chaotic": f"Small differences grow, and with them every error: {lower}, or drive it harder, raise {driven}.",
        "saturated": f"Most units are at the end of their range: lower {driven}, or standardize X; then {lower}.",
        "multistable": "Small differences die out, but one input has several responses, depending on the start: "
        f"{lower}, or drive it harder, raise {driven}.",
        "edge": f"Small differences hardly shrink, and the start is forgotten slowly. For a shorter transient {lower}.",
        "memoryless": f"The states are a function of the present row: {more}.",
        "ordered": f"The past is forgotten step by step, as it should be. For a longer memory {more}.",
    }[verdict]
    if verdict in ("edge", "ordered") and not long_enough:
        text += " The series ends before the start is forgotten: judge by a longer one."
    return text


def _named(reservoir, names, weights=None):
    """Return what those parameters are called that a reservoir, or each of its layers, has and uses; None if none."""
    parameters = reservoir.get_params(deep=True)
    given = [key for key, value in parameters.items() if _last(key) == weights and value is not None]
    free = [key for key in parameters if _last(key) in names and _beside(key, weights) not in given]
    keys = sorted({*given, *free})
    return " and ".join(f"'{key}'" for key in keys) or None


def _last(key):
    return key.rpartition("__")[2]


def _beside(key, name):
    before, separator, _ = key.rpartition("__")
    return f"{before}{separator}{name}"
