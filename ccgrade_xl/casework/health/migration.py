"""Who moved from where to where between two gradings: migration matrices by count of customers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import frozen

from ccgrade_xl.grading.sample import UNDECIDED
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, STARS, USAGE_LEVELS

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


def migrations(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Migration, ...]:
    """Return the matrices of usage level, credit grade and star between two frozen months."""
    places = {number: at for at, number in enumerate(after["客户编号"].tolist())}
    numbers = before["客户编号"].tolist()
    known = set(numbers)
    joined = [at for number, at in places.items() if number not in known]
    found = []
    for header, ladder in LADDERS.items():
        old, new = _standings(before, header), _standings(after, header)
        pairs = [
            (standing, new[places[number]] if number in places else ABSENT)
            for number, standing in zip(numbers, old, strict=True)
        ]
        pairs += [(ABSENT, new[at]) for at in joined]
        found.append(migration(header, ladder, [pair[0] for pair in pairs], [pair[1] for pair in pairs]))
    return tuple(found)


def migration(header: str, ladder: Sequence[str], before: Sequence[str], after: Sequence[str]) -> Migration:
    """Count where customers stood and stand, both by name in one order; any other name counts as 待定."""
    names = (*ladder, UNDECIDED, NOT_GRADED, ABSENT)
    at = {name: position for position, name in enumerate(names)}
    unknown = at[UNDECIDED]
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    rows = np.array([at.get(name, unknown) for name in before], dtype=np.int64)
    columns = np.array([at.get(name, unknown) for name in after], dtype=np.int64)
    np.add.at(counts, (rows, columns), 1)
    return Migration(header, names, counts)


def _standings(frame: pd.DataFrame, header: str) -> list[str]:
    """Return where each customer stands; one that was not graded has no star either."""
    graded = (frame["星级"] != "").tolist()
    return [
        name if takes_part else NOT_GRADED
        for name, takes_part in zip(frame[header].tolist(), graded, strict=True)
    ]
