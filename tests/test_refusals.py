"""What every public reservoir refuses by name, itself unchanged: bad series, parameters, states; and overflows."""

import copy
import warnings

import numpy as np
import pandas as pd
import pytest
from builders import CLASSES, N_UNITS, assert_same, build, series, takes
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError

from reservoir import (
    CfCLiquid,
    CTRNNLiquid,
    DelayNodeReservoir,
    EchoStateReservoir,
    LIFLiquid,
    LIFState,
    LTCLiquid,
    MemoryCell,
    SpikingLiquid,
)
from reservoir.topology import AutoNCP, Shift

# Bad input

X = series()
WITH_NAN, WITH_INFINITY, TEXT = X.copy(), X.copy(), X.astype(str).astype(object)
WITH_NAN[7, 3], WITH_INFINITY[7, 3], TEXT[7, 3] = np.nan, np.inf, "text"
BAD_X = {
    "nan": (
        WITH_NAN,
        r"Input X contains NaN. Fill the gaps first, as reservoir.ForwardFill\(\).fit_tr",
    ),
    "nan, 3-D": (WITH_NAN[None], "X contains NaN. Fill the gaps first"),
    "nan, list": ([X, WITH_NAN], r"X\[1\] contains NaN. Fill the gaps first"),
    "nan, frame": (pd.DataFrame(WITH_NAN), "Input X contains NaN. Fill the gaps first"),
    "infinity": (WITH_INFINITY, "Input X contains infinity"),
    "infinity, 3-D": (-WITH_INFINITY[None], "X contains infinity"),
    "1-D": (X[:, 0], "(?s)'X'.*1-D.*[Rr]eshape"),
    "list of 1-D": ([X[:, 0], X[:, 0]], r"'X'.*X\[0\] is 1-D.*[Rr]eshape"),
    "list with a 1-D": ([X, X[:, 0]], r"'X'.*X\[1\] is 1-D.*[Rr]eshape"),
    "empty list": ([], "'X'.*empty list"),
    "empty object array": (np.array([], dtype=object), "'X'.*empty list"),
    "0 steps": (X[:0], "0 sample"),
    "0 steps, list": ([X, X[:0]], r"X\[1\] has 0 steps"),
    "0 features": (X[:, :0], "0 feature"),
    "0 features, list": ([X[:, :0]], "0 feature"),
    "ragged features": ([X, X[:, :3]], r"X\[0\] has 5, X\[1\] has 3"),
    "sparse": (csr_array(X), "Sparse data was passed for X"),
    "sparse, list": ([X, csr_array(X)], r"Sparse data was passed for X\[1\]"),
    "complex": (X + 1j, "Complex data not supported"),
    "complex, 3-D": (X[None] + 1j, "Complex data not supported"),
    "complex, list": ([X + 1j], "Complex data not supported"),
    "object": (np.full((3, 5), object()), "float"),
    "text": (TEXT, "could not convert string to float"),
    "4-D": (np.zeros((2, 2, 3, 5)), "'X'.*4-D"),
    "list of 3-D": ([X[None]], r"X\[0\] is 3-D"),
    "zero sequences": (np.zeros((0, 3, 5)), r"'X'.*\(0, 3, 5\)"),
    "3-D of 0 steps": (np.zeros((2, 0, 5)), r"'X'.*\(2, 0, 5\)"),
    "3-D of 0 features": (np.zeros((2, 3, 0)), r"'X'.*\(2, 3, 0\)"),
    "a number": (5.0, "Expected 2D array"),
    "None": (None, "Expected 2D array"),
}
WRONG_WIDTH = {"2-D": X[:, :3], "3-D": X[None, :, :3], "list": [X[:, :3]], "wider": np.hstack([X, X])}


@pytest.mark.parametrize("case", BAD_X)
def test_bad_input_is_refused_and_changes_nothing(cls, case):
    bad, message = BAD_X[case]
    with pytest.raises((ValueError, TypeError), match=message):
        build(cls).fit(bad)
    liquid = build(cls).fit(X)
    before, states = copy.deepcopy(vars(liquid)), liquid.transform(X)
    with pytest.raises((ValueError, TypeError), match=message):
        liquid.transform(bad)
    with pytest.raises((ValueError, TypeError)):
        liquid.run(bad)
    with pytest.raises((ValueError, TypeError), match=message):
        liquid.fit(bad)
    assert_same(vars(liquid), before)
    assert_array_equal(liquid.transform(X), states)


@pytest.mark.parametrize("case", WRONG_WIDTH)
def test_another_number_of_features_is_refused(cls, case):
    liquid = build(cls).fit(X)
    with pytest.raises(ValueError, match=f"X has .* features, but {cls.__name__} is expecting 5"):
        liquid.transform(WRONG_WIDTH[case])


