"""What each example of the folder online must reach, by what it prints."""

import re


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
