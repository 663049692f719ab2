"""The distribution of a graded sample, counted a second way by pandas from the result columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccgrade_xl.grading.results import result_arrays
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.grading.summary import Share, summarise
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, STARS, USAGE_LEVELS
from tests.casework.samples import graded

BANDS = [("levels", "用气量等级", USAGE_LEVELS, "未知"), ("credit_grades", "信用等级", CREDIT_GRADES, "待定")]


def counted(grades: Grades) -> pd.DataFrame:
    """The results of those who take part, with their usage."""
    frame = pd.DataFrame(result_arrays(grades)).assign(usage=grades.customers.usage)
    return frame[~frame["说明"].str.startswith("不参评")].replace({"用气量等级": {"": "未知"}})


@pytest.fixture(scope="module")
def grades() -> Grades:
    """Customers of every kind: not graded, of unknown usage, with hardly anything known, new, vetoed."""
    length, blank = 400, [None]
    every = np.arange(length)
    return graded(
        length,
        seed=7,
        客户状态=["销户" if at % 19 == 0 else "在用" for at in every],
        月均用气量=[None if at % 11 == 0 else float(10 ** (2 + at % 4)) for at in every],
        在用月数=[1.0 if at % 13 == 0 else 12.0 for at in every],
        否决事项=["窃气" if at % 17 == 0 else None for at in every],
        否决日期=blank * length,
        合同签订=[None if at % 7 == 0 else "未签订" for at in every],
        用气单位性质=[None if at % 7 == 0 else "医院" for at in every],
        用气单位所属=[None if at % 7 == 0 else "自有物业" for at in every],
        缴费方式=[None if at % 7 == 0 else "银行代扣" for at in every],
    )


@pytest.mark.parametrize(("name", "header", "names", "rest"), [*BANDS, ("stars", "星级", STARS, "待定")])
def test_every_band_is_counted_with_its_share_and_its_gas(
    grades: Grades, name: str, header: str, names: tuple[str, ...], rest: str
) -> None:
    frame, found = counted(grades), getattr(summarise(grades), name)
    assert [share.name for share in found] == [*names, rest]
    assert found[-1].customers > 0
    for share in found:
        here = frame[frame[header] == share.name]
        assert share.customers == len(here)
        assert share.customer_share == pytest.approx(len(here) / len(frame))
        assert share.usage == pytest.approx(here["usage"].sum())
        assert share.usage_share == pytest.approx(here["usage"].sum() / frame["usage"].sum())


def test_the_totals_are_those_of_who_takes_part(grades: Grades) -> None:
    frame, found = counted(grades), summarise(grades)
    assert (found.graded, found.not_graded) == (len(frame), len(grades) - len(frame))
    assert found.not_graded > 0
    assert found.undecided == (frame["星级"] == "待定").sum() > 0
    assert found.provisional == frame["说明"].str.contains("暂定：").sum() > 0
    assert found.vetoed == frame["说明"].str.contains("否决：").sum() > 0
    assert found.usage == pytest.approx(frame["usage"].sum())


def test_the_matrix_and_what_is_known_are_what_pandas_counts(grades: Grades) -> None:
    frame, found = counted(grades), summarise(grades)
    crossed = pd.crosstab(frame["用气量等级"], frame["信用等级"]).reindex(
        index=USAGE_LEVELS, columns=CREDIT_GRADES, fill_value=0
    )
    assert np.array_equal(np.array(found.matrix), crossed.to_numpy())
    assert [name for name, _, _ in found.known] == [row.name for row in INDICATORS if row.key != "safety"]
    results = {row.name: row.result for row in INDICATORS}
    for name, known, share in found.known:
        assert known == frame[results[name]].notna().sum()
        assert share == pytest.approx(known / len(frame))


def test_nobody_has_no_shares() -> None:
    found = summarise(graded(3, 客户状态=["销户"] * 3))
    assert (found.graded, found.not_graded, found.usage) == (0, 3, 0.0)
    assert found.stars[0] == Share("五星级", 0, 0.0, 0.0, 0.0)
    assert {share for *_, share in found.known} == {0.0}
