"""The numbers behind the strategies: what ships, what the manager changes, and what is refused."""

import re

import pytest

from ccgrade_xl.casework.measures import DEFAULT_MEASURES, MEASURES, measures_from
from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.rules.ruleset import STARS, RuleSet


def cells(**changed: object) -> dict[str, dict[str, object]]:
    table = {
        measure.label: {star: getattr(DEFAULT_MEASURES[star], measure.attribute) for star in STARS}
        for measure in MEASURES
    }
    for place, value in changed.items():
        name, star = place.split("_")
        next(row for label, row in table.items() if label.startswith(name))[star] = value
    return table


def test_the_table_that_ships_gives_the_measures_that_ship() -> None:
    assert measures_from(cells()) == DEFAULT_MEASURES


@pytest.mark.parametrize(
    ("attribute", "numbers"),
    [
        ("contract_days", (90, 90, 60, 60, 30)),
        ("archive_months", (12, 12, 6, 6, 3)),
        ("prepayment_months", (0, 1, 1.5, 2, 2)),
        ("tracking_months", (12, 6, 6, 3, 1)),
        ("site_check_months", (6, 6, 3, 3, 1)),
    ],
)
def test_the_defaults_are_those_of_the_strategies_texts(attribute: str, numbers: tuple[float, ...]) -> None:
    assert tuple(getattr(DEFAULT_MEASURES[star], attribute) for star in STARS) == numbers
    source = {
        "contract_days": "contract", "archive_months": "archive", "prepayment_months": "prepayment",
        "tracking_months": "tracking", "site_check_months": "reading",
    }[attribute]  # fmt: skip
    for strategy, number in zip(RuleSet.default().strategies, numbers, strict=True):
        text = getattr(strategy, source).replace("每月", "每 1 个月")
        assert f"{number:g}" in re.findall(r"\d+(?:\.\d+)?", text)


def test_value_added_services_are_for_four_and_five_stars_once_a_year_and_readings_as_the_texts_say() -> None:
    found = [DEFAULT_MEASURES[star] for star in STARS]
    assert [each.value_added_months for each in found] == [12, 12, 0, 0, 0]
    for each, strategy in zip(found, RuleSet.default().strategies, strict=True):
        assert strategy.reading.startswith(each.reading)


@pytest.mark.parametrize(
    ("name", "largest", "unit"),
    [
        ("合同提醒提前天数", 365, "天"),
        ("档案复核间隔", 120, "月"),
        ("预收目标", 24, "月气费"),
        ("信用复评间隔", 120, "月"),
        ("现场核对间隔", 120, "月"),
        ("增值服务间隔", 120, "月"),
    ],
)
def test_a_number_is_taken_from_none_to_the_largest_that_makes_sense(
    name: str, largest: int, unit: str
) -> None:
    for number in (0, largest):
        taken = measures_from(cells(**{f"{name}_三星级": number}))["三星级"]
        (attribute,) = (measure.attribute for measure in MEASURES if measure.name == name)
        assert getattr(taken, attribute) == number
    with pytest.raises(CcgradeError, match=f"应在 0 至 {largest} {unit}之间") as refused:
        measures_from(cells(**{f"{name}_三星级": largest + 1}))
    assert f"是 {largest + 1}，" in str(refused.value)


def test_a_measure_that_is_not_in_the_table_stands_at_its_default() -> None:
    changed = measures_from({"档案复核间隔": dict.fromkeys(STARS, 4.0)})
    assert {changed[star].archive_months for star in STARS} == {4.0}
    assert changed["五星级"].contract_days == 90


def test_an_empty_cell_means_none_at_all() -> None:
    assert measures_from(cells(信用复评间隔_三星级=None))["三星级"].tracking_months == 0
    assert measures_from(cells(信用复评间隔_三星级="  "))["三星级"].tracking_months == 0
    assert measures_from(cells(增值服务内容_三星级=None))["三星级"].value_added == "无"


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("很多", "请填数字（月）"),
        (-1.0, "应在 0 至 120 月之间"),
        (121.0, "应在 0 至 120 月之间"),
        ("1e9", "应在 0 至"),
        (1.5, "1.5，不是整数，请填整数（月）"),
        (0.5, "0.5，不是整数"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused_with_its_place(cell: object, says: str) -> None:
    with pytest.raises(CcgradeError, match="“档案复核间隔”一行“二星级”一列") as refused:
        measures_from(cells(档案复核间隔_二星级=cell))
    assert says in str(refused.value)


def test_months_of_prepayment_may_have_a_fraction() -> None:
    assert measures_from(cells(预收目标_二星级="2.5"))["二星级"].prepayment_months == 2.5


def test_a_measure_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(CcgradeError, match="没有叫“拜访次数”的参数，请改成合同提醒提前天数（天）"):
        measures_from({"拜访次数": {}})
