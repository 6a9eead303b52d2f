import naive
import numpy as np
import pytest

from reservoir import LIFLiquid

U = np.random.RandomState(0).standard_normal((40, 3))


def naive_arguments(liquid):
    n = liquid.n_units_
    delays = (liquid.delays,) * 4 if np.ndim(liquid.delays) == 0 else liquid.delays
    delays = np.round(np.array(delays) / liquid.dt).astype(int).reshape(2, 2)
    kind = liquid.inhibitory_.astype(int)
    return {
        "weights": liquid.recurrent_weights_.toarray().astype(float),
        "inhibitory": kind,
        "delays": delays[kind[None, :], kind[:, None]],
        "input_weights": liquid.input_weights_.astype(float),
        "tau": np.full(n, liquid.tau_membrane),
        "tau_synapse": (liquid.tau_excitatory, liquid.tau_inhibitory),
        "threshold": np.full(n, liquid.threshold),
        "reset": np.full(n, liquid.reset),
        "resting": liquid.resting,
        "background": liquid.background_current_.astype(float),
        "refractory": int(round(liquid.refractory / liquid.dt)),
        "initial": liquid.resting,
        "dt": liquid.dt,
        "n_substeps": round(liquid.input_period / liquid.dt),
        "tau_trace": liquid.tau_trace,
        "inputs": U,
    }


SETTINGS = [
    {},
    {"dt": 0.5, "refractory": 3.0, "delays": (1.5, 0.5, 1.0, 2.0), "recurrent_scaling": 2.0},
    {"topology": "shift", "delays": 0.0, "tau_excitatory": 20.0, "input_period": 4.0},
    {"topology": "column", "resting": -2.0, "reset": 13.5, "refractory": 0.0, "tau_trace": 10.0},
]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("seed", [0, 1])
def test_kernel_agrees_with_its_plain_twin_spike_for_spike(settings, seed):
    liquid = LIFLiquid(50, random_state=seed, **settings).fit(U)
    traces, counts, voltages, spikes = naive.run_lif(**naive_arguments(liquid))
    assert len(spikes) > 90
    np.testing.assert_array_equal(np.transpose(liquid.spikes(U)), spikes)
    for output, expected in [("traces", traces), ("counts", counts), ("voltages", voltages)]:
        states = LIFLiquid(50, random_state=seed, output=output, **settings).fit_transform(U)
        np.testing.assert_allclose(states, expected, rtol=0, atol=1e-10)


def test_single_precision_follows_its_plain_twin():
    # A spike that flips in the last bit changes everything after it, so few steps.
    liquid = LIFLiquid(50, random_state=0, output="voltages", dtype="float32").fit(U)
    arguments = naive_arguments(liquid) | {"inputs": U[:3]}
    states = liquid.transform(U[:3])
    assert states.dtype == np.float32
    np.testing.assert_allclose(states, naive.run_lif(**arguments)[2], rtol=0, atol=1e-3)
