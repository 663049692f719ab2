"""In LibreOffice: the whole sample against native formulas, and a cell against an empty add-in function."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from addin.libreoffice import build_oxt
from benchmarks.empty_addin import NAME as EMPTY
from benchmarks.empty_addin import build_empty_oxt
from benchmarks.measure import FORMULA_SECONDS, Figure, in_turn, seconds
from ccgrade_xl.meters.store import keep_results
from ccgrade_xl.sample import RESULT_HEADERS
from examples.customers import AS_OF, clean_customers
from tests.hosts import office as libreoffice
from tests.hosts.conftest import environment_of
from tests.hosts.native_formulas import COLUMNS, INPUTS, write_native_book
from tests.hosts.office import Office, make_profile, running_office
from tests.meters.kept import found

CUSTOMERS = 10_000
CREDIT_INPUTS = INPUTS[3:12]
TIMES_THE_EMPTY_FUNCTION = 10
_EMPTY_CALL = f"={EMPTY}({';'.join(['1'] * len(CREDIT_INPUTS))};;)"
LOOK_UPS = 1_000
LOOK_UP_SECONDS = 0.001
"""What one cell of a meter function may take."""
METERED = {
    "CCG_ALARM_COUNT": '("甲")',
    "CCG_METER_USAGE": '("乙";"2026-06")',
    "CCG_FORECAST": '("甲";90)',
    "CCG_DAILY_USAGE": '("乙";"2026-05-27";"2026-06-30")',
    "CCG_ALARMS": '("甲")',
}


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Start LibreOffice with ccgrade's extension and the empty one."""
    libreoffice.make_uno_importable()
    (folder / "ccgrade.oxt").write_bytes(build_oxt())
    (folder / "empty.oxt").write_bytes(build_empty_oxt())
    profile = make_profile(folder / "profile", folder / "ccgrade.oxt")
    libreoffice._install(folder / "empty.oxt", profile)
    environment = environment_of(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCGRADE_HOME", environment["CCGRADE_HOME"])
        keep_results(found())
    with running_office(profile, environment) as running:
        yield running


def customers(count: int = CUSTOMERS) -> list[dict[str, object]]:
    """Return clean customers as the native formulas' inputs; None is an empty cell."""
    frame = clean_customers(count)[list(INPUTS)]
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): _day(cell) for name, cell in row.items()} for row in rows]


def _day(cell: object) -> object:
    return cell.date() if isinstance(cell, dt.datetime) else cell


def first_formula(office: Office) -> Figure:
    """Enter the first formula of a LibreOffice that has just started, and wait for what it shows."""
    document = office.new()
    cell = document.getSheets().getByIndex(0).getCellByPosition(0, 0)
    shown: list[float] = []
    cell.setFormula("=CCG_X(30000)")
    taken = seconds(lambda: shown.append(cell.getValue()))  # Calc answers when it is asked
    assert shown == [4.0]
    document.close(True)
    return Figure(
        "first formula in a LibreOffice just started",
        f"{taken:.2f} s",
        f"≤ {FORMULA_SECONDS} s",
        taken <= FORMULA_SECONDS,
    )


def whole_sample(office: Office, native: Any, rows: Sequence[Sequence[object]]) -> Figure:
    """Recalculate one CCG_GRADE over the sample, and the native formulas, in turn."""
    document, sheet = _sheet_with(office, rows)
    last, right = len(rows) - 1, len(INPUTS) + len(RESULT_HEADERS)
    block = sheet.getCellRangeByPosition(len(INPUTS) + 1, 0, right, last)
    block.setArrayFormula(f"=CCG_GRADE(A1:{_column(len(INPUTS) - 1)}{len(rows)})")
    ours, theirs = in_turn(document.calculateAll, native.calculateAll, times=5)
    stars = {row[RESULT_HEADERS.index("星级")] for row in block.getDataArray()}
    assert "五星级" in stars, "CCG_GRADE did not answer"
    document.close(True)
    return Figure(
        f"{CUSTOMERS:,} customers in LibreOffice: one CCG_GRADE against native formulas",
        f"{ours / theirs:.2f} × ({ours:.2f} s : {theirs:.2f} s)",
        "≤ 1 ×",
        ours <= theirs,
    )


