from pathlib import Path

import pytest
from hypothesis import given, settings

from ccgrade_xl.errors import FileFault, RuleFaults
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES
from ccgrade_xl.rules.toml_file import SIZE_LIMIT, parse_rules, read_rules, rules_text
from tests.rules.samples import rule_sets

DEFAULT = RuleSet.default()
TEXT = rules_text(DEFAULT)


@settings(max_examples=25)
@given(rule_sets())
def test_a_rule_set_written_and_read_is_the_same(rules: RuleSet) -> None:
    assert parse_rules(rules_text(rules)) == rules


def test_the_text_says_in_chinese_what_each_table_and_key_is() -> None:
    lines = TEXT.splitlines()
    assert lines[0] == f"# 评分规则 {DEFAULT.version}"
    for table in RULE_TABLES.values():
        assert f"# {table.name}：{table.help}" in lines
        assert all(f"#   {entry.attribute}  {entry.header}：{entry.help}" in lines for entry in table.entries)
    assert '    { name = "五级", lower = 100000, x = 5 },' in lines


def test_a_switch_left_out_stands_at_its_default() -> None:
    assert parse_rules(TEXT.replace("provisional_months = 3\n", "")) == DEFAULT


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "lower = 100000",
            'lower = "十万"',
            ("用气量分档（usage_tiers）第 1 行", "“下限”（lower）", "“十万”不是数字"),
        ),
        ("lower = 100000, ", "", ("用气量分档（usage_tiers）第 1 行", "“下限”（lower）没有填", "m³/月")),
        ("lower = 100000", "lower = true", ("用气量分档（usage_tiers）第 1 行", "“True”不是数字")),
        ("lower = 100000", f"lower = 1{'0' * 400}", ("用气量分档（usage_tiers）第 1 行", "太大")),
        ("lower = 100000", "lower = inf", ("用气量分档 第 1 行", "不是有限的数字")),
        (
            "lower = 100000",
            "lower = 100000, lowr = 1",
            ("用气量分档（usage_tiers）第 1 行", "不认识 lowr", "lower"),
        ),
        ('name = "四级"', "name = 4", ("用气量分档（usage_tiers）第 2 行", "“4”不是文字")),
        ('name = "四级"', 'name = " "', ("用气量分档（usage_tiers）第 2 行", "“等级”（name）没有填")),
        ("on = true", 'on = "是"', ("信用指标（indicators）第 1 行", "“启用”（on）", "true 或 false")),
        ('synonyms = ["事业"]', 'synonyms = "事业"', ("指标选项（options）第 2 行", "“事业”不是文字的列表")),
        ('synonyms = ["事业"]', "synonyms = [1]", ("指标选项（options）第 2 行", "不是文字的列表")),
        (
            "lower = 2, closed = true, ",
            "lower = 2, ",
            ("预收分档（prepayment_steps）第 1 行", "“含下限”（closed）没有填"),
        ),
        (
            "provisional_months = 3",
            "provisional_month = 3",
            ("评级开关（switches）", "不认识 provisional_month，"),
        ),
        (
            'provisional_cap = "3A"',
            'provisional_cap = ""',
            ("评级开关（switches）", "“新户最高信用等级”", "没有填"),
        ),
        ("usage_tiers = [", "usage_tears = [", ("规则文件", "不认识 usage_tears")),
        ("usage_tiers = [", "usage_tears = [", ("用气量分档（usage_tiers）", "没有这张表")),
        ("star_bands = [", "star_bands = 5\nbands = [", ("星级分档（star_bands）", "应当是若干行的列表")),
        ("star_bands = [", "star_bands = [ 5,", ("星级分档（star_bands）第 1 行", "一组“名称 = 值”")),
        ("lower = 100000", "lower = 100", ("用气量分档 第 1 行", "不大于“四级”（第 2 行）")),
    ],
)
def test_a_fault_of_the_file_is_named(old: str, new: str, words: tuple[str, ...]) -> None:
    assert old in TEXT
    with pytest.raises(RuleFaults) as caught:
        parse_rules(TEXT.replace(old, new, 1))
    named = [each for each in caught.value.faults if all(word in each for word in words)]
    assert len(named) == 1, caught.value.faults
    assert "请" in named[0]


def test_faults_of_form_and_of_content_come_together() -> None:
    text = TEXT.replace("lower = 100000", 'lower = "?"').replace("lower = 80,", "lower = 95,")
    with pytest.raises(RuleFaults) as caught:
        parse_rules(text)
    form, content = caught.value.faults
    assert "“?”不是数字" in form
    assert "“4A”（第 2 行）的 95" in content


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("usage_tiers = [\n  { name = “五级” },\n]", "第 2 行第 12 列"),
        ("a = 1\na = 2\nb = 3", "第 2 行"),
        ("usage_tiers = [", "末尾"),
        ("a = " + "[" * 100_000, "不合 TOML 格式"),
        (f"a = {'9' * 10_000}", "不合 TOML 格式"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(FileFault, match=words):
        parse_rules(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_is_read_with_or_without_a_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "规则.toml"
    path.write_text(TEXT, encoding)
    assert RuleSet.load(path) == RuleSet.load(str(path)) == DEFAULT


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TEXT.encode("gb18030", "replace"), "不是 UTF-8"),
        (TEXT.encode("utf-16"), "不是 UTF-8"),
        (b"PK\x03\x04\x14\x00", "不合 TOML 格式"),
        (b"a = [", "不合 TOML 格式"),
        (b"#" * (SIZE_LIMIT + 1), "太大"),
        (None, "读不到"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "规则.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileFault, match=words) as caught:
        read_rules(path)
    assert str(path) in str(caught.value)


def test_a_folder_is_no_rule_file(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="读不到"):
        read_rules(tmp_path)
