"""Settings every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("ccgrade", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ccgrade")

LANES = ("tests/hosts/windows/", "tests/hosts/")
"""Folders whose tests share a program that is started once a process; the innermost comes first."""


class Lanes(LoadScopeScheduling):
    """Lets one process run all tests of a lane, or else of a file (`pytest -n`): what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return next((lane for lane in LANES if nodeid.startswith(lane)), nodeid.split("::", maxsplit=1)[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lanes:
    """Give out the tests by lanes; marks of groups are not understood by pytest-xdist 3.8 on pytest 9.2."""
    return Lanes(config, log)


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep rule sets and undo records of the tests out of the user's own folders."""
    home = tmp_path_factory.mktemp("ccgrade-home")
    os.environ["CCGRADE_HOME"] = str(home)
    return home
