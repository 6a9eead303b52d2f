"""What pages of the guide say of other libraries is so: defaults, and functions that need what tests do not have."""

import ast
import inspect
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_array

from readouts import RidgeReadout, RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor

GUIDE = Path(__file__).parent.parent / "docs" / "guide"
FIXTURES = Path(__file__).parent / "fixtures"


def function_of(page, name):
    """A function that a page defines, in a program that imports what it needs or follows one that does."""
    names = {"__name__": "page"}
    programs = re.findall(r"^```python\n(.*?)^```", (GUIDE / page).read_text(), re.M | re.S)
    for program in programs:
        imports = [node for node in ast.parse(program).body if isinstance(node, (ast.Import, ast.ImportFrom))]
        exec(compile(ast.Module(imports, []), page, "exec"), names)
        if f"def {name}(" in program:
            exec(compile(program, page, "exec"), names)
            return names[name]
    raise AssertionError(f"{page} defines no {name}")


@pytest.fixture(scope="module")
def peer():
    return np.load(FIXTURES / "reservoirpy_states.npz")


def test_weights_taken_over_from_reservoirpy_give_its_states(peer):
    node = SimpleNamespace(
        Win=csr_array(peer["plain_Win"]), W=csr_array(peer["plain_W"]), bias=float(peer["plain_bias"]),
        lr=float(peer["plain_lr"]), activation=np.tanh,
    )  # fmt: skip
    states = function_of("from_reservoirpy.md", "take_over")(node).fit_transform(peer["inputs"])
    assert_allclose(states, peer["plain_states"], rtol=0, atol=1e-14)


def test_a_port_without_a_word_on_the_bias_computes_something_else(peer):
    literal = EchoStateReservoir(
        input_weights=peer["plain_Win"], recurrent_weights=peer["plain_W"], leak_rate=1.0, random_state=0
    )
    assert np.abs(literal.fit_transform(peer["inputs"]) - peer["plain_states"]).max() > 0.5
    literal.set_params(bias=0)
    assert_allclose(literal.fit_transform(peer["inputs"]), peer["plain_states"], rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("written", "owner", "names"),
    [
        *(
            (f"`{name}`", EchoStateReservoir, [name])
            for name in ("n_units", "leak_rate", "spectral_radius", "input_scaling", "bias_scaling", "random_state")
        ),
        ("ReservoirRegressor(washout=)", ReservoirRegressor, ["washout"]),
        ("ReservoirRegressor(passthrough=)", ReservoirRegressor, ["passthrough"]),
        ("RidgeReadout(alpha=)", RidgeReadout, ["alpha"]),
        ("RLSReadout(alpha=, forgetting=)", RLSReadout, ["alpha", "forgetting"]),
    ],
)
def test_the_defaults_beside_those_of_reservoirpy_are_those_of_the_code(written, owner, names):
    page = (GUIDE / "from_reservoirpy.md").read_text()
    section = page.partition("## Parameters and defaults")[2].partition("\n## ")[0]
    cells = [row.split("|") for row in section.splitlines() if row.startswith("| `")]
    (values,) = (values for _, _, here, values, _ in cells if written in here)
    said = [ast.literal_eval(value) for value in re.findall(r"`(.+?)`", values)]
    assert said == [inspect.signature(owner).parameters[name].default for name in names]
