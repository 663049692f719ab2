"""The hand that a test has in Windows: a running `com_client`, and the values on their way to it and back."""

from __future__ import annotations

import datetime as dt
import json
import select
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from tests.hosts.windows.wine import PYTHON, Wine
from tests.hosts.xlwings_stubs import COM_ERRORS, MISSING

LOOK_SECONDS = 1.0
"""How often a test that waits for an answer looks whether the client still runs."""


DAY_ZERO = dt.datetime(1899, 12, 30)


class Gone(Exception):
    """The call failed: the number is COM's."""


class Caller:
    """A client of the COM server in a process of its own."""

    def __init__(self, wine: Wine) -> None:
        self._process = wine.start(str(PYTHON), "-m", "tests.hosts.windows.com_client")

    def connect(self) -> float:
        """Create the object; return the seconds it took."""
        return self._ask("connect")

    def call(self, method: str, *arguments: object) -> Any:
        """Call a method. Raises `Gone` with COM's number where the call fails."""
        return self._ask("call", method, *arguments)

    def formula(self, name: str, *arguments: object) -> Any:
        """Call a cell function; the answer as rows."""
        answer = self.call("CallUDF", name, list(arguments))
        return answer if isinstance(answer, list) else [[answer]]

    def repeat(self, times: int, name: str, *arguments: object) -> tuple[float, list[Any]]:
        """Call a cell function many times; return the seconds and the distinct answers."""
        seconds, answers = self._ask("repeat", times, "CallUDF", name, list(arguments))
        return seconds, answers

    def send(self, *order: object) -> None:
        """Give an order without waiting for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()

    def receive(self) -> Any:
        """Wait for the answer to an order that was sent."""
        assert self._process.stdout is not None
        while not select.select([self._process.stdout], [], [], LOOK_SECONDS)[0]:
            # the server it started holds its streams, too: their end never comes
            assert self._process.poll() is None, "the client has crashed"
        line = self._process.stdout.readline()
        assert line.startswith(b"{"), line.decode(errors="replace")
        answer = json.loads(line)
        if "fault" in answer:
            raise Gone(answer["fault"])
        return answer["value"]

    def _ask(self, *order: object) -> Any:
        self.send(*map(_outward, order))
        return self.receive()

    def close(self) -> None:
        """Let the client end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def calling(wine: Wine) -> Iterator[Caller]:
    """Start a client that has its object."""
    caller = Caller(wine)
    try:
        caller.connect()
        yield caller
    finally:
        caller.close()


def _outward(value: object) -> object:
    """Mark what JSON has no word for: the numbers by which COM knows errors, dates as serial numbers, amounts."""
    if isinstance(value, (tuple, list)):
        return list(map(_outward, value))
    if type(value) is int and value in (MISSING, *COM_ERRORS.values()):
        return {"error": value}
    if isinstance(value, Decimal):
        return {"currency": str(value)}
    if isinstance(value, dt.datetime):
        return {"date": (value.replace(tzinfo=None) - DAY_ZERO) / dt.timedelta(days=1)}
    return value
