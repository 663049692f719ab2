"""Who sits before the screen: answers the boxes that commands put over Excel's window. Windows only."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import win32api
import win32con
import win32gui

from ccgrade_xl.functions import CATEGORY

PAUSE = 0.05
BOX = "#32770"
"""The window class of a message box."""
_BUTTONS = {"yes": win32con.IDYES, "no": win32con.IDNO}


@contextmanager
def answering(answer: str) -> Iterator[list[str]]:
    """Press one button, yes or no, in every box that comes up; gives what the boxes asked so far."""
    questions: list[str] = []
    leaving = threading.Event()
    user = threading.Thread(target=_answer, args=(_BUTTONS[answer], questions, leaving), daemon=True)
    user.start()
    try:
        yield questions
    finally:
        leaving.set()
        user.join()


def _answer(button: int, questions: list[str], leaving: threading.Event) -> None:
    while not leaving.is_set():
        for box in filter(_is_box, _windows()):
            questions.append(
                "".join(win32gui.GetWindowText(label) for label in filter(_is_label, _children(box)))
            )
            win32api.PostMessage(box, win32con.WM_COMMAND, button, 0)
            while win32gui.IsWindow(box):
                time.sleep(PAUSE)
        time.sleep(PAUSE)


def _children(window: int) -> list[int]:
    found: list[int] = []
    win32gui.EnumChildWindows(window, lambda child, _: found.append(child), None)
    return found


def _windows() -> list[int]:
    found: list[int] = []
    win32gui.EnumWindows(lambda window, _: found.append(window), None)
    return found


def _is_box(window: int) -> bool:
    """Return whether a window is one of our message boxes, and complete; it may as well be gone by now."""
    with contextlib.suppress(win32gui.error):
        return bool(
            win32gui.IsWindowVisible(window)
            and win32gui.GetClassName(window) == BOX
            and win32gui.GetWindowText(window) == CATEGORY
        )
    return False


def _is_label(window: int) -> bool:
    return bool(win32gui.GetClassName(window) == "Static")
