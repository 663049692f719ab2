"""What is at risk: money owed and money prepaid, by star. What is owed is an estimate, for no bill is seen here."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.customers import Customers, Floats, Mask
from ccgrade_xl.grading.indicators import prepayment_months
from ccgrade_xl.grading.sample import OPEN, Grades
from ccgrade_xl.rules.ruleset import UNDECIDED

DAYS_OF_A_MONTH = 30.0


@frozen
class Exposure:
    """Graded customers of one star (or all): how many, who owe, how much (yuan), prepaid (yuan), months of bills.

    `covered` is the prepaid balance ÷ mean monthly bill of those whose both are known, None where nobody's are;
    `enough` the share of them who have prepaid at least a month.
    """

    name: str
    customers: int
    owing: int
    arrears: float
    balance: float
    covered: float | None
    enough: float | None


def estimated_arrears(open_days: Floats, bill: Floats) -> Floats:
    """Return about how much is owed, yuan: days in arrears × mean monthly bill ÷ 30 (`default`); 0 where unknown."""
    arrears: Floats = np.nan_to_num(np.fmax(open_days, 0.0) * np.fmax(bill, 0.0) / DAYS_OF_A_MONTH)
    return arrears


def exposures(grades: Grades) -> tuple[Exposure, ...]:
    """Return what is at risk by star from the highest, then 待定, then 合计."""
    names = grades.scales.star.names
    found = [
        _exposure(names[at] if at >= 0 else UNDECIDED, grades.customers, grades.graded & (grades.star == at))
        for at in (*range(len(names) - 1, -1, -1), OPEN)
    ]
    return (*found, _exposure("合计", grades.customers, grades.graded))


def _exposure(name: str, customers: Customers, here: Mask) -> Exposure:
    arrears = estimated_arrears(customers.open_days, customers.bill)[here]
    months = prepayment_months(customers.balance, customers.bill)[here]
    known = ~np.isnan(months)
    balance, bill = customers.balance[here], customers.bill[here]
    return Exposure(
        name,
        int(here.sum()),
        int((np.nan_to_num(customers.open_days[here]) > 0).sum()),
        float(arrears.sum()),
        float(np.nansum(balance)),
        float(balance[known].sum() / bill[known].sum()) if known.any() else None,
        float((months[known] >= 1).mean()) if known.any() else None,
    )
