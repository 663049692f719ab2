"""The Chinese texts the macros show. VBA is ASCII, so they stand in cells under defined names."""

from __future__ import annotations

from ccgrade_xl import __version__
from ccgrade_xl.functions import CATEGORY, FUNCTIONS

WIZARD_NAME = "ccg_wizard"
"""The defined name of the cells that hold `wizard_rows`."""

MESSAGES: dict[str, str] = {
    "ccg_category": CATEGORY,
    "ccg_no_server": (
        "客户分级的计算程序没有启动，公式暂时显示 #N/A。请关闭后重新打开 Excel；"
        "仍不行时请重新运行安装程序，或执行 ccgrade doctor 查看原因。"
    ),
    "ccg_command_failed": (
        "计算程序中途退出，操作没有完成。请核对“客户数据”后再试一次；需要恢复原来的内容时，请按“撤销本次评级”。"
    ),
    "ccg_no_workbook": "没有打开的工作簿。请先打开客户分级工作簿，再点按钮。",
    "ccg_version": __version__,
    "ccg_versions_differ": (
        "提示：“{file}”由 ccgrade {made_by} 生成，现在的计算程序是 {package}，版本不同，函数和按钮可能对不上。"
        "请用同一版本的安装程序重新安装；旧工作簿的资料可以用“导入”转入新的模板。"
    ),
}
"""Each text under the defined name of its own cell."""


def wizard_rows() -> list[tuple[str, ...]]:
    """Return what the function wizard shows: name, description, one help per argument; rows equally long."""
    width = max(len(function.arguments) for function in FUNCTIONS.values())
    rows = []
    for name, function in FUNCTIONS.items():
        helps = [f"{argument.label}：{argument.help}" for argument in function.arguments]
        rows.append((name, function.description, *helps, *[""] * (width - len(helps))))
    return rows
