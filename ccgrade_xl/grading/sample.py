"""The whole sample: every customer's level, scores, credit grade, star and remark, in one vectorised pass."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.credit import Credit, credit_cap, credit_score
from ccgrade_xl.grading.customers import Coded, Customers, Floats, Integers, Mask
from ccgrade_xl.grading.indicators import Scored, indicator_scores, payment_scores
from ccgrade_xl.grading.scales import Scales, scales_of
from ccgrade_xl.grading.usage import usage_level, x_score
from ccgrade_xl.grading.veto import Vetoes, vetoes
from ccgrade_xl.rules.customer_states import ACTIVE
from ccgrade_xl.rules.ruleset import UNDECIDED, RuleSet

NONE = -2
"""Band position of a customer who is not graded."""

OPEN = -1
"""Band position of a grade that is 待定."""


@frozen(eq=False)
class Grades:
    """Graded customers, one array a column, in the customers' order.

    `graded` is False for customers not 在用; their scores are NaN and their positions `NONE`. `level`, `credit_grade`
    and `star` are positions in `scales.usage`, `.credit` and `.star` (0 the lowest), `OPEN` where 待定. `previous` is
    the credit grade each customer had, `held` where it allows one step up and no more.
    """

    customers: Customers
    scales: Scales
    as_of: dt.date
    graded: Mask
    level: Integers
    x: Floats
    scored: dict[str, Scored]
    credit: Credit
    veto: Vetoes
    provisional: Mask
    credit_grade: Integers
    y: Floats
    star_score: Floats
    star: Integers
    previous: Coded
    held: Mask

    def __len__(self) -> int:
        return len(self.customers)

    @cached_property
    def delay_decides(self) -> Mask:
        """Where the days of delay cost more payment points than the number of late payments alone."""
        customers, none = self.customers, np.zeros(len(self))
        lates = np.fmax(customers.late, np.where(customers.open_days > 0, 1.0, 0.0))
        mask: Mask = self.scored["payment"].score < payment_scores(lates, none, none, self.scales).score
        return mask

    def level_name(self, row: int) -> str:
        """Return 五级…一级, blank where usage is unknown or the customer is not graded."""
        return self.scales.usage.names[self.level[row]] if self.level[row] >= 0 else ""

    def credit_name(self, row: int) -> str:
        """Return 5A…1A or 待定, blank where the customer is not graded."""
        return band_name(self.scales.credit.names, int(self.credit_grade[row]))

    def star_names(self) -> list[str]:
        """Return every customer's star, as `star_name` does."""
        positions = self.star.tolist()
        named = {position: band_name(self.scales.star.names, position) for position in set(positions)}
        return [named[position] for position in positions]

    def star_name(self, row: int) -> str:
        """Return 五星级…一星级 or 待定, blank where the customer is not graded."""
        return band_name(self.scales.star.names, int(self.star[row]))


def band_name(names: tuple[str, ...], position: int) -> str:
    """Return a band's name, 待定 at `OPEN`, blank at `NONE`."""
    return names[position] if position >= 0 else UNDECIDED if position == OPEN else ""


def grade_sample(
    customers: Customers, rules: RuleSet, as_of: dt.date, previous: Coded | None = None
) -> Grades:
    """Grade every customer by the rules at a date (paper 3.1). Nothing depends on the order of rows.

    `previous` is each customer's credit grade of the last frozen month, 5A…1A; any other text and a blank say
    nothing. Only the switch 一期只升一级 looks at it.
    """
    scales = scales_of(rules)
    previous = Coded.blank(len(customers)) if previous is None else previous
    graded = is_graded(customers)
    level = usage_level(customers.usage, scales)
    scored = indicator_scores(customers, scales)
    credit = credit_score(scored, scales)
    veto = vetoes(customers.vetoes, customers.veto_date, as_of, scales)
    provisional = customers.months < rules.switches.provisional_months
    grade = _credit_grade(customers, credit, veto, provisional, scales)
    grade, held = _one_grade_up(grade, previous, scales)
    held &= graded
    level[~graded], grade[~graded] = NONE, NONE
    x, y = x_score(level, scales), scales.credit.standard_at(grade)
    star_score = x * y
    return Grades(
        customers=customers,
        scales=scales,
        as_of=as_of,
        graded=graded,
        level=level,
        x=x,
        scored=scored,
        credit=credit,
        veto=veto,
        provisional=provisional & graded,
        credit_grade=grade,
        y=y,
        star_score=star_score,
        star=star_of(star_score, grade, graded, scales),
        previous=previous,
        held=held,
    )


def is_graded(customers: Customers) -> Mask:
    """Return which customers take part: those 在用, and those whose state is blank."""
    taking_part = np.array([*(text == ACTIVE for text in customers.status.texts), True])
    result: Mask = taking_part[customers.status.codes]
    return result


def _credit_grade(
    customers: Customers, credit: Credit, veto: Vetoes, provisional: Mask, scales: Scales
) -> Integers:
    switches = scales.rules.switches
    grade = scales.credit.position(credit.score)
    cap = credit_cap(customers.options, scales)
    if cap is not None:
        grade = np.minimum(grade, cap)
    highest = scales.credit.at(switches.provisional_cap)
    grade = np.where(provisional, np.minimum(grade, highest), grade)
    grade[credit.completeness < switches.completeness_floor - 1e-9] = OPEN
    grade[veto.in_force] = 0
    return grade


def _one_grade_up(grade: Integers, previous: Coded, scales: Scales) -> tuple[Integers, Mask]:
    """Return each credit grade, at most one above the previous one, and where that held it down."""
    if not scales.rules.switches.one_grade_up:
        return grade, np.zeros(len(grade), dtype=np.bool_)
    names = scales.credit.names
    highest = [names.index(text) + 1 if text in names else len(names) for text in previous.texts]
    limit = np.array([*highest, len(names)], dtype=np.int64)[previous.codes]
    return np.minimum(grade, limit), grade > limit


def star_of(star_score: Floats, grade: Integers, graded: Mask, scales: Scales) -> Integers:
    """Return the star position of star scores X·Y, held to the credit grade's cap; `NONE` where not graded."""
    star = scales.star.position(np.round(star_score, 9))
    decided = star >= 0
    star[decided] = np.minimum(star[decided], scales.star_cap[grade[decided]])
    star[~graded] = NONE
    return star
