"""Spiking liquids in C, compiled and run, against `run`, a plain twin, and what is known of a unit."""

import naive
import numpy as np
import pytest
from builders import series
from c_programs import compile_c, needs_gcc, outputs_in_c, run_c
from cortex_m4 import needs_cortex_m4, run_on_cortex_m4
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    ConductanceSynapses,
    Izhikevich,
    LIFLiquid,
    Markram,
    PerfectIntegrateAndFire,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.interop import to_c

N = 40
U = series(10_000, 3)
SPIKES = np.random.RandomState(0).poisson(0.5, U.shape).astype(float)
NUMBERS = np.random.RandomState(1)
DYNAMIC = Markram(0.5, 200.0, (50.0, 100.0, 0.0, 60.0), rate=5.0)
# Units of their own constants, some of them not refractory.
UNLIKE = {
    "tau_membrane": NUMBERS.uniform(10, 30, N),
    "tau_excitatory": NUMBERS.uniform(2, 4, N),
    "tau_inhibitory": (6.0, 5.0),
    "threshold": NUMBERS.uniform(14, 16, N),
    "reset": NUMBERS.uniform(-1, 1, N),
    "resting": NUMBERS.uniform(-1, 1, N),
    "refractory": NUMBERS.uniform(0, 4, N),
    "background_current": NUMBERS.uniform(8, 20, N),
}
BY_SYNAPSE = {"delays": NUMBERS.uniform(0, 30, (N, N)), "recurrent_scaling": 2.0}
PERFECT = {"neuron": PerfectIntegrateAndFire(capacitance=(30.0, 20.0)), "background_current": 2.0}
SYNAPSES = ConductanceSynapses(NUMBERS.uniform(60, 80, N), -10.0)
ADAPTIVE = AdaptiveLeakyIntegrateAndFire(
    tau_membrane=NUMBERS.uniform(10, 30, N),
    threshold_jump=NUMBERS.uniform(0, 1, N),
    tau_threshold=(100.0, 50.0),
    adaptation_jump=0.3,
    kept_overshoot=NUMBERS.uniform(0, 1, N),
)
IZHIKEVICH = Izhikevich(a=(0.02, 0.1), b=NUMBERS.uniform(0.19, 0.26, N), d=NUMBERS.uniform(2, 8, N))
EXPONENTIAL = AdaptiveExponential(tau_membrane=NUMBERS.uniform(8, 20, N), slope=(2.0, 1.0), reset=-58.0)
OF_CORTEX = ConductanceSynapses(0.0, NUMBERS.uniform(-85, -75, N))


def lif(**parameters):
    return LIFLiquid(N, random_state=0, **parameters)


def spiking(neuron, **parameters):
    return SpikingLiquid(N, neuron=neuron, random_state=0, **parameters)


LIQUIDS = {
    "default": (lif(), U),
    "units unlike": (lif(output="voltages", **UNLIKE), U),
    "dynamic": (lif(short_term_plasticity=DYNAMIC, output="counts", delays=(7.0, 3.0, 13.0, 25.0), dt=0.5), U),
    "dynamic, by synapse": (lif(short_term_plasticity=Markram(0.5, 200.0, 50.0, spread=0.3), **BY_SYNAPSE), U),
    "spikes": (lif(input="spikes", output="counts"), SPIKES),
    "spikes, late": (lif(input="spikes", input_delays=NUMBERS.uniform(0, 50, (N, 3)), **BY_SYNAPSE), SPIKES),
    "spikes, dynamic": (lif(input="spikes", input_delays=(0.0, 7.0), short_term_plasticity=DYNAMIC), SPIKES),
    "perfect": (SpikingLiquid(N, random_state=0, output="voltages", **PERFECT), U),
    "conductances": (lif(output="voltages", **UNLIKE, synapses=SYNAPSES), U),
    "adaptive": (spiking(ADAPTIVE, output="voltages", refractory=UNLIKE["refractory"]), U),
    "adaptive, held": (spiking(ADAPTIVE, output="counts", refractory=4.0, input="spikes"), SPIKES),
    "adaptive conductances": (spiking(ADAPTIVE, synapses=SYNAPSES, short_term_plasticity=DYNAMIC), U),
    "izhikevich": (spiking(IZHIKEVICH, background_current=6.0, output="voltages"), U),
    "izhikevich, held": (spiking(IZHIKEVICH, dt=0.5, refractory=4.0, input="spikes", output="voltages"), SPIKES),
    "izhikevich conductances": (spiking(IZHIKEVICH, dt=0.5, background_current=6.0, synapses=OF_CORTEX), U),
    "exponential": (spiking(EXPONENTIAL, dt=0.5, background_current=25.0, output="voltages"), U),
    "exponential, held": (spiking(EXPONENTIAL, refractory=2.0, background_current=25.0), U),
    "exponential conductances": (spiking(EXPONENTIAL, synapses=OF_CORTEX, background_current=25.0), U),
    "one unit": (LIFLiquid(1, inhibitory=0.0, random_state=0), U),
}
SANITIZED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
FASTEST = ("-std=gnu99", "-march=native", "-Ofast")  # fuses products as it likes, and sums in any order


