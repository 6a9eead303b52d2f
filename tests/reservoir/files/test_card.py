"""A card says of a model what was fitted to what, with which settings, and whether it is healthy."""

import re

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import reservoir
from reservoir import EchoStateReservoir, Forecaster, ReservoirRegressor, model_card
from reservoir.diagnostics import diagnose

X = np.random.RandomState(0).uniform(-1, 3, (400, 2))


@pytest.fixture(scope="module")
def liquid():
    return EchoStateReservoir(30, random_state=0).fit(X)


def section(card, title):
    return card.partition(f"## {title}\n\n")[2].partition("\n## ")[0]


def test_data_settings_health_and_versions_are_there(liquid):
    card = model_card(liquid, X, description="Noise, for a test.")
    assert card.startswith("# EchoStateReservoir\n\nNoise, for a test.\n\n## Data\n\n1 series of 400 rows.\n")
    column = X[:, 1]
    row = f"| x1 | {column.min():.4g} | {column.mean():.4g} | {column.max():.4g} | {column.std():.4g} |"
    assert row in section(card, "Data")
    settings = section(card, "Settings")
    for name, value in liquid.get_params().items():
        assert f"| `{name}` | `{value!r}` |" in settings
    verdict = diagnose(liquid, X, memory=False, random_state=0)
    assert verdict.headline.title in section(card, "Diagnosis") and verdict.advice in section(card, "Diagnosis")
    assert f"| liquid-reservoir | {reservoir.__version__} |" in section(card, "Versions")
    assert f"| numpy | {np.__version__} |" in card


def test_several_series_and_gaps_are_counted(liquid):
    filler = reservoir.ForwardFill().fit(X)
    gaps = X[:50].copy()
    gaps[3:6, 1] = np.nan
    card = model_card(filler, [X[:100], gaps])
    assert "2 series of 50 to 100 rows, 3 values missing." in card
    assert "nan" not in section(card, "Data")
    gaps[:, 1] = np.nan  # and no warning that it is empty
    assert "\n| x1 |  |  |  |  |" in model_card(filler, gaps)


def test_the_reservoir_of_a_model_is_judged_by_what_drives_it():
    scaled = StandardScaler().fit_transform(X)
    expected = diagnose(EchoStateReservoir(30, random_state=0).fit(scaled), scaled, memory=False, random_state=0)
    regressor = ReservoirRegressor(EchoStateReservoir(30, random_state=0))
    for model in (
        make_pipeline(StandardScaler(), regressor).fit(X, X[:, 0]),
        Forecaster(EchoStateReservoir(30, random_state=0)).fit(X),
    ):
        assert expected.headline.title in section(model_card(model, X), "Diagnosis")


@pytest.mark.parametrize("given", [{"feedback": True}, {}])
def test_what_cannot_be_judged_here_is_said_to_be(given):
    model = ReservoirRegressor(EchoStateReservoir(10, random_state=0), washout=2, **given)
    card = model_card(model.fit(X, X[:, 0]), X if given else X[:15])
    assert section(card, "Diagnosis").startswith("None: call" if given else "None: no series has the 20 rows")


def test_long_values_and_signs_of_tables_are_kept_in_their_cells(liquid):
    given = EchoStateReservoir(3, recurrent_weights=np.eye(3) / 2, input_weights=np.ones((3, 2)), bias=np.zeros(3))
    settings = section(model_card(given.fit(X), X), "Settings")
    assert "| `recurrent_weights` | `ndarray (3, 3)` |" in settings
    assert all(line.count("|") == 3 for line in settings.strip().splitlines())


def test_no_name_of_a_column_or_setting_breaks_a_table():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(X, columns=["left|right", "two\nlines ---"])
    model = Pipeline(
        [("a|b", FunctionTransformer(kw_args=None, feature_names_out="one-to-one")), ("c", StandardScaler())]
    )
    model.set_params(c=FunctionTransformer(kw_args={"key|": 1}, func=takes_keys))
    card = model_card(model.fit(frame), frame)
    tables = [line for line in card.splitlines() if line.startswith("|")]
    cells = {len(re.split(r"(?<!\\)\|", line)) for line in tables}
    assert cells == {7, 4} and len(section(card, "Data").strip().splitlines()) == 6
    assert r"| left\|right | " in card and "| two lines --- | " in card
    assert r"`{'key\|': 1}`" in card and r"| `a\|b` |" in card


def takes_keys(X, **keys):
    return X


def test_of_a_search_what_it_found_is_described():
    rates = {"reservoir__leak_rate": [0.125]}
    search = GridSearchCV(ReservoirRegressor(EchoStateReservoir(10, random_state=0)), rates, cv=2).fit(X, X[:, 0])
    card = model_card(search, X)
    assert card == model_card(search.best_estimator_, X)
    assert "| `reservoir__leak_rate` | `0.125` |" in card


def test_what_has_no_card_is_refused(liquid):
    with pytest.raises(NotFittedError):
        model_card(EchoStateReservoir(), X)
    with pytest.raises(TypeError, match="'model' must be a fitted estimator; got dict"):
        model_card({}, X)
    with pytest.raises(ValueError, match="features"):
        model_card(liquid, X[:, :1])
    with pytest.raises(TypeError, match="'description' must be Markdown"):
        model_card(liquid, X, description=3)
