"""How do parts come into a package and leave it? With their content types and the links of the parts that own them."""

from __future__ import annotations

import posixpath

from attrs import define, field
from lxml import etree

from ccgrade_xl.workbook.package import Package, children, parse_xml, serialised

_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_LINKS = f'<Relationships xmlns="{_RELATIONSHIPS}"/>'.encode()


@define
class Links:
    """The parts of a package that are written anew, come in or leave; later steps see what earlier ones wrote."""

    package: Package
    parts: dict[str, bytes] = field(factory=dict)
    added: dict[str, bytes] = field(factory=dict)
    removed: set[str] = field(factory=set)

    def __contains__(self, part: str) -> bool:
        return part in self.added or (part in self.package.archive and part not in self.removed)

    def read(self, part: str) -> bytes:
        """Return a part as it stands by now."""
        if part in self.added:
            return self.added[part]
        return self.parts[part] if part in self.parts else self.package.archive.read(part)

    def write(self, part: str, data: bytes) -> None:
        """Write a part, a new one too."""
        (self.parts if part in self.package.archive else self.added)[part] = data

    def free_name(self, pattern: str) -> str:
        """Return the first name of a pattern, e.g. `xl/comments{}.xml`, that no part has."""
        number = 1
        while pattern.format(number) in self.package.archive or pattern.format(number) in self.added:
            number += 1
        return pattern.format(number)

    def add(self, part: str, data: bytes, content_type: str) -> None:
        """Add a part with a content type of its own."""
        self.write(part, data)
        self._type("Override", PartName=f"/{part}", ContentType=content_type)

    def add_of_kind(self, part: str, data: bytes, content_type: str) -> None:
        """Add a part whose content type goes by the ending of its name, where that ending means no other type."""
        self.write(part, data)
        ending = part.rpartition(".")[2]
        known = {
            node.get("Extension", "").lower(): node.get("ContentType")
            for node in children(self._xml(_TYPES), "Default")
        }
        if ending not in known:
            self._type("Default", Extension=ending, ContentType=content_type)
        elif known[ending] != content_type:
            self._type("Override", PartName=f"/{part}", ContentType=content_type)

    def link(self, owner: str, part: str, kind: str) -> str:
        """Link a part to another one by a relationship type; return the relationship's id."""
        links = _links_of(owner)
        root = self._xml(links) if links in self else parse_xml(_NO_LINKS, self.package.title)
        used = {node.get("Id") for node in root}
        name = next(name for number in range(1, len(used) + 2) if (name := f"rId{number}") not in used)
        target = posixpath.relpath(part, posixpath.dirname(owner))
        etree.SubElement(root, f"{{{_RELATIONSHIPS}}}Relationship", Id=name, Type=kind, Target=target)
        self.write(links, serialised(root))
        return name

    def remove(self, owner: str, part: str) -> str:
        """Take a part out, with its content type and its owner's link; return the link's id."""
        links = _links_of(owner)
        root, folder = self._xml(links), posixpath.dirname(owner)
        node = next(node for node in root if _target(node, folder) == part)
        found = node.get("Id", "")
        root.remove(node)
        self.write(links, serialised(root))
        types = self._xml(_TYPES)
        for node in children(types, "Override"):
            if node.get("PartName", "").lstrip("/") == part:
                types.remove(node)
        self.write(_TYPES, serialised(types))
        self.parts.pop(part, None)
        if self.added.pop(part, None) is None:
            self.removed.add(part)
        return found

    def _xml(self, part: str) -> etree._Element:
        return parse_xml(self.read(part), self.package.title)

    def _type(self, kind: str, **attributes: str) -> None:
        """Put an entry behind the last of its kind, or before all others."""
        types = self._xml(_TYPES)
        alike = children(types, kind)
        entry = etree.SubElement(types, f"{{{etree.QName(types).namespace}}}{kind}", attributes)
        if alike:
            alike[-1].addnext(entry)
        else:
            types.insert(0, entry)
        self.write(_TYPES, serialised(types))


def _target(link: etree._Element, folder: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")


def _links_of(owner: str) -> str:
    folder, name = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{name}.rels")
