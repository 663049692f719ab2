"""The charts of a report as shapes, which HTML and PDF draw alike. Points from the upper left corner, y downwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from attrs import frozen

COLORS = ("#2F6B41", "#4F81B0", "#8FA3B8", "#E0A93B", "#C0504D", "#BFBFBF")
"""From five stars down, then 待定, as in the workbook."""
GREY, INK, WHITE = "#7F7F7F", "#262626", "#FFFFFF"


@frozen
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    color: str


@frozen
class Words:
    """A line of text; `y` is its base line."""

    x: float
    y: float
    text: str
    size: float = 8.0
    color: str = INK
    anchor: Literal["start", "middle", "end"] = "middle"


Shape: TypeAlias = Box | Words


def columns(
    labels: Sequence[str], values: Sequence[float], texts: Sequence[str], width: float, height: float
) -> list[Shape]:
    """Return a column a label, `texts` over the columns."""
    shapes: list[Shape] = [Box(0, height - 14, width, 0.6, "#BFC9D6")]
    highest, step = max([*values, 1e-12]), width / len(labels)
    for at, (label, value, text) in enumerate(zip(labels, values, texts, strict=True)):
        tall = (height - 32) * value / highest
        shapes += [
            Box(at * step + step * 0.2, height - 14 - tall, step * 0.6, tall, COLORS[at % len(COLORS)]),
            Words(at * step + step / 2, height - 18 - tall, text),
            Words(at * step + step / 2, height - 3, label, color=GREY),
        ]
    return shapes


def stacked(
    labels: Sequence[str],
    series: Sequence[Sequence[float]],
    names: Sequence[str],
    width: float,
    height: float,
) -> list[Shape]:
    """Return a stacked column a label: `series` from the top one down, a legend on the right."""
    shapes: list[Shape] = [Box(0, height - 14, width - 60, 0.6, "#BFC9D6")]
    totals = [sum(values) for values in zip(*series, strict=True)]
    highest, step = max([*totals, 1e-12]), (width - 60) / max(len(labels), 1)
    for at, label in enumerate(labels):
        bottom = height - 14
        for place in range(len(series) - 1, -1, -1):
            tall = (height - 24) * series[place][at] / highest
            shapes.append(Box(at * step + step * 0.15, bottom - tall, step * 0.7, tall, COLORS[place]))
            if tall >= 9:
                middle = bottom - tall / 2 + 2.5
                shapes.append(Words(at * step + step / 2, middle, f"{series[place][at]:,.0f}", 7, WHITE))
            bottom -= tall
        shapes.append(Words(at * step + step / 2, height - 3, label, 7, GREY))
    for place, name in enumerate(names):
        y = 12 + place * 14
        shapes += [Box(width - 50, y, 8, 8, COLORS[place]), Words(width - 38, y + 7, name, anchor="start")]
    return shapes
