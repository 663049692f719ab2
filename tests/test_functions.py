"""The cell functions, as any host calls them: values in, values or error values out."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from ccgrade_xl import RuleSet, grade
from ccgrade_xl.errors import CellError, NotUnderstood
from ccgrade_xl.functions import CATEGORY, DESCRIPTION_LIMIT, FUNCTIONS, call
from ccgrade_xl.rules.store import keep
from ccgrade_xl.rules.tables import rule_tables
from ccgrade_xl.sample import RESULT_HEADERS
from ccgrade_xl.workbook.layout import RESULT_COLUMNS
from tests.grading.samples import CUSTOMER, frame

NA, VALUE, NUM = CellError.NA, CellError.VALUE, CellError.NUM

NAMES = [
    "CCG_RULES", "CCG_USAGE_LEVEL", "CCG_X", "CCG_NATURE", "CCG_CONTRACT", "CCG_OWNERSHIP", "CCG_CHANNEL", "CCG_SAFETY",
    "CCG_PAYMENT", "CCG_PREPAYMENT", "CCG_CREDIT", "CCG_CREDIT_GRADE", "CCG_Y", "CCG_STAR_SCORE", "CCG_STAR", "CCG_GRADE",
    "CCG_EXPLAIN", "CCG_NEXT_STAR", "CCG_STRATEGY", "CCG_ALARMS", "CCG_ALARM_COUNT", "CCG_METER_USAGE", "CCG_DAILY_USAGE",
    "CCG_FORECAST", "CCG_PTZ", "CCG_HISTORY", "CCG_GRADE_AT", "CCG_PSI", "CCG_DUE", "CCG_TASKS", "CCG_CHECK",
]  # fmt: skip


def test_every_promised_function_is_declared():
    assert list(FUNCTIONS) == NAMES
    assert CATEGORY == "客户分级"


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda f: f.name)
def test_every_description_and_help_fits_the_wizard(function):
    texts = [function.description, *(text for a in function.arguments for text in (a.label, a.help))]
    assert all(0 < len(text) <= DESCRIPTION_LIMIT for text in texts)
    assert all(a.name.isascii() and a.name.isidentifier() for a in function.arguments)
    optional = [a.optional for a in function.arguments]
    assert optional == sorted(optional), "optional arguments come last"


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("CCG_USAGE_LEVEL", (100000.0,), "五级"), ("CCG_USAGE_LEVEL", (99999.9,), "四级"), ("CCG_USAGE_LEVEL", (0.0,), "一级"),
        ("CCG_X", (30000.0,), 4.0), ("CCG_X", ("３，０００ m³",), 2.0),
        ("CCG_X", ("3万方/月",), 4.0), ("CCG_PAYMENT", ("1次", "7天", "0日"), 85.0), ("CCG_PREPAYMENT", ("￥200", "100 元/月"), 100.0),
        ("CCG_CREDIT_GRADE", ("89.95分",), "5A"),
        ("CCG_NATURE", ("医院",), 100.0), ("CCG_NATURE", ("个体户",), 50.0), ("CCG_NATURE", (" 民 企",), 70.0),
        ("CCG_CONTRACT", ("未签",), 0.0), ("CCG_OWNERSHIP", ("转租",), 20.0), ("CCG_CHANNEL", ("网厅",), 60.0),
        ("CCG_SAFETY", ("拒检",), 20.0),
        ("CCG_PAYMENT", (0.0, 0.0, 0.0), 100.0), ("CCG_PAYMENT", (1.0, 7.0, 0.0), 85.0), ("CCG_PAYMENT", (2.0, 15.0, 0.0), 70.0),
        ("CCG_PAYMENT", (3.0, 30.0, 0.0), 45.0), ("CCG_PAYMENT", (4.0, 1.0, 0.0), 20.0), ("CCG_PAYMENT", (0.0, 0.0, 61.0), 0.0),
        ("CCG_PAYMENT", (None, None, 61.0), 0.0),
        ("CCG_PREPAYMENT", (200.0, 100.0), 100.0), ("CCG_PREPAYMENT", (0.0, 100.0), 0.0), ("CCG_PREPAYMENT", (-5.0, 100.0), 0.0),
        ("CCG_CREDIT", ("民营企业", "自动顺延", "转租", 1.0, 5.0, 0.0, "柜台", 100.0, 100.0), 69.3),
        ("CCG_CREDIT", ("民营企业", None, None, None, None, None, "柜台"), 65.0),
        ("CCG_CREDIT_GRADE", (89.95,), "5A"), ("CCG_CREDIT_GRADE", (89.94,), "4A"), ("CCG_Y", (60.0,), 2.0), ("CCG_Y", (59.9,), 1.0),
        ("CCG_STAR_SCORE", (4.0, 3.0), 12.0), ("CCG_STAR", (16.0,), "五星级"), ("CCG_STAR", (15.9,), "四星级"),
        ("CCG_STRATEGY", ("五星级", "合同"), "到期前 90 天提醒并上门续签"), ("CCG_STRATEGY", ("1星", "增值服务"), "暂不提供"),
        ("CCG_CHECK", ("CCG_X", 5.0), ""), ("CCG_CHECK", ("ccg_x", 5.0), ""),
    ],
)  # fmt: skip
def test_a_known_case_gives_its_published_value(name, arguments, result):
    assert call(name, arguments) == result


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("CCG_X", (None,), NA), ("CCG_X", ("",), NA), ("CCG_X", (), NA), ("CCG_X", ("abc",), VALUE), ("CCG_X", ("500 m³/日",), VALUE),
        ("CCG_X", ("120000 m³/年",), VALUE), ("CCG_PAYMENT", (0.0, "2个月", 0.0), VALUE), ("CCG_X", (-1.0,), NUM),
        ("CCG_X", ("#REF!",), CellError.REF), ("CCG_X", (5.0, "R-00000000"), VALUE), ("CCG_X", (5.0, "#N/A"), NA),
        ("CCG_NATURE", (None,), NA), ("CCG_NATURE", ("外星人",), VALUE), ("CCG_PAYMENT", (1.0, None, 0.0), NA),
        ("CCG_PAYMENT", (-1.0, 0.0, 0.0), NUM), ("CCG_PAYMENT", ("一次", 0.0, 0.0), VALUE), ("CCG_PREPAYMENT", (5.0, 0.0), NA),
        ("CCG_PREPAYMENT", (5.0, None), NA), ("CCG_PREPAYMENT", (5.0, -1.0), NUM), ("CCG_CREDIT", (None,) * 9, NA),
        ("CCG_CREDIT", ("外星人", *(None,) * 8), VALUE), ("CCG_CREDIT_GRADE", (None,), NA), ("CCG_Y", ("x",), VALUE),
        ("CCG_STAR_SCORE", (5.0, None), NA), ("CCG_STAR", (-3.0,), NUM), ("CCG_STRATEGY", ("六星级", "合同"), VALUE),
        ("CCG_STRATEGY", ("五星级", "别的"), VALUE), ("CCG_STRATEGY", ("待定", "合同"), NA), ("CCG_STRATEGY", (None, "合同"), NA),
        ("CCG_RULES", ((("没有", "这种", "表"),),), VALUE), ("CCG_GRADE", ((("姓名",), ("张三",)),), VALUE),
        ("CCG_GRADE", (None,), VALUE), ("CCG_EXPLAIN", (None, None), VALUE),
        ("CCG_X", (1.0, None, None, 5.0), VALUE),
    ],
)  # fmt: skip
def test_a_bad_argument_shows_the_promised_error(name, arguments, error):
    assert call(name, arguments) is error


def test_one_bad_cell_of_a_range_spoils_no_other():
    block = ((5.0, "abc"), (None, -1.0), ("#DIV/0!", "２万"))
    assert call("CCG_X", (block,)) == ((1.0, VALUE), (NA, NUM), (CellError.DIV0, 3.0))


def test_a_single_cell_beside_a_range_is_repeated():
    assert call("CCG_STAR_SCORE", (((1.0,), (2.0,)), 5.0)) == ((5.0,), (10.0,))
    assert call("CCG_STAR_SCORE", (((1.0,), (2.0,)), ((5.0,),))) == ((5.0,), (10.0,))


def test_ranges_of_different_shape_are_refused_with_their_shapes():
    arguments = (((1.0,), (2.0,)), ((1.0, 2.0),))
    assert call("CCG_STAR_SCORE", arguments) is VALUE
    sentence = call("CCG_CHECK", ("CCG_STAR_SCORE", *arguments))
    assert "1 行 × 2 列" in sentence
    assert "2 行 × 1 列" in sentence


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("CCG_X", "abc"), "参数“月均用气量”：“abc” 看不懂"), (("CCG_X", -1.0), "不能小于 0"),
        (("CCG_X", "500 m³/日"), "参数“月均用气量”：“500 m³/日” 的单位看不懂，请填写数字，单位是 m³/月。"), (("CCG_X",), "空白"),
        (("CCG_NATURE", "外星人"), "下拉列表"), (("CCG_X", 5.0, "R-00000000"), "R-00000000"), (("CCG_NOPE", 1.0), "没有名为"),
        (("CCG_RULES", (("没有", "这种"),)), "规则表"), (("CCG_X", "#REF!"), "#REF!"),
        (("CCG_GRADE", (("月均用气量", "月均用气量"), (1.0, 2.0))), "出现了两次"),
    ],
)  # fmt: skip
def test_check_says_what_is_wrong(arguments, words):
    assert words in call("CCG_CHECK", arguments)


def test_a_range_with_rows_of_different_width_is_refused():
    assert call("CCG_X", (((1.0, 2.0), (3.0,)),)) is VALUE
    assert "宽度不一致" in call("CCG_CHECK", ("CCG_X", ((1.0, 2.0), (3.0,))))


def test_an_unknown_function_is_refused():
    with pytest.raises(NotUnderstood, match="CCG_NOPE"):
        call("CCG_NOPE", (1.0,))


def test_rules_from_the_shipped_tables_are_the_shipped_rules():
    blocks = [(headers, *rows) for headers, rows in rule_tables(RuleSet.default()).values()]
    assert call("CCG_RULES", blocks) == RuleSet.default().version == call("CCG_RULES", ())


def test_an_edited_rule_changes_the_version_and_every_result_that_refers_to_it():
    headers, rows = rule_tables(RuleSet.default())["用气量分档"]
    edited = [headers, *(tuple(200000.0 if cell == 100000 else cell for cell in row) for row in rows)]
    version = call("CCG_RULES", (tuple(edited),))
    assert isinstance(version, str)
    assert version != RuleSet.default().version
    assert call("CCG_USAGE_LEVEL", (150000.0,)) == "五级"
    assert call("CCG_USAGE_LEVEL", (150000.0, version)) == "四级"


def test_broken_rules_show_an_error_and_check_lists_every_fault():
    headers, rows = rule_tables(RuleSet.default())["用气量分档"]
    broken = (headers, *(tuple("x" if cell == 30000 else cell for cell in row) for row in rows))
    headers, rows = rule_tables(RuleSet.default())["星级分档"]
    twice = (headers, *rows, rows[0])
    assert call("CCG_RULES", (broken, twice)) is VALUE
    sentence = call("CCG_CHECK", ("CCG_RULES", broken, twice))
    assert "用气量分档 第 2 行" in sentence
    assert "星级分档" in sentence


AS_OF = dt.date(2026, 6, 30)
HEADERS = (
    "客户状态", "月均用气量", "在用月数", "用气单位性质", "合同签订", "用气单位所属", "逾期次数", "最长逾期天数", "当前欠费天数",
    "缴费方式", "预收气费余额", "月均气费", "否决事项", "否决日期",
)  # fmt: skip


@given(st.lists(CUSTOMER, min_size=1, max_size=5))
def test_the_whole_sample_function_equals_the_python_function(customers):
    assume(all(any(value is not None for value in customer.values()) for customer in customers))
    block = (HEADERS, *(tuple(customer[name] for name in HEADERS) for customer in customers))
    result = call("CCG_GRADE", (block, None, AS_OF))
    assert isinstance(result, tuple)
    expected = grade(frame(customers), as_of=AS_OF)
    assert result[0] == RESULT_HEADERS == tuple(column.name for column in RESULT_COLUMNS)
    for row, given_row in enumerate(result[1:]):
        for name, cell in zip(RESULT_HEADERS[:-1], given_row[:-1], strict=True):
            wanted = expected[name][row]
            assert cell == ("" if wanted != wanted else wanted), name  # NaN is empty
        assert given_row[-1] == "2026-06-30"


@given(CUSTOMER)
def test_the_functions_one_by_one_give_what_the_sample_gives(customer):
    row = grade(
        frame([{**customer, "客户状态": "在用", "否决事项": None, "在用月数": 12}]), as_of=AS_OF
    ).iloc[0]
    options = {name: None if value == "没有这个选项" else value for name, value in customer.items()}
    usage = customer["月均用气量"]
    assert call("CCG_USAGE_LEVEL", (usage,)) == (row["用气量等级"] or NA)
    score = call(
        "CCG_CREDIT",
        [
            options[name]
            for name in (
                "用气单位性质",
                "合同签订",
                "用气单位所属",
                "逾期次数",
                "最长逾期天数",
                "当前欠费天数",
                "缴费方式",
                "预收气费余额",
                "月均气费",
            )
        ],
    )
    if score is NA:
        assert row["信用得分"] != row["信用得分"]
        return
    assert score == row["信用得分"]
    if row["信用等级"] != "待定":
        assert call("CCG_CREDIT_GRADE", (score,)) == row["信用等级"]
        y = call("CCG_Y", (score,))
        star_score = call("CCG_STAR_SCORE", (call("CCG_X", (usage,)), y))
        assert call("CCG_STAR", (star_score,)) == (NA if row["星级"] == "待定" else row["星级"])


def test_blank_rows_of_a_sample_stay_blank():
    result = call("CCG_GRADE", ((("月均用气量",), (5.0,), (None,)),))
    assert isinstance(result, tuple)
    assert result[2] == ("",) * len(RESULT_HEADERS)


def test_the_explanation_adds_up_and_always_has_one_shape():
    row = (
        "在用",
        25000.0,
        12.0,
        "民营企业",
        "自动顺延",
        "转租",
        2.0,
        12.0,
        0.0,
        "柜台",
        500.0,
        1000.0,
        None,
        None,
    )
    for customer in (row, ("销户", *row[1:]), ("在用", *(None,) * 13)):
        block = call("CCG_EXPLAIN", ((HEADERS,), (customer,)))
        assert isinstance(block, tuple)
        assert {len(line) for line in block} == {7}
        assert len(block) == 18
    lines = {line[0]: line for line in call("CCG_EXPLAIN", ((HEADERS,), (row,)))}
    indicators = [
        lines[name]
        for name in ("用气单位性质", "合同签订", "用气单位所属", "气费缴纳", "缴费方式", "预收气费")
    ]
    assert sum(line[4] for line in indicators) == pytest.approx(lines["信用得分"][2], abs=0.1)
    assert sum(line[5] for line in indicators) == pytest.approx(100 - lines["信用得分"][2], abs=0.1)
    assert [lines[rank][1] for rank in ("失分第一", "失分第二", "失分第三")] == [
        "预收气费",
        "气费缴纳",
        "用气单位所属",
    ]


def test_a_star_cap_in_other_rules_reaches_the_explanation():
    rules = RuleSet.default()
    version = keep(evolve(rules, switches=evolve(rules.switches, star_cap_on=True)))
    row = (
        "在用",
        500000.0,
        12.0,
        "医院",
        "有效且信息一致",
        "自有物业",
        9.0,
        50.0,
        0.0,
        "银行代扣",
        100.0,
        100.0,
        None,
        None,
    )
    lines = {line[0]: line for line in call("CCG_EXPLAIN", ((HEADERS,), (row,), version))}
    assert (lines["信用等级"][1], lines["星级"][1]) == ("2A", "三星级")
