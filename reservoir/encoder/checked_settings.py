"""The parameters of an encoder, checked: what is kept of states, and what drives the reservoirs."""

from typing import Any

from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_choice, check_integer, check_number, check_numbers
from reservoir.encoder.summaries import SUMMARIES
from reservoir.encoder.views import VIEWS


def check_summaries(representation: Any, quantiles: Any, n_segments: Any, model_alpha: Any) -> list[tuple[str, Any]]:
    """Return the name and the setting of every summary asked for.

    Examples
    --------
    >>> from reservoir.encoder.checked_settings import check_summaries
    >>> check_summaries(("last", "segments"), 3, 2, 1.0)
    [('last', None), ('segments', 2)]
    """
    names = representation if isinstance(representation, (tuple, list)) else (representation,)
    if not names:
        raise ValueError("'representation' must name at least one summary; got none.")
    settings: dict[str, Any] = {
        "ppv": _check_quantiles(quantiles),
        "segments": check_integer("n_segments", n_segments),
        "model": check_number("model_alpha", model_alpha, above=0),
    }
    return [(check_choice("representation", name, SUMMARIES), settings.get(name)) for name in names]


def check_views(views: Any, reservoir: BaseReservoir) -> tuple[str, ...] | None:
    """Return the names of the views of an unfitted reservoir, or None.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.encoder.checked_settings import check_views
    >>> check_views("scaled", EchoStateReservoir())
    ('scaled',)
    """
    if views is None:
        return None
    names = views if isinstance(views, (tuple, list)) else (views,)
    if not names:
        raise ValueError("'views' must name at least one view, or be None; got none.")
    names = tuple(check_choice("views", name, VIEWS) for name in names)
    if len(set(names)) < len(names):
        raise ValueError(f"'views' must name each view once; got {views!r}.")
    for parameter, value in reservoir.get_params().items():
        if parameter.split("__")[-1] == "elapsed_column" and value is not None:
            raise ValueError(
                f"'views' must be None for a reservoir with a column of elapsed times, which a view would change; "
                f"got {views!r} with {parameter}={value!r}."
            )
    return names


def _check_quantiles(quantiles):
    if isinstance(quantiles, str) or not hasattr(quantiles, "__len__"):
        return check_integer("quantiles", quantiles)
    numbers = check_numbers("quantiles", quantiles, above=0, below=1)
    if numbers.ndim != 1 or not len(numbers):
        raise ValueError(f"'quantiles' must be a sequence of at least one number; got {quantiles!r}.")
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"'quantiles' must differ from each other; got {quantiles!r}.")
    return numbers
