"""What was said of a source's headers once is found again for it, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccgrade_xl.errors import CcgradeError, FileFault
from ccgrade_xl.meters.profiles import (
    forget,
    merged,
    place_of,
    profile_named,
    profile_of,
    profiles,
    profiles_file,
    remember_headers,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("readings", "place"),
    [
        ("抄表", "{}/抄表"),
        ("抄表202610.csv", "{}/抄表"),
        ("抄表_2026-11-05.xlsx", "{}/抄表"),
        ("2026年10月抄表.csv", "{}/抄表"),
        ("抄表/2026-10", "{}/抄表"),
        ("抄表/20261031.parquet", "{}/抄表"),
        ("1号站.csv", "{}/1号站"),
        ("readings.duckdb#hourly", "{}/readings"),
        (
            "postgres://reader:p@ss:w?rd@10.0.0.1:5432/gas?sslmode=require#读数",
            "postgres://10.0.0.1:5432/gas#读数",
        ),
        ("postgres://reader@host/gas?password=se@cret&a=b", "postgres://host/gas"),
        ("postgres:///gas?host=%2Ftmp%2Fa", "postgres:///gas"),
    ],
)
def test_a_place_is_the_same_from_month_to_month_and_holds_no_secret(home, readings, place):
    assert place_of(readings) == place.format(home)
    assert "cret" not in place_of(readings)
    assert place_of(place_of(readings)) == place_of(readings)


def test_what_is_remembered_of_a_source_is_found_next_month_and_not_elsewhere():
    remember_headers("抄表/r202610.csv", {"设备": "表号", "何时": "时间"})
    assert profile_of("抄表/r202611.csv").columns == {"设备": "表号", "何时": "时间"}
    assert profile_of("别处/r202611.csv") is None
    assert profiles_file().stat().st_mode & 0o077 == 0


def test_sources_of_one_name_have_profiles_of_their_own():
    remember_headers("甲/r", {"a": "表号"})
    remember_headers("乙/r", {"b": "表号"})
    assert {each.name: dict(each.columns) for each in profiles()} == {
        "r": {"a": "表号"},
        "r 2": {"b": "表号"},
    }


def test_a_name_given_is_the_name_and_serves_other_sources_too():
    remember_headers("甲", {"a": "表号"}, "平台")
    remember_headers("乙", {"b": "时间"}, "平台")
    assert profile_of("甲").columns == profile_of("乙").columns == {"a": "表号", "b": "时间"}
    remember_headers("乙", {"c": "表号"}, "新平台")
    assert profile_of("乙").name == "新平台"
    assert profile_named("平台").places == (place_of("甲"),)


def test_what_is_said_anew_replaces_what_was_said_before():
    assert merged({"a": "表号", "b": "时间", "c": "不用"}, {"d": "meter_id", "c": "压力（MPa）"}) == {
        "b": "时间",
        "d": "meter_id",
        "c": "压力（MPa）",
    }


def test_nothing_said_leaves_no_file():
    assert remember_headers("甲", {}) is None
    assert not profiles_file().exists()


def test_what_is_forgotten_is_gone_and_a_name_there_is_not_is_told():
    remember_headers("甲", {"a": "表号"})
    assert forget("甲").columns == {"a": "表号"}
    assert profiles() == ()
    with pytest.raises(CcgradeError, match="没有叫“甲”的表头对照（还没有记下过一个）"):
        forget("甲")
    remember_headers("乙", {"a": "表号"})
    with pytest.raises(CcgradeError, match="已有：乙"):
        profile_named("甲")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "读不出来"),
        ("甲 = 1", "“甲”缺少 places 或 columns"),
        ('["甲"]\nplaces = []\n["甲".columns]\na = "瓦斯"', "“甲”：没有“瓦斯”这个列"),
    ],
)
def test_a_file_somebody_spoilt_is_named(text, told):
    remember_headers("甲", {"a": "表号"})
    profiles_file().write_text(text if text == "[" else text.replace("甲 =", '"甲" ='), "utf-8")
    with pytest.raises(FileFault, match=told):
        profile_of("甲")


def test_what_a_user_writes_by_hand_is_read():
    remember_headers("甲", {"a": "表号"})
    file = profiles_file()
    file.write_text(
        file.read_text("utf-8").replace('a = "表号"', 'a = "meter_id"\n"b（旧）" = "工况累计（L）"'),
        "utf-8-sig",
    )
    assert profile_of("甲").columns == {"a": "meter_id", "b（旧）": "工况累计（L）"}
