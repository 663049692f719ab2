"""The built files under test, and small broken variations of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from addin import build
from addin.packaging import Parts, read_package, write_package
from addin.vba.project import Module
from addin.vba.sources import project_modules
from addin.workbook.template import TEXTS_CODE_NAME
from ccgrade_xl.workbook.layout import SHEETS

TEMPLATE_SHEETS = tuple(sheet.code_name for sheet in SHEETS)
SHIPPED = {build.TEMPLATE: TEMPLATE_SHEETS, build.ADDIN: (TEXTS_CODE_NAME,)}
"""The files with macros, each with its sheets' code names."""


@cache
def shipped(name: str) -> bytes:
    """Build one of `SHIPPED` once."""
    return build.build_template() if name == build.TEMPLATE else build.build_addin()


def modules(name: str) -> list[Module]:
    """Return the modules that were put into one of `SHIPPED`."""
    return project_modules(SHIPPED[name])


def changed(package: bytes, change: Callable[[Parts], Parts]) -> bytes:
    """Return a package with its parts changed."""
    return write_package(change(read_package(package)))


def replaced(package: bytes, part: str, old: str, new: str) -> bytes:
    """Return a package with the first `old` of a part replaced; it must be there."""

    def change(parts: Parts) -> Parts:
        text = parts[part].decode("utf-8")
        assert old in text, f"{old} is not in {part}"
        return {**parts, part: text.replace(old, new, 1).encode("utf-8")}

    return changed(package, change)
