"""What each example of the folder hyperparameters must reach, by what it prints."""

import re


def floor_of_grid_search(printed):
    (promised, tuned), (promised_accuracy, accuracy) = (
        map(float, found) for found in re.findall(r"^tuned +([.\d]+) +([.\d]+) \+-", printed, re.M)
    )
    default, default_accuracy = map(float, re.findall(r"^default +([.\d]+) \+-", printed, re.M))
    control, control_accuracy = map(float, re.findall(r"^no reservoir +([.\d]+)$", printed, re.M))
    assert max(promised, tuned) <= 0.11
    assert default >= 2.5 * tuned
    assert control >= 0.85
    assert min(promised_accuracy, accuracy, default_accuracy) >= 0.975
    assert control_accuracy <= 0.92


def floor_of_optuna_search(printed):
    tuned = float(re.search(r"^tuned +[.\d]+ +([.\d]+) ", printed, re.M)[1])
    default, control = (
        float(re.search(rf"^{name} +([.\d]+) ", printed, re.M)[1]) for name in ("default", "no reservoir")
    )
    assert tuned <= 0.14
    assert tuned <= 0.9 * default
    assert control >= 0.4
