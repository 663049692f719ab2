"""Other people's readers of macros, kept apart because their own code warns about itself."""

from __future__ import annotations

import warnings
from pathlib import Path

from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from antlr4_vba.vbaLexer import vbaLexer
from antlr4_vba.vbaParser import vbaParser
from pyvbaanalysis import analyze_office_file

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # oletools speaks to pyparsing in old words
    from oletools.mraptor import MacroRaptor
    from oletools.olevba import VBA_Parser, decompress_stream


class _Syntax(ErrorListener):
    def __init__(self) -> None:
        self.errors: list[str] = []

    def syntaxError(self, recognizer, offendingSymbol, line, column, msg, e):  # noqa: N803
        self.errors.append(f"line {line}:{column} {msg}")


def decompressed(container: bytes) -> bytes:
    """Return what oletools reads from a compressed stream."""
    return bytes(decompress_stream(bytearray(container)))


def macro_sources(name: str, package: bytes) -> dict[str, str]:
    """Return each module's text as olevba finds it in a package."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parser = VBA_Parser(name, data=package)
        return {file.rsplit(".", 1)[0]: code for _, _, file, code in parser.extract_macros()}


def suspicion(source: str) -> MacroRaptor:
    """Return what mraptor thinks of a project's text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        raptor = MacroRaptor(source)
        raptor.scan()
        return raptor


def grammar_errors(source: str) -> list[str]:
    """Return the syntax errors of a standard module after the grammar of MS-VBAL (antlr4-vba)."""
    lexer, listener = vbaLexer(InputStream(source)), _Syntax()
    parser = vbaParser(CommonTokenStream(lexer))
    for reader in (lexer, parser):
        reader.removeErrorListeners()
        reader.addErrorListener(listener)
    parser.startRule()
    return listener.errors


def analysis_errors(path: Path) -> list[str]:
    """Return what pyVBAanalysis holds against the project in a file; remarks on style are left out."""
    return [
        f"{module}: {problem.code} {problem.message}"
        for module, problems in analyze_office_file(str(path)).items()
        for problem in problems
        if problem.severity.value != "information"
    ]
