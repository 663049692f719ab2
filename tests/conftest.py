"""Settings every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ccgrade", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ccgrade")


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep rule sets and undo records of the tests out of the user's own folders."""
    home = tmp_path_factory.mktemp("ccgrade-home")
    os.environ["CCGRADE_HOME"] = str(home)
    return home
