"""Samples of sound with their sampling rate."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from reservoir.checks.arguments import as_array, check_number

_KEEP_THE_RATE = {np.concatenate, np.pad, np.where}  # other functions that return plain arrays return no sound


class Waveform(np.ndarray):
    """An array of samples that carries its sampling rate.

    The front ends of `reservoir.speech` refuse it if its rate is not theirs, while the rate of a plain array cannot be
    checked. Otherwise it behaves as an array. Results of NumPy (a part, a copy, a multiple, several joined, padding)
    keep its rate, or have None if waveforms of different rates are combined; every k-th sample, ``waveform[::k]``, has
    a k-th of it; results of SciPy's filters and resampling are plain arrays again.

    Parameters
    ----------
    samples : array (n_samples,) or (n_samples, n_channels)
        Floats or integers. An array is not copied.
    sampling_rate : float
        In Hz, above 0.

    Attributes
    ----------
    sampling_rate : float, or None where it is not known

    Raises
    ------
    ValueError
        If the samples are no numbers, or ``sampling_rate`` is not above 0 and finite.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import LogMel, Waveform
    >>> sound = Waveform(np.sin(np.arange(4410.0)), sampling_rate=44100)
    >>> sound[:3]
    Waveform([0.        , 0.84147098, 0.90929743], sampling_rate=44100)
    >>> LogMel(sampling_rate=8000).fit(sound)
    Traceback (most recent call last):
        ...
    ValueError: 'X' must be sampled at 8000 Hz, the 'sampling_rate' of LogMel; got 44100 Hz. Resample it by \
scipy.signal.resample_poly(x, 80, 441), or fit anew with sampling_rate=44100.
    """

    sampling_rate: float | None

    def __new__(cls, samples: ArrayLike, sampling_rate: float) -> Self:
        """Return a view of the samples that has a rate."""
        array = as_array("samples", samples, "(n_samples,) or (n_samples, n_channels)")
        if array.dtype.kind not in "fiu" or array.ndim == 0:
            raise ValueError(
                "'samples' must be floats or integers, (n_samples,) or (n_samples, n_channels); got "
                f"{array.dtype} of shape {array.shape}."
            )
        waveform = array.view(cls)
        waveform.sampling_rate = check_number("sampling_rate", sampling_rate, above=0)
        return waveform

    def __array_finalize__(self, origin):
        self.sampling_rate = getattr(origin, "sampling_rate", None)

    def __array_wrap__(self, array, context=None, return_scalar=False):
        if array.ndim == 0:
            return array[()]
        wrapped = super().__array_wrap__(array, context)
        if context is not None:
            wrapped.sampling_rate = _common_rate(context[1])
        return wrapped

    def __array_function__(self, function, types, arguments, named):
        result = super().__array_function__(function, types, arguments, named)
        if function in _KEEP_THE_RATE and isinstance(result, np.ndarray):
            result = result.view(Waveform)
            joined = [part for value in arguments if isinstance(value, (list, tuple)) for part in value]
            result.sampling_rate = _common_rate([*arguments, *named.values(), *joined])
        return result

    def __getitem__(self, key):
        part = super().__getitem__(key)
        rows = _rows_of(key, self.ndim)
        if isinstance(part, Waveform) and isinstance(rows, slice) and rows.step and self.sampling_rate is not None:
            part.sampling_rate = self.sampling_rate / abs(rows.step)
        return part

    def __reduce__(self):
        build, arguments, state = super().__reduce__()
        return build, arguments, (state, self.sampling_rate)

    def __setstate__(self, state):
        state, self.sampling_rate = state
        super().__setstate__(state)

    def __repr__(self):
        rate = "None" if self.sampling_rate is None else f"{self.sampling_rate:g}"
        return f"{super().__repr__()[:-1]}, sampling_rate={rate})"


def _rows_of(key, n_dimensions):
    """Return the part of an index that selects rows, which are samples."""
    parts = [part for part in (key if isinstance(key, tuple) else (key,)) if part is not None]
    if len(parts) > n_dimensions and parts[0] is Ellipsis:  # the ellipsis then stands for no dimension
        del parts[0]
    return parts[0] if parts else None


def _common_rate(values):
    """Return the rate that all waveforms among the values have, or None."""
    rates = {value.sampling_rate for value in values if isinstance(value, Waveform)}
    return rates.pop() if len(rates) == 1 else None
