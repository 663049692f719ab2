"""What was once said of the headers of a source, remembered for this user on this machine: one TOML file, a table a profile.

A profile belongs to places: folders, files whose names differ by their dates only, tables of a database. The next scan of such a place
uses it without being asked.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import tomli_w
from attrs import evolve, frozen

from ccgrade_xl.errors import CcgradeError, FileFault, NotUnderstood
from ccgrade_xl.meters.addresses import is_address, shown_address, without_table
from ccgrade_xl.meters.headers import meaning
from ccgrade_xl.meters.store import results_folder
from ccgrade_xl.replacement import replacing
from ccgrade_xl.rules.wording import plain, shown

_DATE = re.compile(
    r"(?<!\d)20\d\d[-_.年]?(?:1[0-2]|0?[1-9])(?:[-_.月]?(?:3[01]|[12]\d|0?[1-9])日?|月)?(?!\d)|(?<!\d)20\d\d年?(?!\d)"
)
_EDGES = " -_.()（）"
_HEAD = "# 远程抄表读数的表头对照：读数里的列名 = 我们的列（单位）。由 ccgrade meters scan --map 记下，可以修改。\n"


@frozen
class Profile:
    """What headers mean (see `headers`), under a name, and the places it belongs to (see `place_of`)."""

    name: str
    places: tuple[str, ...] = ()
    columns: Mapping[str, str] = {}


def place_of(readings: str | Path) -> str:
    """Return what stays the same of a source from month to month.

    The full path without the dates in its name and its file's ending; of a connection string neither password nor parameters.
    """
    text = str(readings)
    if is_address(text):
        table = without_table(text)[1]
        return shown_address(text) + (f"#{table}" if table else "")
    path = Path(text).absolute()
    name = path.stem if path.suffix and not path.is_dir() else path.name
    bare = _DATE.sub("", name).strip(_EDGES)
    return str(path.with_name(bare) if bare else path.parent)


def profiles_file() -> Path:
    """Return the file the profiles are kept in."""
    return results_folder() / "headers.toml"


def profiles() -> tuple[Profile, ...]:
    """Return every profile, by name. Raises `FileFault` for a file that cannot be read, naming what is wrong in it."""
    file = profiles_file()
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise FileFault(f"表头对照“{file}”读不出来，请改正或删除这个文件。") from error
    return tuple(_profile(name, document[name]) for name in sorted(document))


def profile_named(name: str) -> Profile:
    """Return a profile by its name. Raises `CcgradeError` naming those there are."""
    known = profiles()
    found = next((each for each in known if plain(each.name) == plain(name)), None)
    if found is None:
        names = f"已有：{'、'.join(each.name for each in known)}" if known else "还没有记下过一个"
        raise CcgradeError(f"没有叫{shown(name)}的表头对照（{names}）。第一次请用 --map 说明哪一列是哪一列。")
    return found


def profile_of(readings: str | Path) -> Profile | None:
    """Return the profile that a source belongs to."""
    place = place_of(readings)
    return next((each for each in profiles() if place in each.places), None)


def remember_headers(readings: str | Path, columns: Mapping[str, str], name: str = "") -> Profile | None:
    """Remember what was said of the headers of a source, beside what was said before.

    Under `name`, else the profile it belongs to, else one named after it. None where nothing was ever said. Raises `FileFault`.
    """
    known, place = profiles(), place_of(readings)
    standing = next(
        (each for each in known if (plain(each.name) == plain(name) if name else place in each.places)), None
    )
    if standing is None:
        if not columns:
            return None
        standing = Profile(name or _unused(Path(place.rpartition("#")[2]).name or place, known))
    fresh = evolve(
        standing,
        places=tuple(dict.fromkeys((*standing.places, place))),
        columns=merged(standing.columns, columns),
    )
    others = (each for each in known if each.name != standing.name)
    left = [evolve(each, places=tuple(at for at in each.places if at != place)) for each in others]
    if [*left, fresh] != [*(each for each in known if each.name != standing.name), standing]:
        _write((*left, fresh))
    return fresh


def forget(name: str) -> Profile:
    """Take a profile away, and return it. Raises `CcgradeError` for one there is not."""
    gone = profile_named(name)
    _write(each for each in profiles() if each.name != gone.name)
    return gone


def merged(before: Mapping[str, str], fresh: Mapping[str, str]) -> dict[str, str]:
    """Return what headers mean where some were said anew; a column is given to one header only."""
    newly = {plain(header) for header in fresh}
    taken = {means.column for text in fresh.values() if (means := meaning(text)) is not None}
    kept = {}
    for header, text in before.items():
        means = meaning(text)
        if plain(header) not in newly and (means is None or means.column not in taken):
            kept[header] = text
    return {**kept, **fresh}


def _profile(name: str, told: object) -> Profile:
    file = profiles_file()
    match told:
        case {"places": list(places), "columns": dict(columns)} if all(
            isinstance(text, str) for text in (*places, *columns.values())
        ):
            try:
                for text in columns.values():
                    meaning(text)
            except NotUnderstood as fault:
                raise FileFault(f"表头对照“{file}”的{shown(name)}：{fault}") from None
            return Profile(name, tuple(places), columns)
    raise FileFault(f"表头对照“{file}”的{shown(name)}缺少 places 或 columns，请改正或删除这个文件。")


def _unused(name: str, known: Iterable[Profile]) -> str:
    names = {plain(each.name) for each in known}
    numbered = (name if at == 1 else f"{name} {at}" for at in range(1, len(names) + 2))
    return next(each for each in numbered if plain(each) not in names)


def _write(fresh: Iterable[Profile]) -> None:
    file = profiles_file()
    document = {
        each.name: {"places": list(each.places), "columns": dict(each.columns)}
        for each in sorted(fresh, key=lambda each: each.name)
    }
    try:
        with replacing(file, private=True) as half:
            half.write_text(_HEAD + tomli_w.dumps(document), encoding="utf-8")
    except OSError as error:
        raise FileFault(
            f"表头对照写不进“{file}”（{error.strerror or type(error).__name__}）。请检查磁盘空间和权限。"
        ) from error
