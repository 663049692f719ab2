"""What does the scan say on one page? Key figures, every check with its alarms and marks, what was not looked at, top customers."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from ccgrade_xl.meters.checks import CHECKS
from ccgrade_xl.meters.events import SEVERITIES
from ccgrade_xl.meters.report import NOT_RUN, OFF, PARTLY, CheckRun
from ccgrade_xl.meters.store import Report
from ccgrade_xl.pages.alarm_list import AlarmList, Cells, judged_false, judged_true
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.meter_lists import FALSE_ALARM, HANDLED
from ccgrade_xl.workbook.meter_page import NOTES, TOP

Rows = list[list[CellValue]]
_NAMED = 6
"""How many meters a sentence names."""
_RANKS = tuple(reversed(SEVERITIES))


def figures(made: AlarmList, report: Report, today: dt.date) -> Rows:
    """Return the key figures, in the order of `FIGURE_LABELS`."""
    late = sum(_is_late(row, today) for row in made.listed)
    grave = sum(row["级别"] == _RANKS[0] for row in made.listed)
    values: list[CellValue] = [len(made.listed), grave, _stake(made.listed), late, report.meters]
    return [[value] for value in (*values, report.as_of.replace(second=0, microsecond=0))]


def by_check(made: AlarmList, report: Report) -> Rows:
    """Return a row a check: listed alarms by severity, volume at stake, marks, precision, and how the check went."""
    runs = {run.code: run for run in report.checks}
    listed, marked = _by_code(made.listed), _by_code([*made.listed, *made.archive])
    hidden = _by_code(made.suppressed)
    rows = [
        _check_row(
            check.code, listed[check.code], marked[check.code], len(hidden[check.code]), runs.get(check.code)
        )
        for check in CHECKS
    ]
    rows.sort(key=_counts, reverse=True)
    return rows


def _check_row(
    code: str, listed: Sequence[Cells], marked: Sequence[Cells], suppressed: int, run: CheckRun | None
) -> list[CellValue]:
    counts = Counter(str(row["级别"]) for row in listed)
    true, false = sum(map(judged_true, marked)), sum(map(judged_false, marked))
    state = run.state if run is not None else NOT_RUN
    checked = run is not None and run.meters > 0
    severities: list[CellValue] = [counts[rank] or (0 if checked or listed else None) for rank in _RANKS]
    return [
        code,
        *severities,
        len(listed) if checked or listed else None,
        _stake(listed) or None,
        suppressed or None,
        true or None,
        false or None,
        true / (true + false) if true + false else None,
        state,
        run.meters if run is not None else 0,
        _lacks(run),
    ]


def _counts(row: Sequence[CellValue]) -> list[float]:
    return [float(cell) if isinstance(cell, int | float) else 0.0 for cell in row[1:4]]


def _lacks(run: CheckRun | None) -> str | None:
    if run is None:
        return "上次扫描没有这项检查，请重新扫描"
    if run.state == OFF:
        return "在“评分规则”的异常项中关闭"
    return f"{run.without} 块表缺少：{'、'.join(run.lacking)}" if run.lacking else None


def notes(made: AlarmList, report: Report, days: float) -> Rows:
    """Return the sentences the page must not keep quiet about, the most important first."""
    sentences = [
        _unchecked(report),
        _meters("有档案、没有一条读数的表", report.silent_meters),
        _meters("有读数、没有档案的表", report.unknown_meters),
        _rejected(report),
        f"已抑制 {len(made.suppressed)} 条误报，在“异常记录”里；把“误报”改成“否”或清空，下次刷新就回到清单。" if made.suppressed else "",
        f"另有 {made.older} 条异常 {days:g} 天前已结束，没有列入；在“数据来源”的“列入天数”里调整。" if made.older else "",
        _ownerless(made),
        *report.remarks,
        f"上次扫描{report.reading}" if report.reading else "",
    ]  # fmt: skip
    said = [sentence for sentence in sentences if sentence]
    if len(said) > NOTES.rows:
        said = [
            *said[: NOTES.rows - 1],
            f"……另有 {len(said) - NOTES.rows + 1} 条说明，运行 ccgrade meters scan 可看全部。",
        ]
    return [[sentence] for sentence in said or ["全部检查都做了，没有拒收的读数，也没有不明的表。"]]


def _unchecked(report: Report) -> str:
    none = [run.code for run in report.checks if run.state == NOT_RUN]
    some = [run.code for run in report.checks if run.state == PARTLY]
    parts = [f"未检查 {len(none)} 项：{'、'.join(none)}" if none else ""]
    parts.append(f"部分检查 {len(some)} 项" if some else "")
    said = "；".join(part for part in parts if part)
    return f"{said}。没有列出异常不等于没有异常，缺什么见上表“说明”。" if said else ""


def _meters(what: str, meters: Sequence[str]) -> str:
    if not meters:
        return ""
    more = " 等" if len(meters) > _NAMED else ""
    return f"{what} {len(meters)} 块：{'、'.join(meters[:_NAMED])}{more}。"


def _rejected(report: Report) -> str:
    total = sum(report.rejected.values())
    causes = "，".join(f"{cause} {count} 行" for cause, count in report.rejected.items())
    return f"拒收读数 {total} 行：{causes}。" if total else ""


def _ownerless(made: AlarmList) -> str:
    without = sum(not row.get("责任人") for row in made.listed)
    return f"{without} 条异常没有责任人：客户数据里找不到客户，或没有填客户经理和班组。" if without else ""


def top_customers(made: AlarmList) -> Rows:
    """Return the customers with the largest volume at stake among the alarms that are listed."""
    whose: dict[str, list[Cells]] = defaultdict(list)
    for row in made.listed:
        whose[str(row["客户编号"] or f"表号 {row['表号']}")].append(row)
    ranked = sorted(whose.items(), key=lambda item: (-_stake(item[1]), item[0]))
    return [
        [number, len(rows), _highest(rows), rows[0]["责任人"], _stake(rows), rows[0]["客户名称"]]
        for number, rows in ranked[: TOP.rows]
        if _stake(rows) > 0
    ]


def is_open(row: Cells) -> bool:
    """Return whether somebody still has to do something about an alarm."""
    return row.get("状态") not in (HANDLED, FALSE_ALARM)


def _is_late(row: Cells, today: dt.date) -> bool:
    due = row.get("期限")
    day = due.date() if isinstance(due, dt.datetime) else due
    return is_open(row) and isinstance(day, dt.date) and day < today


def _highest(rows: Sequence[Cells]) -> str:
    return max((str(row["级别"]) for row in rows), key=SEVERITIES.index)


def _stake(rows: Iterable[Cells]) -> float:
    return sum(float(row["涉及气量"]) for row in rows if isinstance(row["涉及气量"], int | float))


def _by_code(rows: Iterable[Cells]) -> dict[str, list[Cells]]:
    found: dict[str, list[Cells]] = defaultdict(list)
    for row in rows:
        found[str(row["异常"])].append(row)
    return found
