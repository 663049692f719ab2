"""A report is one file: its numbers are those of the page, its charts and its font are inside."""

import datetime as dt
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ccgrade_xl.casework.trend import MonthFigures
from ccgrade_xl.cli import DONE, app
from ccgrade_xl.errors import FileFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.reports import fonts
from ccgrade_xl.reports.charts import COLORS, GREY, WHITE, Box, Words, columns, stacked
from ccgrade_xl.reports.content import Report, shown
from ccgrade_xl.reports.html import html_page
from ccgrade_xl.reports.pdf import PAGES, pdf_file
from ccgrade_xl.rules.ruleset import STARS, RuleSet
from ccgrade_xl.sample import grade_table
from ccgrade_xl.workbook.book import Table
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE
from ccgrade_xl.workbook.overview import BLOCKS, BY_STAR, TOTALS, TREND
from ccgrade_xl.workbook.overview_page import overview_rows
from ccgrade_xl.workbook.template import new_book

AS_OF = dt.date(2026, 5, 31)
HEADERS = (
    "客户编号",
    "客户名称",
    "客户状态",
    "月均用气量",
    "逾期次数",
    "最长逾期天数",
    "当前欠费天数",
    "预收气费余额",
    "月均气费",
)
ROWS = [
    [f"{at:04}", f"<b>{at}&号厂</b>", "在用", 9000.0 * at, 0.0, 0.0, 15.0, 3000.0 * at, 20000.0]
    for at in range(1, 25)
]
TABLE = Table("客户", HEADERS, ROWS)
PAST = [
    MonthFigures(f"2026-{at:02}", 20 + at, 1e6, 70.0, dict.fromkeys(STARS, at), 1e5) for at in range(1, 5)
]

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def report(past: list[MonthFigures] = PAST) -> Report:
    grades = grade_table(TABLE, RuleSet.default(), AS_OF)
    return Report(overview_rows(TABLE, grades, past), "上次月结：2026年4月。")


