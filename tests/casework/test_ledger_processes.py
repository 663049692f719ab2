"""Two processes at once, and processes that are killed: the ledger is whole, one wins, the other is told."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ccgrade_xl.casework.ledger import Ledger, MonthFrozen, StepDone, verify
from ccgrade_xl.casework.month_close import close_month
from ccgrade_xl.casework.months import months_later
from tests.casework.closing import COUNT
from tests.casework.samples import AT, DEFAULT, month_frame

ROOT = Path(__file__).parents[2]


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.casework.closing", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def killed(*arguments: object) -> bool:
    """Run a process to its end; return whether it was killed."""
    with start(*arguments) as process:
        process.communicate(timeout=120)
    assert process.returncode in {0, -signal.SIGKILL}
    return process.returncode == -signal.SIGKILL


def address(ledger: Ledger) -> str:
    at = ledger.place.at
    return str(at) if isinstance(at, Path) else at.render_as_string(hide_password=False)


def test_of_two_processes_that_close_a_month_one_wins_and_the_other_is_told(
    ledger: Ledger, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    processes = [start("race", address(ledger), person, go) for person in ("张三", "李四")]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    go.touch()
    said = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    assert said[1].startswith("won ")
    winner = said[1].removeprefix("won ")
    assert said[0].startswith(f"told 2026-03 已由{winner}于 ")
    assert f"月结（{COUNT} 户），不能再次月结" in said[0]
    found = verify(ledger)
    assert (found.fault, found.frozen_grades) == ("", COUNT)
    with ledger.reading() as view:
        assert [entry.person for entry in view.entries(MonthFrozen)] == [winner]


def test_writers_in_many_processes_lose_nothing(ledger: Ledger, tmp_path: Path) -> None:
    """While one closes months until it is killed, another adds records of its own."""
    with start("until-killed", address(ledger)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        for at in range(20):
            with ledger.writing("李四", AT) as pen:
                pen.append(StepDone(month="2026-03", step="导入", note=str(at)))
        process.kill()
        closed = [line.strip() for line in process.stdout]
    found = verify(ledger)
    assert found.fault == ""
    with ledger.reading() as view:
        notes = [entry.record.note for entry in view.entries(StepDone) if entry.person == "李四"]
        assert notes == [str(at) for at in range(20)]
        assert set(closed) <= set(view.months())


@pytest.mark.parametrize("after", [0.05, 0.1, 0.17, 0.26, 0.4])
def test_a_process_killed_at_any_time_leaves_whole_months(file_place: Path, after: float) -> None:
    Ledger.create(file_place)
    with start("until-killed", file_place) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        process.kill()
        told = ["2000-01", *(line.strip() for line in process.stdout if line.endswith("\n"))]
    ledger = Ledger.open(file_place)
    found = verify(ledger)
    with ledger.reading() as view:
        months = view.months()
        assert months[: len(told)] == told
        assert all(len(view.frozen(month, ("星级",))) == COUNT for month in months)
    assert found.fault == ""
    assert found.frozen_grades == COUNT * len(months)
    close_month(ledger, months_later(months[-1], 1), month_frame(), DEFAULT, "张三", at=AT)
    assert verify(ledger, since=found.head).fault == ""


def test_a_process_killed_before_any_statement_of_a_close_froze_nothing_and_the_next_one_does(
    file_place: Path,
) -> None:
    Ledger.create(file_place)
    step, before = 1, verify(Ledger.open(file_place))
    while killed("die", file_place, step):
        assert verify(Ledger.open(file_place)) == before
        step += 1
    assert step > 8
    found = verify(Ledger.open(file_place))
    assert (found.fault, found.frozen_grades) == ("", COUNT)


def test_a_process_killed_while_upgrading_leaves_the_older_ledger(file_place: Path) -> None:
    close_month(Ledger.create(file_place), "2026-03", month_frame(), DEFAULT, "张三", at=AT)
    step, before = 1, verify(Ledger.open(file_place))
    while killed("die-upgrading", file_place, step):
        assert verify(Ledger.open(file_place)) == before
        step += 1
    assert step > 5
    with pytest.raises(Exception, match=r"台账版本 4"):
        Ledger.open(file_place)


def test_a_process_killed_while_creating_leaves_no_half_made_ledger(file_place: Path) -> None:
    step = 1
    while killed("die-creating", file_place, step):
        assert not file_place.exists()
        step += 4
    assert step > 8
    assert verify(Ledger.open(file_place)).fault == ""
