"""The COM server as Windows runs it: started by CreateObject, called with VBA's own values, by one client and by several."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ccgrade_xl import __version__
from ccgrade_xl.functions import call
from ccgrade_xl.hosts.server_identity import CLASS_ID
from ccgrade_xl.meters.store import results_folder
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from examples.customers import AS_OF, clean_customers
from tests.hosts.com_calls import CREDIT, EVERY_CASE, in_cells
from tests.hosts.windows.caller import Caller, Gone, calling
from tests.hosts.windows.wine import Wine
from tests.hosts.xlwings_stubs import COM_ERRORS, MISSING

pytestmark = pytest.mark.windows

SERVER = "pythonw.exe"
COMMAND_KEY = f"HKCU\\Software\\Classes\\CLSID\\{CLASS_ID}\\LocalServer32"
NOT_A_METHOD = -2147352570
"""DISP_E_UNKNOWNNAME."""

FEW_BYTES = 3 << 20

LEAVE_AND_REMOVE_THE_LOG = """
from ccgrade_xl.hosts.server_leaving import leave
from ccgrade_xl.hosts.server_log import log_file
print(leave())
log_file().unlink()
"""
"""Windows removes no file that somebody holds open."""

OFTEN = 5
"""A server's last moments are short; once is not enough to meet them."""


@pytest.fixture(scope="module")
def registered(wine: Wine) -> Iterator[Wine]:
    """A Windows in which `CCGrade.Server` is registered for the user."""
    _keep_results(wine)
    _registration(wine, "register")
    yield wine
    _leave(wine)
    _registration(wine, "unregister")


@pytest.fixture(scope="module")
def caller(registered: Wine) -> Iterator[Caller]:
    """A client that has its object."""
    with calling(registered) as client:
        yield client


def _keep_results(wine: Wine) -> None:
    """Give this Windows the results of the scan that the meter functions look up on every host."""
    folder = wine.python("-c", "from ccgrade_xl.meters.store import results_folder; print(results_folder())")
    shutil.copytree(results_folder(), wine.path(folder.strip()))


def _registration(wine: Wine, step: str) -> None:
    wine.python("-c", f"from ccgrade_xl.hosts import registration; registration.{step}()")


def _leave(wine: Wine) -> str:
    return wine.python("-c", "from ccgrade_xl.hosts.server_leaving import leave; print(leave())").strip()


def _until(happened: Callable[[], object], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.1)
    return bool(happened())


def _log(wine: Wine) -> str:
    found = list((wine.drive_c / "users").rglob("server.log"))
    assert [path.parts[-5:-1] for path in found] == [("AppData", "Local", "ccgrade", "Logs")]
    return found[0].read_text(encoding="utf-8")


# --- one client -------------------------------------------------------------------------------------------


def test_create_object_starts_the_server(registered: Wine, tmp_path: Path) -> None:
    _leave(registered)
    assert not registered.processes(SERVER)
    said = registered.cscript(
        'Set server = CreateObject("CCGrade.Server")\nSay server.Version()\nSay server.Ping()', tmp_path
    )
    assert said == [__version__, "pong"]
    assert len(registered.processes(SERVER)) == 1


@pytest.mark.parametrize(("name", "arguments"), EVERY_CASE)
def test_a_function_answers_what_the_core_answers(
    caller: Caller, name: str, arguments: tuple[object, ...]
) -> None:
    given = [None if value == MISSING else value for value in arguments]
    assert caller.formula(name, *arguments) == in_cells(call(name, given))


@pytest.mark.parametrize("text", COM_ERRORS)
def test_an_error_value_passes_through_and_keeps_its_place(caller: Caller, text: str) -> None:
    assert caller.formula("CCG_X", COM_ERRORS[text]) == [[text]]
    assert caller.formula("CCG_X", [[COM_ERRORS[text], 30000.0]]) == [[text, 4.0]]


def test_a_character_beyond_the_basic_plane_travels_whole(caller: Caller) -> None:
    assert "“𠮷野家”" in caller.formula("CCG_CHECK", "CCG_X", "𠮷野家")[0][0]


