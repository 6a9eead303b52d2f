"""Recursive least squares on a triangular square root of the inverse correlation matrix, one row at a time.

``root`` is lower triangular with root^T root = P, the inverse of the weighted sum of x x^T plus alpha I. Round-off can
not make P lose its positive definiteness in this form; on P itself it does, and the recursion then explodes.
"""

import math

from readouts.compiling import dot, fma, njit, njit_sum

# Products of two numbers below this are finite: a row is refused before it could make anything infinite.
LIMIT = 1e150
# Without input, off-diagonal entries of the root decay; as denormal numbers they would be some hundred times slower.
NEGLIGIBLE = 1e-100


@njit
def run_rls(X, y, weight, forgetting, excitation, visits, root, coefficients, mean_x, mean_y, progress, predictions):
    """Update in place, row by row, and return the number of rows used: all, or those before the first that overflows.

    ``progress`` holds the total weight, a bound of the squared norm of ``root`` and the feature to be regularised
    next. Row t of ``predictions`` is made before the update with row t. A refused row changes the bound at most.
    """
    sample, gain, error = mean_x.copy(), mean_x.copy(), mean_y.copy()
    for t in range(len(X)):
        for i in range(sample.size):
            sample[i] = X[t, i] - mean_x[i]
        size = dot(sample, sample)
        largest = 0.0
        for k in range(error.size):
            guess = mean_y[k] + dot(coefficients[k], sample)
            predictions[t, k] = guess
            error[k] = y[t, k] - guess
            if not abs(guess) + abs(error[k]) < LIMIT:
                return t
            largest = max(largest, error[k] * error[k])
        if weight[t] == 0:
            continue
        # Deviations from the mean so far, with this weight, add up to the centred sums of squares exactly (Welford's
        # update, with weights and forgetting). So the intercept drops out, and is neither penalised nor approximated.
        total = forgetting * progress[0] + weight[t]
        share = weight[t] / total
        scale = math.sqrt(forgetting * progress[0] * share)
        reach = (excitation * excitation + scale * scale * max(size, largest) + 1.0) / forgetting
        if not reach * progress[1] < LIMIT:
            progress[1] = _tidy(root, mean_x)
        if not (reach * progress[1] < LIMIT and total < LIMIT):
            return t
        for i in range(sample.size):
            sample[i] *= scale
        a = _update(root, sample, gain, forgetting)
        if not a < LIMIT:
            return t
        for k in range(error.size):
            step = scale * error[k] / a
            for i in range(sample.size):
                coefficients[k, i] = fma(step, gain[i], coefficients[k, i])
            mean_y[k] += share * (y[t, k] - mean_y[k])
        for i in range(sample.size):
            mean_x[i] = fma(share, X[t, i] - mean_x[i], mean_x[i])
        progress[0] = total
        if forgetting < 1:
            progress[1] /= forgetting
            for _ in range(visits):
                _regularise(root, gain, excitation, int(progress[2]))
                progress[2] = (progress[2] + 1) % sample.size
            if progress[2] < visits:
                progress[1] = _tidy(root, mean_x)
    return len(X)


@njit
def _update(root, sample, gain, forgetting):
    """Take ``sample`` into ``root``; return a = forgetting + x^T P x and set gain = P x, both of the old P.

    Carlson 1973: Potter's square-root update kept triangular. Row j of ``root`` needs only the rows before it, summed
    up in ``gain``, so one pass over half the matrix reads the old root and writes the new one.
    """
    a = forgetting
    gain[:] = 0.0
    for j in range(sample.size):
        f = _row_product(root, j, sample)
        before, a = a, a + f * f
        inverse = 1.0 / math.sqrt(before * a * forgetting)
        keep, take = before * inverse, f * inverse
        for i in range(j + 1):
            old, sum_before = root[j, i], gain[i]
            root[j, i] = fma(keep, old, -take * sum_before)
            gain[i] = fma(f, old, sum_before)
    return a


@njit_sum
def _row_product(root, j, sample):
    """Return the product of row j of the triangle and the sample."""
    total = 0.0
    for i in range(j + 1):
        total += root[j, i] * sample[i]
    return total


@njit
def _regularise(root, gain, excitation, feature):
    """Take ``excitation`` times the unit vector of ``feature`` into ``root``, without forgetting."""
    a = 1.0
    gain[:] = 0.0
    for j in range(feature, len(root)):
        f = excitation * root[j, feature]
        before, a = a, a + f * f
        inverse = 1.0 / math.sqrt(before * a)
        keep, take = before * inverse, f * inverse
        for i in range(j + 1):
            old, sum_before = root[j, i], gain[i]
            root[j, i] = fma(keep, old, -take * sum_before)
            gain[i] = fma(f, old, sum_before)


@njit
def _tidy(root, mean_x):
    """Return the squared norm of ``root``, and set to 0 what has become negligible beside it."""
    power = 0.0
    for j in range(len(root)):
        power += dot(root[j, : j + 1], root[j])
    floor = NEGLIGIBLE * math.sqrt(power)
    for j in range(len(root)):
        for i in range(j + 1):
            if abs(root[j, i]) < floor:
                root[j, i] = 0.0
        if abs(mean_x[j]) < NEGLIGIBLE:
            mean_x[j] = 0.0
    return power
