"""Runs a button's command on a document that is open in LibreOffice, and shows what it has to say."""

from __future__ import annotations

from typing import Any

from ccgrade_xl.commands import COMMANDS, run_command
from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.functions import CATEGORY
from ccgrade_xl.hosts.libreoffice import LibreOfficeBook

_CALC = "com.sun.star.sheet.SpreadsheetDocument"
_INFORMATION_BOX, _OK = 1, 1
"""com.sun.star.awt: MessageBoxType.INFOBOX, MessageBoxButtons.BUTTONS_OK."""


_BUSY: set[str] = set()
"""The documents on which a command runs: LibreOffice takes in clicks while it shows progress."""


def run_on_document(name: str, document: Any, context: Any, *, attended: bool = True) -> tuple[bool, str]:
    """Run a command on a document; return whether it did its work, and the message for the user.

    `attended` is False where nobody sits before the screen: questions are then answered with yes.
    """
    if document is None or not document.supportsService(_CALC):
        return False, "请先打开一个表格，再按这个按钮。"
    title = COMMANDS[name].label if name in COMMANDS else name
    if document.RuntimeUID in _BUSY:
        return False, "上一个操作还没有完成，请等它结束。"
    _BUSY.add(document.RuntimeUID)
    try:
        with LibreOfficeBook(document, context, title=title, attended=attended) as book:
            outcome = run_command(name, book)
    except CcgradeError as fault:
        return False, str(fault)
    finally:
        _BUSY.discard(document.RuntimeUID)
    return not outcome.data.get("failed"), "\n".join(book.told)


def run_from_button(name: str, document: Any, context: Any, *, silent: bool = False) -> tuple[bool, str]:
    """Run a command for the toolbar or the menu, and show its message unless asked to be silent."""
    done, message = run_on_document(name, document, context, attended=not silent)
    if message and not silent:
        window = document.getCurrentController().getFrame().getContainerWindow()
        window.getToolkit().createMessageBox(window, _INFORMATION_BOX, _OK, CATEGORY, message).execute()
    return done, message
