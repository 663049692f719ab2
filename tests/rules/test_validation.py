import math
from collections.abc import Callable
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccgrade_xl.errors import RuleFaults
from ccgrade_xl.rules.ruleset import Indicator, Option, PaymentStep, PrepaymentStep, RuleSet, UsageTier, Veto
from ccgrade_xl.rules.schema import TABLE_BY_FIELD
from ccgrade_xl.rules.validation import check, faults
from tests.rules.samples import reordered, rule_sets, with_row

DEFAULT = RuleSet.default()
Mutation = Callable[[RuleSet], RuleSet]


def row(field: str, number: int, **changes: object) -> Mutation:
    """Change attributes of the row that a manager calls `number` (of `switches`: any number)."""
    return lambda rules: with_row(rules, field, number - 1, **changes)


def more(field: str, *rows: Any) -> Mutation:
    return lambda rules: attrs.evolve(rules, **{field: (*getattr(rules, field), *rows)})


def without(field: str, *numbers: int) -> Mutation:
    return lambda rules: attrs.evolve(
        rules,
        **{field: [each for at, each in enumerate(getattr(rules, field), start=1) if at not in numbers]},
    )


def every(field: str, **changes: object) -> Mutation:
    return lambda rules: attrs.evolve(
        rules, **{field: [attrs.evolve(each, **changes) for each in getattr(rules, field)]}
    )


