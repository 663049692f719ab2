"""A backup is a ledger of its own, from either database; restoring checks every hash and loses nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ccgrade_xl.casework.ledger import Ledger, StepDone, backup, restore, verify
from ccgrade_xl.casework.month_close import close_month, correct_month
from ccgrade_xl.errors import LedgerFault
from tests.casework.samples import AT, DEFAULT, month_frame

STEP = StepDone(month="2026-03", step="导入")


@pytest.fixture
def closed(ledger: Ledger) -> Ledger:
    """A ledger with a month and a correction."""
    close_month(ledger, "2026-03", month_frame(30), DEFAULT, "张三", at=AT)
    correct_month(
        ledger,
        "2026-03",
        month_frame(30, 5).iloc[[1]],
        DEFAULT,
        "张三",
        reason="抄错",
        approver="李四",
        at=AT,
    )
    return ledger


def test_a_backup_is_a_ledger_with_the_same_head(closed: Ledger, tmp_path: Path) -> None:
    head = backup(closed, tmp_path / "备份.sqlite")
    assert verify(Ledger.open(tmp_path / "备份.sqlite")) == verify(closed)
    assert head == verify(closed).head


def test_a_backup_does_not_overwrite(closed: Ledger, tmp_path: Path) -> None:
    backup(closed, tmp_path / "备份.sqlite")
    with pytest.raises(LedgerFault, match="已经存在，没有覆盖"):
        backup(closed, tmp_path / "备份.sqlite")


def test_a_backup_is_made_while_another_process_writes(closed: Ledger, tmp_path: Path) -> None:
    before = verify(closed)
    with closed.writing("李四", AT) as pen:
        pen.append(STEP)
        backup(closed, tmp_path / "备份.sqlite")
    assert verify(Ledger.open(tmp_path / "备份.sqlite")) == before
    assert verify(closed).records == before.records + 1


def test_a_ledger_moves_from_file_to_server_and_back(
    closed: Ledger, tmp_path: Path, postgresql_place: str
) -> None:
    before = verify(closed)
    backup(closed, tmp_path / "备份.sqlite")
    if closed.place.file is None:
        moved = restore(tmp_path / "备份.sqlite", tmp_path / "台账.sqlite")
    else:
        moved = restore(tmp_path / "备份.sqlite", postgresql_place)
    assert verify(moved) == before
    with moved.writing("李四", AT) as pen:
        pen.append(STEP)
    assert verify(moved, since=before.head).fault == ""
    with moved.reading() as view, closed.reading() as old:
        assert view.frozen("2026-03").to_pandas().equals(old.frozen("2026-03").to_pandas())


def test_a_restored_ledger_takes_the_place_of_a_damaged_one_which_is_kept(tmp_path: Path) -> None:
    file, saved = tmp_path / "台账.sqlite", tmp_path / "备份.sqlite"
    close_month(Ledger.create(file), "2026-03", month_frame(30), DEFAULT, "张三", at=AT)
    backup(Ledger.open(file), saved)
    file.write_bytes(file.read_bytes()[:5000])
    file.with_name(file.name + "-wal").write_bytes(b"left over")
    with pytest.raises(LedgerFault, match="已经存在，没有覆盖"):
        restore(saved, file)
    assert verify(restore(saved, file, replace=True)) == verify(Ledger.open(saved))
    assert (tmp_path / "台账.sqlite.换下").stat().st_size == 5000
    with pytest.raises(LedgerFault, match="换下”已经存在"):
        restore(saved, file, replace=True)


def test_a_server_that_has_a_ledger_is_not_restored_over(tmp_path: Path, postgresql_place: str) -> None:
    backup(Ledger.create(postgresql_place), tmp_path / "备份.sqlite")
    with pytest.raises(LedgerFault, match="已经存在，没有覆盖"):
        restore(tmp_path / "备份.sqlite", postgresql_place)


def test_a_backup_that_was_tampered_with_is_not_restored(closed: Ledger, tmp_path: Path) -> None:
    saved = tmp_path / "备份.sqlite"
    backup(closed, saved)
    with sqlite3.connect(saved) as connection:
        connection.execute("DROP TRIGGER ccgrade_frozen_grade_no_update")
        connection.execute("UPDATE ccgrade_frozen_grade SET star = '五星级' WHERE position = 3")
    connection.close()
    with pytest.raises(LedgerFault, match="没有通过核验，没有恢复：2026-03 月结客户 00000004 的评级"):
        restore(saved, tmp_path / "台账.sqlite")
    assert not (tmp_path / "台账.sqlite").exists()
