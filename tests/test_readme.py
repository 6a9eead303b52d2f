"""The README's programs run as they stand."""

import re
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np
import pytest

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
    if "class Rotation" in program:
        assert names["Rotation"]().fit_transform(names["np"].ones((5, 2))).shape == (5, 10)


def test_there_are_programs():
    assert len(PROGRAMS) >= 5
