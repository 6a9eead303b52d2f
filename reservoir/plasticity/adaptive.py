"""A reservoir that a plasticity rule adapts to the series of fit, and that is frozen from then on."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, Self

import numpy as np
from sklearn.base import clone

from readouts.at_once import all_at_once
from readouts.masked import refuse_masked
from readouts.types import Precision, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_dtype, check_flag
from reservoir.driving.part import Part
from reservoir.plasticity.rebuild import fit_to_width
from reservoir.series.elapsed import find_elapsed
from reservoir.series.sequences import read_sequences


class Adapts(Protocol):
    """A rule of plasticity."""

    def adapt(self, reservoir: Any, X: Any, verbose: bool = ...) -> tuple[Any, Any]:
        """Return another fitted reservoir, adapted to the series X, and a learning curve."""


class AdaptiveReservoir(BaseReservoir):
    """Reservoir that adapts to its input before it is used, without a target.

    ``fit`` draws the reservoir, lets the rule change it while it is driven by X, and keeps the result: an ordinary
    reservoir of the same class, its weights given, which ``transform`` and ``run`` drive.

    Parameters
    ----------
    reservoir : reservoir
        It is cloned, not changed. Its ``dtype`` and ``n_jobs`` are those of the whole.
    rule : rule, or list of rules
        What adapts it: `IntrinsicPlasticity` for echo states and continuous-time networks, `Homeostasis` and `STDP` for
        spiking liquids, or an object of your own with a method ``adapt(reservoir, X, verbose)`` that takes a fitted
        reservoir and the series and returns another fitted reservoir and a learning curve. Several rules are applied
        one after the other.
    verbose : bool, default=False
        Whether a line is printed after every epoch.

    Attributes
    ----------
    reservoir_ : the adapted reservoir
        Fitted and frozen; usable wherever an ordinary one is, in a stack too.
    history_ : array (n_epochs,), or list of them if ``rule`` is a list
        The learning curve; see the rule for its meaning.
    n_units_ : int
    n_features_in_ : int

    Raises
    ------
    TypeError
        If the reservoir is none, or not one that the rule can adapt.
    ValueError
        If a parameter, of the rule or of the reservoir, or X is invalid, or X has one step only.

    Notes
    -----
    Parameters of the reservoir are set by ``set_params(reservoir__leak_rate=0.1)``, in a grid search too; a rule is a
    value and is set as a whole. A layer of a `StackedReservoir` is fitted before there are states to adapt to, so an
    adaptive layer is refused there. Adapt first, and stack ``reservoir_``.

    Examples
    --------
    Units that saturate find their way back into the range of tanh:

    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity
    >>> u = 3 * np.random.RandomState(0).standard_normal((1000, 1))
    >>> strong = EchoStateReservoir(50, input_scaling=1.0, leak_rate=1.0, random_state=0)
    >>> adapted = AdaptiveReservoir(strong, IntrinsicPlasticity(std=0.3)).fit(u)
    >>> print(f"{strong.fit_transform(u).std():.1f} {adapted.transform(u).std():.1f}")
    0.8 0.3

    It runs and streams as any reservoir does:

    >>> head, state = adapted.run(u[:400])
    >>> tail, state = adapted.run(u[400:], state)
    >>> bool(np.all(np.vstack([head, tail]) == adapted.transform(u)))
    True
    """

    reservoir_: BaseReservoir

    def __init__(self, reservoir: BaseReservoir, rule: Adapts | Sequence[Adapts], *, verbose: bool = False) -> None:
        self.reservoir = reservoir
        self.rule = rule
        self.verbose = verbose

    @property
    def dtype(self) -> Precision:  # type: ignore[override]
        """Precision of the reservoir."""
        dtype: Any = getattr(self.reservoir, "dtype", "float64")
        try:
            return "float32" if check_dtype(dtype) == np.float32 else "float64"
        except ValueError:  # fit will raise
            return dtype

    @property
    def n_jobs(self) -> int | None:  # type: ignore[override]
        """Number of threads of the reservoir."""
        return getattr(self.reservoir, "n_jobs", None)

    @all_at_once
    def fit(self, X: SeriesLike, y: Any = None) -> Self:
        """Draw the reservoir and adapt it to X.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
            At least two steps in all. Every series is driven from rest.
        y : ignored

        Returns
        -------
        self
        """
        rules = self._check_parameters()
        super().fit(X)
        series = read_sequences(self, X, reset=False, dtype=self.dtype_).series
        if sum(map(len, series)) == 1:
            raise ValueError(
                "'X' must hold more than one step to adapt to; got 1 sample. To adapt a layer of a stack, fit the "
                "AdaptiveReservoir on the input of the layer, and stack its reservoir_."
            )
        history = []
        for rule in rules:
            adapted = rule.adapt(self.reservoir_, series, verbose=bool(self.verbose))
            self.reservoir_, curve = _read_adapted(rule, adapted, self.n_features_in_)
            history.append(curve)
        self.history_ = history if isinstance(self.rule, (list, tuple)) else history[0]
        self.n_units_ = self.reservoir_.n_units_
        self._keep_sizes()
        self._freeze()
        self.reservoir_.inspect(series)
        return self

    def _check_parameters(self):
        """Return the rules."""
        if not isinstance(self.reservoir, BaseReservoir) or isinstance(self.reservoir, AdaptiveReservoir):
            raise TypeError(
                f"'reservoir' must be an ordinary reservoir such as EchoStateReservoir(); got {self.reservoir!r}. "
                "To apply several rules, give a list of them as 'rule'."
            )
        rules = list(self.rule) if isinstance(self.rule, (list, tuple)) else [self.rule]
        if not rules:
            raise ValueError("'rule' must hold at least one rule; got none.")
        for rule in rules:
            if isinstance(rule, type) or not callable(getattr(rule, "adapt", None)):
                raise TypeError(
                    f"'rule' must be a rule such as IntrinsicPlasticity(), or a list of them; got {rule!r}."
                )
        check_flag("verbose", self.verbose)
        return rules

    def _draw(self, n_features, random_state):
        reservoir = clone(self.reservoir)
        columns = {
            name: find_elapsed(column, self)
            for name, column in reservoir.get_params().items()
            if name.split("__")[-1] == "elapsed_column"
        }
        self.reservoir_ = fit_to_width(reservoir.set_params(**columns), n_features)
        self.n_units_ = self.reservoir_.n_units_
        self.elapsed_column_ = self.reservoir_.elapsed_column_

    def _rest(self):
        return self.reservoir_.rest()

    def _check_state(self, state):
        return self.reservoir_.check_state(state)

    def _drive(self, X, state):
        return self.reservoir_.drive(X, state)

    def _close_loop(self, *arguments):
        return self.reservoir_.close_loop(*arguments)

    def drive_many(self, series: Sequence, fold: Callable, **options: Any) -> list:
        """Drive every series on from its own start, as `BaseReservoir.drive_many`, by the reservoir inside."""
        return self.reservoir_.drive_many(series, fold, **options)

    def _parts(self, X, state):
        yield Part("reservoir__", self.reservoir_, X, state)

    def _check_finite(self, states, state):
        """Do nothing: the reservoir inside has checked its own states."""

    @property
    def _n_features_out(self):
        return self.reservoir_.n_features_out_


def _read_adapted(rule, adapted, n_features):
    """Return the reservoir and the learning curve that a rule, perhaps a user's own, has returned."""
    try:
        reservoir, curve = adapted
        refuse_masked("rule", curve)
        curve = np.asarray(curve, dtype=np.float64)
    except (TypeError, ValueError):
        reservoir = None
    # Only a fitted reservoir has n_features_in_.
    if not isinstance(reservoir, BaseReservoir) or getattr(reservoir, "n_features_in_", None) != n_features:
        raise TypeError(
            f"'rule' must return a pair of a reservoir, fitted on {n_features} features, and a learning curve of "
            f"numbers from its method adapt; {rule!r} returned {adapted!r}."
        )
    return reservoir, curve
