"""The loop of Lyon's ear: every sample runs down the cochlea and through four stages of gain control."""

import numpy as np

from readouts.compiling import fma, njit
from readouts.slices import slices
from reservoir.kernels.functions import flush, smallest

# The gain of a stage never falls below 1 - LARGEST_ATTENUATION, so that sound of any loudness gets through.
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
    outputs, delayed, attenuations, smoothed = ear
    n_channels = outputs.size
    floor = smallest(outputs)
    for row in range(frames.shape[0]):
        for t in range(step):
            _filter(waveform[row * step + t], sections, delayed, outputs)
            if t == 0:
                # The Auditory Toolbox sets the front filters to 0 here, and published results were computed with it.
                outputs[0], outputs[1] = 0.0, 0.0
            for stage in range(rates.size):
                _control_gain(rates[stage], targets[stage], attenuations[stage], outputs)
            if difference:
                _subtract_neighbours(outputs)
            if step > 1:
                _smooth(decay, smoothed, outputs)
        for i in range(frames.shape[1]):
            frames[row, i] = outputs[i + 2]
        # After the end of the sound, decaying values would become denormal numbers, which take far longer to compute.
        for i in range(n_channels):
            for k in range(2):
                delayed[k, i] = flush(delayed[k, i], floor)
                smoothed[k, i] = flush(smoothed[k, i], floor)


@njit
def _filter(sample, sections, delayed, outputs):
    """Write the input of the hair cells: the rectified output of every section, each fed by the one before."""
    x = sample
    for i in range(outputs.size):
        y = fma(sections[0, i], x, delayed[0, i])
        delayed[0, i] = fma(sections[1, i], x, fma(-sections[3, i], y, delayed[1, i]))
        delayed[1, i] = fma(sections[2, i], x, -sections[4, i] * y)
        outputs[i] = 0.0 if y < 0.0 else y  # NaN is not below 0 and stays NaN
        x = y


@njit
def _control_gain(rate, target, attenuation, outputs):
    """In place: attenuate, then let every attenuation follow its own output and its two neighbours.

    ``attenuation`` has one more entry at each end, so that the outermost channels are their own neighbours.
    """
    n = outputs.size
    attenuation[0], attenuation[n + 1] = attenuation[1], attenuation[n]
    drive, keep = rate / target, (1.0 - rate) / 3.0
    left = attenuation[0]
    for i in range(n):
        here = attenuation[i + 1]
        outputs[i] *= 1.0 - here
        follow = fma(outputs[i], drive, keep * (left + here + attenuation[i + 2]))
        attenuation[i + 1] = LARGEST_ATTENUATION if follow > LARGEST_ATTENUATION else follow
        left = here


@njit
def _subtract_neighbours(outputs):
    """In place: subtract from every channel the next lower one, and rectify the difference."""
    for i in range(outputs.size - 1, 0, -1):
        left = outputs[i - 1] - outputs[i]
        outputs[i] = 0.0 if left < 0.0 else left


@njit
def _smooth(decay, smoothed, outputs):
    """In place: two one-pole filters of gain 1, behind a delay of two samples."""
    gain = (1.0 - decay) * (1.0 - decay)
    for i in range(outputs.size):
        x, y = outputs[i], smoothed[0, i]
        smoothed[0, i] = fma(2.0 * decay, y, smoothed[1, i])
        smoothed[1, i] = fma(gain, x, -decay * decay * y)
        outputs[i] = y
