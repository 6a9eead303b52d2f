"""One piece of work in all libraries, and the rows of the table that come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.roofline import Traffic

TIMES_A_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
Run = Callable[[], object]
Ways = Mapping[str, Callable[[], Run]]


@dataclass(frozen=True)
class Comparison:
    """One piece of work in all libraries.

    Parameters
    ----------
    work : str
        What is done, how often, and with which sizes.
    unit : str
        What the table shows, such as "us a step": a unit of time, and what it is counted for.
    count : float
        How many of these one run does.
    ours : mapping of str to callable
        Ways of this library. Each is called once and returns a run, a function without arguments. The first is
        what all others are compared with. Other checkouts are measured by these, so they use public names only.
    peers : mapping of str to callable
        Other libraries, likewise; each name begins with one of `benchmarks.peers.PEERS`.
    equal : mapping of str to float
        Peers whose output has to be that of the first of `ours`, with the greatest difference that is accepted.
    threads : mapping of str to int
        Who takes more threads than all others.
    traffic : Traffic or None
        Bytes and floating-point operations of one `count` of the first of `ours`.
    long : bool
        Whether the work takes too long to be repeated often; whoever makes the run has warmed it up, then.
    """

    work: str
    unit: str
    count: float
    ours: Ways
    peers: Ways = field(default_factory=dict)
    equal: Mapping[str, float] = field(default_factory=dict)
    threads: Mapping[str, int] = field(default_factory=dict)
    traffic: Traffic | None = None
    long: bool = False

    @property
    def first(self) -> str:
        """Whom all others are compared with."""
        return next(iter(self.ours))

    def per_count(self, seconds: float) -> float:
        """Return the seconds of a run in the unit of the table."""
        return seconds * TIMES_A_SECOND[self.unit.split()[0]] / self.count


@dataclass
class Row:
    """One line of the table: what one library took for one piece of work. None is what is not known.

    `ratio` is its time over that of this library, `before` the time in the other checkout, and `gain` that over the
    time now. What begins with `processor` is the same by seconds of the processor, which other programs do not prolong
    much; it is left out where there are several threads. `memory` and `memory_before` are MB, `difference` is the
    largest between its output and ours.
    """

    case: str
    work: str
    library: str
    unit: str
    time: float | None = None
    median: float | None = None
    rounds: int = 0
    ratio: float | None = None
    before: float | None = None
    gain: float | None = None
    processor: float | None = None
    processor_before: float | None = None
    processor_gain: float | None = None
    memory: float | None = None
    memory_before: float | None = None
    threads: int = 1
    difference: float | None = None
    note: str = ""
    roofline: dict[str, float] | None = None
