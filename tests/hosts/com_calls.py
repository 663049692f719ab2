"""Every cell function called as COM calls it, and what its answer must be in the form COM carries it."""

import datetime as dt
from decimal import Decimal

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from tests.hosts.xlwings_stubs import COM_ERRORS, MISSING, ComTime

NA, NUM, DIV0 = (COM_ERRORS[text] for text in ("#N/A", "#NUM!", "#DIV/0!"))

HEADERS = tuple(column.name for column in INPUT_COLUMNS)


def customer(**known):
    """A row of the 客户 table as COM hands it over; whatever is not named is an empty cell."""
    return tuple(known.get(name) for name in HEADERS)


GOOD = customer(
    客户编号="0010200006",
    客户状态="在用",
    月均用气量=120000.0,
    在用月数=12.0,
    用气单位性质="医院",
    合同签订="有效且信息一致",
    用气单位所属="自有物业",
    逾期次数=0.0,
    最长逾期天数=0.0,
    当前欠费天数=0.0,
    缴费方式="银行代扣",
    预收气费余额=900000.0,
    月均气费=400000.0,
)
VETOED = customer(
    客户编号="0010200011",
    客户状态="在用",
    月均用气量="１２,０００m³",
    在用月数=8.0,
    用气单位性质="民企",
    合同签订="自动顺延",
    用气单位所属="转租",
    逾期次数=True,
    最长逾期天数=NA,
    当前欠费天数=0.0,
    缴费方式="现金",
    预收气费余额=-20.5,
    月均气费=Decimal("36000.00"),
    否决事项="窃气",
    否决日期=ComTime(2026, 3, 5, tzinfo=dt.UTC),
)
CLOSED = customer(客户编号=10200015.0, 客户状态="销户", 月均用气量=900.0)
SAMPLE = (HEADERS, GOOD, VETOED, CLOSED, customer(客户编号="0010200017"))
MONTH_END, ITS_SERIAL = ComTime(2026, 10, 31, tzinfo=dt.UTC), 46326.0


def column(*cells):
    return tuple((cell,) for cell in cells)


def row(*cells):
    return (cells,)


def option_cases(text):
    return [(text,), (column(text, f" {text}\u3000", None, "不存在", NA),)]


CREDIT = ("医院", "自动顺延", "转租", 1.0, 5.0, 0.0, "柜台", 20000.0, 9000.0)

CASES: dict[str, list[tuple[object, ...]]] = {
    "CCG_RULES": [(), (MISSING,)],
    "CCG_USAGE_LEVEL": [(30000.0,), (column(29999.0, None, NA, -1.0, "很多"),)],
    "CCG_X": [(100000.0,), ("１２,０００ m³",), (((2999.0, 3000.0), (None, DIV0)),), (True,)],
    "CCG_NATURE": option_cases("医院"),
    "CCG_CONTRACT": option_cases("自动顺延"),
    "CCG_OWNERSHIP": option_cases("转租"),
    "CCG_CHANNEL": option_cases("银行代扣"),
    "CCG_SAFETY": option_cases("已整改"),
    "CCG_PAYMENT": [(0.0, 0.0, 0.0), (3.0, 30.0, 0.0), (column(1.0, 2.0, NUM), column(7.0, 99.0, 0.0), 0.0)],
    "CCG_PREPAYMENT": [(20000.0, 10000.0), (-5.0, 10.0), (row(1.0, 2.0), 1.0), (1.0, 0.0)],
    "CCG_CREDIT": [
        CREDIT,
        (*CREDIT, "无隐患"),
        (*CREDIT, MISSING, MISSING),
        (*CREDIT[:3], None, *CREDIT[4:]),
    ],
    "CCG_CREDIT_GRADE": [(89.95,), (row(90.0, 80.0, 70.0, 60.0, 59.9, None),)],
    "CCG_Y": [(89.95,), (column(90.0, 79.94, "九十"),)],
    "CCG_STAR_SCORE": [(5.0, 4.0), (column(5.0, NA), 4.0)],
    "CCG_STAR": [(16.0,), (row(15.9, 10.0, 6.0, 3.0, 2.0),)],
    "CCG_GRADE": [(SAMPLE, MISSING, MONTH_END), (SAMPLE, None, ITS_SERIAL)],
    "CCG_EXPLAIN": [(row(*HEADERS), row(*known)) for known in (GOOD, VETOED, CLOSED)],
    "CCG_NEXT_STAR": [(row(*HEADERS), row(*known)) for known in (GOOD, VETOED, CLOSED)],
    "CCG_STRATEGY": [("五星级", "合同"), (column("五星级", "一星级", None, "六星级"), "抄表")],
    "CCG_ALARMS": [("甲",), ("乙", "2026-06-21", MISSING, "中"), ("不存在",), ("丙", MISSING, 46143.0)],
    "CCG_ALARM_COUNT": [
        ("甲",),
        (117.0, ITS_SERIAL),
        (column("甲", "乙", None, "不存在", NA), MISSING, MISSING, "中"),
    ],
    "CCG_METER_USAGE": [
        ("甲", 46180.0),
        (column("甲", "M-1"), row("2026-05")),
        ("甲", "2019-01"),
        ("丙", "2026-06"),
    ],
    "CCG_DAILY_USAGE": [
        ("甲", "2026-05-08", "2026-05-12"),
        ("乙", 46180.0, 46183.0),
        ("甲", "2026-06-30", "2026-06-01"),
    ],
    "CCG_FORECAST": [("甲", 28.0), ("乙", 90.0), (row("甲", "M-1", "丙"), 7.0), ("甲", 1000.0), ("甲", 1.5)],
    "CCG_PTZ": [
        (100.0, 0.0, 20.0),
        (100.0, 40.0, column(-10.0, 0.0, 35.0, 200.0)),
        (1.0, 50.0, 5.0, "绝压", 273.15),
    ],
    "CCG_HISTORY": [("不存在",), ("不存在", 3.0), (None,), (NA,)],
    "CCG_GRADE_AT": [("不存在", "2026-03"), ("不存在", None), ("不存在", "上月")],
    "CCG_PSI": [
        (column(120.0, 80.0), column(100.0, 100.0)),
        (row(0.3, 0.7), row(0.5, 0.5)),
        (row(-1.0, 80.0), row(1.0, 1.0)),
        (row(1.0, 2.0), row(1.0, 2.0, 3.0)),
    ],
    "CCG_DUE": [
        ("异议/申诉", "处理并答复", "2026-03-05"),
        ("异议", "处理并答复", ITS_SERIAL),
        ("做饭", "洗菜", "2026-03-05"),
    ],
    "CCG_TASKS": [("不存在",), (None,)],
    "CCG_CHECK": [("CCG_X", -1.0), ("CCG_X", 5.0), ("CCG_NOTHING",), ("CCG_CREDIT", *CREDIT)],
}

EVERY_CASE = [(name, arguments) for name, cases in CASES.items() for arguments in cases]


def in_cells(result):
    """What `functions.call` answered, in the form COM carries it."""
    rows = result if isinstance(result, tuple) else ((result,),)
    return [[in_cell(cell) for cell in row] for row in rows]


def in_cell(cell):
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.value
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day, tzinfo=dt.UTC)
    return cell
