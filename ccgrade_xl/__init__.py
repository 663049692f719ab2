"""ccgrade: grade city-gas business customers in Excel, LibreOffice and closed files.

The public API is `RuleSet` and `grade`. Both load on first use, so that `ccgrade --help` and the first
formula of a day do not wait for numpy and pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccgrade_xl.rules.ruleset import RuleSet
    from ccgrade_xl.sample import grade

__version__ = "0.1.0"
__all__ = ["RuleSet", "__version__", "grade"]

_HOMES = {"RuleSet": "ccgrade_xl.rules.ruleset", "grade": "ccgrade_xl.sample"}


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - the point is to import late

    return getattr(import_module(_HOMES[name]), name)
