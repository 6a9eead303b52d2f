import numpy as np
import pytest
from spiking_circuits import U

from reservoir import LeakyIntegrateAndFire, LIFLiquid, PerfectIntegrateAndFire, SpikingLiquid
from reservoir.spiking.arrangement import arrange_motion, arrange_sampling, resolve_times

TAUS = np.full(5, 3.0), np.full(5, 6.0)


@pytest.mark.parametrize(("dt", "period", "n_substeps"), [(1.0, 10.0, 10), (0.1, 0.3, 3), (0.1, 0.1, 1)])
def test_a_row_is_a_whole_number_of_steps(dt, period, n_substeps):
    assert resolve_times(dt, period) == (dt, period, n_substeps)


def test_units_that_are_alike_have_one_constant_for_all():
    leaky = {name: np.zeros(5) for name in LeakyIntegrateAndFire.constants()}
    alike, decay = arrange_motion(
        LeakyIntegrateAndFire(**leaky | {"tau_membrane": np.full(5, 20.0)}), 1.0, TAUS, (), "f4"
    )
    assert [values.shape for values in (*alike.membrane, decay)] == [(1,)] * 3 + [(2, 1)]
    assert alike.membrane.keep.dtype == decay.dtype == np.float32
    np.testing.assert_allclose(decay[:, 0], np.exp([-1 / 3, -1 / 6]), rtol=1e-7)
    assert alike.gain.shape == (5,)
    each, decay = arrange_motion(
        LeakyIntegrateAndFire(**leaky | {"tau_membrane": np.arange(1.0, 6)}), 1.0, TAUS, (), "f8"
    )
    assert [values.shape for values in (*each.membrane, decay)] == [(5,)] * 3 + [(2, 5)]


def test_constants_that_no_number_can_hold_are_refused_by_their_names():
    given = {"recurrent_weights": np.zeros((5, 5)), "background_current": 0.0}
    with pytest.raises(ValueError, match="'tau_membrane', 'tau_excitatory' and 'tau_inhibitory' must not be that far"):
        LIFLiquid(tau_membrane=1e-320, **given).fit(U)
    with pytest.raises(ValueError, match="'capacitance', 'tau_excitatory' and 'tau_inhibitory' must not be that far"):
        SpikingLiquid(neuron=PerfectIntegrateAndFire(capacitance=1e-320), **given).fit(U)


def test_traces_fade_by_the_number_of_steps():
    sampling = arrange_sampling("counts", 30.0, 0.5, 4, np.float64)
    assert sampling.output == 1
    np.testing.assert_allclose(sampling.trace_decay, np.exp(-0.5 * np.arange(5) / 30.0), rtol=1e-15)
