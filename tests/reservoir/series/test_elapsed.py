import pickle
import re

import numpy as np
import pandas as pd
import pytest
from builders import assert_same
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from reservoir import (
    CfCLiquid,
    CTRNNLiquid,
    LTCLiquid,
)
from reservoir.series.elapsed import find_elapsed, split_elapsed
from reservoir.topology import AutoNCP

N_STEPS = 15
U = np.random.RandomState(0).standard_normal((N_STEPS, 3))
GAPS = np.random.RandomState(1).exponential(1.5, N_STEPS)
GAPS[4] = 0.0
LIQUIDS = {
    "CTRNN": (CTRNNLiquid, {}),
    "CTRNN additive": (CTRNNLiquid, {"form": "additive", "method": "euler", "topology": "random"}),
    "CTRNN antisymmetric": (CTRNNLiquid, {"form": "antisymmetric"}),
    "LTC": (LTCLiquid, {}),
    "LTC rk4": (LTCLiquid, {"solver": "rk4", "topology": "random"}),
    "LTC gate": (LTCLiquid, {"synapse": "gate", "solver": "euler"}),
    "LTC wired memory": (LTCLiquid, {"topology": AutoNCP(14, 3), "mixed_memory": True}),
    "CfC": (CfCLiquid, {}),
    "CfC no gate": (CfCLiquid, {"mode": "no_gate", "backbone_layers": 1, "backbone_units": 9}),
    "CfC pure": (CfCLiquid, {"mode": "pure"}),
    "CfC wired memory": (CfCLiquid, {"topology": AutoNCP(14, 3), "mixed_memory": True}),
}


@pytest.fixture(params=LIQUIDS)
def kind(request):
    return request.param


@pytest.fixture(params=["float64", "float32"])
def dtype(request):
    return request.param


def make(kind, **parameters):
    cls, own = LIQUIDS[kind]
    return cls(**({"n_units": 14, "random_state": 0} | own | parameters))


def timed(inputs=U, gaps=GAPS, index=0):
    return np.insert(inputs, index, gaps, axis=1)


def as_frame(index):
    names = list("abc")
    names.insert(index, "gap")
    return pd.DataFrame(timed(index=index), columns=names)


def test_it_does_not_matter_where_the_column_is_or_how_it_is_called(kind, dtype):
    expected = make(kind, elapsed_column=0, dtype=dtype).fit_transform(timed())
    assert expected.shape == (N_STEPS, 14) and expected.dtype == dtype
    for index, column in [(0, -4), (1, np.int64(1)), (2, -2), (3, 3), (3, -1)]:
        states = make(kind, elapsed_column=column, dtype=dtype).fit_transform(timed(index=index))
        assert_array_equal(states, expected, strict=True)
    for column in ("gap", 2):
        states = make(kind, elapsed_column=column, dtype=dtype).fit_transform(as_frame(2))
        assert_array_equal(np.asarray(states), expected, strict=True)


def test_the_column_is_no_input(kind):
    liquid, plain = make(kind, elapsed_column=1).fit(timed(index=1)), make(kind).fit(U)
    assert liquid.n_features_in_ == 4
    for name in ("input_weights_", "recurrent_weights_", "bias_", "weights_", "memory_"):
        if getattr(plain, name, None) is not None:
            assert_same([getattr(liquid, name)], [getattr(plain, name)])
    with pytest.raises(ValueError, match="X has 3 features, but .* is expecting 4"):
        liquid.transform(U)


def test_gaps_matter(kind):
    liquid = make(kind, elapsed_column=0).fit(timed())
    states, other = liquid.transform(timed()), liquid.transform(timed(gaps=np.where(np.arange(N_STEPS) == 7, 9, GAPS)))
    assert_array_equal(states[:7], other[:7])
    assert np.abs(states[7] - other[7]).max() > 1e-3


def test_rows_that_all_last_one_need_no_column(kind, dtype):
    # Not bit for bit: without the column a CfCLiquid adds up the weights of two heads, and a CTRNNLiquid computes its
    # factors once, in a function of its own, whose compiled loop may round an exponential differently.
    states = make(kind, elapsed_column=0, dtype=dtype).fit_transform(timed(gaps=1.0))
    assert_allclose(
        states, make(kind, dtype=dtype).fit_transform(U), rtol=0, atol=1e-12 if dtype == "float64" else 1e-5
    )


def test_each_series_has_its_own_gaps(kind, dtype):
    many = [timed(U[:n], GAPS[:n] * n / 9) for n in (9, 1, 15, 4, 12)]
    liquid = make(kind, elapsed_column=0, dtype=dtype).fit(many)
    alone = [liquid.transform(one) for one in many]
    assert_same(liquid.transform(many), alone)
    assert_same(clone(liquid).set_params(n_jobs=2).fit(many).transform(many), alone)
    equal = np.stack([timed(gaps=GAPS * factor) for factor in (0, 0.5, 3)])
    assert_same(list(liquid.transform(equal)), [liquid.transform(one) for one in equal])


def test_a_series_may_be_cut_at_any_row(kind, dtype):
    liquid = make(kind, elapsed_column=-1, dtype=dtype).fit(timed(index=3))
    states, end = liquid.run(timed(index=3))
    for k in range(1, N_STEPS):
        head, state = liquid.run(timed(index=3)[:k])
        tail, state = liquid.run(timed(index=3)[k:], state)
        assert_array_equal(np.vstack([head, tail]), states, strict=True)
        assert_array_equal(state, end, strict=True)


