"""Packages: the same bytes every time, a ribbon that finds its icons, an add-in that is one."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree
from PIL import Image

from addin import build
from addin.packaging import ADDIN_TYPE, CONTENT_TYPES, RIBBON_PART, as_addin, read_package, write_package
from addin.ribbon.customui import ICON_PIXELS, ICONS, NAMESPACE, commands_without_icon
from ccgrade_xl.commands import COMMANDS
from tests.addin.packages import SHIPPED, shipped

BUTTON = f"{{{NAMESPACE}}}button"


@pytest.mark.parametrize(
    ("name", "builder"), [(build.TEMPLATE, build.build_template), (build.ADDIN, build.build_addin)]
)
def test_two_builds_are_byte_identical(name, builder):
    assert builder() == shipped(name)


def test_the_order_in_which_parts_were_written_does_not_matter():
    parts = read_package(shipped(build.ADDIN))
    assert write_package(dict(reversed(parts.items()))) == write_package(parts)
    assert read_package(write_package(parts)) == parts


@pytest.mark.parametrize("name", SHIPPED)
def test_no_part_carries_a_date_of_the_build(name):
    with ZipFile(BytesIO(shipped(name))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.infolist()[0].filename == CONTENT_TYPES


@pytest.mark.parametrize("name", SHIPPED)
def test_every_command_has_one_button_in_its_group(name):
    root = etree.fromstring(read_package(shipped(name))[RIBBON_PART])
    shown = [
        (button.get("tag"), button.get("label"), button.getparent().get("label"), button.get("size"))
        for button in root.iter(BUTTON)
    ]
    assert shown == [
        (command.name, command.label, command.group, "large" if command.large else "normal")
        for command in COMMANDS.values()
    ]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_button_finds_its_icon_in_the_package(name):
    parts = read_package(shipped(name))
    relations = etree.fromstring(parts["customUI/_rels/customUI14.xml.rels"])
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    buttons = list(etree.fromstring(parts[RIBBON_PART]).iter(BUTTON))
    assert len(buttons) == len(COMMANDS)
    for button in buttons:
        picture = Image.open(BytesIO(parts["customUI/" + targets[button.get("image")]]))
        assert picture.size == ((64, 64) if button.get("size") == "large" else (32, 32))


def test_no_ribbon_group_stands_twice():
    groups = [
        element.get("label")
        for element in etree.fromstring(read_package(shipped(build.ADDIN))[RIBBON_PART]).iter(
            f"{{{NAMESPACE}}}group"
        )
    ]
    assert len(groups) == len(set(groups))


def test_every_command_has_an_icon():
    assert commands_without_icon(tuple(COMMANDS.values())) == []


@pytest.mark.parametrize("source", sorted(ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_an_icon_stands_in_every_size(source):
    for pixels in ICON_PIXELS:
        picture = Image.open(source.with_name(f"{source.stem}_{pixels}.png"))
        assert picture.size == (pixels, pixels)
        assert picture.convert("RGBA").getextrema()[3] == (0, 255), "drawn on nothing, and drawn at all"


def test_the_add_in_is_an_add_in_and_the_template_is_not():
    assert ADDIN_TYPE.encode() in read_package(shipped(build.ADDIN))[CONTENT_TYPES]
    assert ADDIN_TYPE.encode() not in read_package(shipped(build.TEMPLATE))[CONTENT_TYPES]


def test_a_workbook_without_macros_becomes_no_add_in():
    parts = read_package(shipped(build.TEMPLATE))
    types = parts[CONTENT_TYPES].replace(b"application/vnd.ms-excel.sheet.macroEnabled.main+xml", b"text/xml")
    with pytest.raises(ValueError, match="macros"):
        as_addin({**parts, CONTENT_TYPES: types})
