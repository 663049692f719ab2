"""Long data is cut into as many stretches as there are cores for; work is given back in its order."""

from __future__ import annotations

import threading
from unittest.mock import patch

import pytest

from ccgrade_xl.workbook.stretches import side_by_side, stretches_of


@pytest.mark.parametrize(
    ("cores", "size", "count"),
    [
        (8, 0, 1),
        (8, 7_999_999, 1),
        (8, 8_000_000, 2),
        (8, 100_000_000, 4),
        (2, 100_000_000, 2),
        (None, 10**9, 1),
    ],
)
def test_a_stretch_has_a_core_and_enough_to_do(cores: int | None, size: int, count: int) -> None:
    with patch("os.cpu_count", lambda: cores):
        assert stretches_of(size) == count


def test_stretches_are_worked_on_at_the_same_time_and_come_back_in_their_order() -> None:
    met = threading.Barrier(2, timeout=30)

    def work(number: int) -> int:
        met.wait()
        return number * number

    with patch("os.cpu_count", lambda: 2):
        assert side_by_side(work, [3, 1, 4, 2]) == [9, 1, 16, 4]


def test_what_goes_wrong_in_a_stretch_is_raised() -> None:
    def work(number: int) -> int:
        return 10 // number

    with patch("os.cpu_count", lambda: 2), pytest.raises(ZeroDivisionError):
        side_by_side(work, [1, 0, 2])
