"""What does a compound file (the container of .xls) hold, and how is one stream of it handed on alone?

MS-CFB. Read with olefile, which follows every chain of sectors under a limit. What calamine is given is a container
written anew that holds the one stream which was looked at: it reads nothing else of what a file holds.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable

import olefile

MAGIC = olefile.MAGIC

_SECTOR = 4096
_IN_FAT = _SECTOR // 4
_IN_HEADER = 109
_END, _FREE, _FAT_SECTOR, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_ROOT, _STREAM, _BLACK = 5, 2, 1
_HEADER = struct.Struct("<8s16x5H6x9I109I")
_ENTRY = struct.Struct("<64sHBBIII36xIQ")
LARGEST = _IN_HEADER * _IN_FAT * _SECTOR // 2
"""Bytes of the longest stream that `container` writes, 228 MB: half of what its header can reach."""


class DamagedContainer(Exception):
    """The container is not sound, or holds none of the streams."""


def stream_of(content: bytes, names: Iterable[str]) -> bytes:
    """Return the first of these streams that a compound file has. Raises `DamagedContainer`."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            for name in names:
                if not container.exists(name) or container.get_type(name) != olefile.STGTY_STREAM:
                    continue
                if container.get_size(name) > min(len(content), LARGEST):
                    raise DamagedContainer
                return bytes(container.openstream(name).read())
    except (OSError, ValueError, IndexError, struct.error, RecursionError) as error:
        raise DamagedContainer from error
    raise DamagedContainer


def container(name: str, stream: bytes) -> bytes:
    """Return a compound file (version 4, sectors of 4,096 bytes) with one stream of at most `LARGEST` bytes.

    Sectors in their order: the stream, the directory, that of short streams (without one calamine takes the root for
    empty), the FAT. The stream fills whole sectors, two at least: shorter ones would lie elsewhere. Zeros are added.
    """
    length = max(2, -(-len(stream) // _SECTOR))
    fats = -(-(length + 2) // (_IN_FAT - 1))
    sectors = [*range(1, length), _END, _END, _END, *[_FAT_SECTOR] * fats]
    sectors += [_FREE] * (fats * _IN_FAT - len(sectors))
    in_header = [length + 2 + at for at in range(fats)]
    header = _HEADER.pack(
        MAGIC, 0x3E, 4, 0xFFFE, 12, 6, 1, fats, length, 0, _SECTOR, _END, 0, _END, 0,
        *in_header, *[_FREE] * (_IN_HEADER - fats),
    )  # fmt: skip
    entries = [
        _entry("Root Entry", _ROOT, 1, length + 1, _SECTOR),
        _entry(name, _STREAM, _NONE, 0, length * _SECTOR),
    ]
    return b"".join(
        (
            header.ljust(_SECTOR, b"\0"),
            stream.ljust(length * _SECTOR, b"\0"),
            b"".join(entries).ljust(_SECTOR, b"\0"),
            bytes(_SECTOR),
            struct.pack(f"<{len(sectors)}I", *sectors),
        )
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return _ENTRY.pack(text, len(text) + 2, kind, _BLACK, _NONE, _NONE, child, start, size)
