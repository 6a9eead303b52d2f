"""Towards the spikes of NEST 3.10, which takes adaptive steps, the shorter ours are.

NEST integrates ``aeif_psc_exp``, ``aeif_cond_exp`` and ``iaf_cond_exp`` within a tolerance, so that spikes cannot be
the same: ours differ by an error in proportion to ``dt``. Lone units under random spikes, for 300 ms.
"""

import numpy as np
import pytest
from conductance_circuits import KINDS, draw_lone_units
from test_brian2 import FIXTURES

from reservoir import AdaptiveExponential, ConductanceSynapses, LeakyIntegrateAndFire, SpikingLiquid

STORED = np.load(FIXTURES / "nest_adex_coba_spikes.npz")
RESOLUTION, N_UNITS = 0.001, 20
OF_LIQUID = ("refractory", "background_current", "tau_excitatory", "tau_inhibitory")


def times_of_nest(kind):
    times, units = STORED[f"{kind} times"] * RESOLUTION, STORED[f"{kind} units"]
    return [times[units == unit] for unit in range(N_UNITS)]


def our_times(kind, dt):
    """Times in ms of the spikes of every unit; what happens in a step has its end as its time."""
    constants, weights, excitatory, inhibitory = draw_lone_units(kind)
    of_liquid = {name: constants.pop(name) for name in OF_LIQUID}
    reversals = [constants.pop(name) for name in ("reversal_excitatory", "reversal_inhibitory") if name in constants]
    model = AdaptiveExponential if kind.startswith("exponential") else LeakyIntegrateAndFire
    X = np.hstack([excitatory, inhibitory]).astype(float)
    X[0] = 0  # NEST has no spikes at 0 ms
    liquid = SpikingLiquid(
        neuron=model(**constants), recurrent_weights=np.zeros((N_UNITS, N_UNITS)), inhibitory=np.zeros(N_UNITS, bool),
        input="spikes", input_weights=np.hstack([weight * np.eye(N_UNITS) for weight in weights]),
        synapses=ConductanceSynapses(*reversals) if reversals else None, dt=dt, input_period=1.0, **of_liquid,
    ).fit(X)  # fmt: skip
    steps, units = liquid.spikes(X)
    return [(steps[units == unit] + 1) * dt for unit in range(N_UNITS)]


@pytest.mark.parametrize("kind", KINDS)
def test_spikes_approach_those_of_nest_in_proportion_to_the_step(kind):
    expected, errors = times_of_nest(kind), []
    assert all(len(times) > 0 for times in expected) and sum(map(len, expected)) > 80
    for dt in (0.1, 0.05, 0.025, 0.0125):
        times = our_times(kind, dt)
        both = [min(len(ours), len(theirs)) for ours, theirs in zip(times, expected, strict=True)]
        # With a longer step, a unit may have a spike more or less, for a small error makes a near miss of a spike.
        errors.append(np.concatenate([np.abs(times[k][:n] - expected[k][:n]) for k, n in enumerate(both)]))
    assert [len(ours) for ours in times] == [len(theirs) for theirs in expected]
    medians = np.array([np.median(error) for error in errors])
    assert medians[0] < 0.5 and medians[-1] < 0.08
    assert np.all((medians[:-1] / medians[1:] > 1.6) & (medians[:-1] / medians[1:] < 2.5)), medians


@pytest.mark.parametrize("kind", KINDS)
def test_nest_itself_has_the_stored_spikes(kind):
    try:
        import nest  # noqa: F401
    except ImportError as error:
        pytest.skip(f"needs NEST 3.10: {error}")
    import importlib.util

    path = FIXTURES / "make_nest_adex_coba_spikes.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    peer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(peer)
    times, units = peer.simulate(kind)
    np.testing.assert_array_equal(units, STORED[f"{kind} units"])
    np.testing.assert_allclose(times, STORED[f"{kind} times"] * RESOLUTION, rtol=0, atol=2 * RESOLUTION)
