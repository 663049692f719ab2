"""The ledger's tables, what keeps them append-only, and how an older ledger becomes a newer one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import sqlalchemy as sa

from ccgrade_xl.casework.ledger.frozen import FROZEN_COLUMNS
from ccgrade_xl.casework.ledger.records import MonthFrozen

Upgrade: TypeAlias = Callable[[sa.Connection], None]
"""Makes a ledger of one version one of the next; it runs in a transaction and keeps every record."""


def _more_kinds(connection: sa.Connection) -> None:
    """Make version 2: cases under way and carried tasks are recorded, which a ccgrade of version 1 cannot read.

    The tables stay as they are.
    """


def _spread_kept(connection: sa.Connection) -> None:
    """Make version 3: what seals a month keeps how it is spread over the stars, a field version 2 does not know.

    The tables stay as they are.
    """


UPGRADES: Sequence[Upgrade] = (_more_kinds, _spread_kept)
"""What became of version 1, in order. A released upgrade never changes."""

READABLE = 1
"""The oldest version whose tables can be read as they are: a ledger nobody may write is looked at all the same."""

METADATA = sa.MetaData()

INFO = sa.Table(
    "ccgrade_info",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""What the ledger says of itself: `schema`, its version."""

RECORD = sa.Table(
    "ccgrade_record",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("customer", sa.Text, nullable=False),
    sa.Column("month", sa.Text, nullable=False),
    sa.Column("rule_version", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.CheckConstraint("number > 0"),
)
"""Every record, numbered from 1 without a gap; `hash` covers all of it and the hash before."""

sa.Index("ccgrade_record_key", RECORD.c.kind, RECORD.c.key, RECORD.c.number)
sa.Index("ccgrade_record_customer", RECORD.c.customer, RECORD.c.kind)
_FREEZES = RECORD.c.kind == MonthFrozen.kind
sa.Index(
    "ccgrade_record_month",
    RECORD.c.month,
    unique=True,
    sqlite_where=_FREEZES,
    postgresql_where=_FREEZES,
)

FROZEN = sa.Table(
    "ccgrade_frozen_grade",
    METADATA,
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    *(sa.Column(column.name, sa.Double if column.kind == "number" else sa.Text) for column in FROZEN_COLUMNS),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.UniqueConstraint("customer", "month", "revision"),
    sa.CheckConstraint("customer IS NOT NULL AND customer <> ''"),
)
"""The frozen grades of each month; revision 0 is the month close, each correction has the next."""

HISTORY = (RECORD, FROZEN)
"""The tables to which rows are only ever added."""

REFUSAL = "台账只能追加，不能修改或删除"


def create(connection: sa.Connection) -> None:
    """Make the tables of version 1 in an empty database, and everything up to the newest version."""
    METADATA.create_all(connection)
    for statement in _guards(connection.dialect.name):
        connection.exec_driver_sql(statement)
    connection.execute(INFO.insert(), {"name": "schema", "value": "1"})


def upgrade(connection: sa.Connection, upgrades: Sequence[Upgrade]) -> None:
    """Bring an older ledger to the newest version; nothing happens to one that is there."""
    for at in range(version_of(connection), newest(upgrades)):
        upgrades[at - 1](connection)
        connection.execute(sa.update(INFO).where(INFO.c.name == "schema").values(value=str(at + 1)))


def newest(upgrades: Sequence[Upgrade]) -> int:
    """Return the version that ccgrade writes."""
    return 1 + len(upgrades)


def version_of(connection: sa.Connection) -> int:
    """Return a ledger's version; 0 where there is none in the database."""
    if not sa.inspect(connection).has_table(INFO.name):
        return 0
    value = connection.scalar(sa.select(INFO.c.value).where(INFO.c.name == "schema"))
    return int(value) if value is not None and value.isdecimal() else 0


def strangers(connection: sa.Connection) -> list[str]:
    """Return what stands in a ledger file that ccgrade did not put there and that acts when the ledger is used.

    That is every trigger and view, and everything on ccgrade's tables: a trigger can swallow what is written, and a view
    in the place of a table can answer without end. A PostgreSQL database is its administrator's; none are named there.
    """
    if connection.dialect.name != "sqlite":
        return []
    own = set(METADATA.tables)
    indexes = {str(index.name) for table in METADATA.tables.values() for index in table.indexes}
    guards = set(_guards("sqlite"))
    found = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
    ).all()
    if all(name.lower() != INFO.name for _, name, _, _ in found):
        return []

    def is_own(kind: str, name: str, table: str, sql: str) -> bool:
        if kind == "trigger":
            return sql in guards
        if kind == "index":  # SQLite's own have no statement
            return not sql or name in indexes or table not in own
        return kind == "table" and not sql.upper().startswith("CREATE VIRTUAL")

    return [row.name for row in found if not is_own(*row)]


def may_write(connection: sa.Connection) -> bool:
    """Return whether the database lets this user write; of a file the file system tells."""
    if connection.dialect.name == "sqlite" or not version_of(connection):
        return True
    asked = sa.select(sa.func.has_table_privilege(INFO.name, "UPDATE"))
    return bool(connection.scalar(asked))


def guards_in(connection: sa.Connection) -> set[str]:
    """Return the names of the guards that stand in a ledger."""
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        found = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    return set(connection.exec_driver_sql(found).scalars()) & guard_names(connection.dialect.name)


def guard_names(dialect: str) -> set[str]:
    """Return the names of the guards a ledger must have."""
    events = ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate")
    return {f"{table.name}_no_{event}" for table in HISTORY for event in events}


def _guards(dialect: str) -> list[str]:
    """Return the statements that make the history append-only."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table.name}_no_{event} BEFORE {event.upper()} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for table in HISTORY
            for event in ("update", "delete")
        ]
    refuse = (
        "CREATE OR REPLACE FUNCTION ccgrade_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    return [refuse] + [
        f"CREATE TRIGGER {table.name}_no_{event} BEFORE {event.upper()} ON {table.name} "
        f"FOR EACH {'STATEMENT' if event == 'truncate' else 'ROW'} EXECUTE FUNCTION ccgrade_append_only()"
        for table in HISTORY
        for event in ("update", "delete", "truncate")
    ]
