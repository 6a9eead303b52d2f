"""What the page on spiking conventions says of Brian2, NEST, snnTorch, Norse and NIR, asked of these themselves."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest

from reservoir import LIFLiquid, SpikingLiquid
from reservoir.spiking import neurons
from reservoir.spiking.steps import refractory_steps, rounded_steps

PAGE = Path(__file__).parents[3] / "docs" / "guide" / "spiking_conventions.md"
PROGRAM = re.search(r"^from reservoir.interop import to_brian2.*?(?=^X = )", PAGE.read_text(), re.M | re.S)[0]
MODELS = [model for model in map(neurons.__dict__.get, neurons.__all__) if hasattr(model, "rheobase")]
MODELS.remove(neurons.Neuron)
DT = 0.1
# Refractory times in ms, and the least steps from a spike to the next in Brian2 and in NEST, where t_ref is one.
INTERVALS = [
    (0.0, 1, 1), (0.05, 1, 2), (0.1, 1, 2), (0.14, 1, 3), (0.19, 1, 3), (1.25, 12, 14), (2.0, 20, 21), (2.99, 29, 31),
]  # fmt: skip
# Delays in ms, and the steps from a spike of the grid to its arrival: here and in Brian2, and in NEST.
DELAYS = [(0.04, 0, None), (0.05, 1, 1), (0.15, 1, 2), (0.25, 3, 3), (0.35, 4, 4), (0.45, 5, 5), (0.5, 5, 5)]


@pytest.fixture(scope="module")
def brian2():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import brian2
        except (ImportError, AttributeError) as error:
            pytest.skip(f'needs Brian2 2.9 and NumPy below 2.4, pip install "liquid-reservoir[brian2]": {error}')
        brian2.prefs.codegen.target = "numpy"
        yield brian2


@pytest.fixture
def nest():
    nest = pytest.importorskip("nest", reason='needs NEST 3.10: pip install "liquid-reservoir[nest]"')
    nest.ResetKernel()
    nest.set(resolution=DT, verbosity=nest.VerbosityLevel.ERROR)
    yield nest
    nest.ResetKernel()  # for others, whose grid is another


@pytest.fixture
def snntorch():
    return pytest.importorskip("snntorch", reason="needs snnTorch 1.0, pip install snntorch")


@pytest.fixture
def norse():
    return pytest.importorskip("norse.torch", reason="needs Norse 1.1, pip install norse")


def first_and_intervals(times, dt=DT):
    steps = np.rint(np.asarray(times) / dt).astype(int)
    return steps[0], set(np.diff(steps).tolist())


@pytest.mark.parametrize(("refractory", "steps", "_"), INTERVALS)
def test_in_brian2_refractory_times_are_rounded_down_and_the_first_step_is_0(brian2, refractory, steps, _):
    model = "dv/dt = (1e4 - v) / (20 * ms) : 1 (unless refractory)"
    options = {"threshold": "v >= 1", "reset": "v = 0", "method": "exact", "dt": DT * brian2.ms}
    units = brian2.NeuronGroup(1, model, refractory=refractory * brian2.ms, **options)
    monitor = brian2.SpikeMonitor(units)
    brian2.Network(units, monitor).run(20 * brian2.ms)
    assert first_and_intervals(monitor.t / brian2.ms) == (0, {steps})
    assert max(refractory_steps(refractory, DT), 1) == steps


@pytest.mark.parametrize(("t_ref", "_", "steps"), INTERVALS)
def test_in_nest_refractory_times_are_rounded_up_and_take_a_step_more_and_the_first_step_is_1(nest, t_ref, _, steps):
    unit, recorder = nest.Create("iaf_psc_exp", params={"I_e": 1e7, "t_ref": t_ref}), nest.Create("spike_recorder")
    nest.Connect(unit, recorder)
    nest.Simulate(20.0)
    assert first_and_intervals(recorder.events["times"]) == (1, {steps})
    assert steps == (np.ceil(t_ref / DT - 1e-9) + 1 if t_ref else 1)


def brian2_arrival(brian2, delay):
    """Steps, from the one of an input spike on, after which a current has jumped, and in which V has moved."""
    model = "dv/dt = (current - v) / (20 * ms) : 1\ndcurrent/dt = -current / (3 * ms) : 1"
    units = brian2.NeuronGroup(1, model, method="exact", dt=DT * brian2.ms)
    inputs = brian2.SpikeGeneratorGroup(1, [0], [1.0] * brian2.ms, dt=DT * brian2.ms)
    synapses = brian2.Synapses(inputs, units, on_pre="current_post += 1", dt=DT * brian2.ms)
    synapses.connect()
    synapses.delay = delay * brian2.ms
    monitor = brian2.StateMonitor(units, ["v", "current"], record=True, dt=DT * brian2.ms, when="end")
    brian2.Network(units, inputs, synapses, monitor).run(3 * brian2.ms)
    return np.flatnonzero(monitor.current[0])[0] - 10, np.flatnonzero(monitor.v[0])[0] - 10


def nest_arrival(nest, delay):
    generator = nest.Create("spike_generator", params={"spike_times": [1.0]})
    unit = nest.Create("iaf_psc_exp")
    meter = nest.Create("multimeter", params={"interval": DT, "record_from": ["V_m", "I_syn_ex"]})
    nest.Connect(generator, unit, syn_spec={"weight": 1000.0, "delay": delay})
    nest.Connect(meter, unit)
    nest.Simulate(3.0)
    ends = np.rint(np.asarray(meter.events["times"]) / DT).astype(int) - 1  # steps, of which these are the ends
    moved = meter.events["V_m"] != meter.events["V_m"][0]
    return ends[np.flatnonzero(meter.events["I_syn_ex"])[0]] - 10, ends[np.flatnonzero(moved)[0]] - 10


def arrival(delay):
    """The same here, V alone; its currents are not shown."""
    unit = LIFLiquid(
        recurrent_weights=[[0.0]], input_weights=[[1.0]], input="spikes", input_delays=delay, dt=DT, input_period=DT,
        background_current=0.0, output="voltages",
    ).fit([[0.0]])  # fmt: skip
    return np.flatnonzero(unit.transform(np.eye(30, 1, k=-10)))[0] - 10


@pytest.mark.parametrize(("delay", "steps", "_"), DELAYS)
def test_in_brian2_delays_are_rounded_half_up_and_arrive_after_v_has_moved(brian2, delay, steps, _):
    assert brian2_arrival(brian2, delay) == (steps, steps + 1)
    assert arrival(delay) == steps + 1 and rounded_steps(delay, DT) == steps


@pytest.mark.parametrize(("delay", "_", "steps"), DELAYS)
def test_in_nest_the_least_delay_is_a_step_and_acts_as_none_does_here(nest, delay, _, steps):
    if steps is None:
        with pytest.raises(nest.NESTError, match="[Dd]elay"):
            nest_arrival(nest, delay)
    else:
        assert nest_arrival(nest, delay) == (steps - 1, steps)
        assert arrival((steps - 1) * DT) == steps


def test_in_brian2_a_step_has_this_order_and_synapses_that_of_their_names(brian2):
    assert brian2.Network().schedule == ["start", "groups", "thresholds", "synapses", "resets", "end"]
    units = brian2.NeuronGroup(1, "v : 1", dt=DT * brian2.ms)
    inputs = brian2.SpikeGeneratorGroup(1, [0], [0] * brian2.ms, dt=DT * brian2.ms)
    made = []
    for name, change in (("b", "v_post = 2 * v_post"), ("a", "v_post += 1")):
        made.append(brian2.Synapses(inputs, units, on_pre=change, name=f"conventions_{name}", dt=DT * brian2.ms))
        made[-1].connect()
    brian2.Network(units, inputs, *made).run(DT * brian2.ms)
    assert units.v[0] == 2  # "a" first, though made last


def test_in_brian2_what_is_refractory_stands_in_the_equations(brian2):
    model = "dv/dt = -v / (20 * ms) : 1 (unless refractory)\ndcurrent/dt = -current / (3 * ms) : 1"
    options = {"threshold": "v >= 1", "reset": "v = 0.5", "refractory": 1 * brian2.ms}
    units = brian2.NeuronGroup(1, model, method="exact", dt=DT * brian2.ms, **options)
    units.v, units.current = 2.0, 1.0
    monitor = brian2.StateMonitor(units, ["v", "current"], record=True, dt=DT * brian2.ms, when="end")
    brian2.Network(units, monitor).run(2 * brian2.ms)
    # A spike in step 0: held up to step 9, moving from step 10 on.
    assert np.all(monitor.v[0][:10] == 0.5) and monitor.v[0][10] < 0.5
    np.testing.assert_allclose(monitor.current[0], np.exp(-DT / 3 * np.arange(1, 21)))


def test_in_nest_the_threshold_counts_and_currents_decay_while_a_unit_is_refractory(nest):
    # V is at its threshold, where nothing moves it.
    params = {"E_L": -55.0, "V_th": -55.0, "V_m": -55.0, "V_reset": -70.0, "t_ref": 1.0, "tau_syn_ex": 2.0}
    unit, recorder = nest.Create("iaf_psc_exp", params=params), nest.Create("spike_recorder")
    generator = nest.Create("spike_generator", params={"spike_times": [DT]})
    meter = nest.Create("multimeter", params={"interval": DT, "record_from": ["V_m", "I_syn_ex"]})
    nest.Connect(unit, recorder)
    nest.Connect(generator, unit, syn_spec={"weight": 100.0, "delay": DT})
    nest.Connect(meter, unit)
    nest.Simulate(2.0)
    voltages, currents = meter.events["V_m"], meter.events["I_syn_ex"]
    assert recorder.events["times"][0] == DT
    # Reset at the end of step 0, then held for ten steps.
    assert np.all(voltages[:11] == -70.0) and voltages[11] > -70.0
    np.testing.assert_allclose(currents[1:], 100 * np.exp(-DT / 2 * np.arange(len(currents) - 1)))


@pytest.mark.parametrize("delay", [1, 2, 5])
def test_in_nest_a_spike_of_a_unit_moves_another_in_the_step_after_its_delay(nest, delay):
    source, target = nest.Create("iaf_psc_exp", params={"I_e": 1e7, "t_ref": 9.0}), nest.Create("iaf_psc_exp")
    meter = nest.Create("multimeter", params={"interval": DT, "record_from": ["V_m"]})
    nest.Connect(source, target, syn_spec={"weight": 100.0, "delay": delay * DT})
    nest.Connect(meter, target)
    nest.Simulate(3.0)
    moved = np.flatnonzero(meter.events["V_m"] != meter.events["V_m"][0])[0]
    in_step = np.rint(meter.events["times"][moved] / DT) - 1
    pair = LIFLiquid(
        recurrent_weights=[[0.0, 0.0], [0.1, 0.0]], inhibitory=np.zeros(2, bool), input_weights=[[1e6], [0.0]],
        delays=delay * DT, dt=DT, input_period=DT, background_current=0.0, refractory=9.0, output="voltages",
    ).fit([[0.0]])  # fmt: skip
    assert in_step == np.flatnonzero(pair.transform(np.ones((30, 1)))[:, 1])[0] == delay + 1  # the spike is in step 0


def test_in_nest_a_current_from_a_generator_moves_a_unit_in_the_step_after_the_next(nest):
    generator = nest.Create("step_current_generator", params={"amplitude_times": [DT], "amplitude_values": [1e3]})
    unit, meter = nest.Create("iaf_psc_exp"), nest.Create("multimeter", params={"interval": DT, "record_from": ["V_m"]})
    nest.Connect(generator, unit, syn_spec={"delay": DT})
    nest.Connect(meter, unit)
    nest.Simulate(1.0)
    moved = np.flatnonzero(meter.events["V_m"] != meter.events["V_m"][0])[0]
    assert meter.events["times"][moved] == pytest.approx(3 * DT)


def test_in_snntorch_input_acts_at_once_above_the_threshold_and_the_reset_comes_a_step_late(snntorch):
    import torch

    def run(unit, inputs, n_states):
        states, found = [torch.zeros(1)] * n_states, []
        for one in inputs:
            spike, *states = unit(torch.tensor([one]), *states)
            found.append((float(spike), float(states[-1])))
        return found

    at_threshold = snntorch.Leaky(beta=1.0, threshold=1.0)
    # 1 is at the threshold, and no spike; 1.5 is one in its own step, and 1 is subtracted in the next.
    assert run(at_threshold, [1.0, 0.5, 0.0], 1) == [(0.0, 1.0), (1.0, 1.5), (0.0, 0.5)]
    to_zero = snntorch.Leaky(beta=1.0, threshold=1.0, reset_mechanism="zero")
    assert run(to_zero, [1.5, 0.25], 1) == [(1.0, 1.5), (0.0, 0.25)]
    # An input adds to the current, and this to the membrane, both in the step of the input.
    assert run(snntorch.Synaptic(alpha=0.5, beta=1.0, threshold=9.0), [1.0, 0.0], 2) == [(0.0, 1.0), (0.0, 1.5)]
    # In a recurrent layer a spike acts in the next step.
    recurrent = snntorch.RLeaky(beta=0.5, V=4.0, threshold=1.0, all_to_all=False, reset_mechanism="none")
    with torch.no_grad():
        spike, membrane = recurrent(torch.tensor([2.0]), torch.zeros(1), torch.zeros(1))
        assert (float(spike), float(membrane)) == (1.0, 2.0)
        assert float(recurrent(torch.tensor([0.0]), spike, membrane)[1]) == 5.0
    # Nothing is refractory: strong input brings a spike in every step.
    assert [spike for spike, _ in run(snntorch.Leaky(beta=0.5, threshold=1.0), [9.0] * 4, 1)] == [1.0] * 4


def test_in_norse_input_acts_at_once_above_the_threshold_by_a_step_of_euler(norse):
    import torch
    from norse.torch.functional.lif import LIFFeedForwardState, LIFParameters, lif_feed_forward_step

    one = LIFParameters(tau_syn_inv=torch.tensor(200.0), tau_mem_inv=torch.tensor(100.0), v_th=torch.tensor(1.0))
    rest = LIFFeedForwardState(v=torch.zeros(1), i=torch.zeros(1))
    spike, state = lif_feed_forward_step(torch.tensor([1.0]), rest, one, dt=0.001)
    np.testing.assert_allclose([float(spike), float(state.v), float(state.i)], [0.0, 0.1, 0.8], atol=1e-6)
    spike, state = lif_feed_forward_step(torch.tensor([10.0]), rest, one._replace(v_th=torch.tensor(1.0)), dt=0.001)
    assert float(spike) == 0.0 and float(state.v) == 1.0  # at the threshold
    spike, state = lif_feed_forward_step(torch.tensor([11.0]), rest, one, dt=0.001)
    assert float(spike) == 1.0 and float(state.v) == 0.0  # reset at once
    again = [lif_feed_forward_step(torch.tensor([99.0]), state, one, dt=0.001)[0] for _ in range(3)]
    assert [float(spike) for spike in again] == [1.0] * 3  # nothing is refractory


def test_in_norse_a_spike_acts_in_its_own_layer_in_the_next_step(norse):
    import torch
    from norse.torch.functional.lif import LIFParameters, LIFState, lif_step

    one, weight = LIFParameters(), torch.ones((1, 1))
    state = LIFState(z=torch.zeros(1), v=torch.zeros(1), i=torch.zeros(1))
    spike, state = lif_step(torch.tensor([99.0]), state, weight, weight, one)
    assert float(spike) == 1.0
    after = [lif_step(torch.zeros(1), state, weight, w * weight, one)[1].i for w in (0.0, 1.0)]
    assert float(after[1] - after[0]) == pytest.approx(0.8)  # a jump of 1 that has decayed for a step
    rest = norse.LIFCell(p=LIFParameters(v_leak=torch.tensor(0.25))).initial_state(torch.zeros(1))
    assert float(rest.v.detach()) == 0.25


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("refractory", [None, 1.25])
def test_the_program_of_the_page_has_our_spikes_in_brian2(brian2, model, refractory):
    found = {}
    exec(PROGRAM, found)
    X = np.random.RandomState(0).standard_normal((300, 3))
    liquid = SpikingLiquid(
        30, neuron=model(), dt=DT, input_period=1.0, input_scaling=30.0, recurrent_scaling=1.5,
        delays=(1.5, 0.8, 0.8, 0.8), refractory=refractory, random_state=0,
    ).fit(X)  # fmt: skip
    expected = liquid.spikes(X)
    assert len(expected[0]) > 40
    np.testing.assert_array_equal(found["in_brian2"](liquid, X), expected)


def test_nir_says_which_side_of_the_threshold_spikes_and_nothing_of_steps():
    nir = pytest.importorskip("nir", reason='needs NIR 1.0, pip install "liquid-reservoir[nir]"')
    for node in (nir.LIF, nir.CubaLIF, nir.IF):
        assert "v >" in node.__doc__ and "v \\geq" not in node.__doc__ and "v >=" not in node.__doc__, node.__name__
        fields = set(node.__dataclass_fields__)
        assert "v_reset" in fields and not {"refractory", "t_ref", "dt", "delay"} & fields
    assert "y(t) = x(t - \\tau)" in nir.Delay.__doc__