def test_copies_know_the_column(kind):
    frame = as_frame(2)
    liquid = make(kind, elapsed_column="gap").fit(frame)
    expected = liquid.transform(frame)
    for twin in (pickle.loads(pickle.dumps(liquid)), clone(liquid).fit(frame)):
        assert_array_equal(twin.transform(frame), expected, strict=True)
    liquid.set_params(elapsed_column=None)  # waits for the next fit
    assert_array_equal(liquid.transform(frame), expected, strict=True)
    assert np.any(liquid.fit(frame).transform(frame) != expected)


@pytest.mark.parametrize("kind", [kind for kind in LIQUIDS if not kind.startswith("CfC") and "memory" not in kind])
def test_a_row_of_no_time_is_not_noticed(kind, dtype):
    liquid = make(kind, elapsed_column=0, dtype=dtype).fit(timed())
    doubled, gaps = np.repeat(U, 2, axis=0), np.repeat(GAPS, 2)
    doubled[1::2] *= -3
    gaps[1::2] = 0
    assert_array_equal(liquid.transform(timed(doubled, gaps))[1::2], liquid.transform(timed()), strict=True)


@pytest.mark.parametrize(
    ("gaps", "message"),
    [
        (np.where(np.arange(N_STEPS) == 7, -0.5, GAPS), "'elapsed_column' must hold .* at least 0; got -0.5 in row 7"),
        (np.where(np.arange(N_STEPS) >= 9, -1e-300, GAPS), "got -1e-300 in row 9. Sort the samples by time"),
        (np.where(np.arange(N_STEPS) == 2, np.nan, GAPS), "contains NaN"),
        (np.where(np.arange(N_STEPS) == 2, np.inf, GAPS), "contains infinity"),
    ],
)
def test_impossible_times_are_refused(kind, gaps, message):
    liquid = make(kind, elapsed_column=2).fit(timed(index=2))
    for call in (liquid.transform, liquid.run, lambda X: liquid.transform([timed(index=2), X])):
        with pytest.raises(ValueError, match=message):
            call(timed(gaps=gaps, index=2))


X, FRAME = timed(), as_frame(0)
BAD_COLUMNS = [
    (4, X, "'elapsed_column' must be None, a name, or a position in the 4 columns of X; got 4."),
    (-5, X, "'elapsed_column' must be None, a name, or a position in the 4 columns of X; got -5."),
    (True, X, "got True."),
    (False, X, "got False."),
    (np.True_, X, "got "),
    (1.0, X, "got 1.0."),
    ([1], X, "got [1]."),
    (b"gap", FRAME, "got b'gap'."),
    ("gap", X, "'elapsed_column' must be a column of X, and it has no column names; give a position; got 'gap'."),
    ("gap", [X, X], "it has no column names; give a position; got 'gap'."),
    ("time", FRAME, "and its columns are ['gap', 'a', 'b', 'c']; got 'time'."),
    (0, X[:, :1], "'elapsed_column' must leave at least one column of X as input; X has only that one."),
    ("gap", FRAME[["gap"]], "'elapsed_column' must leave at least one column of X as input"),
    (1, X[:, :1], "got 1."),
]


@pytest.mark.parametrize("cls", [CTRNNLiquid, LTCLiquid, CfCLiquid])
@pytest.mark.parametrize(("column", "given", "message"), BAD_COLUMNS, ids=[str(case[0]) for case in BAD_COLUMNS])
def test_a_column_that_is_none_is_refused(cls, column, given, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        cls(10, elapsed_column=column).fit(given)


def test_columns_are_found_and_split():
    class Fitted:
        n_features_in_ = 3
        feature_names_in_ = np.array(["a", "b", "c"], dtype=object)

    assert [find_elapsed(column, Fitted()) for column in (None, 0, -1, "b")] == [None, 0, 2, 1]
    given = np.arange(12.0).reshape(4, 3)
    inputs, elapsed = split_elapsed(given, 1)
    assert_array_equal(inputs, given[:, [0, 2]])
    assert_array_equal(elapsed, given[:, 1])
    assert inputs.flags.c_contiguous and elapsed.flags.c_contiguous  # kernels are compiled for nothing else
    assert not np.shares_memory(elapsed, given)
    inputs, elapsed = split_elapsed(given, None)
    assert inputs is given and elapsed.shape == (0,)


def beside(elapsed):
    return np.column_stack([U[:, 0], elapsed])


def test_a_difference_that_the_first_row_lacks_is_named():
    times = np.cumsum(GAPS)
    gaps = np.r_[np.nan, np.diff(times)]
    liquid = CTRNNLiquid(5, elapsed_column="gap", random_state=0)
    frame = pd.DataFrame(beside(gaps), columns=["u", "gap"])
    for X in (frame, [frame, frame]):
        with pytest.raises(ValueError, match=r"contains NaN. It is in the first row alone.*np.diff\(times, prepend="):
            liquid.fit(X)
    for X in (beside(gaps), beside(gaps)[None], [beside(gaps)]):
        with pytest.raises(ValueError, match=r"contains NaN. It is in the first row alone.*times.diff\(\).fillna\(0\)"):
            clone(liquid).set_params(elapsed_column=1).fit(X)
    expected = liquid.fit_transform(frame.assign(gap=np.diff(times, prepend=times[0])))
    assert_array_equal(liquid.fit_transform(frame.assign(gap=pd.Series(times).diff().fillna(0))), expected)
    later = np.where(np.arange(N_STEPS) == 3, np.nan, gaps)
    with pytest.raises(ValueError, match="contains NaN. Fill the gaps first"):
        clone(liquid).set_params(elapsed_column=1).fit(beside(later))
