"""What stands between the parts of a cell that holds several?"""

from __future__ import annotations

import re

_MARKS = r";；,，、\r\n"

BETWEEN_WORDS = re.compile(rf"[{_MARKS}]+")
"""Between the synonyms of one option. A slash or a blank may be part of a word."""

BETWEEN_VALUES = re.compile(rf"[{_MARKS}/／]+")
"""Between the vetoes, or the meters, of one customer."""

BETWEEN_NAMES = re.compile(rf"[{_MARKS}\s]+")
"""Between names that hold no blanks: districts, sources, parts of file names."""
