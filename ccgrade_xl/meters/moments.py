"""Which moment of wall-clock time is meant by now?"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from ccgrade_xl.errors import NotUnderstood
from ccgrade_xl.meters.readings import is_zone
from ccgrade_xl.rules.wording import shown

Moment = dt.datetime | dt.date | str


def moment_of(as_of: Moment | None, zone: str) -> dt.datetime | None:
    """Return a moment as wall-clock time of `zone`: a date alone is its end, a time with an offset is moved there; None stays None.

    Raises `NotUnderstood` for what is no moment, and for a zone there is not.
    """
    if not is_zone(zone):
        raise NotUnderstood(f"“{zone}”不是时区名，请写成 Asia/Shanghai 这样的名称。")
    if as_of is None:
        return None
    moment = _read(as_of) if isinstance(as_of, str) else as_of
    if not isinstance(moment, dt.datetime):
        if not isinstance(moment, dt.date):
            raise _no_moment(as_of)
        return dt.datetime.combine(moment, dt.time()) + dt.timedelta(days=1)
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _read(text: str) -> dt.date:
    usual = text.strip().replace("/", "-")
    for read in (dt.date.fromisoformat, dt.datetime.fromisoformat):
        try:
            return read(usual)
        except ValueError:
            continue
    raise _no_moment(text)


def _no_moment(as_of: object) -> NotUnderstood:
    return NotUnderstood(f"截至时间{shown(as_of)}看不懂，请写成 2026-06-30 08:00 这样的时间。")
