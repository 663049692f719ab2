"""What the bridge hands over and what cells get, run by a VBA interpreter that shares no code with LibreOffice."""

from __future__ import annotations

from itertools import count

import pytest
from pyopenvba.apps.excel import ExcelApplication

from addin.vba.sources import project_modules
from addin.vba.wrappers import FUNCTIONS_MODULE
from ccgrade_xl.errors import CellError

SHOW = """
Public Function Show(v As Variant) As String
    Dim i As Long, j As Long
    If Not IsArray(v) Then
        Show = TypeName(v) & ":" & CStr(v)
        Exit Function
    End If
    For i = LBound(v, 1) To UBound(v, 1)
        If i > LBound(v, 1) Then Show = Show & " / "
        For j = LBound(v, 2) To UBound(v, 2)
            If j > LBound(v, 2) Then Show = Show & " "
            Show = Show & TypeName(v(i, j)) & ":" & CStr(v(i, j))
        Next j
    Next i
End Function

Public Function Leave(Optional v As Variant) As String
    If IsMissing(v) Then v = Empty
    Leave = Show(CcgPlain(v))
End Function

Public Sub Fill()
    Range("A1").Value = 5.5
    Range("A2").Value = CVErr(2042)
    Range("B1").Value = "x"
    Range("B2").Value = DateSerial(2024, 2, 29)
    Range("C1").Value = True
End Sub
"""


@pytest.fixture(scope="module")
def excel() -> ExcelApplication:
    application = ExcelApplication()
    application.add_workbook()
    for module in project_modules([]):
        if module.kind == "standard" and module.name != FUNCTIONS_MODULE:
            application.add_module(module.source, name=module.name)
    application.add_module(SHOW, name="modShow")
    application.run("Fill")
    return application


_numbers = count(1)


def shown(excel: ExcelApplication, expression: str) -> str:
    name = f"Try{next(_numbers)}"
    excel.add_module(
        f"Public Function {name}() As String\n    {name} = {expression}\nEnd Function\n", name=f"mod{name}"
    )
    return str(excel.run(name))


def test_the_canary_is_alive(excel):
    assert excel.run("CcgCanary") == "alive"


@pytest.mark.parametrize(
    ("argument", "handed_over"),
    [
        ("5", "Integer:5"),
        ('"x"', "String:x"),
        ("True", "Boolean:True"),
        ('Range("A1")', "Double:5.5"),
        ('Range("A2")', "String:#N/A"),
        ('Range("B2")', "Double:45351"),
        ('Range("D9")', "Empty:"),
        ('Range("A1:B2")', "Double:5.5 String:x / String:#N/A Double:45351"),
        ('Range("A1:C1")', "Double:5.5 String:x Boolean:True"),
        ('Range("A1:A2,B1")', "String:#VALUE!"),
        ("DateSerial(2024, 2, 29)", "Double:45351"),
        ("Array(1, CVErr(2036))", "Integer:1 String:#NUM!"),
    ],
)
def test_an_argument_is_handed_over_as_plain_values(excel, argument, handed_over):
    assert shown(excel, f"Show(CcgPlain({argument}))") == handed_over


def test_a_missing_argument_is_handed_over_as_nothing(excel):
    assert shown(excel, "Leave()") == "Empty:"


@pytest.mark.parametrize(
    ("answer", "cells"),
    [
        ("1.5", "Double:1.5"),
        ('"text"', "String:text"),
        ('"#N/A in a sentence"', "String:#N/A in a sentence"),
        ("Null", "String:"),
        ("Empty", "String:"),
        ("Array()", "Error:Error 2042"),
        ('Array(1.5, "#N/A", True)', "Double:1.5 Error:Error 2042 Boolean:True"),
        ('Array(Array(1.5, "#NUM!"), Array(Null, "a"))', "Double:1.5 Error:Error 2036 / String: String:a"),
    ],
)
def test_an_answer_becomes_what_cells_show(excel, answer, cells):
    assert shown(excel, f"Show(CcgCells({answer}))") == cells


NUMBERS = {
    "#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036,
    "#N/A": 2042, "#GETTING_DATA": 2043, "#SPILL!": 2045, "#CALC!": 2050,
}  # fmt: skip
"""XlCVError, as Excel's object library numbers them."""


@pytest.mark.parametrize("error", CellError, ids=lambda error: error.name)
def test_every_error_value_goes_both_ways(excel, error):
    number = NUMBERS[error.value]
    assert shown(excel, f"Show(CcgPlain(CVErr({number})))") == f"String:{error.value}"
    assert shown(excel, f'Show(CcgCells("{error.value}"))') == f"Error:Error {number}"


def test_an_error_value_nobody_knows_is_handed_over_as_not_understood(excel):
    assert shown(excel, "Show(CcgPlain(CVErr(2049)))") == "String:#VALUE!"
