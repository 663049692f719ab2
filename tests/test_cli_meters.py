"""`ccgrade meters`: what it writes and prints, and its answer to nonsense."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ccgrade_xl.cli import DONE, NOTHING_DONE, main


def ran(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["ccgrade", "meters", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_simulate_writes_readings_registry_truth_and_weather(tmp_path: Path, monkeypatch, capsys):
    folder = tmp_path / "sim"
    words = ("simulate", folder, "--meters", 4, "--days", 3, "--start", "2025-03-01", "--faulty", 0)
    assert ran(monkeypatch, *words) == DONE
    readings = pq.read_table(folder / "readings")
    assert len(set(readings["meter_id"].to_pylist())) == 4
    assert len(pq.read_table(folder / "registry.parquet")) == 4
    assert len(pq.read_table(folder / "truth.parquet")) == 0
    assert len(pq.read_table(folder / "weather.parquet")) == 3 * 24
    assert f"共 {len(readings)} 条读数" in capsys.readouterr().out
    assert ran(monkeypatch, *words) == NOTHING_DONE
    assert "换一个空文件夹" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--meters", "0"), "表数应不小于 1"),
        (("--days", "0"), "天数 0"),
        (("--interval", "7"), "间隔 7 分钟"),
        (("--interval", "120"), "不超过 60 分钟"),
        (("--faulty", "2"), "0–1"),
        (("--start", "明天"), "明天"),
        (("--seed", "-1"), "--seed"),
    ],
)
def test_what_cannot_be_simulated_is_one_sentence(tmp_path, monkeypatch, capsys, words, sentence):
    assert ran(monkeypatch, "simulate", tmp_path / "sim", *words) == NOTHING_DONE
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "sim").exists()
