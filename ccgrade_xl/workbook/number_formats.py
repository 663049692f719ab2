"""Number formats of numbers that may be whole or not.

None of ours has decimals that may be absent: behind a whole number Excel shows the point of `0.##`, as in `85.`; LibreOffice does not.
"""

from __future__ import annotations

PLAIN = "General"
"""As many decimals as there are: scores and weights."""
GROUPED = "[>=1000]#,##0;[<=-1000]-#,##0;General"
"""Amounts of any size: thousands set apart and whole, smaller ones with the decimals they have."""
SIGNED = '"+"General;"-"General;0'
"""A change, with as many decimals as there are."""


def signed(number_format: str) -> str:
    """Return the format of a change of what is shown in a format of one section."""
    return f"+{number_format};-{number_format};0"


def decimals_in(number_format: str) -> int:
    """Return how many decimals a number has in a format of one section, e.g. 2 in `#,##0.00`."""
    return number_format.partition(".")[2].count("0")
