"""Settings every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ccgrade", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ccgrade")

FOLDER = Path(__file__).parent
_HOSTS = ("hosts/windows", "hosts")
"""Folders whose tests share a program that is started once; the innermost comes first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process run all tests of a host, or of a file (`pytest -n`): what they share is made once."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_lane(item.path.relative_to(FOLDER))))


def _lane(file: Path) -> str:
    return next((host for host in _HOSTS if file.is_relative_to(host)), file.as_posix())


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep rule sets and undo records of the tests out of the user's own folders."""
    home = tmp_path_factory.mktemp("ccgrade-home")
    os.environ["CCGRADE_HOME"] = str(home)
    return home
