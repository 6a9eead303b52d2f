"""What units do is compared with Brian2 in test_to_brian2.py."""

from brian2_liquids import CONDUCTANCES, model_of

from reservoir import AdaptiveExponential, Izhikevich, LeakyIntegrateAndFire
from reservoir.interop.brian2_models.brian2_units import constants_of


def test_units_have_the_constants_of_their_model_in_its_units():
    constants = constants_of(*model_of(LeakyIntegrateAndFire()))
    own = {"tau_membrane": "ms", "threshold": "mV", "reset": "mV", "resting": "mV"}
    assert constants == own | {"background_current": "nA", "tau_excitatory": "ms", "tau_inhibitory": "ms"}


def test_reversal_potentials_and_what_is_kept_of_conductances_are_constants_too():
    constants = constants_of(*model_of(AdaptiveExponential(), **CONDUCTANCES))
    assert constants["reversal_excitatory"] == constants["reversal_inhibitory"] == "mV"
    assert constants["keep_excitatory"] == constants["keep_inhibitory"] == "1" and constants["slope"] == "mV"


def test_constants_of_a_model_of_numbers_are_numbers():
    constants = constants_of(*model_of(Izhikevich()))
    assert set(constants.values()) == {"1"} and "background_current" not in constants
