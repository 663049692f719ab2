"""The ribbon XML (customUI14.xml), generated from the commands: a tab, its groups, a button a command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from ccgrade_xl.functions import CATEGORY

if TYPE_CHECKING:
    from ccgrade_xl.commands import Command

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
ON_LOAD, ON_ACTION = "CcgRibbonLoad", "CcgRun"
"""The callbacks in modRibbon."""

_EMPTY = f'<customUI xmlns="{NAMESPACE}" onLoad="{ON_LOAD}"><ribbon><tabs/></ribbon></customUI>'

ICONS = Path(__file__).parent / "icons"
LARGE_PIXELS, NORMAL_PIXELS = 64, 32
"""Twice what Excel shows at 100 %, so that icons stay sharp on a magnified screen."""

ICON_PIXELS = (16, 26, NORMAL_PIXELS, LARGE_PIXELS)
"""Every size an icon is drawn in: LibreOffice's small and large toolbar, and the ribbon's two."""


def ribbon_xml(commands: Iterable[Command]) -> bytes:
    """Return the customUI14.xml of a tab with these buttons, grouped as they are declared."""
    root = etree.fromstring(_EMPTY)
    tabs = root[0][0]
    tab = etree.SubElement(tabs, f"{{{NAMESPACE}}}tab", id="ccgTab", label=CATEGORY)
    for number, (label, members) in enumerate(groupby(commands, lambda command: command.group), 1):
        group = etree.SubElement(tab, f"{{{NAMESPACE}}}group", id=f"ccgGroup{number}", label=label)
        for command in members:
            etree.SubElement(group, f"{{{NAMESPACE}}}button", _attributes(command))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True, pretty_print=True)


def _attributes(command: Command) -> dict[str, str]:
    return {
        "id": f"ccg_{command.name}",
        "tag": command.name,
        "label": command.label,
        "size": "large" if command.large else "normal",
        "image": image_id(command),
        "screentip": command.label,
        "supertip": command.help,
        "onAction": ON_ACTION,
    }


def image_id(command: Command) -> str:
    """Return the relationship id under which the ribbon finds the command's icon."""
    return f"icon_{command.name}"


def icon_file(command: Command) -> Path:
    """Return the committed icon of a command, in the size its button wants."""
    return ICONS / f"{command.name}_{LARGE_PIXELS if command.large else NORMAL_PIXELS}.png"


def commands_without_icon(commands: Sequence[Command]) -> list[str]:
    """Return the names of the commands nobody has drawn an icon for."""
    return [command.name for command in commands if not icon_file(command).exists()]
