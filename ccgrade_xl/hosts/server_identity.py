"""Who is the COM server: the one declaration that the server, its registration, the doctor and the tests share."""

from __future__ import annotations

from pathlib import PureWindowsPath

PROG_ID = "CCGrade.Server"
"""The name the VBA bridge asks COM for."""

CLASS_ID = "{B69AD062-40B7-4577-89AF-2EA94D0D08A5}"
"""The class behind the name; it never changes, so that an upgrade finds what the last version registered."""

DESCRIPTION = "ccgrade 客户分级"
MODULE = "ccgrade_xl.hosts.server"

QUIT_EVENT = "Local\\CCGrade.Server.Quit"
"""A running server holds this named event (manual reset) and leaves when it is set.

An event that cannot be opened says that no server of this user runs.
"""

RUNNING_MUTEX = "Local\\CCGrade.Server.Running"
"""The server that runs owns this; a second one leaves."""


def command_line(interpreter: PureWindowsPath) -> str:
    """Return what COM runs to start the server: a windowless Python that searches only its own folders.

    A path may hold spaces and Chinese; Windows allows no quotation mark in it.
    """
    return f'"{interpreter}" -P -m {MODULE}'
