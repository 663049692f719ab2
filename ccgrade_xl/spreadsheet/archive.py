"""Is this a sound zip, and how is one part of it changed while every other stays byte for byte?

Limits are far above any real customer workbook and far below what would exhaust a machine. Everything a file
declares about itself is checked by inflating it once under a cap, so that later readers (calamine inflates by
itself) meet no surprise.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from attrs import define, evolve, field, frozen
from isal import isal_zlib as deflate

from ccgrade_xl.errors import FileFault

ENTRY_LIMIT = 10_000
TOTAL_LIMIT = 1_500_000_000
"""Bytes, all parts inflated: a full sheet of 1,048,575 customers stays below it."""
RATIO_LIMIT = 300
"""Inflated ÷ stored size of a part larger than `RATIO_FREE` bytes; repetitive sheets reach about 60."""
RATIO_FREE = 20_000_000

KEPT_LIMIT = 256 * 2**20
"""Bytes of inflated parts an archive keeps from its first check, so that reading them again costs nothing."""

_STORED, _DEFLATED = 0, 8
_RAW = -15
"""Deflate as it stands in a zip: without a header."""
_LEVEL = 1
"""How hard a part is deflated: 2 makes a sheet hardly smaller, and 3 takes four times as long for 2 %."""
_END = struct.Struct("<4s4s2H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800


@frozen
class Entry:
    """One record of the zip's directory; `record` is its central record as it stands, `start` its local one."""

    name: str
    flags: int
    method: int
    timestamp: int
    crc: int
    packed: int
    size: int
    start: int
    record: bytes = field(repr=False)


@define
class Archive:
    """A zip held in memory, checked by `open_archive`. `title` names the file in sentences."""

    title: str
    content: bytes = field(repr=False)
    entries: dict[str, Entry] = field(repr=False)
    directory: int
    tail: bytes = field(repr=False)
    inflated: dict[str, bytes] = field(factory=dict, repr=False)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def read(self, name: str) -> bytes:
        """Inflate one part. Raises `FileFault` when the part is missing or damaged."""
        entry = self.entries.get(name)
        if entry is None:
            raise FileFault(
                f"文件“{self.title}”缺少部件 {name}，不是完整的工作簿。请用 Excel 打开并另存后再试。"
            )
        kept = self.inflated.get(name)
        return _inflate(self.content, entry, self.title) if kept is None else kept

    def replaced(
        self,
        parts: Mapping[str, bytes],
        removed: frozenset[str] = frozenset(),
        added: Mapping[str, bytes] | None = None,
        *,
        stored: bool = False,
    ) -> bytes:
        """Return the zip with some parts replaced: order, timestamps and all other raw bytes are kept.

        New parts come last, with the time of the first one.

        `stored` leaves the new parts as large as they are, for a zip that is read once and thrown away.
        """
        chunks: list[bytes] = []
        at = 0
        moved: dict[str, Entry] = {}
        for entry, end in _spans(self.entries.values(), self.directory):
            if entry.name in removed:
                continue
            if entry.name in parts:
                chunk, new = _packed(entry, parts[entry.name], stored=stored)
            else:
                chunk, new = self.content[entry.start : end], entry
            moved[entry.name] = evolve(new, start=at)
            chunks.append(chunk)
            at += len(chunk)
        for name, data in (added or {}).items():
            chunk, new = _packed(_new_entry(name, next(iter(self.entries.values()))), data, stored=stored)
            moved[name] = evolve(new, start=at)
            chunks.append(chunk)
            at += len(chunk)
        records = [_central(moved[name]) for name in (*self.entries, *(added or ())) if name in moved]
        size = sum(map(len, records))
        end_record = _END.pack(b"PK\5\6", bytes(4), len(records), len(records), size, at, len(self.tail))
        return b"".join((*chunks, *records, end_record, self.tail))


def open_archive(content: bytes, title: str, known: Archive | None = None) -> Archive:
    """Read a zip's directory and inflate every part once under the limits.

    `title` is the file name for the sentence; a part that stands in `known` byte by byte need not be inflated again.
    Raises `FileFault` for a damaged, encrypted or oversized zip.
    """
    archive = _directory(content, title)
    if sum(entry.size for entry in archive.entries.values()) > TOTAL_LIMIT:
        raise _too_large(title)
    end = kept = 0
    for entry, next_start in _spans(archive.entries.values(), archive.directory):
        if entry.start < end:
            raise _damaged(title)
        end = _data_start(content, entry, title) + entry.packed
        if end > next_start:
            raise _damaged(title)
        if entry.size > RATIO_FREE and entry.size > RATIO_LIMIT * max(entry.packed, 1):
            raise _too_large(title)
        data = _inflate(content, entry, title) if known is None else _inflated_before(archive, entry, known)
        if kept + len(data) <= KEPT_LIMIT:
            archive.inflated[entry.name] = data
            kept += len(data)
    return archive


def _inflated_before(archive: Archive, entry: Entry, known: Archive) -> bytes:
    """Return a part, from the archive that has it already where it does."""
    before = known.entries.get(entry.name)
    data = known.inflated.get(entry.name)
    if before is None or data is None or _raw(archive, entry) != _raw(known, before):
        return _inflate(archive.content, entry, archive.title)
    return data


