"""Readings from every kind of source, and the sentence where there is none."""

from __future__ import annotations

import datetime as dt
import itertools
import os

import duckdb
import ibis
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from ccgrade_xl.errors import FileFault, NotUnderstood
from ccgrade_xl.meters import scan, sources
from ccgrade_xl.meters.opening import open_engine
from tests.meters.series import DAYS, at, fleet, registry, works
from tests.workbook.rich_books import rich_book, with_parts

KNOWN = registry({"00017": {}})
END = at(DAYS, 0)


def silent() -> pd.DataFrame:
    frame = works()
    frame = frame[(frame.time <= at(30, 9)) | (frame.time >= at(33, 9))]
    return fleet({"00017": frame})[
        ["meter_id", "time", "actual_m3", "standard_m3", "actual_flow", "temperature_c"]
    ]


CHINESE = {
    "meter_id": "表号",
    "time": "采集时间",
    "actual_m3": "工况累计量(m³)",
    "standard_m3": "标况累计",
    "actual_flow": "工况瞬时流量(m3/h)",
    "temperature_c": "温度(℃)",
}


def codes(source, as_of=END, **options):
    events = scan(source, KNOWN, as_of=as_of, **options)
    return [f"{row.meter_id} {row.code} {row.first_time:%m-%d %H}" for row in events.itertuples()]


EXPECTED = ["00017 通讯中断 08-06 09"]


def test_a_parquet_file(tmp_path):
    silent().to_parquet(tmp_path / "r.parquet")
    assert codes(tmp_path / "r.parquet") == EXPECTED


def test_a_folder_of_parquet_files_a_day_each(tmp_path):
    frame = silent()
    for day, part in frame.groupby(frame.time.dt.date):
        part.to_parquet(tmp_path / f"{day}.parquet")
    assert codes(tmp_path) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_with_chinese_headers(tmp_path, encoding):
    silent().rename(columns=CHINESE).to_csv(tmp_path / "读数.csv", index=False, encoding=encoding)
    assert codes(tmp_path / "读数.csv") == EXPECTED


def test_a_spreadsheet(tmp_path):
    silent().rename(columns=CHINESE).to_excel(tmp_path / "读数.xlsx", index=False)
    assert codes(tmp_path / "读数.xlsx") == EXPECTED


@pytest.mark.parametrize("name", ["#readings", ""])
def test_a_duckdb_file(tmp_path, name):
    frame = silent()
    with duckdb.connect(str(tmp_path / "r.duckdb")) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE readings AS SELECT * FROM frame")
        connection.execute("CREATE TABLE other AS SELECT 1 AS a")
    assert codes(str(tmp_path / "r.duckdb") + name) == EXPECTED


_OUTSIDE = {
    "a file": "read_csv('{secret}', header = false, delim = ':')",
    # A view is tried where it is made: it asks the network only where it is read.
    "the network": "(SELECT content AS column0 FROM read_text(CASE WHEN current_setting('access_mode') = 'read_only' "
    "THEN 'http://127.0.0.1:9/' || 'x' ELSE '{secret}' END))",
}


@pytest.mark.parametrize("outside", _OUTSIDE.values(), ids=_OUTSIDE)
@pytest.mark.parametrize("address", ["{}", "duckdb://{}", "file://{}"])
def test_a_duckdb_file_reaches_nothing_but_itself(tmp_path, outside, address):
    secret, file = tmp_path / "secret.txt", tmp_path / "r.duckdb"
    secret.write_text("geheim:1\n")
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            'CREATE VIEW readings AS SELECT column0 AS "表号", now()::TIMESTAMP AS "时间", 1.0 AS "工况累计" FROM '
            + outside.format(secret=secret)
        )
    with pytest.raises(FileFault, match="“readings”是指向其他文件或网络的视图") as told:
        scan(address.format(file), None)
    assert "geheim" not in str(told.value)


