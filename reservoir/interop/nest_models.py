"""The models of NEST that take the steps of a liquid's units: one rule for each class, open to classes of one's own."""

from functools import singledispatch
from typing import Any, NamedTuple

import numpy as np

from reservoir.interop.spiking_circuit import SpikingCircuit
from reservoir.spiking import AdaptiveLeakyIntegrateAndFire, Izhikevich, LeakyIntegrateAndFire, PerfectIntegrateAndFire

PICO = 1e3  # pA in a nA, and pF in a nF: with R = 1 MOhm, the capacitance in nF is the time constant in ms
SHORTEST = 1 / 700  # of a step: the exponential of a longer dt / tau overflows in NEST
WITHIN_A_STEP = 1 / 40  # of a step: less is left of a synaptic current after it than its last bit
ESCAPE = 1e-12  # mV, within which spikes of NEST's ``gif_psc_exp`` are drawn at random


class NestModel(NamedTuple):
    """A model of NEST with the constants of every unit.

    Parameters
    ----------
    name : str
        Such as ``"iaf_psc_exp"``.
    constants : dict
        Numbers or arrays (n_units,); a 2-D array has a list for each unit.
    start : dict
        What the state and the threshold of the units are when the series begins.
    threshold : str
        The name of the threshold in ``start``; until then it is infinite.
    scale : float
        What currents in nA are multiplied with, those of weights included.
    later : int
        By how many steps a delay is longer than in the liquid.
    has_receptors : bool
        Whether its name with ``_multisynapse`` is the same model, with a list ``tau_syn`` and a receptor for each.
    """

    name: str
    constants: dict[str, Any]
    start: dict[str, Any]
    threshold: str = "V_th"
    scale: float = PICO
    later: int = 0
    has_receptors: bool = True


def nest_model_of(circuit: SpikingCircuit) -> NestModel:
    """Return the `NestModel` of the units of a circuit, or raise an error that names what NEST's units are not."""
    if circuit.reversals:
        raise ValueError(
            "'liquid' must have current-based synapses for to_nest, because NEST moves units with conductances by "
            "steps of other sizes, and they spike at other times; got ConductanceSynapses. Use to_brian2, or fit it "
            "with synapses=None."
        )
    return nest_model(circuit.neuron, circuit)


@singledispatch
def nest_model(neuron, circuit):
    """Return the `NestModel` of a neuron with arrays (n_units,) of constants, as part of a circuit."""
    known = ", ".join(sorted(one.__name__ for one in nest_model.registry if one is not object))
    raise TypeError(
        f"'liquid' must have units of a model that NEST moves by the same steps, {known}; got {type(neuron).__name__}. "
        "Use to_brian2, or register a rule with reservoir.interop.nest_models.nest_model.register."
    )


@nest_model.register
def _of_leaky(neuron: LeakyIntegrateAndFire, circuit):
    own = circuit.units
    membrane = {"tau_m": own["tau_membrane"], "C_m": PICO * own["tau_membrane"], "E_L": own["resting"]}
    return _integrate_and_fire(circuit, membrane)


@nest_model.register
def _of_perfect(neuron: PerfectIntegrateAndFire, circuit):
    # With this time constant a step keeps 1 - 2**-53 of V, the last number below 1, and what a constant current adds,
    # tau_m / C_m (1 - exp(-dt / tau_m)), is dt / C_m. A longer one would keep all and add nothing.
    membrane = {"tau_m": 2.0**53 * circuit.dt, "C_m": PICO * circuit.units["capacitance"], "E_L": 0.0}
    return _integrate_and_fire(circuit, membrane)


