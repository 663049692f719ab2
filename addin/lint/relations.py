"""Parts, their types and what they refer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from addin.lint.fault import Fault
from addin.lint.opened import DOC_REL, TYPES, Opened

CONTENT_TYPES = "[Content_Types].xml"


def relation_faults(opened: Opened) -> Iterator[Fault]:
    """Yield what is wrong with parts as such."""
    yield from _duplicate_parts(opened)
    broken = list(_broken_xml(opened))
    yield from broken
    if not broken:
        yield from _content_types(opened)
        yield from _targets(opened)


def _duplicate_parts(opened: Opened) -> Iterator[Fault]:
    for name, count in Counter(name.lower() for name in opened.names).items():
        if count > 1:
            yield Fault("duplicate part", name, "part names differ by more than case")


def _broken_xml(opened: Opened) -> Iterator[Fault]:
    for name in opened.parts:
        if name.endswith((".xml", ".rels", ".vml")):
            try:
                opened.xml(name)
            except etree.XMLSyntaxError as error:
                yield Fault("broken XML", name, str(error))


def _content_types(opened: Opened) -> Iterator[Fault]:
    root = opened.xml(CONTENT_TYPES)
    defaults = {element.get("Extension", "").lower() for element in root.iter(f"{TYPES}Default")}
    overrides = {element.get("PartName", "")[1:] for element in root.iter(f"{TYPES}Override")}
    for name in sorted(overrides - set(opened.parts)):
        yield Fault("content type without part", name, "declared in [Content_Types].xml, not in the package")
    for name in sorted(set(opened.parts) - overrides - {CONTENT_TYPES}):
        if name.rsplit(".", 1)[-1].lower() not in defaults:
            yield Fault("part without content type", name, "neither its name nor its extension is declared")


def _targets(opened: Opened) -> Iterator[Fault]:
    sources = ["", *(name for name in opened.parts if not name.endswith(".rels"))]
    for source in sources:
        relations = opened.relations(source)
        for identity, count in Counter(row.identity for row in relations).items():
            if count > 1:
                yield Fault("duplicate relationship", source or "package", identity)
        for row in relations:
            if row.target is not None and row.target not in opened.parts:
                yield Fault("dangling relationship", source or "package", f"{row.identity} -> {row.target}")
        if source.endswith(".xml"):
            yield from _used_ids(opened, source, {row.identity for row in relations})


def _used_ids(opened: Opened, source: str, known: set[str]) -> Iterator[Fault]:
    for element in opened.xml(source).iter(etree.Element):
        for attribute in ("id", "embed", "link", "pict"):
            identity = element.get(f"{DOC_REL}{attribute}")
            if identity and identity not in known:
                yield Fault("unknown relationship", source, identity)
