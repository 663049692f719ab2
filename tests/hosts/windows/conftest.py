"""A Windows of its own under each code page, for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hosts.windows.wine import LOCALES, Wine, running_wine, why_missing


@pytest.fixture(scope="session", params=LOCALES, ids=lambda code_page: f"cp{code_page}")
def wine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """Windows 10 with nothing of ccgrade registered yet."""
    if reason := why_missing():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp(f"windows-{request.param}")
    with running_wine(folder / "prefix", request.param) as running:
        yield running
