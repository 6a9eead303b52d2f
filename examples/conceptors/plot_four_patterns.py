"""
One network, four patterns: conceptors say which comes back
===========================================================

Can a network that has learnt four patterns replay each of them on demand, from any state? The four of H. Jaeger
("Controlling recurrent neural networks by conceptors", Jacobs University Technical Report 31, 2014, sections 3.1 to
3.4) are two sines, whose periods no whole number of steps hits, and two random patterns of five steps that are much
alike. One readout of 100 chaotic units learns to predict all of them. Closed to a loop, the network might go on with
any. A conceptor for each pattern, a matrix that lets states pass in the directions of that pattern only, decides.

From a random state, the right conceptor brings its pattern back to within a hundredth of its standard deviation, in
the middle of ten networks, and 36 of their 40 patterns to within a tenth; of the others, one network mixes its two
similar patterns, and one settles on another rhythm. Without a conceptor, or with that of another pattern, something
else comes. Mixtures of the conceptors of the two sines generate sines of periods between, and beyond, these two. A
linear model of the last ten values, without a reservoir, goes on with any of the four, if it is given ten values of it:
what it lacks is the call.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.interpolate import CubicSpline
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import Conceptor, EchoStateReservoir, Forecaster
from reservoir.conceptors import Morph

threadpool_limits(1)
N_UNITS, WASHOUT, N_STEPS, SEEDS = 100, 500, 1500, range(10)
PERIODS = 8.8342522, 9.8342522
NAMES = "sine of 8.83 steps", "sine of 9.83 steps", "5 random values", "5 similar values"

# %%
# The patterns
# ------------
# The random ones span -0.9 to 0.9.

time = np.arange(1, N_STEPS + 1)


def spanning(values):
    return 1.8 * (values - values.min()) / np.ptp(values) - 0.9


def make_patterns(random):
    values = spanning(random.random(5))
    similar = spanning(values + 0.2 * random.standard_normal(5))
    return [np.sin(2 * np.pi * time / period) for period in PERIODS] + [values[time % 5], similar[time % 5]]


# %%
# Learning
# --------
# The settings are the report's: a spectral radius of 1.5, normal input weights and biases with deviations of 1.5 and
# 0.2, no leak. The report computes new recurrent weights, which predict the driven states without an input; here the
# readout predicts the input instead, which is fed back. Both are linear least squares.


def learn(seed):
    """Return the patterns, the forecaster that has learnt all of them, their conceptors and a random state."""
    random = np.random.default_rng(seed)
    patterns = make_patterns(random)
    reservoir = EchoStateReservoir(
        N_UNITS,
        topology="random",
        degree=10,
        spectral_radius=1.5,
        leak_rate=1.0,
        input_weights=1.5 * random.standard_normal((N_UNITS, 1)),
        bias=0.2 * random.standard_normal(N_UNITS),
        random_state=seed,
    )
    settings = {"washout": WASHOUT, "passthrough": False, "transformer": None, "range_factor": None}
    forecaster = Forecaster(reservoir, RidgeReadout(alpha=0.01), **settings).fit(patterns)
    conceptors = [Conceptor(aperture=10.0).fit(states) for states in forecaster.states_of(patterns)]
    return patterns, forecaster, conceptors, 0.5 * random.standard_normal(N_UNITS)


# %%
# Calling a pattern
# -----------------
# All loops start from the same random state, so that nothing but the conceptor tells them which pattern is meant. The
# phase is free: 20 steps of the pattern are compared with that part of 200 steps of the loop which is nearest.


def best_phase(loop, pattern):
    """Return the part of a loop nearest to a pattern, and its error in standard deviations of the pattern."""
    starts = np.arange(0, len(loop) - len(pattern), 0.05)
    parts = CubicSpline(np.arange(len(loop)), loop)(starts[:, None] + np.arange(len(pattern)))
    errors = np.sqrt(np.mean((parts - pattern) ** 2, axis=1)) / pattern.std()
    return parts[np.argmin(errors)], errors.min()


def error_of(loop, pattern):
    return best_phase(loop[:, 0], pattern[-20:])[1]


def last_values_alone(patterns, start):
    """Return a free run of a linear model of the last ten values, fitted to all patterns."""
    rows = [np.lib.stride_tricks.sliding_window_view(pattern, 11) for pattern in patterns]
    rows = np.concatenate(rows)
    weights = np.linalg.lstsq(rows[:, :10], rows[:, 10], rcond=1e-10)[0]
    run = list(start)
    for _ in range(200):
        run.append(weights @ run[-10:])
    return np.array(run[10:])[:, None]


found = {name: np.empty((len(SEEDS), 4)) for name in ("its conceptor", "no conceptor", "another's conceptor")}
without = {name: np.empty((len(SEEDS), 4)) for name in ("given ten values of it", "given ten random values")}
for place, seed in enumerate(SEEDS):
    patterns, forecaster, conceptors, state = learn(seed)
    loops = [forecaster.forecast(200, initial_state=state, conceptor=one) for one in conceptors]
    free = forecaster.forecast(200, initial_state=state)
    lost = last_values_alone(patterns, 0.5 * np.random.default_rng(seed).standard_normal(10))
    for k, pattern in enumerate(patterns):
        found["its conceptor"][place, k] = error_of(loops[k], pattern)
        found["no conceptor"][place, k] = error_of(free, pattern)
        found["another's conceptor"][place, k] = error_of(loops[(k + 2) % 4], pattern)
        without["given ten values of it"][place, k] = error_of(last_values_alone(patterns, pattern[-10:]), pattern)
        without["given ten random values"][place, k] = error_of(lost, pattern)

print(f"error of a replay in standard deviations, median of {len(SEEDS)} networks (and the worst)")
print(f"{'':38s}" + "".join(f"{name:>22s}" for name in NAMES))
for title, errors in [*found.items(), *((f"no reservoir, {name}", own) for name, own in without.items())]:
    cells = [f"{np.median(own):.4f} ({own.max():.3f})" for own in errors.T]
    print(f"{title:38s}" + "".join(f"{cell:>22s}" for cell in cells))
brought = found["its conceptor"] < 0.1
print(f"patterns that come back within a tenth of their deviation: {brought.sum()} of {brought.size}")

# %%
# Morphing
# --------
# C = (1 - m) C1 + m C2 of the two sines, with m from -1 to 2 within 600 steps of one loop: beyond 0 and 1 it
# extrapolates. The period of the loop is read off where it crosses 0.


def periods(loop):
    """Return where a loop crosses 0 upwards, and the steps since it did before."""
    before, after = loop[:-1, 0], loop[1:, 0]
    up = np.flatnonzero((before < 0) & (after >= 0))
    crossings = up - before[up] / (after[up] - before[up])
    return crossings[1:], np.diff(crossings)


mix = np.concatenate([np.full(200, -1.0), np.linspace(-1, 2, 600), np.full(100, 2.0)])
expected = PERIODS[0] + mix * (PERIODS[1] - PERIODS[0])
differences = []
for seed in SEEDS:
    _, forecaster, conceptors, state = learn(seed)
    morph = forecaster.forecast(len(mix), initial_state=state, conceptor=Morph(*conceptors[:2], mix))[200:]
    where, own = periods(morph)
    inside = (mix[200:][where.astype(int)] >= 0) & (mix[200:][where.astype(int)] <= 1)
    differences.append(np.abs(own - expected[200:][where.astype(int)])[inside].mean())
print(f"morphing between the sines: periods are {np.median(differences):.2f} steps off a straight line, median")

# %%
# What came back, and the morph
# -----------------------------
# Of the network whose mean error is in the middle: the patterns and their replays, the singular values of the
# conceptors, a free loop, and the morph. The conceptors of the random patterns open five directions, for their five
# steps; those of the sines open more.

middle = SEEDS[np.argsort(found["its conceptor"].mean(axis=1))[len(SEEDS) // 2]]
patterns, forecaster, conceptors, state = learn(middle)
figure, axes = plt.subplot_mosaic(
    [["0", "1", "s"], ["2", "3", "f"], ["m", "m", "m"], ["p", "p", "p"]], figsize=(9, 8.2), layout="constrained"
)
for k, (pattern, name) in enumerate(zip(patterns, NAMES, strict=True)):
    replay, error = best_phase(
        forecaster.forecast(200, initial_state=state, conceptor=conceptors[k])[:, 0], pattern[-20:]
    )
    axes[str(k)].plot(pattern[-20:], color="0.7", lw=5, label="pattern")
    axes[str(k)].plot(replay, color="tab:blue", lw=1.5, label="replay")
    axes[str(k)].set(title=f"{name}: error {error:.3f}", ylim=(-1.2, 1.2))
    axes["s"].plot(range(1, 31), conceptors[k].singular_values_[:30], label=name)
axes["0"].legend(loc="lower left", fontsize=8)
axes["s"].set(title="singular values", xlabel="direction")
axes["s"].legend(fontsize=8)
axes["f"].plot(forecaster.forecast(120, initial_state=state)[:, 0], color="tab:red", lw=1)
axes["f"].set(title="without a conceptor", xlabel="step")
morph = forecaster.forecast(len(mix), initial_state=state, conceptor=Morph(*conceptors[:2], mix))[200:]
axes["m"].plot(morph[:, 0], color="tab:blue", lw=0.8)
axes["m"].set(title="morphing from beyond one sine to beyond the other", xlim=(0, 700))
axes["p"].plot(*periods(morph), ".", color="tab:blue", label="of the loop")
axes["p"].plot(expected[200:], color="0.5", label="straight line through the two sines")
for learnt in (0, 1):
    axes["p"].axvline(np.argmin(np.abs(mix[200:] - learnt)), color="0.8", ls="--", zorder=0)
axes["p"].set(xlabel="step (dashed: the mixes 0 and 1)", ylabel="period (steps)", xlim=(0, 700))
axes["p"].legend()
figure.savefig("four_patterns.png", dpi=120)
print("figure saved to four_patterns.png")
