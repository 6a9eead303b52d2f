import inspect
from dataclasses import is_dataclass
from typing import NamedTuple

import numpy as np
import pytest
from scipy.sparse import eye_array

import reservoir
from reservoir import CfCLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, diagnostics
from reservoir.checks.short_repr import short_repr
from reservoir.diagnostics import (
    firing_rates,
    information_processing_capacity,
    memory_function,
    spike_trains,
    time_constants,
)

U = np.random.RandomState(0).uniform(-1, 1, (2000, 1))
LIQUID = EchoStateReservoir(20, random_state=0).fit(U)
SPIKING = LIFLiquid(50, background_current=16.0, random_state=0).fit(U)
OWN = {"Diagnosis", "Markram"}  # a report in prose, and a few numbers in full, as they were given


class Record(NamedTuple):
    value: object

    __repr__ = short_repr


def shown(value):
    return repr(Record(value)).removeprefix("Record(value=").removesuffix(")")


def test_every_public_record_of_arrays_is_short():
    public = {thing for module in (reservoir, diagnostics) for thing in vars(module).values() if inspect.isclass(thing)}
    records = {cls for cls in public if is_dataclass(cls) or hasattr(cls, "_fields")}
    assert len(records) > 10
    assert {cls.__name__ for cls in records if cls.__repr__ is not short_repr} == OWN


@pytest.mark.parametrize(
    "make",
    [
        lambda: memory_function(LIQUID, n_steps=800, washout=50, random_state=0),
        lambda: information_processing_capacity(LIQUID, n_steps=800, washout=50, max_degree=2, random_state=0),
        lambda: time_constants(LIQUID, U),
        lambda: spike_trains(SPIKING, U),
        lambda: firing_rates(SPIKING, U),
        lambda: SPIKING.run(U[:9])[1],
        lambda: LTCLiquid(100, random_state=0).fit(U).recurrent_synapses_,
        lambda: CfCLiquid(100, random_state=0).fit(U).weights_[0],
    ],
)
def test_results_fit_on_a_screen(make):
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