def cell_by_cell(office: Office, rows: Sequence[Sequence[object]]) -> Figure:
    """Recalculate a column of CCG_CREDIT, and a column of a function that does nothing, in turn."""
    documents = [_with_a_column_of(office, rows, function) for function in ("CCG_CREDIT", EMPTY)]
    ours, empty = in_turn(*(document.calculateAll for document in documents), times=5)
    for document in documents:
        document.close(True)
    return Figure(
        f"{CUSTOMERS:,} cells of CCG_CREDIT in LibreOffice against an empty add-in function",
        f"{ours / empty:.1f} × ({ours / CUSTOMERS * 1e6:.0f} µs : {empty / CUSTOMERS * 1e6:.0f} µs a cell)",
        f"≤ {TIMES_THE_EMPTY_FUNCTION} ×",
        ours <= TIMES_THE_EMPTY_FUNCTION * empty,
    )


def look_ups(office: Office) -> list[Figure]:
    """Recalculate a column of each meter function over the results of a scan, and of one that does nothing, in turn."""
    return [_look_up(office, name, given) for name, given in METERED.items()]


def _look_up(office: Office, name: str, given: str) -> Figure:
    documents = [_with_formulas(office, f"={name}{given}"), _with_formulas(office, _EMPTY_CALL)]
    ours, empty = in_turn(*(document.calculateAll for document in documents), times=5)
    for document in documents:
        document.close(True)
    return Figure(
        f"a cell of {name} in LibreOffice, results of a scan looked up",
        f"{ours / LOOK_UPS * 1e3:.2f} ms ({ours / empty:.1f} × an empty add-in function)",
        f"≤ {LOOK_UP_SECONDS * 1e3:g} ms",
        ours <= LOOK_UP_SECONDS * LOOK_UPS,
    )


def _with_formulas(office: Office, formula: str) -> Any:
    document = office.new()
    cells = document.getSheets().getByIndex(0).getCellRangeByPosition(0, 0, 0, LOOK_UPS - 1)
    cells.setFormulaArray(((formula,),) * LOOK_UPS)
    assert cells.getCellByPosition(0, 0).getError() == 0, f"{formula} did not answer"
    return document


def _with_a_column_of(office: Office, rows: Sequence[Sequence[object]], function: str) -> Any:
    document, sheet = _sheet_with(office, rows)
    letters = [_column(INPUTS.index(name)) for name in CREDIT_INPUTS]
    column = len(INPUTS) + 1
    cells = sheet.getCellRangeByPosition(column, 1, column, len(rows) - 1)
    arguments = [";".join(f"{letter}{row}" for letter in letters) for row in range(2, len(rows) + 1)]
    cells.setFormulaArray(tuple((f"={function}({given};;)",) for given in arguments))
    assert cells.getCellByPosition(0, 0).getError() == 0, f"{function} did not answer"
    return document


def _sheet_with(office: Office, rows: Sequence[Sequence[object]]) -> tuple[Any, Any]:
    document = office.new()
    sheet = document.getSheets().getByIndex(0)
    area = sheet.getCellRangeByPosition(0, 0, len(INPUTS) - 1, len(rows) - 1)
    area.setDataArray(tuple(tuple(_for_calc(cell) for cell in row) for row in rows))
    return document, sheet


def _for_calc(cell: object) -> object:
    if isinstance(cell, dt.date):
        return float((cell - dt.date(1899, 12, 30)).days)
    return "" if cell is None else cell


def _column(index: int) -> str:
    return chr(ord("A") + index)


def measure() -> list[Figure]:
    """Take the figures in one LibreOffice."""
    with tempfile.TemporaryDirectory() as name, office(Path(name)) as running:
        first = first_formula(running)
        sample = customers()
        rows = [INPUTS, *(tuple(customer.values()) for customer in sample)]
        write_native_book(Path(name) / "native.xlsx", sample, AS_OF)
        native = running.open(Path(name) / "native.xlsx")
        assert native.getSheets().getByIndex(0).getCellByPosition(COLUMNS.index("星级"), 1).getString()
        return [
            first,
            whole_sample(running, native, rows),
            cell_by_cell(running, rows),
            *look_ups(running),
        ]


if __name__ == "__main__":
    for figure in measure():
        print(figure)
