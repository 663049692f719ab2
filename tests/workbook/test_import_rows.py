"""Every row is imported, rejected with its cause, or blank: none vanishes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl import RuleSet
from ccgrade_xl.errors import BookFault, CellError
from ccgrade_xl.grading.scales import scales_of
from ccgrade_xl.grading.veto import named_vetoes
from ccgrade_xl.workbook.book import Table
from ccgrade_xl.workbook.cells import cell_xml
from ccgrade_xl.workbook.dates import read_date
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, full_width, identifier, meter_numbers
from ccgrade_xl.workbook.import_rows import ImportResult, import_tables, option_words
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from ccgrade_xl.workbook.merge import merge_customers
from ccgrade_xl.workbook.sources import SourceTable, read_source

OPTIONS = option_words(RuleSet.default())
PLACE = {column.name: at for at, column in enumerate(INPUT_COLUMNS)}
EXAMPLE = Path(__file__).parents[2] / "examples" / "messy_customers.xlsx"


def imported(*rows: list[Any], file: str = "清单.xlsx", known: tuple[str, ...] = ()) -> ImportResult:
    (result,) = import_tables([SourceTable(file, "客户", rows)], known_ids=known, options=OPTIONS)
    assert result.read == len(result.rows) + len(result.rejected) + result.blank
    return result


def values(result: ImportResult, column: str) -> list[Any]:
    return [row[PLACE[column]] for row in result.rows]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0012", "0012"),
        (" ００１２ ", "0012"),
        ("0012\u200b", "0012"),
        ("'0012", "0012"),
        ('="0012"', "0012"),
        (100023.0, "100023"),
        ("100023.0", "100023"),
        ("KH-001甲", "KH-001甲"),
        ("12345678901234567890", "12345678901234567890"),
        (None, None),
        ("　", None),
    ],
)
def test_a_customer_number_is_read_as_text(value: Any, text: str | None) -> None:
    assert identifier(value) == text


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("1.0002E+11", "科学计数法"),
        ("3e10", "科学计数法"),
        (1.2345678901234567e17, "超过 15 位"),
        ("1" * 30, "有 30 位"),
        (12.5, "不是整数"),
        (-3.0, "编号 -3 是负数"),
        (True, "逻辑值"),
        (CellError.NA, "#N/A"),
        (dt.datetime(2024, 1, 5), "日期"),
    ],
)
def test_a_number_that_cannot_be_trusted_says_why(value: Any, says: str) -> None:
    with pytest.raises(UnusableIdentifier, match=says):
        identifier(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [("A1；A2", "A1;A2"), ("A1、A2 / A3", "A1;A2;A3"), (123.0, "123"), ("A1;;", "A1"), (None, None)],
)
def test_several_meters_are_divided_by_semicolons(value: Any, text: str | None) -> None:
    assert meter_numbers(value) == text


@pytest.mark.parametrize(
    ("texts", "numbers", "width"),
    [
        (["00000001", "00000002"], ["33"], 8),
        (["10000001", "10000002"], ["33"], 8),
        (["00000001", "00000002", "33"], [], 8),
        (["10000001", "10000002", "33"], [], 0),
        (["00000001", "0002"], ["33"], 0),
        (["00000001", "KH000002"], ["33"], 0),
        (["00000001", "00000002", "LS-001", "户号"], ["33"], 8),
        (["00000001", "0002", "LS-001"], ["33"], 0),
        (["0001", "0002"], ["123456"], 0),
        ([], ["33", "444"], 0),
    ],
)
def test_the_full_width_of_customer_numbers_is_seen_or_not_guessed(
    texts: list[str], numbers: list[str], width: int
) -> None:
    assert full_width(texts, numbers) == width


@pytest.mark.parametrize(
    "value",
    ["2024-01-05", "2024/1/5", "2024.1.5", "2024年1月5日", "20240105", 20240105.0, 45296.0, "45296", "２０２４－０１－０５",
     "05.01.2024", "5.1.2024", "05.01.2024 13:00",
     dt.date(2024, 1, 5), dt.datetime(2024, 1, 5, 13, 0), "2024-01-05 13:00:00", "2024-01-05T13:00:00.000000+08:00",
     "2024年1月5日 星期五"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(value: Any) -> None:
    assert read_date(value) == dt.datetime(2024, 1, 5)


@pytest.mark.parametrize(
    "value",
    ["去年", "2024-13-01", "2024-02-30", "30.02.2024", "05/01/2024", "5.1.24", 12.0, "1234", True, None, CellError.NA,
     20241301.0, "2024-01-05 至 2027-01-04", "2024-01-05 - 2027.1.4", "2024年1月5日 至2027年1月4日", "05.01.2024 至 04.01.2027"],
)  # fmt: skip
def test_what_is_no_day_is_none(value: Any) -> None:
    assert read_date(value) is None


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        (["", "甲"], "没有客户编号"),
        (["合计", "2 户"], "合计行"),
        ([None, "总 计："], "合计行"),
        (["1.2E+10", "甲"], "科学计数法"),
        ([1e17, "甲"], "超过 15 位"),
        (["9" * 30, "甲"], "有 30 位"),
        (["C1", "甲"], "与第 2 行重复，内容完全相同"),
        (["C1", "乙"], "与第 2 行重复，内容不同"),
        (["户号", "户名"], "重复的表头"),
        (["总计：", None], "合计行"),
        (["合计 20 户 月均用气量 33333 m³", None], "合计行"),
        (["制表人：李四", None], "“制表人：李四”是表尾的说明，不是客户编号"),
        (["审核人:王五", "2026年8月31日"], "表尾的说明"),
        (["说明：本表数据截至8月31日", None], "表尾的说明"),
        (["第 1 页 共 3 页", None], "表尾的说明"),
        (["共20户", None], "表尾的说明"),
        (["制表人", "李四"], "表尾的说明"),
        (["制表 李四", None], "“制表 李四”"),
        (["以上由 财务提供", None], "隔开的几个词"),
        (["打印时间 2026-08-31", None], "表尾的说明"),
    ],
)
def test_a_row_that_is_no_customer_is_rejected_with_its_cause(row: list[Any], cause: str) -> None:
    result = imported(["户号", "户名"], ["C1", "甲"], row)
    (rejected,) = result.rejected
    assert cause in rejected.cause
    assert (rejected.file, rejected.row, list(rejected.values)) == ("清单.xlsx", 3, row)
    assert "第 3 行没有导入" in str(rejected)


@pytest.mark.parametrize(
    "number",
    [
        "KH-001甲",
        "城东 001",
        "甲 001",
        "燃气0001",
        "打印厂01",
        "统计局3",
        "注01",
        "A:01",
        "12/34",
        "东 8 区 1",
    ],
)
def test_what_may_be_a_customer_number_is_no_footer(number: str) -> None:
    result = imported(["户号", "户名"], ["0001", "甲"], [number, "乙"])
    assert (len(result.rows), result.rejected, result.attention) == (2, (), ())


def test_a_number_without_digits_among_others_is_taken_and_said() -> None:
    result = imported(["户号", "户名"], ["01", "甲"], ["02", "乙"], ["Total", None])
    assert len(result.rows) == 3
    assert result.attention == (
        "文件“清单.xlsx”的工作表“客户”第 4 行：客户编号“Total”里没有数字，请核对是不是客户。",
    )
    assert imported(["户号", "户名"], ["甲", "甲"], ["乙", "乙"]).attention == ()


def test_a_total_is_told_by_the_customer_number_where_another_column_stands_first() -> None:
    result = imported(["序号", "户号", "户名"], ["1", "01", "甲"], ["2", "合计", None])
    assert [row.cause for row in result.rejected] == ["这是合计行"]


def test_blank_rows_are_counted_and_nothing_else() -> None:
    result = imported(["户号", "户名"], [None, " "], ["C1", "甲"], [], ["　", None])
    assert (result.blank, len(result.rows), result.rejected) == (3, 1, ())


def test_results_beside_a_list_make_no_row_and_no_difference() -> None:
    result = imported(
        ["户号", "户名", "星级"], ["C1", "甲", "五星级"], [None, None, "待定"], ["C1", "甲", None]
    )
    assert (result.blank, [row.cause for row in result.rejected]) == (
        1,
        ["客户编号 C1 与第 2 行重复，内容完全相同"],
    )


def test_lost_leading_zeros_come_back_where_the_width_is_known() -> None:
    result = imported(["户号", "户名"], ["00000001", "甲"], ["00000002", "乙"], [33.0, "丙"])
    assert values(result, "客户编号") == ["00000001", "00000002", "00000033"]
    assert "第 4 行：客户编号不足 8 位，已补回丢失的前导零" in result.attention[0]


def test_of_a_row_refused_as_a_double_nobody_says_that_it_was_imported() -> None:
    result = imported(["户号", "户名"], ["00000001", "甲"], ["00000033", "丙"], [33.0, "丙"])
    assert [row.cause for row in result.rejected] == [
        "客户编号 00000033 与第 3 行重复，内容不同，请核对以哪一行为准"
    ]
    assert result.attention == ()


def test_the_book_shows_the_width_where_the_file_cannot() -> None:
    rows = [["户号", "户名"], [33.0, "丙"], [444.0, "丁"]]
    assert values(imported(*rows), "客户编号") == ["33", "444"]
    assert values(imported(*rows, known=("00000001", "00000002")), "客户编号") == ["00000033", "00000444"]


def test_numbers_with_letters_and_repeated_headers_stop_no_zeros_from_coming_back() -> None:
    result = imported(
        ["户号", "户名"],
        ["00000001", "甲"],
        ["00000002", "乙"],
        ["户号", "户名"],
        ["LS-001", "临时"],
        ["33", "丙"],
    )
    assert values(result, "客户编号") == ["00000001", "00000002", "LS-001", "00000033"]
    assert any("第 6 行：客户编号不足 8 位，已补回丢失的前导零" in sentence for sentence in result.attention)


@pytest.mark.parametrize(
    ("number", "known", "taken"),
    [
        (33.0, ("0033", "000001", "LS-001"), "0033"),
        ("33", ("0033", "000001"), "0033"),
        (33.0, ("33", "000001", "000002"), "33"),
        (33.0, ("33", "000033", "000001"), "000033"),
        (33.0, ("0033", "000033", "LS-001"), "33"),
        ("033", ("0033", "000001"), "033"),
        ("A33", ("0033", "0A33"), "A33"),
    ],
)
def test_a_number_that_is_a_known_customers_but_for_its_zeros_is_that_customer(
    number: Any, known: tuple[str, ...], taken: str
) -> None:
    result = imported(["户号", "户名"], [number, "丙"], known=known)
    assert values(result, "客户编号") == [taken]
    assert len(result.attention) == (str(taken) not in (number, f"{number:g}" if number == 33.0 else number))


def test_the_zeros_one_sheet_has_kept_come_back_in_another_whatever_their_order() -> None:
    lost = SourceTable("书.xlsx", "财务", [["户号", "户名"], [33.0, "甲"], [444.0, "乙"]])
    kept = SourceTable("书.xlsx", "营业", [["户号", "户名"], ["0033", "甲"], ["0444", "乙"], ["LS-1", "丙"]])
    for tables in ([lost, kept], [kept, lost]):
        assert {number for result in import_tables(tables) for number in values(result, "客户编号")} == {
            "0033", "0444", "LS-1",
        }  # fmt: skip


def test_a_duplicate_is_seen_after_its_zeros_came_back() -> None:
    result = imported(["户号", "户名"], ["00000001", "甲"], ["00000002", "乙"], [2.0, "乙"])
    assert "00000002 与第 3 行重复" in result.rejected[0].cause


def test_numbers_are_converted_to_the_columns_unit() -> None:
    result = imported(
        ["户号", "月均用气量(万m³)", "预收余额(元)"],
        ["1", 1.2, "3,400.50"],
        ["2", "0.07", "约5"],
        ["3", "1万", None],
    )
    assert values(result, "月均用气量") == [12_000, 700, "1万"]
    assert values(result, "预收气费余额") == [3400.5, "约5", None]
    assert any("没有按表头的单位“万m3”换算" in sentence for sentence in result.attention)


@pytest.mark.parametrize(
    ("header", "unit", "cell"),
    [
        ("月均用气量", "m³/月", "500 m³/日"),
        ("月均用气量（万m³）", "m³/月", "120000 m³/年"),
        ("在用月数", "月", "60天"),
        ("最长逾期天数", "天", "2个月"),
        ("月均气费", "元", "500吨"),
    ],
)
def test_a_number_in_another_unit_is_kept_as_it_stands_and_said(header: str, unit: str, cell: str) -> None:
    result = imported(["客户编号", header], ["01", cell])
    assert values(result, header.partition("（")[0]) == [cell]
    assert any(
        f"“{cell}”的单位看不懂，已原样保留，请改成数字（{unit}）。" in each for each in result.attention
    )


def test_vetoes_that_grading_takes_apart_need_no_attention() -> None:
    texts = ["窃气，违规用气", "窃气/违规用气", "窃气；违规用气", "窃气,违规用气\n盗气"]
    result = imported(["客户编号", "否决事项"], *([f"0{at}", text] for at, text in enumerate(texts)))
    assert values(result, "否决事项") == texts
    assert not result.attention
    known = RuleSet.default()
    assert [named_vetoes(text, scales_of(known))[1] for text in texts] == [[]] * 4


def test_a_misspelt_option_is_imported_and_its_neighbour_suggested() -> None:
    result = imported(["户号", "合同签订"], ["1", "未签定"], ["2", "未签定"], ["3", "未签订"], ["4", "乱写"])
    assert values(result, "合同签订") == ["未签定", "未签定", "未签订", "乱写"]
    assert result.attention[0].endswith(
        "第 2、3 行：合同签订“未签定”不在选项里，按未知处理，是不是“未签订”。"
    )
    assert result.attention[1].endswith("第 5 行：合同签订“乱写”不在选项里，按未知处理。")


@pytest.mark.parametrize("words", ["窃气", "窃气;违规用气", "窃气；违规用气", " ＩＣ卡"])
def test_accepted_words_need_no_attention(words: str) -> None:
    result = imported(["户号", "否决事项"], ["1", words])
    assert bool(result.attention) is (words == " ＩＣ卡")


@pytest.mark.parametrize("value", ["1e400", float("inf"), "9e305万", "-1e999"])
@pytest.mark.parametrize("header", ["月均用气量", "月均用气量(万m³)"])
def test_a_number_larger_than_any_is_kept_as_text_and_said(value: Any, header: str) -> None:
    result = imported(["户号", header], ["1", value], ["2", 7.0])
    kept = values(result, "月均用气量")
    assert kept == [str(value), 70_000.0 if "万" in header else 7.0]
    assert any("第 2 行" in line and str(value) in line and "原样保留" in line for line in result.attention)


@pytest.mark.parametrize("value", ["很多", "约3000", "三千", dt.datetime(2024, 1, 5), True])
@pytest.mark.parametrize("header", ["月均用气量", "月均用气量(万m³)", "逾期次数", "预收余额"])
def test_an_unreadable_number_is_kept_and_said(value: Any, header: str) -> None:
    result = imported(["户号", header], ["1", value], ["2", 7.0])
    assert values(result, result.columns[1])[0] == value
    (said,) = result.attention
    assert "第 2 行" in said
    assert "数字，已原样保留，按未知处理" in said


def test_a_number_below_zero_is_said_where_none_can_be() -> None:
    result = imported(["户号", "逾期次数", "预收余额"], ["1", -1.0, -1.0], ["2", "-2", "-2"])
    assert values(result, "逾期次数") == values(result, "预收气费余额") == [-1.0, -2.0]
    assert [said.split("：")[1] for said in result.attention] == [
        "逾期次数“-1”小于 0，按未知处理。",
        "逾期次数“-2”小于 0，按未知处理。",
    ]


@pytest.mark.parametrize("header", ["月均用气量", "开户日期", "合同签订"])
def test_an_error_value_is_said_whether_it_stands_as_one_or_as_text(header: str) -> None:
    for value in (CellError.NA, "#N/A"):
        (said,) = imported(["户号", header], ["1", value]).attention
        assert said.endswith(f"第 2 行：{header}“#N/A”是错误值，按未知处理。")


def test_a_column_full_of_what_nobody_can_read_is_one_sentence() -> None:
    days = [f"第{number}天" for number in range(1, 9)]
    result = imported(
        ["户号", "开户日期", "缴费方式"], *([f"{at}", day, "赊账"] for at, day in enumerate(days, 1))
    )
    assert [said.partition("”第 ")[2] for said in result.attention] == [
        "2、3、4、5、6 等 8 行：开户日期“第1天”、“第2天”、“第3天”、“第4天”、“第5天”等 8 种写法不是看得懂的日期，已原样保留。",
        "2、3、4、5、6 等 8 行：缴费方式“赊账”不在选项里，按未知处理。",
    ]
    assert values(result, "开户日期") == days


def test_a_formula_nobody_calculated_is_said_and_never_taken_for_a_blank() -> None:
    result = imported(
        ["户号", "月均用气量", "户名"], ["1", CellError.CALC, "甲"], [CellError.CALC, 5.0, "乙"]
    )
    (said,) = result.attention
    assert said.endswith(
        "第 2 行：月均用气量是没有算出结果的公式（请用 Excel 打开、保存后再试），按未知处理。"
    )
    assert values(result, "月均用气量") == [CellError.CALC]
    assert "编号是没有算出结果的公式" in result.rejected[0].cause


@pytest.mark.parametrize("value", ["未知", " - ", "N/A", "待补", "无数据"])
@pytest.mark.parametrize("header", ["月均用气量", "开户日期", "合同签订"])
def test_a_word_for_nothing_known_needs_no_attention(value: str, header: str) -> None:
    result = imported(["户号", header], ["1", value])
    assert bool(result.attention) is (value == "无数据")


@pytest.mark.parametrize("value", ["无", "没有", "否", "未知"])
def test_no_veto_in_words_needs_no_attention(value: str) -> None:
    assert imported(["户号", "否决事项"], ["1", value]).attention == ()


@pytest.mark.parametrize(("value", "usage"), [("33.127千", 33_127.0), ("1.2亿m³", 1.2e8), ("3千", 3_000.0)])
def test_a_factor_in_a_cell_is_read(value: str, usage: float) -> None:
    result = imported(["户号", "月均用气量"], ["1", value])
    assert (values(result, "月均用气量"), result.attention) == ([usage], ())


def test_an_unreadable_date_is_kept_and_said() -> None:
    result = imported(["户号", "开户日期"], ["1", "去年"], ["2", "2024年3月1日"])
    assert values(result, "开户日期") == ["去年", dt.datetime(2024, 3, 1)]
    assert "开户日期“去年”不是看得懂的日期" in result.attention[0]


def test_a_file_without_any_header_is_refused() -> None:
    with pytest.raises(BookFault, match="没有找到客户表的表头"):
        import_tables([SourceTable("清单.xlsx", "甲", [["x"], ["y"]])])


def test_only_the_sheets_with_customers_are_imported() -> None:
    tables = [
        SourceTable("书.xlsx", "说明", [["说明"]]),
        SourceTable("书.xlsx", "客户", [["户号", "户名"], ["1", "甲"]]),
    ]
    assert [result.source.sheet for result in import_tables(tables)] == ["客户"]


@given(
    st.lists(
        st.lists(
            st.one_of(st.none(), st.text(max_size=5), st.floats(), st.booleans(), st.dates()), max_size=4
        )
    )
)
def test_no_row_ever_vanishes(rows: list[list[Any]]) -> None:
    result = imported(["户号", "合同签订", "月均用气量(万m³)", "开户日期"], *rows)
    assert len(result.rows) == len(result.origins) == len(set(values(result, "客户编号")))
    assert all(len(row) == len(INPUT_COLUMNS) for row in result.rows)


def test_the_example_with_its_mess_is_accounted_for_to_the_row() -> None:
    (result,) = import_tables(read_source(EXAMPLE), options=OPTIONS)
    assert (len(result.rows), len(result.rejected)) == (600, 15)
    assert {len(number) for number in values(result, "客户编号")} == {10}
    assert result.mapping.missing == ()


def book_table(*rows: list[Any]) -> Table:
    names = tuple(column.name for column in INPUT_COLUMNS)
    return Table("客户", (*names, "备注"), [[*row, *[None] * (len(names) + 1 - len(row))] for row in rows])


def test_merging_keeps_what_a_list_does_not_speak_of() -> None:
    contracts = imported(["户号", "合同签订"], ["1", "未签订"], ["3", "自动顺延"], file="合同.xlsx")
    payments = imported(["户号", "逾期次数"], ["1", 2.0], ["2", None], file="缴费.xlsx")
    merged = merge_customers(book_table(["1", "甲"], ["2", "乙"]), [contracts, payments])
    assert [row[PLACE["客户编号"]] for row in merged.rows] == ["1", "2", "3"]
    assert [merged.rows[0][PLACE[name]] for name in ("客户名称", "合同签订", "逾期次数")] == [
        "甲",
        "未签订",
        2.0,
    ]
    assert (merged.added, merged.changed, merged.unchanged, merged.attention) == (1, 1, 1, ())


@pytest.mark.parametrize("standing", [1001.0, 1001, " 1001", "１００１", '="1001"'])
def test_a_customer_whose_number_stands_as_a_number_is_the_same_customer(standing: Any) -> None:
    payments = imported(["户号", "逾期次数"], ["1001", 2.0], file="缴费.xlsx")
    merged = merge_customers(book_table([standing, "甲"]), [payments])
    assert [row[PLACE["客户编号"]] for row in merged.rows] == ["1001"]
    assert (merged.rows[0][PLACE["客户名称"]], merged.rows[0][PLACE["逾期次数"]]) == ("甲", 2.0)
    assert (merged.added, merged.changed) == (0, 1)


def test_a_number_that_cannot_be_trusted_stays_as_it_stands() -> None:
    payments = imported(["户号", "逾期次数"], ["1", 2.0], file="缴费.xlsx")
    merged = merge_customers(book_table(["1.0002E+11", "甲"], ["1", "乙"]), [payments])
    assert [row[PLACE["客户编号"]] for row in merged.rows] == ["1.0002E+11", "1"]


def test_two_lists_that_disagree_are_said() -> None:
    first = imported(["户号", "户名"], ["1", "甲"], file="一.xlsx")
    second = imported(["户号", "户名"], ["1", "甲店"], file="二.xlsx")
    merged = merge_customers(book_table(), [first, second])
    assert merged.rows[0][PLACE["客户名称"]] == "甲店"
    assert "采用“甲店”，没有用“甲”" in merged.attention[0]


def test_two_lists_that_disagree_about_a_number_or_a_day_show_it_as_people_write_it() -> None:
    first = imported(["户号", "逾期次数", "开户日期"], ["1", 0.0, "2024-01-05"], file="一.xlsx")
    second = imported(["户号", "逾期次数", "开户日期"], ["1", 3.0, "2024-02-05"], file="二.xlsx")
    said = merge_customers(book_table(), [first, second]).attention
    assert [sentence.split("，", 1)[1] for sentence in sorted(said)] == [
        "采用“2024-02-05”，没有用“2024-01-05”。",
        "采用“3”，没有用“0”。",
    ]


@pytest.mark.parametrize("column", ["开户日期", "月均用气量", "客户名称", "用气单位性质"])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (dt.datetime(1899, 12, 30), "1899-12-30"),
        (dt.datetime(1903, 12, 31), "1903-12-31"),
    ],
)
def test_what_no_cell_can_hold_becomes_a_text_and_is_said_with_file_and_row(
    column: str, value: Any, text: str
) -> None:
    result = imported(["客户编号", column], ["1", value], ["2", None])
    assert values(result, column) == [text, None]
    assert (
        result.attention[0]
        == f"文件“清单.xlsx”的工作表“客户”第 2 行：{column}“{text}”不是单元格能存的值，已按文字原样保留。"
    )
    for row in result.rows:
        for at, cell in enumerate(row, 1):
            cell_xml(at, 2, b"", cell)


@pytest.mark.parametrize("text", ["1899-12-30", "18991230"])
def test_a_day_no_cell_can_hold_stays_the_text_it_is(text: str) -> None:
    result = imported(["客户编号", "开户日期"], ["1", text])
    assert values(result, "开户日期") == [text]
    assert f"开户日期“{text}”不是看得懂的日期" in result.attention[0]
