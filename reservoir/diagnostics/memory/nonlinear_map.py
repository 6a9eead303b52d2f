"""How well a readout recalls nonlinear functions of the input of some steps ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.polynomial.legendre import Legendre
from numpy.typing import ArrayLike

from readouts.types import RandomState
from reservoir.checks.arguments import as_list, check_choice, check_integer, check_number
from reservoir.checks.headline import Headline, html_of, number, shortened, text_of
from reservoir.diagnostics.by_run import HasRun
from reservoir.diagnostics.memory.given_drive import drive_for_memory
from reservoir.diagnostics.memory.linear_memory import furthest, recall_delays, span_of
from reservoir.diagnostics.memory.state_basis import state_basis


@dataclass(frozen=True, eq=False)
class NonlinearMemoryMap:
    """What is recalled of functions, one per row, at delays, one per column.

    Parameters
    ----------
    strengths : array (n_functions,)
        Degrees of polynomials, or nu of sin(nu u).
    delays : array of int (max_delay + 1,)
        0 is the present input.
    capacity : array (n_functions, max_delay + 1)
        R^2 without its bias, in [0, 1].
    raw : array (n_functions, max_delay + 1)
        R^2 as it came out.
    standard_error : array (n_functions, max_delay + 1)
        Of ``capacity``.
    function : str
        ``"legendre"`` or ``"sine"``.
    n_steps : int
        Number of states that it was estimated from.
    """

    strengths: np.ndarray
    delays: np.ndarray
    capacity: np.ndarray
    raw: np.ndarray
    standard_error: np.ndarray
    function: str
    n_steps: int

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        kind = {"legendre": "degree", "sine": "strength"}.get(self.function, "strength")
        pairs = list(zip(self.strengths, self.capacity, strict=True))
        rows = [(number(s), number(capacity.sum()), furthest(capacity, self.delays, 0.5)) for s, capacity in pairs]
        title = f"NonlinearMemoryMap of {self.function}, from {self.n_steps} states, {span_of(self.delays)}"
        return Headline(title, shortened(rows), head=(kind, "capacity, all delays", "recalled by half"))


def nonlinear_memory_map(
    reservoir: HasRun,
    *,
    function: Literal["legendre", "sine"] = "legendre",
    strengths: Sequence[float] | None = None,
    max_delay: int = 50,
    n_steps: int | None = None,
    washout: int = 500,
    input_range: Sequence[float] = (-1.0, 1.0),
    column: int | None = None,
    inputs: ArrayLike | None = None,
    random_state: RandomState = None,
) -> NonlinearMemoryMap:
    """Memory for nonlinear functions of single inputs, over their strength and their delay.

    With v in [-1, 1] the input u on the scale of its range, uniform and independent from step to step ::

        capacity(s, k) = max over w, c of R^2(w x(t) + c, f_s(v(t - k)))
        "legendre"   f_s = P_s, the Legendre polynomial of degree s: orthogonal, so that rows do not overlap
        "sine"       f_s = sin(s v): nearly linear for small s, strongly nonlinear for large s

    Reservoirs trade memory at long delays for capacity at high strengths.

    Parameters
    ----------
    reservoir : fitted reservoir of any class, or any object with a method ``run``
        Only its ``run`` is used, of an object that is no `BaseReservoir` too: ``states, state = run(X)`` of a 2-D array
        drives it from rest and returns a row of states for each of X. It is given ``n_features_in_`` columns, or one if
        it has no such attribute. Spiking liquids must take currents, ``input="current"``.
    function : {"legendre", "sine"}, default="legendre"
    strengths : list of numbers or None, default=None
        Degrees of Legendre polynomials, integers of at least 1; or positive nu. None is degrees 1 to 5, or ten numbers
        from 0.1 to 10 on a logarithmic scale.
    max_delay : int, default=50
        The longest delay, at least 0, in rows.
    n_steps, washout, input_range, column, random_state
        As in `memory_function`.
    inputs : 2-D array (n_steps, n_features) or None, default=None
        Input to be taken instead of random numbers that are drawn here, such as what hardware was driven by: its rows
        must be independent of each other, and uniform in ``input_range``. ``n_steps`` states are taken after the
        washout and ``max_delay`` rows, or as many as there are. None is the recorded input of a `MeasuredReservoir`
        with one recording.

    Returns
    -------
    NonlinearMemoryMap

    Raises
    ------
    ValueError
        If an argument is invalid, or if no state varies.
    StateOverflowError
        If a state grows past every finite number.

    Notes
    -----
    Bias and error are those of `memory_function`, from a block jackknife. What is left of products of several inputs is
    measured by `information_processing_capacity`.

    References
    ----------
    M. Inubushi and K. Yoshimura, "Reservoir computing beyond memory-nonlinearity trade-off", Scientific Reports
    7:10199, 2017 (``"sine"``); J. Dambre, D. Verstraeten, B. Schrauwen and S. Massar, "Information processing capacity
    of dynamical systems", Scientific Reports 2:514, 2012 (``"legendre"``).

    Examples
    --------
    A reservoir without biases is odd: even functions are lost on it.

    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import nonlinear_memory_map
    >>> odd = EchoStateReservoir(50, bias_scaling=0.0, input_scaling=1.0, random_state=0).fit([[0.0]])
    >>> memory = nonlinear_memory_map(odd, max_delay=10, random_state=0)
    >>> memory.capacity.shape
    (5, 11)
    >>> bool(memory.capacity[1].max() < 0.1 < 0.9 < memory.capacity[2].max())
    True
    """
    check_choice("function", function, ("legendre", "sine"))
    strengths = _check_strengths(strengths, function)
    drive = drive_for_memory(
        reservoir, inputs, uniform=True, max_delay=max_delay, n_steps=n_steps, washout=washout,
        input_range=input_range, column=column, random_state=random_state,
    )  # fmt: skip
    basis, delays = state_basis(drive.states), np.arange(drive.max_delay + 1)
    signals = [
        Legendre.basis(s)(drive.signal) if function == "legendre" else np.sin(s * drive.signal) for s in strengths
    ]
    signals = [signal / np.abs(signal).max() for signal in signals]  # because squares of very small numbers underflow
    rows = [recall_delays(basis, drive, signal, delays) for signal in signals]
    raw, corrected, error = (
        np.array([getattr(row, name) for row in rows]) for name in ("raw", "corrected", "standard_error")
    )
    return NonlinearMemoryMap(
        np.array(strengths), delays, np.clip(corrected, 0, 1), raw, error, function, len(drive.states)
    )


def _check_strengths(strengths, function):
    if strengths is None:
        return list(range(1, 6)) if function == "legendre" else np.geomspace(0.1, 10, 10).tolist()
    listed = as_list(strengths)
    if not listed:
        raise ValueError(f"'strengths' must be a list of at least one number; got {strengths!r}.")
    if function == "legendre":
        return [check_integer("strengths", one) for one in listed]
    return [check_number("strengths", one, above=0) for one in listed]
