"""What each example of the folder applications must reach, by what it prints."""

import re


def floor_of_robustness(printed):
    found = re.findall(r"^([a-zA-Z ,]+?) {2,}([.\d]+) \+- [.\d]+(.*)$", printed, re.M)
    clean = {name: float(accuracy) for name, accuracy, _ in found}
    borne = {name: [float(size) for size in re.findall(r"([.\d]+) \+-", sizes)] for name, _, sizes in found}
    assert len(found) == 6
    assert min(clean.values()) >= 0.96
    noise, lost, _, offset, gain = zip(borne["echo state"], borne["no reservoir, pooled"], strict=True)
    assert all(liquid >= 1.15 * control for liquid, control in (noise, lost, offset, gain))
    assert borne["no reservoir, MLP"][0] >= noise[0]
    assert borne["ReservoirClassifier"][0] <= 0.6
    assert borne["ReservoirClassifier"][3] >= 1.2 * offset[0]


def floor_of_plant_control(printed):
    def errors(name):
        return [
            float(error) for error in re.findall(r"([.\d]+) \+-", re.search(rf"^{name} {{2,}}.*", printed, re.M)[0])
        ]

    light, at_first, heavy, _, light_again = errors("reservoir")
    linear, frozen = errors("no reservoir"), errors("reservoir, frozen")
    assert max(light, light_again) <= 0.3 and heavy <= 0.5
    assert min(linear[0] / light, linear[4] / light_again) >= 3.5 and linear[2] >= 2 * heavy
    assert linear[1] >= 1.3 * at_first
    assert frozen[2] >= 5 * heavy
    assert max(errors("no reservoir, sine")) <= at_first
    assert min(errors(r"feedback \(PD\)")) >= 4


def floor_of_ecg(printed):
    def errors(name, beats):
        return [float(error) for error in re.search(rf"^{name} +{beats} +(.+)$", printed, re.M)[1].split()[::3]]

    for beats, share in (("usual beats", 0.72), ("marked beat", 0.85)):
        linear, cleaned = errors("no reservoir, linear window", beats), errors("reservoir, 300 units", beats)
        assert max(mine / theirs for mine, theirs in zip(cleaned[1:], linear[1:], strict=True)) <= share
    static, cleaned = (errors(name, "usual beats") for name in ("no reservoir, random units", "reservoir, 300 units"))
    assert cleaned[0] >= static[0] and cleaned[-1] <= 0.9 * static[-1]


def floor_of_demand_intervals(printed):
    def figures(name):
        return [float(figure) for figure in re.search(rf"^{name}" + r" +([.\d]+)%?" * 4, printed, re.M).groups()]

    error, _, holds, score = figures("reservoir, day and week")
    naive_error, _, naive_holds, naive_score = figures("no reservoir, last week's demand")
    assert error <= 0.6 * naive_error and score <= 0.5 * naive_score
    assert 90 <= holds <= 95 and naive_holds <= 80
    assert abs(score / figures("no reservoir, linear, day and week")[3] - 1) <= 0.02


def floor_of_regime_change(printed):
    def errors(name):
        found = re.search(rf"^{name} +([.\d]+)(?: \+- [.\d]+)? +([.\d]+)", printed, re.M).groups()
        return [float(error) for error in found]

    follows, in_crisis = errors("reservoir, forgets")
    assert follows <= 0.9 * errors("no reservoir, day, week, month")[0]
    assert 0.97 <= follows / errors("no reservoir, five averages")[0] <= 1.0
    frozen, frozen_in_crisis = errors("reservoir, fitted until 2004")
    assert follows <= 0.95 * frozen and frozen_in_crisis <= in_crisis
    up, learnt = (
        float(re.search(rf"^{name} +([.\d]+)%", printed, re.M)[1])
        for name in ("no reservoir, always up", "reservoir, forgets")
    )
    assert learnt < up


def floor_of_lane_keeping(printed):
    def cells(name):
        rows = re.findall(rf"^{name} +\d.*", printed, re.M)
        return [[tuple(map(float, pair)) for pair in re.findall(r"([.\d]+) \+- [.\d]+ +(\d+)%", row)] for row in rows]

    (alone, wrong), (alone_linear, wrong_linear) = cells("liquid"), cells("no reservoir, 40 frames")
    assert len(alone) == len(wrong) == 5
    assert alone[1][0] <= 0.11 and alone_linear[1][0] <= alone[1][0]
    assert wrong[1][0] <= 0.12 and wrong[3][0] <= 0.2
    assert all(linear >= 2.2 * liquid for (linear, _), (liquid, _) in zip(wrong_linear, wrong, strict=True))
    assert max(share for _, share in wrong) <= 8 and wrong_linear[3][1] >= 25
    assert cells("no reservoir, MLP")[1][1][0] <= 0.12


def floor_of_robust_estimate(printed):
    def errors(name, training):
        row = re.search(rf"^{name} +{training} +(.*)$", printed, re.M)[1]
        return [float(error) for error in re.findall(r"([.\d]+) \+-", row)]

    for liquid in ("echo state", "CT-RNN"):
        clean, noisy = errors(liquid, "clean"), errors(liquid, "noisy")
        assert clean[0] <= 0.006 and noisy[0] <= 0.05
        assert clean[3] >= 50 * clean[0]
        pairs = zip(noisy, errors("no reservoir, MLP", "noisy"), strict=True)
        assert all(error <= 0.9 * control for error, control in pairs)
    assert min(errors("no reservoir, linear", "clean")) >= 0.95


def floor_of_edge_deployment(printed):
    reached = float(re.search(r"recordings: ([.\d]+) \+-", printed)[1])
    without = float(re.search(r"([.\d]+) with no reservoir", printed)[1])
    assert reached >= 0.92 and without <= 0.75
    found = re.findall(r"^C, (\w+): largest difference (\S+), accuracy ([.\d]+)", printed, re.M)
    differences = {dtype: float(difference) for dtype, difference, _ in found}
    assert differences["float64"] <= 1e-12 and differences["float32"] <= 1e-5
    assert all(abs(float(accuracy) - reached) <= 0.002 for *_, accuracy in found)
    sizes = [float(size) for size in re.findall(r"([.\d]+) kB of flash", printed)]
    assert sizes == [100, 50]