def _raw(archive: Archive, entry: Entry) -> tuple[object, ...]:
    """Return what a part is made of: its deflated bytes, and what the directory says of them."""
    start = _data_start(archive.content, entry, archive.title)
    packed = archive.content[start : start + entry.packed]
    return entry.method, entry.crc, entry.size, packed


def _directory(content: bytes, title: str) -> Archive:
    at = content.rfind(b"PK\5\6", max(0, len(content) - 65_557))
    if at < 0 or at + _END.size > len(content):
        raise _damaged(title)
    _, disks, _, count, size, start, _ = _END.unpack_from(content, at)
    if disks != bytes(4) or start + size > at:
        raise _damaged(title)
    if count > ENTRY_LIMIT:
        raise _too_large(title)
    entries: dict[str, Entry] = {}
    cursor = start
    for _ in range(count):
        entry = _entry(content, cursor, at, title)
        cursor += len(entry.record)
        if entry.name in entries:
            raise _damaged(title)
        entries[entry.name] = entry
    return Archive(title, content, entries, start, content[at + _END.size :])


def _entry(content: bytes, at: int, limit: int, title: str) -> Entry:
    if at + _CENTRAL.size > limit or content[at : at + 4] != b"PK\1\2":
        raise _damaged(title)
    fields = _CENTRAL.unpack_from(content, at)
    flags, method, time, day, crc, packed, size, name_size, extra, comment = fields[3:13]
    end = at + _CENTRAL.size + name_size + extra + comment
    if end > limit or 0xFFFFFFFF in (packed, size, fields[16]):
        raise _damaged(title)
    if flags & _ENCRYPTED:
        raise FileFault(f"文件“{title}”的内容被压缩软件加了密码。请解密后再试。")
    raw = content[at + _CENTRAL.size : at + _CENTRAL.size + name_size]
    name = raw.decode("utf-8" if flags & _UTF8_NAME else "cp437", "replace")
    return Entry(name, flags, method, time | day << 16, crc, packed, size, fields[16], content[at:end])


def _spans(entries: object, directory: int) -> list[tuple[Entry, int]]:
    """Pair each entry, in the order they lie in the file, with where its local record ends at the latest."""
    laid = sorted(entries, key=lambda entry: entry.start)  # type: ignore[call-overload]
    ends = [*(entry.start for entry in laid[1:]), directory]
    return list(zip(laid, ends, strict=True))


def _data_start(content: bytes, entry: Entry, title: str) -> int:
    if entry.start + _LOCAL.size > len(content) or content[entry.start : entry.start + 4] != b"PK\3\4":
        raise _damaged(title)
    name_size, extra = _LOCAL.unpack_from(content, entry.start)[9:11]
    return int(entry.start + _LOCAL.size + name_size + extra)


def _inflate(content: bytes, entry: Entry, title: str) -> bytes:
    start = _data_start(content, entry, title)
    packed = content[start : start + entry.packed]
    if entry.method == _STORED:
        data = packed
    elif entry.method == _DEFLATED:
        unpacker = deflate.decompressobj(_RAW)
        try:
            data = unpacker.decompress(packed, entry.size + 1)
        except deflate.error as error:  # type: ignore[misc]  # its stubs say instance, not class
            raise _damaged(title) from error
    else:
        raise _damaged(title)
    if len(data) != entry.size or deflate.crc32(data) != entry.crc:
        raise _damaged(title)
    return data


def _packed(entry: Entry, data: bytes, *, stored: bool) -> tuple[bytes, Entry]:
    """Deflate a new part under the old entry's name and timestamp: its local record, and its entry."""
    packed = data if stored else deflate.compress(data, _LEVEL, _RAW)
    method = _STORED if stored else _DEFLATED
    name = entry.record[_CENTRAL.size : _CENTRAL.size + struct.unpack_from("<H", entry.record, 28)[0]]
    flags = entry.flags & _UTF8_NAME
    new = evolve(
        entry, flags=flags, method=method, crc=deflate.crc32(data), packed=len(packed), size=len(data)
    )
    time, day = entry.timestamp & 0xFFFF, entry.timestamp >> 16
    header = _LOCAL.pack(b"PK\3\4", 20, flags, method, time, day, new.crc, new.packed, new.size, len(name), 0)
    return header + name + packed, new


def _new_entry(name: str, like: Entry) -> Entry:
    """Return the entry of a part that comes in, made as another one was."""
    known = like.record[: _CENTRAL.size]
    fields = list(_CENTRAL.unpack(known))
    fields[10:13] = len(name.encode()), 0, 0
    return Entry(name, 0, _DEFLATED, like.timestamp, 0, 0, 0, 0, _CENTRAL.pack(*fields) + name.encode())


def _central(entry: Entry) -> bytes:
    fields = list(_CENTRAL.unpack_from(entry.record, 0))
    fields[3:5] = entry.flags, entry.method
    fields[7:10] = entry.crc, entry.packed, entry.size
    fields[16] = entry.start
    return _CENTRAL.pack(*fields) + entry.record[_CENTRAL.size :]


def _damaged(title: str) -> FileFault:
    return FileFault(f"文件“{title}”已损坏或不完整，读不出内容。请用 Excel 打开并另存为新文件后再试。")


def _too_large(title: str) -> FileFault:
    return FileFault(f"文件“{title}”展开后大得不正常，为安全起见没有打开。请确认来源，或拆成几个文件再试。")
