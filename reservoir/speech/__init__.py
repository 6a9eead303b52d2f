"""Sound becomes frames, and frames become spikes: the stages in front of a liquid that is given speech."""

from reservoir.series.waveform import Waveform
from reservoir.speech.bsa import BSAEncoder
from reservoir.speech.gammatone import Gammatone
from reservoir.speech.latency import LatencyEncoder
from reservoir.speech.lif_encoder import LIFEncoder
from reservoir.speech.log_mel import LogMel
from reservoir.speech.lyon import LyonEar
from reservoir.speech.mfcc import MFCC
from reservoir.speech.normalize import UtteranceNormalizer
from reservoir.speech.poisson import PoissonEncoder
from reservoir.speech.send_on_delta import SendOnDeltaEncoder
from reservoir.speech.wav import read_wav

__all__ = [
    "MFCC",
    "BSAEncoder",
    "Gammatone",
    "LIFEncoder",
    "LatencyEncoder",
    "LogMel",
    "LyonEar",
    "PoissonEncoder",
    "SendOnDeltaEncoder",
    "UtteranceNormalizer",
    "Waveform",
    "read_wav",
]
