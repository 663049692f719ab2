"""The verdicts of the doctor, on tables of facts; a healthy machine first, then one thing wrong at a time."""

from __future__ import annotations

import re
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ccgrade_xl.hosts.diagnosis import (
    BLOCK,
    ExcelFacts,
    FileFact,
    LibreOfficeFacts,
    Line,
    MachineFacts,
    ServerFacts,
    excel_lines,
    libreoffice_lines,
    machine_lines,
    screen,
    verdict,
)
from ccgrade_xl.hosts.excel_places import as_template
from ccgrade_xl.hosts.excel_policy import Policies, obstacle
from ccgrade_xl.hosts.excel_probing import program_bits
from ccgrade_xl.hosts.extras import MODULES, PURPOSES, extra_of, missing_extras
from ccgrade_xl.hosts.probing import file_state, machine_facts
from ccgrade_xl.workbook.template import TEMPLATE, shipped_file
from tests.hosts.conftest import ROOT

MACHINE = MachineFacts(
    package="1.2.3",
    installed=r"C:\ccgrade",
    python="3.11.9",
    python_bits=64,
    system="Windows-10",
    code_page=936,
    rules_folder=r"C:\Users\li\AppData\Local\ccgrade\rules",
    rules_writable=True,
    free_bytes=50_000_000_000,
    missing_extras=(),
)
COMMAND = r'"C:\ccgrade\python\pythonw.exe" -P -m ccgrade_xl.hosts.server'
EXCEL = ExcelFacts(
    program=r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE",
    bits=64,
    versions=("16.0",),
    automation=r"C:\PROGRA~1\MICROS~1\Root\Office16\EXCEL.EXE /automation",
    command=COMMAND,
    expected=COMMAND,
    files=(
        FileFact("Excel 加载项", r"C:\XLSTART\ccgrade.xlam", "same"),
        FileFact("工作簿模板", r"C:\Templates\客户分级.xltm", "same"),
    ),
    untrusted=(),
    policies=(Policies("16.0"),),
    child_process_rule=None,
    working_folder=r"C:\Users\li\Documents\客户分级",
    synchronised_folders=(),
    server=ServerFacts("1.2.3", 2.5),
)
LIBREOFFICE = LibreOfficeFacts(
    "/usr/bin/soffice",
    FileFact("LibreOffice 扩展", "/home/li/ccgrade.oxt", "same"),
    python_folders_known=True,
)


def excel(**changes: Any) -> list[Line]:
    return excel_lines(evolve(EXCEL, **changes), "1.2.3", 64)


def wrong(lines: list[Line]) -> list[Line]:
    return [line for line in lines if not line.ok]


def test_a_healthy_machine_is_all_in_order() -> None:
    lines = machine_lines(MACHINE) + excel() + libreoffice_lines(LIBREOFFICE)
    assert wrong(lines) == []
    assert not any(line.remedy for line in lines)
    assert verdict(lines) == "诊断完成，一切正常。"
    assert len(screen(lines).splitlines()) == len(lines)


@pytest.mark.parametrize(
    ("change", "subject", "found", "remedy"),
    [
        ({"rules_writable": False}, "规则存放", r"不能写入“C:\Users", "权限"),
        ({"free_bytes": 10_000_000}, "磁盘空间", "只剩 0.01 GB", "清理磁盘"),
    ],
)
def test_a_fault_of_the_machine_says_what_to_do(
    change: dict[str, Any], subject: str, found: str, remedy: str
) -> None:
    (line,) = wrong(machine_lines(evolve(MACHINE, **change)))
    assert line.subject == subject
    assert found in line.found
    assert remedy in line.remedy


def test_what_a_bare_installation_goes_without_is_told_and_is_in_order() -> None:
    lines = machine_lines(evolve(MACHINE, missing_extras=("report", "meters")))
    (told,) = [line.found for line in lines if line.subject == "附加组件"]
    assert 'PDF 报告：pip install "ccgrade[report]"；远程抄表：pip install "ccgrade[meters]"' in told
    assert wrong(lines) == []


