"""The one profile of the property tests: the same examples in every run, and nothing left on disk."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "derandomised",
    derandomize=True,
    deadline=None,  # the first example of a kernel compiles it
    database=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no fault of a test
)
settings.load_profile("derandomised")
