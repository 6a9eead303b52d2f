"""The Kuramoto-Sivashinsky equation: chaos in space and time."""

import math
from collections.abc import Sequence

import numpy as np

from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_array, check_integer, check_memory, check_number, check_random_state
from reservoir.datasets.exponential_integrator import exponential_coefficients, exponential_steps

# Half-width of the draw of each point of a start that is not given, as in the program of Pathak et al. (2018).
_SPREAD = 0.6
# The shortest wave that a grid must hold, per unit of length: the equation damps it 12 times per time unit.
_LEAST_WAVENUMBER = 2.0
# The coefficients of a wave are means over a circle of points: 32 complex numbers, in several arrays.
_BYTES_PER_POINT = 2000
# More than any sensible series needs: an internal step takes about 0.1 ms.
_MOST_STEPS = 10**10


def make_kuramoto_sivashinsky(
    n_steps: int,
    *,
    length: float = 22.0,
    n_points: int = 64,
    step: float = 0.25,
    forcing: float = 0.0,
    n_waves: int = 2,
    initial: Sequence[float] | Array | None = None,
    transient: float = 250.0,
    integration_step: float = 0.05,
    random_state: RandomState = None,
) -> Array:
    """Make a field of the Kuramoto-Sivashinsky equation on a ring: one row per time, one column per place.

    The equation is::

        u_t = -u u_x - u_xx - u_xxxx + forcing cos(2 pi n_waves x / length)

    with u(x + length, t) = u(x, t). The wave of wavenumber q = 2 pi k / length grows or decays at the rate q^2 - q^4
    while it is small; the product carries what grows, waves longer than 2 pi, to short waves, which decay. The larger
    the ring, the more directions are chaotic, in proportion to its length. The mean of u over the ring never changes;
    a mean of c only makes everything travel at the speed c.

    The solution is a sum of waves k below `n_points` / 2. Products are computed on a grid half as fine again, so that
    no short wave is taken for a long one (3/2 rule). Time is integrated by exponential time differencing of order 4:
    the linear part is exact. Row k is the state at time `transient + k * step` exactly, and a short series is the
    beginning of a long one. On the attractor, the default `integration_step` leaves an error of about 2e-6 after 4 time
    units, which chaos amplifies. A start as rough as the random one adds about 2e-4 in its first moments: take a
    hundredth of the step where an `initial` of that kind is to be followed exactly.

    The largest Lyapunov exponent, measured with this function over 128,000 time units, is 0.050 at `length` 22, and
    0.098 at 200 (2,400 time units), so that one Lyapunov time is about 20 and 10.2 time units, or 80 and 41 rows by
    default; each figure is sure to 2 %. The programs of Pathak et al. (2018) take 0.05 for length 22, too.

    Parameters
    ----------
    n_steps : int, at least 1
        Number of rows.
    length : float, above 0, default 22
        Length of the ring, in units of x. Below 2 pi everything decays; 22 is the usual small chaotic ring, 200 the
        large one of Pathak et al. (2018).
    n_points : int, at least 4, default 64
        Number of columns, at x = 0, `length` / `n_points`, ... Take about 2.5 per unit of length, as Pathak et al.
        did; less than 2 / pi is refused, as waves that decay slowly would be missing.
    step : float, above 0, default 0.25
        Time between two rows, in time units.
    forcing : float, default 0
        Strength of a forcing that is constant in time, which makes places of the ring differ. 0 leaves them alike.
    n_waves : int, at least 1, below `n_points` / 2, default 2
        How many waves of the forcing there are on the ring; without meaning where `forcing` is 0.
    initial : array of shape (n_points,) or None, default None
        u at time 0; None draws each point from U(-0.6, 0.6) and subtracts their mean.
    transient : float, at least 0, default 250
        Time integrated before the first row, in time units; 0 makes `initial` the first row. A random start has
        usually reached the attractor after 100.
    integration_step : float, above 0, default 0.05
        Upper limit of the internal step, in time units: `step` is divided into equal parts.
    random_state : int, RandomState instance or None, default None
        Source of a start that is not given; an int makes the series reproducible.

    Returns
    -------
    X : ndarray of shape (n_steps, n_points)
        The field; time along rows, place along columns.

    Raises
    ------
    ValueError
        If an argument is out of range, or if the solution diverges.

    References
    ----------
    Kuramoto & Tsuzuki (1976), Persistent propagation of concentration waves in dissipative media far from thermal
    equilibrium, Progress of Theoretical Physics 55, pages 356-369.
    Sivashinsky (1977), Nonlinear analysis of hydrodynamic instability in laminar flames I, Acta Astronautica 4, pages
    1177-1206.
    Kassam & Trefethen (2005), Fourth-order time-stepping for stiff PDEs, SIAM Journal on Scientific Computing 26,
    section 4 (this equation).
    Pathak, Hunt, Girvan, Lu & Ott (2018), Model-free prediction of large spatiotemporally chaotic systems from data: a
    reservoir computing approach, Physical Review Letters 120, 024102, equation 7 (there `forcing` is mu, and
    `length / n_waves` is lambda).
    Edson, Bunder, Mattner & Roberts (2019), Lyapunov exponents of the Kuramoto-Sivashinsky PDE, ANZIAM Journal 61,
    pages 270-285 (all exponents, for many lengths).

    Examples
    --------
    >>> from reservoir.datasets import make_kuramoto_sivashinsky
    >>> X = make_kuramoto_sivashinsky(400, random_state=0)
    >>> X.shape
    (400, 64)
    >>> print(f"{X.min():.0f} to {X.max():.0f}, mean {abs(X.mean(axis=1)).max():.3f}")
    -3 to 3, mean 0.000
    """
    n_steps = check_integer("n_steps", n_steps)
    n_points = check_integer("n_points", n_points, at_least=4)
    length = check_number("length", length, above=0)
    check_memory("n_points", n_points, _BYTES_PER_POINT * n_points)
    _check_resolved(length, n_points)
    step = check_number("step", step, above=0)
    forcing = check_number("forcing", forcing)
    n_waves = _check_waves(n_waves, n_points)
    transient = check_number("transient", transient, at_least=0)
    integration_step = check_number("integration_step", integration_step, above=0)
    check_memory("n_steps", n_steps, 8 * n_points * n_steps)
    _check_duration(transient + step * (n_steps - 1), step, integration_step)
    field = _start(initial, n_points, random_state)
    with np.errstate(over="ignore", invalid="ignore"):
        X = _solve(field, n_steps, length, step, (forcing, n_waves), transient, integration_step)
    if not np.isfinite(X).all():
        raise ValueError(
            "'initial', 'forcing', 'length' and 'integration_step' must give a bounded solution; got one that "
            "diverges. Pass a smaller start or forcing, or a shorter 'integration_step'."
        )
    return X


