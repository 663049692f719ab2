"""What the COM server writes down: when it came and went, which commands ran, what went wrong inside; no values, no names of files."""

from __future__ import annotations

import logging
import logging.handlers
import traceback
from collections import Counter
from pathlib import Path, PurePath

import platformdirs

LOG_NAME = "server.log"
LARGEST, OLDER_FILES = 256 * 1024, 3

MOST_REPEATS = 5
"""How often the same fault is written: one that ten thousand cells have is one fault."""

log = logging.getLogger("ccgrade.server")


def log_file() -> Path:
    """Return the file the server writes to, in the user's local application data."""
    return Path(platformdirs.user_log_dir("ccgrade", appauthor=False)) / LOG_NAME


def start_log() -> None:
    """Write to the log file from now on, and begin a new one when it is full; without a file nothing is written."""
    logging.raiseExceptions = False  # a full disk or a locked file is no reason to answer no formula
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            log_file(), maxBytes=LARGEST, backupCount=OLDER_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.addFilter(_NotAgain())
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def end_log() -> None:
    """Write no more, and hold no file open."""
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()


class _NotAgain(logging.Filter):
    """Lets a fault through a few times."""

    def __init__(self) -> None:
        super().__init__()
        self._written: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        message = record.getMessage()
        self._written[message] += 1
        return self._written[message] <= MOST_REPEATS


def log_failure(doing: str, problem: BaseException) -> None:
    """Write down an exception by its kind and where it arose; its own words may hold a customer's data."""
    places = [
        f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(problem.__traceback__)
    ]
    log.error("%s: %s at %s", doing, type(problem).__name__, " < ".join(reversed(places)))
