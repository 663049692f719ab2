"""How far does a sheet reach, and would memory hold it? Told from its XML, before calamine reads it.

calamine holds a sheet as one dense block from the first to the last cell that has a value, so a single value in
XFD1048576 would ask for 17 thousand million cells, and where memory does not give them the whole program ends. It
takes any prefix for an element, a cell's own row before that of the row around it, and columns of any number of
letters: what is said here of a sheet's extent holds for all of these.
"""

from __future__ import annotations

import re
from functools import cache
from xml.parsers import expat

from ccgrade_xl.errors import FileFault
from ccgrade_xl.spreadsheet.archive import Archive

ROWS, COLUMNS = 1_048_576, 16_384
"""Of a whole sheet."""
CELL_LIMIT = 12_000_000
"""Cells of the block from the first to the last value: 300,000 customers × 40 columns, about 1 GB of memory."""
SHEET_TEXT_LIMIT = 1_000_000_000
"""Bytes of text on one sheet when each shared text is counted where it is used."""

_SMALLEST = len("<c><v></v></c>")
_SMALLEST_SHARED = len('<c t="s"><v>0</v></c>')
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?worksheet(?=[\s/>])")
_DECLARED = re.compile(rb"\A<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
_SHARED_INDEX = re.compile(rb'\st="s"[^>]*><(?:\w+:)?v>(\d+)<')
_TEXT_END = re.compile(rb"</(?:[^\s<>:]+:)?si\s*>")
_ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,9})")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def refuse_giant_sheets(archive: Archive) -> None:
    """Refuse a workbook of which any sheet is too large to be read, wherever its parts lie. Raises `FileFault`."""
    shared = b""
    sheets = []
    for name in archive.entries:
        part = archive.read(name)
        if b"sheetData" in part or part.startswith(_UTF16):
            sheets.append(name)
        elif b"sst" in part[:1000] and len(part) > len(shared):
            shared = part
    for name in sheets:
        refuse_giant(f"文件“{archive.title}”的 {name} ", archive.read(name), shared)


def refuse_giant(where: str, data: bytes, shared: bytes) -> None:
    """Refuse a sheet that memory would not hold; `where` names it, `data` is its part, `shared` that of the shared texts.

    Raises `FileFault`, also where a cell lies beyond a sheet's last row or column.
    """
    if len(data) > _SMALLEST * CELL_LIMIT and data.count(b"v>") > 2 * CELL_LIMIT:
        raise FileFault(f"{where}有 {CELL_LIMIT} 个以上的单元格，超过了能处理的大小。请拆成几个文件再试。")
    if not _small_at_a_glance(data):
        bottom, right = _Reader(where).extent(data)
        if bottom * right > CELL_LIMIT:
            raise FileFault(
                f"{where}延伸到第 {bottom} 行、第 {right} 列，超过了能处理的大小。"
                "请删除远处多余的内容，或拆成几个文件再试。"
            )
    _refuse_text_flood(where, data, shared)


