"""A small part of the Free Spoken Digit Dataset that comes with the library."""

from importlib.resources import files

import numpy as np
from sklearn.utils import Bunch

from reservoir.datasets.spoken_digits import digits_bunch

SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
N_EACH = 5  # recordings of a digit by a speaker


def load_spoken_digits() -> Bunch:
    """Load 300 recordings of the Free Spoken Digit Dataset: the digits 0 to 9 in six voices, five times each.

    They are the recordings 0 to 4 of every digit and speaker, which the official split keeps for testing, sample by
    sample. The file comes with the library; nothing is downloaded. To train on some of them, leave out recordings by
    ``index`` or whole speakers by ``speakers``, which is harder. All 3,000 are read by `fetch_spoken_digits`.

    Returns
    -------
    Bunch, sorted by digit, then speaker, then index, with the attributes of that of `fetch_spoken_digits`

        - ``recordings``: list of 300 `reservoir.speech.Waveform` of shape (n_samples,), float32 arrays with
          their sampling rate, amplitudes in [-1, 1), without unit
        - ``labels``: int array of shape (300,), the digit, 0 to 9
        - ``speakers``: str array of shape (300,), ``"george"``, ``"jackson"``, ``"lucas"``, ``"nicolas"``,
          ``"theo"`` or ``"yweweler"``
        - ``index``: int array of shape (300,), 0 to 4, the number of the recording for its digit and speaker
        - ``is_test``: bool array of shape (300,), True throughout, as all belong to the official test set
        - ``sampling_rate``: 8000, in hertz
        - ``DESCR``: str, source and licence

    References
    ----------
    Z. Jackson et al., Free Spoken Digit Dataset, https://github.com/Jakobovski/free-spoken-digit-dataset, the README on
    file names and split; licence CC BY-SA 4.0.

    Examples
    --------
    >>> from reservoir.datasets import load_spoken_digits
    >>> digits = load_spoken_digits()
    >>> len(digits.recordings), digits.recordings[0].shape
    (300, (2384,))
    >>> print(digits.labels[0], digits.speakers[0], digits.index[0])
    0 george 0
    """
    path = files(__package__).joinpath("data", "spoken_digits.npz")
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
        low, high = data["differences"].astype(np.uint16)
        ends = np.cumsum(data["lengths"])
    # Differences of samples, kept by their low and high bytes, compress best; their sum wraps as they did.
    samples = np.cumsum(low + 256 * high, dtype=np.uint16).view(np.int16)
    names = [f"{digit}_{speaker}_{index}" for digit in range(10) for speaker in SPEAKERS for index in range(N_EACH)]
    digits = digits_bunch(names, np.split(samples, ends[:-1]))
    digits.DESCR += "Of them, these 300 are the recordings 0 to 4 of each digit and speaker.\n"
    return digits