def test_run_takes_one_series_only(cls):
    liquid = build(cls).fit(X)
    for many in (X[None], [X], [X, X]):
        with pytest.raises(ValueError, match="'X' must be one 2-D series"):
            liquid.run(many)


def test_nothing_runs_before_fit(cls):
    for call in (lambda: build(cls).transform(X), lambda: build(cls).run(X)):
        with pytest.raises(NotFittedError):
            call()


SQUARE = np.eye(N_UNITS)
BAD_ANYWHERE = [
    ("n_units", 0), ("n_units", -3), ("n_units", True), ("n_units", 10.0), ("n_units", "10"), ("n_units", None),
    ("degree", 0), ("degree", -1), ("degree", N_UNITS + 1), ("degree", 2.0), ("degree", True),
    ("topology", "shif"), ("topology", Shift), ("topology", 7), ("topology", SQUARE[:4]), ("topology", AutoNCP),
    ("dtype", "float16"), ("dtype", "int64"), ("dtype", complex), ("dtype", "nonsense"), ("dtype", [1]),
    ("input_scaling", -1.0), ("input_scaling", np.nan), ("input_scaling", "1"), ("input_scaling", np.ones(4)),
    ("input_scaling", [1.0, 1.0, 1.0, 1.0, -1.0]), ("input_scaling", None),
    ("input_density", 0.0), ("input_density", 1.5), ("input_density", np.nan), ("input_density", "1"),
    ("input_density", [0.5]), ("input_density", True),
    ("recurrent_weights", SQUARE[:4]), ("recurrent_weights", SQUARE[0]), ("recurrent_weights", SQUARE * np.nan),
    ("recurrent_weights", SQUARE * 1j), ("recurrent_weights", "shift"), ("recurrent_weights", [[1, 2], [3]]),
    ("recurrent_weights", csr_array(np.diag([np.inf, 1.0]))), ("recurrent_weights", np.zeros((0, 0))),
    ("recurrent_weights", SQUARE[None]),
    ("input_weights", np.ones((N_UNITS, 4))), ("input_weights", np.ones((N_UNITS + 1, 5))),
    ("input_weights", np.full((N_UNITS, 5), np.nan)), ("input_weights", np.ones((N_UNITS, 5)) * 1j),
    ("input_weights", np.ones(N_UNITS)), ("input_weights", 1.0), ("input_weights", [[1, 2], [3]]),
]  # fmt: skip
PER_UNIT = {
    CTRNNLiquid: ["tau_range"],
    LTCLiquid: ["capacitance", "leak_conductance"],
    LIFLiquid: ["tau_membrane"],
}
POSITIVE = {
    DelayNodeReservoir: ["separation"],
    LTCLiquid: ["gain", "coupling"],
    LIFLiquid: ["tau_excitatory", "tau_inhibitory", "dt", "input_period", "tau_trace"],
}
AT_LEAST_0 = {
    DelayNodeReservoir: ["feedback", "input_scaling"],
    CTRNNLiquid: ["spectral_radius", "diffusion", "input_scaling", "bias_scaling"],
    LTCLiquid: ["input_scaling"],
    CfCLiquid: ["gain", "input_scaling", "gate_gain"],
}
MEANING_OF_NONE = {"gain", "capacitance", "leak_conductance", "coupling", "tau_range", "spectral_radius"}
CHOICES = {
    DelayNodeReservoir: ["nonlinearity"],
    CTRNNLiquid: ["form", "method", "activation"],
    LTCLiquid: ["synapse", "solver", "init"],
    CfCLiquid: ["mode", "backbone_activation"],
}
BAD_PARAMETERS = [
    *((cls, name, value) for cls in CLASSES for name, value in BAD_ANYWHERE if takes(cls, name)),
    *((cls, name, value) for kinds in (PER_UNIT, POSITIVE) for cls, names in kinds.items() for name in names
      for value in (0.0, -1.0, np.nan, np.inf, "1", None, True) if value is not None or name not in MEANING_OF_NONE),
    *((cls, name, value) for cls, names in PER_UNIT.items() for name in names
      for value in (np.ones(4), np.zeros(N_UNITS), -np.ones(N_UNITS), np.full(N_UNITS, np.nan), [[1.0], [2.0, 3.0]])),
    *((cls, name, value) for cls, names in AT_LEAST_0.items() for name in names
      for value in (-1.0, np.nan, np.inf, "1", None, True) if value is not None or name not in MEANING_OF_NONE),
    *((cls, name, value) for cls, names in CHOICES.items() for name in names for value in ("other", None, 1, ["tanh"])),
    *((cls, "topology", None) for cls in CLASSES if cls is not CfCLiquid),
    *((cls, "topology", AutoNCP(N_UNITS, 3)) for cls in (EchoStateReservoir, CTRNNLiquid, LIFLiquid)),
    *((cls, "topology", AutoNCP(N_UNITS, 3).build(4)) for cls in (LTCLiquid, CfCLiquid)),
    (CfCLiquid, "topology", "shift"), (CfCLiquid, "topology", Shift()),
    *((cls, "mixed_memory", value) for cls in (LTCLiquid, CfCLiquid) for value in (1, None, "yes")),
    *((cls, "mixed_memory", MemoryCell(np.ones((8, 5)), np.ones((8, 2)), 0.0)) for cls in (LTCLiquid, CfCLiquid)),
    *((cls, "output_weights", value) for cls in (LTCLiquid, CfCLiquid) for value in (SQUARE[0], SQUARE[:, :4], "all")),
    *((cls, "output_bias", 1.0) for cls in (LTCLiquid, CfCLiquid)),
    *((cls, "elapsed_column", value) for cls in (CTRNNLiquid, LTCLiquid, CfCLiquid)
      for value in (5, -6, True, "t", 1.0)),
    *((CTRNNLiquid, "tau_range", value) for value in ((0.0, 1.0), (2.0, 1.0), (1.0, 2.0, 3.0), (1.0,), ("1", 2.0))),
    *((CTRNNLiquid, "bias", value) for value in (np.ones(4), np.nan, "1", np.ones(N_UNITS) * 1j)),
    *((LTCLiquid, name, 1.0) for name in ("bias", "reversal")),
    *((CfCLiquid, name, value) for name in ("backbone_layers", "backbone_units")
      for value in (-1, 1.5, "1", None, True)),
    (CfCLiquid, "backbone_units", 0), (CfCLiquid, "time_bias", np.nan), (CfCLiquid, "time_bias", None),
    (CfCLiquid, "weights", 1.0), (CfCLiquid, "weights", ()), (CfCLiquid, "weights", np.ones((N_UNITS, 18))),
    *((EchoStateReservoir, "leak_rate", value) for value in (0, -0.1, 1.1, np.nan, True, "1", None, np.ones(4),
      np.zeros(N_UNITS), np.ones((N_UNITS, 1)), (0.0, 1.0), (0.5, 1.5), (0.9, 0.1), (0.1, 0.2, 0.3))),
    (EchoStateReservoir, "leak_rate", np.ones(N_UNITS) * 1j),
    (EchoStateReservoir, "spectral_radius", -0.1), (EchoStateReservoir, "spectral_radius", np.nan),
    (EchoStateReservoir, "spectral_radius", "1"), (EchoStateReservoir, "spectral_radius", True),
    (EchoStateReservoir, "bias_scaling", -1.0), (EchoStateReservoir, "activation", "tan"),
    (EchoStateReservoir, "activation", np.tanh), (EchoStateReservoir, "bias", np.ones(4)),
    (EchoStateReservoir, "bias", np.nan), (EchoStateReservoir, "input_scaling", 10**400),
    (LTCLiquid, "capacitance", (0.0, 1.0)), (LTCLiquid, "capacitance", (2.0, 1.0)),
    (LTCLiquid, "capacitance", (-1.0, 1.0)),
    (LTCLiquid, "n_substeps", 0), (LTCLiquid, "n_substeps", 1.5), (LTCLiquid, "leak_potential", np.ones(4)),
    (LTCLiquid, "leak_potential", np.nan), (LTCLiquid, "input_degree", 0), (LTCLiquid, "input_degree", 2.5),
    (LIFLiquid, "refractory", -1.0), (LIFLiquid, "refractory", np.nan), (LIFLiquid, "refractory", (2.0, -1.0)),
    (LIFLiquid, "tau_membrane", (20.0, -1.0)), (LIFLiquid, "tau_membrane", (0.0, 20.0)),
    (LIFLiquid, "delays", -1.0), (LIFLiquid, "delays", (1.0, 1.0)), (LIFLiquid, "delays", (1.0, 1.0, -1.0, 1.0)),
    (LIFLiquid, "delays", np.nan), (LIFLiquid, "input_period", 2.5), (LIFLiquid, "input_period", 0.4),
    (LIFLiquid, "reset", 15.0), (LIFLiquid, "resting", 20.0), (LIFLiquid, "threshold", np.nan),
    (LIFLiquid, "inhibitory", 1.0), (LIFLiquid, "inhibitory", -0.1), (LIFLiquid, "inhibitory", np.ones(4, dtype=bool)),
    (LIFLiquid, "inhibitory", np.ones(N_UNITS)), (LIFLiquid, "recurrent_scaling", -1.0), (LIFLiquid, "output", "rates"),
    (LIFLiquid, "background_current", np.ones(4)), (LIFLiquid, "background_current", np.nan),
    (LIFLiquid, "initial_voltage", np.ones(4)), (LIFLiquid, "input_degree", 0), (LIFLiquid, "input_scaling", np.inf),
]  # fmt: skip


