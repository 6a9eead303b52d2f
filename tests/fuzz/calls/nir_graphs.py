"""Calls of what writes and reads graphs of NIR."""

from fuzz.calls.call import Call
from fuzz.calls.reservoirs import N_FEATURES
from reservoir import LIFLiquid
from reservoir.interop import to_nir


def liquid():
    return LIFLiquid(5, refractory=0.0, random_state=0).fit([[0.0] * N_FEATURES])


def read():
    return {"graph": to_nir(liquid()), "dt": 1.0, "integrator": "exact", "units": "units", "allow": ("bias",),
            "refractory": 2.0, "input_period": 3.0, "output": "counts", "tau_trace": 20.0, "n_jobs": 1,
            "dtype": "float32"}  # fmt: skip


CALLS = {
    "interop.from_nir": Call(read, steps=(lambda it: it.transform([[0.0] * N_FEATURES]),)),
    "interop.nir_report": Call(lambda: {"liquid": liquid(), "integrator": "euler"}),
    "interop.to_nir": Call(lambda: {"liquid": liquid(), "integrator": "euler", "allow": ("refractory",)}),
}
