"""All cases, and a few of them spread over everything."""

from fnmatch import fnmatchcase
from zlib import crc32

from fuzz.calls import CALLS
from fuzz.judge import PUBLIC, Case
from fuzz.public import parameters
from fuzz.values import KINDS


def room_of(name):
    """The room of a public callable."""
    return name.split(".")[0]


def every_case(room=None, pattern="*"):
    """Every parameter of every callable with every kind of value, after the valid call."""
    for name in CALLS:
        if room in (None, room_of(name)) and fnmatchcase(name, pattern):
            yield Case(name, None, None)
            yield from (Case(name, parameter, kind) for parameter in parameters(PUBLIC[name]) for kind in KINDS)


def some_cases(n_kinds):
    """The same with only so many kinds for each parameter, always the same ones, and a mask, which is easily lost."""
    for name in CALLS:
        yield Case(name, None, None)
        for parameter in parameters(PUBLIC[name]):
            # Neighbours in the table get other kinds, so that all kinds come about as often.
            ranked = sorted(KINDS, key=lambda kind: crc32(f"{name} {parameter} {kind}".encode()))  # noqa: B023
            tried = dict.fromkeys([*ranked[:n_kinds], "masked inside"])
            yield from (Case(name, parameter, kind) for kind in tried)
