"""
What memory is for: NARMA10
===========================

The target of NARMA10 multiplies the input of now with that of nine steps ago, and depends on its own last ten values. A
readout of the present input alone, or a reservoir without synapses between its units, cannot predict it. The error is
the NMSE, the mean squared error over the variance of the target: 1 is the error of the mean, 0 is perfect.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_narma
from reservoir.metrics import nmse

N_UNITS, N_TRAIN, WASHOUT, SEEDS = 200, 4000, 200, range(5)


def forecast(features, y):
    """Train on the first part, return the test target and its prediction."""
    readout = RidgeReadout(alpha=1e-6).fit(features[WASHOUT:N_TRAIN], y[WASHOUT:N_TRAIN])
    return y[N_TRAIN:], readout.predict(features[N_TRAIN:])


errors = {"no reservoir": [], "recurrence set to zero": [], "reservoir": []}
for seed in SEEDS:
    u, y = make_narma(N_TRAIN + 2000, order=10, random_state=seed)
    X = StandardScaler().fit(u[:N_TRAIN]).transform(u)
    reservoir = EchoStateReservoir(N_UNITS, leak_rate=1.0, random_state=seed)
    lonely = EchoStateReservoir(leak_rate=1.0, random_state=seed, recurrent_weights=np.zeros((N_UNITS, N_UNITS)))
    errors["no reservoir"].append(nmse(*forecast(X, y)))
    errors["recurrence set to zero"].append(nmse(*forecast(lonely.fit_transform(X), y)))
    truth, prediction = forecast(reservoir.fit_transform(X), y)
    errors["reservoir"].append(nmse(truth, prediction))

print(f"NARMA10, {N_UNITS} units, {len(SEEDS)} seeds, test NMSE (mean +- sd)")
for name, values in errors.items():
    print(f"{name:24s} {np.mean(values):.4f} +- {np.std(values):.4f}")
gain = np.mean(errors["recurrence set to zero"]) / np.mean(errors["reservoir"])
print(f"recurrence lowers the error {gain:.1f} times")

# %%
figure, axis = plt.subplots(figsize=(9, 3.2), layout="constrained")
axis.plot(truth[:150], color="black", label="target")
axis.plot(prediction[:150], "--", color="tab:orange", label="reservoir and ridge")
axis.set(title=f"NARMA10: test NMSE {errors['reservoir'][-1]:.3f}", xlabel="step after training", ylabel="y")
axis.legend(loc="upper right", ncols=2)
figure.savefig("narma.png", dpi=120)
print("figure saved to narma.png")
