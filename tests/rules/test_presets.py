import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.rules.presets import USAGE_PRESETS, usage_tiers_from_quintiles, with_usage_preset
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.validation import faults

DEFAULT = RuleSet.default()
SAMPLE = [float(value) for value in range(1, 101)]


def _bounds(rules: RuleSet) -> list[float]:
    return [tier.lower for tier in rules.usage_tiers]


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("固定分档", [100_000, 30_000, 10_000, 3_000, 0]),
        ("英国AMR分档", [226_000, 45_200, 5_650, 565, 0]),
        ("样本五分位", [80.2, 60.4, 40.6, 20.8, 0]),
    ],
)
def test_each_preset_sets_its_bounds_and_grades(name: str, bounds: list[float]) -> None:
    rules = with_usage_preset(DEFAULT, name, SAMPLE)
    assert _bounds(rules) == pytest.approx(bounds)
    assert [tier.name for tier in rules.usage_tiers] == ["五级", "四级", "三级", "二级", "一级"]
    assert [tier.x for tier in rules.usage_tiers] == [5, 4, 3, 2, 1]
    assert rules.options == DEFAULT.options
    assert faults(rules) == ()


def test_every_preset_is_named() -> None:
    assert list(USAGE_PRESETS) == ["固定分档", "英国AMR分档", "样本五分位"]


@given(st.lists(st.integers(1, 10**9), min_size=5, max_size=60, unique=True))
def test_quintiles_are_numpys_to_the_hundredth(tenths: list[int]) -> None:
    usage = [tenth / 10 for tenth in tenths]
    tiers = usage_tiers_from_quintiles([*usage, float("nan")])
    expected = [*np.quantile(usage, [0.8, 0.6, 0.4, 0.2]), 0]
    assert [tier.lower for tier in tiers] == pytest.approx(expected, rel=0, abs=0.005_000_1)


def test_quintiles_are_written_as_people_write_them() -> None:
    usage = [100.1, 28_886.3, 28_886.7, 40_000.7, 50_000.1, 60_000.0 / 7, 70_000.0]
    assert any(len(repr(float(bound))) > 9 for bound in np.quantile(usage, [0.8, 0.6, 0.4, 0.2]))
    assert all(len(repr(tier.lower).partition(".")[2]) <= 2 for tier in usage_tiers_from_quintiles(usage))


def test_an_array_is_a_sample_too() -> None:
    assert _bounds(with_usage_preset(DEFAULT, "样本五分位", np.array(SAMPLE)))[0] == pytest.approx(80.2)


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        (None, "只有 0 户"),
        ([1.0, 2.0, 3.0, 4.0, float("nan")], "只有 4 户"),
        ([7.0] * 50, "分不出五个"),
        ([0.0] * 30 + SAMPLE[:20], "分不出五个"),
        ([-1.0, *SAMPLE], "负的用气量"),
    ],
)
def test_a_sample_without_five_tiers_is_refused(sample: list[float] | None, words: str) -> None:
    with pytest.raises(CcgradeError, match=words):
        with_usage_preset(DEFAULT, "样本五分位", sample)


def test_an_unknown_preset_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(CcgradeError, match=r"没有叫“四分位”.*固定分档、英国AMR分档、样本五分位"):
        with_usage_preset(DEFAULT, "四分位")
