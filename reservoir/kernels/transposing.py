"""From lanes to series: the states of many series in lockstep, written series by series."""

from readouts.compiling import njit

UNITS_AT_ONCE = 8  # whose states of one lane are next to each other where they are written


@njit
def take_lanes(states, n_lanes, first, series):
    """Write the first lanes of ``states`` (n_steps, n_units, lanes) into ``series`` (n_lanes, rows, n_units).

    Step t goes into row ``first + t``.
    """
    n_units = states.shape[1]
    for t in range(states.shape[0]):
        for start in range(0, n_units, UNITS_AT_ONCE):
            stop = min(start + UNITS_AT_ONCE, n_units)
            for lane in range(n_lanes):
                for i in range(start, stop):
                    series[lane, first + t, i] = states[t, i, lane]
