"""A private headless LibreOffice for the tests: its own profile, its own extension, ended by process group."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

STARTING_SECONDS = 60
_NOBODY = 65534
_UNO_FOLDERS = ("/usr/lib/python3/dist-packages", "/usr/lib/libreoffice/program", "/opt/libreoffice/program")

RUN_ALL_MACROS = 4
"""com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN."""

_SETTINGS = {
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel"): "0",
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution"): "false",
    ("/org.openoffice.Office.Calc/Filter/Import/VBA", "Load"): "true",
    ("/org.openoffice.Office.Calc/Filter/Import/VBA", "Executable"): "true",
    ("/org.openoffice.Office.Calc/Filter/Import/VBA", "Save"): "true",
    ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode"): "0",
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted"): "true",
}


def why_missing() -> str:
    """Return why the LibreOffice lanes cannot run here, in one line; "" where they can."""
    if shutil.which("soffice") is None or shutil.which("unopkg") is None:
        return "LibreOffice is not installed (soffice, unopkg)"
    if _uno_folder() is None:
        return "LibreOffice's Python bridge is not installed (python3-uno)"
    return ""


def _uno_folder() -> Path | None:
    return next((Path(folder) for folder in _UNO_FOLDERS if Path(folder, "uno.py").exists()), None)


def make_uno_importable() -> None:
    """Let this interpreter, which is not the system's, import LibreOffice's `uno` and `unohelper`."""
    for name in ("uno", "unohelper"):
        if name not in sys.modules:
            spec = spec_from_file_location(name, _uno_folder() / f"{name}.py")
            assert spec is not None
            assert spec.loader is not None
            sys.modules[name] = module = module_from_spec(spec)
            spec.loader.exec_module(module)


def make_profile(folder: Path, extension: Path | None = None, locale: str = "zh-CN") -> Path:
    """Make a user profile that runs macros and recalculates on load, with the extension installed."""
    settings = {**_SETTINGS, ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale"): locale}
    (folder / "user").mkdir(parents=True)
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{escape(value)}</value></prop></item>'
        for (path, name), value in settings.items()
    )
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )
    if extension is not None:
        _install(extension, folder)
    return folder


def _install(extension: Path, profile: Path) -> None:
    """Install an extension into a profile."""
    with lent_to_nobody(extension, profile) as (folder, file, user):
        own = folder / profile.name
        subprocess.run(
            ["unopkg", "add", "-f", str(file), f"-env:UserInstallation={own.as_uri()}"],
            check=True, capture_output=True, timeout=STARTING_SECONDS,
            env={**os.environ, "HOME": str(folder)}, cwd=folder, **user,
        )  # fmt: skip
        if user:
            shutil.rmtree(profile)
            shutil.copytree(own, profile)


@contextmanager
def lent_to_nobody(
    extension: Path, profile: Path | None = None
) -> Iterator[tuple[Path, Path, dict[str, Any]]]:
    """Yield a folder, the extension, and whom to run as: unopkg refuses root, who lends copies to nobody."""
    if os.geteuid() != 0:
        yield (profile or extension).parent, extension, {}
        return
    folder = Path(tempfile.gettempdir()) / f"ccgrade-{uuid.uuid4().hex}"
    folder.mkdir(mode=0o700)
    try:
        file = Path(shutil.copy(extension, folder))
        if profile is not None:
            shutil.copytree(profile, folder / profile.name)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, _NOBODY, _NOBODY)
        yield folder, file, {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Office:
    """A running soffice and the way to its documents."""

    def __init__(self, context: Any, process: subprocess.Popen[bytes]) -> None:
        self.context = context
        self.services = context.ServiceManager
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self._process = process

    def service(self, name: str) -> Any:
        return self.services.createInstanceWithContext(name, self.context)

    def alive(self) -> bool:
        return self._process.poll() is None

    def open(self, path: Path, *, macros: int = RUN_ALL_MACROS) -> Any:
        """Open a file, hidden, as a user would who lets its macros run."""
        document = self.desktop.loadComponentFromURL(
            path.resolve().as_uri(), "_blank", 0, properties(Hidden=True, MacroExecutionMode=macros)
        )
        assert document is not None, f"LibreOffice could not open {path}"
        return document

    def new(self) -> Any:
        return self.desktop.loadComponentFromURL(
            "private:factory/scalc", "_blank", 0, properties(Hidden=True)
        )

    def dispatch(self, document: Any, url: str, **arguments: object) -> Any:
        """Press a button: dispatch a URL on a document's frame; return the result it reports."""
        frame = document.getCurrentController().getFrame()
        return self.service("com.sun.star.frame.DispatchHelper").executeDispatch(
            frame, url, "_self", 0, properties(**arguments)
        )


def properties(**values: object) -> tuple[Any, ...]:
    """Return UNO property values."""
    import uno

    return tuple(
        uno.createUnoStruct("com.sun.star.beans.PropertyValue", Name=name, Value=value)
        for name, value in values.items()
    )


@contextmanager
def running_office(profile: Path, environment: Mapping[str, str]) -> Iterator[Office]:
    """Start soffice on a profile, connect to it over a pipe, and end its whole process group."""
    pipe = f"ccgrade-{uuid.uuid4().hex}"
    process = subprocess.Popen(
        [
            "soffice", "--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
            f"-env:UserInstallation={profile.as_uri()}", f"--accept=pipe,name={pipe};urp;",
        ],
        env={**os.environ, **environment}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Office(_connect(pipe, process), process)
    finally:
        with suppress(ProcessLookupError):  # it has ended by itself, which `_connect` tells
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _connect(pipe: str, process: subprocess.Popen[bytes]) -> Any:
    import uno
    from com.sun.star.connection import NoConnectException

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if process.poll() is not None:
                raise RuntimeError(f"soffice ended at once (exit code {process.returncode})") from None
            time.sleep(0.05)
    raise RuntimeError(f"soffice did not answer within {STARTING_SECONDS} s")
