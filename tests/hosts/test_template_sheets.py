"""The shipped workbook in LibreOffice with the add-in: its own formulas live, follow the rules, and agree."""

import re
import shutil
import subprocess
from collections import Counter

import pytest

from addin.workbook.home import FIGURE_ROW
from addin.workbook.self_check_cases import CASES
from addin.workbook.strategies import LOOKUP
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import TABLE_BY_FIELD
from ccgrade_xl.rules.tables import rule_tables, rules_from_tables
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS
from tests.hosts import office as libreoffice
from tests.hosts.office import properties

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(bool(libreoffice.why_missing()), reason=libreoffice.why_missing() or "-"),
]

CUSTOMER = {
    "客户编号": "000123", "客户名称": "示例食品厂", "客户状态": "在用", "月均用气量": 12000.0, "在用月数": 12.0,
    "用气单位性质": "民营企业", "合同签订": "自动顺延", "用气单位所属": "租赁一至三年", "逾期次数": 1.0,
    "最长逾期天数": 5.0, "当前欠费天数": 0.0, "缴费方式": "对公转账", "预收气费余额": 10000.0, "月均气费": 20000.0,
    "信用得分": 68.3, "信用等级": "2A", "星级": "三星级",
}  # fmt: skip
"""The second customer of the self-check sample, graded by hand there: 68.3, 2A, 三星级."""


@pytest.fixture
def workbook(addin_open, template):
    document = addin_open(template)
    document.calculateAll()
    return document


def cells_of(workbook, name):
    return workbook.NamedRanges.getByName(name).getReferredCells()


def table_of(workbook, name):
    place = workbook.DatabaseRanges.getByName(name).getDataArea()
    sheet = workbook.Sheets.getByIndex(place.Sheet)
    return sheet, place


def put_customer(workbook):
    sheet, place = table_of(workbook, "客户")
    row = tuple(CUSTOMER.get(column.name, "") for column in CUSTOMER_COLUMNS)
    sheet.getCellRangeByPosition(
        place.StartColumn, place.StartRow + 1, place.EndColumn, place.StartRow + 1
    ).setDataArray((row,))


def by_label(workbook, sheet, label_column, value_column, first, last):
    page = workbook.Sheets.getByName(sheet)
    rows = page.getCellRangeByName(f"{label_column}{first}:{value_column}{last}").getDataArray()
    return {row[0]: row[-1] for row in rows if row[0]}


def test_the_self_check_is_green(workbook) -> None:
    assert cells_of(workbook, "自检_结果").getString() == f"全部通过：{len(CASES)} 项"


def test_the_rule_version_is_that_of_the_default_rules(workbook) -> None:
    assert cells_of(workbook, "规则版本").getString() == RuleSet.default().version


def test_switching_an_indicator_on_changes_the_version_and_the_effective_weights(workbook) -> None:
    sheet, place = table_of(workbook, "信用指标")
    last = place.EndRow
    assert sheet.getCellByPosition(place.StartColumn, last).getString() == "燃气安全状况"
    sheet.getCellByPosition(place.StartColumn + 2, last).setString("是")
    workbook.calculateAll()
    tables = rule_tables(RuleSet.default())
    headers, rows = tables["信用指标"]
    tables["信用指标"] = (headers, [*rows[:-1], (*rows[-1][:2], "是", *rows[-1][3:])])
    rules = rules_from_tables(tables)
    assert cells_of(workbook, "规则版本").getString() == rules.version
    shares = [
        sheet.getCellByPosition(place.StartColumn + 4, place.StartRow + 1 + at).getValue()
        for at in range(len(INDICATORS))
    ]
    assert shares == pytest.approx([rules.weights[indicator.key] / 100 for indicator in INDICATORS])


def test_a_mistake_in_the_rules_is_named_beside_the_version(workbook) -> None:
    sheet, place = table_of(workbook, "用气量分档")
    sheet.getCellByPosition(place.StartColumn + 1, place.StartRow + 1).setString("很多")
    workbook.calculateAll()
    said = sheet.getCellRangeByName("G4").getString()
    assert "用气量分档" in said
    assert "很多" in said


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *(
            (f"选项_{indicator.name}", sum(o.indicator == indicator.name for o in RuleSet.default().options))
            for indicator in INDICATORS
            if indicator.scoring == "option"
        ),
        ("选项_否决事项", len(RuleSet.default().vetoes)),
    ],
)
def test_a_dropdown_offers_every_option_of_its_indicator(workbook, name: str, count: int) -> None:
    cell = workbook.Sheets.getByName("首页").getCellRangeByName("B200")
    cell.setFormula(f"=COUNTA({name})")
    assert cell.getValue() == count


