"""Use the installed wheel from anywhere but the checkout, whose path is the argument."""

import importlib
import pathlib
import pkgutil
import sys

import readouts
import reservoir
from reservoir.datasets import load_japanese_vowels

for package in (reservoir, readouts):
    assert not pathlib.Path(package.__file__).is_relative_to(sys.argv[1]), package.__file__
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
(X, y), (X_test, y_test) = (load_japanese_vowels(part) for part in ("train", "test"))
states = reservoir.SequenceEncoder(reservoir.EchoStateReservoir(random_state=0), ("mean", "last")).fit(X)
accuracy = readouts.RidgeReadoutClassifier(1.0).fit(states.transform(X), y).score(states.transform(X_test), y_test)
assert accuracy > 0.9, accuracy
print(f"the wheel stands on its own: accuracy {accuracy:.3f}")
