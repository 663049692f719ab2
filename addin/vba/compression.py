"""The compression of VBA streams (MS-OVBA 2.4.1): a run-length coding in chunks of 4096 bytes."""

from __future__ import annotations

from struct import pack

CHUNK = 4096
_LOOK_BACK = 64
"""How many earlier places of a three-byte start are tried; more would be slower and hardly smaller."""


def compress(data: bytes) -> bytes:
    """Return the CompressedContainer of `data`."""
    chunks = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return b"\x01" + b"".join(map(_container_chunk, chunks))


def _container_chunk(chunk: bytes) -> bytes:
    tokens = _tokens(chunk)
    if len(tokens) < CHUNK:
        return pack("<H", 0xB000 | (len(tokens) - 1)) + tokens
    return pack("<H", 0x3FFF) + chunk.ljust(CHUNK, b"\0")


def _tokens(chunk: bytes) -> bytes:
    """Return the chunk's token sequences: a flag byte, then eight literals or copy tokens."""
    out = bytearray()
    places: dict[bytes, list[int]] = {}
    at = 0
    while at < len(chunk):
        flag_at = len(out)
        out.append(0)
        for bit in range(8):
            if at >= len(chunk):
                break
            length, offset = _longest_match(chunk, at, places)
            if length:
                out[flag_at] |= 1 << bit
                out += _copy_token(at, length, offset)
            else:
                out.append(chunk[at])
            for place in range(at, at + max(length, 1)):
                places.setdefault(chunk[place : place + 3], []).append(place)
            at += max(length, 1)
    return bytes(out)


def _offset_bits(at: int) -> int:
    """Return how many bits of a copy token say how far back: at least 4, else enough to reach the start."""
    return max(4, (at - 1).bit_length())


def _longest_match(chunk: bytes, at: int, places: dict[bytes, list[int]]) -> tuple[int, int]:
    """Return length and distance of the longest earlier copy, or (0, 0) where none has three bytes."""
    limit = min((0xFFFF >> _offset_bits(at)) + 3, len(chunk) - at) if at else 0
    best, offset = 0, 0
    if limit < 3:
        return best, offset
    for place in reversed(places.get(chunk[at : at + 3], [])[-_LOOK_BACK:]):
        length = 3
        while length < limit and chunk[place + length] == chunk[at + length]:
            length += 1
        if length > best:
            best, offset = length, at - place
        if best == limit:
            break
    return best, offset


def _copy_token(at: int, length: int, offset: int) -> bytes:
    return pack("<H", ((offset - 1) << (16 - _offset_bits(at))) | (length - 3))
