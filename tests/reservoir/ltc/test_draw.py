import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from reservoir import LTCLiquid, Synapses
from reservoir.ltc.draw import softplus
from reservoir.topology import AutoNCP, FullyConnected, RandomWiring, Wiring

U = np.random.RandomState(0).standard_normal((10, 5))
BOTH = pytest.mark.parametrize("synapse", ["conductance", "gate"])


def test_synapses_follow_the_recipe():
    liquid = LTCLiquid(500, gain=0.9, coupling=8.0, random_state=0).fit(U)
    recurrent, sensory = liquid.recurrent_synapses_, liquid.input_synapses_
    assert set(np.diff(recurrent.conductance.indptr)) == {6}
    assert set(np.diff(sensory.conductance.indptr)) == {3}
    assert 0.8 < recurrent.slope.mean() / (4 * np.sqrt(6)) * 8 / (1 + 8 / 2) < 0.91
    assert_allclose([recurrent.slope.min(), recurrent.slope.max()] / recurrent.slope.mean(), [0.75, 1.25], atol=0.01)
    assert abs(recurrent.conductance.sum(axis=1).mean() - 8.0) < 0.1
    assert -0.1 <= recurrent.midpoint.min() < -0.099 and 0.099 < recurrent.midpoint.max() <= 0.1
    for synapses in (recurrent, sensory):
        assert set(synapses.reversal) == {-1.0, 1.0}
        assert abs(synapses.reversal.mean()) < 0.1
    for values, low, high in [(sensory.conductance.data, 0.5, 1.5), (sensory.slope, 1, 3), (sensory.midpoint, -1, 1)]:
        assert low <= values.min() < low + 0.01 and high - 0.01 < values.max() <= high
    assert_array_equal(np.sign(recurrent.reversal), np.sign(liquid.recurrent_weights_.data))


@pytest.mark.parametrize("topology", ["shift", "small_world", FullyConnected(60), RandomWiring(60), AutoNCP(60, 10)])
def test_gain_of_the_synapses_is_never_exceeded(topology):
    gains = []
    for seed in range(5):
        liquid = LTCLiquid(60, topology=topology, gain=0.8, random_state=seed).fit(U)
        synapses = liquid.recurrent_synapses_
        loop = liquid.recurrent_weights_.toarray()
        total = liquid.leak_conductance_ + np.abs(loop).sum(axis=1) / 2
        loop[loop != 0] *= synapses.slope / 4
        gains.append(np.abs(np.linalg.eigvals(loop / total[:, None])).max())
    assert max(gains) <= 0.8 + 1e-8
    # A wiring that is two thirds excitatory has more gain than the number of its synapses says, and is scaled to it.
    assert isinstance(topology, (str, AutoNCP)) or min(gains) > 0.8 - 1e-8


@pytest.mark.parametrize("topology", ["small_world", FullyConnected(60), RandomWiring(60, sparsity_level=0.5)])
def test_unbalanced_graphs_forget_their_start(topology):
    u = np.random.RandomState(0).standard_normal((1200, 1))
    for seed in range(3):
        liquid = LTCLiquid(60, topology=topology, random_state=seed).fit(u)
        start = np.random.RandomState(seed).uniform(-1, 1, liquid.n_units_)
        assert_allclose(liquid.run(u, start)[1], liquid.run(u)[1], atol=1e-9)


