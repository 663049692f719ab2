"""The committed template is what the sources build, and every sheet in it is sound."""

import re
import warnings
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from addin import build
from addin.packaging import read_package
from addin.vba.texts import MESSAGES, WIZARD_NAME, wizard_rows
from addin.workbook.self_check import formula_of, value_of
from addin.workbook.self_check_cases import CASES, Case
from addin.workbook.trial import INPUTS
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.functions import FUNCTIONS
from ccgrade_xl.meters.settings import DEFAULT, settings_from_tables, settings_tables
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.tables import RULE_TABLES, rules_from_tables
from ccgrade_xl.workbook import names
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE, INPUT_COLUMNS, SHEETS
from ccgrade_xl.workbook.overview import BLOCKS, OverviewBlock


@pytest.fixture(scope="module")
def built() -> bytes:
    return build.build_template()


@pytest.fixture(scope="module")
def book(built: bytes) -> Workbook:
    """The template with its formulas, as an independent reader sees it."""
    return _read(built, data_only=False)


@pytest.fixture(scope="module")
def shown(built: bytes) -> Workbook:
    """The template with the values its formulas are shipped with."""
    return _read(built, data_only=True)


def _read(package: bytes, *, data_only: bool) -> Workbook:
    with warnings.catch_warnings():
        # Data bars as of Excel 2010, and a print area of whole columns, are more than this reader knows.
        warnings.filterwarnings("ignore", ".*(extension is not supported|Print area cannot)", UserWarning)
        return load_workbook(BytesIO(package), data_only=data_only)


def _range(book: Workbook, name: str) -> tuple[str, tuple[int, int, int, int]]:
    ((sheet, place),) = book.defined_names[name].destinations
    return sheet, range_boundaries(place)


def _formulas(book: Workbook) -> list[str]:
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f")
    return [getattr(cell.value, "text", cell.value) for cell in cells]


@pytest.mark.parametrize("name", build.BUILDERS)
def test_the_committed_file_is_what_the_sources_build(name: str) -> None:
    committed, fresh = (build.ROOT / build.HOMES[name] / name).read_bytes(), build.BUILDERS[name]()
    then, now = read_package(committed), read_package(fresh)
    changed = sorted(part for part in then.keys() | now.keys() if then.get(part) != now.get(part))
    assert not changed, f"run python -m addin.build and commit {name}"
    assert committed == fresh


