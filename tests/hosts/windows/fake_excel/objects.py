# ruff: noqa: N815 - members bear the names Excel gives them
"""Excel's objects over the model: what xlwings and ccgrade ask of them, and no more. Windows only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from win32com.client import Dispatch

from tests.hosts.windows.fake_excel.com import Closed, Served
from tests.hosts.windows.fake_excel.model import BLOCK_TEXT_LIMIT, Cell, Note, Refused, Sheet, Table, Workbook

AUTOMATIC = -4105
_CORNER = re.compile(r"\$?([A-Z]+)\$?(\d+)")


def letters(number: int) -> str:
    """1 → A."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def corners(address: str) -> tuple[int, int, int, int]:
    """Read A1 or $A$1:$B$2 as top, left, bottom, right."""
    found = []
    for part in address.split(":"):
        match = _CORNER.fullmatch(part)
        if match is None:
            raise Refused(f"Method 'Range' failed: {address}")
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        found.append((int(match[2]), column))
    (top, left), (bottom, right) = found[0], found[-1]
    return top, left, bottom, right


class Collection(Served):
    """Items by number or name."""

    def __init__(self, interface: str, items: Callable[[], Sequence[Any]]) -> None:
        self.interface = interface  # type: ignore[misc]
        self.items = items

    def get_Count(self) -> int:
        return len(self.items())

    def get__Default(self, key: Any = None) -> Any:
        items = self.items()
        if isinstance(key, str):
            found = [item for item in items if item.get_Name().casefold() == key.casefold()]
        else:
            found = [items[int(key) - 1]] if 0 < int(key) <= len(items) else []
        if not found:
            raise Refused("Subscript out of range")
        return found[0]

    get_Item = do_Item = get__Default


class Application(Served):
    """Excel itself: its settings, its workbooks, where the user stands, what dialogs will answer."""

    interface = "_Application"

    def __init__(self) -> None:
        self.become_excel()
        self.window = 0
        self.books: list[Workbook] = []
        self.settings: dict[str, Any] = {
            "ScreenUpdating": True, "EnableEvents": True, "DisplayAlerts": True, "EnableCancelKey": 1,
            "Calculation": AUTOMATIC, "StatusBar": False,
        }  # fmt: skip
        self.said: list[Any] = []
        self.active: tuple[Workbook, Sheet, int, int] | None = None
        self.picked: list[str] = []
        for setting in self.settings:
            setattr(self, f"get_{setting}", lambda setting=setting: self.settings[setting])
            setattr(self, f"put_{setting}", lambda value, setting=setting: self._set(setting, value))
        self.before_write: Callable[[], None] = lambda: None

    def become_excel(self) -> None:
        self.name, self.version = "Microsoft Excel", "16.0"
        self.path = r"C:\Program Files\Microsoft Office\root\Office16"

    def _set(self, setting: str, value: Any) -> None:
        self.settings[setting] = value
        if setting == "StatusBar":
            self.said.append(value)

    def get_Name(self) -> str:
        return self.name

    def get_Path(self) -> str:
        return self.path

    def get_Version(self) -> str:
        return self.version

    def get_Application(self) -> Application:
        return self

    def get_Hwnd(self) -> int:
        return self.window

    def get_Workbooks(self) -> Collection:
        return Collection("Workbooks", lambda: [BookObject(self, book) for book in self.books])

    def get_ActiveWorkbook(self) -> Any:
        return BookObject(self, self.active[0]) if self.active else None

    def get_ActiveSheet(self) -> Any:
        return SheetObject(self, *self.active[:2]) if self.active else None

    def get_ActiveCell(self) -> Any:
        if self.active is None:
            return None
        book, sheet, row, column = self.active
        return RangeObject(SheetObject(self, book, sheet), row, column, row, column)

    get_Selection = get_ActiveCell

    def do_GetOpenFilename(self, *_arguments: Any) -> Any:
        return list(self.picked) or False


class BookObject(Served):
    """A Workbook."""

    interface = "_Workbook"

    def __init__(self, app: Application, book: Workbook) -> None:
        self.app, self._book = app, book

    @property
    def book(self) -> Workbook:
        if self._book not in self.app.books:
            raise Closed
        return self._book

    def get_Name(self) -> str:
        return re.split(r"[\\/]", self.book.full_name)[-1]

    def get_FullName(self) -> str:
        return self.book.full_name

    def get_Path(self) -> str:
        return re.split(r"[\\/][^\\/]*$", self.book.full_name)[0]

    def get_Application(self) -> Application:
        return self.app

    def get_Sheets(self) -> Collection:
        return Collection(
            "Sheets", lambda: [SheetObject(self.app, self.book, sheet) for sheet in self.book.sheets]
        )

    get_Worksheets = get_Sheets

    def get_Names(self) -> Collection:
        return Collection("Names", lambda: [NameObject(self, name) for name in self.book.names])

    def get_Date1904(self) -> bool:
        return self.book.from_1904


