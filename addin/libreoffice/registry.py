"""How is LibreOffice's configuration (.xcu) written? Nodes, properties, and texts in the languages it asks for."""

from __future__ import annotations

from lxml import etree

_REGISTRY = "http://openoffice.org/2001/registry"
_XML = "http://www.w3.org/XML/1998/namespace"
_LANGUAGES = ("en-US", "zh-CN")
"""LibreOffice falls back to en-US; whatever language it speaks, a manager reads Chinese here."""


def component(name: str, package: str) -> etree._Element:
    """Return the root of a configuration file for one component, e.g. CalcAddIns of org.openoffice.Office."""
    root = etree.Element(f"{{{_REGISTRY}}}component-data", nsmap={"oor": _REGISTRY})
    root.set(f"{{{_REGISTRY}}}name", name)
    root.set(f"{{{_REGISTRY}}}package", package)
    return root


def group(parent: etree._Element, *path: str) -> etree._Element:
    """Open the fixed nodes of a path that the schema has."""
    for name in path:
        parent = etree.SubElement(parent, "node", {f"{{{_REGISTRY}}}name": name})
    return parent


def entry(parent: etree._Element, name: str) -> etree._Element:
    """Add a node of our own to a set."""
    node = group(parent, name)
    node.set(f"{{{_REGISTRY}}}op", "replace")
    return node


def value(parent: etree._Element, **properties: str) -> None:
    """Set properties that are the same in every language."""
    for name, text in properties.items():
        etree.SubElement(_property(parent, name), "value").text = text


def text(parent: etree._Element, **properties: str) -> None:
    """Set properties that people read."""
    for name, words in properties.items():
        node = _property(parent, name)
        for language in _LANGUAGES:
            etree.SubElement(node, "value", {f"{{{_XML}}}lang": language}).text = words


def xcu(root: etree._Element) -> bytes:
    """Return the file."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _property(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, "prop", {f"{{{_REGISTRY}}}name": name})
