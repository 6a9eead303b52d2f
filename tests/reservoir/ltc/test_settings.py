import pytest

from reservoir import LTCLiquid, Synapses
from reservoir.ltc.settings import check_settings


def test_what_is_set_is_returned_and_what_is_not_follows_from_the_recipe():
    assert check_settings(LTCLiquid()) == ("conductance", "fused", 3)
    assert check_settings(LTCLiquid(synapse="gate", solver="rk4", init="ncps")) == ("gate", "rk4", 6)
    assert check_settings(LTCLiquid(n_substeps=10)) == ("conductance", "fused", 10)


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"synapse": "chemical"}, "'synapse' must be"),
        ({"solver": "rk45"}, "'solver' must be"),
        ({"init": "random"}, "'init' must be"),
        ({"n_substeps": 0}, "'n_substeps' must be an integer of at least 1"),
        ({"n_substeps": 100_001}, "'n_substeps' must be at most 100000"),
        ({"bias": 0.0}, "'bias' is for synapse='gate'"),
        ({"synapse": "gate", "input_weights": Synapses([[1.0]], 1, 0, 1)}, "must be matrices for synapse='gate'"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        check_settings(LTCLiquid(**parameters))