def test_a_table_is_read_beside_a_view_that_reaches_out(tmp_path):
    file = str(tmp_path / "r.duckdb")
    (tmp_path / "secret.txt").write_text("geheim:1\n")
    frame = silent()
    with duckdb.connect(file) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE readings AS SELECT * FROM frame")
        connection.execute(f"CREATE VIEW other AS SELECT * FROM read_text('{tmp_path / 'secret.txt'}')")
    assert codes(f"{file}#readings") == EXPECTED


def test_the_engine_brings_no_extension_of_its_own_accord():
    with open_engine() as engine:
        for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
            assert engine.connection.con.sql(f"SELECT current_setting('{setting}')").fetchall() == [(False,)]


def test_an_arrow_table():
    assert codes(pa.Table.from_pandas(silent(), preserve_index=False)) == EXPECTED


def test_litres_become_cubic_metres(tmp_path):
    frame = silent()
    frame["actual_m3"] *= 1000
    frame.rename(columns=CHINESE | {"actual_m3": "工况累计(L)"}).to_csv(tmp_path / "r.csv", index=False)
    assert codes(tmp_path / "r.csv") == EXPECTED


def test_a_profile_names_odd_headers(tmp_path):
    silent().rename(columns={"meter_id": "编码甲", "time": "何时"}).to_csv(tmp_path / "r.csv", index=False)
    with pytest.raises(FileFault, match="找不到“表号、时间”列"):
        codes(tmp_path / "r.csv")
    assert codes(tmp_path / "r.csv", profile={"编码甲": "表号", "何时": "time"}) == EXPECTED


def test_times_with_an_offset_are_moved_to_the_declared_zone():
    frame = silent()
    frame["time"] = frame.time.dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
    assert codes(frame) == EXPECTED
    assert codes(frame, zone="Asia/Tokyo", as_of=at(DAYS, 1)) == ["00017 通讯中断 08-06 10"]


def test_registers_and_times_that_are_texts():
    frame = silent().assign(actual_m3=lambda f: f.actual_m3.map(lambda x: f"{x:,.2f}"))
    frame["time"] = frame.time.dt.strftime("%Y/%m/%d %H:%M:%S")
    assert codes(frame) == EXPECTED


