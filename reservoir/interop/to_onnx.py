"""Fitted reservoirs and models as ONNX graphs, which onnxruntime runs without this library."""

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_flag
from reservoir.encoder import SequenceEncoder
from reservoir.interop.onnx_graph.every_rule import add_model
from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.model_nodes import best_of
from reservoir.interop.onnx_graph.network import LIBRARY, OPSET, Network, Value, library_version
from reservoir.sequence_models import ReservoirClassifier, SequenceRegressor

MEANINGS = {
    "X": "rows of input, one for each step, at least one",
    "lengths": "number of steps of each sequence; rows of X after them do not count",
    "n_steps": "number of rows to forecast after the last row of X",
    "states": "states of the reservoir, one row for each step, as transform returns them",
    "predictions": "what predict returns, one for each step or sequence; of a forecaster the row after each row of X",
    "forecast": "the rows after X, each from the one before",
    "label": "class, as predict returns it",
    "scores": "what decision_function returns",
    "probabilities": "what predict_proba returns",
    "features": "one row of features for each sequence",
    "transformed": "what transform returns",
}


def to_onnx(model: Any, *, batch: bool = False) -> Any:
    """Return a fitted model as an ONNX graph, which onnxruntime runs in any language.

    The steps of a series are a ``Scan``, whose states come in and go out::

        x(t) = F(x(t-1), u(t)),    inputs X = u and state = x(0),    outputs states = x and next_state = x(n_steps)

    so that a stream goes on in pieces of any length: hand ``next_state`` to the next run as ``state``. A state that is
    not given is at rest. The graph has opset 18, IR version 8 and only operators that onnxruntime has in the precision
    of the model: its outputs are those of this library within 1e-12 in double precision, where no state is chaotic. In
    single precision onnxruntime's ``Tanh`` and ``Sigmoid`` are off by some 3e-7, and 1e-5 is what to expect of states.

    What can be written, and its outputs beside the states:

    - `EchoStateReservoir`, `ResidualReservoir`, `CTRNNLiquid`, `LTCLiquid`, `CfCLiquid`, `NVAR`, `LegendreMemory`
      without an elapsed column, `StackedReservoir` of these: ``states``
    - `ReservoirRegressor` with a linear readout, with feedback and lags too: ``predictions``, or ``label`` and
      ``scores``
    - `Forecaster`, a closed loop: ``predictions``, one after each row, and ``forecast``, the ``n_steps`` rows after X
    - `SequenceEncoder` without ``"model"``: ``features``
    - `ReservoirClassifier`, `SequenceRegressor`: ``label``, ``scores`` and ``probabilities``, or ``predictions``
    - readouts and linear models of scikit-learn: ``predictions``, or ``label`` and ``scores``
    - a Pipeline of these, of `PerSequence`, and of other estimators of scikit-learn, which skl2onnx converts: those of
      its last step

    Needs onnx: ``pip install "liquid-reservoir[onnx]"``.

    Parameters
    ----------
    model : fitted reservoir, model, readout or pipeline
        A search of scikit-learn stands for the best that it found.
    batch : bool, default=False
        Whether X is a batch of series (n_sequences, n_steps, n_features), with a state for each, or a single series
        (n_steps, n_features). Models of whole sequences always take a batch, and ``lengths`` (n_sequences,) where
        sequences are ragged: X is then filled up behind them with any numbers.

    Returns
    -------
    onnx.ModelProto
        Checked by onnx, shapes too. X has the precision of the model's reservoir. ``metadata_props`` hold the library,
        its version, the class, what every input and output means, and the labels of classes.

    Raises
    ------
    ImportError
        If onnx, or skl2onnx for a step of scikit-learn, is not installed.
    NotFittedError
        If ``model`` is not fitted.
    TypeError
        If ``model`` holds what has no faithful form in ONNX: spiking and adapted reservoirs, and any class of a user's
        own.
    ValueError
        If a readout is not linear, a forecaster does more to its rows than to standardise them, or a summary or
        activation has no operator in ONNX.

    References
    ----------
    ONNX operators Scan and Loop, opset 16: https://onnx.ai/onnx/operators.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.interop import to_onnx
    >>> u = np.sin(np.arange(200.0))[:, None]
    >>> liquid = EchoStateReservoir(50, random_state=0).fit(u)
    >>> graph = to_onnx(liquid)  # doctest: +SKIP
    >>> [value.name for value in graph.graph.output]  # doctest: +SKIP
    ['states', 'next_state']

    ``onnx.save(graph, "liquid.onnx")`` writes it to a file, which ``onnxruntime.InferenceSession("liquid.onnx")`` runs.
    """
    batch = check_flag("batch", batch)
    check_model(model)
    model = best_of(model)
    batch = batch or takes_sequences(model)
    require_onnx()
    network = Network(Graph(), batch)
    X = network.series("X", n_inputs(model), input_dtype(model) or np.float64)
    outputs = add_model(model, network, X)
    return network.model(outputs, record_of(model, network, outputs))


