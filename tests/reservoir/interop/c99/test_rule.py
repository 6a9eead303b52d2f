"""A class of reservoirs has a rule in C, or is refused by name."""

import numpy as np
import pytest
from builders import series

from reservoir import EchoStateReservoir
from reservoir.base import BaseReservoir
from reservoir.interop.c99.leaky_units import leaky_rule
from reservoir.interop.c99.rule import c_rule


class Own(BaseReservoir):
    """A reservoir of a user's own."""

    def _draw(self, n_features, random_state):
        self.n_units_ = 1

    def _rest(self):
        return np.zeros(1)

    def _drive(self, X, state):
        return X[:, :1], state


def test_the_rule_is_that_of_the_class():
    reservoir = EchoStateReservoir(5, random_state=0).fit(series(5, 2))
    dtype = np.dtype("float64")
    assert c_rule(reservoir, dtype).body == leaky_rule(reservoir, dtype).body


def test_other_classes_are_refused_by_name():
    with pytest.raises(TypeError, match=r"EchoStateReservoir.*got Own\. Its step is known to Python alone"):
        c_rule(Own().fit(series(5, 2)), np.dtype("float64"))
