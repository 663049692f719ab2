import datetime as dt
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccgrade_xl.errors import CellError, RuleFaults
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.tables import RULE_TABLES, rule_tables, rules_from_tables, table_named_by
from ccgrade_xl.rules.toml_file import parse_rules, rules_text
from tests.rules.samples import rule_sets, with_row

DEFAULT = RuleSet.default()


def edited(table: str, number: int, header: str, cell: Any) -> dict[str, Any]:
    """The default's tables with one cell changed; `number` counts from 1."""
    headers, rows = rule_tables(DEFAULT)[table]
    rows = [list(row) for row in rows]
    rows[number - 1][headers.index(header)] = cell
    return {table: (headers, rows)}


def faults_of(tables: dict[str, Any], **options: Any) -> tuple[str, ...]:
    with pytest.raises(RuleFaults) as caught:
        rules_from_tables(tables, DEFAULT, **options)
    return caught.value.faults


@settings(max_examples=25)
@given(rule_sets())
def test_rules_to_tables_and_back_are_the_same(rules: RuleSet) -> None:
    assert rules_from_tables(rule_tables(rules), DEFAULT) == rules


@settings(max_examples=25)
@given(rule_sets())
def test_toml_and_tables_tell_the_same(rules: RuleSet) -> None:
    assert rules_from_tables(rule_tables(parse_rules(rules_text(rules)))).version == rules.version


def test_every_table_has_the_headers_the_sheet_shows() -> None:
    assert {name: " ".join(headers) for name, (headers, _) in rule_tables(DEFAULT).items()} == {
        "用气量分档": "等级 下限 标准分X",
        "信用指标": "指标 权重 启用 加入方式",
        "指标选项": "指标 选项 得分 同义词 等级上限",
        "缴纳分档": "次数上限 天数上限 得分",
        "预收分档": "下限 含下限 得分",
        "信用等级分档": "信用等级 下限 标准分Y 星级上限",
        "星级分档": "星级 下限",
        "否决规则": "否决事项 期限 同义词",
        "评级开关": "开关 取值 说明",
        "策略": "星级 合同 档案 预收气费 信用评估跟踪 抄表 增值服务",
    }


def test_cells_are_what_a_manager_reads() -> None:
    tables = rule_tables(DEFAULT)
    assert tables["信用指标"][1][-1] == ("燃气安全状况", 10.0, "否", "其余同比缩减")
    assert tables["缴纳分档"][1][-1] == (None, None, 20.0)
    assert tables["预收分档"][1][-2:] == [(0.0, "否", 15.0), (None, "否", 0.0)]
    assert tables["否决规则"][1][0] == ("窃气", 24.0, "盗气、盗用燃气")
    assert tables["评级开关"][1][-1][:2] == ("一期只升一级", "否")


def test_an_absent_table_and_an_absent_switch_come_from_the_base() -> None:
    base = with_row(with_row(DEFAULT, "usage_tiers", 0, lower=99999.0), "switches", 0, provisional_months=6.0)
    assert rules_from_tables({}, base) == base
    headers, rows = rule_tables(DEFAULT)["评级开关"]
    rules = rules_from_tables({"评级开关": (headers, rows[:1])}, base)
    assert rules.switches.provisional_months == 6.0
    assert rules.usage_tiers == base.usage_tiers
    assert rules_from_tables({}) == DEFAULT


def test_an_empty_veto_table_means_no_vetoes() -> None:
    headers, _ = rule_tables(DEFAULT)["否决规则"]
    blank = [None, " ", "\u3000"]
    assert rules_from_tables({"否决规则": (headers, [blank] * 3)}).vetoes == ()


