"""使用说明: how to work with the book, what each function and button does, and the macros' own texts."""

from __future__ import annotations

from addin.vba.texts import MESSAGES, WIZARD_NAME, wizard_rows
from addin.workbook.page import Page
from addin.workbook.style import RED_TINT, STAR_TINTS
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.functions import FUNCTIONS, CellFunction

LEFT, LAST = 1, 4
MACRO_COLUMN = 7
"""First column of the texts that the macros read, outside the printed page."""

HOW_TO: tuple[tuple[str, str], ...] = (
    (
        "准备资料",
        "在“首页”或功能区“客户分级”按“导入”，选择 Excel 或 CSV 文件；也可以把资料粘贴到“客户数据”，一户一行。",
    ),
    (
        "填写选项",
        "单位性质、合同等列从下拉列表选择；不知道的留空，不要填 0。留空按“未知”处理，并计入完整度。",
    ),
    ("检查资料", "按“检查数据”，按提示改正看不懂的数字、重复的客户编号和不在选项中的文字。"),
    ("评级", "按“一键评级”。结果写在“客户数据”右侧灰色列，“说明”列写明主要扣分、未知资料和否决事项。"),
    ("看原因", "选中一户按“解释所选客户”；按“试算”把它带到“试算”页，改一项看星级怎样变化、怎样升一星。"),
    ("看全局", "“分级概览”有户数、气量、矩阵和图表，可直接打印；“差异化策略”列出各星级的管理措施。"),
    ("改规则", "在“评分规则”修改分档、权重或选项；规则版本随之改变，再按一次“一键评级”生效。"),
    ("撤销", "按“撤销本次评级”恢复到评级前的内容。宏写入的内容不能用 Ctrl+Z 撤销。"),
    (
        "只有 WPS",
        "结果、概览和图表都是普通数值和图表，可以直接查看和打印；评级在装有 Excel 或 LibreOffice 的电脑上做。",
    ),
)

CELL_BY_CELL = (
    "number", "count", "money", "signed", "option", "star", "aspect", "meter", "day", "month", "severity", "pressure",
)  # fmt: skip
"""The kinds of arguments that may be a range; the result then has its shape."""

ERRORS: tuple[tuple[str, str], ...] = (
    ("#N/A", "没有可评的内容：单元格空白、资料未知、还没有扫描过表具，或计算程序没有启动。"),
    ("#VALUE!", "看不懂：该填数字的地方是文字、选项不在“评分规则”中，或规则版本不存在。"),
    ("#NUM!", "超出范围：用气量、次数或天数是负数。"),
    ("#NAME?", "没有安装 ccgrade，或宏被禁用。"),
)


def draw(page: Page) -> None:
    """Draw the how-to, the references, and the texts for the macros."""
    page.on_screen()
    page.widths(2, 24, 46, 60, 22, 3, 3)
    page.title(LAST)
    row = _how_to(page, 3)
    row = _buttons(page, row + 1)
    row = _functions(page, row + 1)
    row = _errors(page, row + 1)
    row = _colours(page, row + 1)
    draw_macro_texts(page, 3, MACRO_COLUMN)
    page.hide_columns(MACRO_COLUMN)
    page.print_on_a4(landscape=True, last_row=row, last_column=LAST, pages_high=2)


def _how_to(page: Page, row: int) -> int:
    page.heading(row, LEFT, LAST, "怎样使用")
    for number, (title, text) in enumerate(HOW_TO, 1):
        page.put(row + number, LEFT, f"{number}. {title}", bold=True, font_color="#1F3864")
        page.put(row + number, LEFT + 1, text)
    return row + len(HOW_TO) + 1


def _buttons(page: Page, row: int) -> int:
    page.heading(row, LEFT, LAST, "按钮")
    lines = [(command.label, command.help, command.group) for command in COMMANDS.values()]
    page.row(row + 1, LEFT, ("按钮", "作用", None, "功能区分组"), "head")
    page.put(row + 1, LEFT + 1, "作用", "head", right=0)
    page.put(row + 1, LEFT + 2, None, "head", left=0)
    for offset, (label, text, group) in enumerate(lines):
        page.put(row + 2 + offset, LEFT, label, "label", bold=True)
        page.put(row + 2 + offset, LEFT + 1, text, "cell", right=0)
        page.put(row + 2 + offset, LEFT + 2, None, "cell", left=0)
        page.put(row + 2 + offset, LEFT + 3, group, "cell", align="center")
    return row + 2 + len(lines)


