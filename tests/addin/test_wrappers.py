"""Generated VBA: a wrapper a function, a macro a command, parameters VBA can take."""

from __future__ import annotations

import re

import pytest

from addin.vba.sources import HAND_WRITTEN, project_modules
from addin.vba.texts import MESSAGES, wizard_rows
from addin.vba.wrappers import commands_source, functions_source, parameter
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.functions import DESCRIPTION_LIMIT, FUNCTIONS, Argument, CellFunction


def function(*arguments: Argument) -> CellFunction:
    return CellFunction("CCG_TRY", "试一试", arguments, lambda *values: values)


def argument(name: str, *, optional: bool = False) -> Argument:
    return Argument(name, "标签", "说明", optional=optional)


def test_a_wrapper_hands_every_argument_over_as_a_plain_value():
    source = functions_source([function(argument("usage"), argument("rules", optional=True))])
    assert source.endswith(
        "Public Function CCG_TRY(usage As Variant, Optional rules As Variant) As Variant\n"
        "    If IsMissing(rules) Then rules = Empty\n"
        '    CCG_TRY = CcgCall("CCG_TRY", Array(CcgPlain(usage), CcgPlain(rules)))\n'
        "End Function\n"
    )


def test_a_function_without_arguments_gets_an_empty_array():
    assert 'CcgCall("CCG_TRY", Array())' in functions_source([function()])


def test_a_long_statement_is_continued():
    source = functions_source([function(*(argument(f"some_long_name_{i}") for i in range(20)))])
    assert all(len(line) < 110 for line in source.splitlines())
    assert all(source.replace(" _\n", "").count(f"CcgPlain(some_long_name_{i})") == 1 for i in range(20))


@pytest.mark.parametrize(
    ("name", "shown"), [("option", "optionValue"), ("Date", "DateValue"), ("usage", "usage")]
)
def test_a_word_vba_keeps_for_itself_is_renamed(name, shown):
    assert parameter(argument(name)) == shown


@pytest.mark.parametrize("name", ["客户", "a b", "1st", "_x", ""])
def test_a_name_vba_could_not_take_is_refused(name):
    with pytest.raises(ValueError, match="parameter name"):
        parameter(argument(name))


def test_every_command_has_its_macro():
    source = commands_source(COMMANDS.values())
    for name in COMMANDS:
        assert f'Public Sub CcgCommand_{name}()\n    CcgCommand "{name}"\nEnd Sub\n' in source


def test_the_wizard_rows_are_equally_long_and_describe_every_function():
    rows = wizard_rows()
    assert [row[0] for row in rows] == list(FUNCTIONS)
    assert len({len(row) for row in rows}) == 1
    for row, declared in zip(rows, FUNCTIONS.values(), strict=True):
        assert [bool(text) for text in row[2:]] == [
            index < len(declared.arguments) for index in range(len(row) - 2)
        ]


def test_no_wizard_text_is_longer_than_excel_shows():
    assert all(len(text) <= DESCRIPTION_LIMIT for row in wizard_rows() for text in row)


def test_every_text_the_macros_ask_for_is_there():
    source = "".join(module.source for module in project_modules([]) if module.name in HAND_WRITTEN)
    asked = re.findall(r'TextOf\("(\w+)"\)|TextIn\(book, "(\w+)"\)', source)
    assert {here or anywhere for here, anywhere in asked} == set(MESSAGES)
