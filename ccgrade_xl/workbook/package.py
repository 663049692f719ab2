"""What is this file, and where in it are the sheets, tables and names?

Parts are found through relationships, never by guessed paths. XML is parsed without entities, network or
huge trees, and a DOCTYPE is refused: a workbook has none.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from pathlib import Path
from xml.parsers import expat

from attrs import define, field, frozen
from lxml import etree

from ccgrade_xl.errors import BookFault, FileFault
from ccgrade_xl.spreadsheet.archive import Archive, open_archive
from ccgrade_xl.spreadsheet.opening import damaged_workbook
from ccgrade_xl.workbook.cells import Area

FILE_LIMIT = 500_000_000
"""Bytes on disk."""

# Atomic: what closes an instruction or a comment is the first that can, and no other is looked for.
_PROLOG = rb"\A(?:\xef\xbb\xbf)?(?>\s+|<\?.*?\?>|<!--.*?-->)*+"
_DOCTYPE = re.compile(_PROLOG + rb"<!(?:DOCTYPE|ENTITY)", re.DOTALL | re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@frozen
class Relationship:
    """A link from one part to another: its id, the last word of its type, and the target's part name."""

    id: str
    kind: str
    target: str


@frozen
class SheetPart:
    """A worksheet: the name on its tab, its part, and its number in workbook.xml (calcChain uses it)."""

    name: str
    part: str
    number: int


@frozen
class TablePart:
    """A table: its name, its part, its sheet, the whole area with header and totals, and the header texts."""

    name: str
    part: str
    sheet: str
    area: Area
    headers: tuple[str, ...]
    header_rows: int
    totals_rows: int

    @property
    def body(self) -> Area:
        """The data rows."""
        area = self.area
        return Area(area.top + self.header_rows, area.left, area.bottom - self.totals_rows, area.right)


@frozen
class DefinedName:
    """A defined name: what it refers to as text, and the index of the sheet it is local to, if any."""

    name: str
    refers_to: str
    local_to: int | None


