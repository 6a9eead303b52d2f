"""What each example must reach, by what it prints: a function ``floor_of_<name>`` for ``plot_<name>.py``."""

import re


def floor_of_japanese_vowels(printed):
    accuracy = {name: float(re.search(rf"{name} +([.\d]+) \+-", printed)[1]) for name in ("echo state", "LTC", "LIF")}
    assert min(accuracy.values()) >= 0.97
    assert max(accuracy.values()) >= 0.985


def floor_of_narma(printed):
    assert float(re.search(r"^reservoir +([.\d]+)", printed, re.M)[1]) <= 0.06
    assert float(re.search(r"lowers the error ([.\d]+) times", printed)[1]) >= 3


def floor_of_irregular_sampling(printed):
    def error(name):
        return float(re.search(rf"^{name} +([.\d]+) \+-", printed, re.M)[1])

    timed = error("CTRNN, elapsed_column")
    assert timed <= 0.04
    assert error("CTRNN, grid, line") <= 0.5 * timed  # a regular grid stays better on this smooth signal
    assert error("CTRNN, samples alone") >= 3 * timed
    assert error("CTRNN, gap as input") >= 2 * timed
    assert error("LTC, samples alone") >= 3 * error("LTC, elapsed_column")
    assert error("CfC, samples alone") >= 1.1 * error("CfC, elapsed_column")
    assert error("no reservoir, sample and gap") >= 0.4


def floor_of_two_layer_liquid(printed):
    def errors(name):
        return [float(error) for error in re.search(rf"^{name} +([.\d]+) \+- [.\d]+ +([.\d]+)", printed, re.M).groups()]

    slow, fast = errors("two layers, fast below slow")
    assert slow <= 0.08
    assert fast <= 0.07
    assert errors("one layer, fast")[0] >= 4 * slow
    assert min(errors("one layer, slow")) >= 0.4
    assert min(errors("two layers, slow below fast")) >= 0.3


def floor_of_time_constants(printed):
    error, swing = re.search(
        r"^LTC .*? ([.\d]+) \+- [.\d]+ \(([.\d]+)-fold\) +[.\d]+ \+- [^+]+$", printed, re.M
    ).groups()
    assert float(error) <= 0.11
    assert float(swing) >= 1.2
    assert float(re.search(r"divide the error by ([.\d]+) \(rates 10-fold", printed)[1]) >= 1.15


def floor_of_ncp_wiring(printed):
    def steps(name):
        return [
            float(value) for value in re.search(rf"^{name} +([-.\d]+) \+- [.\d]+ +([-.\d]+)", printed, re.M).groups()
        ]

    equal, spread = steps("NCP, all units")
    assert steps("same synapses, dealt out")[0] >= 1.4 * equal
    assert spread >= 2 * equal
    assert max(steps("NCP, motor units alone")) <= 2
    assert max(steps("no reservoir")) <= 0.05


def floor_of_maass_column(printed):
    floor, *apart = map(float, re.search(r"^column" + r" +([.\d]+) \+- [.\d]+" * 4, printed, re.M).groups())
    assert apart == sorted(apart)
    assert apart[0] >= 6 * floor
    assert apart[2] >= 1.6 * apart[0]


def floor_of_spoken_digits(printed):
    def accuracies(name):
        return [
            float(number)
            for number in re.search(rf"^{name} +([.\d]+) \+- [.\d]+ +([.\d]+) \+-", printed, re.M).groups()
        ]

    spiking, echo, control = map(accuracies, ("spiking LIF", "echo state", "no reservoir, ridge"))
    if printed.startswith("All recordings"):
        floors, gain_of = (0.99, 0.83, 0.85), echo
    else:
        floors, gain_of = (0.96, 0.79, 0.72), spiking
    assert min(spiking[0], echo[0]) >= floors[0]
    assert spiking[1] >= floors[1]
    assert echo[1] >= floors[2]
    assert gain_of[1] >= control[1] + 0.1


