"""Models of spiking units as Brian2 is told of them: the equations of each in a file, and how a model of one's own is."""
