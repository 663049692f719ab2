"""The default grading as native spreadsheet formulas: lookups and arithmetic, no function of ours.

The tables are typed here a second time, from the published defaults, and share nothing with the rule set:
where the workbook and the package agree, two people would have to have made the same mistake.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

TABLES: dict[str, list[tuple[object, ...]]] = {
    "用气量": [
        (0, "一级", 1),
        (3000, "二级", 2),
        (10000, "三级", 3),
        (30000, "四级", 4),
        (100000, "五级", 5),
    ],
    "性质": [
        ("机关单位", 100),
        ("事业单位", 100),
        ("医院", 100),
        ("学校", 100),
        ("国有企业", 90),
        ("上市公司", 90),
        ("外资企业", 90),
        ("民营企业", 70),
        ("个体工商户", 50),
        ("临时用户", 30),
    ],
    "合同": [
        ("有效且信息一致", 100),
        ("自动顺延", 70),
        ("九十日内到期", 70),
        ("变更未改签", 30),
        ("未签订", 0),
    ],
    "所属": [
        ("自有物业", 100),
        ("集团直属", 100),
        ("租赁三年及以上", 70),
        ("租赁一至三年", 50),
        ("租赁不足一年", 20),
        ("转租", 20),
        ("承包", 20),
        ("不明", 20),
    ],
    "方式": [
        ("预付费表", 100),
        ("银行代扣", 100),
        ("对公转账", 80),
        ("网上营业厅", 60),
        ("柜台", 60),
        ("现金", 40),
        ("上门收取", 40),
    ],
    "缴纳": [(0, 0, 100), (1, 7, 85), (2, 15, 70), (3, 30, 45), (1e9, 1e9, 20)],
    "预收": [(0, 15), (0.5, 40), (1, 70), (1.5, 85), (2, 100)],
    "信用": [(0, "1A", 1), (60, "2A", 2), (70, "3A", 3), (80, "4A", 4), (90, "5A", 5)],
    "星": [(0, "一星级"), (3, "二星级"), (6, "三星级"), (10, "四星级"), (16, "五星级")],
    "否决": [
        ("窃气", 24),
        ("违规用气", 12),
        ("改变用途未改签", 12),
        ("严重隐患未整改", 12),
        ("陈欠无还款协议", 12),
        ("连续三月欠费", 12),
    ],
    "权重": [("性质", 10), ("合同", 15), ("所属", 10), ("缴纳", 35), ("方式", 10), ("预收", 20)],
}
"""Lookup tables; column n of table T is the name T_n in the formulas. Bounds ascend, as MATCH needs them."""

INPUTS = (
    "客户状态",
    "月均用气量",
    "在用月数",
    "用气单位性质",
    "合同签订",
    "用气单位所属",
    "逾期次数",
    "最长逾期天数",
    "当前欠费天数",
    "缴费方式",
    "预收气费余额",
    "月均气费",
    "否决事项",
    "否决日期",
)

FORMULAS: dict[str, str] = {
    "参评": '=OR([客户状态]="",[客户状态]="在用")',
    "用气量等级": '=IF(AND([参评],ISNUMBER([月均用气量])),INDEX(用气量_2,MATCH([月均用气量],用气量_1,1)),"")',
    "X": '=IF(AND([参评],ISNUMBER([月均用气量])),INDEX(用气量_3,MATCH([月均用气量],用气量_1,1)),"")',
    "性质分": '=IF([参评],IFERROR(INDEX(性质_2,MATCH([用气单位性质],性质_1,0)),""),"")',
    "合同分": '=IF([参评],IFERROR(INDEX(合同_2,MATCH([合同签订],合同_1,0)),""),"")',
    "所属分": '=IF([参评],IFERROR(INDEX(所属_2,MATCH([用气单位所属],所属_1,0)),""),"")',
    "方式分": '=IF([参评],IFERROR(INDEX(方式_2,MATCH([缴费方式],方式_1,0)),""),"")',
    "计次": "=MAX(N([逾期次数]),IF(N([当前欠费天数])>0,1,0))",
    "计天": "=MAX(N([最长逾期天数]),N([当前欠费天数]))",
    "缴纳至多": "=IF(N([当前欠费天数])>60,0,SUMPRODUCT(MAX(([计次]<=缴纳_1)*([计天]<=缴纳_2)*缴纳_3)))",
    "缴纳分": (
        "=IF(AND([参评],OR(N([当前欠费天数])>60,COUNT([逾期次数],[最长逾期天数],[当前欠费天数])=3)),"
        '[缴纳至多],"")'
    ),
    "预收月数": '=IF(AND(ISNUMBER([预收气费余额]),N([月均气费])>0),ROUND([预收气费余额]/[月均气费],12),"")',
    "预收至多": "=IF(AND(ISNUMBER([预收气费余额]),N([预收气费余额])<=0,NOT(ISNUMBER([月均气费]))),0,100)",
    "预收分": (
        '=IF(OR(NOT([参评]),[预收月数]=""),"",IF(N([预收月数])<=0,0,INDEX(预收_2,MATCH(N([预收月数]),预收_1,1))))'
    ),
    "已知权重": (
        "=INDEX(权重_2,1)*ISNUMBER([性质分])+INDEX(权重_2,2)*ISNUMBER([合同分])+INDEX(权重_2,3)*ISNUMBER([所属分])"
        "+INDEX(权重_2,4)*ISNUMBER([缴纳分])+INDEX(权重_2,5)*ISNUMBER([方式分])+INDEX(权重_2,6)*ISNUMBER([预收分])"
    ),
    "已知得分": (
        "=INDEX(权重_2,1)*N([性质分])+INDEX(权重_2,2)*N([合同分])+INDEX(权重_2,3)*N([所属分])"
        "+INDEX(权重_2,4)*N([缴纳分])+INDEX(权重_2,5)*N([方式分])+INDEX(权重_2,6)*N([预收分])"
    ),
    # Unknown payments or prepayment count at their best where that lowers the average.
    "信用得分": (
        '=IF(OR(NOT([参评]),[已知权重]=0),"",ROUND(MIN([已知得分]/[已知权重],'
        'IF([缴纳分]="",([已知得分]+35*[缴纳至多])/([已知权重]+35),100),'
        'IF([预收分]="",([已知得分]+20*[预收至多])/([已知权重]+20),100),'
        'IF(AND([缴纳分]="",[预收分]=""),([已知得分]+35*[缴纳至多]+20*[预收至多])/([已知权重]+55),100)),1))'
    ),
    "否决月数": "=IFERROR(INDEX(否决_2,MATCH([否决事项],否决_1,0)),0)",
    "否决有效": (
        "=AND([否决月数]>0,OR(NOT(ISNUMBER([否决日期])),"
        "AND([否决日期]<=评级日,EDATE(N([否决日期]),[否决月数])>评级日)))"
    ),
    "信用等级": (
        '=IF(NOT([参评]),"",IF([否决有效],"1A",IF([已知权重]<60,"待定",INDEX(信用_2,'
        "MIN(MATCH([信用得分],信用_1,1),IF(AND(ISNUMBER([在用月数]),N([在用月数])<3),3,5))))))"
    ),
    "Y": '=IF(OR([信用等级]="",[信用等级]="待定"),"",INDEX(信用_3,MATCH([信用等级],信用_2,0)))',
    "综合得分": '=IF(OR([X]="",[Y]=""),"",[X]*[Y])',
    "星级": '=IF(NOT([参评]),"",IF([综合得分]="","待定",INDEX(星_2,MATCH([综合得分],星_1,1))))',
    "完整度": '=IF([参评],[已知权重]/100,"")',
}
"""Every step of the grading, a column each; [name] is the cell of that column in the same row."""

COLUMNS = (*INPUTS, *FORMULAS)
SHEET = "客户"


def write_native_book(path: Path, customers: Sequence[Mapping[str, object]], as_of: dt.date) -> None:
    """Write the workbook: lookup tables, inputs, and the formulas beside them. None is an empty cell."""
    with xlsxwriter.Workbook(path) as book:
        date_format = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(SHEET)
        _write_tables(book, as_of, date_format)
        sheet.write_row(0, 0, COLUMNS)
        for at, customer in enumerate(customers, 1):
            for column, name in enumerate(INPUTS):
                value = customer[name]
                if isinstance(value, dt.date):
                    sheet.write_datetime(at, column, dt.datetime.combine(value, dt.time()), date_format)
                elif value is not None:
                    sheet.write(at, column, value)
            for column, formula in enumerate(FORMULAS.values(), len(INPUTS)):
                sheet.write_formula(at, column, _in_row(formula, at))


def _in_row(formula: str, row: int) -> str:
    """Put the cells of a row in the place of the column names."""
    for column, name in enumerate(COLUMNS):
        formula = formula.replace(f"[{name}]", xl_rowcol_to_cell(row, column, col_abs=True))
    return formula


def _write_tables(book: xlsxwriter.Workbook, as_of: dt.date, date_format: xlsxwriter.format.Format) -> None:
    sheet = book.add_worksheet("默认值")
    sheet.write_datetime(0, 0, dt.datetime.combine(as_of, dt.time()), date_format)
    book.define_name("评级日", "=默认值!$A$1")
    left = 1
    for name, rows in TABLES.items():
        for column in range(len(rows[0])):
            area = xl_range_abs(1, left, len(rows), left)
            book.define_name(f"{name}_{column + 1}", f"=默认值!{area}")
            sheet.write_column(1, left, [row[column] for row in rows])
            left += 1
