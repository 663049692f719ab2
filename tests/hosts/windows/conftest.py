"""A Windows of its own under each code page, for the whole session; one of them shows a stand-in for Excel."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from tests.hosts.conftest import TEMPLATE
from tests.hosts.customers import sample
from tests.hosts.windows.excel import (
    SETTINGS,
    Conversation,
    Excel,
    compiled_library,
    conversation,
    let_windows_open_windows,
    running_excel,
)
from tests.hosts.windows.twins import CUSTOMERS, NAME, WINDOWS_HOME, Twins
from tests.hosts.windows.wine import LOCALES, Wine, running_wine, why_missing, windows_path

DRIVER = "tests.hosts.windows.excel_driver"


@pytest.fixture(scope="session", params=LOCALES, ids=lambda code_page: f"cp{code_page}")
def wine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """Windows 10 with nothing of ccgrade registered yet."""
    if reason := why_missing():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp(f"windows-{request.param}")
    with running_wine(folder / "prefix", request.param) as running:
        yield running


@pytest.fixture(scope="session", params=LOCALES, ids=lambda code_page: f"cp{code_page}")
def windows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """A Windows in which programs can make windows."""
    if reason := why_missing():
        pytest.skip(reason)
    with running_wine(tmp_path_factory.mktemp("excel") / "prefix", request.param) as wine:
        let_windows_open_windows(wine)
        yield wine


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The type library of the stand-in for Excel."""
    return compiled_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped workbook with customers."""
    path = tmp_path_factory.mktemp("start") / "评级.xlsm"
    shutil.copy(TEMPLATE, path)
    book = ClosedFileBook(path)
    book.replace_rows(CUSTOMER_TABLE, sample(CUSTOMERS))
    book.commit()
    return path


@pytest.fixture(scope="session")
def commands(windows: Wine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    """A process that runs commands as the COM server does."""
    home = windows_path(tmp_path_factory.mktemp("windows-home"))
    with conversation(windows, DRIVER, CCGRADE_HOME=home) as talk:
        yield talk


@pytest.fixture(scope="session")
def program(windows: Wine, library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Excel]:
    """The stand-in for Excel, without a workbook."""
    with running_excel(windows, library, tmp_path_factory.mktemp("models")) as excel:
        yield excel


@pytest.fixture
def excel(program: Excel, windows: Wine, start: Path) -> Iterator[Excel]:
    """Excel with the customers' workbook open; afterwards it must be as if nobody had asked it anything."""
    folder = windows.path(NAME).parent
    folder.mkdir()
    program.open(NAME, start)
    yield program
    shutil.rmtree(folder)
    state = program.ask("state")
    program.ask("reset")
    program.ask("set", **SETTINGS)
    assert state["settings"] == SETTINGS
    assert state["held"] == 0


@pytest.fixture
def registered(windows: Wine) -> Iterator[None]:
    """`CCGrade.Server`, which COM starts when Excel asks for it."""
    windows.python("-c", "from ccgrade_xl.hosts import registration; registration.register()")
    yield
    windows.python("-c", "from ccgrade_xl.hosts.server_leaving import leave; leave()")
    windows.python("-c", "from ccgrade_xl.hosts import registration; registration.unregister()")


@pytest.fixture
def twins(
    excel: Excel, commands: Conversation, start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Twins:
    """The twins, of users who have not scanned any meter."""
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    path = Path(shutil.copy(start, tmp_path / "评级.xlsm"))
    return Twins(excel, commands, path, windows_path(tmp_path / WINDOWS_HOME))
