"""Readouts, topologies, adaptation and wrapped transformers."""

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.dummy import DummyRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from advice.models import WORDS, N, U, Y, adapted, chunks, esn, fitted, lif, refitted, regressor
from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from reservoir import (
    AdaptiveExponential,
    AdaptiveReservoir,
    CfCLiquid,
    ConductanceSynapses,
    LeakyIntegrateAndFire,
    LIFLiquid,
    LTCLiquid,
    PerfectIntegrateAndFire,
    PerSequence,
    SequenceEncoder,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.plasticity import STDP, Homeostasis, IntrinsicPlasticity
from reservoir.topology import AutoNCP, Column, CycleJump, Orthogonal, Ring, resolve_wiring


def exponential(**parameters):
    return SpikingLiquid(20, neuron=AdaptiveExponential(resting=-50.0), random_state=0, **parameters).fit(U)


CASES = {
    # Readouts
    "all rows left out, in chunks": (
        lambda: chunks(RidgeReadout(alphas=[0.1, 1.0])),
        "'cv' must be an integer, or 'groups' be given",
        [
            lambda: chunks(RidgeReadout(alphas=[0.1, 1.0], cv=3)),
            lambda: RidgeReadout(alphas=[0.1, 1.0]).partial_fit(U, Y, groups=np.arange(N) % 4),
            lambda: RidgeReadout(alphas=[0.1, 1.0]).fit(U, Y),
        ],
    ),
    "balanced chunks": (
        lambda: RidgeReadoutClassifier(class_weight="balanced").partial_fit(U, Y > 0, classes=[False, True]),
        "pass a dict or row weights",
        [
            lambda: RidgeReadoutClassifier(class_weight={False: 1.0, True: 2.0}).partial_fit(
                U, Y > 0, classes=[False, True]
            ),
            lambda: RidgeReadoutClassifier().partial_fit(U, Y > 0, sample_weight=1.0 + (Y > 0), classes=[False, True]),
        ],
    ),
    "a grid as alpha": (
        lambda: RidgeReadout(alpha=[0.1, 1.0]).fit(U, Y),
        "a grid to choose from is 'alphas'",
        [lambda: RidgeReadout(alphas=[0.1, 1.0]).fit(U, Y), lambda: RidgeReadout(alpha=[1.0]).fit(U, Y)],
    ),
    "other targets": (
        lambda: RLSReadout().fit(U, Y).partial_fit(U, U),
        "Call fit to start again with other targets",
        [lambda: RLSReadout().fit(U, Y).fit(U, U)],
    ),
    "other classes": (
        lambda: RLSReadoutClassifier().fit(U, Y > 0).partial_fit(U, Y > 0, classes=["a", "b"]),
        "Call fit to start again",
        [lambda: RLSReadoutClassifier().fit(U, Y > 0).fit(U, np.where(Y > 0, "a", "b"))],
    ),
    "other folds": (
        lambda: chunks(RidgeReadout(alphas=[1.0, 2.0], cv=3)).partial_fit(U, Y, groups=np.arange(N) % 3),
        "Call fit to start anew",
        [lambda: RidgeReadout(alphas=[1.0, 2.0], cv=3).fit(U, Y, groups=np.arange(N) % 3)],
    ),
    "results of no grid": (
        lambda: RidgeReadout().fit(U, Y).cv_results_,
        "needs a grid; give 'alphas'",
        [lambda: RidgeReadout(alphas=[1.0, 2.0]).fit(U, Y).cv_results_],
    ),
    "a part fitted again": (
        lambda: refitted(regressor().fit(U, Y)),
        "fit the whole again",
        [lambda: regressor().fit(U, Y).fit(U, Y).predict(U)],
    ),
    "classes": (
        lambda: RLSReadoutClassifier().partial_fit(U, Y > 0),
        "'classes' must name all labels in the first call",
        [lambda: RLSReadoutClassifier().partial_fit(U, Y > 0, classes=[False, True])],
    ),
    "classes of no classifier": (
        lambda: regressor().partial_fit(U, Y, classes=[0, 1]),
        "Leave them out",
        [lambda: regressor().partial_fit(U, Y)],
    ),
    "a label for a series": (
        lambda: regressor(RidgeReadoutClassifier()).fit(WORDS, ["a", "b"]),
        "For one label per series use SequenceEnc",
        [lambda: make_pipeline(SequenceEncoder(esn()), RidgeReadoutClassifier()).fit(WORDS, ["a", "b"])],
    ),
    # Topologies
    "fixed degree": (
        lambda: fitted(topology="ring", degree=3),
        "Leave it out, or choose a topology .* such as 'shift'",
        [lambda: fitted(topology="ring"), lambda: fitted(topology="shift", degree=3)],
    ),
    "nilpotent": (
        lambda: fitted(topology="delay_line", spectral_radius=0.9),
        "Pass spectral_radius=None .* or choose another",
        [
            lambda: fitted(topology="delay_line", spectral_radius=None),
            lambda: fitted(topology="ring", spectral_radius=0.9),
        ],
    ),
    "long jump": (
        lambda: fitted(topology=CycleJump(jump_length=6)),
        "Choose a shorter jump, more units, or Ring",
        [
            lambda: fitted(topology=CycleJump(jump_length=5)),
            lambda: fitted(topology=CycleJump(jump_length=6), n_units=12),
            lambda: fitted(topology=Ring()),
        ],
    ),
    "signs of orthogonal": (
        lambda: fitted(topology=Orthogonal(inhibitory=0.2)),
        "Choose another topology for Dale's law",
        [lambda: fitted(topology="random")],
    ),
    "class for instance": (
        lambda: CfCLiquid(topology=AutoNCP).fit(U),
        "such as AutoNCP|Pass an instance",
        [lambda: CfCLiquid(topology=AutoNCP(20, 4)).fit(U)],
    ),
    "too many outputs": (
        lambda: AutoNCP(10, 8),
        "Raise 'units' to at least 11, or lower it",
        [lambda: AutoNCP(11, 8), lambda: AutoNCP(10, 7)],
    ),
    "inhibition only": (
        lambda: lif(inhibitory=np.ones(20, bool)).fit(U),
        "Pass recurrent_weights for a circuit of inhibitory units",
        [lambda: lif(inhibitory=np.ones(20, bool), recurrent_weights=-np.eye(20)).fit(U)],
    ),
    "units that fire by themselves": (
        lambda: LIFLiquid(20, resting=20.0, random_state=0).fit(U),
        "pass a background_current for units",
        [lambda: LIFLiquid(20, resting=20.0, background_current=5.0, random_state=0).fit(U)],
    ),
    "exponential units that fire by themselves": (
        lambda: exponential(),
        "pass a background_current for units",
        [lambda: exponential(background_current=5.0)],
    ),
    "reversals on one side": (
        lambda: lif(synapses=ConductanceSynapses(5.0, -9.0)).fit(U),
        "Change it, or pass recurrent_weights and input_weights",
        [
            lambda: lif(synapses=ConductanceSynapses(50.0, -9.0)).fit(U),
            lambda: lif(
                synapses=ConductanceSynapses(5.0, -9.0), recurrent_weights=np.eye(20), input_weights=np.ones((20, 2))
            ).fit(U),
        ],
    ),
    "conductances of units that have none": (
        lambda: SpikingLiquid(20, neuron=PerfectIntegrateAndFire(), synapses=ConductanceSynapses(70.0, -10.0)).fit(U),
        "Choose another 'neuron', such as LeakyIntegrateAndFire",
        [
            lambda: SpikingLiquid(20, neuron=LeakyIntegrateAndFire(), synapses=ConductanceSynapses(70.0, -10.0)).fit(U),
        ],
    ),
    "another number of inputs": (
        lambda: CfCLiquid(topology=resolve_wiring(AutoNCP(20, 4), 3)).fit(U),
        "Build it for 2, or pass a specification",
        [
            lambda: CfCLiquid(topology=resolve_wiring(AutoNCP(20, 4), 2)).fit(U),
            lambda: CfCLiquid(topology=AutoNCP(20, 4)).fit(U),
        ],
    ),
    "shape of a column": (
        lambda: fitted(topology=Column(shape=(3, 3, 3)), n_units=48),
        "Change one of 'shape' and 'n_units', or pass shape=None",
        [
            lambda: fitted(topology=Column(shape=(3, 3, 3)), n_units=27),
            lambda: fitted(topology=Column(shape=(4, 4, 3)), n_units=48),
            lambda: fitted(topology=Column(shape=None), n_units=48),
        ],
    ),
    "of another form": (
        lambda: LTCLiquid(10, reversal=1.0, random_state=0).fit(U),
        "is for synapse='gate'",
        [lambda: LTCLiquid(10, synapse="gate", reversal=1.0, random_state=0).fit(U)],
    ),
    # Adaptation
    "one row to adapt to": (
        lambda: AdaptiveReservoir(esn(), IntrinsicPlasticity()).fit(U[:1]),
        "must hold more than one step",
        [
            lambda: StackedReservoir([AdaptiveReservoir(esn(), IntrinsicPlasticity(n_epochs=1)).fit(U).reservoir_]).fit(
                U
            )
        ],
    ),
    "adapted twice": (
        lambda: AdaptiveReservoir(AdaptiveReservoir(esn(), IntrinsicPlasticity()), IntrinsicPlasticity()).fit(U),
        "give a list of them as 'rule'",
        [lambda: AdaptiveReservoir(esn(), [IntrinsicPlasticity(n_epochs=1)] * 2).fit(U)],
    ),
    "rates of no spikes": (
        lambda: AdaptiveReservoir(esn(), Homeostasis()).fit(U),
        "use IntrinsicPlasticity",
        [lambda: AdaptiveReservoir(esn(), IntrinsicPlasticity(n_epochs=1)).fit(U)],
    ),
    "no synapses to change": (
        lambda: AdaptiveReservoir(lif(inhibitory=0.95), STDP(n_epochs=1)).fit(U),
        "Use fewer 'inhibitory' units or a larger 'degree'",
        [lambda: AdaptiveReservoir(lif(inhibitory=0.2), STDP(n_epochs=1)).fit(U)],
    ),
    "learning rate": (
        lambda: adapted(2 * U),
        "Lower it or the scale of 'X', or widen the target, 'std' if it is normal",
        [lambda: adapted(2 * U, learning_rate=1e-4), lambda: adapted(U), lambda: adapted(2 * U, std=0.5)],
    ),
    # Wrapped transformers
    "sparse rows": (
        lambda: PerSequence(OneHotEncoder()).fit_transform(np.eye(3)),
        "Set sparse_output=False",
        [lambda: PerSequence(OneHotEncoder(sparse_output=False)).fit_transform(np.eye(3))],
    ),
    "no transformer": (
        lambda: PerSequence(DummyRegressor()).fit(U),
        r"such as StandardScaler\(\)",
        [lambda: PerSequence(StandardScaler()).fit(U)],
    ),
    "other names": (
        lambda: PerSequence(PCA(1)).fit(pd.DataFrame(U, columns=["a", "b"])).get_feature_names_out(["c", "d"]),
        "Leave it out",
        [lambda: PerSequence(PCA(1)).fit(pd.DataFrame(U, columns=["a", "b"])).get_feature_names_out()],
    ),
}
