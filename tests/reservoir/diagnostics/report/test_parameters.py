"""Which parameters do what, which of them count, and their values."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir import (
    NVAR,
    AdaptiveReservoir,
    CfCLiquid,
    CTRNNLiquid,
    DelayNodeReservoir,
    EchoStateReservoir,
    LeakyIntegrateAndFire,
    LegendreMemory,
    LIFLiquid,
    LTCLiquid,
    PerfectIntegrateAndFire,
    ResidualReservoir,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.diagnostics.report.parameters import (
    MOST,
    ROLES,
    WHOLE,
    keys_of,
    origin_of,
    owner_of,
    present,
    scaled,
    usual,
)
from reservoir.plasticity import IntrinsicPlasticity
from reservoir.spiking import Neuron, neurons

CLASSES = [
    EchoStateReservoir, ResidualReservoir, CTRNNLiquid, LTCLiquid, CfCLiquid, LIFLiquid, LegendreMemory, NVAR,
    DelayNodeReservoir,
]  # fmt: skip
NEURONS = [
    one for one in vars(neurons).values() if isinstance(one, type) and issubclass(one, Neuron) and one is not Neuron
]


def test_every_name_is_a_parameter_of_some_class():
    known = {name for cls in [*CLASSES, *NEURONS] for name in cls().get_params()}
    assert {name for names in ROLES.values() for name in names} | {*MOST, *WHOLE} <= known


@pytest.mark.parametrize(
    ("role", "expected", "reservoir"),
    [
        ("recurrence", ["spectral_radius"], EchoStateReservoir()),
        ("recurrence", ["recurrent_weights"], EchoStateReservoir(recurrent_weights=[[0.5]])),
        ("recurrence", ["topology"], EchoStateReservoir(topology=np.eye(3))),
        ("recurrence", ["gain"], LTCLiquid()),
        ("recurrence", ["gain"], CfCLiquid()),
        ("recurrence", ["recurrent_scaling"], LIFLiquid()),
        ("recurrence", [], NVAR()),
        ("recurrence", ["feedback"], DelayNodeReservoir(5)),
        ("background", ["background_current", "threshold"], LIFLiquid()),
        ("background", ["background_current", "neuron__threshold"], SpikingLiquid(neuron=LeakyIntegrateAndFire())),
        ("background", ["background_current"], SpikingLiquid()),
        ("input", ["input_scaling"], CTRNNLiquid()),
        ("input", ["input_weights"], CTRNNLiquid(input_weights=np.ones((100, 1)))),
        ("bias", ["bias_scaling"], CTRNNLiquid()),
        ("bias", ["bias"], CTRNNLiquid(bias=3.0)),
        ("bias", [], LTCLiquid()),
        ("time", ["leak_rate"], EchoStateReservoir()),
        ("time", ["tau_range"], CTRNNLiquid()),
        ("time", ["diffusion", "tau_range"], CTRNNLiquid(form="antisymmetric")),
        ("time", ["capacitance"], LTCLiquid()),
        ("time", ["delay"], NVAR()),
        (
            "recurrence",
            ["layer1__spectral_radius", "layer2__gain"],
            StackedReservoir([EchoStateReservoir(), LTCLiquid()]),
        ),
        ("recurrence", ["reservoir__spectral_radius"], AdaptiveReservoir(EchoStateReservoir(), IntrinsicPlasticity())),
    ],
)
def test_parameters_that_are_used_are_named(role, expected, reservoir):
    assert keys_of(reservoir.fit(np.arange(5.0)[:, None]), role) == expected


def test_the_owner_of_a_parameter_is_found_on_any_level():
    inner = StackedReservoir([EchoStateReservoir(5), LTCLiquid(6)])
    stack = StackedReservoir([inner, CfCLiquid(7)]).fit([[0.0]])
    assert owner_of(stack, "layer1__layer2__gain").n_units == 6
    assert owner_of(stack, "layer2__gain").n_units == 7
    adapted = AdaptiveReservoir(EchoStateReservoir(5), IntrinsicPlasticity()).fit(np.ones((5, 1)))
    assert owner_of(adapted, "reservoir__leak_rate") is adapted.reservoir_


@pytest.mark.parametrize(
    ("value", "reservoir", "key"),
    [
        (0.3, EchoStateReservoir(), "leak_rate"),
        (1.0, LTCLiquid(), "gain"),
        (0.9, LTCLiquid(synapse="gate"), "gain"),
        (0.7, CfCLiquid(mode="no_gate"), "gain"),
        (5.0, CTRNNLiquid(form="antisymmetric"), "tau_range"),
        (None, EchoStateReservoir(), "bias"),
        (None, NVAR(), "dtype"),
    ],
)
def test_none_stands_for_what_the_class_takes_it_for(value, reservoir, key):
    assert present(reservoir.fit([[0.0]]), key) == (value if key != "dtype" else "float64")


def test_what_is_drawn_is_read_off_the_fitted_reservoir():
    low, high = present(CTRNNLiquid(random_state=0).fit([[0.0]]), "tau_range")
    assert low == pytest.approx(1, rel=0.1) and high == pytest.approx(10, rel=0.1)
    drawn = EchoStateReservoir(spectral_radius=None, topology="random", random_state=0).fit([[0.0]])
    largest = np.abs(np.linalg.eigvals(drawn.recurrent_weights_.toarray())).max()
    assert present(drawn, "spectral_radius") == pytest.approx(largest)


@pytest.mark.parametrize(
    ("value", "reservoir", "key"),
    [
        (0.9, EchoStateReservoir(spectral_radius=3.0), "spectral_radius"),
        (1.0, LTCLiquid(gain=5.0), "gain"),
        (5.0, CTRNNLiquid(form="antisymmetric", tau_range=1e3), "tau_range"),
        (None, EchoStateReservoir(bias=3.0), "bias"),
        (None, EchoStateReservoir(topology=[[0.5]]), "topology"),
        (0.0, LIFLiquid(noise=5.0), "noise"),
    ],
)
def test_the_usual_value_is_the_default(value, reservoir, key):
    assert usual(reservoir.fit([[0.0]]), key) == value


CELLS = {"threshold": -50.0, "resting": -65.0, "reset": -65.0}


@pytest.mark.parametrize("liquid", [LIFLiquid(9, **CELLS), SpikingLiquid(9, neuron=LeakyIntegrateAndFire(**CELLS))])
def test_thresholds_are_measured_from_rest_and_have_a_default_only_where_it_is_one(liquid):
    stack = StackedReservoir([EchoStateReservoir(9, degree=2), liquid]).fit([[0.0]])
    key = next(one for one in keys_of(stack, "background") if one.endswith("threshold"))
    assert key in ("layer2__threshold", "layer2__neuron__threshold")
    assert owner_of(stack, key).n_units_ == 9 and origin_of(stack, key) == -65.0
    assert present(stack, key) == -50.0 and usual(stack, key) is None
    assert usual(LIFLiquid(9, threshold=20.0).fit([[0.0]]), "threshold") == 15.0
    assert scaled("threshold", -50.0, 0.5, -65.0) == -57.5
    assert scaled("threshold", (-50.0, -55.0), 2.0, -65.0) == (-35.0, -45.0)
    np.testing.assert_array_equal(scaled("threshold", [-50.0, -55.0], 2.0, -65.0), [-35.0, -45.0])


def test_a_background_that_is_drawn_is_what_just_makes_units_fire():
    assert present(LIFLiquid(9, **CELLS).fit([[0.0]]), "background_current") == 15.0
    perfect = SpikingLiquid(9, neuron=PerfectIntegrateAndFire()).fit([[0.0]])
    assert present(perfect, "background_current") == 0.0


def test_times_and_names_do_not_matter_to_a_default():
    liquid = CTRNNLiquid(9, degree=2, tau_range=1e4, elapsed_column=0).fit([[1.0, 2.0]])
    assert usual(liquid, "tau_range")[1] < 10.5


def test_scaled_values_keep_their_kind():
    assert scaled("gain", 3, 0.333) == 1.0
    assert scaled("tau_range", (1.0, 10.0), 0.5) == (0.5, 5.0)
    assert scaled("leak_rate", (0.1, 0.6), 2.0) == (0.2, 1.0)
    assert scaled("delay", 1, 4.0) == 4 and isinstance(scaled("delay", 3, 0.5), int)
    assert np.array_equal(scaled("bias", [1.0, 2.0], 2.0), [2.0, 4.0])
    assert np.array_equal(scaled("leak_rate", np.array([0.1, 0.9]), 2.0), [0.2, 1.0])
    assert scaled("recurrent_weights", csr_array([[1.0, 0.0]]), 2.0).toarray().tolist() == [[2.0, 0.0]]


@pytest.mark.parametrize("as_what", [list, tuple, np.array])
def test_a_scaling_for_each_channel_is_scaled_as_an_array(as_what):
    reservoir = EchoStateReservoir(5, degree=2, input_scaling=as_what([0.123, 4.0])).fit([[0.0, 0.0]])
    value = present(reservoir, "input_scaling")
    assert np.array_equal(scaled("input_scaling", value, 0.5), [0.0615, 2.0])
    assert keys_of(reservoir, "input") == ["input_scaling"]
    given = EchoStateReservoir(input_weights=np.ones((100, 2)), input_scaling=[1.0, 2.0]).fit([[0.0, 0.0]])
    assert keys_of(given, "input") == ["input_weights"]


def test_arrays_of_other_libraries_are_scaled_as_arrays():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: pip install pandas")
    reservoir = CTRNNLiquid(5, degree=2, input_scaling=pandas.Series([0.5, 4.0])).fit([[0.0, 0.0]])
    assert np.array_equal(scaled("input_scaling", present(reservoir, "input_scaling"), 2.0), [1.0, 8.0])


def test_a_gain_of_the_skip_path_counts_where_it_is_given():
    assert "skip_gain" not in keys_of(ResidualReservoir(5).fit([[0.0]]), "recurrence")
    assert "skip_gain" in keys_of(ResidualReservoir(5, skip_gain=0.5).fit([[0.0]]), "recurrence")


def test_a_switch_of_the_same_name_is_no_number_to_be_raised():
    class Switched(EchoStateReservoir):
        def __init__(self, n_units=5, *, degree=2, feedback=True):
            super().__init__(n_units, degree=degree)
            self.feedback = feedback

    assert keys_of(Switched().fit([[0.0]]), "recurrence") == []
