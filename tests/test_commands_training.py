"""出题 and 阅卷 on a closed workbook: what the sheet shows, what the ledger keeps, and what nobody may see early."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ccgrade_xl.casework.ledger import ExamResult
from ccgrade_xl.cli import DONE, app
from ccgrade_xl.commands import mark_exam, new_exam, undo_last
from ccgrade_xl.errors import BookFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.ledger import reading
from ccgrade_xl.pages.training import read_paper
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE
from ccgrade_xl.workbook.names import LEDGER_PLACE
from ccgrade_xl.workbook.template import new_book
from ccgrade_xl.workbook.training import (
    ALIKE,
    APART,
    CONTENT,
    COUNT,
    EXAMINEE,
    FAQ,
    FORM,
    OPEN,
    PAPER,
    QUESTIONS,
    RESULTS,
    RIGHT,
    WRONG,
)

AS_OF = dt.date(2026, 10, 31)
FACTS = {
    "客户状态": "在用", "在用月数": 12.0, "用气单位性质": "国有企业", "合同签订": "有效且信息一致",
    "用气单位所属": "自有物业", "最长逾期天数": 5.0, "当前欠费天数": 0.0, "缴费方式": "银行代扣", "月均气费": 100000.0,
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook with forty customers, each a little different."""
    path = tmp_path / "簿.xlsm"
    new_book(path)
    book = ClosedFileBook(path)
    names = [column.name for column in CUSTOMER_COLUMNS]
    customers = [
        {
            **FACTS, "客户编号": f"{at:04}", "客户名称": f"{at}号厂", "月均用气量": 1000.0 * at**2,
            "逾期次数": float(at % 5), "预收气费余额": 9000.0 * at,
        }
        for at in range(40)
    ]  # fmt: skip
    book.replace_rows(CUSTOMER_TABLE, [[customer.get(name) for name in names] for customer in customers])
    book.commit()
    return path


def questions(book: ClosedFileBook) -> list[dict[str, object]]:
    return QUESTIONS.records(book.read_table(QUESTIONS.name))


def answer(path: Path, *, wrong: int = 0, open_ones: int = 0) -> None:
    """Answer the paper on the sheet: right, but for the first so many and the last so many."""
    book = ClosedFileBook(path)
    sat = read_paper(book)
    rows = questions(book)
    for at, (row, asked) in enumerate(zip(rows, sat.asked, strict=True)):
        other = next((option for option in asked.options if option != asked.answer), "-1")
        row["作答"] = None if at >= len(rows) - open_ones else other if at < wrong else asked.answer
    book.replace_rows(QUESTIONS.name, QUESTIONS.rows(rows))
    book.commit()


def put(path: Path, **options: object) -> str:
    book = ClosedFileBook(path)
    outcome = new_exam(book, **{"as_of": AS_OF, "seed": 3, **options})
    book.commit()
    return str(outcome.data["paper"])


def mark(path: Path, person: str):
    book = ClosedFileBook(path)
    outcome = mark_exam(book, person)
    book.commit()
    return outcome, ClosedFileBook(path)


def test_a_paper_shows_questions_and_no_answers(path) -> None:
    number = put(path, form="考试", count=18)
    book = ClosedFileBook(path)
    rows = questions(book)
    assert number == "考试-20261031-0003" == book.read_block(PAPER)[0][0]
    assert len(rows) == 18
    assert sum(row["分值"] for row in rows) == 100
    assert all(row["题目"] and row["选项"] and row[CONTENT] for row in rows)
    assert not any(row[header] for row in rows for header in ("作答", "得分", "结果", "正确答案", "解析"))


def test_form_and_count_are_those_of_the_sheet(path) -> None:
    book = ClosedFileBook(path)
    book.write_block(FORM, [["自查"]])
    book.write_block(COUNT, [[7.0]])
    outcome = new_exam(book, as_of=AS_OF)
    assert outcome.data["paper"].startswith("自查-")
    assert {row["题型"] for row in questions(book)} == {"整户评级"}
    assert len(questions(book)) == 7


