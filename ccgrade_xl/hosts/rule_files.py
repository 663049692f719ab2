"""Rule sets in and out of files, for the command line."""

from __future__ import annotations

from pathlib import Path

from ccgrade_xl.commands import rules_of
from ccgrade_xl.errors import BookFault, CcgradeError, FileFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.grading_files import WORKBOOKS, sample_usage
from ccgrade_xl.rules.presets import QUINTILES, with_usage_preset
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES
from ccgrade_xl.rules.toml_file import read_rules, rules_text


def rules_in(file: Path) -> RuleSet:
    """Read and validate the rules of a TOML file or of a workbook's 评分规则."""
    if file.suffix.lower() in WORKBOOKS:
        book = ClosedFileBook(file)
        if not any(name in RULE_TABLES for name in book.table_names()):
            raise BookFault(f"文件“{file.name}”里没有评分规则的表。请给评级工作簿，或 .toml 规则文件。")
        return rules_of(book)
    if file.suffix.lower() != ".toml":
        raise FileFault(
            f"“{file.name}”不是规则文件。请给 .toml 规则文件，或带“评分规则”表的工作簿（.xlsm、.xlsx）。"
        )
    return read_rules(file)


def exported_rules(book: Path | None, usage: str | None, sample: Path | None) -> str:
    """Return a rule set as TOML: a workbook's or the default, its usage tiers set by a preset where one is named."""
    rules = RuleSet.default() if book is None else rules_in(book)
    if usage is None and sample is not None:
        raise CcgradeError("给了 --sample 却没有 --usage；按样本分档请加 --usage 样本五分位。")
    if usage == QUINTILES and sample is None:
        raise CcgradeError(f"按“{QUINTILES}”分档要有样本，请加 --sample 和客户表或工作簿的文件名。")
    if usage is not None:
        rules = with_usage_preset(rules, usage, None if sample is None else sample_usage(sample))
    return rules_text(rules)
