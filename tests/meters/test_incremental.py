"""A second scan of a folder opens its new files only, and finds what a scan of everything finds."""

from __future__ import annotations

import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.meters import Settings, scan
from ccgrade_xl.meters.keeping import keeper
from ccgrade_xl.meters.seen import STATE
from ccgrade_xl.meters.simulation import FleetSpec, simulate
from tests.meters.daily_files import START, blind, lay, now
from tests.meters.series import at, fleet, works

BEFORE, DAYS = 112, 127


@pytest.fixture(scope="module")
def made():
    return simulate(FleetSpec(meters=24, faulty_share=0.9), seed=5, start=START, days=DAYS)


@pytest.fixture(scope="module")
def folders(made, tmp_path_factory):
    """A folder of readings and the state of its first scan, to be copied."""
    home = tmp_path_factory.mktemp("first")
    lay(home / "r", made, 0, BEFORE)
    first = scan(home / "r", made.registry, as_of=now(BEFORE), incremental=home / "state")
    pd.testing.assert_frame_equal(first, scan(home / "r", made.registry, as_of=now(BEFORE)))
    assert len(first.attrs["report"].opened) == len(list((home / "r").iterdir()))
    assert len(first) > 12
    return home


@pytest.fixture
def home(folders, tmp_path):
    shutil.copytree(folders, tmp_path, dirs_exist_ok=True)
    return tmp_path


def again(home, made, day, **options):
    events = scan(home / "r", made.registry, as_of=now(day), incremental=home / "state", **options)
    assert len(list((home / "state").iterdir())) == 2
    return events


@pytest.mark.parametrize("day", [BEFORE + 1, DAYS])
def test_new_files_are_enough_and_give_the_events_of_everything(made, home, day):
    lay(home / "r", made, BEFORE, day)
    expected = scan(home / "r", made.registry, as_of=now(day))
    blind(home / "r")
    lay(home / "r", made, BEFORE, day)
    found = again(home, made, day)
    report, full = found.attrs["report"], expected.attrs["report"]
    assert len(report.opened) == (1 if day == BEFORE + 1 else 3)
    assert report.reread == ""
    pd.testing.assert_frame_equal(found, expected)
    assert (report.readings, report.meters, report.now) == (full.readings, full.meters, full.now)
    assert report.checks == full.checks


def test_day_after_day_gives_the_events_of_everything(made, home):
    for day in range(BEFORE + 1, BEFORE + 4):
        blind(home / "r")
        lay(home / "r", made, day - 1, day)
        found = again(home, made, day)
        assert len(found.attrs["report"].opened) == 1
    shutil.rmtree(home / "r")
    lay(home / "r", made, 0, BEFORE)
    lay(home / "r", made, BEFORE, day)
    pd.testing.assert_frame_equal(found, scan(home / "r", made.registry, as_of=now(day)))


def test_with_nothing_new_nothing_is_opened(made, home):
    expected = scan(home / "r", made.registry, as_of=now(BEFORE + 3))
    blind(home / "r")
    found = again(home, made, BEFORE + 3)
    assert found.attrs["report"].opened == ()
    pd.testing.assert_frame_equal(found, expected)


def test_a_new_file_that_is_not_whole_is_told_and_tried_again(made, home):
    lay(home / "r", made, BEFORE, BEFORE + 1)
    file = next((home / "r").glob(f"{BEFORE}-*"))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    part = again(home, made, BEFORE + 1)
    assert part.attrs["report"].remarks[0].startswith(f"文件“{file.name}”不完整")
    file.write_bytes(whole)
    found = again(home, made, BEFORE + 1)
    assert found.attrs["report"].opened == (file.name,)
    pd.testing.assert_frame_equal(found, scan(home / "r", made.registry, as_of=now(BEFORE + 1)))


def older(home, made):
    file = min((home / "r").iterdir())
    table = pq.read_table(file)
    pq.write_table(table.slice(0, len(table) - 100), file)


def gone(home, made):
    min((home / "r").iterdir()).unlink()


def late(home, made):
    pq.write_table(pq.read_table(min((home / "r").iterdir())).slice(50, 20), home / "r" / "late.parquet")


def broken(home, made):
    next((home / "state").glob("run-*/days.parquet")).unlink()


def unreadable(home, made):
    (home / "state" / "state.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (older, "文件“000-007.parquet”改过或不在了"),
        (gone, "文件“000-007.parquet”改过或不在了"),
        (late, "一周以前的读数"),
        (broken, "记录不完整"),
        (unreadable, "记录读不出"),
    ],
)
def test_what_changes_the_past_has_everything_read_again(made, home, change, told):
    change(home, made)
    found = again(home, made, BEFORE)
    report = found.attrs["report"]
    assert told in report.reread
    assert len(report.opened) == len(list((home / "r").iterdir()))
    pd.testing.assert_frame_equal(found, scan(home / "r", made.registry, as_of=now(BEFORE)))


