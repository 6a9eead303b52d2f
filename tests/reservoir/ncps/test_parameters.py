from types import SimpleNamespace

import numpy as np
import pytest

from reservoir import CfCLiquid, LTCLiquid
from reservoir.ncps.parameters import check_shapes, find_parameters, of_the_cell, part_of

N_UNITS, N_INPUTS, N_HIDDEN, N_OUTPUTS = 5, 2, 4, 3


def draw(shapes):
    random = np.random.RandomState(0)
    return {name: random.uniform(0.1, 1.0, shape) for name, shape in shapes.items()}


def memory():
    maps = {"input_map.weight": (4 * N_UNITS, N_INPUTS), "recurrent_map.weight": (4 * N_UNITS, N_UNITS)}
    return draw({f"lstm.{name}": shape for name, shape in {**maps, "input_map.bias": (4 * N_UNITS,)}.items()})


def ltc():
    shapes = dict.fromkeys(("gleak", "vleak", "cm"), (N_UNITS,))
    for prefix, rows in (("", N_UNITS), ("sensory_", N_INPUTS)):
        names = (f"{prefix}{name}" for name in ("w", "sigma", "mu", "erev", "sparsity_mask"))
        shapes |= dict.fromkeys(names, (rows, N_UNITS))
    shapes |= dict.fromkeys(("input_w", "input_b"), (N_INPUTS,)) | dict.fromkeys(("output_w", "output_b"), (N_OUTPUTS,))
    return {f"rnn_cell.{name}": value for name, value in draw(shapes).items()} | memory()


def cfc():
    shapes = {"backbone.0.weight": (N_HIDDEN, N_INPUTS + N_UNITS), "backbone.0.bias": (N_HIDDEN,)}
    for head in ("ff1", "ff2", "time_a", "time_b"):
        shapes |= {f"{head}.weight": (N_UNITS, N_HIDDEN), f"{head}.bias": (N_UNITS,)}
    cell = {f"rnn_cell.{name}": value for name, value in draw(shapes).items()} | memory()
    return cell | draw({"fc.weight": (N_OUTPUTS, N_UNITS), "fc.bias": (N_OUTPUTS,)})


def pure():
    shapes = {"ff1.weight": (N_UNITS, N_INPUTS + N_UNITS), "ff1.bias": (N_UNITS,)}
    return draw(shapes | dict.fromkeys(("w_tau", "A"), (1, N_UNITS)))


def take_over(cls, cell):
    """Give what a state_dict does not hold."""
    if cls is LTCLiquid:
        return cls.from_ncps(cell, constraints="softplus", n_substeps=6, epsilon=1e-8)
    return cls.from_ncps(cell, mode="pure" if "w_tau" in cell else "default", activation="lecun_tanh")


CELLS = [(LTCLiquid, ltc, name) for name in ltc()] + [
    (CfCLiquid, make, name) for make in (cfc, pure) for name in make()
]
# Of these, a cell without the parameter is one of another kind, or without a map.
OPTIONAL = {"input_w", "input_b", "output_w", "output_b", "fc.weight", "lstm.input_map.weight"}


@pytest.mark.parametrize(("cls", "make"), [(LTCLiquid, ltc), (CfCLiquid, cfc), (CfCLiquid, pure)])
def test_cells_made_here_are_valid(cls, make):
    assert np.isfinite(take_over(cls, make()).transform(np.ones((4, N_INPUTS)))).all()


@pytest.mark.parametrize(
    "value", ["abc", None, 1j, 10**400, [[1.0, 2.0], [3.0]], np.ones((2, 3, 2)), len, np.zeros((0, 2))]
)
@pytest.mark.parametrize(("cls", "make", "name"), CELLS)
def test_a_parameter_that_is_no_array_of_its_shape_is_said_of_the_cell(cls, make, name, value):
    with pytest.raises(ValueError, match="'cell' must"):
        cls.from_ncps(make() | {name: value})


def test_tensors_of_every_precision_are_read_and_complex_ones_refused():
    torch = pytest.importorskip("torch", reason="torch is not installed; arrays are read in its place")
    for precision in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        tensors = {name: torch.nn.Parameter(torch.tensor(value).to(precision)) for name, value in cfc().items()}
        rounded = {name: value.detach().double().numpy() for name, value in tensors.items()}
        states, expected = (take_over(CfCLiquid, cell).transform(np.ones((4, N_INPUTS))) for cell in (tensors, rounded))
        np.testing.assert_array_equal(states, expected)
    with pytest.raises(
        ValueError, match="'cell' must hold finite numbers: 'rnn_cell.* must hold real numbers; got dtype"
    ):
        take_over(CfCLiquid, {name: value + 0j for name, value in tensors.items()})


