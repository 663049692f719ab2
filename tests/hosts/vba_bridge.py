"""Gives the VBA of a LibreOffice without extension its CreateObject("CCGrade.Server"), from the test process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.hosts.office import Office

_COMPONENT = Path(__file__).parents[2] / "addin" / "libreoffice" / "component"


@contextmanager
def answering(office: Office) -> Iterator[list[tuple[str, ...]]]:
    """Put the extension's own object factory, running here, into a LibreOffice; yield what it is asked.

    Each entry is a ProgID, or a method and its first argument.
    """
    import unohelper
    from com.sun.star.lang import XServiceInfo, XSingleComponentFactory

    folders = [str(_COMPONENT), str(_COMPONENT / "pythonpath")]
    sys.path.extend(folders)
    try:
        objects = import_module("ccgrade_component").VbaObjects
    finally:
        for folder in folders:
            sys.path.remove(folder)
    asked: list[tuple[str, ...]] = []

    class Recorded(objects):  # type: ignore[misc, valid-type]
        def createInstance(self, name: str) -> Any:
            made = super().createInstance(name)
            asked.append((name,))
            if made is not None:
                answer = made.server.invoke
                made.server.invoke = lambda method, given: (
                    asked.append((method, *map(str, given[:1]))),
                    answer(method, given),
                )[1]
            return made

    class Factory(unohelper.Base, XSingleComponentFactory, XServiceInfo):  # type: ignore[misc]
        def createInstanceWithContext(self, context: Any) -> Any:
            return Recorded(office.context)

        def createInstanceWithArgumentsAndContext(self, arguments: Any, context: Any) -> Any:
            return Recorded(office.context)

        def getImplementationName(self) -> str:
            return "ccgrade.tests.VbaObjects"

        def supportsService(self, name: str) -> bool:
            return name in objects.SERVICES

        def getSupportedServiceNames(self) -> tuple[str, ...]:
            return tuple(objects.SERVICES)

    factory = Factory()
    office.services.insert(factory)
    try:
        yield asked
    finally:
        office.services.remove(factory)
