"""What the last scan found, asked from the command line: alarms, use, forecast, a picture of one meter."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccgrade_xl.cli.options import JsonOption
from ccgrade_xl.cli.showing import (
    ATTENTION,
    DONE,
    finish,
    print_json,
    print_table,
    progress,
    show_outcome,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ccgrade_xl.meters.result_records import Alarm, MonthVolume
    from ccgrade_xl.meters.results import Results
    from ccgrade_xl.workbook.book import Outcome

WhoArgument = Annotated[
    str | None, typer.Argument(metavar="NUMBER", help="表号或客户编号；省略时列出全部客户。")
]
ListOption = Annotated[
    Path | None, typer.Option("-o", "--out", metavar="FILE", help="写到 .parquet、.csv 或 .xlsx 文件。")
]
_SHOWN = 20
"""Rows of a list that the screen shows; the file and --json have all of them."""
_NAMED = 5


def finish_scan(
    found: Results, out: Path | None, said: Iterable[str], as_json: bool, filled: Outcome | None = None
) -> None:
    """Say what a scan found, and what else is to be `said`, and leave with its exit code: 1 where anybody has to look at something.

    Where a workbook was `filled`, the alarms to be handled are those its list holds.
    """
    from ccgrade_xl.workbook.book import Outcome  # noqa: PLC0415

    alarms, report = found.all_alarms(), found.report
    counts = Counter(alarm.severity for alarm in alarms)
    levels = "、".join(f"{level} {counts[level]} 条" for level in "高中低")
    unread = [header.text for header in report.headers if not header.column]
    unused = (
        f"没有用到的列：{'、'.join(unread[:_SHOWN])}{'等' if len(unread) > _SHOWN else ''}。"
        if unread
        else ""
    )
    told = "\n".join(text for text in (report.reading, unused) if text)
    written = f"\n异常清单已写入 {out}。" if out is not None else ""
    outcome = Outcome(
        f"已检查 {report.meters} 块表的 {report.readings} 条读数，截至 {report.as_of:%Y-%m-%d %H:%M}。异常：{levels}。"
        + (f"\n{told}" if told else "")
        + written,
        list(dict.fromkeys([*said, *_grave(counts, filled), *_attention(found, filled)])),
        {
            "as_of": report.as_of,
            "meters": report.meters,
            "readings": report.readings,
            "alarms": {level: counts[level] for level in "高中低"},
            "rejected": dict(report.rejected),
            "unknown_meters": list(report.unknown_meters),
            "silent_meters": list(report.silent_meters),
            "checks": [
                {
                    "check": run.code,
                    "state": run.state,
                    "meters": run.meters,
                    "without": run.without,
                    "lacking": list(run.lacking),
                }
                for run in report.checks
            ],
            "files": {"opened": report.opened, "listed": report.files, "reread": report.reread},
            "headers": [
                {"header": header.text, "column": header.column or None, "unit": header.unit or None}
                for header in report.headers
            ],
            "remarks": list(report.remarks),
            "settings": report.settings_hash,
            "results": str(found.path),
        },
    )
    if as_json:
        finish(outcome, as_json)
    show_outcome(outcome)
    _alarm_table(alarms)
    raise typer.Exit(ATTENTION if outcome.attention else DONE)


def _grave(counts: Counter[str], filled: Outcome | None) -> list[str]:
    """Say how many grave alarms are to be handled: of all found, or of those that a workbook lists."""
    if filled is None:
        return [f"有 {counts['高']} 条高级别异常，请先处理。"] if counts["高"] else []
    severities = filled.data["severities"]
    assert isinstance(severities, dict)  # noqa: S101 - `pages.meters.fill` gives it
    listed = severities["高"]
    return [f"清单里有 {listed} 条高级别异常，请先处理。"] if listed else []


def _attention(found: Results, filled: Outcome | None) -> list[str]:
    report = found.report
    said = [] if filled is None else list(filled.attention)
    said += [f"{count} 行不是读数：{cause}。" for cause, count in report.rejected.items()]
    for what, meters in (
        ("有读数，但不在表具档案里", report.unknown_meters),
        ("在用，但没有一条读数", report.silent_meters),
    ):
        if meters:
            more = "等" if len(meters) > _NAMED else ""
            said.append(f"{len(meters)} 块表{what}：{'、'.join(meters[:_NAMED])}{more}。")
    return [*said, *report.remarks, *map(str, report.not_run)]


def _alarm_table(alarms: Sequence[Alarm]) -> None:
    """Print how often each check found something: the gravest first."""
    by_code: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        by_code.setdefault(alarm.code, []).append(alarm)
    rows = [
        (
            code,
            *(str(sum(alarm.severity == level for alarm in of_code)) for level in "高中低"),
            str(len({alarm.meter_id for alarm in of_code})),
            f"{sum(alarm.stake_m3 or 0 for alarm in of_code):,.0f}",
        )
        for code, of_code in by_code.items()
    ]
    if rows:
        print_table(("异常", "高", "中", "低", "表数", "涉及气量 m³"), rows)


def alarm_rows(alarms: Sequence[Alarm]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return alarms as a list: headers and rows."""
    from attrs import astuple  # noqa: PLC0415

    from ccgrade_xl.meters.events import EVENT_COLUMNS  # noqa: PLC0415

    return tuple(column.header for column in EVENT_COLUMNS), [astuple(alarm) for alarm in alarms]


