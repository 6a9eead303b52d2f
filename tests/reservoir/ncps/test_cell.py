"""Agreement with ncps 1.0.1 on torch, in double precision: stored, and live where torch is installed."""

import importlib.util
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from readouts import RidgeReadout
from reservoir import CfCLiquid, LTCLiquid
from reservoir.topology import AutoNCP, FullyConnected

FIXTURES = Path(__file__).parents[2] / "fixtures"
STORED = np.load(FIXTURES / "ncps_states.npz")
CASES = sorted({name.split("/")[0] for name in STORED if "/" in name})
U, TIMES = STORED["inputs"], STORED["times"]


def state_dict(case):
    return {name.removeprefix(f"{case}/"): STORED[name] for name in STORED if name.startswith(f"{case}/")}


def facts_of(case):
    """The settings that a state_dict lacks are in the name of the case."""
    if case.startswith("LTC"):
        facts = {"constraints": "identity" if "identity" in case or case == "LTCCell" else "softplus"}
        facts |= {"n_substeps": 3 if case == "LTC no maps" else 6, "epsilon": 1e-3 if case == "LTCCell" else 1e-8}
        return facts | ({"wiring": AutoNCP(12, 3, 0.4, 9)} if case == "LTC no maps" else {})
    has_backbone = any("backbone" in name for name in state_dict(case))
    activation = "silu" if case.endswith(" 3") else (re.search("relu|tanh|gelu|$", case)[0] or "lecun_tanh")
    mode = {} if "pure" in case else {"mode": "no_gate" if "no_gate" in case else "default"}
    return mode | ({"activation": activation} if has_backbone else {})


def liquid_of(case):
    return LTCLiquid if case.startswith("LTC") else CfCLiquid


def take_over(case, **parameters):
    return liquid_of(case).from_ncps(state_dict(case), **(facts_of(case) | parameters))


@pytest.mark.parametrize("case", CASES)
def test_outputs_and_states_are_those_of_ncps(case):
    assert np.abs(take_over(case).transform(U) - STORED[f"{case}:outputs"]).max() <= 1e-10
    assert np.abs(take_over(case, output="states").transform(U) - STORED[f"{case}:states"]).max() <= 1e-10


