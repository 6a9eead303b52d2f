"""NCP: the neural circuit policy, four layers from the inputs to the motor units."""

from dataclasses import dataclass
from typing import final

import numpy as np

from reservoir.checks.arguments import check_integer
from reservoir.topology.wiring import Wiring, check_pairs

_SIGNS = (-1, 1)
_LARGEST_SEED = 2**32 - 1
_MOST_DRAWS_PER_PAIR = 1000


@final
@dataclass(frozen=True)
class NCP:
    """A neural circuit policy: inputs feed inter units, these command units, these motor units, all sparsely.

    Every synapse excites (+1) or inhibits (-1) with equal probability. Drawn in turn are

    1. for each input, `sensory_fanout` distinct inter units that receive it,
    2. for each inter unit, `inter_fanout` distinct command units that it projects to,
    3. `recurrent_command_synapses` pairs of command units, a repeated pair keeping its last sign,
    4. for each motor unit, `motor_fanin` distinct command units that project to it.

    Units that 1, 2 or 4 left without a partner are connected right after it, to about as many partners as the others
    have, so that no unit is isolated. The motor units come first in the numbering, then the command units, then the
    inter units. Draws and names of the parameters are those of ncps 1.0.1, and the same seed gives the same wiring;
    `AutoNCP` chooses the numbers.

    Parameters
    ----------
    inter_neurons, command_neurons, motor_neurons : int
        Number of units in each layer, at least 1.
    sensory_fanout : int
        Number of inter units that each input feeds, 1 ... inter_neurons.
    inter_fanout : int
        Number of command units that each inter unit feeds, 1 ... command_neurons.
    recurrent_command_synapses : int
        Number of draws of a synapse between command units, 0 ... 1000 command_neurons**2.
    motor_fanin : int
        Number of command units that project to each motor unit, 1 ... command_neurons.
    seed : int, default=22222
        Seed of synapses and signs, 0 ... 2**32 - 1.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    M. Lechner et al., "Neural circuit policies enabling auditable autonomy", Nature Machine Intelligence 2:642, 2020,
    methods.

    Examples
    --------
    >>> from reservoir.topology import NCP
    >>> wiring = NCP(3, 2, 1, sensory_fanout=2, inter_fanout=1, recurrent_command_synapses=2, motor_fanin=1).build(4)
    >>> wiring
    Wiring(n_units=6, n_inputs=4, n_outputs=1, n_layers=3)
    >>> wiring.layers
    ((3, 4, 5), (1, 2), (0,))
    """

    inter_neurons: int
    command_neurons: int
    motor_neurons: int
    sensory_fanout: int
    inter_fanout: int
    recurrent_command_synapses: int
    motor_fanin: int
    seed: int = 22222

    def __post_init__(self) -> None:
        """Check the parameters."""
        n_units = 0
        for layer in ("inter_neurons", "command_neurons", "motor_neurons"):
            n_units += check_integer(layer, getattr(self, layer))
            check_pairs(layer, getattr(self, layer), n_units, n_units)
        self._check_fan("sensory_fanout", "inter_neurons")
        self._check_fan("inter_fanout", "command_neurons")
        self._check_fan("motor_fanin", "command_neurons")
        self._check_recurrent_synapses()
        if check_integer("seed", self.seed, at_least=0) > _LARGEST_SEED:
            raise ValueError(f"'seed' must be at most 2**32 - 1; got {self.seed!r}.")

    def build(self, n_inputs: int) -> Wiring:
        """Draw the wiring for a number of inputs; every call starts from the seed again.

        Parameters
        ----------
        n_inputs : int
            Number of inputs, at least 1.

        Returns
        -------
        Wiring
            With the layers inter, command, motor.

        Raises
        ------
        ValueError
            If `n_inputs` is not a positive integer.
        """
        n_inputs = check_integer("n_inputs", n_inputs)
        check_pairs("n_inputs", n_inputs, sum(layer.size for layer in self._layers()), n_inputs)
        rng = np.random.RandomState(self.seed)
        inter, command, motor = self._layers()
        n_units = inter.size + command.size + motor.size
        recurrent = np.zeros((n_units, n_units), dtype=np.int8)
        sensory = np.zeros((n_units, n_inputs), dtype=np.int8)
        sources, targets, signs = _fan(np.arange(n_inputs), inter, self.sensory_fanout, n_inputs, rng)
        sensory[targets, sources] = signs
        # ncps limits the sources of an unchosen command unit by the number of command units, not of inter units.
        sources, targets, signs = _fan(inter, command, self.inter_fanout, command.size, rng)
        recurrent[targets, sources] = signs
        for _ in range(self.recurrent_command_synapses):
            source, target = rng.choice(command), rng.choice(command)
            recurrent[target, source] = rng.choice(_SIGNS)
        targets, sources, signs = _fan(motor, command, self.motor_fanin, motor.size, rng)
        recurrent[targets, sources] = signs
        return Wiring(recurrent, sensory, motor.size, (inter, command, motor))

    def _layers(self):
        sizes = [int(size) for size in (self.motor_neurons, self.command_neurons, self.inter_neurons)]
        motor, command, inter = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
        return inter, command, motor

    def _check_recurrent_synapses(self):
        n_draws = check_integer("recurrent_command_synapses", self.recurrent_command_synapses, at_least=0)
        most = _MOST_DRAWS_PER_PAIR * int(self.command_neurons) ** 2
        if n_draws > most:
            raise ValueError(
                f"'recurrent_command_synapses' must be at most {most}, {_MOST_DRAWS_PER_PAIR} for each pair of command "
                f"units, which it draws one by one; got {n_draws}. More would only redraw signs."
            )

    def _check_fan(self, name, layer):
        n_partners, size = check_integer(name, getattr(self, name)), getattr(self, layer)
        if n_partners > size:
            raise ValueError(
                f"'{name}' must be at most {layer}={size}, the units that it chooses among; got {n_partners}. "
                f"Lower it, or raise '{layer}'."
            )


def _fan(choosers, pool, n_each, most, rng):
    # Every chooser draws its partners in the pool; then every member of the pool without a partner draws among the
    # choosers, as many as a member has on average, at least 1 and at most `most`.
    n_rest = min(max(int(len(choosers) * int(n_each) / len(pool)), 1), most)
    partners, signs = np.empty((len(choosers), n_each), dtype=np.intp), []
    for row in partners:
        row[:] = rng.choice(pool, size=n_each, replace=False)
        signs.append(rng.choice(_SIGNS, size=n_each))
    unchosen = np.setdiff1d(pool, partners)
    extra = np.empty((len(unchosen), n_rest), dtype=np.intp)
    for row in extra:
        row[:] = rng.choice(choosers, size=n_rest, replace=False)
        signs.append(rng.choice(_SIGNS, size=n_rest))
    first = np.concatenate([np.repeat(choosers, n_each), extra.ravel()])
    second = np.concatenate([partners.ravel(), np.repeat(unchosen, n_rest)])
    return first, second, np.concatenate(signs)
