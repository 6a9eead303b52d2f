from pathlib import Path

import numpy as np
import pytest

from reservoir.speech import MFCC, LogMel

PEER = np.load(Path(__file__).parents[2] / "fixtures" / "python_speech_features.npz")
SOUND = np.random.RandomState(0).standard_normal(2000)


def test_the_transform_is_the_orthonormal_cosine_transform():
    energies = LogMel().fit_transform(SOUND)
    cepstra = MFCC(n_coefficients=40, delta_orders=0).fit_transform(SOUND)
    j, b = np.ogrid[:40, :40]
    matrix = np.sqrt(np.where(j == 0, 1, 2) / 40) * np.cos(np.pi * j * (b + 0.5) / 40)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(40), atol=1e-13)
    np.testing.assert_allclose(cepstra, energies @ matrix.T, atol=1e-11)
    np.testing.assert_allclose((cepstra**2).sum(axis=1), (energies**2).sum(axis=1), rtol=1e-12)


def test_fewer_coefficients_are_the_first_ones():
    everything = MFCC(n_coefficients=40, delta_orders=0).fit_transform(SOUND)
    np.testing.assert_array_equal(MFCC(delta_orders=0).fit_transform(SOUND), everything[:, :13])
    np.testing.assert_array_equal(MFCC().fit_transform(SOUND)[:, :13], everything[:, :13])


def test_cepstra_and_deltas_of_a_peer():
    # The peer rounds the edges of its triangles to bins, so the triangles are taken from it.
    mfcc = MFCC(n_bands=26).fit(PEER["waveform"])
    mfcc.filters_ = PEER["filters"]
    expected = np.hstack([PEER["cepstra"], PEER["deltas"], PEER["delta_deltas"]])
    np.testing.assert_allclose(mfcc.transform(PEER["waveform"]), expected, atol=1e-11)


def test_loudness_moves_the_first_coefficient_only():
    quiet, loud = (MFCC().fit_transform(scale * SOUND) for scale in (0.1, 1.0))
    expected = np.zeros(39)
    expected[0] = np.sqrt(40) * np.log(100.0)
    np.testing.assert_allclose(loud - quiet, np.tile(expected, (len(quiet), 1)), atol=1e-9)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_coefficients": 41}, "'n_coefficients' must be at most n_bands, 40; got 41. Use more bands"),
        ({"n_coefficients": 0}, "'n_coefficients' must be an integer of at least 1; got 0"),
        ({"delta_orders": -1}, "'delta_orders' must be an integer of at least 0; got -1"),
        ({"delta_width": 0}, "'delta_width' must be an integer of at least 1; got 0"),
        ({"n_bands": 2.0}, "'n_bands' must be an integer of at least 1; got 2.0"),
    ],
)
def test_bad_parameters_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        MFCC(**parameters).fit(SOUND)
