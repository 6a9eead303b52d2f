"""
Do two layers see more than one?
================================

Two things are asked of noise at every step: the product of the two inputs before the present one, which is gone a step
later (fast), and the running mean of such products over 30 steps (slow). A unit quick enough to see the product forgets
it; one slow enough for the mean never sees it. So something fast must drive something slow.

Both time constants must be there, and in two layers their order decides. Layering itself matters less: one layer with
half of each does as well on the slow target and half as well on the fast one, where fast alone is best.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import lfilter
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import CTRNNLiquid, LIFLiquid, StackedReservoir
from reservoir.metrics import nmse

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS, FAST, SLOW, MEMORY, SEEDS = 100, 1.0, 10.0, 30, range(5)
WASHOUT, N_TRAIN, N_VALIDATION, N_TEST = 300, 4000, 1500, 3000
train, test = slice(WASHOUT, N_TRAIN), slice(N_TRAIN + N_VALIDATION, None)
validation = slice(N_TRAIN, N_TRAIN + N_VALIDATION)

# %%
# The task
# --------
# The input has unit variance and no memory, so that all memory is that of the liquid.


def make_task(seed):
    """Noise of unit variance, and its slow and its fast target."""
    u = np.random.default_rng(seed).uniform(-np.sqrt(3), np.sqrt(3), N_TRAIN + N_VALIDATION + N_TEST)
    product = u * np.append(0, u[:-1])
    return u, np.column_stack([lfilter([1 / MEMORY], [1, 1 / MEMORY - 1], product), np.append(0, product[:-1])])


# %%
# The readout
# -----------
# A ridge for each target. Its penalty, and the input scaling of the liquid, are chosen on a validation part, for every
# line and every seed anew. The error is the NMSE on the test part, the mean squared error over the variance of the
# target: 1 is the error of the mean, 0 is perfect.


def read_out(features, y):
    """Train a readout per target; return the validation errors and the test prediction."""
    errors, predicted = np.full(2, np.inf), np.zeros((2, N_TEST))
    for alpha in (1e-8, 1e-6, 1e-4):
        guess = RidgeReadout(alpha).fit(features[train], y[train]).predict(features)
        for k in range(2):
            error = nmse(y[validation, k], guess[validation, k])
            if error < errors[k]:
                errors[k], predicted[k] = error, guess[test, k]
    return errors.mean(), predicted


# %%
# The rivals
# ----------
# Two layers of 50 units, fast below slow, stand against one layer of 100 units that are all fast, or all slow, or, the
# fair control, half of them each at random. The other order and spiking units on top complete the table. With no
# reservoir, the ridge sees the last 20 inputs.


def one_layer(tau, **kwargs):
    return CTRNNLiquid(N_UNITS, tau_range=tau, **kwargs)


def two_layers(below, above, input_scaling, random_state):
    """The input drives the lower layer alone; its states drive the upper one, scaled by 0.3 if that is a CTRNN."""
    if isinstance(above, float):
        above = CTRNNLiquid(N_UNITS // 2, tau_range=above, input_scaling=0.3)
    below = CTRNNLiquid(N_UNITS // 2, tau_range=below, input_scaling=input_scaling)
    return StackedReservoir([below, above], random_state=random_state)


def half_of_each(seed):
    return np.random.default_rng(seed).permutation(np.repeat([FAST, SLOW], N_UNITS // 2))


# Its traces fade within SLOW rows of 10 ms.
SPIKING = LIFLiquid(N_UNITS // 2, input_period=10.0, tau_trace=10 * SLOW)
RIVALS = {
    "one layer, fast": lambda **kwargs: one_layer(FAST, **kwargs),
    "one layer, slow": lambda **kwargs: one_layer(SLOW, **kwargs),
    "one layer, half of each": lambda **kwargs: one_layer(half_of_each(kwargs["random_state"]), **kwargs),
    "two layers, slow below fast": lambda **kwargs: two_layers(SLOW, FAST, **kwargs),
    "two layers, fast below spiking": lambda **kwargs: two_layers(FAST, SPIKING, **kwargs),
    "two layers, fast below slow": lambda **kwargs: two_layers(FAST, SLOW, **kwargs),
}

# %%
# Five seeds
# ----------

errors, guesses = {name: [] for name in ("no reservoir, last 20 inputs", *RIVALS)}, {}
for seed in SEEDS:
    u, y = make_task(seed)
    window = np.lib.stride_tricks.sliding_window_view(np.append(np.zeros(19), u), 20)
    found = {"no reservoir, last 20 inputs": read_out(window, y)}
    for name, make in RIVALS.items():
        liquids = [make(input_scaling=scaling, random_state=seed) for scaling in (0.03, 0.1)]
        found[name] = min(
            (read_out(np.column_stack([u, liquid.fit_transform(u[:, None])]), y) for liquid in liquids),
            key=lambda result: result[0],
        )
    for name, (_, guess) in found.items():
        errors[name].append([nmse(y[test, k], guess[k]) for k in range(2)])
        guesses[name] = guess

print(f"{N_UNITS} units, time constants {FAST:g} and {SLOW:g} steps, {len(SEEDS)} seeds, test NMSE (mean +- sd)")
print(f"{'':32s}slow target         fast target")
for name, values in errors.items():
    (slow, fast), (slow_sd, fast_sd) = np.mean(values, axis=0), np.std(values, axis=0)
    print(f"{name:32s}{slow:.4f} +- {slow_sd:.4f}   {fast:.4f} +- {fast_sd:.4f}")
for name in ("one layer, fast", "one layer, half of each", "two layers, slow below fast"):
    slow, fast = np.mean(errors[name], axis=0) / np.mean(errors["two layers, fast below slow"], axis=0)
    print(f"error of {name}, over that of fast below slow: {slow:.2f} (slow target), {fast:.2f} (fast target)")

# %%
# Both targets
# ------------
# Above, a stretch of the input and of the slow target with two of its predictions, of the last seed. Below, the errors
# of every liquid; bars reach from the best seed to the worst.

figure, axes = plt.subplots(3, figsize=(8, 8.5), height_ratios=(2, 4, 6), layout="constrained")
steps = np.arange(200)
axes[0].plot(steps, u[test][steps], color="black", linewidth=0.8)
axes[0].set(title="Input: noise", ylabel="u(t)", xlim=(0, 200))
axes[0].tick_params(labelbottom=False)
axes[1].plot(steps, y[test, 0][steps], color="black", label="target")
for name, style, colour in (("one layer, fast", ":", "tab:orange"), ("two layers, fast below slow", "--", "tab:blue")):
    axes[1].plot(steps, guesses[name][0, steps], style, color=colour, label=name)
axes[1].set(title="Slow target: running mean of products", xlabel="step of the test part", xlim=(0, 200))
axes[1].set(ylabel="mean of u(t) u(t - 1)", ylim=(-0.7, None))
axes[1].legend(loc="lower right", ncols=2, frameon=False)
rows = np.arange(len(errors))
for k, (name, marker, colour) in enumerate((("slow target", "o", "tab:blue"), ("fast target", "s", "tab:orange"))):
    values = np.array(list(errors.values()))[:, :, k]
    middle, low, high = values.mean(axis=1), values.min(axis=1), values.max(axis=1)
    bars = np.array([middle - low, high - middle])
    axes[2].errorbar(middle, rows + (k - 0.5) / 4, xerr=bars, fmt=marker, color=colour, capsize=3, label=name)
axes[2].set_yticks(rows, [name.replace(", ", ",\n") for name in errors])
axes[2].set_ylim(len(rows) - 0.4, -0.6)
axes[2].set(xscale="log", title=f"Error of {N_UNITS} units", xlabel="test NMSE (mean, least and greatest of the seeds)")
axes[2].grid(axis="x", color="0.9")
axes[2].legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
figure.align_ylabels(axes[:2])
figure.savefig("two_layer_liquid.png", dpi=120)
print("figure saved to two_layer_liquid.png")