def test_ten_thousand_customers_are_graded_in_one_call(caller: Caller) -> None:
    block = customers(10_000)
    assert len(block[0]) == 22
    graded = caller.formula("CCG_GRADE", block, None, _serial(AS_OF))
    assert graded == in_cells(call("CCG_GRADE", [block, None, _serial(AS_OF)]))


def customers(count: int) -> tuple[tuple[object, ...], ...]:
    """Return customers under their headers as Range.Value2 gives them: dates are serial numbers."""
    headers = tuple(column.name for column in INPUT_COLUMNS)
    frame = clean_customers(count).reindex(columns=list(headers)).astype(object)
    rows = frame.where(frame.notna(), None).itertuples(index=False, name=None)
    return (headers, *(tuple(map(_value2, row)) for row in rows))


def _value2(cell: object) -> object:
    if isinstance(cell, dt.date):
        return _serial(cell)
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _serial(day: dt.date) -> float:
    return float((dt.date(day.year, day.month, day.day) - dt.date(1899, 12, 30)).days)


def test_a_script_reads_values_blocks_and_errors(registered: Wine, tmp_path: Path) -> None:
    said = registered.cscript(
        """
Dim server, block(1, 1), answer
Set server = CreateObject("CCGrade.Server")
Say TypeName(server.CallUDF("CCG_X", Array(30000))) & " " & server.CallUDF("CCG_X", Array(30000))
Say server.CallUDF("CCG_STAR", Array(16))
Say server.CallUDF("CCG_NATURE", Array(texts(0)))
Say server.CallUDF("CCG_CHECK", Array("CCG_NATURE", texts(1)))
block(0, 0) = 3000: block(0, 1) = CCur(10000): block(1, 0) = Empty: block(1, 1) = True
answer = server.CallUDF("CCG_X", Array(block))
Say UBound(answer, 1) & "," & UBound(answer, 2)
Say answer(0, 0) & " " & answer(0, 1) & " " & answer(1, 0) & " " & answer(1, 1)
""",
        tmp_path,
        "医院",
        "𠮷",
    )
    check = call("CCG_CHECK", ["CCG_NATURE", "𠮷"])
    assert said == ["Double 4", "五星级", "100", check, "1,1", "2 3 #N/A #VALUE!"]


# --- what a caller may not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["Eval", "Exec", "Module", "warm_up", "leaving", "_answer", "__class__"])
def test_only_four_methods_can_be_called(caller: Caller, method: str) -> None:
    with pytest.raises(Gone) as refused:
        caller.call(method)
    assert refused.value.args == (NOT_A_METHOD,)


@pytest.mark.parametrize(
    "name", ["os.system", "call", "for_excel", "__builtins__", "ccg_x", "", 5.0, None, ["CCG_X"]]
)
def test_only_declared_functions_can_be_called(caller: Caller, name: object) -> None:
    assert caller.call("CallUDF", name, ["calc.exe"]) == "#NAME?"


@pytest.mark.parametrize("arguments", [None, 5.0, "CCG_X", [[]], [[[[1.0]]]], [1.0] * 40, ["长" * 40_000]])
def test_the_server_survives_whatever_it_is_given(caller: Caller, arguments: object) -> None:
    answer = caller.call("CallUDF", "CCG_X", arguments)
    assert answer in ("#VALUE!", "#N/A", "#NUM!", [], [["#VALUE!"]])
    assert caller.formula("CCG_X", 30000.0) == [[4.0]]


def test_a_command_on_a_workbook_that_is_not_open_says_so(caller: Caller) -> None:
    told = caller.call("RunCommand", "grade", "C:\\工作\\没有打开.xlsm")
    assert "没有打开.xlsm" in told
    assert caller.call("Ping") == "pong"


def test_the_log_names_no_customer_and_no_file(caller: Caller, registered: Wine) -> None:
    caller.formula("CCG_CHECK", "CCG_X", "机密客户")
    caller.call("CallUDF", "机密函数", ["机密客户"])
    caller.call("CallUDF", "CCG_X", [[["机密客户"], ["机密客户", 3.0]]])
    caller.call("RunCommand", "机密命令", "C:\\机密\\机密客户.xlsm")
    written = _log(registered)
    assert "机密" not in written
    assert "ccgrade" in written
    assert "users" not in written.lower()


