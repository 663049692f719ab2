"""The two databases a ledger lies in: a SQLite file, and a PostgreSQL server that is started for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ccgrade_xl.casework.ledger import Ledger
from tests.casework import postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.URL]:
    """Start PostgreSQL once."""
    if postgresql.binaries() is None:
        pytest.skip("no PostgreSQL server here (Debian: apt-get install postgresql)")
    with postgresql.server() as address:
        yield address


@pytest.fixture
def postgresql_place(postgresql_server: sa.URL) -> Iterator[str]:
    """Return the address of an empty database."""
    with postgresql.database(postgresql_server) as address:
        yield address


@pytest.fixture
def file_place(tmp_path: Path) -> Path:
    """Return the name of a file that is not there yet, as awkward as users name things."""
    folder = tmp_path / "2026年 月结#1"
    folder.mkdir()
    return folder / "评级 台账%20.sqlite"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Path | str:
    """Return a place for a new ledger, on both databases in turn."""
    where: Path | str = request.getfixturevalue(
        "file_place" if request.param == "sqlite" else "postgresql_place"
    )
    return where


@pytest.fixture
def ledger(place: Path | str) -> Ledger:
    """Return a new ledger, on both databases in turn."""
    return Ledger.create(place, wait=5.0)
