"""What a database says when it fails, as the sentence the manager reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from ccgrade_xl.casework.ledger.engines import Place
from ccgrade_xl.casework.ledger.schema import REFUSAL
from ccgrade_xl.errors import LedgerFault

MISSING = "找不到评级台账“{place}”，可能被移动、改名或删除了；请放回原处，或从备份恢复，或另建新台账。"
EMPTY = "评级台账“{place}”是空的，内容已经丢失；请从备份恢复。"
FOREIGN = "“{place}”不是评级台账，请检查台账地址，或另建新台账。"
DAMAGED = "评级台账“{place}”已损坏或被截断，请不要再写入；请从备份恢复。"
READ_ONLY = "评级台账“{place}”是只读的，只能查看不能写入；请取消只读属性，或请管理员给予写权限。"
BUSY = "评级台账“{place}”正被别人写入，等了一会儿仍没有空出；请稍后再试。"
FULL = "磁盘已满，没有写入评级台账“{place}”；请清理磁盘后再试。"
UNREADABLE = "打不开评级台账“{place}”，请检查文件夹、网络盘和权限后再试。"
UNREACHABLE = "连不上评级台账“{place}”，请检查网络、服务器是否启动、连接数是否已满、用户名和密码。"
CROWDED = "评级台账“{place}”所在服务器的连接数已满，没有连上；请稍后再试，或请数据库管理员增加允许的连接数。"
NO_MEMORY = "评级台账“{place}”所在服务器的内存不足，没有读写成功；请稍后再试，或请数据库管理员处理。"
SERVER_FULL = "评级台账“{place}”所在服务器的磁盘已满，没有写入；请数据库管理员清理磁盘后再试。"
FORBIDDEN = "没有权限使用评级台账“{place}”，请数据库管理员授予读写权限。"
NEWER = "评级台账“{place}”由更新版本的 ccgrade 写成（台账版本 {found}，本机只认到 {known}）；请升级 ccgrade 后再打开，数据没有改动。"
STRANGERS = (
    "评级台账“{place}”里有不是 ccgrade 放的触发器、视图或索引（{names}），它们会改变读写的结果，没有打开；"
    "请从备份恢复，或请管理员查明来历后删去。"
)
OTHER = "评级台账“{place}”没有读写成功（{cause}），没有写入任何内容；请稍后再试。"
UNWRITTEN = "写不了“{place}”，请检查文件夹是否存在、是否有写权限、磁盘是否已满。"
EXISTS = "“{place}”已经存在，没有覆盖；请换一个名称，或先把它移走。"

_SQLITE: tuple[tuple[str, str], ...] = (
    ("SQLITE_READONLY", READ_ONLY),
    ("SQLITE_BUSY", BUSY),
    ("SQLITE_LOCKED", BUSY),
    ("SQLITE_NOTADB", FOREIGN),
    ("SQLITE_CORRUPT", DAMAGED),
    ("SQLITE_IOERR_SHORT_READ", DAMAGED),
    ("SQLITE_FULL", FULL),
    ("SQLITE_CANTOPEN", UNREADABLE),
    ("SQLITE_IOERR", UNREADABLE),
)
"""SQLite's results by the start of their names; the first that fits speaks."""

_POSTGRESQL: tuple[tuple[str, str], ...] = (
    ("55P03", BUSY),
    ("40", BUSY),
    ("25006", READ_ONLY),
    ("42501", FORBIDDEN),
    ("42P01", FOREIGN),
    ("53100", SERVER_FULL),
    ("53200", NO_MEMORY),
    ("53300", CROWDED),
    ("XX", DAMAGED),
    ("08", UNREACHABLE),
    ("28", UNREACHABLE),
    ("3D", UNREACHABLE),
    ("57", UNREACHABLE),
)
"""PostgreSQL's states by their first signs."""

_NO_ROOM = ("too many connections", "too many clients", "connection slots are reserved")
"""What PostgreSQL says to one connection too many: a connection it refuses brings no state."""


@contextmanager
def told(place: Place) -> Iterator[None]:
    """Turn what the database raises into a `LedgerFault` that names the place, what happened and what to do."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise LedgerFault(sentence(error.orig, place)) from error
    except sqlite3.Error as error:
        raise LedgerFault(sentence(error, place)) from error


def sentence(error: BaseException | None, place: Place) -> str:
    """Return the sentence for what a database driver raised."""
    if REFUSAL in str(error):
        return f"{REFUSAL}；要改正请追加一条更正记录。"
    if place.file is not None:
        if not place.file.exists():
            return MISSING.format(place=place.shown)
        name = getattr(error, "sqlite_errorname", None) or ""
        text = next((text for start, text in _SQLITE if name.startswith(start)), OTHER)
    else:
        name = getattr(error, "sqlstate", None) or ""
        text = next((text for start, text in _POSTGRESQL if name.startswith(start)), OTHER)
        text = text if name else _unconnected(error)
    return text.format(place=place.shown, cause=name or type(error).__name__)


def _unconnected(error: BaseException | None) -> str:
    """Return what a driver's error says to which PostgreSQL gave no state: mostly that there is no connection."""
    from psycopg import OperationalError  # noqa: PLC0415 - where it raised, it is there

    if not isinstance(error, OperationalError):
        return OTHER
    return CROWDED if any(words in str(error) for words in _NO_ROOM) else UNREACHABLE
