import numpy as np
import pandas as pd
import pytest
from builders import VARIANTS, build
from sklearn.exceptions import NotFittedError

from reservoir import NVAR, BaseReservoir, EchoStateReservoir, LIFLiquid, SpikingLiquid, StackedReservoir
from reservoir.diagnostics.spiking import (
    SpikeTrains,
    branching_ratio,
    firing_rates,
    firing_rates_of_trains,
    interval_variation,
    interval_variation_of_trains,
    spike_lyapunov_exponent,
    spike_trains,
    synchrony,
    synchrony_of_trains,
)
from reservoir.plasticity import AdaptiveReservoir, Homeostasis

U = np.random.RandomState(0).standard_normal((80, 3))
ASKED = (spike_trains, firing_rates, interval_variation, synchrony, branching_ratio, spike_lyapunov_exponent)
LIQUID = LIFLiquid(30, random_state=0).fit(U[:1])


class LeakyTanh(BaseReservoir):
    """A reservoir of one's own, without spikes."""

    random_state = 0

    def _draw(self, n_features, random_state):
        self.n_units_ = 5
        self.input_weights_ = random_state.uniform(-1, 1, (5, n_features))

    def _rest(self):
        return np.zeros(5)

    def _drive(self, X, state):
        states = np.empty((len(X), 5))
        for t, u in enumerate(X):
            states[t] = state = 0.5 * state + 0.5 * np.tanh(np.roll(state, 1) + self.input_weights_ @ u)
        return states, state


def fitted():
    for name, (cls, parameters) in VARIANTS.items():
        yield name, build(cls, **parameters).fit(U[:1])
    yield "NVAR", NVAR().fit(U)
    yield "own", LeakyTanh().fit(U)
    yield "stack without", StackedReservoir([EchoStateReservoir(5), LeakyTanh()], random_state=0).fit(U)
    stack = StackedReservoir([EchoStateReservoir(5), LIFLiquid(20, input_scaling=60.0)], random_state=0).fit(U[:1])
    yield "stack with LIF", stack
    yield "stack in a stack", StackedReservoir([stack, EchoStateReservoir(3)], random_state=0).fit(U[:1])


RESERVOIRS = dict(fitted())


@pytest.mark.parametrize("function", [firing_rates_of_trains, interval_variation_of_trains, synchrony_of_trains])
@pytest.mark.parametrize("wrong", [None, 5, [0, 1], np.ones((2, 3)), SpikeTrains])
def test_trains_are_made_as_such(function, wrong):
    with pytest.raises(TypeError, match=f"'trains' must be SpikeTrains, .*; got {type(wrong).__name__}"):
        function(wrong)


@pytest.mark.parametrize("name", RESERVOIRS)
def test_every_reservoir_answers_or_is_refused_with_what_to_use_instead(name):
    reservoir = RESERVOIRS[name]
    for ask in ASKED:
        if isinstance(reservoir, SpikingLiquid) or "LIF" in name or name == "stack in a stack":
            found = ask(reservoir, U)
            values = [value for value in vars(found).values() if value is not None]
            assert all(np.isfinite(value).all() for value in values)
        else:
            with pytest.raises(TypeError, match=f"SpikingLiquid.*; got {type(reservoir).__name__}.*lyapunov_exponents"):
                ask(reservoir, U)


@pytest.mark.parametrize("ask", ASKED)
def test_fitted_reservoirs_only(ask):
    with pytest.raises(NotFittedError):
        ask(LIFLiquid(), U)
    with pytest.raises(TypeError, match="'reservoir' must be a fitted reservoir"):
        ask(U, U)


def test_trains_are_the_spikes_after_the_washout():
    steps, units = LIQUID.spikes(U)
    trains = spike_trains(LIQUID, U, washout=30)
    late = steps >= 300
    np.testing.assert_array_equal(trains.steps, steps[late] - 300)
    np.testing.assert_array_equal(trains.units, units[late])
    assert (trains.n_steps, trains.n_units, trains.dt, trains.seconds) == (500, 30, 1.0, 0.5)
    np.testing.assert_array_equal(trains.inhibitory, LIQUID.inhibitory_)
    np.testing.assert_array_equal(trains.refractory, 2.0)


def test_parameters_set_after_fit_do_not_count():
    liquid = LIFLiquid(30, random_state=0).fit(U[:1]).set_params(dt=0.5, input_period=40.0)
    assert spike_trains(liquid, U).dt == 1.0


