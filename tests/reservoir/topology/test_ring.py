import numpy as np

from reservoir.topology import Ring, scale_to_spectral_radius


def test_eigenvalues_are_the_roots_of_unity_times_the_radius():
    matrix = scale_to_spectral_radius(Ring().draw(12), 0.9)
    eigenvalues = np.linalg.eigvals(matrix.toarray())
    np.testing.assert_allclose(eigenvalues**12, 0.9**12, atol=1e-12)
    assert np.unique(np.round(np.angle(eigenvalues * np.exp(0.1j)), 6)).size == 12


def test_a_unit_receives_input_from_its_predecessor():
    state = np.arange(5.0)
    np.testing.assert_array_equal(Ring().draw(5) @ state, np.roll(state, 1))