def floor_of_spike_encoders(printed):
    def results(name):
        line = re.search(rf"^({name} .*) \+- [.\d]+$", printed, re.M)[1]
        return [float(number) for number in re.findall(r" ([.\d]+)(?= |$)", line)]

    without = float(re.search(r"^accuracy of the frames, no reservoir +([.\d]+)$", printed, re.M)[1])
    currents = float(re.search(r"^accuracy of the liquid, frames as currents +([.\d]+) \+-", printed, re.M)[1])
    assert without >= 0.9 and currents >= 0.88
    few, hidden, kept, _, by_changes = results("send-on-delta")
    many, shown, kept_too, _, by_filter = results("BSA")
    assert min(kept, kept_too, shown + 1.5) >= 11 and hidden <= 4 and many >= 8 * few
    assert min(by_changes, by_filter) >= 0.78
    assert max(results("Poisson")[-1], results("latency")[-1]) <= 0.68
    assert by_changes >= results("LIF neuron")[-1] + 0.05


def floor_of_nvar_lorenz(printed):
    def times(name):
        return [float(time) for time in re.search(rf"^{name} +([.\d]+) \(.*?\) +([.\d]+)", printed, re.M).groups()]

    published, cubic = times("products of 2"), times("products of 3")
    assert published[0] >= 4 and published[1] >= 5
    assert cubic[0] >= 7
    assert max(times("no reservoir, linear") + times("last row for ever")) <= 0.5
    assert max(times("products of 2, not scaled")) <= 1


def floor_of_force_pattern(printed):
    errors = [float(error) for error in re.search(r"^chaotic reservoir, FORCE +(.+)$", printed, re.M)[1].split()]
    assert len(errors) == 8
    assert sorted(errors)[5] <= 0.2  # a chaotic network that differs in the last digit may get out of phase
    for control in ("no reservoir, last output", "no synapses between units"):
        assert float(re.search(rf"^{control} +([.\d]+)", printed, re.M)[1]) >= 0.9


def floor_of_online_adaptation(printed):
    def error(name):
        return float(re.search(rf"^{name} +([.\d]+) \+-", printed, re.M)[1])

    follows = error("RLS, forgetting")
    assert follows <= 0.09
    assert min(error("ridge, all so far"), error("no reservoir, RLS")) >= 3 * follows
    assert error("ridge, fitted once") >= 7 * follows


def floor_of_out_of_core(printed):
    rows = re.findall(r"^ +([\d,]+) +([.\d]+) \+- [.\d]+ +([.\d]+) +[.\d]+ +([.\d]+) +([-.e\d]+)$", printed, re.M)
    assert len(rows) == 3
    assert float(rows[-1][1]) <= 0.05
    assert float(re.search(r"^no reservoir +([.\d]+)$", printed, re.M)[1]) >= 0.7
    # One block of states more (6 MB of about 30) may be waiting at the peak: who is first is up to the threads.
    assert float(rows[-1][2]) <= 1.6 * float(rows[0][2])
    assert float(rows[-1][3]) >= 5 * float(rows[-1][2])
    assert max(float(row[4]) for row in rows) <= 1e-5


def floor_of_mackey_glass(printed):
    def error(name):
        return float(re.search(rf"^{name} +([.\d]+)$", printed, re.M)[1])

    assert error("400 units, median of 7 networks") <= 4e-4
    assert min(error("no reservoir, last value"), error("no reservoir, linear in 100 values")) >= 0.3


def floor_of_lorenz_forecast(printed):
    def median(name):
        return float(re.search(rf"^{name} +([.\d]+)", printed, re.M)[1])

    assert median("1000 units") >= 10
    assert max(median("no reservoir, last row"), median("no reservoir, linear in 10 rows")) <= 0.5
    first, second, third = map(
        float, re.search(r"^exponents of the loops, mean +(\S+) +(\S+) +(\S+)$", printed, re.M).groups()
    )
    assert abs(first - 0.906) <= 0.03
    assert abs(second) <= 0.02
    assert third < -10  # of -14.57: the loop has to learn how fast it falls back to the attractor


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


def floor_of_stability_map(printed):
    def errors(name):
        return [float(error) for error in re.findall(rf"^{name} +([.\d]+)", printed, re.M)]

    ordered, column_ordered = errors("best with exponent < 0")
    chaotic, column_chaotic = errors("best with exponent > 0")
    control, column_control = errors("no reservoir")
    assert ordered <= 0.12
    assert min(control, chaotic) >= 2.5 * ordered
    best = min(column_ordered, column_chaotic)
    assert best <= 0.7
    assert min(column_control, errors("farthest above 0")[1]) >= best + 0.1