def usage(
    number: WhoArgument = None,
    month: Annotated[
        str | None,
        typer.Option("--month", metavar="MONTH", help="月份，如 2026-06；省略时为扫描到的最后一个月。"),
    ] = None,
    book: Annotated[
        Path | None,
        typer.Option(
            "--book", metavar="BOOK", help="把月均用气量和在用月数填进这个工作簿的“客户数据”（可撤销）。"
        ),
    ] = None,
    out: ListOption = None,
    as_json: JsonOption = False,
) -> None:
    """用气量：全部客户的一个月，或一块表、一个客户的逐月；--book 把月均用气量填进工作簿。"""
    from ccgrade_xl.meters.store import results  # noqa: PLC0415
    from ccgrade_xl.rules.dates import month_text  # noqa: PLC0415

    kept = results()
    if book is not None:
        _fill_book(book, kept, as_json)
    if number is not None:
        _show(*_months_of(kept, number), out, as_json, f"{number} 的逐月用气量。")
        return
    chosen = _month_in(month, kept)
    said = f"{month_text(chosen)} 各客户的用气量。{_of_those_alone(kept)}"
    _show(*_month_of_all(kept, chosen), out, as_json, said)


def forecast(
    number: WhoArgument = None,
    days: Annotated[int, typer.Option("--days", metavar="N", help="今后多少天。")] = 28,
    out: ListOption = None,
    as_json: JsonOption = False,
) -> None:
    """预测：全部客户今后若干天的用气量和余额可用天数，或一块表、一个客户的逐日预测和范围。"""
    from ccgrade_xl.errors import NothingToGrade  # noqa: PLC0415
    from ccgrade_xl.meters.store import results  # noqa: PLC0415

    kept = results()
    if number is not None:
        near = [(each.when, each.m3, each.low, each.high) for each in kept.forecast_days(number)]
        total = kept.forecast(number, days)
        _show(
            ("日期", "预计 m³", "下限 m³", "上限 m³"),
            near,
            out,
            as_json,
            f"{number} 今后 {days} 天预计 {total:,.0f} m³。",
        )
        return
    rows: list[tuple[Any, ...]] = []
    for customer in (*kept.customers(), *kept.alone()):
        try:
            rows.append((customer, kept.forecast(customer, days), kept.days_left(customer)))
        except NothingToGrade:
            rows.append((customer, None, None))
    headers = ("客户编号", f"今后 {days} 天 m³", "余额可用天数")
    _show(headers, rows, out, as_json, f"各客户今后 {days} 天预计的用气量。{_of_those_alone(kept)}")


def plot(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="表号或客户编号。")],
    days: Annotated[int, typer.Option("--days", metavar="N", help="画最后多少天。")] = 35,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="SVG", help="画成 SVG 图片；省略时画在屏幕上。")
    ] = None,
) -> None:
    """画一块表（或一个客户）最近的逐日用气量和异常：在屏幕上，或画成 SVG 图片。"""
    from ccgrade_xl.meters.store import results  # noqa: PLC0415
    from ccgrade_xl.reports.meter_plot import drawn_on_screen, drawn_svg, picture_of  # noqa: PLC0415

    picture = picture_of(results(), number, days)
    if out is None:
        typer.echo(drawn_on_screen(picture))
        return
    from ccgrade_xl.errors import FileFault  # noqa: PLC0415
    from ccgrade_xl.workbook.replace_file import write_text  # noqa: PLC0415

    if out.suffix.lower() != ".svg":
        raise FileFault(f"图片只能画成 .svg，不能画成“{out.suffix}”；请改 -o 的文件名。")
    write_text(out, drawn_svg(picture))
    typer.echo(f"已画到 {out}。")


