"""The cell functions of the month's work: what the ledger says of a customer, and how far a sample has shifted.

A formula has no workbook at hand: these read the ledger that a command used last on this machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccgrade_xl import boundary
from ccgrade_xl.answering import Argument, Block
from ccgrade_xl.errors import LedgerFault, NothingToGrade, NotUnderstood, PassedThrough
from ccgrade_xl.functions.declaring import function
from ccgrade_xl.last_ledger import last_ledger
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccgrade_xl.casework.ledger import View

_CUSTOMER = Argument("customer", "客户编号", "客户编号，一个单元格，按文本填写，前导零不丢。", "any")
_HISTORY = ("月均用气量", "用气量等级", "信用得分", "信用等级", "综合得分", "星级", "完整度")


@function(
    "CCG_HISTORY",
    "一户历次月结的评级：带表头的一片，每月一行，从早到晚；读本机最近用过的评级台账。",
    _CUSTOMER,
    Argument("months", "月数", "只要最近几个月；省略时全部。", "any", True),
    spills=True,
)
def _history(customer: object, months: object) -> Block:
    number, count = _number(customer), 0 if months is None else _count(months)
    with _ledger() as view:
        found = view.history(number, _HISTORY, count)
    if not len(found):
        raise NothingToGrade(f"评级台账里没有客户 {number}，请核对客户编号。")
    rows = (tuple(boundary.cell_of(cell) for cell in row) for row in found.rows())
    return (("月份", *_HISTORY), *rows)


@function(
    "CCG_GRADE_AT",
    "一户在某个月结时的星级；读本机最近用过的评级台账。",
    _CUSTOMER,
    Argument("month", "月份", "月份，如 2026-03，也可以是那个月的一个日期。", "any"),
)
def _grade_at(customer: object, month: object) -> CellValue:
    number, named = _number(customer), boundary.read_month_text(_one(month, "月份"))
    if named is None:
        raise NothingToGrade("参数“月份”是空的，请填写，如 2026-03。")
    with _ledger() as view:
        found = view.history(number, ("星级",))
    stars = dict(zip(found["月份"].tolist(), found["星级"].tolist(), strict=True))
    if named not in stars:
        raise NothingToGrade(f"评级台账里没有客户 {number} 在 {named} 的评级。")
    return str(stars[named]) or "不参评"


@function(
    "CCG_PSI",
    "样本稳定性 PSI：两组分布差多远。小于 0.1 稳定，0.1–0.25 有偏移，更大是明显偏移。",
    Argument("expected", "原分布", "原来各档的户数或占比，一片单元格。", "block"),
    Argument("actual", "现分布", "现在各档的户数或占比，与原分布同样多。", "block"),
)
def _psi(expected: Block, actual: Block) -> float:
    from ccgrade_xl.casework.health.stability import psi  # noqa: PLC0415

    index = psi(_counts(expected, "原分布"), _counts(actual, "现分布"))
    if index != index:  # noqa: PLR0124 - NaN
        raise NothingToGrade("原分布或现分布全是 0 或空白，无法比较。")
    return index


@contextmanager
def _ledger() -> Iterator[View]:
    """Look at the ledger a command used last. Raises `NothingToGrade` where there is none to be read."""
    place = last_ledger()
    if place is None:
        raise NothingToGrade("这台电脑还没有用过评级台账：先在工作簿里按一次“月结”或“查看台账”。")
    if find_spec("sqlalchemy") is None:
        raise NothingToGrade('评级台账需要附加组件 sqlalchemy，请管理员运行：pip install "ccgrade[ledger]"。')
    from ccgrade_xl.casework.ledger import Ledger  # noqa: PLC0415 - the first formula must not wait for it

    try:
        with Ledger.open(place).reading() as view:
            yield view
    except LedgerFault as fault:
        hint = "" if isinstance(place, Path) else "公式不知道密码：请放进 .pgpass 或环境变量 PGPASSWORD。"
        raise NothingToGrade(f"{fault}{hint}") from None


def _one(given: Any, label: str) -> CellValue:
    """Return the one cell of an argument that takes no range."""
    cell = given
    while isinstance(cell, tuple | list):
        if len(cell) != 1:
            raise NotUnderstood(f"参数“{label}”只能是一个单元格。")
        cell = cell[0]
    if (error := boundary.error_in(cell)) is not None:
        raise PassedThrough(error)
    return cell  # type: ignore[no-any-return]


def _number(customer: object) -> str:
    try:
        number = identifier(_one(customer, "客户编号"))
    except UnusableIdentifier as reason:
        raise NotUnderstood(f"参数“客户编号”：{reason}。") from None
    if number is None:
        raise NothingToGrade("参数“客户编号”是空的，请填写客户编号。")
    return number


def _count(months: object) -> int:
    return boundary.read_whole(_one(months, "月数"), "月") or 0


def _counts(block: Block, label: str) -> Sequence[float]:
    try:
        numbers = [boundary.read_number(cell) for row in block for cell in row]
    except PassedThrough:
        raise
    except (NotUnderstood, NothingToGrade) as fault:
        raise fault.of(label) from None
    return [0.0 if number != number else number for number in numbers]  # noqa: PLR0124 - NaN