def test_units_follow_the_recipe():
    liquid = LTCLiquid(2000, random_state=0).fit(U)
    assert 0.3 <= liquid.capacitance_.min() < 0.302 and 9.9 < liquid.capacitance_.max() <= 10
    assert abs(np.median(liquid.capacitance_) - np.sqrt(3)) < 0.2
    assert np.all(liquid.leak_conductance_ == 1)
    strong = LTCLiquid(50, leak_conductance=np.linspace(1, 4, 50), random_state=0).fit(U)
    ratio = strong.recurrent_synapses_.conductance.sum(axis=1) / strong.leak_conductance_
    assert_allclose(ratio, LTCLiquid(50, random_state=0).fit(U).recurrent_synapses_.conductance.sum(axis=1))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_ncps_starts_from_its_own_ranges(dtype):
    liquid = LTCLiquid(init="ncps", topology=FullyConnected(60), dtype=dtype, random_state=0).fit(U)
    recurrent, sensory = liquid.recurrent_synapses_, liquid.input_synapses_
    assert recurrent.conductance.nnz == 3600 and sensory.conductance.nnz == 300 and liquid.n_substeps_ == 6
    positive = softplus(np.array([0.001, 1.0]))
    ranges = [(liquid.leak_potential_, -0.2, 0.2), (liquid.leak_conductance_, *positive)]
    ranges.append((liquid.capacitance_, *softplus(np.array([0.4, 0.6]))))
    for part in (recurrent, sensory):
        ranges += [(part.conductance.data, *positive), (part.slope, 3, 8), (part.midpoint, 0.3, 0.8)]
    for values, low, high in ranges:
        reach = high - low
        assert low - 1e-6 <= values.min() < low + 0.1 * reach and high - 0.1 * reach < values.max() <= high + 1e-6
    without_wiring = LTCLiquid(300, init="ncps", random_state=0).fit(U)
    assert abs(np.mean(without_wiring.recurrent_synapses_.reversal > 0) - 2 / 3) < 0.05
    assert set(np.diff(without_wiring.input_synapses_.conductance.indptr)) == {5}


def test_softplus_is_the_logarithm_of_one_more():
    assert_allclose(softplus(np.array([-800.0, 0, 1, 800])), [0, np.log(2), np.log(1 + np.e), 800])


@BOTH
@pytest.mark.parametrize(("input_degree", "expected"), [(None, 3), (1, 1), (2, 2), (5, 5), (99, 5)])
def test_units_hear_as_many_inputs_as_they_are_told(synapse, input_degree, expected):
    liquid = LTCLiquid(100, synapse=synapse, input_degree=input_degree, random_state=0).fit(U)
    received = liquid.input_weights_ != 0
    assert_array_equal(received.sum(axis=1), expected)
    assert received.sum(axis=0).min() > 0.6 * 100 * expected / 5, "no input is preferred"


@BOTH
def test_input_scaling_is_a_factor_on_what_inputs_open(synapse):
    one, three = (LTCLiquid(30, synapse=synapse, input_scaling=s, random_state=0).fit(U) for s in (1.0, 3.0))
    assert_allclose(three.input_weights_, 3 * one.input_weights_, rtol=1e-14)
    mute = LTCLiquid(30, synapse=synapse, input_scaling=0.0, random_state=0).fit(U)
    assert_array_equal(mute.transform(U), mute.transform(-9 * U))


@BOTH
@pytest.mark.parametrize("init", ["reservoir", "ncps"])
def test_a_wiring_says_who_listens_and_with_which_sign(synapse, init):
    wiring = AutoNCP(40, 6).build(5)
    liquid = LTCLiquid(topology=wiring, synapse=synapse, init=init, random_state=0).fit(U)
    assert liquid.n_units_ == 40
    assert_array_equal(np.sign(liquid.input_weights_), wiring.sensory.toarray())
    effect = liquid.recurrent_weights_.toarray()
    assert_array_equal(effect != 0, wiring.recurrent.toarray() != 0)
    if synapse == "conductance":
        assert_array_equal(np.sign(effect), wiring.recurrent.toarray())
    unbuilt = LTCLiquid(topology=AutoNCP(40, 6), synapse=synapse, init=init, random_state=0).fit(U)
    assert_array_equal(unbuilt.transform(U), liquid.transform(U))
    assert set(wiring.recurrent.data) == {-1, 1}, "the wiring is still its owner's"


def test_a_unit_of_a_wiring_may_hear_nothing():
    lonely = Wiring(np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 0]]), np.array([[1], [0], [0]]), 1)
    for synapse in ("conductance", "gate"):
        states = LTCLiquid(topology=lonely, synapse=synapse, random_state=0).fit_transform(U[:, :1])
        assert np.isfinite(states).all() and np.any(states[:, 0] != 0)


