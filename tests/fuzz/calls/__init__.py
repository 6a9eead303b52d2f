"""The table of calls: how to call everything public with arguments that are valid."""

from fuzz.calls import composites, conceptors, diagnostics, drawing, events, nir_graphs, readers, reservoirs, simulators

CALLS = {}
for table in (reservoirs, composites, conceptors, drawing, events, readers, diagnostics, nir_graphs, simulators):
    CALLS |= table.CALLS

# What functions return: a user reads them and has no reason to make one, so that they check nothing.
RESULTS = {
    f"diagnostics.{name}"
    for name in (
        "Attribution",
        "BranchingRatio",
        "Diagnosis",
        "Edge",
        "FiringRates",
        "InputSensitivity",
        "IntervalVariation",
        "MemoryFunction",
        "NonlinearMemoryMap",
        "ProcessingCapacity",
        "Separation",
        "SpikeLyapunov",
        "Synchrony",
        "TimeConstants",
    )
}
# Their constructors only store, and the methods that check are those of aeon and sktime, which may be absent.
RESULTS |= {
    f"interop.{peer}{task}" for peer in ("Aeon", "Sktime") for task in ("Classifier", "Forecaster", "Regressor")
}
RESULTS |= {f"interop.Sktime{task}.get_test_params" for task in ("Classifier", "Forecaster", "Regressor")}
RESULTS |= {"interop.Brian2Circuit", "interop.NestCircuit"}
RESULTS |= {"forecaster.BacktestResult", "forecaster.IntervalForecast", "interop.CFiles", "interop.NIRReport"}
