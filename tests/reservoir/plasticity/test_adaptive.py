import copy
import pickle
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, SequenceEncoder, StackedReservoir
from reservoir.plasticity import STDP, AdaptiveReservoir, Homeostasis, IntrinsicPlasticity
from reservoir.spiking import LiquidHealthWarning

U = np.abs(np.random.RandomState(0).standard_normal((120, 3)))
BACKGROUND = Homeostasis(on="background", tolerance=4.0)
IP = IntrinsicPlasticity(n_epochs=2)
CASES = {
    "echo state": (EchoStateReservoir(12, leak_rate=(0.1, 1.0), random_state=0), IP),
    "echo state, single": (EchoStateReservoir(12, dtype="float32", random_state=0), IP),
    "ctrnn, irregular": (CTRNNLiquid(12, elapsed_column=-1, random_state=0), IP),
    "lif": (LIFLiquid(12, random_state=0), BACKGROUND),
    "lif, voltages": (LIFLiquid(12, output="voltages", random_state=0), STDP(n_epochs=2)),
    "lif, two rules": (LIFLiquid(12, dtype="float32", random_state=0), [STDP(n_epochs=2), BACKGROUND]),
}


@pytest.fixture(params=CASES)
def adaptive(request):
    return AdaptiveReservoir(*CASES[request.param])


def test_what_adapted_runs_on_bit_for_bit(adaptive):
    states = adaptive.fit_transform(U)
    assert type(adaptive.reservoir_) is type(adaptive.reservoir) and states.dtype == adaptive.dtype
    assert_array_equal(adaptive.reservoir_.transform(U), states, strict=True)
    assert_array_equal(clone(adaptive.reservoir_).fit(U).transform(U), states, strict=True)
    unadapted = clone(adaptive.reservoir).fit(U)
    assert np.any(unadapted.transform(U) != states)


def test_a_series_cut_in_two_gives_the_same(adaptive):
    adaptive.fit(U)
    states, end = adaptive.run(U)
    for cut in (1, 50):
        head, state = adaptive.run(U[:cut])
        tail, last = adaptive.run(U[cut:], state)
        assert_array_equal(np.vstack([head, tail]), states)
        for a, b in zip(last, end, strict=True):
            assert_array_equal(a, b)


def test_fitting_is_deterministic_and_changes_no_parameter(adaptive):
    before = copy.deepcopy(adaptive)
    states = adaptive.fit(U).transform(U)
    assert repr(adaptive) == repr(before) and not hasattr(adaptive.reservoir, "n_units_")
    for other in (clone(adaptive).fit(U), adaptive.fit(U), before.fit(U)):
        assert_array_equal(other.transform(U), states)
        for one, curve in zip(_curves(other), _curves(adaptive), strict=True):
            assert_array_equal(one, curve)


def _curves(adaptive):
    return adaptive.history_ if isinstance(adaptive.rule, list) else [adaptive.history_]


def test_copies_and_pickles_run_alike(adaptive):
    states = adaptive.fit(U).transform(U)
    for other in (copy.deepcopy(adaptive), pickle.loads(pickle.dumps(adaptive))):
        assert_array_equal(other.transform(U), states, strict=True)


def test_several_series_come_back_in_their_container(adaptive):
    stack = U.reshape(3, 40, 3)
    states = adaptive.fit(stack).transform(stack)
    as_list = clone(adaptive).fit(list(stack)).transform(list(stack))
    assert states.shape == (3, 40, 12) and isinstance(as_list, list)
    assert_array_equal(np.stack(as_list), states)
    assert_array_equal(adaptive.run(stack[1])[0], states[1])


def test_the_form_of_outputs_does_not_matter_to_the_rules(adaptive):
    states = adaptive.fit(U).transform(U)
    with config_context(transform_output="pandas"):
        framed = clone(adaptive).fit([U]).transform(U)
    assert isinstance(framed, pd.DataFrame)
    assert_array_equal(framed.to_numpy(), states)


def test_the_encoder_hands_on_all_series(adaptive):
    series = [U[:30], U[30:90], U[90:]]
    encoded = SequenceEncoder(adaptive, ("last", "mean")).fit(series)
    assert encoded.transform(series).shape == (3, 24)
    assert_array_equal(encoded.reservoir_.transform(U), clone(adaptive).fit(series).transform(U))


def test_an_adapted_layer_is_stacked():
    lower = AdaptiveReservoir(*CASES["echo state"]).fit(U)
    upper = AdaptiveReservoir(*CASES["lif"]).fit(lower.transform(U))
    stack = StackedReservoir([lower.reservoir_, upper.reservoir_]).fit(U)
    expected = np.hstack([lower.transform(U), upper.transform(lower.transform(U))])
    assert_array_equal(stack.transform(U), expected)
    with pytest.raises(ValueError, match="more than one step to adapt to.*stack its reservoir_"):
        StackedReservoir([lower, EchoStateReservoir(5)]).fit(U)


def test_columns_may_be_named():
    frame = pd.DataFrame(U, columns=["a", "b", "time"])
    named = AdaptiveReservoir(CTRNNLiquid(12, elapsed_column="time", random_state=0), IP).fit(frame)
    numbered = AdaptiveReservoir(*CASES["ctrnn, irregular"]).fit(U)
    assert_array_equal(named.transform(frame), numbered.transform(U))
    with pytest.raises(ValueError, match="feature names"):
        named.transform(frame[["b", "a", "time"]])


