"""What CreateObject("CCGrade.Server") gives the workbook's own VBA where LibreOffice runs it.

The same three things the COM server does on Windows: answer a cell function, run a command, say its version.
Error values travel as their texts, as the VBA expects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccgrade_xl import __version__
from ccgrade_xl.errors import CellError
from ccgrade_xl.functions import call
from ccgrade_xl.hosts.libreoffice import system_path
from ccgrade_xl.hosts.libreoffice_commands import run_on_document


class Server:
    """The object behind CCGrade.Server; only `METHODS` can be called from outside."""

    METHODS = ("CallUDF", "RunCommand", "Version", "Ping")

    def __init__(self, context: Any) -> None:
        """Take the component context of the LibreOffice whose documents the commands run on."""
        self._context = context

    def invoke(self, method: str, arguments: Sequence[Any]) -> object:
        """Call one of `METHODS`. Raises AttributeError for any other name."""
        if method not in self.METHODS:
            raise AttributeError(method)
        return getattr(self, f"_{method.lower()}")(*arguments)

    def _calludf(self, name: str, arguments: Sequence[Any]) -> object:
        return _with_error_texts(call(name, arguments))

    def _runcommand(self, name: str, workbook: str) -> str:
        return run_on_document(name, self._document(workbook), self._context)[1]

    def _version(self) -> str:
        return __version__

    def _ping(self) -> str:
        return "pong"

    def _document(self, workbook: str) -> Any:
        """Return the open document with this full name, or the one in front."""
        services = self._context.ServiceManager
        desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", self._context)
        documents = desktop.getComponents().createEnumeration()
        while documents.hasMoreElements():
            document = documents.nextElement()
            if hasattr(document, "getURL") and workbook in {
                document.getURL(),
                system_path(document.getURL()),
            }:
                return document
        return desktop.getCurrentComponent()


def _with_error_texts(result: Any) -> object:
    if isinstance(result, CellError):
        return result.value
    if isinstance(result, tuple):
        return tuple(_with_error_texts(cell) for cell in result)
    return result