def test_other_settings_or_another_registry_have_everything_read_again(made, home):
    settings = Settings(values={("突增/突降", "rise_share"): 2.0})
    assert "设置" in again(home, made, BEFORE, settings=settings).attrs["report"].reread
    registry = made.registry.to_pandas()
    registry.loc[0, "qmax_m3h"] *= 2
    found = scan(home / "r", registry, settings, as_of=now(BEFORE), incremental=home / "state")
    assert "档案" in found.attrs["report"].reread
    registry["status"] = "暂停"
    found = scan(home / "r", registry, settings, as_of=now(BEFORE), incremental=home / "state")
    assert found.attrs["report"].reread == ""
    assert "停户用气" in set(found.code)


def test_rows_that_are_no_readings_are_counted_over_all_scans(tmp_path):
    for day in range(2):
        frame = fleet({"A": works(days=day + 1)})
        frame.loc[3, "meter_id"] = None
        frame[frame.time >= at(day, 0)].to_parquet(tmp_path / f"{day}.parquet")
        (tmp_path / "r").mkdir(exist_ok=True)
        shutil.move(tmp_path / f"{day}.parquet", tmp_path / "r" / f"{day}.parquet")
        report = scan(tmp_path / "r", None, incremental=tmp_path / "s").attrs["report"]
    full = scan(tmp_path / "r", None).attrs["report"]
    assert report.opened == ("1.parquet",)
    assert report.rejected == full.rejected
    assert len(report.rejects) == len(full.rejects)
    assert report.readings == full.readings


def test_everything_is_read_again_on_request(made, home):
    found = again(home, made, BEFORE, full=True)
    report = found.attrs["report"]
    assert report.reread == "按要求，已全部重新读取。"
    assert len(report.opened) == report.files == len(list((home / "r").iterdir()))
    assert report.reading == f"读了全部 {report.files} 个文件：按要求，已全部重新读取。"
    assert (
        again(home, made, BEFORE).attrs["report"].reading
        == f"读了 0 个新文件，其余 {report.files} 个上次已读过。"
    )


def test_a_run_leaves_the_state_that_another_one_reads(made, home):
    """A second run starts and ends while the first one judges what it read."""
    expected = scan(home / "r", made.registry, as_of=now(BEFORE))

    def meanwhile(_done, _of):
        scan(home / "r", made.registry, as_of=now(BEFORE), incremental=home / "state")

    found = scan(home / "r", made.registry, as_of=now(BEFORE), incremental=home / "state", progress=meanwhile)
    pd.testing.assert_frame_equal(found, expected)
    found = again(home, made, BEFORE)
    assert found.attrs["report"].opened == ()
    pd.testing.assert_frame_equal(found, expected)


def test_an_interrupted_scan_leaves_the_state_as_it_was(made, home):
    def stop(_done, _of):
        raise KeyboardInterrupt

    before = (home / "state" / "state.json").read_bytes()
    lay(home / "r", made, BEFORE, BEFORE + 1)
    with pytest.raises(KeyboardInterrupt):
        again(home, made, BEFORE + 1, progress=stop)
    assert (home / "state" / "state.json").read_bytes() == before
    assert len(list((home / "state").iterdir())) == 2
    assert len(again(home, made, BEFORE + 1).attrs["report"].opened) == 1


def test_a_scan_of_the_past_leaves_nothing_out_of_the_next(made, home):
    lay(home / "r", made, BEFORE, BEFORE + 1)
    past = again(home, made, BEFORE - 3)
    pd.testing.assert_frame_equal(past, scan(home / "r", made.registry, as_of=now(BEFORE - 3)))
    found = again(home, made, BEFORE + 1)
    assert found.attrs["report"].opened == ()
    pd.testing.assert_frame_equal(found, scan(home / "r", made.registry, as_of=now(BEFORE + 1)))


def test_only_a_folder_can_be_read_so(tmp_path):
    with pytest.raises(CcgradeError, match="一个文件夹"):
        scan(fleet({"A": works(days=1)}), None, incremental=tmp_path / "s")
    assert not (tmp_path / "s").exists() or not list((tmp_path / "s").iterdir())


def test_what_another_run_takes_away_meanwhile_costs_nobody_what_he_has_kept(tmp_path):
    """A link to nowhere is what a folder looks like that was there when they were listed and is gone when looked at."""
    folder = tmp_path / "state"
    with keeper(folder) as kept:
        (folder / "run-gone").symlink_to(folder / "nowhere")
        (folder / STATE).write_text(f'{{"generation": "{kept.generation.name}"}}', encoding="utf-8")
    assert kept.generation.is_dir()


def test_what_was_not_put_in_place_is_taken_away(tmp_path):
    for before in ("", '{"generation": "run-before"}'):
        folder = tmp_path / f"state{len(before)}"
        with keeper(folder) as kept:
            if before:
                (folder / STATE).write_text(before, encoding="utf-8")
        assert not kept.generation.exists()
