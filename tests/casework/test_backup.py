"""A backup is a ledger of its own, from either database; restoring checks every hash and loses nothing."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ccgrade_xl.casework.ledger import Ledger, StepDone, backup, restore, verify
from ccgrade_xl.casework.month_close import close_month, correct_month
from ccgrade_xl.errors import LedgerFault
from tests.casework.samples import AT, DEFAULT, month_frame

STEP = StepDone(month="2026-03", step="导入")


NOWHERE = Path("/proc/self")
"""A folder in which nobody can make a file, not even root."""


@contextmanager
def no_room(size: int = 36_864) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as on a disk that is full; what SQLite keeps beside a ledger has room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def add_step(ledger: Ledger) -> None:
    with ledger.writing("李四", AT) as pen:
        pen.append(STEP)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


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


def test_a_backup_that_cannot_be_written_names_its_file_and_what_to_do(closed: Ledger) -> None:
    with pytest.raises(LedgerFault, match=r"^写不了“/proc/self/备份.sqlite”，请检查文件夹.*写权限"):
        backup(closed, NOWHERE / "备份.sqlite")


def test_a_backup_that_finds_no_room_leaves_nothing(closed: Ledger, tmp_path: Path) -> None:
    (tmp_path / "备份").mkdir()
    with no_room(), pytest.raises(LedgerFault, match=r"^写不了“.*/备份/a.sqlite”.*磁盘是否已满"):
        backup(closed, tmp_path / "备份" / "a.sqlite")
    assert names_in(tmp_path / "备份") == set()


def test_a_backup_of_a_ledger_that_is_gone_says_so_of_the_ledger(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "台账.sqlite")
    (tmp_path / "台账.sqlite").unlink()
    with pytest.raises(LedgerFault, match=r"^找不到评级台账“.*/台账.sqlite”"):
        backup(ledger, tmp_path / "备份.sqlite")
    assert names_in(tmp_path) == set()


def test_a_name_with_brackets_leaves_nothing_beside_its_file(closed: Ledger, tmp_path: Path) -> None:
    (tmp_path / "备份").mkdir()
    backup(closed, tmp_path / "备份" / "备份[1].sqlite")
    assert names_in(tmp_path / "备份") == {"备份[1].sqlite"}


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


def test_a_restore_that_finds_no_room_leaves_the_ledger_where_it_stood(tmp_path: Path) -> None:
    file, saved = tmp_path / "台账.sqlite", tmp_path / "备份.sqlite"
    ledger = Ledger.create(file)
    close_month(ledger, "2026-03", month_frame(30), DEFAULT, "张三", at=AT)
    backup(ledger, saved)
    add_step(ledger)
    before, names = verify(ledger), names_in(tmp_path)
    with no_room(), pytest.raises(LedgerFault, match=r"写不了“.*台账.sqlite”.*磁盘是否已满"):
        restore(saved, file, replace=True)
    assert verify(Ledger.open(file)) == before
    assert names_in(tmp_path) == names


def test_a_restore_that_cannot_move_the_log_aside_leaves_the_ledger_where_it_stood(tmp_path: Path) -> None:
    file, saved = tmp_path / "台账.sqlite", tmp_path / "备份.sqlite"
    backup(Ledger.create(file), saved)
    log, taken = tmp_path / "台账.sqlite-wal", tmp_path / "台账.sqlite.换下-wal"
    log.write_bytes(b"left over")
    taken.mkdir()
    names = names_in(tmp_path)
    with pytest.raises(LedgerFault, match="写不了"):
        restore(saved, file, replace=True)
    assert names_in(tmp_path) == names
    assert log.read_bytes() == b"left over"


def test_a_restore_that_a_server_cannot_hold_leaves_it_empty_for_the_next(
    tmp_path: Path, postgresql_place: str
) -> None:
    """PostgreSQL holds no NUL, SQLite does."""
    sound, odd = Ledger.create(tmp_path / "好.sqlite"), Ledger.create(tmp_path / "怪.sqlite")
    for ledger, step in ((sound, "导入"), (odd, "导\0入")):
        with ledger.writing("李四", AT) as pen:
            pen.append_all([STEP, StepDone(month="2026-03", step=step)])
    with pytest.raises(LedgerFault, match="没有读写成功"):
        restore(tmp_path / "怪.sqlite", postgresql_place)
    assert verify(restore(tmp_path / "好.sqlite", postgresql_place)) == verify(sound)


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
