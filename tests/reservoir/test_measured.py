"""A measured reservoir returns what was recorded for what was recorded, through everything, and refuses the rest."""

import pickle

import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from readouts import RidgeReadout
from reservoir import (
    EchoStateReservoir,
    Forecaster,
    MeasuredReservoir,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    StackedReservoir,
    load,
    save,
)
from reservoir.lagged import LaggedReservoir
from reservoir.testing.promise_checks import PROMISES, Case

U = series(80, 2)
LIVE = EchoStateReservoir(6, random_state=0).fit(U)
STATES = LIVE.transform(U)
TRIALS = [series(steps, 2, seed=seed) for seed, steps in enumerate((30, 25, 40), 1)]


@pytest.fixture
def measured():
    return MeasuredReservoir(U, STATES).fit()


def test_what_was_recorded_comes_back(measured):
    assert_array_equal(measured.transform(U), STATES)
    assert_array_equal(measured.transform(U[:7]), STATES[:7])
    assert measured.n_units_ == 6 and measured.n_features_in_ == 2
    assert measured.transform(U).base is None
    measured.transform(U)[...] = 7  # a copy
    assert_array_equal(measured.transform(U), STATES)


@pytest.mark.parametrize("cut", [1, 5, 79])
def test_pieces_go_on_where_the_state_is(measured, cut):
    head, state = measured.run(U[:cut])
    tail, end = measured.run(U[cut:], state)
    assert_array_equal(np.vstack([head, tail]), STATES)
    assert_array_equal(state, measured.at(cut))
    assert_array_equal(end, measured.at(80))
    assert_array_equal(measured.run(U[cut : cut + 1], [0, cut])[0], STATES[cut : cut + 1])


def test_row_by_row_as_a_stream(measured):
    state, rows = measured.rest(), []
    for row in U:
        states, state = measured.run(row[None], state)
        rows.append(states)
    assert_array_equal(np.vstack(rows), STATES)


KEPT = {
    "`fit` returns the reservoir and changes no parameter.",
    "`transform` returns a row of finite states for every row of X.",
    "States have the precision `dtype`.",
    "The same `random_state` gives the same states.",
    "`parts` yields the reservoirs that a composite is made of.",
    "Parameters that are set after `fit` change nothing before the next.",
    "Bad input is refused, and leaves an earlier fit as it was.",
    "What is no state is refused.",
}


@pytest.mark.parametrize("promise", sorted(KEPT))
def test_promises_that_need_no_other_input_are_kept(promise):
    PROMISES[promise](Case(MeasuredReservoir(U, STATES), U, 0.0))


@pytest.mark.parametrize("promise", sorted(set(PROMISES) - KEPT))
def test_the_others_drive_it_by_other_input_which_is_refused(promise):
    with pytest.raises(ValueError, match="measured reservoir cannot be driven"):
        PROMISES[promise](Case(MeasuredReservoir(U, STATES), U, 0.0))


@pytest.mark.parametrize(
    ("X", "state", "reason"),
    [
        (U + 1, None, "got 80 rows, which are in no recording"),
        (np.vstack([U, U[:3]]), None, "recorded up to its row 80 only, where recording 0 ends there"),
        (np.vstack([U[:4], U[:3]]), None, "recorded up to its row 4 only, where recording 0 goes on otherwise"),
        (U[20:], None, r"begins at step 20 of recording 0, .* Pass state=at\(20, 0\)"),
        (U[20:], [0, 19], r"after step 19 of recording 0 that begins at step 20 of recording 0"),
        (U[:5], [0, 19], r"that begins recording 0\. Leave 'state' out"),
    ],
)
def test_what_was_not_recorded_is_refused_with_where_it_leaves_the_recording(measured, X, state, reason):
    with pytest.raises(ValueError, match=f"'X' must be an input whose states were recorded.*{reason}.*Record the"):
        measured.run(X, state)


