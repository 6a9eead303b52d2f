"""Liquids of the literature: functions that return a liquid, not fitted yet, with the circuit of a paper.

Every constant stands in the file of its paper with its source. A preset is a `LIFLiquid`, or a `SpikingLiquid` where
its units are others, like any other: its parameters are read with `get_params` and changed with `set_params`, as in
``maass2002().set_params(noise=0.1)``.
"""

from reservoir.presets.coba import coba
from reservoir.presets.cuba import cuba
from reservoir.presets.izhikevich2003 import izhikevich2003
from reservoir.presets.legenstein2007 import legenstein2007
from reservoir.presets.maass2002 import maass2002
from reservoir.presets.maass2004 import maass2004
from reservoir.presets.zhang2015 import zhang2015

__all__ = ["coba", "cuba", "izhikevich2003", "legenstein2007", "maass2002", "maass2004", "zhang2015"]
