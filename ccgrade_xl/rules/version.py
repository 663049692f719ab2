"""The rule version: a hash of what a rule set decides, not of how it is written down."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import attrs

from ccgrade_xl.rules.ruleset import RuleSet

Canonical = dict[str, Any]


def version_of(rules: RuleSet) -> str:
    """Return the rule version, `R-` and the first 8 hexadecimal digits of `digest_of`."""
    return "R-" + digest_of(rules)[:8]


def digest_of(rules: RuleSet) -> str:
    """Return the SHA-256 of the rule set's content as 64 hexadecimal digits.

    The order of rows and of synonyms and the way a number is written (100, 100.0, 1e2) do not matter.
    """
    text = json.dumps(_canonical_set(rules), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _canonical_set(rules: RuleSet) -> Canonical:
    return {
        declared.name: sorted(map(_canonical_row, value), key=json.dumps)
        if isinstance(value := getattr(rules, declared.name), tuple)
        else _canonical_row(value)
        for declared in attrs.fields(RuleSet)
    }


def _canonical_row(row: Any) -> Canonical:
    """Return a row's attributes, sorted by name.

    One that stands at its default is left out: a later ccgrade that knows one attribute more still gives
    every kept rule set the version it had.
    """
    return {
        declared.name: _canonical(value)
        for declared in sorted(attrs.fields(type(row)), key=lambda each: each.name)
        if (value := getattr(row, declared.name)) != declared.default
    }


def _canonical(value: object) -> object:
    if isinstance(value, tuple):
        return sorted(set(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) + 0.0  # -0.0 and 0.0 decide the same
    return value
