"""The command line of the remote meters: `ccgrade meters …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccgrade_xl.cli.meter_headers import (
    MapOption,
    ProfileOption,
    absent,
    from_anywhere,
    headers,
    known_headers,
    refuse,
    told_headers,
)
from ccgrade_xl.cli.meter_results import forecast, plot, usage
from ccgrade_xl.cli.options import JsonOption, open_book
from ccgrade_xl.cli.showing import progress
from ccgrade_xl.cli.wording import COMMAND, OPTIONS, Command, Group

if TYPE_CHECKING:
    import datetime as dt

    from ccgrade_xl.meters.results import Results
    from ccgrade_xl.meters.settings import Settings
    from ccgrade_xl.workbook.book import Outcome

_HELP = "远程抄表：检查读数、找出异常，查用气量，预测，画图；模拟一批表具；导出异常规则。"
meters_app = typer.Typer(
    help=_HELP,
    cls=Group,
    options_metavar=OPTIONS,
    subcommand_metavar=COMMAND,
    no_args_is_help=True,
)


@meters_app.callback(help=_HELP)
def meters() -> None:
    """Declare what all commands of the remote meters share."""


@meters_app.command(cls=Command, options_metavar=OPTIONS)
def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="放读数、表具档案和故障清单的空文件夹。")],
    count: Annotated[int, typer.Option("--meters", metavar="N", help="表具数。")] = 200,
    start: Annotated[
        str, typer.Option("--start", metavar="DATE", help="第一天，如 2025-01-01。")
    ] = "2025-01-01",
    days: Annotated[int, typer.Option("--days", metavar="N", help="天数。")] = 365,
    interval: Annotated[
        int, typer.Option("--interval", metavar="MINUTES", help="上传间隔，不超过 60 分钟。")
    ] = 60,
    faulty: Annotated[
        float, typer.Option("--faulty", metavar="SHARE", help="有故障的表具的比例，0–1。")
    ] = 0.3,
    shifted: Annotated[
        bool, typer.Option("--shifted", help="故障大小取另一个范围，用来检验准确度。")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="随机种子；同一种子结果相同。")] = 1,
) -> None:
    """模拟一批表具上传的读数，附表具档案和已知的故障，用来试用和检验。"""
    from rich.console import Console  # noqa: PLC0415 - each command waits for its own imports only

    from ccgrade_xl.boundary import read_date  # noqa: PLC0415
    from ccgrade_xl.errors import NotUnderstood, OutOfRange  # noqa: PLC0415
    from ccgrade_xl.meters.simulation import FleetSpec, write_simulation  # noqa: PLC0415

    first = read_date(start)
    if first is None:
        raise NotUnderstood("--start 是空的，请按 2025-01-01 的样子填写。")
    if seed < 0:
        raise OutOfRange(f"--seed 应不小于 0，现在是 {seed}。")
    fleet = FleetSpec(meters=count, faulty_share=faulty, shifted=shifted)
    with Console(stderr=True).status("正在模拟……") as shown:
        rows = write_simulation(
            folder,
            fleet,
            seed=seed,
            start=first,
            days=days,
            interval_minutes=interval,
            status=lambda text, share: shown.update(f"{text}（{share:.0%}）"),
        )
    typer.echo(
        f"已模拟 {count} 块表 {days} 天，共 {rows} 条读数。\n"
        f"读数：{folder / 'readings'}\n表具档案：{folder / 'registry.parquet'}\n"
        f"已知的故障：{folder / 'truth.parquet'}\n室外温度：{folder / 'weather.parquet'}"
    )


@meters_app.command(cls=Command, options_metavar=OPTIONS)
def scan(
    readings: Annotated[
        str,
        typer.Argument(
            metavar="READINGS", help="读数：文件或文件夹（Parquet、CSV、.xlsx、DuckDB），或 数据库连接#表。"
        ),
    ],
    registry: Annotated[
        Path | None, typer.Option("--meters", metavar="REGISTRY", help="表具档案文件；省略时对表具一无所知。")
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option("--settings", metavar="TOML", help="异常规则文件，由 meters settings 导出。"),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option("--engine", metavar="URL", help="在哪里计算，Ibis 连接字符串；省略时在本机。"),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="TIME",
            help="现在的时间，如 2026-06-30 08:00；省略时为最后一条读数（个别时钟快了的表不算）。",
        ),
    ] = None,
    weather: Annotated[
        Path | None,
        typer.Option("--weather", metavar="FILE", help="室外气温文件（日期、气温），供预测使用。"),
    ] = None,
    with_forecast: Annotated[bool, typer.Option("--forecast/--no-forecast", help="是否预测用气量。")] = True,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="把异常清单写到 .parquet、.csv 或 .xlsx。"),
    ] = None,
    maps: MapOption = None,
    profile: ProfileOption = "",
    zone: Annotated[
        str, typer.Option("--zone", metavar="ZONE", help="没有写明时区的读数时间是哪个时区的。")
    ] = "Asia/Shanghai",
    full: Annotated[
        bool, typer.Option("--full", help="文件夹里的文件全部重读；省略时只读上次以后新增的文件。")
    ] = False,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state", metavar="DIR", help="把读过哪些文件记在这个文件夹；省略时记在本人的文件夹里。"
        ),
    ] = None,
    book: Annotated[
        Path | None,
        typer.Option("--book", metavar="BOOK", help="把结果填进这个工作簿的“远程抄表”（可撤销）。"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """检查全部表具的读数：找出异常，统计用气量，预测，并留给公式、工作表和其他命令使用。"""
    from ccgrade_xl.cli.meter_results import alarm_rows, finish_scan  # noqa: PLC0415
    from ccgrade_xl.hosts.result_files import check_kind, write_list  # noqa: PLC0415
    from ccgrade_xl.meters.opening import need_libraries  # noqa: PLC0415

    if out is not None:
        check_kind(out)
    chosen, now, told = _settings_in(settings), _time_in(as_of), told_headers(maps)
    _check_zone(zone)
    need_libraries()
    from ccgrade_xl.meters.headers import UnknownHeaders  # noqa: PLC0415
    from ccgrade_xl.meters.job import run  # noqa: PLC0415
    from ccgrade_xl.meters.profiles import remember_headers  # noqa: PLC0415
    from ccgrade_xl.meters.seen import own_state  # noqa: PLC0415

    with progress(quiet=as_json) as status:
        known = known_headers(readings, told, profile, None if book is None else open_book(book, status))
        try:
            found = run(
                readings,
                registry,
                chosen,
                engine,
                now,
                weather,
                status,
                with_forecast,
                profile=known,
                zone=zone,
                incremental=state or own_state(readings, engine),
                full=full,
            )
        except UnknownHeaders as fault:
            refuse(fault)
        missing = absent(told, found.report.headers)
        remember_headers(readings, {each: known[each] for each in known if each not in missing}, profile)
    if out is not None:
        names, rows = alarm_rows(found.all_alarms())
        write_list(out, "异常", names, rows)
    filled = None if book is None else _fill_book(book, readings, found, as_json)
    finish_scan(found, out, missing.values(), as_json, filled)


def _fill_book(book: Path, readings: str, found: Results, as_json: bool) -> Outcome:
    from ccgrade_xl.pages.meter_headers import keeps_headers, with_headers  # noqa: PLC0415
    from ccgrade_xl.pages.meters import fill  # noqa: PLC0415

    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        rows = None
        if keeps_headers(opened):
            rows = with_headers(opened, from_anywhere(readings), found.report.headers)
        outcome = fill(opened, found, headers=rows)
        opened.commit()
    if not as_json:
        typer.echo(outcome.message)
    return outcome


@meters_app.command("settings", cls=Command, options_metavar=OPTIONS)
def export_settings(
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="TOML", help="写到这个文件；省略时显示在屏幕上。")
    ] = None,
) -> None:
    """把默认的异常规则（每项的开关和阈值）导出为 TOML 文件，改好后用于 meters scan --settings。"""
    from ccgrade_xl.meters.settings import settings_text  # noqa: PLC0415

    if out is None:
        typer.echo(settings_text(), nl=False)
        return
    from ccgrade_xl.workbook.replace_file import write_text  # noqa: PLC0415

    write_text(out, settings_text())
    typer.echo(f"已导出到 {out}。")


def _settings_in(path: Path | None) -> Settings | None:
    if path is None:
        return None
    from ccgrade_xl.errors import FileFault  # noqa: PLC0415
    from ccgrade_xl.meters.settings import parse_settings  # noqa: PLC0415

    try:
        return parse_settings(path.read_text("utf-8-sig"), f"异常规则文件“{path.name}”")
    except (OSError, UnicodeDecodeError) as error:
        raise FileFault(f"异常规则文件“{path}”读不出来，请检查路径；文件应为 UTF-8 文本。") from error


def _check_zone(zone: str) -> None:
    from ccgrade_xl.errors import NotUnderstood  # noqa: PLC0415
    from ccgrade_xl.meters.readings import is_zone  # noqa: PLC0415

    if not is_zone(zone):
        raise NotUnderstood(f"--zone “{zone}”不是时区名，请写成 Asia/Shanghai 这样的名称。")


def _time_in(text: str | None) -> dt.datetime | None:
    """Return the moment an option names: a date alone is its end."""
    if text is None:
        return None
    import datetime as dt  # noqa: PLC0415

    from ccgrade_xl.boundary import read_date  # noqa: PLC0415
    from ccgrade_xl.errors import CellFault, NotUnderstood  # noqa: PLC0415

    try:
        found = dt.datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        try:
            date = read_date(text)
        except CellFault as fault:
            raise fault.of("--as-of") from None
        if date is None:
            raise NotUnderstood("--as-of 是空的，请按 2026-06-30 08:00 的样子填写。") from None
        found = dt.datetime.combine(date, dt.time())
    if found.tzinfo is not None:
        raise NotUnderstood("--as-of 请写读数所在时区的当地时间，不带时区。")
    whole_day = found.time() == dt.time() and ":" not in text
    return found + dt.timedelta(days=1) if whole_day else found


for _ask in (usage, forecast, plot, headers):
    meters_app.command(cls=Command, options_metavar=OPTIONS)(_ask)
