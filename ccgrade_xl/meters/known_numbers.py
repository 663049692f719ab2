"""Which meters and customers does the last complete scan know, and whom does a number mean?"""

from __future__ import annotations

from functools import cached_property

from ccgrade_xl.errors import NothingToGrade, NotUnderstood
from ccgrade_xl.meters.result_records import Subject
from ccgrade_xl.meters.results_reading import KeptFile
from ccgrade_xl.rules.wording import shown


class KnownNumbers:
    """The numbers of meters and customers in one file of results."""

    def __init__(self, file: KeptFile) -> None:
        self._file = file

    def meters(self) -> dict[str, str]:
        """Return the customer number of every meter; "" where the registry does not know the meter, or not whose it is."""
        return dict(self._file.rows("SELECT meter, customer FROM meters ORDER BY meter"))

    def customers(self) -> dict[str, tuple[str, ...]]:
        """Return the meters of every customer in the registry."""
        found: dict[str, list[str]] = {}
        for customer, meter in self._file.rows(
            "SELECT customer, meter FROM meters WHERE customer <> '' ORDER BY customer, meter"
        ):
            found.setdefault(customer, []).append(meter)
        return {customer: tuple(meters) for customer, meters in found.items()}

    def alone(self) -> tuple[str, ...]:
        """Return the meters that belong to no customer, as `find` takes them for meters whatever else has their number."""
        rows = self._file.rows("SELECT meter FROM meters WHERE customer = '' ORDER BY meter")
        return tuple(f"表号:{meter}" for (meter,) in rows)

    def find(self, number: str) -> Subject:
        """Return whom a number means; one that lost its leading zeros is found again.

        Raises `NotUnderstood` where it is one customer's number and another one's meter, or several differ by zeros only.
        """
        kind, bare = _kind(number)
        meter = customer = None
        if kind != "客户编号":
            meter = self._file.rows("SELECT series, days_left, customer FROM meters WHERE meter = ?", bare)
        if kind != "表号":
            customer = self._file.rows("SELECT series, days_left FROM customers WHERE customer = ?", bare)
        if meter and customer and (meter[0][2] != bare or meter[0][0] != customer[0][0]):
            raise NotUnderstood(
                f"{shown(bare)} 既是表号又是客户编号，请写成“表号:{bare}”或“客户编号:{bare}”。"
            )
        if meter:
            return Subject(bare, True, *meter[0][:2])
        if customer:
            return Subject(bare, False, *customer[0])
        if bare.isascii() and bare.isdigit() and (whole := self.with_zeros(bare)) != bare:
            return self.find(number.replace(bare, whole))
        raise NothingToGrade(
            f"上次扫描的结果里没有表号或客户编号 {shown(bare)}，请核对编号；新装的表请先登记并重新扫描。"
        )

    def with_zeros(self, number: str) -> str:
        """Return the one known number that differs by leading zeros only; `number` itself where it is known or none is such.

        Raises `NotUnderstood` where several are.
        """
        known = self._by_digits.get(number.lstrip("0"), ())
        if number in known or not known:
            return number
        if len(known) > 1:
            raise NotUnderstood(
                f"{shown(number)} 丢了开头的 0，可能是 {'、'.join(sorted(known))}。请把编号改成文本。"
            )
        return next(iter(known))

    @cached_property
    def _by_digits(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for (number,) in self._file.rows("SELECT meter FROM meters UNION SELECT customer FROM customers"):
            found.setdefault(number.lstrip("0"), set()).add(number)
        return found


def _kind(number: str) -> tuple[str, str]:
    for kind in ("表号", "客户编号"):
        for colon in ":：":
            if number.startswith(kind + colon):
                return kind, number[len(kind) + 1 :].strip()
    return "", number
