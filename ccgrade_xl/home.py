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

HOME = "CCGRADE_HOME"


def data_home() -> Path:
    """Return the folder of what is worth keeping: rule sets, results."""
    return _named() or platformdirs.user_data_path("ccgrade", appauthor=False)


def state_home() -> Path:
    """Return the folder of what the next command looks up: undo, tasks, which ledger was used."""
    return _named() or platformdirs.user_state_path("ccgrade", appauthor=False)


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
