"""Calls of what uses reservoirs and readouts: encoder, regressor, forecaster, rules of plasticity, presets."""

import os
import tempfile

import numpy as np
import pandas as pd
from builders import series
from reservoirpy import nodes
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import mean_squared_error
from sklearn.preprocessing import StandardScaler

from fuzz.calls.call import Call, estimator
from fuzz.calls.reservoirs import N_FEATURES, TASKS, lif
from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import (
    AnomalyDetector,
    EchoStateReservoir,
    EnsembleForecaster,
    Forecaster,
    ForwardFill,
    LocalForecaster,
    PerSequence,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    SequenceRegressor,
    save,
)
from reservoir.model_selection import WashoutSplit
from reservoir.plasticity import STDP, AdaptiveReservoir, Homeostasis, IntrinsicPlasticity


def echo_state(**parameters):
    return EchoStateReservoir(5, random_state=0, **parameters)


def files_in_c():
    path = os.path.join(tempfile.gettempdir(), f"fuzzed_{os.getpid()}")
    return {"model": echo_state().fit(waves()), "path": path, "dtype": "float32"}


def waves():
    return series(30, N_FEATURES)


def known():
    return series(30, 1, seed=1)


def target():
    return series(30, 1, seed=2)


def bounds():
    return {"lower": known() - 1, "upper": known() + 1}


def regressor():
    return {"reservoir": echo_state(), "washout": 2, "lags": (1, 3), "chunk_size": 7, "n_jobs": 1}


def regressor_state():
    return ReservoirRegressor(**regressor()).fit(waves(), target()).predict(waves(), return_state=True)[1]


def scored():
    model = ReservoirRegressor(**regressor()).fit(**SCORED)
    model.score(**SCORED)  # a readout finishes what it has learnt when it is first used
    return model


def online():
    return ReservoirRegressor(**regressor(), readout=RLSReadout()).partial_fit(waves(), target())


def classifier(readout=None):
    return ReservoirRegressor(echo_state(), readout or RidgeReadoutClassifier()).fit(waves(), np.arange(30) % 3)


def forecaster():
    return {"reservoir": echo_state(), "washout": 2, "n_jobs": 1, "random_state": 0}


def field():
    return series(30, 6)


def local_forecaster():
    return {"reservoir": echo_state(), "patch": 2, "halo": 1, "washout": 2, "n_jobs": 1, "random_state": 0}


def detector():
    return {"reservoir": echo_state(), "window": 3, "washout": 2, "n_jobs": 1}


def stream():
    return {"X": waves(), "state": AnomalyDetector(**detector()).fit(waves()).state_, "return_state": False}


def informed():
    return Forecaster(**forecaster()).fit(waves(), exogenous=known())


def ensemble():
    return {"forecaster": Forecaster(**forecaster()), "n_members": 2, "n_jobs": 1, "random_state": 0}


def informed_ensemble():
    return EnsembleForecaster(**ensemble(), coupled=True).fit(waves(), exogenous=known())


def forecast():
    return {"n_steps": 3, "context": waves(), "exogenous": known()[:3], "context_exogenous": known(),
            "interval": 0.8}  # fmt: skip


def backtest():
    return {"X": waves(), "horizon": 2, "stride": 5, "start": 20, "exogenous": known(), "refit": 2}


def start():
    return {"context": waves(), "context_exogenous": known()}


def sequence_model(readout):
    return {"reservoir": echo_state(), "readout": readout, "n_units": 5, "views": ("scaled", "standardized"),
            "representation": ("ppv", "mean"), "quantiles": (0.25, 0.75), "lags": (1, 3), "n_jobs": 1,
            "random_state": 0}  # fmt: skip


def cases():
    return [series(n_steps, N_FEATURES) for n_steps in range(8, 17)]


def indexed():
    return pd.DataFrame(series(6, 2), pd.MultiIndex.from_product([["p", "q"], range(3)]))


def clocked():
    return pd.DataFrame({"u": [0.5, 1.0, 2.0], "time": pd.date_range("2026-01-01", periods=3)})


