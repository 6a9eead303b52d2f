import re

import numpy as np
import pytest

from reservoir import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    ConductanceSynapses,
    Izhikevich,
    LeakyIntegrateAndFire,
    LIFLiquid,
    PerfectIntegrateAndFire,
    SpikingLiquid,
)
from reservoir.interop.c99 import spiking as spiking  # registers the rules of all models
from reservoir.interop.c99.spiking_units import move_units, shared

ROW = np.zeros((1, 2))


def units(**parameters):
    liquid = LIFLiquid(6, random_state=0, **parameters).fit(ROW)
    return liquid, move_units(liquid, "background[i]", ["SPIKE;"])


def test_constants_of_units_that_are_alike_are_kept_once():
    _, alike = units()
    assert {name: len(values) for name, values in alike.constants.items() if name != "hold_steps"} == {
        "keep": 1, "by_excitatory": 1, "by_inhibitory": 1, "decay_excitatory": 1, "decay_inhibitory": 1,
        "threshold": 1, "reset": 1,
    }  # fmt: skip
    _, unlike = units(tau_excitatory=[3.0, 3.0, 3.0, 3.0, 3.0, 4.0])
    assert {name for name, values in unlike.constants.items() if len(values) == 6} == {
        "by_excitatory", "decay_excitatory"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("refractory", "kind", "held"), [(0.0, None, None), (1.0, None, None), (2.0, "uint8", 1), (300.0, "uint16", 299)]
)
def test_a_counter_holds_a_refractory_unit_in_the_smallest_type(refractory, kind, held):
    _, piece = units(refractory=refractory)
    if kind is None:
        assert "hold" not in piece.state
        assert "s->hold" not in piece.body
    else:
        assert piece.state["hold"].dtype == piece.constants["hold_steps"].dtype == kind
        assert piece.constants["hold_steps"].tolist() == [held]


def test_a_refractory_time_that_no_counter_holds_is_refused():
    with pytest.raises(ValueError, match=r"'refractory' must be at most 2\*\*32 steps of dt.* got 100000000000 steps"):
        units(refractory=1e11)


MODELS = [
    LeakyIntegrateAndFire(), PerfectIntegrateAndFire(), AdaptiveLeakyIntegrateAndFire(), Izhikevich(),
    AdaptiveExponential(),
]  # fmt: skip


@pytest.mark.parametrize("neuron", MODELS, ids=lambda neuron: type(neuron).__name__)
@pytest.mark.parametrize("synapses", [None, ConductanceSynapses(100.0, -100.0)], ids=["currents", "conductances"])
@pytest.mark.parametrize("refractory", [0.0, 4.0])
def test_every_name_in_the_statements_is_a_constant_or_a_field(neuron, synapses, refractory):
    if synapses is not None and neuron.conductance_kernel is None:
        pytest.skip("these units have no conductances")
    given = {"background_current": 1.0, "random_state": 0, "refractory": refractory, "synapses": synapses}
    piece = move_units(SpikingLiquid(6, neuron=neuron, **given).fit(ROW), "background[i]", [])
    assert set(re.findall(r"s->(\w+)", piece.body)) == set(piece.state)
    assert set(re.findall(r"(?<![>\w])(\w+)\[", piece.body)) == {*piece.constants, "background"}
    assert "$" not in piece.body


def test_not_a_number_is_no_reason_to_share():
    constants, places = shared({"reset": np.array([np.nan, np.nan])})
    assert len(constants["reset"]) == 2
    assert places == {"reset": "i"}
