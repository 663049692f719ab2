"""A real PostgreSQL server of the tests' own, from Debian's package, run by a user without privileges."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa


def binaries() -> Path | None:
    """Return the folder of the newest server's programs, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return found[-1].parent if found else None


@contextlib.contextmanager
def server() -> Iterator[sa.URL]:
    """Start a server that listens on a socket in its own folder only; yield its address."""
    programs, folder = binaries(), Path(tempfile.mkdtemp(prefix="ccgrade-pg-", dir="/tmp"))
    assert programs is not None
    who: dict[str, str | int] = {}
    if os.geteuid() == 0:
        user = _somebody()
        who = {"user": user.pw_uid, "group": user.pw_gid}
        os.chown(folder, user.pw_uid, user.pw_gid)
    data, log = folder / "data", folder / "log"

    def run(program: str, *arguments: str | Path) -> None:
        quiet = subprocess.DEVNULL
        command = [programs / program, "-D", data, *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=quiet, stderr=quiet, **who)

    run("initdb", "-U", "ccgrade", "-A", "trust", "-E", "UTF8", "--no-sync")
    settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-w", "-l", log, "-o", settings, "start")
    try:
        yield sa.make_url(f"postgresql+psycopg://ccgrade@/postgres?host={folder}")
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@contextlib.contextmanager
def database(address: sa.URL) -> Iterator[str]:
    """Make an empty database on a server; yield its address and drop it in the end."""
    name = f"ledger_{secrets.token_hex(4)}"
    engine = sa.create_engine(address, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield address.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _somebody() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise LookupError("no user without privileges")
