import re
from random import Random

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccgrade_xl.rules.ruleset import Option, RuleSet, Switches
from ccgrade_xl.rules.schema import TABLE_BY_FIELD
from ccgrade_xl.rules.toml_file import parse_rules, rules_text
from ccgrade_xl.rules.version import digest_of, version_of
from tests.rules.samples import reordered, rule_sets, with_row

DEFAULT = RuleSet.default()


def test_a_version_is_r_and_the_first_eight_digits_of_the_digest() -> None:
    assert re.fullmatch(r"R-[0-9a-f]{8}", DEFAULT.version)
    assert version_of(DEFAULT) == DEFAULT.version == "R-" + digest_of(DEFAULT)[:8]
    assert re.fullmatch(r"[0-9a-f]{64}", digest_of(DEFAULT))


@settings(max_examples=40)
@given(rule_sets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_synonyms_does_not_change_the_version(rules: RuleSet, random: Random) -> None:
    assert digest_of(reordered(rules, random)) == digest_of(rules)


@pytest.mark.parametrize("written", ["100000", "100000.0", "1e5", "100_000", "+100000"])
def test_the_way_a_number_is_written_does_not_change_the_version(written: str) -> None:
    text = rules_text(DEFAULT).replace("lower = 100000,", f"lower = {written},")
    assert parse_rules(text).version == DEFAULT.version


def test_integers_and_floats_give_one_version() -> None:
    assert with_row(DEFAULT, "usage_tiers", 4, lower=-0.0).version == DEFAULT.version
    assert with_row(DEFAULT, "usage_tiers", 0, lower=100000, x=5).version == DEFAULT.version


def _changed(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return value + 1
    return (*value, "别名") if isinstance(value, tuple) else f"{value or ''}改"


@pytest.mark.parametrize(
    ("field", "attribute"),
    [(field, entry.attribute) for field, table in TABLE_BY_FIELD.items() for entry in table.entries],
)
def test_every_attribute_of_every_table_counts(field: str, attribute: str) -> None:
    value = getattr(DEFAULT, field)
    row = value[0] if isinstance(value, tuple) else value
    other = with_row(DEFAULT, field, 0, **{attribute: _changed(getattr(row, attribute))})
    assert other.version != DEFAULT.version


@pytest.mark.parametrize("field", [name for name, table in TABLE_BY_FIELD.items() if not table.is_switches])
def test_a_row_less_is_another_version(field: str) -> None:
    fewer = attrs.evolve(DEFAULT, **{field: getattr(DEFAULT, field)[1:]})
    assert fewer.version != DEFAULT.version


def test_values_at_their_default_leave_no_trace_so_that_new_switches_keep_old_versions() -> None:
    stated = Switches(0.6, 3.0, "3A", 60.0, 0.0, False)
    assert (
        attrs.evolve(DEFAULT, switches=stated).version == attrs.evolve(DEFAULT, switches=Switches()).version
    )
    assert Option("合同签订", "有效", 100.0) == Option("合同签订", "有效", 100.0, (), "")


def test_a_rule_set_is_a_key_that_hashes_once() -> None:
    same = parse_rules(rules_text(DEFAULT))
    assert same is not DEFAULT
    assert {DEFAULT: 1}[same] == 1
