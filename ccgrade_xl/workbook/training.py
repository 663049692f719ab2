"""培训自测, declared once: the cells that set a paper, its questions, each person's results, 常见问题."""

from __future__ import annotations

from ccgrade_xl.workbook.lists import ListColumn, SheetList

SHEET = "培训自测"

FORM = "培训_卷别"
"""Entered: 考试, 自查 or 互查."""
COUNT = "培训_题数"
"""Entered: how many questions."""
EXAMINEE = "培训_考试人"
"""Entered: who answers; blank for whoever works in the book."""

PAPER = "培训_试卷"
"""4×1: the paper's number, its rule version, its grading date, and what came out."""
PAPER_ROWS = ("试卷编号", "规则版本", "评级日期", "结果")

RESULTS = "培训_成绩"
"""`PEOPLE` × (3 + `SHOWN`): a row a person, last examined first: name, papers, mean share, then the last shares."""
PEOPLE, SHOWN = 7, 8
NOBODY = "—"
"""Stands in a row of `RESULTS` that is nobody's, so that the chart's legend has a name to show."""
RESULT_HEADERS = ("考试人", "次数", "平均", *(f"第{at}次" for at in range(1, SHOWN + 1)))
RESULT_FORMATS = ("@", "0", "0%", *(["0%"] * SHOWN))

RIGHT, WRONG, OPEN = "正确", "错误", "未答"
ALIKE, APART = "一致", "不一致"
"""What stands in 结果 of a marked question: of an exam, and of a check by two people."""

CONTENT = "题目数据"

QUESTIONS = SheetList(
    "试题",
    SHEET,
    "试题",
    (
        ListColumn("题号", 7, "第几题。", "count"),
        ListColumn("题型", 11, "指标得分、信用等级、用气量等级、综合星级、否决事项、策略选择，或整户评级。"),
        ListColumn("题目", 72, "按“评分规则”作答；需要的资料都在题目里。"),
        ListColumn("选项", 34, "作答时填字母或选项的文字；没有选项的填数字。"),
        ListColumn("作答", 24, "在这里填写答案，然后按“阅卷”。", entered=True),
        ListColumn("分值", 7, "这一题的满分。", "count"),
        ListColumn("得分", 7, "阅卷后的得分。", "count"),
        ListColumn("结果", 9, "正确、错误、未答；互查时为两人一致或不一致。", "option"),
        ListColumn("正确答案", 24, "按这份试卷的规则算出的答案。"),
        ListColumn("解析", 58, "答案是怎样得出的。"),
        ListColumn(CONTENT, 4, "程序阅卷所需，请不要修改。"),
    ),
    ("题号",),
)
"""The questions of the paper on the sheet; `CONTENT` is hidden and says what each is about."""

FAQ = SheetList(
    "常见问题",
    SHEET,
    "常见问题",
    (
        ListColumn("出处", 22, "哪份试卷的第几题。"),
        ListColumn("问题", 60, "自查、互查中意见不一致的题目。"),
        ListColumn("各人作答", 24, "每个人的答案。"),
        ListColumn("规则结果", 12, "按规则算出的结果。"),
        ListColumn("解析", 50, "结果是怎样得出的。"),
        ListColumn("处理意见", 36, "讨论后在这里写下结论，供大家参考。", entered=True),
        ListColumn("登记日期", 12, "记入的日期。", "date"),
    ),
    ("出处",),
)
"""What people did not agree on; it only grows, and the group writes its conclusion beside each."""