def test_the_extras_are_those_of_the_package_and_bring_what_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = project["optional-dependencies"]
    distributions = {"chinese_calendar": "chinesecalendar", "ibis": "ibis-framework"}
    for extra, modules in MODULES.items():
        brought = [re.split(r"[^\w-]", requirement)[0] for requirement in declared[extra]]
        assert {distributions.get(module, module) for module in modules} <= set(brought)
        assert extra in PURPOSES
    assert missing_extras() == ()


@pytest.mark.parametrize(
    ("module", "extra"),
    [("chinese_calendar", "ledger"), ("ibis.expr", "meters"), ("reportlab", "report"), ("numpy", "")],
)
def test_a_missing_module_names_the_smallest_extra_that_brings_it(module: str, extra: str) -> None:
    assert extra_of(module) == extra


@pytest.mark.parametrize(
    ("change", "subject", "found", "remedy"),
    [
        ({"versions": (), "policies": ()}, "Excel", "没有找到", "安装 Excel 2016"),
        ({"automation": r"C:\WPS\office6\et.exe /automation"}, "Excel 的自动化", "et.exe", "WPS"),
        ({"command": None}, "服务登记", "找不到", "ccgrade addin install"),
        ({"command": r'"D:\old\pythonw.exe" -m x'}, "服务登记", "另一个安装", "ccgrade addin install"),
        ({"untrusted": ("15.0", "16.0")}, "受信任位置", "15.0、16.0", "启用内容"),
        ({"server": ServerFacts(error="拒绝访问")}, "后台服务", "没有启动：拒绝访问", "pythonw.exe"),
        ({"server": ServerFacts("1.0.0", 1.0)}, "后台服务", "版本 1.0.0，而程序是 1.2.3", "关闭所有 Excel"),
        ({"server": ServerFacts("1.2.3", 40.0)}, "后台服务", "40.0 秒应答", "信任程序所在的文件夹"),
        ({"policies": (Policies("16.0", no_vba=True),)}, "宏设置（16.0）", "默认", "VBA"),
        (
            {"policies": (Policies("16.0", macros=2, no_user_locations=True),)},
            "宏设置（16.0）",
            "受信任位置被停用",
            "IT 部门",
        ),
        ({"working_folder": r"\\server\home\li\客户分级"}, "工作簿文件夹", "在网络上", "放在本机"),
    ],
)
def test_a_fault_of_excel_says_what_to_do(
    change: dict[str, Any], subject: str, found: str, remedy: str
) -> None:
    (line,) = wrong(excel(**change))
    assert line.subject == subject
    assert found in line.found
    assert remedy in line.remedy


