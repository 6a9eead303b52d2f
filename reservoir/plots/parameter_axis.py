"""Places of the values of a parameter along an axis."""

from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.checks.arguments import as_list, check_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class ParameterAxis(NamedTuple):
    """Values of a parameter as places: numbers stand where they are, others side by side.

    Parameters
    ----------
    places : array (n_values,)
        Increasing.
    order : int array (n_values,)
        Which value stands in each place.
    scale : {"linear", "log"}
        "log" for numbers that grow by one and the same factor.
    labels : list of str or None
        Names of values that are no numbers.
    """

    places: Array
    order: Array
    scale: Literal["linear", "log"]
    labels: list[str] | None

    @property
    def borders(self) -> Array:
        """Half way between the places, and as far beyond the first and the last: ``(n_values + 1,)``."""
        places = np.log(self.places) if self.scale == "log" else self.places
        middles = (places[1:] + places[:-1]) / 2
        borders = np.concatenate([[2 * places[0] - middles[0]], middles, [2 * places[-1] - middles[-1]]])
        return np.exp(borders) if self.scale == "log" else borders

    def dress(self, ax: "Axes", which: Literal["x", "y"], label: str) -> None:
        """Set scale, limits, ticks and label of an axis of matplotlib axes, ``which`` being "x" or "y"."""
        from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

        ax.set(**{f"{which}scale": self.scale, f"{which}lim": self.borders[[0, -1]], f"{which}label": label})
        axis = getattr(ax, f"{which}axis")
        if self.scale == "log":
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter(StrMethodFormatter("{x:g}"))
            axis.set_minor_formatter(NullFormatter())
        if self.labels is not None:
            axis.set_ticks(self.places, self.labels)


def parameter_axis(name: str, values: Any, argument: str = "values") -> ParameterAxis:
    """Return the `ParameterAxis` of at least two different values.

    Parameters
    ----------
    name : str
        Of the parameter, for messages.
    values : sequence
        Numbers, or anything else.
    argument : str, default="values"
        Name of the argument that held them, for messages.

    Returns
    -------
    ParameterAxis

    Raises
    ------
    TypeError
        If they are no sequence.
    ValueError
        If there are fewer than two, a number is not finite, or one occurs twice.
    """
    given, values = values, as_list(values)
    if values is None:
        raise TypeError(f"'{argument}' must hold a list of at least 2 values of {name!r}; got {given!r}.")
    if len(values) < 2:
        raise ValueError(f"'{argument}' must hold at least 2 values of {name!r}; got {len(values)}.")
    if not all(isinstance(value, Real) and not isinstance(value, (bool, np.bool_)) for value in values):
        places = np.arange(len(values))
        return ParameterAxis(places.astype(float), places, "linear", [str(value) for value in values])
    numbers = [check_number(argument, value) for value in values]
    order = np.argsort(numbers)
    places = np.array(numbers)[order]
    if np.any(np.diff(places) == 0) or not np.isfinite(places[-1] - places[0]):
        raise ValueError(f"'{argument}' must hold finite numbers for {name!r}, each once; got {values}.")
    grows_evenly = len(places) > 2 and places[0] > 0 and np.ptp(np.diff(np.log(places))) < 1e-3
    is_linear = np.ptp(np.diff(places)) < 1e-3 * np.diff(places).max()
    return ParameterAxis(places, order, "log" if grows_evenly and not is_linear else "linear", None)
