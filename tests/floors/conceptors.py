"""What each example of the folder conceptors must reach, by what it prints."""

import re


def floor_of_four_patterns(printed):
    def medians(name):
        line = re.search(rf"^{name} {{2,}}(.+)$", printed, re.M)[1]
        return [float(number) for number in re.findall(r"([.\d]+) \([.\d]+\)", line)]

    assert max(medians("its conceptor")) <= 0.03
    assert min(medians("no conceptor")) >= 0.1
    assert min(medians("another's conceptor")) >= 0.9
    assert min(medians("no reservoir, given ten random values")) >= 0.9
    came, of = map(int, re.search(r"deviation: (\d+) of (\d+)", printed).groups())
    assert of == 40 and came >= 32
    assert float(re.search(r"periods are ([.\d]+) steps off", printed)[1]) <= 0.1


def floor_of_vowels_by_conceptors(printed):
    def mean(name):
        return float(re.search(rf"^{name} +([.\d]+) \+-", printed, re.M)[1])

    assert mean("both") <= 4.5
    assert mean("both") + 1 <= mean("negative evidence") <= mean("positive evidence")
    assert abs(mean("positive evidence") - 8.5) <= 1.5 and abs(mean("negative evidence") - 5.9) <= 1.5
    assert mean("both") + 1 <= min(
        mean("no reservoir, conceptors of the points"), mean("no reservoir, ridge on the points")
    )
