"""Which column of the readings is which: said once on the command line, remembered for the source, listed and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ccgrade_xl.cli.options import JsonOption
from ccgrade_xl.cli.showing import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ccgrade_xl.hosts.closed_file import ClosedFileBook
    from ccgrade_xl.meters.headers import Header, UnknownHeaders
    from ccgrade_xl.meters.profiles import Profile

MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="表头=列",
        help="读数里的哪一列是哪一列，可以写多次，如 --map 编码甲=表号 --map 读数1=工况累计（L）；不读的写 不用。说过一次就记住。",
    ),
]
ProfileOption = Annotated[
    str, typer.Option("--profile", metavar="NAME", help="用（或把 --map 记为）这个名称的表头对照。")
]


def told_headers(maps: Sequence[str] | None) -> dict[str, str]:
    """Return what `--map` says, by header. Raises `NotUnderstood`."""
    from ccgrade_xl.errors import NotUnderstood  # noqa: PLC0415
    from ccgrade_xl.meters.headers import meaning  # noqa: PLC0415
    from ccgrade_xl.rules.wording import shown  # noqa: PLC0415

    told = {}
    for text in maps or ():
        header, _, column = text.rpartition("=")
        if not header.strip() or not column.strip():
            raise NotUnderstood(f"--map {shown(text)} 看不懂，请写成 表头=列，如 --map 编码甲=表号。")
        try:
            meaning(column)
        except NotUnderstood as fault:
            raise NotUnderstood(f"--map {shown(text)}：{fault}") from None
        told[header.strip()] = column.strip()
    return told


def known_headers(
    readings: str, told: dict[str, str], name: str, book: ClosedFileBook | None
) -> dict[str, str]:
    """Return what the headers of a source mean: as told now, as the workbook says, as the profile says. Raises `CcgradeError`."""
    from ccgrade_xl.meters.profiles import merged, profile_named, profile_of, profiles  # noqa: PLC0415
    from ccgrade_xl.pages.meter_headers import headers_told  # noqa: PLC0415
    from ccgrade_xl.rules.wording import plain  # noqa: PLC0415

    if name and told and all(plain(each.name) != plain(name) for each in profiles()):
        profile = None
    else:
        profile = profile_named(name) if name else profile_of(readings)
    before = {} if profile is None else profile.columns
    if book is not None:
        before = merged(before, headers_told(book, from_anywhere(readings)))
    return merged(before, told)


def refuse(fault: UnknownHeaders) -> NoReturn:
    """Raise the fault with how to say on the command line which column is which."""
    from ccgrade_xl.errors import FileFault  # noqa: PLC0415
    from ccgrade_xl.meters.headers import IGNORED  # noqa: PLC0415
    from ccgrade_xl.meters.readings import READING_COLUMNS  # noqa: PLC0415

    free = next((header.text for header in fault.headers if not header.column), "某列")
    columns = "、".join(column.header for column in READING_COLUMNS)
    raise FileFault(
        f'{fault}\n在命令后面加 --map "表头=列"，例如 --map "{free}={fault.lacking[0].split(" ")[0]}"，可以写多次，说过一次就记住。'
        f'列可以是 {columns}，不读的写 {IGNORED}；单位写在括号里，如 --map "读数1=工况累计（L）"。'
    ) from None


def absent(told: Iterable[str], headers: Sequence[Header]) -> dict[str, str]:
    """Return the headers that were told and are not among those of the readings, each with a sentence."""
    from ccgrade_xl.rules.wording import plain, shown  # noqa: PLC0415

    there = {plain(header.text) for header in headers}
    missing = (each for each in told if plain(each) not in there)
    return {each: f"--map 里的表头{shown(each)}不在读数里，请核对写法。" for each in missing}


def from_anywhere(readings: str) -> str:
    """Return a path as it is from anywhere: in a workbook, a relative one is taken from the workbook's folder."""
    from pathlib import Path  # noqa: PLC0415

    from ccgrade_xl.meters.addresses import is_address  # noqa: PLC0415

    return readings if is_address(readings) else str(Path(readings).absolute())


def headers(
    forget: Annotated[
        str | None, typer.Option("--forget", metavar="NAME", help="忘掉这个名称的表头对照。")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """列出记下的表头对照：哪一份读数，哪一列是哪一列；--forget 忘掉一个。"""
    from ccgrade_xl.meters.profiles import forget as forgotten  # noqa: PLC0415
    from ccgrade_xl.meters.profiles import profiles, profiles_file  # noqa: PLC0415

    gone = None if forget is None else forgotten(forget)
    known = profiles()
    if as_json:
        print_json({"file": str(profiles_file()), "profiles": [_told(profile) for profile in known]})
        return
    if gone is not None:
        typer.echo(f"已忘掉表头对照“{gone.name}”。")
    if not known:
        typer.echo("还没有记下表头对照。认不出表头的读数，扫描时用 --map 表头=列 说明，说过一次就记住。")
        return
    for profile in known:
        typer.echo(f"{profile.name}：{'、'.join(profile.places) or '没有用在哪一份读数上'}")
        print_table(("读数里的表头", "列"), list(profile.columns.items()))
    typer.echo(f"记在 {profiles_file()}，可以修改。")


def _told(profile: Profile) -> dict[str, object]:
    return {"name": profile.name, "places": list(profile.places), "headers": dict(profile.columns)}