class NameObject(Served):
    """A defined name."""

    interface = "Name"

    def __init__(self, book: BookObject, name: str) -> None:
        self.book, self.name = book, name

    def get_Name(self) -> str:
        return self.name

    def get_RefersToRange(self) -> Any:
        area = self.book.book.names[self.name]
        if area is None:
            raise Refused("RefersToRange failed")
        sheet, *corners_ = area
        return RangeObject(SheetObject(self.book.app, self.book.book, self.book.book.sheet(sheet)), *corners_)


class SheetObject(Served):
    """A Worksheet."""

    interface = "_Worksheet"

    def __init__(self, app: Application, book: Workbook, sheet: Sheet) -> None:
        self.app, self.book, self._sheet = app, book, sheet

    @property
    def sheet(self) -> Sheet:
        if self.book not in self.app.books:
            raise Closed
        return self._sheet

    def get_Name(self) -> str:
        return self.sheet.name

    def get_Application(self) -> Application:
        return self.app

    def get_Parent(self) -> BookObject:
        return BookObject(self.app, self.book)

    def get_Visible(self) -> int:
        return 0 if self.sheet.hidden else -1

    def get_ProtectContents(self) -> bool:
        return self.sheet.protected

    def get_ProtectionMode(self) -> bool:
        return False

    def do_Activate(self) -> None:
        if self.sheet.hidden:
            raise Refused("Activate method of Worksheet class failed")
        self.app.active = (self.book, self.sheet, 1, 1)

    def get_Cells(self, row: Any = None, column: Any = None) -> RangeObject:
        if row is None:
            return RangeObject(self, 1, 1, 1_048_576, 16_384)
        return RangeObject(self, int(row), int(column), int(row), int(column))

    def get_Range(self, first: Any, second: Any = None) -> RangeObject:
        top, left, bottom, right = corners(first)
        return RangeObject(self, top, left, bottom, right)

    def get_ListObjects(self) -> Collection:
        return Collection("ListObjects", lambda: [TableObject(self, table) for table in self.sheet.tables])


