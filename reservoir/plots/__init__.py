"""Pictures of reservoirs and of diagnostics; matplotlib is imported when the first is drawn."""

from reservoir.plots.attribution_display import AttributionDisplay
from reservoir.plots.backtest_display import BacktestDisplay
from reservoir.plots.edge_display import EdgeDisplay
from reservoir.plots.forecast_display import ForecastDisplay
from reservoir.plots.lyapunov_display import LyapunovDisplay
from reservoir.plots.memory_display import MemoryDisplay
from reservoir.plots.separation_display import SeparationDisplay
from reservoir.plots.spectrum_display import SpectrumDisplay
from reservoir.plots.spike_raster_display import SpikeRasterDisplay
from reservoir.plots.stability_map_display import StabilityMapDisplay
from reservoir.plots.state_display import StateDisplay
from reservoir.plots.time_constant_display import TimeConstantDisplay
from reservoir.plots.topology_display import TopologyDisplay

__all__ = [
    "AttributionDisplay",
    "BacktestDisplay",
    "EdgeDisplay",
    "ForecastDisplay",
    "LyapunovDisplay",
    "MemoryDisplay",
    "SeparationDisplay",
    "SpectrumDisplay",
    "SpikeRasterDisplay",
    "StabilityMapDisplay",
    "StateDisplay",
    "TimeConstantDisplay",
    "TopologyDisplay",
]
