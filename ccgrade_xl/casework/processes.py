"""The processes of the manual as data: steps, who does them, by when, on what basis, with which form."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeVar

from attrs import frozen

from ccgrade_xl.casework.calendar import UNITS, DueDate, Limit, due
from ccgrade_xl.errors import FileFault, NothingToGrade, NotUnderstood
from ccgrade_xl.rules.wording import plain, shown

Basis = Literal["依据", "默认值"]


@frozen
class Step:
    """One step of a process. `limit` is None where there is none; `source` is where a published limit stands.

    An `alternative` takes the place of the step before it.
    """

    name: str
    owner: str
    limit: Limit | None
    form: str = ""
    note: str = ""
    source: str = ""
    alternative: bool = False

    @property
    def basis(self) -> Basis:
        """Whether the limit has a published source, or is a reasoned default to be edited."""
        return "依据" if self.source else "默认值"


@frozen
class Process:
    """One process of the manual; `aliases` are other names it goes by."""

    name: str
    owner: str
    steps: tuple[Step, ...]
    aliases: tuple[str, ...] = ()


@frozen
class City:
    """When a city lets the supply be cut for arrears, and how soon it must be restored; None: nothing published."""

    name: str
    rule: str
    overdue_days: int | None = None
    overdue_from: str = ""
    notice_days: int | None = None
    restore_hours: int | None = None
    source: str = ""

    @property
    def basis(self) -> Basis:
        """Whether the rule has a published source."""
        return "依据" if self.source else "默认值"


@frozen
class Manual:
    """Every process and every city, in the order of the manual."""

    processes: tuple[Process, ...]
    cities: tuple[City, ...]

    def process(self, name: object) -> Process:
        """Return a process by name or alias. Raises `NotUnderstood` with the names there are."""
        return _named(name, self.processes, "流程", lambda process: (process.name, *process.aliases))

    def step(self, process: object, name: object) -> Step:
        """Return a step of a process by name. Raises `NotUnderstood` with the names there are."""
        found = self.process(process)
        return _named(name, found.steps, f"“{found.name}”的步骤", lambda step: (step.name,))

    def city(self, name: object) -> City:
        """Return a city's rule on arrears. Raises `NotUnderstood` with the names there are."""
        return _named(name, self.cities, "城市", lambda city: (city.name, f"{city.name}市"))

    def due(self, process: object, step: object, start: dt.date, *, extended: bool = False) -> DueDate:
        """Return by when a step is due that starts on a day (CCG_DUE).

        Raises `NotUnderstood` for a process or step that is not in the manual, `NothingToGrade` where the step has
        no limit.
        """
        found = self.step(process, step)
        if found.limit is None:
            raise NothingToGrade(f"“{self.process(process).name}”的“{found.name}”没有时限。")
        return due(start, found.limit, extended=extended)


@cache
def default_manual() -> Manual:
    """Return the manual that ccgrade ships (`processes.toml`)."""
    return parse_manual(files("ccgrade_xl.casework").joinpath("processes.toml").read_text("utf-8"))