def test_parameters_of_the_reservoir_are_set_by_name():
    adaptive = AdaptiveReservoir(EchoStateReservoir(12, n_jobs=2), IP)
    assert adaptive.n_jobs == 2 and adaptive.dtype == "float64"
    adaptive.set_params(reservoir__dtype="float32", reservoir__n_units=7, rule=IntrinsicPlasticity(n_epochs=1))
    states = adaptive.fit(U).transform([U, U])
    assert states[0].shape == (120, 7) and states[0].dtype == np.float32 and len(adaptive.history_) == 1
    assert adaptive.get_params()["reservoir__n_units"] == 7
    assert list(adaptive.get_feature_names_out()) == [f"adaptivereservoir{unit}" for unit in range(7)]


def test_a_rule_of_ones_own():
    class Silence:
        def adapt(self, reservoir, X, verbose=False):
            assert [len(x) for x in X] == [120] and verbose is True
            return clone(reservoir).set_params(bias=0.0, input_weights=np.zeros((12, 3))).fit(X), [0.5]

    adaptive = AdaptiveReservoir(EchoStateReservoir(12), Silence(), verbose=True).fit(U)
    assert_array_equal(adaptive.transform(U), 0)
    assert_array_equal(adaptive.history_, [0.5])


@pytest.mark.parametrize(
    "adapt",
    [
        lambda esn: None, lambda esn: esn, lambda esn: (esn,), lambda esn: (esn, [1.0], 3), lambda esn: (None, [1.0]),
        lambda esn: (esn, "abc"), lambda esn: (esn, [[1.0], [1.0, 2.0]]), lambda esn: (EchoStateReservoir(12), [1.0]),
        lambda esn: (EchoStateReservoir(12).fit(np.ones((2, 7))), [1.0]), lambda esn: (type(esn), [1.0]),
        lambda esn: (esn, np.ma.array([1.0, 2.0], mask=[False, True])),
    ],
)  # fmt: skip
def test_what_a_rule_of_ones_own_returns_is_checked(adapt):
    rule = SimpleNamespace(adapt=lambda reservoir, X, verbose: adapt(reservoir))
    adaptive = AdaptiveReservoir(EchoStateReservoir(12), rule)
    with pytest.raises(TypeError, match="'rule' must return a pair"):
        adaptive.fit(U)
    assert not hasattr(adaptive, "reservoir_")


def test_a_failed_fit_changes_nothing(adaptive):
    states = adaptive.fit(U).transform(U)
    before = dict(vars(adaptive))
    for bad in (U[:1], U[:, :0], np.full((5, 3), np.nan)):
        with pytest.raises(ValueError):
            adaptive.fit(bad)
        assert vars(adaptive) == before
    kept = adaptive.rule
    with pytest.raises(ValueError, match="'n_epochs' must be"):
        adaptive.set_params(rule=type(kept[0] if isinstance(kept, list) else kept)(n_epochs=0)).fit(U[:50])
    assert_array_equal(adaptive.set_params(rule=kept).transform(U), states)


def test_what_is_no_reservoir_or_rule_is_refused():
    esn = EchoStateReservoir(5)
    for reservoir in (None, 3, EchoStateReservoir, AdaptiveReservoir(esn, IP)):
        with pytest.raises(TypeError, match="'reservoir' must be an ordinary reservoir"):
            AdaptiveReservoir(reservoir, IP).fit(U)
    for rule in (None, IntrinsicPlasticity, [IP, "decay"]):
        with pytest.raises(TypeError, match="'rule' must be a rule"):
            AdaptiveReservoir(esn, rule).fit(U)
    with pytest.raises(ValueError, match="'rule' must hold at least one"):
        AdaptiveReservoir(esn, []).fit(U)
    with pytest.raises(ValueError, match="'verbose' must be"):
        AdaptiveReservoir(esn, IP, verbose="yes").fit(U)
    with pytest.raises(TypeError, match="EchoStateReservoir or CTRNNLiquid .*; got LTCLiquid"):
        AdaptiveReservoir(LTCLiquid(5), IP).fit(U)
    with pytest.raises(ValueError, match="'dtype' must be"):
        AdaptiveReservoir(EchoStateReservoir(5, dtype="int8"), IP).fit(U)
    with pytest.raises(NotFittedError):
        AdaptiveReservoir(esn, IP).transform(U)


def test_the_adapted_liquid_is_judged_and_not_the_drawn_one():
    silent = LIFLiquid(12, input_scaling=1.0, background_current=1.0, random_state=0)
    with pytest.warns(LiquidHealthWarning, match="silent"):
        AdaptiveReservoir(silent, STDP(n_epochs=1)).fit(U)
    AdaptiveReservoir(silent, BACKGROUND).fit(U)  # a warning would be an error here


def test_every_epoch_prints_a_line(capsys):
    AdaptiveReservoir(*CASES["lif, two rules"], verbose=True).fit(U)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[STDP] epoch 1 of 2: weights changed by")
    assert lines[2].startswith("[Homeostasis] pass 1 of 100:") and "Hz from the target" in lines[2]
    AdaptiveReservoir(*CASES["echo state"], verbose=True).fit(U)
    assert capsys.readouterr().out.startswith("[IntrinsicPlasticity] epoch 1 of 2: distance")
    AdaptiveReservoir(*CASES["echo state"]).fit(U)
    assert capsys.readouterr().out == ""


def test_many_series_are_driven_by_the_reservoir_inside():
    batches = []

    class Batched(EchoStateReservoir):
        def drive_many(self, series, fold, **options):
            batches.append(len(series))
            return super().drive_many(series, fold, **options)

    X = np.random.RandomState(0).standard_normal((3, 20, 2))
    adaptive = AdaptiveReservoir(Batched(5, random_state=0), IntrinsicPlasticity(n_epochs=1)).fit(X)
    adaptive.transform(X)
    assert 3 in batches
