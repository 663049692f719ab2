"""A fault: which rule is broken, where, and how."""

from __future__ import annotations

from attrs import frozen


@frozen
class Fault:
    """One breach of one rule."""

    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule} | {self.where} | {self.what}"
