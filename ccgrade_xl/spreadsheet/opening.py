"""How is a spreadsheet opened for its cells? By calamine, whose every complaint becomes one sentence."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from python_calamine import CalamineError, CalamineWorkbook

from ccgrade_xl.errors import FileFault


@contextmanager
def opened(content: bytes, title: str) -> Iterator[CalamineWorkbook]:
    """Open a spreadsheet from its bytes; `title` names it in sentences. Raises `FileFault` where it is damaged."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            yield book
    except CalamineError as error:
        raise damaged_workbook(title) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # calamine's own assertion on a crafted file
            raise damaged_workbook(title) from error
        raise


def damaged_workbook(title: str) -> FileFault:
    """Return the fault for a zip that is sound around parts that are not."""
    return FileFault(f"文件“{title}”的内容已损坏。请用 Excel 打开并另存后再试。")