@pytest.mark.parametrize("number", [np.nan, np.inf])
@pytest.mark.parametrize(("cls", "make", "name"), CELLS)
def test_a_parameter_that_is_not_finite_is_named(cls, make, name, number):
    cell = make()
    cell[name].flat[-1] = number
    with pytest.raises(
        ValueError, match=f"'cell' must hold finite numbers: '{name}' must be finite numbers; got {number}"
    ):
        cls.from_ncps(cell)


@pytest.mark.parametrize(
    ("cls", "make", "name"), [case for case in CELLS if case[2].split("rnn_cell.")[-1] not in OPTIONAL]
)
def test_a_parameter_that_is_not_there_is_missed(cls, make, name):
    cell = make()
    del cell[name]
    with pytest.raises(ValueError, match="'cell' (lacks|must)"):
        cls.from_ncps(cell)


@pytest.mark.parametrize("cell", [None, 1, "abc", [1.0], {1: 2.0}, LTCLiquid, object()])
def test_what_is_no_cell_is_refused(cell):
    with pytest.raises(TypeError, match="'cell' must be a CfC of ncps.torch, or its state_dict; got"):
        find_parameters(cell, "ff1.weight", "CfC")


def test_names_begin_where_the_cell_does():
    named = {"model.rnn_cell.gleak": [1], "model.fc": 2, "head": "text"}
    values, prefix, module = find_parameters(named, "gleak", "LTC")
    assert set(values) == {"rnn_cell.gleak", "fc"} and prefix == "rnn_cell." and module is None
    assert set(part_of(values, prefix, ["gleak"])) == {"gleak"}
    with pytest.raises(ValueError, match=r"'cell' lacks the parameters \['cm'\]"):
        part_of(values, prefix, ["gleak", "cm"])


def test_the_module_that_holds_the_parameters_is_found():
    inner = SimpleNamespace()
    model = SimpleNamespace(rnn_cell=inner)
    whole = SimpleNamespace(state_dict=lambda: {"model.rnn_cell.gleak": [1.0]}, model=model)
    assert find_parameters(whole, "gleak", "LTC")[2] is inner
    del model.rnn_cell  # it hides its parts
    assert find_parameters(whole, "gleak", "LTC")[2] is None
    bare = SimpleNamespace(state_dict=lambda: {"gleak": [1.0]})
    assert find_parameters(bare, "gleak", "LTC")[2] is bare


@pytest.mark.parametrize(
    ("cls", "make", "name"),
    [
        (LTCLiquid, ltc, "rnn_cell.extra"),
        (LTCLiquid, ltc, "lstm.weight_ih_l0"),
        (CfCLiquid, cfc, "rnn_cell.time_c.weight"),
        (CfCLiquid, cfc, "rnn_cell.backbone.norm.weight"),
        (CfCLiquid, cfc, "fc.2.weight"),
        (CfCLiquid, pure, "B"),
    ],
)
def test_a_cell_that_has_more_parameters_is_refused(cls, make, name):
    with pytest.raises(
        ValueError,
        match=f"'cell' must have no parameters but those of ncps; got also .'{name.removeprefix('rnn_cell.')}'",
    ):
        cls.from_ncps(make() | {name: np.ones((N_UNITS, N_UNITS))})


def test_a_size_is_that_of_the_first_parameter_that_has_it():
    shapes = {"w": ("n_units", "n_inputs"), "b": ("n_units",), "fc": (2, "n_units")}
    check_shapes({"w": np.ones((3, 4)), "b": np.ones(3), "fc": np.ones((2, 3))}, shapes)
    check_shapes({"b": np.ones(5)}, shapes)
    with pytest.raises(ValueError, match=r"'cell' must have 'b' of shape \(3,\), to fit .*; got \(4,\)"):
        check_shapes({"w": np.ones((3, 4)), "b": np.ones(4)}, shapes)
    with pytest.raises(ValueError, match=r"'cell' must have 'fc' of shape \(2, n_units\), .*; got \(3, 3\)"):
        check_shapes({"fc": np.ones((3, 3))}, shapes)


def test_errors_about_arguments_stay_as_they_are():
    with pytest.raises(TypeError, match="^'wiring' must"), of_the_cell():
        raise TypeError("'wiring' must be")
    with pytest.raises(ValueError, match="^'cell' must .* too large: 'bias' must"), of_the_cell():
        raise TypeError("'bias' must be")
