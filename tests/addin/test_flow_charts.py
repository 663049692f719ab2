"""The swim-lane charts of 流程手册: every step stands once, in its post's lane, and follows what is before it."""

import re
import zipfile
from io import BytesIO

import pytest

from addin.build import build_template
from addin.workbook.flow_charts import laid_out
from addin.workbook.processes import CHARTS, STAGES
from ccgrade_xl.casework.processes import Process, Step, default_manual


@pytest.mark.parametrize("process", default_manual().processes, ids=lambda process: process.name)
def test_every_step_stands_once_in_its_lane_and_order(process: Process) -> None:
    chart = laid_out(process)
    assert [place.step for place in chart.places] == list(process.steps)
    stages = [place.stage for place in chart.places]
    assert stages == sorted(stages)
    assert len({(place.stage, place.slot) for place in chart.places}) == len(process.steps)
    lane_of = [post for post, slots in chart.lanes for _ in range(slots)]
    assert all(lane_of[place.slot] == place.step.owner for place in chart.places)


def test_steps_of_which_one_is_done_share_a_column() -> None:
    steps = (Step("甲", "工程", None), Step("乙", "工程", None), Step("丙", "工程", None, alternative=True))
    chart = laid_out(Process("试", "工程", steps))
    assert [(place.stage, place.slot) for place in chart.places] == [(0, 0), (1, 0), (1, 1)]
    assert chart.lanes == (("工程", 2),)


def test_no_chart_is_wider_than_a_page() -> None:
    assert STAGES == max(chart.stages for chart in CHARTS) == 5


def test_the_template_holds_every_box_and_draws_arrows_as_arrows() -> None:
    with zipfile.ZipFile(BytesIO(build_template())) as package:
        drawings = [
            package.read(name).decode()
            for name in package.namelist()
            if name.startswith("xl/drawings/drawing")
        ]
    shapes = [
        shape for drawing in drawings for shape in re.findall(r"<xdr:sp .*?</xdr:sp>", drawing, re.DOTALL)
    ]
    arrows = [shape for shape in shapes if 'prst="rightArrow"' in shape]
    assert len(arrows) == sum(place.stage > 0 for chart in CHARTS for place in chart.places)
    for process in default_manual().processes:
        assert all(any(f">{step.name}<" in shape for shape in shapes) for step in process.steps)
