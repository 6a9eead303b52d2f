"""Product of a matrix in panels with the vectors of many series in lockstep, one in every lane."""

from readouts.compiling import njit
from reservoir.cfc.panels import widest_panels
from reservoir.kernels.lane_tiles import UNITS_AT_ONCE, project_eight
from reservoir.kernels.vectors import N_BYTES


@njit
def project_lanes(weights, bias, source, drive):
    """Write drive = bias + W @ source in every lane, for the panels of W, see `panels.project`.

    ``source`` (n_sources, n_lanes) and ``drive`` (n_units, n_lanes) have lanes for whole vectors; ``bias`` and
    ``drive`` are filled up to whole vectors of units. The weights are read once for all lanes.
    """
    (n_sources, n_lanes), width = source.shape, N_BYTES // bias.itemsize
    n_wide, n_half = widest_panels(bias.size, width)
    for unit in range(0, bias.size, UNITS_AT_ONCE):
        size = 8 * width if unit < n_wide else 4 * width if unit < n_half else width
        within = (unit - n_wide if unit >= n_wide else unit) % size
        at = (unit - within) * n_sources + within
        project_eight(weights, at, size, bias, unit, source, n_lanes, drive)