def _functions(page: Page, row: int) -> int:
    page.heading(row, LEFT, LAST, "函数")
    page.put(
        row + 1,
        LEFT,
        "方括号里的参数可以省略；数据参数可以是一个单元格或一片区域，结果与区域同样大小。",
        "note",
    )
    page.row(row + 2, LEFT, ("函数", "作用", "写法", "结果"), "head")
    first = row + 3
    for offset, function in enumerate(FUNCTIONS.values()):
        written = signature(function)
        lines = max(1, -(-_width(function.description) // 44), -(-_width(written) // 58))
        page.worksheet.set_row(first + offset, 15.5 * lines + 4)
        page.put(first + offset, LEFT, function.name, "label", bold=True)
        page.put(first + offset, LEFT + 1, function.description, "wrap")
        page.put(first + offset, LEFT + 2, written, "wrap", font_color="#404040")
        page.put(first + offset, LEFT + 3, _result_shape(function), "cell", align="center")
    return first + len(FUNCTIONS)


def signature(function: CellFunction) -> str:
    """Return how a function is written, with the Chinese names of its arguments."""
    arguments = [f"[{each.label}]" if each.optional else each.label for each in function.arguments]
    if len(arguments) > 10 and len({each.help for each in function.arguments}) <= 2:
        arguments = [*arguments[:2], "…", arguments[-1]]
    return f"={function.name}({', '.join(arguments)})"


def _result_shape(function: CellFunction) -> str:
    if function.spills:
        return "一片区域"
    if any(argument.kind in CELL_BY_CELL for argument in function.arguments):
        return "与参数同样大小"
    return "一个文本"


def _width(text: str) -> int:
    """Return a text's width in digits: a Chinese letter takes two."""
    return sum(1 if letter.isascii() else 2 for letter in text)


def _errors(page: Page, row: int) -> int:
    page.heading(row, LEFT, LAST, "公式显示的错误")
    for offset, (error, text) in enumerate(ERRORS, 1):
        page.put(row + offset, LEFT, error, "label", bold=True, bg_color=RED_TINT)
        page.put(row + offset, LEFT + 1, text)
    return row + len(ERRORS) + 1


def _colours(page: Page, row: int) -> int:
    page.heading(row, LEFT, LAST, "颜色")
    for offset, (star, tint) in enumerate(STAR_TINTS.items(), 1):
        page.put(row + offset, LEFT, star, "cell", bg_color=tint, bold=True)
        page.put(row + offset, LEFT + 1, f"“客户数据”里{star}客户整行的底色。")
    after = row + len(STAR_TINTS) + 1
    for offset, (style, label, text) in enumerate(
        (
            ("input", "黄色格", "可以填写的单元格（试算、差异化策略）。"),
            ("result", "灰色格", "由程序或公式写入，请不要修改。"),
        )
    ):
        page.put(after + offset, LEFT, label, style)
        page.put(after + offset, LEFT + 1, text)
    return after + 2


def draw_macro_texts(page: Page, row: int, column: int) -> None:
    """Write the texts the macros show into named cells: the macros themselves are plain ASCII."""
    page.put(row, column, "宏使用的文字（请勿修改）", "note")
    for offset, (name, text) in enumerate(MESSAGES.items(), 1):
        page.put(row + offset, column, text, "note")
        page.name(name, row + offset, column)
    rows = wizard_rows()
    first = row + len(MESSAGES) + 2
    for offset, texts in enumerate(rows):
        for at, text in enumerate(texts):
            page.put(first + offset, column + at, text or None, "note")
    page.name(WIZARD_NAME, first, column, first + len(rows) - 1, column + len(rows[0]) - 1)
