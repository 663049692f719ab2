"""The add-in lane: inside LibreOffice every cell function answers what the Python core answers."""

from collections.abc import Sequence
from typing import Any

import pytest

from ccgrade_xl.errors import CellError
from ccgrade_xl.functions import FUNCTIONS, CellFunction, call
from ccgrade_xl.hosts.libreoffice_functions import argument_type
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.layout import SHEET
from ccgrade_xl.workbook.names import SELF_CHECK_RESULT
from tests.hosts.calc import address, answer, array_answer, put, shown
from tests.hosts.calls import ROWS, blocks_for, rows_for
from tests.hosts.conftest import Opener
from tests.hosts.office import Office

pytestmark = pytest.mark.libreoffice

OF_CELLS = [
    function
    for function in FUNCTIONS.values()
    if not function.spills and not any(argument.kind in {"block", "any"} for argument in function.arguments)
]
OF_BLOCKS = [
    function
    for function in FUNCTIONS.values()
    if any(argument_type(argument) == "range" for argument in function.arguments)
]
LOOKED_UP = [
    function
    for function in FUNCTIONS.values()
    if function.spills and not any(argument.kind == "block" for argument in function.arguments)
]
FREE = 20
"""The first column that no argument needs."""


def named(function: CellFunction) -> str:
    return function.name


def expected(function: CellFunction, arguments: Sequence[CellValue]) -> object:
    """Return the core's answer; of several faults, Calc itself passes on an error value, the last one first."""
    errors = [argument for argument in arguments if isinstance(argument, CellError)]
    return errors[-1] if errors else call(function.name, arguments)


@pytest.mark.parametrize("function", OF_CELLS, ids=named)
def test_a_formula_answers_what_the_core_answers(sheet: Any, function: CellFunction) -> None:
    rows = rows_for(function)
    for row, arguments in enumerate(rows):
        put(sheet, 0, row, [arguments])
        cells = ";".join(address(sheet, column, row) for column in range(len(arguments)))
        assert answer(sheet, FREE, row, f"={function.name}({cells})") == expected(function, arguments), (
            arguments
        )


@pytest.mark.parametrize("function", OF_CELLS, ids=named)
def test_an_array_formula_answers_each_cell_in_its_place(sheet: Any, function: CellFunction) -> None:
    given = [argument for argument in function.arguments if not argument.optional]
    rows = [arguments[: len(given)] for arguments in rows_for(function)]
    put(sheet, 0, 0, rows)
    columns = [address(sheet, column, 0, 1, ROWS) for column in range(len(given))]
    answers = array_answer(sheet, FREE, 0, 1, ROWS, f"={function.name}({';'.join(columns)})")
    assert answers == tuple((expected(function, arguments),) for arguments in rows)


@pytest.mark.parametrize("function", LOOKED_UP, ids=named)
def test_a_formula_that_spills_answers_what_the_core_answers(sheet: Any, function: CellFunction) -> None:
    for arguments in rows_for(function):
        put(sheet, 0, 0, [arguments])
        cells = ";".join(address(sheet, column, 0) for column in range(len(arguments)))
        whole: Any = expected(function, arguments)
        rows = whole if isinstance(whole, tuple) else ((whole,),)
        shows = array_answer(sheet, FREE, 0, len(rows[0]), len(rows), f"={function.name}({cells})")
        assert shows == rows, arguments
        sheet.getCellRangeByPosition(0, 0, FREE + 10, 40).clearContents(1023)


@pytest.mark.parametrize("function", OF_BLOCKS, ids=named)
@pytest.mark.parametrize("fault", [None, CellError.DIV0, "看不懂", -5.0])
def test_a_block_is_read_with_its_blanks_and_errors(sheet: Any, function: CellFunction, fault: Any) -> None:
    blocks = [[list(row) for row in block] for block in blocks_for(function)]
    blocks[-1][-1][2] = fault
    whole: Any = call(function.name, [tuple(map(tuple, block)) for block in blocks])
    rows = whole if isinstance(whole, tuple) else ((whole,),)
    starts = [sum(len(block) + 1 for block in blocks[:at]) for at in range(len(blocks))]
    places = [put(sheet, 0, start, block) for start, block in zip(starts, blocks, strict=True)]
    formula = f"={function.name}({';'.join(places)})"
    assert array_answer(sheet, FREE, 0, len(rows[0]), len(rows), formula) == rows


@pytest.mark.parametrize(
    ("formula", "shows"),
    [
        ("=CCG_X(8000)", 2.0),
        ("=CCG_X(A1)", CellError.NA),
        ('=CCG_X("")', CellError.NA),
        ('=CCG_X("八千")', CellError.VALUE),
        ("=CCG_X(-1)", CellError.NUM),
        ("=CCG_X(1/0)", CellError.DIV0),
        ("=CCG_X(A1;NA())", CellError.NA),
        ('=CCG_X(8000;"R-00000000")', CellError.VALUE),
        ("=CCG_X(8000;A1)", 2.0),
        ("=CCG_X(8000;CCG_RULES())", 2.0),
        ("=CCG_STAR(CCG_STAR_SCORE(CCG_X(120000);CCG_Y(99)))", "五星级"),
        ('=CCG_CHECK("CCG_X";8000)', ""),
        ("=SUM(CCG_X(8000);CCG_X(120000))", 7.0),
    ],
)
def test_the_error_rules_hold(sheet: Any, formula: str, shows: object) -> None:
    assert answer(sheet, FREE, 0, formula) == shows


