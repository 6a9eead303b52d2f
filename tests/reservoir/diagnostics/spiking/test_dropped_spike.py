import numpy as np
import pytest

from reservoir import EchoStateReservoir, LIFLiquid, StackedReservoir
from reservoir.diagnostics.spiking import spike_lyapunov_exponent
from reservoir.presets import cuba

U = np.random.RandomState(0).standard_normal((100, 3))


def liquid(recurrent_scaling, **settings):
    return LIFLiquid(30, recurrent_scaling=recurrent_scaling, random_state=0, **settings).fit(U[:1])


@pytest.mark.parametrize("settings", [{}, {"dtype": "float32"}, {"noise": 5.0}, {"output": "voltages"}])
def test_without_recurrence_only_the_trace_of_the_dropped_spike_fades(settings):
    found = spike_lyapunov_exponent(liquid(0.0, **settings), U, n_twins=5, tau_trace=20.0, random_state=0)
    assert found.exponent == pytest.approx(-1000 / 20)
    np.testing.assert_allclose(found.times, 10 * np.arange(51))
    np.testing.assert_allclose(found.distances, np.exp(-found.times / 20) * np.ones((5, 1)))
    np.testing.assert_array_equal(found.last_differences, 0)
    assert found.reconverged == 1


def test_recurrence_turns_forgetting_into_chaos():
    u = np.random.RandomState(0).standard_normal((300, 3))
    weak, strong = (spike_lyapunov_exponent(liquid(scaling), u, horizon=200, random_state=0) for scaling in (0.05, 3.0))
    assert weak.exponent < 0 < strong.exponent
    assert weak.reconverged > 0.9 and strong.reconverged < 0.1
    assert np.all(strong.last_differences > 1500)


def test_exponent_is_the_mean_of_the_logarithms():
    found = spike_lyapunov_exponent(liquid(1.0), U, horizon=20, n_twins=7, random_state=0)
    assert found.distances.shape == (7, 21)
    assert found.exponent == pytest.approx(np.log(found.distances[:, -1]).mean() / 0.2)


def test_balanced_network_amplifies_a_single_spike():
    zeros = np.zeros((250, 1))
    found = spike_lyapunov_exponent(cuba(n_units=1000, random_state=0).fit(zeros[:1]), zeros, n_twins=5, random_state=0)
    assert found.exponent > 5 and found.reconverged == 0


def test_dropped_input_spike_that_reaches_no_unit_only_fades():
    X = np.random.RandomState(0).poisson(0.3, (60, 2))
    deaf = LIFLiquid(20, input="spikes", input_weights=np.zeros((20, 2)), random_state=0).fit(X[:1])
    found = spike_lyapunov_exponent(deaf, X, dropped="inputs", random_state=0)
    assert found.exponent == pytest.approx(-1000 / 30) and found.reconverged == 1
    excited = LIFLiquid(20, input="spikes", input_scaling=30.0, random_state=0).fit(X[:1])
    assert spike_lyapunov_exponent(excited, X, dropped="inputs", random_state=0).exponent > -1000 / 30


def test_threads_seeds_and_lines(capsys):
    one = spike_lyapunov_exponent(liquid(1.0), U, n_twins=4, random_state=5)
    two = spike_lyapunov_exponent(liquid(1.0), U, n_twins=4, random_state=5, n_jobs=2, verbose=True)
    np.testing.assert_array_equal(one.distances, two.distances)
    assert capsys.readouterr().out.count("of 4: ") == 4
    other = spike_lyapunov_exponent(liquid(1.0), U, n_twins=4, random_state=6)
    assert np.any(one.distances != other.distances)


def test_no_more_twins_than_spikes():
    found = spike_lyapunov_exponent(liquid(0.0), U[:2], n_twins=1000)
    assert 0 < len(found.distances) < 60


def test_stack_answers_for_its_only_spiking_layer():
    stack = StackedReservoir([EchoStateReservoir(5), LIFLiquid(20, input_scaling=60.0)], random_state=0).fit(U[:1])
    below, layer = stack.layers_
    of_stack, of_layer = (
        spike_lyapunov_exponent(one, X, n_twins=3, random_state=0)
        for one, X in ((stack, U), (layer, below.transform(U)))
    )
    np.testing.assert_array_equal(of_stack.distances, of_layer.distances)
    two = StackedReservoir([LIFLiquid(5), LIFLiquid(5)], random_state=0).fit(U[:1])
    with pytest.raises(ValueError, match="must hold one spiking layer here; got 2. Pass each of layers_"):
        spike_lyapunov_exponent(two, U)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dropped": "all"}, "'dropped' must be one of 'units', 'inputs'; got 'all'"),
        ({"dropped": "inputs"}, "No input channel spikes in rows 0 to 49.*Use dropped='units'"),
        ({"n_twins": 0}, "'n_twins' must be an integer of at least 1; got 0"),
        ({"horizon": 0}, "'horizon' must be an integer of at least 1; got 0"),
        ({"horizon": 90, "washout": 10}, "smaller than the number of steps after the washout; got 90 with 90 steps"),
        ({"washout": 99}, "at least 2 steps after the washout; got 1"),
        ({"tau_trace": 0}, "'tau_trace' must be a number above 0; got 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        spike_lyapunov_exponent(liquid(0.0), U, **arguments)


def test_silence_is_refused():
    with pytest.raises(ValueError, match="No unit spikes in rows 0 to 49, so none can be dropped. Use more input"):
        spike_lyapunov_exponent(liquid(0.0, background_current=0.0), 0 * U)
