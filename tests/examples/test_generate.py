"""The example files hold what their README promises, and the generator makes them again."""

import csv
import functools
import io
import re
import zipfile

import openpyxl
import pytest

from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.layout import COLUMN, INPUT_COLUMNS
from examples.customers import clean_customers
from examples.generate import (
    MESSY_CSV,
    MESSY_CUSTOMERS,
    MESSY_WORKBOOK,
    main,
    messy_csv,
    messy_workbook,
)
from examples.mess import GBK_CSV, HEADERS, REVISED_COPIES, VERBATIM_COPIES, WORKBOOK, header_texts

ROWS = MESSY_CUSTOMERS + VERBATIM_COPIES + REVISED_COPIES + 1


def rows_of_csv():
    return list(csv.reader(io.StringIO(MESSY_CSV.read_bytes().decode("gbk"), newline="")))


@functools.cache
def sheet_of_workbook():
    return openpyxl.load_workbook(MESSY_WORKBOOK).worksheets[0]


def columns(medium):
    """The data columns by their name in the 客户 table, texts and values as the file holds them."""
    if medium is GBK_CSV:
        rows = [[cell or None for cell in row] for row in rows_of_csv()[1:]]
    else:
        rows = [list(row) for row in sheet_of_workbook().iter_rows(min_row=3, values_only=True)]
    return dict(zip(HEADERS, zip(*rows, strict=True), strict=True))


MEDIA = pytest.mark.parametrize("medium", [GBK_CSV, WORKBOOK], ids=["csv", "workbook"])


def count(cells, pattern):
    return sum(bool(re.search(pattern, cell)) for cell in cells if isinstance(cell, str))


def test_the_generator_makes_the_committed_csv_again():
    assert messy_csv(clean_customers(MESSY_CUSTOMERS)) == MESSY_CSV.read_bytes()


def test_the_generator_makes_the_committed_workbook_again():
    """Part by part: how tightly a zip is packed differs between builds of zlib."""

    def parts(content):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return {name: package.read(name) for name in package.namelist()}

    assert parts(messy_workbook(clean_customers(MESSY_CUSTOMERS))) == parts(MESSY_WORKBOOK.read_bytes())


@MEDIA
def test_the_rows_add_up(medium):
    numbers = columns(medium)["客户编号"]
    assert len(numbers) == ROWS
    assert numbers[-1] == "合计"
    assert len({re.sub(r"\D", "", str(number)).lstrip("0０") for number in numbers[:-1]}) <= MESSY_CUSTOMERS


def test_the_csv_is_gbk_and_nothing_else():
    content = MESSY_CSV.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert content.count(b"\r\n") == ROWS + 1


def test_the_csv_headers_are_synonyms_with_units():
    headers = rows_of_csv()[0]
    assert headers == header_texts(GBK_CSV)
    assert "月均气量(m3/月)" in headers
    assert set(headers) & set(COLUMN) == set()


def test_the_workbook_has_a_merged_header_of_two_rows():
    sheet = sheet_of_workbook()
    merged = {str(area) for area in sheet.merged_cells.ranges}
    upper, lower = ([cell.value for cell in sheet[row]] for row in (1, 2))
    assert {"A1:H1", "W1:W2"} <= merged
    assert [text for text in upper if text] == ["基本信息", "合同与场所", "用气与缴费", "安全与失信", "备注"]
    assert "月均气量(m³/月)" in lower
    assert sheet.max_row == ROWS + 2


@MEDIA
def test_verbatim_copies_repeat_a_whole_row(medium):
    rows = list(zip(*columns(medium).values(), strict=True))
    assert len(rows) - len(set(rows)) == VERBATIM_COPIES


@MEDIA
def test_customer_numbers_lost_their_leading_zeros(medium):
    numbers = columns(medium)["客户编号"]
    lost = [number for number in numbers if re.fullmatch(r"10\d{6}", str(number))]
    assert len(lost) >= 30
    assert count(numbers, r"^0010\d{6}$") > 500
    assert any(isinstance(number, int) for number in lost) == medium.typed


