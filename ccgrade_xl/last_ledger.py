"""The ledger a command used last on this machine, for formulas: a cell function has no workbook at hand.

One small file in the user's state folder, readable by that user only. The address of a database may hold a password.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from ccgrade_xl.home import remembering, state_home


@remembering()
def note_ledger(place: Path | str) -> None:
    """Keep where the ledger lies that is being used."""
    if last_ledger() == place:
        return
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.touch(mode=0o600)
    is_file = isinstance(place, Path)
    fresh.write_text(json.dumps({"place": str(place), "file": is_file}, ensure_ascii=False), "utf-8")
    fresh.replace(path)


def last_ledger() -> Path | str | None:
    """Return where the ledger lies that a command used last; None where none has been used, or it is not known."""
    try:
        noted = json.loads(_path().read_text("utf-8"))
        return Path(noted["place"]) if noted["file"] else str(noted["place"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path() -> Path:
    return state_home() / "ledger.json"
