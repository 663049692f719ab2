"""What the README shows is so."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from addin.documents.command_line import every_command
from ccgrade_xl.functions import FUNCTIONS, call

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")


def test_the_python_example_gives_what_it_shows() -> None:
    results = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert results.attempted > 3
    assert results.failed == 0


def test_its_links_and_pictures_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", TEXT)
    assert {"docs/使用手册.md", "docs/pictures/overview.png"} <= set(links)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_places_it_names_are_there() -> None:
    named = re.findall(r"^(?:ccgrade_xl|addin|tests|benchmarks|examples|docs)/[\w./]*", TEXT, re.MULTILINE)
    assert len(named) > 6
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("line", re.findall(r"^ccgrade (.+)$", TEXT, re.MULTILINE))
def test_the_commands_it_shows_are_there(line: str) -> None:
    assert shlex.split(line)[0] in {path.split()[0] for path, _ in every_command()}


def test_the_formulas_it_shows_name_functions_there_are() -> None:
    assert set(re.findall(r"CCG_\w+", TEXT)) <= set(FUNCTIONS)
    assert f"{len(FUNCTIONS)}" == "31"
    assert "Thirty-one cell functions" in TEXT
    assert call("CCG_STAR", [call("CCG_STAR_SCORE", [4, 3])]) == "四星级"
    assert str(call("CCG_CHECK", ["CCG_X", "很多"])) in TEXT


def test_the_two_commands_of_the_first_screen_are_files_of_the_clone() -> None:
    assert (ROOT / "examples" / "demo.py").is_file()
    assert (ROOT / "tests" / "run").is_file()
