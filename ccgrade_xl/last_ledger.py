"""The ledger a command used last on this machine, for formulas: a cell function has no workbook at hand.

One small file in the user's state folder, readable by that user only. Of a database's address no password is kept:
whoever opens it has one in `.pgpass` or `PGPASSWORD`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from ccgrade_xl.home import remembering, state_home
from ccgrade_xl.replacement import replacing

_PASSWORD = re.compile(r"(?<=://)([^:/@]*):[^@]*@|(?<=[?&])(?:ssl)?password=[^&]*&?", re.IGNORECASE)


@remembering()
def note_ledger(place: Path | str) -> None:
    """Keep where the ledger lies that is being used."""
    place = place if isinstance(place, Path) else without_password(place)
    if last_ledger() == place:
        return
    noted = {"place": str(place), "file": isinstance(place, Path)}
    with replacing(_path(), private=True) as half:
        half.write_text(json.dumps(noted, ensure_ascii=False), "utf-8")


def last_ledger() -> Path | str | None:
    """Return where the ledger lies that a command used last; None where none has been used, or it is not known."""
    try:
        noted = json.loads(_path().read_text("utf-8"))
        return Path(noted["place"]) if noted["file"] else str(noted["place"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def without_password(address: str) -> str:
    """Return a database's address without the password in it, before the host or among the parameters."""
    return _PASSWORD.sub(lambda found: "" if found[1] is None else f"{found[1]}@", address).rstrip("?&")


def _path() -> Path:
    return state_home() / "ledger.json"
