"""Input channels with scalings of their own, which reach a share of the units, in every reservoir that scales them."""

import pickle

import numpy as np
import pytest
from builders import VARIANTS, assert_same, build, series, weights_of
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import kstest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from reservoir import (
    AdaptiveReservoir,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    LIFLiquid,
    LTCLiquid,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    StackedReservoir,
    load,
    save,
)
from reservoir.datasets import load_japanese_vowels
from reservoir.diagnostics import diagnose
from reservoir.plasticity import IntrinsicPlasticity
from reservoir.topology import AutoNCP

N_FEATURES = 5
X = series(60, N_FEATURES)
FACTORS = np.array([0.5, 4.0, 1.0, 2.0, 0.25])  # powers of 2, which round nothing
# Conductances of inputs are scaled, and not the inputs that open them; a memory cell has input weights of its own.
LINEAR = {name: {"mixed_memory": False} if "memory" in name else {} for name in VARIANTS if "LTC" not in name}
LINEAR["LTC gate rk4"] = {}
MORE = {
    "LTC gate wired": (LTCLiquid, {"synapse": "gate", "topology": AutoNCP(13, 3)}),
    "CfC backbone": (CfCLiquid, {"backbone_layers": 2, "backbone_units": 7}),
    "CfC pure": (CfCLiquid, {"mode": "pure"}),
}
KINDS = [
    "EchoState random", "Residual cyclic", "CTRNN shift", "delay node", "LTC shift", "LTC gate rk4", "CfC dense",
    "LIF random", "Izhikevich random",
]  # fmt: skip


def built(name, **parameters):
    cls, own = VARIANTS[name] if name in VARIANTS else MORE[name]
    return build(cls, **own | parameters)


def input_weights_of(reservoir):
    """One matrix (n_units, n_inputs) for each of the weights that the input goes through first."""
    if not isinstance(reservoir, CfCLiquid):
        return [reservoir.input_weights_]
    cell = reservoir.weights_[0]
    first = cell.backbone[:1] or cell.heads
    return [weights[:, : cell.n_inputs] for weights, _ in first]


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("name", [*LINEAR, *MORE])
def test_a_scaling_of_a_channel_is_one_of_its_column(name):
    reservoir = built(name, **LINEAR.get(name, {}))
    scaled = clone(reservoir).set_params(input_scaling=FACTORS * reservoir.input_scaling)
    assert_array_equal(scaled.fit(X).transform(X), reservoir.fit(X).transform(X * FACTORS))


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_a_scaling_of_a_channel_is_one_of_its_spikes():
    spikes, factors = np.random.RandomState(0).poisson(0.5, (80, N_FEATURES)), np.array([1, 4, 2, 8, 1])
    one = LIFLiquid(30, input="spikes", input_scaling=6.0, random_state=0).fit(spikes)
    several = LIFLiquid(30, input="spikes", input_scaling=6.0 * factors, random_state=0).fit(spikes)
    assert_array_equal(several.transform(spikes), one.transform(spikes * factors))
    assert np.any(several.transform(spikes))


@pytest.mark.parametrize("settings", [{}, {"init": "ncps"}, {"topology": AutoNCP(30, 4)}])
def test_a_scaling_of_a_channel_is_one_of_the_conductances_that_it_opens(settings):
    one, several = (
        LTCLiquid(30, random_state=0, input_scaling=scaling, **settings).fit(X) for scaling in (1.0, FACTORS)
    )
    assert_array_equal(several.input_weights_, one.input_weights_ * FACTORS)
    for name in ("slope", "midpoint", "reversal"):
        assert_array_equal(getattr(several.input_synapses_, name), getattr(one.input_synapses_, name))
    assert_same(several.recurrent_synapses_, one.recurrent_synapses_)


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("name", VARIANTS)
def test_one_number_is_that_of_every_channel(name):
    reservoir = built(name)
    same = clone(reservoir).set_params(input_scaling=[reservoir.input_scaling] * N_FEATURES)
    assert_same(weights_of(reservoir.fit(X)), weights_of(same.fit(X)))


