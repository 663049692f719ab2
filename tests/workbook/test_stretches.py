"""Long data is packed in stretches, and unpacks as what it was; work is given back in its order."""

from __future__ import annotations

import threading
import zlib
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccgrade_xl.workbook import stretches
from ccgrade_xl.workbook.archive import deflated
from ccgrade_xl.workbook.stretches import side_by_side, stretches_of

ROWS = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (at, at, at % 97) for at in range(20_000))


@given(st.binary(max_size=400), st.integers(1, 5), st.integers(1, 60))
@example(b"", 4, 1)
@example(ROWS, 4, 100_000)
def test_what_is_packed_in_stretches_unpacks_as_what_it_was(data: bytes, cores: int, stretch: int) -> None:
    with patch.object(stretches, "STRETCH", stretch), patch("os.cpu_count", lambda: cores):
        packed = deflated(data)
    unpacker = zlib.decompressobj(-15)
    assert unpacker.decompress(packed) == data
    assert unpacker.eof
    assert unpacker.unused_data == b""


def test_stretches_are_hardly_longer_than_one_piece() -> None:
    few = ROWS[:8_000]
    with patch("os.cpu_count", lambda: 4), patch.object(stretches, "STRETCH", len(few) // 4):
        assert stretches_of(len(few)) == 4
        packed = deflated(few)
    assert len(packed) < 1.02 * len(deflated(few))


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
