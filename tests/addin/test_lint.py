"""The lint: silent on what ships, and loud on a package with each fault."""

from __future__ import annotations

from io import BytesIO

import pytest
from attrs import evolve
from xlsxwriter import Workbook

from addin.lint import faults, vba_faults
from addin.lint.opened import Opened
from addin.lint.vba import callback_faults
from addin.packaging import CONTENT_TYPES, RIBBON_PART
from addin.vba.project import document_modules, standard_module
from addin.vba.sources import project_modules
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.functions import FUNCTIONS
from tests.addin.packages import SHIPPED, changed, modules, replaced, shipped

SHEET, OTHER = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
TABLE, BOOK = "xl/tables/table1.xml", "xl/workbook.xml"
STYLES = "xl/styles.xml"
BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"


def small_book() -> bytes:
    """A sound book with a bit of everything the lint reads."""
    buffer = BytesIO()
    workbook = Workbook(buffer, {"in_memory": True})
    sheet, other = workbook.add_worksheet("数据"), workbook.add_worksheet("Other 表")
    sheet.add_table(
        "A1:B3",
        {"name": "客户", "columns": [{"header": "编号"}, {"header": "气量"}], "data": [["a", 1], ["b", 2]]},
    )
    for cell, number_format in (("C1", "0.0"), ("C2", '"约."0" kg."')):
        sheet.write_number(cell, 1, workbook.add_format({"num_format": number_format}))
    sheet.write_formula("D1", "=SUM(客户[气量])*2")
    sheet.write_formula("D2", "=IF('Other 表'!A1>0,界限,\"\")")
    sheet.data_validation("B2:B3", {"validate": "list", "source": ["甲", "乙"]})
    sheet.conditional_format("B2:B3", {"type": "formula", "criteria": "=$B2>1"})
    other.write_row("A1", [1, "x"])
    workbook.define_name("界限", "='Other 表'!$A$1")
    workbook.close()
    return buffer.getvalue()


SMALL = small_book()


def rules(package: bytes) -> set[str]:
    return {fault.rule for fault in faults(package)}


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_has_no_fault(name):
    assert [str(fault) for fault in faults(shipped(name))] == []


def test_a_sound_small_book_has_no_fault():
    assert rules(SMALL) == set()


