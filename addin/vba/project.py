"""A writer of vbaProject.bin after MS-OVBA, from ASCII text alone.

No compiled code and no performance cache is written: Excel and LibreOffice read the sources. The project
id follows from the sources, so the same sources always give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from struct import pack
from typing import Literal
from uuid import UUID

from attrs import field, frozen

from addin.vba.compound_file import write_compound_file
from addin.vba.compression import compress

CODE_PAGE = 1252
PROJECT_NAME = "VBAProject"
WORKBOOK_CODE_NAME = "ThisWorkbook"
REFERENCES = (
    (
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    ),
    (
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared"
        r"\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
    ),
)
"""Type libraries the project refers to: Office declares IRibbonControl and IRibbonUI."""

_WORKBOOK_CLASS = "0{00020819-0000-0000-C000-000000000046}"
_SHEET_CLASS = "0{00020820-0000-0000-C000-000000000046}"
_LCID_ENGLISH = 0x409
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")


def _ascii_lines(text: str) -> str:
    if not text.isascii():
        strange = next(letter for letter in text if not letter.isascii())
        raise ValueError(f"VBA text is ASCII only; Chinese belongs into cells and XML: {strange!r}")
    return "\r\n".join(text.splitlines()) + "\r\n"


@frozen
class Module:
    """One module: its name, whether it stands alone or behind a sheet or the workbook, and its text (CRLF).

    Raises ValueError for a text that is not ASCII or a name VBA does not take.
    """

    name: str = field()
    kind: Literal["standard", "document"]
    source: str = field(converter=_ascii_lines)

    @name.validator
    def _is_a_vba_name(self, _attribute: object, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise ValueError(f"Not a VBA module name: {name!r}")


def standard_module(source: str) -> Module:
    """Make a module of a .bas text, which names itself in its first line."""
    named = re.match(r'Attribute VB_Name = "(.*)"', source)
    if not named:
        raise ValueError('A .bas text starts with: Attribute VB_Name = "..."')
    return Module(named[1], "standard", source)


def document_modules(sheet_code_names: Sequence[str]) -> list[Module]:
    """Make the empty modules that stand behind the workbook and behind each sheet."""
    sheets = [_document(code_name, _SHEET_CLASS) for code_name in sheet_code_names]
    return [_document(WORKBOOK_CODE_NAME, _WORKBOOK_CLASS), *sheets]


def _document(name: str, base_class: str) -> Module:
    flags = {
        "GlobalNameSpace": False, "Creatable": False, "PredeclaredId": True,
        "Exposed": True, "TemplateDerived": False, "Customizable": True,
    }  # fmt: skip
    lines = [f'Attribute VB_Name = "{name}"', f'Attribute VB_Base = "{base_class}"']
    lines += [f"Attribute VB_{flag} = {value}" for flag, value in flags.items()]
    return Module(name, "document", "\n".join(lines))


def build_project(modules: Sequence[Module]) -> bytes:
    """Return vbaProject.bin holding these modules. Raises ValueError for two of one name."""
    names = [module.name.lower() for module in modules]
    if len(set(names)) < len(names):
        raise ValueError(f"Two VBA modules have one name: {names}")
    streams = {module.name: compress(module.source.encode("ascii")) for module in modules}
    streams["_VBA_PROJECT"] = b"\xcc\x61\xff\xff\x00\x00\x00"
    streams["dir"] = compress(_dir_stream(modules))
    return write_compound_file(
        {"VBA": streams, "PROJECT": _project_stream(modules), "PROJECTwm": _project_names(modules)}
    )


def _record(kind: int, data: bytes = b"") -> bytes:
    return pack("<HI", kind, len(data)) + data


def _both(kind: int, wide_kind: int, text: str) -> bytes:
    """Return a text twice, as the dir stream wants it: in the code page and in UTF-16."""
    return _record(kind, text.encode("ascii")) + _record(wide_kind, text.encode("utf-16-le"))


def _dir_stream(modules: Sequence[Module]) -> bytes:
    """MS-OVBA 2.3.4.2: what the project is, its references, its modules."""
    information = [
        _record(0x01, pack("<I", 1)),  # 32-bit Windows; 64-bit Excel writes 3 and reads both
        _record(0x02, pack("<I", _LCID_ENGLISH)),
        _record(0x14, pack("<I", _LCID_ENGLISH)),
        _record(0x03, pack("<H", CODE_PAGE)),
        _record(0x04, PROJECT_NAME.encode("ascii")),
        _both(0x05, 0x40, ""),  # description
        _record(0x06) + _record(0x3D),  # help files
        _record(0x07, pack("<I", 0)),  # help context
        _record(0x08, pack("<I", 0)),  # library flags
        pack("<HIIH", 0x09, 4, 1, 1),  # version: the size says 4, six bytes follow
        _both(0x0C, 0x3C, ""),  # conditional constants
    ]
    references = [_both(0x16, 0x3E, name) + _registered(library) for name, library in REFERENCES]
    counts = [_record(0x0F, pack("<H", len(modules))), _record(0x13, b"\xff\xff")]
    return b"".join([*information, *references, *counts, *map(_module_records, modules), _record(0x10)])


def _registered(library: str) -> bytes:
    text = library.encode("ascii")
    return _record(0x0D, pack("<I", len(text)) + text + bytes(6))


def _module_records(module: Module) -> bytes:
    return b"".join([
        _both(0x19, 0x47, module.name),
        _both(0x1A, 0x32, module.name),  # the stream's name
        _both(0x1C, 0x48, ""),
        _record(0x31, pack("<I", 0)),  # the text starts at 0: no performance cache before it
        _record(0x1E, pack("<I", 0)),
        _record(0x2C, b"\xff\xff"),
        _record(0x21 if module.kind == "standard" else 0x22),
        _record(0x2B),
    ])  # fmt: skip


def _project_stream(modules: Sequence[Module]) -> bytes:
    """MS-OVBA 2.3.1: the project's settings as text."""
    project_id = _project_id(modules)
    listed = [
        f"Module={module.name}" if module.kind == "standard" else f"Document={module.name}/&H00000000"
        for module in modules
    ]
    lines = [
        f'ID="{project_id}"',
        *listed,
        f'Name="{PROJECT_NAME}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{_encrypted(project_id, bytes(4), 0x04)}"',  # not protected
        f'DPB="{_encrypted(project_id, bytes(1), 0x08)}"',  # no password
        f'GC="{_encrypted(project_id, bytes([0xFF]), 0x0C)}"',  # visible
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(line + "\r\n" for line in lines).encode("ascii")


def _project_id(modules: Sequence[Module]) -> str:
    content = "\0".join(module.name + "\0" + module.source for module in modules)
    return "{" + str(UUID(bytes=sha256(content.encode("ascii")).digest()[:16], version=4)).upper() + "}"


def _encrypted(project_id: str, data: bytes, seed: int) -> str:
    """MS-OVBA 2.4.3.2: data encryption (an obfuscation), with a fixed seed so that builds repeat."""
    key = sum(project_id.encode("ascii")) & 0xFF
    out = [seed, seed ^ 2, seed ^ key]
    before = key
    for byte in bytes([seed]) * ((seed & 6) // 2) + pack("<I", len(data)) + data:
        out.append(byte ^ ((out[-2] + before) & 0xFF))
        before = byte
    return bytes(out).hex().upper()


def _project_names(modules: Sequence[Module]) -> bytes:
    """MS-OVBA 2.3.3: the modules' names, twice. Not compressed, or Excel drops the project."""
    pairs = (
        module.name.encode("ascii") + b"\0" + module.name.encode("utf-16-le") + b"\0\0" for module in modules
    )
    return b"".join(pairs) + b"\0\0"
