"""Random recurrent liquids: series in, states out."""

from reservoir.anomaly import AnomalyDetector
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.cfc import CfCLiquid, CfCWeights
from reservoir.conceptors import Conceptor
from reservoir.ctrnn import CTRNNLiquid
from reservoir.delay_node import DelayNodeReservoir
from reservoir.echo_state import EchoStateReservoir
from reservoir.encoder import SequenceEncoder
from reservoir.ensemble import EnsembleForecaster
from reservoir.files import SKOPS_TYPES, FileVersionWarning, load, model_card, save
from reservoir.forecaster import Forecaster
from reservoir.kernels.memory_cell import MemoryCell
from reservoir.kernels.synapses import Synapses
from reservoir.legendre_memory import LegendreMemory
from reservoir.local_forecaster import LocalForecaster
from reservoir.ltc import LTCLiquid
from reservoir.measured import MeasuredReservoir
from reservoir.nvar import NVAR
from reservoir.per_sequence import PerSequence
from reservoir.plasticity import AdaptiveReservoir
from reservoir.regressor import ReservoirRegressor
from reservoir.residual import ResidualReservoir
from reservoir.sequence_models import ConceptorClassifier, ReservoirClassifier, SequenceRegressor
from reservoir.series.adaptors import from_channels_first, from_lengths, from_nan_padded
from reservoir.series.elapsed_times import elapsed_times
from reservoir.series.forward_fill import ForwardFill
from reservoir.series.grouping import from_multiindex, join_by_group, split_by_group
from reservoir.series.to_multiindex import to_multiindex
from reservoir.spiking import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    AdExState,
    ALIFState,
    ConductanceSynapses,
    Izhikevich,
    IzhikevichState,
    LeakyIntegrateAndFire,
    LIFLiquid,
    LIFState,
    LiquidHealthWarning,
    Markram,
    PerfectIntegrateAndFire,
    PIFState,
    SpikingLiquid,
)
from reservoir.stack import StackedReservoir

__version__ = "0.1.0"  # and in pyproject.toml and CITATION.cff

__all__ = [
    "ALIFState",
    "AdExState",
    "AdaptiveExponential",
    "AdaptiveLeakyIntegrateAndFire",
    "AdaptiveReservoir",
    "AnomalyDetector",
    "BaseReservoir",
    "CTRNNLiquid",
    "CfCLiquid",
    "CfCWeights",
    "Conceptor",
    "ConceptorClassifier",
    "ConductanceSynapses",
    "DelayNodeReservoir",
    "EchoStateReservoir",
    "EnsembleForecaster",
    "FileVersionWarning",
    "Forecaster",
    "ForwardFill",
    "Izhikevich",
    "IzhikevichState",
    "LIFLiquid",
    "LIFState",
    "LTCLiquid",
    "LeakyIntegrateAndFire",
    "LegendreMemory",
    "LiquidHealthWarning",
    "LocalForecaster",
    "Markram",
    "MeasuredReservoir",
    "MemoryCell",
    "NVAR",
    "PIFState",
    "PerSequence",
    "PerfectIntegrateAndFire",
    "ReservoirClassifier",
    "ReservoirRegressor",
    "ResidualReservoir",
    "SKOPS_TYPES",
    "SequenceEncoder",
    "SequenceRegressor",
    "SpikingLiquid",
    "StackedReservoir",
    "StateOverflowError",
    "Synapses",
    "elapsed_times",
    "from_channels_first",
    "from_lengths",
    "from_multiindex",
    "from_nan_padded",
    "join_by_group",
    "load",
    "model_card",
    "save",
    "split_by_group",
    "to_multiindex",
]
