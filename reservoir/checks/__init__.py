"""Checks of parameters, and the parts of messages about them."""
