"""Every diagnostic and every display on recordings: the numbers of the live reservoir, or a refusal that says why."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from readouts import RidgeReadout
from reservoir import (
    EchoStateReservoir,
    Forecaster,
    LIFLiquid,
    MeasuredReservoir,
    ReservoirRegressor,
    SequenceEncoder,
    StackedReservoir,
    diagnostics,
)
from reservoir.diagnostics.recorded import recorded_responses, refuse_recorded
from reservoir.diagnostics.stability.replicas import consistency_of, replica_responses, transient_length_of

WASHOUT, DELAYS = 20, 15
# Uniform and independent, as the live reservoir is driven by where a diagnostic draws its input.
U = np.random.RandomState(0).uniform(-1, 1, (WASHOUT + DELAYS + 400, 1))
SEVERAL = [U[start : start + 60] for start in range(0, 300, 50)]
LIVE = EchoStateReservoir(8, random_state=0).fit(U)
MEMORY = {"max_delay": DELAYS, "washout": WASHOUT}
DRAWN = MEMORY | {"n_steps": 400, "random_state": 0}


def recorded(inputs, states=None, **parameters):
    return MeasuredReservoir(inputs, LIVE.transform(inputs) if states is None else states, **parameters).fit()


ONE, MANY = recorded(U), recorded(SEVERAL)
# What the live reservoir does from the starts that `consistency` draws, as recordings of one input.
REPLICAS = replica_responses(LIVE, U, 4, 0)
REPEATED = recorded([U] * 4, REPLICAS)


def separated():
    """Recordings with the responses of `separation`, two of U and one of the other input from every pair of starts."""
    random = np.random.RandomState(0)
    rows = np.concatenate([U, -U])
    recordings = []
    for _ in range(3):
        starts = [LIVE.run(rows[random.permutation(len(rows))[: len(U)]])[1] for _ in range(2)]
        for X, start in ((U, starts[0]), (U, starts[1]), (-U, starts[1])):
            recordings.append((X, LIVE.run(X, start)[0]))
    return recorded(*map(list, zip(*recordings, strict=True)))


def regressor(reservoir):
    return ReservoirRegressor(reservoir, RidgeReadout(1e-3), washout=20).fit(U, np.roll(U[:, 0], 1))


def sequences(reservoir):
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    return make_pipeline(SequenceEncoder(reservoir), Ridge()).fit(SEVERAL, np.arange(6.0))


# By name, what gives the numbers of the live reservoir, and what gives the same of recordings.
SAME = {
    "effective_dimension": (
        lambda: diagnostics.effective_dimension(LIVE, U),
        lambda: diagnostics.effective_dimension(ONE, U),
    ),
    "kernel_rank": (
        lambda: diagnostics.kernel_rank(LIVE, SEVERAL, tolerance=1e-4),
        lambda: diagnostics.kernel_rank(MANY, SEVERAL, tolerance=1e-4),
    ),
    "generalization_rank": (
        lambda: diagnostics.generalization_rank(LIVE, SEVERAL, tolerance=1e-4),
        lambda: diagnostics.generalization_rank(MANY, SEVERAL, tolerance=1e-4),
    ),
    "separation": (
        lambda: diagnostics.separation(LIVE, U, -U, n_starts=3, random_state=0),
        lambda: diagnostics.separation(separated(), U, -U),
    ),
    "consistency": (
        lambda: diagnostics.consistency(LIVE, U, n_replicas=4, washout=3, random_state=0),
        lambda: diagnostics.consistency(REPEATED, U, washout=3),
    ),
    "transient_length": (
        lambda: diagnostics.transient_length(LIVE, U, n_replicas=4, random_state=0),
        lambda: diagnostics.transient_length(REPEATED, U),
    ),
    "echo_state_index": (
        lambda: diagnostics.echo_state_index(LIVE, U, n_starts=4, washout=2, random_state=0),
        lambda: diagnostics.echo_state_index(
            recorded([U] * 5, [LIVE.transform(U), *REPLICAS], repeats="first"), U, washout=2
        ),
    ),
    "memory_function": (
        lambda: diagnostics.memory_function(LIVE, **DRAWN),
        lambda: diagnostics.memory_function(ONE, **MEMORY),
    ),
    "memory_capacity": (
        lambda: diagnostics.memory_capacity(LIVE, **DRAWN),
        lambda: diagnostics.memory_capacity(ONE, inputs=U, **MEMORY),
    ),
    "information_processing_capacity": (
        lambda: diagnostics.information_processing_capacity(LIVE, max_degree=2, **DRAWN),
        lambda: diagnostics.information_processing_capacity(ONE, max_degree=2, **MEMORY),
    ),
    "nonlinear_memory_map": (
        lambda: diagnostics.nonlinear_memory_map(LIVE, strengths=[1, 2], **DRAWN),
        lambda: diagnostics.nonlinear_memory_map(ONE, strengths=[1, 2], **MEMORY),
    ),
    "readout_attribution": (
        lambda: diagnostics.readout_attribution(regressor(LIVE), U),
        lambda: diagnostics.readout_attribution(regressor(ONE), U),
    ),
    "readout_attribution by time": (
        lambda: diagnostics.readout_attribution(sequences(LIVE), SEVERAL, by="time"),
        lambda: diagnostics.readout_attribution(sequences(MANY), SEVERAL, by="time"),
    ),
}
# What is not known of a recording: no finite bound.
UNKNOWN = {
    "contraction_bound": lambda: diagnostics.contraction_bound(ONE),
    "state_bounds": lambda: diagnostics.state_bounds(ONE)[1],
}
AGAIN = "Record one input several times, from different starts, and use consistency"
SPIKES = "Make SpikeTrains of the recorded times of the spikes"
POINTS = "Record it at every setting"
REFUSED = {
    "lyapunov_exponents": (lambda: diagnostics.lyapunov_exponents(ONE, U), AGAIN),
    "lyapunov_exponents of a stack": (
        lambda: diagnostics.lyapunov_exponents(StackedReservoir([ONE, EchoStateReservoir(3)]).fit(U), U),
        AGAIN,
    ),
    "effective_spectral_radius": (lambda: diagnostics.effective_spectral_radius(ONE), AGAIN),
    "effective_spectral_radius of X": (lambda: diagnostics.effective_spectral_radius(ONE, U), AGAIN),
    "spectral_radius": (lambda: diagnostics.spectral_radius(ONE), AGAIN),
    "spectral_norm": (lambda: diagnostics.spectral_norm(ONE), AGAIN),
    "time_constants": (lambda: diagnostics.time_constants(ONE, U), "Record a step of the input"),
    "input_sensitivity": (lambda: diagnostics.input_sensitivity(ONE, U), "with and without the change"),
    "readout_attribution by input": (
        lambda: diagnostics.readout_attribution(regressor(ONE), U, by="input"),
        "Use by='unit'",
    ),
    "kernel_rank of one": (lambda: diagnostics.kernel_rank(ONE, U), "Pass the inputs of several recordings as a list"),
    "generalization_rank of one": (lambda: diagnostics.generalization_rank(ONE, U), "Pass the inputs of several"),
    "find_edge": (lambda: diagnostics.find_edge(ONE, U), POINTS),
    "spike_trains": (lambda: diagnostics.spike_trains(ONE, U), SPIKES),
    "firing_rates": (lambda: diagnostics.firing_rates(ONE, U), SPIKES),
    "interval_variation": (lambda: diagnostics.interval_variation(ONE, U), SPIKES),
    "synchrony": (lambda: diagnostics.synchrony(ONE, U), SPIKES),
    "branching_ratio": (lambda: diagnostics.branching_ratio(ONE, U), SPIKES),
    "spike_lyapunov_exponent": (lambda: diagnostics.spike_lyapunov_exponent(ONE, U), AGAIN),
}
# A closed loop has to drive: there is no forecaster to be passed on.
OF_FORECASTERS = {"autonomous_lyapunov_spectrum"}
# These take spikes or activity that are at hand.
OF_SPIKES = {
    "branching_ratio_of_activity",
    "firing_rates_of_trains",
    "interval_variation_of_trains",
    "synchrony_of_trains",
}
ELSEWHERE = {"diagnose"}  # below


def numbers(result):
    return [getattr(result, one.name) for one in fields(result)] if is_dataclass(result) else [result]


def test_every_diagnostic_is_in_a_table():
    functions = {name for name in diagnostics.__all__ if not isinstance(getattr(diagnostics, name), type)}
    tables = [{name.split()[0] for name in table} for table in (SAME, UNKNOWN, REFUSED)]
    assert set().union(*tables, OF_FORECASTERS, OF_SPIKES, ELSEWHERE) == functions


@pytest.mark.parametrize("name", SAME)
def test_recordings_have_the_numbers_of_the_live_reservoir(name):
    live, measured = (numbers(make()) for make in SAME[name])
    for one, other in zip(live, measured, strict=True):
        if isinstance(one, list):
            one, other = (np.concatenate([np.ravel(part) for part in parts]) for parts in (one, other))
        assert_array_equal(other, one)


@pytest.mark.parametrize("name", UNKNOWN)
def test_no_bound_is_known_of_a_recording(name):
    assert np.isinf(UNKNOWN[name]()).all()


@pytest.mark.parametrize("name", REFUSED)
def test_what_must_drive_is_refused_and_says_what_to_record(name):
    call, instead = REFUSED[name]
    with pytest.raises(TypeError, match=f"'reservoir' must be one that can be driven for .*{instead}"):
        call()


def test_a_forecaster_of_recordings_is_refused_before_its_exponents_are_asked_for():
    with pytest.raises(ValueError, match="'reservoir' must be one that can be driven, as forecasts are fed back"):
        Forecaster(MeasuredReservoir(U, U)).fit(U)


@pytest.mark.parametrize("name", ["consistency", "transient_length", "echo_state_index", "separation"])
def test_responses_are_compared_of_repeated_recordings_only(name):
    more = (U,) if name == "separation" else ()
    with pytest.raises(ValueError, match="'X' must have been recorded at least 2 times, from different starts.*got 1"):
        getattr(diagnostics, name)(ONE, U, *more)


def test_the_other_input_is_named_if_it_was_not_recorded():
    with pytest.raises(ValueError, match="'Y' must have been recorded for its responses to be compared.*got 0"):
        diagnostics.separation(REPEATED, U, U[::-1])


def test_the_advice_to_record_again_works():
    assert diagnostics.consistency(REPEATED, U) == consistency_of(REPLICAS)
    assert diagnostics.transient_length(REPEATED, U) == transient_length_of(REPLICAS)


def test_responses():
    assert len(recorded_responses(REPEATED, U)) == 4
    refuse_recorded(LIVE, "this", "drives", "Nothing.")


def test_recorded_spikes_have_the_numbers_of_the_live_liquid():
    u = np.random.RandomState(0).uniform(0, 1, (60, 2))
    liquid = LIFLiquid(20, background_current=20.0, random_state=0).fit(u)
    steps, units = liquid.spikes(u)
    trains = diagnostics.SpikeTrains(
        steps, units, 60 * liquid.n_substeps_, 20, liquid.dt_, liquid.inhibitory_,
        liquid.refractory_steps_ * liquid.dt_,
    )  # fmt: skip
    live, measured = diagnostics.firing_rates(liquid, u), diagnostics.firing_rates_of_trains(trains)
    assert live.mean > 0
    assert_array_equal(measured.per_unit, live.per_unit)
    assert diagnostics.synchrony_of_trains(trains).chi == diagnostics.synchrony(liquid, u).chi


# Diagnosed


def test_a_diagnosis_of_one_recording_says_what_is_missing():
    live, found = (diagnostics.diagnose(one, U, random_state=0) for one in (LIVE, ONE))
    assert found.verdict == "undecided" and not found.healthy and found.changes == ()
    assert found.lyapunov_exponent is found.spectral_radius is found.consistency is found.transient_length is None
    for name in ("effective_dimension", "still", "strength", "n_units", "n_rows"):
        assert getattr(found, name) == getattr(live, name)
    assert "the Lyapunov exponent and the spectral radius are unknown, and so are consistency" in found.advice
    assert "Lyapunov" not in str(found).split("\n\n")[1]
    assert 0 < found.memory_capacity < 8
    assert "of the recorded input, at most 8" in str(found)


def test_a_diagnosis_of_repeated_recordings():
    found = diagnostics.diagnose(REPEATED.set_params(repeats="first").fit(), U)
    assert found.verdict == "ordered" and found.consistency == consistency_of(REPLICAS)
    assert found.transient_length == transient_length_of(REPLICAS)
    noise = np.random.RandomState(0).standard_normal((4, *REPLICAS[0].shape))
    noisy = recorded([U] * 4, [one + more for one, more in zip(REPLICAS, noise, strict=True)], repeats="mean")
    assert diagnostics.diagnose(noisy, U).verdict == "inconsistent"
    several = diagnostics.diagnose(noisy, [U, U[:300]])
    assert several.verdict == "inconsistent" and len(several.series) == 2


def test_faults_of_recordings_are_named_without_changes_that_nobody_can_try():
    for scale, verdict in ((0.0, "silent"), (1e-7, "weak")):
        found = diagnostics.diagnose(recorded(U, scale * LIVE.transform(U)), U)
        assert found.verdict == verdict and found.changes == () and "No change of its scales" not in found.advice


def test_the_memory_of_an_input_that_is_no_noise_is_unknown():
    wave = np.sin(0.1 * np.arange(300.0))[:, None]
    assert diagnostics.diagnose(recorded(wave), wave).memory_capacity is None


# Shown

pytest.importorskip("matplotlib", reason="pictures need matplotlib")

from reservoir import plots  # noqa: E402

GRID = {"spectral_radius": [0.5, 1.0], "leak_rate": [0.5, 1.0]}
DRAWN_OF = {
    "MemoryDisplay": lambda one: plots.MemoryDisplay.from_estimator(one, max_degree=1, inputs=U, **MEMORY),
    "StateDisplay": lambda one: plots.StateDisplay.from_estimator(one, U),
    "AttributionDisplay": lambda one: plots.AttributionDisplay.from_estimator(
        sequences(MANY if one is ONE else one), SEVERAL[0], background=SEVERAL
    ),
}
NOT_DRAWN = {
    "EdgeDisplay": (lambda: plots.EdgeDisplay.from_estimator(ONE, U, "spectral_radius", (0.5, 2.0)), POINTS),
    "LyapunovDisplay": (lambda: plots.LyapunovDisplay.from_estimator(ONE, U, "spectral_radius", [0.5, 1.0]), POINTS),
    "StabilityMapDisplay": (lambda: plots.StabilityMapDisplay.from_estimator(ONE, U, GRID), POINTS),
    "SpectrumDisplay": (lambda: plots.SpectrumDisplay.from_estimator(ONE), AGAIN),
    "SpikeRasterDisplay": (lambda: plots.SpikeRasterDisplay.from_estimator(ONE, U), SPIKES),
    "TimeConstantDisplay": (lambda: plots.TimeConstantDisplay.from_estimator(ONE, U), "Record a step of the input"),
    "TopologyDisplay": (lambda: plots.TopologyDisplay.from_estimator(ONE), "from_wiring"),
}


def test_every_display_is_in_a_table():
    of_forecasters = {"BacktestDisplay", "ForecastDisplay"}
    names = {name for name in plots.__all__ if name.endswith("Display")}
    assert {*DRAWN_OF, *NOT_DRAWN, "SeparationDisplay"} | of_forecasters == names


@pytest.fixture(autouse=True)
def _closed_figures():
    import matplotlib.pyplot

    yield
    matplotlib.pyplot.close("all")


def heights(display):
    axes = np.ravel(display.ax_ if hasattr(display, "ax_") else display.axes_)
    return [line.get_ydata() for one in axes for line in one.get_lines()]


@pytest.mark.parametrize("name", DRAWN_OF)
def test_recordings_are_drawn_as_the_live_reservoir_is(name):
    live, measured = (heights(DRAWN_OF[name](one)) for one in (LIVE, ONE))
    for one, other in zip(live, measured, strict=True):
        assert_array_equal(other, one)


def test_separations_are_drawn():
    display = plots.SeparationDisplay.from_estimator(separated(), U, -U)
    assert display.result.ratio > 0


@pytest.mark.parametrize("name", NOT_DRAWN)
def test_what_must_drive_is_not_drawn(name):
    call, instead = NOT_DRAWN[name]
    with pytest.raises(TypeError, match=f"'reservoir' must be one that can be driven for .*{instead}"):
        call()
