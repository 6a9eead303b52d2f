"""Products with weights, added to the drive of all units: of the input, and of states by a sparse matrix.

That of the input and that by shifts are one chain of fused products for each unit, source after source, so that many
series driven in lockstep have the same bits as each alone.
"""

from readouts.compiling import fma, njit, njit_sum


@njit
def project_input(input_weights, bias, u, drive):
    """Write drive = bias + input_weights.T @ u, with ``input_weights`` (n_features, n_units).

    Done row by row, not by one matrix product over all steps, so that a series cut in two gives the same bits.
    """
    done = 2 - u.size % 2
    if done == 1:
        _start(input_weights[0], u[0], bias, drive)
    else:
        _start_with_two(input_weights, u, bias, drive)
    if (u.size - done) % 4:
        _add_two(input_weights[done : done + 2], u[done : done + 2], drive)
        done += 2
    if (u.size - done) % 8:
        _add_four(input_weights[done : done + 4], u[done : done + 4], drive)
        done += 4
    for feature in range(done, u.size, 8):
        _add_eight(input_weights[feature : feature + 8], u[feature : feature + 8], drive)


@njit
def _start(weights, u, bias, drive):
    for i in range(drive.size):
        drive[i] = fma(weights[i], u, bias[i])


# Not one function with _add_two: were its source and its target the same array, its loop would not vectorise.
@njit
def _start_with_two(weights, u, bias, drive):
    u0, u1 = u[0], u[1]
    for i in range(drive.size):
        drive[i] = fma(weights[1, i], u1, fma(weights[0, i], u0, bias[i]))


@njit
def _add_two(weights, u, drive):
    u0, u1 = u[0], u[1]
    for i in range(drive.size):
        drive[i] = fma(weights[1, i], u1, fma(weights[0, i], u0, drive[i]))


@njit
def _add_four(weights, u, drive):
    u0, u1, u2, u3 = u[0], u[1], u[2], u[3]
    for i in range(drive.size):
        total = fma(weights[1, i], u1, fma(weights[0, i], u0, drive[i]))
        drive[i] = fma(weights[3, i], u3, fma(weights[2, i], u2, total))


@njit
def _add_eight(weights, u, drive):
    u0, u1, u2, u3, u4, u5, u6, u7 = u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7]
    for i in range(drive.size):
        total = fma(weights[1, i], u1, fma(weights[0, i], u0, drive[i]))
        total = fma(weights[3, i], u3, fma(weights[2, i], u2, total))
        total = fma(weights[5, i], u5, fma(weights[4, i], u4, total))
        drive[i] = fma(weights[7, i], u7, fma(weights[6, i], u6, total))


@njit
def add_csr_product(indptr, indices, data, x, drive):
    """In place: drive += W @ x for a CSR matrix W of any structure, its indices unsigned.

    Numba tests every signed index for being negative, to count from the end, which costs more than the product.
    """
    for i in range(drive.size):
        drive[i] = _row_product(indptr[i], indptr[i + 1], indices, data, x, drive[i])


@njit_sum
def _row_product(first, last, indices, data, x, total):
    for k in range(first, last):
        total += data[k] * x[indices[k]]
    return total


@njit
def repeat(x, twice):
    """Write x into both halves of ``twice``."""
    for i in range(x.size):
        twice[i] = x[i]
        twice[x.size + i] = x[i]


@njit
def _add_one_shift(w, x, drive):
    for i in range(drive.size):
        drive[i] = fma(w[i], x[i], drive[i])


@njit
def _add_two_shifts(w, x0, x1, drive):
    for i in range(drive.size):
        drive[i] = fma(w[1, i], x1[i], fma(w[0, i], x0[i], drive[i]))


@njit
def _add_eight_shifts(w, x0, x1, x2, x3, x4, x5, x6, x7, drive):
    for i in range(drive.size):
        total = fma(w[1, i], x1[i], fma(w[0, i], x0[i], drive[i]))
        total = fma(w[3, i], x3[i], fma(w[2, i], x2[i], total))
        total = fma(w[5, i], x5[i], fma(w[4, i], x4[i], total))
        drive[i] = fma(w[7, i], x7[i], fma(w[6, i], x6[i], total))


@njit
def add_shift_product(offsets, values, twice, drive):
    """In place: drive[i] += sum_k values[k, i] * x[(i + offsets[k]) mod n], with ``twice`` = x followed by x again.

    Written twice in a row, x turns every shifted copy into a contiguous slice: no index array, no gather.
    """
    n, k = drive.size, 0
    while k + 8 <= offsets.size:
        s = offsets[k : k + 8]
        x0, x1, x2, x3 = twice[s[0] : s[0] + n], twice[s[1] : s[1] + n], twice[s[2] : s[2] + n], twice[s[3] : s[3] + n]
        x4, x5, x6, x7 = twice[s[4] : s[4] + n], twice[s[5] : s[5] + n], twice[s[6] : s[6] + n], twice[s[7] : s[7] + n]
        _add_eight_shifts(values[k : k + 8], x0, x1, x2, x3, x4, x5, x6, x7, drive)
        k += 8
    while k + 2 <= offsets.size:
        s0, s1 = offsets[k], offsets[k + 1]
        _add_two_shifts(values[k : k + 2], twice[s0 : s0 + n], twice[s1 : s1 + n], drive)
        k += 2
    if k < offsets.size:
        _add_one_shift(values[k], twice[offsets[k] : offsets[k] + n], drive)