@pytest.mark.parametrize(
    ("names", "forms"),
    [
        (("日期", "小时"), ("%Y-%m-%d", "%H")),
        (("抄表日期", "抄表时间"), ("%Y/%m/%d", "%H:%M")),
        (("日期", "采集时间"), ("%Y年%m月%d日", "%H:%M:%S")),
        (("日期", "采集时间"), ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")),
        (("日期",), ("%Y-%m-%d %H:%M",)),
    ],
)
def test_date_and_clock_in_two_columns_are_one_time(tmp_path, names, forms):
    frame = silent()
    for name, form in zip(names, forms, strict=True):
        frame[name] = frame.time.dt.strftime(form)
    frame.drop(columns="time").to_csv(tmp_path / "r.csv", index=False)
    assert codes(tmp_path / "r.csv") == EXPECTED


def test_a_date_beside_hours_that_are_numbers():
    frame = silent()
    frame["日期"], frame["小时"] = frame.time.dt.date, frame.time.dt.hour
    assert codes(frame.drop(columns="time")) == EXPECTED


def test_a_date_column_beside_whole_times_changes_nothing():
    assert codes(silent().assign(日期="2020-01-01")) == EXPECTED


def test_a_time_that_cannot_be_read_is_shown(tmp_path):
    frame = silent().astype({"time": str})
    frame.loc[7, "time"] = "01/08/2025 08:00"
    frame.to_csv(tmp_path / "r.csv", index=False)
    remarks = scan(tmp_path / "r.csv", KNOWN, as_of=END).attrs["report"].remarks
    assert remarks[0].startswith("“time”列有读不出的时间，例如“01/08/2025 08:00”；时间可以写成 2026-07-01")


def written(frame, **options):
    """Return readings as a CSV of an export, with Chinese headers."""
    return frame.rename(columns=CHINESE).to_csv(index=False, lineterminator="\r\n", **options)


def remarks_of(source):
    events = scan(source, KNOWN, as_of=END)
    assert [f"{row.meter_id} {row.code} {row.first_time:%m-%d %H}" for row in events.itertuples()] == EXPECTED
    return events.attrs["report"].remarks


@pytest.mark.parametrize(
    "above",
    ["燃气公司读数导出\r\n导出时间：2026-04-15\r\n", "读数,,,,,\r\n\r\n", "导出人,张三\r\n共,1000,条\r\n"],
)
def test_titles_above_the_headers_of_a_csv(tmp_path, above):
    (tmp_path / "r.csv").write_text(above + written(silent()), encoding="gb18030")
    assert remarks_of(tmp_path / "r.csv") == ()


def test_titles_above_the_headers_of_a_sheet_and_headers_in_two_rows(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["读数"],
        ["导出人", "张三"],
        ["表号", "采集时间", "工况", None, "标况"],
        [None, None, "累计量", "瞬时", "累计量"],
    ):
        book.active.append(row)
    for row in silent().itertuples():
        book.active.append(
            [row.meter_id, row.time.to_pydatetime(), row.actual_m3, row.actual_flow, row.standard_m3]
        )
    book.active.merge_cells("C3:D3")
    book.save(tmp_path / "r.xlsx")
    assert remarks_of(tmp_path / "r.xlsx") == ()


def test_two_columns_of_one_header_in_a_sheet(tmp_path):
    frame = silent().rename(columns=CHINESE)
    frame.insert(6, "温度(℃)", 99.0, allow_duplicates=True)
    frame.to_excel(tmp_path / "r.xlsx", index=False)
    assert remarks_of(tmp_path / "r.xlsx") == ()


def test_lines_that_end_in_a_comma_the_header_has_not(tmp_path):
    header, _, lines = written(silent()).partition("\r\n")
    (tmp_path / "r.csv").write_text(header + "\r\n" + lines.replace("\r\n", ",\r\n"), encoding="utf-8")
    assert remarks_of(tmp_path / "r.csv") == ()


def test_lines_that_are_too_long_are_left_out_and_named(tmp_path):
    lines = written(silent()).splitlines(keepends=True)
    lines.insert(100, "00017,2025-07-11 03:00:00,1,234.5,1,234.5,1,1\r\n")
    lines.append("合计,,1,2,3,4,5,6,7\r\n")
    (tmp_path / "r.csv").write_text("".join(lines), encoding="utf-8")
    assert remarks_of(tmp_path / "r.csv") == (
        f"文件“r.csv”第 101、{len(lines)} 行的格数比表头多（第 101 行有 8 格，表头 6 格），没有读入。"
        "请核对这些行，数字里的逗号要去掉或加引号。",
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
@pytest.mark.parametrize("just_now", [True, False])
def test_unicode_text_of_a_spreadsheet(tmp_path, encoding, just_now):
    text = written(silent(), sep="\t")
    content = text.encode(encoding)
    file = tmp_path / "r.txt"
    file.write_bytes(content if encoding == "utf-16" else b"\xfe\xff" + content)
    if not just_now:
        os.utime(file, (0, 0))
    assert remarks_of(file) == ()


def test_files_with_other_columns_and_units_in_one_folder(tmp_path):
    frame = (
        silent()
        .assign(pressure_kpa=lambda f: 20 + f.index % 7 / 10)
        .rename(columns=CHINESE | {"pressure_kpa": "压力(kPa)"})
    )
    parts = [frame[:500], frame[500:900].assign(阀门="开"), frame[900:].copy()]
    parts[2]["压力(MPa)"] = parts[2].pop("压力(kPa)") / 1000
    for number, part in enumerate(parts):
        part.to_csv(tmp_path / f"{number}.csv", index=False)
    (tmp_path / "3.csv").write_text("名称,电话\n甲,1\n", encoding="utf-8")
    (tmp_path / "4.xls").write_bytes(b"old")
    (tmp_path / "5.zip").write_bytes(b"PK")
    assert remarks_of(tmp_path) == (
        "文件夹里有 2 个读不了的文件，没有读入：4.xls、5.zip。请解压或另存为 .xlsx 或 CSV 后再扫描。",
        "文件“3.csv”里没有“表号、时间、工况累计 或 标况累计”列，没有读入。",
    )
    with open_engine() as engine:
        opened = sources.open_readings(engine, tmp_path)
        rows = engine.frame(opened.readings)
    assert rows.pressure_kpa.tolist() == pytest.approx(20 + frame.index % 7 / 10)
    assert rows.valve.notna().sum() == 400


def test_parquet_files_of_several_vendors_are_read_each_by_its_own_headers_and_units(tmp_path):
    frame = silent().assign(pressure_kpa=lambda f: 20 + f.index % 7 / 10)
    mine, other = frame[:700], frame[700:].copy()
    other["actual_m3"] *= 1000
    other["pressure_kpa"] = (other.pressure_kpa / 1000).map("{:.6f}".format)
    headers = {
        "meter_id": "表具编号",
        "time": "抄表时间",
        "actual_m3": "工况总量（L）",
        "pressure_kpa": "压力（MPa）",
        "temperature_c": "介质温度",
    }
    mine.rename(columns=CHINESE).to_parquet(tmp_path / "0.parquet")
    other.rename(columns=headers).assign(备注="无").to_parquet(tmp_path / "1.parquet")
    with open_engine() as engine:
        opened = sources.open_readings(engine, tmp_path)
        rows = engine.frame(opened.readings)
    assert opened.rejected == {}
    for name in ("actual_m3", "standard_m3", "actual_flow", "temperature_c", "pressure_kpa"):
        assert rows[name].tolist() == pytest.approx(frame[name].tolist()), name
    assert codes(tmp_path) == EXPECTED


def test_a_foreign_file_that_comes_later_ends_no_daily_scan(tmp_path):
    frame, folder = silent(), tmp_path / "r"
    folder.mkdir()
    frame[:900].to_csv(folder / "0.csv", index=False)
    scan(folder, KNOWN, as_of=END, incremental=tmp_path / "state")
    frame[900:].assign(阀门="开").to_csv(folder / "1.csv", index=False)
    (folder / "2.csv").write_text("名称,电话\n甲,1\n", encoding="utf-8")
    for _ in range(2):
        report = scan(folder, KNOWN, as_of=END, incremental=tmp_path / "state").attrs["report"]
        assert report.readings == len(frame)
        assert [remark for remark in report.remarks if "2.csv" in remark and "没有" in remark]


@pytest.mark.parametrize(
    ("values", "low"),
    [
        ([0.59, 0.61], False),
        ([0.59, 1], False),
        ([1, 0], True),
        ([0.05, 0.06], True),
        ([0.5, 59], True),
        (["0.5%", "0.6%"], True),
    ],
)
def test_percentages_of_a_spreadsheet_are_no_empty_batteries(tmp_path, values, low):
    frame = silent()
    frame["电池电量"] = [values[at % 2] if at % 4 else values[0] for at in range(len(frame))]
    frame.to_excel(tmp_path / "r.xlsx", index=False)
    events = scan(tmp_path / "r.xlsx", KNOWN, as_of=END)
    shares = ("“电池电量”列的值都在 0–1 之间，按比例读（0.59 即 59 %）。",)
    assert events.attrs["report"].remarks == (shares if set(map(str, values)) & {"0.59", "0.05"} else ())
    assert ("电池欠压" in set(events.code)) == (low and values != [0.5, 59])


@pytest.mark.parametrize(
    "written",
    [
        " 00017 ",
        "00017\t",
        "\t00017",
        "00017\u3000",
        "\u00a000017",
        "'00017",
        '="00017"',
        '=" 00017"',
        "17",
        "000017",
        "17.0",
        17,
        17.0,
    ],
)
def test_a_decorated_meter_number_is_the_meter_it_means(written):
    assert codes(silent().assign(meter_id=written)) == EXPECTED


def test_leading_zeros_that_were_lost_are_told():
    both = pd.concat([silent().assign(meter_id="17"), silent().assign(meter_id="18")])
    known = registry({"00017": {}, "0018": {}, "018": {}})
    report = scan(both, known, as_of=END).attrs["report"]
    assert report.remarks == (
        "1 块表的表号与表具档案只差开头的 0，按档案里的表号认（例如读数里的“17”是“00017”）。",
    )
    assert report.unknown_meters == ("18",)


@pytest.mark.parametrize("written", ["1.23E+11", "1.23e+11", "2E+16", 2.0240000000000123e16])
def test_a_meter_number_that_lost_its_digits_is_rejected(written):
    frame = pd.concat([silent(), silent().assign(meter_id=written)])
    if isinstance(written, float):
        frame = silent().assign(meter_id=written)
        with pytest.raises(FileFault, match="行表号是科学计数法，数位已丢失，请按文本重新导出"):
            scan(frame, KNOWN)
        return
    report = scan(frame, KNOWN, as_of=END).attrs["report"]
    assert report.rejected == {"表号是科学计数法，数位已丢失，请按文本重新导出": len(silent())}
    assert report.meters == 1


def test_rows_that_are_no_readings_are_counted_and_kept_with_their_cause():
    frame = silent().astype(object)
    frame.iloc[3, 0] = None
    frame.iloc[5, 1] = "昨天"
    frame.iloc[7, 2] = frame.iloc[7, 3] = "坏"
    report = scan(frame, KNOWN, as_of=at(DAYS, 0)).attrs["report"]
    assert report.rejected == {"没有表号": 1, "时间是空的或读不出": 1, "累计读数是空的或读不出": 1}
    assert sorted(report.rejects["原因"]) == sorted(report.rejected)
    assert report.readings == len(frame) - 3


def test_a_truncated_parquet_file_is_named_and_the_others_are_read(tmp_path):
    frame = silent()
    frame[frame.time < at(40, 0)].to_parquet(tmp_path / "a.parquet")
    frame[frame.time >= at(40, 0)].to_parquet(tmp_path / "b.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "c.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / ".d.parquet").write_bytes(whole[:100])
    (tmp_path / "e.parquet.tmp").write_bytes(whole[:100])
    assert codes(tmp_path) == EXPECTED
    report = scan(tmp_path, KNOWN, as_of=at(DAYS, 0)).attrs["report"]
    assert report.remarks == ("文件“c.parquet”不完整或已损坏，没有读入。请重新导出这个文件。",)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda folder: folder / "nothing.csv", "找不到读数"),
        (lambda folder: folder, "没有 Parquet、CSV 或 .xlsx 文件"),
        (lambda folder: _write(folder / "a.csv", b""), "不是整齐的 CSV，或者是空的"),
        (
            lambda folder: _write(folder / "a.csv", "表号,时间,工况累计\n".encode()),
            "没有可以读的读数|没有一行",
        ),
        (
            lambda folder: _write(folder / "a.csv", "名称,电话\n甲,1\n".encode()),
            "找不到“表号、时间、工况累计 或 标况累计”列",
        ),
        (
            lambda folder: _write(folder / "a.csv", "表号,时间,工况累计\n1,昨天,5\n".encode()),
            "没有一行可以读的读数：1 行时间是空的或读不出。“时间”列有读不出的时间，例如“昨天”；时间可以写成",
        ),
        (lambda folder: _write(folder / "a.parquet", b"PAR1 but no more"), "不完整或已损坏"),
        (lambda folder: _write(folder / "a.xlsx", b"PK no workbook"), "已损坏或不完整"),
        (lambda folder: _write(folder / "a.xlsx", _with_a_cell_far_away()), "第 1048576 行、第 16384 列"),
        (lambda folder: _write(folder / "a.pdf", b"%PDF"), "不是 Parquet、CSV、.xlsx 或 DuckDB"),
        (lambda folder: _write(folder / "a.duckdb", b"no database"), "不是 DuckDB 数据库"),
        (lambda folder: 17, "不能是 int"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path, make, told):
    with pytest.raises(FileFault, match=told):
        scan(make(tmp_path), None)


def _write(file, content):
    file.write_bytes(content)
    return file


def _with_a_cell_far_away():
    far = b'<worksheet><sheetData><row r="1"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    return with_parts(rich_book(1, macros=False, table=False), **{"xl__worksheets__sheet1.xml": far})


def test_without_as_of_a_clock_years_ahead_silences_nobody():
    good, bad = works(), works()
    ahead = pd.concat([bad, bad.tail(1).assign(time=dt.datetime(2099, 1, 1))])
    events = scan(fleet({"a": good, "b": good, "c": ahead}), registry({"a": {}, "b": {}, "c": {}}))
    assert list(events.meter_id + events.code) == ["c重复/未来时间"]


@pytest.mark.parametrize(
    "as_of",
    [
        "2025-09-08 00:00",
        "2025/09/08 00:00:00",
        "2025-09-07",
        dt.date(2025, 9, 7),
        "2025-09-07T16:00:00+00:00",
        dt.datetime(2025, 9, 7, 16, tzinfo=dt.UTC),
        pd.Timestamp("2025-09-08"),
    ],
)
def test_now_may_be_told_in_any_usual_way(as_of):
    assert scan(silent(), KNOWN, as_of=as_of).attrs["report"].now == dt.datetime(2025, 9, 8)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"as_of": "昨天"}, "截至时间“昨天”看不懂"),
        ({"as_of": 17}, "截至时间“17”看不懂"),
        ({"zone": "Asia/Nowhere"}, "“Asia/Nowhere”不是时区名"),
    ],
)
def test_what_is_no_moment_or_no_zone_is_told(options, told):
    with pytest.raises(NotUnderstood, match=told):
        scan(silent(), KNOWN, **options)


