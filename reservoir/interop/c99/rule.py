"""What a reservoir is in C: the fields of its state, its constants, and the statements of a step."""

from typing import NamedTuple

import numpy as np

from reservoir.dispatch import for_fitted, refuse


class CRule(NamedTuple):
    """One reservoir in C.

    A rule is written as a function of its own, ``static void NAME_run(NAME_state *s, const real *u, real *y)``, whose
    constants are local to it, so that several layers never clash. ``real`` is ``double`` or ``float``; ``FABS``,
    ``SQRT`` and ``FMA`` are the functions of ``math.h`` in that precision, and ``TANH``, ``EXP`` and ``EXPM1`` those of
    `exponentials`, which vectorise, the last two with their argument clipped to what they are finite for; a literal is
    written ``R(0.5)``. `own_names` writes all of these out, with the name of the model before those of file scope.

    Parameters
    ----------
    n_inputs, n_outputs : int
        Columns of a row of input ``u``, an elapsed time included, and of a row of states ``y``. They do not overlap.
    state : dict of str to array
        Fields of the struct, with their values before the first row. Floating-point arrays become ``real``, integers
        keep their type.
    constants : dict of str to array
        Become ``static const`` arrays; floating-point ones ``real``, integers the smallest unsigned or signed type that
        holds them all.
    scratch : dict of str to int
        Local arrays of ``real`` and their lengths. They lie on the stack and keep nothing from step to step.
    helpers : dict of str to str
        Functions of file scope that the statements call, such as a sigmoid, by name; each is written once.
    body : str
        The statements of a step: read ``u`` and the fields of ``s``, write these and ``y``.
    operations : int
        Multiplications, additions and calls of ``math.h`` in a step, each counted as one.
    accepts : str
        A condition in C on each number ``{}`` of a row of input, without which it is refused; empty if there is none.
    state_of : str
        The name of another rule, whose state ``s`` is instead of one of its own; empty if it is not.
    """

    n_inputs: int
    n_outputs: int
    state: dict[str, np.ndarray]
    constants: dict[str, np.ndarray]
    scratch: dict[str, int]
    helpers: dict[str, str]
    body: str
    operations: int
    accepts: str = ""
    state_of: str = ""


@for_fitted
def c_rule(reservoir, dtype):
    """Return the `CRule` of a fitted reservoir in the given precision; there is a rule for every class that has one.

    ``y`` are the states of the units: an ``output_map_`` of the reservoir is applied by whoever calls the rule.
    """
    refuse(c_rule, reservoir, "Its step is known to Python alone.")
