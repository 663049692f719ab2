"""A report as a PDF of three A4 pages, the first complete by itself; its font is inside."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from ccgrade_xl.reports.charts import Shape, Words, columns, stacked
from ccgrade_xl.reports.content import ARREARS_NOTE, TITLE, Report
from ccgrade_xl.reports.fonts import NAME, chinese_font
from ccgrade_xl.workbook.overview import (
    BY_CREDIT,
    BY_LEVEL,
    BY_STAR,
    CHANGE,
    COMPLETENESS,
    MATRIX,
    MONEY,
    TOP_CUSTOMERS,
    TREND,
    OverviewBlock,
)

WIDTH, HEIGHT = 842.0, 595.0
"""A4 landscape, points."""
LEFT, RIGHT, TOP = 40.0, 802.0, 36.0
GAP = 24.0
HALF = (RIGHT - LEFT - GAP) / 2
MIDDLE = LEFT + HALF + GAP
LINE = 14.0
NAVY, BLUE, MIST, EDGE, INK, GREY = "#1F3864", "#2E5C8A", "#E9EFF6", "#BFC9D6", "#262626", "#7F7F7F"
PAGES = 3


def pdf_file(report: Report) -> bytes:
    """Return the report as a PDF. Raises `FileFault` where this machine has no Chinese font to put into it."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - an extra, loaded where a PDF is wanted
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    pdfmetrics.registerFont(TTFont(NAME, str(chinese_font().file)))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(TITLE)
    canvas.setAuthor("ccgrade")
    for number, draw in enumerate((_leaders_page, _distribution_page, _customer_page), 1):
        sheet = _Sheet(canvas)
        draw(sheet, report)
        sheet.words(WIDTH / 2, HEIGHT - 18, f"第 {number} 页，共 {PAGES} 页", 8, GREY, "middle")
        sheet.words(RIGHT, HEIGHT - 18, report.subtitle, 8, GREY, "end")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


