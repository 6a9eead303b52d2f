"""Series: what is missing in them or no number, their shapes, and the times between their rows."""

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from advice.models import (
    EXPLICIT,
    GAPPY,
    LATE,
    PADDED,
    STEPS,
    WORDS,
    U,
    Y,
    as_error,
    esn,
    fitted,
    lif,
    regressor,
)
from readouts import RidgeReadout, RLSReadout
from reservoir import (
    CTRNNLiquid,
    ForwardFill,
    LTCLiquid,
    PerSequence,
    SequenceEncoder,
    StackedReservoir,
    from_channels_first,
    from_nan_padded,
)
from reservoir.metrics import nrmse
from reservoir.speech import PoissonEncoder

CASES = {
    # Missing, and other than numbers
    "gap": (
        lambda: esn().fit(GAPPY),
        "Fill the gaps first, as reservoir.ForwardFill",
        [
            lambda: make_pipeline(ForwardFill(), esn()).fit(GAPPY),
            lambda: esn().fit(ForwardFill().fit_transform(GAPPY)),
            lambda: CTRNNLiquid(10, elapsed_column="dt").fit(
                pd.DataFrame(GAPPY, columns=["u", "v"])
                .assign(dt=1.0)
                .dropna()
                .assign(dt=lambda left: np.diff(left.index, prepend=left.index[0]).astype(float))
            ),
        ],
    ),
    "gap in a list": (
        lambda: SequenceEncoder(esn()).fit([U, GAPPY]),
        "Fill the gaps first, as reservoir.ForwardFill",
        [lambda: make_pipeline(ForwardFill(), SequenceEncoder(esn())).fit([U, GAPPY])],
    ),
    "padded": (
        lambda: esn().fit(PADDED),
        r"It fills up short series at their ends: cut it off by reservoir.from_nan_padded\(X\)",
        [lambda: esn().fit_transform(from_nan_padded(PADDED))],
    ),
    "gap that a scaler leaves": (
        lambda: make_pipeline(PerSequence(StandardScaler()), esn()).fit(GAPPY),
        "Fill the gaps first, as reservoir.ForwardFill",
        [
            lambda: make_pipeline(ForwardFill(), PerSequence(StandardScaler()), esn()).fit(GAPPY),
            lambda: make_pipeline(PerSequence(StandardScaler()), ForwardFill(), esn()).fit(GAPPY),
        ],
    ),
    "gap, readout": (
        lambda: RidgeReadout().fit(GAPPY, Y),
        "contains NaN",
        [
            lambda: make_pipeline(SimpleImputer(), RidgeReadout()).fit(GAPPY, Y),
            lambda: make_pipeline(ForwardFill(), RidgeReadout()).fit(GAPPY, Y),
        ],
    ),
    "gap, recursive": (
        lambda: RLSReadout().fit(GAPPY, Y),
        "Leave such rows out",
        [lambda: RLSReadout().fit(np.delete(GAPPY, 7, 0), np.delete(Y, 7))],
    ),
    "gap, feedback": (
        lambda: regressor(feedback=True).fit(U, LATE),
        "got NaN or a masked entry. Fill it in, as reservoir.ForwardFill",
        [lambda: regressor(feedback=True).fit(U, ForwardFill().fit_transform(LATE))],
    ),
    "gap, metric": (
        lambda: nrmse(LATE, Y),
        "Drop such rows from all",
        [lambda: nrmse(LATE[~np.isnan(LATE)], Y[~np.isnan(LATE)])],
    ),
    "values as spikes": (
        lambda: lif(input="spikes").fit(U),
        "Encode values as spikes, or use input='current'",
        [
            lambda: lif(input="spikes").fit(PoissonEncoder(random_state=0).fit_transform(U)),
            lambda: lif(input="current").fit(U),
        ],
    ),
    "complex": (
        lambda: esn().fit(U + 1j * U),
        "Give real and imaginary part as columns",
        [lambda: esn().fit(np.concatenate([U, U], axis=-1))],
    ),
    # Shapes
    "channels first": (
        lambda: as_error(lambda: fitted(np.zeros((4, 3, 30)))),
        r"pass reservoir.from_channels_first\(X\)",
        [lambda: as_error(lambda: fitted(from_channels_first(np.zeros((4, 3, 30)))))],
    ),
    "both that run returns": (
        lambda: fitted().run(U, fitted().run(U)),
        "the second value that run returns",
        [lambda: fitted().run(U, fitted().run(U)[1])],
    ),
    "an index of frames": (
        lambda: PoissonEncoder(n_substeps=2).set_output(transform="pandas").fit(U).transform(pd.DataFrame(U)),
        r"Pass X.to_numpy\(\), .*or use n_substeps=1",
        [
            lambda: (
                PoissonEncoder(n_substeps=2).set_output(transform="pandas").fit(U).transform(pd.DataFrame(U).to_numpy())
            ),
            lambda: (
                PoissonEncoder(n_substeps=1)
                .set_output(transform="pandas")
                .fit(pd.DataFrame(U))
                .transform(pd.DataFrame(U))
            ),
        ],
    ),
    "one axis": (
        lambda: esn().fit(Y),
        r"Reshape your data with X.reshape\(-1, 1\)",
        [lambda: esn().fit(Y.reshape(-1, 1))],
    ),
    "one axis in a list": (
        lambda: esn().fit([Y]),
        r"Reshape your data with x.reshape\(-1, 1\)",
        [lambda: esn().fit([Y.reshape(-1, 1)])],
    ),
    "many to run": (
        lambda: fitted().run([U, U]),
        "for many series use transform",
        [lambda: fitted().transform([U, U])],
    ),
    "one sequence to an encoder": (
        lambda: SequenceEncoder(esn()).fit(WORDS).transform(U),
        r"Wrap a single sequence as \[X\]",
        [lambda: SequenceEncoder(esn()).fit(WORDS).transform([U])],
    ),
    "one sequence of one axis to an encoder": (
        lambda: SequenceEncoder(esn()).fit(U.T).transform(U[:, 0]),
        r"Reshape your data with X.reshape\(1, -1\), or pass \[X\]",
        [
            lambda: SequenceEncoder(esn()).fit(U.T).transform(U[:, 0].reshape(1, -1)),
            lambda: SequenceEncoder(esn()).fit(U.T).transform([U[:, 0]]),
        ],
    ),
    "many, to be primed": (
        lambda: regressor().fit(U, Y).prime([U]),
        "Prime one by one",
        [lambda: regressor().fit(U, Y).prime(U)],
    ),
    "many, with a state": (
        lambda: regressor().fit(U, Y).predict([U], return_state=True),
        "Predict them one by one",
        [lambda: regressor().fit(U, Y).predict(U, return_state=True)],
    ),
    "many, in part": (
        lambda: regressor().partial_fit([U], [Y]),
        "for many series use fit",
        [lambda: regressor().fit([U], [Y])],
    ),
    "without targets": (
        lambda: regressor().partial_fit(U),
        "Pass as 'y' a target for every step",
        [lambda: regressor().partial_fit(U, Y)],
    ),
    "channels in two axes": (lambda: from_channels_first(U), "must be 3-D", [lambda: from_channels_first([U.T])]),
    "another width": (
        lambda: make_pipeline(esn().fit(U)).transform(U.T),
        "Time must run along rows|features",
        [lambda: fitted().transform(U)],
    ),
    # Times between samples
    "name without names": (
        lambda: CTRNNLiquid(5, elapsed_column="dt").fit(STEPS),
        "it has no column names; give a position",
        [lambda: CTRNNLiquid(5, elapsed_column=1).fit(STEPS)],
    ),
    "unsorted": (
        lambda: CTRNNLiquid(5, elapsed_column=1).fit(STEPS).transform(STEPS * [1, -1]),
        "Sort the samples by time first",
        [
            lambda: CTRNNLiquid(5, elapsed_column=1).fit_transform(
                np.column_stack([U[:, 0], np.diff(np.sort(Y), prepend=Y.min())])
            )
        ],
    ),
    "explicit solver": (
        lambda: LTCLiquid(**EXPLICIT).fit(STEPS).transform(STEPS * [1, 1e7]),
        "solver='fused' takes a row of any length. .*'leak_conductance', 'coupling' or 'input_scaling'",
        [
            lambda: LTCLiquid(**EXPLICIT | {"solver": "fused"}).fit(STEPS).transform(STEPS * [1, 1e7]),
            lambda: LTCLiquid(**EXPLICIT, capacitance=1e7).fit(STEPS).transform(STEPS * [1, 1e7]),
            lambda: LTCLiquid(**EXPLICIT).fit(STEPS).transform(STEPS),
        ],
    ),
    "two who say": (
        lambda: StackedReservoir([CTRNNLiquid(5, elapsed_column=1)], elapsed_column=1).fit(STEPS),
        "Set it on the stack only",
        [lambda: StackedReservoir([CTRNNLiquid(5)], elapsed_column=1).fit(STEPS)],
    ),
    "no unit that receives": (
        lambda: StackedReservoir([esn()], elapsed_column=1).fit(STEPS),
        "Use a continuous liquid such as CTRNNLiquid, or leave",
        [
            lambda: StackedReservoir([CTRNNLiquid(5)], elapsed_column=1).fit(STEPS),
            lambda: StackedReservoir([esn()]).fit(STEPS),
        ],
    ),
}
