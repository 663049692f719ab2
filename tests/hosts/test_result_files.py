"""Lists of results as files: read back by other readers, texts that look like formulas still texts."""

from __future__ import annotations

import csv
import datetime as dt
import math

import openpyxl
import pyarrow.parquet as pq
import pytest

from ccgrade_xl.errors import BookFault, FileFault
from ccgrade_xl.hosts.result_files import write_list

HEADERS = ("表号", "依据", "涉及气量", "时间", "日期")
ROWS = [
    ("00117", "=1+1", 12.5, dt.datetime(2026, 6, 10, 8, 30), dt.date(2026, 6, 10)),
    ("@SUM(A1)", "+5 <b> & \x07“引号”", None, None, None),
    ("-1", "  空格  ", -3.0, dt.datetime(2026, 1, 1), dt.date(2024, 2, 29)),
]


def test_a_spreadsheet_reads_back_texts_numbers_and_times(tmp_path):
    write_list(tmp_path / "异常.xlsx", "异常", HEADERS, ROWS)
    sheet = openpyxl.load_workbook(tmp_path / "异常.xlsx")["异常"]
    cells = list(sheet.iter_rows(min_row=1, values_only=True))
    assert cells[0] == HEADERS
    assert cells[1] == (*ROWS[0][:4], dt.datetime(2026, 6, 10))
    assert cells[2] == ("@SUM(A1)", "+5 <b> & _x0007_“引号”", None, None, None)
    assert cells[3][:3] == ROWS[2][:3]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=2) for cell in row} <= {
        "s",
        "inlineStr",
    }


def test_csv_keeps_formulas_from_running_and_opens_in_chinese_excel(tmp_path):
    write_list(tmp_path / "异常.csv", "异常", HEADERS, ROWS)
    content = (tmp_path / "异常.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert rows[1] == ["00117", "'=1+1", "12.5", "2026-06-10 08:30", "2026-06-10"]
    assert rows[2][0] == "'@SUM(A1)"
    assert rows[3][:3] == ["'-1", "  空格  ", "-3"]


@pytest.mark.parametrize(
    "text", ["空", "未知", "-", "—", "N/A", "null", "#N/A", "無  ", "/", "不详", "a-b", "+"]
)
def test_csv_keeps_the_users_own_words(tmp_path, text):
    write_list(tmp_path / "表.csv", "表", ("名称", "数"), [(text, 1.0)])
    with (tmp_path / "表.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == [text, "1"]


@pytest.mark.parametrize(
    "text", ["=1+1", " =1+1", "\t=1", "-1+2", "+1", "@SUM(1)", "=\n1", "＝1+1", "＠SUM(1)"]
)
def test_csv_keeps_a_text_like_a_formula_from_running(tmp_path, text):
    write_list(tmp_path / "表.csv", "表", ("名称",), [(text,)])
    with (tmp_path / "表.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == [f"'{text}"]


def test_half_a_character_is_written_as_excel_writes_it(tmp_path):
    write_list(tmp_path / "异常.xlsx", "异常", ("名称",), [("甲\ud800乙",)])
    assert openpyxl.load_workbook(tmp_path / "异常.xlsx")["异常"]["A2"].value == "甲_xD800_乙"


def test_a_text_longer_than_a_cell_is_refused_with_its_place(tmp_path):
    with pytest.raises(BookFault, match="单元格 B3 的文字有 32768 个字"):
        write_list(tmp_path / "异常.xlsx", "异常", ("名称", "依据"), [("甲", "短"), ("乙", "长" * 32_768)])
    assert not (tmp_path / "异常.xlsx").exists()


def test_a_list_of_the_longest_texts_is_read_back_whole(tmp_path):
    write_list(tmp_path / "异常.xlsx", "异常", ("名称",), [("长" * 32_767,)])
    assert openpyxl.load_workbook(tmp_path / "异常.xlsx")["异常"]["A2"].value == "长" * 32_767


def test_a_sheets_name_is_written_with_its_marks(tmp_path):
    write_list(tmp_path / "异常.xlsx", '甲"&乙', ("名称",), [(1.5,), (math.nan,), (True,)])
    sheet = openpyxl.load_workbook(tmp_path / "异常.xlsx")['甲"&乙']
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["名称", 1.5, None, True]


def test_parquet_keeps_the_values_as_they_are(tmp_path):
    write_list(tmp_path / "异常.parquet", "异常", HEADERS, ROWS)
    assert [tuple(row.values()) for row in pq.read_table(tmp_path / "异常.parquet").to_pylist()] == ROWS


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_an_empty_list_has_its_headers(tmp_path, kind):
    write_list(tmp_path / f"空.{kind}", "空", HEADERS, [])
    assert (tmp_path / f"空.{kind}").stat().st_size > 0


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(FileFault, match="请改 -o 的文件名"):
        write_list(tmp_path / "异常.doc", "异常", HEADERS, ROWS)
