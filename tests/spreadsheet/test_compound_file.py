"""A stream comes out of a container as it went in, and one that is not sound is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.spreadsheet.compound_file import DamagedContainer, container, stream_of


@given(st.one_of(st.integers(0, 20_000), st.sampled_from([4_190_000, 4_186_112, 4_190_208, 9_000_000])))
def test_a_stream_of_any_length_comes_back_with_zeros_behind_it(length: int) -> None:
    stream = bytes(range(256)) * (length // 256 + 1)
    found = stream_of(container("Workbook", stream[:length]), ["Workbook"])
    assert found[:length] == stream[:length]
    assert not any(found[length:])
    assert len(found) - length < 8192 + 1


def test_the_first_of_the_names_that_is_there_is_taken() -> None:
    assert stream_of(container("Book", b"5"), ["Workbook", "Book"])[:1] == b"5"
    with pytest.raises(DamagedContainer):
        stream_of(container("Other", b"5"), ["Workbook", "Book"])


@pytest.mark.parametrize("content", [b"", b"PK", container("Workbook", b"1" * 9000)[:5000]])
def test_what_is_no_whole_container_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedContainer):
        stream_of(content, ["Workbook"])
