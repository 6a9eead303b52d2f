"""The one profile of the property tests: the same examples in every run, and nothing left on disk."""

from hypothesis import settings

settings.register_profile("derandomised", derandomize=True, deadline=None, database=None, max_examples=40)
settings.load_profile("derandomised")
