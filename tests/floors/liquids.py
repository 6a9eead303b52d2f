"""What each example of the folder liquids must reach, by what it prints."""

import re


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


def floor_of_delay_node(printed):
    def errors(name):
        line = re.search(rf"^{name} +(.*)$", printed, re.M)[1]
        return [float(error) for error in re.findall(r"([.\d]+) \+-", line)]

    exact, (register,) = errors("exact states"), errors("no reservoir, shift register of 50 inputs:")
    assert exact == sorted(exact, reverse=True)  # more virtual nodes, less error
    assert exact[-1] <= 0.75 * register
    assert min(errors("measured states")) >= register
