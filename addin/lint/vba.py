"""Macros: text every host reads, no name that starts by itself, nothing that reaches out, nothing missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from addin.lint.fault import Fault
from addin.lint.opened import MAIN, Opened
from addin.vba.project import Module
from addin.vba.wrappers import macro_name, parameter
from ccgrade_xl.commands import Command
from ccgrade_xl.functions import CellFunction

LONGEST_LINE, MOST_CONTINUATIONS = 1023, 24
SERVER = "CCGrade.Server"
RIBBON_PART = "customUI/customUI14.xml"

_HEADER = re.compile(
    r"^\s*(?:Public |Private |Friend )?(?:Static )?(?:Sub|Function|Property \w+) (\w+)", re.MULTILINE
)
_STARTS_BY_ITSELF = re.compile(
    r"(Auto_?\w+|Workbook_\w+|Worksheet_\w+|Document_\w+|\w+_(Click|Change))", re.I
)
_REACHES_OUT = re.compile(
    r"\b(Declare|Shell|WScript|GetObject|FileSystemObject|Environ|Kill|ChDir|MkDir|FileCopy|SendKeys|CallByName"
    r"|ExecuteExcel4Macro|Open\s+\S+\s+For)\b",
    re.IGNORECASE,
)
_CREATED = re.compile(r"CreateObject\(([^)]*)\)")


def vba_faults(
    modules: Sequence[Module], functions: Iterable[CellFunction], commands: Iterable[Command]
) -> list[Fault]:
    """Return every fault of a project that answers these functions and commands."""
    return [
        *(fault for module in modules for fault in _module_faults(module)),
        *_created_objects(modules),
        *_procedures_twice(modules),
        *_incomplete(modules, functions, commands),
    ]


def procedures(module: Module) -> list[str]:
    """Return the names of a module's procedures in order."""
    return _HEADER.findall(_code(module))


def _code(module: Module) -> str:
    """Return the text without comments and attributes; apostrophes in texts are kept."""
    lines = (re.sub(r"""^((?:[^"']|"[^"]*")*)'.*""", r"\1", line) for line in module.source.splitlines())
    return "\n".join(line for line in lines if not line.startswith("Attribute "))


def _module_faults(module: Module) -> Iterator[Fault]:
    code = _code(module)
    if not module.source.isascii():
        yield Fault("VBA text is not ASCII", module.name, "Chinese belongs into cells")
    for name in procedures(module):
        if _STARTS_BY_ITSELF.fullmatch(name):
            yield Fault("procedure starts by itself", module.name, name)
    for match in _REACHES_OUT.finditer(code):
        yield Fault("macro reaches out", module.name, match[0])
    if module.kind == "standard" and "Option Explicit" not in code:
        yield Fault("Option Explicit is missing", module.name, "a typing error would make a new variable")
    if "#If" in code:
        yield Fault("conditional compilation", module.name, "LibreOffice runs every branch")
    yield from _lines(module)


def _lines(module: Module) -> Iterator[Fault]:
    continued = 0
    for number, line in enumerate(module.source.splitlines(), 1):
        continued = continued + 1 if line.endswith(" _") else 0
        if continued > MOST_CONTINUATIONS:
            yield Fault("too many continued lines", module.name, f"line {number}")
        if len(line) > LONGEST_LINE:
            yield Fault("line too long", module.name, f"line {number}")


def _created_objects(modules: Sequence[Module]) -> Iterator[Fault]:
    for module in modules:
        for created in _CREATED.findall(_code(module)):
            if created != "PROG_ID" or f'PROG_ID As String = "{SERVER}"' not in module.source:
                yield Fault("macro reaches out", module.name, f"CreateObject({created})")


def _procedures_twice(modules: Sequence[Module]) -> Iterator[Fault]:
    names = Counter(name.lower() for module in modules for name in set(procedures(module)))
    names.update(module.name.lower() for module in modules)
    for name, count in names.items():
        if count > 1:
            yield Fault("VBA name twice", "project", name)


def _incomplete(
    modules: Sequence[Module], functions: Iterable[CellFunction], commands: Iterable[Command]
) -> Iterator[Fault]:
    text = re.sub(r" _\r?\n\s*", " ", "\n".join(module.source for module in modules))
    wrappers = dict(re.findall(r"Public Function (CCG_\w+)\((.*?)\) As Variant", text))
    for function in functions:
        declared = re.findall(r"(\w+) As Variant", wrappers.pop(function.name, ""))
        if declared != [parameter(argument) for argument in function.arguments]:
            yield Fault("wrapper is not its function", function.name, f"declared with {declared}")
    for name in wrappers:
        yield Fault("wrapper without function", name, "no such cell function")
    for command in commands:
        if f"Public Sub {macro_name(command)}()" not in text:
            yield Fault("command without macro", command.name, macro_name(command))


def callback_faults(opened: Opened, modules: Sequence[Module]) -> Iterator[Fault]:
    """Yield ribbon callbacks, button macros and sheet code names that have no VBA behind them."""
    known = {name for module in modules for name in procedures(module)}
    for name in sorted(_called(opened) - known):
        yield Fault("button without macro", "package", name)
    documents = {module.name for module in modules if module.kind == "document"}
    for sheet in opened.sheets:
        properties = sheet.root.find(f"{MAIN}sheetPr")
        code_name = None if properties is None else properties.get("codeName")
        if code_name not in documents:
            yield Fault("sheet without module", sheet.name, str(code_name))


def _called(opened: Opened) -> set[str]:
    called = set()
    for part in opened.parts:
        if part == RIBBON_PART:
            for element in opened.xml(part).iter():
                attributes = [(str(key), str(value)) for key, value in element.items()]
                called |= {value for key, value in attributes if key.startswith(("on", "get"))}
        elif part.endswith((".vml", ".xml")):
            macros = re.findall(rb"(?:FmlaMacro>|macro=\")\[0\]!([A-Za-z_]\w*)", opened.parts[part])
            called |= {macro.decode() for macro in macros}
    return called
