"""For all tests: a property that holds slowly holds. Hypothesis' deadline of 200 ms would fail it on a busy machine."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