FAULTS: list[tuple[Mutation, tuple[str, ...]]] = [
    # 用气量分档
    (row("usage_tiers", 2, name="六级"), ("用气量分档 第 2 行", "六级", "不认识")),
    (row("usage_tiers", 2, name="六级"), ("用气量分档", "缺少“四级”", "补上")),
    (without("usage_tiers", 3), ("用气量分档", "缺少“三级”", "补上")),
    (
        more("usage_tiers", UsageTier("三级", 500.0, 3.0)),
        ("用气量分档 第 6 行", "“三级”与第 3 行重复", "删去"),
    ),
    (
        row("usage_tiers", 3, lower=30000.0),
        ("用气量分档 第 2 行", "四级", "30000 不大于“三级”（第 3 行）", "重叠"),
    ),
    (
        row("usage_tiers", 1, lower=20000.0),
        ("用气量分档 第 1 行", "20000 不大于“四级”（第 2 行）的 30000", "请改正"),
    ),
    (row("usage_tiers", 5, lower=100.0), ("用气量分档 第 5 行", "下限是 100", "空档", "请改成 0")),
    (row("usage_tiers", 5, lower=-1.0), ("用气量分档 第 5 行", "下限 -1 是负数")),
    (row("usage_tiers", 2, x=5.0), ("用气量分档 第 1 行", "标准分X 5 不大于“四级”（第 2 行）的 5")),
    (row("usage_tiers", 5, x=-1.0), ("用气量分档 第 5 行", "标准分X -1 是负数")),
    # 信用指标
    (row("indicators", 1, name="单位颜色"), ("信用指标 第 1 行", "单位颜色", "不认识")),
    (without("indicators", 4), ("信用指标", "缺少“气费缴纳”")),
    (more("indicators", Indicator("气费缴纳", 5.0)), ("信用指标 第 8 行", "“气费缴纳”与第 4 行重复")),
    (row("indicators", 2, weight=-15.0), ("信用指标 第 2 行", "合同签订", "权重 -15 是负数")),
    (every("indicators", on=False), ("信用指标", "没有启用任何指标")),
    (every("indicators", weight=0.0), ("信用指标", "权重合计是 0")),
    (row("indicators", 7, on=True, weight=100.0), ("信用指标", "合计 100 不小于", "合计 100", "基本")),
    # 指标选项
    (row("options", 1, indicator="单位颜色"), ("指标选项 第 1 行", "“单位颜色”不是信用指标", "用气单位性质")),
    (row("options", 1, indicator="气费缴纳"), ("指标选项 第 1 行", "“气费缴纳”不按选项计分")),
    (row("options", 2, name="机关 单位"), ("指标选项 第 2 行", "“机关 单位”与第 1 行的“机关单位”重复")),
    (
        row("options", 6, synonyms=("国企",)),
        ("指标选项 第 6 行", "“上市公司”的同义词“国企”与第 5 行的“国企”重复"),
    ),
    (row("options", 6, synonyms=("医 院",)), ("指标选项 第 6 行", "同义词“医 院”与第 3 行的“医院”重复")),
    (row("options", 6, name="国企"), ("指标选项 第 6 行", "“国企”与第 5 行的“国企”重复")),
    (row("options", 6, name=""), ("指标选项 第 6 行", "选项没有填")),
    (row("options", 6, synonyms=("上市，挂牌",)), ("指标选项 第 6 行", "“上市，挂牌”", "分隔符", "拆开")),
    (row("options", 6, synonyms=("",)), ("指标选项 第 6 行", "同义词“”是空的")),
    (row("options", 3, score=101.0), ("指标选项 第 3 行", "“医院”的得分 101 不在 0–100")),
    (row("options", 3, score=-0.5), ("指标选项 第 3 行", "-0.5 不在 0–100")),
    (row("options", 3, credit_cap="6A"), ("指标选项 第 3 行", "等级上限“6A”不是信用等级", "5A、4A")),
    (without("options", *range(11, 16)), ("信用指标 第 2 行", "“合同签订”已启用", "没有它的选项")),
    # 缴纳分档
    (without("payment_steps", 5), ("缴纳分档", "缺少“其余”")),
    (more("payment_steps", PaymentStep(None, None, 10.0)), ("缴纳分档 第 6 行", "“其余”与第 5 行重复")),
    (row("payment_steps", 2, max_days=None), ("缴纳分档 第 2 行", "只填了一个")),
    (row("payment_steps", 2, max_late=None), ("缴纳分档 第 2 行", "只填了一个")),
    (row("payment_steps", 2, max_late=-1.0), ("缴纳分档 第 2 行", "负数")),
    (row("payment_steps", 3, max_late=1.0, max_days=7.0), ("缴纳分档 第 3 行", "与第 2 行相同")),
    (row("payment_steps", 2, max_days=20.0), ("缴纳分档 第 2 行", "天数上限 20 却大于它的 15", "矛盾")),
    (row("payment_steps", 3, score=90.0), ("缴纳分档 第 3 行", "90 高于比它更严的第 2 行的 85")),
    (row("payment_steps", 5, score=50.0), ("缴纳分档 第 5 行", "50 高于比它更严的第 4 行的 45")),
    (row("payment_steps", 1, score=100.5), ("缴纳分档 第 1 行", "100.5 不在 0–100")),
    # 预收分档
    (without("prepayment_steps", 6), ("预收分档", "缺少“其余”")),
    (more("prepayment_steps", PrepaymentStep(None, False, 0.0)), ("预收分档 第 7 行", "“其余”与第 6 行重复")),
    (row("prepayment_steps", 6, closed=True), ("预收分档 第 6 行", "不能含下限")),
    (row("prepayment_steps", 2, lower=-1.0), ("预收分档 第 2 行", "下限 -1 是负数")),
    (row("prepayment_steps", 2, lower=2.0), ("预收分档 第 2 行", "下限与第 1 行相同")),
    (row("prepayment_steps", 3, score=90.0), ("预收分档 第 3 行", "90 高于比它更严的第 2 行的 85")),
    (row("prepayment_steps", 6, score=20.0), ("预收分档 第 6 行", "20 高于比它更严的第 5 行的 15")),
    (row("prepayment_steps", 6, score=-1.0), ("预收分档 第 6 行", "-1 不在 0–100")),
    # 信用等级分档
    (row("credit_bands", 1, name="6A"), ("信用等级分档 第 1 行", "6A", "5A、4A、3A、2A、1A")),
    (without("credit_bands", 2), ("信用等级分档", "缺少“4A”")),
    (row("credit_bands", 2, name="3A"), ("信用等级分档 第 3 行", "“3A”与第 2 行重复")),
    (row("credit_bands", 2, lower=95.0), ("信用等级分档 第 1 行", "90 不大于“4A”（第 2 行）的 95")),
    (row("credit_bands", 1, lower=101.0), ("信用等级分档 第 1 行", "101 大于 100")),
    (row("credit_bands", 5, lower=10.0), ("信用等级分档 第 5 行", "空档")),
    (row("credit_bands", 4, y=3.5), ("信用等级分档 第 3 行", "标准分Y 3 不大于“2A”（第 4 行）的 3.5")),
    (row("credit_bands", 4, star_cap="六星级"), ("信用等级分档 第 4 行", "星级上限“六星级”不是星级")),
    # 星级分档
    (row("star_bands", 3, name="三星"), ("星级分档 第 3 行", "三星", "三星级")),
    (without("star_bands", 5), ("星级分档", "缺少“一星级”")),
    (row("star_bands", 2, lower=16.0), ("星级分档 第 1 行", "16 不大于“四星级”（第 2 行）的 16")),
    (row("star_bands", 5, lower=1.0), ("星级分档 第 5 行", "请改成 0")),
    # 否决规则
    (row("vetoes", 1, months=0.0), ("否决规则 第 1 行", "“窃气”的期限 0 不大于 0")),
    (row("vetoes", 1, months=0.5), ("否决规则 第 1 行", "“窃气”的期限 0.5 不是整数")),
    (row("vetoes", 1, name="偷气/盗气2"), ("否决规则 第 1 行", "“偷气/盗气2”里有分隔符")),
    (row("vetoes", 1, synonyms=("偷气/盗气2",)), ("否决规则 第 1 行", "“偷气/盗气2”是空的或里面有分隔符")),
    (more("vetoes", Veto("盗 气", 6.0)), ("否决规则 第 7 行", "“盗 气”与第 1 行的“盗气”重复")),
    (row("vetoes", 2, synonyms=("窃气",)), ("否决规则 第 2 行", "同义词“窃气”与第 1 行")),
    (row("vetoes", 1, name="窃气;偷气"), ("否决规则 第 1 行", "“窃气;偷气”里有分隔符")),
    (row("vetoes", 1, name=""), ("否决规则 第 1 行", "否决事项没有填")),
    # 评级开关
    (row("switches", 1, completeness_floor=1.5), ("评级开关", "“完整度下限”的取值“1.5”不在 0–1")),
    (row("switches", 1, provisional_months=-1.0), ("评级开关", "“新户月数”", "负数")),
    (row("switches", 1, provisional_cap="六A"), ("评级开关", "“新户最高信用等级”", "“六A”不是信用等级")),
    (row("switches", 1, open_debt_limit=-60.0), ("评级开关", "“欠费天数上限”", "负数")),
    (row("switches", 1, open_debt_score=150.0), ("评级开关", "“欠费超限得分”", "不在 0–100")),
    (row("switches", 1, open_debt_score=30.0), ("评级开关", "30 高于缴纳分档的最低得分 20")),
    # 策略
    (row("strategies", 2, star="五星级"), ("策略 第 2 行", "“五星级”与第 1 行重复")),
    (without("strategies", 5), ("策略", "缺少“一星级”")),
    (row("strategies", 3, star="3星"), ("策略 第 3 行", "3星", "不认识")),
    (row("strategies", 4, reading=""), ("策略 第 4 行", "“二星级”的“抄表”没有填")),
    # values no cell or file could hold
    (row("usage_tiers", 2, lower=math.nan), ("用气量分档 第 2 行", "“下限”不是有限的数字", "m³/月")),
    (row("credit_bands", 2, y=math.inf), ("信用等级分档 第 2 行", "“标准分Y”不是有限的数字")),
    (row("switches", 1, open_debt_limit=math.nan), ("评级开关", "“欠费天数上限”不是有限的数字")),
    (row("options", 1, name="机关单位 "), ("指标选项 第 1 行", "前后有空格")),
    (row("options", 1, synonyms=("\ud800",)), ("指标选项 第 1 行", "残缺的字符")),
]
NAMES = ["-".join(words) for _, words in FAULTS]


