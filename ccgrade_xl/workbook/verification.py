"""待核实: the list of what is to be verified, where data come from, which source prevails, and where they disagree.

The import and the buttons fill these tables; a book that lacks them is imported into and graded all the same.
"""

from __future__ import annotations

from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from ccgrade_xl.workbook.lists import ListColumn, SheetList
from ccgrade_xl.workbook.mapping import KEY

SHEET = "待核实"

RIGHT, WRONG, OPEN = "属实", "更正", "未能核实"
RESULTS = (RIGHT, WRONG, OPEN)
"""核实结果: the value stands, another one is right, or it could not be found out."""

REASONS = (
    "否决无日期", "选项有误", "看不懂", "冲突", "合同到期", "抄表异常", "突变", "未知", "过期",
)  # fmt: skip
"""原因: why something is to be verified, the gravest first."""

BY_FIELD, BY_FINANCE, BY_CONTRACTS, BY_METERING = "现场", "财务", "合同", "计量"
"""途径: who can tell. On site by the front line, or with the department that keeps the papers."""

VERIFICATION = SheetList(
    "核实清单",
    SHEET,
    "待核实清单",
    (
        ListColumn("负责人", 8, "谁去核实；可以改派，改派后保留。", entered=True),
        ListColumn(KEY, 14, "客户编号。"),
        ListColumn("客户名称", 22, "客户数据里的名称。", number_format="@"),
        ListColumn("地址", 24, "用气地址。"),
        ListColumn("核实项目", 11, "客户数据里的列，或抄表异常的名称。"),
        ListColumn("原因", 9, "为什么要核实。", "option"),
        ListColumn("现有值", 13, "客户数据里现在的值。"),
        ListColumn("线索", 52, "建议、冲突双方的来源和日期、上月的值等。"),
        ListColumn("途径", 6, "现场；或同财务、合同、计量部门核对。", "option"),
        ListColumn("截止日期", 11, "从列入之日起的工作日。", "date"),
        ListColumn("勾选", 13, "打印后在现场勾选。"),
        ListColumn("核实结果", 9, "属实：现有值是对的；更正：填写核实值；未能核实：留在清单里。", "option",
                   entered=True, options=RESULTS),
        ListColumn("核实值", 14, "更正后的值，写法与客户数据相同。", entered=True),
        ListColumn("核实人", 8, "留空为负责人。", entered=True),
        ListColumn("核实日期", 11, "留空为收回的当天。", "date", entered=True),
        ListColumn("依据", 16, "合同编号、照片、财务单据等。", entered=True),
        ListColumn("列入日期", 11, "第一次列入清单的日期。", "date"),
    ),
    (KEY, "核实项目"),
)  # fmt: skip
"""What is to be verified. 待核实清单 takes back what was entered, then lists what is left."""

PRINTED = 16
"""So many columns of the list are printed; the rest is for the record."""

CONFLICTS = SheetList(
    "资料冲突",
    SHEET,
    "资料冲突",
    (
        ListColumn(KEY, 14, "客户编号。"),
        ListColumn("列", 12, "客户数据里的列。"),
        ListColumn("采用值", 16, "按“列优先”采用的值。"),
        ListColumn("采用来源", 14, "这个值来自哪里。"),
        ListColumn("采用日期", 11, "这个来源的数据日期。", "date"),
        ListColumn("另一值", 16, "没有采用的值。"),
        ListColumn("另一来源", 14, "没有采用的值来自哪里。"),
        ListColumn("另一日期", 11, "没有采用的值的数据日期。", "date"),
    ),
    (KEY, "列"),
)
"""Where two sources disagree about one cell. Written by 导入."""

SOURCES = SheetList(
    "数据来源",
    SHEET,
    "数据来源",
    (
        ListColumn("来源", 14, "来源的名称，可以改名、增行。", entered=True),
        ListColumn("文件名特征", 26, "文件名或工作表名里有这些字样之一，就是这个来源；多个用 ; 隔开。", entered=True),
        ListColumn("最近文件", 26, "上次导入的文件。"),
        ListColumn("数据日期", 11, "上次导入的数据日期。", "date"),
        ListColumn("导入日期", 11, "上次导入的日期。", "date"),
        ListColumn("行数", 8, "上次导入的行数。", "count"),
    ),
    ("来源",),
)  # fmt: skip
"""The departments' lists, told apart by the names of their files."""

DEFAULT_SOURCES: tuple[tuple[str, str], ...] = (
    ("营业收费", "收费;营业;账单;缴费"),
    ("财务", "财务;余额;欠费;预收"),
    ("合同", "合同"),
    ("安检", "安检;隐患"),
    ("计量", "计量;抄表;气量"),
)

IGNORED = "不用"

