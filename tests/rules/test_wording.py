import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import CellError
from ccgrade_xl.rules.wording import is_of_letters, plain, shown


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("ＩＣ卡表", "ic卡表"),
        (" IC 卡\u3000表\n", "ic卡表"),
        ("民营\u00a0企业", "民营企业"),
        ("\ufeff民营\u200b企业\u2060", "民营企业"),
        ("租赁1－3年", "租赁1-3年"),
        ("租赁 1—3 年", "租赁1-3年"),
        ("租赁1～3年", "租赁1-3年"),
        ("租赁１–３年", "租赁1-3年"),
        ("m³/月", "m3/月"),
        ("（在用）", "(在用)"),
        ("5a", "５Ａ"),
    ],
)
def test_ways_to_write_one_word_are_one_word(written: str, same: str) -> None:
    assert plain(written) == plain(same)


@pytest.mark.parametrize(
    ("one", "other"), [("一级", "二级"), ("租赁1-3年", "租赁13年"), ("国企", "国有企业")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert plain(one) != plain(other)


@given(st.text())
def test_the_plain_form_of_a_plain_form_is_itself(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(), st.sampled_from(" \t\u00a0\u3000\u200b\ufeff\u2003"))
def test_a_blank_anywhere_changes_nothing(text: str, blank: str) -> None:
    assert plain(blank.join(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲1a", True),
        ("", False),
        ("甲 乙", False),
        ("甲-乙", False),
        ("甲\u3164乙", False),
        ("甲\u115f", False),
    ],
)
def test_fillers_are_no_letters_though_python_says_so(text: str, said: bool) -> None:
    assert is_of_letters(text) is said


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("气" * 31, "“" + "气" * 30 + "…”"),
        (7, "“7”"),
        (None, "“”"),
        (CellError.NA, "“#N/A”"),
        (-500.0, "“-500”"),
        (28886.619999999995, "“28886.62”"),
        (dt.datetime(2024, 1, 5), "“2024-01-05”"),
        (True, "“True”"),
    ],
)
def test_a_value_is_shown_in_quotes_and_cut_short(value: object, text: str) -> None:
    assert shown(value) == text