def named(found: tuple[str, ...], words: tuple[str, ...]) -> list[str]:
    return [sentence for sentence in found if all(word in sentence for word in words)]


def test_the_default_can_grade() -> None:
    assert faults(DEFAULT) == ()
    assert check(DEFAULT) is DEFAULT


@settings(max_examples=40)
@given(rule_sets(), st.randoms(use_true_random=False))
def test_rules_that_can_grade_can_in_any_order(rules: RuleSet, random: Random) -> None:
    assert faults(rules) == faults(reordered(rules, random)) == ()


@pytest.mark.parametrize(("mutate", "words"), FAULTS, ids=NAMES)
def test_a_fault_is_named_by_table_row_and_remedy(mutate: Mutation, words: tuple[str, ...]) -> None:
    found = faults(mutate(DEFAULT))
    assert len(named(found, words)) == 1, found
    assert all("请" in sentence and sentence.endswith("。") for sentence in found)


@pytest.mark.parametrize(("mutate", "words"), FAULTS, ids=NAMES)
def test_a_fault_stays_a_fault_in_any_order(mutate: Mutation, words: tuple[str, ...]) -> None:
    rules = mutate(DEFAULT)
    assert all(faults(reordered(rules, Random(seed))) for seed in range(5))


def test_all_faults_are_found_at_once() -> None:
    picked = {words[0].split()[0]: (mutate, words) for mutate, words in FAULTS[:-5]}
    rules = DEFAULT
    for mutate, _ in picked.values():
        rules = mutate(rules)
    found = faults(rules)
    assert len(picked) == len(TABLE_BY_FIELD)
    for _, words in picked.values():
        assert named(found, words), words
    with pytest.raises(RuleFaults) as caught:
        check(rules)
    assert caught.value.faults == found
    assert all(sentence in str(caught.value) for sentence in found)


