"""Import as Python does: LibreOffice's `uno`, once loaded, raises another error for a module that is not there."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def plain_imports() -> Iterator[None]:
    """Import without `uno`'s hook, which libraries that look for what they might use do not reckon with."""
    plain = getattr(sys.modules.get("uno"), "_builtin_import", builtins.__import__)
    with patch.object(builtins, "__import__", plain):
        yield
