"""Reservoirs on top of each other: every layer is driven by the states of the layer below (deep echo states)."""

from collections.abc import Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import snapshot
from readouts.types import Array, RandomState
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.checks.arguments import check_choice, check_dtype, check_flag
from reservoir.driving.part import Part
from reservoir.driving.stacked_lanes import stacked_lanes
from reservoir.series.elapsed import check_elapsed, find_elapsed, split_elapsed

INSPECTED_ROWS = 200  # rows that layers are inspected on


class StackedReservoir(BaseReservoir):
    """Reservoirs in layers, each driven by the states of the layer below at the same step.

    ::

        x_1(t) = F_1(x_1(t-1), u(t)),    x_k(t) = F_k(x_k(t-1), x_{k-1}(t))

    F_k is the rule of layer k, which may be of any kind. Layers with different time constants see the input on
    several time scales at once. The input of an upper layer is states and not X, so its own ``input_scaling`` sets
    how strongly the layer below drives it, and may be one number for each of its units, followed by those for X.

    Parameters
    ----------
    layers : list or tuple of reservoirs
        From the first, which X drives, to the last; a `StackedReservoir` may be one of them. They are cloned, not
        changed; the same object twice makes two layers.
    output : {"all", "last"}, default="all"
        The states of all layers side by side, or of the last layer alone.
    input_to_all : bool, default=False
        Whether the input of every layer above the first is ``[x_{k-1}(t), u(t)]`` instead of ``x_{k-1}(t)``.
    elapsed_column : int, str or None, default=None
        The column of X with the time since the previous sample: a position, negative ones counted from the end, or a
        name. It is no input; every layer with a parameter ``elapsed_column`` of its own, to be left at None, is given
        these times, and the others count steps. There must be at least one such layer.
    n_jobs : int or None, default=None
        Number of threads over sequences; that of the layers is not used here.
    random_state : int, RandomState or None, default=None
        Draws a seed for every layer whose own is None, a different one for each. None leaves the layers as they are.

    Attributes
    ----------
    layers_ : tuple of the fitted layers
    n_units_ : int
        Over all layers.
    n_features_in_ : int

    Raises
    ------
    TypeError
        If ``layers`` is not a list or tuple of reservoirs.
    ValueError
        If a parameter, of the stack or of a layer, or X is invalid.
    StateOverflowError
        If a state grows past every finite number; the message begins with the layer.

    Notes
    -----
    Parameters of layers are set by their number, in a grid search too: ``set_params(layer2__leak_rate=0.1)`` puts a
    changed copy in the place of the second layer. The states are float32 if every layer is, else float64.

    References
    ----------
    C. Gallicchio, A. Micheli and L. Pedrelli, "Deep reservoir computing: a critical experimental analysis",
    Neurocomputing 268:87, 2017, which calls ``input_to_all`` deepESN-IA.

    Examples
    --------
    A fast layer below a slow one, which changes less from step to step:

    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir, LIFLiquid, StackedReservoir
    >>> u = np.random.RandomState(0).standard_normal((300, 1))
    >>> fast = EchoStateReservoir(40, leak_rate=0.9)
    >>> slow = EchoStateReservoir(40, leak_rate=0.05, input_scaling=0.5)
    >>> stack = StackedReservoir([fast, slow], random_state=0).fit(u)
    >>> states = stack.transform(u)
    >>> states.shape
    (300, 80)
    >>> change = np.abs(np.diff(states, axis=0)).mean(axis=0)
    >>> bool(change[40:].mean() < change[:40].mean() / 3)
    True

    The state of a stream is a tuple with the state of every layer:

    >>> head, state = stack.run(u[:120])
    >>> tail, state = stack.run(u[120:], state)
    >>> len(state), bool(np.all(np.vstack([head, tail]) == states))
    (2, True)

    Kinds mix: spiking units that are driven by an echo state.

    >>> mixed = StackedReservoir([fast, LIFLiquid(20, input_scaling=30.0)], output="last", random_state=0)
    >>> mixed.fit_transform(u).shape
    (300, 20)
    """

    def __init__(
        self,
        layers: Sequence[BaseReservoir],
        *,
        output: Literal["all", "last"] = "all",
        input_to_all: bool = False,
        elapsed_column: int | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.layers = layers
        self.output = output
        self.input_to_all = input_to_all
        self.elapsed_column = elapsed_column
        self.n_jobs = n_jobs
        self.random_state = random_state

    @property
    def dtype(self) -> str:  # type: ignore[override]
        """Precision of the states: ``"float32"`` if that of every layer is, else ``"float64"``."""
        try:
            kinds = {check_dtype(layer.dtype).name for layer in self._named_layers().values()}
        except (AttributeError, ValueError):  # fit will say what is wrong
            return "float64"
        return "float32" if kinds == {"float32"} else "float64"

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters; ``deep=True`` adds every layer, ``layer1``, and its parameters, ``layer1__...``."""
        parameters = super().get_params(deep=check_flag("deep", deep))
        for name, layer in self._named_layers().items() if deep else ():
            parameters[name] = layer
            inner = layer.get_params() if isinstance(layer, BaseReservoir) else {}
            parameters |= {f"{name}__{key}": value for key, value in inner.items()}
        return parameters

    def set_params(self, **params: Any) -> Self:
        """Set parameters by the names that ``get_params`` gives; those of a layer are set on a copy of it."""
        if "layers" in params:
            super().set_params(layers=params.pop("layers"))
        layers = self._named_layers()
        changed = {name: params.pop(name) for name in layers if name in params}
        for name in layers:
            inner = {key: params.pop(key) for key in list(params) if key.startswith(f"{name}__")}
            if inner:
                own = clone(changed.get(name, layers[name]))
                changed[name] = own.set_params(**{key.removeprefix(f"{name}__"): inner[key] for key in inner})
        super().set_params(**params)
        if changed:
            self.layers = list((layers | changed).values())
        return self

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> Array:
        """Return a name for every column: ``"layer2_5"`` is unit 5 of the second layer, counted from 1."""
        check_is_fitted(self)
        names = []
        for number, layer in list(enumerate(self.layers_, start=1))[self._shown]:
            nested = isinstance(layer, StackedReservoir)
            units = layer.get_feature_names_out() if nested else range(layer.n_features_out_)
            names += [f"layer{number}_{unit}" for unit in units]
        return np.array(names, dtype=object)

    def _draw(self, n_features, random_state):
        self._check_parameters()
        self.output_ = self.output
        self._shown = slice(None) if self.output == "all" else slice(-1, None)
        self.input_to_all_ = bool(self.input_to_all)
        self._elapsed = find_elapsed(self.elapsed_column, self)
        seeds = [None] * len(self.layers)
        if self.random_state is not None:
            seeds = random_state.randint(2**31 - 1, size=len(self.layers)).tolist()
        n_inputs = width = n_features - (self._elapsed is not None)
        layers, self._timed = [], []
        for number, (layer, seed) in enumerate(zip(self.layers, seeds, strict=True), start=1):
            with _in_layer(number):
                layer = self._own_copy(layer, seed, is_first=number == 1)
                timed = self._elapsed is not None and getattr(layer, "elapsed_column", None) is not None
                layers.append(layer.fit(np.zeros((1, width + timed))))
            self._timed.append(timed)
            width = layer.n_features_out_ + (n_inputs if self.input_to_all_ else 0)
        self.layers_ = tuple(layers)
        self.elapsed_column_ = layers[0].elapsed_column_ if self._elapsed is None else self._elapsed
        # Snapshots, so that fitting a layer again by itself, or in another thread, does not reach the stack.
        self._layers = tuple(snapshot(layer) for layer in layers)
        self.n_units_ = sum(layer.n_units_ for layer in layers)

    def _own_copy(self, layer, seed, is_first):
        """Return a copy of a layer with its seed and the place of the elapsed times in its input."""
        columns = _elapsed_columns(layer)
        if columns and not (is_first and self._elapsed is None):
            why = "its input is states" if self._elapsed is None else "the stack has an elapsed column"
            raise ValueError(
                f"'elapsed_column' must be None here, because {why}; got {next(iter(columns.values()))!r}. "
                "Set it on the stack only, which gives the times to every layer that can use them."
            )
        changes = {name: find_elapsed(column, self) for name, column in columns.items()}
        parameters = layer.get_params(deep=False)
        if self._elapsed is not None and _uses_times(layer):
            changes["elapsed_column"] = -1
        if "random_state" in parameters and parameters["random_state"] is None:
            changes["random_state"] = seed
        return clone(layer).set_params(**changes)

    def _check_parameters(self):
        if not isinstance(self.layers, (list, tuple)):
            raise TypeError(f"'layers' must be a list of reservoirs such as EchoStateReservoir(); got {self.layers!r}.")
        if not self.layers:
            raise ValueError("'layers' must hold at least one reservoir; got none.")
        for number, layer in enumerate(self.layers, start=1):
            if not isinstance(layer, BaseReservoir):
                what = f"layer {number} is {layer!r}"
                raise TypeError(f"'layers' must hold reservoirs such as EchoStateReservoir(); {what}.")
        if self.elapsed_column is not None and not _uses_times(self):
            raise ValueError(
                "'elapsed_column' must be None here, for no layer has such a parameter; got "
                f"{self.elapsed_column!r}. Use a continuous liquid such as CTRNNLiquid, or leave the times in as input."
            )
        check_choice("output", self.output, ("all", "last"))
        check_flag("input_to_all", self.input_to_all)

    def _named_layers(self):
        layers = self.layers if isinstance(self.layers, (list, tuple)) else ()
        return {f"layer{number}": layer for number, layer in enumerate(layers, start=1)}

    def _rest(self):
        return tuple(layer.rest() for layer in self._layers)

    def _check_state(self, state):
        n_layers = len(self._layers)
        if not isinstance(state, tuple) or len(state) != n_layers:
            came = f"{len(state)} parts" if isinstance(state, tuple) else f"a {type(state).__name__}"
            raise ValueError(f"'state' must be a tuple of {n_layers} states, as returned by run; got {came}.")
        checked = []
        for number, (layer, part) in enumerate(zip(self._layers, state, strict=True), start=1):
            with _in_layer(number):
                checked.append(layer.check_state(part))
        return tuple(checked)

    def _inspect(self, series):
        # The first rows suffice, and need not be driven if no layer inspects its input.
        if not any(layer.inspects for layer in self._layers):
            return
        with suppress(StateOverflowError):
            for part in self._parts(series[0][:INSPECTED_ROWS], self._rest()):
                part.reservoir.inspect([part.X])

    def _parts(self, X, state):
        if X is None:
            for number, layer in enumerate(self._layers, start=1):
                yield Part(f"layer{number}__", layer, None, None)
            return
        for number, (layer, inputs, before, *_) in enumerate(self._run_layers(X, state), start=1):
            yield Part(f"layer{number}__", layer, inputs, before)

    def _check_rows(self, X, first=0):
        check_elapsed(X, self._elapsed, first)

    def _lanes(self, pieces):
        return stacked_lanes(self._layers, self._timed, self._elapsed, self.input_to_all_, self._shown, pieces)

    def _start_of(self, X, state):
        if self._elapsed is not None:
            return state
        with _in_layer(1):
            return self._layers[0].start_of(X, state[0]), *state[1:]

    def _drive(self, X, state):
        _, _, _, outputs, after = zip(*self._run_layers(X, state), strict=True)
        return _side_by_side(outputs[self._shown], self.dtype_), after

    def _write_states(self, X, state, states):
        _, _, _, outputs, after = zip(*self._run_layers(X, state), strict=True)
        np.concatenate(outputs[self._shown], axis=1, out=states)
        return after

    def _run_layers(self, X, state):
        """Yield every layer, its input, the state before it, its states, and the state after it."""
        inputs, elapsed = split_elapsed(X, self._elapsed)
        outputs = []
        for number, (layer, timed, before) in enumerate(zip(self._layers, self._timed, state, strict=True), start=1):
            parts = outputs[-1:]
            if number == 1 or self.input_to_all_:
                parts.append(inputs)
            if timed:
                parts.append(elapsed[:, None])
            with _in_layer(number):
                X = _side_by_side(parts, layer.dtype_)
                states, end = layer.drive(X, before)
            outputs.append(states)
            yield layer, X, before, states, end

    _never_recovers = True  # layers in lockstep have checked their states, too

    def _check_finite(self, states, state):
        """Do nothing: every layer has checked its own states."""

    @property
    def _n_features_out(self):
        return sum(layer.n_features_out_ for layer in self._layers[self._shown])


@contextmanager
def _in_layer(number):
    """Put the number of the layer before the message of an error."""
    try:
        yield
    except (ValueError, TypeError) as error:
        kind = next(kind for kind in (StateOverflowError, ValueError, TypeError) if isinstance(error, kind))
        raise kind(f"Layer {number}: {error}") from error


def _side_by_side(parts, dtype):
    """Return the columns of all parts as one C-contiguous array, or raise if a number is too large for ``dtype``."""
    with np.errstate(over="ignore"):
        joined = np.ascontiguousarray(np.concatenate(parts, axis=1, dtype=dtype, casting="same_kind"))
    if any(part.dtype.itemsize > dtype.itemsize for part in parts) and not np.isfinite(joined).all():
        raise StateOverflowError(f"Its input is too large for {dtype}. Use dtype='float64' for this layer.")
    return joined


def _uses_times(layer):
    if isinstance(layer, StackedReservoir):
        return any(_uses_times(inner) for inner in layer.layers)
    return "elapsed_column" in layer.get_params(deep=False)


def _elapsed_columns(layer):
    """Return every elapsed column that is set in a layer, or in the layers of a stack, under its parameter's name."""
    parameters = layer.get_params()
    names = [name for name in parameters if name.split("__")[-1] == "elapsed_column"]
    return {name: parameters[name] for name in names if parameters[name] is not None}
