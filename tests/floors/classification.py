"""What each example of the folder classification must reach, by what it prints."""

import re


def floor_of_japanese_vowels(printed):
    accuracy = {name: float(re.search(rf"{name} +([.\d]+) \+-", printed)[1]) for name in ("echo state", "LTC", "LIF")}
    assert min(accuracy.values()) >= 0.97
    assert max(accuracy.values()) >= 0.985


def floor_of_spoken_digits(printed):
    def accuracies(name):
        return [
            float(number)
            for number in re.search(rf"^{name} +([.\d]+) \+- [.\d]+ +([.\d]+) \+-", printed, re.M).groups()
        ]

    spiking, echo, control = map(accuracies, ("spiking LIF", "echo state", "no reservoir, ridge"))
    if printed.startswith("All recordings"):
        floors, gain_of = (0.99, 0.83, 0.85), echo
    else:  # a tenth of the data: all are worse, and an echo state gains 6 points on unknown speakers only
        floors, gain_of = (0.96, 0.79, 0.72), spiking
    assert min(spiking[0], echo[0]) >= floors[0]
    assert spiking[1] >= floors[1]
    assert echo[1] >= floors[2]
    assert gain_of[1] >= control[1] + 0.1


def floor_of_sequence_classification(printed):
    def accuracies(name):
        return [float(accuracy) for accuracy in re.findall(rf"^{name} +([.\d]+) \+-", printed, re.M)]

    chirps, vowels = accuracies("ReservoirClassifier")
    assert chirps >= 0.95 and vowels >= 0.98
    assert max(accuracies("no reservoir, quartiles and moments")[0], accuracies("no reservoir, pooled .*?")[0]) <= 0.6
    assert accuracies("liquid without recurrence")[0] <= chirps - 0.1
    part, added = map(int, re.search(r"(\d+)% of a recording, add (\d+)% of its decision", printed).groups())
    assert part <= 25 and 80 <= added <= 130