@nest_model.register
def _of_adaptive_leaky(neuron: AdaptiveLeakyIntegrateAndFire, circuit):
    """Return NEST's ``gif_psc_exp``, whose random spikes come at its threshold where it is that sharp.

    There a spike raises the threshold and the current for the step after it before they fade, and the current is held
    over a step; and what arrives moves V one step earlier.
    """
    own, dt = circuit.units, circuit.dt
    if np.any(own["kept_overshoot"]):
        raise ValueError(
            "'liquid' must have units with kept_overshoot=0 for to_nest, because no model of NEST keeps what exceeds a "
            f"threshold that adapts; got up to {own['kept_overshoot'].max():g}. Use to_brian2, or fit it with 0."
        )
    if circuit.refractory_steps.min() < 2:
        raise ValueError(
            f"'liquid' must have refractory times of at least two steps, {2 * dt:g} ms, for to_nest, because an "
            "adaptive unit of NEST is reset in the step after its spike; got shorter ones. Use to_brian2, or fit it "
            "with a longer 'refractory'."
        )
    motion = neuron.motion(dt, own["tau_excitatory"], own["tau_inhibitory"])
    jump = own["adaptation_jump"] * motion.membrane.by_adaptation / motion.gain
    lists = {
        "tau_sfa": own["tau_threshold"], "q_sfa": own["threshold_jump"] * np.exp(-dt / own["tau_threshold"]),
        "tau_stc": own["tau_adaptation"], "q_stc": PICO * jump,
    }  # fmt: skip
    constants = {"C_m": PICO * own["tau_membrane"], "g_L": PICO, "E_L": own["resting"], "Delta_V": ESCAPE}
    constants |= {"V_m": own["resting"], **_shared(circuit)} | {name: one[:, None] for name, one in lists.items()}
    start = {"V_m": own["initial_voltage"], "V_T_star": own["threshold"]}
    return NestModel("gif_psc_exp", constants, start, "V_T_star", later=1)


@nest_model.register
def _of_izhikevich(neuron: Izhikevich, circuit):
    """Return NEST's ``izhikevich``, whose synaptic currents last a step, with his half steps."""
    own, dt = circuit.units, circuit.dt
    longest = max(own[name].max() for name in ("tau_excitatory", "tau_inhibitory"))
    if longest > WITHIN_A_STEP * dt:
        raise ValueError(
            f"'liquid' must have 'tau_excitatory' and 'tau_inhibitory' of at most dt / 40, {WITHIN_A_STEP * dt:g} ms, "
            f"for to_nest, because a spike moves NEST's izhikevich in a single step; got {longest:g} ms. "
            "Use to_brian2, or fit it with shorter ones."
        )
    if circuit.refractory_steps.max() > 1:
        raise ValueError(
            "'liquid' must have no refractory times for to_nest, because NEST's izhikevich has none; got "
            f"{circuit.refractory_steps.max() * dt:g} ms. Use to_brian2, or fit it with refractory=0."
        )
    constants = {"a": own["a"], "b": own["b"], "c": own["reset"], "d": own["d"], "I_e": own["background_current"]}
    constants |= {"consistent_integration": False, "V_m": own["initial_voltage"], "U_m": own["initial_recovery"]}
    start = {"V_m": own["initial_voltage"], "U_m": own["initial_recovery"], "V_th": own["peak"]}
    return NestModel("izhikevich", constants, start, scale=1.0, later=1, has_receptors=False)


def _integrate_and_fire(circuit, membrane):
    own = circuit.units
    start = {"V_m": own["initial_voltage"], "V_th": own["threshold"]}
    return NestModel("iaf_psc_exp", membrane | {"V_m": membrane["E_L"], **_shared(circuit)}, start)


def _shared(circuit):
    """Return what units of NEST with exponential synapses have in common."""
    own, dt = circuit.units, circuit.dt
    taus = own["tau_excitatory"], own["tau_inhibitory"]
    if min(tau.min() for tau in taus) < SHORTEST * dt:
        raise ValueError(
            f"'liquid' must have 'tau_excitatory' and 'tau_inhibitory' of at least dt / 700 for to_nest, because the "
            f"exponential of dt / tau overflows in NEST; got {min(tau.min() for tau in taus):g} ms with dt={dt:g} ms."
        )
    return {
        "I_e": PICO * own["background_current"], "V_reset": own["reset"],
        "t_ref": (circuit.refractory_steps - 1) * dt, "tau_syn_ex": taus[0], "tau_syn_in": taus[1],
    }  # fmt: skip
