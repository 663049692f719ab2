import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.rules.numerals import number_in, numeral_in
from ccgrade_xl.rules.units import FOREIGN, factors
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.layout import INPUT_COLUMNS

_UNITS = sorted({column.unit for column in INPUT_COLUMNS if column.unit})


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("30000", "", 30000.0),
        ("３００００", "", 30000.0),
        (" 30 000 ", "", 30000.0),
        ("30,000 m³/月", "m³/月", 30000.0),
        ("1200立方米", "m³/月", 1200.0),
        ("1200 方/个月", "m³/月", 1200.0),
        ("３０，０００", "", 30000.0),
        ("1,234,567.5", "", 1234567.5),
        ("3万", "月", 30000.0),
        ("1.13万", "", 11300.0),
        ("1.1万立方米", "m³/月", 11000.0),
        ("2千m³", "m³/月", 2000.0),
        ("33.127千", "m³/月", 33127.0),
        ("3千元", "元", 3000.0),
        ("2千万", "元", 20_000_000.0),
        ("1.2亿m³", "m³/月", 120_000_000.0),
        ("1.5百万元", "元", 1_500_000.0),
        ("3百方", "m³/月", 300.0),
        ("128.87 千 m³/月", "m³/月", 128870.0),
        ("￥500元", "元", 500.0),
        ("￥3,000.50", "元", 3000.5),
        ("￥1.5万", "元", 15000.0),
        ("500 元/月", "元", 500.0),
        ("30 天", "天", 30.0),
        ("30日", "天", 30.0),
        ("2 个月", "月", 2.0),
        ("3笔", "次", 3.0),
        ("85分", "分", 85.0),
        ("10%", "分", 10.0),
        ("35%", "%", 35.0),
        ("20 ℃", "℃", 20.0),
        ("-5", "", -5.0),
        ("−5", "", -5.0),
        ("1e5", "", 100000.0),
        (".5", "", 0.5),
    ],
)
def test_a_number_is_read_as_people_type_it(text: str, unit: str, number: float) -> None:
    assert number_in(text, unit) == number


@pytest.mark.parametrize(
    "text",
    ["", "三万", "1,2", "12,34", "1.2.3", "nan", "inf", "1_000", "12/5", "8:30", "m³"],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert numeral_in(text) is None
    assert number_in(text) is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("500 m³/日", "m³/月"),
        ("120000 m³/年", "m³/月"),
        ("120000方/年", "m³/月"),
        ("12吨", "m³/月"),
        ("￥500", "m³/月"),
        ("60天", "月"),
        ("2年", "月"),
        ("2个月", "天"),
        ("3天", "次"),
        ("500 m³", "元"),
        ("85%", "m³/月"),
        ("30 天", ""),
        ("12abc", "月"),
        ("1e9999", ""),
        ("5 6 元 x", "元"),
    ],
)
def test_a_number_in_another_unit_is_none_of_ours(text: str, unit: str) -> None:
    assert numeral_in(text) is not None
    assert number_in(text, unit) is None


@given(st.integers(0, 10**9), st.sampled_from([(unit, word) for unit in _UNITS for word in factors(unit)]))
def test_grouping_and_the_columns_own_units_give_the_number_times_their_factor(
    number: int, known: tuple[str, str]
) -> None:
    unit, word = known
    assert number_in(f"{number:,}{word}", unit) == number_in(f"{number} {word}", unit)
    assert number_in(f"{number}{word}", unit) == number * factors(unit)[word]


@given(st.integers(0, 10**9), st.sampled_from(_UNITS), st.sampled_from(sorted(FOREIGN)))
def test_what_is_foreign_in_a_header_is_foreign_behind_a_number(number: int, unit: str, word: str) -> None:
    assert number_in(f"{number} {word}", unit) is None


@pytest.mark.parametrize("unit", _UNITS)
def test_a_columns_unit_is_one_of_its_own_words(unit: str) -> None:
    assert factors(unit)[plain(unit)] == 1