@needs_gcc
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", LIQUIDS)
def test_states_have_the_bits_of_run_over_10000_rows(tmp_path, name, dtype):
    liquid, X = LIQUIDS[name]
    liquid.set_params(dtype=dtype).fit(X[:5])
    states, _ = liquid.run(X)
    assert len(np.unique(states)) > 2
    assert_array_equal(outputs_in_c(to_c(liquid, tmp_path / "liquid"), X, dtype=dtype), states)


@needs_gcc
@pytest.mark.parametrize("flags", [SANITIZED, FASTEST])
@pytest.mark.parametrize(
    "name",
    [
        "dynamic, by synapse", "spikes, dynamic", "conductances", "adaptive", "adaptive, held", "adaptive conductances",
        "izhikevich", "izhikevich conductances", "exponential", "exponential conductances",
    ],
)  # fmt: skip
def test_no_flag_of_the_compiler_changes_a_bit(tmp_path, name, flags):
    liquid, X = LIQUIDS[name]
    states, _ = liquid.set_params(dtype="float32").fit(X[:5]).run(X[:1000])
    files = to_c(liquid, tmp_path / "liquid")
    assert_array_equal(outputs_in_c(files, X[:1000], *flags, dtype="float32"), states)


# In double precision, for which that processor has no instructions, its C library (newlib 3.3) fuses no product.
@needs_cortex_m4
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 0.0), ("float64", 1e-12)])
@pytest.mark.parametrize("name", ["units unlike", "spikes, dynamic"])
def test_a_cortex_m4_has_the_same_states(tmp_path, name, dtype, tolerance):
    liquid, X = LIQUIDS[name]
    states, _ = liquid.set_params(dtype=dtype).fit(X[:5]).run(X[:200])
    outputs = run_on_cortex_m4(to_c(liquid, tmp_path / "liquid"), X[:200], dtype)
    assert_allclose(outputs, states, rtol=0, atol=tolerance)


# In double precision, units of Izhikevich amplify what its library does not fuse.
@needs_cortex_m4
@pytest.mark.parametrize(
    ("name", "dtype", "tolerance"),
    [
        ("adaptive", "float32", 0.0), ("adaptive", "float64", 1e-12), ("conductances", "float32", 0.0),
        ("izhikevich", "float32", 0.0), ("exponential", "float32", 0.0),
    ],
)  # fmt: skip
def test_a_cortex_m4_has_the_same_states_of_other_units(tmp_path, name, dtype, tolerance):
    liquid, X = LIQUIDS[name]
    states, _ = liquid.set_params(dtype=dtype).fit(X[:5]).run(X[:200])
    outputs = run_on_cortex_m4(to_c(liquid, tmp_path / "liquid"), X[:200], dtype)
    assert_allclose(outputs, states, rtol=0, atol=tolerance)


@needs_gcc
def test_every_spike_comes_in_its_step(tmp_path):
    liquid = lif(input_period=0.5, dt=0.5, input_scaling=60.0, output="counts").fit(U[:5])
    steps, units = np.nonzero(outputs_in_c(to_c(liquid, tmp_path / "liquid"), U))
    expected_steps, expected_units = liquid.spikes(U)
    assert len(steps) > 1000
    assert_array_equal(steps, expected_steps)
    assert_array_equal(units, expected_units)


@needs_gcc
def test_a_charged_capacitor_spikes_when_it_is_full(tmp_path):
    alone = {"recurrent_scaling": 0.0, "background_current": 10.0, "refractory": 0.0, "inhibitory": 0.0}
    unit = SpikingLiquid(
        1, neuron=PerfectIntegrateAndFire(capacitance=5.0), input_period=1.0, output="counts", **alone
    ).fit([[0.0]])
    spikes = outputs_in_c(to_c(unit, tmp_path / "unit"), np.zeros((40, 1)))
    # 15 mV * 5 nF / 10 nA = 7.5 ms, rounded up to a step of 1 ms.
    assert_array_equal(np.flatnonzero(spikes), [7, 15, 23, 31, 39])


