"""The loop of Lyon's ear: every sample runs down the cochlea and through four stages of gain control."""

import numpy as np

from readouts.compiling import fma, njit
from readouts.slices import slices
from reservoir.kernels.functions import flush, smallest

# The gain of a stage never falls below 1 - LARGEST_ATTENUATION: however loud it gets, the ear does not go deaf.
LARGEST_ATTENUATION = 0.9


def run_lyon_ear(waveform, step, sections, rates, targets, difference, decay, frames):
    """Write one row of ``frames`` per ``step`` samples.

    ``sections`` (5, n_channels + 2) holds b0, b1, b2, a1, a2 of the two front filters and the stages of the cascade
    (M. Slaney, Apple technical report 13, 1988), ``rates`` and ``targets`` those of the gain control, empty for none.
    ``decay`` is that of the two one-pole filters that smooth before every ``step``-th sample is kept.
    """
    n_channels = sections.shape[1]
    delayed, smoothed = np.zeros((2, 2, n_channels))
    ear = np.zeros(n_channels), delayed, np.zeros((rates.size, n_channels + 2)), smoothed
    for rows in slices(len(frames), n_channels):
        sound = waveform[rows.start * step : rows.stop * step]
        _run_rows(sound, step, sections, rates, targets, difference, decay, ear, frames[rows])


@njit
def _run_rows(waveform, step, sections, rates, targets, difference, decay, ear, frames):
    """Write rows of ``frames`` and leave the arrays of ``ear`` as they are after the last sample."""
    heard, delayed, attenuations, smoothed = ear
    n_channels = heard.size
    floor = smallest(heard)
    for row in range(frames.shape[0]):
        for t in range(step):
            _filter(waveform[row * step + t], sections, delayed, heard)
            if t == 0:
                # The Auditory Toolbox silences the front filters here, and what has been published came out of it.
                heard[0], heard[1] = 0.0, 0.0
            for stage in range(rates.size):
                _control_gain(rates[stage], targets[stage], attenuations[stage], heard)
            if difference:
                _subtract_neighbours(heard)
            if step > 1:
                _smooth(decay, smoothed, heard)
        for i in range(frames.shape[1]):
            frames[row, i] = heard[i + 2]
        # After the sound, what rings on would sink into denormal numbers, which take far longer to compute with.
        for i in range(n_channels):
            for k in range(2):
                delayed[k, i] = flush(delayed[k, i], floor)
                smoothed[k, i] = flush(smoothed[k, i], floor)


@njit
def _filter(sample, sections, delayed, heard):
    """Write what the hair cells hear: the output of every section, each fed by the one before, rectified."""
    x = sample
    for i in range(heard.size):
        y = fma(sections[0, i], x, delayed[0, i])
        delayed[0, i] = fma(sections[1, i], x, fma(-sections[3, i], y, delayed[1, i]))
        delayed[1, i] = fma(sections[2, i], x, -sections[4, i] * y)
        heard[i] = 0.0 if y < 0.0 else y  # NaN is not below 0 and stays NaN
        x = y


@njit
def _control_gain(rate, target, attenuation, heard):
    """In place: attenuate, then let every attenuation follow its own output and its two neighbours.

    ``attenuation`` has one place more at each end, so that the outermost channels are their own neighbours.
    """
    n = heard.size
    attenuation[0], attenuation[n + 1] = attenuation[1], attenuation[n]
    drive, keep = rate / target, (1.0 - rate) / 3.0
    left = attenuation[0]
    for i in range(n):
        here = attenuation[i + 1]
        heard[i] *= 1.0 - here
        follow = fma(heard[i], drive, keep * (left + here + attenuation[i + 2]))
        attenuation[i + 1] = LARGEST_ATTENUATION if follow > LARGEST_ATTENUATION else follow
        left = here


@njit
def _subtract_neighbours(heard):
    """In place: from every channel the next lower one is taken, and what is left is rectified."""
    for i in range(heard.size - 1, 0, -1):
        left = heard[i - 1] - heard[i]
        heard[i] = 0.0 if left < 0.0 else left


@njit
def _smooth(decay, smoothed, heard):
    """In place: two one-pole filters of gain 1, behind a delay of two samples."""
    gain = (1.0 - decay) * (1.0 - decay)
    for i in range(heard.size):
        x, y = heard[i], smoothed[0, i]
        smoothed[0, i] = fma(2.0 * decay, y, smoothed[1, i])
        smoothed[1, i] = fma(gain, x, -decay * decay * y)
        heard[i] = y