class Cells(HTMLParser):
    """The texts of a page and the addresses it asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.addresses: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href", "data")]
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("rect",):
            return
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href", "data")]

    def handle_data(self, data):
        self.texts.append(data.strip())


def read(page: str) -> Cells:
    cells = Cells()
    cells.feed(page)
    assert cells.open == []
    return cells


def test_a_page_asks_for_nothing_and_holds_no_script() -> None:
    page = html_page(report())
    assert read(page).addresses == []
    assert not re.search(r"<script|https?://|@import|url\(", page)


def test_every_cell_of_every_block_stands_on_the_page() -> None:
    made = report()
    texts = read(html_page(made)).texts
    for block in BLOCKS:
        if block is TOTALS or block.name == "概览_趋势":
            continue
        for row in made.table(block):
            assert [cell for cell in row if cell and cell not in texts] == [], block.name
    assert {text for _, text in made.figures()} <= set(texts)


def test_a_customers_name_cannot_become_markup() -> None:
    page = html_page(report())
    assert "<b>24&号厂</b>" not in page
    assert "<b>24&号厂</b>" in read(page).texts


def test_charts_are_drawn_inside_the_page() -> None:
    assert html_page(report()).count("<svg") == 2
    assert html_page(report([])).count("<svg") == 1


def test_charts_show_the_numbers_of_their_tables() -> None:
    made = report()
    stars, trend = (
        [re.findall(r">([^<]*)</text>", picture), re.findall(r'<rect .*? height="([^"]*)"', picture)]
        for picture in re.findall(r"<svg.*?</svg>", html_page(made))
    )
    assert stars[0] == [text for row in made.table(BY_STAR) for text in (row[1], row[0])]
    rows, names = made.table(TREND), list(TREND.headers[1:])
    assert trend[0][-len(names) :] == names
    counts = [[float(cell) for cell in reversed(row[1:])] for row in rows]
    tallest = max(map(sum, counts))
    drawn = [float(height) for height in trend[1][1 : -len(names)]]
    assert drawn == pytest.approx([166 * each / tallest for row in counts for each in row], abs=0.05)


def test_the_same_report_is_the_same_bytes() -> None:
    assert html_page(report()) == html_page(report())
    assert pdf_file(report()) == pdf_file(report())


@needs_poppler
@pytest.mark.parametrize("past", [PAST, []], ids=["months", "no month"])
def test_a_pdf_carries_its_font_and_says_everything(tmp_path: Path, past) -> None:
    made, path = report(past), tmp_path / "r.pdf"
    path.write_bytes(pdf_file(made))
    listed = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout
    chinese = [line for line in listed.splitlines()[2:] if "Helvetica" not in line]
    assert chinese
    assert all(line.split()[-5] == "yes" for line in chinese), listed
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    assert text.count("\f") == PAGES
    for block in BLOCKS:
        if block is TOTALS or block.name == "概览_趋势":
            continue
        for row in made.table(block):
            assert [cell for cell in row if cell and cell not in text] == [], block.name
    leaders = text.split("\f")[0]
    assert all(
        words in leaders for words in ("与上次月结相比", "欠费风险", "覆盖月数", "各星级户数", "上次月结")
    )


def test_without_a_chinese_font_a_pdf_is_refused_and_html_offered(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(fonts, "_candidates", lambda: [tmp_path / "none.ttf"])
    with pytest.raises(FileFault, match="或改用网页"):
        pdf_file(report())


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234.5, "#,##0", "1,234"), (0.347, "0.0%", "34.7%"), (0.347, "0%", "35%"), (77.66, "0.0", "77.7"),
        (None, "0", ""), ("五星级", "@", "五星级"), (dt.date(2026, 5, 31), "yyyy-mm-dd", "2026-05-31"),
        (3.04, "+0.0;-0.0;0", "+3.0"), (-1024.0, "+#,##0;-#,##0;0", "-1,024"), (0.0, "+#,##0.00;-#,##0.00;0", "0"), (549.0, "#,##0", "549"),
    ],
)  # fmt: skip
def test_a_cell_is_shown_as_a_spreadsheet_shows_it(value, number_format, text) -> None:
    assert shown(value, number_format) == text


def test_what_is_not_known_is_a_dash_among_the_figures() -> None:
    empty = Report({TOTALS.name: [[None]] * len(TOTALS.labels)}, "")
    assert empty.subtitle == "评级日期 —    规则版本 —"
    assert empty.figures() == [
        (name, "—")
        for name in ("参评户数", "月总气量（m³/月）", "待定户数", "否决户数", "平均信用得分", "平均完整度")
    ]


def test_a_blank_row_is_no_row_and_what_is_no_number_counts_as_none() -> None:
    rows = [[None, None], ["无", 3.0], [None, 0.0]]
    made = Report({BY_STAR.name: rows}, "")
    assert len(made.table(BY_STAR)) == 2
    assert (made.numbers(BY_STAR, 0), made.numbers(BY_STAR, 1)) == ([0, 0, 0], [0, 3, 0])


def test_columns_stand_side_by_side_with_their_texts_above_and_labels_below() -> None:
    assert columns(["一", "二"], [1.0, 2.0], ["a", "b"], 100, 132) == [
        Box(0, 118, 100, 0.6, "#BFC9D6"),
        Box(10, 68, 30, 50, COLORS[0]), Words(25, 64, "a"), Words(25, 129, "一", color=GREY),
        Box(60, 18, 30, 100, COLORS[1]), Words(75, 14, "b"), Words(75, 129, "二", color=GREY),
    ]  # fmt: skip
    nothing = [each for each in columns(["一"], [0.0], [""], 100, 132) if isinstance(each, Box)]
    assert nothing[1].height == 0


def test_stacked_columns_have_their_numbers_where_there_is_room_and_a_legend() -> None:
    assert stacked(["一"], [[9.0], [91.0]], ["上", "下"], 160, 124) == [
        Box(0, 110, 100, 0.6, "#BFC9D6"),
        Box(15, 19, 70, 91, COLORS[1]), Words(50, 67, "91", 7, WHITE),
        Box(15, 10, 70, 9, COLORS[0]), Words(50, 17, "9", 7, WHITE),
        Words(50, 121, "一", 7, GREY),
        Box(110, 12, 8, 8, COLORS[0]), Words(122, 19, "上", anchor="start"),
        Box(110, 26, 8, 8, COLORS[1]), Words(122, 33, "下", anchor="start"),
    ]  # fmt: skip
    narrow = stacked(["一"], [[8.0], [92.0]], ["上", "下"], 160, 124)
    assert [each.text for each in narrow if isinstance(each, Words)] == ["92", "一", "上", "下"]
    assert [each.height for each in stacked(["一"], [[0.0]], [], 160, 124) if isinstance(each, Box)] == [
        0.6,
        0,
    ]


def test_columns_are_as_tall_as_their_numbers() -> None:
    values = report().numbers(BY_STAR, 1)
    drawn = [s for s in columns(BY_STAR.labels, values, [""] * 6, 300, 132) if isinstance(s, Box)][1:]
    assert [box.height / 100 for box in drawn] == pytest.approx([value / max(values) for value in values])


def test_stacked_columns_fill_the_height_of_the_largest_month() -> None:
    series = [[1.0, 2.0], [3.0, 6.0]]
    boxes = [s for s in stacked(["一", "二"], series, ["上", "下"], 260, 124) if isinstance(s, Box)]
    second = [box for box in boxes[1:] if box.x == pytest.approx(115)]
    assert sum(box.height for box in second) == pytest.approx(100)


def test_the_command_line_writes_both_and_leaves_the_book_alone(tmp_path: Path) -> None:
    book = tmp_path / "簿.xlsm"
    new_book(book)
    opened = ClosedFileBook(book)
    given = [dict(zip(HEADERS, row, strict=True)) for row in ROWS]
    rows = [[customer.get(column.name) for column in CUSTOMER_COLUMNS] for customer in given]
    opened.replace_rows(CUSTOMER_TABLE, rows)
    opened.commit()
    before = book.read_bytes()
    for name in ("报告.html", "报告.pdf"):
        done = CliRunner().invoke(
            app, ["report", str(book), "-o", str(tmp_path / name), "--as-of", "2026-05-31"]
        )
        assert done.exit_code == DONE
        assert (tmp_path / name).stat().st_size > 5000
    assert book.read_bytes() == before
    refused = CliRunner().invoke(app, ["report", str(book), "-o", str(tmp_path / "报告.docx")])
    assert "不能写成“.docx”" in str(refused.exception)