@needs_gcc
def test_traces_are_those_of_the_plain_twin(tmp_path):
    liquid = lif(recurrent_scaling=2.0, delays=(2.0, 1.0, 3.0, 0.0)).fit(U[:5])
    delays, hold = liquid.delays_.toarray().astype(int), liquid.refractory_.astype(int)
    traces, _, _, spikes = naive.run_lif(liquid, delays, np.zeros((N, 3), int), None, hold, U[:40])
    assert len(spikes) > 100
    assert_allclose(outputs_in_c(to_c(liquid, tmp_path / "liquid"), U[:40]), traces, rtol=0, atol=1e-10)


@needs_gcc
def test_layers_of_a_stack_may_spike(tmp_path):
    layers = [lif(input="spikes", output="counts"), LIFLiquid(20, input="spikes")]
    stack = StackedReservoir(layers, random_state=0).fit(SPIKES[:5])
    files = to_c(stack, tmp_path / "stack")
    assert_array_equal(outputs_in_c(files, SPIKES), stack.run(SPIKES)[0])


@needs_gcc
def test_what_are_no_spikes_is_refused_and_changes_nothing(tmp_path):
    liquid = lif(input="spikes").fit(SPIKES[:5])
    wrong = [[0.5, 0, 0], [0, -1, 0], [0, 0, 2.0**54], [np.nan, 0, 0]]
    files = to_c(liquid, tmp_path / "liquid")
    given = np.vstack([SPIKES[:20], wrong, SPIKES[20:40]])
    outputs = run_c(compile_c(files), files, given)
    assert_array_equal(outputs[20:24], np.full((4, N), -1.0))
    assert_array_equal(np.delete(outputs, np.s_[20:24], axis=0), liquid.run(SPIKES[:40])[0])


REFUSED = {
    "noise": (
        {"noise": (5.0, 0.0)},
        {},
        "'model' must be free of noise.* 'noise' of up to 5 nA",
    ),
    "dtype": ({}, {"dtype": "float32"}, "'dtype' must be that of a spiking liquid, 'float64'.* got 'float32'"),
    "refractory": ({"refractory": 1e12}, {}, r"'refractory' must be at most 2\*\*32 steps"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_faithful_is_refused_by_name(tmp_path, name):
    parameters, keywords, message = REFUSED[name]
    liquid = lif(**parameters).fit(U[:5])
    with pytest.raises(ValueError, match=message):
        to_c(liquid, tmp_path / "liquid", **keywords)
    assert list(tmp_path.iterdir()) == []


def test_memory_is_that_of_bits_and_small_integers(tmp_path):
    files = to_c(lif(delays=(2.0, 1.0, 3.0, 1.0)).fit(U[:5]), tmp_path / "liquid")
    reals, drive = 4 * N, N  # a voltage, two currents and a trace; the drive is on the stack
    spikes_on_their_way, place, held, clock = 4 * 2 * 4, 4, N, 1  # 4 steps of 40 bits, in two words each
    aligned = 3  # bytes that fill the last eight
    assert files.ram == 8 * (reals + drive) + spikes_on_their_way + place + held + clock + aligned
    text = files.header.read_text()
    assert "uint32_t spikes[8];" in text
    assert "uint8_t hold[40];" in text


def test_voltages_to_begin_with_take_memory_where_they_are_not_alike(tmp_path):
    starts = 0.0, 1.0, NUMBERS.uniform(0, 1, N)
    zero, one, unlike = (to_c(lif(initial_voltage=v).fit(U[:5]), tmp_path / "liquid").flash for v in starts)
    assert zero == one == unlike - 8 * N


def test_weights_of_synapses_that_are_not_there_take_no_memory(tmp_path):
    liquids = (lif(topology="shift", degree=degree).fit(U[:5]) for degree in (2, 12))
    few, many = (to_c(liquid, tmp_path / "liquid").flash for liquid in liquids)
    weight, target, place = 8, 1, 1  # of more than 255 synapses, a place takes one byte more
    assert many - few == 10 * N * (weight + target) + (N + 1) * place
