"""Which files hold readings, and what kind of file is each?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.addresses import is_address

PARQUET, TEXT, SHEET, DATABASE = (
    (".parquet", ".pq"),
    (".csv", ".txt", ".tsv"),
    (".xlsx", ".xlsm"),
    (".duckdb", ".db", ".ddb"),
)

_OTHER = (".xls", ".xlsb", ".ods", ".et", ".zip", ".rar", ".7z", ".gz", ".xml", ".json")
"""What may hold readings and cannot be read."""
_NAMED = 3


def files_in(folder: Path) -> list[Path]:
    """Return the readable files of a folder, by name; what is being written (hidden, .tmp, .part) is left for the next time."""
    kinds = (*PARQUET, *TEXT, *SHEET)
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and file.suffix.lower() in kinds and not file.name.startswith((".", "_", "~$"))
    )
    if not files:
        told = "".join(left_out(folder)) or "请检查路径。"
        raise FileFault(f"文件夹“{folder}”里没有 Parquet、CSV 或 .xlsx 文件，{told}")
    return files


def left_out(source: Any) -> tuple[str, ...]:
    """Say which files of a folder look like readings and are of a kind that cannot be read."""
    if not isinstance(source, str | Path) or is_address(source) or not Path(source).is_dir():
        return ()
    names = sorted(
        file.name
        for file in Path(source).rglob("*")
        if file.suffix.lower() in _OTHER and file.is_file() and not file.name.startswith((".", "_", "~$"))
    )
    if not names:
        return ()
    more = " 等" if len(names) > _NAMED else ""
    return (
        f"文件夹里有 {len(names)} 个读不了的文件，没有读入：{'、'.join(names[:_NAMED])}{more}。"
        "请解压或另存为 .xlsx 或 CSV 后再扫描。",
    )


def files_of(source: Any) -> list[Path]:
    """Return the files a source is read from; none where it is no path, or nothing readable is there."""
    if not isinstance(source, str | Path) or is_address(source):
        return []
    path = Path(source)
    if path.is_file():
        return [path]
    try:
        return files_in(path) if path.is_dir() else []
    except FileFault:
        return []


def kind_of(file: Path) -> tuple[str, ...]:
    """Return `PARQUET`, `TEXT`, `SHEET` or `DATABASE`. Raises `FileFault` for any other file."""
    suffix = file.suffix.lower()
    for kind in (PARQUET, TEXT, SHEET, DATABASE):
        if suffix in kind:
            return kind
    raise FileFault(f"文件“{file.name}”不是 Parquet、CSV、.xlsx 或 DuckDB 文件。请另存为其中一种后再试。")
