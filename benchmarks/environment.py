"""Where a benchmark ran: versions, the processor, BLAS and threads."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import llvmlite.binding
import threadpoolctl

from benchmarks.build import HERE
from benchmarks.peers import versions

OURS = ("numpy", "scipy", "scikit-learn", "numba", "llvmlite")


def environment(against: Path | None = None) -> dict[str, str]:
    """Return by name what has to be known to repeat a measurement."""
    facts = {
        "this library": checkout(HERE),
        "before": "" if against is None else checkout(against),
        "Python": f"{platform.python_version()} on {platform.platform()}",
        "processor": f"{processor()} ({llvmlite.binding.get_host_cpu_name()}), {os.cpu_count()} of them",
        "BLAS": "; ".join(blas()),
        "threads": "one, unless said",
        "time": "the least of several rounds in turns, a first one not counted",
        "of ours": "time over that of the first row of the same work",
        "by processor": "before / now in seconds of the processor, which other programs do not prolong much",
        "MB": "growth of the peak of resident memory (RSS) above what the process held before the run",
    }
    facts |= {package: version(package) for package in OURS} | versions()
    return {name: fact for name, fact in facts.items() if fact}


def checkout(root: Path) -> str:
    """Return the commit of a checkout, and whether files were changed since."""
    try:
        described = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=10"], capture_output=True, text=True
        )
    except OSError:
        return "unknown: git is not installed"
    return described.stdout.strip() or "unknown: no git checkout"


def processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def blas() -> list[str]:
    """Return each library of linear algebra that is loaded, with its threads."""
    return [
        f"{pool['internal_api']} {pool['version']} ({pool.get('architecture', '')}), {pool['num_threads']} threads"
        for pool in threadpoolctl.threadpool_info()
        if pool["user_api"] == "blas"
    ]
