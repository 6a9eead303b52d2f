import numpy as np
import pytest

from reservoir import LIFLiquid, LIFState

LIQUID = LIFLiquid(10, delays=3.0, random_state=0).fit(np.ones((2, 2)))
_, STATE = LIQUID.run(np.ones((5, 2)))


def test_a_state_of_the_same_liquid_passes_in_its_precision():
    _, rest = LIFLiquid(10, delays=3.0, random_state=0, dtype="float32").fit(np.ones((2, 2))).run(np.ones((1, 2)))
    checked = STATE.check(rest)
    assert isinstance(checked, LIFState)
    assert checked.voltage.dtype == np.float32
    assert checked.refractory.dtype == np.int32


@pytest.mark.parametrize(
    "change",
    [
        {"voltage": np.zeros(9)},
        {"voltage": np.full(10, np.nan)},
        {"current": np.zeros(10)},
        {"trace": [0.0] * 10},
        {"refractory": np.zeros(10)},
        {"refractory": np.full(10, -1)},
        {"arrivals": np.zeros((2, 2, 10))},
    ],
    ids=str,
)
def test_another_state_is_refused_by_the_name_of_its_part(change):
    with pytest.raises(ValueError, match=f"'state' must be a LIFState of this liquid; its '{next(iter(change))}'"):
        LIQUID.run(np.ones((1, 2)), STATE._replace(**change))
