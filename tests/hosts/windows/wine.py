"""A private Windows for the tests: a copy of the prefix that `setup` made, under one code page."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from threading import Event, Thread

from attrs import frozen

ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".cache" / "windows"
PYTHON = CACHE / "python" / "python.exe"
WINE, WINESERVER = (Path("/usr/lib/wine", name) for name in ("wine64", "wineserver64"))

LOCALES = {936: "zh_CN.UTF-8", 1252: "C.UTF-8"}
"""The locale whose code page Wine takes over, by code page."""

SECONDS = 120
"""How long a program may take."""

QUIET_SECONDS = 0.5
"""After a program's end: how long nothing must arrive on a stream that what it started keeps open."""


_DONE = "done"
_PROGRAM = """
Dim files, source, said, place, texts(9)
Set files = CreateObject("Scripting.FileSystemObject")
Set source = files.OpenTextFile("{}", 1, False, -1)
Set said = files.CreateTextFile("{}", True, True)
Do While Not source.AtEndOfStream
    texts(place) = source.ReadLine
    place = place + 1
Loop
{}
Say "done"
said.Close

Sub Say(text)
    said.WriteLine text
End Sub
"""


def why_missing() -> str:
    """Return why the Windows lane cannot run here, in one line; "" where it can."""
    if not WINE.exists():
        return "Wine is not installed (bash tests/hosts/windows/setup)"
    if not PYTHON.exists() or not (CACHE / "prefix" / "made_from").exists():
        return "the Windows Python is not set up (bash tests/hosts/windows/setup)"
    return ""


def windows_path(path: Path) -> str:
    """Return how Windows programs call a file of this machine."""
    return "Z:" + str(path.resolve()).replace("/", "\\")


@frozen
class Wine:
    """A Windows of one's own: its drive C and registry live in `prefix`."""

    prefix: Path
    code_page: int

    @property
    def drive_c(self) -> Path:
        """The folder that Windows programs see as C:\\."""
        return self.prefix / "drive_c"

    def path(self, windows: str) -> Path:
        """Return where a path of this Windows (C:… or Z:…) lies on this machine."""
        drive, _, rest = windows.replace("\\", "/").partition(":/")
        return (self.drive_c if drive.upper() == "C" else Path("/")) / rest

    def run(
        self, *command: str, timeout: float = SECONDS, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a Windows program to its own end; standard output holds both streams.

        What it started may live on and keep the streams open, as a COM server does: nobody waits for that.
        """
        with self.start(*command, **environment) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(stdin.encode())
            process.stdin.close()
            chunks: list[bytes] = []
            ended = Event()
            stream = os.dup(process.stdout.fileno())
            reader = Thread(target=_read_until_quiet, args=(stream, chunks, ended), daemon=True)
            reader.start()
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            finally:
                ended.set()
            reader.join()
        return subprocess.CompletedProcess(command, code, _decoded(b"".join(chunks), self.code_page))

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a Windows program; its streams are pipes, for Windows Python cannot use files under Wine 8."""
        return subprocess.Popen(
            [str(WINE), *command],
            env={**self._environment(), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def python(self, *arguments: str, timeout: float = SECONDS, **environment: str) -> str:
        """Run the Windows Python and return what it prints; AssertionError with that text where it fails."""
        done = self.run(str(PYTHON), *arguments, timeout=timeout, PYTHONIOENCODING="utf-8", **environment)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def cscript(self, text: str, folder: Path, *texts: str) -> list[str]:
        """Run an ASCII VBScript kept in `folder`; return the lines it hands to the sub `Say`.

        It finds `texts` as `texts(0)`, `texts(1)`… Wine's own VBScript has no ChrW, and its Echo crashes on Chinese.
        """
        script, given, said = (folder / name for name in ("client.vbs", "given.txt", "said.txt"))
        given.write_text("".join(f"{line}\n" for line in texts), encoding="utf-16", newline="\r\n")
        program = _PROGRAM.format(windows_path(given), windows_path(said), text)
        script.write_text(program, encoding="ascii", newline="\r\n")
        self.run("cscript.exe", "//nologo", windows_path(script))
        lines = said.read_text(encoding="utf-16").splitlines()
        assert lines[-1:] == [_DONE], f"the script ended early, after: {lines}"  # without a word of its own
        return lines[:-1]

    def kill(self, image: str) -> None:
        """End every program of this Windows that was started from a file of this name, without asking it."""
        self.run("taskkill.exe", "/F", "/IM", image)

    def processes(self, image: str) -> list[int]:
        """Return the process ids on this machine of the programs of this Windows with that file name."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and self._is_mine(folder) and _image(folder) == image.lower():
                found.append(int(folder.name))
        return found

    def end(self) -> None:
        """End everything that runs in this Windows."""
        subprocess.run([str(WINESERVER), "-k"], env=self._environment(), check=False)
        subprocess.run([str(WINESERVER), "-w"], env=self._environment(), check=False)

    def boot(self) -> None:
        """Start Windows and keep it up between programs; its services get none of a program's streams."""
        environment, quiet = self._environment(), subprocess.DEVNULL
        subprocess.run([str(WINESERVER), f"-p{SECONDS}"], env=environment, check=True)
        boot = [str(WINE), "wineboot"]
        subprocess.run(boot, env=environment, check=True, stdin=quiet, stdout=quiet, stderr=quiet)

    def _is_mine(self, folder: Path) -> bool:
        try:
            return f"WINEPREFIX={self.prefix}".encode() in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            return False

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LC_", "PYTHON", "DISPLAY", "LANG", "CCGRADE"))
        }
        return inherited | {
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "LC_ALL": LOCALES[self.code_page],
            "LOCPATH": str(CACHE / "locale"),
        }


@contextmanager
def running_wine(prefix: Path, code_page: int) -> Iterator[Wine]:
    """Make a Windows in a folder that does not exist yet, under a code page; end it afterwards."""
    wine = Wine(_copied_prefix(prefix), code_page)
    wine.boot()
    try:
        wine.python("-m", "tests.hosts.windows.user_classes")
        yield wine
    finally:
        wine.end()


def _copied_prefix(folder: Path) -> Path:
    """Copy the prefix: what Windows writes to for good, its system folder as links, for it is large."""
    template = CACHE / "prefix"
    linked = template / "drive_c" / "windows"
    shutil.copytree(
        template, folder, symlinks=True, ignore=lambda at, _: ["windows"] if Path(at) == linked.parent else []
    )
    shutil.copytree(linked, folder / "drive_c" / "windows", symlinks=True, copy_function=os.link)
    return folder


def _image(folder: Path) -> str:
    try:
        command = (folder / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
    except OSError:
        return ""
    return command.replace("\\", "/").rpartition("/")[2].lower()


def _decoded(output: bytes, code_page: int) -> str:
    try:
        text = output.decode()
    except UnicodeDecodeError:
        text = output.decode(f"cp{code_page}", errors="replace")
    return text.replace("\r\n", "\n")


def _read_until_quiet(stream: int, chunks: list[bytes], ended: Event) -> None:
    """Read to the end of a stream, or, once its program has ended, until nothing arrives any more.

    The reader itself counts the quiet, so a machine too busy to let it read loses nothing.
    """
    with open(stream, "rb", buffering=0) as pipe:
        while True:
            last = ended.is_set()
            if select([pipe], [], [], QUIET_SECONDS)[0]:
                chunk = pipe.read(1 << 16)
                if not chunk:
                    return
                chunks.append(chunk)
            elif last:
                return
