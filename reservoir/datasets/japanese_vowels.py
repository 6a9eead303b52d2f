"""Japanese Vowels: real speech, short and ragged, nine speakers to tell apart."""

from importlib.resources import files
from typing import Literal

import numpy as np

from readouts.types import Array

N_TRAIN = 270
SPLITS = {"train": slice(None, N_TRAIN), "test": slice(N_TRAIN, None), "all": slice(None)}


def load_japanese_vowels(split: Literal["train", "test", "all"] = "train") -> tuple[list[Array], Array]:
    """Load the utterances of nine speakers, to be told apart by their voice.

    Each utterance of the vowels /ae/ is a series of 7 to 29 frames, 6.4 ms apart, of 12 LPC cepstrum coefficients.
    The 270 training utterances (30 per speaker, up to 26 frames) and the 370 test utterances (24 to 88 per speaker)
    keep the official split and order. The file comes with the library; nothing is downloaded.

    Parameters
    ----------
    split : {"train", "test", "all"}, default "train"
        Which utterances to return; "all" is "train" followed by "test".

    Returns
    -------
    X : list of ndarray of shape (n_steps, 12)
        One float64 array per utterance, time along rows, without unit.
    y : ndarray of shape (n_sequences,)
        Speakers, the integers 1 to 9.

    Raises
    ------
    ValueError
        If `split` is none of the three names.

    References
    ----------
    Kudo, Toyama & Shimbo (1999), Multidimensional curve classification using passing-through regions, Pattern
    Recognition Letters 20, pages 1103-1111. The data: Kudo, Toyama & Shimbo (1999), Japanese Vowels, UCI Machine
    Learning Repository, https://doi.org/10.24432/C5NS47, licence CC BY 4.0.

    Examples
    --------
    >>> from reservoir.datasets import load_japanese_vowels
    >>> X, y = load_japanese_vowels("train")
    >>> len(X), X[0].shape, X[1].shape
    (270, (20, 12), (26, 12))
    >>> y[:3]
    array([1, 1, 1])
    """
    if not isinstance(split, str) or split not in SPLITS:
        raise ValueError(
            f"'split' must be 'train', 'test' or 'all'; got {split!r}. Pass split='all' for all 640 utterances."
        )
    path = files(__package__).joinpath("data", "japanese_vowels.npz")
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
        # The source has six decimals; float32 keeps them, and rounding recovers each number exactly.
        frames = data["frames"].astype(np.float64).round(6)
        lengths, speakers = data["lengths"].astype(int), data["speakers"].astype(int)
    ends = np.cumsum(lengths)
    utterances = [frames[end - length : end].copy() for end, length in zip(ends, lengths, strict=True)]
    return utterances[SPLITS[split]], speakers[SPLITS[split]]