class RangeObject(Served):
    """A rectangle of cells."""

    interface = "Range"

    def __init__(self, sheet: SheetObject, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet = sheet
        self.top, self.left, self.bottom, self.right = top, left, bottom, right

    def get_Worksheet(self) -> SheetObject:
        return self.sheet

    get_Parent = get_Worksheet

    def get_Application(self) -> Application:
        return self.sheet.app

    def get_Row(self) -> int:
        return self.top

    def get_Column(self) -> int:
        return self.left

    def get_Count(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def get_Rows(self) -> Served:
        return Collection("Sheets", lambda: [None] * (self.bottom - self.top + 1))

    def get_Columns(self) -> Served:
        return Collection("Sheets", lambda: [None] * (self.right - self.left + 1))

    def get_Address(self, *_arguments: Any) -> str:
        first, last = (
            f"${letters(at)}${row}" for row, at in ((self.top, self.left), (self.bottom, self.right))
        )
        return first if first == last else f"{first}:{last}"

    def get_Cells(self, row: Any = None, column: Any = None) -> RangeObject:
        if row is None:
            return self
        at = (self.top + int(row) - 1, self.left + int(column) - 1)
        return RangeObject(self.sheet, *at, *at)

    get__Default = get_Cells

    def get_Range(self, first: Any, second: Any = None) -> RangeObject:
        top, left, bottom, right = corners(first)
        down, along = self.top - 1, self.left - 1
        return RangeObject(self.sheet, top + down, left + along, bottom + down, right + along)

    def get_Value(self, kind: Any = None) -> Any:
        return self._block(lambda cell: _shown(cell, from_1904=self.sheet.book.from_1904))

    def get_Value2(self) -> Any:
        return self._block(_plain)

    def get_Formula(self) -> Any:
        return self._block(lambda cell: cell.formula or ("" if cell.value is None else _plain(cell)))

    def put_Value2(self, *arguments: Any) -> None:
        typed = arguments[-1]
        rows = typed if isinstance(typed, (tuple, list)) else None
        if rows is not None:
            self._check_block(rows)
        self._write(lambda row, column: typed if rows is None else rows[row][column])

    put_Value = put_Formula = put_Value2

    def get_NumberFormat(self) -> Any:
        formats = {cell.number_format for row in self._cells() for cell in row}
        return formats.pop() if len(formats) == 1 else None

    def put_NumberFormat(self, wanted: str) -> None:
        self._check_writable()
        for row in self._cells():
            for cell in row:
                cell.number_format = wanted

    def do_ClearContents(self) -> None:
        self._write(lambda row, column: None)

    def do_ClearFormats(self) -> None:
        self.put_NumberFormat("General")

    def get_Comment(self) -> Any:
        note = self.sheet.sheet.notes.get((self.top, self.left))
        return None if note is None else NoteObject(self.sheet.app, note)

    def do_AddComment(self, text: Any = None) -> NoteObject:
        self._check_writable()
        place = self.top, self.left
        if self.get_Count() != 1 or place in self.sheet.sheet.notes:
            raise Refused("Application-defined or object-defined error")
        self.sheet.app.before_write()
        self.sheet.sheet.notes[place] = Note(text or "")
        return NoteObject(self.sheet.app, self.sheet.sheet.notes[place])

    def do_ClearComments(self) -> None:
        self._check_writable()
        for place in list(self.sheet.sheet.notes):
            if self.top <= place[0] <= self.bottom and self.left <= place[1] <= self.right:
                del self.sheet.sheet.notes[place]

    def do_FillDown(self) -> None:
        self._check_writable()
        first, *others = self._cells()
        for row in others:
            for source, cell in zip(first, row, strict=True):
                cell.value, cell.formula, cell.number_format = (
                    source.value,
                    source.formula,
                    source.number_format,
                )

    def _cells(self) -> list[list[Cell]]:
        cell, columns = self.sheet.sheet.cell, range(self.left, self.right + 1)
        return [[cell(row, column) for column in columns] for row in range(self.top, self.bottom + 1)]

    def _block(self, read: Callable[[Cell], Any]) -> Any:
        rows = [[read(cell) for cell in row] for row in self._cells()]
        return rows[0][0] if self.get_Count() == 1 else rows

    def _check_block(self, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            for typed in row:
                if isinstance(typed, str) and len(typed) > BLOCK_TEXT_LIMIT and self.get_Count() > 1:
                    raise Refused("Application-defined or object-defined error")

    def _check_writable(self) -> None:
        if self.sheet.sheet.protected:
            raise Refused("The cell or chart you're trying to change is on a protected sheet.")

    def _write(self, typed: Callable[[int, int], Any]) -> None:
        self._check_writable()
        self.sheet.app.before_write()
        for down, row in enumerate(self._cells()):
            for along, cell in enumerate(row):
                cell.enter(typed(down, along))


class NoteObject(Served):
    """A Comment: a note of the old kind."""

    interface = "Comment"

    def __init__(self, app: Application, note: Note) -> None:
        self.app, self.note = app, note

    def get_Application(self) -> Application:
        return self.app

    def do_Text(self, *_arguments: Any) -> str:
        return self.note.text

    def get_Visible(self) -> bool:
        return self.note.visible

    def put_Visible(self, wanted: bool) -> None:
        self.note.visible = bool(wanted)

    def get_Shape(self) -> BoxObject:
        return BoxObject(self.note)


class BoxObject(Served):
    """The Shape that shows a note."""

    interface = "Shape"

    def __init__(self, note: Note) -> None:
        self.note = note

    def get_Width(self) -> float:
        return self.note.width

    def put_Width(self, wanted: float) -> None:
        self.note.width = float(wanted)

    def get_Height(self) -> float:
        return self.note.height

    def put_Height(self, wanted: float) -> None:
        self.note.height = float(wanted)


class TableObject(Served):
    """A ListObject."""

    interface = "ListObject"

    def __init__(self, sheet: SheetObject, table: Table) -> None:
        self.sheet, self.table = sheet, table

    def get_Name(self) -> str:
        return self.table.name

    def get_Application(self) -> Application:
        return self.sheet.app

    def get_Parent(self) -> SheetObject:
        return self.sheet

    def get_Range(self) -> RangeObject:
        table = self.table
        return RangeObject(self.sheet, table.top, table.left, table.bottom, table.right)

    def get_ShowHeaders(self) -> bool:
        return self.table.headed

    def get_ShowTotals(self) -> bool:
        return self.table.totalled

    def get_ShowAutoFilter(self) -> bool:
        return True

    def get_AutoFilter(self) -> FilterObject:
        return FilterObject(self.table)

    def do_Resize(self, wanted: Any) -> None:
        if self.sheet.sheet.protected:
            raise Refused("Resize method of ListObject class failed")
        top, left, bottom, right = corners(Dispatch(wanted).Address)
        table = self.table
        if (top, left, right) != (table.top, table.left, table.right) or bottom <= top:
            raise Refused("Resize method of ListObject class failed")
        table.bottom = bottom


class FilterObject(Served):
    """A table's AutoFilter."""

    interface = "AutoFilter"

    def __init__(self, table: Table) -> None:
        self.table = table

    def get_FilterMode(self) -> bool:
        return self.table.filtered

    def do_ShowAllData(self) -> None:
        self.table.filtered = False


def _plain(cell: Cell) -> Any:
    """Return a cell's Value2. An error value is a number here: pywin32 reads VT_ERROR as one, but cannot hand it out."""
    return cell.value


def _shown(cell: Cell, *, from_1904: bool) -> Any:
    """Return a cell's Value: a date where it shows one, an amount of four decimals where it shows money."""
    if type(cell.value) is float:
        if re.search(r"[yd]", cell.number_format.lower()):
            epoch = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)
            return (epoch + dt.timedelta(days=cell.value)).replace(tzinfo=dt.UTC)
        if re.search(r"[¥￥$]", cell.number_format):
            return Decimal(repr(round(cell.value, 4)))
    return _plain(cell)
