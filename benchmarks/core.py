"""A million customers through the core: seconds, and the peak memory of the whole process."""

from __future__ import annotations

from benchmarks.measure import Figure, fresh

CUSTOMERS = 1_000_000

CODE = f"""
import json, time
import pandas as pd
from benchmarks.measure import peak_gigabytes
from ccgrade_xl import grade
from ccgrade_xl.boundary import customers_from
from ccgrade_xl.grading.sample import grade_sample
from ccgrade_xl.rules.ruleset import RuleSet
from examples.customers import AS_OF, clean_customers

NOT_GRADED_BY = ["客户编号", "客户名称", "表号", "地址", "开户日期", "班组", "客户经理"]
parts = [clean_customers({CUSTOMERS} // 20, seed).drop(columns=NOT_GRADED_BY) for seed in range(20)]
customers = pd.concat(parts, ignore_index=True)
del parts
rules = RuleSet.default()
grade(customers.head(1000), rules, AS_OF)
start = time.perf_counter()
grade(customers, rules, AS_OF)
whole = time.perf_counter() - start
gigabytes = peak_gigabytes()
cells = customers.astype(object).where(customers.notna(), None)
typed = customers_from({{name: cells[name].to_list() for name in cells}}, len(cells))
start = time.perf_counter()
grade_sample(typed, rules, AS_OF)
core = time.perf_counter() - start
print(json.dumps([core, whole, gigabytes]))
"""


def core() -> Figure:
    """Grade typed customers (the core), and a DataFrame with remarks and all (the whole)."""
    core, whole, gigabytes = fresh(CODE)
    return Figure(
        f"core on {CUSTOMERS:,} customers",
        f"{core:.2f} s; as DataFrame with 说明 {whole:.2f} s; peak {gigabytes:.2f} GB",
        "≤ 1 s, ≤ 1 GB",
        core <= 1 and gigabytes <= 1,
    )


if __name__ == "__main__":
    print(core())
