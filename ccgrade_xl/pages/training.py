"""培训自测: a paper put on the sheet, the answers on it read and marked, and what stays of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from attrs import frozen

from ccgrade_xl import boundary
from ccgrade_xl.casework.training.agreement import Agreement
from ccgrade_xl.casework.training.kinds import KINDS
from ccgrade_xl.casework.training.paper import FORMS, Form, Paper, full_points
from ccgrade_xl.casework.training.question import Asked, Marked, Question, Setting, Source, question_of
from ccgrade_xl.errors import BookFault
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.pages.customers import read_customers, rules_of
from ccgrade_xl.pages.ledger import person_of
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.store import recall
from ccgrade_xl.sample import grade_table
from ccgrade_xl.undo import Replaced
from ccgrade_xl.workbook.book import Book, CellValue
from ccgrade_xl.workbook.training import (
    ALIKE,
    APART,
    CONTENT,
    COUNT,
    EXAMINEE,
    FAQ,
    FORM,
    NOBODY,
    OPEN,
    PAPER,
    PEOPLE,
    QUESTIONS,
    RESULTS,
    RIGHT,
    SHEET,
    SHOWN,
    WRONG,
)

Cells = dict[str, CellValue]

DEFAULT_COUNT = 20


@frozen
class Sat:
    """A paper as it stands on the sheet: number, form, setting, its rows, questions in words, and the answers."""

    number: str
    form: Form
    setting: Setting
    rows: tuple[Cells, ...]
    asked: tuple[Asked, ...]
    marked: tuple[Marked, ...]

    @property
    def points(self) -> list[float]:
        """The points of each question."""
        full = full_points(len(self.asked))
        return [full[at] if each.right else 0.0 for at, each in enumerate(self.marked)]

    @property
    def answers(self) -> list[str]:
        """The answers as they were read."""
        return [each.read for each in self.marked]


def form_of(book: Book) -> Form:
    """Return which form of paper the sheet asks for. Raises `BookFault` for one there is not."""
    text = boundary.read_text(book.read_name(FORM)) or FORMS[0]
    if text not in FORMS:
        raise BookFault(f"“{SHEET}”的卷别“{text}”看不懂，请选择{'、'.join(FORMS)}。")
    return text


def count_of(book: Book) -> int:
    """Return how many questions the sheet asks for. Raises `BookFault` for what is no whole number."""
    cell = book.read_name(COUNT)
    if boundary.is_blank(cell):
        return DEFAULT_COUNT
    text = (boundary.read_text(cell) or "").removesuffix("题").strip()
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not number.is_integer():
        raise BookFault(f"“{SHEET}”的题数“{text}”看不懂，请填写 1 到 60 的整数。")
    return int(number)


def examinee_of(book: Book) -> str:
    """Return who answers."""
    return boundary.read_text(book.read_name(EXAMINEE)) or person_of(book)


def must_have_sheet(book: Book) -> None:
    """Raise `BookFault` for a workbook older than this sheet."""
    if not book.has_name(PAPER) or QUESTIONS.name not in book.table_names():
        raise BookFault(f"这个工作簿没有“{SHEET}”的表格，请用“ccgrade new”新建工作簿，再导入客户资料。")


def source_of(book: Book, rules: RuleSet, as_of: dt.date) -> Source:
    """Return the sample of a book as papers are drawn from it."""
    grades: Grades = grade_table(read_customers(book), rules, as_of)
    return Source(grades.customers, Setting(rules, as_of))


def before(book: Book, command: str) -> Replaced:
    """Return what a command on this sheet replaces, for 撤销本次评级."""
    questions = book.read_table(QUESTIONS.name).rows
    blocks = {name: book.read_block(name) for name in (PAPER, RESULTS)}
    return Replaced(
        command, QUESTIONS.name, {}, questions, blocks, {FAQ.name: book.read_table(FAQ.name).rows}
    )


def put_paper(book: Book, paper: Paper, setting: Setting) -> None:
    """Put a paper on the sheet, its answers blank."""
    full = full_points(len(paper.questions))
    rows: list[Cells] = []
    for at, question in enumerate(paper.questions):
        asked = question.asked(setting)
        rows.append({
            "题号": at + 1.0, "题型": question.kind.name, "题目": asked.text, "选项": asked.choices or "填写分数",
            "分值": full[at], CONTENT: question.content(),
        })  # fmt: skip
    book.replace_rows(QUESTIONS.name, QUESTIONS.rows(rows))
    _put_heading(book, paper.number, setting, "作答后按“阅卷”。")


def read_paper(book: Book) -> Sat:
    """Return the paper on the sheet with its answers. Raises `BookFault` where there is none, or it is marked."""
    number, version, day = (row[0] for row in list(book.read_block(PAPER))[:3])
    rows = QUESTIONS.records(book.read_table(QUESTIONS.name))
    as_of = boundary.read_date(day)
    if not rows or boundary.is_blank(number) or as_of is None:
        raise BookFault(f"“{SHEET}”上没有试卷，请先按“出题”。")
    if any(not boundary.is_blank(row["结果"]) for row in rows):
        raise BookFault(f"试卷 {number} 已经阅过；要再考一次，请按“出题”换一份新卷。")
    setting = Setting(_rules(book, str(version)), as_of)
    questions: list[Question] = [question_of(row[CONTENT], KINDS) for row in rows]
    asked = tuple(question.asked(setting) for question in questions)
    marked = tuple(each.mark(_answer(row["作答"])) for each, row in zip(asked, rows, strict=True))
    form = next((form for form in FORMS if str(number).startswith(form)), FORMS[0])
    return Sat(str(number), form, setting, tuple(rows), asked, marked)


def _rules(book: Book, version: str) -> RuleSet:
    """Return the rules a paper was set under: the book's own, or those kept under that version."""
    rules = rules_of(book)
    return rules if rules.version == version else recall(version)