def require_onnx() -> None:
    """Raise ImportError unless onnx is installed."""
    try:
        import onnx  # noqa: F401
    except ImportError:
        raise ImportError('to_onnx needs onnx: pip install "liquid-reservoir[onnx]".') from None


def check_model(model: Any) -> None:
    """Raise TypeError unless ``model`` is an estimator, and NotFittedError unless it is fitted."""
    if isinstance(model, type) or not hasattr(model, "fit"):
        found = f"the class {model.__name__}" if isinstance(model, type) else repr(model)
        raise TypeError(f"'model' must be a fitted reservoir, model, readout or pipeline of these; got {found}.")
    check_is_fitted(model)


def steps_of(model: Any) -> list[Any]:
    """Return the steps of a pipeline, those of pipelines and searches in it too, or the model itself."""
    model = best_of(model)
    if not isinstance(model, Pipeline):
        return [model]
    steps = [step for _, step in model.steps if step is not None and not isinstance(step, str)]
    return [inner for step in steps for inner in steps_of(step)]


def takes_sequences(model: Any) -> bool:
    """Whether a sample is a whole sequence."""
    return any(isinstance(step, SequenceEncoder | ReservoirClassifier | SequenceRegressor) for step in steps_of(model))


def input_dtype(model: Any) -> np.dtype | None:
    """Return the precision of X: that of the first reservoir, but for views, which are computed in double precision."""
    for step in steps_of(model):
        encoder = getattr(step, "encoder_", step)
        if any(view is not None for view in getattr(encoder, "views_", [])):
            return np.dtype(np.float64)
        held = encoder if isinstance(encoder, BaseReservoir) else getattr(encoder, "reservoir_", None)
        if isinstance(held, BaseReservoir):
            return held.dtype_
    return None


def n_inputs(model: Any) -> int:
    """Return the number of columns of X."""
    first = next(step for step in steps_of(model) if hasattr(step, "n_features_in_"))
    encoder = getattr(first, "encoder_", first)
    return encoder.reservoir_.n_features_in_ if isinstance(encoder, SequenceEncoder) else first.n_features_in_


def record_of(model: Any, network: Network, outputs: dict[str, Value]) -> dict[str, Any]:
    """Return what is written into the file about the model."""
    record = {
        "library": LIBRARY,
        "version": library_version(),
        "model": type(model).__name__,
        "opset": str(OPSET),
        "inputs": {value.name: meaning(value.name) for value in network.inputs},
        "outputs": {name: meaning(name) for name in (*outputs, *network.ends)},
    }
    classes = getattr(steps_of(model)[-1], "classes_", None)
    names = getattr(model, "feature_names_in_", None)
    if classes is not None:
        record["classes"] = np.asarray(classes).tolist()
    return record if names is None else record | {"feature_names": [str(name) for name in names]}


def meaning(name: str) -> str:
    """Return what an input or an output is."""
    if name.startswith("next_"):
        return f"the state after the last step, to be handed to the next run as {name.removeprefix('next_')}"
    return MEANINGS.get(name, "the state before the first step; at rest if it is not given")