def test_trial_shows_the_chosen_customer_and_grades_her_as_the_whole_sample_does(workbook) -> None:
    put_customer(workbook)
    cells_of(workbook, "试算_客户编号").setString("000123")
    workbook.calculateAll()
    present = by_label(workbook, "试算", "H", "I", 9, 25)
    trial = by_label(workbook, "试算", "H", "J", 9, 25)
    for name in ("信用得分", "信用等级", "星级"):
        assert present[name] == trial[name] == CUSTOMER[name]
    assert set(by_label(workbook, "试算", "H", "K", 9, 25).values()) & {"三星级 → 三星级"} == set()


def test_a_changed_value_shows_what_it_changes_and_the_rest_stays(workbook) -> None:
    put_customer(workbook)
    cells_of(workbook, "试算_客户编号").setString("000123")
    page = workbook.Sheets.getByName("试算")
    inputs = [page.getCellRangeByName(f"B{row}").getString() for row in range(9, 24)]
    page.getCellRangeByName(f"D{9 + inputs.index('预收气费余额')}").setValue(40000)
    workbook.calculateAll()
    changed = by_label(workbook, "试算", "H", "K", 9, 25)
    # Prepaid two months instead of half a month: 40 → 100 points at weight 20, the credit score rises by 12.
    assert changed["信用等级"] == "2A → 4A"
    assert changed["星级"] == "三星级 → 四星级"
    assert changed["信用得分"] == "+12"
    assert changed["X"] == ""
    explained = by_label(workbook, "试算", "B", "C", 30, 50)
    assert explained["星级"] == "四星级"
    assert explained["预收气费"] == "预收2个月"


def test_an_unknown_number_is_said_and_nothing_is_shown(workbook) -> None:
    put_customer(workbook)
    cells_of(workbook, "试算_客户编号").setString("999")
    workbook.calculateAll()
    assert "没有这个客户编号" in workbook.Sheets.getByName("试算").getCellRangeByName("B6").getString()
    assert set(by_label(workbook, "试算", "H", "J", 9, 24).values()) == {""}


def test_a_customer_is_given_the_six_measures_of_her_star(workbook) -> None:
    put_customer(workbook)
    cells_of(workbook, "策略_客户编号").setString("000123")
    workbook.calculateAll()
    measures = by_label(workbook, "差异化策略", "B", "C", LOOKUP + 2, LOOKUP + 10)
    (strategy,) = (each for each in RuleSet.default().strategies if each.star == "三星级")
    aspects = TABLE_BY_FIELD["strategies"].columns[1:]
    assert measures["客户名称"] == CUSTOMER["客户名称"]
    for aspect in aspects:
        assert measures[aspect.header] == getattr(strategy, aspect.attribute)
    assert by_label(workbook, "差异化策略", "B", "E", 6, 6) == {"客户户数": 1.0}


def test_the_first_page_shows_what_the_overview_holds(workbook) -> None:
    cells_of(workbook, "概览_合计").getCellByPosition(0, 1).setValue(590)
    workbook.calculateAll()
    figures = (
        workbook.Sheets.getByName("首页")
        .getCellRangeByName(f"B{FIGURE_ROW + 1}:M{FIGURE_ROW + 2}")
        .getDataArray()
    )
    assert figures[1][0] == "参评户数"
    assert figures[0][0] == 590
    assert figures[0][2] == "—"


PAGES = {"首页": 1, "分级概览": 3, "试算": 1, "待核实": 1, "评级台账": 4, "人员分工": 3, "培训自测": 1}
"""Pages of sheets that are empty: one for each part that stands side by side with others or below them."""


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_no_part_of_a_sheet_is_cut_by_the_edge_of_a_page(workbook, tmp_path) -> None:
    path = tmp_path / "页.pdf"
    workbook.storeToURL(path.as_uri(), properties(FilterName="calc_pdf_Export"))
    read = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)
    printed = Counter(re.findall(r"^ *(\S+) +第 \d+ 页，共 \d+ 页", read.stdout, re.MULTILINE))
    assert {sheet: printed[sheet] for sheet in PAGES} == PAGES