@pytest.mark.parametrize(
    ("table", "number", "header", "cell"),
    [
        ("用气量分档", 1, "下限", "１００，０００ m³/月"),
        ("用气量分档", 1, "下限", "10万"),
        ("用气量分档", 1, "下限", 100000),
        ("用气量分档", 1, "等级", " 五 级 "),
        ("信用指标", 1, "权重", "10%"),
        ("信用指标", 1, "启用", True),
        ("信用指标", 1, "启用", 1.0),
        ("信用指标", 1, "启用", "✓"),
        ("信用指标", 1, "启用", "TRUE"),
        ("信用指标", 7, "启用", "0"),
        ("信用指标", 1, "加入方式", None),
        ("信用指标", 7, "加入方式", "其余 同比缩减"),
        ("指标选项", 2, "同义词", "事业；事业、 事业\n,"),
        ("指标选项", 36, "等级上限", "２ａ"),
        ("缴纳分档", 2, "天数上限", "7 天"),
        ("缴纳分档", 5, "次数上限", "其余"),
        ("缴纳分档", 5, "天数上限", " "),
        ("预收分档", 6, "含下限", None),
        ("否决规则", 1, "期限", "24 个月"),
        ("评级开关", 1, "取值", "60%"),
        ("评级开关", 1, "开关", "完整度 下限"),
        ("评级开关", 3, "取值", "3a"),
        ("评级开关", 6, "取值", False),
        ("评级开关", 1, "说明", "我的备注"),
    ],
)
def test_a_cell_is_read_generously(table: str, number: int, header: str, cell: Any) -> None:
    assert rules_from_tables(edited(table, number, header, cell), DEFAULT).version == DEFAULT.version


@pytest.mark.parametrize(
    ("table", "number", "header", "cell", "words"),
    [
        ("用气量分档", 2, "下限", "很多", ("用气量分档 第 2 行", "“下限”的“很多”不是数字", "m³/月")),
        ("用气量分档", 2, "下限", None, ("用气量分档 第 2 行", "“下限”没有填")),
        ("用气量分档", 2, "下限", True, ("用气量分档 第 2 行", "不是数字")),
        ("用气量分档", 2, "下限", CellError.REF, ("用气量分档 第 2 行", "“下限”是错误值 #REF!")),
        ("用气量分档", 2, "下限", dt.datetime(2026, 1, 2), ("用气量分档 第 2 行", "是日期", "常规")),
        ("用气量分档", 2, "下限", float("nan"), ("用气量分档 第 2 行", "不是有限的数字")),
        ("用气量分档", 2, "等级", 7.0, ("用气量分档 第 2 行", "等级“7”不认识")),
        ("信用指标", 1, "启用", "也许", ("信用指标 第 1 行", "“启用”的“也许”看不懂", "是 或 否")),
        ("信用指标", 1, "启用", None, ("信用指标 第 1 行", "“启用”没有填")),
        ("信用指标", 1, "加入方式", "随便", ("信用指标 第 1 行", "“加入方式”", "其余同比缩减 或 基本")),
        ("指标选项", 4, "选项", CellError.NA, ("指标选项 第 4 行", "“选项”是错误值 #N/A")),
        ("指标选项", 4, "得分", "高", ("指标选项 第 4 行", "“得分”的“高”不是数字")),
        ("缴纳分档", 2, "天数上限", None, ("缴纳分档 第 2 行", "只填了一个")),
        ("预收分档", 2, "含下限", None, ("预收分档 第 2 行", "“含下限”没有填")),
        ("评级开关", 1, "取值", None, ("评级开关 第 1 行", "“完整度下限”的取值没有填")),
        ("评级开关", 1, "取值", "高", ("评级开关 第 1 行", "“完整度下限”的“高”不是数字")),
        ("评级开关", 1, "取值", 60.0, ("评级开关 第 1 行", "“60”不在 0–1")),
        ("评级开关", 2, "开关", "新户", ("评级开关 第 2 行", "没有叫“新户”的开关", "新户月数")),
        ("评级开关", 2, "开关", None, ("评级开关 第 2 行", "没有叫“”的开关")),
        ("评级开关", 2, "开关", CellError.REF, ("评级开关 第 2 行", "没有叫“#REF!”的开关")),
        ("评级开关", 2, "取值", CellError.REF, ("评级开关 第 2 行", "“新户月数”是错误值 #REF!")),
        ("评级开关", 2, "开关", "完整度下限", ("评级开关 第 2 行", "“完整度下限”在第 1 行已经写过")),
        ("策略", 3, "抄表", None, ("策略 第 3 行", "“抄表”没有填", "填文字")),
    ],
)
def test_a_cell_that_is_not_understood_is_named(
    table: str, number: int, header: str, cell: Any, words: tuple[str, ...]
) -> None:
    found = faults_of(edited(table, number, header, cell))
    named = [sentence for sentence in found if all(word in sentence for word in words)]
    assert len(named) == 1, found
    assert "请" in named[0]