@MEDIA
@pytest.mark.parametrize(
    ("name", "pattern", "least"),
    [
        ("客户编号", "[０-９]{8}", 4),
        ("月均用气量", "[０-９]", 10),
        ("逾期次数", "[０-９]", 6),
        ("月均用气量", r"\d,\d{3}", 20),
        ("月均气费", r"\d,\d{3}\.\d\d", 20),
        ("月均气费", "元$", 10),
        ("月均用气量", "(m3|m³)$", 10),
        ("最长逾期天数", "天$", 10),
        ("逾期次数", "次$", 10),
        ("开户日期", r"^\d{4}\.\d\d\.\d\d$", 100),
        ("开户日期", r"^\d{4}年\d{1,2}月\d{1,2}日$", 100),
        ("用气单位性质", "民营企也|个休工商户", 1),
        ("用气单位所属", "租凭", 1),
        ("用气单位性质", "民企|国企|个体户", 5),
        ("客户名称", "^=1[+]1$", 1),
        ("客户名称", "^@", 1),
        ("地址", "^[-+]", 2),
        ("备注", "档案室", 10),
    ],
)
def test_the_mess_is_there(medium, name, pattern, least):
    assert count(columns(medium)[name], pattern) >= least


@MEDIA
def test_options_are_left_blank(medium):
    table = columns(medium)
    for name in ("用气单位性质", "合同签订", "用气单位所属", "缴费方式"):
        assert table[name][:-1].count(None) >= 15


def test_dates_are_written_in_four_notations():
    texts = columns(GBK_CSV)["开户日期"]
    assert count(texts, r"^\d{4}-\d\d-\d\d$") > 100
    assert count(texts, r"^\d{4}/\d{1,2}/\d{1,2}$") > 100
    cells = columns(WORKBOOK)["开户日期"]
    assert count(cells, r"^\d{8}$") > 100
    assert sum(hasattr(cell, "year") for cell in cells) > 100


def test_stray_spaces_are_full_width_in_the_csv_and_no_break_in_the_workbook():
    for medium, space in ((GBK_CSV, "\u3000"), (WORKBOOK, "\u00a0")):
        table = columns(medium)
        assert count(table["客户名称"], f"^{space}|{space}$") >= 8
        assert count(table["缴费方式"], f"^{space}|{space}$") >= 8


def test_no_text_became_a_formula_in_the_workbook():
    assert not any(cell.data_type == "f" for row in sheet_of_workbook().iter_rows() for cell in row)


def test_clean_customers_are_the_same_whenever_made():
    assert clean_customers(50).equals(clean_customers(50))


def test_clean_customers_fill_the_input_columns_with_known_options():
    customers = clean_customers(2000)
    known = {(option.indicator, option.name) for option in RuleSet.default().options}
    assert list(customers) == [column.name for column in INPUT_COLUMNS]
    assert customers["客户编号"].is_unique
    for name in {indicator for indicator, _ in known}:
        assert {(name, text) for text in customers[name]} <= known
    assert (customers[["月均用气量", "月均气费", "在用月数"]].min() >= 0).all()


def test_large_users_are_works_plants_and_hospitals():
    customers = clean_customers(5000)
    large = customers["月均用气量"] >= 100_000
    assert 0.01 < large.mean() < 0.06
    assert not (large & (customers["用气单位性质"] == "个体工商户")).any()


def test_a_clean_workbook_is_written_on_request(tmp_path):
    main(["--clean", "30", str(tmp_path / "clean.xlsx")])
    rows = list(openpyxl.load_workbook(tmp_path / "clean.xlsx").active.values)
    assert rows[0] == tuple(column.name for column in INPUT_COLUMNS)
    assert len(rows) == 31
    assert rows[1][0] == clean_customers(30)["客户编号"][0]