@pytest.mark.parametrize("topology", ["shift", "random", "orthogonal", AutoNCP(60, 10), "delay_line"])
@pytest.mark.parametrize("coupling", [0.5, 1.0, 8.0])
def test_gain_of_the_gates_is_met(topology, coupling):
    liquid = LTCLiquid(60, topology=topology, synapse="gate", gain=0.8, coupling=coupling, random_state=1).fit(U)
    loop = liquid.reversal_[:, None] * liquid.recurrent_weights_.toarray()
    radius = np.abs(np.linalg.eigvals(loop)).max() * coupling / 4 / (1 + coupling / 2)
    if topology == "delay_line":  # no loop to scale
        assert radius == 0 and np.any(loop)
    else:
        assert abs(radius - 0.8) < 1e-8
    assert_allclose(liquid.gate_conductance_, coupling)
    assert set(liquid.reversal_) == {-1.0, 1.0}
    assert -1 <= liquid.bias_.min() < -0.9 and 0.9 < liquid.bias_.max() <= 1


def test_gain_of_the_gates_is_met_for_given_potentials():
    reversal = np.linspace(0.5, 2, 40)
    liquid = LTCLiquid(40, synapse="gate", reversal=reversal, gain=1.0, random_state=1).fit(U)
    loop = reversal[:, None] * liquid.recurrent_weights_.toarray()
    assert abs(np.abs(np.linalg.eigvals(loop)).max() / 4 / 1.5 - 1) < 1e-8
    assert_array_equal(liquid.reversal_, reversal)


@BOTH
@pytest.mark.parametrize("container", [np.asarray, csr_array, np.ndarray.tolist])
def test_signed_matrices_are_used_as_they_are(synapse, container):
    recurrent, sensory = np.array([[0.0, 2.0], [-3.0, 0.0]]), np.array([[1.0], [-0.5]])
    for given in ({"recurrent_weights": container(recurrent)}, {"topology": container(recurrent)}):
        liquid = LTCLiquid(**given, input_weights=container(sensory), synapse=synapse, random_state=0).fit(U[:, :1])
        assert_array_equal(liquid.recurrent_weights_.toarray(), recurrent)
        assert_array_equal(liquid.input_weights_, sensory)
    if synapse == "conductance":
        assert_array_equal(liquid.recurrent_synapses_.conductance.data, [2, 3])
        assert_array_equal(liquid.recurrent_synapses_.reversal, [1, -1])


def test_a_whole_circuit_can_be_handed_over():
    drawn = LTCLiquid(20, random_state=0).fit(U)
    copy = LTCLiquid(
        recurrent_weights=drawn.recurrent_synapses_, input_weights=drawn.input_synapses_,
        capacitance=drawn.capacitance_, leak_potential=drawn.leak_potential_,
    )  # fmt: skip
    assert_array_equal(copy.fit_transform(U), drawn.transform(U))
    gates = LTCLiquid(20, synapse="gate", random_state=0).fit(U)
    copy = LTCLiquid(
        synapse="gate", recurrent_weights=gates.recurrent_weights_, input_weights=gates.input_weights_,
        bias=gates.bias_, reversal=gates.reversal_, capacitance=gates.capacitance_,
    )  # fmt: skip
    assert_array_equal(copy.fit_transform(U), gates.transform(U))


def test_units_are_centred_on_half_open_synapses():
    liquid = LTCLiquid(30, random_state=0).fit(U)
    recurrent = liquid.recurrent_synapses_._with_data(
        liquid.recurrent_synapses_.conductance.data * liquid.recurrent_synapses_.reversal
    )
    current = recurrent.sum(axis=1) / 2 + liquid.input_synapses_.mean_current(1.0)
    assert_allclose(liquid.leak_potential_, -current, rtol=1e-12)
    gates = LTCLiquid(30, synapse="gate", leak_conductance=2.0, coupling=3.0, random_state=0).fit(U)
    assert_allclose(gates.leak_potential_, -6 / 2 * gates.reversal_ / 2, rtol=1e-14)
    given = LTCLiquid(30, leak_potential=0.25, random_state=0).fit(U)
    assert np.all(given.leak_potential_ == 0.25)


