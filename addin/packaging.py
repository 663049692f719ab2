"""From a written workbook to the file that ships: ribbon added, made an add-in, zipped reproducibly."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from addin.ribbon.customui import icon_file, image_id, ribbon_xml

if TYPE_CHECKING:
    from ccgrade_xl.commands import Command

Parts = dict[str, bytes]
"""A package's parts by name, `[Content_Types].xml` among them."""

CONTENT_TYPES = "[Content_Types].xml"
PACKAGE_RELATIONSHIPS = "_rels/.rels"
RIBBON_PART = "customUI/customUI14.xml"
RIBBON_RELATIONSHIPS = "customUI/_rels/customUI14.xml.rels"

WORKBOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RIBBON_RELATIONSHIP = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_IMAGE_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_RIBBON_TYPES = {"png": "image/png", "xml": "application/xml"}
_NO_RELATIONSHIPS = f'<Relationships xmlns="{_RELATIONSHIPS}"/>'.encode()
_EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def finish_workbook(written: bytes, commands: Sequence[Command]) -> bytes:
    """Return a writer's macro workbook with the ribbon in it (.xlsm)."""
    return write_package(with_ribbon(read_package(written), commands))


def finish_addin(written: bytes, commands: Sequence[Command]) -> bytes:
    """Return a writer's macro workbook with the ribbon in it, as an add-in (.xlam).

    Excel takes IsAddin from the content type: the sheets stay hidden, the functions serve every workbook.
    """
    return write_package(as_addin(with_ribbon(read_package(written), commands)))


def read_package(package: bytes) -> Parts:
    """Return the parts of a package that this build wrote (not for files from elsewhere)."""
    with ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_package(parts: Parts) -> bytes:
    """Zip parts with fixed dates in a fixed order, so that the same parts give the same bytes."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name in sorted(parts, key=_zip_order):
            entry = ZipInfo(name, _EARLIEST_ZIP_DATE)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, parts[name], compresslevel=9)
    return buffer.getvalue()


def _zip_order(name: str) -> tuple[int, str]:
    """Content types and package relationships stand first: readers that stream need them there."""
    first = (CONTENT_TYPES, PACKAGE_RELATIONSHIPS)
    return (first.index(name) if name in first else len(first)), name


def with_ribbon(parts: Parts, commands: Sequence[Command]) -> Parts:
    """Return the parts with the ribbon's XML, its icons and what refers to them."""
    icons = {f"customUI/images/{command.name}.png": icon_file(command).read_bytes() for command in commands}
    images = [(image_id(command), _IMAGE_RELATIONSHIP, f"images/{command.name}.png") for command in commands]
    ribbon = ("ccgRibbon", _RIBBON_RELATIONSHIP, RIBBON_PART)
    return {
        **parts,
        **icons,
        CONTENT_TYPES: _with_default_types(parts[CONTENT_TYPES], _RIBBON_TYPES),
        PACKAGE_RELATIONSHIPS: _with_relationships(parts[PACKAGE_RELATIONSHIPS], [ribbon]),
        RIBBON_PART: ribbon_xml(commands),
        RIBBON_RELATIONSHIPS: _with_relationships(_NO_RELATIONSHIPS, images),
    }


def as_addin(parts: Parts) -> Parts:
    """Return a macro workbook's parts as those of an add-in. Raises ValueError for any other workbook."""
    types = parts[CONTENT_TYPES]
    if WORKBOOK_TYPE.encode() not in types:
        raise ValueError("Only a workbook with macros can become an add-in")
    return {**parts, CONTENT_TYPES: types.replace(WORKBOOK_TYPE.encode(), ADDIN_TYPE.encode())}


def _with_default_types(content_types: bytes, defaults: dict[str, str]) -> bytes:
    root = etree.fromstring(content_types)
    declared = {element.get("Extension") for element in root.iter(f"{{{_TYPES}}}Default")}
    for extension, content_type in defaults.items():
        if extension not in declared:
            root.insert(
                0, etree.Element(f"{{{_TYPES}}}Default", Extension=extension, ContentType=content_type)
            )
    return _xml(root)


def _with_relationships(relationships: bytes, added: Sequence[tuple[str, str, str]]) -> bytes:
    """Add (id, type, target) relationships."""
    root = etree.fromstring(relationships)
    for identity, kind, target in added:
        etree.SubElement(root, f"{{{_RELATIONSHIPS}}}Relationship", Id=identity, Type=kind, Target=target)
    return _xml(root)


def _xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
