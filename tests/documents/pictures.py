"""The pictures of the manual and the README: which part of which page each shows, and how it is drawn.

The demonstration is opened in LibreOffice with the extension, so its formulas are live; its pages go through PDF.
"""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from pathlib import Path
from typing import Any

from attrs import frozen
from PIL import Image, ImageChops, ImageOps

from ccgrade_xl.hosts import demonstration
from ccgrade_xl.workbook.layout import SHEETS
from ccgrade_xl.workbook.names import STRATEGY_CUSTOMER, TRIAL_CUSTOMER
from tests.hosts.office import Office, properties

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
AS_OF = dt.date(2026, 10, 31)
CUSTOMER = "0010200022"
"""A customer of the demonstration who can rise by one step."""
TRIED = {"逾期次数": 0.0, "最长逾期天数": 0.0}
"""What the picture of 试算 changes for that customer."""

DOTS = {False: 110, True: 150}
"""Dots per inch of a sheet in one piece and on paper: legible on a screen, small in a repository."""
COLOURS = 160


@frozen
class Picture:
    """One picture: its file, the sheet, words that must stand in it, and the part of the page it shows.

    `box` is left, top, width and height in points; the whole page where there is none. `on_paper` takes the
    sheet's printed page instead of the sheet in one piece.
    """

    name: str
    sheet: str
    words: tuple[str, ...]
    box: tuple[int, int, int, int] | None = None
    on_paper: bool = False

    @property
    def path(self) -> Path:
        """Where it is committed."""
        return FOLDER / f"{self.name}.png"


PICTURES = (
    Picture("home", "首页", ("三步完成评级", "导入客户资料", "参评户数", "星级分布")),
    Picture("customers", "客户数据", ("客户编号", "月均用气量", "合同签订"), (0, 0, 1246, 450)),
    Picture(
        "results", "客户数据", ("客户名称", "用气量等级", "信用等级", "星级", "说明"), (0, 30, 842, 292), True
    ),
    Picture("rules", "评分规则", ("用气量分档", "信用指标", "缴纳分档", "星级分档"), (0, 30, 842, 480), True),
    Picture("overview", "分级概览", ("按星级", "五星级", "户数占比", "用气量前 20 名客户", "按信用等级")),
    Picture("trial", "试算", (CUSTOMER, "改为", "怎样升一星", "为什么是这个等级")),
    Picture("meters", "远程抄表", ("各类异常和检查情况", "未检查", "需要知道的"), (0, 30, 842, 480), True),
    Picture("alarms", "远程抄表", ("异常清单", "依据", "责任人", "期限"), (0, 30, 842, 300), True),
    Picture("verification", "待核实", ("待核实清单", "选项有误", "抄表异常", "截止日期"), (0, 0, 1540, 640)),
    Picture("ledger", "评级台账", ("月结清单", "历次月结", "2026-08", "2026-09"), (0, 30, 842, 420), True),
    Picture("migrations", "评级台账", ("星级变动", "样本稳定性", "权重敏感性"), (0, 30, 842, 490), True),
    Picture("team", "人员分工", ("组织架构", "技术骨干", "客户一组"), (150, 106, 420, 214), True),
    Picture("strategies", "差异化策略", ("策略一览", "增值服务", CUSTOMER), (0, 0, 860, 760)),
    Picture("processes", "流程手册", ("欠费停气规定", "现场踏勘", "竣工验收"), (0, 0, 920, 860)),
    Picture("selfcheck", "自检", ("全部通过", "test_十万立方米是五级"), (0, 0, 1260, 410)),
    Picture("guide", "使用说明", ("怎样使用", "按钮", "一键评级"), (0, 0, 990, 520)),
)


def draw_pages(office: Office, folder: Path) -> dict[bool, Path]:
    """Print the demonstration: each sheet in one piece (False) and on paper (True)."""
    book = demonstration.run(folder, AS_OF, lambda _text, _share=None: None).book
    document = office.open(book)
    _choose_customer(document)
    document.calculateAll()
    printed = {}
    for on_paper in (False, True):
        printed[on_paper] = folder / ("paper.pdf" if on_paper else "sheets.pdf")
        _print(document, printed[on_paper], in_one_piece=not on_paper)
    document.close(True)
    return printed


def _choose_customer(document: Any) -> None:
    for name in (TRIAL_CUSTOMER, STRATEGY_CUSTOMER):
        document.NamedRanges.getByName(name).getReferredCells().setFormula(f"'{CUSTOMER}")
    page = document.Sheets.getByName("试算")
    labels = [row[0] for row in page.getCellRangeByName("B1:B40").getDataArray()]
    for label, value in TRIED.items():
        page.getCellByPosition(3, labels.index(label)).setValue(value)


def _print(document: Any, path: Path, *, in_one_piece: bool) -> None:
    import uno

    settings = uno.Any("[]com.sun.star.beans.PropertyValue", properties(SinglePageSheets=in_one_piece))
    document.storeToURL(path.as_uri(), properties(FilterName="calc_pdf_Export", FilterData=settings))


def page_of(picture: Picture, pages: dict[bool, Path]) -> int:
    """Return the number of the page a picture shows: of a sheet on paper, the first with its words."""
    if not picture.on_paper:
        return [sheet.name for sheet in SHEETS].index(picture.sheet) + 1
    texts = _text(pages[True]).split("\f")
    return next(
        at for at, text in enumerate(texts, 1) if text.strip() and all(w in text for w in picture.words)
    )


def words_in(picture: Picture, pages: dict[bool, Path]) -> str:
    """Return the text of the part of the page that a picture shows."""
    number = page_of(picture, pages)
    return _text(pages[picture.on_paper], "-f", str(number), "-l", str(number), *_boxed(picture.box, dots=72))


def drawn(picture: Picture, pages: dict[bool, Path]) -> Image.Image:
    """Draw a picture: its part of the page without the white around it, in few colours."""
    number = str(page_of(picture, pages))
    dots = DOTS[picture.on_paper]
    command = [
        "pdftoppm",
        "-png",
        "-r",
        str(dots),
        "-f",
        number,
        "-l",
        number,
        *_boxed(picture.box, dots=dots),
    ]
    done = subprocess.run([*command, str(pages[picture.on_paper])], check=True, capture_output=True)
    page = Image.open(io.BytesIO(done.stdout)).convert("RGB")
    content = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    framed = ImageOps.expand(page.crop(content), 16, "white")
    return framed.quantize(COLOURS, dither=Image.Dither.NONE)


def _boxed(box: tuple[int, int, int, int] | None, *, dots: int) -> list[str]:
    if box is None:
        return []
    return [
        part
        for flag, points in zip(("-x", "-y", "-W", "-H"), box, strict=True)
        for part in (flag, str(round(points * dots / 72)))
    ]


def _text(path: Path, *options: str) -> str:
    done = subprocess.run(["pdftotext", "-layout", *options, str(path), "-"], check=True, capture_output=True)
    return done.stdout.decode()
