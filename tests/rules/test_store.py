import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ccgrade_xl.errors import RuleFaults, UnknownRules
from ccgrade_xl.rules import store
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.toml_file import parse_rules, rules_text
from tests.rules.samples import with_row

DEFAULT = RuleSet.default()
OTHER = with_row(DEFAULT, "usage_tiers", 0, lower=120000.0)
PRELUDE = """
import sys
from ccgrade_xl.rules import store
from ccgrade_xl.rules.ruleset import RuleSet
from tests.rules.samples import with_row

def numbered(number):
    return with_row(RuleSet.default(), "usage_tiers", 0, lower=120000.0 + number)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home for rule sets."""
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path))
    forget()
    return tmp_path / "rules"


def forget() -> None:
    """Become a process that has kept nothing yet."""
    store._kept.clear()
    store._sound.clear()


def process(code: str) -> subprocess.Popen[str]:
    """Start another process that keeps and recalls rules in the same home."""
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + code], cwd=root, stdout=subprocess.PIPE, text=True
    )


def test_a_kept_set_is_recalled_by_its_version_in_another_process(folder: Path) -> None:
    version = store.keep(OTHER)
    assert version == OTHER.version
    other = process(f"print(store.recall({version!r}) == numbered(0))")
    assert other.communicate()[0].strip() == "True"
    forget()
    assert store.recall(version) == OTHER


def test_the_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCGRADE_HOME", str(Path("某处") / "家"))
    assert store.rules_folder() == Path("某处") / "家" / "rules"
    monkeypatch.delenv("CCGRADE_HOME")
    assert store.rules_folder().name == "rules"
    assert "ccgrade" in str(store.rules_folder())


def test_the_default_needs_no_disk(folder: Path) -> None:
    assert store.keep(DEFAULT) == DEFAULT.version
    assert store.recall(DEFAULT.version) is DEFAULT
    assert not folder.exists()


@pytest.mark.parametrize("written", [" {} ", "r-{digits}", "Ｒ－{digits}", "R- {digits}\u00a0"])
def test_a_version_is_read_generously(folder: Path, written: str) -> None:
    version = store.keep(OTHER)
    assert store.recall(written.format(version, digits=version[2:])) == OTHER


@pytest.mark.parametrize(
    "text", ["", "abc", "R-", "R-123", "R-3fa9c1d2e", "../../R-3fa9c1d2", "R-3fa9c1d2.toml", "R-zzzzzzzz"]
)
def test_a_text_that_is_no_version_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(UnknownRules, match="不是规则版本，请"):
        store.recall(text)


def test_a_version_that_was_never_kept_is_refused_with_the_remedy(folder: Path) -> None:
    with pytest.raises(UnknownRules, match=r"没有规则版本 R-00000000，请.*重新计算"):
        store.recall("R-00000000")


def test_rules_that_cannot_grade_are_not_kept(folder: Path) -> None:
    with pytest.raises(RuleFaults):
        store.keep(with_row(DEFAULT, "usage_tiers", 4, lower=5.0))
    assert not folder.exists()


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def emptied(content: bytes) -> bytes:
    return b""


def one_number_changed(content: bytes) -> bytes:
    return content.replace(b"120000", b"120001")


def scrambled(content: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in content)


@pytest.mark.parametrize("damage", [cut, emptied, one_number_changed, scrambled])
def test_a_damaged_file_is_never_graded_with_and_keeping_repairs_it(
    folder: Path, damage: Callable[[bytes], bytes]
) -> None:
    version = store.keep(OTHER)
    path = folder / f"{version}.toml"
    path.write_bytes(damage(path.read_bytes()))
    forget()
    with pytest.raises(UnknownRules, match=r"已损坏，请.*重新计算"):
        store.recall(version)
    store.keep(OTHER)
    forget()
    assert store.recall(version) == OTHER


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "R-00000000.toml").mkdir(parents=True)
    with pytest.raises(UnknownRules, match=r"R-00000000.*读不到.*请检查路径和权限"):
        store.recall("R-00000000")


def test_damage_done_after_keeping_is_repaired_by_the_same_process(folder: Path) -> None:
    version = store.keep(OTHER)
    path = folder / f"{version}.toml"
    path.write_bytes(b"")
    assert store.recall(version) == OTHER
    store.keep(OTHER)
    assert parse_rules(path.read_text("utf-8")) == OTHER


