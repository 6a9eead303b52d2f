from importlib.resources import files

import numpy as np
import pytest

from reservoir.datasets import load_japanese_vowels


@pytest.mark.parametrize(("split", "count", "longest"), [("train", 270, 26), ("test", 370, 29), ("all", 640, 29)])
def test_counts_lengths_and_types(split, count, longest):
    X, y = load_japanese_vowels(split)
    lengths = [len(x) for x in X]
    assert isinstance(X, list) and len(X) == count and y.shape == (count,)
    assert min(lengths) == 7 and max(lengths) == longest
    assert all(x.dtype == np.float64 and x.shape[1] == 12 and np.isfinite(x).all() for x in X)
    assert y.dtype.kind == "i" and set(y) == set(range(1, 10))


def test_speakers_come_in_the_official_numbers_and_order():
    for split, counts in [("train", [30] * 9), ("test", [31, 35, 88, 44, 29, 24, 40, 50, 29])]:
        _, y = load_japanese_vowels(split)
        np.testing.assert_array_equal(y, np.repeat(np.arange(1, 10), counts))


def test_values_are_the_printed_ones():
    first = [
        1.860936, -0.207383, 0.261557, -0.214562, -0.171253, -0.118167,
        -0.277557, 0.025668, 0.126701, -0.306756, -0.213076, 0.088728,
    ]  # fmt: skip
    X, _ = load_japanese_vowels()
    np.testing.assert_array_equal(X[0][0], first)
    assert X[0].shape == (20, 12)
    np.testing.assert_array_equal(X[0][:3, 0], [1.860936, 1.891651, 1.939205])
    assert load_japanese_vowels("test")[0][0][0, 0] == 1.635533


def test_all_is_train_then_test():
    X, y = load_japanese_vowels("all")
    for part, rows in [("train", slice(0, 270)), ("test", slice(270, 640))]:
        X_part, y_part = load_japanese_vowels(part)
        np.testing.assert_array_equal(np.concatenate(X[rows]), np.concatenate(X_part))
        np.testing.assert_array_equal(y[rows], y_part)


def test_every_call_returns_fresh_arrays():
    X, _ = load_japanese_vowels()
    X[0][:] = 0
    assert load_japanese_vowels()[0][0].any()


@pytest.mark.parametrize("split", ["TRAIN", "valid", None, ["train"]])
def test_other_splits_are_refused(split):
    with pytest.raises(ValueError, match="'split' must be 'train', 'test' or 'all'; got .*split='all'"):
        load_japanese_vowels(split)


def test_source_and_licence_lie_beside_the_data():
    text = files("reservoir.datasets").joinpath("data", "README.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in text and "Kudo" in text and "UCI Machine Learning Repository" in text