# What is assumed where nothing is given: the defaults of ncps, of its outer classes where names begin with rnn_cell.
DEFAULTS = {
    "constraints": "softplus", "n_substeps": 6, "epsilon": 1e-8, "wiring": "FullyConnected", "mode": "default",
    "activation": "lecun_tanh",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_warning_names_the_settings_that_a_state_dict_lacks(case):
    facts = facts_of(case)
    defaults = DEFAULTS | ({"constraints": "identity"} if case == "LTCCell" else {})
    for given in [{}, *({name: facts[name]} for name in facts)]:
        expected = [name for name in defaults if name in facts and name not in given]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            liquid = liquid_of(case).from_ncps(state_dict(case), **given)
        assert len(caught) == bool(expected)
        for warning in caught:
            named = dict(re.findall(r"(\w+)=('\w+'|\d[\de.-]*\b|\w+)", str(warning.message)))
            assert warning.category is UserWarning and warning.filename == __file__
            assert list(named) == expected
            assert all(value in (repr(defaults[name]), defaults[name]) for name, value in named.items())
        right = np.abs(liquid.transform(U)[:, :1] - STORED[f"{case}:outputs"][:, :1]).max() <= 1e-10
        held = {name: facts[name] for name in expected if name != "wiring"}
        assert right == all(defaults[name] == value for name, value in held.items())


def test_all_units_of_a_cell_without_an_output_map_are_shown_only_where_given_or_assumed():
    facts = facts_of("LTC no maps")
    stated = facts | {"wiring": FullyConnected(12)}
    del facts["wiring"]
    with pytest.warns(UserWarning, match=r"wiring=FullyConnected\(12\)"):
        assumed = LTCLiquid.from_ncps(state_dict("LTC no maps"), **facts)
    states = LTCLiquid.from_ncps(state_dict("LTC no maps"), output="states", **facts)  # where it does not matter
    for liquid in (assumed, states, LTCLiquid.from_ncps(state_dict("LTC no maps"), **stated)):
        np.testing.assert_allclose(liquid.transform(U), STORED["LTC no maps:states"], atol=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_irregular_samples_are_those_of_ncps(case):
    liquid = take_over(case, elapsed_column=1)
    X = np.insert(U, 1, TIMES, axis=1)
    assert np.abs(liquid.transform(X) - STORED[f"{case}:irregular"]).max() <= 1e-10


def test_every_kind_of_cell_is_compared():
    assert len(CASES) == 46


@pytest.mark.parametrize("seed", range(3))
def test_live_cells_agree(seed):
    torch = pytest.importorskip("torch", reason="torch is not installed; the stored cells above are compared anyway")
    pytest.importorskip("ncps", reason="ncps is not installed; the stored cells above are compared anyway")
    specification = importlib.util.spec_from_file_location("make_ncps_states", FIXTURES / "make_ncps_states.py")
    live = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(live)
    for number, (name, module) in enumerate(live.cases()):
        live.randomize(module, 1000 * seed + number, -0.1 if "negative" in name else 0.05)
        liquid = liquid_of(name)
        outputs, states = live.drive(module, U)
        irregular, _ = live.drive(module, U, TIMES)
        holder = torch.nn.ModuleDict({"policy": module})  # settings are read from a module wherever it lies
        named = {f"policy.{key}": value for key, value in module.state_dict().items()}
        for taken in (
            liquid.from_ncps(module),
            liquid.from_ncps(holder),
            liquid.from_ncps(module, **facts_of(name)),
            liquid.from_ncps(named, **facts_of(name)),
        ):
            assert np.abs(taken.transform(U) - outputs).max() <= 1e-10, name
        assert np.abs(liquid.from_ncps(module, output="states").transform(U) - states).max() <= 1e-10, name
        taken = liquid.from_ncps(module, elapsed_column=-1)
        assert np.abs(taken.transform(np.column_stack([U, TIMES])) - irregular).max() <= 1e-10, name


@pytest.mark.parametrize("case", ["LTC softplus auto", "LTC mixed memory", "CfC default auto", "CfC pure 1"])
def test_a_pipeline_retrains_only_the_readout(case):
    liquid = take_over(case, output="states")
    y = np.roll(U[:, 0], 1)
    model = make_pipeline(clone(liquid), RidgeReadout(alpha=1e-3)).fit(U, y)
    np.testing.assert_array_equal(model[0].transform(U), liquid.transform(U))
    assert model.predict(U).shape == y.shape


def test_negative_conductances_of_an_unconstrained_cell_are_among_them():
    assert (state_dict("LTC identity negative")["rnn_cell.w"] < 0).any()


def test_an_input_that_is_mapped_to_a_constant_still_loads_its_units():
    parameters = state_dict("LTC softplus full")
    tiny, nothing = ({**parameters, "rnn_cell.input_w": np.array([scale, 1.0, 1.0])} for scale in (1e-13, 0.0))
    np.testing.assert_allclose(
        *(LTCLiquid.from_ncps(cell, **facts_of("LTC softplus full")).transform(U) for cell in (nothing, tiny)),
        atol=1e-10,
    )


def test_what_cannot_be_taken_over_is_refused():
    with pytest.raises(TypeError, match="'cell' must be a LTC or LTCCell of ncps.torch, or its state_dict; got int"):
        LTCLiquid.from_ncps(3)
    with pytest.raises(ValueError, match="'cell' must be one LTC or LTCCell, with parameters such as 'gleak'; found 0"):
        LTCLiquid.from_ncps(state_dict("CfC default 0"))
    with pytest.raises(ValueError, match="with parameters such as 'ff1.weight'; found 0 of them"):
        CfCLiquid.from_ncps(state_dict("LTC softplus full"))
    clipped = state_dict("LTC identity full")
    clipped["rnn_cell.cm"] = clipped["rnn_cell.cm"] - 5
    with pytest.raises(ValueError, match="under constraints='identity'; got -.*[0-9]. Set what is not positive"):
        LTCLiquid.from_ncps(clipped, constraints="identity")
    inner = {name.removeprefix("rnn_cell."): value for name, value in clipped.items()}
    with pytest.raises(
        ValueError, match="got -.*[0-9]. Pass constraints='softplus' if the cell was made with implicit"
    ):
        LTCLiquid.from_ncps(inner)
    with pytest.raises(ValueError, match="'constraints' must be one of 'softplus', 'identity'; got 'relu'"):
        LTCLiquid.from_ncps(clipped, constraints="relu")
    with pytest.raises(ValueError, match="'output' must be one of 'cell', 'states'; got 'motor'"):
        CfCLiquid.from_ncps(state_dict("CfC default 0"), output="motor")


@pytest.mark.parametrize("case", ["LTC softplus ncp", "CfC default auto", "CfC pure mixed memory", "WiredCfCCell"])
def test_a_part_of_a_larger_model_is_found(case):
    inside = {f"model.layer_1.{name}": value for name, value in state_dict(case).items()}
    inside["model.head.weight"] = np.ones((2, 3))
    found = liquid_of(case).from_ncps(inside, **facts_of(case))
    np.testing.assert_array_equal(found.transform(U), take_over(case).transform(U))


def test_what_is_missing_or_does_not_fit_is_named():
    parameters = state_dict("LTC softplus full")
    without = {name: value for name, value in parameters.items() if "mask" not in name and "sigma" not in name}
    with pytest.raises(ValueError, match="'cell' lacks the parameters .*'sigma', 'sparsity_mask', .*'sensory_sigma'"):
        LTCLiquid.from_ncps(without)
    with pytest.raises(ValueError, match="'wiring' must have the cell's 7 units, 2 of them motor units; got AutoNCP"):
        LTCLiquid.from_ncps(parameters, AutoNCP(12, 3))
    assert take_over("CfC default auto", wiring=AutoNCP(12, 3)).n_units_ == 12
    with pytest.raises(ValueError, match="'wiring' must have the cell's 12 units, 3 of them motor units; got AutoNCP"):
        CfCLiquid.from_ncps(state_dict("CfC default auto"), AutoNCP(12, 4))
    without = {name: value for name, value in state_dict("CfC default 0").items() if "ff1.bias" not in name}
    with pytest.raises(ValueError, match="'cell' lacks the parameters .'ff1.bias'."):
        CfCLiquid.from_ncps(without)
    with pytest.raises(TypeError, match="got LTCLiquid itself"):
        LTCLiquid.from_ncps(LTCLiquid)
    for liquid, case in ((LTCLiquid, "LTC softplus full"), (CfCLiquid, "CfC default 0")):
        with pytest.raises(ValueError, match="'elapsed_column' must be a position here.*set_params"):
            liquid.from_ncps(state_dict(case), elapsed_column="gap")


def test_single_precision_and_the_number_of_units_are_taken_over():
    for case in ("LTC softplus auto", "CfC default auto"):
        taken = take_over(case, dtype="float32")
        assert taken.transform(U.astype(np.float32)).dtype == np.float32
        assert taken.n_units == taken.n_units_ == 12


@pytest.mark.parametrize("value", [b"abc", object(), len, iter([1]), [None], (0.5, "a"), 1.0, int])
def test_what_is_no_wiring_is_refused(value):
    for case in ("LTC softplus full", "CfC default auto"):
        with pytest.raises(TypeError, match="'wiring' must be None, or a wiring of ncps or reservoir.topology; got"):
            liquid_of(case).from_ncps(state_dict(case), value)


@pytest.mark.parametrize("value", ["", 0, False, [], np.ones(2), np.zeros((0, 2)), "abc", {}])
@pytest.mark.parametrize("name", ["mode", "activation"])
def test_only_none_leaves_it_to_the_cell(name, value):
    with pytest.raises(ValueError, match=f"'{name}' must be one of"):
        CfCLiquid.from_ncps(state_dict("CfC default auto"), **{name: value})
