"""Where does this machine keep what ccgrade remembers of a user: rule sets, results of scans, undo, tasks, the ledger used last?

In one folder where `CCGRADE_HOME` names it, else in those the system has for a user's data and for a user's state.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from ccgrade_xl.errors import FileFault

HOME = "CCGRADE_HOME"


def data_home() -> Path:
    """Return the folder of what is worth keeping: rule sets, results."""
    return _named() or platformdirs.user_data_path("ccgrade", appauthor=False)


def state_home() -> Path:
    """Return the folder of what the next command looks up: undo, tasks, which ledger was used."""
    return _named() or platformdirs.user_state_path("ccgrade", appauthor=False)


@contextmanager
def remembering() -> Iterator[None]:
    """Turn what the file system says of the user's own folders into a sentence. Raises `FileFault`."""
    try:
        yield
    except OSError as error:
        raise FileFault(
            f"ccgrade 在“{state_home()}”里记不下东西（{error.strerror or type(error).__name__}），没有做完。"
            f"请检查这个文件夹的权限和磁盘空间，或把环境变量 {HOME} 改成一个能写的文件夹。"
        ) from error


@contextmanager
def guest() -> Iterator[None]:
    """Let this process remember things in a folder that is gone afterwards: what the user has is not touched."""
    before = os.environ.get(HOME)
    with tempfile.TemporaryDirectory(prefix="ccgrade-") as folder:
        os.environ[HOME] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ[HOME]
            else:
                os.environ[HOME] = before


def _named() -> Path | None:
    folder = os.environ.get(HOME)
    return Path(folder) if folder else None
