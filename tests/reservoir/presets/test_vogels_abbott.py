import numpy as np

from reservoir.presets import coba, cuba
from reservoir.presets.vogels_abbott import make_network
from reservoir.spiking import ConductanceSynapses


def test_weights_are_those_of_the_population_of_the_source_and_act_by_the_synapses_given():
    synapses = ConductanceSynapses(70.0, -90.0)
    made = {"excitatory": 0.25, "inhibitory": -3.0, "highest_start": -59.0, "background": 2.0, "synapses": synapses}
    liquid = make_network(2, 100, 0, **made)
    weights = liquid.recurrent_weights.tocoo()
    np.testing.assert_array_equal(liquid.inhibitory, np.arange(100) >= 80)
    np.testing.assert_array_equal(weights.data, np.where(weights.col >= 80, -3.0, 0.25))
    assert liquid.synapses is synapses and liquid.background_current == 2.0
    assert liquid.initial_voltage.min() >= -60 and -59.1 < liquid.initial_voltage.max() < -59


def test_both_networks_of_a_seed_have_one_graph_and_the_same_units():
    one, other = cuba(n_units=200, random_state=3), coba(n_units=200, random_state=3)
    for name in ("indices", "indptr"):
        first, second = (getattr(liquid.recurrent_weights, name) for liquid in (one, other))
        np.testing.assert_array_equal(first, second)
    own = {"recurrent_weights", "initial_voltage", "input_weights", "inhibitory", "synapses", "background_current"}
    parameters, others = (liquid.get_params(deep=False) for liquid in (one, other))
    assert {name for name in parameters if name not in own and parameters[name] != others[name]} == set()