@pytest.mark.parametrize(
    ("name", "cell", "sentence"),
    [(FORM, "面试", "卷别“面试”"), (COUNT, "许多", "题数“许多”"), (COUNT, 99.0, "题数应在")],
)
def test_what_the_sheet_asks_for_must_make_sense(path, name, cell, sentence) -> None:
    book = ClosedFileBook(path)
    book.write_block(name, [[cell]])
    with pytest.raises(Exception, match=sentence):
        new_exam(book, as_of=AS_OF)


def test_marking_gives_points_verdicts_and_explanations(path) -> None:
    put(path, form="考试", count=20)
    answer(path, wrong=3, open_ones=2)
    outcome, book = mark(path, "张三")
    rows = questions(book)
    assert [row["结果"] for row in rows] == ["错误"] * 3 + ["正确"] * 15 + ["未答"] * 2
    assert sum(row["得分"] for row in rows) == outcome.data["points"] == 75
    assert all(
        row["解析"] and row["正确答案"] and row["结果"] in (RIGHT, ALIKE, WRONG, APART, OPEN) for row in rows
    )
    assert outcome.message.startswith("张三：75 分，20 题中 15 题正确。")
    assert len(outcome.attention) == 5
    assert book.read_block(PAPER)[3][0].startswith("张三：75 分")
    assert list(book.read_block(RESULTS)[0][:4]) == ["张三", 1.0, 0.75, 0.75]


def test_the_ledger_keeps_every_result_and_each_person_has_a_line(path) -> None:
    for seed, (person, wrong) in enumerate([("张三", 10), ("李四", 2), ("张三", 0)]):
        put(path, form="考试", count=20, seed=seed)
        answer(path, wrong=wrong)
        _, book = mark(path, person)
    with reading(book) as view:
        kept = [entry.record for entry in view.current(ExamResult)]
    assert [(each.examinee, each.points) for each in kept] == [("张三", 50), ("李四", 90), ("张三", 100)]
    lines = [[cell for cell in row if cell is not None] for row in book.read_block(RESULTS)]
    assert [line for line in lines if line != ["—"]] == [
        ["张三", 2.0, 0.75, 0.5, 1.0],
        ["李四", 1.0, 0.9, 0.9],
    ]


def test_a_paper_is_handed_in_once(path) -> None:
    put(path, count=5)
    answer(path)
    mark(path, "张三")
    with pytest.raises(BookFault, match="已经阅过"):
        mark_exam(ClosedFileBook(path), "张三")
    put(path, count=5)
    answer(path)
    with pytest.raises(BookFault, match="张三已经交过试卷"):
        mark_exam(ClosedFileBook(path), "张三")


def test_without_a_paper_or_an_answer_nothing_is_marked(path) -> None:
    with pytest.raises(BookFault, match="请先按“出题”"):
        mark_exam(ClosedFileBook(path))
    put(path, count=5)
    with pytest.raises(BookFault, match="还没有作答"):
        mark_exam(ClosedFileBook(path))
    assert not list(path.parent.glob("*.sqlite"))


def test_a_paper_is_marked_by_the_rules_it_was_set_under(path) -> None:
    put(path, form="考试", count=20)
    before = [asked.answer for asked in read_paper(ClosedFileBook(path)).asked]
    book = ClosedFileBook(path)
    table = book.read_table("用气量分档")
    book.replace_rows("用气量分档", [[name, lower * 3, x] for name, lower, x, *_ in table.rows])
    assert [asked.answer for asked in read_paper(book).asked] == before


def test_a_self_check_is_compared_with_the_rules_and_feeds_the_questions(path) -> None:
    put(path, form="自查", count=10)
    answer(path, wrong=2)
    outcome, book = mark(path, "张三")
    assert outcome.data["agreement"] == 0.8
    faq = FAQ.records(book.read_table(FAQ.name))
    assert [row["出处"] for row in faq] == ["自查-20261031-0003 第1题", "自查-20261031-0003 第2题"]
    assert all(str(row["各人作答"]).startswith("张三 ") for row in faq)


