"""Why must something be verified? One reason a function; each returns its entries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from ccgrade_xl import boundary
from ccgrade_xl.errors import CellFault
from ccgrade_xl.grading.veto import named_vetoes
from ccgrade_xl.list_cells import text_in
from ccgrade_xl.pages.verification.asking import Case, Entry, shown_value
from ccgrade_xl.rules.customer_states import STATES
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.nearness import nearest
from ccgrade_xl.workbook.import_rows import option_words
from ccgrade_xl.workbook.layout import COLUMN, INPUT_COLUMNS, Column
from ccgrade_xl.workbook.meter_lists import OPEN, UNDER_WAY
from ccgrade_xl.workbook.precedence import months_between

JUMP_UP, JUMP_DOWN, JUMP_LEAST = 1.0, -0.6, 1_000.0
"""Usage that rises by more than 100 % or falls by more than 60 %, and by 1,000 m³/month, is suspicious (`default`)."""
NEAR_DAYS = 90
"""How long after its data a contract that was to end within ninety days has ended."""
_WATCHED = ("月均用气量", "月均气费")
_NEAR_CONTRACT = "九十日内到期"
_NUMBERS = tuple(column for column in INPUT_COLUMNS if column.kind in ("number", "count", "money"))
_DATES = tuple(column for column in INPUT_COLUMNS if column.kind == "date")
_GRAVE = ("高", "中")
_OPEN_ALARM = ("", OPEN, UNDER_WAY)
_UNUSABLE = ("否决无日期", "选项有误", "看不懂", "未知")
_MOST = 0.5
"""Where more than this share of all customers is out of date in a column, the department is to deliver, not the field."""


def unknown(case: Case) -> Iterator[Entry]:
    """Find what grading does not know: blank cells of indicators that are on, and blank usage."""
    wanted = ["月均用气量"]
    unknown_rows = {"月均用气量": np.isnan(case.grades.customers.usage)}
    for indicator in INDICATORS:
        if case.grades.scales.weights[indicator.key] > 0:
            wanted += indicator.inputs
            missing = np.isnan(case.grades.scored[indicator.key].score)
            unknown_rows |= dict.fromkeys(indicator.inputs, missing)
    for column in wanted:
        if column not in case.columns:
            continue
        cells, rows = case.columns[column], unknown_rows[column]
        for row in case.active():
            if rows[row] and boundary.is_blank(cells[row]):
                yield case.entry(row, column, "未知", COLUMN[column].help, urgent=case.undecided(row))


def unreadable(case: Case) -> Iterator[Entry]:
    """Find texts where a number or a day belongs, negative counts, and error values."""
    for column in (*_NUMBERS, *_DATES):
        for row, cell in enumerate(case.columns.get(column.name, ())):
            if not case.numbers[row] or (isinstance(cell, float) and cell >= 0) or cell is None:
                continue
            try:
                _read(column, cell)
            except CellFault as fault:
                yield case.entry(row, column.name, "看不懂", str(fault))


def _read(column: Column, cell: object) -> object:
    if column.kind == "date":
        return boundary.read_date(cell)
    return (boundary.read_money if column.kind == "money" else boundary.read_number)(cell, column.unit)


def misspelt(case: Case) -> Iterator[Entry]:
    """Find words that are none of a column's options, with the nearest option."""
    words = option_words(case.grades.scales.rules)
    for indicator in INDICATORS:
        column = indicator.inputs[0]
        if indicator.scoring != "option" or case.grades.scales.weights[indicator.key] == 0:
            continue
        texts = case.grades.customers.options[indicator.key]
        for code, word in enumerate(texts.texts):
            if case.grades.scales.option(indicator.key, word) is None:
                hint = suggestion(word, words.get(column, {}))
                for row in np.flatnonzero(texts.codes == code).tolist():
                    if case.numbers[row] and case.grades.graded[row]:
                        yield case.entry(row, column, "选项有误", hint)
    yield from _odd_states(case, words["客户状态"])
    yield from _odd_vetoes(case, words["否决事项"])


def _odd_states(case: Case, words: dict[str, str]) -> Iterator[Entry]:
    states = case.grades.customers.status
    for code, word in enumerate(states.texts):
        if word not in STATES:
            for row in np.flatnonzero(states.codes == code).tolist():
                if case.numbers[row]:
                    yield case.entry(row, "客户状态", "选项有误", suggestion(word, words))


def _odd_vetoes(case: Case, words: dict[str, str]) -> Iterator[Entry]:
    vetoes = case.grades.customers.vetoes
    for code, written in enumerate(vetoes.texts):
        odd = named_vetoes(written, case.grades.scales)[1]
        if odd:
            for row in np.flatnonzero(vetoes.codes == code).tolist():
                if case.numbers[row]:
                    yield case.entry(row, "否决事项", "选项有误", suggestion(odd[0], words))


def suggestion(word: str, words: dict[str, str]) -> str:
    """Return the option nearest to a word, or all of them."""
    near = nearest(word, words)
    return f"建议：{near}" if near else f"可选：{'、'.join(dict.fromkeys(words.values()))}"


def undated_vetoes(case: Case) -> Iterator[Entry]:
    """Find vetoes in force whose day nobody wrote down."""
    for row in np.flatnonzero(case.grades.veto.undated & case.grades.graded).tolist():
        if case.numbers[row]:
            vetoed = case.present(row, "否决事项")
            yield case.entry(row, "否决日期", "否决无日期", f"{vetoed}，没有日期先按生效处理")


