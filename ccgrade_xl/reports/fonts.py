"""Which Chinese font does a PDF carry? One of this machine's, of which the signs used are put into the file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from attrs import frozen

from ccgrade_xl.errors import FileFault

NAME = "chinese"
_WINDOWS = ("msyh.ttc", "simhei.ttf", "simsun.ttc", "Deng.ttf")
_LINUX = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
)
"""Fonts with TrueType outlines, the only ones that can be put into a PDF here."""


@frozen
class EmbeddedFont:
    """A font file of this machine; the file's first font is used."""

    file: Path


def chinese_font() -> EmbeddedFont:
    """Return a Chinese font of this machine. Raises `FileFault` where there is none: a PDF would show boxes."""
    for file in _candidates():
        if file.is_file():
            return EmbeddedFont(file)
    raise FileFault(
        "这台电脑上没有可以放进 PDF 的中文字体。请安装一种（Debian：apt install fonts-wqy-zenhei），"
        "或改用网页：ccgrade report 工作簿.xlsm -o 报告.html。"
    )


def _candidates() -> list[Path]:
    if sys.platform == "win32":
        folder = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts")
        return [folder / name for name in _WINDOWS]
    return [Path(name) for name in _LINUX]
