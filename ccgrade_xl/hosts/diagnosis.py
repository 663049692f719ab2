"""What do the facts of a machine mean for its user? One line a question: in order, or what to do.

Pure: the facts are gathered elsewhere (`probing`, `excel_probing`), so that every verdict can be tried anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import frozen

from ccgrade_xl.hosts.excel_policy import Policies, obstacle
from ccgrade_xl.hosts.extras import PURPOSES

FileState = Literal["same", "changed", "missing", "unreadable"]

REPAIR = "运行 ccgrade addin install"
ENOUGH_BYTES = 200_000_000
SLOW_START_SECONDS = 15.0
BLOCK, WARN = 1, 6
"""Modes of a Defender rule: 1 blocks, 2 audits, 6 warns."""

_OWN_EXCEL = "excel.exe"


@frozen
class Line:
    """A line of the diagnosis: what was looked at, whether it is in order, what was found, what to do."""

    subject: str
    ok: bool
    found: str
    remedy: str = ""


@frozen
class FileFact:
    """A file that must be where a host looks for it, as it shipped."""

    label: str
    path: str
    state: FileState


@frozen
class MachineFacts:
    """What is known of any machine. `installed` is the package's folder, `free_bytes` those of the data folder.

    `missing_extras` are those of `extras.MODULES` that are not installed whole.
    """

    package: str
    installed: str
    python: str
    python_bits: int
    system: str
    code_page: int | None
    rules_folder: str
    rules_writable: bool
    free_bytes: int
    missing_extras: tuple[str, ...]


@frozen
class ServerFacts:
    """The COM server: `seconds` until it answered, or the `error` that came instead; `here` when it asks itself."""

    version: str | None = None
    seconds: float | None = None
    error: str = ""
    here: bool = False


@frozen
class ExcelFacts:
    """What is known of Excel on Windows.

    `automation` is what starts when a program asks for Excel; `command` what COM runs for the server's name,
    `expected` what it should run; `untrusted` the versions that do not trust the working folder.
    """

    program: str | None
    bits: int | None
    versions: tuple[str, ...]
    automation: str | None
    command: str | None
    expected: str
    files: tuple[FileFact, ...]
    untrusted: tuple[str, ...]
    policies: tuple[Policies, ...]
    child_process_rule: int | None
    working_folder: str
    synchronised_folders: tuple[str, ...]
    server: ServerFacts


@frozen
class LibreOfficeFacts:
    """What is known of LibreOffice: its tools, the extension, the file that leads it to this Python."""

    program: str | None
    extension: FileFact
    python_folders_known: bool


# --- any machine ------------------------------------------------------------------------------------------


def machine_lines(facts: MachineFacts) -> list[Line]:
    """Judge what every machine has."""
    gigabytes = facts.free_bytes / 1e9
    return [
        Line("程序", True, f"ccgrade {facts.package}，{facts.installed}"),
        Line("Python", True, f"{facts.python}，{facts.python_bits} 位，{facts.system}"),
        _extras(facts.missing_extras),
        *_code_page(facts.code_page),
        Line("规则存放", True, facts.rules_folder)
        if facts.rules_writable
        else Line(
            "规则存放",
            False,
            f"不能写入“{facts.rules_folder}”",
            "请检查这个文件夹的权限；在此之前，规则版本只在本次运行中有效。",
        ),
        Line("磁盘空间", True, f"剩余 {gigabytes:.1f} GB")
        if facts.free_bytes >= ENOUGH_BYTES
        else Line("磁盘空间", False, f"只剩 {gigabytes:.2f} GB", "请先清理磁盘，否则工作簿可能保存不下。"),
    ]


def _extras(missing: tuple[str, ...]) -> Line:
    """Say which parts a bare installation goes without: that is in order, who needs them installs them."""
    if not missing:
        return Line("附加组件", True, "已全部安装")
    told = "；".join(f'{PURPOSES[extra]}：pip install "ccgrade[{extra}]"' for extra in missing)
    return Line("附加组件", True, f"没有装，用得到时再装（{told}）")


def _code_page(page: int | None) -> Iterable[Line]:
    if page is not None:
        yield Line("代码页", True, f"{page}（程序内部一律用 Unicode，任何代码页都可以）")


# --- Excel ------------------------------------------------------------------------------------------------


def excel_lines(facts: ExcelFacts, package: str, python_bits: int) -> list[Line]:
    """Judge Excel, the server and what lies between them."""
    return [
        _excel(facts, python_bits),
        _automation(facts.automation),
        *excel_installation_lines(facts),
        _server(facts.server, package),
        *map(_macros, facts.policies),
        _child_process_rule(facts.child_process_rule),
        _working_folder(facts.working_folder, facts.synchronised_folders),
    ]


def excel_installation_lines(facts: ExcelFacts) -> list[Line]:
    """Judge what `ccgrade addin install` puts in place."""
    return [_registration(facts), *map(_file, facts.files), _trusted(facts)]


def _excel(facts: ExcelFacts, python_bits: int) -> Line:
    if not facts.versions:
        return Line(
            "Excel",
            False,
            "没有找到",
            "请安装 Excel 2016 以上版本；只有 WPS 时，请用命令行评级，结果在 WPS 里可以看。",
        )
    versions = "、".join(facts.versions)
    if facts.bits is None:
        return Line("Excel", True, f"版本 {versions}")
    same = "与 Python 相同" if facts.bits == python_bits else "与 Python 不同，不影响：服务是独立的进程"
    return Line("Excel", True, f"版本 {versions}，{facts.bits} 位（{same}）")


def _automation(command: str | None) -> Line:
    if command is None:
        return Line("Excel 的自动化", True, "没有登记（没有安装 Excel 时如此）")
    if _OWN_EXCEL in command.lower():
        return Line("Excel 的自动化", True, "由 Excel 自己应答")
    return Line(
        "Excel 的自动化",
        False,
        f"被别的程序占用：{command}",
        "多半是 WPS。请在 WPS 的“配置工具”→“兼容设置”里取消“与第三方程序兼容”，再对 Office 做一次“快速修复”。",
    )


def _registration(facts: ExcelFacts) -> Line:
    if facts.command is None:
        return Line("服务登记", False, "Windows 找不到 CCGrade.Server", f"请{REPAIR}。")
    if facts.command != facts.expected:
        return Line(
            "服务登记",
            False,
            f"登记的是另一个安装：{facts.command}",
            f"如果要改用现在这个，请{REPAIR}。",
        )
    return Line("服务登记", True, facts.command)


def _file(file: FileFact) -> Line:
    if file.state == "same":
        return Line(file.label, True, file.path)
    found, remedy = {
        "missing": (
            "不见了",
            f"可能被杀毒软件移走。请先在杀毒软件里恢复并信任它，再{REPAIR}。",
        ),
        "changed": ("与本程序所带的不同（旧版本，或被改动过）", f"请关闭 Excel，再{REPAIR}。"),
        "unreadable": ("读不出来", "请检查这个文件的权限和杀毒软件的拦截记录。"),
    }[file.state]
    return Line(file.label, False, f"{found}：{file.path}", remedy)


def _trusted(facts: ExcelFacts) -> Line:
    if facts.untrusted:
        found = f"Excel {'、'.join(facts.untrusted)} 还没有信任“{facts.working_folder}”"
        return Line("受信任位置", False, found, f"请{REPAIR}，否则每次打开工作簿都要点“启用内容”。")
    return Line("受信任位置", True, facts.working_folder)


def _server(server: ServerFacts, package: str) -> Line:
    if server.here:
        return Line("后台服务", True, f"正在运行，版本 {package}")
    if server.seconds is None:
        return Line(
            "后台服务",
            False,
            f"没有启动：{server.error}",
            f"请{REPAIR}；仍不行时，请查看杀毒软件是否拦截了 pythonw.exe。",
        )
    took = f"{server.seconds:.1f} 秒应答，版本 {server.version}"
    if server.version != package:
        return Line("后台服务", False, f"{took}，而程序是 {package}", "请关闭所有 Excel，等一分钟再打开。")
    if server.seconds > SLOW_START_SECONDS:
        return Line(
            "后台服务", False, f"{took}，太慢", "请让杀毒软件信任程序所在的文件夹，不要每次都扫描它。"
        )
    return Line("后台服务", True, took)


_MACROS = {
    None: "Excel 默认：打开时询问",
    1: "全部启用",
    2: "打开时询问",
    3: "只许有签名的",
    4: "全部禁用",
}


def _macros(policies: Policies) -> Line:
    subject = f"宏设置（{policies.version}）"
    found = _MACROS.get(policies.macros, f"VBAWarnings = {policies.macros}")
    if reason := obstacle(policies):
        return Line(subject, False, found, reason)
    if not policies.trusts_own_folders:
        return Line(
            subject,
            False,
            f"{found}；受信任位置被停用",
            "加载项和工作簿每次都要点“启用内容”；要免去，请 IT 部门允许受信任位置。",
        )
    return Line(subject, True, f"{found}；受信任位置里的文件直接运行")


def _child_process_rule(mode: int | None) -> Line:
    subject = "禁止 Office 启动子进程"
    if mode in (BLOCK, WARN):
        return Line(
            subject, True, "Defender 的这条规则已启用，不影响：服务由 Windows 启动，不是 Excel 的子进程"
        )
    return Line(subject, True, "没有启用（启用也不影响）")


def _working_folder(folder: str, synchronised: Iterable[str]) -> Line:
    subject = "工作簿文件夹"
    if folder.startswith("\\\\"):
        return Line(
            subject,
            False,
            f"在网络上：{folder}",
            "Excel 默认不信任网络位置。请把工作簿放在本机，或请 IT 部门允许网络上的受信任位置。",
        )
    if any(_is_below(folder, place) for place in synchronised):
        return Line(
            subject,
            True,
            f"{folder}，由 OneDrive 同步：按钮照常可用；命令行请在同步完成后再用",
        )
    return Line(subject, True, folder)


def _is_below(folder: str, place: str) -> bool:
    return bool(place) and f"{folder}\\".lower().startswith(f"{place.rstrip(chr(92))}\\".lower())


# --- LibreOffice ------------------------------------------------------------------------------------------


def libreoffice_lines(facts: LibreOfficeFacts) -> list[Line]:
    """Judge LibreOffice and the extension in it."""
    if facts.program is None:
        return [
            Line("LibreOffice", False, "没有找到", "请安装 LibreOffice 7.4 以上版本；只用命令行时不需要。")
        ]
    extension = facts.extension
    absent = Line(extension.label, False, "还没有装入", f"请{REPAIR}。")
    known = Line("Python 的位置", True, "LibreOffice 知道")
    unknown = Line("Python 的位置", False, "LibreOffice 不知道本程序在哪里", f"请{REPAIR}。")
    return [
        Line("LibreOffice", True, facts.program),
        absent if extension.state == "missing" else _file(extension),
        known if facts.python_folders_known else unknown,
    ]


# --- the screen -------------------------------------------------------------------------------------------


def screen(lines: Iterable[Line]) -> str:
    """Return the lines as a user reads them: what is not in order is marked and says what to do.

    The marks are ones that a Chinese console can show, whatever its font.
    """
    return "\n".join(map(_shown, lines))


def verdict(lines: Iterable[Line]) -> str:
    """Return the one sentence above the lines."""
    wrong = sum(not line.ok for line in lines)
    return f"诊断发现 {wrong} 处需要处理：" if wrong else "诊断完成，一切正常。"


def _shown(line: Line) -> str:
    text = f"{'√' if line.ok else '×'} {line.subject}：{line.found}"
    return f"{text}\n   → {line.remedy}" if line.remedy else text