def test_faults_in_all_tables_come_at_once_and_name_sheet_rows() -> None:
    tables = {
        name: (headers, [list(row) for row in rows]) for name, (headers, rows) in rule_tables(DEFAULT).items()
    }
    for _, rows in tables.values():
        rows[1][1] = CellError.NAME
    tables["信用等级分档"][1][1][1] = 95.0
    tables["信用等级分档"][1].insert(0, [None] * 4)
    first_rows = {name: 10 * at for at, name in enumerate(tables, start=1)}
    found = faults_of(tables, first_rows=first_rows)
    assert len(found) == len(RULE_TABLES)
    for name, first in first_rows.items():
        expected = f"{name} 第 {first + 1} 行"
        assert any(sentence.startswith(expected) for sentence in found), (expected, found)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_columns_may_stand_in_any_order_beside_others(random: Random) -> None:
    tables = {}
    for name, (headers, rows) in rule_tables(DEFAULT).items():
        order = random.sample(range(len(headers)), len(headers))
        tables[name] = (
            ["备注", *(f" {headers[at]}（单位）" for at in order)],
            [["随便写", *(row[at] for at in order)] for row in rows],
        )
    assert rules_from_tables(tables, attrs.evolve(DEFAULT, vetoes=())) == DEFAULT


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (["等级", "下线", "标准分X"], "用气量分档 表头：缺少“下限”这一列"),
        (["等级", "下限", "标准分X", "下 限"], "用气量分档 表头：“下限”有 2 列"),
    ],
)
def test_a_wrong_header_is_one_fault(headers: list[str], words: str) -> None:
    rows = [[*row, 0.0][: len(headers)] for row in rule_tables(DEFAULT)["用气量分档"][1]]
    (sentence,) = faults_of({"用气量分档": (headers, rows)})
    assert sentence.startswith(words)


def test_a_column_of_remarks_may_be_absent() -> None:
    headers, rows = rule_tables(DEFAULT)["评级开关"]
    assert rules_from_tables({"评级开关": (headers[:2], [row[:2] for row in rows])}, DEFAULT) == DEFAULT


def test_an_unknown_table_is_a_fault() -> None:
    (sentence,) = faults_of({"气量分档": (["等级"], [])})
    assert "没有叫“气量分档”的规则表" in sentence


def test_short_rows_are_read_as_if_filled_with_empty_cells() -> None:
    headers, rows = rule_tables(DEFAULT)["指标选项"]
    assert (
        rules_from_tables({"指标选项": (headers, [row[:4] for row in rows[:-1]])}).options
        == DEFAULT.options[:-1]
    )


@pytest.mark.parametrize("name", RULE_TABLES)
def test_a_table_is_known_by_its_headers(name: str) -> None:
    headers = RULE_TABLES[name].headers
    assert table_named_by(headers) == name
    assert table_named_by([f"{header} (单位)" for header in reversed(headers)] + ["备注"]) == name


@pytest.mark.parametrize("name", [name for name, table in RULE_TABLES.items() if len(table.columns) > 2])
def test_a_table_with_one_misspelt_header_is_still_known(name: str) -> None:
    assert table_named_by([*RULE_TABLES[name].headers[:-1], "错别字"]) == name


@pytest.mark.parametrize(
    "headers", [[], [""], ["客户编号", "客户名称"], ["得分"], ["下限"], ["指标", "得分"]]
)
def test_headers_of_no_rule_table_name_none(headers: list[str]) -> None:
    assert table_named_by(headers) is None


def test_a_table_says_what_its_columns_are() -> None:
    for table in RULE_TABLES.values():
        assert table.help
        for column in table.columns:
            assert column.help
            assert len(column.help) <= 255
            assert column.width > 0
    assert {column.header: column.unit for column in RULE_TABLES["用气量分档"].columns}["下限"] == "m³/月"
