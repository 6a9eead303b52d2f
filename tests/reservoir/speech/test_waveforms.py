import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from reservoir import from_multiindex
from reservoir.speech.waveforms import WaveformTransformer, read_waveforms

SOUND = np.array([0.0, 0.5, -0.25])


class Doubled(WaveformTransformer):
    """Frames of one sample, doubled."""

    def __init__(self, factor=2.0):
        self.factor = factor

    def _design(self):
        if self.factor == 0:
            raise ValueError("'factor' must not be 0.")
        return {"n_features_out_": 1, "_by": self.factor}

    def _frames_of(self, waveform):
        return self._by * waveform[:, None]


@pytest.mark.parametrize(
    "one",
    [
        SOUND,
        SOUND[:, None],
        SOUND.tolist(),
        tuple(SOUND),
        SOUND.astype(np.float32),
        SOUND.astype(">f8"),
        pd.Series(SOUND),
        pd.DataFrame({"sound": SOUND}),
        np.repeat(SOUND, 2)[::2],
        (SOUND * 2**15).astype(np.int16),
        (SOUND * 2**15).astype(">i2"),
        (SOUND * 2**31).astype(np.int32),
    ],
)
def test_one_waveform_in_every_form(one):
    (waveform,), many = read_waveforms(one)
    assert not many and waveform.dtype == np.float64 and waveform.flags.carray
    np.testing.assert_array_equal(waveform, SOUND)


def test_many_waveforms():
    ragged = [SOUND, SOUND[:2, None], SOUND[:1].tolist()]
    objects = np.empty(3, dtype=object)
    objects[:] = [SOUND, SOUND[:2], SOUND[:1]]
    for X in (ragged, tuple(ragged), objects, pd.Series(list(objects))):
        waveforms, many = read_waveforms(X)
        assert many
        for n, waveform in zip((3, 2, 1), waveforms, strict=True):
            np.testing.assert_array_equal(waveform, SOUND[:n])


def test_what_comes_back_is_a_copy():
    for X in (SOUND, [SOUND]):
        (waveform,), _ = read_waveforms(X)
        assert not np.shares_memory(waveform, SOUND)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (np.zeros((5, 2)), ValueError, r"'X' must be one waveform, .*; got shape \(5, 2\). Pass one channel"),
        ([SOUND, np.zeros((5, 2))], ValueError, r"'X\[1\]' must be one waveform, .* got shape \(5, 2\)"),
        (np.zeros((5, 2, 1)), ValueError, r"got shape \(5, 2, 1\).* list\(X\)"),
        ([], ValueError, "'X' must hold at least one sample or waveform"),
        (np.zeros(0), ValueError, "'X' must hold at least one sample or waveform"),
        ([SOUND, []], ValueError, r"'X\[1\]' must hold at least one sample"),
        (np.array([0.0, np.nan, np.inf]), ValueError, "'X' must be finite; got NaN or infinity, first at sample 1"),
        ([SOUND, [0.0, np.inf]], ValueError, r"'X\[1\]' must be finite; got NaN or infinity, first at sample 1"),
        (SOUND + 1j, ValueError, "got dtype complex128.*Complex data not supported"),
        ([1, 2, 3], ValueError, "'X' must hold floats, or 16- or 32-bit integer PCM; got dtype int64"),
        (np.zeros(3, dtype=np.uint8), ValueError, "got dtype uint8. Convert it to floats"),
        (np.zeros(3, dtype=bool), ValueError, "got dtype bool"),
        ("a.wav", ValueError, "got 'a.wav'. Files are read by read_wav"),
        (["a.wav"], ValueError, "got dtype <U5"),
        (None, ValueError, "got None"),
        (3.0, ValueError, "got 3.0"),
        ([SOUND, None], ValueError, r"'X\[1\]' must be one waveform"),
        ([[[0.0], [1.0, 2.0]]], ValueError, r"'X\[0\]' must be 1-D or a single column; got rows of unequal length"),
        (csr_array(np.eye(2)), TypeError, "got a sparse matrix"),
    ],
)
def test_what_is_no_sound_is_refused(X, error, message):
    with pytest.raises(error, match=message):
        read_waveforms(X)


def test_the_container_comes_back():
    doubled = Doubled().fit(SOUND)
    np.testing.assert_array_equal(doubled.transform(SOUND), 2 * SOUND[:, None])
    frames = doubled.transform([SOUND, SOUND[:2]])
    assert type(frames) is list
    np.testing.assert_array_equal(frames[1], 2 * SOUND[:2, None])


def test_a_failed_fit_changes_nothing():
    doubled = Doubled().fit(SOUND)
    before = dict(vars(doubled.set_params(factor=0.0)))
    with pytest.raises(ValueError, match="must not be 0"):
        doubled.fit(SOUND)
    with pytest.raises(ValueError, match="must be finite"):
        doubled.set_params(factor=0.0).fit([np.nan])
    assert vars(doubled) == before


def test_energy_that_overflows_is_an_error():
    with pytest.raises(ValueError, match=r"waveform 1 has samples as large as 1e\+308. Scale it to \[-1, 1\)"):
        Doubled(1e10).fit(SOUND).transform([SOUND, 1e308 * np.ones(3)])


def test_rows_change_so_there_is_no_set_output():
    assert not hasattr(Doubled(), "set_output")


def test_tables_of_several_waveforms_are_refused_with_the_mend():
    nested = pd.DataFrame({"sound": [SOUND, SOUND[:2]]})
    with pytest.raises(ValueError, match="'X' is a nested data frame") as raised:
        read_waveforms(nested)
    waveforms, _ = read_waveforms(eval(str(raised.value).split(": ")[-1].rstrip("."), {"pd": pd, "X": nested}))
    assert [x.tolist() for x in waveforms] == [SOUND.tolist(), SOUND[:2].tolist()]
    indexed = pd.Series(np.tile(SOUND, 2), pd.MultiIndex.from_product([["p", "q"], range(3)]))
    with pytest.raises(ValueError, match=r"'X' has the rows of 2 series.*from_multiindex\(X\)"):
        read_waveforms(indexed)
    assert len(read_waveforms(from_multiindex(indexed))[0]) == 2


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_channel_of_a_table_is_taken_by_the_advice(library):
    X = pytest.importorskip(library, reason="makes tables").DataFrame({"left": [0.5, 0.0], "right": [0.25, 0.0]})
    for given, name in ((X, "X"), ([X], "X[0]")):
        with pytest.raises(ValueError) as caught:
            read_waveforms(given)
        assert f"'{name}' must be one waveform" in str(caught.value)
        assert f"such as {name}.to_numpy()[:, 0], or" in str(caught.value)
    assert read_waveforms(X.to_numpy()[:, 0])[0][0].tolist() == [0.5, 0.0]
    assert [x.tolist() for x in read_waveforms(list(X.to_numpy()))[0]] == [[0.5, 0.25], [0.0, 0.0]]


def test_groups_of_samples_are_refused_by_name():
    with pytest.raises(ValueError, match="'X' must be series; got DataFrameGroupBy"):
        read_waveforms(pd.DataFrame({"u": [0.5, 0.0]}).groupby([0, 1]))