def short(value):
    if isinstance(value, type):
        return value.__name__
    return f"{type(value).__name__}{np.shape(value)}" if isinstance(value, np.ndarray) else str(value)[:30]


@pytest.mark.parametrize("cls, name, value", BAD_PARAMETERS, ids=short)
def test_a_bad_parameter_is_named(cls, name, value):
    with pytest.raises((ValueError, TypeError), match=f"'{name}'"):
        build(cls, **{name: value}).fit(X)


@pytest.mark.parametrize(
    "cls, name, value",
    [
        *((cls, "degree", 99) for cls in CLASSES if takes(cls, "degree")),
        (EchoStateReservoir, "leak_rate", -1.0),
        (EchoStateReservoir, "input_scaling", -1.0),
        (CTRNNLiquid, "tau_range", -1.0),
        (CTRNNLiquid, "diffusion", -1.0),
        (LTCLiquid, "capacitance", -1.0),
        (LTCLiquid, "n_substeps", 0),
        (LTCLiquid, "mixed_memory", None),
        (LTCLiquid, "output_bias", 1.0),
        (CfCLiquid, "gain", -1.0),
        (CfCLiquid, "mixed_memory", None),
        (CfCLiquid, "output_bias", 1.0),
        (LIFLiquid, "tau_membrane", -1.0),
        (LIFLiquid, "tau_trace", -1.0),
        (LIFLiquid, "dt", -1.0),
        (LIFLiquid, "input_period", 2.5),
    ],
)
def test_a_failed_fit_leaves_the_earlier_one_standing(cls, name, value):
    liquid = build(cls).fit(X)
    states, before = (
        liquid.transform(X),
        {key: copy.deepcopy(part) for key, part in vars(liquid).items() if key != name},
    )
    liquid.set_params(**{name: value}, random_state=1)
    with pytest.raises(ValueError, match=name):
        liquid.fit(np.hstack([X, X]))
    assert liquid.n_features_in_ == 5
    assert_same({key: vars(liquid)[key] for key in before}, before)
    assert_array_equal(liquid.transform(X), states)
    with pytest.raises(ValueError, match="expecting 5 features"):
        liquid.transform(np.hstack([X, X]))


