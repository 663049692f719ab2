"""Was a source written while it was read? What then comes out may mix old and new, and must be said."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from ccgrade_xl.errors import CcgradeError, FileFault
from ccgrade_xl.meters.files import files_of

_NAMED = 3


@frozen
class Watched:
    """The files of a source as they stood when it was opened, with size and time of last change."""

    files: Mapping[Path, tuple[int, int] | None]

    def changed(self) -> tuple[str, ...]:
        """Return the names of the files that have changed or gone since."""
        return tuple(file.name for file, stamp in self.files.items() if _stamp(file) != stamp)

    def remarks(self) -> tuple[str, ...]:
        """Return a sentence for the manager where files have changed."""
        changed = self.changed()
        if not changed:
            return ()
        return (f"扫描时{_named(changed)}正被改写，这次的结果里可能有新旧不一的读数。请等写完后再扫描一次。",)


@contextlib.contextmanager
def watching(source: Any) -> Iterator[Watched]:
    """Watch the files of a path; other sources have none. Raises `FileFault` where reading fails because one was changed or removed."""
    watched = Watched({file: _stamp(file) for file in files_of(source)})
    try:
        yield watched
    except CcgradeError:
        raise
    except Exception as error:
        changed = watched.changed()
        if not changed:
            raise
        raise FileFault(
            f"扫描时{_named(changed)}被改写或移走，没有扫描完，上次的结果还在。请等写完后再扫描一次。"
        ) from error


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def _named(names: tuple[str, ...]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > _NAMED else ""
    return f"文件“{'”“'.join(names[:_NAMED])}”{more}"
