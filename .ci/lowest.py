"""Print the lowest versions that pyproject.toml allows to users, tests and adapters, as constraints for pip.

The bounds are declared there and nowhere else, so that what is tested is what is promised.
"""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
extras = project["optional-dependencies"]
for requirement in project["dependencies"] + extras["test"] + extras["sktime"]:
    name, bound = re.fullmatch(r"([\w-]+)(?:\[\w+\])?>=([\w.]+)(?:,.*)?", requirement).groups()
    print(f"{name}=={bound}")