@pytest.mark.parametrize("X", [U.astype(np.float32), np.vstack([U[:9], U[9:] + 1e-9])])
def test_inputs_that_were_rounded_are_refused_as_such(measured, X):
    with pytest.raises(ValueError, match=r"differs from recording 0 by at most .*e-.*as if rounded.*dtype='float32'"):
        measured.run(X)
    single = MeasuredReservoir(U, STATES, dtype="float32").fit()
    assert_array_equal(single.transform(U.astype(np.float32)), STATES.astype(np.float32))


@pytest.mark.parametrize("inputs", ["a", None, np.arange(4.0), np.full((4, 1), np.nan), []])
def test_inputs_that_cannot_be_read_are_called_so(inputs):
    with pytest.raises(ValueError, match="inputs"):
        MeasuredReservoir(inputs, STATES).fit()


def test_the_advice_about_a_piece_works(measured):
    assert_array_equal(measured.run(U[20:], measured.at(20, 0))[0], STATES[20:])


@pytest.mark.parametrize("state", [[0, 81], [1, 0], [-1, 3], [0.0, 1.0], [0], "0", {}, [[0], [0, 1]]])
def test_a_state_must_be_a_step_of_a_recording(measured, state):
    with pytest.raises(ValueError, match="'state' must be a step of a recording"):
        measured.run(U, state)


@pytest.mark.parametrize(("place", "name"), [((81, 0), "step"), ((0, 1), "recording"), ((-1, 0), "step")])
def test_a_place_must_be_in_a_recording(measured, place, name):
    with pytest.raises(ValueError, match=f"'{name}' must be"):
        measured.at(*place)


@pytest.mark.parametrize("container", ["list", "array"])
def test_several_recordings_are_told_apart(container):
    inputs = TRIALS if container == "list" else np.stack([x[:25] for x in TRIALS])
    states = LIVE.transform(inputs)
    measured = MeasuredReservoir(inputs, states).fit()
    for got, expected in zip(measured.transform(inputs), states, strict=True):
        assert_array_equal(got, expected)
    assert_array_equal(measured.transform(inputs[2]), states[2])
    assert_array_equal(measured.run(inputs[1][5:], measured.at(5, 1))[0], states[1][5:])


def test_recordings_that_begin_alike_are_told_apart_by_what_follows():
    prefix = np.vstack([U[:10], -U[10:30]])
    states = LIVE.transform([U, prefix])
    measured = MeasuredReservoir([U, prefix], states).fit()
    _, state = measured.run(prefix[:10])  # may be either, whose states are the same
    assert_array_equal(measured.run(prefix[10:], state)[0], states[1][10:])
    noisy = MeasuredReservoir([U, prefix], [states[0], states[1] + 1e-3]).fit()
    assert_array_equal(noisy.transform(prefix), states[1] + 1e-3)
    encoder = SequenceEncoder(noisy, "last").fit([U, prefix])
    assert_array_equal(encoder.transform([U, prefix]), [states[0][-1], states[1][-1] + 1e-3])
    with pytest.raises(ValueError, match="'X' must tell recordings apart; its 10 rows are input of both recording 0"):
        noisy.run(prefix[:10])
    with pytest.raises(ValueError, match="begins at step 10 of recording 1"):
        noisy.run(prefix[10:], noisy.at(10, 0))  # not what came before in these states


