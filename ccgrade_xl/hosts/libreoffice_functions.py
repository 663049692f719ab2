"""How does a cell function's call come in from LibreOffice Calc, and how does its answer go out?

Calc reads the type of each argument from the add-in's IDL, and each type loses something. `argument_type` is the
choice, made from the declaration:

- a *text* for what may be a cell or a range: the only type that tells a blank cell ("") from 0, and over which
  an array formula runs cell by cell, an error value staying in its place. Numbers arrive with 15 digits.
- a *range* for blocks: Python reads the cells itself, error values among them.
- *anything* for what may be left out. A blank cell arrives as 0, and a range with an error value in it never
  arrives: Calc answers Err:504 itself.

Calc knows an error value as a NaN that carries its number, alone and inside a block.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal

from ccgrade_xl.errors import CellError
from ccgrade_xl.functions import FUNCTIONS, Argument, call
from ccgrade_xl.hosts.libreoffice_cells import CODES, read_values

ArgumentType = Literal["text", "range", "anything"]

_NUMERIC = frozenset({"number", "count", "money", "signed"})
_NUMBER_AS_CALC_WRITES_IT = re.compile(r"-?\d+(\.\d+)?(E[+-]\d+)?")
_QUIET_NAN = 0x7FF8_0000_0000_0000


def argument_type(argument: Argument) -> ArgumentType:
    """Return how Calc shall hand over an argument."""
    if argument.optional:
        return "anything"
    if argument.kind == "block":
        return "range"
    return "text"


def answer(name: str, arguments: Sequence[Any]) -> object:
    """Answer a cell function with what Calc understands: a number, a text or, where it spills, rows of these."""
    function = FUNCTIONS[name]
    readers = _readers(name)
    result = call(name, [read(value) for read, value in zip(readers, arguments, strict=True)])
    return _block_for_calc(result) if function.spills else _cell_for_calc(result)


def as_nan(error: CellError) -> float:
    """Return the NaN by which Calc knows an error value."""
    bits = _QUIET_NAN | CODES.get(error, CODES[CellError.VALUE])
    return float(struct.unpack("<d", struct.pack("<Q", bits))[0])


def read_number(text: str, separator: str = ".") -> float | str | None:
    """Read a number as Calc writes it under the locale's decimal separator; leave any other text as it is."""
    if not text:
        return None
    plain = text if separator == "." else text.replace(separator, ".")
    return float(plain) if _NUMBER_AS_CALC_WRITES_IT.fullmatch(plain) else text


@cache
def _readers(name: str) -> tuple[Callable[[Any], object], ...]:
    return tuple(_reader(argument) for argument in FUNCTIONS[name].arguments)


def _reader(argument: Argument) -> Callable[[Any], object]:
    kind = argument_type(argument)
    if kind == "range":
        return read_values
    if kind == "text":
        return _number_read if argument.kind in _NUMERIC else _text_read
    return _anything_read if argument.kind in {"block", "any", "pressure"} else _read_where_zero_is_blank


def _number_read(text: str) -> float | str | None:
    return read_number(text, _decimal_separator())


def _text_read(text: str) -> str | None:
    return text or None


def _anything_read(value: Any) -> object:
    if isinstance(value, tuple):
        return tuple(tuple(None if cell == "" else cell for cell in row) for row in value)
    return None if value == "" else value


def _read_where_zero_is_blank(value: Any) -> object:
    """Read a rule version, a date or an option: 0 is none of these, so it is how a blank cell arrived."""
    return None if value == 0.0 else _anything_read(value)


def _cell_for_calc(result: object) -> object:
    if isinstance(result, CellError):
        return as_nan(result)
    # A block can only come from a range given for an optional argument, beside cells: Calc has no place for it.
    return as_nan(CellError.VALUE) if isinstance(result, tuple) else result


def _block_for_calc(result: object) -> tuple[tuple[object, ...], ...]:
    rows = result if isinstance(result, tuple) else ((result,),)
    return tuple(
        row if CellError not in set(map(type, row)) else tuple(map(_cell_for_calc, row)) for row in rows
    )


@cache
def _decimal_separator() -> str:
    """Return the decimal separator of this LibreOffice's locale, with which Calc turns numbers into text."""
    import uno  # noqa: PLC0415 - only there inside LibreOffice

    context = uno.getComponentContext()
    services = context.ServiceManager
    configuration = services.createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", context
    )
    path = uno.createUnoStruct(
        "com.sun.star.beans.PropertyValue", Name="nodepath", Value="/org.openoffice.Setup/L10N"
    )
    settings = configuration.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationAccess", (path,)
    )
    language, _, country = (settings.getByName("ooSetupSystemLocale") or "").partition("-")
    locale = uno.createUnoStruct("com.sun.star.lang.Locale", Language=language, Country=country)
    data = services.createInstanceWithContext("com.sun.star.i18n.LocaleData2", context)
    return str(data.getLocaleItem(locale).decimalSeparator)