@pytest.mark.parametrize(
    ("reservoir", "last"),
    [
        (LTCLiquid(20, random_state=3), [1.3308005777448733, 0.6249957687669858, 0.0, 0.972836359489652, 0.0]),
        (LIFLiquid(20, random_state=3),
         [-7.527629928684903, 0.7267590833099847, 3.5143080776285345, 1.0528958283528178, -5.9740368829357795]),
        (LIFLiquid(20, input="spikes", input_degree=3, random_state=3),
         [23.763016047655743, 12.19820096524342, 3.187634434950129, 0.0, 0.0]),
    ],
)  # fmt: skip
def test_what_is_drawn_by_default_stays_what_it_was(reservoir, last):
    # As drawn before there was a density.
    assert_allclose(reservoir.fit(np.zeros((1, N_FEATURES))).input_weights_[-1], last, rtol=1e-14)


def test_cells_that_are_drawn_by_default_stay_what_they_were():
    liquid = CfCLiquid(20, random_state=3, input_scaling=0.7).fit(X)
    last = [-0.28276707592064226, 0.11551808965142585, 0.35090975559757975, -0.3370460811941389, -0.05260349405436465]
    assert_allclose(np.hstack([weights for weights, _ in liquid.weights_[0].heads])[-1, -5:], last, rtol=1e-14)


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("density", [0.2, 0.5])
@pytest.mark.parametrize("name", [*KINDS, "CfC backbone", "CfC pure"])
def test_every_channel_reaches_its_share_of_the_units(name, density):
    reservoir = built(name, input_density=density, n_units=40).fit(X)
    weights, *others = input_weights_of(reservoir)
    reached = weights != 0
    assert reached.sum() == round(density * weights.size)
    assert np.ptp(reached.sum(axis=0)) <= 1 and np.ptp(reached.sum(axis=1)) <= 1
    for other in others:
        assert_array_equal(other != 0, reached)  # all heads of a unit hear the same channels
    assert np.isfinite(reservoir.transform(X)).all()


def test_with_one_over_the_channels_a_unit_hears_a_single_one():
    # As in Pathak et al. 2018: each unit of the reservoir receives one component of the input.
    reservoir = EchoStateReservoir(200, input_density=1 / N_FEATURES, input_scaling=FACTORS, random_state=0).fit(X)
    heard = reservoir.input_weights_ != 0
    assert np.all(heard.sum(axis=1) == 1) and np.all(heard.sum(axis=0) == 200 / N_FEATURES)
    assert np.all(np.abs(reservoir.input_weights_).max(axis=0) <= FACTORS)


@pytest.mark.parametrize("cls", [EchoStateReservoir, CfCLiquid])
def test_a_density_leaves_the_other_weights_as_they_are(cls):
    full, half = (cls(30, input_density=density, random_state=0).fit(X) for density in (1.0, 0.5))
    for all_of, half_of in zip(input_weights_of(full), input_weights_of(half), strict=True):
        assert_array_equal(half_of, np.where(half_of != 0, all_of, 0))
    if cls is EchoStateReservoir:
        assert_same([full.recurrent_weights_, full.bias_], [half.recurrent_weights_, half.bias_])


def test_a_unit_of_spikes_receives_the_variance_that_it_is_told():
    # Weights are normal: the variance of a unit's input is the mean of those of the channels that it hears.
    for density in (0.2, 0.5, 1.0):
        liquid = LIFLiquid(1000, degree=1, input_scaling=FACTORS, input_density=density, random_state=0)
        weights = liquid.fit(np.zeros((1, N_FEATURES))).input_weights_
        heard = weights != 0
        shares = weights / FACTORS * np.sqrt(heard.sum(axis=1, keepdims=True))
        assert kstest(shares[heard], "norm").pvalue > 0.05


@pytest.mark.parametrize("cls", [LTCLiquid, LIFLiquid])
def test_a_degree_and_a_density_are_not_both_taken(cls):
    liquid = cls(20, input_degree=2, input_density=0.5, random_state=0)
    with pytest.raises(ValueError, match="'input_density' must be None where 'input_degree' is given; got 0.5 with"):
        liquid.fit(X)
    for name in ("input_degree", "input_density"):
        clone(liquid).set_params(**{name: None}).fit(X)


