"""Whoever reads a small file finds the old one or the new one; whatever goes wrong, nothing is left beside it."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ccgrade_xl import undo
from ccgrade_xl.casework.task_store import keep_tasks
from ccgrade_xl.errors import FileFault
from ccgrade_xl.home import HOME
from ccgrade_xl.hosts.libreoffice_install import write_path_file
from ccgrade_xl.last_ledger import note_ledger
from ccgrade_xl.replacement import replacing

NOTHING = undo.Replaced("一键评级", "客户", {}, None, {})


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_made_with_its_folder_and_then_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "记录.json"
    for content in ("旧", "新"):
        with replacing(path) as half:
            half.write_text(content, "utf-8")
            assert half.parent == path.parent
        assert path.read_text("utf-8") == content
    assert names_in(tmp_path) == {"记录.json"}


def test_after_an_error_the_old_file_stands_alone(tmp_path: Path) -> None:
    path = tmp_path / "记录[1].json"
    path.write_text("旧", "utf-8")

    def stopped() -> None:
        with replacing(path) as half:
            half.write_text("一半", "utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert path.read_text("utf-8") == "旧"
    assert names_in(tmp_path) == {path.name}


def test_a_private_file_is_the_users_alone_another_is_as_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    for name, private in (("own", True), ("all", False)):
        with replacing(tmp_path / name / "a", private=private) as half:
            assert half.stat().st_mode & 0o777 == (
                0o600 if private else (tmp_path / "usual").stat().st_mode & 0o777
            )
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "own" / "a").stat().st_mode & 0o777 == 0o600


def test_what_a_killed_process_left_is_removed_once_it_is_old(tmp_path: Path) -> None:
    old, young = tmp_path / ".b.1.half", tmp_path / ".b.2.half"
    for left_over in (old, young):
        left_over.touch()
    os.utime(old, (0, 0))
    with replacing(tmp_path / "a"):
        pass
    assert names_in(tmp_path) == {"a", young.name}


def test_a_file_that_is_being_read_on_windows_is_replaced_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere than on Windows nothing refuses; here the refusal is played, for a tenth of a second."""
    reading, rename = threading.Event(), Path.replace
    threading.Timer(0.1, reading.set).start()

    def refused(half: Path, path: Path) -> Path:
        if not reading.is_set():
            raise PermissionError(13, "Access is denied")
        return rename(half, path)

    monkeypatch.setattr(Path, "replace", refused)
    with replacing(tmp_path / "a") as half:
        half.write_text("新", "utf-8")
    assert (tmp_path / "a").read_text("utf-8") == "新"


@pytest.mark.parametrize(
    ("write", "fault", "says"),
    [
        (lambda: undo.remember("/某处/簿.xlsx", NOTHING), FileFault, "里记不下东西（Is a directory）"),
        (
            lambda: keep_tasks(dt.date(2026, 3, 31), ["1"], [], {}),
            FileFault,
            "里记不下东西（Is a directory）",
        ),
        (lambda: note_ledger(Path("/某处/台账.sqlite")), FileFault, "里记不下东西（Is a directory）"),
        (write_path_file, OSError, "directory"),
    ],
    ids=["undo", "tasks", "ledger", "libreoffice"],
)
def test_what_ccgrade_remembers_leaves_nothing_behind_where_it_cannot_be_put_in_place(
    write: Callable[[], object],
    fault: type[Exception],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    write()
    (name,) = names_in(tmp_path)
    (path,) = tmp_path.rglob(name)
    path.unlink()
    path.mkdir()  # no file can be renamed over it
    (path / "kept").touch()
    with pytest.raises(fault, match=says) as told:
        write()
    assert fault is OSError or ".half" not in str(told.value)
    assert names_in(tmp_path) == {"kept"}
