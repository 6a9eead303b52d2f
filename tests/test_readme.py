"""The README's programs run as they stand."""

import ast
import inspect
import re
import sys
import textwrap
from pathlib import Path
from types import ModuleType, SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_array

from readouts import RidgeReadout, RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor

ROOT = Path(__file__).parent.parent
PROGRAMS = [
    (page.name, number, program)
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md")
    for number, program in enumerate(re.findall(r"^ *```python\n(.*?)^ *```", page.read_text(), re.M | re.S))
]


@pytest.mark.parametrize("program", [pytest.param(text, id=f"{page}-{n}") for page, n, text in PROGRAMS])
def test_program_runs(program, capsys, monkeypatch):
    module = ModuleType("program")  # where pickles find its classes again
    monkeypatch.setitem(sys.modules, "program", module)
    names = vars(module)
    exec("import numpy as np\nfrom reservoir import BaseReservoir\n", names)
    if "check_reservoir(Rotation())" in program:
        exec(textwrap.dedent(next(text for *_, text in PROGRAMS if "class Rotation" in text)), names)
    exec(re.sub(r"^   ", "", program, flags=re.M) if program.startswith("   ") else program, names)
    printed = capsys.readouterr().out.split()
    plt.close("all")
    if "load_japanese_vowels" in program:
        assert float(printed[-1]) > 0.98
    if "make_narma" in program:
        assert float(printed[-1]) < 0.06
    if "def recogniser" in program:
        hum, noise = np.sin(np.arange(3000) / 3), np.random.RandomState(0).standard_normal(3000)
        waveforms, labels = [hum[:2500], noise[:2600], hum[300:], noise[300:]] * 3, ["hum", "noise"] * 6
        assert names["recogniser"](8000).fit(waveforms, labels).predict([hum, noise]).tolist() == ["hum", "noise"]
    if "def take_over" in program:
        peer = np.load(ROOT / "tests" / "fixtures" / "reservoirpy_states.npz")
        node = SimpleNamespace(
            Win=csr_array(peer["plain_Win"]), W=csr_array(peer["plain_W"]), bias=float(peer["plain_bias"]),
            lr=float(peer["plain_lr"]), activation=np.tanh,
        )  # fmt: skip
        states = names["take_over"](node).fit_transform(peer["inputs"])
        assert_allclose(states, peer["plain_states"], rtol=0, atol=1e-14)
    if "class Rotation" in program:
        assert names["Rotation"]().fit_transform(names["np"].ones((5, 2))).shape == (5, 10)


def test_there_are_programs():
    assert len(PROGRAMS) >= 6


def test_a_port_without_a_word_on_the_bias_computes_something_else():
    peer = np.load(ROOT / "tests" / "fixtures" / "reservoirpy_states.npz")
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
    section = (ROOT / "README.md").read_text().partition("## Coming from reservoirpy")[2].partition("\n## ")[0]
    cells = [row.split("|") for row in section.splitlines() if row.startswith("| `")]
    (values,) = (values for _, _, _, here, values, _ in cells if written in here)
    said = [ast.literal_eval(value) for value in re.findall(r"`(.+?)`", values)]
    assert said == [inspect.signature(owner).parameters[name].default for name in names]
