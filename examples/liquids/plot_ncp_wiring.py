"""
What does the wiring of a neural circuit policy remember?
=========================================================

A neural circuit policy (NCP) is wired in layers: inputs feed inter units, these command units, these motor units; only
command units feed each other. `AutoNCP` draws such a wiring, and `LTCLiquid` runs it, here with random synapses that
nobody trains. Its paths are short, so its memory should be shallow, unless the units have memories of their own:
capacitances spread over more than a decade, as they are by default, instead of 0.5 for all, near what ncps draws.

That is so. With equal capacitances the NCP remembers half as many steps as its synapses dealt out at random. With
spread ones it remembers as many, thanks to its units and not to its wiring; its motor units alone show far fewer.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import r2_score
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import LTCLiquid
from reservoir.plots import TopologyDisplay
from reservoir.topology import AutoNCP, Wiring

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS, N_MOTOR, N_INPUTS, SPARSITY, SEEDS = 40, 4, 2, 0.75, range(10)
DELAYS = range(1, 16)
CAPACITANCES = {"equal": 0.5, "spread": (0.3, 10.0)}
train, test = slice(200, 4000), slice(4000, 7000)

# %%
# The task and its controls
# -------------------------
# Two channels of noise go in, and a ridge on the states is asked for both as they were k steps ago. The score is R^2 on
# test data, 1 for perfect recall; its sum over k counts the steps that are remembered. Nothing is tuned: all other
# settings are defaults. The controls are
#
# - the inputs alone, with no reservoir;
# - the motor units alone, which is all that a policy shows;
# - the same synapses dealt out to random pairs of units;
# - a liquid of as many units with the default graph, which has more synapses.


def deal_out(wiring, seed):
    """As many synapses, and as many of each sign, between random pairs."""
    rng = np.random.default_rng(seed)
    parts = [part.toarray() for part in (wiring.recurrent, wiring.sensory)]
    return Wiring(*(rng.permutation(part.ravel()).reshape(part.shape) for part in parts), n_outputs=wiring.n_outputs)


def recall(features, u):
    """R^2 for every delay, mean over the channels."""
    targets = np.hstack([np.roll(u, delay, axis=0) for delay in DELAYS])
    readout = RidgeReadout(alpha=1e-2).fit(features[train], targets[train])
    scores = r2_score(targets[test], readout.predict(features[test]), multioutput="raw_values")
    return scores.reshape(len(DELAYS), N_INPUTS).mean(axis=1)


# %%
# Ten seeds
# ---------
# Each draws a wiring, weights and noise of its own.

names = ("no reservoir", "NCP, all units", "NCP, motor units alone", "same synapses, dealt out", "default graph")
curves = {name: {kind: [] for kind in CAPACITANCES} for name in names}
synapses = dict.fromkeys(names, "")
for seed in SEEDS:
    u = np.random.default_rng(seed).standard_normal((test.stop, N_INPUTS))
    wiring = AutoNCP(N_UNITS, N_MOTOR, sparsity_level=SPARSITY, seed=seed).build(N_INPUTS)
    graphs = {names[1]: wiring, names[3]: deal_out(wiring, seed), names[4]: "shift"}
    for kind, capacitance in CAPACITANCES.items():
        curves["no reservoir"][kind].append(recall(u, u))
        for name, graph in graphs.items():
            liquid = LTCLiquid(N_UNITS, topology=graph, capacitance=capacitance, random_state=seed)
            states = liquid.fit_transform(u)
            curves[name][kind].append(recall(states, u))
            synapses[name] = liquid.recurrent_weights_.nnz + np.count_nonzero(liquid.input_weights_)
            if graph is wiring:
                motor = states[:, :N_MOTOR]  # motor units come first
                curves["NCP, motor units alone"][kind].append(recall(motor, u))

print(f"{N_UNITS} units, {len(SEEDS)} seeds: remembered steps, sum of R^2 over k (mean +- sd)")
print(f"{'capacitances':26s}equal            spread           synapses")
for name, kinds in curves.items():
    sums = [np.sum(values, axis=1) for values in kinds.values()]
    print(f"{name:26s}" + "".join(f"{s.mean():5.2f} +- {s.std():.2f}    " for s in sums) + f"{synapses[name]}".rjust(4))

gain = [np.sum(curves[names[3]][kind]) / np.sum(curves[names[1]][kind]) for kind in CAPACITANCES]
print(f"dealing the synapses out multiplies the NCP's memory by {gain[0]:.2f} (equal), {gain[1]:.2f} (spread)")

# %%
# The wiring, and what it remembers
# ---------------------------------
# Above, the wiring of the last seed. Below, how much is recalled of every step, mean over the seeds in bands of one
# standard deviation. With equal capacitances (left), the NCP's curve ends after as many steps as its layers are deep.

figure = plt.figure(figsize=(8, 8), layout="constrained")
panels = figure.subplot_mosaic([["wiring", "wiring"], [*CAPACITANCES]], height_ratios=(6, 5))
TopologyDisplay.from_wiring(wiring, ax=panels["wiring"])
panels["wiring"].set_title("A neural circuit policy", loc="left")
looks = (("o-", "tab:blue"), ("^:", "black"), ("s--", "tab:orange"), ("d-.", "0.45"))
for kind, capacitance in CAPACITANCES.items():
    for name, (style, colour) in zip(names[1:], looks, strict=True):
        mean, deviation = np.mean(curves[name][kind], axis=0), np.std(curves[name][kind], axis=0)
        panels[kind].plot(DELAYS, mean, style, color=colour, label=name, markersize=5)
        panels[kind].fill_between(DELAYS, mean - deviation, mean + deviation, color=colour, alpha=0.2, linewidth=0)
    values = f"all {capacitance}" if kind == "equal" else "{:g} to {:g}".format(*capacitance)
    panels[kind].set(title=f"{kind} capacitances, {values}", xlabel="delay k (steps)", ylim=(-0.05, 1.03))
    panels[kind].set_xticks(range(1, 16, 2))
panels["equal"].set_ylabel("recall (test $R^2$)")
handles, labels = panels["equal"].get_legend_handles_labels()
figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
figure.savefig("ncp_wiring.png", dpi=120)
print("figure saved to ncp_wiring.png")