@pytest.mark.parametrize("settings", [{}, {"synapse": "gate"}])
def test_a_wiring_says_itself_who_hears_the_input(settings):
    wired = LTCLiquid(topology=AutoNCP(20, 4), input_density=0.5, random_state=0, **settings)
    with pytest.raises(ValueError, match="'input_density' must be None with a wiring, .*; got 0.5. Choose these"):
        wired.fit(X)
    clone(wired).set_params(topology="random").fit(X)
    cells = CfCLiquid(topology=AutoNCP(20, 4), input_density=0.5, random_state=0)
    with pytest.raises(ValueError, match="'input_density' must be 1.0 with a wiring"):
        cells.fit(X)
    cells.set_params(topology=None).fit(X)


@pytest.mark.parametrize("name", [name for name in KINDS if "CfC" not in name])
@pytest.mark.parametrize(
    ("parameter", "value"), [("input_scaling", [1.0, 2.0]), ("input_scaling", -1.0), ("input_density", 2.0)]
)
def test_what_given_weights_overrule_is_checked_still(name, parameter, value):
    given = built(name, input_weights=np.ones((13, N_FEATURES)))
    given.set_params(input_scaling=FACTORS, input_density=0.5)
    assert_array_equal(np.abs(given.fit(X).input_weights_), 1)
    with pytest.raises(ValueError, match=f"'{parameter}'"):
        given.set_params(**{parameter: value}).fit(X)


def test_what_given_cells_overrule_is_checked_still():
    cells = CfCLiquid(13, random_state=0).fit(X).weights_
    given = CfCLiquid(weights=cells, input_scaling=FACTORS, input_density=0.5).fit(X)
    assert_same(given.weights_, cells)
    for parameter, value in (("input_scaling", [1.0]), ("input_density", 0)):
        with pytest.raises(ValueError, match=f"'{parameter}'"):
            clone(given).set_params(**{parameter: value}).fit(X)


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("name", KINDS)
def test_a_scaling_for_each_channel_is_kept_copied_and_stored(name, tmp_path):
    scaling = FACTORS * built(name).input_scaling
    reservoir = built(name, input_scaling=scaling, input_density=0.4).fit(X)
    states = reservoir.transform(X)
    for other in (clone(reservoir).fit(X), pickle.loads(pickle.dumps(reservoir))):
        assert_array_equal(other.input_scaling, scaling)
        assert_array_equal(other.transform(X), states)
    save(reservoir, tmp_path / "reservoir.skops")
    assert_array_equal(load(tmp_path / "reservoir.skops").transform(X), states)
    assert all(part in repr(reservoir) for part in ("input_density=0.4", "input_scaling=array(["))
    with pytest.raises(ValueError, match=r"one per input channel, shape \(5,\); got shape \(4,\)"):
        clone(reservoir).set_params(input_scaling=scaling[:4]).fit(X)


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("name", KINDS)
def test_what_was_pickled_before_there_was_a_density_has_the_usual_one(name):
    reservoir = built(name).fit(X)
    old = pickle.loads(pickle.dumps(reservoir))
    del old.input_density
    old = pickle.loads(pickle.dumps(old))
    assert old.input_density == built(name).input_density
    assert_array_equal(old.transform(X), reservoir.transform(X))
    assert_array_equal(old.unfitted().fit(X).transform(X), reservoir.transform(X))


@pytest.mark.parametrize("cls", [CTRNNLiquid, LTCLiquid, CfCLiquid])
def test_the_column_of_elapsed_times_is_no_channel(cls):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: pip install pandas")
    frame = pandas.DataFrame({"time": np.full(60, 0.5), "heat": X[:, 0], "rain": X[:, 1]})
    reservoir = cls(20, elapsed_column="time", input_scaling=pandas.Series([1.0, 4.0]), random_state=0).fit(frame)
    plain = cls(20, elapsed_column=0, input_scaling=[1.0, 4.0], random_state=0).fit(frame.to_numpy())
    assert_array_equal(reservoir.transform(frame), plain.transform(frame.to_numpy()))
    with pytest.raises(ValueError, match="'input_scaling' must be one number or one per input channel"):
        clone(plain).set_params(input_scaling=[1.0, 1.0, 4.0]).fit(frame.to_numpy())


