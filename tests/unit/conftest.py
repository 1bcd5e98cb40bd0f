"""Settings of all unit tests. `HYPOTHESIS_PROFILE=long` looks for hours' worth of trouble instead of seconds' worth."""

import os

from hypothesis import HealthCheck, Phase, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile(
    "short", derandomize=True, deadline=None, max_examples=60, database=None, suppress_health_check=_SLOW
)
settings.register_profile(
    "hunt", deadline=None, max_examples=1500, suppress_health_check=_SLOW, phases=[Phase.generate], database=None
)
settings.register_profile("long", deadline=None, max_examples=3000, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))
