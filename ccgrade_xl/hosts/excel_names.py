"""Which cells do the names of an open Excel workbook refer to? Each is asked for once: every question crosses processes."""

from __future__ import annotations

from typing import Any

from ccgrade_xl.errors import BookFault
from ccgrade_xl.hosts.excel_calls import ExcelBusy, ExcelGone, asked, patiently
from ccgrade_xl.workbook.placing import no_name


class NamedCells:
    """The ranges behind the defined names of a workbook (an xlwings Book), kept as long as no table is resized."""

    def __init__(self, book: Any) -> None:
        """Take the workbook; nothing is asked yet."""
        self._book = book
        self._names: Any = None
        self._found: dict[str, Any] = {}

    def find(self, name: str) -> Any:
        """Return the range a name refers to; None for no name, or one that means something else."""
        if name not in self._found:
            self._found[name] = self._looked_up(name)
        return self._found[name]

    def cells(self, name: str) -> Any:
        """Return the range a name refers to. Raises `BookFault` where there is none."""
        found = self.find(name)
        if found is None:
            raise no_name(name)
        return found

    def forget(self) -> None:
        """Ask again from now on: a table has grown or shrunk, and what is named by it with it."""
        self._found.clear()

    def _looked_up(self, name: str) -> Any:
        if self._names is None:
            self._names = asked(self._book.api, "Names")
        try:
            return patiently(lambda: self._names(name).RefersToRange)
        except (ExcelBusy, ExcelGone):
            raise
        except BookFault:  # no such name; or a constant, a formula, cells that were deleted
            return None
