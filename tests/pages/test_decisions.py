"""调整和异议 on a workbook: grades stay as computed, decisions stand beside them and in the ledger."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.casework.ledger import Objection, Override, beside
from ccgrade_xl.commands import explain_customer, grade_customers, settle_decisions, undo_last
from ccgrade_xl.commands.decisions import register_objection, register_override, withdraw_override
from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.grading.next_star import possible_changes
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.customers import row_named
from ccgrade_xl.pages.ledger import has_ledger, reading
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import grade_table
from ccgrade_xl.workbook.decisions import LETTER, OBJECTION_LIST, OVERRIDE_LIST
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from tests.pages.books import AS_OF, enter, graded_book, rows_of

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
OVERRIDDEN = {
    "客户编号": "0002", "项目": "星级", "调整为": "四星级", "原因": "担保", "批准人": "王组长",
    "有效期至": dt.date(2026, 12, 31),
}  # fmt: skip
OBJECTED = {"客户编号": "0001", "收到日期": AS_OF, "异议内容": "余额不对"}


@pytest.fixture
def book(tmp_path: Path) -> ClosedFileBook:
    return graded_book(tmp_path / "簿.xlsm")


def entered(book: Any, declared: Any, *rows: dict[str, Any]) -> None:
    book.replace_rows(declared.name, declared.rows(rows))


def settle(book: Any, as_of: dt.date = AS_OF) -> Any:
    return settle_decisions(book, as_of=as_of, at=AT)


def remarks(book: Any) -> dict[str, str]:
    table = book.read_table(CUSTOMER_TABLE)
    return dict(zip(table.column("客户编号"), table.column("说明"), strict=True))


def stars(book: Any) -> list[Any]:
    return list(book.read_table(CUSTOMER_TABLE).column("星级"))


def test_an_override_stands_beside_the_grade_and_never_instead_of_it(book: ClosedFileBook) -> None:
    before = stars(book)
    entered(book, OVERRIDE_LIST, OVERRIDDEN)
    settle(book)
    assert stars(book) == before
    assert remarks(book)["0002"].startswith("【人工调整：星级 四星级（至 2026-12-31，批准人 王组长）】")
    [row] = rows_of(book, OVERRIDE_LIST.name)
    assert (row["计算结果"], row["情况"], row["客户名称"]) == ("三星级", "有效", "二厂")
    with reading(book) as view:
        [entry] = view.entries(Override)
    assert (entry.record.computed, entry.record.decided, entry.record.approver) == (
        "三星级",
        "四星级",
        "王组长",
    )


def test_an_explanation_tells_what_people_decided_before_what_is_computed(book: ClosedFileBook) -> None:
    entered(book, OVERRIDE_LIST, OVERRIDDEN)
    settle(book)
    decided = "【人工调整：星级 四星级（至 2026-12-31，批准人 王组长）】"
    outcome = explain_customer(book, "0002", as_of=AS_OF)
    assert outcome.message.splitlines()[:2] == ["0002 二厂", decided]
    assert outcome.data["decided"] == decided
    assert explain_customer(book, "0001", as_of=AS_OF).data["decided"] == ""
    assert explain_customer(book, "0002", as_of=dt.date(2027, 1, 1)).data["decided"] == ""


def test_grading_again_keeps_what_is_in_force_and_drops_what_is_over(book: ClosedFileBook) -> None:
    entered(book, OVERRIDE_LIST, OVERRIDDEN)
    grade_customers(book, as_of=AS_OF)
    assert "人工调整" in remarks(book)["0002"]
    grade_customers(book, as_of=dt.date(2027, 1, 1))
    assert "人工调整" not in remarks(book)["0002"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"原因": None}, "缺原因"),
        ({"批准人": " "}, "缺批准人"),
        ({"有效期至": None}, "缺有效期至"),
        ({"有效期至": "年底"}, "有效期至：“年底” 不是看得懂的日期"),
        ({"客户编号": "9999"}, "没有客户编号 9999"),
        ({"项目": "心情"}, "项目应为信用等级或星级"),
        ({"调整为": "4A"}, "星级没有“4A”"),
    ],
)
def test_an_override_that_lacks_something_is_named_and_not_recorded(
    book: ClosedFileBook, changed: dict[str, Any], says: str
) -> None:
    entered(book, OVERRIDE_LIST, {**OVERRIDDEN, **changed})
    outcome = settle(book)
    assert says.replace(" ", "") in outcome.attention[0].replace(" ", "")
    assert rows_of(book, OVERRIDE_LIST.name)[0]["情况"]
    assert not has_ledger(book)
    assert "人工调整" not in str(remarks(book))


def test_too_many_overrides_warn_when_grading_and_when_entered(book: ClosedFileBook) -> None:
    """One of the three customers that take part is 33 %."""
    entered(book, OVERRIDE_LIST, OVERRIDDEN)
    assert any("超过 5%" in sentence for sentence in settle(book).attention)
    assert any("超过 5%" in sentence for sentence in grade_customers(book, as_of=AS_OF).attention)


def test_too_many_counts_the_customers_with_an_override_in_force_once_each(book: ClosedFileBook) -> None:
    credit = {**OVERRIDDEN, "项目": "信用等级", "调整为": "4A"}
    over = {**OVERRIDDEN, "客户编号": "0001", "有效期至": AS_OF - dt.timedelta(days=1)}
    entered(book, OVERRIDE_LIST, OVERRIDDEN, credit, over)
    [said] = [sentence for sentence in settle(book).attention if "超过 5%" in sentence]
    assert said.startswith("人工调整有效 1 户，")


def test_nothing_new_is_not_recorded_again(book: ClosedFileBook) -> None:
    entered(book, OVERRIDE_LIST, OVERRIDDEN)
    entered(book, OBJECTION_LIST, OBJECTED)
    assert settle(book).data["recorded"] == 2
    assert settle(book).data["recorded"] == 0
    enter(book, OVERRIDE_LIST.name, 0, 撤销="是")
    assert settle(book).data["recorded"] == 1
    with reading(book) as view:
        assert [entry.record.withdrawn for entry in view.entries(Override)] == [False, True]
    assert "人工调整" not in str(remarks(book))


def test_an_objection_is_marked_at_once_and_the_mark_goes_with_the_answer(book: ClosedFileBook) -> None:
    entered(book, OBJECTION_LIST, OBJECTED)
    settle(book)
    assert "【异议处理中：2026-03-02 收到，2026-03-04 前答复】" in remarks(book)["0001"]
    [row] = rows_of(book, OBJECTION_LIST.name)
    assert (row["异议编号"], row["答复期限"], row["当前等级"]) == (
        "20260302-0001", dt.date(2026, 3, 4), "5A 五星级"
    )  # fmt: skip
    late = settle(book, dt.date(2026, 3, 6))
    assert "客户 0001 的异议（20260302-0001）应在 2026-03-04 前答复，已逾期 2 天。" in late.attention
    enter(book, OBJECTION_LIST.name, 0, 处理结果="维持", 答复日期=dt.date(2026, 3, 4))
    settle(book, dt.date(2026, 3, 6))
    assert "异议" not in str(remarks(book))
    with reading(book) as view:
        assert [entry.record.state for entry in view.entries(Objection)] == ["待处理", "维持"]


def test_an_answer_keeps_the_day_it_was_given_on(book: ClosedFileBook) -> None:
    """答复日期 left blank is the day of the first press after the answer; later presses and month closes are not it."""
    entered(book, OBJECTION_LIST, OBJECTED)
    settle(book)
    enter(book, OBJECTION_LIST.name, 0, 处理结果="维持")
    assert settle(book, dt.date(2026, 3, 4)).data["recorded"] == 1
    for later in (dt.date(2026, 4, 20), dt.date(2026, 5, 21)):
        assert settle(book, later).data["recorded"] == 0
    [row] = rows_of(book, OBJECTION_LIST.name)
    assert (row["答复日期"], row["情况"]) == (dt.date(2026, 3, 4), "已答复（维持）")
    enter(book, OBJECTION_LIST.name, 0, 答复日期=None)  # as an earlier version left it
    assert settle(book, dt.date(2026, 6, 1)).data["recorded"] == 0
    assert rows_of(book, OBJECTION_LIST.name)[0]["答复日期"] == dt.date(2026, 3, 4)


def test_a_letter_that_cannot_be_written_leaves_the_ledger_alone(book: ClosedFileBook) -> None:
    entered(book, OBJECTION_LIST, OBJECTED)
    enter(book, CUSTOMER_TABLE, 0, 评级日期="不知道")
    with pytest.raises(CcgradeError, match="不知道"):
        settle(book)
    assert not has_ledger(book)


def test_the_letter_is_written_for_the_objection(book: ClosedFileBook) -> None:
    entered(book, OBJECTION_LIST, OBJECTED)
    settle(book)
    letter = [row[0] for row in book.read_block(LETTER) if row[0]]
    assert letter[0] == "关于客户分级评定异议的答复"
    assert "一厂（客户编号 0001）：" in letter
    assert any("信用等级 5A，星级 五星级" in line for line in letter)
    assert any("气费缴纳" in line for line in letter)


@pytest.mark.parametrize(
    ("customer", "changed", "lines"),
    [
        (0, {"用气单位性质": None}, ["用气单位性质：未知，权重分给其他指标"]),
        (0, {"在用月数": None}, ["缺失资料：在用月数（信用指标的资料完整度 100%）"]),
        (0, {}, ["信用等级：5A，标准分 Y = 5", "用气量等级：五级，标准分 X = 5，月均用气量 120,000 m³",
                 "星级：五星级，综合得分 X × Y = 25"]),
        (3, {}, ["用气量等级：月均用气量未知", "星级：待定"]),
    ],
)  # fmt: skip
def test_the_letter_gives_its_grounds_as_a_person_would(
    book: ClosedFileBook, customer: int, changed: dict[str, Any], lines: list[str]
) -> None:
    enter(book, CUSTOMER_TABLE, customer, **changed)
    objected: dict[str, Any] = {"异议内容": "有误", "收到日期": AS_OF}
    letter = register_objection(book, f"{customer + 1:04}", objected, as_of=AS_OF, at=AT).data["letter"]
    assert [line for line in lines if f"  {line}" not in letter] == []


def test_an_unknown_balance_is_to_be_verified_and_not_taken_for_nothing(book: ClosedFileBook) -> None:
    enter(book, CUSTOMER_TABLE, 1, 预收气费余额=None)
    objected: dict[str, Any] = {"异议内容": "有误", "收到日期": AS_OF}
    letter = register_objection(book, "0002", objected, as_of=AS_OF, at=AT).data["letter"]
    advice = next(line for line in letter if line.startswith("三、怎样提高："))
    assert "再存" not in advice
    changes = possible_changes(
        grade_table(row_named(book.read_table(CUSTOMER_TABLE), "0002"), RuleSet.default(), AS_OF)
    )
    told = [change.advice for change in changes if change.fact == "prepayment"]
    assert told
    assert all(said.startswith("先核实预收气费余额，不足 ") for said in told)


def test_a_second_objection_of_one_day_gets_its_own_number(book: ClosedFileBook) -> None:
    entered(book, OBJECTION_LIST, OBJECTED, {**OBJECTED, "异议内容": "合同不对"})
    settle(book)
    assert [row["异议编号"] for row in rows_of(book, OBJECTION_LIST.name)] == [
        "20260302-0001",
        "20260302-0001-2",
    ]


def test_from_the_command_line_an_objection_is_registered_extended_and_answered(book: ClosedFileBook) -> None:
    first = register_objection(book, "0001", {"异议内容": "余额不对", "收到日期": AS_OF}, as_of=AS_OF, at=AT)
    assert first.data["number"] == "20260302-0001"
    register_objection(book, "0001", {"延期批准人": "王组长"}, as_of=AS_OF, at=AT)
    assert rows_of(book, OBJECTION_LIST.name)[0]["答复期限"] == dt.date(2026, 3, 9)
    last = register_objection(book, "0001", {"处理结果": "维持", "答复日期": AS_OF}, as_of=AS_OF, at=AT)
    assert "四、处理结果：经复核，维持原评级。" in last.data["letter"]
    with pytest.raises(CcgradeError, match="没有登记过异议"):
        register_objection(book, "0002", {"处理结果": "维持"}, as_of=AS_OF, at=AT)


def test_an_answer_goes_to_the_objection_that_waits(book: ClosedFileBook) -> None:
    for text in ("余额不对", "合同不对"):
        register_objection(book, "0001", {"异议内容": text, "收到日期": AS_OF}, as_of=AS_OF, at=AT)
    answered: dict[str, Any] = {"处理结果": "维持", "答复日期": AS_OF}
    numbers = [
        register_objection(book, "0001", answered, as_of=AS_OF, at=AT).data["number"] for _ in range(3)
    ]
    assert numbers == ["20260302-0001-2", "20260302-0001", "20260302-0001-2"]


def test_the_letter_names_a_veto_once_and_what_people_decided(book: ClosedFileBook) -> None:
    enter(book, CUSTOMER_TABLE, 1, 否决事项="窃气", 否决日期=AS_OF)
    register_override(book, OVERRIDDEN, AS_OF, AT)
    letter = register_objection(
        book, "0002", {"异议内容": "有误", "收到日期": AS_OF}, as_of=AS_OF, at=AT
    ).data["letter"]
    assert next(line for line in letter if "窃气" in line).startswith("  否决：窃气（至")
    result = next(line for line in letter if line.startswith("一、评级结果："))
    assert result.endswith("经人工调整，星级按 四星级 执行，至 2026-12-31。")
    withdraw_override(book, "0002", as_of=AS_OF, at=AT)
    later = register_objection(book, "0002", {}, as_of=AS_OF, at=AT).data["letter"]
    assert not any("人工调整" in line for line in later)


def test_undo_puts_tables_remarks_and_letter_back(book: ClosedFileBook) -> None:
    entered(book, OVERRIDE_LIST, OVERRIDDEN)
    entered(book, OBJECTION_LIST, OBJECTED)
    before = (rows_of(book, OVERRIDE_LIST.name), rows_of(book, OBJECTION_LIST.name), remarks(book))
    settle(book)
    undo_last(book)
    assert (rows_of(book, OVERRIDE_LIST.name), rows_of(book, OBJECTION_LIST.name), remarks(book)) == before
    assert not any(row[0] for row in book.read_block(LETTER))


# --- the workbook of another month ---------------------------------------------------------------------------


@pytest.fixture
def later(book: ClosedFileBook, tmp_path: Path) -> ClosedFileBook:
    """A workbook beside the same ledger, made after an override and an objection were settled in the first."""
    entered(book, OVERRIDE_LIST, OVERRIDDEN)
    entered(book, OBJECTION_LIST, OBJECTED)
    settle(book)
    return graded_book(tmp_path / "四月.xlsm", as_of=dt.date(2026, 4, 1))


def test_grading_a_new_workbook_shows_what_still_holds_beside_the_grades(later: ClosedFileBook) -> None:
    assert remarks(later)["0002"].startswith("【人工调整：星级 四星级（至 2026-12-31，批准人 王组长）】")
    assert "【异议处理中：2026-03-02 收到" in remarks(later)["0001"]


def test_settling_brings_what_still_holds_back_onto_the_sheet(later: ClosedFileBook) -> None:
    settle(later, dt.date(2026, 4, 1))
    [override], [objection] = rows_of(later, OVERRIDE_LIST.name), rows_of(later, OBJECTION_LIST.name)
    assert (override["客户编号"], override["调整为"], override["情况"]) == ("0002", "四星级", "有效")
    assert (objection["异议内容"], objection["异议编号"]) == ("余额不对", "20260302-0001")
    assert objection["情况"].startswith("逾期")
    with reading(later) as view:
        assert len(view.entries(Override)) == len(view.entries(Objection)) == 1
    undo_last(later)
    assert rows_of(later, OVERRIDE_LIST.name) == []


def test_what_was_answered_withdrawn_or_has_expired_does_not_come_back(
    book: ClosedFileBook, tmp_path: Path
) -> None:
    entered(
        book,
        OVERRIDE_LIST,
        {**OVERRIDDEN, "有效期至": dt.date(2026, 3, 31)},
        {**OVERRIDDEN, "客户编号": "0001", "撤销": "是"},
    )
    entered(book, OBJECTION_LIST, {**OBJECTED, "处理结果": "维持", "答复日期": AS_OF})
    settle(book)
    later = graded_book(tmp_path / "四月.xlsm", as_of=dt.date(2026, 4, 1))
    settle(later, dt.date(2026, 4, 1))
    assert rows_of(later, OVERRIDE_LIST.name) == rows_of(later, OBJECTION_LIST.name) == []
    assert not any("【" in (remark or "") for remark in remarks(later).values())


def test_what_is_withdrawn_in_a_new_workbook_is_withdrawn_for_good(
    later: ClosedFileBook, tmp_path: Path
) -> None:
    settle(later, dt.date(2026, 4, 1))
    enter(later, OVERRIDE_LIST.name, 0, 撤销="是")
    settle(later, dt.date(2026, 4, 1))
    again = graded_book(tmp_path / "五月.xlsm", as_of=dt.date(2026, 5, 6))
    assert "人工调整" not in remarks(again)["0002"]


def test_a_ledger_that_cannot_be_read_keeps_nobody_from_grading(later: ClosedFileBook) -> None:
    beside(Path(later.location)).write_bytes(b"")
    outcome = grade_customers(later, as_of=dt.date(2026, 4, 1))
    assert any(said.startswith("人工调整和异议没有对照台账：") for said in outcome.attention)
    assert stars(later)[0] == "五星级"


# --- a row of which one cell is wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"处理结果": "驳回"}, "处理结果应为维持、更正、撤回之一，不是 “驳回”"),
        ({"处理结果": "维持", "答复日期": "昨天下午"}, "答复日期：“昨天下午”"),
        ({"收到日期": "月初"}, "收到日期：“月初”"),
        ({"异议内容": None}, "缺异议内容"),
        ({"客户编号": "9999"}, "没有客户编号 9999"),
    ],
)
def test_an_objection_with_a_wrong_cell_stays_open_and_says_what_is_wrong(
    book: ClosedFileBook, wrong: dict[str, Any], says: str
) -> None:
    entered(book, OBJECTION_LIST, OBJECTED)
    settle(book)
    [before] = rows_of(book, OBJECTION_LIST.name)
    enter(book, OBJECTION_LIST.name, 0, **wrong)
    outcome = settle(book)
    [row] = rows_of(book, OBJECTION_LIST.name)
    kept = ("异议编号", "客户名称", "当前等级", "答复期限")
    assert [row[header] for header in kept] == [before[header] for header in kept]
    assert says in str(row["情况"])
    assert row["答复日期"] == wrong.get("答复日期")
    assert "【异议处理中：" in remarks(book)["0001"]
    assert "异议待答复 1 件" in outcome.message
    assert outcome.attention[0].startswith(f"表格“异议”第 1 行仍按原来登记的：{str(row['情况'])[:4]}")
    with reading(book) as view:
        assert len(view.entries(Objection)) == 1


def test_an_objection_that_comes_with_a_wrong_answer_is_registered_as_open(book: ClosedFileBook) -> None:
    entered(book, OBJECTION_LIST, {**OBJECTED, "处理结果": "驳回"})
    assert "异议待答复 1 件" in settle(book).message
    assert rows_of(book, OBJECTION_LIST.name)[0]["异议编号"] == "20260302-0001"
    enter(book, OBJECTION_LIST.name, 0, 处理结果="维持")
    assert not settle(book).attention


def test_an_override_with_a_wrong_cell_holds_as_it_was_registered(book: ClosedFileBook) -> None:
    entered(book, OVERRIDE_LIST, OVERRIDDEN)
    settle(book)
    enter(book, OVERRIDE_LIST.name, 0, 有效期至="年底")
    settle(book)
    [row] = rows_of(book, OVERRIDE_LIST.name)
    assert (row["客户名称"], row["计算结果"]) == ("二厂", "三星级")
    assert "年底" in str(row["情况"])
    assert "【人工调整：星级 四星级（至 2026-12-31" in remarks(book)["0002"]


def test_a_faulty_row_does_not_stand_against_a_sound_one(book: ClosedFileBook) -> None:
    entered(book, OVERRIDE_LIST, OVERRIDDEN)
    settle(book)
    entered(book, OVERRIDE_LIST, {**OVERRIDDEN, "调整为": "五星级"}, {**OVERRIDDEN, "调整为": "6A"})
    settle(book)
    assert "【人工调整：星级 五星级" in remarks(book)["0002"]


# --- from the command line -----------------------------------------------------------------------------------


def test_a_number_that_lost_its_zeros_names_the_only_customer_it_can_mean(book: ClosedFileBook) -> None:
    register_objection(book, "1", {"异议内容": "余额不对", "收到日期": AS_OF}, as_of=AS_OF, at=AT)
    register_override(book, {**OVERRIDDEN, "客户编号": "2"}, AS_OF, AT)
    assert [row["客户编号"] for row in OBJECTION_LIST.records(book.read_table(OBJECTION_LIST.name))] == [
        "0001"
    ]
    assert "【人工调整" in remarks(book)["0002"]
    withdraw_override(book, "02", as_of=AS_OF, at=AT)
    assert "【人工调整" not in remarks(book)["0002"]


def test_what_cannot_be_registered_is_refused_before_anything_is_written(book: ClosedFileBook) -> None:
    register_objection(book, "0001", {"异议内容": "余额不对", "收到日期": AS_OF}, as_of=AS_OF, at=AT)
    before = (rows_of(book, OBJECTION_LIST.name), remarks(book))
    with pytest.raises(CcgradeError, match="没有登记：处理结果应为维持、更正、撤回之一"):
        register_objection(book, "0001", {"处理结果": "驳回", "答复日期": AS_OF}, as_of=AS_OF, at=AT)
    with pytest.raises(CcgradeError, match="“客户数据”里没有客户编号 9999，请核对"):
        register_objection(book, "9999", {"异议内容": "余额不对", "收到日期": AS_OF}, as_of=AS_OF, at=AT)
    with pytest.raises(CcgradeError, match="没有登记：星级没有 “6A”"):
        register_override(book, {**OVERRIDDEN, "调整为": "6A"}, AS_OF, AT)
    assert (rows_of(book, OBJECTION_LIST.name), remarks(book)) == before
    assert rows_of(book, OVERRIDE_LIST.name) == []
    answer: dict[str, Any] = {"处理结果": "维持", "答复日期": AS_OF}
    assert not register_objection(book, "0001", answer, as_of=AS_OF, at=AT).attention


def test_an_objection_that_was_typed_in_and_not_numbered_yet_can_be_answered(book: ClosedFileBook) -> None:
    entered(book, OBJECTION_LIST, OBJECTED)
    register_objection(book, "0001", {"处理结果": "维持"}, as_of=AS_OF, at=AT)
    [row] = rows_of(book, OBJECTION_LIST.name)
    assert (row["情况"], row["异议编号"]) == ("已答复（维持）", "20260302-0001")


def test_an_override_is_changed_and_withdrawn_by_its_customer_alone(book: ClosedFileBook) -> None:
    register_override(book, OVERRIDDEN, AS_OF, AT)
    register_override(book, {**OVERRIDDEN, "调整为": "五星级"}, AS_OF, AT)
    [row] = rows_of(book, OVERRIDE_LIST.name)
    assert (row["调整为"], row["情况"]) == ("五星级", "有效")
    register_override(book, {**OVERRIDDEN, "项目": "信用等级", "调整为": "4A"}, AS_OF, AT)
    with pytest.raises(CcgradeError, match="星级和信用等级都有人工调整，请写明撤销哪一项"):
        withdraw_override(book, "0002", as_of=AS_OF, at=AT)
    withdraw_override(book, "0002", "信用等级", AS_OF, AT)
    withdraw_override(book, "0002", as_of=AS_OF, at=AT)
    assert [row["情况"] for row in rows_of(book, OVERRIDE_LIST.name)] == ["已撤销", "已撤销"]
    with pytest.raises(CcgradeError, match="客户 0002 没有可以撤销的人工调整"):
        withdraw_override(book, "0002", as_of=AS_OF, at=AT)


def test_in_a_new_workbook_what_the_ledger_knows_is_answered_extended_and_withdrawn(
    later: ClosedFileBook,
) -> None:
    day = dt.date(2026, 4, 1)
    assert "逾期" in str(register_objection(later, "0001", {}, as_of=day, at=AT).attention)
    register_objection(later, "0001", {"延期批准人": "王组长"}, "20260302-0001", day, AT)
    register_objection(later, "0001", {"处理结果": "维持", "答复日期": day}, as_of=day, at=AT)
    withdraw_override(later, "0002", as_of=day, at=AT)
    assert not any("【" in (remark or "") for remark in remarks(later).values())
    [row] = rows_of(later, OBJECTION_LIST.name)
    assert (row["异议编号"], row["延期批准人"]) == ("20260302-0001", "王组长")


def test_a_new_objection_never_takes_a_number_the_ledger_has_given(later: ClosedFileBook) -> None:
    day = dt.date(2026, 4, 1)
    register_objection(later, "0001", {"处理结果": "维持", "答复日期": day}, as_of=day, at=AT)
    entered(later, OBJECTION_LIST)
    another = register_objection(later, "0001", {"异议内容": "合同不对", "收到日期": AS_OF}, as_of=day, at=AT)
    assert another.data["number"] == "20260302-0001-2"
    with reading(later) as view:
        assert [entry.record.subject for entry in view.current(Objection)] == ["余额不对", "合同不对"]