@pytest.mark.parametrize(
    ("state", "found", "remedy"),
    [
        ("missing", "不见了", "杀毒软件"),
        ("changed", "与本程序所带的不同", "关闭 Excel"),
        ("unreadable", "读不出来", "权限"),
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_file_that_is_not_as_it_shipped_is_named(at: int, state: Any, found: str, remedy: str) -> None:
    files = list(EXCEL.files)
    files[at] = evolve(files[at], state=state)
    (line,) = wrong(excel(files=tuple(files)))
    assert line.subject == files[at].label
    assert found in line.found
    assert files[at].path in line.found
    assert remedy in line.remedy


@pytest.mark.parametrize(
    ("change", "subject", "found"),
    [
        ({"bits": 32}, "Excel", "32 位（与 Python 不同，不影响"),
        ({"automation": None}, "Excel 的自动化", "没有登记"),
        ({"child_process_rule": BLOCK}, "禁止 Office 启动子进程", "已启用，不影响"),
        ({"server": ServerFacts(here=True)}, "后台服务", "正在运行"),
        (
            {"policies": (Policies("16.0", macros=4),)},
            "宏设置（16.0）",
            "全部禁用；受信任位置里的文件直接运行",
        ),
        ({"synchronised_folders": ("C:\\Users\\li\\Documents\\",)}, "工作簿文件夹", "由 OneDrive 同步"),
    ],
)
def test_what_does_not_matter_is_said_and_is_no_fault(
    change: dict[str, Any], subject: str, found: str
) -> None:
    lines = excel(**change)
    assert wrong(lines) == []
    assert found in next(line.found for line in lines if line.subject == subject)


def test_a_folder_beside_the_synchronised_one_is_not_below_it() -> None:
    lines = excel(synchronised_folders=(r"C:\Users\li\Doc",))
    assert "OneDrive" not in screen(lines)


@pytest.mark.parametrize(
    ("policies", "forbidden"),
    [
        (Policies("16.0"), False),
        (Policies("16.0", macros=4), False),
        (Policies("16.0", macros=2, no_trusted_locations=True), False),
        (Policies("16.0", macros=3, no_trusted_locations=True), True),
        (Policies("16.0", macros=4, no_user_locations=True), True),
        (Policies("16.0", macros=1, no_vba=True), True),
    ],
)
def test_only_settings_that_stop_every_macro_are_an_obstacle(policies: Policies, forbidden: bool) -> None:
    assert bool(obstacle(policies)) == forbidden


@pytest.mark.parametrize(
    ("change", "subjects"),
    [
        ({"program": None}, ["LibreOffice"]),
        ({"extension": evolve(LIBREOFFICE.extension, state="missing")}, ["LibreOffice 扩展"]),
        ({"extension": evolve(LIBREOFFICE.extension, state="changed")}, ["LibreOffice 扩展"]),
        ({"python_folders_known": False}, ["Python 的位置"]),
    ],
)
def test_a_fault_of_libreoffice_is_named(change: dict[str, Any], subjects: list[str]) -> None:
    lines = wrong(libreoffice_lines(evolve(LIBREOFFICE, **change)))
    assert [line.subject for line in lines] == subjects
    assert all(line.remedy for line in lines)


def test_the_screen_marks_what_is_wrong_and_puts_the_remedy_below_it() -> None:
    lines = [Line("甲", ok=True, found="好"), Line("乙", ok=False, found="坏", remedy="修")]
    assert screen(lines) == "√ 甲：好\n× 乙：坏\n   → 修"
    assert verdict(lines) == "诊断发现 1 处需要处理："


# --- gathering --------------------------------------------------------------------------------------------


def test_this_machine_is_looked_at() -> None:
    facts = machine_facts()
    assert facts.python.startswith("3.")
    assert facts.rules_writable
    assert facts.free_bytes > 0


def test_a_rules_folder_that_is_a_file_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("")
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    assert not machine_facts().rules_writable


@pytest.mark.parametrize(
    ("content", "state"), [(b"as shipped", "same"), (b"as shippeD", "changed"), (None, "missing")]
)
def test_a_file_is_compared_with_what_it_should_hold(
    tmp_path: Path, content: bytes | None, state: str
) -> None:
    path = tmp_path / "ccgrade.xlam"
    if content is not None:
        path.write_bytes(content)
    assert file_state(path, b"as shipped") == state


def test_a_folder_in_the_place_of_a_file_is_unreadable(tmp_path: Path) -> None:
    assert file_state(tmp_path, b"") == "unreadable"


@pytest.mark.parametrize(
    ("header", "bits"),
    [
        (b"MZ" + bytes(58) + b"\x40\0\0\0" + b"PE\0\0\x4c\x01", 32),
        (b"MZ" + bytes(58) + b"\x40\0\0\0" + b"PE\0\0\x64\x86", 64),
        (b"MZ" + bytes(58) + b"\x40\0\0\0" + b"NE\0\0\x64\x86", None),
        (b"MZ", None),
    ],
)
def test_a_program_tells_its_bits(tmp_path: Path, header: bytes, bits: int | None) -> None:
    path = tmp_path / "excel.exe"
    path.write_bytes(header)
    assert program_bits(path) == bits
    assert program_bits(tmp_path / "none.exe") is None


def test_the_template_is_the_workbook_but_for_what_it_says_it_is() -> None:
    workbook = shipped_file(TEMPLATE).read_bytes()
    template = as_template(workbook)
    with zipfile.ZipFile(BytesIO(workbook)) as old, zipfile.ZipFile(BytesIO(template)) as new:
        assert new.namelist() == old.namelist()
        differing = [name for name in old.namelist() if old.read(name) != new.read(name)]
        assert differing == ["[Content_Types].xml"]
        assert b"ms-excel.template.macroEnabled.main+xml" in new.read("[Content_Types].xml")
    assert as_template(workbook) == template
