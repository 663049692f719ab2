"""How long does each button take that fills a sheet of a workbook open in LibreOffice? 20,000 customers, 36 frozen months.

    python -m benchmarks.libreoffice_casework

Buttons are pressed as the toolbar presses them, each twice: the first grading waits until LibreOffice has loaded Python, finds no
results and writes them all, the second one finds most as they are to be. At last the month is
closed. Seconds are those of the clock on the wall, and stand beside those LibreOffice takes to recalculate the same customers'
results as a sheet of native formulas.
"""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.casework import CUSTOMERS, MONTHS, MOST, REFRESHES, company, show_one
from benchmarks.libreoffice import customers, office
from benchmarks.measure import Figure, seconds, table
from ccgrade_xl.commands import COMMANDS
from examples.customers import AS_OF
from tests.hosts.native_formulas import write_native_book
from tests.hosts.office import Office


def measure() -> list[Figure]:
    """Return the time of a close, and of every refresh pressed for the first time and once more."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["CCGRADE_HOME"] = str(folder / "home")
        (folder / "book").mkdir()
        path = folder / "book" / "客户分级.xlsm"
        company(path)
        show_one(path)
        native = folder / "native.xlsx"
        write_native_book(native, customers(CUSTOMERS), AS_OF)
        with office(folder) as running:
            formulas = running.open(native)
            recalculated = min(seconds(formulas.calculateAll) for _ in range(2))
            formulas.close(True)
            document = running.open(path)
            taken = [
                {name: seconds(partial(_press, running, document, name)) for name in REFRESHES}
                for _ in range(2)
            ]
            closed = seconds(partial(_press, running, document, "close"))
            document.close(True)
    what = f"month close in LibreOffice, {CUSTOMERS:,} customers, {MONTHS} frozen months"
    return [
        Figure(what, f"{closed:.1f} s", "≤ 10 s", closed <= 10),
        *(_figure(words, each, recalculated) for words, each in zip(_WORDS, taken, strict=True)),
    ]


_WORDS = "pressed for the first time", "pressed again"


def _figure(words: str, taken: dict[str, float], recalculated: float) -> Figure:
    slowest = sorted(taken, key=lambda name: -taken[name])
    over = [name for name in slowest if taken[name] > MOST]
    said = "、".join(f"{COMMANDS[name].label} {taken[name]:.1f} s" for name in over or slowest[:1])
    shares = [spent / recalculated for spent in taken.values()]
    return Figure(
        f"each of {len(taken)} buttons in LibreOffice, {CUSTOMERS:,} customers, {MONTHS} frozen months, {words}",
        f"{min(taken.values()):.1f}–{max(taken.values()):.1f} s ({'over the aim' if over else 'slowest'}: {said}); "
        f"{min(shares):.0%}–{max(shares):.0%} of the {recalculated:.1f} s in which it recalculates their results as formulas",
        f"≤ {MOST} s",
        not over,
    )


def _press(office: Office, document: Any, name: str) -> None:
    result = office.dispatch(document, f"vnd.ccgrade:{name}", Silent=True)
    if result.State != 1:
        raise RuntimeError(f"{name}: {result.Result}")


if __name__ == "__main__":
    print(table(measure()))