def floor_of_diagnose(printed):
    rows = re.findall(r"^([a-z ]+?) {2,}([a-z]+) +(-?[.\d]+|-inf) +([.\d]+|-) +([.\d]+) \+- ", printed, re.M)
    words = {name: word for name, word, *_ in rows}
    expected = {"healthy": "ordered", "too wild": "chaotic", "too loud": "saturated", "too quiet": "silent"}
    assert expected.items() <= words.items()
    assert words["unconnected"] == "memoryless"
    errors = {name: float(error) for name, *_, error in rows}
    assert errors["healthy"] <= 0.03
    assert min(errors[name] for name in ("too wild", "too loud", "too quiet", "unconnected", "spikes")) >= 0.9
    mended = [float(error) for error in re.findall(r"^  NMSE then: ([.\d]+)$", printed, re.M)]
    assert len(mended) == 4 and max(mended) <= 0.03


def floor_of_edge_of_chaos(printed):
    rows = {
        float(line.split()[0]): list(map(float, line.split()))
        for line in re.findall(r"^(\d\.\d +-?\d.*) \+- [.\d]+$", printed, re.M)
    }
    assert rows[0.8][1] < 0 < rows[1.4][1]
    assert rows[0.6][-2] >= 48 and max(row[-2] for row in rows.values()) <= 50.5
    assert rows[1.7][-2] <= 5
    assert rows[1.0][2] >= 1.5 * rows[0.2][2]
    assert rows[0.8][-1] <= 0.25 and rows[1.7][-1] >= 0.6
    assert float(re.search(r"^no reservoir +([.\d]+) \+-", printed, re.M)[1]) >= 0.7
    best, deviation = map(float, re.search(r"^0.9 .* ([.\d]+) \+- ([.\d]+)$", printed, re.M).groups())
    assert best + deviation <= 0.3


def floor_of_spectrum(printed):
    rows = re.findall(r"^(\w+) +([.\d]+) +([.\d]+) +([.\d]+) +([.\d]+) \+- ", printed, re.M)
    found = {(name, float(leak)): [float(number) for number in numbers] for name, leak, *numbers in rows}
    assert len(found) == 8
    assert found["ring", 0.3][:2] == [0.9, 0.97] and found["delay_line", 0.3][:2] == [0.0, 0.7]
    assert found["orthogonal", 1.0][2] >= 59 and found["random", 1.0][2] <= 57
    assert max(found[name, 0.3][2] for name in ("random", "orthogonal", "ring")) <= 48


def floor_of_anomalies(printed):
    def figures(name):
        return [
            float(number) for number in re.search(rf"^{name} +([.\d]+) \+- [.\d]+ +([.\d]+)", printed, re.M).groups()
        ]

    share, area = figures("reservoir, 100 units")
    assert share >= 0.98 and area >= 0.84
    share, area = figures("no reservoir, linear in 100 rows")
    assert share <= 0.9 and area <= 0.8
    assert max(figures("no reservoir, linear in 20 rows")) <= 0.7
    assert max(figures("no reservoir, difference")) <= 0.5


def floor_of_exogenous(printed):
    errors = {name: float(error) for name, error in re.findall(r"^(\w[\w ,]+?) {2,}([.\d]+) \+-", printed, re.M)}
    assert errors["seasonal naive"] == 1
    assert errors["reservoir, known columns"] <= 0.35
    assert min(errors["reservoir, demand alone"], errors["no reservoir, demand alone"]) >= 0.7
    assert errors["no reservoir, known columns"] >= errors["reservoir, known columns"]


def floor_of_optuna_search(printed):
    tuned = float(re.search(r"^tuned +[.\d]+ +([.\d]+) ", printed, re.M)[1])
    default, control = (
        float(re.search(rf"^{name} +([.\d]+) ", printed, re.M)[1]) for name in ("default", "no reservoir")
    )
    assert tuned <= 0.14
    assert tuned <= 0.9 * default
    assert control >= 0.4


def floor_of_sequence_classification(printed):
    def accuracies(name):
        return [float(accuracy) for accuracy in re.findall(rf"^{name} +([.\d]+) \+-", printed, re.M)]

    chirps, vowels = accuracies("ReservoirClassifier")
    assert chirps >= 0.95 and vowels >= 0.98
    assert max(accuracies("no reservoir, quartiles and moments")[0], accuracies("no reservoir, pooled .*?")[0]) <= 0.6
    assert accuracies("liquid without recurrence")[0] <= chirps - 0.1
    part, added = map(int, re.search(r"(\d+)% of a recording, add (\d+)% of its decision", printed).groups())
    assert part <= 25 and 80 <= added <= 130


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
