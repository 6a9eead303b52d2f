"""Print the lowest versions that pyproject.toml allows to users and tests, as constraints for pip.

The bounds are declared there and nowhere else, so that what is tested is what is promised.
"""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
for requirement in project["dependencies"] + project["optional-dependencies"]["test"]:
    name, bound = re.fullmatch(r"([\w-]+)(?:\[\w+\])?>=([\w.]+)(?:,.*)?", requirement).groups()
    print(f"{name}=={bound}")
