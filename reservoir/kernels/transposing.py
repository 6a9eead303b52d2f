"""From lanes to series: the states of many series in lockstep, written series by series."""

from readouts.compiling import njit


@njit
def take_lanes(states, n_lanes, first, series):
    """Write the first lanes of ``states`` (n_steps, n_units, lanes) into ``series`` (n_lanes, rows, n_units).

    Step t goes into row ``first + t``. Eight units of a lane are read before they are written, because only reads find
    the neighbouring lanes in the nearest cache.
    """
    n_units = states.shape[1]
    n_eights = n_units // 8 * 8
    for t in range(states.shape[0]):
        row = first + t
        for i in range(0, n_eights, 8):
            for lane in range(n_lanes):
                a, b, c, d = states[t, i, lane], states[t, i + 1, lane], states[t, i + 2, lane], states[t, i + 3, lane]
                e, f, g, h = (
                    states[t, i + 4, lane], states[t, i + 5, lane], states[t, i + 6, lane], states[t, i + 7, lane]
                )  # fmt: skip
                series[lane, row, i], series[lane, row, i + 1], series[lane, row, i + 2] = a, b, c
                series[lane, row, i + 3], series[lane, row, i + 4], series[lane, row, i + 5] = d, e, f
                series[lane, row, i + 6], series[lane, row, i + 7] = g, h
        for i in range(n_eights, n_units):
            for lane in range(n_lanes):
                series[lane, row, i] = states[t, i, lane]
