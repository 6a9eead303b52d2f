import pytest

from reservoir import EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.diagnostics.input_kind import is_spiking, takes_spikes
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity

SPIKES, CURRENT, SMOOTH = LIFLiquid(8, input="spikes"), LIFLiquid(8), EchoStateReservoir(8)


@pytest.mark.parametrize(
    ("reservoir", "takes", "spikes"),
    [
        (SMOOTH, False, False),
        (CURRENT, False, True),
        (SPIKES, True, True),
        (StackedReservoir([SPIKES, SMOOTH]), True, True),
        (StackedReservoir([SMOOTH, CURRENT]), False, True),
        (StackedReservoir([CURRENT, SMOOTH], input_to_all=True), False, True),
        (StackedReservoir([SMOOTH, SMOOTH]), False, False),
        (StackedReservoir([StackedReservoir([SPIKES, SMOOTH]), SMOOTH]), True, True),
    ],
    ids=[
        "smooth",
        "current",
        "spikes",
        "spikes below",
        "spikes above",
        "spikes below, driven all",
        "smooth stack",
        "nested",
    ],
)
def test_what_takes_spikes_and_what_spikes(reservoir, takes, spikes):
    reservoir = reservoir.fit([[0.0]])
    assert takes_spikes(reservoir) is takes
    assert is_spiking(reservoir) is spikes


def test_fitted_facts_count_not_parameters_that_were_changed_since():
    assert takes_spikes(LIFLiquid(8, input="spikes").fit([[0.0]]).set_params(input="current"))


def test_elapsed_column_of_every_kind():
    X = [[0.0, 1.0, 0.5]] * 3
    assert SMOOTH.fit(X).elapsed_column_ is None
    assert LTCLiquid(8, elapsed_column=-1).fit(X).elapsed_column_ == 2
    assert StackedReservoir([LTCLiquid(8), SMOOTH], elapsed_column=1).fit(X).elapsed_column_ == 1


def test_adaptive_reservoir_is_seen_through():
    adaptive = AdaptiveReservoir(EchoStateReservoir(8, random_state=0), IntrinsicPlasticity(n_epochs=1))
    adaptive.fit([[0.1], [0.2], [-0.3]])
    assert not takes_spikes(adaptive)
    assert not is_spiking(adaptive)
    assert adaptive.elapsed_column_ is None
