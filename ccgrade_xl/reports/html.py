"""A report as one HTML page: no file beside it, nothing from the network, its charts drawn inside."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ccgrade_xl.reports.charts import Shape, Words, columns, stacked
from ccgrade_xl.reports.content import ARREARS_NOTE, TITLE, Report
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

_STYLE = """
@page { size: A4 landscape; margin: 12mm }
body { font: 13px/1.5 "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei", sans-serif; color: #262626;
  max-width: 1120px; margin: 24px auto; padding: 0 16px }
h1 { color: #1F3864; margin: 0; font-size: 24px }
h2 { color: #1F3864; font-size: 15px; border-bottom: 2px solid #1F3864; margin: 20px 0 8px }
p { color: #7F7F7F; margin: 4px 0; white-space: pre-wrap }
.figures { display: flex; gap: 8px; margin: 14px 0 }
.figures div { flex: 1; background: #E9EFF6; text-align: center; padding: 6px; color: #7F7F7F }
.figures b { display: block; font-size: 22px; color: #1F3864 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 28px; break-inside: avoid }
table { border-collapse: collapse; width: 100% }
th { background: #2E5C8A; color: #fff; font-weight: bold }
th, td { border: 1px solid #BFC9D6; padding: 1px 6px; text-align: right }
td:first-child { text-align: left; background: #E9EFF6 }
th { text-align: center } .words td { text-align: left }
svg { width: 100%; height: auto }
"""


def html_page(report: Report) -> str:
    """Return the page."""
    figures = "".join(f"<div><b>{escape(value)}</b>{escape(name)}</div>" for name, value in report.figures())
    counts = report.numbers(BY_STAR, 1)
    stars = columns(BY_STAR.labels, counts, [f"{count:,.0f}" for count in counts], 500, 170)
    parts = [
        f"<h1>{escape(TITLE)}</h1><p>{escape(report.subtitle)}</p>",
        f'<div class="figures">{figures}</div>',
        _pair(_table(report, BY_STAR), f"<h2>各星级户数</h2>{svg(stars, 500, 170)}"),
        _pair(_table(report, CHANGE), _table(report, MONEY) + f"<p>{escape(ARREARS_NOTE)}</p>"),
        f"<h2>{escape(TREND.title)}</h2><p>{escape(report.note)}</p>{_trend(report)}",
        _pair(_table(report, BY_CREDIT), _table(report, BY_LEVEL)),
        _pair(_table(report, MATRIX), _table(report, COMPLETENESS)),
        f'<div class="words">{_table(report, TOP_CUSTOMERS)}</div>',
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(TITLE)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def svg(shapes: Sequence[Shape], width: float, height: float) -> str:
    """Return shapes as an inline picture."""
    return f'<svg viewBox="0 0 {width:g} {height:g}" role="img">{"".join(map(_element, shapes))}</svg>'


def _element(shape: Shape) -> str:
    if isinstance(shape, Words):
        return (
            f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size:g}" fill="{shape.color}" '
            f'text-anchor="{shape.anchor}">{escape(shape.text)}</text>'
        )
    return (
        f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}" '
        f'fill="{shape.color}"/>'
    )


def _trend(report: Report) -> str:
    rows = report.table(TREND)
    if not rows:
        return ""
    series = [report.numbers(TREND, at)[: len(rows)] for at in range(1, len(TREND.headers))]
    return svg(stacked([row[0] for row in rows], series, TREND.headers[1:], 1000, 190), 1000, 190)


def _pair(left: str, right: str) -> str:
    return f'<div class="pair"><div>{left}</div><div>{right}</div></div>'


def _table(report: Report, block: OverviewBlock) -> str:
    head = "".join(f"<th>{escape(header)}</th>" for header in block.headers)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in report.table(block)
    )
    return f"<h2>{escape(block.title)}</h2><table><tr>{head}</tr>{rows}</table>"
