"""The shipped packages before other people's judges; each judge is also shown something it must refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyopenvba import check_file
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.exceptions import PyOpenVBAError

from addin import build
from addin.packaging import RIBBON_PART
from addin.vba.sources import project_modules
from tests.addin.macro_readers import analysis_errors, grammar_errors, suspicion
from tests.addin.packages import SHIPPED, modules, replaced, shipped
from tests.addin.validator import validation_errors

STANDARD = {module.name: module for module in project_modules([]) if module.kind == "standard"}
OFFICES = ("Office2016", "Microsoft365")
BROKEN = (
    'Attribute VB_Name = "modBroken"\nOption Explicit\n\nPublic Function Broken() As Long\n    Broken = (1 +\n'
    "End Function\n"
)


@pytest.fixture(params=SHIPPED)
def file(request, tmp_path) -> Path:
    path = tmp_path / request.param
    path.write_bytes(shipped(request.param))
    return path


@pytest.mark.package_gate
@pytest.mark.parametrize("office", OFFICES)
def test_the_open_xml_sdk_finds_no_fault(file, office):
    assert validation_errors(file, office) == []


@pytest.mark.package_gate
@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (RIBBON_PART, 'size="large"', 'size="huge"'),
        (RIBBON_PART, "onAction=", "onPress="),
        ("xl/workbook.xml", "<sheets>", "<calcPr/><sheets>"),
    ],
)
def test_the_open_xml_sdk_checks_the_ribbon_and_the_workbook_against_their_schemas(tmp_path, part, old, new):
    path = tmp_path / build.TEMPLATE
    path.write_bytes(replaced(shipped(build.TEMPLATE), part, old, new))
    assert validation_errors(path)


@pytest.mark.parametrize("name", STANDARD)
def test_the_grammar_of_vba_accepts_each_module(name):
    assert grammar_errors(STANDARD[name].source) == []


def test_the_grammar_of_vba_refuses_a_broken_module():
    assert grammar_errors(BROKEN)


@pytest.mark.parametrize("name", STANDARD)
def test_a_vba_interpreter_loads_each_module(name):
    excel = ExcelApplication()
    excel.add_workbook()
    excel.add_module(STANDARD[name].source, name=name)


def test_a_vba_interpreter_refuses_a_broken_module():
    excel = ExcelApplication()
    excel.add_workbook()
    with pytest.raises(PyOpenVBAError):
        excel.add_module(BROKEN, name="modBroken")


def test_static_analysis_finds_no_fault_in_the_project(file):
    assert analysis_errors(file) == []


def test_the_package_and_its_project_are_whole(file):
    report = check_file(file)
    assert report.ok
    assert report.issues == ()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_virus_scanner_has_no_suspicion(name):
    assert not suspicion("\n".join(module.source for module in modules(name))).suspicious


def test_the_scanner_would_suspect_macros_that_start_by_themselves():
    assert suspicion('Sub Workbook_Open()\n    Shell "cmd"\nEnd Sub\n').suspicious