def rule(name, cls, reservoir, **parameters):
    """A rule of plasticity, which adapts a reservoir."""

    def adapt():
        return {"reservoir": reservoir().fit(waves()), "X": waves()}

    return {
        name: Call(lambda: dict(parameters), steps=(lambda it: it.adapt(**adapt()),)),
        f"{name}.adapt": Call(adapt, lambda: cls(**parameters)),
    }


def as_many(preset):
    """A series with as many columns as the liquid has inputs."""
    return np.eye(3, preset.input_weights.shape[1])


def preset(name, **parameters):
    steps = (lambda it: it.fit(as_many(it)), lambda it: it.transform(as_many(it)))
    return {f"presets.{name}": Call(lambda: {"n_inputs": 2, "random_state": 0} | parameters, steps=steps)}


def file_to_read():
    path = os.path.join(tempfile.gettempdir(), f"fuzzed {os.getpid()}.skops")
    save(echo_state().fit(waves()), path)
    return {"path": path, "trusted": ["builtins.range"]}


def node():
    made = nodes.Reservoir(5, W=np.eye(5) / 2, Win=np.ones((5, 2)))
    made.run(series(3, 2))
    return {"node": made}


SCORED = {"X": series(30, N_FEATURES), "y": series(30, 1, seed=2)}
WEIGHED = SCORED | {"sample_weight": np.ones(30)}
CALLS = {
    **estimator("reservoir.SequenceEncoder", SequenceEncoder,
                lambda: {"reservoir": echo_state(), "representation": ("mean", "segments", "model", "ppv"),
                         "views": ("series", "standardized_differences"), "quantiles": (0.25, 0.75), "lags": (1, 3),
                         "n_jobs": 1},
                lambda: {"X": [waves(), waves()[:9]]}, transform=lambda: {"X": [waves(), waves()[:9]]},
                get_feature_names_out=lambda: {"input_features": None}),
    **estimator("reservoir.ReservoirClassifier", ReservoirClassifier, lambda: sequence_model(RidgeReadoutClassifier()),
                lambda: {"X": cases(), "y": np.arange(9) % 3, "groups": np.arange(9) // 3},
                predict=lambda: {"X": cases()}, decision_function=lambda: {"X": cases()},
                predict_proba=lambda: {"X": cases()},
                score=lambda: {"X": cases(), "y": np.arange(9) % 3, "sample_weight": np.ones(9)}),
    **estimator("reservoir.SequenceRegressor", SequenceRegressor, lambda: sequence_model(RidgeReadout()),
                lambda: {"X": cases(), "y": np.arange(9.0), "groups": np.arange(9) // 3},
                predict=lambda: {"X": cases()},
                score=lambda: {"X": cases(), "y": np.arange(9.0), "sample_weight": np.ones(9)}),
    "reservoir.SequenceEncoder.split_over_steps": Call(
        lambda: {"X": [waves(), waves()[:9]], "weights": np.ones((5, 2)), "centre": np.zeros(5)},
        lambda: SequenceEncoder(echo_state(), n_jobs=1).fit([waves()])),
    **estimator("reservoir.ReservoirRegressor", ReservoirRegressor, regressor, lambda: dict(WEIGHED),
                predict=lambda: {"X": waves(), "state": regressor_state()},
                partial_fit=lambda: {"X": waves(), "y": target(), "sample_weight": np.ones(30)},
                prime=lambda: {"X": waves(), "y": None, "state": regressor_state()},
                score=lambda: dict(WEIGHED)),
    "reservoir.ReservoirRegressor": Call(regressor, steps=(lambda it: it.fit(**SCORED),
                                                           lambda it: it.predict(waves()))),
    "reservoir.ReservoirRegressor.partial_fit_predict": Call(
        lambda: {"X": waves(), "y": target(), "sample_weight": np.ones(30)}, online),
    "reservoir.ReservoirRegressor.score": Call(lambda: dict(WEIGHED), scored),
    "reservoir.ReservoirRegressor.decision_function": Call(lambda: {"X": waves()}, classifier),
    "reservoir.ReservoirRegressor.predict_proba": Call(lambda: {"X": waves()},
                                                       lambda: classifier(LogisticRegression())),
    **estimator("reservoir.Forecaster", Forecaster, lambda: forecaster() | {"horizon": 3, "expert": np.tanh},
                lambda: {"X": waves(), "exogenous": None},
                forecast=lambda: {"n_steps": 3, "context": waves()},
                predict_one_step=lambda: {"X": waves()}, score=lambda: {"X": waves()}),
    **estimator("reservoir.LocalForecaster", LocalForecaster, local_forecaster, lambda: {"X": field()},
                forecast=lambda: {"n_steps": 3, "context": field()},
                predict_one_step=lambda: {"X": field()}, score=lambda: {"X": field()}),
    "reservoir.LocalForecaster.backtest": Call(
        lambda: {"X": field(), "horizon": 2, "stride": 5, "start": 20, "refit": 2},
        lambda: LocalForecaster(**local_forecaster()).fit(field())),
    **estimator("reservoir.EnsembleForecaster", EnsembleForecaster, ensemble,
                lambda: {"X": waves(), "exogenous": None}, predict_one_step=lambda: {"X": waves()},
                score=lambda: {"X": waves()}),
    "reservoir.EnsembleForecaster.fit": Call(lambda: {"X": waves(), "exogenous": known()}, informed_ensemble),
    "reservoir.EnsembleForecaster.forecast": Call(forecast, informed_ensemble),
    "reservoir.EnsembleForecaster.backtest": Call(
        lambda: {name: value for name, value in backtest().items() if name != "refit"}, informed_ensemble),
    "reservoir.EnsembleForecaster.predict_one_step": Call(
        lambda: {"X": waves(), "exogenous": known()}, informed_ensemble),
    "reservoir.EnsembleForecaster.score": Call(lambda: {"X": waves(), "exogenous": known()}, informed_ensemble),
    **estimator("reservoir.AnomalyDetector", AnomalyDetector, detector, lambda: {"X": waves()},
                fit_predict=lambda: {"X": waves()}, score_samples=stream, decision_function=stream, predict=stream),
    "interop.to_c": Call(files_in_c, steps=(lambda files: [file.unlink() for file in (files.header, files.source)],)),
    "testing.check_reservoir": Call(lambda: {"reservoir": echo_state(), "X": series(5, 2), "rtol": 0.0}),
    "reservoir.Forecaster.fit": Call(lambda: {"X": waves(), "exogenous": known()}, informed),
    "reservoir.Forecaster.forecast": Call(forecast, informed),
    "reservoir.Forecaster.backtest": Call(backtest, informed),
    "reservoir.Forecaster.start": Call(start, informed),
    "reservoir.Forecaster.predict_one_step": Call(lambda: {"X": waves(), "exogenous": known()}, informed),
    "reservoir.Forecaster.score": Call(lambda: {"X": waves(), "exogenous": known()}, informed),
    **estimator("reservoir.PerSequence", PerSequence, lambda: {"transformer": StandardScaler(), "exclude": 1}, **TASKS,
                inverse_transform=TASKS["transform"], set_output=lambda: {"transform": "pandas"},
                get_feature_names_out=lambda: {"input_features": ["a", "b"]}),
    **estimator("reservoir.ForwardFill", ForwardFill,
                lambda: {"mask": True, "elapsed": True, "elapsed_column": 0, "initial": "mean"},
                lambda: {"X": np.abs(waves())}, transform=lambda: {"X": np.abs(waves())},
                run=lambda: {"X": np.abs(waves()), "state": np.ones((2, N_FEATURES - 1))},
                get_feature_names_out=lambda: {"input_features": list("abcdefgh"[:N_FEATURES])}),
    **estimator("reservoir.AdaptiveReservoir", AdaptiveReservoir,
                lambda: {"reservoir": echo_state(), "rule": IntrinsicPlasticity(n_epochs=1)}, **TASKS,
                run=lambda: {"X": waves(), "state": np.zeros(5)}),
    **rule("plasticity.IntrinsicPlasticity", IntrinsicPlasticity, echo_state, n_epochs=1, mean=0.1),
    **rule("plasticity.Homeostasis", Homeostasis, lif, n_epochs=2, tolerance=500.0),
    **rule("plasticity.STDP", STDP, lif, n_epochs=1, max_weight=99.0),
    **preset("coba", n_units=80),
    **preset("cuba", n_units=80),
    **preset("izhikevich2003", n_units=20),
    **preset("legenstein2007", shape=(3, 3, 3), input_probability=0.5),
    **preset("maass2002", shape=(3, 3, 3), rate=5.0, input_probability=0.5),
    **preset("maass2004", shape=(3, 3, 3), input_probability=0.5),
    **preset("zhang2015", shape=(3, 3, 3)),
    "interop.from_reservoirpy": Call(node),
    "reservoir.load": Call(file_to_read, expected=(OSError,)),
    "reservoir.model_card": Call(lambda: {"model": echo_state().fit(waves()), "X": waves(), "description": "Waves."}),
    "reservoir.save": Call(lambda: {"model": echo_state().fit(waves()), "path": "fuzzed.skops", "card": "# Waves"},
                           expected=(OSError,)),
    "interop.register_onnx_converters": Call(dict),
    "interop.to_onnx": Call(lambda: {"model": echo_state().fit(waves()), "batch": True}),
    "reservoir.elapsed_times": Call(lambda: {"X": clocked(), "column": "time", "unit": "h"}),
    "reservoir.from_channels_first": Call(lambda: {"X": np.ones((2, 3, 7))}),
    "reservoir.from_lengths": Call(lambda: {"X": series(12, 2), "lengths": [5, 7]}),
    "reservoir.from_multiindex": Call(lambda: {"X": indexed()}),
    "reservoir.from_nan_padded": Call(lambda: {"X": np.ones((2, 7, 3))}),
    "reservoir.join_by_group": Call(lambda: {"series": [series(2, 2), series(4, 2)],
                                             "groups": np.array([0, 1, 1, 0, 1, 1])}),
    "reservoir.to_multiindex": Call(lambda: {"series": [series(2, 2), series(4, 2)], "keys": ["p", "q"],
                                             "names": ["patient"]}),
    "reservoir.split_by_group": Call(lambda: {"X": series(6, 2), "groups": np.array([0, 0, 1, 1, 1, 0])}),
    "metrics.crps": Call(lambda: {"y_true": target(), "samples": series(3, 30)}),
    "metrics.interval_coverage": Call(lambda: {"y_true": target(), **bounds()}),
    "metrics.interval_score": Call(lambda: {"y_true": target(), **bounds(), "interval": 0.9}),
    "metrics.mase": Call(lambda: {"y_true": target(), "y_pred": known(), "y_train": series(20, 1), "period": 3}),
    "metrics.nmse": Call(lambda: {"y_true": target(), "y_pred": known()}),
    "metrics.nrmse": Call(lambda: {"y_true": target(), "y_pred": known()}),
    "metrics.nrmse_horizon": Call(lambda: {"y_true": series(6, 9), "y_pred": series(6, 9, 1), "horizon": 4,
                                           "series": series(30, 1)}),
    "metrics.valid_prediction_time": Call(lambda: {"y_true": target(), "y_pred": target()}),
    "model_selection.WashoutSplit": Call(lambda: {"cv": 2, "washout": 3},
                                         steps=(lambda it: list(it.split(waves())),)),
    "model_selection.WashoutSplit.split": Call(lambda: {"X": waves()}, lambda: WashoutSplit(2, 3), (list,)),
    "model_selection.WashoutSplit.get_n_splits": Call(dict, lambda: WashoutSplit(2, 3)),
    "model_selection.forecast_scorer": Call(
        lambda: {"horizon": 2, "stride": 5, "metric": mean_squared_error, "greater_is_better": False},
        steps=(lambda score: score(Forecaster(**forecaster()).fit(waves()), waves()),)),
    "model_selection.sequence_scorer": Call(
        lambda: {"metric": mean_squared_error, "greater_is_better": False},
        steps=(lambda score: score(ReservoirRegressor(**regressor()).fit(**SCORED), **SCORED),)),
}  # fmt: skip
