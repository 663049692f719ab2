"""Renew the generated parts of the manual.

python -m addin.documents
"""

from __future__ import annotations

from addin.documents.manual import MANUAL, renewed

text = MANUAL.read_text(encoding="utf-8")
MANUAL.write_text(renewed(text), encoding="utf-8", newline="\n")
print(MANUAL)
