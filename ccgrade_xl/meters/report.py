"""What a scan did: which checks ran on how many meters, which did not and why, and what could not be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from ccgrade_xl.meters.checks import CHECKS
from ccgrade_xl.meters.declaration import Check
from ccgrade_xl.meters.headers import Header
from ccgrade_xl.meters.readings import READING_COLUMN, REGISTERS
from ccgrade_xl.meters.registry import REGISTRY_COLUMN
from ccgrade_xl.meters.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

RAN, PARTLY, NOT_RUN, OFF = "已检查", "部分检查", "未检查", "未启用"


@frozen
class CheckRun:
    """How a check went: `state`, the meters it ran on, those it could not, and the Chinese headers of what these lack."""

    code: str
    state: str
    meters: int
    without: int
    lacking: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.state == OFF:
            return f"{self.code}：未启用。"
        if self.state == RAN:
            return f"{self.code}：已检查 {self.meters} 块表。"
        return f"{self.code}：{self.state}，{self.without} 块表缺少{'、'.join(self.lacking)}。"


@frozen(eq=False)
class ScanReport:
    """What a scan did, beside its events.

    `now` is the moment silence and future are measured from; `rejected` counts rows that are no readings by cause, `rejects` keeps
    them; `unknown_meters` send readings but are not in the registry, `silent_meters` the other way round.
    Of an incremental scan: `opened` are the files read this time, `files` how many the folder has, `reread` says why all of them were read
    (empty where only new ones, or at the first time). `headers` are those of the source as they were understood.
    """

    meters: int
    readings: int
    now: dt.datetime | None
    checks: tuple[CheckRun, ...]
    rejected: Mapping[str, int]
    rejects: pd.DataFrame = field(repr=False)
    unknown_meters: tuple[str, ...] = ()
    silent_meters: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    opened: tuple[str, ...] | None = None
    files: int = 0
    reread: str = ""
    headers: tuple[Header, ...] = ()

    @property
    def reading(self) -> str:
        """Say how many files were opened and why; "" where no scan before is remembered."""
        return "" if self.opened is None else said_of_files(len(self.opened), self.files, self.reread)


def said_of_files(opened: int, files: int, reread: str) -> str:
    """Say how many files of a folder were opened, and why all of them were."""
    if reread:
        return f"读了全部 {opened} 个文件：{reread}"
    if opened == files:
        return f"第一次读取，读了全部 {opened} 个文件。"
    return f"读了 {opened} 个新文件，其余 {files - opened} 个上次已读过。"


def check_runs(settings: Settings, registry_table: pd.DataFrame, has: pd.DataFrame) -> tuple[CheckRun, ...]:
    """Return how each check went; the tables have one row a meter: what the registry knows, which readings it has and
    `hours_apart`, the longest time between two of them on its best day.
    """
    return tuple(_run(check, settings, registry_table, has) for check in CHECKS)


def _run(check: Check, settings: Settings, registry_table: pd.DataFrame, has: pd.DataFrame) -> CheckRun:
    import numpy as np  # noqa: PLC0415

    count = len(has)
    if not settings.is_on(check):
        return CheckRun(check.code, OFF, 0, count)
    can = np.ones(count, dtype=bool)
    lacking: list[str] = []
    for name in check.reads:
        there = has[name].to_numpy(dtype=bool) if name in has else np.zeros(count, dtype=bool)
        can &= _noted(there, _header(name, has), lacking)
    if check.reads_any:
        there = np.zeros(count, dtype=bool)
        for name in check.reads_any:
            there |= has[name].to_numpy(dtype=bool) if name in has else False
        can &= _noted(there, " 或 ".join(_header(name, has) for name in check.reads_any), lacking)
    for name in check.knows:
        can &= _noted(
            registry_table[name].notna().to_numpy(dtype=bool), REGISTRY_COLUMN[name].header, lacking
        )
    if check.within_hours:
        often = has["hours_apart"].to_numpy(dtype=float) <= check.hours_apart
        can &= _noted(often, f"相隔不超过 {check.within_hours:g} 小时的读数", lacking)
    ran = int(can.sum())
    state = RAN if ran == count else PARTLY if ran else NOT_RUN
    return CheckRun(check.code, state, ran, count - ran, tuple(lacking))


def _header(name: str, has: pd.DataFrame) -> str:
    """Return the header of what a meter lacks: of a register that the source has, the second reading to compare with."""
    return READING_COLUMN[name].header + ("（至少两次读数）" if name in REGISTERS and name in has else "")


def _noted(there: npt.NDArray[np.bool_], header: str, lacking: list[str]) -> npt.NDArray[np.bool_]:
    """Note the header when some meter lacks it; return who has it."""
    if not there.all():
        lacking.append(header)
    return there
