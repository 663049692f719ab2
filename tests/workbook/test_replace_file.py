"""The old file stands or the new one, whenever the writer dies."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ccgrade_xl.errors import FileFault
from ccgrade_xl.workbook.replace_file import COPY_SUFFIX, replace_file

WRITER = """
import sys
from pathlib import Path
from ccgrade_xl.workbook.replace_file import replace_file
path, size = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
while True:
    for letter in b"on":
        replace_file(path, bytes([letter]) * size, lambda copy: None)
"""


def accept(_: bytes) -> None:
    pass


def refuse(_: bytes) -> None:
    raise FileFault("检查没有通过")


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "书.xlsx"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_file(path, b"new", accept)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    usual, path = tmp_path / "a", tmp_path / "b"
    usual.touch()
    replace_file(path, b"new", accept)
    assert path.stat().st_mode == usual.stat().st_mode


def test_the_usual_permissions_are_asked_without_changing_them_for_other_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mask is the whole process's: for a moment, another thread's files would be open to everybody."""
    monkeypatch.setattr(os, "umask", None)
    replace_file(tmp_path / "a", b"new", accept)
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_link_stays_a_link_to_the_replaced_file(tmp_path: Path) -> None:
    path, link = tmp_path / "书.xlsx", tmp_path / "链接.xlsx"
    path.write_bytes(b"old")
    link.symlink_to(path)
    replace_file(link, b"new", accept)
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_a_copy_that_fails_its_check_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "书.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(FileFault, match="检查没有通过"):
        replace_file(path, b"new", refuse)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_check_sees_what_is_on_disk(tmp_path: Path) -> None:
    seen: list[bytes] = []
    replace_file(tmp_path / "书.xlsx", b"new" * 100_000, seen.append)
    assert seen == [b"new" * 100_000]


@pytest.mark.parametrize("lock", ["~$书.xlsx", ".~lock.书.xlsx#"])
def test_a_file_open_in_excel_or_libreoffice_is_left_alone(tmp_path: Path, lock: str) -> None:
    path = tmp_path / "书.xlsx"
    path.write_bytes(b"old")
    (tmp_path / lock).touch()
    with pytest.raises(FileFault, match="正在被打开") as fault:
        replace_file(path, b"new", accept)
    assert lock in str(fault.value)
    assert path.read_bytes() == b"old"


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "书.xlsx"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(FileFault, match="只读"):
        replace_file(path, b"new", accept)
    assert path.read_bytes() == b"old"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="不存在"):
        replace_file(tmp_path / "没有" / "书.xlsx", b"new", accept)


def test_a_leftover_of_a_killed_write_is_removed_but_not_other_files(tmp_path: Path) -> None:
    leftover = tmp_path / f".书.xlsx.abc{COPY_SUFFIX}"
    other = tmp_path / f".别的.xlsx.abc{COPY_SUFFIX}"
    leftover.touch()
    other.touch()
    replace_file(tmp_path / "书.xlsx", b"new", accept)
    assert not leftover.exists()
    assert other.exists()


@pytest.mark.skipif(os.name != "posix", reason="只有 POSIX 系统有文件锁")
def test_a_copy_that_another_process_is_writing_is_not_removed(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    busy = tmp_path / f".书.xlsx.abc{COPY_SUFFIX}"
    with busy.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        replace_file(tmp_path / "书.xlsx", b"new", accept)
        assert busy.exists()


@pytest.mark.skipif(os.name != "posix", reason="kill -9 是 POSIX 的说法")
def test_a_kill_at_any_moment_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path, size = tmp_path / "书.xlsx", 400_000
    path.write_bytes(b"o" * size)
    whole = {hashlib.sha256(letter * size).digest() for letter in (b"o", b"n")}
    chance = random.Random(1)
    interrupted = 0
    for _ in range(80):
        with subprocess.Popen(
            [
                sys.executable,
                "-S",
                "-c",
                f"import sys; sys.path[:0] = {sys.path!r}\n{WRITER}",
                str(path),
                str(size),
            ],
            stdout=subprocess.PIPE,
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.03))
            os.kill(writer.pid, signal.SIGKILL)
            writer.wait()
        assert hashlib.sha256(path.read_bytes()).digest() in whole
        interrupted += any(child.name.endswith(COPY_SUFFIX) for child in tmp_path.iterdir())
    assert interrupted > 5, "the kills must also hit half-written copies"
    replace_file(path, b"n" * size, accept)
    assert list(tmp_path.iterdir()) == [path]
