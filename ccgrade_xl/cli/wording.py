"""What the command line says of itself, in Chinese: its help pages, and what is wrong with a call.

typer words these in English; the classes here are used for the program and each of its commands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from ccgrade_xl.errors import Cancelled, CcgradeError

USAGE_FAULT: type[Exception] = typer.BadParameter.__bases__[0]
"""What typer raises for a call it cannot read; it comes from click, wherever this typer keeps it."""

OPTIONS, COMMAND = "[选项]", "命令 …"
_PANELS = {"ARGUMENTS_PANEL_TITLE": "参数", "OPTIONS_PANEL_TITLE": "选项", "COMMANDS_PANEL_TITLE": "命令"}
_TEXTS = {"DEFAULT_STRING": "[默认：{}]", "REQUIRED_LONG_STRING": "[必填]"}


class _InChinese:
    """The parts of a help page that are the same for a command and for a group of commands."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return the --help option with Chinese help."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示这份说明。"
        return option

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line that shows how the command is written."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page."""
        from typer import rich_utils  # noqa: PLC0415 - only a help page waits for rich

        for name, text in (_PANELS | _TEXTS).items():
            setattr(rich_utils, name, text)
        super().format_help(ctx, formatter)  # type: ignore[misc]


class Command(_InChinese, TyperCommand):
    """A command whose help page is Chinese, and whose interruption is one Chinese sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Raises `Cancelled` where the user interrupts it: typer would end the program at once."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Cancelled("已中断，没有写入任何文件。") from None


class Group(_InChinese, TyperGroup):
    """Commands whose help page is Chinese, and that name the ones they have."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is called. Raises `CcgradeError` for one there is not."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            names = "、".join(self.list_commands(ctx))
            raise CcgradeError(f"没有命令“{args[0]}”，可用的命令：{names}。")
        return super().resolve_command(ctx, args)


_COMPLAINTS = (
    (r"Missing (?:argument|option|parameter)", "缺少{0}"),
    (r"valid integer", "{0} 应是整数"),
    (r"No such option:? ?'?(-[^ .']*)", "没有选项 {1}"),
    (r"Option '?(-[^ ']*)'? requires an argument", "选项 {1} 后面要写一个值"),
    (r"Option '?(-[^ ']*)'? does not take a value", "选项 {1} 后面不写值"),
    (r"unexpected extra argument(?:s|\(s\))? \((.*)\)", "多出了看不懂的内容：{1}"),
)


def missing_options(names: Sequence[str]) -> CcgradeError:
    """Return the fault of a call that lacks options; all of them are named at once."""
    return CcgradeError(f"缺少选项 {'、'.join(names)}。")


def _named(parameter: Any) -> str:
    """Return what a help page calls an argument or option; "" for none."""
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return f"选项 {max(parameter.opts, key=len)}"
    return f"参数 {parameter.metavar}"


def complaint(fault: Exception) -> str:
    """Return a fault of the call as one Chinese sentence that ends with where to look.

    Nothing where the call named no command at all: the help page has then been shown.
    """
    message = str(fault)
    if not message:
        return ""
    parameter = _named(getattr(fault, "param", None))
    said = next(
        (
            text.format(parameter, *found.groups())
            for pattern, text in _COMPLAINTS
            if (found := re.search(pattern, message))
        ),
        f"{parameter or '命令'}写得不对（{message.rstrip('.')}）",
    )
    context = getattr(fault, "ctx", None)
    path = context.command_path if context is not None else "ccgrade"
    return f"{said}。请用 {path} --help 查看写法。"
