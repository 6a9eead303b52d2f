"""Random recurrent liquids: series in, states out."""

from reservoir.anomaly import AnomalyDetector
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.cfc import CfCLiquid, CfCWeights
from reservoir.ctrnn import CTRNNLiquid
from reservoir.echo_state import EchoStateReservoir
from reservoir.encoder import SequenceEncoder
from reservoir.ensemble import EnsembleForecaster
from reservoir.files import SKOPS_TYPES, FileVersionWarning, load, model_card, save
from reservoir.forecaster import Forecaster
from reservoir.kernels.memory_cell import MemoryCell
from reservoir.kernels.synapses import Synapses
from reservoir.ltc import LTCLiquid
from reservoir.nvar import NVAR
from reservoir.per_sequence import PerSequence
from reservoir.plasticity import AdaptiveReservoir
from reservoir.regressor import ReservoirRegressor
from reservoir.sequence_models import ReservoirClassifier, SequenceRegressor
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
    "ConductanceSynapses",
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
    "LiquidHealthWarning",
    "Markram",
    "MemoryCell",
    "NVAR",
    "PIFState",
    "PerSequence",
    "PerfectIntegrateAndFire",
    "ReservoirClassifier",
    "ReservoirRegressor",
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
