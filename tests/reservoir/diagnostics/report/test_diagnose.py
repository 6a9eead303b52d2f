"""The report: the right word for plain cases of every class, and advice that helps."""

import re
import warnings

import numpy as np
import pytest
from builders import VARIANTS, build, series

from reservoir import (
    NVAR,
    AdaptiveReservoir,
    BaseReservoir,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    Izhikevich,
    LIFLiquid,
    LTCLiquid,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.diagnostics import diagnose, lyapunov_exponents
from reservoir.diagnostics.report.verdict import CONDITIONS
from reservoir.plasticity import IntrinsicPlasticity

WORDS = {condition.verdict for condition in CONDITIONS}
U = series(300, 1)


class LeakyTanh(BaseReservoir):
    """A class of one's own."""

    def __init__(self, n_units=10, *, scale=0.9, random_state=None):
        self.n_units = n_units
        self.scale = scale
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units
        self.input_weights_ = random_state.uniform(-1, 1, (self.n_units, n_features))

    def _rest(self):
        return np.zeros(self.n_units_)

    def _drive(self, X, state):
        states = np.empty((len(X), self.n_units_))
        for t, u in enumerate(X):
            state = 0.5 * state + 0.5 * np.tanh(self.scale * np.roll(state, 1) + self.input_weights_ @ u)
            states[t] = state
        return states, state


def fitted(reservoir, X):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # liquids that are to be sick
        return reservoir.fit(X)


def verdict(reservoir, X=U, **options):
    return diagnose(fitted(reservoir, X), X, random_state=0, **options).verdict


def echo(**parameters):
    return build(EchoStateReservoir, **({"n_units": 60} | parameters))


def stack(**parameters):
    return StackedReservoir([build(EchoStateReservoir), build(LTCLiquid, **parameters)])


EVERY = {name: build(cls, **parameters) for name, (cls, parameters) in VARIANTS.items()} | {
    # Of the 1500 nA that a column of 100 makes below, a step of 1 ms makes an overflow, as the model says.
    "Izhikevich random": build(SpikingLiquid, neuron=Izhikevich(), dt=0.1),
    "NVAR": NVAR(),
    "stack": stack(),
    "stack with spikes": StackedReservoir([build(EchoStateReservoir), build(LIFLiquid)]),
    "adapted": AdaptiveReservoir(build(EchoStateReservoir), IntrinsicPlasticity(learning_rate=1e-7)),
    "own": LeakyTanh(random_state=0),
    "single precision": build(EchoStateReservoir, dtype="float32"),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_reservoir_has_a_report_without_nan(name):
    X = series(80, 3) * [1.0, 0.01, 100.0]
    reservoir = fitted(EVERY[name], X)
    found = diagnose(reservoir, X, random_state=0)
    assert found.verdict in WORDS
    numbers = [value for value in vars(found).values() if isinstance(value, (int, float))]
    assert not np.isnan(numbers).any()
    assert (found.n_units, found.n_rows) == (reservoir.transform(X).shape[1], 80)
    assert 0 <= found.still <= 1 and (found.saturated is None or 0 <= found.saturated <= 1)
    assert found.memory_capacity is None or 0 <= found.memory_capacity <= found.n_units
    assert "nan" not in str(found).lower().replace("nano", "")
    assert found.name in found._repr_html_()


@pytest.mark.parametrize(
    ("expected", "reservoir"),
    [
        ("ordered", echo()),
        ("silent", echo(input_scaling=0.0)),
        ("chaotic", echo(spectral_radius=5.0)),
        ("chaotic", echo(activation="identity", spectral_radius=1.1, leak_rate=1.0)),  # grows without chaos
        ("saturated", echo(input_scaling=100.0, leak_rate=1.0)),
        ("saturated", echo(input_scaling=100.0)),  # a leak averages over units that jump from end to end
        ("memoryless", echo(spectral_radius=0.0, leak_rate=1.0)),
        ("slow", echo(leak_rate=0.01)),
        ("edge", echo(leak_rate=1.0, spectral_radius=1.0, bias=0.0, input_scaling=0.05)),
        ("multistable", echo(recurrent_weights=[[1.5]], leak_rate=1.0, bias=0.0, input_scaling=0.01)),
        ("ordered", build(CTRNNLiquid)),
        ("saturated", build(CTRNNLiquid, activation="sigmoid", input_scaling=500.0)),
        ("chaotic", build(CTRNNLiquid, activation="relu", spectral_radius=4.0, n_units=40)),
        ("ordered", build(LTCLiquid)),
        ("chaotic", build(LTCLiquid, gain=6.0, n_units=60)),
        ("ordered", build(CfCLiquid)),
        ("saturated", build(CfCLiquid, input_scaling=1000.0)),
        ("chaotic", build(CfCLiquid, gain=5.0, n_units=60)),
        ("silent", build(LIFLiquid, input_scaling=0.0, background_current=0.0)),
        ("saturated", build(LIFLiquid, background_current=1e4)),
        ("ordered", NVAR()),
        ("memoryless", NVAR(delay=1)),
        ("chaotic", stack(gain=6.0, n_units=60)),
        ("ordered", LeakyTanh(random_state=0)),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_plain_cases_get_their_word(expected, reservoir):
    assert verdict(reservoir) == expected


def test_memory_and_exponent_are_known_where_rows_are_just_stored():
    found = diagnose(NVAR(delay=4, order=1).fit(U), U, random_state=0)
    assert found.memory_capacity == pytest.approx(4, abs=0.1)
    assert found.lyapunov_exponent == -np.inf
    assert found.spectral_radius == pytest.approx(0, abs=1e-6)


def test_a_linear_reservoir_forgets_as_fast_as_its_eigenvalue_says():
    weights = np.diag([0.5, -0.2])
    linear = EchoStateReservoir(recurrent_weights=weights, activation="identity", leak_rate=1.0, random_state=0)
    found = diagnose(linear.fit(U), U, random_state=0)
    assert found.lyapunov_exponent == pytest.approx(np.log(0.5), abs=1e-6)
    assert found.spectral_radius == pytest.approx(0.5)
    assert found.memory_capacity == pytest.approx(2, abs=0.1)  # the rank


def test_columns_of_any_size_are_driven_as_large_as_they_are():
    X = np.column_stack([U, 1000 * series(300, 1, seed=1)])
    weights = np.random.RandomState(0).uniform(-0.3, 0.3, (40, 2)) / [1.0, 1000.0]
    large = diagnose(EchoStateReservoir(40, input_weights=weights, random_state=0).fit(X), X, random_state=0)
    plain = EchoStateReservoir(40, input_weights=weights * [1.0, 1000.0], random_state=0).fit(X / [1.0, 1000.0])
    assert large.verdict == "ordered"
    assert large.memory_capacity == pytest.approx(diagnose(plain, X / [1.0, 1000.0], random_state=0).memory_capacity)


def test_the_named_cases_of_bad_advice():
    """Each with the one parameter that is wrong; lowering another changes nothing, or makes it worse."""
    X = np.random.default_rng(0).standard_normal((300, 2))
    for parameters, verdict, right in [
        ({"leak_rate": 1e-3}, "slow", ("leak_rate", "raise")),
        ({"bias_scaling": 20.0}, "saturated", ("bias_scaling", "lower")),
        ({"input_scaling": 1e-6}, "weak", ("input_scaling", "raise")),
        ({"spectral_radius": 5.0, "leak_rate": 1.0}, "chaotic", ("spectral_radius", "lower")),
    ]:
        found = diagnose(echo(**parameters).fit(X), X, memory=False, random_state=0)
        assert (found.verdict, found.healthy) == (verdict, False)
        (change,) = found.changes
        assert (change.parameter, change.how) == right


@pytest.mark.parametrize("name", ["large input", "silence", "seizure", "well"])
def test_the_verdict_on_spikes_is_that_of_the_health_warning(name):
    parameters = {
        "large input": {"input_scaling": 1500.0},
        "silence": {"input_scaling": 0.01, "background_current": 0.0},
        "seizure": {"recurrent_scaling": 3.0, "inhibitory": 0.1, "input_scaling": 3.0},
        "well": {},
    }[name]
    X = series(100, 3)  # the second that the warning is about
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        liquid = LIFLiquid(60, random_state=0, **parameters).fit(X)
    found = diagnose(liquid, X, memory=False, random_state=0)
    if not caught:
        assert name == "well" and found.healthy
        return
    word, detail = re.search(r"the liquid is (\w+): (.*?)\. ", str(caught[0].message)).groups()
    assert found.verdict == word and detail in found.advice
    advised = re.search(r"Multiply '(\w+)' by about ([\d.e+-]+)\.", str(caught[0].message))
    (change,) = found.changes
    if advised is not None:  # a report may ask for more, as it looks at the response too, but not for something else
        assert advised[1] == change.parameter
        assert change.factor == pytest.approx(float(advised[2]), rel=0.05) or change.factor < float(advised[2])


def test_what_grows_at_first_is_not_called_shrinking():
    """A liquid whose shifted spikes shift others, and which follows its input all the same."""
    X = (np.random.default_rng(1).uniform(size=(200, 6)) < 0.1).astype(float)
    found = diagnose(LIFLiquid(60, input="spikes", random_state=0).fit(X), X, random_state=0)
    assert found.lyapunov_exponent > 0.1 and found.consistency > 0.9
    assert (found.verdict, found.healthy, found.changes) == ("edge", True, ())
    assert "shrink" not in found.advice and "rows, at first" in str(found)


def test_units_that_leak_alone_are_not_said_to_forget_at_once():
    found = diagnose(echo(spectral_radius=0.0, leak_rate=0.5).fit(U), U, random_state=0)
    assert found.verdict == "memoryless" and found.transient_length > 5
    assert "The states are little more than a function of the present row." in str(found)


def test_a_line_of_delays_is_not_called_memoryless():
    line = echo(topology="delay_line", spectral_radius=None, leak_rate=1.0)
    for reservoir in (line, NVAR(delay=3)):
        for memory in (True, False):
            assert verdict(reservoir, memory=memory) == "ordered"


@pytest.mark.parametrize(
    "reservoir", [echo(), build(LTCLiquid), build(CfCLiquid), NVAR()], ids=lambda one: type(one).__name__
)
def test_huge_series_are_judged_without_a_warning(reservoir):
    X = U * (1e100 if isinstance(reservoir, NVAR) else 1e300)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = diagnose(reservoir.fit(X), X, random_state=0)
    assert found.verdict in WORDS


def test_several_series_have_one_page():
    reservoir = echo().fit([U, U[:200]])
    for several in ([U, U[:200]], np.stack([U, U])):
        found = diagnose(reservoir, several, memory=False, random_state=0)
        assert found.healthy and len(found.series) == 2


def test_progress_is_printed(capsys):
    diagnose(echo(spectral_radius=5.0).fit(U), U, memory=False, random_state=0, verbose=True)
    assert capsys.readouterr().out.splitlines() == [
        "[diagnose] series 1 of 1 is chaotic",
        "[diagnose] looking for what mends series 1 of 1",
    ]


@pytest.mark.parametrize("kind", ["array", "Series"])
def test_a_single_feature_may_be_one_dimensional(kind):
    X = 1e4 * U[:, 0]
    if kind == "Series":
        X = pytest.importorskip("pandas", reason="a Series needs pandas").Series(X, name="a")
    reservoir = echo().fit(X) if kind == "Series" else echo().fit(X[:, None])
    found = diagnose(reservoir, X, memory=False, random_state=0)
    assert found.verdict == "saturated" and "tandardize X" in found.advice
    assert diagnose(*found.follow(reservoir, X), memory=False, random_state=0).verdict == "ordered"


def test_names_of_columns_may_be_needed_by_the_remedy():
    pandas = pytest.importorskip("pandas", reason="data frames need pandas")
    random = np.random.default_rng(0)
    frame = pandas.DataFrame({"a": random.standard_normal(300), "dt": random.exponential(size=300)})
    slow = CTRNNLiquid(20, tau_range=1e5, elapsed_column="dt", random_state=0).fit(frame)
    found = diagnose(slow, frame, memory=False, random_state=0)
    assert (found.verdict, found.changes[0].parameter) == ("slow", "tau_range")
    assert diagnose(*found.follow(slow, frame), memory=False, random_state=0).verdict == "ordered"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_constant_series_is_named_as_the_cause(level, dtype):
    X = np.full((300, 1), level)
    found = diagnose(echo(dtype=dtype).fit(X), X, random_state=0)
    assert found.verdict == "silent"
    assert "does not change" in found.advice
    assert found.memory_capacity is found.consistency is found.effective_dimension is None


def test_what_is_short_is_not_called_multistable():
    found = diagnose(echo(leak_rate=0.1).fit(U), U[:20], random_state=0)
    assert found.verdict == "ordered"
    assert "judge by a longer one" in found.advice


def test_memory_can_be_left_out_and_other_arguments_are_checked():
    reservoir = echo().fit(U)
    found = diagnose(reservoir, U, memory=False, random_state=0)
    assert found.memory_capacity is None and found.verdict == "ordered"
    assert found.lyapunov_exponent == pytest.approx(lyapunov_exponents(reservoir, U, random_state=1)[0], abs=1e-2)
    with pytest.raises(ValueError, match="'memory' must be True or False; got 'yes'"):
        diagnose(reservoir, U, memory="yes")
    with pytest.raises(ValueError, match="'X' must have at least 20 rows to judge by; got 19"):
        diagnose(reservoir, U[:19])


def test_it_is_reproducible_and_leaves_the_reservoir_as_it_was():
    reservoir = echo().fit(U)
    before = reservoir.transform(U)
    first, second = (str(diagnose(reservoir, U, random_state=3)) for _ in range(2))
    assert first == second
    assert np.array_equal(before, reservoir.transform(U))


def test_spikes_as_input_have_no_memory_capacity():
    X = (np.random.RandomState(0).uniform(size=(60, 3)) < 0.2).astype(float)
    found = diagnose(fitted(build(LIFLiquid, input="spikes"), X), X, random_state=0)
    assert found.memory_capacity is None
    assert found.rates.mean > 0
