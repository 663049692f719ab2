"""Long data is cut into stretches that the cores share; work is given back in its order."""

from __future__ import annotations

import threading
from unittest.mock import patch

import pytest

from ccgrade_xl.workbook.stretches import side_by_side, stretches_of


@pytest.mark.parametrize(
    ("cores", "size", "ahead", "count"),
    [
        (8, 0, 0, 1),
        (8, 9_999_999, 0, 1),
        (8, 10_000_000, 0, 2),
        (1, 10_000_000, 0, 2),
        (8, 100_000_000, 0, 20),
        (8, 100_000_000, 5_000_000, 5),
        (8, 100_000_000, 50_000_000, 4),
        (2, 100_000_000, 50_000_000, 2),
        (None, 9_999_999, 0, 1),
    ],
)
def test_a_stretch_is_short_and_each_core_has_one_however_much_is_read_before(
    cores: int | None, size: int, ahead: int, count: int
) -> None:
    with patch("os.cpu_count", lambda: cores):
        assert stretches_of(size, ahead) == count


def test_stretches_are_worked_on_at_the_same_time_and_come_back_in_their_order() -> None:
    met = threading.Barrier(2, timeout=30)

    def work(number: int) -> int:
        met.wait()
        return number * number

    with patch("os.cpu_count", lambda: 2):
        assert list(side_by_side(work, [3, 1, 4, 2])) == [9, 1, 16, 4]


def test_what_goes_wrong_in_a_stretch_is_raised() -> None:
    def work(number: int) -> int:
        return 10 // number

    with patch("os.cpu_count", lambda: 2), pytest.raises(ZeroDivisionError):
        list(side_by_side(work, [1, 0, 2]))


@pytest.mark.parametrize("cores", [1, 2])
def test_no_more_stretches_are_begun_than_there_are_cores_until_one_is_taken(cores: int) -> None:
    begun: list[int] = []
    with patch("os.cpu_count", lambda: cores):
        done = side_by_side(begun.append, range(9))
        for taken in range(1, 10):
            next(done)
            assert len(begun) <= taken + cores
        assert sorted(begun) == list(range(9))
