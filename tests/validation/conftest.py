"""The profiles of hypothesis are those of the unit tests."""

import tests.unit.conftest  # noqa: F401
