"""The Hypothesis profile of a long search for differences: `--hypothesis-profile=long`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("long", max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
