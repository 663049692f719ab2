"""The part of ccgrade that LibreOffice loads: it finds the installed package and hands every call to it."""

# UNO prescribes the methods' names.
# ruff: noqa: N802, N816

from __future__ import annotations

import struct
import sys
from typing import Any, Callable, ClassVar  # noqa: UP035 - LibreOffice may bring a Python as old as 3.8

import ccgrade_environment
import unohelper
from com.sun.star.beans import UnknownPropertyException
from com.sun.star.frame import DispatchResultEvent, XDispatchProvider, XNotifyingDispatch
from com.sun.star.frame.DispatchResultState import FAILURE, SUCCESS
from com.sun.star.lang import XInitialization, XMultiServiceFactory, XServiceInfo, XServiceName
from com.sun.star.script import XInvocation

try:
    from org.ccgrade import XCellFunctions
except ImportError:  # the component's text on its own, without the extension's type library
    XCellFunctions = XServiceInfo

PROTOCOL = "vnd.ccgrade:"
SERVER = "CCGrade.Server"

NOT_AVAILABLE = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_7FFF))[0]
"""The NaN Calc shows as #N/A."""


class Service(unohelper.Base, XServiceInfo):
    """A UNO component that answers to its name and to the services it stands for."""

    NAME = ""
    SERVICES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, context: Any) -> None:
        self.context = context

    def getImplementationName(self) -> str:
        return self.NAME

    def supportsService(self, name: str) -> bool:
        return name in self.SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return self.SERVICES


class CellFunctions(Service, XCellFunctions, XServiceName):
    """Answers every cell function; its methods bear the functions' own names (org.ccgrade.XCellFunctions)."""

    NAME = "org.ccgrade.CellFunctions"
    SERVICES = (NAME, "com.sun.star.sheet.AddIn")
    _missing = False

    def getServiceName(self) -> str:
        return self.NAME

    def __getattr__(self, name: str) -> Callable[..., object]:
        if not name.startswith("CCG_"):
            raise AttributeError(name)

        def answer(*arguments: Any) -> object:
            return self._answer(name, arguments)

        setattr(self, name, answer)
        return answer

    def _answer(self, name: str, arguments: tuple[Any, ...]) -> object:
        """Answer the first call of all: the next ones go straight to the package."""
        if not self._missing:
            try:
                functions = ccgrade_environment.load("ccgrade_xl.hosts.libreoffice_functions")
            except ccgrade_environment.NotInstalled:
                self._missing = True  # a sheet of formulas must not look for it again and again
            else:
                self._answer = functions.answer
                return functions.answer(name, arguments)
        return self._not_available(name)

    def _not_available(self, name: str) -> object:
        """Return what Calc shows as #N/A; a function that gives rows must say so in a row."""
        types = self.context.getValueByName("/singletons/com.sun.star.reflection.theTypeDescriptionManager")
        method = types.getByHierarchicalName(f"org.ccgrade.XCellFunctions::{name}")
        return ((NOT_AVAILABLE,),) if method.getReturnType().getTypeClass().value == "SEQUENCE" else None


class Commands(Service, XDispatchProvider, XNotifyingDispatch, XInitialization):
    """Runs vnd.ccgrade:<command> on the document of its frame: the toolbar's and the menu's buttons."""

    NAME = "org.ccgrade.Commands"
    SERVICES = ("com.sun.star.frame.ProtocolHandler",)
    frame: Any = None

    def initialize(self, arguments: tuple[Any, ...]) -> None:
        if arguments:
            self.frame = arguments[0]

    def queryDispatch(self, url: Any, target: str, flags: int) -> Commands | None:
        return self if url.Complete.startswith(PROTOCOL) else None

    def queryDispatches(self, requests: tuple[Any, ...]) -> tuple[Commands | None, ...]:
        return tuple(self.queryDispatch(one.FeatureURL, one.FrameName, one.SearchFlags) for one in requests)

    def addStatusListener(self, listener: Any, url: Any) -> None:
        pass

    def removeStatusListener(self, listener: Any, url: Any) -> None:
        pass

    def dispatch(self, url: Any, arguments: tuple[Any, ...]) -> None:
        self._run(url, arguments)

    def dispatchWithNotification(self, url: Any, arguments: tuple[Any, ...], listener: Any) -> None:
        done, text = self._run(url, arguments)
        if listener is not None:
            listener.dispatchFinished(DispatchResultEvent(self, SUCCESS if done else FAILURE, text))

    def _run(self, url: Any, arguments: tuple[Any, ...]) -> tuple[bool, str]:
        """Run the command a URL names; return whether it did its work, and what the user is told."""
        name = url.Complete[len(PROTOCOL) :].partition("?")[0]
        silent = any(argument.Name == "Silent" and argument.Value for argument in arguments)
        try:
            commands = ccgrade_environment.load("ccgrade_xl.hosts.libreoffice_commands")
        except ccgrade_environment.NotInstalled as missing:
            if not silent:
                show(self.frame, str(missing))
            return False, str(missing)
        document = self.frame.getController().getModel()
        return commands.run_from_button(name, document, self.context, silent=silent)


def show(frame: Any, text: str) -> None:
    """Show one sentence in a box over the frame's window."""
    window = frame.getContainerWindow()
    window.getToolkit().createMessageBox(window, 2, 1, "客户分级", text).execute()


class VbaObjects(Service, XMultiServiceFactory):
    """Answers CreateObject("CCGrade.Server") in a workbook's VBA where there is no COM."""

    NAME = "org.ccgrade.VbaObjects"
    SERVICES = ("com.sun.star.bridge.OleObjectFactory",)

    def createInstance(self, name: str) -> VbaServer | None:
        return VbaServer(self.context) if name == SERVER else None

    def createInstanceWithArguments(self, name: str, arguments: tuple[Any, ...]) -> VbaServer | None:
        return self.createInstance(name)

    def getAvailableServiceNames(self) -> tuple[str, ...]:
        return (SERVER,)


class VbaServer(unohelper.Base, XInvocation):
    """The object behind CCGrade.Server: its methods are those of the package's server."""

    def __init__(self, context: Any) -> None:
        self.server = ccgrade_environment.load("ccgrade_xl.hosts.libreoffice_server").Server(context)

    def getIntrospection(self) -> None:
        return None

    def hasMethod(self, name: str) -> bool:
        return name in self.server.METHODS

    def hasProperty(self, name: str) -> bool:
        return False

    def getValue(self, name: str) -> object:
        raise UnknownPropertyException(name, self)

    def setValue(self, name: str, value: object) -> None:
        raise UnknownPropertyException(name, self)

    def invoke(
        self, name: str, arguments: tuple[Any, ...], out_indexes: Any, out_values: Any
    ) -> tuple[object, tuple[()], tuple[()]]:
        return self.server.invoke(name, arguments), (), ()


g_ImplementationHelper = unohelper.ImplementationHelper()
for service in (CellFunctions, Commands, *(() if sys.platform == "win32" else (VbaObjects,))):
    g_ImplementationHelper.addImplementation(service, service.NAME, service.SERVICES)
