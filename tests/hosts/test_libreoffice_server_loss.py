"""The bridge when the server is missing or goes away, run by LibreOffice from the shipped workbook's own VBA."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from addin.vba.texts import MESSAGES
from tests.hosts.calc import answer
from tests.hosts.conftest import TEMPLATE
from tests.hosts.office import Office, make_profile, running_office
from tests.hosts.test_libreoffice_vba import run

pytestmark = pytest.mark.libreoffice

NOT_AVAILABLE = "Error 2042"
"""How LibreOffice Basic shows #N/A from a macro function."""


@pytest.fixture
def office(_libreoffice: None, tmp_path: Path) -> Iterator[Office]:
    """A LibreOffice of its own: the bridge keeps its server as long as the document is open."""
    with running_office(make_profile(tmp_path / "profile"), {}) as started:
        yield started


@contextmanager
def opened(office: Office, folder: Path) -> Iterator[Any]:
    path = folder / "工作簿.xlsm"
    path.write_bytes(TEMPLATE.read_bytes())
    document = office.open(path)
    try:
        yield document
    finally:
        document.close(True)


@contextmanager
def servers(office: Office) -> Iterator[list[Any]]:
    """Answer CreateObject with servers that count what they do and end when told; yield those made."""
    import unohelper
    from com.sun.star.lang import XMultiServiceFactory, XServiceInfo, XSingleComponentFactory
    from com.sun.star.script import XInvocation
    from com.sun.star.uno import RuntimeException

    made: list[Any] = []

    class Server(unohelper.Base, XInvocation):  # type: ignore[misc]
        gone = False
        ends_on_commands = False
        document: Any = None

        def __init__(self) -> None:
            self.asked: list[str] = []

        def getIntrospection(self) -> None:
            return None

        def hasMethod(self, name: str) -> bool:
            return name in ("CallUDF", "RunCommand")

        def hasProperty(self, name: str) -> bool:
            return False

        def invoke(self, method: str, given: Any, indexes: Any, out: Any) -> Any:
            self.asked.append(method)
            if method == "RunCommand" and self.document is not None:
                self.document.enableAutomaticCalculation(False)
            if self.gone or (method == "RunCommand" and self.ends_on_commands):
                raise RuntimeException("the server has gone", self)
            return (f"server {made.index(self) + 1}" if method == "CallUDF" else "done"), (), ()

    class Objects(unohelper.Base, XMultiServiceFactory):  # type: ignore[misc]
        def createInstance(self, name: str) -> Any:
            made.append(Server())
            return made[-1]

        def createInstanceWithArguments(self, name: str, arguments: Any) -> Any:
            return self.createInstance(name)

        def getAvailableServiceNames(self) -> tuple[str, ...]:
            return ("CCGrade.Server",)

    class Factory(unohelper.Base, XSingleComponentFactory, XServiceInfo):  # type: ignore[misc]
        def createInstanceWithContext(self, context: Any) -> Any:
            return Objects()

        def createInstanceWithArgumentsAndContext(self, arguments: Any, context: Any) -> Any:
            return Objects()

        def getImplementationName(self) -> str:
            return "ccgrade.tests.EndingServers"

        def supportsService(self, name: str) -> bool:
            return name in self.getSupportedServiceNames()

        def getSupportedServiceNames(self) -> tuple[str, ...]:
            return ("com.sun.star.bridge.OleObjectFactory",)

    factory = Factory()
    office.services.insert(factory)
    try:
        yield made
    finally:
        office.services.remove(factory)


def free_sheet(document: Any) -> Any:
    document.getSheets().insertNewByName("空白页", document.getSheets().getCount())
    return document.getSheets().getByName("空白页")


def test_without_a_server_formulas_show_na_and_a_button_says_why(office, tmp_path):
    with opened(office, tmp_path) as document:
        assert answer(free_sheet(document), 0, 0, "=CCG_X(8000)") == NOT_AVAILABLE
        assert run(document, "modBridge.CcgRunCommand", "grade", "book") == MESSAGES["ccg_no_server"]


def test_a_formula_finds_a_new_server_when_the_old_one_has_gone(office, tmp_path):
    with servers(office) as made, opened(office, tmp_path) as document:
        sheet = free_sheet(document)
        assert answer(sheet, 0, 0, "=CCG_X(1)") == "server 1"
        made[0].gone = True
        assert answer(sheet, 0, 1, "=CCG_X(2)") == "server 2"
        assert answer(sheet, 0, 2, "=CCG_X(3)") == "server 2"
        assert len(made) == 2


def test_a_button_finds_a_new_server_when_the_old_one_has_gone(office, tmp_path):
    with servers(office) as made, opened(office, tmp_path) as document:
        answer(free_sheet(document), 0, 0, "=CCG_X(1)")
        made[0].gone = True
        assert run(document, "modBridge.CcgRunCommand", "grade", "book") == "done"
        assert "RunCommand" not in made[0].asked


def test_a_command_that_ends_the_server_is_not_sent_again(office, tmp_path):
    with servers(office) as made, opened(office, tmp_path) as document:
        answer(free_sheet(document), 0, 0, "=CCG_X(1)")
        made[0].ends_on_commands = True
        assert run(document, "modBridge.CcgRunCommand", "grade", "book") == MESSAGES["ccg_command_failed"]
        assert sum(server.asked.count("RunCommand") for server in made) == 1


def test_what_a_lost_command_had_set_aside_is_put_back(office, tmp_path):
    with servers(office) as made, opened(office, tmp_path) as document:
        answer(free_sheet(document), 0, 0, "=CCG_X(1)")
        made[0].ends_on_commands, made[0].document = True, document
        assert run(document, "modBridge.CcgRunCommand", "grade", "book") == MESSAGES["ccg_command_failed"]
        assert document.isAutomaticCalculationEnabled()
