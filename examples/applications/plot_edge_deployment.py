"""
Out of Python: a recogniser of spoken digits in C
=================================================

A liquid with a linear readout is a few thousand multiplications a frame: little enough for a microcontroller.
`reservoir.interop.to_c` writes a fitted model as two files of C99, without heap or library but `math.h`. Here an echo
state network learns which of ten digits is said; its C program is built, is given the same recordings, and answers
what Python answers: in double precision to the last digits, in single precision to about 1e-6.

The front end, from sound to cepstra, stays in Python here; on a chip it is the maker's own signal library.
"""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadoutClassifier
from reservoir import EchoStateReservoir, PerSequence, ReservoirRegressor
from reservoir.datasets import load_spoken_digits
from reservoir.interop import to_c
from reservoir.speech import MFCC

# %%
# Train
# -----
# Six voices say each digit five times; three recordings of each are for training, two for testing. Cepstra of 10 ms
# drive 200 units. The readout scores the ten digits after every frame, and the answer is the digit with the largest
# mean score. A readout of the cepstra themselves, with no reservoir, is the control.

digits = load_spoken_digits()
is_test = digits.index < 2
frames = MFCC(sampling_rate=digits.sampling_rate).fit_transform(digits.recordings)
train = [one for one, later in zip(frames, is_test, strict=True) if not later]
test = [one for one, later in zip(frames, is_test, strict=True) if later]
targets = [np.full(len(one), label) for one, label in zip(train, digits.labels[~is_test], strict=True)]


def accuracy(scores):
    """Return the share of recordings whose mean score is largest for the digit that was said."""
    return np.mean([one.mean(axis=0).argmax() for one in scores] == digits.labels[is_test])


def recogniser(seed):
    liquid = EchoStateReservoir(200, leak_rate=0.4, input_scaling=0.3, random_state=seed)
    model = make_pipeline(PerSequence(StandardScaler()), ReservoirRegressor(liquid, RidgeReadoutClassifier(alpha=1.0)))
    return model.fit(train, targets)


models = [recogniser(seed) for seed in range(5)]
linear = make_pipeline(StandardScaler(), RidgeReadoutClassifier(alpha=1.0))
linear.fit(np.vstack(train), np.concatenate(targets))
without = accuracy([linear.decision_function(one) for one in test])
reached = [accuracy(model.decision_function(test)) for model in models]
print(f"accuracy on {len(test)} recordings: {np.mean(reached):.3f} +- {np.std(reached):.3f} in 5 seeds")
print(f"                                {without:.3f} with no reservoir")

# %%
# Export and build
# ----------------
# The scaler is part of the exported model. A program around it reads the number of frames of a recording, begins it
# from rest, and writes the scores after every frame.

MAIN = """
#include <stdio.h>
#include <time.h>
#include "recogniser.h"

int main(void)
{
    static recogniser_state state;
    recogniser_real frame[RECOGNISER_INPUTS], scores[RECOGNISER_OUTPUTS];
    clock_t spent = 0;
    int n_frames;
    while (fread(&n_frames, sizeof n_frames, 1, stdin) == 1) {
        recogniser_init(&state);
        clock_t start = clock();
        for (int t = 0; t < n_frames; t++) {
            if (fread(frame, sizeof frame, 1, stdin) != 1 || recogniser_step(&state, frame, scores)) {
                return 1;
            }
            fwrite(scores, sizeof scores, 1, stdout);
        }
        spent += clock() - start;
    }
    fprintf(stderr, "%f", (double)spent / CLOCKS_PER_SEC);
    return 0;
}
"""
compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
if compiler is None:
    raise SystemExit("This example needs a C compiler, such as gcc.")


