import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.rules.numerals import number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("30000", 30000.0),
        ("３００００", 30000.0),
        (" 30 000 ", 30000.0),
        ("30,000 m³/月", 30000.0),
        ("３０，０００", 30000.0),
        ("1,234,567.5", 1234567.5),
        ("3万", 30000.0),
        ("1.1万立方米", 11000.0),
        ("33.127千", 33127.0),
        ("3千元", 3000.0),
        ("2千万", 20_000_000.0),
        ("1.2亿m³", 120_000_000.0),
        ("128.87 千 m³/月", 128870.0),
        ("￥500元", 500.0),
        ("30 天", 30.0),
        ("2 个月", 2.0),
        ("35%", 35.0),
        ("-5", -5.0),
        ("−5", -5.0),
        ("1e5", 100000.0),
        (".5", 0.5),
    ],
)
def test_a_number_is_read_as_people_type_it(text: str, number: float) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    "text", ["", "三万", "abc", "1,2", "12,34", "1.2.3", "nan", "inf", "1_000", "5 6 元 x", "1e9999"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_in(text) is None


@given(st.integers(0, 10**9), st.sampled_from(["", "m³", "m³/月", "元", "天", "个月", "次", "%"]))
def test_grouping_and_units_do_not_change_a_number(number: int, unit: str) -> None:
    assert number_in(f"{number:,}{unit}") == number_in(f"{number} {unit}") == float(number)