def _fill_book(book: Path, kept: Results, as_json: bool) -> None:
    from ccgrade_xl.cli.options import open_book  # noqa: PLC0415
    from ccgrade_xl.pages.metered_usage import fill_metered_usage  # noqa: PLC0415

    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = fill_metered_usage(opened, kept)
        if outcome.data["changed"]:
            opened.commit()
    finish(outcome, as_json)


def _month_in(text: str | None, kept: Results) -> int:
    from ccgrade_xl.boundary import read_month  # noqa: PLC0415
    from ccgrade_xl.errors import CellFault, NotUnderstood  # noqa: PLC0415
    from ccgrade_xl.rules.dates import month_number  # noqa: PLC0415

    if text is None:
        return month_number(kept.report.last_day or kept.report.as_of)
    try:
        month = read_month(text)
    except CellFault as fault:
        raise fault.of("--month") from None
    if month != month:  # noqa: PLR0124 - NaN: blank
        raise NotUnderstood("--month 是空的，请按 2026-06 的样子填写。")
    return int(month)


def _months_of(kept: Results, number: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    from ccgrade_xl.rules.dates import month_text  # noqa: PLC0415

    rows = [
        (month_text(each.month), each.m3, each.estimated_m3, each.estimated_share, each.days)
        for each in kept.usage_months(number)
    ]
    return ("月份", "用气量 m³", "估算 m³", "估算占比", "有数天数"), rows


def _month_of_all(kept: Results, month: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    from ccgrade_xl.errors import NothingToGrade  # noqa: PLC0415

    rows: list[tuple[Any, ...]] = []
    for customer in (*kept.customers(), *kept.alone()):
        try:
            months = {each.month: each for each in kept.usage_months(customer)}
        except NothingToGrade:
            months = {}
        now = months.get(month)
        share = None if now is None else now.estimated_share
        rows.append((customer, *(_m3(months.get(at)) for at in (month, month - 1, month - 12)), share))
    return ("客户编号", "本月 m³", "上月 m³", "去年同月 m³", "估算占比"), rows


def _of_those_alone(kept: Results) -> str:
    """Say how many meters stand in a list of customers by themselves."""
    count = len(kept.alone())
    return (
        f"有 {count} 块表不知道是哪个客户的，写作“表号:…”列在后面；请在表具档案里补上客户编号。"
        if count
        else ""
    )


def _m3(volume: MonthVolume | None) -> float | None:
    return None if volume is None else volume.m3


def _show(
    headers: tuple[str, ...], rows: list[tuple[Any, ...]], out: Path | None, as_json: bool, said: str
) -> None:
    """Show a list, or write it to a file; --json prints all of it."""
    if out is not None:
        from ccgrade_xl.hosts.result_files import write_list  # noqa: PLC0415

        write_list(out, "结果", headers, rows)
        said += f"\n已写入 {out}，共 {len(rows)} 行。"
    if as_json:
        print_json({"message": said, "rows": [dict(zip(headers, row, strict=True)) for row in rows]})
        return
    typer.echo(said)
    if out is None:
        forms = [_form(header) for header in headers]
        print_table(headers, [tuple(map(_written, forms, row)) for row in rows[:_SHOWN]])
        if len(rows) > _SHOWN:
            typer.echo(f"……另有 {len(rows) - _SHOWN} 行，用 -o 写到文件，或用 --json 查看全部。")


def _written(form: Callable[[Any], str], cell: Any) -> str:
    return "" if cell is None else form(cell)


def _form(header: str) -> Callable[[Any], str]:
    if header.endswith("m³"):
        return "{:,.1f}".format
    if header.endswith("占比"):
        return "{:.1%}".format
    return "{:.1f}".format if header.endswith("可用天数") else str