def test_one_command_writes_three_files_that_are_the_same_every_time(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        build.main([str(tmp_path / folder)])
    for name in build.BUILDERS:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_the_sheets_stand_in_the_order_of_the_layout(book: Workbook) -> None:
    assert book.sheetnames == [sheet.name for sheet in SHEETS]


def test_the_customer_table_has_the_columns_of_the_layout_and_one_empty_row(book: Workbook) -> None:
    table = book["客户数据"].tables[CUSTOMER_TABLE]
    assert [column.name for column in table.tableColumns] == [column.name for column in CUSTOMER_COLUMNS]
    _, first, _, last = range_boundaries(table.ref)
    assert (first, last) == (2, 3)
    assert all(cell.value is None for cell in book["客户数据"][3])


@pytest.mark.parametrize("column", [c for c in INPUT_COLUMNS if c.kind == "option"], ids=lambda c: c.name)
def test_every_option_column_has_a_dropdown_down_to_row_20002(book: Workbook, column) -> None:
    at = CUSTOMER_COLUMNS.index(column)
    letter = book["客户数据"].cell(2, at + 1).column_letter
    lists = [
        check
        for check in book["客户数据"].data_validations.dataValidation
        if check.type == "list" and f"{letter}3:{letter}20002" in str(check.sqref)
    ]
    assert len(lists) == 1
    source = lists[0].formula1
    assert source.startswith('"在用,') or source in book.defined_names


def test_nothing_in_the_book_is_merged(book: Workbook) -> None:
    assert not [sheet.title for sheet in book if sheet.merged_cells.ranges]


def test_the_rule_tables_of_the_sheet_are_the_default_rules(book: Workbook) -> None:
    sheet, tables = book["评分规则"], {}
    assert set(sheet.tables) == {*RULE_TABLES, *settings_tables()}
    for table in sheet.tables.values():
        headers, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
        tables[table.name] = (headers, rows)
    meters = {name: tables.pop(name) for name in settings_tables()}
    assert settings_from_tables(meters) == DEFAULT
    assert rules_from_tables(tables).version == RuleSet.default().version


def test_the_version_cell_names_every_rule_table_and_shows_the_default_version(
    book: Workbook, shown: Workbook
) -> None:
    sheet, (left, top, *_) = _range(book, "规则版本")
    formula = book[sheet].cell(top, left).value
    assert re.findall(r"(\w+)\[#All\]", formula) == list(RULE_TABLES)
    assert shown[sheet].cell(top, left).value == RuleSet.default().version


def test_the_effective_weights_beside_the_indicators_are_those_of_the_rules(shown: Workbook) -> None:
    sheet = shown["评分规则"]
    left, top, _, last = range_boundaries(sheet.tables["信用指标"].ref)
    shares = {
        sheet.cell(row, left).value: sheet.cell(row, left + 4).value for row in range(top + 1, last + 1)
    }
    assert shares == pytest.approx(
        {indicator.name: RuleSet.default().weights[indicator.key] / 100 for indicator in INDICATORS}
    )


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_an_overview_block_has_its_shape_its_labels_and_its_headers(
    book: Workbook, block: OverviewBlock
) -> None:
    sheet, (left, top, right, bottom) = _range(book, block.name)
    assert (sheet, bottom - top + 1, right - left + 1) == ("分级概览", *block.shape)
    page = book[sheet]
    if block.shape[1] > 1:
        assert tuple(page.cell(top - 1, left + at).value for at in range(block.shape[1])) == block.headers
        labels = [page.cell(top + at, left).value for at in range(block.rows)]
        assert [label for label in labels if label] == list(block.labels)


@pytest.mark.parametrize("name", [names.TRIAL_CUSTOMER, names.STRATEGY_CUSTOMER, names.SELF_CHECK_RESULT])
def test_the_cells_commands_go_to_are_single_cells(book: Workbook, name: str) -> None:
    _, (left, top, right, bottom) = _range(book, name)
    assert (left, top) == (right, bottom)


def test_customer_numbers_are_typed_as_text_so_that_zeros_stay(book: Workbook) -> None:
    for name in (names.TRIAL_CUSTOMER, names.STRATEGY_CUSTOMER):
        sheet, (left, top, *_) = _range(book, name)
        assert book[sheet].cell(top, left).number_format == "@"
    assert book["客户数据"]["A3"].number_format == "@"


def test_the_macros_find_their_texts(book: Workbook) -> None:
    for name, text in MESSAGES.items():
        sheet, (left, top, *_) = _range(book, name)
        assert book[sheet].cell(top, left).value == text
    sheet, (left, top, right, bottom) = _range(book, WIZARD_NAME)
    cells = book[sheet].iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right, values_only=True)
    assert [tuple(value or "" for value in row) for row in cells] == wizard_rows()


def test_every_command_has_its_button_on_the_first_sheet(built: bytes) -> None:
    with zipfile.ZipFile(BytesIO(built)) as package:
        drawing = package.read("xl/drawings/vmlDrawing1.vml")
    macros = re.findall(rb"<x:FmlaMacro>\[0\]!CcgCommand_(\w+)</x:FmlaMacro>", drawing)
    assert sorted(macro.decode() for macro in macros) == sorted(COMMANDS)
    assert b"<x:PrintObject>False" not in drawing


