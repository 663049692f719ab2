"""The hashes that seal a month, found column by column, are those of each grade by itself."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import accumulate
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.casework.ledger.chain import frozen_hash, frozen_hashes, frozen_start
from ccgrade_xl.casework.ledger.frozen import FROZEN_COLUMNS

NAMES = [column.name for column in FROZEN_COLUMNS]
VALUES = {
    "number": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "text": st.none()
    | st.text(st.characters(exclude_categories=[]))
    | st.sampled_from(['"', "\\", "五星级"]),
    "day": st.none() | st.sampled_from(["2026-03-31", "2026-04-01"]),
}
ROWS = st.lists(st.tuples(*(VALUES[column.kind] for column in FROZEN_COLUMNS)), max_size=4)


@given(ROWS)
def test_the_hashes_of_a_month_are_those_of_its_grades_one_after_another(rows: list[tuple[Any, ...]]) -> None:
    columns = {name: [row[at] for row in rows] for at, name in enumerate(NAMES)}
    one_by_one = list(accumulate(rows, frozen_hash, initial=frozen_start("2026-03", 1)))[1:]
    assert list(frozen_hashes("2026-03", 1, columns)) == one_by_one


@given(ROWS.filter(len))
def test_a_hash_covers_what_is_known_as_compact_json(rows: list[tuple[Any, ...]]) -> None:
    known = {name: value for name, value in zip(NAMES, rows[0], strict=True) if value is not None}
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    assert (
        frozen_hash(b"before", rows[0]) == sha256(b"before" + text.encode("utf-8", "surrogatepass")).digest()
    )