@pytest.mark.parametrize(
    ("rule", "part", "old", "new"),
    [
        ("broken XML", SHEET, "<sheetData>", "<sheetData"),
        ("dangling relationship", BOOK_RELATIONS, "worksheets/sheet2.xml", "worksheets/sheet9.xml"),
        ("duplicate relationship", BOOK_RELATIONS, 'Id="rId2"', 'Id="rId1"'),
        ("unknown relationship", BOOK, 'r:id="rId2"', 'r:id="rId77"'),
        ("content type without part", CONTENT_TYPES, "/xl/worksheets/sheet2.xml", "/xl/worksheets/sheet8.xml"),
        ("part without content type", CONTENT_TYPES, '<Default Extension="rels"', '<Default Extension="relsx"'),
        ("sheet name", BOOK, 'name="Other 表"', f'name="{"长" * 32}"'),
        ("sheet name", BOOK, 'name="Other 表"', 'name="a/b"'),
        ("duplicate sheet name", BOOK, 'name="数据"', 'name="OTHER 表"'),
        ("row order", SHEET, '<row r="2"', '<row r="3"'),
        ("cell in wrong row", SHEET, 'r="B2"', 'r="B7"'),
        ("cell order", SHEET, 'r="B2"', 'r="A2"><v>1</v></c><c r="C2"/><c r="B2"'),
        ("duplicate cell", SHEET, 'r="B2"', 'r="A2"'),
        ("shared string out of range", SHEET, '<c r="A1" t="s"><v>0</v>', '<c r="A1" t="s"><v>99</v>'),
        ("style out of range", SHEET, '<c r="B2">', '<c r="B2" s="42">'),
        ("bare point", STYLES, 'formatCode="0.0"', 'formatCode="0.#"'),
        ("text too long", SHEET, '<c r="B2"><v>1</v>', f'<c r="B2" t="inlineStr"><is><t>{"字" * 32768}</t></is>'),
        ("merged cells", OTHER, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'),
        ("validation too long", SHEET, '"甲,乙"', f'"{"甲" * 256}"'),
        ("table header is not its cell", TABLE, 'name="气量"', 'name="用气量"'),
        ("duplicate table column", TABLE, 'name="气量"', 'name="编号"'),
        ("table width", TABLE, ' ref="A1:B3"', ' ref="A1:C3"'),
        ("table without rows", TABLE, ' ref="A1:B3"', ' ref="A1:B1"'),
        ("table name is a defined name", BOOK, 'name="界限"', 'name="客户"'),
        ("duplicate defined name", BOOK, "</definedNames>", '<definedName name="界限">1</definedName></definedNames>'),
        ("defined name", BOOK, 'name="界限"', 'name="1界限"'),
        ("defined name", BOOK, 'name="界限"', 'name="AB12"'),
        ("defined name", BOOK, 'name="界限"', 'name="r1c1"'),
        ("formula syntax", SHEET, "SUM(客户[气量])*2", "SUM(客户[气量]*2"),
        ("formula syntax", SHEET, "SUM(客户[气量])*2", "SUM(客户[气量])*"),
        ("formula syntax", SHEET, "SUM(客户[气量])*2", "SUM(客户[气量])2"),
        ("formula syntax", SHEET, "SUM(客户[气量])*2", "=SUM(客户[气量])*2"),
        ("formula syntax", SHEET, "SUM(客户[气量])*2", "SUM(客户[气量],()*2)"),
        ("formula syntax", SHEET, "<formula>$B2&gt;1</formula>", "<formula>$B2&gt;</formula>"),
        ("broken reference", SHEET, "SUM(客户[气量])*2", "#REF!*2"),
        ("unknown sheet", SHEET, "'Other 表'!A1", "'别的'!A1"),
        ("unknown name", SHEET, ",界限,", ",界线,"),
        ("unknown table", SHEET, "客户[气量]", "用户[气量]"),
        ("unknown table column", SHEET, "客户[气量]", "客户[用气]"),
        ("unknown function", SHEET, "SUM(客户[气量])", "SUMM(客户[气量])"),
        ("function without prefix", SHEET, "SUM(客户[气量])", "UNIQUE(客户[气量])"),
        ("function prefix", SHEET, "SUM(客户[气量])", "_xlfn.FILTER(客户[气量],1)"),
        ("unknown function", SHEET, "SUM(客户[气量])", "_xlfn.SUM(客户[气量])"),
    ],
)  # fmt: skip
def test_a_fault_is_found_by_its_rule(rule, part, old, new):
    assert rule in rules(replaced(SMALL, part, old, new))


@pytest.mark.parametrize(
    "formula",
    [
        "_xlfn.XLOOKUP(A1,客户[编号],客户[气量],\"\")", "_xlfn._xlws.FILTER(客户[气量],客户[编号]<>\"\")",
        "CCG_X(A1)", "IF(A1,,)", "-2%", "{1,2;3,4}", "SUM(A:A,$1:$3)", "客户[[#Headers],[气量]]",
        "SUM(客户[[编号]:[气量]])", "(1+2)*-界限", "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)", "NOW()", "\"a\"\"b\"&TRUE",
    ],
)  # fmt: skip
def test_a_sound_formula_passes(formula):
    escaped = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert rules(replaced(SMALL, SHEET, "SUM(客户[气量])*2", escaped)) == set()


def with_second_table(name: str, place: str) -> bytes:
    """The small book with one more table, a copy of the first."""

    def change(parts):
        copy = parts[TABLE].decode().replace('name="客户"', f'name="{name}"').replace("A1:B3", place)
        copy = copy.replace('displayName="客户"', f'displayName="{name}"').replace('id="1"', 'id="9"', 1)
        relations = parts["xl/worksheets/_rels/sheet1.xml.rels"].decode()
        one = '<Relationship Id="rId9" Type="x/table" Target="../tables/table9.xml"/></Relationships>'
        types = parts[CONTENT_TYPES].decode()
        override = '<Override PartName="/xl/tables/table9.xml" ContentType="x"/></Types>'
        return {
            **parts,
            "xl/tables/table9.xml": copy.encode(),
            "xl/worksheets/_rels/sheet1.xml.rels": relations.replace("</Relationships>", one).encode(),
            CONTENT_TYPES: types.replace("</Types>", override).encode(),
        }

    return changed(SMALL, change)


def test_two_tables_of_one_name_are_found():
    assert "duplicate table name" in rules(with_second_table("客户", "A11:B13"))


def test_two_tables_on_one_place_are_found():
    assert "tables overlap" in rules(with_second_table("别的", "B2:C5"))


def test_two_parts_that_differ_by_case_are_found():
    assert "duplicate part" in rules(changed(SMALL, lambda parts: {**parts, SHEET.upper(): parts[SHEET]}))


def test_a_relationship_to_the_outside_is_left_alone():
    outside = '<Relationship Id="rId50" Type="x/hyperlink" Target="https://a.cn/" TargetMode="External"/>'
    book = replaced(SMALL, BOOK_RELATIONS, "</Relationships>", outside + "</Relationships>")
    assert rules(book) == set()


def vba_rules(source: str = "", *, functions=(), commands=()) -> set[str]:
    """Return the rules a project with one module of this text breaks."""
    module = standard_module(f'Attribute VB_Name = "modTry"\nOption Explicit\n{source}\n')
    return {fault.rule for fault in vba_faults([*document_modules(["wsOne"]), module], functions, commands)}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_macros_have_no_fault(name):
    found = vba_faults(modules(name), FUNCTIONS.values(), COMMANDS.values())
    assert [str(fault) for fault in found] == []
    assert list(callback_faults(Opened(shipped(name)), modules(name))) == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        ("procedure starts by itself", "Private Sub Workbook_Open()\nEnd Sub"),
        ("procedure starts by itself", "Sub Auto_Open()\nEnd Sub"),
        ("procedure starts by itself", "Public Sub btnGrade_Click()\nEnd Sub"),
        ("procedure starts by itself", "Private Sub Worksheet_Change(ByVal target As Range)\nEnd Sub"),
        ("macro reaches out", 'Public Declare PtrSafe Sub Sleep Lib "kernel32" (ByVal ms As Long)'),
        ("macro reaches out", 'Sub Go()\n    Shell "cmd"\nEnd Sub'),
        ("macro reaches out", 'Sub Go()\n    Set a = CreateObject("WScript.Shell")\nEnd Sub'),
        ("macro reaches out", 'Sub Go()\n    Set a = CreateObject("MSXML2.XMLHTTP")\nEnd Sub'),
        ("macro reaches out", "Sub Go()\n    Open path For Output As #1\nEnd Sub"),
        ("conditional compilation", "#If VBA7 Then\n#End If"),
        ("too many continued lines", "x = 1" + " + _\n 1" * 25),
        ("line too long", "' " + "x" * 1100),
        ("VBA name twice", "Sub Go()\nEnd Sub\nSub GO()\nEnd Sub"),
        ("VBA name twice", "Sub wsOne()\nEnd Sub"),
        ("wrapper without function", "Public Function CCG_OLD(x As Variant) As Variant\nEnd Function"),
    ],
)
def test_a_macro_fault_is_found_by_its_rule(rule, source):
    assert rule in vba_rules(source)


