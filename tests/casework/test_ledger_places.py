"""A ledger that cannot be used says why, where and what to do; an older one is brought up to date and keeps its data."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
import sqlalchemy as sa

from ccgrade_xl.casework.ledger import Ledger, Record, RunningCase, StepDone, beside, schema, verify
from ccgrade_xl.casework.ledger.engines import Place, engine_of, uri_of, writing
from ccgrade_xl.casework.month_close import close_month
from ccgrade_xl.errors import LedgerFault
from tests.casework.samples import AT, DEFAULT, month_frame

ROOT = Path(__file__).parents[2]
STEP = StepDone(month="2026-03", step="导入")
CASE = RunningCase(
    number="20260302-001", customer="0001", process="过户", step="受理", owner="客户经理", start=AT.date()
)


def add_step(ledger: Ledger) -> None:
    with ledger.writing("张三", AT) as pen:
        pen.append(STEP)


@pytest.fixture
def file(file_place: Path) -> Path:
    """A ledger file with a closed month in it, large enough to be cut short."""
    close_month(Ledger.create(file_place), "2026-03", month_frame(200), DEFAULT, "张三", at=AT)
    return file_place


def test_between_two_uses_a_ledger_is_one_file(file: Path) -> None:
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_ledger_of_a_workbook_lies_beside_it(tmp_path: Path) -> None:
    assert beside(tmp_path / "三月.xlsm") == tmp_path / "评级台账.sqlite"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://wang:geheim@db/kredit", "postgresql+psycopg://wang:***@db/kredit"),
        ("postgresql://db/kredit?user=wang&password=geheim", "postgresql+psycopg://db/kredit?user=wang"),
        ("postgresql://db/kredit?sslpassword=geheim", "postgresql+psycopg://db/kredit"),
    ],
)
def test_a_database_is_named_without_its_password(address: str, shown: str) -> None:
    assert Place.of(address).shown == shown


def test_a_ledger_that_is_there_is_not_made_again(place: Path | str) -> None:
    Ledger.create(place)
    with pytest.raises(LedgerFault, match="已经存在，没有覆盖"):
        Ledger.create(place)


def test_a_file_of_another_kind_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_text("我的笔记")
    with pytest.raises(LedgerFault, match="已经存在，没有覆盖"):
        Ledger.create(tmp_path / "a.sqlite")
    assert (tmp_path / "a.sqlite").read_text() == "我的笔记"


def test_a_ledger_in_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(LedgerFault, match="没有这个文件夹"):
        Ledger.create(tmp_path / "没有" / "a.sqlite")


def test_a_ledger_in_a_folder_that_cannot_be_written_is_not_made_and_names_the_cause() -> None:
    with pytest.raises(LedgerFault, match=r"^写不了“/proc/self/a.sqlite”，请检查文件夹.*写权限"):
        Ledger.create("/proc/self/a.sqlite")


def test_a_missing_file_is_said_to_be_moved_or_deleted(tmp_path: Path) -> None:
    with pytest.raises(LedgerFault, match=r"找不到评级台账“.*a.sqlite”，可能被移动、改名或删除"):
        Ledger.open(tmp_path / "a.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_file_deleted_while_it_was_open_is_said_to_be_and_not_made_anew(file: Path) -> None:
    ledger = Ledger.open(file)
    file.unlink()
    with pytest.raises(LedgerFault, match="可能被移动、改名或删除"):
        add_step(ledger)
    with pytest.raises(LedgerFault, match="可能被移动、改名或删除"), ledger.reading() as view:
        view.head()
    assert not file.exists()


def test_an_empty_file_is_said_to_have_lost_its_content(file: Path) -> None:
    file.write_bytes(b"")
    with pytest.raises(LedgerFault, match=r"是空的，内容已经丢失；请从备份恢复"):
        Ledger.open(file)


@pytest.mark.parametrize("left", [50, 99, 100, 4096, 0.3, 0.9, -1])
def test_a_file_cut_short_is_said_to_be(file: Path, left: float) -> None:
    whole = file.read_bytes()
    keep = int(left * len(whole)) if 0 < left < 1 else int(left)
    file.write_bytes(whole[:keep])
    with pytest.raises(LedgerFault, match="已损坏或被截断"):
        Ledger.open(file)


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
def test_a_file_with_wild_bytes_in_it_does_not_pass_for_sound(file: Path, at: float) -> None:
    content = bytearray(file.read_bytes())
    start = int(len(content) * at) // 4096 * 4096
    content[start : start + 4096] = os.urandom(4096)
    file.write_bytes(content)
    try:
        said = verify(Ledger.open(file)).fault
    except LedgerFault as fault:
        said = str(fault)
    assert said


@pytest.mark.parametrize("content", [b"PK\x03\x04 a workbook", "一份笔记".encode() * 100])
def test_a_file_of_another_kind_is_said_to_be_no_ledger(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.sqlite").write_bytes(content)
    with pytest.raises(LedgerFault, match="不是评级台账"):
        Ledger.open(tmp_path / "a.sqlite")


def test_a_database_of_something_else_is_said_to_be_no_ledger(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.sqlite") as other:
        other.execute("CREATE TABLE notes (text)")
    other.close()
    with pytest.raises(LedgerFault, match="不是评级台账"):
        Ledger.open(tmp_path / "a.sqlite")


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerFault, match="打不开评级台账"):
        Ledger.open(tmp_path)


def test_a_ledger_of_a_newer_version_is_left_alone(place: Path | str) -> None:
    ledger = Ledger.create(place)
    with writing(engine_of(ledger.place)).begin() as connection:
        connection.execute(sa.update(schema.INFO).values(value="7"))
    with pytest.raises(LedgerFault, match=r"由更新版本的 ccgrade 写成（台账版本 7，本机只认到 3）"):
        Ledger.open(place)


READ_AND_WRITE = """
import os, sys
from ccgrade_xl.casework.ledger import Ledger, StepDone
from ccgrade_xl.errors import LedgerFault
place, another, user = sys.argv[1:]
with Ledger.open(another).reading() as view:  # all modules are loaded while they can be
    view.frozen("2026-03")
