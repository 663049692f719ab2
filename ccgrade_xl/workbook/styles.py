"""Which cell style shows a value as it should look? Existing styles stay; variants are appended."""

from __future__ import annotations

import re

from attrs import define, field

from ccgrade_xl.spreadsheet.opening import damaged_workbook
from ccgrade_xl.workbook.cells import attribute_xml
from ccgrade_xl.workbook.package import Package, children

DATE_FORMAT = "yyyy-mm-dd"
_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_BUILT_IN = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "@": 49}
_FIRST_CUSTOM = 164
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_XF = re.compile(rb"<(\w+:)?xf(?=[\s/>])[^>]*?(?:/>|>.*?</(?:\w+:)?xf>)", re.DOTALL)
_CELL_FORMATS = re.compile(rb"(<(?:\w+:)?cellXfs\b[^>]*>)(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_NUMBER_FORMAT_ID = re.compile(rb'\snumFmtId="(\d+)"')


@define
class Styles:
    """The cell styles of one package; `patched` is the new styles part once a variant was needed."""

    part: str
    data: bytes = field(repr=False)
    codes: dict[int, str]
    formats: list[bytes]
    patched: bool = False
    variants: dict[tuple[int, str], int] = field(factory=dict)

    @classmethod
    def of(cls, package: Package) -> Styles:
        """Read the styles part of a package. Raises `FileFault` where there is none."""
        part = package.related(package.workbook_part, "styles")
        if part is None or part not in package.archive:
            raise damaged_workbook(package.title)
        root = package.xml(part)
        codes = {
            int(node.get("numFmtId", "0")): node.get("formatCode", "")
            for node in children(root, "numFmts", "numFmt")
        }
        data = package.archive.read(part)
        found = _CELL_FORMATS.search(data)
        if found is None:
            raise damaged_workbook(package.title)
        return cls(part, data, codes, [match[0] for match in _XF.finditer(found[2])])

    def is_date(self, style: int) -> bool:
        """Return True where a style shows a number as a date or a time."""
        number = self._format_id(style)
        code = _LITERAL.sub("", self.codes.get(number, ""))
        return number in _DATE_IDS or any(letter in code.casefold() for letter in "ymdh")

    def dated(self, style: bytes) -> bytes:
        """Map ` s="5"` (or empty) to a style that shows a date, itself where it does already."""
        return style if self.is_date(_number(style)) else self.formatted(style, DATE_FORMAT)

    def formatted(self, style: bytes, code: str) -> bytes:
        """Map ` s="5"` (or empty) to a style with another number format."""
        return b' s="%d"' % self.variant(_number(style), code)

    def variant(self, style: int, code: str) -> int:
        """Return the number of a style like `style` with another number format."""
        known = self.variants.get((style, code))
        if known is not None:
            return known
        number = b' numFmtId="%d"' % self._code_id(code)
        base = self.formats[style] if style < len(self.formats) else b"<xf/>"
        base = _NUMBER_FORMAT_ID.sub(b"", base)
        base = re.sub(rb'\sapplyNumberFormat="[^"]*"', b"", base)
        base = re.sub(rb"\A(<(?:\w+:)?xf)", rb"\1" + number + b' applyNumberFormat="1"', base)
        self.formats.append(base)
        self._append_format(base)
        self.variants[style, code] = len(self.formats) - 1
        return len(self.formats) - 1

    def _format_id(self, style: int) -> int:
        found = _NUMBER_FORMAT_ID.search(self.formats[style]) if style < len(self.formats) else None
        return int(found[1]) if found else 0

    def _code_id(self, code: str) -> int:
        if code in _BUILT_IN:
            return _BUILT_IN[code]
        for number, known in self.codes.items():
            if known == code:
                return number
        number = max((_FIRST_CUSTOM - 1, *self.codes)) + 1
        self.codes[number] = code
        self._append_code(number, code)
        return number

    def _append_format(self, element: bytes) -> None:
        found = _CELL_FORMATS.search(self.data)
        assert found is not None  # noqa: S101 - checked in `of`, and only grown since
        opening = re.sub(rb'count="\d+"', b'count="%d"' % len(self.formats), found[1])
        self.data = b"".join(
            (self.data[: found.start()], opening, found[2], element, self.data[found.end(2) :])
        )
        self.patched = True

    def _append_code(self, number: int, code: str) -> None:
        prefix = _prefix(self.data)
        element = b'<%bnumFmt numFmtId="%d" formatCode="%b"/>' % (
            prefix, number, attribute_xml(code),
        )  # fmt: skip
        found = re.search(rb"<(?:\w+:)?numFmts\b[^>]*?(/?)>", self.data)
        if found is None or found[1]:
            root = re.search(rb"<(?:\w+:)?styleSheet\b[^>]*>", self.data)
            assert root is not None  # noqa: S101 - it was parsed in `of`
            start, end = (found.start(), found.end()) if found else (root.end(), root.end())
            whole = b'<%bnumFmts count="1">%b</%bnumFmts>' % (prefix, element, prefix)
            self.data = self.data[:start] + whole + self.data[end:]
            return
        opening = re.sub(rb'count="\d+"', b'count="%d"' % len(self.codes), found[0])
        self.data = self.data[: found.start()] + opening + element + self.data[found.end() :]


def _number(style: bytes) -> int:
    return int(style[4:-1]) if style else 0


def _prefix(data: bytes) -> bytes:
    found = re.search(rb"<(\w+:)?styleSheet\b", data)
    return found[1] or b"" if found else b""
