"""Must Excel calculate again after cells were written, and which formulas does its calculation chain lose?

`fullCalcOnLoad` is set only where a formula that stays could depend on what was written: it stands on a written
sheet, names such a sheet, one of its tables or a name that points there (also through another sheet), or builds
its reference from text (INDIRECT, OFFSET). Otherwise the cached values are right as they are, and a host without
the add-in keeps showing them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from ccgrade_xl.workbook.package import Package, local_name, serialised

_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>([^<]+)</(?:\w+:)?f>")
_CALC_PR = re.compile(rb"<(?:\w+:)?calcPr(?=[\s/>])[^>]*?/?>")
_FULL = re.compile(rb'\sfullCalcOnLoad="[^"]*"')
# What stands before calcPr in a workbook part, last first (ECMA-376 part 1, CT_Workbook).
_BEFORE_CALC_PR = ("definedNames", "externalReferences", "functionGroups", "sheets")
_BUILT_FROM_TEXT = ("INDIRECT(", "OFFSET(")


def must_recalculate(package: Package, written: Mapping[str, bytes]) -> bool:
    """Return True where a formula that stays could depend on the written sheets (tab name → new part)."""
    if any(b"f>" in data and _FORMULA.search(data) for data in written.values()):
        return True
    formulas = {
        sheet.name: _formulas(package.archive.read(sheet.part))
        for sheet in package.sheets
        if sheet.name not in written
    }
    words = {*_BUILT_FROM_TEXT, *written}
    words.update(table.name for table in package.tables if table.sheet in written)
    while True:
        reached = {name for name, text in formulas.items() if any(word in text for word in words)}
        named = {row.name for row in package.names if any(word in row.refers_to for word in words)}
        if reached:
            return True
        if named <= words:
            return False
        words |= named


def _formulas(data: bytes) -> str:
    """Return all formula texts of a sheet, run together."""
    if b"f>" not in data:
        return ""
    text = b"\n".join(_FORMULA.findall(data)).decode("utf-8", "replace")
    return text.replace("&amp;", "&").replace("''", "'")


def with_full_calculation(workbook: bytes) -> bytes:
    """Return the workbook part with `fullCalcOnLoad` set; the very bytes where it is set already."""
    found = _CALC_PR.search(workbook)
    if found is None:
        return _with_calc_pr(workbook)
    flag = _FULL.search(found[0])
    if flag is not None and flag[0].endswith((b'"1"', b'"true"')):
        return workbook
    element = _FULL.sub(b"", found[0])
    end = -2 if element.endswith(b"/>") else -1
    element = element[:end] + b' fullCalcOnLoad="1"' + element[end:]
    return workbook[: found.start()] + element + workbook[found.end() :]


def _with_calc_pr(workbook: bytes) -> bytes:
    for name in _BEFORE_CALC_PR:
        ends = list(re.finditer(rb"</(\w+:)?%b>|<(\w+:)?%b(?:\s[^>]*)?/>" % ((name.encode(),) * 2), workbook))
        if ends:
            prefix = ends[-1][1] or ends[-1][2] or b""
            at = ends[-1].end()
            return workbook[:at] + b'<%bcalcPr fullCalcOnLoad="1"/>' % prefix + workbook[at:]
    return workbook


def without_formulas(chain: etree._Element, gone: Mapping[int, frozenset[str]]) -> bytes | None:
    """Return the calcChain part without the cells (sheet number → `A1` …); None where none is left.

    A cell without a sheet number belongs to the sheet of the one before it, so the number is written out
    where the one before is dropped.
    """
    number = ""
    left = ""
    for cell in [node for node in chain.iterchildren("*") if local_name(node) == "c"]:
        number = cell.get("i", number)
        if cell.get("r") in gone.get(int(number or "0"), frozenset()):
            chain.remove(cell)
            continue
        if number != left:
            cell.set("i", number)
        left = number
    if not len(chain):
        return None
    return serialised(chain)
