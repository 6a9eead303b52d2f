import subprocess
import sys

import numpy as np
import pytest
from spiking_circuits import twin_of

from reservoir import LeakyIntegrateAndFire, LIFLiquid, Markram, PerfectIntegrateAndFire, SpikingLiquid
from reservoir.spiking.noise import draw_noise

RNG = np.random.RandomState(0)
U = RNG.standard_normal((40, 3))
SPIKES = RNG.poisson(0.4, (60, 3)).astype(float)
FOUR = Markram((0.5, 0.05, 0.25, 0.32), (110.0, 125.0, 70.0, 144.0), (50.0, 120.0, 20.0, 60.0))


SETTINGS = [
    {},
    {"dt": 0.5, "refractory": (3.0, 2.0), "delays": (1.5, 0.5, 1.0, 2.0), "recurrent_scaling": 2.0},
    {"topology": "shift", "delays": 0.0, "tau_excitatory": 20.0, "input_period": 4.0},
    {"topology": "column", "resting": -2.0, "reset": 13.5, "refractory": 0.0, "tau_trace": 10.0},
    {"tau_membrane": np.linspace(10, 30, 50), "threshold": (15.0, 14.0), "tau_inhibitory": np.linspace(4, 8, 50)},
    {"delays": np.random.RandomState(3).randint(0, 30, (50, 50)) * 1.0, "recurrent_scaling": 1.0},
    {"short_term_plasticity": FOUR, "recurrent_scaling": 2.0, "delays": (1.5, 0.8, 0.8, 0.8), "dt": 0.1},
    {"short_term_plasticity": Markram(0.3, 200.0, 80.0, spread=0.5, rate=10.0), "recurrent_scaling": 2.0},
    {
        "short_term_plasticity": FOUR,
        "recurrent_scaling": 2.0,
        "delays": np.random.RandomState(3).randint(0, 9, (50, 50)) * 1.0,
    },
]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("seed", [0, 1])
def test_kernel_agrees_with_its_plain_twin_spike_for_spike(settings, seed):
    liquid = LIFLiquid(50, random_state=seed, **settings).fit(U[:2])
    traces, counts, voltages, spikes = twin_of(liquid, U)
    assert len(spikes) > 90
    np.testing.assert_array_equal(np.transpose(liquid.spikes(U)), spikes)
    for output, expected in [("traces", traces), ("counts", counts), ("voltages", voltages)]:
        states = LIFLiquid(50, random_state=seed, output=output, **settings).fit(U[:2]).transform(U)
        np.testing.assert_allclose(states, expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("settings", SETTINGS[:2] + SETTINGS[-2:])
def test_input_spikes_agree_with_the_plain_twin(settings):
    weights = np.random.RandomState(1).normal(10, 20, (50, 3))
    settings = settings | {"input": "spikes", "input_delays": 2.0, "input_weights": weights, "output": "voltages"}
    liquid = LIFLiquid(50, random_state=0, **settings).fit(SPIKES)
    _, _, voltages, spikes = twin_of(liquid, SPIKES)
    assert len(spikes) > 90
    np.testing.assert_array_equal(np.transpose(liquid.spikes(SPIKES)), spikes)
    np.testing.assert_allclose(liquid.transform(SPIKES), voltages, rtol=0, atol=1e-10)


def test_noise_agrees_with_the_plain_twin():
    liquid = LIFLiquid(50, random_state=0, noise=(40.0, 20.0), output="voltages").fit(U)
    noise = draw_noise(liquid.noise_, liquid._noise_seed, 0, len(U), 10, np.float64)
    _, _, voltages, spikes = twin_of(liquid, U, noise)
    assert spikes != twin_of(liquid, U)[3]
    np.testing.assert_array_equal(np.transpose(liquid.spikes(U)), spikes)
    np.testing.assert_allclose(liquid.transform(U), voltages, rtol=0, atol=1e-10)


@pytest.mark.parametrize("settings", [SETTINGS[0], SETTINGS[-1]])
def test_single_precision_follows_its_plain_twin(settings):
    # A spike that flips in the last bit changes everything after it, so few steps.
    liquid = LIFLiquid(50, random_state=0, output="voltages", dtype="float32", **settings).fit(U)
    states = liquid.transform(U[:3])
    assert states.dtype == np.float32
    np.testing.assert_allclose(states, twin_of(liquid, U[:3])[2], rtol=0, atol=1e-3)


# Drives a liquid of each neuron, and prints how many kernels were compiled for that, and how many were loaded.
DRIVE_EACH = """
import numpy as np
from reservoir import LeakyIntegrateAndFire, PerfectIntegrateAndFire, SpikingLiquid

for neuron in (LeakyIntegrateAndFire(), PerfectIntegrateAndFire()):
    liquid = SpikingLiquid(10, neuron=neuron, background_current=12.0, random_state=0).fit(np.zeros((1, 2)))
    liquid.transform(np.zeros((4, 2)))
    statistics = type(neuron).kernel.stats
    print(sum(statistics.cache_misses.values()), sum(statistics.cache_hits.values()))
"""


def test_another_process_compiles_no_kernel_anew():
    for neuron in (LeakyIntegrateAndFire(), PerfectIntegrateAndFire()):
        liquid = SpikingLiquid(10, neuron=neuron, background_current=12.0, random_state=0).fit(np.zeros((1, 2)))
        liquid.transform(np.zeros((4, 2)))
    done = subprocess.run([sys.executable, "-c", DRIVE_EACH], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["0 1", "0 1"], done.stderr
