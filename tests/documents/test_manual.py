"""The manual names everything there is, by its right name, and its generated parts are fresh."""

import re
from pathlib import Path

import pytest

from addin.documents import MANUAL, renewed
from addin.documents.command_line import EXAMPLES, every_command
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.functions import FUNCTIONS
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, SHEETS
from tests.documents.pictures import PICTURES

ROOT = Path(__file__).parents[2]
TEXT = MANUAL.read_text(encoding="utf-8")
HEADINGS = re.findall(r"^#{2,4} (.+)$", TEXT, re.MULTILINE)


def section(heading: str) -> str:
    level, after = re.search(rf"^(#+) {re.escape(heading)}$\n(.*)", TEXT, re.MULTILINE | re.DOTALL).groups()
    return re.split(rf"^#{{1,{len(level)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


def test_the_generated_parts_are_fresh() -> None:
    assert renewed(TEXT) == TEXT, "run python -m addin.documents"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_sheet_has_its_section(sheet) -> None:
    assert HEADINGS.count(sheet.name) == 1
    assert ("本版尚未启用" in section(sheet.name)) is not sheet.ready


def test_the_headings_of_sheets_functions_rules_and_commands_are_of_things_there_are() -> None:
    third = re.findall(r"^### (.+)$", TEXT, re.MULTILINE)
    fourth = re.findall(r"^#### (.+)$", TEXT, re.MULTILINE)
    assert third == [sheet.name for sheet in SHEETS]
    assert fourth == [
        *RULE_TABLES,
        *FUNCTIONS,
        *(f"ccgrade {path}" for path, _ in every_command()),
    ]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_every_button_is_listed_with_its_help(command) -> None:
    assert f"| {command.label} | {command.group} | {command.help} |" in section("4. 按钮")


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_every_function_has_its_arguments_an_example_and_its_errors(function) -> None:
    text = section(function.name)
    assert function.description in text
    assert re.search(rf"\| `=(INDEX\()?{function.name}\(", text), "no example"
    for argument in function.arguments:
        assert argument.help in text
    if any(argument.kind != "any" for argument in function.arguments):
        assert "→ `#" in text, "no error value"


@pytest.mark.parametrize("table", RULE_TABLES.values(), ids=lambda table: table.name)
def test_every_rule_table_has_its_columns_and_a_fault(table) -> None:
    text = section(table.name)
    for column in table.columns:
        assert f"| {column.header} | " in text
    assert f"> {table.name}" in text, "no message of a fault"


@pytest.mark.parametrize("column", CUSTOMER_COLUMNS, ids=lambda column: column.name)
def test_every_column_of_customers_is_explained(column) -> None:
    assert column.help in section("客户数据")


def test_the_numbers_in_the_text_are_the_defaults() -> None:
    rules, text = RuleSet.default(), section("5. 客户是怎样评出来的")
    switches = rules.switches
    months = {veto.name: f"{veto.months:g}" for veto in rules.vetoes}
    assert f"完整度低于 {switches.completeness_floor:.0%} 时" in text
    assert f"不足 {switches.provisional_months:g} 个月，信用等级最高 {switches.provisional_cap}" in text
    assert f"超过 {switches.open_debt_limit:g} 天，直接 {switches.open_debt_score:g} 分" in text
    assert f"窃气 {months.pop('窃气')} 个月，其余 {set(months.values()).pop()} 个月" in text
    assert len(set(months.values())) == 1
    assert not switches.star_cap_on


def test_every_message_it_quotes_is_one_the_program_says() -> None:
    quoted = re.findall(r"「(.+?)」", section("13. 遇到这些提示怎么办"))
    folders = (ROOT / "ccgrade_xl", ROOT / "addin" / "vba")
    said = "".join(path.read_text(encoding="utf-8") for each in folders for path in each.rglob("*.py"))
    assert len(quoted) > 20
    assert [words for words in quoted if words not in said] == []


def test_its_links_and_pictures_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADINGS}
    assert "pictures/overview.png" in links
    assert sum(link.startswith("#") for link in links) > 20
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors, link
        else:
            assert (MANUAL.parent / link).is_file(), link


def test_it_shows_every_picture() -> None:
    assert [picture.name for picture in PICTURES if f"pictures/{picture.name}.png" not in TEXT] == []


def test_no_example_depends_on_the_day_it_is_run_on() -> None:
    """Of the meters, the day is that of the last reading."""
    dated = {
        path
        for path, command in every_command()
        if any("--as-of" in parameter.opts for parameter in command.params) and not path.startswith("meters")
    }
    shown = dated & EXAMPLES.keys()
    assert {"demo", "grade", "tasks"} <= shown
    assert all("--as-of" in EXAMPLES[path].arguments for path in shown)
