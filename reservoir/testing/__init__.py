"""What every reservoir promises, checked on one of your own."""

from reservoir.testing.checking import check_reservoir

__all__ = ["check_reservoir"]