HEADERS = SheetList(
    "表头对应",
    SHEET,
    "表头对应",
    (
        ListColumn("来源", 14, "哪个来源的文件。"),
        ListColumn("文件里的表头", 20, "文件里的列名。"),
        ListColumn("对应列", 14, f"读入客户数据的哪一列；{IGNORED}：不读；留空：按列名自动识别。", "option",
                   entered=True, options=(*(column.name for column in INPUT_COLUMNS), IGNORED)),
        ListColumn("倍数", 8, "读入时乘以它，例如 万元 填 10000；留空为 1。", "number", entered=True),
    ),
    ("来源", "文件里的表头"),
)  # fmt: skip
"""How each source's headers were understood; what stands in 对应列 is used at the next import."""

ON_SITE = "现场核实"
BY_HAND = "手工修改"

PRECEDENCE = SheetList(
    "列优先",
    SHEET,
    "列优先",
    (
        ListColumn("列", 13, "客户数据里的列。"),
        ListColumn("优先来源", 26, "几个来源不一致时以谁为准，靠前的优先，用 ; 隔开；没有写的来源以较新的为准。现场核实的值最优先，除非在这里写明位置。", entered=True),
        ListColumn("时效（月）", 10, "满这么多个月的值不再优先，超过的列入待核实；留空为一直有效。", "count", entered=True),
        ListColumn("途径", 8, "这一列向谁核实。", "option", entered=True,
                   options=(BY_FIELD, BY_FINANCE, BY_CONTRACTS, BY_METERING)),
    ),
    ("列",),
)  # fmt: skip
"""Which source prevails for a column, and for how long."""

# fmt: off
DEFAULT_PRECEDENCE: tuple[tuple[str, str, int | None, str], ...] = (
    ("客户名称", "合同;营业收费", None, BY_CONTRACTS),
    ("表号", "计量;营业收费", None, BY_FIELD),
    ("地址", "合同;营业收费", None, BY_FIELD),
    ("客户状态", "营业收费;计量", None, BY_FIELD),
    ("开户日期", "营业收费;合同", None, BY_CONTRACTS),
    ("班组", "", None, BY_FIELD),
    ("客户经理", "", None, BY_FIELD),
    ("月均用气量", "计量;营业收费", 3, BY_METERING),
    ("在用月数", "计量;营业收费", 3, BY_METERING),
    ("用气单位性质", "合同;营业收费", 24, BY_FIELD),
    ("合同签订", "合同", 12, BY_CONTRACTS),
    ("用气单位所属", "合同", 24, BY_FIELD),
    ("逾期次数", "财务;营业收费", 3, BY_FINANCE),
    ("最长逾期天数", "财务;营业收费", 3, BY_FINANCE),
    ("当前欠费天数", "财务;营业收费", 1, BY_FINANCE),
    ("缴费方式", "营业收费;财务", 12, BY_FINANCE),
    ("预收气费余额", "财务;营业收费", 1, BY_FINANCE),
    ("月均气费", "财务;营业收费", 3, BY_FINANCE),
    ("燃气安全状况", "安检", 12, BY_FIELD),
    ("否决事项", "安检;财务", None, BY_FIELD),
    ("否决日期", "安检;财务", None, BY_FIELD),
)
"""Column, sources that prevail, months it holds, who can tell (all `default`, editable on the sheet)."""
# fmt: on

BATCHES = SheetList(
    "导入记录",
    SHEET,
    "导入记录",
    (
        ListColumn("批次", 7, "导入的编号，来源索引按它查找。", "count"),
        ListColumn("来源", 14, "哪个来源。"),
        ListColumn("文件", 26, "文件名。"),
        ListColumn("工作表", 12, "文件里的工作表。"),
        ListColumn("数据日期", 11, "数据的日期：文件名里的年月，没有时为文件的修改日期。", "date"),
        ListColumn("导入日期", 11, "导入的日期。", "date"),
        ListColumn("经办人", 10, "谁核实的；导入的为空。"),
    ),
    ("批次",),
)
"""Every list that values still come from."""

INDEX = SheetList(
    "来源索引",
    SHEET,
    "来源索引",
    (
        ListColumn(KEY, 14, "客户编号。"),
        ListColumn("来源", 40, "每一格来自哪一批、哪一行；用 ccgrade origin 查看。"),
    ),
    (KEY,),
)
"""Where each cell of a customer came from, packed into one text a customer (see `workbook.origins`)."""

SIDE_TABLES = (CONFLICTS, SOURCES, PRECEDENCE, HEADERS, BATCHES, INDEX)
"""The tables the import keeps, left to right."""

LIMIT_NAME, PER_PERSON_NAME, VALID_NAME = "核实_时限", "核实_每人条数", "核实_有效月数"
"""Settings cells: working days to verify, entries a person at most, months a confirmed value is not asked again."""
DEFAULT_LIMIT, DEFAULT_PER_PERSON, DEFAULT_VALID = 5, 60, 12