@pytest.mark.parametrize("settings", [{"washout": 2}, {"chunk_size": 1}, {"lags": 2}, {"lags": 2, "washout": 3}])
def test_trials_that_begin_alike_are_told_apart_by_all_their_rows(settings):
    still = [np.vstack([np.zeros((3, 2)), trial]) for trial in TRIALS]
    states = [x + 1e-3 * number for number, x in enumerate(LIVE.transform(still))]  # of other starts
    measured, targets = MeasuredReservoir(still, states), [x[:, 0] for x in still]
    many = ReservoirRegressor(measured, RidgeReadout(1e-3), **settings).fit(still, targets)
    one = ReservoirRegressor(measured, RidgeReadout(1e-3), **settings).fit(still[1], targets[1])
    features = one.reservoir_.transform(still[1])
    assert_array_equal(features[:, :6], states[1])
    features = np.hstack([features, still[1]])
    for model in (many, one):
        assert_allclose(model.predict(still[1]), model.readout_.predict(features), rtol=1e-9)
    stack = StackedReservoir([measured, EchoStateReservoir(3, random_state=0)]).fit(still)
    assert_array_equal(
        ReservoirRegressor(stack, **settings).fit(still[2], targets[2]).reservoir_.transform(still[2])[:, :6], states[2]
    )
    long = np.vstack([np.zeros((1, 2)), np.tile(U, (60, 1))])
    twice = MeasuredReservoir([long, -long], [LIVE.transform(long), LIVE.transform(-long) + 1]).fit()
    lagged = LaggedReservoir(twice, 1).fit(long)  # driven in slices, the first of which is a single row
    assert_array_equal(lagged.transform(-long)[:, :6], twice.transform(-long))


def test_repeats_are_refused_or_chosen_by_name():
    inputs, states = [U, TRIALS[0], U], [STATES, LIVE.transform(TRIALS[0]), STATES + 1]
    with pytest.raises(ValueError, match=r"recording 0 and 2, whose states differ.*repeats='first' or 'mean'"):
        MeasuredReservoir(inputs, states).fit().transform(U)
    first = MeasuredReservoir(inputs, states, repeats="first").fit()
    assert_array_equal(first.transform(U), STATES)
    mean = MeasuredReservoir(inputs, states, repeats="mean").fit()
    assert_allclose(mean.transform(U), STATES + 0.5, rtol=1e-12)
    assert_array_equal(mean.transform(TRIALS[0]), states[1])
    head, state = mean.run(U[:9])
    assert_array_equal(np.vstack([head, mean.run(U[9:], state)[0]]), mean.transform(U))
    for repeats in ("refuse", "first", "mean"):
        responses = MeasuredReservoir(inputs, states, repeats=repeats).fit().responses(U[:20])
        assert [x.tolist() for x in responses] == [STATES[:20].tolist(), (STATES + 1)[:20].tolist()]
    same = MeasuredReservoir([U, U], [STATES, STATES]).fit()
    assert_array_equal(same.transform(U), STATES)


def test_samples_of_a_step_lie_side_by_side():
    samples = STATES[:40].reshape(80, 3)  # 40 steps of two samples of three channels
    measured = MeasuredReservoir(U[:40], samples, samples_per_step=2).fit()
    assert_array_equal(measured.transform(U[:40]), np.hstack([samples[::2], samples[1::2]]))


def test_precision():
    measured = MeasuredReservoir(U, STATES, dtype="float32").fit()
    states = measured.transform(U)
    assert states.dtype == np.float32
    assert_array_equal(states, STATES.astype(np.float32))
    assert_array_equal(measured.transform(U.astype(np.float32)), states)


def test_a_column_of_elapsed_times():
    timed = np.column_stack([U, np.ones(80)])
    measured = MeasuredReservoir(timed, STATES, elapsed_column=2).fit()
    assert measured.elapsed_column_ == 2
    timed[3, 2] = -1
    with pytest.raises(ValueError, match="'elapsed_column' must hold times"):
        MeasuredReservoir(timed, STATES, elapsed_column=2).fit()


