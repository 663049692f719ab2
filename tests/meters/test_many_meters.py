"""Very many meters with one day: memory stays bounded, and every meter is judged and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.meters.peak import measured, one_day

BOUND = 600.0
"""MB a process may take at most, Python and its libraries included."""


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("job", "meters"), [("scan", 100_000), ("run", 12_000)])
def test_memory_hardly_grows_with_the_meters(tmp_path: Path, job, meters):
    some, all_of_them = (
        measured(job, one_day(count, tmp_path / f"{count}.parquet"), tmp_path / "home")
        for count in (meters // 8, meters)
    )
    for count, done in ((meters // 8, some), (meters, all_of_them)):
        assert done["found"] == ["M000077倒走"]
        assert done["meters"] == count
    assert all_of_them["peak"] < BOUND
    assert all_of_them["peak"] < 1.5 * some["peak"]
