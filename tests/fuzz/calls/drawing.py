"""Calls of topologies, data sets and encoders of sound."""

import inspect
import os
import tempfile

import numpy as np
from builders import series
from scipy.io import wavfile
from scipy.sparse import csr_array

from fuzz.calls.call import Call, estimator
from reservoir import speech, topology

SQUARE = np.array([[0.0, 0.5, 0.0], [0.2, 0.0, -0.7], [1.0, 0.1, 0.3]])
WAVEFORMS = {"fit": lambda: {"X": [np.sin(np.arange(900.0))]}, "transform": lambda: {"X": [np.sin(np.arange(900.0))]}}
FRAMES = {"fit": lambda: {"X": np.abs(series(30, 2)) / 5}, "transform": lambda: {"X": np.abs(series(30, 2)) / 5}}


def family(cls, **parameters):
    """A topology, drawn, and each of its methods."""
    degree = 3 if cls.has_degree else None
    arguments = {
        "draw": {"n_units": 8, "degree": degree, "random_state": 0},
        "connect": {"n_units": 8, "degree": degree, "random_state": np.random.RandomState(0), "inhibitory": None},
        "check_degree": {"n_units": 8, "degree": degree},
        "offsets": {"n_units": 8, "degree": 3, "random_state": np.random.RandomState(0)},
        "positions": {"n_units": 8},
    }
    name = f"topology.{cls.__name__}"
    calls = {name: Call(lambda: dict(parameters), steps=(lambda it: it.draw(8, degree, 0),))}
    methods = (method for method in arguments if hasattr(cls, method))
    return calls | {
        f"{name}.{method}": Call(lambda method=method: dict(arguments[method]), lambda: cls(**parameters))
        for method in methods
    }


def specification(cls, **parameters):
    """What builds a wiring."""
    name = f"topology.{cls.__name__}"
    steps = (lambda it: it.build(2), vars)
    return {
        name: Call(lambda: dict(parameters), steps=steps),
        f"{name}.build": Call(lambda: {"n_inputs": 2}, lambda: cls(**parameters)),
    }


def encoder(cls, tasks, methods=None, **parameters):
    return estimator(f"speech.{cls.__name__}", cls, lambda: dict(parameters), **tasks, **(methods or {}))


def sound_file():
    path = os.path.join(tempfile.gettempdir(), f"fuzzed {os.getpid()}.wav")
    wavfile.write(path, 8000, np.array([-32768, 0, 16384], dtype=np.int16))
    return {"path": path, "sampling_rate": 8000, "channel": 0}


def generator(name, **parameters):
    return {f"datasets.{name}": Call(lambda: dict(parameters))}


FAMILIES = [
    thing
    for thing in (getattr(topology, name) for name in topology.__all__)
    if inspect.isclass(thing) and issubclass(thing, topology.Topology) and not inspect.isabstract(thing)
]
SPIKES = {"decode": lambda: {"spikes": np.ones((30, 2))}}
CALLS = {
    **{name: call for cls in FAMILIES for name, call in family(cls, inhibitory=None).items()},
    **family(topology.Column, inhibitory=0.25, shape=(2, 2, 2)),
    **specification(topology.AutoNCP, units=9, output_size=2),
    **specification(topology.FullyConnected, units=5, output_dim=2),
    **specification(topology.NCP, inter_neurons=4, command_neurons=3, motor_neurons=2, sensory_fanout=2,
                    inter_fanout=2, recurrent_command_synapses=2, motor_fanin=2),
    **specification(topology.RandomWiring, units=5, output_dim=2, sparsity_level=0.5),
    "topology.Wiring": Call(lambda: {"recurrent": np.eye(3), "sensory": np.ones((3, 2)), "n_outputs": 1,
                                     "layers": [[2, 1], [0]]}, steps=(vars,)),
    "topology.apply_dale": Call(lambda: {"matrix": csr_array(SQUARE), "inhibitory_mask": np.array([1, 0, 0], bool)}),
    "topology.as_csr": Call(lambda: {"matrix": SQUARE.copy(), "shape": (3, 3), "name": "matrix"}),
    "topology.draw_inhibitory": Call(lambda: {"n_units": 8, "fraction": 0.25, "random_state": 0}),
    "topology.draw_weights": Call(lambda: {"law": "normal", "size": 8, "random_state": 0}),
    "topology.explicit_weights": Call(lambda: {"recurrent_weights": SQUARE.copy(), "topology": "shift"}),
    "topology.graph_from_pairs": Call(lambda: {"targets": np.array([0, 1]), "sources": np.array([1, 2]),
                                               "n_units": 3}),
    "topology.is_nilpotent": Call(lambda: {"matrix": csr_array(SQUARE)}),
    "topology.resolve_topology": Call(lambda: {"topology": "ring"}),
    "topology.resolve_wiring": Call(lambda: {"topology": topology.AutoNCP(9, 2), "n_inputs": 2}),
    "topology.scale_to_spectral_radius": Call(lambda: {"matrix": csr_array(SQUARE), "spectral_radius": 0.9}),
    "topology.spectral_radius": Call(lambda: {"matrix": csr_array(SQUARE), "random_state": 0}),
    "datasets.fetch_spoken_digits": Call(lambda: {"data_home": "nowhere", "download": False},
                                         expected=(FileNotFoundError, OSError)),
    **generator("load_japanese_vowels", split="test"),
    **generator("load_spoken_digits"),
    **generator(
        "make_kuramoto_sivashinsky", n_steps=3, n_points=16, initial=np.sin(np.arange(16.0)), random_state=0
    ),
    **generator("make_lorenz", n_steps=5, transient=1.0),
    **generator("make_mackey_glass", n_steps=5, transient=5.0, integration_step=0.5, random_state=0),
    **generator("make_narma", n_steps=20, random_state=0),
    **generator("make_rossler", n_steps=5, transient=1.0),
    **encoder(speech.MFCC, WAVEFORMS, high_frequency=4000.0, n_fft=256),
    **encoder(speech.LogMel, WAVEFORMS, high_frequency=4000.0, n_fft=256),
    **encoder(speech.Gammatone, WAVEFORMS, high_frequency=3000.0, n_bands=4),
    **encoder(speech.LyonEar, WAVEFORMS, step_factor=0.25),
    **encoder(speech.BSAEncoder, FRAMES, SPIKES | {"signal_to_noise": FRAMES["transform"]}),
    **encoder(speech.LIFEncoder, FRAMES),
    **encoder(speech.LatencyEncoder, FRAMES),
    **encoder(speech.PoissonEncoder, FRAMES, random_state=0),
    **encoder(speech.SendOnDeltaEncoder, FRAMES, {"decode": lambda: {"spikes": np.ones((30, 4))},
                                                "get_feature_names_out": lambda: {"input_features": ["a", "b"]}}),
    **encoder(speech.UtteranceNormalizer, FRAMES),
    "speech.Waveform": Call(lambda: {"samples": np.ones(30), "sampling_rate": 8000.0}),
    "speech.read_wav": Call(sound_file, expected=(OSError,)),
}  # fmt: skip
