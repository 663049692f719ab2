"""How is an answer read? A letter, the words of an option or their beginning, a number with its unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ccgrade_xl.rules.wording import plain

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NUMERALS = str.maketrans("12345", "一二三四五")


def number_text(value: float) -> str:
    """Return a score as an answer holds it: at most two decimals, none that say nothing."""
    return f"{round(value, 2):g}"


def scored(answer: object) -> str:
    """Return an answer as a score: `70` for 70.0, `７０分` and `70 分`; what is no number as `plain` compares it."""
    text = plain(_text(answer)).removesuffix("分").replace(",", "")
    return number_text(float(text)) if _NUMBER.fullmatch(text) else text


def chosen(answer: object, options: Sequence[str]) -> str:
    """Return the option an answer means, by letter, words or beginning; what fits none is returned as it stands."""
    text = plain(_text(answer)).rstrip(".。")
    if not text:
        return ""
    exact = [option for option in options if plain(option) == text]
    if exact:
        return exact[0]
    if len(text) == 1 and "a" <= text < chr(ord("a") + len(options)):
        return options[ord(text) - ord("a")]
    for wanted in (text, text.translate(_NUMERALS)):
        begun = [option for option in options if plain(option).startswith(wanted)]
        if len(begun) == 1:
            return begun[0]
    return _text(answer).strip()


def _text(answer: object) -> str:
    if answer is None:
        return ""
    if isinstance(answer, float) and answer.is_integer():
        return str(int(answer))
    return str(answer)
