"""Native formulas, calculated by LibreOffice, give every customer the grade that ccgrade gives."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ccgrade_xl import grade
from tests.hosts.native_formulas import COLUMNS, INPUTS, SHEET, TABLES, write_native_book

pytestmark = pytest.mark.libreoffice

AS_OF = dt.date(2026, 10, 31)
CUSTOMERS = 2000
RESULTS = (
    "用气量等级",
    "X",
    "性质分",
    "合同分",
    "所属分",
    "缴纳分",
    "方式分",
    "预收分",
    "信用得分",
    "信用等级",
    "Y",
    "综合得分",
    "星级",
    "完整度",
)


def random_customers(seed: int, count: int) -> list[dict[str, object]]:
    """Customers of every kind, thick with the values at which a grade turns."""
    draw = np.random.default_rng(seed)

    def pick(*values: object) -> object:
        return values[draw.integers(len(values))]

    def option(table: str) -> object:
        return pick(*[name for name, *_ in TABLES[table]] * 2, None, "未列入的选项")

    def day(*months: int) -> dt.date:
        """A day about so many months back, often exactly the day a period ends."""
        month = pick(*months)
        start = dt.date(2026 - (month + 1) // 12, (21 - month) % 12 + 1, 1)
        return start + dt.timedelta(days=int(draw.integers(0, 31)))

    def customer() -> dict[str, object]:
        bill = pick(None, 0.0, 300.2, 1000.0, 33.3, *(round(draw.lognormal(10, 1), 2) for _ in range(6)))
        months = pick(0.0, 0.5, 1.0, 1.5, 2.0, -0.1, *(draw.uniform(0, 3) for _ in range(5)))
        worst, debt = (float(int(draw.exponential(days))) for days in (12, 25))
        vetoed = draw.random() < 0.2
        return {
            "客户状态": pick(*("在用",) * 8, None, "暂停", "销户", "拆表"),
            "月均用气量": pick(
                None, 0.0, 2999.99, 3000.0, 9999.5, 10000.0, 29999.99, 30000.0, 99999.0, 100000.0,
                *(round(draw.lognormal(9, 1.5), 1) for _ in range(12)),
            ),
            "在用月数": pick(None, 0.0, 1.0, 2.0, 3.0, *(12.0,) * 12),
            "用气单位性质": option("性质"),
            "合同签订": option("合同"),
            "用气单位所属": option("所属"),
            "逾期次数": pick(None, *(float(draw.poisson(0.9)) for _ in range(14))),
            "最长逾期天数": pick(None, 7.0, 8.0, 15.0, 16.0, 30.0, 31.0, *(worst,) * 4, *(0.0,) * 7),
            "当前欠费天数": pick(None, 1.0, 7.0, 60.0, 61.0, debt, *(0.0,) * 12),
            "缴费方式": option("方式"),
            "预收气费余额": pick(None, -5.0, 0.0, *(round(months * (bill or 500.0), 2),) * 12),
            "月均气费": bill,
            "否决事项": pick(*(name for name, *_ in TABLES["否决"])) if vetoed else None,
            "否决日期": pick(None, AS_OF, day(-1), day(12), day(24), day(0, 5, 11, 13)) if vetoed else None,
        }  # fmt: skip

    return [customer() for _ in range(count)]


@pytest.fixture(scope="module")
def calculated(vba_office, tmp_path_factory):
    """The sheet of native formulas for random customers, calculated, and the inputs it was given."""
    path = tmp_path_factory.mktemp("native") / "native.xlsx"
    customers = random_customers(20261031, CUSTOMERS)
    write_native_book(path, customers, AS_OF)
    document = vba_office.open(path)
    document.calculateAll()
    yield document.getSheets().getByName(SHEET), pd.DataFrame(customers, columns=INPUTS, dtype=object)
    document.close(True)


@pytest.fixture(scope="module")
def graded(calculated):
    """The same customers graded twice: (by native formulas, by ccgrade), columns of cells."""
    sheet, inputs = calculated
    area = sheet.getCellRangeByPosition(0, 0, len(COLUMNS) - 1, CUSTOMERS)
    headers, *rows = area.getDataArray()
    return pd.DataFrame(rows, columns=headers), grade(inputs, as_of=AS_OF)


def test_every_formula_was_calculated(calculated):
    sheet, _ = calculated
    errors = 4  # com.sun.star.sheet.FormulaResult.ERROR
    assert [area.AbsoluteName for area in sheet.queryFormulaCells(errors)] == []
    assert sheet.getCellByPosition(COLUMNS.index("参评"), CUSTOMERS).getFormula().startswith("=OR(")
    assert sheet.getCellByPosition(0, CUSTOMERS + 1).getString() == ""


@pytest.mark.parametrize("name", RESULTS)
def test_every_customer_gets_the_same(graded, name):
    native, ours = graded
    theirs = native[name].replace("", np.nan)
    mine = ours[name].replace("", np.nan)
    different = [
        (native.loc[row, list(INPUTS)].to_dict(), theirs[row], mine[row])
        for row in range(CUSTOMERS)
        if not same(theirs[row], mine[row])
    ]
    assert not different, f"{len(different)} differ, e.g. (inputs, formulas, ccgrade): {different[:2]}"


def same(one: object, other: object) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < 1e-9
    return one == other


def test_every_kind_of_customer_is_in_the_sample(graded):
    native, ours = graded
    assert set(ours["星级"]) == {"五星级", "四星级", "三星级", "二星级", "一星级", "待定", ""}
    assert set(ours["信用等级"]) == {"5A", "4A", "3A", "2A", "1A", "待定", ""}
    assert native["否决有效"].sum() > 100
    assert ((native["否决月数"] > 0) & ~native["否决有效"].astype(bool)).sum() > 50


@pytest.mark.parametrize("cut", [60, 70, 80, 90])
def test_scores_at_and_just_below_each_cut_are_in_the_sample(graded, cut):
    _, ours = graded
    assert (ours["信用得分"] == cut).any()
    assert ours["信用得分"].between(cut - 0.55, cut - 0.05).any()


def test_scores_that_end_in_half_a_tenth_and_scores_held_down_are_in_the_sample(graded):
    native, ours = graded
    average = (native["已知得分"] / native["已知权重"].replace(0, np.nan)).astype(float)
    assert np.isclose(average * 20 % 2, 1).sum() > 100
    assert (ours["信用得分"] < average - 0.06).sum() > 20
