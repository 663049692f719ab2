"""The cell functions through xlwings' own, unmodified `call_udf`: what a COM server on Windows answers."""

import datetime as dt
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from addin.vba.wrappers import parameter
from ccgrade_xl.functions import CATEGORY, FUNCTIONS, call
from tests.addin.macro_readers import grammar_errors
from tests.hosts.com_calls import CASES, EVERY_CASE, in_cells
from tests.hosts.xlwings_stubs import COM_ERRORS, MISSING, windows_xlwings


@pytest.fixture(scope="module")
def answer():
    """xlwings' `call_udf` on our module, as a COM server would call it."""
    with windows_xlwings() as xlwings:
        yield lambda name, *arguments: xlwings.udfs.call_udf(
            "ccgrade_xl.hosts.excel_functions", name, arguments
        )


def test_every_function_is_tried():
    assert set(CASES) == set(FUNCTIONS)


@pytest.mark.parametrize(("name", "arguments"), EVERY_CASE)
def test_a_function_answers_what_the_core_answers(answer, name, arguments):
    given = [None if value == MISSING else value for value in arguments]
    assert answer(name, *arguments) == in_cells(call(name, given))


@pytest.mark.parametrize(("name", "arguments"), EVERY_CASE)
def test_pywin32_can_carry_the_answer(answer, name, arguments):
    rows = answer(name, *arguments)
    assert len({len(row) for row in rows}) == 1, "COM arrays are rectangular"
    for cell in (cell for row in rows for cell in row):
        assert type(cell) in {float, str, bool, dt.datetime}
        assert cell == cell, "NaN would show as #NUM!"
        if isinstance(cell, dt.datetime):
            assert cell.tzinfo is not None, "pywin32 refuses a date without a zone"


@pytest.mark.parametrize("text", COM_ERRORS)
def test_an_error_cell_passes_through(answer, text):
    assert answer("CCG_X", COM_ERRORS[text]) == [[text]]
    assert answer("CCG_X", ((COM_ERRORS[text], 30000.0),)) == [[text, 4.0]]


def test_a_column_stays_a_column_and_a_row_a_row(answer):
    assert answer("CCG_X", ((3000.0,), (10000.0,))) == [[2.0], [3.0]]
    assert answer("CCG_X", ((3000.0, 10000.0),)) == [[2.0, 3.0]]


def test_a_blank_cell_shows_na(answer):
    assert answer("CCG_X", None) == [["#N/A"]]


def test_an_amount_from_a_currency_cell_is_read(answer):
    """Range.Value gives a currency cell as a Decimal."""
    assert answer("CCG_PREPAYMENT", Decimal("15000.00"), Decimal("10000.00")) == [[85.0]]


def test_dates_from_cells_are_read_whatever_their_form(answer):
    as_time, as_serial = (answer("CCG_GRADE", *arguments) for arguments in CASES["CCG_GRADE"])
    assert as_time == as_serial


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_wizard_is_told_in_chinese_what_everything_means(answer, name):
    declared = getattr(sys.modules["ccgrade_xl.hosts.excel_functions"], name).__xlfunc__
    arguments = FUNCTIONS[name].arguments
    assert declared["category"] == CATEGORY
    assert declared["ret"]["doc"] == FUNCTIONS[name].description
    assert [shown["doc"] for shown in declared["args"]] == [argument.help for argument in arguments]
    assert ["optional" in shown for shown in declared["args"]] == [
        argument.optional for argument in arguments
    ]


class Workbook:
    """A workbook as xlwings' «Import Functions» uses it: it takes a VBA module and the wizard's texts."""

    Name = "工作簿.xlsm"

    def __init__(self):
        self.module, self.wizard = "", {}
        self.VBProject = self.VBComponents = self.Application = self
        self.Version = "16.0"
        self.Worksheets = type("Sheets", (list,), {"Count": 0})()

    def __call__(self, component):
        return component

    def Remove(self, component):
        assert component == "xlwings_udfs"

    def Import(self, path):
        self.module = Path(path).read_text(encoding="ascii")

    def MacroOptions(self, macro, **options):
        self.wizard[macro.rpartition("!")[2]] = options


@pytest.fixture(scope="module")
def imported():
    """What xlwings' own add-in puts into a workbook whose `UDF MODULES` is ccgrade_xl.hosts.excel_functions."""
    workbook = Workbook()
    with windows_xlwings() as xlwings:
        xlwings.udfs.import_udfs("ccgrade_xl.hosts.excel_functions", workbook)
    return workbook


def in_excel(source):
    """The branch of a module that Excel compiles."""
    lines, elsewhere = [], False
    for line in source.splitlines():
        if line.strip().startswith(("#If", "#Else", "#End If")):
            elsewhere = line.strip() == "#Else"
        elif not elsewhere and not line.startswith("#Const"):
            lines.append(line)
    return "\n".join(lines) + "\n"


def test_xlwings_own_add_in_imports_a_module_that_compiles(imported):
    assert grammar_errors(in_excel(imported.module)) == []


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_xlwings_own_add_in_imports_every_function(imported, function):
    names = [argument.name for argument in function.arguments]
    assert [parameter(argument) for argument in function.arguments] == names, "VBA keeps this word for itself"
    declared = [
        f"Optional {argument.name}" if argument.optional else argument.name for argument in function.arguments
    ]
    assert f"Function {function.name}({', '.join(declared)})" in imported.module
    assert (
        f'{function.name} = XLPy.CallUDF("ccgrade_xl.hosts.excel_functions", "{function.name}", '
        f"Array({', '.join(names)}), ThisWorkbook, Application.Caller)"
    ) in imported.module
    options = imported.wizard[function.name]
    assert (options["Category"], options["Description"]) == (CATEGORY, function.description)
    assert options["ArgumentDescriptions"] == [argument.help for argument in function.arguments]


def test_the_stubs_leave_no_trace():
    before = dict(sys.modules)
    with windows_xlwings():
        assert sys.modules["xlwings"] is not before.get("xlwings")
    assert all(sys.modules[name] is module for name, module in before.items())
    assert not [name for name in set(sys.modules) - set(before) if name.startswith(("win32", "python"))]
