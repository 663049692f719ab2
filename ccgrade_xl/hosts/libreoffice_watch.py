"""Hears Esc while a command runs in LibreOffice, and keeps the document from being closed under it.

Imported only where LibreOffice's `uno` is.
"""

from __future__ import annotations

from typing import Any

import unohelper
from com.sun.star.awt import XKeyHandler
from com.sun.star.util import CloseVetoException, XCloseListener

_ESCAPE = 1281
"""com.sun.star.awt.Key.ESCAPE"""


class Watch(unohelper.Base, XKeyHandler, XCloseListener):  # type: ignore[misc]
    """Watches a document's window from its making to `end`; `cancelled` turns True with Esc."""

    def __init__(self, document: Any, context: Any) -> None:
        """Begin to watch a document that has a window."""
        self.cancelled = False
        self._document, self._controller = document, document.getCurrentController()
        self._toolkit = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
        self._controller.addKeyHandler(self)
        document.addCloseListener(self)

    def listen(self) -> bool:
        """Let LibreOffice take in the keys pressed so far; return whether Esc was among them."""
        self._toolkit.processEventsToIdle()
        return self.cancelled

    def end(self) -> None:
        """Stop watching."""
        self._controller.removeKeyHandler(self)
        self._document.removeCloseListener(self)

    def keyPressed(self, event: Any) -> bool:  # noqa: N802 - XKeyHandler
        """Take Esc; leave every other key to LibreOffice."""
        if event.KeyCode != _ESCAPE:
            return False
        self.cancelled = True
        return True

    def keyReleased(self, event: Any) -> bool:  # noqa: N802 - XKeyHandler
        """Leave it to LibreOffice."""
        return False

    def queryClosing(self, source: Any, hands_over: bool) -> None:  # noqa: N802 - XCloseListener
        """Refuse to have the document closed while a command writes to it."""
        raise CloseVetoException("客户分级正在处理这个工作簿。", self)

    def notifyClosing(self, source: Any) -> None:  # noqa: N802 - XCloseListener
        """Nothing to do: closing was refused."""

    def disposing(self, source: Any) -> None:
        """Nothing to do."""
