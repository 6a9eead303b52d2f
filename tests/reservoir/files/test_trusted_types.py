"""The types that are trusted: all that models consist of, and nothing that runs a program."""

import ast
import dataclasses
import inspect
from importlib import import_module
from pathlib import Path

import pytest
from numpy.testing import assert_array_equal
from saved_models import OTHERS, outputs, waves
from sklearn.base import BaseEstimator

import readouts
import reservoir
from reservoir import BaseReservoir, load, model_selection, plasticity, speech, topology
from reservoir.files.trusted_types import SKOPS_TYPES

skops = pytest.importorskip("skops.io", reason='skops is not installed: pip install "liquid-reservoir[skops]"')
THEIRS = {"builtins.range", "numpy.dtype"} | {
    f"scipy.sparse._{form}.{form}_{kind}"
    for form in ("bsr", "coo", "csc", "csr", "dia")
    for kind in ("array", "matrix")
}
# What searches, stacks and column transformers hold. RepeatedKFold, which calls a class that it is given, is not there.
SPLITTERS = (
    "GroupKFold", "GroupShuffleSplit", "KFold", "LeaveOneGroupOut", "LeaveOneOut", "LeavePGroupsOut", "LeavePOut",
    "PredefinedSplit", "ShuffleSplit", "StratifiedGroupKFold", "StratifiedKFold", "StratifiedShuffleSplit",
    "TimeSeriesSplit", "_CVIterableWrapper",
)  # fmt: skip
THEIRS |= {f"sklearn.model_selection._split.{name}" for name in SPLITTERS} | {
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.metrics._scorer._Scorer",
    "sklearn.utils._bunch.Bunch",
    "sklearn.utils._metadata_requests.MetadataRequest",  # which splitters hold in scikit-learn 1.6
    "sklearn.utils._metadata_requests.MethodMetadataRequest",
}

# Behind the interfaces of libraries that may be absent: see test_adapters.py.
INSIDE_OTHERS = {name for name in SKOPS_TYPES if name.startswith("reservoir.interop.")}
OURS = [name for name in SKOPS_TYPES if name not in THEIRS | INSIDE_OTHERS]


def type_of(name):
    module, _, name = name.rpartition(".")
    return getattr(import_module(module), name)


def name_of(cls):
    return f"{cls.__module__}.{cls.__name__}"


def test_names_are_sorted_and_each_is_that_of_a_class():
    assert isinstance(SKOPS_TYPES, tuple) and list(SKOPS_TYPES) == sorted(set(SKOPS_TYPES))
    assert reservoir.SKOPS_TYPES is SKOPS_TYPES
    for name in set(SKOPS_TYPES) - INSIDE_OTHERS:
        assert inspect.isclass(type_of(name)) and name_of(type_of(name)) == name


def test_only_ours_and_arrays_are_trusted():
    others = {name for name in SKOPS_TYPES if name.split(".")[0] not in ("reservoir", "readouts")}
    assert others == THEIRS


@pytest.mark.parametrize("name", OURS)
def test_a_trusted_class_only_stores_what_it_is_given(name):
    """It is an estimator, whose constructor stores, a value, or one of the few that are looked at here."""
    cls = type_of(name)
    known = {
        "readouts.ridge_fit.RidgeFit", "reservoir.checks.progress.Progress",
        "reservoir.encoder.one_view.OneView", "reservoir.model_selection.forecast_scorer._ForecastScorer",
        "reservoir.model_selection.sequence_scorer._SequenceScorer",
        "reservoir.model_selection.washout_split.WashoutSplit",
    }  # fmt: skip
    assert issubclass(cls, (BaseEstimator, tuple)) or dataclasses.is_dataclass(cls) or name in known


def test_no_module_of_a_trusted_class_can_run_what_it_is_given():
    for module in {type_of(name).__module__ for name in OURS}:
        tree = ast.parse(Path(import_module(module).__file__).read_text())
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not names & {"exec", "eval", "open", "compile", "__import__", "import_module"}, module
        assert not names & {"subprocess", "pickle", "os", "shutil", "socket", "ctypes", "importlib", "joblib"}, module


def test_every_public_class_that_models_hold_is_trusted():
    held = (topology.Topology, BaseEstimator, tuple)
    missing = set()
    for package in (reservoir, readouts, topology, plasticity, speech, reservoir.spiking):
        for name in package.__all__:
            thing = getattr(package, name)
            if not inspect.isclass(thing) or inspect.isabstract(thing) or thing in (BaseReservoir, speech.Waveform):
                continue
            if issubclass(thing, BaseException) or thing is reservoir.spiking.Neuron:
                continue
            data = issubclass(thing, held) or dataclasses.is_dataclass(thing)
            missing |= {name_of(thing)} - set(SKOPS_TYPES) if data else set()
    assert missing <= RESULTS
    assert name_of(model_selection.WashoutSplit) in SKOPS_TYPES


# What functions return and no model holds, and what is made and used while a liquid is drawn.
RESULTS = {"reservoir.topology.topology.Topology"}


def test_no_file_of_any_model_names_another_type(saved):
    for path in sorted(saved.folder.glob("*.skops")):
        assert set(skops.get_untrusted_types(file=path)) <= {*SKOPS_TYPES, *OTHERS}, saved.names[path.stem]


def test_skops_alone_reads_a_file_with_these_types(saved):
    path = saved.folder / "0.skops"
    assert_array_equal(skops.load(path, trusted=SKOPS_TYPES).transform(waves(1)), outputs(load(path))[0])
