"""The COM server behind `CCGrade.Server`: COM itself starts it, it answers all workbooks of a user, and leaves when idle or told.

    pythonw -m ccgrade_xl.hosts.server [--idle-seconds N]

COM adds `-Embedding`. Only Windows has what this module imports.
"""

from __future__ import annotations

import os
import platform
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any, Literal

from ccgrade_xl import __version__
from ccgrade_xl.hosts.server_calls import Server
from ccgrade_xl.hosts.server_identity import CLASS_ID, QUIT_EVENT, RUNNING_MUTEX
from ccgrade_xl.hosts.server_log import end_log, log, log_failure, start_log

IDLE_SECONDS = 30 * 60.0
LOOK_AROUND_SECONDS = 5.0
"""How often an idle server looks whether its files were replaced."""

WAIT_FOR_ANOTHER_SECONDS = 5.0
"""How long a second server waits for the first to leave; two callers at once can make COM start two."""

Reason = Literal["idle", "told to", "replaced", "logged off", "another server runs"]


def serve(told_to_leave: Any, idle_seconds: float) -> Reason:
    """Answer calls until nobody has called for `idle_seconds`, or until the event is set; return why it ended.

    A user has one server at a time.
    """
    import pythoncom  # noqa: PLC0415 - only there on Windows
    import win32event  # noqa: PLC0415 - only there on Windows

    only_one = win32event.CreateMutex(None, False, RUNNING_MUTEX)
    happened = win32event.WaitForMultipleObjects(
        (told_to_leave, only_one), False, round(1000 * WAIT_FOR_ANOTHER_SECONDS)
    )
    if happened == win32event.WAIT_OBJECT_0:
        return "told to"
    if happened == win32event.WAIT_TIMEOUT:
        return "another server runs"
    server = Server()
    factory = _factory(server)
    threading.Thread(target=server.warm_up, daemon=True).start()
    while True:
        registered = pythoncom.CoRegisterClassObject(
            CLASS_ID, factory, pythoncom.CLSCTX_LOCAL_SERVER, pythoncom.REGCLS_MULTIPLEUSE
        )
        try:
            reason = _answer_calls(server, told_to_leave, idle_seconds)
        finally:
            pythoncom.CoRevokeClassObject(registered)
        calls = server.calls
        pythoncom.PumpWaitingMessages()
        if reason != "idle" or server.calls == calls:  # else somebody called at the last moment
            return reason


def _factory(server: Server) -> Any:
    """Return the class factory, which gives every caller the one object.

    pywin32 would look in the registry for the Python class to import.
    """
    import pythoncom  # noqa: PLC0415 - only there on Windows
    from win32com.server import policy, util  # noqa: PLC0415 - only there on Windows

    policy.CreateInstance = lambda _class_id, iid: util.wrap(
        server, iid, usePolicy=policy.DesignatedWrapPolicy
    )
    return pythoncom.MakePyFactory(CLASS_ID)


def _answer_calls(server: Server, told_to_leave: Any, idle_seconds: float) -> Reason:
    import pythoncom  # noqa: PLC0415 - only there on Windows
    import win32event  # noqa: PLC0415 - only there on Windows

    while not server.leaving:
        left = server.last_call + idle_seconds - time.monotonic()
        if left <= 0:
            return "idle"
        wait = round(1000 * min(left, LOOK_AROUND_SECONDS)) + 1
        happened = win32event.MsgWaitForMultipleObjects((told_to_leave,), False, wait, win32event.QS_ALLINPUT)
        if happened == win32event.WAIT_OBJECT_0:
            return "told to"
        if happened == win32event.WAIT_TIMEOUT and server.is_replaced():
            return "replaced"
        if pythoncom.PumpWaitingMessages():
            return "logged off"
    return "replaced"


def main(arguments: Sequence[str]) -> int:
    """Serve, and write down why it ended; the exit code is 1 where something went wrong.

    Whoever sees the quit event gone may remove every file: it is there before the first is opened, until all are closed.
    """
    import win32event  # noqa: PLC0415 - only there on Windows

    told_to_leave = win32event.CreateEvent(None, True, False, QUIT_EVENT)
    start_log()
    os.chdir(sys.prefix)  # keep no folder of the user's in use
    log.info("ccgrade %s starts, Python %s %s", __version__, platform.python_version(), platform.machine())
    try:
        idle = arguments.index("--idle-seconds") + 1 if "--idle-seconds" in arguments else None
        log.info("leaves: %s", serve(told_to_leave, float(arguments[idle]) if idle else IDLE_SECONDS))
    except Exception as problem:  # noqa: BLE001 - nobody else would ever hear of it
        log_failure("serving", problem)
        return 1
    finally:
        end_log()
        told_to_leave.Close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
