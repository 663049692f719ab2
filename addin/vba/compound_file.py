"""A writer of compound files (MS-CFB version 3): storages and streams in 512-byte sectors.

No dates, no class ids, fixed order: the same tree always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import pack
from typing import Union

from attrs import define, field

Tree = Mapping[str, Union[bytes, "Tree"]]
"""Names to streams (bytes) and storages (trees)."""

SECTOR, MINI_SECTOR, MINI_CUTOFF, ENTRY = 512, 64, 4096, 128
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1
_FAT_IN_HEADER = 109
_ENTRIES_IN_SECTOR = SECTOR // 4


@define
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    child: int = FREE
    left: int = FREE
    right: int = FREE
    color: int = BLACK
    start: int = 0
    size: int = 0

    def encoded(self) -> bytes:
        name = (self.name + "\0").encode("utf-16-le")
        if len(name) > 64:
            raise ValueError(f"A name in a compound file has at most 31 characters: {self.name}")
        head = name.ljust(64, b"\0") + pack("<HBB", len(name), self.kind, self.color)
        links = pack("<III", self.left, self.right, self.child)
        return head + links + bytes(36) + pack("<IQ", self.start, self.size)


_UNUSED_ENTRY = bytes(68) + pack("<III", FREE, FREE, FREE) + bytes(48)


@define
class _Sectors:
    """Sectors being laid out, with the table that chains them; `reserved` sectors go before them."""

    size: int
    reserved: int = 0
    chain: list[int] = field(factory=list)
    data: bytearray = field(factory=bytearray)

    def append(self, data: bytes, filler: bytes = b"\0") -> int:
        """Lay out `data` in a new chain; return its first sector."""
        if not data:
            return END
        first = self.reserved + len(self.chain)
        count = -(-len(data) // self.size)
        self.chain += [*range(first + 1, first + count), END]
        self.data += data.ljust(count * self.size, filler)
        return first


def write_compound_file(tree: Tree) -> bytes:
    """Return the compound file that holds `tree`.

    Raises ValueError for a name over 31 characters or a content over about 7 MB.
    """
    entries = _directory(tree)
    mini = _Sectors(MINI_SECTOR)
    for entry in entries:
        if entry.kind == STREAM and len(entry.data) < MINI_CUTOFF:
            entry.start, entry.size = mini.append(entry.data), len(entry.data)
    large = [entry for entry in entries if entry.kind == STREAM and len(entry.data) >= MINI_CUTOFF]
    mini_table = b"".join(pack("<I", link) for link in mini.chain)

    fat_sectors = _fat_sectors(
        [len(entries) * ENTRY, len(mini_table), len(mini.data), *(len(entry.data) for entry in large)]
    )
    body = _Sectors(SECTOR, reserved=fat_sectors)
    for entry in large:
        entry.start, entry.size = body.append(entry.data), len(entry.data)
    entries[0].start, entries[0].size = body.append(bytes(mini.data)), len(mini.data)
    mini_table_start = body.append(mini_table, b"\xff")
    directory = b"".join(entry.encoded() for entry in entries)
    directory += _UNUSED_ENTRY * (-len(entries) % (SECTOR // ENTRY))
    directory_start = body.append(directory)

    fat = [FAT] * fat_sectors + body.chain
    fat += [FREE] * (fat_sectors * _ENTRIES_IN_SECTOR - len(fat))
    header = _header(fat_sectors, directory_start, mini_table_start, -(-len(mini_table) // SECTOR))
    return header + pack(f"<{len(fat)}I", *fat) + bytes(body.data)


def _fat_sectors(contents: list[int]) -> int:
    """Return how many sectors the allocation table needs for contents of these lengths and itself."""
    body = sum(-(-length // SECTOR) for length in contents)
    count = 1
    while count * _ENTRIES_IN_SECTOR < body + count:
        count += 1
    if count > _FAT_IN_HEADER:
        raise ValueError("The content is too large for a compound file without a DIFAT")
    return count


def _header(fat_sectors: int, directory: int, mini_table: int, mini_table_sectors: int) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += pack("<9I", 0, fat_sectors, directory, 0, MINI_CUTOFF, mini_table, mini_table_sectors, END, 0)
    places = [*range(fat_sectors), *[FREE] * (_FAT_IN_HEADER - fat_sectors)]
    return head + pack(f"<{_FAT_IN_HEADER}I", *places)


def _directory(tree: Tree) -> list[_Entry]:
    """Return the directory entries, the root first; siblings form a balanced red-black tree."""
    entries = [_Entry("Root Entry", ROOT)]
    entries[0].child = _add_children(entries, tree)
    return entries


def _add_children(entries: list[_Entry], tree: Tree) -> int:
    ids = []
    for name in sorted(tree, key=_sibling_order):
        content = tree[name]
        ids.append(len(entries))
        if isinstance(content, bytes):
            entries.append(_Entry(name, STREAM, content))
        else:
            storage = _Entry(name, STORAGE)
            entries.append(storage)
            storage.child = _add_children(entries, content)
    return _balance(entries, ids)


def _sibling_order(name: str) -> tuple[int, str]:
    """MS-CFB 2.6.4: the shorter name first, then by upper case."""
    return len(name), name.upper()


def _balance(entries: list[_Entry], ids: list[int]) -> int:
    """Link sorted siblings; only a last, incomplete level is red. Return the top one's id."""
    levels = len(ids).bit_length()
    complete = len(ids) == (1 << levels) - 1

    def link(low: int, high: int, level: int) -> int:
        if low >= high:
            return FREE
        middle = (low + high) // 2
        entry = entries[ids[middle]]
        entry.left, entry.right = link(low, middle, level + 1), link(middle + 1, high, level + 1)
        entry.color = BLACK if complete or level < levels else RED
        return ids[middle]

    return link(0, len(ids), 1)
