"""Formulas: syntax, functions Excel knows under the names a file must use, and references that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.utils import FORMULAE

from addin.lint.fault import Fault
from addin.lint.opened import MAIN, Opened
from ccgrade_xl.functions import FUNCTIONS

FUTURE = frozenset(
    """
    AGGREGATE ANCHORARRAY BYCOL BYROW CEILING.MATH CHOOSECOLS CHOOSEROWS CONCAT DAYS DROP EXPAND FILTER
    FLOOR.MATH FORMULATEXT HSTACK IFNA IFS ISFORMULA ISOMITTED LAMBDA LET MAKEARRAY MAP MAXIFS MINIFS MODE.SNGL
    NUMBERVALUE PERCENTILE.EXC PERCENTILE.INC PERCENTRANK.INC QUARTILE.EXC QUARTILE.INC RANDARRAY RANK.AVG
    RANK.EQ REDUCE SCAN SEQUENCE SHEET SHEETS SINGLE SORT SORTBY STDEV.P STDEV.S SWITCH TAKE TEXTAFTER
    TEXTBEFORE TEXTJOIN TEXTSPLIT TOCOL TOROW UNICHAR UNICODE UNIQUE VAR.P VAR.S VSTACK WRAPCOLS WRAPROWS
    XLOOKUP XMATCH XOR
    """.split()  # noqa: SIM905
)
"""Functions newer than the file format: a file must write them with a prefix."""

IN_WORKSHEET_SPACE = frozenset({"FILTER", "SORT"})
"""Those whose prefix is `_xlfn._xlws.`."""

_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\[\]]+))!(.*)", re.DOTALL)
_PLACE = re.compile(r"\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d+:\$?\d+")
_STRUCTURED = re.compile(r"([^\[\]]*)(\[.*\])", re.DOTALL)
_FORMULA_TAGS = frozenset({"f", "formula", "formula1", "formula2", "calculatedColumnFormula", "definedName"})


def formula_faults(opened: Opened) -> Iterator[Fault]:
    """Yield what is wrong with the formulas of cells, names, tables, rules, charts and sparklines."""
    for part in sorted(opened.parts):
        if part.endswith(".xml") and part.startswith("xl/"):
            for element in opened.xml(part).iter(etree.Element):
                if etree.QName(element).localname in _FORMULA_TAGS and element.text:
                    yield from _formula(opened, _where(opened, part, element), element.text)


def _where(opened: Opened, part: str, element: etree._Element) -> str:
    parent = element.getparent()
    sheet = next((sheet.name for sheet in opened.sheets if sheet.part == part), part)
    if element.get("name"):
        return f"name {element.get('name')}"
    if parent is not None and parent.tag == f"{MAIN}c":
        return f"{sheet}!{parent.get('r')}"
    return sheet


def _formula(opened: Opened, where: str, formula: str) -> Iterator[Fault]:
    if formula.startswith("="):
        yield Fault("formula syntax", where, f"a stored formula has no leading =: {formula}")
    try:
        tokens = [token for token in Tokenizer("=" + formula).items if token.type != Token.WSPACE]
    except (TokenizerError, IndexError) as error:
        yield Fault("formula syntax", where, f"{formula}: {error}")
        return
    problem = _syntax_problem(tokens)
    if problem:
        yield Fault("formula syntax", where, f"{formula}: {problem}")
    for token in tokens:
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            yield from _function(where, token.value[:-1].upper())
        elif token.type == Token.OPERAND and token.subtype == Token.ERROR and token.value == "#REF!":
            yield Fault("broken reference", where, formula)
        elif token.type == Token.OPERAND and token.subtype == Token.RANGE:
            yield from _reference(opened, where, token.value)


def _syntax_problem(tokens: list[Token]) -> str:
    """Return why the tokens are no formula, "" where they are one: operands and operators take turns."""
    expected, openers = True, []
    for token in tokens:
        opens, closes = token.subtype == Token.OPEN, token.subtype == Token.CLOSE
        if token.type in (Token.OPERAND, Token.OP_PRE) or opens:
            if not expected:
                return f"an operator is missing before {token.value}"
            if opens:
                openers.append(token.type)
            expected = token.type != Token.OPERAND
        elif closes:
            if not openers or openers[-1] != token.type:
                return f"{token.value} closes nothing"
            if expected and openers[-1] != Token.FUNC:
                return f"nothing before {token.value}"
            openers.pop()
            expected = False
        elif token.type == Token.SEP:
            if not openers or (expected and openers[-1] != Token.FUNC):
                return f"nothing before {token.value}"
            expected = True
        else:
            if expected:
                return f"nothing before {token.value}"
            expected = token.type == Token.OP_IN
    if openers:
        return "a bracket is not closed"
    return "it ends too early" if expected else ""


def _function(where: str, name: str) -> Iterator[Fault]:
    bare = name.removeprefix("_XLFN.").removeprefix("_XLWS.")
    if name in FORMULAE or name in FUNCTIONS:
        return
    if name in FUTURE:
        yield Fault("function without prefix", where, f"{name} is stored as _xlfn.{name}")
    elif name.startswith("_XLFN.") and bare in FUTURE:
        if ("_XLWS." in name) != (bare in IN_WORKSHEET_SPACE):
            yield Fault("function prefix", where, name)
    else:
        yield Fault("unknown function", where, name)


def _reference(opened: Opened, where: str, reference: str) -> Iterator[Fault]:
    on_sheet = _SHEET.fullmatch(reference)
    if on_sheet:
        sheet = (on_sheet[1] or on_sheet[2]).replace("''", "'")
        if sheet not in {sheet.name for sheet in opened.sheets}:
            yield Fault("unknown sheet", where, reference)
        reference = on_sheet[3]
    structured = _STRUCTURED.fullmatch(reference)
    if structured:
        yield from _table_reference(opened, where, structured[1], structured[2])
    elif reference == "#REF!":
        yield Fault("broken reference", where, reference)
    elif not _PLACE.fullmatch(reference) and not reference.startswith("_xlpm."):
        known = {element.get("name", "").lower() for element in opened.defined_names}
        known |= {table.name.lower() for table in opened.tables}
        if reference.lower() not in known:
            yield Fault("unknown name", where, reference)


def _table_reference(opened: Opened, where: str, name: str, inside: str) -> Iterator[Fault]:
    tables = [table for table in opened.tables if not name or table.name.lower() == name.lower()]
    if not tables:
        yield Fault("unknown table", where, f"{name}{inside}")
        return
    columns = {column for table in tables for column in table.columns}
    for words in re.findall(r"\[([^\[\]]+)\]", inside):
        column = words.removeprefix("@")
        if not column.startswith("#") and column not in columns:
            yield Fault("unknown table column", where, f"{name}[{column}]")
