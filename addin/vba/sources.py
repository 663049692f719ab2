"""The modules of the shipped VBA project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from addin.vba.project import Module, build_project, document_modules, standard_module
from addin.vba.wrappers import commands_source, functions_source
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.functions import FUNCTIONS

HAND_WRITTEN = ("modBridge", "modRibbon")


def project_modules(sheet_code_names: Sequence[str]) -> list[Module]:
    """Return every module of the project for a workbook whose sheets have these code names."""
    written = [(Path(__file__).parent / f"{name}.bas").read_text("ascii") for name in HAND_WRITTEN]
    generated = [functions_source(FUNCTIONS.values()), commands_source(COMMANDS.values())]
    return [*document_modules(sheet_code_names), *map(standard_module, [*written, *generated])]


def vba_project(sheet_code_names: Sequence[str]) -> bytes:
    """Return vbaProject.bin for a workbook whose sheets have these code names."""
    return build_project(project_modules(sheet_code_names))
