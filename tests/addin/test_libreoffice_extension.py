"""ccgrade.oxt holds what was declared, the same bytes every time, and nothing of this machine."""

import ast
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from addin.libreoffice import build_oxt
from addin.libreoffice.buttons import PROTOCOL
from ccgrade_xl import __version__
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.functions import FUNCTIONS

_NAME = "{http://openoffice.org/2001/registry}name"


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    with ZipFile(BytesIO(build_oxt())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def property_of(node: etree._Element, name: str) -> str:
    return node.findtext(f"prop[@oor:name='{name}']/value", namespaces={"oor": _NAME[1:-5]}) or ""


def test_two_builds_give_the_same_bytes() -> None:
    assert build_oxt() == build_oxt()


def test_what_is_registered_is_there(parts: dict[str, bytes]) -> None:
    manifest = etree.fromstring(parts["META-INF/manifest.xml"])
    registered = [next(iter(entry.values())) for entry in manifest]
    assert set(registered) == {name for name in parts if name.endswith((".xcu", ".idl"))} | {
        "ccgrade_component.py"
    }
    assert registered.index("ccgrade.idl") < registered.index("ccgrade_component.py")


def test_the_version_is_the_packages(parts: dict[str, bytes]) -> None:
    assert f'<version value="{__version__}"/>'.encode() in parts["description.xml"]


def test_every_function_has_a_method_and_its_texts(parts: dict[str, bytes]) -> None:
    methods = re.findall(r" (CCG_\w+)\(", parts["ccgrade.idl"].decode("ascii"))
    assert methods == list(FUNCTIONS)
    root = etree.fromstring(parts["CalcAddIns.xcu"])
    described = {
        node.get(_NAME): property_of(node, "Description")
        for node in root.iter("node")
        if node.get(_NAME) in FUNCTIONS
    }
    assert described == {name: function.description for name, function in FUNCTIONS.items()}


def test_files_hold_the_functions_under_their_own_names(parts: dict[str, bytes]) -> None:
    root = etree.fromstring(parts["CalcAddIns.xcu"])
    named = {
        node.get(_NAME): (property_of(node, "DisplayName"), property_of(node, "CompatibilityName"))
        for node in root.iter("node")
        if node.get(_NAME) in FUNCTIONS
    }
    assert named == {name: (name, name) for name in FUNCTIONS}


@pytest.mark.parametrize("bar", ["org.ccgrade.toolbar", "org.ccgrade.menu"])
def test_every_command_has_a_button_in_its_order(parts: dict[str, bytes], bar: str) -> None:
    root = etree.fromstring(parts["Addons.xcu"])
    holder = next(node for node in root.iter("node") if node.get(_NAME) == bar)
    buttons = [(property_of(node, "URL"), property_of(node, "Title")) for node in holder.iter("node")]
    pressed = [button for button in buttons if button[0].startswith(PROTOCOL)]
    assert pressed == [(f"{PROTOCOL}{name}", command.label) for name, command in COMMANDS.items()]
    groups = len(list(dict.fromkeys(command.group for command in COMMANDS.values())))
    assert sum(url == "private:separator" for url, _ in buttons) == groups - 1


def test_every_button_has_its_icons(parts: dict[str, bytes]) -> None:
    root = etree.fromstring(parts["Addons.xcu"])
    wanted = {
        value.text.removeprefix("%origin%/")
        for value in root.iter("value")
        if value.text and value.text.startswith("%origin%/")
    }
    assert wanted == {name for name in parts if name.startswith("icons/")}
    assert len(wanted) == 2 * len(COMMANDS)
    assert all(parts[name].startswith(b"\x89PNG") for name in wanted)


def test_the_component_is_python_as_old_as_libreoffices(parts: dict[str, bytes]) -> None:
    for name in ("ccgrade_component.py", "pythonpath/ccgrade_environment.py"):
        ast.parse(parts[name].decode(), name, feature_version=(3, 8))


def test_it_holds_no_path_of_the_machine_it_was_built_on(parts: dict[str, bytes]) -> None:
    for name, content in parts.items():
        assert not re.search(rb"/(root|home|work|tmp|Users)/", content), name
