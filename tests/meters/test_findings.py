"""How the days that checks find join to stretches: as one meter's days told one by one."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccgrade_xl.meters.findings import COLUMNS, Stretches, found, laid_out, stretches, told
from ccgrade_xl.meters.opening import open_engine

PARTS = {
    "每天": {"gap": -1, "value": "max"},
    "相连": {"gap": 1, "value": "max"},
    "最少": {"gap": 3, "value": "min"},
    "合计": {"gap": 2, "value": "sum"},
}
"""How the days of four checks join."""
NUMBERS = st.none() | st.integers(-9, 9)
ROWS = st.tuples(
    st.sampled_from(list(PARTS)), st.integers(0, 2), st.integers(0, 30), st.integers(0, 2), *[NUMBERS] * 4
)
"""Of a finding of a day: its check, meter, day, level, value, stake, a and b."""


@pytest.fixture(scope="module")
def engine():
    with open_engine() as opened:
        yield opened


def findings(engine, rows, then=None):
    """Return what the engine tells of the rows, one tuple of `COLUMNS` and the code a finding."""
    names = ["code", "meter", "gas_day", "level", "value", "stake", "a", "b"]
    frame = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[4:], "float64"))
    days = engine.put("rows", frame.assign(begin=frame.gas_day * 10, end=frame.gas_day * 10 + 9))

    def days_of(code):
        own = days.filter(days.code == code)
        return found(
            own, level=own.level, value=own.value, threshold=own.gas_day, stake=own.stake, a=own.a, b=own.b
        )

    parts = [Stretches(days_of(code), **how, then=then, code=code) for code, how in PARTS.items()]
    every = engine.keep("found", laid_out(parts))
    kept = engine.keep("stretches", stretches(every, parts))
    rows = engine.frame(told(kept, parts).select(*COLUMNS, "code")).itertuples(index=False, name=None)
    return sorted((tuple(None if pd.isna(cell) else cell for cell in row) for row in rows), key=repr)


def one_by_one(rows):
    """Return the same, told day by day."""
    runs = []
    for code, meter, *day in sorted(rows, key=lambda row: row[:3]):
        last = runs[-1] if runs else None
        if last and last[:2] == (code, meter) and day[0] - last[2][-1][0] <= PARTS[code]["gap"]:
            last[2].append(day)
        else:
            runs.append((code, meter, [day]))
    return sorted((_told(*run) for run in runs), key=repr)


def _told(code, meter, run):
    days, levels, values, stakes, _, low_b = (
        [cell for cell in column if cell is not None] for column in zip(*run, strict=True)
    )
    told = PARTS[code]["value"]
    how = {"max": max, "min": min, "sum": sum}[told]
    limit = min if told == "min" else max
    if told == "sum":
        a, b = next((day[4] for day in run if day[4] is not None), None), min(low_b, default=None)
    else:
        of_value = (day[4:] for day in run if values and day[2] == how(values))
        a, b = next(of_value, (None, None))
    numbers = (
        how(values) if values else None,
        limit(days),
        sum(stakes) if stakes else None,
        a,
        b,
    )
    numbers = tuple(None if number is None else float(number) for number in numbers)
    return (meter, max(levels), min(days) * 10, max(days) * 10 + 9, len(run), *numbers, code)


@settings(max_examples=30)
@given(st.lists(ROWS, min_size=1, max_size=60, unique_by=lambda row: row[:3]))
def test_days_join_as_they_do_one_by_one(engine, rows):
    assert findings(engine, rows) == one_by_one(rows)


def test_what_a_check_asks_then_is_asked_of_its_own_stretches(engine):
    rows = [(code, 0, day, 1, 5, None, None, None) for code in PARTS for day in (1, 2, 9)]
    long = findings(
        engine, rows, then=lambda runs: runs.filter(runs.days > 1).mutate(value=runs.days.cast("float64"))
    )
    assert {(code, days, value) for *_, days, value, _, _, _, _, code in long} == {
        ("相连", 2, 2.0),
        ("最少", 2, 2.0),
        ("合计", 2, 2.0),
    }


def test_days_that_join_to_none_are_told_each_though_there_are_two_of_one_day(engine):
    assert len(findings(engine, [("每天", 0, 4, 1, 5, None, None, None)] * 2)) == 2


def test_a_day_found_twice_in_a_stretch_is_one_day(engine):
    (found,) = findings(engine, [("相连", 0, 4, 1, 5, None, 1, 2), ("相连", 0, 4, 1, 3, None, 3, 4)])
    assert (found[4], found[5], found[8:10]) == (1, 5.0, (1.0, 2.0))


def test_what_is_told_beside_a_value_is_of_its_day_and_of_the_first_of_two_equal_ones(engine):
    days = [(4, 5, 1, 20), (5, 9, 7, 30), (6, 9, 8, 10), (7, 2, 9, 40)]
    rows = [(code, 0, day, 1, value, None, a, b) for code in PARTS for day, value, a, b in days]
    told = {row[-1]: row[8:10] for row in findings(engine, rows) if row[-1] != "每天"}
    assert told == {"相连": (7.0, 30.0), "最少": (9.0, 40.0), "合计": (1.0, 10.0)}
