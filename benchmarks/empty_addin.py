"""An add-in whose one function takes what CCG_CREDIT takes and does nothing: what Calc's own way to Python costs."""

from __future__ import annotations

from lxml import etree

from addin.libreoffice.registration import calc_addins_xcu, interface_idl
from addin.packaging import write_package

NAME = "EMPTY_CREDIT"
LIKE = "CCG_CREDIT"

COMPONENT = f"""
import unohelper
from com.sun.star.lang import XServiceInfo, XServiceName
from org.ccgradebench import XCellFunctions

SERVICE = "org.ccgradebench.CellFunctions"


class Empty(unohelper.Base, XCellFunctions, XServiceInfo, XServiceName):
    def __init__(self, context):
        pass

    def getServiceName(self):
        return SERVICE

    def getImplementationName(self):
        return SERVICE

    def supportsService(self, name):
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self):
        return (SERVICE, "com.sun.star.sheet.AddIn")

    def {NAME}(self, *arguments):
        return 0.0


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Empty, SERVICE, (SERVICE, "com.sun.star.sheet.AddIn"))
"""

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
<manifest:file-entry manifest:full-path="empty.idl"
 manifest:media-type="application/vnd.sun.star.uno-typelibrary;type=RDB"/>
<manifest:file-entry manifest:full-path="empty.py"
 manifest:media-type="application/vnd.sun.star.uno-component;type=Python"/>
<manifest:file-entry manifest:full-path="CalcAddIns.xcu"
 manifest:media-type="application/vnd.sun.star.configuration-data"/>
</manifest:manifest>
"""

DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
<identifier value="org.ccgradebench.empty"/><version value="1"/></description>
"""


def build_empty_oxt() -> bytes:
    """Return the extension; its function has the types of CCG_CREDIT, taken from the real type library."""
    parts = {
        "empty.py": COMPONENT.encode(),
        "empty.idl": _only_the_empty_function(interface_idl()),
        "CalcAddIns.xcu": _only_its_registration(calc_addins_xcu()),
        "META-INF/manifest.xml": MANIFEST.encode(),
        "description.xml": DESCRIPTION.encode(),
    }
    return write_package(parts)


def _only_the_empty_function(idl: bytes) -> bytes:
    lines = [line for line in idl.decode().splitlines() if " CCG_" not in line or f" {LIKE}(" in line]
    return "\n".join(lines).replace(LIKE, NAME).replace("ccgrade", "ccgradebench").encode()


def _only_its_registration(xcu: bytes) -> bytes:
    root = etree.fromstring(xcu)
    name = "{http://openoffice.org/2001/registry}name"
    for node in root.xpath("//node"):
        if node.get(name, "").startswith("CCG_") and node.get(name) != LIKE:
            node.getparent().remove(node)
    return (
        etree.tostring(root)
        .replace(LIKE.encode(), NAME.encode())
        .replace(b"org.ccgrade", b"org.ccgradebench")
    )
