"""The settings of a liquid time-constant reservoir that nothing is drawn for: form, solver and number of steps."""

from reservoir.checks.arguments import check_choice, check_integer
from reservoir.kernels.synapses import Synapses
from reservoir.ltc.draw import INITIALISATIONS
from reservoir.ltc.solver import SOLVERS
from reservoir.ltc.substeps import MOST_SUBSTEPS


def check_settings(liquid):
    """Return synapse, solver and n_substeps of an unfitted liquid, or raise ValueError if they do not go together."""
    synapse = check_choice("synapse", liquid.synapse, ("conductance", "gate"))
    solver = check_choice("solver", liquid.solver, SOLVERS)
    default = 3 if check_choice("init", liquid.init, INITIALISATIONS) == "reservoir" else 6
    n_substeps = check_integer("n_substeps", default if liquid.n_substeps is None else liquid.n_substeps)
    if n_substeps > MOST_SUBSTEPS:
        raise ValueError(f"'n_substeps' must be at most {MOST_SUBSTEPS}; got {n_substeps}.")
    if synapse == "conductance":
        for name in ("bias", "reversal"):
            if getattr(liquid, name) is not None:
                raise ValueError(f"'{name}' is for synapse='gate'; give a Synapses to choose those of synapses.")
    elif isinstance(liquid.recurrent_weights, Synapses) or isinstance(liquid.input_weights, Synapses):
        raise ValueError("'recurrent_weights' and 'input_weights' must be matrices for synapse='gate'; got Synapses.")
    return synapse, solver, n_substeps
