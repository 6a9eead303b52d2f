"""What an encoder is asked for, checked by itself."""

import pytest

from reservoir import CTRNNLiquid, EchoStateReservoir
from reservoir.encoder.checked_settings import check_summaries, check_views


def test_summaries_have_their_settings_in_their_order():
    found = check_summaries(["model", "mean", "ppv"], 3, 2, 0.5)
    assert found == [("model", 0.5), ("mean", None), ("ppv", 3)]
    assert check_summaries("last", 3, 2, 0.5) == [("last", None)]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (((), 3, 2, 1.0), "representation"),
        (("median", 3, 2, 1.0), "representation"),
        (("last", 0, 2, 1.0), "quantiles"),
        (("last", (), 2, 1.0), "quantiles"),
        (("last", (0.5, 0.5), 2, 1.0), "quantiles"),
        (("last", (1.0,), 2, 1.0), "quantiles"),
        (("last", 3, 0, 1.0), "n_segments"),
        (("last", 3, 2, 0.0), "model_alpha"),
    ],
)
def test_bad_settings_are_named(arguments, name):
    with pytest.raises(ValueError, match=f"'{name}' must"):
        check_summaries(*arguments)


def test_views_by_name():
    assert check_views(None, EchoStateReservoir()) is None
    assert check_views("series", EchoStateReservoir()) == ("series",)
    assert check_views(["series", "differences"], EchoStateReservoir()) == ("series", "differences")


@pytest.mark.parametrize("views", [(), "sideways", ("series", "series")])
def test_views_that_there_are_not(views):
    with pytest.raises(ValueError, match="'views' must"):
        check_views(views, EchoStateReservoir())


def test_times_have_no_views():
    with pytest.raises(ValueError, match="'views' must be None for a reservoir with a column of elapsed times"):
        check_views("scaled", CTRNNLiquid(elapsed_column=0))