def test_of_two_the_second_answers_blind_and_then_both_are_compared(path) -> None:
    put(path, form="互查", count=12)
    answer(path, wrong=1)
    first, book = mark(path, "张三")
    assert first.data["waiting"]
    assert not any(row[header] for row in questions(book) for header in ("作答", "结果", "正确答案", "解析"))
    answer(path, wrong=4)
    second, book = mark(path, "李四")
    rows = questions(book)
    assert second.data["apart"] == 3
    assert [row["结果"] for row in rows] == ["一致"] + ["不一致"] * 3 + ["一致"] * 8
    assert str(rows[1]["作答"]).startswith("张三 ")
    assert "；李四 " in str(rows[1]["作答"])
    assert "12 户中 9 户一致（75%），κ = " in book.read_block(PAPER)[3][0]
    assert len(FAQ.records(book.read_table(FAQ.name))) == 3


def test_what_the_group_concluded_stays_when_more_questions_come(path) -> None:
    for seed in (1, 2):
        put(path, form="自查", count=6, seed=seed)
        answer(path, wrong=1)
        _, book = mark(path, "张三")
        faq = FAQ.records(book.read_table(FAQ.name))
        faq[0]["处理意见"] = "按最新合同"
        book.replace_rows(FAQ.name, FAQ.rows(faq))
        book.commit()
    assert [row["处理意见"] for row in FAQ.records(ClosedFileBook(path).read_table(FAQ.name))] == [
        "按最新合同",
        None,
    ]


def test_undo_puts_the_sheet_back(path) -> None:
    put(path, form="自查", count=6)
    answer(path, wrong=1)
    before = questions(ClosedFileBook(path))
    _, book = mark(path, "张三")
    assert undo_last(book).message == "已撤销“阅卷”，恢复到之前的内容。"
    assert questions(book) == before
    assert FAQ.records(book.read_table(FAQ.name)) == []


def test_an_answer_that_looks_like_a_formula_stays_text(path) -> None:
    put(path, count=3)
    book = ClosedFileBook(path)
    rows = questions(book)
    rows[0]["作答"] = "=1+1"
    book.replace_rows(QUESTIONS.name, QUESTIONS.rows(rows))
    book.commit()
    _, book = mark(path, "@张三")
    assert questions(book)[0]["作答"] == "=1+1"
    assert book.read_block(RESULTS)[0][0] == "@张三"


def test_the_examinee_is_the_one_on_the_sheet(path) -> None:
    put(path, count=3)
    answer(path)
    book = ClosedFileBook(path)
    book.write_block(EXAMINEE, [["赵六"]])
    assert mark_exam(book).message.startswith("赵六：100 分")


def test_the_command_line_sets_marks_and_lists(path) -> None:
    run = CliRunner().invoke
    assert (
        run(app, ["exam", "new", str(path), "--form", "考试", "--count", "6", "--seed", "1"]).exit_code
        == DONE
    )
    answer(path)
    assert run(app, ["exam", "mark", str(path), "--examinee", "张三"]).exit_code == DONE
    (result,) = json.loads(run(app, ["exam", "results", str(path), "--json"]).output)
    assert (result["person"], result["points"], result["full"]) == ("张三", 100.0, 100.0)
    assert "张三" in run(app, ["exam", "results", str(path)]).output


def test_the_ledger_may_lie_elsewhere(path, tmp_path) -> None:
    elsewhere = tmp_path / "共享" / "台账.sqlite"
    elsewhere.parent.mkdir()
    book = ClosedFileBook(path)
    book.write_block(LEDGER_PLACE, [[str(elsewhere)]])
    book.commit()
    put(path, count=3)
    answer(path)
    mark(path, "张三")
    assert elsewhere.exists()
