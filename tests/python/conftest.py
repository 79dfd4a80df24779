"""Settings of the property tests: repeatable, and patient with a busy machine."""

from hypothesis import settings

settings.register_profile("mailassay", deadline=None, derandomize=True)
settings.load_profile("mailassay")
