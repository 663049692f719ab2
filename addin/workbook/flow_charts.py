"""流程手册: a swim-lane chart of each process, drawn from its steps as native shapes.

A lane a post, a column a stage; steps of which only one is done stand in one column. Boxes and lines are drawn by
XlsxWriter as text boxes; `dress_arrows` makes arrows of those that are to be arrows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from addin.packaging import Parts
from addin.workbook.page import Page
from addin.workbook.style import BLUE, FONT, GREY, INK, LINE, MIST, NAVY, PALE, WHITE
from ccgrade_xl.casework.processes import Process, Step

SLOT_ROWS = 3
"""Rows of the sheet that one box takes."""
ROW_PIXELS, COLUMN_WIDTH, COLUMN_PIXELS = 24, 25, 180
_BOX_LEFT, _BOX_WIDTH, _BOX_TOP, _BOX_HEIGHT = 16, 136, 6, 60
_BUS = 166
"""Where, from the left of a column, the line runs that joins it to the next."""
_ARROW_HEIGHT, _THICK = 12, 2
_ARROW, _LINE = "流程箭头", "流程连线"


@frozen
class Place:
    """Where a step's box stands: its stage (column) and its slot, both from 0."""

    step: Step
    stage: int
    slot: int


@frozen
class Chart:
    """A process laid out: its posts with the slots each lane has, and its boxes."""

    process: Process
    lanes: tuple[tuple[str, int], ...]
    places: tuple[Place, ...]

    @property
    def rows(self) -> int:
        """How many rows of the sheet it takes, without its heading."""
        return SLOT_ROWS * sum(slots for _, slots in self.lanes)

    @property
    def stages(self) -> int:
        """How many columns it takes."""
        return 1 + max(place.stage for place in self.places)


def laid_out(process: Process) -> Chart:
    """Lay a process out: each stage one column, each post one lane as high as its fullest stage."""
    stages: list[list[Step]] = []
    for step in process.steps:
        if step.alternative and stages:
            stages[-1].append(step)
        else:
            stages.append([step])
    posts = list(dict.fromkeys(step.owner for step in process.steps))
    slots = {post: max(sum(step.owner == post for step in stage) for stage in stages) for post in posts}
    first = {post: sum(slots[before] for before in posts[:at]) for at, post in enumerate(posts)}
    places = [
        Place(step, at, first[step.owner] + [each for each in stage if each.owner == step.owner].index(step))
        for at, stage in enumerate(stages)
        for step in stage
    ]
    return Chart(process, tuple(slots.items()), tuple(places))


def draw_chart(page: Page, chart: Chart, row: int, left: int, stages: int) -> None:
    """Draw a chart with its heading at `row`; lanes are named in column `left`, boxes stand right of it."""
    aliases = f"（{'、'.join(chart.process.aliases)}）" if chart.process.aliases else ""
    page.heading(row, left, left + stages, f"{chart.process.name}{aliases}")
    _lanes(page, chart, row + 1, left, stages)
    pen = _Pen(page, row + 1, left + 1)
    for before, after in _joints(chart):
        pen.join(before, after)
    for place in chart.places:
        pen.box(place)


def _lanes(page: Page, chart: Chart, row: int, left: int, stages: int) -> None:
    for at, (post, slots) in enumerate(chart.lanes):
        height, tint = SLOT_ROWS * slots, WHITE if at % 2 == 0 else PALE
        for line in range(height):
            top = {"top": 1, "top_color": LINE} if line == 0 else {}
            bottom = {"bottom": 1, "bottom_color": LINE} if line == height - 1 else {}
            named = post if line == (height - 1) // 2 else None
            page.put(
                row + line, left, named, bg_color=MIST, font_color=NAVY, bold=True, align="center", text_wrap=True,
                left=1, left_color=LINE, right=1, right_color=LINE, **top, **bottom,
            )  # fmt: skip
            for column in range(left + 1, left + 1 + stages):
                right = {"right": 1, "right_color": LINE} if column == left + stages else {}
                page.put(row + line, column, None, bg_color=tint, **top, **bottom, **right)
        row += height


