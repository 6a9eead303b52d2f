"""Names of columns replaced by positions, for a reservoir whose input is an array made of a table and other columns."""

from typing import Any


def by_position(reservoir: Any, names: list[str | None]) -> Any:
    """Return a reservoir whose elapsed columns, and those of its layers and parts, are set by position.

    Parameters
    ----------
    reservoir : unfitted reservoir
        It is changed.
    names : list of str or None
        The names of all columns that it will be given, None where one has none.

    Examples
    --------
    >>> from reservoir import CTRNNLiquid
    >>> from reservoir.series.named_columns import by_position
    >>> by_position(CTRNNLiquid(elapsed_column="dt"), [None, "pulse", "dt"]).elapsed_column
    2
    """
    known = [name for name in names if name is not None]
    changes = {}
    for parameter, value in reservoir.get_params().items():
        if parameter.split("__")[-1] == "elapsed_column" and isinstance(value, str) and known:
            if value not in known:
                raise ValueError(
                    f"'elapsed_column' must be a column, and those with a name are {known}; got {value!r}."
                )
            changes[parameter] = names.index(value)
    return reservoir.set_params(**changes)
