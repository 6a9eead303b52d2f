"""
NARMA10: a task that needs memory
=================================

Does the recurrence of a reservoir give it memory? The target of NARMA10 multiplies the input of now with that of nine
steps ago, and depends on its own last ten values. A readout of the present input alone cannot predict it, and neither
can a reservoir without synapses between its units. With them, the error falls fifteenfold.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_narma
from reservoir.metrics import nmse

N_UNITS, N_TRAIN, WASHOUT, SEEDS = 200, 4000, 200, range(5)

# %%
# One readout for all
# -------------------
# The same ridge is fitted to three kinds of features: the input itself, the states of a reservoir whose recurrent
# weights are zero, and those of a reservoir with its recurrence. Every seed draws another series and another reservoir.


def predict(features, y):
    """Fit to the first part without the washout, and predict the second."""
    readout = RidgeReadout(alpha=1e-6).fit(features[WASHOUT:N_TRAIN], y[WASHOUT:N_TRAIN])
    return readout.predict(features[N_TRAIN:])


errors = {"no reservoir": [], "recurrence set to zero": [], "reservoir": []}
for seed in SEEDS:
    u, y = make_narma(N_TRAIN + 2000, order=10, random_state=seed)
    X = StandardScaler().fit(u[:N_TRAIN]).transform(u)
    reservoir = EchoStateReservoir(N_UNITS, leak_rate=1.0, random_state=seed)
    unconnected = EchoStateReservoir(leak_rate=1.0, random_state=seed, recurrent_weights=np.zeros((N_UNITS, N_UNITS)))
    predictions = {
        "no reservoir": predict(X, y),
        "recurrence set to zero": predict(unconnected.fit_transform(X), y),
        "reservoir": predict(reservoir.fit_transform(X), y),
    }
    for name, prediction in predictions.items():
        errors[name].append(nmse(y[N_TRAIN:], prediction))

# %%
# Result
# ------
# The error is the NMSE, the mean squared error over the variance of the target: 1 is the error of the mean, 0 is
# perfect.
print(f"NARMA10, {N_UNITS} units, {len(SEEDS)} seeds, test NMSE (mean +- sd)")
for name, values in errors.items():
    print(f"{name:24s} {np.mean(values):.4f} +- {np.std(values):.4f}")
gain = np.mean(errors["recurrence set to zero"]) / np.mean(errors["reservoir"])
print(f"recurrence lowers the error {gain:.1f} times")

# %%
# A hundred steps of the last seed. The input is noise, and the target follows its past.
shown = slice(N_TRAIN, N_TRAIN + 100)
figure, (above, axis, below) = plt.subplots(3, figsize=(8, 6), height_ratios=(1, 2, 1), layout="constrained")
above.plot(u[shown], color="0.4")
above.set(ylabel="input", xlim=(0, 99))
above.tick_params(labelbottom=False)
axis.plot(y[shown], color="black", label="target")
axis.plot(predictions["no reservoir"][:100], ":", color="tab:orange", label="no reservoir")
axis.plot(predictions["reservoir"][:100], "--", color="tab:blue", label="reservoir")
axis.set(xlabel="steps after training", ylabel="target", xlim=(0, 99))
axis.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, borderaxespad=0.1)
for place, values in enumerate(errors.values()):
    below.plot(values, np.full(len(values), place), "o", color="tab:blue", markersize=5, alpha=0.5)
    below.plot(np.mean(values), place, "|", color="black", markersize=16, markeredgewidth=2)
below.set_yticks(range(len(errors)), errors)
below.set(xlabel="mean squared error / variance of the target", xlim=(0, 1), ylim=(2.6, -0.6))
below.set_title(f"Test error of {len(SEEDS)} seeds (dots) and their mean (bar)", loc="left", fontsize="medium")
figure.align_ylabels([above, axis])
figure.savefig("narma.png", dpi=120)
print("figure saved to narma.png")
