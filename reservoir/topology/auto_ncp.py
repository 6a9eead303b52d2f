"""AutoNCP: a neural circuit policy from its number of units, of outputs and one sparsity."""

from dataclasses import dataclass
from typing import final

from reservoir.checks.arguments import check_integer, check_number
from reservoir.topology.ncp import NCP
from reservoir.topology.wiring import Wiring, check_pairs


@final
@dataclass(frozen=True)
class AutoNCP:
    """A neural circuit policy whose layers and numbers of synapses follow from three numbers.

    Of the units that are not motor units, two fifths (rounded down, at least 1) are command units, the others inter
    units. With d = 1 - sparsity_level, an input feeds d inter_neurons inter units, an inter unit feeds
    d command_neurons command units, a motor unit receives input from d command_neurons of them, and 2 d command_neurons
    synapses are drawn between them, each number rounded down and at least 1. Draws, rules and names of the parameters
    are those of ncps 1.0.1, and the same seed gives the same wiring.

    Parameters
    ----------
    units : int
        Number of units in all, at least output_size + 3.
    output_size : int
        Number of motor units, at least 1.
    sparsity_level : float, default=0.5
        In [0.1, 1.0]: 0.1 is nearly dense; from about 0.9 on a unit has a single partner in the next layer.
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
    >>> from reservoir.topology import AutoNCP
    >>> AutoNCP(28, output_size=4).build(n_inputs=2)
    Wiring(n_units=28, n_inputs=2, n_outputs=4, n_layers=3)
    """

    units: int
    output_size: int
    sparsity_level: float = 0.5
    seed: int = 22222

    def __post_init__(self) -> None:
        """Check the parameters."""
        units, output_size = check_integer("units", self.units), check_integer("output_size", self.output_size)
        check_pairs("units", units, units, units)
        if output_size + 2 >= units:
            raise ValueError(
                f"'output_size' must be below units - 2 = {units - 2}, to leave inter and command units; "
                f"got {output_size}. Raise 'units' to at least {output_size + 3}, or lower it."
            )
        check_number("sparsity_level", self.sparsity_level, at_least=0.1, at_most=1)
        _ = self.ncp  # NCP checks the seed

    @property
    def ncp(self) -> NCP:
        """The `NCP` with the numbers chosen.

        Examples
        --------
        >>> from reservoir.topology import AutoNCP
        >>> AutoNCP(28, output_size=4).ncp.command_neurons
        9
        """
        density = 1.0 - float(self.sparsity_level)
        rest = int(self.units) - int(self.output_size)
        command = max(int(0.4 * rest), 1)
        inter = rest - command
        return NCP(
            inter_neurons=inter,
            command_neurons=command,
            motor_neurons=self.output_size,
            sensory_fanout=max(int(inter * density), 1),
            inter_fanout=max(int(command * density), 1),
            recurrent_command_synapses=max(int(command * density * 2), 1),
            motor_fanin=max(int(command * density), 1),
            seed=self.seed,
        )

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
        return self.ncp.build(n_inputs)
