from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import eye_array
from sklearn.exceptions import NotFittedError

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid
from reservoir.plasticity import STDP, Homeostasis, IntrinsicPlasticity

X = np.ones((3, 2))
RATE, SPIKING = (EchoStateReservoir, CTRNNLiquid), (LIFLiquid,)
RULES = [(IntrinsicPlasticity(), RATE), (Homeostasis(), SPIKING), (STDP(), SPIKING)]
NO_RESERVOIR = [None, True, 2.5, 10**400, "abc", len, object(), [], X, eye_array(3), SimpleNamespace(n_units=3)]


@pytest.mark.parametrize(("rule", "classes"), RULES, ids=lambda value: type(value).__name__)
def test_what_cannot_be_adapted_is_refused_by_name(rule, classes):
    others = {*RATE, *SPIKING, LTCLiquid} - {*classes}
    for value in [*NO_RESERVOIR, *classes, *(other(5).fit(X) for other in others)]:
        with pytest.raises(TypeError, match="'reservoir' must be a fitted"):
            rule.adapt(value, X)
    for known in classes:
        with pytest.raises(NotFittedError, match=known.__name__):
            rule.adapt(known(5), X)


@pytest.mark.parametrize("rule", [rule for rule, _ in RULES], ids=lambda value: type(value).__name__)
def test_verbose_is_true_or_false(rule):
    reservoir = (EchoStateReservoir if isinstance(rule, IntrinsicPlasticity) else LIFLiquid)(20, random_state=0).fit(X)
    for value in (None, 0, 1, "no", np.ones(2), np.nan, [], eye_array(2)):
        with pytest.raises(ValueError, match="'verbose' must be True or False"):
            rule.adapt(reservoir, X, verbose=value)
