"""What holds for every compiled function: its last bits are not chosen by where the allocator put its arrays."""

import ast
import importlib
import inspect
import pkgutil
import textwrap

import numpy as np
import pytest
from builders import VARIANTS
from numba.core.dispatcher import Dispatcher

import readouts
import reservoir
from readouts import RLSReadout
from readouts.compiling.guard import SUM_FLAGS
from reservoir import NVAR, CTRNNLiquid, LTCLiquid, Markram

SIZES = [5, 7, 13, 14, 15, 33]
N_STEPS = 40
TIMED = {
    "CTRNN": (CTRNNLiquid, {"topology": "random"}),
    "CTRNN euler": (CTRNNLiquid, {"method": "euler"}),
    "LTC fused": (LTCLiquid, {}),
    "LTC euler": (LTCLiquid, {"solver": "euler", "topology": "random"}),
    "LTC rk4": (LTCLiquid, {"solver": "rk4"}),
    "LTC gate": (LTCLiquid, {"synapse": "gate"}),
    "CfC": (reservoir.CfCLiquid, {"backbone_layers": 1}),
}
CASES = (
    {name: (cls, {"elapsed_column": -1} | own) for name, (cls, own) in TIMED.items()}
    | {name: variant for name, variant in VARIANTS.items() if "wired" not in name}  # a wiring has a size of its own
    | {"LIF dynamic": (reservoir.LIFLiquid, {"short_term_plasticity": Markram(0.5, 100.0, 20.0)})}
)


def dispatchers():
    """Every compiled function under a name of a module, with those that a factory has put into it, by these names."""
    found = {}
    for package in (reservoir, readouts):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            for name, value in vars(importlib.import_module(module.name)).items():
                found |= {(module.name, name, inner.py_func.__name__): inner for inner in with_inner(value)}
    return found


def with_inner(value):
    if isinstance(value, Dispatcher):
        yield value
        for cell in value.py_func.__closure__ or ():
            yield from with_inner(cell.cell_contents)


DISPATCHERS = dispatchers()


def stores(function):
    """A line of the function writes to an element of an array."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return any(isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) for node in ast.walk(tree))


def test_the_compiler_reorders_only_sums_that_store_nothing():
    assert len(DISPATCHERS) > 90
    for name, kernel in DISPATCHERS.items():
        flags = kernel.targetoptions.get("fastmath") or set()
        assert flags in (set(), SUM_FLAGS), name
        assert not (flags and stores(kernel.py_func)), name


def scatter(random, blocks):
    """Allocate and free odd blocks, so that what comes next lies somewhere else."""
    blocks += [bytearray(size) for size in random.randint(1, 600, random.randint(30)).tolist()]
    del blocks[: max(0, len(blocks) - 200) + random.randint(5)]


def assert_same_again(run, X):
    """Every head of a series is driven to the bits that the whole series had, wherever its arrays lie."""
    expected, random, blocks = run(X), np.random.RandomState(0), []
    for length in random.randint(1, len(X) + 1, 40):
        scatter(random, blocks)
        np.testing.assert_array_equal(run(X[:length].copy()), expected[:length], strict=True)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_states_do_not_depend_on_where_arrays_lie(name, dtype):
    cls, parameters = CASES[name]
    random = np.random.RandomState(1)
    X = np.column_stack([random.standard_normal((N_STEPS, 3)), random.exponential(1.5, N_STEPS)]).astype(dtype)
    X[4, -1] = 0
    for n_units in SIZES:
        liquid = cls(n_units, dtype=dtype, random_state=0, **parameters).fit(X)
        assert_same_again(lambda rows, liquid=liquid: liquid.run(rows)[0], X)


def test_monomials_do_not_depend_on_where_arrays_lie():
    X = np.random.RandomState(2).standard_normal((N_STEPS, 3))
    nvar = NVAR(delay=2, order=3).fit(X)
    assert_same_again(lambda rows: nvar.run(rows)[0], X)


@pytest.mark.parametrize("n_features", SIZES)
def test_recursive_least_squares_does_not_depend_on_where_arrays_lie(n_features):
    X = np.random.RandomState(3).standard_normal((N_STEPS, n_features))
    y = X @ np.arange(n_features)
    assert_same_again(lambda rows: RLSReadout(forgetting=0.9).partial_fit_predict(rows, y[: len(rows)]), X)
