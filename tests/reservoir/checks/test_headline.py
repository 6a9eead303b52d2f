"""Every result says its numbers in a few lines, as text and as a table."""

import dataclasses
import re
from pathlib import Path
from tempfile import mkdtemp
from xml.etree import ElementTree

import numpy as np
import pytest
from builders import build, series
from fuzz.calls import RESULTS
from fuzz.public import things
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from reservoir import (
    EchoStateReservoir,
    Forecaster,
    LIFLiquid,
    LTCLiquid,
    ReservoirRegressor,
    SequenceEncoder,
    diagnostics,
)
from reservoir.checks.headline import Headline, aligned, html_of, number, of, share, shortened, text_of
from reservoir.events import Events
from reservoir.interop import nir_report, to_c

# Records that users make, or that hold weights, states or objects of a simulator: they are shown field by field.
RECORDS = {
    "ALIFState", "AdExState", "AdaptiveExponential", "AdaptiveLeakyIntegrateAndFire", "Brian2Circuit", "CfCWeights",
    "ConductanceSynapses", "Homeostasis", "IntrinsicPlasticity", "Izhikevich", "IzhikevichState", "LIFState",
    "LeakyIntegrateAndFire", "Markram", "MemoryCell", "Morph", "NestCircuit", "PIFState", "PerfectIntegrateAndFire",
    "STDP", "Synapses", "Wiring",
}  # fmt: skip
U = series(400, 1)
ECHO = build(EchoStateReservoir).fit(U)
SPIKING = build(LIFLiquid, n_units=40, background_current=16.0).fit(U)
FORECASTER = Forecaster(ECHO, washout=20).fit(U[:300])
DRIVE = {"n_steps": 500, "washout": 20, "max_delay": 10, "random_state": 0}


def attribution(by):
    model = ReservoirRegressor(ECHO, Ridge(), washout=2).fit(U, U)
    return diagnostics.readout_attribution(model, U, background=U, by=by)


def attribution_of_steps():
    sequences = [U[:50], U[50:120]]
    model = make_pipeline(SequenceEncoder(ECHO), Ridge()).fit(sequences, [0.0, 1.0])
    return diagnostics.readout_attribution(model, sequences, background=sequences, by="time")


