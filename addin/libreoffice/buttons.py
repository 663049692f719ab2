"""The toolbar and the menu 客户分级: a button a command, and the protocol that carries a press to the component."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lxml import etree

from addin.libreoffice.registry import component, entry, group, text, value, xcu
from addin.packaging import Parts
from addin.ribbon.customui import ICONS
from ccgrade_xl.commands import COMMANDS, Command
from ccgrade_xl.functions import CATEGORY

TOOLBAR = "org.ccgrade.toolbar"
PROTOCOL = "vnd.ccgrade:"
HANDLER = "org.ccgrade.Commands"

SMALL_PIXELS, BIG_PIXELS = 16, 26
"""The two sizes of LibreOffice's toolbar icons."""

_CALC = "com.sun.star.sheet.SpreadsheetDocument"
_SEPARATOR = "private:separator"


def addons_xcu() -> bytes:
    """Return the toolbar, the menu with a submenu a group, and the icons."""
    root = component("Addons", "org.openoffice.Office")
    addons = group(root, "AddonUI")
    _toolbar(entry(group(addons, "OfficeToolBar"), TOOLBAR))
    _menu(entry(group(addons, "OfficeMenuBar"), "org.ccgrade.menu"))
    images = group(addons, "Images")
    for command in COMMANDS.values():
        _image(entry(images, f"org.ccgrade.{command.name}"), command)
    return xcu(root)


def protocol_xcu() -> bytes:
    """Return the registration of the component that takes vnd.ccgrade: URLs."""
    root = component("ProtocolHandler", "org.openoffice.Office")
    value(entry(group(root, "HandlerSet"), HANDLER), Protocols=f"{PROTOCOL}*")
    return xcu(root)


def window_state_xcu() -> bytes:
    """Return where the toolbar first stands, and its name in the list of toolbars."""
    root = component("CalcWindowState", "org.openoffice.Office.UI")
    state = entry(group(root, "UIElements", "States"), f"private:resource/toolbar/addon_{TOOLBAR}")
    text(state, UIName=CATEGORY)
    value(state, Docked="true", DockingArea="0", DockPos="0,2", Visible="true")
    return xcu(root)


def icon_parts() -> Parts:
    """Return the icon files of the buttons."""
    return {
        f"icons/{command.name}_{pixels}.png": (ICONS / f"{command.name}_{pixels}.png").read_bytes()
        for command in COMMANDS.values()
        for pixels in (SMALL_PIXELS, BIG_PIXELS)
    }


def _toolbar(bar: etree._Element) -> None:
    for position, command in enumerate(_with_separators()):
        _button(entry(bar, f"b{position:02}"), command)


def _menu(menu: etree._Element) -> None:
    text(menu, Title=CATEGORY)
    value(menu, Target="_self", Context=_CALC)
    submenu = group(menu, "Submenu")
    for position, command in enumerate(_with_separators()):
        _button(entry(submenu, f"m{position:02}"), command)


def _with_separators() -> Iterator[Command | None]:
    """Give the commands in their order, None between two groups."""
    for number, (_, members) in enumerate(groupby(COMMANDS.values(), lambda command: command.group)):
        if number:
            yield None
        yield from members


def _button(node: etree._Element, command: Command | None) -> None:
    if command is None:
        value(node, URL=_SEPARATOR)
        return
    text(node, Title=command.label)
    value(node, URL=f"{PROTOCOL}{command.name}", Target="_self", Context=_CALC)


def _image(node: etree._Element, command: Command) -> None:
    value(node, URL=f"{PROTOCOL}{command.name}")
    value(
        group(node, "UserDefinedImages"),
        ImageSmallURL=f"%origin%/icons/{command.name}_{SMALL_PIXELS}.png",
        ImageBigURL=f"%origin%/icons/{command.name}_{BIG_PIXELS}.png",
    )