def test_a_rule_version_changes_with_the_rule_table(sheet: Any) -> None:
    table = put(sheet, 0, 0, [["等级", "下限", "X"], ["五级", 100000.0, 5.0]])
    assert answer(sheet, FREE, 0, "=CCG_RULES()") == call("CCG_RULES", [])
    assert answer(sheet, FREE, 1, f"=CCG_RULES({table})") == CellError.VALUE


def test_calc_refuses_an_error_value_in_a_range_for_what_may_be_left_out(sheet: Any) -> None:
    """Calc itself answers Err:504 before the add-in is asked; single cells pass their error through."""
    table = put(sheet, 0, 0, [["等级"], [CellError.NA]])
    assert answer(sheet, FREE, 0, f"=CCG_RULES({table})") == "Err:504"
    assert answer(sheet, FREE, 0, f'=CCG_CHECK("CCG_X";{table})') == "Err:504"
    assert answer(sheet, FREE, 0, '=CCG_CHECK("CCG_X";A2)') == CellError.NA


def test_calc_hands_a_check_a_blank_cell_as_zero(sheet: Any) -> None:
    assert answer(sheet, FREE, 0, '=CCG_CHECK("CCG_X";A1)') == ""
    assert answer(sheet, FREE, 0, '=CCG_CHECK("CCG_X";"")') == call("CCG_CHECK", ["CCG_X", None])


def test_calc_has_no_place_for_a_range_of_safety_options(sheet: Any) -> None:
    """An optional argument comes whole, the others cell by cell."""
    good = rows_for(FUNCTIONS["CCG_CREDIT"])[0][:9]
    put(sheet, 0, 0, [good, good])
    columns = ";".join(address(sheet, column, 0, 1, 2) for column in range(9))
    answers = array_answer(sheet, FREE, 0, 1, 2, f"=CCG_CREDIT({columns};{address(sheet, 10, 0, 1, 2)})")
    assert answers == ((CellError.VALUE,), (CellError.VALUE,))


def test_a_range_in_a_plain_formula_means_the_cell_of_its_own_row(sheet: Any) -> None:
    put(sheet, 0, 0, [[8000.0], [120000.0], [None]])
    assert [answer(sheet, FREE, row, "=CCG_X(A1:A3)") for row in range(3)] == [2.0, 5.0, CellError.NA]


def test_numbers_keep_fifteen_digits(sheet: Any) -> None:
    put(sheet, 0, 0, [[0.1 + 0.2], [123456789.012345]])
    assert answer(sheet, FREE, 0, "=CCG_STAR_SCORE(A1;1)") == 0.3
    assert answer(sheet, FREE, 0, "=CCG_STAR_SCORE(A2;1)") == 123456789.012345


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=named)
def test_the_function_wizard_shows_the_declared_texts(addin_office: Office, function: CellFunction) -> None:
    described = addin_office.service("com.sun.star.sheet.FunctionDescriptions").getByName(function.name)
    texts = {entry.Name: entry.Value for entry in described}
    assert texts["Description"] == function.description
    assert [(one.Name, one.Description, one.IsOptional) for one in texts["Arguments"]] == [
        (argument.label, argument.help, argument.optional) for argument in function.arguments
    ]


def test_every_self_check_of_the_shipped_workbook_is_green(addin_open: Opener, template: Any) -> None:
    document = addin_open(template)
    document.calculateAll()
    page = document.getSheets().getByName(SHEET["自检"].name)
    cursor = page.createCursor()
    cursor.gotoEndOfUsedArea(False)
    verdicts = [
        (page.getCellByPosition(1, row).getString(), page.getCellByPosition(2, row).getString(),
         page.getCellByPosition(3, row).getString(), page.getCellByPosition(4, row).getString())
        for row in range(cursor.getRangeAddress().EndRow + 1)
        if page.getCellByPosition(5, row).getString() == "不通过"
    ]  # fmt: skip
    assert verdicts == []
    result = document.NamedRanges.getByName(SELF_CHECK_RESULT).getReferredCells()
    assert shown(result.getCellByPosition(0, 0)).startswith("全部通过"), result.getDataArray()


def test_the_add_in_answers_the_shipped_workbook_itself(addin_open: Opener, template: Any) -> None:
    """Its own VBA, which bears the same names, is not asked: the formulas stand as the add-in's."""
    document = addin_open(template)
    cell = document.getSheets().getByName("自检").getCellByPosition(200, 0)
    cell.setFormula("=CCG_X(8000)")
    tokens = [token.Data for token in cell.getTokens()]
    assert "org.ccgrade.CellFunctions.CCG_X" in tokens
