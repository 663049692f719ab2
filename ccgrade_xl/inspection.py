"""What is wrong with the customers' data: one sentence a finding, naming sheet, row, customer, value and remedy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ccgrade_xl import boundary
from ccgrade_xl.boundary import customers_from, shown
from ccgrade_xl.errors import CellFault
from ccgrade_xl.grading.customers import Coded, Customers
from ccgrade_xl.grading.scales import Scales, scales_of
from ccgrade_xl.grading.veto import named_vetoes
from ccgrade_xl.rules.customer_states import STATES
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.nearness import nearest
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import table_columns
from ccgrade_xl.workbook.book import Table
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, alike_but_for_zeros, identifier
from ccgrade_xl.workbook.import_rows import option_words


def findings(
    table: Table, rules: RuleSet, customers: Customers | None = None, places: Sequence[str] = ()
) -> list[str]:
    """Return every finding in a table of customers, by row. Values that are merely blank are not findings.

    `customers` are the same rows where they have been read already; `places` name them in sentences where they do not
    stand in the table's own sheet.
    """
    scales = scales_of(rules)
    if customers is None:
        customers = customers_from(table_columns(table), len(table.rows))
    found: dict[int, list[str]] = defaultdict(list)
    for source in (
        _numbers(table),
        _notes(customers),
        _statuses(customers),
        _options(customers, scales),
        _vetoes(customers, scales),
    ):
        for row, sentence in source:
            found[row].append(sentence)
    return [
        f"{places[row] if places else _place(table, row)}{_customer(table, row)}：{sentence}"
        for row in sorted(found)
        for sentence in found[row]
    ]


def _place(table: Table, row: int) -> str:
    return f"{table.sheet or table.name}第 {table.first_row + row} 行"


def _customer(table: Table, row: int) -> str:
    number = ""
    if "客户编号" in table.headers:
        cell = table.rows[row][table.headers.index("客户编号")]
        number = (
            ""
            if boundary.is_blank(cell)
            else f"（客户 {boundary.read_text(cell) if boundary.error_in(cell) is None else shown(cell)}）"
        )
    return number


def _numbers(table: Table) -> Iterator[tuple[int, str]]:
    """Find customer numbers that are missing, unreadable or stand twice."""
    if "客户编号" not in table.headers:
        return
    first: dict[str, int] = {}
    whole: dict[str, int] = {}
    for row, cell in enumerate(table.column("客户编号")):
        try:
            number = boundary.read_text(cell)
            standing = identifier(cell)
        except CellFault as fault:
            yield row, f"客户编号{fault}"
            continue
        except UnusableIdentifier as reason:
            yield row, f"客户{reason}。"
            continue
        if number is None:
            yield row, "客户编号是空的，请补上。"
        elif number in first:
            yield row, f"客户编号与第 {table.first_row + first[number]} 行重复，请删去或改正其中一行。"
        else:
            first[number] = row
            whole.setdefault(standing or "", row)
    for alike in alike_but_for_zeros(whole):
        for number in alike[1:]:
            yield (
                whole[number],
                f"客户编号与第 {table.first_row + whole[alike[0]]} 行的 {alike[0]} 只差开头的 0，"
                "请核对是不是同一户；是的话留一行，写完整的编号。",
            )


def _notes(customers: Customers) -> Iterator[tuple[int, str]]:
    for row in np.flatnonzero(customers.notes.codes >= 0):
        yield int(row), f"{customers.notes.text_at(int(row))}，请改正。"


def _statuses(customers: Customers) -> Iterator[tuple[int, str]]:
    for text, rows in _rows_by_text(customers.status):
        if text not in STATES:
            for row in rows:
                yield row, f"客户状态{shown(text)}看不懂，不参评；应为{'、'.join(STATES)}之一。"


def _options(customers: Customers, scales: Scales) -> Iterator[tuple[int, str]]:
    words = option_words(scales.rules)
    for indicator in INDICATORS:
        if indicator.scoring != "option" or scales.weights[indicator.key] == 0:
            continue
        accepted = words.get(indicator.inputs[0], {})
        for text, rows in _rows_by_text(customers.options[indicator.key]):
            if scales.option(indicator.key, text) is None:
                hint = _suggestion(text, accepted)
                for row in rows:
                    yield row, f"{indicator.name}{shown(text)}不在选项中，按未知处理；{hint}"


def _vetoes(customers: Customers, scales: Scales) -> Iterator[tuple[int, str]]:
    accepted = option_words(scales.rules)["否决事项"]
    for text, rows in _rows_by_text(customers.vetoes):
        known, unknown = named_vetoes(text, scales)
        for row in rows:
            for word in unknown:
                yield row, f"否决事项{shown(word)}不在规则中，未计入；{_suggestion(word, accepted)}"
            if known and np.isnat(customers.veto_date[row]):
                yield row, f"否决事项“{'、'.join(known)}”没有否决日期，按生效处理；请核实日期。"


def _rows_by_text(column: Coded) -> Iterator[tuple[str, list[int]]]:
    for code, text in enumerate(column.texts):
        yield text, np.flatnonzero(column.codes == code).tolist()


def _suggestion(text: str, words: Mapping[str, str]) -> str:
    near = nearest(text, words)
    return f"是不是“{near}”？" if near else f"可选：{'、'.join(dict.fromkeys(words.values()))}。"
