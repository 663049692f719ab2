"""VBA generated from the declarations: a function for each cell function, a macro for each command."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccgrade_xl.commands import Command
    from ccgrade_xl.functions import Argument, CellFunction


FUNCTIONS_MODULE, COMMANDS_MODULE = "modFunctions", "modCommands"
_LINE = 100
_RESERVED_TEXT = """
    and as boolean byref byval call case const date debug dim do double each else elseif empty end enum erase
    error event exit false for function get global goto if imp in integer is let lib like line lock long loop
    lset me mod name new next not nothing null object on open option optional or paramarray preserve print
    private property public put redim rem resume return rset seek select set single static step stop string sub
    then to true type unlock until variant wend while width with write xor
"""
_RESERVED = frozenset(_RESERVED_TEXT.split())
"""Words VBA or LibreOffice Basic keeps for itself."""


def functions_source(functions: Iterable[CellFunction]) -> str:
    """Return the text of the module that answers the cell functions."""
    head = f"""Attribute VB_Name = "{FUNCTIONS_MODULE}"
Option Explicit

' Generated from the cell functions' declarations: each hands plain values to Python.
"""
    return "\n".join([head, *map(_function, functions)])


def commands_source(commands: Iterable[Command]) -> str:
    """Return the text of the module with a macro for each command, for buttons on a sheet."""
    head = f"""Attribute VB_Name = "{COMMANDS_MODULE}"
Option Explicit

' Generated from the commands' declarations: macros for the buttons on the sheets.
"""
    return "\n".join([head, *map(_macro, commands)])


def macro_name(command: Command) -> str:
    """Return the macro a sheet's button runs for a command."""
    return f"CcgCommand_{command.name}"


def _macro(command: Command) -> str:
    return f'Public Sub {macro_name(command)}()\n    CcgCommand "{command.name}"\nEnd Sub\n'


def parameter(argument: Argument) -> str:
    """Return an argument's name in VBA; a word VBA keeps for itself gets `Value` behind it.

    Raises ValueError for a name VBA could not take at all.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", argument.name):
        raise ValueError(f"Not a VBA parameter name: {argument.name!r}")
    return f"{argument.name}Value" if argument.name.lower() in _RESERVED else argument.name


def _function(function: CellFunction) -> str:
    names = [parameter(argument) for argument in function.arguments]
    declared = [
        f"Optional {name} As Variant" if argument.optional else f"{name} As Variant"
        for argument, name in zip(function.arguments, names, strict=True)
    ]
    defaults = [
        f"    If IsMissing({name}) Then {name} = Empty"
        for argument, name in zip(function.arguments, names, strict=True)
        if argument.optional
    ]
    body = _wrapped(f'    {function.name} = CcgCall("{function.name}", Array(', _plain(names), "))")
    head = _wrapped(f"Public Function {function.name}(", declared, ") As Variant")
    return "\n".join([head, *defaults, body, "End Function", ""])


def _plain(names: list[str]) -> list[str]:
    return [f"CcgPlain({name})" for name in names]


def _wrapped(start: str, items: list[str], end: str) -> str:
    """Join items to a statement, continued on a new line where one would be long."""
    lines, line = [], start
    for number, item in enumerate(items):
        piece = item + (", " if number < len(items) - 1 else end)
        if len(line) + len(piece) > _LINE:
            lines.append(line.rstrip() + " _")
            line = "        "
        line += piece
    return "\n".join([*lines, line if items else start + end])
