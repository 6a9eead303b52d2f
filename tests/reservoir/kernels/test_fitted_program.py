import copy
import pickle

import numpy as np
import pytest
from builders import CLASSES, build, leaves, series
from numpy.testing import assert_array_equal

from reservoir import NVAR, EchoStateReservoir, LTCLiquid

U = series(20)


@pytest.mark.parametrize("cls", CLASSES)
def test_a_program_is_what_the_kernel_is_given(cls):
    fitted = build(cls).fit(U)
    program, states = fitted.program_, fitted.transform(U)
    assert all(
        np.shares_memory(a, b) for a, b in zip(leaves(program), leaves(fitted._arguments), strict=True) if a.size
    )
    assert_array_equal(fitted.with_program(program).transform(U), states)


def test_another_program_drives_a_copy():
    fitted = EchoStateReservoir(10, random_state=0).fit(U)
    states, pace = fitted.transform(U), fitted.program_.pace
    slow = fitted.with_program(fitted.program_._replace(pace=pace._replace(keep=0 * pace.keep, gain=pace.gain + 0.7)))
    expected = EchoStateReservoir(10, leak_rate=1.0, random_state=0).fit_transform(U)
    np.testing.assert_allclose(slow.transform(U), expected, rtol=1e-12)
    assert_array_equal(fitted.transform(U), states)


@pytest.mark.parametrize("model", [NVAR(), LTCLiquid(8, random_state=0)])
def test_copies_and_pickles_have_programs_of_their_own_whose_arrays_can_be_written_to(model):
    fitted = model.fit(U)
    for twin in (copy.deepcopy(fitted), pickle.loads(pickle.dumps(fitted))):
        assert type(twin.program_) is type(fitted.program_)
        assert all(array.flags.writeable for array in leaves(twin.program_))
        assert not any(
            np.shares_memory(a, b) for a, b in zip(leaves(twin.program_), leaves(fitted.program_), strict=True)
        )
        assert_array_equal(twin.transform(U), fitted.transform(U))


def test_a_pickle_holds_the_arrays_of_the_kernel_once():
    fitted = EchoStateReservoir(400, degree=400, random_state=0).fit(U)
    weights = fitted.recurrent_weights_
    once = weights.data.nbytes + weights.indices.nbytes
    assert len(pickle.dumps(fitted)) < once + 1.2 * sum(array.nbytes for array in leaves(fitted.program_))
