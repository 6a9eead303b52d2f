"""Models of spiking units as Brian2 is told of them: the equations of each in a file."""
