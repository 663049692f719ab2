"""Graded customers as the result columns of table 客户."""

from __future__ import annotations

from typing import Any

import numpy as np

from ccgrade_xl.grading.customers import Integers
from ccgrade_xl.grading.remarks import remarks
from ccgrade_xl.grading.sample import NONE, Grades
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import UNDECIDED


def result_arrays(grades: Grades) -> dict[str, np.ndarray[Any, Any]]:
    """Return the result columns as arrays, in the order of table 客户."""
    said = remarks(grades)  # first: it needs the most room beside what is kept
    scales, graded = grades.scales, grades.graded
    return {
        "用气量等级": _names(scales.usage.names, np.where(grades.level < 0, NONE, grades.level)),
        "X": grades.x,
        **{
            row.result: np.where(graded & (scales.weights[row.key] > 0), grades.scored[row.key].score, np.nan)
            for row in INDICATORS
        },
        "信用得分": np.where(graded, grades.credit.score, np.nan),
        "信用等级": _names(scales.credit.names, grades.credit_grade),
        "Y": grades.y,
        "综合得分": grades.star_score,
        "星级": _names(scales.star.names, grades.star),
        "完整度": np.where(graded, grades.credit.completeness, np.nan),
        "说明": said,
        "规则版本": _constant(scales.rules.version, len(grades)),
        "评级日期": np.full(len(grades), np.datetime64(grades.as_of, "s")),
    }


def _names(names: tuple[str, ...], positions: Integers) -> np.ndarray[Any, Any]:
    """Return band names by position; -1 is 待定, -2 is blank (both count from the end of the table)."""
    return np.array([*names, "", UNDECIDED], dtype=object)[positions]


def _constant(text: str, length: int) -> np.ndarray[Any, Any]:
    filled = np.empty(length, dtype=object)
    filled[:] = text
    return filled
