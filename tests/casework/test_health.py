"""The scorecard's numbers: against optbinning and scipy, against counting by hand, and their laws."""

from __future__ import annotations

import contextlib
import io
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from ccgrade_xl.casework.health.discrimination import (
    discrimination,
    discriminations,
    ks_and_gini,
    turned_bad,
)
from ccgrade_xl.casework.health.impact import impact, sensitivity
from ccgrade_xl.casework.health.migration import migration, migrations
from ccgrade_xl.casework.health.stability import light, psi, stability
from ccgrade_xl.casework.ledger import Ledger
from ccgrade_xl.casework.month_close import close_month
from ccgrade_xl.errors import OutOfRange
from ccgrade_xl.grading.sample import grade_sample
from ccgrade_xl.rules.ruleset import STARS
from tests.casework.plain_imports import plain_imports
from tests.casework.samples import AS_OF, AT, DEFAULT, customers, month_frame

with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), plain_imports():
    warnings.simplefilter("ignore")
    from optbinning.binning.metrics import jeffrey
    from optbinning.metrics import classification
    from scipy.stats import ks_2samp

COUNTS = st.lists(st.integers(1, 5000), min_size=2, max_size=8)


def scored(seed: int, ties: bool, count: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and who turned bad; low scores turn bad more often."""
    random = np.random.default_rng(seed)
    scores = random.uniform(0, 100, count)
    bad = random.uniform(0, 130, count) > scores + 20
    return (np.round(scores / 5) * 5 if ties else scores), bad


# --- stability ---


@given(COUNTS, st.data())
def test_psi_is_optbinnings_jeffrey_divergence(expected, data):
    actual = data.draw(st.lists(st.integers(1, 5000), min_size=len(expected), max_size=len(expected)))
    theirs = jeffrey(np.array(actual) / sum(actual), np.array(expected) / sum(expected), return_sum=True)
    assert psi(expected, actual) == pytest.approx(theirs, abs=1e-9)


@given(COUNTS, st.integers(1, 9))
def test_the_same_shares_are_stable(counts, times):
    assert psi(counts, [count * times for count in counts]) == pytest.approx(0, abs=1e-12)


@given(COUNTS, st.randoms())
def test_psi_looks_both_ways_alike_and_not_at_the_order_of_bands(counts, random):
    other = counts[::-1]
    order = list(range(len(counts)))
    random.shuffle(order)
    assert psi(counts, other) == pytest.approx(psi(other, counts), abs=1e-12)
    shuffled = psi([counts[at] for at in order], [other[at] for at in order])
    assert shuffled == pytest.approx(psi(counts, other), abs=1e-12)
    assert psi(counts, other) >= -1e-12


def test_psi_by_hand():
    # 0.5→0.6, 0.3→0.3, 0.2→0.1
    by_hand = 0.1 * math.log(0.6 / 0.5) + -0.1 * math.log(0.1 / 0.2)
    assert psi([50, 30, 20], [60, 30, 10]) == pytest.approx(by_hand, abs=1e-12)


def test_a_band_that_empties_counts_as_half_a_customer():
    assert psi([50, 50], [100, 0]) == pytest.approx(
        0.5 * math.log(2) + -0.495 * math.log(0.005 / 0.5), abs=1e-12
    )
    assert psi([50, 0, 50], [40, 0, 60]) == psi([50, 50], [40, 60])


def test_psi_of_nobody_is_unknown():
    assert math.isnan(psi([0, 0], [1, 2]))
    assert light(psi([], [])) == "样本不足"


@pytest.mark.parametrize(
    ("expected", "actual"),
    [([1], [1, 2]), ([1, -1], [1, 1]), ([1, math.nan], [1, 1]), ([1, math.inf], [1, 1])],
)
def test_psi_of_what_is_no_distribution_is_refused(expected, actual):
    with pytest.raises(OutOfRange):
        psi(expected, actual)


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (0, "稳定"),
        (0.0999, "稳定"),
        (0.1, "有偏移"),
        (0.25, "有偏移"),
        (0.2501, "明显偏移"),
        (math.nan, "样本不足"),
    ],
)
def test_the_lights(index, said):
    assert light(index) == said


def test_a_month_is_stable_against_itself_in_every_indicator_that_counts():
    frame = month_frame(300)
    found = stability(frame, frame)
    assert [each.name for each in found] == [
        "用气量等级", "用气单位性质", "合同签订", "用气单位所属", "气费缴纳", "缴费方式", "预收气费", "信用等级", "星级",
    ]  # fmt: skip
    assert {each.light for each in found} == {"稳定"}
    assert all(sum(band.expected for band in each.bands) == pytest.approx(1) for each in found)


def test_only_what_shifted_is_named_and_the_bands_say_where():
    before, after = month_frame(2000, 1), month_frame(2000, 1, 缴费方式=["现金"] * 2000)
    found = {each.name: each for each in stability(before, after)}
    assert found["缴费方式"].light == "明显偏移"
    assert found["用气单位性质"].psi == 0
    assert [band.name for band in found["缴费方式"].bands] == ["100", "60", "40"]
    assert sum(band.psi for band in found["缴费方式"].bands) == pytest.approx(found["缴费方式"].psi)
    assert [band.name for band in found["用气单位性质"].bands] == ["100", "90", "70", "未知"]


def test_customers_that_are_not_graded_do_not_count():
    frame = month_frame(400, 2)
    closed = frame[frame["星级"] == ""]
    assert len(closed) > 10
    assert all(each.psi == 0 for each in stability(frame, pd.concat([frame, closed])))


def test_an_empty_month_is_too_small():
    assert {each.light for each in stability(month_frame(50), month_frame(50).iloc[:0])} == {"样本不足"}


# --- migration ---


def test_everybody_stands_in_each_matrix_once_and_the_margins_are_the_distributions():
    before, after = month_frame(300, 1), month_frame(320, 2).iloc[20:]
    for found in migrations(before, after):
        assert found.counts.sum() == 320
        assert found.counts[:, found.names.index("不在册")].sum() == 20
        assert found.counts[found.names.index("不在册")].sum() == 20
        for at, name in enumerate(found.names[: found.grades]):
            graded = before[(before["星级"] != "") & (before[found.header] == name)]
            assert found.counts[at].sum() == len(graded)
        assert found.risen + found.fallen + found.stayed == found.counts[:5, :5].sum()


def test_better_and_worse_are_told_apart():
    found = migration(
        "星级", STARS, ["五星级", "三星级", "三星级", "待定"], ["四星级", "四星级", "三星级", "五星级"]
    )
    assert (found.risen, found.fallen, found.stayed) == (1, 1, 1)
    assert found.shares[2].tolist() == [0, 0.5, 0.5, 0, 0, 0, 0, 0]
    assert np.isnan(found.shares[4]).all()


@given(st.lists(st.sampled_from(STARS), max_size=20))
def test_nobody_moves_against_himself(names):
    found = migration("星级", STARS, names, names)
    assert (found.risen, found.fallen, found.stayed) == (0, 0, len(names))


# --- discrimination ---


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ties", [True, False])
def test_gini_is_optbinnings(seed, ties):
    scores, bad = scored(seed, ties)
    assert ks_and_gini(scores, bad)[1] == pytest.approx(classification.gini(bad, -scores), abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ties", [True, False])
def test_ks_is_scipys(seed, ties):
    scores, bad = scored(seed, ties)
    theirs = ks_2samp(scores[bad], scores[~bad]).statistic
    assert ks_and_gini(scores, bad)[0] == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_ks_is_optbinnings_but_for_the_customer_it_counts_short(seed):
    """optbinning counts the customers so far from 0, so that one good customer is always missing from its sum."""
    scores, bad = scored(seed, ties=False)
    theirs, _ = classification.ks(bad.astype(int), -scores)
    assert ks_and_gini(scores, bad)[0] != pytest.approx(abs(theirs), abs=1e-9)
    events = np.cumsum(bad[np.argsort(-scores)])
    gap = np.abs((np.arange(1, len(bad) + 1) - events) / (~bad).sum() - events / bad.sum()).max()
    assert ks_and_gini(scores, bad)[0] == pytest.approx(gap, abs=1e-9)
    assert abs(theirs) == pytest.approx(gap, abs=1.0000001 / (~bad).sum())


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=40))
def test_gini_by_comparing_every_pair(pairs):
    scores, bad = np.array([float(score) for score, _ in pairs]), np.array([flag for _, flag in pairs])
    assume(bad.any() and not bad.all())
    differences = np.sign(scores[~bad][:, None] - scores[bad][None, :])
    ks, gini = ks_and_gini(scores, bad)
    assert gini == pytest.approx(differences.mean(), abs=1e-9)
    assert abs(gini) <= 1 + 1e-12
    assert 0 <= ks <= 1 + 1e-12
    assert ks_and_gini(-scores, bad) == pytest.approx((ks, -gini), abs=1e-9)


@pytest.mark.parametrize(
    ("count", "bads", "verdict"),
    [
        (199, 60, "样本不足"),
        (200, 29, "样本不足"),
        (200, 200, "样本不足"),
        (200, 30, "良好"),
        (1000, 300, "良好"),
    ],
)
def test_too_few_say_nothing(count, bads, verdict):
    bad = np.arange(count) < bads
    found = discrimination("信用得分", np.arange(count, dtype=float), bad)
    assert (found.customers, found.bads, found.verdict) == (count, bads, verdict)
    assert math.isnan(found.ks) == math.isnan(found.gini) == (verdict == "样本不足")


@pytest.mark.parametrize(
    ("bads", "goods", "ks", "gini", "verdict"),
    [
        ((19, 81, 0), (0, 81, 19), 0.19, 0.3439, "区分力弱"),
        ((20, 80, 0), (0, 80, 20), 0.20, 0.36, "可用"),
        ((29, 71, 0), (0, 71, 29), 0.29, 0.4959, "可用"),
        ((30, 70, 0), (0, 80, 20), 0.30, 0.44, "良好"),
        ((39, 61, 0), (0, 100, 0), 0.39, 0.39, "可用"),
        ((40, 60, 0), (0, 100, 0), 0.40, 0.40, "良好"),
        ((50, 0, 50), (0, 100, 0), 0.50, 0.0, "区分力弱"),
        ((51, 0, 49), (0, 100, 0), 0.51, 0.02, "可用"),
    ],
)
def test_a_score_is_usable_and_good_from_its_bounds_on(bads, goods, ks, gini, verdict):
    scores = np.repeat([1.0, 2.0, 3.0] * 2, [*bads, *goods])
    found = discrimination("x", scores, np.arange(200) < 100)
    assert (found.ks, found.gini) == (pytest.approx(ks), pytest.approx(gini))
    assert found.verdict == verdict


def test_a_score_of_chance_is_weak_and_one_that_runs_backwards_too():
    random = np.random.default_rng(1)
    bad = random.uniform(size=4000) < 0.3
    assert discrimination("x", random.uniform(size=4000), bad).verdict == "区分力弱"
    backwards = discrimination("x", bad + random.uniform(size=4000), bad)
    assert (backwards.verdict, backwards.gini < -0.5) == ("区分力弱", True)


def test_customers_without_the_score_are_left_out():
    scores, bad = scored(1, ties=False)
    holes = np.where(np.arange(len(scores)) % 3 == 0, np.nan, scores)
    known = ~np.isnan(holes)
    assert discrimination("x", holes, bad) == discrimination("x", scores[known], bad[known])


@pytest.mark.filterwarnings("ignore:All-NaN")
@pytest.mark.parametrize(
    ("then", "later", "turned"),
    [
        (0, [(0, 0)], False), (0, [(30, 30)], False), (0, [(31, 0)], True), (0, [(0, 31)], True),
        (45, [(0, 45)], False), (45, [(0, 46)], True), (0, [(0, 0), (0, 0), (90, 0)], True),
        (0, [(None, None), (0, 0)], False), (0, [(None, None)], None),
        (0, [(None, 0)], False), (0, [(None, 31)], True), (0, [(0, None)], False), (0, [(31, None)], True),
    ],
)  # fmt: skip
def test_who_turned_bad(then, later, turned):
    frozen = pd.DataFrame({"客户编号": ["a"], "最长逾期天数": [float(then)]})
    most = np.nanmax(np.array([[(99.0, 99.0)] * len(later), later], dtype=float), axis=1)
    known, bad = turned_bad(
        frozen, pd.DataFrame({"客户编号": ["z", "a"], "当前欠费天数": most[:, 0], "最长逾期天数": most[:, 1]})
    )
    assert (bool(known[0]), bool(bad[0])) == ((False, False) if turned is None else (True, turned))


def test_a_ledger_of_seven_months_tells_how_good_its_first_score_was(tmp_path):
    ledger, count = Ledger.create(tmp_path / "a.sqlite"), 1500
    first = month_frame(count, 0)
    weak = (first["缴纳分"] < 50).to_numpy()
    for at in range(7):
        debts = np.where(weak & (np.arange(count) % 2 == 0) & (at == 3), 60.0, 0.0)
        if at == 6:
            with ledger.reading() as view:
                assert {each.verdict for each in discriminations(view, "2026-01")} == {"观察期未满"}
        frame = first if at == 0 else month_frame(count, 0, 当前欠费天数=debts, 最长逾期天数=np.zeros(count))
        close_month(ledger, f"2026-0{at + 1}", frame, DEFAULT, "张三", at=AT)
    with ledger.reading() as view:
        found = {each.name: each for each in discriminations(view, "2026-01")}
    assert found["信用得分"].customers == first["信用得分"].notna().sum()
    assert found["气费缴纳"].gini > found["信用得分"].gini > found["用气单位性质"].gini
    assert found["气费缴纳"].verdict == "可用"
    assert "燃气安全状况" not in found


# --- impact and sensitivity ---


def heavier(name: str, weight: float):
    rows = [evolve(row, weight=weight) if row.name == name else row for row in DEFAULT.indicators]
    return evolve(DEFAULT, indicators=rows)


def test_the_rules_in_force_as_a_draft_move_nobody():
    found = impact(customers(500), DEFAULT, DEFAULT, AS_OF)
    assert (found.moves, found.stars_up, found.stars_down, found.usage_at_stake) == ((), 0, 0, 0)
    assert all(each.risen == each.fallen == 0 for each in found.migrations)


def test_an_impact_says_who_moves_from_where_to_where_and_what_is_at_stake():
    sample, draft = customers(2000, 4), heavier("缴费方式", 40)
    found = impact(sample, DEFAULT, draft, AS_OF)
    before, after = (grade_sample(sample, rules, AS_OF) for rules in (DEFAULT, draft))
    moved = [
        row
        for row in range(2000)
        if before.credit_grade[row] != after.credit_grade[row] or before.star[row] != after.star[row]
    ]
    assert sorted(move.row for move in found.moves) == moved
    assert [move.usage for move in found.moves] == sorted((move.usage for move in found.moves), reverse=True)
    first = found.moves[0]
    assert (first.star_before, first.star_after) == (before.star_name(first.row), after.star_name(first.row))
    changed = [move for move in found.moves if move.star_before != move.star_after]
    assert found.usage_at_stake == pytest.approx(sum(move.usage for move in changed))
    stars = next(each for each in found.migrations if each.header == "星级")
    assert (stars.risen, stars.fallen) == (found.stars_up, found.stars_down)
    assert stars.counts.sum() == 2000
    assert stars.counts[stars.names.index("不参评"), stars.names.index("不参评")] == (~before.graded).sum()
    assert found.draft == draft.version
    assert found.usage >= found.usage_at_stake > 0


def test_sensitivity_is_what_grading_again_by_each_weight_gives():
    sample = customers(800, 6)
    now = grade_sample(sample, DEFAULT, AS_OF)
    found = sensitivity(sample, DEFAULT, AS_OF)
    on = [row for row in DEFAULT.indicators if row.on]
    assert {(each.indicator, each.points) for each in found} == {
        (row.name, sign * 5.0) for row in on for sign in (1, -1)
    }
    for each in found:
        then = grade_sample(sample, heavier(each.indicator, each.weight + each.points), AS_OF)
        assert each.star_moved == (then.star != now.star).sum()
        assert each.credit_moved == (then.credit_grade != now.credit_grade).sum()
    assert [each.star_moved for each in found] == sorted((each.star_moved for each in found), reverse=True)
    assert found[0].star_moved > 0


def test_a_weight_is_moved_to_nothing_at_the_least():
    found = sensitivity(customers(50), DEFAULT, AS_OF, points=12.0)
    assert min(each.weight + each.points for each in found) == 0
    assert {each.points for each in found if each.indicator == "用气单位性质"} == {12.0, -10.0}