# --- several clients, and a server that goes away ----------------------------------------------------------


def test_two_clients_at_once_share_one_server(registered: Wine) -> None:
    with calling(registered) as one, calling(registered) as other:
        one.send("repeat", 300, "CallUDF", "CCG_X", [30000.0])
        other.send("repeat", 300, "CallUDF", "CCG_CREDIT", list(CREDIT))
        assert [one.receive()[1], other.receive()[1]] == [[4.0], [78.3]]
        assert len(registered.processes(SERVER)) == 1


def test_two_clients_that_start_it_together_get_one_server(registered: Wine) -> None:
    _leave(registered)
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(Caller(registered))) for _ in range(2)]
        for client in clients:
            client.send("connect")
        for client in clients:
            client.receive()
            assert client.formula("CCG_X", 30000.0) == [[4.0]]
        assert _until(lambda: len(registered.processes(SERVER)) == 1)


def test_a_server_killed_in_a_call_is_started_anew(registered: Wine) -> None:
    with calling(registered) as client:
        client.send("repeat", 1_000_000, "CallUDF", "CCG_X", [30000.0])
        time.sleep(0.5)
        registered.kill(SERVER)
        registered.kill(
            "rpcss.exe"
        )  # Wine's still offers a class whose server was killed; Windows forgets it
        with pytest.raises(Gone):
            client.receive()
        client.connect()
        assert client.formula("CCG_X", 30000.0) == [[4.0]]


def test_a_server_told_to_leave_leaves(registered: Wine) -> None:
    with calling(registered) as client:
        assert client.call("Ping") == "pong"
        assert _leave(registered) == "True"
        assert _until(lambda: not registered.processes(SERVER))
        assert _leave(registered) == "False"
        with pytest.raises(Gone):
            client.call("Ping")
        client.connect()
        assert client.call("Ping") == "pong"


def test_of_a_server_that_has_left_nothing_holds_its_log(registered: Wine) -> None:
    with calling(registered) as client:
        for _ in range(OFTEN):
            client.connect()
            assert client.call("Ping") == "pong"
            removed = registered.python("-c", LEAVE_AND_REMOVE_THE_LOG)
            assert removed.strip() == "True"


def test_an_idle_server_leaves_and_is_started_anew(registered: Wine) -> None:
    _leave(registered)
    command = _registered_command(registered)
    _set_command(registered, f"{command} --idle-seconds 2")
    try:
        with calling(registered) as client:
            assert client.formula("CCG_X", 30000.0) == [[4.0]]
            assert _until(lambda: not registered.processes(SERVER))
            assert _log(registered).rstrip().endswith("leaves: idle")
            client.connect()
            assert client.formula("CCG_X", 30000.0) == [[4.0]]
    finally:
        _set_command(registered, command)
        _leave(registered)


def _registered_command(wine: Wine) -> str:
    return wine.python(
        "-c", "from ccgrade_xl.hosts import registration; print(registration.registered_command())"
    ).strip()


def _set_command(wine: Wine, command: str) -> None:
    done = wine.run("reg.exe", "add", COMMAND_KEY, "/ve", "/d", command, "/f")
    assert done.returncode == 0, done.stdout


@pytest.mark.timeout(900)
@pytest.mark.parametrize("wine", [936], indirect=True, ids=["cp936"])
def test_a_hundred_thousand_calls_need_no_more_memory(registered: Wine, caller: Caller) -> None:
    caller.connect()
    caller.repeat(5_000, "CCG_CREDIT", *CREDIT)
    before = _memory(registered)
    _, answers = caller.repeat(95_000, "CCG_CREDIT", *CREDIT)
    assert answers == [78.3]
    assert _memory(registered) - before < FEW_BYTES


def _memory(wine: Wine) -> int:
    (process,) = wine.processes(SERVER)
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS"))
