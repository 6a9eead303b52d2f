"""Every function of this room answers for every reservoir, with numbers."""

import math

import numpy as np
import pytest
from builders import VARIANTS, build

from reservoir import (
    NVAR,
    AdaptiveReservoir,
    EchoStateReservoir,
    Izhikevich,
    LIFLiquid,
    LTCLiquid,
    Markram,
    StackedReservoir,
)
from reservoir.base import BaseReservoir
from reservoir.diagnostics import (
    consistency,
    contraction_bound,
    echo_state_index,
    effective_spectral_radius,
    lyapunov_exponents,
    spectral_norm,
    spectral_radius,
    state_bounds,
    transient_length,
)
from reservoir.plasticity import IntrinsicPlasticity

U = np.random.RandomState(0).uniform(-1, 1, (50, 3))


class Own(BaseReservoir):
    """A reservoir of one's own: leaky units, and a state that counts its rows."""

    def __init__(self, n_units=6, *, random_state=None):
        self.n_units = n_units
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units
        self.weights_ = 0.3 * random_state.standard_normal((self.n_units, self.n_units))
        self.input_weights_ = random_state.uniform(-1, 1, (self.n_units, n_features))

    def _rest(self):
        return {"units": np.zeros(self.n_units_), "rows": 0}

    def _check_state(self, state):
        return dict(state)

    def _check_finite(self, states, state):
        super()._check_finite(states, state["units"])

    def _drive(self, X, state):
        units, states = state["units"], np.empty((len(X), self.n_units_))
        for t, u in enumerate(X):
            states[t] = units = 0.5 * units + 0.5 * np.tanh(self.weights_ @ units + self.input_weights_ @ u)
        return states, {"units": units, "rows": state["rows"] + len(X)}


ALL = {
    **{name: build(cls, **own) for name, (cls, own) in VARIANTS.items()},
    "LIF single counts": build(LIFLiquid, dtype="float32", output="counts", noise=1.0),
    "LIF dynamic": build(LIFLiquid, short_term_plasticity=Markram(0.5, 300.0, 50.0)),
    "LTC map": build(LTCLiquid, output_weights=np.ones((2, 13))),
    "NVAR": NVAR(delay=3),
    "NVAR present": NVAR(delay=1),
    "stack": StackedReservoir([build(EchoStateReservoir), build(LTCLiquid), build(LIFLiquid)]),
    "adapted": AdaptiveReservoir(build(EchoStateReservoir), IntrinsicPlasticity()),
    "own": Own(random_state=0),
}


@pytest.fixture(params=ALL, scope="module")
def reservoir(request):
    return ALL[request.param].fit(U[:9])


def test_sizes_of_weights_and_steps(reservoir):
    radius, norm = spectral_radius(reservoir), spectral_norm(reservoir)
    assert 0 <= radius <= norm * (1 + 1e-9) < np.inf
    for effective in (effective_spectral_radius(reservoir), effective_spectral_radius(reservoir, U, n_rows=2)):
        assert isinstance(effective, float)
        # An upstroke of Izhikevich grows by 1 + dt / 2 (0.08 V + 5) in each half of a step, some 4 close to its peak.
        assert 0 <= effective < (20 if isinstance(getattr(reservoir, "neuron", None), Izhikevich) else 2)


def test_exponents(reservoir):
    exponents = lyapunov_exponents(reservoir, U, random_state=0)
    assert exponents.shape == (1,)
    assert -np.inf <= exponents[0] < 0.5


def test_replicas(reservoir):
    assert 0 <= consistency(reservoir, U, n_replicas=2, random_state=0) <= 1 + 1e-12
    length = transient_length(reservoir, U, n_replicas=2, random_state=0)
    assert length == math.inf or (isinstance(length, int) and 0 <= length < 50)
    assert 0 <= echo_state_index(reservoir, U, n_starts=1, random_state=0) < 5


def test_bounds_hold(reservoir):
    assert 0 <= contraction_bound(reservoir) <= np.inf
    lower, upper = state_bounds(reservoir)
    assert lower.shape == upper.shape == (reservoir.n_units_,)
    states = reservoir.transform(U)
    if states.shape[1] == reservoir.n_units_:
        assert np.all((states >= lower - 1e-6) & (states <= upper + 1e-6))