if os.geteuid() == 0:
    os.setgroups([])
    os.setuid(int(user))
ledger = Ledger.open(place)
with ledger.reading() as view:
    print(view.months(), len(view.frozen("2026-03")), ledger.is_read_only)
try:
    with ledger.writing("张三") as pen:
        pen.append(StepDone(month="2026-03", step="导入"))
except LedgerFault as fault:
    print(fault)
"""


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("folder_too", [True, False])
def test_a_read_only_ledger_is_read_and_refuses_to_be_written(
    file: Path, folder_too: bool, version: str
) -> None:
    """As a user who has no right to write; root may write anything, and steps down first.

    One of an older version is read as it is.
    """
    folder = Path("/tmp") / f"ccgrade-read-only-{os.getpid()}-{folder_too}"
    folder.mkdir()
    try:
        copy = Path(shutil.copy(file, folder / "台账.sqlite"))
        with writing(engine_of(Place(copy))).begin() as connection:
            connection.execute(sa.update(schema.INFO).values(value=version))
        before = copy.read_bytes()
        copy.chmod(0o444)
        folder.chmod(0o555 if folder_too else 0o777)
        command = [sys.executable, "-c", READ_AND_WRITE, copy, file, str(pwd.getpwnam("nobody").pw_uid)]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120)
        assert done.stdout.splitlines() == [
            "['2026-03'] 200 True",
            f"评级台账“{copy}”是只读的，只能查看不能写入；请取消只读属性，或请管理员给予写权限。",
        ], done.stderr
        assert copy.read_bytes() == before
    finally:
        folder.chmod(0o777)
        shutil.rmtree(folder)


def test_a_writer_who_waits_in_vain_is_told(place: Path | str) -> None:
    Ledger.create(place)
    first, second = Ledger.open(place), Ledger.open(place, wait=0.3)
    with first.writing("张三", AT) as pen:
        pen.append(STEP)
        with pytest.raises(LedgerFault, match="正被别人写入"):
            add_step(second)
        with second.reading() as view:
            assert view.entries(Record) == []
    add_step(second)
    assert verify(second).records == 2


def add_column(connection: sa.Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE ccgrade_record ADD COLUMN branch TEXT")


def fail(connection: sa.Connection) -> None:
    add_column(connection)
    raise LedgerFault("停电了")


def test_an_older_ledger_is_upgraded_once_and_keeps_every_record(place: Path | str) -> None:
    close_month(Ledger.create(place), "2026-03", month_frame(), DEFAULT, "张三", at=AT)
    before = verify(Ledger.open(place))
    for _ in range(2):
        upgraded = Ledger.open(place, upgrades=(*schema.UPGRADES, add_column, lambda connection: None))
        assert verify(upgraded) == before
    add_step(upgraded)
    with pytest.raises(LedgerFault, match=r"台账版本 5，本机只认到 3"):
        Ledger.open(place)
    if isinstance(place, Path):
        kept = place.with_name(f"{place.stem}.版本3.sqlite")
        assert verify(Ledger.open(kept)) == before


def version_one(place: Path | str) -> Ledger:
    """Make a ledger as the first ccgrade made it, with a month and a record in it."""
    ledger = Ledger.create(place)
    close_month(ledger, "2026-03", month_frame(), DEFAULT, "张三", at=AT)
    with writing(engine_of(ledger.place)).begin() as connection:
        connection.execute(sa.update(schema.INFO).values(value="1"))
    return ledger


def version_of(ledger: Ledger) -> int:
    with ledger.reading() as view:
        return schema.version_of(view.connection)


def test_a_ledger_of_version_one_is_brought_up_to_date_with_all_it_holds(place: Path | str) -> None:
    before = verify(version_one(place))
    ledger = Ledger.open(place)
    assert (version_of(ledger), verify(ledger)) == (3, before)
    with ledger.writing("张三", AT) as pen:
        pen.append(CASE)
    with Ledger.open(place).reading() as view:
        assert [entry.record for entry in view.entries(RunningCase)] == [CASE]
        assert view.months() == ["2026-03"]
        assert len(view.frozen("2026-03")) == len(month_frame())
    if isinstance(place, Path):
        kept = place.with_name(f"{place.stem}.版本1.sqlite")
        with sqlite3.connect(kept) as old:
            assert old.execute("SELECT value FROM ccgrade_info").fetchall() == [("1",)]
        old.close()


def test_an_older_ledger_that_may_only_be_read_in_postgresql_is_read_as_it_is(postgresql_place: str) -> None:
    version_one(postgresql_place)
    with guest_of(postgresql_place) as place:
        ledger = Ledger.open(place)
        assert version_of(ledger) == 1
        with ledger.reading() as view:
            assert view.months() == ["2026-03"]
    assert version_of(Ledger.open(postgresql_place)) == 3


def test_an_upgrade_that_fails_leaves_the_older_ledger(place: Path | str) -> None:
    close_month(Ledger.create(place), "2026-03", month_frame(), DEFAULT, "张三", at=AT)
    before = verify(Ledger.open(place))
    with pytest.raises(LedgerFault, match="停电了"):
        Ledger.open(place, upgrades=(*schema.UPGRADES, fail))
    assert verify(Ledger.open(place)) == before


def test_a_database_without_a_ledger_says_so(postgresql_place: str) -> None:
    with pytest.raises(LedgerFault, match="找不到评级台账"):
        Ledger.open(postgresql_place)


def test_a_server_that_does_not_answer_is_said_to_be_unreachable_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(LedgerFault, match=r"连不上评级台账“postgresql\+psycopg://wang:\*\*\*@/db.*”") as said:
        Ledger.open(f"postgresql://wang:secret@/db?host={tmp_path}")
    assert "secret" not in str(said.value)


def test_a_database_that_is_not_there_is_said_to_be_unreachable(postgresql_place: str) -> None:
    with pytest.raises(LedgerFault, match="连不上评级台账"):
        Ledger.open(str(postgresql_place).replace("ledger_", "no_"))


@contextmanager
def guest_of(place: str) -> Iterator[str]:
    """Yield the address of a database for a user who may only read it."""
    with engine_of(Place.of(place)).begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS guest")
        connection.exec_driver_sql("CREATE ROLE guest LOGIN")
        connection.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest")
    try:
        yield place.replace("//ccgrade@", "//guest@")
    finally:
        with engine_of(Place.of(place)).begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY guest")
            connection.exec_driver_sql("DROP ROLE guest")


def test_a_user_who_may_only_read_reads_and_is_told(postgresql_place: str) -> None:
    close_month(Ledger.create(postgresql_place), "2026-03", month_frame(), DEFAULT, "张三", at=AT)
    with guest_of(postgresql_place) as place:
        ledger = Ledger.open(place)
        with ledger.reading() as view:
            assert view.months() == ["2026-03"]
        with pytest.raises(LedgerFault, match="没有权限使用评级台账"):
            add_step(ledger)


def test_a_server_with_no_connection_left_says_so(postgresql_place: str) -> None:
    Ledger.create(postgresql_place)
    with guest_of(postgresql_place) as place:
        with engine_of(Place.of(postgresql_place)).begin() as connection:
            connection.exec_driver_sql("ALTER ROLE guest CONNECTION LIMIT 0")
        with pytest.raises(LedgerFault, match="服务器的连接数已满，没有连上"):
            Ledger.open(place)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("53100", "服务器的磁盘已满"),
        ("53200", "服务器的内存不足"),
        ("53300", "服务器的连接数已满"),
        ("53400", "没有读写成功（53400）"),
    ],
)
def test_what_a_server_runs_out_of_is_named(postgresql_place: str, state: str, said: str) -> None:
    ledger = Ledger.create(postgresql_place)
    with pytest.raises(LedgerFault, match=said), ledger.reading() as view:
        view.connection.exec_driver_sql(
            f"DO $$ BEGIN RAISE EXCEPTION 'none' USING ERRCODE = '{state}'; END $$"
        )


@pytest.mark.parametrize(
    "address", ["mysql://a/b", "sqlite:///a.db", "https://a/b", "postgresql+asyncpg://a/b"]
)
def test_other_databases_are_refused(address: str) -> None:
    with pytest.raises(LedgerFault, match="请用 PostgreSQL 的地址，或一个文件路径"):
        Ledger.open(address)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("/a/b c.sqlite"), "file:///a/b%20c.sqlite"),
        (PurePosixPath("/a/50%?#.sqlite"), "file:///a/50%25%3F%23.sqlite"),
        (PureWindowsPath(r"C:\a\b.sqlite"), "file:///C%3A/a/b.sqlite"),
        (PureWindowsPath(r"\\server\share\b.sqlite"), "file:////server/share/b.sqlite"),
    ],
)
def test_a_path_becomes_the_address_sqlite_opens(path: PurePosixPath, uri: str) -> None:
    assert uri_of(path) == uri