MADE = {
    "Attribution": lambda: attribution("unit"),
    "Attribution of inputs": lambda: attribution("input"),
    "Attribution of steps": lambda: attribution_of_steps(),
    "BacktestResult": lambda: FORECASTER.backtest(U[300:], 5, 10),
    "BranchingRatio": lambda: diagnostics.branching_ratio(SPIKING, U),
    "CFiles": lambda: to_c(ECHO, Path(mkdtemp()) / "echo"),
    "Diagnosis": lambda: diagnostics.diagnose(ECHO, U, random_state=0),
    "Diagnosis of series": lambda: diagnostics.diagnose(ECHO, [U, U[:90]], memory=False, random_state=0),
    "Diagnosis of spikes": lambda: diagnostics.diagnose(SPIKING, U, random_state=0),
    "Edge": lambda: diagnostics.find_edge(
        EchoStateReservoir(9, activation="identity", topology="random"), U, tolerance=0.1, n_seeds=2, random_state=0
    ),
    "Events": lambda: Events(np.arange(0.0, 900.0, 3.0), np.arange(300) % 7, 7, "ms"),
    "FiringRates": lambda: diagnostics.firing_rates(SPIKING, U),
    "InputSensitivity": lambda: diagnostics.input_sensitivity(ECHO, U, lags=5, n_samples=4, random_state=0),
    "IntervalForecast": lambda: FORECASTER.forecast(5, interval=0.8),
    "IntervalVariation": lambda: diagnostics.interval_variation(SPIKING, U),
    "MemoryFunction": lambda: diagnostics.memory_function(ECHO, **DRIVE),
    "NIRReport": lambda: nir_report(SPIKING),
    "NonlinearMemoryMap": lambda: diagnostics.nonlinear_memory_map(ECHO, **DRIVE),
    "ProcessingCapacity": lambda: diagnostics.information_processing_capacity(ECHO, max_degree=3, **DRIVE),
    "Separation": lambda: diagnostics.separation(ECHO, U, U[::-1], random_state=0),
    "SpikeLyapunov": lambda: diagnostics.spike_lyapunov_exponent(SPIKING, U, n_twins=3, horizon=9, random_state=0),
    "SpikeTrains": lambda: diagnostics.spike_trains(SPIKING, U),
    "Synchrony": lambda: diagnostics.synchrony(SPIKING, U),
    "TimeConstants": lambda: diagnostics.time_constants(build(LTCLiquid).fit(U), U),
}
# What a row of each says, by its first cell, from attributes.
SAID = {
    "Attribution": {"base": lambda it: it.base.mean(), "largest of units": lambda it: np.abs(it.units).mean(0).max()},
    "Attribution of inputs": {"largest of inputs": lambda it: np.abs(it.inputs).mean(0).max()},
    "Attribution of steps": {"steps": lambda it: np.mean([np.abs(one).mean() for one in it.times])},
    "BacktestResult": {"1": lambda it: it.rmse[0, 0], "all": lambda it: np.sqrt((it.rmse**2).mean())},
    "BranchingRatio": {"branching ratio": lambda it: it.ratio, "time scale": lambda it: it.timescale,
                       "explained": lambda it: 100 * it.explained},
    "CFiles": {"flash": lambda it: it.flash, "RAM": lambda it: it.ram, "step": lambda it: it.operations},
    "Diagnosis": {"Lyapunov exponent": lambda it: it.lyapunov_exponent, "transient": lambda it: it.transient_length,
                  "memory capacity": lambda it: it.memory_capacity},
    "Diagnosis of series": {"Lyapunov exponent": lambda it: np.mean([one.lyapunov_exponent for one in it.series]),
                            "transient": lambda it: max(one.transient_length for one in it.series)},
    "Diagnosis of spikes": {"firing rate": lambda it: it.rates.mean},
    "Edge": {"edge": lambda it: it.values.mean(), "points": lambda it: sum(map(len, it.points))},
    "Events": {"number": lambda it: len(it.times), "duration": lambda it: np.ptp(it.times),
               "rate": lambda it: 1000 * len(it.times) / np.ptp(it.times) / 7},
    "FiringRates": {"mean rate": lambda it: it.per_unit.mean(), "silent units": lambda it: 100 * it.silent},
    "InputSensitivity": {"strongest": lambda it: it.profile.max()},
    "IntervalForecast": {"0": lambda it: it.forecast[0, 0]},
    "IntervalVariation": {"mean CV": lambda it: it.cv.mean(), "mean LV": lambda it: it.lv.mean()},
    "MemoryFunction": {"memory capacity": lambda it: it.total},
    "NonlinearMemoryMap": {"1": lambda it: it.capacity[0].sum()},
    "NIRReport": {"faithful": lambda it: sum(one.verdict == "faithful" for one in it.properties.values())},
    "ProcessingCapacity": {"total capacity": lambda it: it.total, "degree 2": lambda it: it.by_degree[1],
                           "products found": lambda it: len(it.products)},
    "Separation": {"ratio": lambda it: it.ratio, "mean floor": lambda it: it.floor[it.washout:].mean()},
    "SpikeLyapunov": {"exponent": lambda it: it.exponent, "distance": lambda it: it.distances[:, -1].mean()},
    "SpikeTrains": {"spikes": lambda it: len(it.steps), "duration": lambda it: it.seconds},
    "Synchrony": {"chi": lambda it: it.chi, "correlation": lambda it: it.correlation},
    "TimeConstants": {"median": lambda it: np.median(it.values), "longest": lambda it: it.values.max()},
}  # fmt: skip


@pytest.fixture(scope="module")
def results():
    return {name: make() for name, make in MADE.items()}


def check_short(result):
    """The repr is a few lines; the table of a notebook is well-formed and says the same."""
    lines = repr(result).splitlines()
    assert len(lines) <= 15 and max(map(len, lines)) <= 120
    page = ElementTree.fromstring(result._repr_html_())
    assert len(result._repr_html_()) < 4000
    assert {tag.tag for tag in page.iter()} <= {"div", "b", "p", "table", "tr", "td", "th", "small"}
    assert not re.search("color|background|src|href|class=", result._repr_html_())
    assert str(result) == repr(result) == text_of(result) and result._repr_html_() == html_of(result)
    cells = ["".join(cell.itertext()) for cell in page.iter("td")]
    text = " ".join(" ".join(lines).split())
    for cell in cells:
        assert " ".join(cell.split()) in text