def _answer(cell: CellValue) -> object:
    """Return an answer as it is marked; a cell that shows an error is no answer."""
    return cell if isinstance(cell, float) else boundary.read_text(cell)


def put_marks(book: Book, sat: Sat, sentence: str) -> None:
    """Write points, verdicts, right answers and explanations beside the answers."""
    rows = [
        {
            **row,
            "作答": marked.read or None,
            "得分": points,
            "结果": RIGHT if marked.right else WRONG if marked.read else OPEN,
            "正确答案": asked.answer,
            "解析": asked.explanation,
        }
        for row, asked, marked, points in zip(sat.rows, sat.asked, sat.marked, sat.points, strict=True)
    ]
    book.replace_rows(QUESTIONS.name, QUESTIONS.rows(rows))
    _put_heading(book, sat.number, sat.setting, sentence)


def put_away(book: Book, sat: Sat, sentence: str) -> None:
    """Clear the answers of the first of two people, so that the second one answers blind."""
    book.replace_rows(QUESTIONS.name, QUESTIONS.rows([{**row, "作答": None} for row in sat.rows]))
    _put_heading(book, sat.number, sat.setting, sentence)


def put_comparison(book: Book, sat: Sat, people: Sequence[tuple[str, list[str]]], found: Agreement) -> None:
    """Write two people's answers side by side, whether they agree, and what the rules say."""
    rows = []
    for at, (row, asked) in enumerate(zip(sat.rows, sat.asked, strict=True)):
        given = [answers[at] for _, answers in people]
        verdict = OPEN if not all(given) else ALIKE if len(set(given)) == 1 else APART
        rows.append({
            **row, "作答": both(people, at), "结果": verdict, "正确答案": asked.answer, "解析": asked.explanation,
        })  # fmt: skip
    book.replace_rows(QUESTIONS.name, QUESTIONS.rows(rows))
    _put_heading(book, sat.number, sat.setting, found.sentence)


def both(people: Sequence[tuple[str, list[str]]], at: int) -> str:
    """Return everyone's answer to one question in words."""
    return "；".join(f"{person} {answers[at] or OPEN}" for person, answers in people)


def put_faq(
    book: Book, sat: Sat, people: Sequence[tuple[str, list[str]]], rows: Sequence[int], day: dt.date
) -> int:
    """Add questions that were not agreed on to 常见问题; return how many were not there yet."""
    standing = FAQ.records(book.read_table(FAQ.name))
    known = {FAQ.key_of(row) for row in standing}
    fresh: list[Cells] = []
    for at in rows:
        entry: Cells = {
            "出处": f"{sat.number} 第{at + 1}题", "问题": sat.asked[at].text, "各人作答": both(people, at),
            "规则结果": sat.asked[at].answer, "解析": sat.asked[at].explanation, "登记日期": day,
        }  # fmt: skip
        if FAQ.key_of(entry) not in known:
            fresh.append(entry)
    if fresh:
        book.replace_rows(FAQ.name, FAQ.rows([*standing, *fresh], standing))
    return len(fresh)


def put_results(book: Book, lines: Sequence[tuple[str, Sequence[float]]]) -> None:
    """Write each person's line of results: the last examined first, the last so many papers, oldest first."""
    rows: list[list[CellValue]] = []
    for person, shares in lines[:PEOPLE]:
        last = list(shares[-SHOWN:])
        rows.append(
            [person, float(len(shares)), sum(shares) / len(shares), *last, *[None] * (SHOWN - len(last))]
        )
    rows += [[NOBODY]] * (PEOPLE - len(rows))
    book.write_block(RESULTS, rows)


def _put_heading(book: Book, number: str, setting: Setting, sentence: str) -> None:
    book.write_block(PAPER, [[number], [setting.rules.version], [setting.as_of], [sentence]])