def test_a_forbidden_word_in_a_comment_or_as_part_of_a_word_is_no_fault():
    assert vba_rules("' no Shell here\nSub Openly()\n    kilogram = 1 ' Kill\nEnd Sub") == set()


def test_a_module_without_option_explicit_is_found():
    found = vba_faults([standard_module('Attribute VB_Name = "modTry"\n')], (), ())
    assert {fault.rule for fault in found} == {"Option Explicit is missing"}


def test_a_chinese_word_that_slipped_into_a_module_is_found():
    module = standard_module('Attribute VB_Name = "modTry"\nOption Explicit\n')
    object.__setattr__(module, "source", module.source + "' 中文\r\n")
    assert "VBA text is not ASCII" in {fault.rule for fault in vba_faults([module], (), ())}


def test_a_function_without_wrapper_and_one_with_other_arguments_are_found():
    usage = FUNCTIONS["CCG_X"]
    assert "wrapper is not its function" in vba_rules(functions=[usage])
    wrapper = "Public Function CCG_X(other As Variant, Optional rules As Variant) As Variant\nEnd Function"
    assert "wrapper is not its function" in vba_rules(wrapper, functions=[usage])


def test_a_command_without_macro_is_found():
    assert "command without macro" in vba_rules(commands=COMMANDS.values())


def test_a_ribbon_callback_without_macro_is_found():
    name = next(iter(SHIPPED))
    package = replaced(shipped(name), RIBBON_PART, 'onAction="CcgRun"', 'onAction="CcgRunn"')
    assert {fault.what for fault in callback_faults(Opened(package), modules(name))} == {"CcgRunn"}


def test_a_button_on_a_sheet_without_macro_is_found():
    name = next(iter(SHIPPED))
    without = [
        evolve(module, source=module.source.replace("CcgCommand_grade()", "Elsewhere()"))
        for module in modules(name)
    ]
    assert "CcgCommand_grade" in {fault.what for fault in callback_faults(Opened(shipped(name)), without)}


def test_a_sheet_without_module_is_found():
    name = next(iter(SHIPPED))
    found = callback_faults(Opened(shipped(name)), project_modules([]))
    assert "sheet without module" in {fault.rule for fault in found}
