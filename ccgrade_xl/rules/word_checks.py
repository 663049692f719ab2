"""Faults in the tables of words: indicators, options, vetoes, strategies. Each check yields sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ccgrade_xl.rules.indicators import BY_NAME, INDICATORS
from ccgrade_xl.rules.places import Places, table_name
from ccgrade_xl.rules.ruleset import ASPECTS, CREDIT_GRADES, STARS, Option, RuleSet, Veto
from ccgrade_xl.rules.separators import BETWEEN_VALUES, BETWEEN_WORDS
from ccgrade_xl.rules.wording import digits, plain

_BY_OPTION = tuple(row.name for row in INDICATORS if row.scoring == "option")


def indicators(rules: RuleSet, places: Places) -> Iterator[str]:
    """Every indicator once, weights that add up to something, and a next stage smaller than its base."""
    field = "indicators"
    rows = rules.indicators
    yield from each_once(field, "指标", [row.name for row in rows], tuple(BY_NAME), places)
    for at, row in enumerate(rows):
        if row.weight < 0:
            yield f"{places.at(field, at)}：“{row.name}”的权重 {digits(row.weight)} 是负数，请改成 0 或更大。"
    counted = [row for row in rows if row.on and row.weight > 0]
    base = sum(row.weight for row in counted if not row.next_stage)
    taken = sum(row.weight for row in counted if row.next_stage)
    if not any(row.on for row in rows):
        yield f"{table_name(field)}：没有启用任何指标，请至少启用一项。"
    elif not counted:
        yield f"{table_name(field)}：启用的指标权重合计是 0，请至少给一项启用的指标填大于 0 的权重。"
    elif taken >= base:
        yield (
            f"{table_name(field)}：“其余同比缩减”的权重合计 {digits(taken)} 不小于基本指标的权重合计 "
            f"{digits(base)}，基本指标没有权重可让，请减小前者或把它改为“基本”。"
        )


def options(rules: RuleSet, places: Places) -> Iterator[str]:
    """Options of indicators that have options, scores 0-100, no word with two meanings."""
    field = "options"
    for at, row in enumerate(rules.options):
        place = places.at(field, at)
        if row.indicator not in _BY_OPTION:
            cause = "不按选项计分" if row.indicator in BY_NAME else "不是信用指标"
            yield f"{place}：“{row.indicator}”{cause}，请改成{listed(_BY_OPTION)}之一。"
        if not 0 <= row.score <= 100:
            yield f"{place}：“{row.name}”的得分 {digits(row.score)} 不在 0–100 之间，请改正。"
        if row.credit_cap and row.credit_cap not in CREDIT_GRADES:
            grades = listed(CREDIT_GRADES)
            yield f"{place}：等级上限“{row.credit_cap}”不是信用等级，请改成{grades}之一，或留空。"
    for name in dict.fromkeys(row.indicator for row in rules.options):
        same = [(at, row) for at, row in enumerate(rules.options) if row.indicator == name]
        yield from one_meaning(field, "选项", same, places)


def indicators_without_options(rules: RuleSet, places: Places) -> Iterator[str]:
    """An indicator that counts must have options to score it by."""
    having = {row.indicator for row in rules.options}
    for at, row in enumerate(rules.indicators):
        if row.on and row.name in _BY_OPTION and row.name not in having:
            yield (
                f"{places.at('indicators', at)}：“{row.name}”已启用，但指标选项里没有它的选项，"
                "请补上选项，或把启用改为否。"
            )


def vetoes(rules: RuleSet, places: Places) -> Iterator[str]:
    """A veto lasts for some whole months, and no word means two of them."""
    field = "vetoes"
    for at, row in enumerate(rules.vetoes):
        if row.months <= 0:
            yield f"{places.at(field, at)}：“{row.name}”的期限 {digits(row.months)} 不大于 0，请填月数。"
        elif row.months % 1:
            yield f"{places.at(field, at)}：“{row.name}”的期限 {digits(row.months)} 不是整数，请填整月数。"
        if BETWEEN_VALUES.search(row.name):
            yield f"{places.at(field, at)}：否决事项“{row.name}”里有分隔符，请去掉，或拆成几行。"
    yield from one_meaning(field, "否决事项", list(enumerate(rules.vetoes)), places)


def strategies(rules: RuleSet, places: Places) -> Iterator[str]:
    """Every star once, no aspect left empty."""
    field = "strategies"
    yield from each_once(field, "星级", [row.star for row in rules.strategies], STARS, places)
    for at, row in enumerate(rules.strategies):
        for aspect, attribute in ASPECTS.items():
            if not plain(getattr(row, attribute)):
                place = places.at(field, at)
                yield f"{place}：“{row.star}”的“{aspect}”没有填，请填写管理要求，没有要求填“无”。"


def each_once(
    field: str, header: str, names: Sequence[str], expected: tuple[str, ...], places: Places
) -> Iterator[str]:
    """Yield a fault for each name that is not expected, stands twice or is missing."""
    seen: dict[str, int] = {}
    for at, name in enumerate(names):
        if name not in expected:
            yield f"{places.at(field, at)}：{header}“{name}”不认识，请改成{listed(expected)}之一。"
        elif name in seen:
            before = places.row(field, seen[name])
            yield f"{places.at(field, at)}：{header}“{name}”与{before}重复，请删去其中一行。"
        seen.setdefault(name, at)
    for name in expected:
        if name not in seen:
            yield f"{table_name(field)}：缺少“{name}”，请补上这一行。"


def one_meaning(
    field: str, header: str, rows: Sequence[tuple[int, Option | Veto]], places: Places
) -> Iterator[str]:
    """Yield a fault for each name or synonym that is empty or already means another row.

    Words are compared in their `plain` form, because that is how a customer's cell is looked up.
    """
    meaning: dict[str, tuple[int, str]] = {}
    # A customer's vetoes stand in one cell, so none may hold what stands between two; an option stands alone.
    between = BETWEEN_VALUES if field == "vetoes" else BETWEEN_WORDS
    for at, row in rows:
        place = places.at(field, at)
        if not plain(row.name):
            yield f"{place}：{header}没有填，请填写名称，或删去这一行。"
        for word in row.synonyms:
            if not plain(word) or between.search(word):
                yield f"{place}：同义词“{word}”是空的或里面有分隔符，请拆开或删去。"
        here = {plain(word): word for word in reversed((row.name, *row.synonyms))}
        for normal, word in reversed(here.items()):
            if normal in meaning:
                before, other = meaning[normal]
                what = header if word == row.name else f"“{row.name}”的同义词"
                yield f"{place}：{what}“{word}”与{places.row(field, before)}的“{other}”重复，请删去其中一个。"
            elif normal:
                meaning[normal] = at, word


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them."""
    return "、".join(names)