def run_in_c(model, dtype, folder):
    """Return what was exported, the scores of all test recordings from C, and the seconds a frame."""
    files = to_c(model, folder / "recogniser", dtype=dtype)
    (folder / "main.c").write_text(MAIN)
    command = [compiler, "-std=c99", "-O2", "main.c", "recogniser.c", "-o", "recogniser", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    stream = b"".join(np.int32(len(one)).tobytes() + one.astype(dtype).tobytes() for one in test)
    ran = subprocess.run([folder / "recogniser"], input=stream, capture_output=True, check=True)
    scores = np.frombuffer(ran.stdout, dtype).reshape(-1, files.n_outputs)
    n_frames = [len(one) for one in test]
    return files, np.split(scores, np.cumsum(n_frames)[:-1]), float(ran.stderr) / sum(n_frames)


expected = [model.decision_function(test) for model in models]
in_c = {}
for dtype in ("float64", "float32"):
    with tempfile.TemporaryDirectory() as folder:
        ran = [run_in_c(model, dtype, Path(folder)) for model in models]
    in_c[dtype] = [scores for _, scores, _ in ran], np.mean([seconds for *_, seconds in ran])
    pairs = zip(sum(expected, []), sum(in_c[dtype][0], []), strict=True)
    difference = max(np.abs(in_python - scores).max() for in_python, scores in pairs)
    reached = [accuracy(scores) for scores in in_c[dtype][0]]
    print(f"C, {dtype}: largest difference {difference:.0e}, accuracy {np.mean(reached):.3f} +- {np.std(reached):.3f}")
    files = ran[0][0]
    print(f"   {files.flash / 1000:.0f} kB of flash, {files.ram / 1000:.1f} kB of RAM, ", end="")
    print(f"{files.operations:,} operations and {1e6 * in_c[dtype][1]:.1f} us a frame")

# %%
# In Python, frame by frame
# -------------------------
# A stream in Python is driven by `run` with one row, and read by a product: the same work for the same frames.

scaler, regressor, state = models[0][0].transformer_, models[0][-1], None
liquid, readout = regressor.reservoir_, regressor.readout_
rows = scaler.transform(np.vstack(test))
start = time.process_time()
for row in rows:
    states, state = liquid.run(row[None], state)
    readout.coef_ @ np.concatenate([states[0], row]) + readout.intercept_
in_python = (time.process_time() - start) / len(rows)
print(f"Python, frame by frame: {1e6 * in_python:.0f} us a frame")

# %%
# One recording
# -------------
# Scores from C, in single precision, lie on those from Python; every second one is drawn. Bars end at the means of five
# seeds, and error bars run from the least to the largest. Times are those of this computer, not of a microcontroller.

number, said = int(np.flatnonzero(digits.labels[is_test] == 7)[0]), 7
inputs, seconds = models[0][0].transform([test[number]])[0][:, :13].T, 0.01 * np.arange(len(test[number])) + 0.005
places = [["input", "input"], ["scores", "scores"], ["accuracy", "time"]]
figure, axes = plt.subplot_mosaic(places, figsize=(8, 8.5), height_ratios=(3, 5, 3), layout="constrained")
limit = np.abs(inputs).max()
style = {"cmap": "viridis", "vmin": -limit, "vmax": limit, "extent": (0, seconds[-1] + 0.005, 12.5, -0.5)}
picture = axes["input"].imshow(inputs, aspect="auto", interpolation="nearest", **style)
figure.colorbar(picture, ax=axes["input"], label="standard deviations\nfrom the mean", pad=0.01)
title = 'a "seven" that was not trained on: 13 of its 39 inputs'
axes["input"].set(title=title, ylabel="cepstral coefficient", xlabel="time (s)", yticks=[0, 4, 8, 12])
python, c = expected[0][number], in_c["float32"][0][0][number]
for chosen, name, line, ring in ((np.arange(10) != said, "other digits", "0.75", "0.45"), (said, "7", "tab:blue", "k")):
    lines = axes["scores"].plot(seconds, python[:, chosen], color=line, lw=2)
    rings = axes["scores"].plot(seconds[::2], c[::2, chosen], "o", mfc="none", color=ring, ms=5)
    lines[0].set_label(f"{name}, Python")
    rings[0].set_label(f"{name}, C, single")
axes["scores"].legend(loc="upper right", ncols=2)
axes["scores"].set(title="score of every digit", xlabel="time (s)", ylabel="score", ylim=(None, 1.3))
axes["scores"].set_xlim(axes["input"].get_xlim())

reached = {
    "no reservoir": [without],
    "Python": [accuracy(scores) for scores in expected],
    "C, double": [accuracy(scores) for scores in in_c["float64"][0]],
    "C, single": [accuracy(scores) for scores in in_c["float32"][0]],
}
colours = ["0.6", "tab:blue", "tab:orange", "tab:orange"]
means = np.array([np.mean(values) for values in reached.values()])
spread = np.abs(np.array([[min(values), max(values)] for values in reached.values()]).T - means)
bars = axes["accuracy"].barh(list(reached), means, xerr=spread, color=colours, capsize=3)
axes["accuracy"].bar_label(bars, [f"{mean:.2f}" for mean in means], label_type="center", weight="bold")
axes["accuracy"].set(title="accuracy", xlim=(0, 1.02), xlabel=f"share of {len(test)} recordings recognised")
times = [1e6 * one for one in (in_python, in_c["float64"][1], in_c["float32"][1])]
bars = axes["time"].barh(list(reached)[1:], times, color=colours[1:])
axes["time"].bar_label(bars, [f"{one:.1f}" for one in times], padding=3)
axes["time"].set(title="time of a frame", xlabel="microseconds on this computer", xlim=(0, 1.2 * max(times)))
for place in ("accuracy", "time"):
    axes[place].invert_yaxis()
figure.savefig("edge_deployment.png", dpi=120)
print("figure saved to edge_deployment.png")