def _small_at_a_glance(data: bytes) -> bool:
    """Return whether no cell is far away, as far as can be told without reading the XML; False where it cannot be told."""
    declared, root = _DECLARED.match(data), _ROOT.search(data)
    if root is None or (declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
        return False
    prefix = root[1] + b":" if root[1] else b""
    start, end = data.find(b"sheetData"), data.rfind(b"sheetData")
    numbers = _rows(prefix).findall(data, start, end)
    if b"" in numbers or _other_prefix(prefix).search(data):
        return False
    bottom = max(map(int, numbers), default=1)
    return bottom <= ROWS and any(
        right and not _beyond(prefix, right, rows).search(data, start, end)
        for reach, rows in _at_most(bottom)
        if (right := min(CELL_LIMIT // reach, COLUMNS))
    )


@cache
def _rows(prefix: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a row: group 1 its number, empty where it is not told at once."""
    return re.compile(rb'<%brow(?![^\s/>])(?: r="(\d{1,7})")?' % prefix)


@cache
def _other_prefix(prefix: bytes) -> re.Pattern[bytes]:
    """Return the pattern of what may be a row or cell under another prefix than the sheet's own."""
    name = rb"(?:row|c|sheetData)[\s/>]"
    if not prefix:
        return re.compile(rb":" + name)
    own = prefix[:-1]
    return re.compile(rb"</?%b|(?<!<%b)(?<!</%b):%b" % (name, own, own, name))


def _at_most(bottom: int) -> tuple[tuple[int, bytes], tuple[int, bytes]]:
    """Return how far down two patterns of row numbers reach that take every one up to `bottom`: a quick one and a close one."""
    digits = str(bottom)
    length = len(digits)
    quick = 10**length - 1, b"[0-9]{1,%d}+" % length
    kept = digits[:3]
    free = length - len(kept)
    above = [
        f"{kept[:at]}[0-{int(digit) - 1}][0-9]{{{length - at - 1}}}"
        for at, digit in enumerate(kept)
        if digit > "0"
    ]
    close = "|".join(
        [f"{kept}[0-9]{{{free}}}", *above, *([f"[0-9]{{1,{length - 1}}}+"] if length > 1 else ())]
    )
    return quick, ((int(kept) + 1) * 10**free - 1, f"(?:{close})".encode())


@cache
def _beyond(prefix: bytes, column: int, rows: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a cell that may lie right of a column or below the rows, or that does not tell its place at once.

    It looks at the first of two letters only, and takes three for too many: it passes every cell of a long sheet.
    """
    first, second = divmod(column - 1, 26)
    if first == 0:
        within = f"[A-{_LETTERS[second]}]"
    elif first == 1:
        within = "[A-Z]"
    else:  # a first letter before that of the column can have any second one
        within = f"[A-{_LETTERS[min(first, 27) - 2]}]?[A-Z]"
    return re.compile(rb'<%bc(?![^\s/>])(?! r="%b%b")' % (prefix, within.encode(), rows))


class _Reader:
    """Reads a sheet's XML and follows its cells as calamine does."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._row = self._column = 1  # of the next cell that has no address
        self._cell: tuple[int, int] | None = None
        self._holds = False
        self._bottom = self._right = 1

    def extent(self, data: bytes) -> tuple[int, int]:
        """Return the last row and column that hold anything; a cell that only carries a style does not. Raises `FileFault`."""
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        try:
            self._parser.Parse(data, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise FileFault(f"{self._where}已损坏，读不出内容。请用 Excel 打开并另存后再试。") from error
        return self._bottom, self._right

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind, told = name.rpartition(":")[2], attributes.get("r")
        if self._cell is not None:
            self._holds = True
        elif kind == "c":
            row = self._row
            if told is not None:
                row, self._column = self._place(told)
            self._cell, self._holds = (row, self._column), False
        elif kind == "row" and told is not None:
            self._row, _ = self._place(f"A{told}")

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        if kind == "c" and self._cell is not None:
            if self._holds:
                row, column = self._cell
                self._bottom, self._right = max(self._bottom, row), max(self._right, column)
            self._cell = None
            self._column += 1
        elif kind == "row":
            self._row, self._column = self._row + 1, 1
        elif kind == "sheetData":  # only the first is read
            self._parser.StartElementHandler = self._parser.EndElementHandler = None

    def _place(self, address: str) -> tuple[int, int]:
        """Return the row and column of an address. Raises `FileFault` for one that no sheet has."""
        found = _ADDRESS.fullmatch(address)
        row, column = (int(found[2]), _column(found[1].upper())) if found else (0, 0)
        if not (1 <= row <= ROWS and column <= COLUMNS):
            raise FileFault(
                f"{self._where}里有单元格的位置写成“{address[:20]}”，工作表里没有这个位置。请用 Excel 打开并另存后再试。"
            )
        return row, column


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + _LETTERS.index(letter) + 1
    return number


def _refuse_text_flood(where: str, data: bytes, shared: bytes) -> None:
    """Refuse a sheet that repeats a long shared text so often that memory would not hold it."""
    lengths = list(map(len, _TEXT_END.split(shared) if b":si" in shared else shared.split(b"</si>")))
    longest = max(lengths)
    if len(data) // _SMALLEST_SHARED * longest <= SHEET_TEXT_LIMIT:
        return
    uses, known = len(_SHARED.findall(data)), len(lengths)
    if uses * longest <= SHEET_TEXT_LIMIT:
        return
    told = list(map(int, _SHARED_INDEX.findall(data)))
    # A cell that is written as nobody writes it may hold the longest text of all.
    total = sum(lengths[at] for at in told if at < known) + (uses - len(told)) * longest
    if total > SHEET_TEXT_LIMIT:
        raise FileFault(f"{where}里的文字展开后大得不正常，为安全起见没有读取。请确认文件来源。")
