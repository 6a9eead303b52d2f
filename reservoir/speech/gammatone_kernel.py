"""The loop of the gammatone filter bank: one band after the other, its four stages at once."""

import numpy as np

from readouts.compiling import fma, njit, njit_sum
from reservoir.kernels.functions import flush, smallest

SAMPLES_AT_ONCE = 2_000_000  # take less than a tenth of a second, after which Python can be interrupted


def run_gammatone(waveform, sections, length, step, half_wave, frames):
    """Set ``frames`` (n_frames, n_bands): the mean over ``length`` samples, every ``step``, of what passes each band.

    ``sections`` (n_bands, 4, 6) holds the second-order stages of every band, b0, b1, b2, 1, a1, a2. The output
    of the last is squared or, with ``half_wave``, set to 0 where it is negative. The sound is 0 behind its end.
    """
    passed = np.empty_like(waveform)
    n_bands = max(SAMPLES_AT_ONCE // waveform.size, 1)
    for band in range(0, len(sections), n_bands):
        bands = slice(band, band + n_bands)
        _run_bands(waveform, sections[bands], length, step, half_wave, passed, frames[:, bands])


@njit
def _run_bands(waveform, sections, length, step, half_wave, passed, frames):
    floor = smallest(passed)
    for band in range(sections.shape[0]):
        first, second, third, fourth = sections[band]
        # The delayed values are separate variables, so that they stay in registers, which makes the loop fast.
        p0 = p1 = q0 = q1 = r0 = r1 = s0 = s1 = 0.0
        for t in range(waveform.size):
            x, p0, p1 = _filter(first, waveform[t], p0, p1, floor)
            x, q0, q1 = _filter(second, x, q0, q1, floor)
            x, r0, r1 = _filter(third, x, r0, r1, floor)
            x, s0, s1 = _filter(fourth, x, s0, s1, floor)
            passed[t] = x
        _detect(passed, length, step, half_wave, frames[:, band])


@njit
def _filter(section, x, delayed0, delayed1, floor):
    """Return the output of one stage and its two delayed values (transposed direct form II)."""
    # In silence, decaying values would become denormal numbers, which take some fifty times longer to compute.
    y = flush(fma(section[0], x, delayed0), floor)
    return y, fma(section[1], x, fma(-section[4], y, delayed1)), fma(section[2], x, -section[5] * y)


@njit
def _detect(passed, length, step, half_wave, means):
    for row in range(means.size):
        means[row] = _sum_detected(passed, row * step, min(row * step + length, passed.size), half_wave) / length


@njit_sum
def _sum_detected(passed, first, last, half_wave):
    total = 0.0
    for t in range(first, last):
        if half_wave:
            total += 0.0 if passed[t] < 0.0 else passed[t]  # NaN is not below 0 and stays NaN
        else:
            total += passed[t] * passed[t]
    return total