def test_a_deleted_file_comes_back_with_the_next_keeping(folder: Path) -> None:
    version = store.keep(OTHER)
    (folder / f"{version}.toml").unlink()
    store.keep(OTHER)
    forget()
    assert store.recall(version) == OTHER


def test_a_sound_file_is_left_alone(folder: Path) -> None:
    version = store.keep(OTHER)
    path = folder / f"{version}.toml"
    os.utime(path, ns=(1, 1))
    forget()
    store.keep(OTHER)
    assert path.stat().st_mtime_ns == 1


def test_where_the_folder_cannot_be_made_rules_live_as_long_as_the_process(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write_text("a file stands where the folder should")
    version = store.keep(OTHER)
    assert store.recall(version) is OTHER
    assert f"{version} are kept in memory only" in caplog.text


@pytest.fixture
def open_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that every user may look into; pytest's own folders are closed to others."""
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        monkeypatch.setenv("CCGRADE_HOME", home)
        forget()
        yield Path(home) / "rules"


def test_a_read_only_folder_is_read_and_not_written(open_folder: Path) -> None:
    kept = store.keep(OTHER)
    another = with_row(OTHER, "usage_tiers", 0, lower=130000.0)
    code = f"""
another = with_row(RuleSet.default(), "usage_tiers", 0, lower=130000.0)
print(store.recall({kept!r}) == numbered(0), store.keep(another), store.recall(another.version) is another)
"""
    open_folder.chmod(0o555)
    try:
        out, _ = as_ordinary_user(code).communicate()
    finally:
        open_folder.chmod(0o755)
    assert out.split() == ["True", another.version, "True"]
    assert [path.name for path in open_folder.iterdir()] == [f"{kept}.toml"]


def as_ordinary_user(code: str) -> subprocess.Popen[str]:
    """Start a process that permissions bind: where the tests run as root, it first becomes nobody."""
    if os.name == "nt" or os.geteuid() != 0:
        return process(code)
    # Everything is imported first: nobody may not be allowed to read where Python is installed.
    become_nobody = """
import encodings.utf_8_sig, os
numbered(0).version, RuleSet.default().version
os.setgid(65534)
os.setuid(65534)
"""
    return process(become_nobody + code)


def test_processes_that_keep_the_same_rules_at_once_do_no_harm(folder: Path) -> None:
    code = """
print("ready", flush=True)
for round in range(15):
    for number in range(4):
        store._kept.clear(); store._sound.clear()
        version = store.keep(numbered(number))
        if (round + number) % 3 == 0:
            (store.rules_folder() / f"{version}.toml").unlink(missing_ok=True)
        else:
            try:
                store._kept.clear()
                assert store.recall(version) == numbered(number)
            except store.UnknownRules as unknown:
                assert "没有规则版本" in str(unknown)
for number in range(4):
    store._kept.clear(); store._sound.clear()
    store.keep(numbered(number))
print("done")
"""
    both = [process(code), process(code)]
    outputs = [each.communicate()[0].split() for each in both]
    assert outputs == [["ready", "done"]] * 2
    files = sorted(folder.iterdir())
    assert len(files) == 4
    assert all(parse_rules(path.read_text("utf-8")).version == path.stem for path in files)


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is POSIX")
def test_a_process_killed_at_any_moment_leaves_only_whole_files(folder: Path) -> None:
    code = """
print("ready", flush=True)
number = 0
while True:
    store.keep(numbered(number))
    number += 1
"""
    for delay in (0.0, 0.002, 0.005, 0.011, 0.023, 0.047):
        writer = process(code)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        threading.Event().wait(delay)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        assert writer.returncode == -signal.SIGKILL
        for path in folder.glob("R-*.toml"):
            assert parse_rules(path.read_text("utf-8")).version == path.stem


def test_what_a_killed_process_left_is_swept_when_it_is_old(folder: Path) -> None:
    folder.mkdir(parents=True)
    old, young = folder / ".R-00000000.toml.old.half", folder / ".R-00000000.toml.young.half"
    for path in (old, young):
        path.write_text("half")
    os.utime(old, (0, 0))
    store.keep(OTHER)
    assert not old.exists()
    assert young.exists()


def test_the_file_is_the_set_as_a_person_can_read_it(folder: Path) -> None:
    version = store.keep(OTHER)
    assert (folder / f"{version}.toml").read_text("utf-8") == rules_text(OTHER)