def test_every_function_is_in_the_guide_and_in_the_self_check(book: Workbook) -> None:
    guide = {row[1].value for row in book["使用说明"].iter_rows(max_col=2)}
    assert guide >= FUNCTIONS.keys()
    assert {case.function for case in CASES} == FUNCTIONS.keys()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_core_gives_what_the_self_check_expects(case: Case) -> None:
    assert value_of(case) == case.expected


def test_the_self_check_is_shipped_green_with_the_formulas_it_shows(book: Workbook, shown: Workbook) -> None:
    sheet, (left, top, *_) = _range(book, names.SELF_CHECK_RESULT)
    assert shown[sheet].cell(top, left).value == f"全部通过：{len(CASES)} 项"
    rows = {row[1].value: row for row in book["自检"].iter_rows(min_row=7, max_col=6)}
    for case in CASES:
        assert rows[case.name][2].value == rows[case.name][4].value == "=" + formula_of(case)


def test_no_formula_needs_more_than_the_oldest_host_has(book: Workbook) -> None:
    formulas = _formulas(book)
    assert len(formulas) > 200
    newer = re.compile(
        r"_xlfn|\b(LAMBDA|LET|XLOOKUP|FILTER|SORT|UNIQUE|IFS|SWITCH|TEXTJOIN|CONCAT)\(|[A-Z]\d+#|@"
    )
    assert [formula for formula in formulas if newer.search(formula)] == []


def test_formulas_over_what_commands_write_are_shipped_without_a_value(
    book: Workbook, shown: Workbook
) -> None:
    """A host that trusts stored values would go on showing the value of an empty book."""
    over_results = re.compile(rf"=.*(概览_|{CUSTOMER_TABLE}\[)", re.DOTALL)
    found = [
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and over_results.match(cell.value)
    ]
    assert len(found) > 50
    assert [place for place in found if shown[place[0]][place[1]].value not in (None, "")] == []


def test_trial_asks_for_every_column_that_decides_a_grade(book: Workbook) -> None:
    labels = {row[1].value for row in book["试算"].iter_rows(max_col=2)}
    assert {column.name for column in INPUTS} <= labels
    credit = {name for indicator in INDICATORS for name in indicator.inputs}
    assert credit | {"客户状态", "月均用气量", "在用月数", "否决事项", "否决日期"} == {c.name for c in INPUTS}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_sheet_prints_on_a4_with_page_numbers_and_has_its_tab_colour(book: Workbook, sheet) -> None:
    page = book[sheet.name]
    assert page.page_setup.paperSize == 9
    assert "&P" in page.oddFooter.center.text
    # areas which this reader does not know
    whole_columns = {"客户数据", "培训自测", "人员分工", "待核实", "远程抄表"}
    assert page.print_area or sheet.name in whole_columns
    assert page.sheet_properties.tabColor.rgb[-6:] == sheet.tab_color.lstrip("#")
    assert page.sheet_properties.codeName == sheet.code_name


def test_customers_print_number_name_and_results_under_repeated_headers(book: Workbook, built: bytes) -> None:
    assert "客户数据!$W:$AL<" in read_package(built)["xl/workbook.xml"].decode()
    page = book["客户数据"]
    assert page.print_title_rows == "$1:$2"
    assert page.print_title_cols == "$A:$B"
    assert page.freeze_panes == "C3"


def test_each_figure_of_a_change_has_a_format_of_its_own(book: Workbook) -> None:
    place = book.defined_names["概览_变化"].attr_text.rpartition("!")[2].replace("$", "")
    rows = {row[0].value: row for row in book["分级概览"][place]}
    formats = {label: [cell.number_format for cell in row[1:]] for label, row in rows.items()}
    assert formats["参评户数"] == formats["月总气量（m³）"] == ["#,##0", "#,##0", "+#,##0;-#,##0;0"]
    assert formats["平均信用得分"] == ["0.0", "0.0", "+0.0;-0.0;0"]
    assert formats["估计欠费（万元）"] == ["#,##0.00", "#,##0.00", "+#,##0.00;-#,##0.00;0"]
