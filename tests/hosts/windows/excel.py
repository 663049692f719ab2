"""Running fake Excels under Wine, and a process that runs commands on what they have open."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import define

from tests.hosts.windows.fake_excel.stored import stored
from tests.hosts.windows.wine import CACHE, PYTHON, Wine, windows_path

IDL = Path(__file__).parent / "fake_excel" / "excel.idl"
ANSWER = b"answer: "
"""What an answer's line begins with; other lines are what Python has to say."""

SETTINGS = {
    "ScreenUpdating": True, "EnableEvents": True, "DisplayAlerts": True, "EnableCancelKey": 1,
    "Calculation": -4105, "StatusBar": False,
}  # fmt: skip
"""Excel's own settings, before a command and after it."""

SECONDS_TO_END = 10
WIDL = "x86_64-w64-mingw32-widl"


def compiled_library(folder: Path) -> Path:
    """Compile the type library of the fake Excel."""
    library = folder / "excel.tlb"
    system = CACHE / "prefix" / "drive_c" / "windows" / "system32"
    widl = shutil.which(WIDL) or WIDL
    subprocess.run([widl, "-t", "-o", str(library), "-L", str(system), str(IDL)], check=True)
    return library


def let_windows_open_windows(wine: Wine) -> None:
    """Give Windows a display of nothing: without any, programs could not make a window."""
    wine.run("reg.exe", "add", r"HKCU\Software\Wine\Drivers", "/v", "Graphics", "/d", "null", "/f")
    wine.kill("explorer.exe")


@define
class Conversation:
    """A Windows Python program that answers one JSON object a line with another."""

    process: subprocess.Popen[bytes]

    def ask(self, **order: Any) -> Any:
        """Give an order and return the answer; AssertionError with what it printed instead."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        said = []
        for line in iter(self.process.stdout.readline, b""):
            if line.startswith(ANSWER):
                return json.loads(line.removeprefix(ANSWER))
            said.append(line.decode(errors="replace"))
        raise AssertionError("".join(said))


@contextmanager
def conversation(wine: Wine, module: str, *arguments: str, **environment: str) -> Iterator[Conversation]:
    """Start a module of the tests as a Windows program; it ends when its standard input does."""
    with wine.start(str(PYTHON), "-m", module, *arguments, **environment) as process:
        try:
            yield Conversation(process)
        finally:
            _close(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    """End a program by ending its input; what Windows started beside it may keep its output open for longer."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()


@define
class Excel:
    """A running fake Excel."""

    talk: Conversation
    folder: Path

    def open(self, full_name: str, source: Path) -> None:
        """Open a workbook file under a full name."""
        model = self.folder / f"{source.stem}.json"
        model.write_text(json.dumps(stored(source)), "utf-8")
        self.ask("open", full_name=full_name, file=windows_path(model))

    def ask(self, what: str, **details: Any) -> Any:
        """Have it do something, and return its answer."""
        return self.talk.ask(do=what, **details)


@contextmanager
def running_excel(wine: Wine, library: Path, folder: Path) -> Iterator[Excel]:
    """Start a fake Excel without a workbook."""
    module = "tests.hosts.windows.fake_excel"
    with conversation(wine, module, windows_path(library)) as talk:
        yield Excel(talk, folder)
