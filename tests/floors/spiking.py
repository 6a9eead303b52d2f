"""What each example of the folder spiking must reach, by what it prints."""

import re


def floor_of_maass_column(printed):
    floor, *apart = map(float, re.search(r"^column" + r" +([.\d]+) \+- [.\d]+" * 4, printed, re.M).groups())
    assert apart == sorted(apart)
    assert apart[0] >= 6 * floor
    assert apart[2] >= 1.6 * apart[0]


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
