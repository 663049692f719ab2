"""What would other rules do? The impact of a draft before it is adopted, and which weight matters most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
from attrs import evolve, frozen

from ccgrade_xl.casework.health.migration import LADDERS, NOT_GRADED, Migration, migration
from ccgrade_xl.grading.customers import Coded, Customers, Integers
from ccgrade_xl.grading.sample import Grades, grade_sample
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.validation import faults

POINTS = 5.0
"""By how much a weight is moved to see what hangs on it (`default`)."""


@frozen
class Move:
    """One customer, by its row in the sample, whose grade or star the draft changes; usage in m³/month."""

    row: int
    credit_before: str
    credit_after: str
    star_before: str
    star_after: str
    usage: float


@frozen(eq=False)
class Impact:
    """What a draft rule set changes: matrices, movers (the largest users first), and the usage of changed stars."""

    draft: str
    migrations: tuple[Migration, ...]
    moves: tuple[Move, ...]
    stars_up: int
    stars_down: int
    usage_at_stake: float
    usage: float


@frozen
class Sensitivity:
    """What happens when one weight moves: how many customers change credit grade and star, and their usage."""

    indicator: str
    weight: float
    points: float
    credit_moved: int
    star_moved: int
    usage_moved: float


def impact(
    customers: Customers, rules: RuleSet, draft: RuleSet, as_of: dt.date, previous: Coded | None = None
) -> Impact:
    """Grade a sample by the rules in force and by a draft, and compare; `previous` is as in `grade_sample`."""
    before, after = (grade_sample(customers, each, as_of, previous) for each in (rules, draft))
    usage = np.nan_to_num(customers.usage)
    changed = (before.star != after.star) | (before.credit_grade != after.credit_grade)
    rows = np.flatnonzero(changed)
    rows = rows[np.argsort(-usage[rows], kind="stable")]
    both = (before.star >= 0) & (after.star >= 0)
    return Impact(
        draft=draft.version,
        migrations=_migrations(before, after),
        moves=tuple(_move(before, after, int(row)) for row in rows),
        stars_up=int((both & (after.star > before.star)).sum()),
        stars_down=int((both & (after.star < before.star)).sum()),
        usage_at_stake=float(usage[before.star != after.star].sum()),
        usage=float(usage[before.graded].sum()),
    )


def sensitivity(
    customers: Customers, rules: RuleSet, as_of: dt.date, *, points: float = POINTS
) -> tuple[Sensitivity, ...]:
    """Move each weight that counts by so many points up and down, and grade again; the most moved customers first.

    A weight is moved to 0 at the least; a move that leaves no rules to grade by is left out. 一期只升一级 is not looked
    at: what hangs on a weight is asked, not what this month would show.
    """
    now = grade_sample(customers, rules, as_of)
    usage, found = np.nan_to_num(customers.usage), []
    for row in rules.indicators:
        for change in (points, -points):
            weight = max(row.weight + change, 0.0)
            moved = evolve(
                rules,
                indicators=[
                    evolve(each, weight=weight) if each is row else each for each in rules.indicators
                ],
            )
            if not row.on or weight == row.weight or faults(moved):
                continue
            then = grade_sample(customers, moved, as_of)
            stars = now.star != then.star
            found.append(
                Sensitivity(
                    indicator=row.name,
                    weight=row.weight,
                    points=weight - row.weight,
                    credit_moved=int((now.credit_grade != then.credit_grade).sum()),
                    star_moved=int(stars.sum()),
                    usage_moved=float(usage[stars].sum()),
                )
            )
    return tuple(sorted(found, key=lambda each: (-each.star_moved, -each.credit_moved, -each.usage_moved)))


def _move(before: Grades, after: Grades, row: int) -> Move:
    return Move(
        row=row,
        credit_before=before.credit_name(row),
        credit_after=after.credit_name(row),
        star_before=before.star_name(row),
        star_after=after.star_name(row),
        usage=float(before.customers.usage[row]),
    )


def _migrations(before: Grades, after: Grades) -> tuple[Migration, ...]:
    of: dict[str, tuple[Callable[[Grades], Integers], Callable[[Grades], tuple[str, ...]]]] = {
        "用气量等级": (lambda grades: grades.level, lambda grades: grades.scales.usage.names),
        "信用等级": (lambda grades: grades.credit_grade, lambda grades: grades.scales.credit.names),
        "星级": (lambda grades: grades.star, lambda grades: grades.scales.star.names),
    }
    return tuple(
        migration(header, ladder, *(_names(grades, *of[header]) for grades in (before, after)))
        for header, ladder in LADDERS.items()
    )


def _names(
    grades: Grades, positions: Callable[[Grades], Integers], names: Callable[[Grades], tuple[str, ...]]
) -> list[str]:
    words = (*names(grades), NOT_GRADED, "")
    return [words[position] for position in positions(grades).tolist()]
