"""How words are compared, and how a value is shown in a sentence."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

from ccgrade_xl.errors import CellError

_BLANKS = re.compile(
    "["
    # blanks and control characters, no-break and ideographic spaces included
    r"\s\x00-\x1f\x7f-\x9f"
    # soft hyphen, joiners and fillers that show as nothing
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u2800\u3164\uffa0"
    # marks of zero width, direction and variation
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "]+"
)
_DASHES = re.compile("[\u2010-\u2015\u2212\u2e3a\u2e3b\u301c\ufe58~]")


def plain(text: str) -> str:
    """Return `text` as it is compared: no blanks, half-width, one kind of dash, no upper case.

    ` ＩＣ卡　表` and `ic卡表` are the same; so are `租赁1－3年`, `租赁1—3年` and `租赁 1～3 年`. Idempotent.
    """
    if text.isascii() and text.isalnum():  # most of what a sample holds, and each of it different
        return text.casefold()
    return _plain(text)


def is_of_letters(text: str) -> bool:
    """Return whether a text is of letters and digits alone, none of which `plain` leaves out (fillers are letters, too)."""
    return text.isalnum() and _BLANKS.search(text) is None


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    narrow = _BLANKS.sub("", unicodedata.normalize("NFKC", _BLANKS.sub("", text)))
    return unicodedata.normalize("NFKC", _DASHES.sub("-", narrow).casefold())


def digits(number: float) -> str:
    """Return a number in its shortest digits: 100, not 100.0."""
    return f"{number:.15g}"


def written(value: object) -> str:
    """Return a value as people write it: a number without .0 and the noise of its last bits, a day without midnight."""
    if isinstance(value, float):
        return digits(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return f"{value:%Y-%m-%d}"
    return value.value if isinstance(value, CellError) else "" if value is None else str(value)


def shown(value: object) -> str:
    """Return a value as a sentence shows it: in quotes, cut short; an empty one as “”."""
    text = written(value)
    return f"“{text[:30]}…”" if len(text) > 30 else f"“{text}”"
