import numpy as np
import pytest
from builders import series
from onnx_runs import assert_same_states

from reservoir import LegendreMemory
from reservoir.interop import to_onnx


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("settings", [(1, 3.0), (20, 50.0)])
def test_states_are_those_of_run(settings, dtype):
    assert_same_states(LegendreMemory(*settings, dtype=dtype).fit(series()), series())


def test_times_are_refused_by_name():
    memory = LegendreMemory(4, 9.0, elapsed_column=0).fit(np.abs(series()))
    with pytest.raises(TypeError, match="'model' must have rows that all last 1 .* 'elapsed_column'"):
        to_onnx(memory)
