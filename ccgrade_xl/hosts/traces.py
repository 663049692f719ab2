"""What did the installation create on this Windows? Noted in the user's registry, so that nothing is left of it.

A key or folder that was there before is never removed, not even an empty one.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ccgrade_xl.hosts import registry

NOTES = "HKCU\\Software\\ccgrade"
_KEYS, _FOLDERS = "CreatedKeys", "CreatedFolders"


def write_value(key: str, name: str, value: registry.RegistryValue) -> None:
    """Set a registry value; the keys that must be created for it are noted first."""
    _note(_KEYS, registry.missing_keys(key))
    registry.write(key, name, value)


def make_folder(folder: Path) -> None:
    """Create a folder; it and the parents that must be created are noted first."""
    wanted = [path for path in (folder, *folder.parents) if not path.exists()]
    _note(_FOLDERS, [str(path) for path in reversed(wanted)])
    folder.mkdir(parents=True, exist_ok=True)


def erase() -> None:
    """Remove the keys and folders that were noted, where nothing else has come to use them; then the notes."""
    for folder in reversed(_noted(_FOLDERS)):
        with suppress(OSError):  # not empty: it is the user's now
            Path(folder).rmdir()
    for key in reversed(_noted(_KEYS)):
        registry.delete_if_empty(key)
    registry.delete_tree(NOTES)


def _note(kind: str, created: list[str]) -> None:
    known = _noted(kind)
    fresh = [name for name in created if name not in known]
    if fresh:
        registry.write(NOTES, kind, known + fresh)


def _noted(kind: str) -> list[str]:
    found = registry.read(NOTES, kind)
    return found if isinstance(found, list) else []
