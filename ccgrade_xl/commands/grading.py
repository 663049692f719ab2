"""评级: grade the sample in place, take it back, say why, and try what if."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import compress

from attrs import evolve

from ccgrade_xl import boundary, undo
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.commands.origin import origins_in_short, put_notes_back
from ccgrade_xl.errors import BookFault
from ccgrade_xl.grading.customers import Coded
from ccgrade_xl.grading.explanation import MISSING, NOTHING, RANKS, VETO, explanation
from ccgrade_xl.grading.next_star import next_star
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.inspection import findings
from ccgrade_xl.pages.closing import note_step
from ccgrade_xl.pages.customers import (
    INPUTS,
    customer_numbers,
    day_of,
    graded_day,
    read_customers,
    row_named,
    rules_of,
    stop_if_cancelled,
    today,
)
from ccgrade_xl.pages.decisions import decided_by_number, override_warnings, read_decisions, remarked
from ccgrade_xl.pages.grading import grades_of, previous_grades
from ccgrade_xl.pages.overview import overview_before, write_overview
from ccgrade_xl.rules.ruleset import UNDECIDED, RuleSet
from ccgrade_xl.rules.store import keep
from ccgrade_xl.sample import grade_table, one_customer, result_columns
from ccgrade_xl.workbook.book import Book, CellValue, Outcome, Table
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.names import TRIAL_CUSTOMER


@command(
    "grade",
    "一键评级",
    "评级",
    "给全部客户评级：写入用气量等级、信用等级、星级和说明，并更新概览。",
    large=True,
)
def grade_customers(
    book: Book,
    rules: RuleSet | None = None,
    as_of: dt.date | None = None,
    *,
    at: dt.datetime | None = None,
) -> Outcome:
    """Grade every customer of table 客户 in place, and bring 分级概览 up to date; `at` is when, now when left out."""
    table = read_customers(book)
    chosen = rules or rules_of(book)
    book.status(f"正在评级 {len(table.rows)} 户……", 0.3)
    graded_on = as_of or day_of(at)
    grades = grades_of(book, table, chosen, graded_on)
    keep(chosen)
    stop_if_cancelled(book)
    undo.remember(book.location, _before(book, table))
    book.status("正在写入结果……", 0.6)
    results = result_columns(grades)
    decisions = read_decisions(book, table, graded_on)
    results["说明"] = remarked(decisions, table, results["说明"], graded_on)
    book.write_columns(CUSTOMER_TABLE, results)
    write_overview(book, table, grades)
    found = findings(table, chosen, grades.customers)
    found += override_warnings(decisions, int(grades.graded.sum()), graded_on)
    found += note_step(book, "评级", f"{len(table.rows)} 户，规则 {chosen.version}", at, as_of=graded_on)
    return graded_outcome(table, grades, found)


@command("undo", "撤销本次评级", "评级", "把上一次评级、导入或批注写入的内容恢复原样。")
def undo_last(book: Book) -> Outcome:
    """Put back what the last command replaced."""
    record = undo.recollect(book.location)
    if record.rows is not None:
        book.replace_rows(record.table, record.rows)
    elif record.columns:
        here = len(read_customers(book, blank_rows=True).rows)
        before = len(next(iter(record.columns.values())))
        if here != before:
            raise BookFault(f"“{record.table}”表现在有 {here} 行，写入时有 {before} 行，行数变了，不能撤销。")
        book.write_columns(record.table, record.columns)
    for name, rows in record.tables.items():
        book.replace_rows(name, rows)
    for name, rows in record.blocks.items():
        book.write_block(name, rows)
    for number, notes in record.notes.items():
        put_notes_back(book, number, notes)
    undo.forget(book.location)
    return Outcome(f"已撤销“{record.command}”，恢复到之前的内容。")


@command("explain", "解释所选客户", "评级", "说明所选客户为什么是这个等级，以及怎样升一星。", large=True)
def explain_selected(book: Book) -> Outcome:
    """Explain the grade of the customer the user stands on, and where its values came from."""
    number = book.selected_customer()
    if number is None:
        raise BookFault("请先在“客户数据”里点选一户客户（任意一格），再按“解释所选客户”。")
    explained_grade, came = explain_customer(book, number), origins_in_short(book, number)
    if not came:
        return explained_grade
    return evolve(explained_grade, message=f"{explained_grade.message}\n{came}")


def explain_customer(
    book: Book, number: str, rules: RuleSet | None = None, as_of: dt.date | None = None
) -> Outcome:
    """Explain one customer's grade by number, as of the day it stands graded of where no other is asked for.

    What people decided otherwise, and which objection waits, is told before it.
    """
    row = row_named(read_customers(book), number)
    chosen, day = rules or rules_of(book), as_of or graded_day(row) or today()
    decisions = read_decisions(book, row, day)
    outcome = explained(
        row, chosen, day, previous_grades(book, row, chosen, day), decided_by_number(decisions, day)
    )
    return evolve(outcome, attention=[*outcome.attention, *decisions.faults])


def explained(
    row: Table,
    rules: RuleSet,
    as_of: dt.date,
    previous: Coded | None = None,
    decided: Mapping[str, str] | None = None,
) -> Outcome:
    """Explain the one customer of a table; `previous` is as in `grade_sample`, `decided` what people decided, by number."""
    grades = grade_table(row, rules, as_of, previous)
    block = explanation(grades)
    advice = next_star(one_customer(row.headers, row.rows[0]), rules, as_of, previous).sentence
    (number,) = customer_numbers(row)
    name = row.column("客户名称")[0] if "客户名称" in row.headers else ""
    people = (decided or {}).get(number or "", "")
    lines = [f"{number} {name or ''}".strip(), people, *_explained_lines(block), f"怎样升星：{advice}"]
    return Outcome(
        "\n".join(filter(None, lines)),
        _standing_otherwise(row, grades),
        data={"customer": number, "explanation": block, "next_star": advice, "decided": people},
    )


def _standing_otherwise(row: Table, grades: Grades) -> list[str]:
    """Say so where a row was graded and what stands there is not what is explained."""
    fresh, names = result_columns(grades), ("信用等级", "星级")
    standing = {name: boundary.text_of(row.column(name)[0]) for name in names if name in row.headers}
    if not any(standing.values()) or all(text == (fresh[name][0] or "") for name, text in standing.items()):
        return []
    now = " ".join(text for text in standing.values() if text)
    return [f"这一行现在写的是 {now}：评级之后资料或规则改动过，请重新一键评级。"]


@command("trial", "试算", "评级", "把所选客户带到“试算”页：改一项看结果怎样变化。")
def trial_selected(book: Book) -> Outcome:
    """Bring the selected customer to 试算."""
    number = book.selected_customer()
    if number is not None:
        book.write_block(TRIAL_CUSTOMER, [[number]])
    book.activate("试算")
    return Outcome(
        f"已把客户 {number} 带到“试算”页。" if number else "请在“试算”页输入客户编号或直接填写资料。"
    )


def _before(book: Book, table: Table) -> undo.Replaced:
    whole = read_customers(book, blank_rows=True)
    results = [header for header in whole.headers if header not in INPUTS]
    columns = {header: whole.column(header) for header in results}
    return undo.Replaced("一键评级", table.name, columns, None, overview_before(book))


def graded_outcome(table: Table, grades: Grades, found: Sequence[str]) -> Outcome:
    """Say how many customers have which star."""
    stars = Counter(compress(grades.star_names(), grades.graded.tolist()))
    graded = sum(stars.values())
    names = [*reversed(grades.scales.star.names), UNDECIDED]
    listed = "，".join(f"{name} {stars[name]} 户" for name in names if stars[name])
    message = f"已评级 {graded} 户，不参评 {len(table.rows) - graded} 户：{listed or '无'}。规则 {grades.scales.rules.version}。"
    data = {
        "graded": graded,
        "not_graded": len(table.rows) - graded,
        "stars": {name: stars[name] for name in names},
    }
    data["rules"] = grades.scales.rules.version
    data["as_of"] = grades.as_of.isoformat()
    return Outcome(message, found, data)


_SCORES = {"信用等级": "标准分 Y", "用气量等级": "标准分 X", "星级": "综合得分 X × Y"}
"""What the score of a grade is called."""


def _explained_lines(block: Sequence[Sequence[CellValue]]) -> list[str]:
    """Return an explanation block as lines of text; what it has nothing to tell of is left out."""
    lines = []
    for name, value, score, _weight, _won, lost, remark in block[1:]:
        if name is None or (name in (*RANKS, VETO, MISSING) and NOTHING in (value, remark)):
            continue
        shown, said = str(value or ""), str(remark or "")
        if name == MISSING:
            known = f"（信用指标的资料完整度 {score:g}%）" if isinstance(score, float) else ""
            parts = [f"{said}{known}"]
        elif name in _SCORES and isinstance(score, float):
            parts = [shown, f"{_SCORES[str(name)]} = {score:g}", said.partition("，")[2]]
        elif name in _SCORES:
            parts = [shown if name != "用气量等级" else "", said if name == "用气量等级" else ""]
        else:
            parts = [
                "" if shown and said.startswith(shown) else shown,
                f"{score:g} 分" if isinstance(score, float) else "",
                f"失 {lost:g} 分" if isinstance(lost, float) and lost > 0 else "",
                said,
            ]
        told = "，".join(filter(None, parts)).removeprefix(f"{name}：") or "未知"
        lines.append(f"{name}：{told}")
    return lines
