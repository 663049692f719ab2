"""Frozen grades by column: what a month freezes, what a frozen month shows, and a customer's months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from attrs import frozen

if TYPE_CHECKING:
    import pandas as pd


class Columns(Protocol):
    """Rows of grades, asked by column: a `FrozenTable`, or a pandas DataFrame of somebody's own."""

    def __getitem__(self, header: str, /) -> Any:
        """Return a column: something numpy takes, with a `tolist`."""

    def __contains__(self, header: Any, /) -> bool:
        """Tell whether there is a column."""

    def __len__(self) -> int:
        """Return how many rows there are."""


@frozen(eq=False)
class FrozenTable:
    """Columns of grades by header, all of one length: numbers are float64, NaN where unknown; texts objects, "" where unknown.

    Few and plain columns: whoever presses a button need not wait until pandas is loaded.
    """

    arrays: Mapping[str, npt.NDArray[Any]]

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[object] | npt.NDArray[Any]]) -> FrozenTable:
        """Return columns as a table: an array of float64 is a column of numbers, all else are texts."""
        return cls({header: _array(values) for header, values in columns.items()})

    def __getitem__(self, header: str, /) -> npt.NDArray[Any]:
        return self.arrays[header]

    def __contains__(self, header: object, /) -> bool:
        return header in self.arrays

    def __len__(self) -> int:
        return len(next(iter(self.arrays.values()), ()))

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers, in their order."""
        return tuple(self.arrays)

    def rows(self, *headers: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows, a value for each of the headers named, or for each there is."""
        return zip(*(self.arrays[header].tolist() for header in headers or self.arrays), strict=True)

    def where(self, which: npt.NDArray[np.bool_]) -> FrozenTable:
        """Return the rows told by an array of shape (rows,)."""
        return FrozenTable({header: array[which] for header, array in self.arrays.items()})

    def to_pandas(self) -> pd.DataFrame:
        """Return the same as a data frame."""
        import pandas as pd  # noqa: PLC0415 - only who asks for a data frame waits for pandas

        return pd.DataFrame(dict(self.arrays))


def _array(values: Sequence[object] | npt.NDArray[Any]) -> npt.NDArray[Any]:
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        return values
    array = np.empty(len(values), dtype=object)
    array[:] = values if isinstance(values, list) else list(values)
    return array
