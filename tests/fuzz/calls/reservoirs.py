"""Calls of reservoirs, and of what they are made of."""

import numpy as np
from builders import series
from scipy.sparse import csr_array

from fuzz.calls.call import Call, estimator
from reservoir import (
    NVAR,
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    CfCLiquid,
    CTRNNLiquid,
    DelayNodeReservoir,
    EchoStateReservoir,
    Izhikevich,
    LeakyIntegrateAndFire,
    LegendreMemory,
    LIFLiquid,
    LTCLiquid,
    Markram,
    MeasuredReservoir,
    MemoryCell,
    PerfectIntegrateAndFire,
    ResidualReservoir,
    SpikingLiquid,
    StackedReservoir,
    Synapses,
)

N_UNITS, N_FEATURES = 5, 2
TASKS = {"fit": lambda: {"X": series(12, N_FEATURES)}, "transform": lambda: {"X": series(12, N_FEATURES)}}


def liquid(name, cls, **parameters):
    """A reservoir, which `run` takes on from a state of its own."""

    def make():
        return {"random_state": 0, "n_jobs": 1} | {key: np.copy(v) if isinstance(v, np.ndarray) else v
                                                  for key, v in parameters.items()}  # fmt: skip

    def run():
        fitted = cls(**make()).fit(series(12, N_FEATURES))
        return {"X": series(12, N_FEATURES), "state": fitted.run(series(3, N_FEATURES))[1]}

    return estimator(name, cls, make, **TASKS, run=run)


def lif(**parameters):
    return LIFLiquid(N_UNITS, **{"random_state": 0, "noise": 1.0, "background_current": 20.0} | parameters)


def pif(**parameters):
    neuron = PerfectIntegrateAndFire()
    return SpikingLiquid(N_UNITS, **{"random_state": 0, "neuron": neuron, "background_current": 20.0} | parameters)


def alif(**parameters):
    return pif(**{"neuron": AdaptiveLeakyIntegrateAndFire()} | parameters)


def izhikevich(**parameters):
    return pif(**{"neuron": Izhikevich()} | parameters)


def adex(**parameters):
    return pif(**{"neuron": AdaptiveExponential(), "background_current": 25.0} | parameters)


def state_of(make):
    fitted = make().fit(series(12, N_FEATURES))
    return fitted.run(series(12, N_FEATURES))[1]


def drive(fitted):
    return lambda state: fitted().run(series(12, N_FEATURES), state)


def ltc_cell():
    """The parameters of an LTC cell of 5 units and 2 inputs, by the names of ncps."""
    draw = np.random.RandomState(0).uniform
    parts = {"gleak": N_UNITS, "vleak": N_UNITS, "cm": N_UNITS}
    cell = {name: draw(0.1, 1.0, size) for name, size in parts.items()}
    for prefix, rows in (("", N_UNITS), ("sensory_", N_FEATURES)):
        for name in ("w", "sigma", "mu", "erev"):
            cell[f"{prefix}{name}"] = draw(0.1, 1.0, (rows, N_UNITS))
        cell[f"{prefix}sparsity_mask"] = np.ones((rows, N_UNITS))
    return cell


def cfc_cell():
    """The parameters of a CfC cell of 5 units and 2 inputs, by the names of ncps."""
    draw = np.random.RandomState(0).uniform
    heads = ("ff1", "ff2", "time_a", "time_b")
    weights = {f"{name}.weight": draw(-1, 1, (N_UNITS, N_FEATURES + N_UNITS)) for name in heads}
    return weights | {f"{name}.bias": draw(-1, 1, N_UNITS) for name in heads}


def memory_cell():
    return {
        "input_weights": np.ones((4 * N_UNITS, N_FEATURES)),
        "recurrent_weights": np.ones((4 * N_UNITS, N_UNITS)),
        "bias": np.ones(4 * N_UNITS),
    }


def synapses():
    properties = {"slope": np.ones(N_UNITS), "midpoint": np.zeros(N_UNITS), "reversal": np.ones(N_UNITS)}
    return {"conductance": csr_array(np.eye(N_UNITS))} | properties


def cfc_weights():
    return {"heads": [(np.ones((N_UNITS, N_FEATURES + N_UNITS)), np.zeros(N_UNITS))] * 4}


def neuron(cls, **constants):
    """A neuron, whose constants are checked when a liquid of it is fitted."""
    steps = lambda it: pif(neuron=it).fit(series(12, N_FEATURES)), lambda it: it.transform(series(12, N_FEATURES))
    return Call(lambda: dict(constants), steps=steps)


