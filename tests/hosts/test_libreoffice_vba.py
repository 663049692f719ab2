"""The VBA lane: LibreOffice runs the shipped workbook's own VBA, which reaches Python by CreateObject.

LibreOffice Basic shows an error value a macro function returns as the text `Error 2042`; apart from that every
wrapper must answer what the core answers. No extension is installed here.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl import __version__
from ccgrade_xl.commands import COMMANDS, Command
from ccgrade_xl.errors import CellError
from ccgrade_xl.functions import FUNCTIONS, CellFunction, call
from ccgrade_xl.hosts.libreoffice import system_path
from tests.hosts.calc import address, answer, array_answer, put
from tests.hosts.calls import blocks_for, rows_for
from tests.hosts.conftest import TEMPLATE
from tests.hosts.office import Office
from tests.hosts.vba_bridge import answering

pytestmark = pytest.mark.libreoffice

ROWS = 12
ERROR_NUMBERS = {
    CellError.NULL: 2000,
    CellError.DIV0: 2007,
    CellError.VALUE: 2015,
    CellError.REF: 2023,
    CellError.NAME: 2029,
    CellError.NUM: 2036,
    CellError.NA: 2042,
}
FREE = 40
Asked = list[tuple[str, ...]]


@pytest.fixture(scope="module")
def asked(vba_office: Office) -> Iterator[Asked]:
    with answering(vba_office) as questions:
        yield questions


@pytest.fixture(scope="module")
def document(vba_office: Office, asked: Asked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = tmp_path_factory.mktemp("vba-book") / "工作簿.xlsm"
    path.write_bytes(TEMPLATE.read_bytes())
    opened = vba_office.open(path)
    yield opened
    opened.close(True)


@pytest.fixture
def sheet(document: Any) -> Iterator[Any]:
    sheets = document.getSheets()
    sheets.insertNewByName("空白页", sheets.getCount())
    yield sheets.getByName("空白页")
    sheets.removeByName("空白页")


def run(document: Any, macro: str, *arguments: object) -> Any:
    url = f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
    return document.getScriptProvider().getScript(url).invoke(arguments, (), ())[0]


def as_basic_shows(value: object) -> object:
    return f"Error {ERROR_NUMBERS[value]}" if isinstance(value, CellError) else value


def whole(cells: Sequence[Sequence[object]]) -> tuple[tuple[object, ...], ...]:
    return tuple(tuple(as_basic_shows(cell) for cell in row) for row in cells)


def named(declared: Any) -> str:
    return str(declared.name)


OF_CELLS = [
    function
    for function in FUNCTIONS.values()
    if not function.spills and not any(argument.kind in {"block", "any"} for argument in function.arguments)
]
LOOKED_UP = [
    function
    for function in FUNCTIONS.values()
    if function.spills and not any(argument.kind == "block" for argument in function.arguments)
]
OF_BLOCKS = [
    function
    for function in FUNCTIONS.values()
    if any(argument.kind == "block" and not argument.optional for argument in function.arguments)
]


def test_every_module_was_understood(document: Any, sheet: Any) -> None:
    """LibreOffice drops a module it cannot parse, and then all macro functions answer with nothing."""
    assert run(document, "modBridge.CcgCanary") == "alive"
    assert answer(sheet, FREE, 0, "=CcgCanary()") == "alive"


def test_the_workbook_asks_for_the_server_by_name(document: Any, sheet: Any, asked: Asked) -> None:
    asked.clear()
    assert answer(sheet, FREE, 0, "=CCG_X(8000)") == 2.0
    assert ("CallUDF", "CCG_X") in asked
    assert {one for one in asked if len(one) == 1} <= {("CCGrade.Server",)}


@pytest.mark.parametrize("function", OF_CELLS, ids=named)
def test_a_wrapper_answers_what_the_core_answers(sheet: Any, function: CellFunction) -> None:
    for row, arguments in enumerate(rows_for(function, ROWS)):
        put(sheet, 0, row, [arguments])
        cells = ";".join(address(sheet, column, row) for column in range(len(arguments)))
        shows = answer(sheet, FREE, row, f"={function.name}({cells})")
        assert shows == as_basic_shows(call(function.name, arguments)), arguments


@pytest.mark.parametrize("function", OF_CELLS, ids=named)
def test_a_wrapper_takes_and_gives_ranges(sheet: Any, function: CellFunction) -> None:
    given = [argument for argument in function.arguments if argument.kind != "rules"]
    rows = [arguments[: len(given)] for arguments in rows_for(function, ROWS)]
    put(sheet, 0, 0, rows)
    columns = [address(sheet, column, 0, 1, ROWS) for column in range(len(given))]
    core = call(function.name, [tuple((row[column],) for row in rows) for column in range(len(given))])
    assert isinstance(core, tuple)
    shows = array_answer(sheet, FREE, 0, 1, ROWS, f"={function.name}({';'.join(columns)})")
    assert shows == whole(core)


@pytest.mark.parametrize("function", LOOKED_UP, ids=named)
def test_a_wrapper_looks_results_up(sheet: Any, function: CellFunction) -> None:
    for arguments in rows_for(function, ROWS):
        put(sheet, 0, 0, [arguments])
        cells = ";".join(address(sheet, column, 0) for column in range(len(arguments)))
        core: Any = call(function.name, arguments)
        core = core if isinstance(core, tuple) else ((core,),)
        shows = array_answer(sheet, FREE, 0, len(core[0]), len(core), f"={function.name}({cells})")
        assert shows == whole(core), arguments
        sheet.getCellRangeByPosition(0, 0, FREE + 10, 40).clearContents(1023)


@pytest.mark.parametrize("function", OF_BLOCKS, ids=named)
def test_a_wrapper_takes_and_gives_blocks(sheet: Any, function: CellFunction) -> None:
    blocks = blocks_for(function)
    core: Any = call(function.name, [tuple(map(tuple, block)) for block in blocks])
    core = core if isinstance(core, tuple) else ((core,),)
    starts = [sum(len(block) + 1 for block in blocks[:at]) for at in range(len(blocks))]
    places = [put(sheet, 0, start, block) for start, block in zip(starts, blocks, strict=True)]
    shows = array_answer(sheet, FREE, 0, len(core[0]), len(core), f"={function.name}({';'.join(places)})")
    assert shows == whole(core)


def test_a_rule_version_and_a_check_travel(sheet: Any) -> None:
    assert answer(sheet, FREE, 0, "=CCG_RULES()") == call("CCG_RULES", [])
    assert answer(sheet, FREE, 1, '=CCG_CHECK("CCG_X";"很多")') == call("CCG_CHECK", ["CCG_X", "很多"])


@pytest.mark.parametrize("command", COMMANDS.values(), ids=named)
def test_each_ribbon_button_runs_its_command(
    vba_office: Office, document: Any, asked: Asked, command: Command
) -> None:
    control = vba_office.service("com.sun.star.beans.PropertyBag")
    control.addProperty("ID", 0, f"ccg_{command.name}")
    control.addProperty("Tag", 0, command.name)
    asked.clear()
    run(document, "modRibbon.CcgRun", control)
    assert ("RunCommand", command.name) in asked


@pytest.mark.parametrize("command", COMMANDS.values(), ids=named)
def test_each_macro_for_a_sheets_button_runs_its_command(
    document: Any, asked: Asked, command: Command
) -> None:
    asked.clear()
    run(document, f"modCommands.CcgCommand_{command.name}")
    assert ("RunCommand", command.name) in asked


def test_the_ribbon_loads_and_needs_no_server_for_it(document: Any, asked: Asked) -> None:
    asked.clear()
    run(document, "modRibbon.CcgRibbonLoad", None)
    assert asked == []


def test_a_command_says_what_it_did_in_the_workbook_it_was_pressed_in(document: Any) -> None:
    path = system_path(document.getURL())
    assert run(document, "modBridge.CcgRunCommand", "about", path).startswith("工商客户分级 ccgrade")
    assert "命令" in run(document, "modBridge.CcgRunCommand", "没有这个命令", path)


def test_a_package_of_another_version_is_named_once(
    vba_office: Office, asked: Asked, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccgrade_xl.hosts.libreoffice_server.__version__", "99.1")
    document = vba_office.open(template)
    try:
        first, second = (
            run(document, "modBridge.CcgRunCommand", "about", system_path(document.getURL()))
            for _ in range(2)
        )
    finally:
        document.close(True)
    assert f"“{template.name}”由 ccgrade {__version__} 生成，现在的计算程序是 99.1" in first
    assert second
    assert "99.1" not in second
