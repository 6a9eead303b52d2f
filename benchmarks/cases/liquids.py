"""Drive liquid cells: those of ncps on torch, taken over with their parameters, and larger ones of this library."""

from benchmarks.comparison import Comparison
from benchmarks.networks import N_FEATURES, uniform_series

LTC_SIZES = [(64, 1, 300), (64, 32, 60), (256, 1, 60), (256, 16, 30)]
CFC_SIZES = [(1, 500), (32, 100)]
ALONE = [("CfCLiquid", 1, 50), ("LTCLiquid", 1, 100), ("CTRNNLiquid", 1, 1000), ("CTRNNLiquid", 64, 50)]


def comparisons(quick):
    for n_units, n_series, n_steps in [(8, 2, 10)] if quick else LTC_SIZES:
        for dtype in ("float32", "float64"):
            yield _compare(f"LTC, {n_units} units, 10 % dense", _ltc, n_units, n_series, n_steps, dtype)
    for layers in (0,) if quick else (0, 1):
        for n_series, n_steps in [(2, 10)] if quick else CFC_SIZES:
            for dtype in ("float32", "float64"):
                name = f"CfC, 64 units, {layers} backbone layers"
                yield _compare(name, lambda n_units, layers=layers: _cfc(n_units, layers), 64, n_series, n_steps, dtype)
    for name, n_series, n_steps in [] if quick else ALONE:
        yield Comparison(
            f"{name}, 1000 units, by default, {n_series} series of {n_steps} steps",
            "us a step",
            n_series * n_steps,
            ours={"this library": lambda name=name, shape=(n_series, n_steps): _by_default(name, shape)},
        )


def _ltc(n_units):
    import torch
    from ncps.torch import LTC
    from ncps.wirings import Random

    from reservoir import LTCLiquid

    torch.manual_seed(0)
    return LTC(N_FEATURES, Random(n_units, sparsity_level=0.9)), LTCLiquid


def _cfc(n_units, layers):
    import torch
    from ncps.torch import CfC

    from reservoir import CfCLiquid

    torch.manual_seed(0)
    return CfC(N_FEATURES, n_units, backbone_layers=layers), CfCLiquid


def _compare(name, make, n_units, n_series, n_steps, dtype):
    """Compare a cell of ncps, in its single precision, with the liquid that takes it over."""
    X = uniform_series(n_series, n_steps, dtype="float32")
    return Comparison(
        f"{name}, {n_series} series of {n_steps} steps, {dtype}",
        "us a step",
        n_series * n_steps,
        ours={"this library": lambda: _here(make, n_units, X, dtype)},
        peers={"ncps, torch: float32": lambda: _ncps(make, n_units, X)},
        equal={"ncps, torch: float32": 1e-5},
    )


def _here(make, n_units, X, dtype):
    module, liquid = make(n_units)
    liquid = liquid.from_ncps(module, dtype=dtype)
    X = X.astype(dtype)
    return lambda: liquid.transform(X)


def _ncps(make, n_units, X):
    import torch

    module, X = make(n_units)[0], torch.from_numpy(X)

    def run():
        with torch.inference_mode():
            return module(X)[0].numpy()

    return run


def _by_default(name, shape):
    import reservoir

    X = uniform_series(*shape)
    liquid = getattr(reservoir, name)(1000, random_state=0).fit(X)
    return lambda: liquid.transform(X)
