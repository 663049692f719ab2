"""The same workbook open in Excel and as a closed file beside it: one press of a button on both, then every cell compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import define, frozen

from ccgrade_xl.commands import run_command
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from tests.hosts.customers import HEADERS
from tests.hosts.windows.entering import Entered, enter
from tests.hosts.windows.excel import Conversation, Excel
from tests.hosts.windows.fake_excel.stored import stored
from tests.hosts.windows.wine import windows_path

NAME = r"C:\客户 资料\评级 工作簿（二〇二六）.xlsm"
SHEET = "客户数据"
CUSTOMERS = 30
CHOSEN = 3
"""The customer the user stands on, from 0."""

WINDOWS_HOME = "windows-home"
"""The folder beside the closed file in which the user in Excel keeps what is not in the workbook."""

AN_HOUR = 1 / 24

Cells = dict[tuple[str, int, int], Any]


@frozen
class Told:
    """What a command told the user, and what it asked her before."""

    message: str
    questions: Sequence[str] = ()


def press(commands: Conversation, command: str, workbook: str = NAME, **details: Any) -> str:
    """Run a command as the server would, and return what the user is told."""
    return pressed(commands, command, workbook, **details).message


def pressed(commands: Conversation, command: str, workbook: str = NAME, **details: Any) -> Told:
    """Run a command as the server would, and return what the user is told and asked."""
    answer = commands.ask(command=command, workbook=workbook, **details)
    assert answer["held"] == 0
    return Told(answer["message"], answer["questions"])


def cells(model: dict[str, Any]) -> Cells:
    """Return what every cell holds: a formula, or a value; with its number format where it holds a value."""
    return {
        (sheet["name"], row, column): formula or (value, number_format)
        for sheet in model["sheets"]
        for row, column, value, formula, number_format in sheet["cells"]
        if formula or value is not None
    }


def differences(here: Cells, there: Cells) -> dict[Any, Any]:
    """Return the cells in which two workbooks differ, with both contents."""
    places = sorted(here.keys() | there.keys())
    return {at: (here.get(at), there.get(at)) for at in places if here.get(at) != there.get(at)}


def open_cells(excel: Excel, full_name: str = NAME) -> Cells:
    """Return what every cell of an open workbook holds."""
    return cells(excel.ask("dump", full_name=full_name))


def notes(model: dict[str, Any]) -> dict[tuple[str, int, int], str]:
    """Return the text of the note on each cell."""
    return {
        (sheet["name"], row, column): text
        for sheet in model["sheets"]
        for row, column, text, *_look in sheet["notes"]
    }


def _is_of_the_moment(here: Any, there: Any) -> bool:
    """Return whether two cells differ only because one button was pressed a little later: a time, or a record's hash."""
    if not isinstance(here, tuple) or not isinstance(there, tuple) or here[1] != there[1]:
        return False
    if isinstance(here[0], float):
        return here[1] == "yyyy-mm-dd hh:mm" and abs(here[0] - there[0]) < AN_HOUR
    numbers = [re.fullmatch(r"(\d+):[0-9a-f]{64}", str(value)) for value, _ in (here, there)]
    return all(numbers) and len({found[1] for found in numbers if found}) == 1


class ClosedTwin(ClosedFileBook):
    """The closed file beside the open workbook, with the same user before it."""

    def selected_customer(self) -> str | None:
        return str(self.read_table(CUSTOMER_TABLE).rows[CHOSEN][HEADERS.index("客户编号")])


@define
class Twins:
    """The same workbook open in Excel and as a closed file."""

    excel: Excel
    commands: Conversation
    path: Path
    home: str
    """What the user in Excel keeps outside the workbook lies there, as Windows calls it."""
    files: Sequence[Path] = ()

    def press(self, command: str, answer: str = "yes") -> tuple[Told, Told]:
        """Run a command on both, giving one answer to whatever it asks; return what the user is told on each."""
        told: list[str] = []
        questions: list[str] = []

        def asked(question: str) -> bool:
            questions.append(question)
            return answer == "yes"

        closed = ClosedTwin(
            self.path, on_tell=told.append, on_ask=asked, on_choose_files=lambda _title: self.files
        )
        run_command(command, closed)
        place = {"full_name": NAME, "sheet": SHEET, "row": 3 + CHOSEN, "column": 5}
        self.excel.ask("stand_on", **place)
        self.excel.ask("pick", files=[windows_path(file) for file in self.files])
        here = pressed(self.commands, command, answer=answer, home=self.home)
        return here, Told("\n".join(told), questions)

    def both(self, command: str, answer: str = "yes") -> Told:
        """Run a command on both; the words, the questions and every cell must be the same."""
        here, there = self.press(command, answer)
        assert here == there, command
        apart = {at: pair for at, pair in self.differences().items() if not _is_of_the_moment(*pair)}
        assert apart == {}, command
        return here

    def enter(self, entered: Entered) -> None:
        """Type into both."""
        closed = ClosedFileBook(self.path)
        enter(closed, entered)
        closed.commit()
        self.commands.ask(enter=entered, workbook=NAME)

    def differences(self) -> dict[Any, Any]:
        """Return the cells in which the two differ."""
        return differences(open_cells(self.excel), cells(stored(self.path)))
