"""Whoever gets round the guards and changes the ledger is seen: verify names the first record that is not as written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from ccgrade_xl.casework.ledger import Head, Ledger, StepDone, verify
from ccgrade_xl.casework.ledger.engines import Place, engine_of, writing
from ccgrade_xl.casework.month_close import close_month, correct_month
from ccgrade_xl.errors import LedgerFault
from tests.casework.samples import AT, DEFAULT, month_frame


@pytest.fixture
def closed(ledger: Ledger) -> Ledger:
    """A ledger of two months, a correction and some steps: records 1–6."""
    for month in ("2026-01", "2026-02"):
        close_month(ledger, month, month_frame(6), DEFAULT, "张三", at=AT)
    correct_month(
        ledger,
        "2026-01",
        month_frame(6, 5).iloc[[1, 4]],
        DEFAULT,
        "张三",
        reason="抄错",
        approver="李四",
        at=AT,
    )
    with ledger.writing("王五", AT) as pen:
        pen.append_all([StepDone(month="2026-03", step="导入"), StepDone(month="2026-03", step="检查")])
    assert verify(ledger) == verify(ledger, since=Head())
    return ledger


def tamper(place: Place, *statements: str) -> None:
    """Do what a database administrator could: switch the guards off, change, and switch them on again."""
    tables = ("ccgrade_record", "ccgrade_frozen_grade")
    with writing(engine_of(place)).begin() as connection:
        if connection.dialect.name == "sqlite":
            guards = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).all()
            off, on = [f"DROP TRIGGER {name}" for name, _ in guards], [sql for _, sql in guards]
        else:
            off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        for statement in (*off, *statements, *on):
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ccgrade_record SET person = '别人' WHERE number = 3", "第 3 条记录.*内容与写入时不同"),
        ("UPDATE ccgrade_record SET at = '2020-01-01T00:00:00+00:00' WHERE number = 5", "第 5 条记录.*内容"),
        ("UPDATE ccgrade_record SET rule_version = 'R-0' WHERE number = 2", "第 2 条记录.*内容"),
        ("UPDATE ccgrade_record SET content = replace(content, '检查', '复核') WHERE number = 6", "第 6 条记录.*内容"),
        ("UPDATE ccgrade_record SET month = '2026-04', key = 'x' WHERE number = 6", "第 6 条记录.*内容"),
        ("UPDATE ccgrade_record SET hash = 'ab' WHERE number = 4", "第 4 条记录.*内容"),
        ("UPDATE ccgrade_record SET previous = 'ab' WHERE number = 4", "第 4 条记录.*接不上"),
        ("DELETE FROM ccgrade_record WHERE number = 5", "第 5 条记录不见了"),
        ("DELETE FROM ccgrade_record WHERE number = 1", "第 1 条记录不见了"),
        (
            "UPDATE ccgrade_frozen_grade SET star = '五星级' WHERE month = '2026-02' AND customer = '00000004'",
            "2026-02 月结客户 00000004 的评级.*被改动过",
        ),
        (
            "UPDATE ccgrade_frozen_grade SET usage = usage + 0.001 WHERE revision = 1 AND customer = '00000005'",
            "2026-01 月结第 1 次更正客户 00000005 的评级.*被改动过",
        ),
        ("DELETE FROM ccgrade_frozen_grade WHERE month = '2026-02' AND position = 2", "2026-02 月结第 3 户的评级不见了"),
        ("DELETE FROM ccgrade_frozen_grade WHERE month = '2026-02' AND position = 5", "2026-02 月结应有 6 户，现在有 5 户"),
        ("DELETE FROM ccgrade_frozen_grade WHERE month = '2026-02'", "2026-02 月结应有 6 户，现在有 0 户"),
        (
            "UPDATE ccgrade_frozen_grade SET revision = 7 WHERE revision = 1",
            "2026-01 月结第 7 次更正的评级没有月结或更正记录",
        ),
    ],
)  # fmt: skip
def test_the_first_changed_record_is_named(closed: Ledger, statement: str, said: str) -> None:
    tamper(closed.place, statement)
    with pytest.raises(AssertionError, match=said):
        assert not verify(closed).fault, verify(closed).fault


def test_a_sound_ledger_stays_sound_when_the_guards_were_off_and_on(closed: Ledger) -> None:
    tamper(closed.place)
    assert verify(closed).fault == ""


def test_a_changed_grade_with_a_new_hash_breaks_the_one_after_it(closed: Ledger) -> None:
    tamper(
        closed.place,
        "UPDATE ccgrade_frozen_grade SET hash = (SELECT hash FROM ccgrade_frozen_grade WHERE month = '2026-01' AND "
        "revision = 0 AND position = 0) WHERE month = '2026-02' AND position = 5",
    )
    assert "客户 00000006 的评级" in verify(closed).fault


def test_records_cut_off_at_the_end_are_missed_by_whoever_saw_them(closed: Ledger) -> None:
    seen = verify(closed).head
    tamper(closed.place, "DELETE FROM ccgrade_record WHERE number >= 5")
    assert verify(closed).fault == ""
    assert "从前见过第 6 条记录，现在只有 4 条" in verify(closed, since=seen).fault


def test_another_ledger_in_the_place_of_the_first_is_seen(closed: Ledger) -> None:
    seen = Head(4, "00" * 32)
    assert "第 4 条记录" in verify(closed, since=seen).fault
    assert "整个替换过" in verify(closed, since=seen).fault


def test_a_head_seen_before_still_stands_after_more_was_written(closed: Ledger) -> None:
    seen = verify(closed).head
    with closed.writing("张三", AT) as pen:
        pen.append(StepDone(month="2026-03", step="评级"))
    assert verify(closed, since=seen).fault == ""


def test_guards_that_were_taken_away_are_named(closed: Ledger) -> None:
    with writing(engine_of(closed.place)).begin() as connection:
        on = "" if connection.dialect.name == "sqlite" else " ON ccgrade_record"
        connection.execute(sa.text(f"DROP TRIGGER ccgrade_record_no_update{on}"))
    assert "ccgrade_record_no_update" in verify(closed).fault


@pytest.mark.parametrize("column", ["content", "person", "at", "key"])
def test_bytes_in_the_place_of_a_text_are_named_as_any_other_change(file_place: Path, column: str) -> None:
    ledger = Ledger.create(file_place)
    with ledger.writing("王五", AT) as pen:
        pen.append(StepDone(month="2026-03", step="导入"))
    tamper(ledger.place, f"UPDATE ccgrade_record SET {column} = x'ff00ff' WHERE number = 1")
    assert re.search("第 1 条记录.*内容与写入时不同", verify(ledger).fault)


def test_bytes_in_a_frozen_grade_are_named_as_any_other_change(file_place: Path) -> None:
    ledger = Ledger.create(file_place)
    close_month(ledger, "2026-01", month_frame(3), DEFAULT, "张三", at=AT)
    tamper(ledger.place, "UPDATE ccgrade_frozen_grade SET star = x'ff00ff' WHERE position = 1")
    assert "客户 00000002 的评级与封存时不同" in verify(ledger).fault


ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n"


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["CREATE TRIGGER swallow BEFORE INSERT ON ccgrade_record BEGIN SELECT RAISE(IGNORE); END"], "swallow"),
        (
            [
                "DROP TRIGGER ccgrade_record_no_update",
                "CREATE TRIGGER ccgrade_record_no_update BEFORE INSERT ON ccgrade_record BEGIN SELECT RAISE(IGNORE); END",
            ],
            "ccgrade_record_no_update",
        ),
        (
            ["ALTER TABLE ccgrade_record RENAME TO r0", f"CREATE VIEW ccgrade_record AS {ENDLESS} AS number FROM r"],
            "ccgrade_record",
        ),
        (["DROP TABLE ccgrade_info", f"CREATE VIEW CCGRADE_INFO AS {ENDLESS} AS name, n AS value FROM r"], "CCGRADE_INFO"),
        (["CREATE UNIQUE INDEX one_a_person ON ccgrade_record (person)"], "one_a_person"),
        (["CREATE VIRTUAL TABLE words USING fts5(a)"], "words"),
    ],
)  # fmt: skip
def test_what_does_not_belong_into_a_ledger_is_named_and_it_stays_closed(
    file_place: Path, statements: list[str], named: str
) -> None:
    ledger = Ledger.create(file_place)
    with writing(engine_of(ledger.place)).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    with pytest.raises(LedgerFault, match=f"不是 ccgrade 放的.*{named}"):
        Ledger.open(file_place)


def test_a_table_of_somebody_else_does_a_ledger_no_harm(file_place: Path) -> None:
    ledger = Ledger.create(file_place)
    with writing(engine_of(ledger.place)).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (a TEXT PRIMARY KEY)")
        connection.exec_driver_sql("CREATE INDEX note ON notes (a)")
        connection.exec_driver_sql("ANALYZE")
    assert verify(Ledger.open(file_place)).fault == ""
