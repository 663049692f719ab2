"""Every sentence ccgrade refuses with, and the Excel error each becomes in a cell.

A `CcgradeError` carries one Chinese sentence for the manager: what is wrong, where (sheet, cell, value) and
what to do. A `CellFault` is one that a formula can cause; its class says which Excel error the cell shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum


class CellError(Enum):
    """An Excel error value standing in a cell. The value is the text Excel shows.

    A formula that nobody has calculated, so that its file holds no result of it, is read as `CALC`.
    """

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    GETTING_DATA = "#GETTING_DATA"
    SPILL = "#SPILL!"
    CALC = "#CALC!"

    @property
    def named(self) -> str:
        """Name it within a sentence."""
        if self is CellError.CALC:
            return "没有算出结果的公式（请用 Excel 打开、保存后再试）"
        return f"错误值 {self.value}"

    @property
    def stored(self) -> str:
        """The text a file holds for it: the format knows none of the newest, and Excel writes these so, too."""
        return "#VALUE!" if self in (CellError.CALC, CellError.SPILL) else f"{self.value}"


class CcgradeError(Exception):
    """Something ccgrade will not do; `str()` is the sentence the manager reads."""


class CellFault(CcgradeError):
    """A cell function's argument cannot be used; `error` is what the cell shows."""

    error: CellError = CellError.VALUE

    def of(self, argument: str) -> CellFault:
        """Return the same fault, its sentence naming the argument."""
        return type(self)(f"参数“{argument}”：{self}")


class NothingToGrade(CellFault):
    """没有可评的内容：blank, or unknown. Shows #N/A."""

    error = CellError.NA


class NothingScanned(NothingToGrade):
    """还没有扫描结果：no scan was completed on this machine, or what it left cannot be read. Shows #N/A."""


class NotUnderstood(CellFault):
    """看不懂：a text where a number belongs, an option or rule version that does not exist. Shows #VALUE!."""

    error = CellError.VALUE


class OtherUnit(NotUnderstood):
    """单位不对：a number in a unit that is not the column's. Shows #VALUE!."""


class OutOfRange(CellFault):
    """超出范围：a negative usage, count or number of days. Shows #NUM!."""

    error = CellError.NUM


class PassedThrough(CellFault):
    """An argument is itself an Excel error; the result is the same error."""

    def __init__(self, error: CellError) -> None:
        super().__init__(f"引用的单元格是{error.named}，请先改正它。")
        self.error = error

    def of(self, argument: str) -> CellFault:
        """Return the same fault; the error value already says where it comes from."""
        return self


class RuleFaults(CcgradeError):
    """评分规则有问题：every fault at once, each a sentence naming table, row and remedy; `where` names what has them."""

    def __init__(self, faults: Sequence[str], where: str = "评分规则") -> None:
        self.faults = tuple(faults)
        super().__init__(f"{where}有 {len(self.faults)} 处问题：\n" + "\n".join(self.faults))


class UnknownRules(NotUnderstood):
    """A rule version text that no kept rule set carries."""


class FileFault(CcgradeError):
    """A file cannot be read or written as asked: missing, locked, not a workbook, too large, hostile."""


class BookFault(CcgradeError):
    """A workbook lacks what a command needs: a sheet, a table, a column, a name."""


class LedgerFault(CcgradeError):
    """The ledger cannot be read or written as asked: missing, damaged, read-only, busy, from a newer version."""


class MonthClosed(LedgerFault):
    """月份已经月结：a frozen month is not frozen again, and what is frozen does not change."""


class Cancelled(CcgradeError):
    """The user pressed Esc; nothing was written."""
