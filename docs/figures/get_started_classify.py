"""One utterance, and what each of its steps adds to the decision for its speaker."""

import matplotlib.pyplot as plt
import numpy as np

from reservoir import ReservoirClassifier
from reservoir.datasets import load_japanese_vowels
from reservoir.diagnostics import readout_attribution

X, y = load_japanese_vowels("train")
X_test, y_test = load_japanese_vowels("test")
classifier = ReservoirClassifier(random_state=0).fit(X, y)
utterance = X_test[0]
added = readout_attribution(classifier, [utterance], by="time").times[0]
speaker = np.flatnonzero(classifier.classes_ == y_test[0])[0]

figure, (above, below) = plt.subplots(
    2, 1, figsize=(8, 4.6), sharex=True, height_ratios=[1.4, 1], layout="constrained"
)
image = above.imshow(
    utterance.T,
    aspect="auto",
    origin="lower",
    cmap="PuOr_r",
    vmin=-1.5,
    vmax=1.5,
    extent=(-0.5, len(utterance) - 0.5, 0.5, 12.5),
)
figure.colorbar(image, ax=above, label="cepstral coefficient", extend="both")
above.set(title="One utterance of two vowels", ylabel="column")
below.bar(
    np.arange(len(utterance)),
    added[:, speaker],
    color=np.where(added[:, speaker] < 0, "tab:orange", "tab:blue"),
)
below.axhline(0, color="black", linewidth=0.8)
below.set(
    title=f"What each step adds to the decision for speaker {y_test[0]}, the right one",
    xlabel="step",
    ylabel="added to\nthe decision",
)
below.set_xticks(range(0, len(utterance), 2))
