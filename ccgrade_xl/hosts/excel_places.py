"""Where does Excel look: its versions, its folders, the places it trusts?"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import platformdirs
from attrs import frozen

from ccgrade_xl.hosts import registry
from ccgrade_xl.workbook.template import ADDIN, TEMPLATE, shipped_file

TEMPLATE_NAME = "客户分级.xltm"
WORKING_FOLDER = "客户分级"
"""In the user's documents: workbooks in it, and in folders below it, run their macros without being asked."""

_VERSIONS = ("14.0", "15.0", "16.0")
"""Excel 2010, 2013, and 2016 up to 365."""

_MACHINE_KEYS = ("HKLM\\SOFTWARE\\Microsoft\\Office", "HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Office")
_CLICK_TO_RUN = "HKLM\\SOFTWARE\\Microsoft\\Office\\ClickToRun\\Configuration"
_PROGRAM = "\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\excel.exe"

_CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_TEMPLATE_TYPE = b"application/vnd.ms-excel.template.macroEnabled.main+xml"


@frozen
class ShippedCopy:
    """A file that ships with ccgrade and where its copy for Excel belongs."""

    label: str
    path: Path
    content: bytes


def shipped_copies() -> tuple[ShippedCopy, ...]:
    """Return the add-in and the template. Raises `FileFault` where the installation lacks one."""
    return (
        ShippedCopy("Excel 加载项", start_folder() / ADDIN, shipped_file(ADDIN).read_bytes()),
        ShippedCopy(
            "工作簿模板", templates_folder() / TEMPLATE_NAME, as_template(shipped_file(TEMPLATE).read_bytes())
        ),
    )


def copy_paths() -> tuple[Path, ...]:
    """Return where the copies stand, whatever the installation still holds."""
    return start_folder() / ADDIN, templates_folder() / TEMPLATE_NAME


def as_template(workbook: bytes) -> bytes:
    """Return a macro workbook as an Excel template: opening it begins a new, unnamed workbook."""
    buffer = BytesIO()
    with ZipFile(BytesIO(workbook)) as old, ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == _CONTENT_TYPES:
                content = content.replace(_WORKBOOK_TYPE, _TEMPLATE_TYPE)
            new.writestr(entry, content)
    return buffer.getvalue()


def start_folder() -> Path:
    """Return the folder whose add-ins Excel opens at its start; all its versions use the same one."""
    return _roaming() / "Microsoft" / "Excel" / "XLSTART"


def templates_folder() -> Path:
    """Return Office's folder for the user's templates."""
    return _roaming() / "Microsoft" / "Templates"


def working_folder() -> Path:
    """Return the folder for the user's grading workbooks."""
    return platformdirs.user_documents_path() / WORKING_FOLDER


def excel_versions() -> tuple[str, ...]:
    """Return the versions of Excel on this machine, e.g. ("16.0",); empty where there is none."""
    return tuple(version for version in _VERSIONS if _has_excel(version))


def excel_program() -> Path | None:
    """Return excel.exe, None where Windows knows none."""
    for root in ("HKCU", "HKLM"):
        found = registry.read(root + _PROGRAM)
        if isinstance(found, str) and found:
            return Path(found.strip('"'))
    return None


def trusted_location_key(version: str) -> str:
    """Return the key that makes Excel of a version trust the working folder."""
    return f"HKCU\\Software\\Microsoft\\Office\\{version}\\Excel\\Security\\Trusted Locations\\ccgrade"


def trusted_location() -> Mapping[str, registry.RegistryValue]:
    """Return the values of that key."""
    return {"Path": f"{working_folder()}\\", "AllowSubfolders": 1, "Description": "ccgrade 客户分级工作簿"}


def _has_excel(version: str) -> bool:
    if version == "16.0" and registry.exists(_CLICK_TO_RUN):
        return True
    keys = (f"{root}\\{version}\\Excel\\InstallRoot" for root in _MACHINE_KEYS)
    return any(map(registry.exists, (*keys, f"HKCU\\Software\\Microsoft\\Office\\{version}\\Excel\\Options")))


def _roaming() -> Path:
    return Path(platformdirs.user_data_dir(roaming=True))
