"""The compiled loops that several reservoirs share, and the arithmetic that they are made of."""
