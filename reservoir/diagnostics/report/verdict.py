"""From numbers to words: a table of conditions of a reservoir, of which the first that applies is the verdict."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

# The limits below decide. Those for a remedy are stricter, so that its outcome does not lie just beside a limit.
MOSTLY, HALF = 0.9, 0.5  # of the units; of a remedy, 10 % at most may stand still or at a bound
ALIKE = 0.9  # squared correlation of responses from different starts: at most a tenth of the variance is due to them
EDGE, PROMPT = 0.02, 0.05  # nats per row: a difference lasts 50 rows; of a remedy, 20 rows at most
NO_MEMORY, SOME_MEMORY = 0.5, 1.0  # rows; of a remedy, at least one
# A ridge with the penalty alpha keeps the part S / (S + alpha) of what lies in a direction in which the states have the
# sum of squares S. Less than the default penalty of `RidgeReadout` in all directions together is lost on it. A remedy
# gives a million times as much, as directions differ by about that in what a readout still uses.
PENALTY, READABLE = 1e-6, 1e6
# Differences that have not shrunk by exp(7), a thousandth, in half of the rows do not show where they end.
SETTLED = 7.0


@dataclass(frozen=True)
class Facts:
    """What a verdict follows from; None is what is unknown or does not apply."""

    n_rows: int
    varies: bool  # whether the series changes at all
    still: float  # fraction of the units that do not move
    strength: float  # sum of squares of the states about their means, over all units and rows, in units of PENALTY
    saturated: float | None  # fraction of the units at a bound of their range in most rows
    pressed_by: (
        str | None
    )  # the largest part of the argument of the activations: "bias", "recurrence", "offset" or "input"
    exponent: float  # Lyapunov, in nats per row; NaN is unknown, as of states that were recorded
    own_exponent: float | None  # without recurrent weights: that of the slowest unit
    consistency: float | None
    memory: float | None  # in rows, without the present one
    transient: float  # in rows; inf is one that does not end, NaN is unknown
    spiking: bool = False
    ailment: object | None = None  # found by the health check of spiking units, see reservoir.spiking.health
    recorded: bool = False  # whether the states were recorded, so that the reservoir cannot be driven

    @property
    def at_bound(self):
        """Whether at least half of the units are at a bound."""
        return self.saturated is not None and self.saturated >= HALF

    @property
    def moves(self):
        """Whether more than a tenth of the units do."""
        return self.still < MOSTLY and not self.has("silent")

    @property
    def alike(self):
        """Whether different starts lead to one response, as far as is known."""
        return self.consistency is None or self.consistency >= ALIKE

    @property
    def settled(self):
        """Whether small differences have died out before the second half of the rows."""
        return -self.exponent * self.n_rows / 2 > SETTLED

    @property
    def lingers(self):
        """Whether small differences last 50 rows or more."""
        return self.exponent >= -EDGE

    @property
    def forgetful(self):
        """Whether the past is lost; where memory is unknown, whether one row is enough to forget the start."""
        return self.memory < NO_MEMORY if self.memory is not None else self.transient == 0

    def has(self, word):
        """Whether spiking units have the ailment of this name."""
        return self.ailment is not None and self.ailment.word == word


class Condition(NamedTuple):
    """A row of the table.

    ``when`` describes what ``applies`` tests; ``meaning`` is the prose of the verdict, with ``{}`` for what
    the health of spiking units has to add. ``remedies`` are tried in this order: "lower recurrence" lowers what sets
    the strength of recurrence in the reservoir at hand, such as its spectral radius, X is the series itself.
    """

    verdict: str
    when: str
    applies: Callable[[Facts], bool]
    meaning: str
    remedies: tuple[str, ...] = ()
    healthy: bool = False


CONDITIONS = (
    Condition(
        "silent",
        "at least 90 % of the units do not move, nor does the series",
        lambda facts: not facts.moves and not facts.at_bound and not facts.varies,
        "The series does not change: judge the reservoir by one that does.",
    ),
    Condition(
        "silent",
        "at least 90 % of the units do not move, and they are not saturated; or spiking units fire below 0.05 Hz",
        lambda facts: not facts.moves and not facts.at_bound,
        "The states do not depend on this input{}.",
        ("standardize X", "raise input", "raise X", "lower time", "raise background"),
    ),
    Condition(
        "saturated",
        "spiking units fire at a quarter of their highest rate or more",
        lambda facts: facts.has("saturated"),
        "Spikes follow each other nearly as fast as they can{}.",
        (
            "standardize X",
            "lower recurrence",
            "lower input",
            "lower X",
            "lower background",
            "lower time",
            "lower noise",
        ),
    ),
    Condition(
        "epileptic",
        "spiking units drive each other, above 50 Hz and at five times their rate without recurrence",
        lambda facts: facts.has("epileptic"),
        "The units drive each other more than the input does{}.",
        ("lower recurrence", "lower input", "lower X", "lower background", "lower noise"),
    ),
    Condition(
        "chaotic",
        "the Lyapunov exponent is above 0 and the consistency below 0.9; or, without spikes, the exponent is above "
        "0.02 nats per row, as it also is where states just grow",
        lambda facts: facts.exponent > 0 and not facts.alike or facts.exponent > EDGE and not facts.spiking,
        "Small differences grow, and with them every error.",
        ("lower recurrence", "raise input", "raise X", "lower input", "lower X", "lower time"),
    ),
    Condition(
        "saturated",
        "at least half of the units are within 1 % of a bound of their range in most rows, held there by their biases",
        lambda facts: facts.at_bound and facts.pressed_by == "bias",
        "Most units are at the end of their range, and their biases hold them there.",
        ("lower bias", "lower input", "lower recurrence"),
    ),
    Condition(
        "saturated",
        "the same, held there by each other",
        lambda facts: facts.at_bound and facts.pressed_by == "recurrence",
        "Most units are at the end of their range, and the other units hold them there.",
        ("lower recurrence", "lower bias", "lower input", "lower X"),
    ),
    Condition(
        "saturated",
        "the same, held there by the mean of the input",
        lambda facts: facts.at_bound and facts.pressed_by == "offset",
        "Most units are at the end of their range, and the mean of the input holds them there.",
        ("standardize X", "lower input", "lower X", "lower bias", "lower recurrence"),
    ),
    Condition(
        "saturated",
        "the same, driven there by the input, or by what is unknown",
        lambda facts: facts.at_bound,
        "Most units are at the end of their range.",
        ("standardize X", "lower input", "lower X", "lower recurrence", "lower bias"),
    ),
    Condition(
        "weak",
        "all variance of the states together is less than a ridge penalty of 1e-6",
        lambda facts: facts.strength < 1,
        "The states vary so little that a ridge readout, with its usual penalty of 1e-6, cannot use them.",
        ("standardize X", "raise input", "raise X", "lower time", "raise recurrence"),
    ),
    Condition(
        "inconsistent",
        "the states were recorded several times, and the consistency of the recordings is below 0.9",
        lambda facts: facts.recorded and not facts.alike,
        "One input has several responses: the start is not forgotten, differences grow, or the measurement is noisy.",
    ),
    Condition(
        "memoryless",
        "less than half a row of the past is remembered, though differences last 50 rows or more",
        lambda facts: facts.lingers and facts.alike and facts.memory is not None and facts.memory < NO_MEMORY,
        "The states are little more than a function of the present row, as far as a linear readout sees.",
        ("raise recurrence", "raise time", "lower time", "lower recurrence", "lower input", "lower noise"),
    ),
    Condition(
        "slow",
        "differences last 50 rows or more, and would without recurrence too",
        lambda facts: facts.lingers and facts.own_exponent is not None and facts.own_exponent >= -EDGE,
        "Units are so slow by themselves that the start is forgotten slowly, and the input is followed late.",
        ("lower time", "lower recurrence"),
    ),
    Condition(
        "edge",
        "the exponent of a spiking reservoir is above -0.02, and the consistency 0.9 or more",
        lambda facts: facts.lingers and facts.alike and facts.spiking,
        "A spike that comes at another time moves others, and yet one input has one response, whatever the start, as "
        "it should be.",
        healthy=True,
    ),
    Condition(
        "edge",
        "the exponent lies between -0.02 and 0.02, so that differences last 50 rows or more",
        lambda facts: facts.lingers,
        "Small differences hardly shrink, and the start is forgotten slowly.",
        ("lower recurrence", "lower time", "raise input", "raise X"),
    ),
    Condition(
        "multistable",
        "the exponent is below -0.02, so that small differences die out, and yet different starts have not led to one "
        "response in the second half of a series that is long enough for it",
        lambda facts: facts.settled and (not facts.alike or facts.transient == inf and not facts.spiking),
        "Small differences die out, but one input has several responses, depending on the start.",
        ("lower recurrence", "raise input", "raise X"),
    ),
    Condition(
        "memoryless",
        "less than half a row of the past is remembered; where memory is unknown, the start is forgotten in one row",
        lambda facts: facts.forgetful,
        "The states are little more than a function of the present row.",
        ("raise recurrence", "raise time", "lower input", "lower X", "lower bias", "lower noise", "lower recurrence"),
    ),
    Condition(
        "undecided",
        "the states were recorded once, so that it is not known what differences become",
        lambda facts: facts.recorded and facts.consistency is None,
        "Nothing is wrong that one recording shows. Record this input again, from another start, to see whether starts "
        "are forgotten.",
    ),
    Condition(
        "ordered",
        "otherwise",
        lambda facts: True,
        "The past is forgotten step by step, as it should be. Nothing needs to be changed.",
        healthy=True,
    ),
)


def condition_of(facts):
    """Return the first condition of the table that applies.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Condition

    Examples
    --------
    >>> from reservoir.diagnostics.report.verdict import Facts, condition_of
    >>> facts = Facts(n_rows=500, varies=True, still=0.0, strength=1e8, saturated=0.1, pressed_by="input",
    ...               exponent=-0.3, own_exponent=-0.4, consistency=1.0, memory=12.0, transient=20)
    >>> condition_of(facts).verdict
    'ordered'
    """
    return next(condition for condition in CONDITIONS if condition.applies(facts))


def is_well(facts):
    """Whether a remedy has led to a healthy condition, clear of the limits."""
    prompt = facts.spiking or facts.exponent <= -PROMPT
    free = facts.saturated is None or facts.saturated <= 1 - MOSTLY
    moved = facts.still <= 1 - MOSTLY and facts.strength >= READABLE
    remembers = facts.memory is None or facts.memory >= SOME_MEMORY
    return condition_of(facts).healthy and prompt and free and moved and remembers
