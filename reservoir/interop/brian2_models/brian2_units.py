"""Units of spiking liquids in Brian2: the group that has the equations of a model and the constants of every unit."""

import numpy as np

from reservoir.interop.brian2_models.brian2_synapses import DECAY, is_integrated, synaptic_equations
from reservoir.interop.brian2_models.declarations import declare, quantity

SHARED = {"background_current": "nA", "tau_excitatory": "ms", "tau_inhibitory": "ms"}
START = "initial_"


def make_units(b2, circuit, model, clock, inputs):
    """Return the group of units, which take over the currents of each row at its beginning.

    Parameters
    ----------
    b2 : module
    circuit : SpikingCircuit
    model : Brian2Model
    clock : Clock
    inputs : TimedArray or None
    """
    declared, values = constants_of(circuit, model), circuit.units | circuit.reversals
    values |= {name: value for name, (value, _) in model.constants.items()} | _kept(circuit)
    equations = model.equations + synaptic_equations(model, bool(circuit.reversals))
    units = b2.NeuronGroup(
        circuit.n_units,
        equations + declare(declared) + declare({"refractory_time": "ms"}),
        threshold=model.threshold,
        reset=model.reset,
        refractory="refractory_time",
        method=(lambda *_: model.step) if model.step else model.method,
        clock=clock,
        namespace={"R": 1 * b2.Mohm, "C": 1 * b2.nF, "ms": b2.ms} | ({} if inputs is None else {"inputs": inputs}),
    )
    if not is_integrated(model):
        units.run_regularly(DECAY, when="groups", order=1)  # after the units have moved
    units.refractory_time = circuit.refractory_steps * circuit.dt * b2.ms
    for name, unit in declared.items():
        setattr(units, name, values[name] * quantity(b2, unit))
    for name, unit in _starts(circuit).items():
        start = values[START + name] * quantity(b2, "1" if model.as_numbers else unit)
        setattr(units, "v" if name == "voltage" else name, start)
    if model.as_numbers:
        units.drive = values["background_current"]
    if inputs is not None:
        units.run_regularly("drive = inputs(t, i)", dt=circuit.n_substeps * circuit.dt * b2.ms, when="start")
    return units


def constants_of(circuit, model):
    """Return the units of all constants of a group by their names, of which the refractory time is none."""
    own = {name: one["unit"] for name, one in circuit.neuron.constants().items() if not name.startswith(START)}
    constants = own | SHARED | dict.fromkeys(circuit.reversals, "mV")
    constants |= {name: unit for name, (_, unit) in model.constants.items()}
    if not is_integrated(model):
        constants |= dict.fromkeys(_kept(circuit), "1")
    if model.as_numbers:
        del constants["background_current"]
        return dict.fromkeys(constants, "1")
    return constants


def _kept(circuit):
    """Return what is kept of the synaptic variables in a step."""
    names = "excitatory", "inhibitory"
    return {f"keep_{name}": np.exp(-circuit.dt / circuit.units[f"tau_{name}"]) for name in names}


def _starts(circuit):
    declared = circuit.neuron.constants()
    return {
        name: declared[START + name]["unit"] for name in circuit.neuron.variables._fields if START + name in declared
    }
