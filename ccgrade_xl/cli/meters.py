"""The command line of the remote meters: `ccgrade meters …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccgrade_xl.cli.wording import COMMAND, OPTIONS, Command, Group

meters_app = typer.Typer(
    help="远程抄表：模拟一批表具的读数。",
    cls=Group,
    options_metavar=OPTIONS,
    subcommand_metavar=COMMAND,
    no_args_is_help=True,
)


@meters_app.callback()
def meters() -> None:
    """远程抄表：模拟一批表具的读数。"""


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