@pytest.mark.parametrize(("slope", "midpoint"), [(0.0, 0.0), (0.0, 3.0), (5.0, 1000.0), (-5.0, 1000.0), (1e200, 0.0)])
def test_synapses_of_any_slope_and_midpoint_can_be_centred(slope, midpoint):
    recurrent = Synapses(np.ones((3, 3)), slope, midpoint, 1.0)
    sensory = Synapses(np.ones((3, 5)), slope, midpoint, -1.0)
    for given in ({"recurrent_weights": recurrent}, {"recurrent_weights": np.eye(3), "input_weights": sensory}):
        liquid = LTCLiquid(**given, random_state=0).fit(U)
        assert np.isfinite(liquid.leak_potential_).all() and np.isfinite(liquid.transform(U)).all()


@BOTH
def test_weights_have_to_have_the_units_of_the_wiring(synapse):
    # Without a check the kernel would read past the end of the input weights.
    for n_units in (5, 20):
        liquid = LTCLiquid(topology=AutoNCP(12, 3), synapse=synapse, recurrent_weights=np.eye(n_units))
        with pytest.raises(
            ValueError, match=f"'recurrent_weights' must have the 12 units of the wiring; got {n_units}"
        ):
            liquid.fit(U)
    synapses = Synapses(np.eye(20), 1.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="'recurrent_weights' must have the 12 units of the wiring; got 20"):
        LTCLiquid(topology=AutoNCP(12, 3), recurrent_weights=synapses).fit(U)


def test_synapses_that_do_not_fit_are_refused():
    five = Synapses(np.eye(5), 1.0, 0.0, 1.0)
    with pytest.raises(ValueError, match=r"'input_weights' must have a conductance of shape \(8, 5\); got \(5, 5\)"):
        LTCLiquid(8, input_weights=five).fit(U)
    with pytest.raises(ValueError, match="'recurrent_weights' must have a conductance of shape"):
        LTCLiquid(recurrent_weights=Synapses(np.ones((5, 8)), 1.0, 0.0, 1.0)).fit(U)
    with pytest.raises(ValueError, match="'recurrent_weights' and 'input_weights' must be matrices for synapse='gate'"):
        LTCLiquid(5, synapse="gate", input_weights=five).fit(U)


@pytest.mark.parametrize(
    ("synapse", "bad"),
    [
        ("conductance", {"gain": 1e308}),
        ("conductance", {"coupling": 1e308}),
        ("conductance", {"coupling": 1e-320}),
        ("conductance", {"leak_conductance": 1e308}),
        ("gate", {"gain": 1e308}),
        ("gate", {"coupling": 1e-320}),
    ],
)
def test_numbers_too_far_from_one_are_named(synapse, bad):
    with pytest.raises(ValueError, match=f"'{next(iter(bad))}'.* must give .*finite"):
        LTCLiquid(8, synapse=synapse, random_state=0, **bad).fit(U)


def test_a_gain_as_small_as_numbers_go_leaves_synapses_flat():
    liquid = LTCLiquid(8, gain=1e-320, random_state=0).fit(U)
    assert 0 <= liquid.recurrent_synapses_.slope.max() < 1e-318
    assert np.isfinite(liquid.transform(U)).all()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"leak_conductance": 1e-320}, "'leak_potential' must be finite .* follow from .*'leak_conductance'"),
        ({"capacitance": 1e-320, "solver": "euler"}, "'capacitance' must be larger for an explicit solver"),
        ({"coupling": 1e30, "solver": "rk4"}, "Else lower 'leak_conductance', 'coupling' or 'input_scaling'"),
        (
            {"synapse": "gate", "reversal": 1e308, "solver": "fused"},
            "'gain', 'coupling' and 'reversal' must give finite",
        ),
        ({"capacitance": 1e39, "dtype": "float32"}, "'capacitance' must be finite in float32"),
        ({"leak_conductance": 1e39, "dtype": "float32"}, "must be finite in float32"),
    ],
)
def test_an_overflow_is_said_of_what_it_follows_from(bad, message):
    with pytest.raises(ValueError, match=message):
        LTCLiquid(8, random_state=0, **bad).fit(U)
