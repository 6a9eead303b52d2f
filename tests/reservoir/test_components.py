import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, Forecaster, LTCLiquid, ReservoirRegressor, SequenceEncoder
from reservoir.components import DEFAULT_ALPHAS, clone_readout, clone_reservoir, default_readout, default_reservoir

X = [[0.1 * step] for step in range(200)]
COMPOSITES = [SequenceEncoder(), Forecaster(washout=5), ReservoirRegressor()]


def fit(composite, **parameters):
    composite = type(composite)(**(composite.get_params(deep=False) | parameters))
    if isinstance(composite, SequenceEncoder):
        return composite.fit([X])
    return composite.fit(X, [row[0] for row in X])


@pytest.mark.parametrize("composite", COMPOSITES, ids=str)
def test_every_composite_has_the_same_default_reservoir(composite):
    parameters = fit(composite).reservoir_.get_params()
    assert parameters == EchoStateReservoir(random_state=0).get_params() == default_reservoir().get_params()


def test_the_default_readout_chooses_its_penalty_in_blocks_of_time():
    readout = default_readout()
    np.testing.assert_allclose(readout.alphas, np.logspace(-6, 4, 11), rtol=1e-15)
    assert readout.cv == 5 and readout.alphas == DEFAULT_ALPHAS
    parameters = fit(ReservoirRegressor()).readout_.get_params()
    assert parameters == readout.get_params()


@pytest.mark.parametrize("composite", COMPOSITES, ids=str)
@pytest.mark.parametrize("wrong", [3, "echo state", EchoStateReservoir, Ridge(), [EchoStateReservoir()]], ids=str)
def test_what_is_no_reservoir_is_refused_by_every_composite_in_the_same_words(composite, wrong):
    with pytest.raises(ValueError, match=r"'reservoir' must be a reservoir such as EchoStateReservoir\(\); got"):
        fit(composite, reservoir=wrong)


@pytest.mark.parametrize("wrong", [3, "ridge", Ridge, StandardScaler(), EchoStateReservoir()], ids=str)
def test_what_cannot_read_out_is_refused(wrong):
    with pytest.raises(ValueError, match=r"'readout' must be a regressor such as RidgeReadout\(\); got"):
        fit(Forecaster(washout=5), readout=wrong)
    with pytest.raises(ValueError, match=r"'readout' must be a regressor or classifier such as Ridge\(\); got"):
        fit(ReservoirRegressor(), readout=wrong)


def test_components_are_copies_without_a_fit():
    for given, copy in [
        (liquid := LTCLiquid(5).fit(X), clone_reservoir(liquid)),
        *((one, clone_readout(one, Ridge(), "")) for one in (Ridge(2.0).fit(X, X), LogisticRegression(C=2.0))),
        (pipe := make_pipeline(StandardScaler(), Ridge()), clone_readout(pipe, Ridge(), "")),
    ]:
        assert copy is not given and str(copy) == str(given)
        assert not any(name.endswith("_") and not name.endswith("__") for name in vars(copy))
    default = RidgeReadout(2.0)
    assert clone_readout(None, default, "") is not default
