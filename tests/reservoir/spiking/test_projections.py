import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir.spiking.projections import at_synapses

WEIGHTS = csr_array(np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]]))  # row = postsynaptic unit
INHIBITORY = np.array([False, False, True])


def test_four_numbers_go_from_the_source_to_the_postsynaptic_unit():
    values = csr_array((at_synapses("delays", (1, 2, 3, 4), WEIGHTS, INHIBITORY), WEIGHTS.indices, WEIGHTS.indptr))
    np.testing.assert_array_equal(values.toarray(), [[0, 1, 3], [1, 0, 3], [2, 2, 4]])


def test_a_number_is_for_all():
    for number in (2.5, np.float32(2.5), np.array(2.5)):
        assert at_synapses("delays", number, WEIGHTS, INHIBITORY).tolist() == [2.5] * 7


@pytest.mark.parametrize("sparse", [True, False])
def test_a_matrix_is_read_where_synapses_are(sparse):
    matrix = np.arange(9.0).reshape(3, 3)
    given = matrix
    if sparse:
        given = csr_array((matrix.ravel(), np.tile([0, 1, 2], 3), [0, 3, 6, 9]))  # with its zero stored
    values = at_synapses("delays", given, WEIGHTS, INHIBITORY, at_least=0)
    np.testing.assert_array_equal(values, matrix[WEIGHTS.toarray() != 0])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (csr_array(np.eye(3)), "'delays' must have an entry for every synapse .* none from unit 1 to unit 0"),
        (csr_array((3, 3)), "must have an entry for every synapse"),
        (np.full((2, 2), 1.0), "'delays' must be a 2-D matrix of shape"),
        (np.full((3, 3), -1.0), "'delays' must be numbers at least 0; got -1.0 for synapse 0"),
        (np.full((3, 3), np.nan), "'delays' must be finite"),
        ((1.0, 2.0, 3.0), "'delays' must be one number, four"),
        (-1.0, "'delays' must be a number at least 0"),
        ([[1.0], [1.0, 2.0]], "'delays' must be a number or an array; got rows of unequal length"),
    ],
)
def test_bad_values_are_refused(value, message):
    with pytest.raises(ValueError, match=message):
        at_synapses("delays", value, WEIGHTS, INHIBITORY, at_least=0)