def test_every_result_has_a_headline():
    public = {name.rpartition(".")[2]: thing for name, thing in things() if isinstance(thing, type)}
    records = {name for name, cls in public.items() if dataclasses.is_dataclass(cls) or hasattr(cls, "_fields")}
    shown = {name for name in records if hasattr(public[name], "headline")}
    topologies = {name for name in records if public[name].__module__.startswith("reservoir.topology")}
    assert records - shown - topologies <= RECORDS
    returned = {name.rpartition(".")[2] for name in RESULTS} & records
    assert returned - RECORDS <= shown
    assert shown == {name.split(" of ")[0] for name in MADE}


@pytest.mark.parametrize("name", MADE)
def test_results_are_short_and_say_their_numbers(results, name):
    result = results[name]
    check_short(result)
    rows = {row[0]: row[1] for row in result.headline.rows}
    for row, expected in SAID[name].items():
        assert np.isclose(float(re.match(r"\S+", rows[row])[0]), expected(result), rtol=6e-3), row


def changed(result, change):
    """The result with a change made to all its arrays and floats."""
    names = getattr(result, "_fields", None) or [field.name for field in dataclasses.fields(result)]
    values = {name: getattr(result, name) for name in names}
    made = {name: change(value) for name, value in values.items() if isinstance(value, (float, np.ndarray))}
    made = {name: value for name, value in made.items() if value is not None}
    return result._replace(**made) if hasattr(result, "_replace") else dataclasses.replace(result, **made)


def filled(value):
    def change(old):
        if isinstance(old, float):
            return value
        return np.full(old.shape, value) if old.dtype.kind == "f" else None

    return change


def emptied(old):
    return old[:0] if isinstance(old, np.ndarray) else None


@pytest.mark.parametrize("change", [filled(np.nan), filled(np.inf), filled(-np.inf), filled(1e308), emptied],
                         ids=["nan", "inf", "-inf", "huge", "empty"])  # fmt: skip
@pytest.mark.parametrize("name", sorted(set(MADE) - {"Events", "SpikeTrains"}))  # they refuse them
def test_odd_numbers_are_shown_too(results, name, change):
    check_short(changed(results[name], change))


def test_many_features_and_hostile_names_do_no_harm():
    truth = np.arange(600.0).reshape(2, 3, 100)
    names = ["<script>alert(1)</script>", "a\nb", "x" * 500, *map(str, range(97))]
    result = dataclasses.replace(FORECASTER.backtest(U[300:], 3, 9), truth=truth, forecasts=truth + 1, naive=truth + 2,
                                 feature_names=names, origins=np.array([1, 2]))  # fmt: skip
    check_short(result)
    assert "<script>" not in result._repr_html_() and "94 more" in repr(result)


def test_frames_are_shown_by_their_columns():
    pandas = pytest.importorskip("pandas", reason="data frames need pandas")
    frame = pandas.DataFrame(np.column_stack([U[:, 0], U[::-1, 0]]), columns=["price", "load"])
    shown = Forecaster(build(EchoStateReservoir), washout=20).fit(frame).forecast(4, interval=0.8)
    check_short(shown)
    assert [row[0] for row in shown.headline.rows] == ["price", "load"] and "(4, 2)" in repr(shown)


@dataclasses.dataclass(repr=False)
class Bare:
    headline: Headline
    __repr__ = text_of
    _repr_html_ = html_of


def test_a_title_alone_is_enough():
    assert repr(Bare(Headline("nothing", []))) == "nothing"
    assert Bare(Headline("a & b", []))._repr_html_() == "<div><b>a &amp; b</b></div>"


def test_paragraphs_are_filled_and_long_lines_cut():
    lines = repr(Bare(Headline("t" * 500, [("a" * 99, "b" * 99)], "word " * 90))).splitlines()
    assert max(map(len, lines)) <= 120 and len(lines) <= 8 and lines[0].endswith("...") and lines[-1].endswith("...")


def test_helpers():
    assert (number(True), number(np.int64(5)), number(-np.inf), number(None), share(None)) == (
        "True", "5", "-inf", "", "")  # fmt: skip
    assert np.isnan(of(np.max, [])) and of(np.max, [1, 3]) == 3
    assert aligned([]) == [] and shortened([]) == [] and len(shortened([("a", "b", "c")] * 9)) == 7
