"""The circuits and the toy neuron of this folder are there for the tests of neurons, too, which import them by name."""
