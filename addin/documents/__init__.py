"""The parts of docs/使用手册.md that follow from declarations: sheets, columns, buttons, functions, rules, commands."""

from __future__ import annotations

from addin.documents.manual import MANUAL, renewed

__all__ = ["MANUAL", "renewed"]