def test_an_ibis_table_needs_its_own_connection():
    connection = ibis.duckdb.connect()
    connection.con.register("r", pa.Table.from_pandas(silent(), preserve_index=False))
    with pytest.raises(FileFault, match="属于另一个连接"):
        scan(connection.table("r"), KNOWN)
    assert codes(connection.table("r"), engine=connection) == EXPECTED
    connection.disconnect()


def shared(tmp_path):
    """Write files of meters one after the other, one of them in two files; the last file has a row that is no reading, and lacks a column."""
    meters = {f"{number:05}": works(days=5) for number in range(12)}
    rows = fleet(meters)
    cuts = [0, len(rows) // 3 + 7, 2 * len(rows) // 3, len(rows)]
    for at_, (start, end) in enumerate(itertools.pairwise(cuts)):
        part = rows[start:end].copy()
        if at_ == 2:
            part = part.drop(columns="temperature_c")
            part.loc[part.index[3], "meter_id"] = None
        part.to_parquet(tmp_path / f"{at_}.parquet")


@pytest.mark.parametrize("lanes", [2, 3, 4])
def test_a_survey_that_lanes_share_finds_what_one_finds(tmp_path, monkeypatch, lanes):
    shared(tmp_path)
    found = []
    for least in (10**9, 1):
        monkeypatch.setattr(sources, "_SHARED", least)
        with open_engine() as engine:
            engine.lanes = lanes
            source = sources.open_readings(engine, tmp_path)
            found.append((source.meters.sort_values("meter_id", ignore_index=True), source.rejected))
    (whole, rejected), (parts, also_rejected) = found
    assert rejected == also_rejected == {"没有表号": 1}
    pd.testing.assert_frame_equal(whole.drop(columns="begins"), parts[whole.columns].drop(columns="begins"))
    assert list(whole.begins) == [1] * 12
    assert parts.begins[parts.begins > 1].tolist() == [2]


def test_meters_whose_readings_lanes_share_are_judged_as_ever(tmp_path, monkeypatch):
    frame = silent()
    for at_, part in enumerate((frame[:500], frame[500:])):
        part.to_parquet(tmp_path / f"{at_}.parquet")
    monkeypatch.setattr(sources, "_SHARED", 1)
    assert codes(tmp_path) == EXPECTED
