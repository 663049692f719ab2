"""How many years does a word say, and between which of them does an option lie? 租赁2年 is 租赁一至三年."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from attrs import frozen

_DIGITS = {"半": 0.5, "一": 1.0, "二": 2.0, "两": 2.0, "三": 3.0, "四": 4.0, "五": 5.0, "六": 6.0, "七": 7.0, "八": 8.0,
           "九": 9.0, "十": 10.0}  # fmt: skip
_NUMBER = rf"\d{{1,3}}(?:\.\d+)?|[{''.join(_DIGITS)}]"
_TERM = re.compile(rf"(?P<what>\D+?)(?:期|用)?(?P<number>{_NUMBER})(?P<unit>年半?|个?月)")
_BETWEEN = re.compile(rf"(?P<what>\D+?)(?P<lower>{_NUMBER})(?:-|至|到)(?P<upper>{_NUMBER})年")
_FROM = re.compile(rf"(?P<what>\D+?)(?P<lower>{_NUMBER})年(?:及?以上)")
_BELOW = re.compile(rf"(?P<what>\D+?)(?:不足|不到|不满)(?P<upper>{_NUMBER})年")


@frozen
class Span:
    """What lasts from `lower` years on, up to `upper` years and not as long."""

    what: str
    lower: float
    upper: float


def span_in(word: str) -> Span | None:
    """Return the span of years a word of the rules names; None where it names none."""
    for shape in (_BETWEEN, _FROM, _BELOW):
        found = shape.fullmatch(word)
        if found is not None:
            ends = found.groupdict()
            return Span(found["what"], _number(ends.get("lower", "0")), _number(ends.get("upper", "inf")))
    return None


def word_of_term(word: str, words: Iterable[str]) -> str | None:
    """Return the one among `words` in whose span the term lies that a word says (租赁2年); None where none does."""
    said = _TERM.fullmatch(word)
    if said is None:
        return None
    years = _number(said["number"])
    years = years / 12 if "月" in said["unit"] else years + 0.5 * ("半" in said["unit"])
    spans = ((each, span_in(each)) for each in words)
    fitting = (
        each
        for each, span in spans
        if span is not None and span.what.startswith(said["what"]) and span.lower <= years < span.upper
    )
    return next(fitting, None)


def _number(text: str) -> float:
    return _DIGITS[text] if text in _DIGITS else math.inf if text == "inf" else float(text)
