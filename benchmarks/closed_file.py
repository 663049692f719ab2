"""`ccgrade grade` on a closed workbook of 10,000 customers, against the script a user would write; and what each loses."""

from __future__ import annotations

import re
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from benchmarks.measure import Figure, in_turn, run
from examples.customers import AS_OF, clean_customers
from examples.generate import write_clean

CUSTOMERS = 10_000
TIMES_FASTER = 5


STRINGS = "xl/sharedStrings.xml"
"""No loss where it is gone: its texts may stand in the cells."""

RIBBON = b"relationships/ui/extensibility"
EXTENSION = rb"<ext |<x14:ext "
CACHED_VALUE = rb"</f><v>[^<]"


@frozen
class Losses:
    """What a writer dropped: whole parts, the way to the ribbon, extension blocks and cached formula values."""

    parts: tuple[str, ...]
    ribbon: bool
    extensions: int
    cached_values: int

    @classmethod
    def between(cls, before: Path, after: Path) -> Losses:
        """Compare a workbook with what a writer made of it."""
        old, new = _parts(before), _parts(after)
        return cls(
            tuple(sorted(set(old) - set(new) - {STRINGS})),
            RIBBON in old["_rels/.rels"] and RIBBON not in new["_rels/.rels"],
            _count(old, EXTENSION) - _count(new, EXTENSION),
            _count(old, CACHED_VALUE) - _count(new, CACHED_VALUE),
        )

    def __str__(self) -> str:
        lost = [
            ", ".join(self.parts),
            "the ribbon" if self.ribbon else "",
            f"{self.extensions} extension blocks (sparklines, formats)" if self.extensions > 0 else "",
            f"{self.cached_values} cached values" if self.cached_values > 0 else "",
        ]
        return ", ".join(filter(None, lost)) or "nothing"


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def _count(parts: Mapping[str, bytes], pattern: bytes) -> int:
    return sum(
        len(re.findall(pattern, text)) for name, text in parts.items() if name.startswith("xl/worksheets/")
    )


def make_book(folder: Path) -> Path:
    """Make a workbook from the template with the clean sample in it."""
    book, source = folder / "book.xlsm", folder / "clean.xlsx"
    write_clean(clean_customers(CUSTOMERS), source)
    run(_ccgrade(), "new", str(book))
    run(_ccgrade(), "import", str(book), str(source))
    return book


def _ccgrade() -> str:
    return str(Path(sys.executable).with_name("ccgrade"))


def measure() -> Figure:
    """Grade the same workbook both ways, in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder, date = Path(name), AS_OF.isoformat()
        book, ours, theirs = make_book(folder), folder / "ours.xlsm", folder / "theirs.xlsm"
        taken = in_turn(
            lambda: run(_ccgrade(), "grade", str(book), "-o", str(ours), "--as-of", date),
            lambda: run(
                sys.executable, "-Wignore", "-m", "benchmarks.user_script", str(book), str(theirs), date
            ),
            times=3,
        )
        lost = [Losses.between(book, after) for after in (ours, theirs)]
    faster = taken[1] / taken[0]
    return Figure(
        f"`ccgrade grade` on {CUSTOMERS:,} rows against pandas + openpyxl",
        f"{faster:.1f} × faster ({taken[0]:.1f} s : {taken[1]:.1f} s); loses {lost[0]} (the script: {lost[1]})",
        f"≥ {TIMES_FASTER} × faster, loses nothing",
        faster >= TIMES_FASTER and str(lost[0]) == "nothing",
    )


if __name__ == "__main__":
    print(measure())
