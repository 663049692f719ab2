"""The Windows builds of what the newer buttons need: the ledger's database, the meters' engine, Parquet, PDF."""

from __future__ import annotations

import pytest

from tests.hosts.windows.wine import PYTHON, Wine

pytestmark = pytest.mark.windows

LEDGER = r"""
import datetime as dt
from pathlib import Path
from ccgrade_xl.casework.ledger import ExamResult, Ledger
ledger = Ledger.create(Path(r"C:\users\Public\评级 台账.sqlite"))
day = dt.date(2026, 1, 1)
with ledger.writing("张三") as pen:
    pen.append(ExamResult(number="1", examinee="张三", taken_on=day, points=1.0, full_points=2.0), "R-1")
with ledger.reading() as view:
    print(view.entries(ExamResult)[0].record.examinee)
"""
PARQUET = r"""
import duckdb, pandas, pyarrow
file = r"C:\users\Public\读数.parquet"
pandas.DataFrame({"量": [1, 2, 39]}).to_parquet(file)
print(duckdb.sql(f"select sum(量) from '{file}'").fetchall()[0][0])
"""
SETTINGS = r"""
import chinese_calendar, datetime, olefile, psycopg, pyaga8, reportlab.pdfgen.canvas
print(chinese_calendar.is_workday(datetime.date(2026, 1, 1)), psycopg.pq.__impl__)
"""


@pytest.mark.parametrize(
    ("program", "said"),
    [(LEDGER, "张三"), (PARQUET, "42"), (SETTINGS, "False binary")],
    ids=["ledger", "parquet", "others"],
)
def test_a_library_works_in_the_windows_python(wine: Wine, program: str, said: str) -> None:
    assert wine.python("-c", program).strip() == said


def test_the_meters_are_simulated_and_written(wine: Wine) -> None:
    told = wine.python(
        "-m", "ccgrade_xl", "meters", "simulate", r"C:\users\Public\读数", "--meters", "3", "--days", "3"
    )
    assert told.startswith("已模拟 3 块表 3 天")


@pytest.mark.parametrize("wine", [936], indirect=True, ids=["cp936"])
def test_simulated_meters_are_scanned_from_the_command_line(wine: Wine) -> None:
    fleet, alarms = r"C:\users\Public\车队", r"C:\users\Public\异常 清单.csv"
    wine.python("-m", "ccgrade_xl", "meters", "simulate", fleet, "--meters", "6", "--days", "40")
    scan = ("scan", rf"{fleet}\readings", "--meters", rf"{fleet}\registry.parquet", "-o", alarms)
    done = wine.run(str(PYTHON), "-m", "ccgrade_xl", "meters", *scan, PYTHONIOENCODING="utf-8")
    assert "已检查 6 块表" in done.stdout
    assert wine.path(alarms).read_text("utf-8-sig").startswith("表号,客户编号,异常,级别,")
