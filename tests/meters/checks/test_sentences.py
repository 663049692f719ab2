"""What the sentence of an alarm says can be checked by whoever reads it: its numbers are of one day, and agree as they are printed."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest

from ccgrade_xl.meters import scan
from ccgrade_xl.meters.simulation import FleetSpec, simulate

NUMBER = r"(-?\d+(?:\.\d+)?)"
AGREE = {
    "PTZ异常": (
        rf"最多相差 (?P<told>{NUMBER})%：上传 (?P<a>{NUMBER})，应为 (?P<b>{NUMBER})；",
        lambda a, b: 100 * abs(a / b - 1),
    ),
    "突增/突降": (
        rf"用气 (?P<a>{NUMBER}) m³，惯常 (?P<b>{NUMBER}) m³，相差 (?P<told>{NUMBER})%",
        lambda a, b: 100 * abs(a / b - 1),
    ),
    "月环比异常": (
        rf"用气 (?P<a>{NUMBER}) m³，前 3 个月 (?P<b>{NUMBER}) m³，相差 (?P<told>{NUMBER})%",
        lambda a, b: 100 * abs(a / b - 1),
    ),
    "尖峰": (
        rf"最高流量 (?P<a>{NUMBER}) m³/h，第三高 (?P<b>{NUMBER}) m³/h，多 (?P<told>{NUMBER})%",
        lambda a, b: 100 * (a / b - 1),
    ),
    "余额不足": (
        rf"余额 (?P<a>{NUMBER}) 元，一天约用 (?P<b>{NUMBER}) 元，只够 (?P<told>{NUMBER}) 天",
        lambda a, b: a / b,
    ),
}
"""The checks that tell two numbers and what follows from them: where these stand in the sentence, and how it follows."""


@pytest.fixture(scope="module")
def events():
    made = simulate(FleetSpec(meters=150, faulty_share=1.0), seed=4, start=dt.date(2025, 1, 1), days=240)
    return scan(made.readings, made.registry.to_pandas())


def bounds(text: str) -> tuple[float, float]:
    """Return between which numbers lies what was rounded to this text."""
    half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    return float(text) - half, float(text) + half


@pytest.mark.parametrize("code", AGREE)
def test_what_a_sentence_says_follows_from_its_two_numbers(events, code):
    form, follows = AGREE[code]
    said = events.evidence[events.code == code]
    assert len(said)
    for sentence in said:
        found = re.search(form, sentence)
        assert found, sentence
        least, most = bounds(found["told"])
        possible = [follows(a, b) for a, b in itertools.product(bounds(found["a"]), bounds(found["b"]))]
        assert least <= max(possible) + 1e-9, sentence
        assert min(possible) <= most + 1e-9, sentence
