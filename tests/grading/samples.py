"""Random customers for the laws: every column, with blanks, boundary values and typing errors."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import strategies as st

from tests.grading.reference import SCORES, VETO_MONTHS

AS_OF = dt.date(2026, 6, 30)

_usage = st.sampled_from([0, 2999.99, 3000, 9999, 10000, 29999.5, 30000, 99999, 100000, 5e6]) | st.floats(
    0, 2e5
)


def _maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy | strategy


CUSTOMER = st.fixed_dictionaries(
    {
        "客户状态": st.sampled_from(["在用", "在用", "在用", "在用", None, "暂停", "销户", "拆表"]),
        "月均用气量": _maybe(_usage),
        "在用月数": _maybe(st.integers(0, 24)),
        **{
            name: _maybe(st.sampled_from([*options, *options, "没有这个选项"]))
            for name, options in SCORES.items()
        },
        "逾期次数": _maybe(st.integers(0, 5)),
        "最长逾期天数": _maybe(st.sampled_from([0, 0, 1, 7, 8, 15, 16, 30, 31, 90])),
        "当前欠费天数": _maybe(st.sampled_from([0, 0, 0, 1, 7, 30, 60, 61, 200])),
        "预收气费余额": _maybe(st.sampled_from([-50, 0, 0.01, 49.99, 50, 99.99, 100, 150, 199.99, 200, 1e5])),
        "月均气费": _maybe(st.sampled_from([0, 100, 100, 33.3, 1e4])),
        "否决事项": st.sampled_from([None, None, None, None, *VETO_MONTHS, "没有这个事项"]),
        "否决日期": _maybe(
            st.sampled_from(
                [
                    dt.date(2024, 6, 30),
                    dt.date(2024, 7, 1),
                    dt.date(2025, 6, 30),
                    dt.date(2025, 7, 1),
                    dt.date(2026, 6, 30),
                    dt.date(2026, 7, 1),
                    dt.date(2024, 2, 29),
                ]
            )
        ),
    }
)
SAMPLE = st.lists(CUSTOMER, min_size=1, max_size=12)


def frame(customers: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(customers, dtype=object)
