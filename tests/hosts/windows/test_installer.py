"""The installer on Windows under Wine: for a user named 张三, under both code pages, with no Excel on the machine."""

from __future__ import annotations

import filecmp
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from addin.windows.build import FAST, write_setup
from ccgrade_xl import __version__
from tests.hosts.windows.installer import (
    OLD_VERSION,
    Installed,
    Setups,
    files,
    make_setups,
    run_setup,
    user_registry,
)
from tests.hosts.windows.wine import LOCALES, PYTHON, Wine, running_wine, why_missing

USER = "张三"
ADDIN = rf"C:\users\{USER}\AppData\Roaming\Microsoft\Excel\XLSTART\ccgrade.xlam"
TEMPLATE = rf"C:\users\{USER}\AppData\Roaming\Microsoft\Templates\客户分级.xltm"
OPEN_PROFILE = """
import ctypes
CREATE = 0x8000
for folder in range(64):
    ctypes.windll.shell32.SHGetFolderPathW(None, folder | CREATE, None, 0, ctypes.create_unicode_buffer(260))
"""
"""Makes the folders a Windows user has from the first day; Wine makes each when it is first asked for."""

NO_EXCEL = "Excel"
"""The one line of the diagnosis that cannot be in order here."""


@pytest.fixture(scope="session")
def setups(tmp_path_factory: pytest.TempPathFactory) -> Setups:
    if reason := why_missing():
        pytest.skip(reason)
    if shutil.which("makensis") is None:
        pytest.skip("makensis is not installed (bash tests/hosts/windows/setup)")
    return make_setups(tmp_path_factory.mktemp("setups"))


@pytest.fixture(scope="module", params=LOCALES, ids=lambda code_page: f"cp{code_page}")
def windows(
    request: pytest.FixtureRequest, setups: Setups, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Wine]:
    """A Windows of 张三, on which nothing was ever installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("USER", USER)
        with running_wine(tmp_path_factory.mktemp("windows") / "prefix", request.param) as wine:
            wine.python("-c", OPEN_PROFILE)
            yield wine


@pytest.fixture(scope="module")
def installed(windows: Wine, setups: Setups) -> Iterator[Installed]:
    """An installation that stays: the tests that need a Windows without one stand before those with it."""
    assert run_setup(windows, setups.new) == 0
    installation = Installed(windows)
    yield installation
    installation.uninstall()


def diagnosis(installation: Installed) -> dict[str, dict[str, object]]:
    _code, printed = installation.ccgrade("doctor", "--json")
    return {line["subject"]: line for line in json.loads(printed)}


def reason(windows: Wine) -> str:
    """What a silent installation that was refused leaves for whoever ran it."""
    (left,) = windows.drive_c.glob("users/*/**/Temp/ccgrade-setup.txt")
    return left.read_text(encoding="utf-16")


@contextmanager
def as_before(windows: Wine) -> Iterator[None]:
    """Whatever happens in between leaves the user's registry and the disk as they were."""
    registry, disk = user_registry(windows), files(windows)
    yield
    assert user_registry(windows) == registry
    assert files(windows) == disk


@contextmanager
def while_registered(windows: Wine, root: str, *values: Sequence[str]) -> Iterator[None]:
    """Keys (and values: `key /v name /t type /d data`) below `root`, which is removed whatever happens in between."""
    for value in values:
        windows.run("reg.exe", "add", rf"{root}\{value[0]}", *value[1:], "/f")
    try:
        yield
    finally:
        windows.run("reg.exe", "delete", root, "/f")


def test_an_upgrade_sends_the_running_server_away_and_leaves_nothing_old(
    windows: Wine, setups: Setups, tmp_path: Path
) -> None:
    with as_before(windows):
        assert run_setup(windows, setups.old) == 0
        installation = Installed(windows)
        folder = installation.folder
        assert OLD_VERSION in str(diagnosis(installation)["后台服务"]["found"])
        servers = windows.processes("pythonw.exe")
        assert servers
        assert run_setup(windows, setups.new) == 0
        assert not set(servers) & set(windows.processes("pythonw.exe"))
        assert installation.folder == folder
        assert not list(windows.path(folder).rglob("dropped*"))
        assert not windows.path(folder + "\\python.old").exists()
        assert windows.cscript('Say CreateObject("CCGrade.Server").Version()', tmp_path) == [__version__]
        installation.uninstall()


