"""工作: train and examine the group: 出题 puts a paper on 培训自测, 阅卷 marks what was answered."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from ccgrade_xl import undo
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.errors import BookFault
from ccgrade_xl.pages.customers import rules_of, today
from ccgrade_xl.rules.store import keep
from ccgrade_xl.workbook.book import Book, Outcome
from ccgrade_xl.workbook.training import SHEET

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import ExamResult, Pen
    from ccgrade_xl.casework.training.paper import Form
    from ccgrade_xl.pages.training import Sat


@command("exam", "出题", "工作", "按现行规则和客户资料出一份培训试卷：考试、自查或互查，写到“培训自测”。")
def new_exam(
    book: Book,
    form: Form | None = None,
    count: int | None = None,
    seed: int | None = None,
    as_of: dt.date | None = None,
) -> Outcome:
    """Put a new paper on 培训自测; form and count are those of the sheet, the seed is random unless given."""
    from ccgrade_xl.casework.training.paper import new_paper  # noqa: PLC0415 - other buttons start without it
    from ccgrade_xl.pages import training  # noqa: PLC0415

    training.must_have_sheet(book)
    rules, day = rules_of(book), as_of or today()
    source = training.source_of(book, rules, day)
    paper = new_paper(
        form or training.form_of(book),
        source,
        training.count_of(book) if count is None else count,
        secrets.randbelow(10_000) if seed is None else seed,
    )
    keep(rules)
    undo.remember(book.location, training.before(book, "出题"))
    training.put_paper(book, paper, source.setting)
    book.activate(SHEET)
    return Outcome(
        f"已出题：试卷 {paper.number}，{len(paper.questions)} 题，满分 100 分。"
        "在“作答”列填写字母、文字或分数，然后按“阅卷”。",
        data={"paper": paper.number, "questions": len(paper.questions), "rules": rules.version},
    )


@command("mark", "阅卷", "工作", "批改“培训自测”上的作答：得分、对错和解析；成绩记入台账，互查算一致率和 κ。")
def mark_exam(book: Book, examinee: str | None = None, at: dt.datetime | None = None) -> Outcome:
    """Mark the paper on 培训自测 and keep the result in the ledger; of a 互查, compare two people."""
    from ccgrade_xl.casework.ledger import ExamResult  # noqa: PLC0415
    from ccgrade_xl.casework.training.results import progress  # noqa: PLC0415
    from ccgrade_xl.pages import training  # noqa: PLC0415
    from ccgrade_xl.pages.ledger import writing  # noqa: PLC0415

    training.must_have_sheet(book)
    sat, person = training.read_paper(book), (examinee or training.examinee_of(book)).strip()
    if not any(sat.answers):
        raise BookFault(f"试卷 {sat.number} 还没有作答：请先在“作答”列填写答案，再按“阅卷”。")
    before = training.before(book, "阅卷")
    with writing(book, at) as pen:
        others = [each.record for each in pen.current(ExamResult) if each.record.number == sat.number]
        _must_be_new(sat, person, others)
        _keep_result(pen, sat, person)
        outcome = _compared(book, sat, person, others) if sat.form == "互查" else _marked(book, sat, person)
        lines = progress(each.record for each in pen.current(ExamResult))
        training.put_results(book, [(line.person, line.shares) for line in lines])
    undo.remember(book.location, before)
    book.activate(SHEET)
    return outcome


def _must_be_new(sat: Sat, person: str, others: list[ExamResult]) -> None:
    if any(other.examinee == person for other in others):
        raise BookFault(
            f"{person}已经交过试卷 {sat.number}。换人作答请先改“考试人”；本人再考请按“出题”换一份新卷。"
        )
    if sat.form == "互查" and len(others) >= 2:
        raise BookFault(f"试卷 {sat.number} 已有两人作答，互查已完成；请按“出题”换一份新卷。")


def _keep_result(pen: Pen, sat: Sat, person: str) -> None:
    from ccgrade_xl.casework.ledger import ExamResult  # noqa: PLC0415
    from ccgrade_xl.casework.training.results import answers_text  # noqa: PLC0415

    record = ExamResult(
        number=sat.number,
        examinee=person,
        taken_on=pen.at.astimezone().date(),
        points=sum(sat.points),
        full_points=100.0,
        answers=answers_text(sat.answers),
    )
    pen.append(record, sat.setting.rules.version)


def _marked(book: Book, sat: Sat, person: str) -> Outcome:
    """Mark an exam or a 自查; what a 自查 found different from the rules becomes a question of the group."""
    from ccgrade_xl.casework.training.agreement import agreement  # noqa: PLC0415
    from ccgrade_xl.pages import training  # noqa: PLC0415

    points, right = sum(sat.points), sum(each.right for each in sat.marked)
    sentence = f"{person}：{points:g} 分，{len(sat.asked)} 题中 {right} 题正确。"
    data: dict[str, object] = {"paper": sat.number, "person": person, "points": points, "right": right}
    if sat.form == "自查":
        found = agreement(sat.answers, [asked.answer for asked in sat.asked])
        sentence += f"与规则比：{found.sentence}"
        data |= {"agreement": found.share, "kappa": found.kappa}
        apart = [at for at, each in enumerate(sat.marked) if each.read and not each.right]
        training.put_faq(book, sat, [(person, sat.answers)], apart, today())
    training.put_marks(book, sat, sentence)
    wrong = [
        f"第 {at + 1} 题：{'答 ' + marked.read if marked.read else '未答'}，应为 {asked.answer}。{asked.explanation}"
        for at, (asked, marked) in enumerate(zip(sat.asked, sat.marked, strict=True))
        if not marked.right
    ]
    return Outcome(f"{sentence}成绩已记入台账。", wrong, data)


def _compared(book: Book, sat: Sat, person: str, others: list[ExamResult]) -> Outcome:
    """Put the first of two away unseen; with the second, compare them and keep what they did not agree on."""
    from ccgrade_xl.casework.training.agreement import agreement  # noqa: PLC0415
    from ccgrade_xl.casework.training.results import answers_in  # noqa: PLC0415
    from ccgrade_xl.pages import training  # noqa: PLC0415

    if not others:
        sentence = f"{person}已交卷，作答已收起；请第二人填好“考试人”，独立作答后再按“阅卷”。"
        training.put_away(book, sat, sentence)
        return Outcome(sentence, data={"paper": sat.number, "person": person, "waiting": True})
    people = [
        *((other.examinee, answers_in(other, len(sat.asked))) for other in others),
        (person, sat.answers),
    ]
    found = agreement(people[0][1], people[1][1])
    apart = [
        at
        for at, (one, other) in enumerate(zip(people[0][1], people[1][1], strict=True))
        if one and other and one != other
    ]
    training.put_comparison(book, sat, people, found)
    training.put_faq(book, sat, people, apart, today())
    told = [
        f"第 {at + 1} 题：{training.both(people, at)}；规则结果 {sat.asked[at].answer}。{sat.asked[at].explanation}"
        for at in apart
    ]
    data = {"paper": sat.number, "agreement": found.share, "kappa": found.kappa, "apart": len(apart)}
    return Outcome(
        f"互查完成：{people[0][0]}与{person}，{found.sentence}不一致的已记入“常见问题”。", told, data
    )