def test_a_row_is_named_by_the_number_it_was_written_in() -> None:
    rules = row("usage_tiers", 3, lower=30000.0)(DEFAULT)
    (sentence,) = faults(rules, rows={"usage_tiers": [12, 13, 15, 16, 17]})
    assert sentence.startswith("用气量分档 第 13 行")
    assert "“三级”（第 15 行）" in sentence


def test_a_table_left_out_is_not_looked_at() -> None:
    rules = row("payment_steps", 5, score=-5.0)(row("usage_tiers", 2, lower=math.nan)(DEFAULT))
    assert faults(rules, without={"usage_tiers", "payment_steps"}) == ()
    spoiled = row("credit_bands", 2, y=math.inf)(rules)
    (sentence,) = faults(spoiled, without={"usage_tiers", "payment_steps"})
    assert sentence.startswith("信用等级分档 第 2 行")


def test_a_switch_that_is_written_nowhere_is_named_without_a_row() -> None:
    rules = row("switches", 1, provisional_months=-1.0)(DEFAULT)
    for rows in ({}, {"switches": [0] * 7}):
        (sentence,) = faults(rules, rows=rows)
        assert sentence.startswith("评级开关：“新户月数”")


@pytest.mark.parametrize(
    "allowed",
    [
        row("indicators", 1, weight=0.0),
        row("indicators", 7, on=True),
        row("indicators", 7, next_stage=False, on=True, weight=50.0),
        without("vetoes", 1, 2, 3, 4, 5, 6),
        row("options", 1, synonyms=("机关", "机 关", "机关单位")),
        row("options", 35, name="隐患"),
        row("options", 35, synonyms=("隐患/整改中",)),
        row("payment_steps", 3, score=85.0),
        more("prepayment_steps", PrepaymentStep(1.0, False, 80.0)),
        more("options", Option("缴费方式", "自有", 50.0)),
    ],
)
def test_what_is_unusual_but_clear_is_no_fault(allowed: Mutation) -> None:
    assert faults(allowed(DEFAULT)) == ()
