"""Where what ccgrade remembers is kept, and that a guest leaves nothing there."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from ccgrade_xl import undo
from ccgrade_xl.casework.task_store import keep_tasks, kept_tasks
from ccgrade_xl.errors import FileFault, NothingToGrade
from ccgrade_xl.home import HOME, data_home, guest, state_home
from ccgrade_xl.last_ledger import last_ledger, note_ledger


def test_one_folder_holds_everything_where_it_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    assert data_home() == state_home() == tmp_path


def test_without_it_the_folders_are_the_systems_and_ccgrades_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME)
    assert "ccgrade" in data_home().parts
    assert "ccgrade" in state_home().parts


@pytest.mark.parametrize("own", ["mine", None])
def test_a_guest_remembers_for_himself_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own: str | None
) -> None:
    if own is None:
        monkeypatch.delenv(HOME)
    else:
        monkeypatch.setenv(HOME, str(tmp_path / own))
    before = os.environ.get(HOME), data_home()
    with guest():
        folder = data_home()
        note_ledger(tmp_path / "台账.sqlite")
        assert last_ledger() == tmp_path / "台账.sqlite"
        assert folder not in (before[1], tmp_path)
    assert (os.environ.get(HOME), data_home()) == before
    assert not folder.exists()
    if own is not None:
        assert last_ledger() is None


def test_a_guest_who_fails_leaves_nothing_either(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    with pytest.raises(RuntimeError, match="fails"), guest():
        raise RuntimeError("fails")
    assert data_home() == tmp_path


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("postgresql+psycopg://gas:geheim@10.0.0.1/ledger", "postgresql+psycopg://gas@10.0.0.1/ledger"),
        ("postgresql://gas:ge%40h:e/im@10.0.0.1:5433/l?sslmode=require", "postgresql://gas@10.0.0.1:5433/l?sslmode=require"),
        ("postgresql://gas@h/l?password=geheim", "postgresql://gas@h/l"),
        ("postgresql://h/l?Password=geheim&user=gas", "postgresql://h/l?user=gas"),
        ("postgresql://h/l?user=gas&sslpassword=geheim", "postgresql://h/l?user=gas"),
        ("postgresql://gas@h:5432/l", "postgresql://gas@h:5432/l"),
        ("postgresql://h/l", "postgresql://h/l"),
    ],
)  # fmt: skip
def test_no_password_of_a_ledger_is_written_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, kept: str
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    note_ledger(address)
    assert last_ledger() == kept
    assert "geheim" not in "".join(file.read_text("utf-8") for file in tmp_path.rglob("*") if file.is_file())


def test_a_folder_where_nothing_can_be_kept_is_named_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(HOME, str(tmp_path / "file" / "x"))
    told = f"{tmp_path / 'file'}.*记不下东西.*环境变量 CCGRADE_HOME"
    with pytest.raises(FileFault, match=told):
        note_ledger(tmp_path / "台账.sqlite")
    with pytest.raises(FileFault, match=told):
        undo.remember("书", undo.Replaced("导入", "客户", {}, None, {}))
    with pytest.raises(FileFault, match=told):
        keep_tasks(dt.date(2026, 10, 31), (), (), {})
    with pytest.raises(NothingToGrade, match="还没有列过任务"):
        kept_tasks("1")