def markram():
    return {"utilization": 0.5, "tau_depression": 200.0, "tau_facilitation": 100.0}


def delay_node():
    return DelayNodeReservoir(N_UNITS, random_state=0).fit(series(12, 2))


CALLS = {
    **liquid("reservoir.EchoStateReservoir", EchoStateReservoir, n_units=N_UNITS, degree=2),
    **liquid("reservoir.ResidualReservoir", ResidualReservoir, n_units=N_UNITS, degree=2, skip_gain=0.8),
    **liquid("reservoir.CTRNNLiquid", CTRNNLiquid, n_units=N_UNITS, degree=2, tau_range=(1.0, 9.0)),
    **liquid("reservoir.DelayNodeReservoir", DelayNodeReservoir, n_units=N_UNITS),
    "reservoir.DelayNodeReservoir.slope": Call(lambda: {"z": np.array([0.0, 0.5])}, delay_node),
    **liquid("reservoir.LTCLiquid", LTCLiquid, n_units=N_UNITS, degree=2, gain=2.0, input_degree=1, n_substeps=2,
             capacitance=1.0, leak_conductance=1.0, leak_potential=0.0),
    **liquid("reservoir.CfCLiquid", CfCLiquid, n_units=N_UNITS, gain=1.0, backbone_layers=1, backbone_units=3),
    **liquid("reservoir.LIFLiquid", LIFLiquid, n_units=N_UNITS, degree=2, inhibitory=0.2, noise=1.0,
             background_current=20.0, initial_voltage=0.0),
    "reservoir.LIFLiquid.spikes": Call(TASKS["transform"], lambda: lif().fit(series(12, N_FEATURES))),
    **liquid("reservoir.SpikingLiquid", SpikingLiquid, n_units=N_UNITS, degree=2, inhibitory=0.2, noise=1.0,
             neuron=PerfectIntegrateAndFire(), background_current=20.0),
    "reservoir.SpikingLiquid.spikes": Call(TASKS["transform"], lambda: pif().fit(series(12, N_FEATURES))),
    "reservoir.LeakyIntegrateAndFire": neuron(LeakyIntegrateAndFire, tau_membrane=20.0, threshold=15.0, reset=0.0,
                                              resting=0.0, initial_voltage=0.0),
    "reservoir.AdaptiveLeakyIntegrateAndFire": neuron(
        AdaptiveLeakyIntegrateAndFire, tau_membrane=20.0, threshold=15.0, reset=0.0, resting=0.0, threshold_jump=1.0,
        tau_threshold=200.0, adaptation_jump=1.0, tau_adaptation=100.0, kept_overshoot=0.5, initial_voltage=0.0),
    "reservoir.AdaptiveExponential": neuron(
        AdaptiveExponential, tau_membrane=20.0, threshold=10.0, slope=2.0, resting=0.0, reset=0.0, peak=40.0,
        adaptation_coupling=0.1, adaptation_jump=1.0, tau_adaptation=100.0, initial_voltage=0.0),
    "reservoir.AdaptiveExponential.from_physical": Call(
        lambda: {"capacitance": 281.0, "leak": 30.0, "adaptation_coupling": 4.0, "adaptation_jump": 80.5}),
    "reservoir.AdaptiveExponential.of_pattern": Call(lambda: {"pattern": "adaptation"}),
    "reservoir.PerfectIntegrateAndFire": neuron(PerfectIntegrateAndFire, capacitance=20.0, threshold=15.0, reset=0.0,
                                                initial_voltage=0.0),
    "reservoir.Izhikevich": neuron(Izhikevich, a=0.02, b=0.2, reset=-65.0, d=8.0, peak=30.0, initial_voltage=-65.0,
                                   initial_recovery=-13.0),
    "reservoir.Izhikevich.of_kind": Call(lambda: {"kind": "regular spiking"}),
    "reservoir.Izhikevich.of_populations": Call(lambda: {"inhibitory": np.arange(N_UNITS) > 3, "random_state": 0}),
    **estimator("reservoir.MeasuredReservoir", MeasuredReservoir,
                lambda: {"inputs": series(12, 2), "states": series(12, 3), "samples_per_step": 1}, **TASKS,
                run=lambda: {"X": series(12, 2), "state": [0, 0]},
                at=lambda: {"step": 3, "recording": 0}, responses=lambda: {"X": series(12, 2)},
                get_feature_names_out=lambda: {"input_features": None}),
    **estimator("reservoir.LegendreMemory", LegendreMemory, lambda: {"order": 3, "window": 4.0, "n_jobs": 1}, **TASKS,
                run=lambda: {"X": series(12, 2), "state": np.zeros(6)}),
    **estimator("reservoir.NVAR", NVAR, lambda: {"n_jobs": 1}, **TASKS,
                run=lambda: {"X": series(12, 2), "state": NVAR().fit(series(9, 2)).run(series(9, 2))[1]},
                get_feature_names_out=lambda: {"input_features": ["a", "b"]}),
    **estimator("reservoir.StackedReservoir", StackedReservoir,
                lambda: {"layers": [EchoStateReservoir(4), lif()], "random_state": 0, "n_jobs": 1}, **TASKS,
                run=lambda: {"X": series(12, 2), "state": None},
                get_feature_names_out=lambda: {"input_features": None}, get_params=lambda: {"deep": True}),
    "reservoir.LTCLiquid.from_ncps": Call(lambda: {"cell": ltc_cell(), "n_substeps": 2, "epsilon": 1e-8,
                                                   "constraints": "softplus"},
                                          steps=(lambda it: it.transform(abs(series(6, it.n_features_in_))),)),
    "reservoir.CfCLiquid.from_ncps": Call(lambda: {"cell": cfc_cell(), "mode": "default", "activation": "tanh"},
                                          steps=(lambda it: it.transform(abs(series(6, it.n_features_in_))),)),
    "reservoir.LIFState": Call(lambda: state_of(lif)._asdict(),
                               steps=(drive(lambda: lif().fit(series(12, N_FEATURES))),)),
    "reservoir.ALIFState": Call(lambda: state_of(alif)._asdict(),
                                steps=(drive(lambda: alif().fit(series(12, N_FEATURES))),)),
    "reservoir.AdExState": Call(lambda: state_of(adex)._asdict(),
                                steps=(drive(lambda: adex().fit(series(12, N_FEATURES))),)),
    "reservoir.PIFState": Call(lambda: state_of(pif)._asdict(),
                               steps=(drive(lambda: pif().fit(series(12, N_FEATURES))),)),
    "reservoir.IzhikevichState": Call(lambda: state_of(izhikevich)._asdict(),
                                      steps=(drive(lambda: izhikevich().fit(series(12, N_FEATURES))),)),
    "reservoir.ConductanceSynapses": Call(
        lambda: {"reversal_excitatory": 70.0, "reversal_inhibitory": -10.0},
        steps=(lambda it: lif(synapses=it).fit(series(12, N_FEATURES)),),
    ),
    "reservoir.Markram": Call(markram, steps=(
        lambda it: lif(short_term_plasticity=it).fit(series(12, N_FEATURES)),
        lambda it: it.transform(series(12, N_FEATURES)))),
    "reservoir.Markram.stationary": Call(markram, lambda: Markram(0.5, 200.0, 100.0, rate=5.0)),
    "reservoir.MemoryCell": Call(memory_cell, steps=(
        lambda it: LTCLiquid(N_UNITS, mixed_memory=it, random_state=0).fit(series(12, N_FEATURES)),
        lambda it: it.transform(series(12, N_FEATURES)))),
    "reservoir.MemoryCell.arguments": Call(lambda: {"dtype": "float64"}, lambda: MemoryCell(**memory_cell())),
    "reservoir.MemoryCell.draw": Call(lambda: {"n_units": 4, "n_inputs": 2, "random_state": 0}),
    "reservoir.Synapses": Call(synapses, steps=(
        lambda it: LTCLiquid(recurrent_weights=it, random_state=0).fit(series(12, N_FEATURES)),
        lambda it: it.transform(series(12, N_FEATURES)))),
    "reservoir.Synapses.linear_loop": Call(lambda: {"leak_conductance": 1.0}, lambda: Synapses(**synapses())),
    "reservoir.Synapses.mean_current": Call(lambda: {"source_deviation": 1.0}, lambda: Synapses(**synapses())),
    "reservoir.Synapses.properties": Call(lambda: {"dtype": "float64"}, lambda: Synapses(**synapses())),
    "reservoir.CfCWeights": Call(cfc_weights, steps=(
        lambda it: CfCLiquid(weights=it, mode="pure" if it.w_tau is not None else "default").fit(series(12, 2)),
        lambda it: it.transform(series(12, N_FEATURES)))),
}  # fmt: skip
