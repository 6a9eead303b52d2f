"""Settings of modules, with stand-ins for the classes of torch and ncps; test_cell compares with live ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from reservoir import CfCLiquid, LTCLiquid
from reservoir.ncps.facts import activation_of, constraints_of, mode_of, settle, warn_of

N_UNITS, N_INPUTS, N_HIDDEN = 4, 2, 3
DRAW = np.random.RandomState(0).uniform
U = np.random.RandomState(1).standard_normal((20, N_INPUTS))


def layer(kind, **settings):
    """Return an object of a class of this name, as torch has it."""
    return type(kind, (SimpleNamespace,), {})(**settings)


def ltc_parameters():
    shapes = dict.fromkeys(("gleak", "vleak", "cm"), N_UNITS)
    for kind, rows in (("", N_UNITS), ("sensory_", N_INPUTS)):
        names = ("w", "sigma", "mu", "erev", "sparsity_mask")
        shapes |= {f"{kind}{name}": (rows, N_UNITS) for name in names}
    return {name: DRAW(0.1, 1.0, shape) for name, shape in shapes.items()}


def cfc_parameters():
    maps = dict.fromkeys(("ff1", "ff2", "time_a", "time_b"), (N_UNITS, N_HIDDEN))
    maps |= {"backbone.0": (N_HIDDEN, N_INPUTS + N_UNITS), "backbone.3": (N_HIDDEN, N_HIDDEN)}
    weights = {f"{name}.weight": DRAW(-1, 1, shape) for name, shape in maps.items()}
    return weights | {f"{name}.bias": DRAW(-1, 1, shape[0]) for name, shape in maps.items()}


LTC, CFC = ltc_parameters(), cfc_parameters()


def wrapped(inner, parameters):
    """Return a module with the cell in it, and modules with that one in them, as models hold it."""
    for name in ("rnn_cell", "0", "policy"):
        parameters = {f"{name}.{key}": value for key, value in parameters.items()}
        model = SimpleNamespace(state_dict=parameters.copy)
        setattr(model, name, inner)
        yield model
        inner = model


def ltc_module(**changes):
    facts = {"make_positive_fn": layer("Softplus", beta=1, threshold=20), "_ode_unfolds": 3, "_epsilon": 0.01}
    return SimpleNamespace(state_dict=LTC.copy, motor_size=2, **(facts | changes))


def cfc_module(mode="no_gate", activation="SiLU", **settings):
    backbone = [layer("Linear", weight=1), layer(activation, **settings), layer("Dropout", p=0.5)]
    backbone += [layer("Linear", weight=1), layer(activation, **settings), layer("Dropout", p=0.5)]
    return SimpleNamespace(state_dict=CFC.copy, mode=mode, backbone=backbone)


def test_every_setting_is_read_from_a_module_however_deep_it_lies():
    given = {"constraints": "softplus", "n_substeps": 3, "epsilon": 0.01, "wiring": SimpleNamespace(output_dim=2)}
    expected = LTCLiquid.from_ncps(LTC, **given).transform(U)
    assert expected.shape == (20, 2)
    for module in (ltc_module(), *wrapped(ltc_module(), LTC)):
        np.testing.assert_array_equal(LTCLiquid.from_ncps(module).transform(U), expected)
        np.testing.assert_array_equal(LTCLiquid.from_ncps(module, **given).transform(U), expected)
    given = {"mode": "no_gate", "activation": "silu"}
    expected = CfCLiquid.from_ncps(CFC, **given).transform(U)
    for module in (cfc_module(), *wrapped(cfc_module(), CFC)):
        np.testing.assert_array_equal(CfCLiquid.from_ncps(module).transform(U), expected)
        np.testing.assert_array_equal(CfCLiquid.from_ncps(module, **given).transform(U), expected)


@pytest.mark.parametrize(
    ("cls", "module", "name", "stated", "given"),
    [
        (LTCLiquid, ltc_module(), "constraints", "softplus", "identity"),
        (LTCLiquid, ltc_module(), "n_substeps", 3, 6),
        (LTCLiquid, ltc_module(), "epsilon", 0.01, 1e-8),
        (CfCLiquid, cfc_module(), "mode", "no_gate", "default"),
        (CfCLiquid, cfc_module(), "activation", "silu", "lecun_tanh"),
    ],
)
def test_what_contradicts_the_module_is_refused(cls, module, name, stated, given):
    with pytest.raises(
        ValueError, match=f"'{name}' must be that of the cell, {stated!r}; got {given!r}. Leave it out."
    ):
        cls.from_ncps(module, **{name: given})


def test_a_wiring_that_contradicts_the_module_is_refused():
    with pytest.raises(ValueError, match="'wiring' must have the cell's 4 units, 2 of them motor units"):
        LTCLiquid.from_ncps(ltc_module(), SimpleNamespace(output_dim=3))


def test_parameters_tell_a_pure_cell_from_others():
    pure = {"ff1.weight": [[0.5, 0.1]], "ff1.bias": [0.0], "w_tau": [[0.2]], "A": [[1.0]]}
    with pytest.raises(ValueError, match="'mode' must be 'pure' for a cell with the parameter w_tau; got 'no_gate'"):
        CfCLiquid.from_ncps(pure, mode="no_gate")
    with pytest.raises(ValueError, match="'mode' must be 'default' or 'no_gate' for a cell without .* got 'pure'"):
        CfCLiquid.from_ncps(CFC, mode="pure", activation="silu")
    for name in ("w_tau", "A"):
        with pytest.raises(ValueError, match=f"'cell' lacks the parameters .'{name}'."):
            CfCLiquid.from_ncps({key: value for key, value in pure.items() if key != name})


@pytest.mark.parametrize(
    ("kind", "name"),
    [("LeCun", "lecun_tanh"), ("Tanh", "tanh"), ("ReLU", "relu"), ("SiLU", "silu"), ("GELU", "gelu")],
)
def test_every_activation_of_ncps_is_known(kind, name):
    assert activation_of(cfc_module(activation=kind)) == name
    assert CfCLiquid.from_ncps(cfc_module(activation=kind)).backbone_activation == name


@pytest.mark.parametrize(
    ("cls", "module", "message"),
    [
        (LTCLiquid, ltc_module(make_positive_fn=layer("ReLU")), r"'make_positive_fn'; got ReLU\(\)"),
        (LTCLiquid, ltc_module(make_positive_fn=layer("Softplus", beta=2, threshold=20)), r"got Softplus\(beta=2\)"),
        (CfCLiquid, cfc_module(activation="Sigmoid"), r"LeCun, Tanh, .* in its 'backbone'; got Sigmoid\(\)"),
        (CfCLiquid, cfc_module(activation="GELU", approximate="tanh"), r"got GELU\(approximate='tanh'\)"),
        (CfCLiquid, cfc_module(mode="minimal"), "in one of the modes default, pure, no_gate; got minimal"),
    ],
)
def test_what_cannot_be_honoured_is_refused(cls, module, message):
    with pytest.raises(ValueError, match=f"'cell' must be .*{message}|'cell' must have .*{message}"):
        cls.from_ncps(module)


def test_a_backbone_of_several_activations_is_refused():
    module = cfc_module()
    module.backbone[4] = layer("Tanh")
    with pytest.raises(ValueError, match="'cell' must have a backbone of one activation; got silu, tanh"):
        CfCLiquid.from_ncps(module)


def test_the_mode_of_a_wired_cell_is_that_of_its_layers():
    layers = {f"layer_{number}": SimpleNamespace(mode="no_gate") for number in range(3)}
    assert mode_of(SimpleNamespace(**layers)) == "no_gate"
    layers["layer_1"] = SimpleNamespace(mode="default")
    with pytest.raises(ValueError, match="'cell' must be in one of the modes"):
        mode_of(SimpleNamespace(**layers))


@pytest.mark.parametrize("module", [None, SimpleNamespace(), SimpleNamespace(backbone=None)])
def test_a_module_without_settings_has_none(module):
    assert constraints_of(module) is None and mode_of(module) is None and activation_of(module) is None


def test_a_setting_is_read_given_or_assumed():
    assumed = {}
    assert settle(assumed, "epsilon", None, 0.1, 1e-8) == settle(assumed, "epsilon", 0.1, None, 1e-8) == 0.1
    assert settle(assumed, "epsilon", 0.1, 0.1, 1e-8) == 0.1
    warn_of(assumed)
    assert settle(assumed, "mode", None, None, "default") == "default"
    with pytest.warns(UserWarning, match="Assumed, as by default in ncps: mode='default'. If .* under these names"):
        warn_of(assumed)
