import inspect
from dataclasses import is_dataclass
from typing import NamedTuple

import numpy as np
import pytest
from scipy.sparse import eye_array

import reservoir
from reservoir import AnomalyDetector, CfCLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, diagnostics
from reservoir.checks.short_repr import short_repr
from reservoir.diagnostics.report.change import Change

U = np.random.RandomState(0).uniform(-1, 1, (2000, 1))
LIQUID = EchoStateReservoir(100, random_state=0)
SPIKING = LIFLiquid(50, background_current=16.0, random_state=0).fit(U)


class Record(NamedTuple):
    value: object

    __repr__ = short_repr


def shown(value):
    return repr(Record(value)).removeprefix("Record(value=").removesuffix(")")


def test_every_public_record_of_arrays_is_short():
    public = {thing for module in (reservoir, diagnostics) for thing in vars(module).values() if inspect.isclass(thing)}
    records = {cls for cls in public if is_dataclass(cls) or hasattr(cls, "_fields")}
    records = {cls for cls in records if not hasattr(cls, "headline")}  # results say their numbers in words
    assert len(records) > 5
    assert not [cls for cls in records if cls.__repr__ is not short_repr]


@pytest.mark.parametrize(
    "make",
    [
        lambda: SPIKING.run(U[:9])[1],
        lambda: AnomalyDetector(LIQUID).fit(U).state_,
        lambda: Change("bias", "raise", 2.0, np.ones(1000), before=np.ones(1000)),
        lambda: LTCLiquid(100, random_state=0).fit(U).recurrent_synapses_,
        lambda: CfCLiquid(100, random_state=0).fit(U).weights_[0],
    ],
)
def test_records_fit_on_a_screen(make):
    result = make()
    lines = repr(result).splitlines()
    assert len(lines) <= 16 and max(map(len, lines)) <= 120
    assert lines[0].startswith(type(result).__name__ + "(")
    names = getattr(result, "_fields", None) or result.__dataclass_fields__
    assert all(f"{name}=" in repr(result) for name in names)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1 / 3, "0.3333"),
        (np.float32(0.1), "0.1"),
        (12345678, "12345678"),
        (None, "None"),
        ("name", "'name'"),
        (np.array([]), "[]"),
        (np.array(0.5), "0.5"),
        (np.array([1, 2]), "[1, 2]"),
        (np.arange(7), "<(7,) from 0 to 6>"),
        (np.array([[-1.0, np.nan], [np.inf, 0.25]]), "<(2, 2) from -1 to 0.25>"),
        (np.full(9, np.nan), "<(9,) of float64>"),
        (np.ones(9, bool), "<(9,) of bool>"),
        (eye_array(5), "<(5, 5) sparse, 5 stored>"),
        ((1.5, np.arange(10)), "(1.5, <(10,) from 0 to 9>)"),
        (list(range(50)), "<list of 50>"),
        (Record(0.25), "Record(value=0.25)"),
    ],
)
def test_a_field_is_shown_by_what_counts(value, expected):
    assert shown(value) == expected
