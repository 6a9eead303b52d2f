"""Every model, saved once for all tests of files."""

import warnings
from types import SimpleNamespace

import pytest
from saved_models import fitted_models, outputs

from reservoir import save


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """A folder of files of all models, with the models, what each computed before, and their names, by number."""
    pytest.importorskip("skops", reason='skops is not installed: pip install "liquid-reservoir[skops]"')
    every = SimpleNamespace(folder=tmp_path_factory.mktemp("models"), models={}, outputs={}, names={})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of liquids and readouts that are of no use on these series
        for number, (name, model) in enumerate(fitted_models()):
            key = str(number)
            every.models[key], every.outputs[key], every.names[key] = model, outputs(model), name
            save(model, every.folder / f"{key}.skops")
    return every