def test_channels_of_a_forecaster_are_the_series_then_what_is_known_then_last_season():
    rows, known = series(150, 2), series(150, 1, seed=1)
    reservoir = EchoStateReservoir(20, random_state=0)

    def columns(**settings):
        forecaster = Forecaster(reservoir, transformer=None, washout=5, difference=0, **settings)
        return forecaster.fit(rows, exogenous=known).reservoir_.n_features_in_

    assert (columns(), columns(period=12), columns(period=12, horizon=3)) == (3, 5, 3)
    scaling = [0.1, 0.2, 0.0, 0.4, 0.5]  # nothing of what is known
    deaf = Forecaster(EchoStateReservoir(20, input_scaling=scaling, random_state=0), period=12, passthrough=False)
    deaf.fit(rows, exogenous=known)
    weights = deaf.reservoir_.input_weights_
    assert not weights[:, 2].any() and np.all(np.abs(weights).max(axis=0)[[0, 1, 3, 4]] > 0)
    assert_array_equal(deaf.forecast(4, exogenous=known[:4]), deaf.forecast(4, exogenous=known[:4] + 9))


def test_channels_of_a_regressor_with_feedback_are_the_target_then_the_series():
    reservoir = EchoStateReservoir(20, input_scaling=[0.0, 0.1, 0.2], random_state=0)
    model = ReservoirRegressor(reservoir, feedback=True).fit(series(60, 2), series(60, 1)[:, 0])
    weights = model.reservoir_.input_weights_
    assert not weights[:, 0].any() and weights[:, 1:].all()


def test_channels_of_an_encoder_are_those_of_its_sequences():
    vowels, speakers = (part[::7] for part in load_japanese_vowels("train"))
    reservoir = EchoStateReservoir(30, input_scaling=np.linspace(0.1, 1, 12), input_density=0.25, random_state=0)
    features = SequenceEncoder(reservoir, views=("series", "differences")).fit_transform(vowels)
    assert features.shape == (len(vowels), 60)
    model = ReservoirClassifier(reservoir, random_state=0).fit(vowels, speakers)
    assert model.predict(vowels).shape == speakers.shape


def test_channels_of_an_upper_layer_are_the_units_below():
    first, second = EchoStateReservoir(4, degree=2), EchoStateReservoir(6, degree=2)
    stack = StackedReservoir([first, second], random_state=0, input_to_all=True)
    stack.set_params(layer1__input_scaling=FACTORS, layer2__input_scaling=np.arange(4.0 + N_FEATURES))
    weights = stack.fit(X).layers_[1].input_weights_
    assert weights.shape == (6, 9) and not weights[:, 0].any()
    assert_array_equal(pickle.loads(pickle.dumps(stack)).transform(X), stack.transform(X))


def test_an_adapted_reservoir_keeps_its_scalings():
    reservoir = EchoStateReservoir(20, input_scaling=FACTORS, input_density=0.5, random_state=0)
    adapted = AdaptiveReservoir(reservoir, IntrinsicPlasticity()).fit(X)
    heard = adapted.reservoir_.input_weights_ != 0
    assert_array_equal(heard, reservoir.fit(X).input_weights_ != 0)


def test_scalings_and_densities_are_searched_like_any_number():
    model = ReservoirRegressor(EchoStateReservoir(5, degree=2, random_state=0), washout=5)
    grid = {"reservoir__input_scaling": [0.1, FACTORS, [1.0] * 5], "reservoir__input_density": [0.2, 1.0]}
    search = GridSearchCV(model, grid, cv=TimeSeriesSplit(2)).fit(X, np.roll(X[:, 0], 1))
    assert len(search.cv_results_["params"]) == 6


@pytest.mark.parametrize("as_what", [list, tuple, np.array])
def test_advice_scales_all_channels_alike_and_works(as_what):
    rows = np.random.RandomState(0).uniform(-1, 1, (300, 2))
    loud = EchoStateReservoir(50, input_scaling=as_what([300.0, 100.0]), random_state=0).fit(rows)
    found = diagnose(loud, rows, random_state=0)
    changes = [change for change in found.changes if change.parameter == "input_scaling"]
    assert changes and str(changes[0]).startswith("multiply 'input_scaling' by 0.")
    assert_allclose(np.divide(*changes[0].value), 3.0)
    assert diagnose(clone(loud).set_params(input_scaling=changes[0].value).fit(rows), rows, random_state=0).healthy