def test_a_first_fit_that_fails_is_no_fit(cls):
    liquid = build(cls, n_units=-1)
    with pytest.raises(ValueError, match="'n_units'"):
        liquid.fit(X)
    with pytest.raises(NotFittedError):
        liquid.transform(X)


# Bad states


def states_of_others(liquid):
    state, n_units = liquid.run(X)[1], liquid.n_units_
    yield from (np.zeros(n_units + 1), np.zeros(()), np.zeros(n_units) * 1j, "state", object(), {"state": 1}, [])
    yield np.full(n_units, "a")
    yield np.zeros((n_units, 1))
    yield build(type(liquid), n_units=n_units + 1).fit(X).run(X)[1]
    other = LTCLiquid if isinstance(liquid, SpikingLiquid) else LIFLiquid
    yield build(other, n_units=n_units).fit(X).run(X)[1]
    for value in (np.nan, np.inf):
        if not isinstance(state, LIFState):
            yield np.where(np.arange(n_units) == 2, value, state)
            continue
        for name in ("voltage", "current", "trace"):
            broken = state._asdict()[name].copy()
            broken.flat[0] = value
            yield state._replace(**{name: broken})


def test_a_wrong_state_is_refused_by_name(cls):
    liquid = build(cls).fit(X)
    for state in states_of_others(liquid):
        with warnings.catch_warnings(), pytest.raises((ValueError, TypeError), match="'state'"):
            warnings.simplefilter("ignore")
            liquid.run(X, state)


def test_a_complex_or_negative_part_of_a_spiking_state_is_refused():
    liquid = build(LIFLiquid).fit(X)
    state = liquid.run(X)[1]
    for part in (
        {"voltage": state.voltage + 1j},
        {"step": -1},
        {"trace": state.trace.astype(str)},
    ):
        with pytest.raises((ValueError, TypeError), match="'state'"):
            liquid.run(X, state._replace(**part))


# Warnings


def test_channels_first_is_suspected_in_the_callers_line(cls):
    flat = [X.T, X.T]
    for fit in (build(cls).fit, build(cls).fit_transform):
        with pytest.warns(UserWarning, match="from_channels_first") as caught:
            fit(flat)
        assert len(caught) == 1
    for fine in ([X, X], X.T, [X.T], [X.T, np.vstack([X] * 9)[:, :1].repeat(40, axis=1)]):
        build(cls).fit(fine)
    liquid = build(cls).fit(X.T)
    liquid.transform(flat)
    with pytest.warns(UserWarning) as caught:
        build(cls).fit(flat)
    assert caught[0].filename == __file__