def test_stack_shows_its_spiking_layers_side_by_side():
    first, second = LIFLiquid(20, random_state=1), LIFLiquid(15, input_scaling=30.0, inhibitory=0.4, random_state=2)
    stack = StackedReservoir([first, EchoStateReservoir(7, random_state=3), second], output="last").fit(U[:1])
    lower, middle, upper = stack.layers_
    trains = spike_trains(stack, U, washout=10)
    states = middle.transform(lower.transform(U))
    for layer, X, offset in ((lower, U, 0), (upper, states, 20)):
        own = spike_trains(layer, X, washout=10)
        of_layer = (trains.units >= offset) & (trains.units < offset + own.n_units)
        np.testing.assert_array_equal(trains.steps[of_layer], own.steps)
        np.testing.assert_array_equal(trains.units[of_layer] - offset, own.units)
    assert trains.n_units == 35 and trains.inhibitory.sum() == 10


def test_layers_that_keep_different_times_are_refused():
    stack = StackedReservoir([LIFLiquid(9), LIFLiquid(9, dt=0.5)], random_state=0).fit(U[:1])
    with pytest.raises(ValueError, match="same 'dt' and 'input_period'.*dt=1 and 0.5 ms.*Pass each of layers_"):
        spike_trains(stack, U)


def test_adapted_reservoir_and_named_columns():
    frame = pd.DataFrame(U, columns=list("abc"))
    adapted = AdaptiveReservoir(LIFLiquid(20, random_state=0), Homeostasis(tolerance=50.0)).fit(frame)
    steps, units = adapted.reservoir_.spikes(U)
    trains = spike_trains(adapted, frame)
    np.testing.assert_array_equal(trains.steps, steps)
    np.testing.assert_array_equal(spike_trains(LIFLiquid(20, random_state=0).fit(frame[:1]), frame).n_steps, 800)


def test_spiking_class_of_ones_own_can_be_registered():
    class Ticker(LeakyTanh):
        """Every unit spikes in every second step."""

    @spike_trains.register(Ticker)
    def _(ticker, X, *, washout=0):
        steps = np.repeat(np.arange(0, len(X), 2), 5)
        return SpikeTrains(steps, np.tile(np.arange(5), len(steps) // 5), len(X), 5)

    assert firing_rates(Ticker().fit(U), U).mean == 500.0


def test_trains_are_sorted_and_binned_by_whole_steps():
    trains = SpikeTrains([9, 3, 3, 0], [0, 1, 0, 1], n_steps=10, n_units=2, dt=0.1)
    np.testing.assert_array_equal(trains.steps, [0, 3, 3, 9])
    np.testing.assert_array_equal(trains.units, [1, 0, 1, 0])
    bins, units, n_bins, width = trains.binned(0.28)
    assert n_bins == 3 and np.isclose(width, 0.3)
    np.testing.assert_array_equal(bins, [0, 1, 1])
    np.testing.assert_array_equal(units, [1, 0, 1])
    for width, steps in [(0.05, 1), (0.25, 3), (0.35, 4), (0.45, 5)]:  # half steps go up, as those of delays do
        assert np.isclose(trains.binned(width)[3], steps * 0.1)
    assert trains.binned(1e-9)[2:] == (10, 0.1) and trains.binned(1e300)[2:] == (1, 1.0)


def test_no_spikes_are_trains_too():
    assert SpikeTrains([], [], n_steps=3, n_units=2).steps.shape == (0,)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": [0.5]}, "'steps' must be a 1-D array of integers; got 1-D of dtype float64"),
        ({"steps": [10]}, "'steps' must be from 0 to 9; got 10 to 10"),
        ({"units": [-1]}, "'units' must be from 0 to 1; got -1 to -1"),
        ({"units": [0, 1]}, "must be of one length; got 1 and 2"),
        ({"steps": [4, 4], "units": [0, 0]}, "a step only once for a unit"),
        ({"n_steps": 0}, "'n_steps' must be an integer of at least 1; got 0"),
        ({"dt": 0.0}, "'dt' must be a number at least 1e-280 .* got 0.0"),
        ({"inhibitory": [1, 0]}, r"boolean array of shape \(2,\)"),
        ({"refractory": np.nan}, "'refractory' must be a number at least 0; got nan"),
    ],
)
def test_wrong_trains_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        SpikeTrains(**{"steps": [3], "units": [0], "n_steps": 10, "n_units": 2} | wrong)


@pytest.mark.parametrize("washout", [80, -1, 1.5])
def test_wrong_washout_is_refused(washout):
    for ask in ASKED:
        with pytest.raises(ValueError, match="'washout' must be"):
            ask(LIQUID, U, washout=washout)


def test_one_series_only():
    for ask in ASKED:
        with pytest.raises(ValueError, match="one 2-D series"):
            ask(LIQUID, U[None])
