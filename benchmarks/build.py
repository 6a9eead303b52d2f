"""A checkout of this library in a process of its own, which runs the cases of this one when asked to."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from benchmarks.cases import comparisons_of
from benchmarks.comparison import Run
from benchmarks.measure import Reported, timed

HERE = Path(__file__).resolve().parent.parent
# The library comes from the other checkout, and what is measured from this one.
START = """
import sys
sys.path.insert(0, sys.argv[1])
import readouts, reservoir
sys.path[0] = sys.argv[2]
from benchmarks.build import serve
serve(quick=sys.argv[3] == "quick")
"""


class Build:
    """A checkout of this library whose runs take place in a process of its own."""

    def __init__(self, root: Path, quick: bool):
        if not (root / "reservoir" / "__init__.py").exists():
            raise FileNotFoundError(f"'{root}' is no checkout of this library: it holds no reservoir/__init__.py.")
        command = [sys.executable, "-P", "-c", START, str(root.resolve()), str(HERE), "quick" if quick else "full"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, case: str, number: int, name: str) -> Run:
        """Return a run of that way of this library in the comparison of that number."""
        return lambda: self._ask(case, number, name)

    def close(self) -> None:
        """End the process."""
        with self.process:
            self.process.stdin.close()

    def _ask(self, *request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or '{"error": "its process has ended"}')
        if "missing" in answer:
            raise ImportError(answer["missing"])
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return Reported(**answer)


def serve(quick: bool) -> None:
    """Answer the requests of `Build`, line by line; whatever is printed meanwhile goes to the standard error."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    made, runs, n_calls = None, {}, Counter()
    for line in sys.stdin:
        case, number, name = json.loads(line)
        try:
            if made != (case, number):
                made, runs, n_calls = (case, number), {}, Counter()
                comparison = comparisons_of(case, quick)[number]
            if name not in runs:
                runs[name] = comparison.ours[name]()
            warm_up = 0 if quick or comparison.long else 1
            reported = timed(runs[name], with_memory=n_calls[name] == warm_up)
            answer = {"seconds": reported.seconds, "memory": reported.memory, "processor": reported.processor}
            n_calls[name] += 1
        except ImportError as error:
            answer = {"missing": str(error)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
