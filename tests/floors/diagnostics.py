"""What each example of the folder diagnostics must reach, by what it prints."""

import re


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


def floor_of_longest_memory(printed):
    rows = re.findall(r"^(\S.*?\S) +([.\d]+) \+- +[.\d]+ +([.\d]+) \+- [.\d]+ +(\d+)$", printed, re.M)
    found = {name: (float(capacity), float(square), int(delay)) for name, capacity, square, delay in rows}
    assert len(found) == 6 and found["last 100, no reservoir"] == (100.0, 0.0, 100)
    assert found["residual, no bias"][0] >= 97 and found["echo state"][0] <= 22
    assert min(found["residual, orthogonal"][0], found["residual, cyclic"][0]) >= 60
    assert min(found["residual, orthogonal"][1], found["residual, cyclic"][1]) >= 0.8 and found["echo state"][1] <= 0.2
    assert found["Legendre memory"][2] == 750 and found["Legendre memory"][1] == 0
