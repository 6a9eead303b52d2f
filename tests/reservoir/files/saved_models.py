"""Fitted models of every public class, and what each computes: compared before and after it was in a file.

As a program it does the same in a process of its own: `python saved_models.py folder` reads every file of a folder and
writes what the models compute beside it.
"""

import pickle
import sys
import warnings
from inspect import isabstract
from pathlib import Path

import numpy as np
from builders import VARIANTS, make
from scipy.sparse import csc_array, csr_matrix
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge, SGDRegressor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from sklearn.svm import SVC

import reservoir
from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import (
    NVAR,
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    AdaptiveReservoir,
    AnomalyDetector,
    BaseReservoir,
    CfCLiquid,
    ConceptorClassifier,
    ConductanceSynapses,
    CTRNNLiquid,
    EchoStateReservoir,
    EnsembleForecaster,
    Forecaster,
    ForwardFill,
    Izhikevich,
    LIFLiquid,
    LocalForecaster,
    LTCLiquid,
    Markram,
    PerfectIntegrateAndFire,
    PerSequence,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    SequenceRegressor,
    SpikingLiquid,
    StackedReservoir,
    topology,
)
from reservoir.presets import maass2002
from reservoir.topology import NCP, FullyConnected, RandomWiring

N_STEPS = 70
# Of scikit-learn, which skops does not trust.
OTHERS = [
    "sklearn.utils._metadata_requests.MetadataRequest",  # of earlier versions
    "sklearn.utils._metadata_requests.MethodMetadataRequest",
]
LABELS = np.array(["calm", "wild"])
FORECASTERS = (EnsembleForecaster, Forecaster, LocalForecaster)


def waves(seed=0, n_features=3):
    return np.abs(np.random.RandomState(seed).standard_normal((N_STEPS, n_features))) + 0.1


def masked_waves():
    gaps = np.random.RandomState(5).uniform(size=(N_STEPS, 3)) < 0.2
    gaps[0] = False
    return np.ma.MaskedArray(waves(), gaps)


def pieces(X):
    return [X[start : start + 20] for start in range(0, 50, 5)]


def target(X):
    return np.asarray(X)[:, 0] * 2 + 1


def classes(X):
    return LABELS[(np.asarray(X)[:, 0] > 0.7).astype(int)]


def takes_labels(model):
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    return "Classifier" in type(last).__name__ or isinstance(
        getattr(last, "readout", None), (RidgeReadoutClassifier, LogisticRegression, SVC)
    )


def fitted(model, X=None):
    """The model, fitted to what it takes."""
    X = waves() if X is None else X
    model = clone(model)
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    if isinstance(last, SequenceEncoder):
        return model.fit(pieces(X))
    if isinstance(last, (ConceptorClassifier, ReservoirClassifier, SequenceRegressor)):
        return model.fit(pieces(X), LABELS[np.arange(10) % 2] if takes_labels(model) else np.arange(10.0))
    if isinstance(last, (*FORECASTERS, AnomalyDetector, ForwardFill, PerSequence, BaseReservoir)):
        return model.fit(X)
    return model.fit(X, classes(X) if takes_labels(model) else target(X))


def _learns_on(model):
    readout = getattr(model, "readout_", model)
    return isinstance(readout, RLSReadout) or isinstance(readout, RidgeReadout) and readout.alphas is None


def outputs(model):
    """What a model computes, every array of it, and where it learns on."""
    X = waves(1)
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    sequences = isinstance(last, (ConceptorClassifier, ReservoirClassifier, SequenceRegressor, SequenceEncoder))
    found = []
    if isinstance(model, tuple):
        liquid, state = model
        return [*found, liquid.run(X, state)[0]]
    if isinstance(model, FORECASTERS):
        found += [model.forecast(2), model.forecast(2, context=X), model.predict_one_step(X)]
    if isinstance(model, Forecaster):
        found += [*model.forecast(2, interval=0.8)]
    for name in ("transform", "predict", "predict_proba", "decision_function", "score_samples"):
        if hasattr(model, name):
            found.append(getattr(model, name)(pieces(X) if sequences else X))
    if isinstance(model, BaseReservoir):
        found.append(model.run(X[:1])[0])
    if isinstance(model, (RidgeReadout, RLSReadout, ReservoirRegressor)) and _learns_on(model):
        labels = getattr(model, "classes_", None)
        model = pickle.loads(pickle.dumps(model))
        found.append(model.partial_fit(X, target(X) if labels is None else classes(X)).predict(X))
    return [np.asarray(one) for one in found]


def of_every_topology():
    """A layer for each family of graphs."""
    families = [getattr(topology, name) for name in topology.__all__]
    graphs = [
        one()
        for one in families
        if isinstance(one, type) and issubclass(one, topology.Topology) and not isabstract(one)
    ]
    return StackedReservoir(
        [
            EchoStateReservoir(12, topology=graph, spectral_radius=None if "Delay" in repr(graph) else 0.9)
            for graph in graphs
        ],
        random_state=0,
    )


