"""What the benchmarks say of a workbook, and how they say it, is right; how fast anything is, is not tested."""

import io
import sys
import warnings
import zipfile
from types import SimpleNamespace

import openpyxl
import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.closed_file import Losses
from benchmarks.empty_addin import NAME, build_empty_oxt
from benchmarks.measure import ROOT, Figure, fresh, in_turn, peak_gigabytes, table

TEMPLATE = ROOT / "workbook_template.xlsm"


def test_a_workbook_that_stayed_as_it_was_lost_nothing():
    assert str(Losses.between(TEMPLATE, TEMPLATE)) == "nothing"


def test_what_openpyxl_loses_is_named(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl itself warns of what it drops
        book = openpyxl.load_workbook(TEMPLATE, keep_vba=True)
    book.save(tmp_path / "saved.xlsm")
    lost = Losses.between(TEMPLATE, tmp_path / "saved.xlsm")
    assert lost.ribbon
    assert lost.extensions > 0
    assert lost.cached_values > 0
    assert "the ribbon" in str(lost)


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_the_peak_of_a_process_is_its_own_whatever_its_starter_held():
    held = bytearray(400_000_000)
    assert peak_gigabytes() > len(held) / 1e9
    code = "from benchmarks.measure import peak_gigabytes; print(peak_gigabytes())"
    assert 0 < fresh(code) < 0.2
    hundred_more = code.replace("; print", "; held = b'x' * 10**8; print")
    assert 0.1 < fresh(hundred_more) < 0.3


def test_the_table_says_which_aims_are_missed():
    figures = [Figure("one", "1 s", "≤ 2 s", True), Figure("two", "3 s", "≤ 2 s", False)]
    assert table(figures).splitlines() == [
        "| what | measured | aim | met |",
        "| --- | --- | --- | --- |",
        "| one | 1 s | ≤ 2 s | yes |",
        "| two | 3 s | ≤ 2 s | **no** |",
    ]


def test_actions_are_taken_in_turn():
    order = []
    taken = in_turn(lambda: order.append("a"), lambda: order.append("b"), times=3)
    assert order == ["a", "b"] * 3
    assert len(taken) == 2


def test_a_fresh_process_answers_with_its_value():
    assert fresh("import json, sys; print(json.dumps([1, 'json' in sys.modules]))") == [1, True]


def test_the_empty_function_takes_what_credit_takes():
    with zipfile.ZipFile(io.BytesIO(build_empty_oxt())) as package:
        idl = package.read("empty.idl").decode()
        names = package.read("CalcAddIns.xcu").decode()
    assert idl.count(NAME) == 1
    assert "CCG_" not in idl
    assert 'name="CCG_' not in names


@pytest.mark.parametrize("name", list(BENCHMARKS))
def test_every_benchmark_can_be_loaded_and_has_what_is_asked_of_it(name):
    asked = list(BENCHMARKS[name])
    code = f"import json, benchmarks.{name} as found; print(json.dumps([hasattr(found, each) for each in {asked}]))"
    assert fresh(code) == [True] * len(asked)


@pytest.mark.parametrize(
    ("named", "run"), [(["windows", "core"], ["windows", "core"]), ([], list(BENCHMARKS))]
)
def test_the_benchmarks_that_are_named_run_or_all(monkeypatch, capsys, named, run):
    for name, functions in BENCHMARKS.items():
        figures = {at: [Figure(f"{name} {at}", "1 s", "≤ 2 s", met=True)] for at in functions}
        module = SimpleNamespace(**{at: lambda found=found: found for at, found in figures.items()})
        monkeypatch.setitem(sys.modules, f"benchmarks.{name}", module)
    main(named)
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()]
    wanted = [f"{name} {function}" for name in run for function in BENCHMARKS[name]]
    assert [row[0] for row in rows[2:] if row[-1] == "yes"] == wanted


def test_a_benchmark_nobody_knows_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["kern"])
    assert "no benchmark is named kern" in capsys.readouterr().err