@define(slots=False)
class Package:
    """An open workbook package (.xlsx or .xlsm), read only."""

    title: str
    archive: Archive = field(repr=False)

    @property
    def content(self) -> bytes:
        """The file's bytes as read."""
        return self.archive.content

    def xml(self, part: str) -> etree._Element:
        """Parse one part. Raises `FileFault` when it is missing or is not plain XML."""
        return parse_xml(self.archive.read(part), self.title)

    def relationships(self, part: str) -> tuple[Relationship, ...]:
        """Return the links of a part (`""` is the package), external ones left out."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.archive:
            return ()
        return tuple(
            Relationship(
                node.get("Id", ""),
                node.get("Type", "").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, node.get("Target", ""))).lstrip("/"),
            )
            for node in self.xml(rels).iter(_RELATIONSHIP)
            if node.get("TargetMode") != "External"
        )

    def related(self, part: str, kind: str) -> str | None:
        """Return the first part of a kind (e.g. `styles`) that a part links to."""
        return next((link.target for link in self.relationships(part) if link.kind == kind), None)

    @cached_property
    def workbook_part(self) -> str:
        """The part name of the workbook itself."""
        part = self.related("", "officeDocument")
        if part is None or part not in self.archive:
            raise FileFault(f"文件“{self.title}”不是 Excel 工作簿。请选择 .xlsx 或 .xlsm 文件。")
        return part

    @cached_property
    def shared_texts(self) -> bytes:
        """The part of the texts that cells share; empty where there is none."""
        part = self.related(self.workbook_part, "sharedStrings")
        return self.archive.read(part) if part is not None and part in self.archive else b""

    @cached_property
    def workbook(self) -> etree._Element:
        """The parsed workbook part."""
        root = self.xml(self.workbook_part)
        if local_name(root) != "workbook":
            raise FileFault(
                f"文件“{self.title}”是 Office 文件，但不是 Excel 工作簿。请选择 .xlsx 或 .xlsm 文件。"
            )
        return root

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The worksheets in tab order (chart sheets and macro sheets hold no cells and are left out)."""
        links = {link.id: link for link in self.relationships(self.workbook_part)}
        found = []
        for node in children(self.workbook, "sheets", "sheet"):
            link = links.get(_link_id(node))
            if link is not None and link.kind == "worksheet" and link.target in self.archive:
                found.append(SheetPart(node.get("name", ""), link.target, int(node.get("sheetId", "0"))))
        return tuple(found)

    def sheet(self, name: str) -> SheetPart:
        """Find a sheet by its tab name. Raises `BookFault`."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise BookFault(f"文件“{self.title}”里没有工作表“{name}”。请确认打开的是评级工作簿。")

    @cached_property
    def tables(self) -> tuple[TablePart, ...]:
        """The Excel tables of all sheets."""
        return tuple(
            self._table(link.target, sheet.name)
            for sheet in self.sheets
            for link in self.relationships(sheet.part)
            if link.kind == "table"
        )

    def _table(self, part: str, sheet: str) -> TablePart:
        root = self.xml(part)
        headers = tuple(
            unescape(node.get("name", "")) for node in children(root, "tableColumns", "tableColumn")
        )
        area = Area.parse(root.get("ref", ""))
        if area is None or area.width != len(headers):
            raise damaged_workbook(self.title)
        return TablePart(
            root.get("displayName", root.get("name", "")),
            part,
            sheet,
            area,
            headers,
            int(root.get("headerRowCount", "1")),
            int(root.get("totalsRowCount", "0")),
        )

    @cached_property
    def names(self) -> tuple[DefinedName, ...]:
        """The defined names, as they are written."""
        return tuple(
            DefinedName(
                node.get("name", ""),
                (node.text or "").strip(),
                int(local) if (local := node.get("localSheetId")) is not None else None,
            )
            for node in children(self.workbook, "definedNames", "definedName")
        )

    def name_area(self, name: str) -> tuple[str, Area]:
        """Return the sheet and the one area a workbook-wide name refers to. Raises `BookFault`."""
        for defined in sorted(self.names, key=lambda row: row.local_to is not None):
            if defined.name.casefold() == name.casefold():
                sheet, _, reference = defined.refers_to.rpartition("!")
                area = Area.parse(reference)
                if area is None or not sheet:
                    raise BookFault(
                        f"名称“{name}”没有指向单元格（{defined.refers_to}）。请在“公式 › 名称管理器”中改正。"
                    )
                return sheet.removeprefix("'").removesuffix("'").replace("''", "'"), area
        raise BookFault(f"文件“{self.title}”里没有名称“{name}”。请确认打开的是评级工作簿，或用新模板重建。")

    @cached_property
    def counts_from_1904(self) -> bool:
        """True where dates are serial numbers since 1904 (old Mac workbooks)."""
        return any(
            node.get("date1904", "0") in ("1", "true") for node in children(self.workbook, "workbookPr")
        )


def open_package(path: Path) -> Package:
    """Open a closed workbook file safely. Raises `FileFault` with one sentence naming the file and the remedy."""
    return package_of(read_bytes(path), path.name)


def package_of(content: bytes, title: str, known: Package | None = None) -> Package:
    """Open a workbook from its bytes; `title` names it in sentences, `known` is one it was made from."""
    refuse_other_formats(content, title)
    archive = open_archive(content, title, known.archive if known else None)
    package = Package(title, archive)
    for name in archive.entries:
        if name.endswith((".xml", ".rels", ".vml")):
            _refuse_doctype(archive.read(name), title)
    if not package.sheets:
        raise FileFault(f"文件“{title}”里没有工作表。请选择有客户数据的工作簿。")
    return package


def read_bytes(path: Path) -> bytes:
    """Read a whole file. Raises `FileFault` when it is missing, a folder, empty, too large or not readable."""
    try:
        if path.is_dir():
            raise FileFault(f"“{path.name}”是文件夹，不是文件。请选择一个文件。")
        if (size := path.stat().st_size) > FILE_LIMIT:
            raise FileFault(f"文件“{path.name}”有 {size / 1e6:.0f} MB，太大了。请拆成几个文件再试。")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise FileFault(f"找不到文件“{path}”。请检查路径和文件名。") from error
    except PermissionError as error:
        raise FileFault(
            f"文件“{path.name}”打不开：没有读取权限，或正被别的程序独占。请关闭后再试。"
        ) from error
    except OSError as error:
        raise FileFault(f"文件“{path}”读不出来（{error.strerror}）。请检查磁盘或网络后再试。") from error
    if not content:
        raise FileFault(f"文件“{path.name}”是空的（0 字节）。请重新导出或另选文件。")
    return content


def refuse_other_formats(content: bytes, title: str) -> None:
    """Raise `FileFault` where the bytes are not a zip: an old .xls, an encrypted workbook, a PDF, anything."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if is_encrypted(content):
            raise FileFault(f"文件“{title}”设有打开密码，读不出内容。请在 Excel 中去掉打开密码后再试。")
        raise FileFault(f"文件“{title}”是旧的 .xls 格式。请在 Excel 中另存为 .xlsx 或 .xlsm 后再试。")
    if content.startswith(b"%PDF"):
        raise FileFault(f"文件“{title}”其实是 PDF，不是工作簿。请向提供者要 Excel 或 CSV 文件。")
    if not content.startswith(b"PK"):
        raise FileFault(f"文件“{title}”不是 Excel 工作簿。请选择 .xlsx 或 .xlsm 文件。")


def is_encrypted(content: bytes) -> bool:
    """Return True for an OLE container that holds a password-protected OOXML workbook."""
    return "EncryptedPackage".encode("utf-16-le") in content


def parse_xml(data: bytes, title: str) -> etree._Element:
    """Parse one part without entities, network or huge trees. Raises `FileFault`."""
    _refuse_doctype(data, title)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise damaged_workbook(title) from error


def check_xml(data: bytes, title: str) -> None:
    """Raise `FileFault` where a part is not well-formed; faster than `parse_xml`, as no tree is made."""
    _refuse_doctype(data, title)
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        raise damaged_workbook(title) from error


def _refuse_doctype(data: bytes, title: str) -> None:
    head = data[:65_536]
    if head.startswith(_UTF16):
        head = head.decode("utf-16", "ignore").encode()
    if _DOCTYPE.match(head):
        raise FileFault(f"文件“{title}”含有工作簿里不该有的 DTD 声明，为安全起见没有打开。请确认文件来源。")


def _link_id(node: etree._Element) -> str:
    """Return the relationship id of a sheet (its namespace differs in strict files)."""
    return next((str(value) for key, value in node.items() if str(key).endswith("}id")), "")


def local_name(node: etree._Element) -> str:
    """Return an element's name without its namespace (transitional and strict files differ only there)."""
    return etree.QName(node).localname


def serialised(root: etree._Element) -> bytes:
    """Return a part as bytes."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def children(root: etree._Element, *path: str) -> list[etree._Element]:
    """Return the descendants reached by a path of local names."""
    level = [root]
    for name in path:
        level = [child for node in level for child in node.iterchildren("*") if local_name(child) == name]
    return level


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Decode the `_xHHHH_` escapes of SpreadsheetML (a line break in a table header is `_x000a_`)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
