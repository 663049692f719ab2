"""Puts the extension together: the component's sources, the generated registrations, icons, description."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from addin.libreoffice.buttons import addons_xcu, icon_parts, protocol_xcu, window_state_xcu
from addin.libreoffice.registration import calc_addins_xcu, interface_idl
from addin.packaging import Parts, write_package
from ccgrade_xl import __version__
from ccgrade_xl.hosts.libreoffice_install import IDENTIFIER

OLDEST_LIBREOFFICE = "7.4"

_COMPONENT = Path(__file__).parent / "component"
_LICENSE = Path(__file__).parents[2] / "LICENSE"
_MANIFEST = "http://openoffice.org/2001/manifest"
_DESCRIPTION = "http://openoffice.org/extensions/description/2006"
_DEPENDENCY = "http://libreoffice.org/extensions/description/2011"
_XLINK = "http://www.w3.org/1999/xlink"

_MEDIA_TYPES = {
    "ccgrade.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "ccgrade_component.py": "application/vnd.sun.star.uno-component;type=Python",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    "Addons.xcu": "application/vnd.sun.star.configuration-data",
    "ProtocolHandler.xcu": "application/vnd.sun.star.configuration-data",
    "CalcWindowState.xcu": "application/vnd.sun.star.configuration-data",
}
"""What LibreOffice registers, in this order: the component implements the interface of the type library."""

_INTRODUCTION = "燃气工商客户分级：单元格函数、一键评级和分析工具。需要另行安装 Python 包 ccgrade。"


def build_oxt() -> bytes:
    """Return the bytes of ccgrade.oxt; the same sources give the same bytes."""
    return write_package(
        {
            **_sources(),
            **icon_parts(),
            "ccgrade.idl": interface_idl(),
            "CalcAddIns.xcu": calc_addins_xcu(),
            "Addons.xcu": addons_xcu(),
            "ProtocolHandler.xcu": protocol_xcu(),
            "CalcWindowState.xcu": window_state_xcu(),
            "META-INF/manifest.xml": _manifest(),
            "description.xml": _description(),
            "introduction.txt": _INTRODUCTION.encode(),
            "LICENSE": _LICENSE.read_bytes(),
        }
    )


def _sources() -> Parts:
    return {
        str(path.relative_to(_COMPONENT).as_posix()): path.read_bytes() for path in _COMPONENT.rglob("*.py")
    }


def _manifest() -> bytes:
    root = etree.Element(f"{{{_MANIFEST}}}manifest", nsmap={"manifest": _MANIFEST})
    for path, media_type in _MEDIA_TYPES.items():
        etree.SubElement(
            root,
            f"{{{_MANIFEST}}}file-entry",
            {f"{{{_MANIFEST}}}full-path": path, f"{{{_MANIFEST}}}media-type": media_type},
        )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _description() -> bytes:
    root = etree.Element(
        f"{{{_DESCRIPTION}}}description", nsmap={None: _DESCRIPTION, "l": _DEPENDENCY, "x": _XLINK}
    )
    _child(root, "identifier", value=IDENTIFIER)
    _child(root, "version", value=__version__)
    _child(root, "platform", value="all")
    oldest = etree.SubElement(
        _child(root, "dependencies"),
        f"{{{_DEPENDENCY}}}LibreOffice-minimal-version",
        value=OLDEST_LIBREOFFICE,
    )
    oldest.set(f"{{{_DESCRIPTION}}}name", f"LibreOffice {OLDEST_LIBREOFFICE}")
    for parent, text in (("display-name", "客户分级 ccgrade"), ("publisher", "ccgrade")):
        holder = _child(root, parent)
        for language in ("zh-CN", "en"):
            _child(holder, "name", lang=language).text = text
    _child(_child(root, "extension-description"), "src", lang="zh-CN").set(
        f"{{{_XLINK}}}href", "introduction.txt"
    )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _child(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_DESCRIPTION}}}{name}", attributes)
