"""What may stay as it is, each with its reason."""

from fnmatch import fnmatchcase

# Of these, y is ignored or handed on; they take it for the sake of scikit-learn's pipelines.
WITHOUT_Y = (
    "*Liquid.fit", "*Reservoir.fit", "reservoir.LegendreMemory.fit", "reservoir.NVAR.fit",
    "reservoir.SequenceEncoder.fit", "reservoir.PerSequence.fit",
    "reservoir.AnomalyDetector.fit*", "reservoir.ForwardFill.fit", "reservoir.Forecaster.*",
    "reservoir.EnsembleForecaster.*", "reservoir.LocalForecaster.*", "reservoir.ReservoirRegressor.prime",
    "reservoir.Conceptor.*fit", "speech.*.fit",
)  # fmt: skip
SOUND = ("Gammatone", "LogMel", "LyonEar", "MFCC")
# They cut and turn what they are given; reservoirs refuse what is not finite, and NaN may stand for a missing target.
CUTTERS = ("from_channels_first", "from_lengths", "from_multiindex", "from_nan_padded", "split_by_group")
SATURATED = "-inf: saturated units forget everything within rounding"
LONG = "two hundred degrees take as long as they take"

# Patterns of name, parameter, kind and outcome. A case that matches all four is allowed.
ALLOWED = {
    **{(name, "y", "*", "suspicious"): "y is ignored" for name in WITHOUT_Y},
    **{(f"reservoir.{name}", "X", "* inside", "non-finite"): "numbers are handed on as they are" for name in CUTTERS},
    ("diagnostics.*", "max_degree", "uint8", "hang"): LONG,
    ("diagnostics.lyapunov_exponents", "X", "huge", "non-finite"): SATURATED,
    ("diagnostics.transient_length", "tolerance", "1e-320", "non-finite"): "inf: replicas never come so close",
    ("model_selection.WashoutSplit.get_n_splits", "*", "*", "suspicious"): "of sequences only the length counts",
    **{("model_selection.WashoutSplit.split", name, "*mask*", "suspicious"): "only its length counts" for name in "Xy"},
    ("model_selection.*_scorer", "greater_is_better", "None", "suspicious"): "goes by the metric's name",
    ("plots.LyapunovDisplay", "exponents", "masked inside", "suspicious"): "where a state overflowed",
    ("plots.LyapunovDisplay*", "X", "huge", "non-finite"): SATURATED,
    ("plots.LyapunovDisplay*", "param_range", "*", "suspicious"): "values that are no numbers stand side by side",
    ("plots.MemoryDisplay.*", "max_degree", "uint8", "hang"): LONG,
    ("plots.SpectrumDisplay", "*", "list of None", "suspicious"): "None stands for a layer without weights",
    ("plots.StabilityMapDisplay", "values", "masked inside", "suspicious"): "where a state overflowed",
    ("plots.StabilityMapDisplay", "values", "inf inside", "non-finite"): "drawn in the colour of the largest",
    ("plots.StabilityMapDisplay*", "X", "huge", "non-finite"): SATURATED,
    ("plots.TimeConstantDisplay", "*", "inf inside", "non-finite"): "what runs away has no finite time constant",
    ("reservoir.EnsembleForecaster", "n_members", "uint8", "hang"): "two hundred fits take as long as they take",
    ("reservoir.ForwardFill.*", "X", "*mask*", "suspicious"): "a masked entry is a missing one",
    ("reservoir.PerSequence.*", "X", "*mask*", "suspicious"): "a masked entry is a missing one",
    ("reservoir.PerSequence.*", "X", "nan inside", "non-finite"): "a scaler leaves NaN for the next step to fill",
    ("reservoir.NVAR", "order", "uint8", "memory"): "70 million features fit this machine, but not the limit set here",
    **{
        ("reservoir.save", "model", kind, "suspicious"): "a tuple, list or array of what can be stored is stored"
        for kind in ("list of None", "ragged", "text among numbers", "*mask*")
    },
    ("reservoir.ReservoirRegressor.*", "y", "*mask*", "suspicious"): "a masked target is a missing one",
    ("reservoir.MeasuredReservoir.*", "input_features", "*", "suspicious"): "ignored, as scikit-learn's reductions do",
    ("reservoir.SequenceEncoder.*", "input_features", "*", "suspicious"): "ignored, as scikit-learn's reductions do",
    ("reservoir.StackedReservoir.*", "input_features", "*", "suspicious"): "ignored, as scikit-learn's reductions do",
    **{(f"speech.{name}.*", "X", "ragged", "suspicious"): "two waveforms, of two samples and of one" for name in SOUND},
    ("speech.read_wav", "path", "bytes", "suspicious"): "the name of a file as well, though of none that is there",
    ("topology.resolve_wiring", "topology", "*", "suspicious"): "None for what is no wiring: that is what it is for",
}


def reason(case, outcome):
    """Why a case may end so, or None."""
    facts = (case.name, case.parameter or "", case.kind or "", outcome)
    return next((why for patterns, why in ALLOWED.items() if all(map(fnmatchcase, facts, patterns))), None)
