"""Who moved from where to where between two gradings: migration matrices by count of customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from attrs import frozen

from ccgrade_xl.rules.ruleset import CREDIT_GRADES, STARS, UNDECIDED, USAGE_LEVELS

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger.frozen_table import Columns

LADDERS: dict[str, tuple[str, ...]] = {"用气量等级": USAGE_LEVELS, "信用等级": CREDIT_GRADES, "星级": STARS}
"""The grades that migrate, each from the best down."""

NOT_GRADED, ABSENT = "不参评", "不在册"


@frozen(eq=False)
class Migration:
    """Customers by where they stood before (rows) and stand now (columns).

    `names` are the grades from the best down, then 待定 (usage: unknown), 不参评 and 不在册. Everybody who stands in
    either grading is counted once.
    """

    header: str
    names: tuple[str, ...]
    counts: npt.NDArray[np.int64]

    @property
    def grades(self) -> int:
        """How many of the names are grades."""
        return len(self.names) - 3

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        """Each row as parts of those who stood there before; NaN where nobody did."""
        totals = self.counts.sum(axis=1, keepdims=True)
        nothing = np.full(self.counts.shape, np.nan)
        shares: npt.NDArray[np.float64] = np.divide(self.counts, totals, out=nothing, where=totals > 0)
        return shares

    @property
    def risen(self) -> int:
        """Customers whose grade is better than before."""
        return int(np.tril(self._graded, -1).sum())

    @property
    def fallen(self) -> int:
        """Customers whose grade is worse than before."""
        return int(np.triu(self._graded, 1).sum())

    @property
    def stayed(self) -> int:
        """Customers whose grade is the same as before."""
        return int(np.trace(self._graded))

    @property
    def _graded(self) -> npt.NDArray[np.int64]:
        return self.counts[: self.grades, : self.grades]


def migrations(before: Columns, after: Columns) -> tuple[Migration, ...]:
    """Return the matrices of usage level, credit grade and star between two frozen months."""
    places = {number: at for at, number in enumerate(after["客户编号"].tolist())}
    stands_at = [places.pop(number, None) for number in before["客户编号"].tolist()]
    joined = list(places.values())
    found = []
    for header, ladder in LADDERS.items():
        old, new = _standings(before, header), _standings(after, header)
        now = [ABSENT if at is None else new[at] for at in stands_at] + [new[at] for at in joined]
        found.append(migration(header, ladder, [*old, *[ABSENT] * len(joined)], now))
    return tuple(found)


def migration(header: str, ladder: Sequence[str], before: Sequence[str], after: Sequence[str]) -> Migration:
    """Count where customers stood and stand, both by name in one order; any other name counts as 待定."""
    names = (*ladder, UNDECIDED, NOT_GRADED, ABSENT)
    at = dict.fromkeys((*before, *after), len(ladder)) | {name: place for place, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    for (was, now), customers in Counter(zip(before, after, strict=True)).items():
        counts[at[was], at[now]] += customers
    return Migration(header, names, counts)


def _standings(table: Columns, header: str) -> list[str]:
    """Return where each customer stands; one that was not graded has no star either."""
    standing = zip(table[header].tolist(), table["星级"].tolist(), strict=True)
    return [name if star else NOT_GRADED for name, star in standing]
