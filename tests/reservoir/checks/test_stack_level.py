import warnings

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from reservoir import EchoStateReservoir, SequenceEncoder
from reservoir.checks.stack_level import stack_level

CHANNELS_FIRST = np.zeros((3, 2, 9))


def test_outside_of_the_library_it_is_the_line_itself():
    assert stack_level() == 1


@pytest.mark.parametrize(
    "model",
    [
        EchoStateReservoir(3),
        SequenceEncoder(EchoStateReservoir(3)),
        make_pipeline(FunctionTransformer(), EchoStateReservoir(3)),
    ],
    ids=["reservoir", "encoder", "pipeline"],
)
def test_a_warning_names_the_line_that_called_fit(model):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(CHANNELS_FIRST)
    assert [warning.filename for warning in caught] == [__file__]
