"""What a list is closed with is told from customers, and where that is not sure the row is a customer."""

from itertools import product

import pytest

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.footers import footer_in, is_doubtful, is_total

TOTALS = [
    "".join(words)
    for words in product(("", "本页", "累计", "全部", "户数"), ("合计", "总计", "小计", "共计", "总和"))
]
LABELS = ["制表", "编制", "填表", "填报", "审核", "复核", "审批", "批准", "经办", "打印", "导出", "统计"]


@pytest.mark.parametrize("text", TOTALS)
def test_a_row_of_totals_is_told_by_its_first_text(text: str) -> None:
    assert is_total([text])
    assert is_total([None, 3.0, " ", f" {text}：", "20 户"])
    assert footer_in(text) == footer_in(f"{text}:20") == "这是合计行"


@pytest.mark.parametrize(
    "row",
    [
        [],
        [None, 1.0, CellError.NA],
        ["Total"],
        ["0001", "合计"],
        ["不合计"],
        ["合同"],
        [" ", "0001", "合计"],
    ],
)
def test_a_row_that_says_no_total_first_is_none(row: list[CellValue]) -> None:
    assert not is_total(row)


@pytest.mark.parametrize(("text", "total"), [("合计" + "气" * 9, True), ("合计" + "气" * 10, False)])
def test_a_text_of_twelve_letters_may_be_a_company_unless_it_stands_for_a_number(
    text: str, total: bool
) -> None:
    assert is_total([1.0, text]) is total
    assert footer_in(text) == "这是合计行"


@pytest.mark.parametrize(
    "text",
    [
        *LABELS,
        *(f"{label}{who}" for label in LABELS for who in ("人", "员", "日期", "时间", "单位", "部门")),
        *(f"{label}人03" for label in LABELS),
        *(f"{label}李四" for label in LABELS),
        *("负责人", "单位负责人李四", "部门负责人 3", "备注", "附注", "注", "说明", "以下空白"),
        *("第3页", "第 3 页", "共12页", "共12户", "共12行", "共12条", "3/5页", "清单第3页"),
        *("甲：1", "甲 :1", "甲，1", "甲；1", "甲！1", "甲？1", "数据截至8月31日。", "1。", "1！", "1？"),
    ],
)
def test_a_remark_in_place_of_a_number_is_cited(text: str) -> None:
    assert footer_in(text) == f"“{text}”是表尾的说明，不是客户编号"


@pytest.mark.parametrize("text", ["以上由 财务提供", "以上由　财务提供", "甲  乙"])
def test_words_apart_without_a_digit_are_no_number(text: str) -> None:
    assert footer_in(text) == f"“{' '.join(text.split())}”是隔开的几个词，不是客户编号"


@pytest.mark.parametrize(
    "number",
    [
        *(None, 12.0, True, CellError.NA, "", "0001", "A:01", "Total", "3/5", "a b"),
        *(f"{label}3" for label in LABELS),
        *("甲", "城东001", "城东 001", "城东 一区 8", "东 8 区 1", "注01", "备注1", "以下空白1", "第3", "共3", "3页"),
        *("甲 乙厂1", " 甲厂 ", "1：2", "不合计"),
    ],
)  # fmt: skip
def test_what_may_be_a_customer_number_is_no_footer(number: CellValue) -> None:
    assert footer_in(number) is None


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("说明：" + "甲" * 17, "说明：" + "甲" * 17),
        ("说明：" + "甲" * 18, "说明：" + "甲" * 17 + "…"),
        ("说明：\n  甲", "说明： 甲"),
    ],
)
def test_a_long_remark_is_cited_by_its_first_twenty_letters(text: str, cited: str) -> None:
    assert footer_in(text) == f"“{cited}”是表尾的说明，不是客户编号"


@pytest.mark.parametrize(
    ("number", "doubtful"), [("甲", True), ("Total", True), ("甲1", False), ("１号", False)]
)
def test_a_number_without_a_digit_is_doubtful(number: str, doubtful: bool) -> None:
    assert is_doubtful(number) is doubtful