def _solve(field, n_steps, length, step, force, transient, integration_step):
    """Return the rows, the first of them after the transient."""
    n_points = len(field)
    wavenumbers = 2 * np.pi / length * np.arange(n_points // 2 + 1)
    rates = wavenumbers**2 - wavenumbers**4
    nonlinear = _nonlinear_part(n_points, wavenumbers, force)
    spectrum = np.fft.rfft(field)
    X = np.empty((n_steps, n_points))
    X[0] = field
    if transient > 0:
        n_parts = math.ceil(transient / integration_step)
        coefficients = exponential_coefficients(rates, transient / n_parts)
        spectrum = exponential_steps(spectrum, n_parts, coefficients, nonlinear)
        X[0] = np.fft.irfft(spectrum, n_points)
    n_parts = math.ceil(step / integration_step)
    coefficients = exponential_coefficients(rates, step / n_parts)
    for row in range(1, n_steps):
        spectrum = exponential_steps(spectrum, n_parts, coefficients, nonlinear)
        X[row] = np.fft.irfft(spectrum, n_points)
    return X


def _nonlinear_part(n_points, wavenumbers, force):
    """Return the function that gives the spectrum of -u u_x and the forcing."""
    n_fine = 3 * -(-n_points // 2)
    # The shortest wave of an even number of points has no derivative on their grid: it takes no part and decays.
    n_modes = (n_points + 1) // 2
    slope = np.zeros(len(wavenumbers), complex)
    slope[:n_modes] = -0.5j * wavenumbers[:n_modes] * n_fine / n_points
    forcing, n_waves = force
    constant = np.zeros(len(wavenumbers))
    constant[n_waves] = forcing * n_points / 2

    def nonlinear(spectrum):
        fine = np.fft.irfft(spectrum[..., :n_modes], n_fine)
        return slope * np.fft.rfft(fine * fine)[..., : len(wavenumbers)] + constant

    return nonlinear


def _start(initial, n_points, random_state):
    """Return the field at time 0."""
    random = check_random_state(random_state)
    if initial is not None:
        return check_array("initial", initial, (n_points,), like="n_points")
    field = random.uniform(-_SPREAD, _SPREAD, n_points)
    return field - field.mean()


def _check_resolved(length, n_points):
    """Refuse a grid that is too coarse for the waves which the equation damps."""
    least = length * (_LEAST_WAVENUMBER / np.pi)
    if n_points < least:
        raise ValueError(
            f"'n_points' must be at least {least:.9g} for 'length' {length:g}, or waves that must decay are missing; "
            f"got {n_points}. Pass n_points={2.5 * max(length, 2):.0f}, or a smaller length."
        )


def _check_waves(n_waves, n_points):
    n_waves = check_integer("n_waves", n_waves)
    if 2 * n_waves >= n_points:
        raise ValueError(f"'n_waves' must be below half of 'n_points', {n_points}; got {n_waves}.")
    return n_waves


def _check_duration(duration, step, integration_step):
    """Refuse more steps than anyone can wait for, or times that floats do not hold."""
    n_parts = max(duration, step) / integration_step
    if not n_parts <= _MOST_STEPS:
        raise ValueError(
            f"'n_steps', 'step' and 'transient' must last at most {_MOST_STEPS:g} times 'integration_step'; got "
            f"{n_parts:.3g}. Pass a shorter series or a longer 'integration_step'."
        )