def parse_manual(text: str) -> Manual:
    """Return the manual a TOML text holds. Raises `FileFault` naming the process and step that cannot be read."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileFault(f"流程文件不合 TOML 格式（{error}），请检查引号、括号和逗号。") from error
    processes = tuple(_process(item) for item in _rows(document, "processes"))
    cities = tuple(_made(City, item, f"城市 {item.get('name')}") for item in _rows(document, "cities"))
    _each_once([name for process in processes for name in (process.name, *process.aliases)], "流程")
    _each_once([city.name for city in cities], "城市")
    return Manual(processes, cities)


def manual_of(rows: Sequence[Mapping[str, object]], base: Manual | None = None) -> Manual:
    """Return the manual that the rows of table 流程步骤 hold, by header, in their order; cities are those of `base`.

    Raises `NotUnderstood` naming the process and step whose limit is not understood.
    """
    known = base or default_manual()
    found: dict[str, list[Step]] = {}
    for row in rows:
        name, step = (str(row.get(header) or "").strip() for header in ("流程", "步骤"))
        if name and step:
            found.setdefault(name, []).append(_edited_step(name, step, row))
    by_name = {process.name: process for process in known.processes}
    processes = (
        Process(name, steps[0].owner, tuple(steps), by_name[name].aliases if name in by_name else ())
        for name, steps in found.items()
    )
    return Manual(tuple(processes), known.cities)


def _edited_step(process: str, name: str, row: Mapping[str, object]) -> Step:
    count, extension = (_whole(process, name, header, row.get(header)) for header in ("时限", "可延长"))
    unit = str(row.get("单位") or "").strip()
    if count is not None and unit not in UNITS:
        raise NotUnderstood(
            f"流程“{process}”的“{name}”：单位 {shown(unit)} 不认识，应为{'、'.join(UNITS)}之一。"
        )
    limit = None if count is None else Limit(count, unit, extension or 0)  # type: ignore[arg-type]
    words = (str(row.get(header) or "").strip() for header in ("岗位", "表单", "要点", "依据"))
    owner, form, note, source = words
    return Step(name, owner, limit, form, note, "" if source == "默认值" else source)


def _whole(process: str, name: str, header: str, cell: object) -> int | None:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    try:
        number = float(str(cell))
    except ValueError:
        number = -1.0
    if number < 0 or not number.is_integer():
        raise NotUnderstood(f"流程“{process}”的“{name}”：{header}{shown(cell)}不是 0 或更大的整数，请改正。")
    return int(number)


def _process(item: dict[str, Any]) -> Process:
    name = str(item.get("name"))
    steps = tuple(_step(name, row) for row in _rows(item, "steps"))
    if not steps:
        raise FileFault(f"流程“{name}”没有步骤，请补上。")
    _each_once([step.name for step in steps], f"流程“{name}”的步骤")
    return _made(Process, item | {"steps": steps, "aliases": tuple(item.get("aliases", ()))}, f"流程“{name}”")


def _step(process: str, row: dict[str, Any]) -> Step:
    place = f"流程“{process}”的步骤“{row.get('name')}”"
    row = dict(row)
    count, unit, extension = row.pop("count", None), row.pop("unit", None), row.pop("extension", 0)
    if (count is None) != (unit is None) or (unit is not None and unit not in UNITS):
        raise FileFault(f"{place}：时限要写 count 和 unit 两项，unit 是{'、'.join(UNITS)}之一，请改正。")
    for key, number in (("count", count or 0), ("extension", extension)):
        if type(number) is not int or number < 0:
            raise FileFault(f"{place}：{key} {shown(number)}不是 0 或更大的整数，请改正。")
    limit = None if count is None else Limit(count, unit, extension)
    if "limit" in row:
        raise FileFault(f"{place}：不认识 limit，时限请写成 count 和 unit 两项。")
    return _made(Step, {**row, "limit": limit}, place)


def _rows(item: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = item.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileFault(f"流程文件的 {key} 应当是若干项的列表，请改正。")
    return rows


T = TypeVar("T")


def _made(declared: type[T], values: dict[str, Any], place: str) -> T:
    try:
        return declared(**values)
    except TypeError as error:
        raise FileFault(f"{place}：缺少一项或多了不认识的一项（{error}），请改正。") from error


def _each_once(names: Sequence[str], what: str) -> None:
    twice = [name for at, name in enumerate(names) if name in names[:at]]
    if twice:
        raise FileFault(f"{what}“{twice[0]}”出现了两次，请删去其中一个。")


def _named(name: object, items: Sequence[T], what: str, names: Any) -> T:
    wanted = plain(str(name))
    for item in items:
        words: Iterable[str] = names(item)
        if wanted in {plain(word) for word in words}:
            return item
    known = "、".join(names(item)[0] for item in items)
    raise NotUnderstood(f"没有叫{shown(name)}的{what}，可用的有：{known}。")
