"""NARMA: a task that needs memory and a product of two moments at once."""

from math import isfinite

import numpy as np

from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_integer, check_memory, check_number, check_random_state

# Per step: two Python floats in lists, its input and output, and their places in the two returned arrays.
_BYTES_PER_STEP = 80


def make_narma(
    n_steps: int,
    *,
    order: int = 10,
    alpha: float = 0.3,
    beta: float = 0.05,
    gamma: float = 1.5,
    delta: float = 0.1,
    random_state: RandomState = None,
) -> tuple[Array, Array]:
    """Make input and target of the nonlinear autoregressive moving-average task.

    The recursion is::

        y(t+1) = alpha y(t) + beta y(t) [y(t) + y(t-1) + ... + y(t-order+1)] + gamma u(t-order+1) u(t) + delta

    with u ~ U[0, 0.5], independent from step to step, and u = y = 0 before the start. `X[t]` holds u(t) and `y[t]`
    holds y(t+1), which depends on u(t): after the input rows 0 to t a reservoir predicts `y[t]`, without a further
    shift. The first `order` or so targets depend on the start from rest; leave them to the washout.

    The recursion can diverge: with the defaults once in 206,000 steps (9,719 times in 2e9, which is once in 202,000 to
    210,000 at 95 %). Where it does, that is where alpha + beta [...] reaches 1 and every step is larger than the last,
    the `10 * order` inputs before that step are drawn again until the series stays bounded. One draw nearly always
    does, so that inputs are drawn again as often as that: 1,914 times in 4e8 steps, once in 200,000 to 219,000.

    Parameters
    ----------
    n_steps : int, at least 1
        Number of rows.
    order : int, at least 1, default 10
        Number of past outputs summed, and span of the input product, in steps.
    alpha, beta, gamma, delta : float, default 0.3, 0.05, 1.5, 0.1
        Constants of the recursion, without unit. The defaults are those of NARMA10. The usual
        NARMA30 is `order=30, alpha=0.2, beta=0.04, gamma=1.5, delta=0.001`.
    random_state : int, RandomState instance or None, default None
        Source of the inputs; an int makes the series reproducible.

    Returns
    -------
    X : ndarray of shape (n_steps, 1)
        Inputs u, time along rows.
    y : ndarray of shape (n_steps,)
        Targets.

    Raises
    ------
    ValueError
        If an argument is out of range, or if redrawing does not bound the series.

    References
    ----------
    Atiya & Parlos (2000), New results on recurrent network training: unifying the algorithms and accelerating
    convergence, IEEE Transactions on Neural Networks 11, pages 697-709, section on the tenth-order system.
    Kubota, Nakajima & Takahashi (2019), Dynamical anatomy of NARMA10 benchmark task, arXiv:1906.04608 (on the
    divergence).

    Examples
    --------
    >>> from reservoir.datasets import make_narma
    >>> X, y = make_narma(1000, random_state=0)
    >>> X.shape, y.shape
    ((1000, 1), (1000,))
    >>> print(y[0])  # delta alone: nothing has happened before the start
    0.1
    """
    n_steps = check_integer("n_steps", n_steps)
    check_memory("n_steps", n_steps, _BYTES_PER_STEP * n_steps)
    order = check_integer("order", order)
    constants = (
        check_number("alpha", alpha),
        check_number("beta", beta),
        check_number("gamma", gamma),
        check_number("delta", delta),
    )
    random = check_random_state(random_state)
    inputs = random.uniform(0, 0.5, n_steps).tolist()
    outputs = [0.0]
    max_redraws = 100 + n_steps // 1000
    for _ in range(max_redraws):
        _extend(outputs, inputs, order, *constants)
        end = len(outputs) - 1
        if end == n_steps and isfinite(outputs[-1]):
            return np.array(inputs)[:, np.newaxis], np.array(outputs[1:])
        start = max(0, end - 10 * order)
        inputs[start:end] = random.uniform(0, 0.5, end - start).tolist()
        del outputs[start + 1 :]
    raise ValueError(
        f"'alpha', 'beta', 'gamma' and 'delta' must keep the recursion bounded; got {constants}, which still diverges "
        f"after {max_redraws} redraws. Pass smaller constants, for instance beta=0.04, delta=0.001 for order=30."
    )


def _extend(outputs, inputs, order, alpha, beta, gamma, delta):
    """Append y(t+1) to `outputs` = [y(0), ..., y(t)] until the inputs are used up or the recursion diverges."""
    for t in range(len(outputs) - 1, len(inputs)):
        growth = alpha + beta * sum(outputs[-order:])
        if not -1 < growth < 1:
            return
        delayed = inputs[t - order + 1] if t >= order - 1 else 0.0
        outputs.append(growth * outputs[-1] + gamma * delayed * inputs[t] + delta)
