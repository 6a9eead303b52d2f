"""The closed loop of a reservoir whose state is multiplied by a conceptor after every step."""

from typing import Any, NamedTuple

import numpy as np

from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer
from reservoir.conceptors.state_maps import StateMaps, read_state_maps
from reservoir.driving.runaway import largest_square_root
from reservoir.forecaster.expert_reservoir import ExpertReservoir
from reservoir.kernels.closed_loop import compiles
from reservoir.kernels.leaky import LeakyProgram
from reservoir.kernels.leaky_mapped import run_mapped
from reservoir.kernels.program import arguments


class MappedLoop(NamedTuple):
    """A fitted reservoir and the maps of its state, to be driven by its own outputs.

    Its loop is ``x(t) = C(t) F(x(t-1), u(t))``, and x(t) is what the readout is given.
    """

    reservoir: BaseReservoir
    maps: StateMaps

    def close_loop(self, readout, inputs, n_outputs, state):
        """Drive on by the outputs of a readout and return them, as `BaseReservoir.close_loop` does.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir import EchoStateReservoir
        >>> from reservoir.conceptors.state_maps import read_state_maps
        >>> from reservoir.forecaster.mapped_loop import MappedLoop
        >>> reservoir = EchoStateReservoir(1, recurrent_weights=[[1.0]], input_weights=[[1.0]], bias=0.0,
        ...                                leak_rate=1.0, activation="identity").fit([[0.0]])
        >>> loop = MappedLoop(reservoir, read_state_maps([[0.25]], 3, 1, np.dtype("float64")))
        >>> loop.close_loop(lambda row: row[:, :1], np.array([[4.0], [0.0], [0.0]]), 1, reservoir.rest()).ravel()
        array([1.  , 0.5 , 0.25])
        """
        reservoir, elapsed = self.reservoir, self.reservoir.elapsed_column_
        if isinstance(reservoir.program_, LeakyProgram) and compiles(readout, elapsed, n_outputs):
            reservoir.check_rows(inputs)
            program = arguments(reservoir.program_)
            return run_mapped(program, readout, inputs, n_outputs, elapsed, state.copy(), tuple(self.maps))
        return self._by_rows(readout, inputs, n_outputs, state)

    def drive(self, inputs, state=None):
        """Drive a series on from a state, without the maps: for the message of a loop that has run away."""
        return self.reservoir.drive(inputs, state)

    def rest(self):
        """Return the state before the first input."""
        return self.reservoir.rest()

    def remedy(self):
        """Return what to change where a state overflows."""
        return self.reservoir.remedy()

    def _by_rows(self, readout, inputs, n_outputs, state):
        outputs = np.full((len(inputs), n_outputs), np.nan)
        limit, at = largest_square_root(inputs.dtype), getattr(readout, "at", None)
        for t in range(len(inputs)):
            with np.errstate(over="ignore", invalid="ignore"):
                try:
                    states, state = self.reservoir.drive(inputs[t : t + 1], state)
                except FloatingPointError:  # the state has overflowed
                    break
                if not np.array_equal(states[0], state):
                    raise ValueError(_refusal(self.reservoir))
                state = self.maps.apply(t, state)
                now = at(t) if at else readout
                outputs[t] = now(np.hstack([state[None], inputs[t : t + 1]], dtype=np.float64))[0]
                inputs[t + 1 : t + 2, :n_outputs] = outputs[t]
            if not (np.abs(outputs[t]) <= limit).all():
                break
        return outputs


def read_loop_maps(conceptor: Any, n_steps: int, reservoir: BaseReservoir, **others: Any) -> StateMaps | None:
    """Return the maps that a parameter 'conceptor' of a forecast asks for, None if it is None.

    ``others`` are what a forecast with a conceptor cannot have, by name, each None or empty if it is not asked for.
    """
    if conceptor is None:
        return None
    refuse_beside("conceptor", **others)
    check_vector_state("conceptor", reservoir)
    return read_state_maps(conceptor, check_integer("n_steps", n_steps), reservoir.n_units_, reservoir.dtype_)


def refuse_beside(name, **others):
    """Raise ValueError if one of ``others`` is given beside the parameter called ``name``.

    Examples
    --------
    >>> from reservoir.forecaster.mapped_loop import refuse_beside
    >>> refuse_beside("conceptor", horizon=3)
    Traceback (most recent call last):
    ...
    ValueError: 'conceptor' must be None where 'horizon' is given, as it acts in a plain closed loop; got horizon=3...
    """
    for other, value in others.items():
        if value is not None and not (isinstance(value, tuple) and not value):
            shown = f"{other}={value!r}" if isinstance(value, tuple) or np.ndim(value) == 0 else "both"
            raise ValueError(
                f"'{name}' must be None where '{other}' is given, as it acts in a plain closed loop; got {shown}. "
                "Leave out one of the two."
            )


def check_vector_state(name, reservoir):
    """Raise ValueError unless the state of a reservoir is one number for each unit, as conceptors need."""
    rest = reservoir.rest()
    plain = isinstance(rest, np.ndarray) and rest.shape == (reservoir.n_units_,) == (reservoir.n_features_out_,)
    if not plain or reservoir.output_map_ is not None:
        raise ValueError(_refusal(reservoir, name))


def _refusal(reservoir, name="conceptor"):
    if isinstance(reservoir, ExpertReservoir):
        return f"'{name}' must be None with an 'expert', whose rows stand beside the state. Fit without it."
    return (
        f"'{name}' must be None for {type(reservoir).__name__}, whose state is more than what it returns: one number "
        "for each unit. Use a reservoir such as EchoStateReservoir."
    )