def test_uninstalling_leaves_registry_and_disk_as_they_were(
    windows: Wine, setups: Setups, tmp_path: Path
) -> None:
    """From a folder with spaces and Chinese: `/D=` takes the rest of the line, without quotation marks."""
    folder = r"C:\Gas company\grading" if windows.code_page == 1252 else r"C:\燃气 公司\客户 分级"
    windows.path(folder).parent.mkdir()
    with as_before(windows):
        assert run_setup(windows, setups.new, *f"/D={folder}".split(" ")) == 0
        installation = Installed(windows)
        assert installation.folder == folder
        assert windows.cscript('Say CreateObject("CCGrade.Server").Ping()', tmp_path) == ["pong"]
        assert windows.processes("pythonw.exe")
        installation.uninstall()
        assert not windows.processes("pythonw.exe")


def test_every_excel_on_the_machine_trusts_the_working_folder(windows: Wine) -> None:
    installed = [[rf"{version}\Excel\InstallRoot"] for version in ("15.0", "16.0")]
    with while_registered(windows, r"HKLM\SOFTWARE\Microsoft\Office", *installed), as_before(windows):
        windows.python("-m", "ccgrade_xl", "addin", "install")
        lines = {
            line["subject"]: line
            for line in json.loads(windows.python("-m", "ccgrade_xl", "doctor", "--json"))
        }
        assert lines["Excel"]["found"] == "版本 15.0、16.0"
        trusted = [line for line in user_registry(windows) if line.endswith(r"Trusted Locations\ccgrade]")]
        assert [line.split("\\")[4] for line in trusted] == ["15.0", "16.0"]
        windows.python("-m", "ccgrade_xl", "addin", "uninstall")


def test_a_policy_that_forbids_macros_is_answered_and_nothing_is_installed(
    windows: Wine, setups: Setups
) -> None:
    security = r"16.0\Excel\Security"
    forbidden = (
        [security, "/v", "VBAWarnings", "/t", "REG_DWORD", "/d", "4"],
        [rf"{security}\Trusted Locations", "/v", "AllLocationsDisabled", "/t", "REG_DWORD", "/d", "1"],
    )
    root = r"HKCU\Software\Policies\Microsoft\Office"
    with while_registered(windows, root, *forbidden), as_before(windows):
        assert run_setup(windows, setups.new) == 2
        assert reason(windows).startswith("没有安装：单位的策略禁用了未签名的宏")


def test_a_registry_that_cannot_be_written_is_answered_and_nothing_is_done(windows: Wine) -> None:
    windows.run("reg.exe", "add", r"HKCU\Software\Classes", "/f")
    with as_before(windows):
        printed = windows.python(str(Path(__file__).with_name("forbidden_registry.py")))
    assert printed.startswith("没有安装：不能写入注册表（")
    assert "请联系 IT 部门" in printed


def test_a_folder_that_cannot_be_written_is_named(windows: Wine) -> None:
    blocked = windows.path(ADDIN).parent.parent
    shutil.rmtree(blocked, ignore_errors=True)
    blocked.write_text("a file where Excel keeps its folder", encoding="utf-8")
    with as_before(windows):
        done = windows.run(str(PYTHON), "-m", "ccgrade_xl", "addin", "install", PYTHONIOENCODING="utf-8")
    assert done.returncode == 2
    assert done.stdout.startswith("没有安装：不能写入“")
    blocked.unlink()


def test_after_a_silent_installation_a_script_reaches_the_server(
    installed: Installed, tmp_path: Path
) -> None:
    script = """
Set server = CreateObject("CCGrade.Server")
Say server.Version() & " " & server.Ping()
Say server.CallUDF("CCG_X", Array(8000))
"""
    assert installed.wine.cscript(script, tmp_path) == [f"{__version__} pong", "2"]


def test_the_doctor_finds_everything_in_order_but_excel(installed: Installed) -> None:
    lines = diagnosis(installed)
    assert [name for name, line in lines.items() if not line["ok"]] == [NO_EXCEL]
    assert str(installed.wine.code_page) in str(lines["代码页"]["found"])
    assert lines["Excel 加载项"]["found"] == ADDIN
    assert lines["工作簿模板"]["found"] == TEMPLATE
    assert __version__ in str(lines["后台服务"]["found"])