class _Sheet:
    """A page being drawn; y runs downwards from the upper edge."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas

    def box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """Fill a rectangle."""
        self._canvas.setFillColor(color)
        self._canvas.rect(x, HEIGHT - y - height, width, height, stroke=0, fill=1)

    def words(
        self, x: float, y: float, text: str, size: float = 9, color: str = INK, anchor: str = "start"
    ) -> None:
        """Write a line of text on a base line."""
        self._canvas.setFont(NAME, size)
        self._canvas.setFillColor(color)
        writers = {"start": "drawString", "middle": "drawCentredString", "end": "drawRightString"}
        getattr(self._canvas, writers[anchor])(x, HEIGHT - y, text)

    def heading(self, x: float, y: float, width: float, text: str) -> float:
        """Write a heading with a rule under it; return where what follows begins."""
        self.words(x, y + 10, text, 11, NAVY)
        self.box(x, y + 14, width, 1.2, NAVY)
        return y + 19

    def shapes(self, x: float, y: float, shapes: Sequence[Shape]) -> None:
        """Draw a chart whose upper left corner is here."""
        for shape in shapes:
            if isinstance(shape, Words):
                self.words(x + shape.x, y + shape.y, shape.text, shape.size, shape.color, shape.anchor)
            else:
                self.box(x + shape.x, y + shape.y, shape.width, shape.height, shape.color)

    def table(
        self, x: float, y: float, widths: Sequence[float], block: OverviewBlock, rows: Sequence[Sequence[str]]
    ) -> float:
        """Draw a block with its heading; return where what follows begins."""
        y = self.heading(x, y, sum(widths), block.title)
        self.box(x, y, sum(widths), LINE, BLUE)
        left = x
        for header, width in zip(block.headers, widths, strict=True):
            self.words(left + width / 2, y + 10, header, 8, "#FFFFFF", "middle")
            left += width
        for row in rows:
            y += LINE
            self._row(x, y, widths, row, block.formats)
        return y + LINE + 12

    def _row(
        self, x: float, y: float, widths: Sequence[float], row: Sequence[str], formats: Sequence[str]
    ) -> None:
        self.box(x, y + LINE - 0.5, sum(widths), 0.5, EDGE)
        self.box(x, y, widths[0], LINE - 0.5, MIST)
        for at, (text, width, form) in enumerate(zip(row, widths, formats, strict=True)):
            shown = self._cut(text, width - 6)
            if at and form != "@":
                self.words(x + width - 3, y + 10, shown, 8, anchor="end")
            else:
                self.words(x + 3, y + 10, shown, 8)
            x += width

    def _cut(self, text: str, width: float) -> str:
        """Return a text as far as a cell holds it."""
        if self._canvas.stringWidth(text, NAME, 8) <= width:
            return text
        while text and self._canvas.stringWidth(text + "…", NAME, 8) > width:
            text = text[:-1]
        return text + "…"


def _shares(*parts: float, width: float = HALF) -> list[float]:
    return [width * part / sum(parts) for part in parts]


def _leaders_page(sheet: _Sheet, report: Report) -> None:
    sheet.words(LEFT, TOP + 12, TITLE, 18, NAVY)
    sheet.words(LEFT, TOP + 28, report.subtitle, 9, GREY)
    step = (RIGHT - LEFT) / len(report.figures())
    for at, (name, value) in enumerate(report.figures()):
        sheet.box(LEFT + at * step, TOP + 38, step - 6, 40, MIST)
        sheet.words(LEFT + (at + 0.5) * step - 3, TOP + 58, value, 16, NAVY, "middle")
        sheet.words(LEFT + (at + 0.5) * step - 3, TOP + 71, name, 8, GREY, "middle")
    y = TOP + 88
    below = sheet.table(LEFT, y, _shares(2, 1, 1.3, 1.8, 1.3), BY_STAR, report.table(BY_STAR))
    counts = report.numbers(BY_STAR, 1)
    chart = columns(BY_STAR.labels, counts, [f"{count:,.0f}" for count in counts], HALF, below - y - 30)
    sheet.shapes(MIDDLE, sheet.heading(MIDDLE, y, HALF, "各星级户数"), chart)
    after = sheet.table(LEFT, below, _shares(2, 1.6, 1.6, 1.4), CHANGE, report.table(CHANGE))
    right = sheet.table(MIDDLE, below, _shares(1, 1.7, 1.1, 1.1, 1.5, 1.1, 0.9), MONEY, report.table(MONEY))
    for at, part in enumerate(ARREARS_NOTE.split("；覆盖")):
        sheet.words(MIDDLE, right - 2 + at * 12, part if not at else f"覆盖{part}", 7.5, GREY)
    y = sheet.heading(LEFT, after - 2, RIGHT - LEFT, TREND.title)
    sheet.words(LEFT, y + 8, report.note, 8, GREY)
    rows = report.table(TREND)
    if rows:
        series = [report.numbers(TREND, at)[: len(rows)] for at in range(1, len(TREND.headers))]
        shapes = stacked(
            [row[0] for row in rows], series, TREND.headers[1:], RIGHT - LEFT, HEIGHT - 30 - (y + 12)
        )
        sheet.shapes(LEFT, y + 12, shapes)


def _distribution_page(sheet: _Sheet, report: Report) -> None:
    widths = _shares(2, 1, 1.3, 1.8, 1.3)
    y = sheet.table(LEFT, TOP, widths, BY_CREDIT, report.table(BY_CREDIT))
    sheet.table(MIDDLE, TOP, widths, BY_LEVEL, report.table(BY_LEVEL))
    sheet.table(LEFT, y, _shares(2, 1, 1, 1, 1, 1), MATRIX, report.table(MATRIX))
    sheet.table(MIDDLE, y, _shares(2, 1, 1.4, 1.4), COMPLETENESS, report.table(COMPLETENESS))


def _customer_page(sheet: _Sheet, report: Report) -> None:
    widths = _shares(2, 4.5, 1.5, 1.3, 1.3, 1.2, 1.3, width=RIGHT - LEFT)
    sheet.table(LEFT, TOP, widths, TOP_CUSTOMERS, report.table(TOP_CUSTOMERS))
