"""A closed workbook file as a `Book`: read with calamine, written losslessly, all or nothing on `commit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from ccgrade_xl.errors import BookFault, FileFault
from ccgrade_xl.spreadsheet.extent import CELL_LIMIT
from ccgrade_xl.workbook.bare_area import BareArea, find_bare_area
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.book_patch import BookEdit, PatchedBook, patched_book
from ccgrade_xl.workbook.cells import ROWS, Area
from ccgrade_xl.workbook.copy_check import check_cells, checked_copy
from ccgrade_xl.workbook.grid import Grid, read_grids
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE, RESULT_COLUMNS
from ccgrade_xl.workbook.live_table import LiveTable, scaled
from ccgrade_xl.workbook.mapping import Mapping as HeaderMapping
from ccgrade_xl.workbook.notes import note_text
from ccgrade_xl.workbook.package import Package, TablePart, open_package
from ccgrade_xl.workbook.placing import check_lengths, check_sheet_room, check_widths, column_at, filled_block
from ccgrade_xl.workbook.replace_file import refuse_locked, replace_file
from ccgrade_xl.workbook.sheet_edit import Growth, SheetEdit
from ccgrade_xl.workbook.sheet_notes import read_notes
from ccgrade_xl.workbook.sheet_reading import HEAD
from ccgrade_xl.workbook.sheet_xml import formulas_stand_in, split_sheet
from ccgrade_xl.workbook.sources import SourceTable

_RESULTS = frozenset(column.name for column in RESULT_COLUMNS)


class ClosedFileBook:
    """The `Book` of a file that no spreadsheet program has open.

    Nothing is written before `commit`. A file without an Excel table 客户 is taken as one where a sheet has our
    columns under a header row; result columns it lacks are added to the right on the first write. What the user
    would see or answer goes through the callbacks; without them progress and messages are dropped and every
    question is answered yes.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_status: Callable[[str, float | None], None] | None = None,
        on_tell: Callable[[str], None] | None = None,
        on_ask: Callable[[str], bool] | None = None,
        on_choose_files: Callable[[str], Sequence[Path]] | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Open and check a file. Raises `FileFault` with one sentence where it is not a sound workbook."""
        self.path = path.resolve()
        self._on_status, self._on_tell, self._on_ask = on_status, on_tell, on_ask
        self._on_choose_files, self._is_cancelled = on_choose_files, is_cancelled
        self._begin(open_package(self.path))

    def _begin(self, package: Package) -> None:
        self._package = package
        self._stamp = _stamp(self.path)
        self._grids: dict[str, Grid] = {}
        self._heads: dict[str, Grid] = {}
        self._expected: dict[str, Future[dict[str, Grid]]] = {}
        self._tables: dict[str, LiveTable] = {}
        self._bare: BareArea | None = None
        self._edit = BookEdit()

    @property
    def location(self) -> str:
        """The file's full path."""
        return str(self.path)

    def table_names(self) -> Sequence[str]:
        """Return the Excel tables, and 客户 where a sheet holds it without one."""
        names = [table.name for table in self._package.tables]
        if CUSTOMER_TABLE not in names:
            try:
                self._live(CUSTOMER_TABLE)
            except BookFault:
                return names
            names.append(CUSTOMER_TABLE)
        return names

    @property
    def holds_list(self) -> bool:
        """Whether the file is no workbook of ours: it has no Excel table 客户."""
        return all(table.name != CUSTOMER_TABLE for table in self._package.tables)

    def bare_list(self) -> tuple[SourceTable, HeaderMapping]:
        """Return the sheet whose customers stand in no Excel table, and its columns. Raises `BookFault` where none does."""
        self._live(CUSTOMER_TABLE)
        if self._bare is None:
            raise BookFault(f"文件“{self.path.name}”是评级工作簿，不是普通的客户表。")
        return self._bare.source, self._bare.mapping

    def expect(self, *names: str) -> None:
        """Begin to read the sheets of tables on another core; what is wrong with one is said to who asks for it."""
        sheets = {table.sheet for table in self._package.tables if table.name in names}
        for sheet in sheets - self._grids.keys() - self._expected.keys():
            ahead = ThreadPoolExecutor(1, "ahead")
            self._expected[sheet] = ahead.submit(read_grids, self._package, [sheet])
            ahead.shutdown(wait=False)

    def read_table(self, name: str) -> Table:
        """Read a table as the edits so far leave it; a table of one blank row has no rows."""
        live = self._live(name)
        return Table(
            live.name,
            tuple(live.headers),
            list(live.rows),
            live.sheet,
            live.body.top,
            live.body.left,
        )

    def write_columns(self, name: str, columns: Mapping[str, Sequence[CellValue]]) -> None:
        """Write columns, empty below their last value. Raises `BookFault` for one longer than the table."""
        live = self._live(name)
        check_lengths(name, len(live.rows), columns)
        self._add_columns(live, [header for header in columns if header not in live.headers])
        edit = self._edit.sheet(live.sheet)
        live.set_pattern(edit)
        live.put_columns(edit, columns)

    def replace_rows(self, name: str, rows: Sequence[Sequence[CellValue]]) -> None:
        """Replace all data rows; the table, validation and conditional formats follow its new length."""
        live = self._live(name)
        check_widths(name, len(live.headers), rows)
        check_sheet_room(name, live.body.top, max(1, len(rows)))
        edit = self._edit.sheet(live.sheet)
        live.put_rows(edit, rows)
        live.set_pattern(edit)
        self._edit.resized[name] = live.body.bottom
        if live.part is None:
            edit.growth = [Growth(live.body_before, live.body)]

    def read_name(self, name: str) -> CellValue:
        """Read the first cell of a defined name, edits so far included."""
        sheet, area = self._package.name_area(name)
        edit = self._edit.sheets.get(sheet, SheetEdit(sheet))
        standing = self._grid(sheet, area.top).value(area.top, area.left)
        return edit.value(area.top, area.left, standing)

    def has_name(self, name: str) -> bool:
        """Return whether a defined name stands in the book and refers to cells."""
        try:
            self._package.name_area(name)
        except BookFault:
            return False
        return True

    def read_block(self, name: str) -> Sequence[Sequence[CellValue]]:
        """Read the range of a defined name as rows, edits so far included."""
        sheet, area = self._package.name_area(name)
        grid = self._grid(sheet, area.bottom)
        edit = self._edit.sheets.get(sheet, SheetEdit(sheet))
        columns = range(area.left, area.left + area.width)
        return [
            [edit.value(row, column, grid.value(row, column)) for column in columns]
            for row in range(area.top, area.top + area.height)
        ]

    def write_block(self, name: str, rows: Sequence[Sequence[CellValue]]) -> None:
        """Write a block into a named range and empty the rest of the range."""
        sheet, area = self._package.name_area(name)
        filled = filled_block(name, area.height, area.width, rows)
        edit = self._edit.sheet(sheet)
        for row, values in enumerate(filled, area.top):
            for column, value in enumerate(values, area.left):
                edit.put(row, column, value)

    def read_notes(self, name: str, row: int) -> Mapping[str, str]:
        """Read the notes on one row of a table, edits so far included."""
        live = self._live(name)
        written = self._edit.sheets.get(live.sheet, SheetEdit(live.sheet)).notes
        standing = read_notes(self._package, live.sheet) | written
        top, left = live.body.top + row, live.body.left
        found = {header: standing.get((top, column)) for column, header in enumerate(live.headers, left)}
        return {header: note_text(text) for header, text in found.items() if text}

    def write_notes(self, name: str, row: int, notes: Mapping[str, str | None]) -> None:
        """Write notes on cells of one row of a table."""
        live = self._live(name)
        places = {header: column_at(name, live.headers, header) for header in notes}
        edit = self._edit.sheet(live.sheet)
        for header, text in notes.items():
            edit.notes[live.body.top + row, live.body.left + places[header]] = text

    def selected_customer(self) -> str | None:
        """Return None: nobody stands on a row of a closed file."""
        return None

    def activate(self, sheet: str) -> None:
        """Do nothing: a closed file has no window. Raises `BookFault` for a sheet that is not there."""
        self._package.sheet(sheet)

    def status(self, text: str, share: float | None = None) -> None:
        """Pass progress to the callback."""
        if self._on_status is not None:
            self._on_status(text, share)

    def cancelled(self) -> bool:
        """Ask the callback whether the user wants to stop."""
        return self._is_cancelled is not None and self._is_cancelled()

    def tell(self, text: str) -> None:
        """Pass a message to the callback."""
        if self._on_tell is not None:
            self._on_tell(text)

    def ask(self, question: str) -> bool:
        """Pass a question to the callback; yes where there is none."""
        return self._on_ask is None or self._on_ask(question)

    def choose_files(self, title: str) -> Sequence[Path]:
        """Let the callback choose files; none where there is no callback."""
        return () if self._on_choose_files is None else self._on_choose_files(title)

    def diagnosis(self) -> str:
        """Return the doctor's screen."""
        from ccgrade_xl.hosts.doctor import report  # noqa: PLC0415 - asked for once in a while

        return report()

    def commit(self, destination: Path | None = None) -> None:
        """Write all edits: into the file itself, or to another file and leave this one as it is.

        A copy is written, read back and checked before it takes the place of the old file. Afterwards the book
        stands for the written file. Raises `FileFault` where the file is open elsewhere, read-only or was changed
        since it was read; `BookFault` where an edit cannot be made without losing something.
        """
        target = self.path if destination is None else destination.resolve()
        if target.suffix.lower() != self.path.suffix.lower():
            raise FileFault(
                f"输出文件“{target.name}”的扩展名要与“{self.path.name}”相同（{self.path.suffix}），否则 Excel 打不开。"
            )
        refuse_locked(target)
        if target == self.path:
            if not self._edit.sheets:
                return
            if _stamp(self.path) != self._stamp:
                raise FileFault(f"文件“{self.path.name}”在处理期间被别的程序改动过，没有写入。请重新运行。")
        patched = patched_book(self._package, self._edit) if self._edit.sheets else PatchedBook(self._package)
        with ThreadPoolExecutor(1, "check") as beside:
            cells = beside.submit(check_cells, patched, self._edit)
            written: list[Package] = []

            def check(copy: bytes) -> None:
                written.append(checked_copy(copy, target.name, patched, self._edit))
                cells.result()

            replace_file(target, patched.packed(), check)
        self.path = target
        self._begin(written[-1])

    def _grid(self, sheet: str, bottom: int = ROWS) -> Grid:
        """Return the cells of a sheet, as far down as asked for at least: of a long sheet mostly the head will do."""
        if bottom > HEAD or sheet in self._grids or sheet in self._expected:
            if sheet in self._expected:
                self._grids |= self._expected.pop(sheet).result()
            elif sheet not in self._grids:
                self._grids |= read_grids(self._package, [sheet])
            return self._grids[sheet]
        if sheet not in self._heads:
            self._heads.update(read_grids(self._package, [sheet], HEAD))
        return self._heads[sheet]

    def _live(self, name: str) -> LiveTable:
        if name not in self._tables:
            part = next((table for table in self._package.tables if table.name == name), None)
            if part is not None:
                self._tables[name] = self._from_part(part)
            elif name == CUSTOMER_TABLE:
                self._tables[name] = self._from_area()
            else:
                raise BookFault(
                    f"文件“{self.path.name}”里没有表格“{name}”。请确认打开的是评级工作簿，或用新模板重建。"
                )
        return self._tables[name]

    def _from_part(self, part: TablePart) -> LiveTable:
        rows = self._rows(part.sheet, part.body)
        formulas = partial(self._has_formulas, part.sheet, part.body)
        return LiveTable(part.name, part.sheet, part.body, list(part.headers), rows, formulas, part)

    def _from_area(self) -> LiveTable:
        grids = [self._grid(sheet.name) for sheet in self._package.sheets]
        area = self._bare = find_bare_area(grids, self.path.name)
        self._refuse_too_large(area)
        factors = {row.position: row.factor for row in area.mapping.matches if row.factor != 1}
        rows = self._rows(area.sheet, area.body)
        if factors:
            by_place = [factors.get(place, 1.0) for place in range(area.body.width)]
            rows = [list(map(scaled, row, by_place)) for row in rows]
        formulas = partial(self._has_formulas, area.sheet, area.body)
        return LiveTable(
            CUSTOMER_TABLE, area.sheet, area.body, list(area.headers), rows, formulas, None, factors
        )

    def _has_formulas(self, sheet: str, body: Area) -> bool:
        data = self._package.archive.read(self._package.sheet(sheet).part)
        return formulas_stand_in(split_sheet(data, self._package.title), body)

    def _refuse_too_large(self, area: BareArea) -> None:
        """Raise `FileFault` for a list that could not be read again once it has its result columns."""
        missing = sum(column.name not in area.headers for column in RESULT_COLUMNS)
        if area.body.bottom * (area.body.right + missing) > CELL_LIMIT:
            raise FileFault(
                f"文件“{self.path.name}”的工作表“{area.sheet}”有 {area.body.height} 行，加上评级结果就超过了能处理的大小。"
                "请拆成几个文件再试，或另存为 CSV。"
            )

    def _rows(self, sheet: str, body: Area) -> list[Sequence[CellValue]]:
        grid = self._grid(sheet, body.bottom)
        rows = grid.block(Area(body.top, body.left, min(body.bottom, max(grid.height, body.top)), body.right))
        rows += [[None] * body.width for _ in range(body.height - len(rows))]
        return [] if body.height == 1 and all(value is None for value in rows[0]) else rows

    def _add_columns(self, live: LiveTable, headers: Sequence[str]) -> None:
        """Add result columns to the right of customers without an Excel table, in our order."""
        unknown = [header for header in headers if live.part is not None or header not in _RESULTS]
        if unknown:
            raise BookFault(
                f"工作表“{live.sheet}”的表格“{live.name}”缺少“{'”“'.join(unknown)}”列。请补上列名，或用新模板重建。"
            )
        edit = self._edit.sheet(live.sheet)
        for column in RESULT_COLUMNS:
            if column.name in headers:
                at = live.add_column(column.name)
                edit.widths[at] = column.width
                edit.put(live.body.top - 1, at, column.name)


def _stamp(path: Path) -> tuple[int, int, int]:
    """Return what changes whenever a file does: inode, size, time of change."""
    try:
        now = path.stat()
    except OSError:
        return (0, 0, 0)
    return now.st_ino, now.st_size, now.st_mtime_ns