def conflicts(case: Case) -> Iterator[Entry]:
    """Find cells about which two sources disagree, with both values, sources and days."""
    rows = {number: row for row, number in enumerate(case.numbers) if number}
    for conflict in case.sources.sourcing.conflicts.values() if case.sources else ():
        row = rows.get(conflict.customer)
        if row is not None and conflict.column in case.columns:
            taken = _said(conflict.taken, conflict.taken_from, conflict.taken_day)
            other = _said(conflict.other, conflict.other_from, conflict.other_day)
            yield case.entry(row, conflict.column, "冲突", f"{taken}；{other}")


def _said(value: object, source: str, day: dt.date | None) -> str:
    return f"{source}{f' {day:%Y-%m-%d}' if day else ''}：{value}"


def ended_contracts(case: Case) -> Iterator[Entry]:
    """Find contracts that were to end within ninety days, ninety days ago and more."""
    column = "合同签订"
    if case.sources is None or column not in case.columns:
        return
    for row in case.active():
        word = text_in(case.columns[column][row])
        option = case.grades.scales.option("contract", word) if word else None
        if option is None or option.name != _NEAR_CONTRACT:
            continue
        origin = case.sources.sourcing.origins.of(case.numbers[row], column)
        if origin is not None and (case.as_of - origin.batch.day).days > NEAR_DAYS:
            yield case.entry(
                row, column, "合同到期", f"{origin.batch.shown}：{word}，现已过 {NEAR_DAYS} 天，是否续签"
            )


def out_of_date(case: Case) -> tuple[list[Entry], list[str]]:
    """Find values older than their column allows; where most are, say instead which department is to deliver."""
    if case.sources is None:
        return [], []
    found: dict[str, list[Entry]] = defaultdict(list)
    days: dict[str, set[str]] = defaultdict(set)
    rows = list(case.active())
    origins = case.sources.sourcing.origins
    ages = [months_between(batch.day, case.as_of) for batch in origins.batches.values()]
    for column in case.columns:
        months = case.rule(column).months if column in COLUMN else None
        if months is None or max(ages, default=0) <= months:
            continue
        for row in rows:
            origin = origins.of(case.numbers[row], column)
            if origin is None or months_between(origin.batch.day, case.as_of) <= months:
                continue
            if boundary.is_blank(case.columns[column][row]):
                continue
            hint = f"{origin.batch.shown} 以后没有更新，时效 {months} 个月"
            found[column].append(case.entry(row, column, "过期", hint))
            days[column].add(origin.batch.shown)
    said = [
        f"“{column}”有 {len(entries)} 户的资料超过时效（最近：{max(days[column])}），请相关部门重新提供后导入，没有逐户列出。"
        for column, entries in found.items()
        if len(entries) > max(10.0, _MOST * len(rows))
    ]
    listed = [
        entry
        for entries in found.values()
        if len(entries) <= max(10.0, _MOST * len(rows))
        for entry in entries
    ]
    return listed, said


def jumps(case: Case) -> Iterator[Entry]:
    """Find amounts far from those of the last frozen month."""
    watched = [(column, case.columns[column]) for column in _WATCHED if column in case.columns]
    for row in case.active():
        before = case.frozen.get(case.numbers[row])
        if before is None:
            continue
        for column, cells in watched:
            was, now = before.get(column), cells[row]
            if not isinstance(was, float) or not isinstance(now, float) or not was > 0:
                continue
            change = now / was - 1
            if (change > JUMP_UP or change < JUMP_DOWN) and abs(now - was) >= JUMP_LEAST:
                unit = COLUMN[column].unit
                yield case.entry(
                    row, column, "突变", f"{case.frozen_month} 月结为 {was:,.0f} {unit}，变化 {change:+.0%}"
                )


def alarms(case: Case) -> Iterator[Entry]:
    """Take over the open alarms of the remote meters, a customer and an alarm once."""
    rows = {number: row for row, number in enumerate(case.numbers) if number}
    seen: set[tuple[str, str]] = set()
    for alarm in case.alarms:
        number, code = text_in(alarm.get("客户编号")), text_in(alarm.get("异常"))
        grave = text_in(alarm.get("级别"))
        if number not in rows or grave not in _GRAVE or text_in(alarm.get("状态")) not in _OPEN_ALARM:
            continue
        if (number, code) in seen:
            continue
        seen.add((number, code))
        said = f"表 {text_in(alarm.get('表号'))}，{shown_value(alarm.get('开始')).removesuffix(' 00:00')}：{text_in(alarm.get('依据'))}"
        yield case.entry(rows[number], code, "抄表异常", said, urgent=grave == "高")


def all_entries(case: Case) -> tuple[list[Entry], list[str]]:
    """Return every entry once, its gravest reason, without those confirmed lately; and what to tell besides."""
    old, said = out_of_date(case)
    found: dict[tuple[str, str], Entry] = {}
    for source in (
        undated_vetoes(case), misspelt(case), unreadable(case), conflicts(case), ended_contracts(case),
        alarms(case), jumps(case), unknown(case), old,
    ):  # fmt: skip
        for entry in source:
            if not _confirmed(case, entry):
                found.setdefault(entry.key, entry)
    return list(found.values()), said


def _confirmed(case: Case, entry: Entry) -> bool:
    """Whether the very value that stands was confirmed so lately that nobody is to be asked again.

    What is of no use to grading stays unknown to it, whoever confirmed it.
    """
    known = case.confirmed.get(entry.key)
    if known is None or known[0] != entry.present or entry.reason in _UNUSABLE:
        return False
    return months_between(known[1], case.as_of) < case.valid_months
