"""Units of spiking liquids in Brian2: the group that has the equations of a model and the constants of every unit."""

from reservoir.interop.brian2_models.declarations import declare, quantity
from reservoir.interop.brian2_models.synapses import DECAY, synaptic_equations

CONSTANTS = {"background_current": "nA", "tau_excitatory": "ms", "tau_inhibitory": "ms", "refractory_time": "ms"}
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
    declared = circuit.neuron.constants()
    constants = {name: one["unit"] for name, one in declared.items() if not name.startswith(START)} | CONSTANTS
    constants |= dict.fromkeys(circuit.reversals, "mV") | {name: unit for name, (_, unit) in model.constants.items()}
    integrated = not model.step and model.method != "euler"  # which would not let them decay exactly
    equations = model.equations + synaptic_equations(bool(circuit.reversals), integrated)
    units = b2.NeuronGroup(
        circuit.n_units,
        equations + declare(constants) + "drive : amp\n",
        threshold=model.threshold,
        reset=model.reset,
        refractory="refractory_time",
        method=(lambda *_: model.step) if model.step else model.method,
        clock=clock,
        namespace={"R": 1 * b2.Mohm, "C": 1 * b2.nF} | ({} if inputs is None else {"inputs": inputs}),
    )
    if not integrated:
        units.run_regularly(DECAY, when="groups", order=1)  # after the units have moved
    values = circuit.units | circuit.reversals | {name: value for name, (value, _) in model.constants.items()}
    values["refractory_time"] = circuit.refractory_steps * circuit.dt
    for name, unit in constants.items():
        setattr(units, name, values[name] * quantity(b2, unit))
    for name in circuit.neuron.variables._fields:
        if START + name in declared:
            start = values[START + name] * quantity(b2, declared[START + name]["unit"])
            setattr(units, "v" if name == "voltage" else name, start)
    if inputs is not None:
        units.run_regularly("drive = inputs(t, i)", dt=circuit.n_substeps * circuit.dt * b2.ms, when="start")
    return units
