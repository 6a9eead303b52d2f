import os
import sys

os.environ.setdefault("MPLBACKEND", "Agg")  # figures are drawn, never shown
os.environ.setdefault("SCIPY_ARRAY_API", "1")  # else scikit-learn skips its check of array-API input
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices take longer in several threads

import numpy as np  # noqa: E402 - after what it reads
import pytest  # noqa: E402
from builders import CLASSES, VARIANTS, make, series  # noqa: E402


def pytest_collectstart(collector):
    """What a file draws while it is imported, such as fitted cases of a parameter, is the same in every run."""
    np.random.seed(0)


def pytest_fixture_setup(fixturedef, request):
    """What a fixture draws is the same in every run, whatever was set up before it."""
    np.random.seed(0)


def pytest_runtest_call(item):
    """What a test draws without a seed of its own is the same in every run."""
    np.random.seed(0)


@pytest.fixture(autouse=True)
def no_figures_left():
    """Figures that a test leaves open are closed, or the next of twenty others would warn."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(params=CLASSES, ids=lambda cls: cls.__name__)
def cls(request):
    return request.param


@pytest.fixture(params=VARIANTS)
def variant(request):
    return request.param


@pytest.fixture(params=["float64", "float32"])
def liquid(request, variant):
    return make(variant, dtype=request.param).fit(series())
