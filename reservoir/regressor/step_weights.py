"""Sample weights of every step: read beside the series that they belong to, and refused where they would not count."""

from inspect import signature

from readouts.masked import refuse_masked
from readouts.validation import check_sample_weight
from readouts.values import is_number


def read_weights(sample_weight, sequences):
    """Return one array (n_steps,) of weights for each series, or None for each without weights.

    Parameters
    ----------
    sample_weight : number, None, or weights in the container of the series
    sequences : Sequences

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.regressor.step_weights import read_weights
    >>> from reservoir.series.sequences import Sequences
    >>> read_weights([[1, 2], 0.5], Sequences([np.ones((2, 1)), np.ones((3, 1))], "list"))
    [array([1., 2.]), array([0.5, 0.5, 0.5])]
    """
    lengths = [len(x) for x in sequences.series]
    if sample_weight is None or isinstance(sample_weight, bool) or is_number(sample_weight):
        return [check_sample_weight(sample_weight, length, all_zero=True) for length in lengths]
    if sequences.container == "series":
        return [check_sample_weight(sample_weight, lengths[0], all_zero=True)]
    refuse_masked("sample_weight", sample_weight)
    expected = f"'sample_weight' must hold the weights of each series, {len(lengths)} here; got"
    if isinstance(sample_weight, (str, bytes, dict, set)) or getattr(sample_weight, "ndim", 1) == 0:
        raise ValueError(f"{expected} {sample_weight!r}.")
    try:
        weights = list(sample_weight.to_numpy() if hasattr(sample_weight, "to_numpy") else sample_weight)
    except TypeError:
        raise ValueError(f"{expected} {sample_weight!r}.") from None
    if len(weights) != len(lengths):
        raise ValueError(f"{expected} {len(weights)} entries.")
    if all(one is None for one in weights):
        return weights
    return [_read_one(one, length, number) for number, (one, length) in enumerate(zip(weights, lengths, strict=True))]


def check_takes_weights(sample_weight, readout, method):
    """Raise ValueError if there are weights, but a method of the readout has no parameter for them."""
    if sample_weight is not None and "sample_weight" not in signature(getattr(readout, method)).parameters:
        raise ValueError(
            f"'sample_weight' must be None with a readout whose {method} has no such parameter; got weights for "
            f"{readout!r}. Use a readout such as RidgeReadout(), or make the targets NaN where a step should not count."
        )


def _read_one(weights, length, number):
    """Return the weights of one of several series; beside series with weights, None is 1."""
    try:
        return check_sample_weight(1.0 if weights is None else weights, length, all_zero=True)
    except (TypeError, ValueError) as error:
        raise type(error)(str(error).replace("'sample_weight'", f"'sample_weight[{number}]'")) from error