def test_names_of_columns_are_kept_and_compared():
    pandas = pytest.importorskip("pandas", reason="data frames need pandas")
    inputs = pandas.DataFrame(U, columns=["left", "right"])
    states = pandas.DataFrame(STATES, columns=[f"detector {number}" for number in range(6)])
    measured = MeasuredReservoir(inputs, states).fit()
    assert measured.get_feature_names_out().tolist() == states.columns.tolist()
    frame = measured.set_output(transform="pandas").transform(inputs)
    pandas.testing.assert_frame_equal(frame, states)
    twice = MeasuredReservoir(inputs[:40], states[["detector 0"]], samples_per_step=2).fit()
    assert twice.get_feature_names_out().tolist() == ["detector 0_0", "detector 0_1"]
    with pytest.raises(ValueError, match="'inputs' must have the columns that fit saw"):
        MeasuredReservoir(inputs, states).fit(inputs[["right", "left"]])
    plain = MeasuredReservoir(U, STATES).fit()
    assert plain.get_feature_names_out()[0] == "measuredreservoir0"


def test_copies_and_files(measured, tmp_path):
    for twin in (clone(measured).fit(), pickle.loads(pickle.dumps(measured))):
        assert_array_equal(twin.transform(U), STATES)
    save(measured, tmp_path / "measured.liquid")
    assert_array_equal(load(tmp_path / "measured.liquid").transform(U), STATES)


def test_later_changes_of_the_arrays_change_nothing():
    inputs, states = U.copy(), STATES.copy()
    measured = MeasuredReservoir(inputs, states).fit()
    inputs[...] = states[...] = 7
    assert_array_equal(measured.transform(U), STATES)


def test_a_regressor_on_recordings_is_the_one_on_the_live_reservoir():
    y, settings = np.roll(U[:, 0], 2), {"readout": RidgeReadout(1e-3), "washout": 10, "chunk_size": 7}
    models = [
        ReservoirRegressor(one, **settings).fit(U[:50], y[:50])
        for one in (EchoStateReservoir(6, random_state=0), MeasuredReservoir(U, STATES))
    ]
    live, recorded = (model.predict(U[50:], state=model.state_) for model in models)
    assert_array_equal(recorded, live)
    assert_allclose(recorded, models[1].predict(U)[50:], rtol=1e-9)
    stream = ReservoirRegressor(MeasuredReservoir(U, STATES), **settings)
    stream.partial_fit((U[rows], y[rows]) for rows in (slice(0, 20), slice(20, 50)))
    assert_allclose(stream.predict(U), models[1].predict(U), rtol=1e-9)
    by_hand = RidgeReadout(1e-3).fit(np.hstack([STATES, U])[10:50], y[10:50])
    assert_allclose(recorded, by_hand.predict(np.hstack([STATES, U])[50:]), rtol=1e-9)
    with pytest.raises(ValueError, match="begins at step 50"):
        models[1].predict(U[50:])


def test_trials_on_recordings():
    states, labels = LIVE.transform(TRIALS), ["a", "b", "a"]
    pair = [
        ReservoirClassifier(one, views=None).fit(TRIALS, labels).decision_function(TRIALS)
        for one in (EchoStateReservoir(6, random_state=0), MeasuredReservoir(TRIALS, states))
    ]
    assert_allclose(*pair, rtol=1e-9)


def test_a_stack_may_begin_with_a_recording():
    layers = [MeasuredReservoir(U, STATES), EchoStateReservoir(5, random_state=1)]
    stack = StackedReservoir(layers).fit(U)
    assert_array_equal(stack.transform(U)[:, :6], STATES)


def test_outputs_cannot_be_fed_back(measured):
    with pytest.raises(ValueError, match="'reservoir' must be one that can be driven, as forecasts are fed back"):
        Forecaster(measured).fit(U)
    y = U[:, 0]
    fed_back = np.column_stack([np.append(0, y[:-1]), U])
    model = ReservoirRegressor(MeasuredReservoir(fed_back, STATES), feedback=True).fit(U, y)
    with pytest.raises(ValueError, match="a measured reservoir cannot be driven"):
        model.predict(U)
    with pytest.raises(ValueError, match="cannot be driven by outputs that are fed back"):
        measured.close_loop(lambda row: row[:, :1], U.copy(), 1, measured.rest())
