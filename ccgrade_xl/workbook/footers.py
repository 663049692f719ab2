"""Which rows of a list are no customers but what a list is closed with? Totals, page numbers, who made and checked it.

A row is refused only where its number cannot be one; where that is not sure the row is a customer to be looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.book import CellValue

_TOTALS = re.compile(r"(?:本页|累计|全部|户数)?(?:合计|总计|小计|共计|总和)[:：]?.*")
_LONGEST_TOTAL = 12
"""A longer text that begins so and stands elsewhere than a number may be a company's name."""
_LABELS = re.compile(
    r"(?:制表|编制|填表|填报|审核|复核|审批|批准|经办|打印|导出|统计)(?:(?:人|员|日期|时间|单位|部门).*|\D*)"
    r"|(?:单位|部门)?负责人.*|备注|附注|注|说明|以下空白"
)
_PAGE = re.compile(r"第\d+页|共\d+[页户行条]|\d+/\d+页")
_HAN = "\u3400-\u9fff"
_SENTENCE = re.compile(rf"[{_HAN}]\s*[:：，。；！？]|[。！？]")
_TWO_WORDS = re.compile(rf"[{_HAN}]\s+[{_HAN}]")
_DIGIT = re.compile(r"\d")


def is_total(row: Sequence[CellValue]) -> bool:
    """Return True for a row of totals (合计, 小计 …), told by its first text."""
    texts = (value for value in row if isinstance(value, str))
    first = next((value for value in texts if plain(value)), "")
    if first.isascii():
        return False
    first = plain(first)
    return bool(_TOTALS.fullmatch(first)) and len(first) < _LONGEST_TOTAL


def footer_in(number: CellValue) -> str | None:
    """Return what makes the text in place of a customer number a footer, as the cause of a rejected row; else None."""
    if not isinstance(number, str) or number.isascii():
        return None
    said = plain(number)
    if _TOTALS.fullmatch(said):
        return "这是合计行"
    if _PAGE.search(said) or _LABELS.fullmatch(said) or _SENTENCE.search(number):
        return f"“{_short(number)}”是表尾的说明，不是客户编号"
    if _TWO_WORDS.search(unicodedata.normalize("NFKC", number).strip()) and not _DIGIT.search(said):
        return f"“{_short(number)}”是隔开的几个词，不是客户编号"
    return None


def is_doubtful(number: str) -> bool:
    """Return whether a customer number looks unlike any: it has no digit."""
    return _DIGIT.search(number) is None


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= 20 else f"{said[:20]}…"