def test_the_program_lies_under_an_ascii_path_that_nobody_could_take_before(installed: Installed) -> None:
    assert installed.folder.isascii()
    assert installed.folder.lower().startswith("c:\\programdata\\ccgrade-")


def test_the_menu_and_the_list_of_programs_name_it(installed: Installed) -> None:
    menu = installed.wine.path(
        rf"C:\users\{USER}\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\ccgrade 客户分级"
    )
    assert sorted(path.name for path in menu.iterdir()) == ["卸载.lnk", "新建客户分级工作簿.lnk", "诊断.lnk"]
    shown = installed.wine.run("cmd.exe", "/c", f"{installed.folder}\\ccgrade.cmd", "--version").stdout
    assert shown.strip() == f"ccgrade {__version__}"
    assert any(f'"DisplayVersion"="{__version__}"' in line for line in user_registry(installed.wine))


def test_while_excel_holds_the_addin_an_upgrade_is_refused_and_the_old_version_serves(
    installed: Installed, setups: Setups, tmp_path: Path
) -> None:
    hold = "import sys, win32file, time; h = win32file.CreateFile(sys.argv[1], 0x80000000, 1, None, 3, 0, None); "
    hold += "print('held', flush=True); time.sleep(600)"
    with installed.wine.start(str(PYTHON), "-c", hold, ADDIN) as excel:
        assert excel.stdout is not None
        assert excel.stdout.readline().strip() == b"held"
        assert run_setup(installed.wine, setups.new) == 2
        code, printed = installed.ccgrade("addin", "install")
        assert (code, printed.startswith("没有安装：不能写入“")) == (2, True)
        excel.kill()
    assert reason(installed.wine).startswith("没有安装：Excel 正开着")
    assert installed.wine.cscript('Say CreateObject("CCGrade.Server").Ping()', tmp_path) == ["pong"]


def test_an_addin_that_a_virus_scanner_took_is_named_and_repaired(installed: Installed) -> None:
    copy = installed.wine.path(ADDIN)
    content = copy.read_bytes()
    copy.unlink()
    line = diagnosis(installed)["Excel 加载项"]
    assert not line["ok"]
    assert line["found"] == f"不见了：{ADDIN}"
    assert "杀毒软件" in str(line["remedy"])
    copy.write_bytes(content[:-1])
    assert "与本程序所带的不同" in str(diagnosis(installed)["Excel 加载项"]["found"])
    assert installed.ccgrade("addin", "install")[0] == 0
    assert copy.read_bytes() == content
    assert diagnosis(installed)["Excel 加载项"]["ok"]


def test_an_addin_taken_from_the_program_itself_asks_for_a_new_installation(
    installed: Installed, setups: Setups
) -> None:
    shipped = next(installed.wine.path(installed.folder).rglob("files/ccgrade.xlam"))
    shipped.unlink()
    code, printed = installed.ccgrade("addin", "install")
    assert (code, "请重新安装 ccgrade" in printed) == (2, True)
    assert "程序文件" in diagnosis(installed)
    assert run_setup(installed.wine, setups.new) == 0
    assert shipped.exists()


def test_the_same_payload_makes_the_same_installer(setups: Setups, tmp_path: Path) -> None:
    again = write_setup(setups.payload, tmp_path, compressor=FAST)
    assert filecmp.cmp(again, setups.new, shallow=False)


def test_the_installed_program_reads_meters_and_keeps_results(installed: Installed, windows: Wine) -> None:
    readings, book = r"C:\users\Public\读数", r"C:\users\Public\簿.xlsm"
    code, told = installed.ccgrade("meters", "simulate", readings, "--meters", "2", "--days", "2")
    assert (code, told[:3]) == (0, "已模拟")
    assert installed.ccgrade("new", book)[0] == 0
    code, told = installed.ccgrade("report", book, "-o", r"C:\users\Public\报告.html")
    assert (code, "还没有客户" in told) == (2, True)
    program = "import duckdb, pyarrow.parquet, reportlab, sqlalchemy; print(duckdb.sql('select 42').fetchall()[0][0])"
    done = windows.run(f"{installed.folder}\\python\\python.exe", "-P", "-c", program)
    assert done.stdout.strip() == "42"
