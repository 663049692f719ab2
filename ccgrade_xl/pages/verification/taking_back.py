"""What was found comes back: read, checked against the column it belongs to, and put in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from attrs import frozen

from ccgrade_xl import boundary
from ccgrade_xl.errors import CellFault, NotUnderstood
from ccgrade_xl.grading.scales import scales_of
from ccgrade_xl.grading.veto import named_vetoes
from ccgrade_xl.list_cells import text_in
from ccgrade_xl.pages.verification.asking import shown_value
from ccgrade_xl.pages.verification.reasons import suggestion
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, meter_numbers
from ccgrade_xl.workbook.import_rows import option_words
from ccgrade_xl.workbook.layout import COLUMN
from ccgrade_xl.workbook.mapping import KEY
from ccgrade_xl.workbook.verification import OPEN, RIGHT, SHEET, VERIFICATION, WRONG

Row = Mapping[str, CellValue]


@frozen
class Finding:
    """What was found about one entry: `value` is what stands from now on, `before` what stood."""

    customer: str
    column: str
    row: int | None
    before: CellValue
    value: CellValue
    verifier: str
    day: dt.date
    evidence: str

    @property
    def changes(self) -> bool:
        """Whether the customer's cell becomes another one."""
        return (
            self.row is not None
            and self.column in COLUMN
            and shown_value(self.before) != shown_value(self.value)
        )


@frozen
class Returned:
    """What came back: findings, sentences for what cannot be used (it stays on the list), and how many are open."""

    findings: list[Finding]
    faults: list[str]
    open: int


def taken_back(rows: Sequence[Row], table: Table, rules: RuleSet, as_of: dt.date) -> Returned:
    """Read what was entered in the rows of the list."""
    numbers = [text_in(cell) for cell in table.column(KEY)]
    at = {number: row for row, number in enumerate(numbers) if number}
    findings, faults, still_open = [], [], 0
    for row in rows:
        if not (text_in(row["核实结果"]) or text_in(row["核实值"])):
            continue
        if text_in(row["核实结果"]) == OPEN:
            still_open += 1
            continue
        try:
            findings.append(_finding(row, table, at.get(text_in(row[KEY])), rules, as_of))
        except CellFault as fault:
            faults.append(
                f"“{SHEET}”里客户 {text_in(row[KEY])} 的{text_in(row['核实项目'])}没有收回：{fault}"
            )
    return Returned(findings, faults, still_open)


def _finding(row: Row, table: Table, at: int | None, rules: RuleSet, as_of: dt.date) -> Finding:
    column, result = text_in(row["核实项目"]), text_in(row["核实结果"])
    if result not in ("", RIGHT, WRONG):
        raise NotUnderstood(f"核实结果“{result}”看不懂，请填 {RIGHT}、{WRONG} 或 {OPEN}。")
    in_table = column in table.headers and column in COLUMN
    if in_table and at is None:
        raise NotUnderstood("“客户数据”里已经没有这个客户，请核对。")
    before = table.column(column)[at] if in_table and at is not None else None
    value = _value(column, row["核实值"], rules) if text_in(row["核实值"]) else None
    if value is None and result == WRONG:
        raise NotUnderstood("核实结果是“更正”，请在“核实值”里填写正确的值。")
    if in_table and result == "" and value is None:
        raise NotUnderstood("请填写核实结果。")
    if value is None:
        value = _confirmed(column, before, rules) if in_table else result
    day = boundary.read_date(row["核实日期"]) or as_of
    if day > as_of:
        raise NotUnderstood(f"核实日期 {day:%Y-%m-%d} 还没有到，请改正。")
    verifier = text_in(row["核实人"]) or text_in(row["负责人"])
    if not verifier:
        raise NotUnderstood("没有写核实人，请填写。")
    return Finding(text_in(row[KEY]), column, at, before, value, verifier, day, text_in(row["依据"]))


def _confirmed(column: str, before: CellValue, rules: RuleSet) -> CellValue:
    """Return what stands, which was found right. Raises `NotUnderstood` for what is unknown to grading all the same."""
    remedy = f"请填 {WRONG} 并写上核实值，查不到的填 {OPEN}。"
    if boundary.is_blank(before):
        raise NotUnderstood(f"现有值是空的，不能填 {RIGHT}；{remedy}")
    try:
        _value(column, before, rules)
    except CellFault as fault:
        raise NotUnderstood(f"现有值评级用不了，不能填 {RIGHT}：{fault}{remedy}") from None
    return before


def _value(column: str, cell: CellValue, rules: RuleSet) -> CellValue:
    """Read what was entered as the column holds it. Raises `CellFault` for what the column cannot hold."""
    declared = COLUMN.get(column)
    if declared is None:
        return text_in(cell)
    if declared.kind == "date":
        return boundary.read_date(cell)
    if declared.kind in ("number", "count"):
        return boundary.read_number(cell, declared.unit)
    if declared.kind == "money":
        return boundary.read_money(cell, declared.unit)
    if declared.kind == "identifier":
        try:
            return meter_numbers(cell)
        except UnusableIdentifier as reason:
            raise NotUnderstood(f"{reason}。") from None
    return _option(column, text_in(cell), rules) if declared.kind == "option" else text_in(cell)


def _option(column: str, word: str, rules: RuleSet) -> str:
    words = option_words(rules).get(column, {})
    if column == "否决事项":
        odd = named_vetoes(word, scales_of(rules))[1]
        if odd:
            raise NotUnderstood(f"否决事项“{odd[0]}”不在规则里。{suggestion(odd[0], words)}。")
        return word
    accepted = {plain(each): option for each, option in words.items()}
    if plain(word) not in accepted:
        raise NotUnderstood(f"“{word}”不在选项里。{suggestion(word, words)}。")
    return accepted[plain(word)]


def filled_in(
    standing: Sequence[Row], returned: Sequence[Row]
) -> tuple[list[dict[str, CellValue]], list[str]]:
    """Put what a returned list says into the rows of the list; return them, and sentences for what is not on it."""
    said = {VERIFICATION.key_of(row): row for row in returned}
    rows = []
    for row in standing:
        back = said.pop(VERIFICATION.key_of(row), {})
        filled = {header: back[header] for header in VERIFICATION.entered[1:] if text_in(back.get(header))}
        rows.append({**row, **filled})
    strangers = [row for row in said.values() if text_in(row.get("核实结果")) or text_in(row.get("核实值"))]
    faults = [
        f"回表里客户 {text_in(row.get(KEY))} 的{text_in(row.get('核实项目'))}不在“{SHEET}”的清单里，没有采用。"
        for row in strangers
    ]
    return rows, faults