def _joints(chart: Chart) -> Iterator[tuple[Sequence[Place], Sequence[Place]]]:
    """Yield the boxes of each stage with those of the next."""
    for stage in range(chart.stages - 1):
        yield tuple(tuple(p for p in chart.places if p.stage == at) for at in (stage, stage + 1))  # type: ignore[misc]


@frozen
class _Pen:
    """Draws shapes by pixels from the top left cell of a chart's boxes."""

    page: Page
    row: int
    column: int

    def box(self, place: Place) -> None:
        """Draw one step: its name, and below it its limit and where that comes from."""
        step = place.step
        published = step.basis == "依据"
        limit = f"{step.limit.count} {step.limit.unit}" if step.limit else "没有时限"
        if step.limit and step.limit.unit == "次月":
            limit = f"次月 {step.limit.count} 日前"
        if step.limit and step.limit.extension:
            limit += f"，可延 {step.limit.extension}"
        basis = "" if step.limit is None else "·依据" if published else "·默认值"
        self._shape(
            place.stage * COLUMN_PIXELS + _BOX_LEFT, self._top(place) + _BOX_TOP, _BOX_WIDTH, _BOX_HEIGHT,
            f"{step.name}\n{limit}{basis}",
            {
                "font": {"name": FONT, "size": 9, "color": INK, "bold": False},
                "align": {"vertical": "middle", "horizontal": "center", "text": "center"},
                "fill": {"color": MIST if published else WHITE},
                "line": {"color": BLUE, "width": 1.25} if published else {"color": GREY, "width": 1, "dash_type": "dash"},
                "description": step.name,
            },
        )  # fmt: skip

    def join(self, before: Sequence[Place], after: Sequence[Place]) -> None:
        """Join every box of one stage with every box of the next by one upright line."""
        left = before[0].stage * COLUMN_PIXELS
        middles = [self._middle(place) for place in (*before, *after)]
        if max(middles) > min(middles):
            self._line(left + _BUS, min(middles), _THICK, max(middles) - min(middles) + _THICK)
        for place in before:
            edge = left + _BOX_LEFT + _BOX_WIDTH
            self._line(edge, self._middle(place), left + _BUS - edge, _THICK)
        for place in after:
            start, end = left + _BUS, left + COLUMN_PIXELS + _BOX_LEFT
            top = self._middle(place) + _THICK // 2 - _ARROW_HEIGHT // 2
            self._shape(start, top, end - start, _ARROW_HEIGHT, "", {**_SOLID, "description": _ARROW})

    def _line(self, x: int, y: int, width: int, height: int) -> None:
        self._shape(x, y, width, height, "", {**_SOLID, "description": _LINE})

    def _top(self, place: Place) -> int:
        return place.slot * SLOT_ROWS * ROW_PIXELS

    def _middle(self, place: Place) -> int:
        return self._top(place) + _BOX_TOP + _BOX_HEIGHT // 2 - _THICK // 2

    def _shape(self, x: int, y: int, width: int, height: int, text: str, options: dict[str, object]) -> None:
        placed = {"x_offset": x, "y_offset": y, "width": width, "height": height, "object_position": 2}
        self.page.worksheet.insert_textbox(self.row, self.column, text, {**placed, **options})


_SOLID = {"fill": {"color": NAVY}, "line": {"none": True}}

_SHAPE = re.compile(rb"<xdr:sp .*?</xdr:sp>", re.DOTALL)
_RECTANGLE = b'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
_RIGHT_ARROW = (
    b'<a:prstGeom prst="rightArrow"><a:avLst><a:gd name="adj1" fmla="val 17000"/>'
    b'<a:gd name="adj2" fmla="val 70000"/></a:avLst></a:prstGeom>'
)


def dress_arrows(parts: Parts) -> Parts:
    """Return the parts with every shape that is to be an arrow drawn as one."""
    return {
        name: _SHAPE.sub(lambda found: _dressed(found[0]), content) if _is_drawing(name) else content
        for name, content in parts.items()
    }


def _is_drawing(name: str) -> bool:
    return name.startswith("xl/drawings/drawing") and name.endswith(".xml")


def _dressed(shape: bytes) -> bytes:
    return shape.replace(_RECTANGLE, _RIGHT_ARROW) if _ARROW.encode() in shape else shape
