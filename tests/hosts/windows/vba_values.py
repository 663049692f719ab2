"""VBA's own values, made and read byte by byte: pywin32 cannot send an error value, nor an array that begins at 1.

A Python value stands for each: None is Empty, a list of values an Array(…), a list of lists what Range.Value2
gives; {"error": number}, {"currency": "1.50"} and {"date": serial} stand for what Python has no word for.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import (
    POINTER,
    byref,
    c_double,
    c_int,
    c_int64,
    c_long,
    c_short,
    c_uint,
    c_ulong,
    c_ushort,
    c_void_p,
)
from decimal import Decimal
from typing import Any

VT_EMPTY, VT_NULL, VT_I4, VT_R8, VT_CY, VT_DATE, VT_BSTR, VT_ERROR, VT_BOOL, VT_VARIANT = 0, 1, 3, 5, 6, 7, 8, 10, 11, 12  # fmt: skip
VT_ARRAY = 0x2000

oleaut32 = ctypes.WinDLL("oleaut32")
oleaut32.SysAllocStringLen.restype = oleaut32.SafeArrayCreate.restype = c_void_p
oleaut32.SysAllocStringLen.argtypes = [c_void_p, c_uint]
oleaut32.SysStringLen.argtypes = [c_void_p]
oleaut32.SafeArrayAccessData.argtypes = [c_void_p, c_void_p]
for _function in (oleaut32.SafeArrayUnaccessData, oleaut32.SafeArrayGetDim, oleaut32.VariantClear):
    _function.argtypes = [c_void_p]
for _function in (oleaut32.SafeArrayGetLBound, oleaut32.SafeArrayGetUBound):
    _function.argtypes = [c_void_p, c_uint, POINTER(c_long)]
oleaut32.SafeArrayCreate.argtypes = [c_ushort, c_uint, c_void_p]


class _Value(ctypes.Union):
    _fields_ = [
        ("real", c_double), ("integer", c_int64), ("long", c_int), ("boolean", c_short), ("pointer", c_void_p),
    ]  # fmt: skip


class Variant(ctypes.Structure):
    """A VARIANT of 64-bit Windows."""

    _fields_ = [("type", c_ushort), ("reserved", c_ushort * 3), ("value", _Value), ("record", c_void_p)]


class _Bound(ctypes.Structure):
    _fields_ = [("count", c_ulong), ("first", c_long)]


def put(variant: Variant, value: Any) -> None:
    """Make an empty VARIANT one that holds the value."""
    if value is None:
        variant.type = VT_EMPTY
    elif isinstance(value, list):
        variant.type, variant.value.pointer = VT_ARRAY | VT_VARIANT, _array(value)
    elif isinstance(value, bool):
        variant.type, variant.value.boolean = VT_BOOL, -value
    elif isinstance(value, int):
        variant.type, variant.value.long = VT_I4, value
    elif isinstance(value, float):
        variant.type, variant.value.real = VT_R8, value
    elif isinstance(value, str):
        text = value.encode("utf-16-le")
        variant.type, variant.value.pointer = VT_BSTR, oleaut32.SysAllocStringLen(text, len(text) // 2)
    elif "error" in value:
        variant.type, variant.value.long = VT_ERROR, value["error"]
    elif "currency" in value:
        variant.type, variant.value.integer = VT_CY, int(Decimal(value["currency"]) * 10_000)
    else:
        variant.type, variant.value.real = VT_DATE, value["date"]


def _array(values: list[Any]) -> int:
    """Return a SAFEARRAY: of one dimension from 0, or of rows and columns from 1, column by column."""
    if values and all(isinstance(row, list) for row in values) and _is_block(values):
        bounds = (_Bound * 2)(_Bound(len(values), 1), _Bound(len(values[0]), 1))
        return _filled(bounds, [cell for column in zip(*values, strict=True) for cell in column])
    return _filled((_Bound * 1)(_Bound(len(values), 0)), values)


def _is_block(rows: list[list[Any]]) -> bool:
    """Return whether rows are those of a range: as wide as one another, with cells that are no arrays."""
    return len({len(row) for row in rows}) == 1 and not any(isinstance(cell, list) for cell in rows[0])


def _filled(bounds: Any, cells: Sequence[Any]) -> int:
    array = oleaut32.SafeArrayCreate(VT_VARIANT, len(bounds), bounds)
    data = POINTER(Variant)()
    oleaut32.SafeArrayAccessData(array, byref(data))
    for at, cell in enumerate(cells):
        put(data[at], cell)
    oleaut32.SafeArrayUnaccessData(array)
    return array


def taken(variant: Variant) -> Any:
    """Return what a VARIANT holds; an array as a list, of rows where it has two dimensions."""
    kind, value = variant.type, variant.value
    if kind == VT_ARRAY | VT_VARIANT:
        return _rows(value.pointer)
    if kind == VT_BSTR:
        length = oleaut32.SysStringLen(value.pointer)
        return ctypes.string_at(value.pointer, 2 * length).decode("utf-16-le") if length else ""
    return {
        VT_EMPTY: lambda: None,
        VT_R8: lambda: value.real,
        VT_BOOL: lambda: bool(value.boolean),
        VT_ERROR: lambda: {"error": value.long},
        VT_DATE: lambda: {"date": value.real},
    }[kind]()


def _rows(array: int) -> list[Any]:
    dimensions = oleaut32.SafeArrayGetDim(array)
    lengths = [_length(array, dimension + 1) for dimension in range(dimensions)]
    data = POINTER(Variant)()
    oleaut32.SafeArrayAccessData(array, byref(data))
    height, width = lengths[0], lengths[1] if dimensions > 1 else 1
    cells = [taken(data[at]) for at in range(height * width)]
    oleaut32.SafeArrayUnaccessData(array)
    return cells if dimensions == 1 else [cells[row::height] for row in range(height)]


def _length(array: int, dimension: int) -> int:
    first, last = c_long(), c_long()
    oleaut32.SafeArrayGetLBound(array, dimension, byref(first))
    oleaut32.SafeArrayGetUBound(array, dimension, byref(last))
    return last.value - first.value + 1
