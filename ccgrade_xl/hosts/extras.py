"""What does a bare installation lack, and which extra of the package brings it?"""

from __future__ import annotations

from importlib.util import find_spec

MODULES = {
    "ledger": ("sqlalchemy", "psycopg", "chinese_calendar"),
    "report": ("reportlab",),
    "meters": ("ibis", "duckdb", "pyarrow", "pyaga8", "chinese_calendar"),
}
"""What each extra brings that ccgrade imports, the smallest extra first."""

PURPOSES = {"ledger": "月结、台账、任务和异议", "report": "PDF 报告", "meters": "远程抄表"}
"""What each extra is for."""


def extra_of(module: str) -> str:
    """Return the extra that brings a module, the smallest where several do; "" where none does."""
    return next((extra for extra, brought in MODULES.items() if module.partition(".")[0] in brought), "")


def missing_extras() -> tuple[str, ...]:
    """Return the extras of which something is not installed."""
    return tuple(extra for extra, brought in MODULES.items() if not all(map(find_spec, brought)))