def others():
    """Models beside those that are checked by scikit-learn."""
    weights = np.random.RandomState(0).uniform(-0.3, 0.3, (10, 10))
    echo = EchoStateReservoir(10, random_state=0)
    yield "topologies", of_every_topology()
    yield "sparse weights", EchoStateReservoir(10, recurrent_weights=csc_array(weights), random_state=0)
    yield "sparse matrix", EchoStateReservoir(10, recurrent_weights=csr_matrix(weights), random_state=0)
    yield "random state", CTRNNLiquid(10, random_state=np.random.RandomState(3))
    yield "leak rates", EchoStateReservoir(10, leak_rate=np.linspace(0.1, 1, 10), random_state=0)
    yield "ncp", LTCLiquid(topology=NCP(6, 4, 2, 3, 2, 2, 2), random_state=0)
    yield "fully connected", CfCLiquid(topology=FullyConnected(8), random_state=0)
    yield "random wiring", LTCLiquid(topology=RandomWiring(8), mixed_memory=True, random_state=0)
    yield "markram", LIFLiquid(20, short_term_plasticity=Markram(0.5, 100.0, 30.0), delays=2.0, random_state=0)
    pulled = {"synapses": ConductanceSynapses(0.0, (-80.0, -75.0)), "background_current": 30.0, "random_state": 0}
    adaptive = AdaptiveLeakyIntegrateAndFire(threshold=-50.0, reset=-60.0, resting=-60.0, tau_threshold=(50.0, 200.0))
    for name, neuron in (("adaptive", adaptive), ("upstroke", Izhikevich()), ("exponential", AdaptiveExponential())):
        yield f"{name} units", SpikingLiquid(20, neuron=neuron, background_current=30.0, random_state=0)
        yield f"{name} units with conductances", SpikingLiquid(20, neuron=neuron, **pulled)
    yield "noise", LIFLiquid(20, noise=1.0, random_state=0)
    yield (
        "preset",
        maass2002(n_inputs=3, shape=(3, 3, 3), random_state=0).set_params(input="current", input_period=10.0),
    )
    yield "elapsed", LTCLiquid(10, elapsed_column=2, random_state=0)
    yield "stack of kinds", StackedReservoir([echo, CfCLiquid(6), SpikingLiquid(8, neuron=PerfectIntegrateAndFire())])
    yield "pipeline", make_pipeline(StandardScaler(), PCA(2), ReservoirRegressor(echo, washout=5))
    yield (
        "pipeline of sequences",
        make_pipeline(PerSequence(MinMaxScaler()), ReservoirClassifier(n_units=10, random_state=0)),
    )
    yield "search", GridSearchCV(ReservoirRegressor(echo, Ridge()), {"readout__alpha": [0.1, 1.0]}, cv=2)
    yield "logistic", ReservoirRegressor(echo, LogisticRegression())
    yield "support vectors", ReservoirRegressor(echo, SVC())
    yield "gradient descent", ReservoirRegressor(echo, SGDRegressor(random_state=0))
    yield "recursive", ReservoirRegressor(echo, RLSReadout(forgetting=0.99))
    yield "logarithm", Forecaster(echo, transformer=FunctionTransformer(np.log, np.exp), washout=5)
    yield "seasons", Forecaster(echo, period=7, washout=5, noise=0.01, random_state=np.random.RandomState(1))
    yield "directly", Forecaster(echo, horizon=5, washout=5)
    yield "left out one by one", ReservoirRegressor(echo, RidgeReadout(alphas=[0.1, 1.0]), feedback=True, noise=0.1)
    yield "wide", ReservoirRegressor(EchoStateReservoir(100, random_state=0), RidgeReadout(1.0))


def models():
    """Unfitted models of every public class, by name."""
    from test_all_estimators import ESTIMATORS

    checked = {f"{number} {type(estimator).__name__}": estimator for number, estimator in enumerate(ESTIMATORS)}
    return checked | {name: make(name) for name in VARIANTS} | dict(others())


def fitted_models():
    """Fitted models by name, and some reservoirs with a state in the middle of a series."""
    for name, model in models().items():
        model = fitted(model)
        yield name, model
        if name in VARIANTS or isinstance(model, (StackedReservoir, AdaptiveReservoir, NVAR)):
            yield f"{name} with its state", (model, model.run(waves()[:30])[1])


def read_and_compute(folder):
    """Write what every model of a folder computes into a file of the same name."""
    for path in sorted(Path(folder).glob("*.skops")):
        np.savez(path.with_suffix(".npz"), *outputs(reservoir.load(path, trusted=OTHERS)))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    read_and_compute(sys.argv[1])
