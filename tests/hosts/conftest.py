"""The real hosts the lanes run on, started once a session; a lane whose host is missing says so in one line."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hosts import office as libreoffice
from tests.hosts.office import Office, make_profile, running_office

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "workbook_template.xlsm"

if not libreoffice.why_missing():
    libreoffice.make_uno_importable()

Opener = Callable[[Path], Any]


@pytest.fixture(scope="session")
def _libreoffice() -> None:
    if reason := libreoffice.why_missing():
        pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def kept_results(own_home: Path) -> Path:
    """The results of a scan that the meter functions look up, on every host."""
    from ccgrade_xl.meters.store import keep_results
    from tests.meters.kept import found

    return keep_results(found())


@pytest.fixture(scope="session")
def oxt(_libreoffice: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, freshly built."""
    from addin.libreoffice import build_oxt

    path = tmp_path_factory.mktemp("oxt") / "ccgrade.oxt"
    path.write_bytes(build_oxt())
    return path


@pytest.fixture(scope="session")
def addin_office(oxt: Path, own_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """LibreOffice with the extension, which finds ccgrade in this very environment."""
    profile = make_profile(tmp_path_factory.mktemp("addin") / "profile", oxt)
    with running_office(profile, environment_of(own_home)) as office:
        yield office


@pytest.fixture(scope="session")
def vba_office(_libreoffice: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """LibreOffice without the extension: only the workbook's own VBA."""
    profile = make_profile(tmp_path_factory.mktemp("vba") / "profile")
    with running_office(profile, {}) as office:
        yield office


@pytest.fixture
def addin_open(addin_office: Office) -> Iterator[Opener]:
    """Open files in LibreOffice with the extension; they are closed afterwards."""
    yield from _opener(addin_office)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A copy of the shipped workbook."""
    copy = tmp_path / "工作簿.xlsm"
    copy.write_bytes(TEMPLATE.read_bytes())
    return copy


@pytest.fixture
def sheet(addin_office: Office) -> Iterator[Any]:
    """An empty sheet in LibreOffice with the extension."""
    document = addin_office.new()
    yield document.getSheets().getByIndex(0)
    document.close(True)


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment in which the extension finds this checkout and this Python's packages."""
    folders = (ROOT, sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    return {"CCGRADE_PYTHONPATH": os.pathsep.join(map(str, folders)), "CCGRADE_HOME": str(home)}


def _opener(office: Office) -> Iterator[Opener]:
    documents = []

    def open_document(path: Path) -> Any:
        documents.append(office.open(path))
        return documents[-1]

    yield open_document
    for document in documents:
        document.close(True)
