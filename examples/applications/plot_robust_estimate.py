"""
A soft sensor with faults: should one train with noise?
=======================================================

Of the Lorenz system only x is measured, and z is to be estimated at every step, as by a soft sensor. Two liquids and a
multilayer perceptron of the last 20 values learn it from clean measurements, or from measurements with some noise. They
are tested with noise, lost values, an offset or a wrong gain.

Trained on clean measurements, liquids are exact and brittle: an offset of a tenth of the signal's deviation multiplies
their error by more than 100, and the perceptron bears it better. Trained with noise of that size, they begin with an
error of 3 % and err less than the perceptron, which has no reservoir, under every fault.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.neural_network import MLPRegressor
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import CTRNNLiquid, EchoStateReservoir, ReservoirRegressor
from reservoir.datasets import make_lorenz
from reservoir.metrics import nrmse

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS, N_PAST, N_TRAIN, N_TEST, WASHOUT, SEEDS = 200, 20, 4000, 2000, 100, range(5)
TRAINING = {"clean": 0.0, "noisy": 0.1}  # standard deviation of noise, in those of x


# %%
# Faults of the sensor, all of the same sizes. The measurement has mean 0 and variance 1, and a value that is lost reads
# as 0.
SIZES, SHOWN = (0.003, 0.01, 0.03, 0.1, 0.3), 3
faults = {
    "Noise": (lambda x, size, random: x + size * random.standard_normal(x.shape), "standard deviation (SD of x)"),
    "Lost values": (lambda x, size, random: x * (random.random(x.shape) >= size), "share of values"),
    "Offset": (lambda x, size, random: x + size, "offset (SD of x)"),
    "Gain": (lambda x, size, random: x * (1 + size), "gain above 1"),
}


# %%
# The models. Numbers of past values and of hidden units, and the input scaling of the echo state liquid, were chosen on
# another trajectory; the other settings are defaults. The linear model without a reservoir can do nothing: the system
# stays the same if x and y change sign, and z keeps its own.
class Windows:
    """A regressor of the last values of one column."""

    def __init__(self, regressor):
        self.regressor = regressor

    def windows(self, x):
        return x[np.maximum(np.arange(len(x))[:, None] - np.arange(N_PAST), 0), 0]

    def fit(self, x, y):
        self.regressor.fit(self.windows(x), y)
        return self

    def predict(self, x):
        return self.regressor.predict(self.windows(x))


def make_perceptron(seed):
    return MLPRegressor(
        hidden_layer_sizes=64, learning_rate_init=3e-3, max_iter=500, early_stopping=True, random_state=seed
    )


models = {
    "echo state": lambda seed: ReservoirRegressor(
        EchoStateReservoir(N_UNITS, input_scaling=0.5, random_state=seed), washout=WASHOUT
    ),
    "CT-RNN": lambda seed: ReservoirRegressor(CTRNNLiquid(N_UNITS, random_state=seed), washout=WASHOUT),
    "no reservoir, MLP": lambda seed: Windows(make_perceptron(seed)),
    "no reservoir, linear": lambda seed: Windows(RidgeReadout(1.0)),
}
errors = {(name, training): {fault: [] for fault in faults} for name in models for training in TRAINING}
for seed in SEEDS:
    random = np.random.default_rng(seed)
    series = make_lorenz(N_TRAIN + N_TEST, initial=random.uniform(-5, 5, 3) + (0, 0, 20))
    series = (series - series[:N_TRAIN].mean(axis=0)) / series[:N_TRAIN].std(axis=0)
    x, z, x_test, z_test = series[:N_TRAIN, :1], series[:N_TRAIN, 2], series[N_TRAIN:, :1], series[N_TRAIN:, 2]
    faulty = {fault: [x_test, *(spoil(x_test, size, random) for size in SIZES)] for fault, (spoil, _) in faults.items()}
    for training, noise in TRAINING.items():
        measured = x + noise * random.standard_normal(x.shape)
        for name, make in models.items():
            model = make(seed).fit(measured, z)
            for fault, tests in faulty.items():
                estimates = [model.predict(test)[WASHOUT:] for test in tests]
                errors[name, training][fault].append([nrmse(z_test[WASHOUT:], estimate) for estimate in estimates])

print(
    f"NRMSE of the estimate, {len(SEEDS)} seeds (mean +- sd): without a fault, and with faults of size {SIZES[SHOWN]}"
)
print(f"{'':21s}{'trained':10s}" + "".join(f"{column:17s}" for column in ("no fault", *faults)))
for (name, training), found in errors.items():
    columns = [np.array(found["Noise"])[:, 0], *(np.array(found[fault])[:, 1 + SHOWN] for fault in faults)]
    cells = (f"{column.mean():.3f} +- {column.std():.3f}   " for column in columns)
    print(f"{name:21s}{training:10s}" + "".join(cells))

# %%
# For every fault, the measurement, clean and faulty, above the errors of the estimates: the NRMSE, the root mean square
# error over the standard deviation of z.
figure = plt.figure(figsize=(7.4, 8.4), layout="constrained")
blocks, foot = figure.subfigures(2, height_ratios=(12, 1))
looks = {"echo state": ("tab:orange", "s"), "CT-RNN": ("tab:blue", "o"), "no reservoir, MLP": ("black", "^")}
for block, (fault, (spoil, label)) in zip(blocks.subfigures(2, 2).flat, faults.items(), strict=True):
    above, below = block.subplots(2, height_ratios=(1, 2.5))
    part = x_test[100:250]
    above.plot(part, color="0.65", linewidth=3)
    above.plot(spoil(part, SIZES[-1], np.random.default_rng(0)), color="tab:red", linewidth=0.9)
    above.text(0.03, 0.06, f"thick: clean, thin: with a fault of {SIZES[-1]}", transform=above.transAxes, fontsize=9)
    above.set(title=fault, xlabel="step", ylabel="x (SD)", ylim=(-4, 3), yticks=(-2, 0, 2))
    for name, (colour, marker) in looks.items():
        for training, line in zip(TRAINING, ("--", "-"), strict=True):
            found = np.array(errors[name, training][fault])[:, 1:]
            mean, spread = found.mean(axis=0), found.std(axis=0)
            below.plot(SIZES, mean, marker + line, color=colour, label=f"{name}, trained {training}", markersize=4)
            lower = np.maximum(mean - spread, 1e-4)
            below.fill_between(SIZES, lower, mean + spread, color=colour, alpha=0.15, linewidth=0)
    below.set(xlabel=label, ylabel="NRMSE of z", xscale="log", yscale="log", ylim=(3e-3, 2))
    below.set_xticks(SIZES, map(str, SIZES))
    below.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
foot.legend(*below.get_legend_handles_labels(), loc="center", ncols=3, fontsize=9)
figure.savefig("robust_estimate.png", dpi=120)
print("figure saved to robust_estimate.png")
