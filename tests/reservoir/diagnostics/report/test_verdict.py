"""The table of conditions: which applies first, and that its words are those of the documentation."""

import inspect
import re
from dataclasses import replace

import numpy as np
import pytest

from reservoir.diagnostics import Diagnosis, diagnose
from reservoir.diagnostics.report.parameters import ROLES
from reservoir.diagnostics.report.verdict import CONDITIONS, Facts, condition_of, is_well
from reservoir.spiking.health import Ailment

HEALTHY = Facts(
    n_rows=1000,
    varies=True,
    still=0.0,
    strength=1e8,
    saturated=0.0,
    pressed_by="input",
    exponent=-0.1,
    own_exponent=-0.3,
    consistency=1.0,
    memory=8.0,
    transient=70,
)
RECORDED = {"recorded": True, "exponent": np.nan, "own_exponent": None, "saturated": None, "transient": np.nan}
SPIKING = {"spiking": True, "own_exponent": -0.5}


@pytest.mark.parametrize(
    ("expected", "changed"),
    [
        ("ordered", {}),
        ("ordered", {"saturated": None, "memory": None, "own_exponent": None}),
        ("ordered", {"exponent": -np.inf}),
        ("silent", {"still": 0.9, "consistency": None}),
        ("silent", {"still": 0.9, "consistency": None, "varies": False}),
        ("saturated", {"still": 0.9, "consistency": None, "saturated": 1.0}),
        ("silent", {"ailment": Ailment("silent", "no unit spikes")} | SPIKING),
        ("saturated", {"ailment": Ailment("saturated", "")} | SPIKING),
        ("epileptic", {"ailment": Ailment("epileptic", ""), "exponent": 0.5} | SPIKING),
        ("chaotic", {"exponent": 0.01, "consistency": 0.5}),
        ("edge", {"exponent": 0.01}),
        ("chaotic", {"exponent": 0.03}),
        ("edge", {"exponent": 0.8} | SPIKING),
        ("chaotic", {"exponent": 0.8, "consistency": 0.5} | SPIKING),
        ("chaotic", {"exponent": 0.03, "saturated": 1.0, "consistency": 0.5}),
        ("saturated", {"saturated": 0.5}),
        ("weak", {"strength": 0.9}),
        ("slow", {"exponent": -0.01, "own_exponent": -0.015}),
        ("edge", {"exponent": -0.01, "own_exponent": -0.1}),
        ("edge", {"exponent": -0.01, "own_exponent": None}),
        ("undecided", RECORDED | {"consistency": None}),
        ("inconsistent", RECORDED | {"consistency": 0.8, "transient": np.inf}),
        ("memoryless", RECORDED | {"consistency": None, "memory": 0.1}),
        ("silent", RECORDED | {"consistency": None, "still": 0.9}),
        ("ordered", RECORDED | {"transient": 50}),
        ("multistable", {"transient": np.inf}),
        ("multistable", {"consistency": 0.755}),
        ("multistable", {"transient": np.inf, "consistency": None}),
        ("ordered", {"consistency": 0.755, "n_rows": 100}),
        ("ordered", {"transient": np.inf, "n_rows": 100}),  # the start is not forgotten yet
        ("ordered", {"transient": np.inf} | SPIKING),  # single spikes differ
        ("multistable", {"transient": np.inf, "consistency": 0.5} | SPIKING),
        ("edge", {"exponent": -0.01, "consistency": 0.5, "transient": np.inf}),
        ("memoryless", {"memory": 0.4}),
        ("memoryless", {"exponent": -0.01, "memory": 0.4}),
        ("memoryless", {"memory": None, "transient": 0}),
        ("ordered", {"exponent": -np.inf, "memory": None, "transient": 1}),  # a line of delays
    ],
)
def test_the_first_that_applies(expected, changed):
    assert condition_of(replace(HEALTHY, **changed)).verdict == expected


@pytest.mark.parametrize("cause", ["bias", "recurrence", "offset", "input", None])
def test_the_advice_on_saturation_begins_with_the_cause(cause):
    first = condition_of(replace(HEALTHY, saturated=0.9, pressed_by=cause)).remedies[0]
    assert first == {"bias": "lower bias", "recurrence": "lower recurrence"}.get(cause, "standardize X")


def test_differences_have_settled_when_a_thousandth_is_left():
    assert replace(HEALTHY, n_rows=150).settled
    assert not replace(HEALTHY, n_rows=130).settled


def test_a_remedy_is_asked_for_more_than_a_verdict():
    assert is_well(HEALTHY)
    for changed in (
        {"exponent": -0.03}, {"saturated": 0.2}, {"still": 0.2}, {"strength": 1e3}, {"memory": 0.7}
    ):  # fmt: skip
        almost = replace(HEALTHY, **changed)
        assert condition_of(almost).verdict == "ordered" and not is_well(almost)
    assert is_well(replace(HEALTHY, exponent=0.5, **SPIKING))


def test_the_last_condition_always_applies_and_only_healthy_ones_need_no_remedy():
    assert CONDITIONS[-1].applies(HEALTHY)
    without = {condition.verdict for condition in CONDITIONS if not condition.remedies}
    # Of a series that does not change, of spikes, and of recordings.
    assert without == {"silent", "edge", "inconsistent", "undecided", "ordered"}
    for condition in CONDITIONS:
        assert not (condition.healthy and condition.remedies)


def test_every_remedy_is_a_verb_and_what_parameters_do():
    for how, what in (remedy.split() for condition in CONDITIONS for remedy in condition.remedies):
        assert how in ("raise", "lower") and what in {*ROLES, "X"} or (how, what) == ("standardize", "X")


def test_the_documentation_lists_the_table():
    listed = re.findall(r"^    - (.+?)[;.]$", inspect.getdoc(diagnose).replace("\n- ", "\n    - "), re.M | re.S)
    bullets = [" ".join(one.split()) for one in listed]
    assert bullets == [f"{condition.verdict}: {condition.when}" for condition in CONDITIONS]
    (words,) = re.findall(r"verdict : \{(.*?)\}", inspect.getdoc(Diagnosis), re.S)
    assert re.findall(r'"(\w+)"', words) == list(dict.fromkeys(condition.verdict for condition in CONDITIONS))
