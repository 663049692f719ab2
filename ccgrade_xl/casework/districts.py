"""Which district does an address lie in?"""

from __future__ import annotations

import re

_CITY = re.compile(r"^.{0,12}?[^夜超门城]市(?=.)")
_DISTRICT = re.compile(r"[^\d\s,，（(]{1,8}?(?:(?<![小园社])区|县|旗|镇|乡|街道)")


def district_of(address: str) -> str:
    """Return the district, county or town an address names after its city; "" where it names none."""
    rest = _CITY.sub("", address.strip(), count=1)
    found = _DISTRICT.match(rest)
    return found[0] if found else ""
