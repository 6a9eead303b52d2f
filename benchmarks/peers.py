"""The libraries that this one is measured beside: their names in the table, and how to install them."""

from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple


class Peer(NamedTuple):
    """A library and its back end: the packages whose versions are told, and what ``pip install`` is given."""

    packages: tuple[str, ...]
    requirements: str


PEERS = {
    "reservoirpy, NumPy": Peer(("reservoirpy",), '"reservoirpy>=0.4.2"'),
    "reservoirpy, JAX": Peer(("reservoirpy", "jax"), '"reservoirpy>=0.4.2" jax'),
    "rclib, C++": Peer(("rclib",), "rclib==0.2.0"),
    "ResDAG, torch": Peer(("resdag", "torch"), "resdag==6.0.0"),
    "OpenReservoirComputing, JAX": Peer(("OpenReservoirComputing", "jax"), "OpenReservoirComputing==0.4.0"),
    "torch, dense": Peer(("torch",), "torch"),
    "ncps, torch": Peer(("ncps", "torch"), "ncps==1.0.1 torch"),
    "Brian2, C++ standalone": Peer(("brian2",), '"brian2==2.9.0" "numpy<2.4", with a C++ compiler and make'),
    "NEST, C++": Peer(("nest-simulator",), "nest-simulator==3.10.0"),
    "scikit-learn": Peer(("scikit-learn",), "scikit-learn"),
    "NumPy": Peer(("numpy",), "numpy"),
}


def how_to_install(name: str) -> str:
    """Return the command that installs a peer, whose name in a table begins with one of `PEERS`."""
    (peer,) = (peer for known, peer in PEERS.items() if name.startswith(known))
    return f"pip install {peer.requirements}"


def versions() -> dict[str, str]:
    """Return the version of each package of every peer, or "not installed"."""
    return {package: _version(package) for peer in PEERS.values() for package in peer.packages}


def _version(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
