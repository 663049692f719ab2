"""What do the remote meters say? Readings, checks, alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccgrade_xl.meters.report import ScanReport
    from ccgrade_xl.meters.scanning import scan
    from ccgrade_xl.meters.settings import Settings

__all__ = ["ScanReport", "Settings", "scan"]

_HOME = {
    "ScanReport": "report",
    "Settings": "settings",
    "scan": "scanning",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is first asked for."""
    from importlib import import_module  # noqa: PLC0415

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
