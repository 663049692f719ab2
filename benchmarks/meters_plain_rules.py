"""The table of alarms as anybody would write it in SQL: the same numbers, without rhythm, season, folding or mended registers.

The comparison for `meters_accuracy`: what a reasonable evening's work with the same thresholds gives. Days that follow each other
are joined to one alarm, as ours are.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

_STEPS = """
CREATE TEMP TABLE steps AS
SELECT r.*, g.qmax_m3h, g.qmin_m3h, g.pressure_set_kpa, g.status AS customer, g.pulse_m3, g.business_hours,
  CASE g.pressure_kind WHEN 'gauge' THEN 101.325 ELSE 0 END AS atmosphere,
  CAST(r.time - INTERVAL 5 MINUTE AS DATE) AS day,
  date_diff('second', lag(r.time) OVER w, r.time) / 3600.0 AS hours,
  r.actual_m3 - lag(r.actual_m3) OVER w AS d_actual, r.standard_m3 - lag(r.standard_m3) OVER w AS d_standard
FROM read_parquet('{readings}/*.parquet') r JOIN read_parquet('{registry}') g USING (meter_id)
WINDOW w AS (PARTITION BY meter_id ORDER BY r.time)
"""

_DAYS = """
CREATE TEMP TABLE days AS
SELECT meter_id, day, any_value(customer) customer, any_value(qmax_m3h) qmax, any_value(qmin_m3h) qmin,
  any_value(pressure_set_kpa) set_kpa, any_value(pulse_m3) pulse, count(*) n, max(hours) gap, count(*) FILTER (hours = 0) doubles,
  sum(d_standard) use, sum(d_actual) actual,
  min(d_actual) FILTER (actual_m3 > 0.02 * (actual_m3 - d_actual)) fall, max(actual_flow) top, list_sort(list(actual_flow))[-3] third,
  min(actual_flow) low, count(*) FILTER (actual_flow > qmax_m3h) over_qmax, count(*) FILTER (actual_flow > 1.2 * qmax_m3h) far_over,
  count(*) FILTER (actual_flow > 0) flowing, count(*) FILTER (actual_flow > 0 AND actual_flow < qmin_m3h) under,
  min(temperature_c) t_low, max(temperature_c) t_top, min(pressure_kpa) p_low, max(pressure_kpa) p_top,
  avg(temperature_c) t_mean, avg(pressure_kpa + atmosphere) p_mean, list_sort(list(battery_pct))[3] battery, min(balance) balance,
  max(disturbance_m3) - min(disturbance_m3) disturbed, sum(d_standard) FILTER (valve = '关') shut_use, count(*) FILTER (valve = '关') shut,
  count(*) FILTER (status LIKE '%磁%' OR status LIKE '%盖%') touched, min(abs(epoch(received_time) - epoch(time))) / 60 late,
  max(abs(site_m3 - actual_m3)) site, max(actual_m3) FILTER (site_m3 IS NOT NULL) site_at, max(time) last_time,
  sum(d_actual) FILTER (d_standard = 0) alone, sum(d_standard) FILTER (d_actual = 0) other_alone,
  sum(d_standard) FILTER (hour(time - INTERVAL 5 MINUTE) < 5 AND business_hours IS NOT NULL) night
FROM steps GROUP BY ALL
"""

_MORE = """
CREATE TEMP TABLE known AS
SELECT *, median(use) OVER (PARTITION BY meter_id, dayofweek(day) ORDER BY day ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING) usual,
  avg(use) OVER (PARTITION BY meter_id ORDER BY day ROWS BETWEEN 30 PRECEDING AND 1 PRECEDING) mean_30,
  max(use) OVER (PARTITION BY meter_id ORDER BY day ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) use_3,
  max(use) OVER (PARTITION BY meter_id ORDER BY day ROWS BETWEEN 15 PRECEDING AND CURRENT ROW) use_16,
  min(low) OVER (PARTITION BY meter_id ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) low_7,
  min(t_low) OVER w3 = max(t_top) OVER w3 AND count(*) OVER w3 = 3 AND sum(use) OVER w3 > 0 t_still,
  min(p_low) OVER w3 = max(p_top) OVER w3 AND count(*) OVER w3 = 3 AND sum(use) OVER w3 > 0 p_still,
  sum(CAST(night > 1 AS INT)) OVER (PARTITION BY meter_id ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) nights,
  avg(greatest(lag_balance - balance, 0)) OVER (PARTITION BY meter_id ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) daily_cost,
  (use / nullif(actual, 0)) / (p_mean / 101.325 * 293.15 / (t_mean + 273.15) * (1 + 2e-5 * (p_mean - 101.325))) - 1 factor_off,
  row_number() OVER (PARTITION BY meter_id ORDER BY day) AS nth, row_number() OVER (PARTITION BY meter_id ORDER BY day DESC) AS nth_last
FROM (SELECT *, lag(balance) OVER (PARTITION BY meter_id ORDER BY day) lag_balance FROM days)
WINDOW w3 AS (PARTITION BY meter_id ORDER BY day ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
"""

_LAST = "day <= (SELECT quantile_disc(last, 0.5) FROM (SELECT max(day) last FROM days GROUP BY meter_id))"

RULES: dict[str, tuple[str, str]] = {
    "通讯中断": ("gap >= 24", "中"),
    "缺数": ("n < 0.95 * 24 AND nth > 1 AND nth_last > 1", "低"),
    "重复/未来时间": (f"doubles > 0 OR NOT {_LAST}", "低"),
    "校时偏差": ("late > 5", "中"),
    "倒走": ("fall < -pulse", "高"),
    "零用气": ("use_3 = 0 AND mean_30 > 10 AND dayofweek(day) BETWEEN 3 AND 5", "中"),
    "停走疑似": ("use_16 = 0 AND shut = 0 AND nth > 15", "高"),
    "标况停/工况走": (
        "(alone > 1 AND use < 0.85 * actual) OR (other_alone > 1 AND actual < 0.85 * use)",
        "高",
    ),
    "突增/突降": ("(use > 2 * usual OR use < 0.4 * usual) AND abs(use - usual) > 50", "中"),
    "尖峰": ("top > 2.8 * third AND top > 0.2 * qmax", "低"),
    "超量程": ("over_qmax >= 2 OR far_over > 0", "中"),
    "持续小流量": ("low_7 > 0", "中"),
    "非营业/夜间用气": ("nights >= 3", "中"),
    "温度异常": ("t_low < -20 OR t_top > 60 OR t_still", "中"),
    "压力异常": ("p_low < 0.8 * set_kpa OR p_top > 1.2 * set_kpa OR p_still", "中"),
    "PTZ异常": ("abs(factor_off) > 0.01 AND actual > 200 * pulse", "中"),
    "替代值/扰动量": ("disturbed > 0", "高"),
    "电池欠压": ("battery <= 20", "低"),
    "阀门矛盾": ("shut_use > 1", "高"),
    "磁干扰/开盖": ("touched > 0", "高"),
    "余额不足": ("balance < 7 * daily_cost", "中"),
    "抄表差异": ("site > greatest(0.01 * site_at, 1)", "高"),
    "停户用气": ("customer <> '在用' AND use > 1", "高"),
}
"""The condition of each alarm on a day, and its severity; months are below."""

_MONTHS = """
SELECT meter_id, month AS day FROM (
  SELECT *, avg(use) OVER (PARTITION BY meter_id ORDER BY month ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING) AS usual
  FROM (SELECT meter_id, date_trunc('month', day) AS month, sum(use) AS use, sum(flowing) AS flowing, sum(under) AS under FROM days GROUP BY ALL))
WHERE {condition}
"""

MONTHLY: dict[str, tuple[str, str]] = {
    "月环比异常": ("use > 1.5 * usual OR use < 0.5 * usual", "中"),
    "低于Qmin": ("under > 0.2 * flowing AND flowing >= 168", "中"),
}


def plain_events(folder: Path) -> pd.DataFrame:
    """Return the alarms of a simulated fleet's folder by the plain rules."""
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '6GB'; SET enable_progress_bar = false")
        connection.execute(_STEPS.format(readings=folder / "readings", registry=folder / "registry.parquet"))
        connection.execute(_DAYS)
        connection.execute(_MORE)
        found = []
        for code, (condition, severity) in RULES.items():
            days = connection.execute(f"SELECT meter_id, day FROM known WHERE {condition}").df()
            found.append(_stretches(days, 1).assign(code=code, severity=severity))
        for code, (condition, severity) in MONTHLY.items():
            days = connection.execute(_MONTHS.format(condition=condition)).df()
            found.append(_stretches(days, 31).assign(code=code, severity=severity))
    return pd.concat(found, ignore_index=True)


def _stretches(days: pd.DataFrame, length: int) -> pd.DataFrame:
    """Join days (or months) of one meter that follow each other."""
    days = days.sort_values(["meter_id", "day"])
    begin = pd.to_datetime(days.day)
    apart = (begin.diff() > pd.Timedelta(days=length)) | (days.meter_id != days.meter_id.shift())
    table = pd.DataFrame({"meter_id": days.meter_id, "begin": begin, "stretch": apart.cumsum()})
    joined = table.groupby("stretch").agg(
        meter_id=("meter_id", "first"), first_time=("begin", "min"), last_time=("begin", "max")
    )
    return joined.assign(last_time=joined.last_time + pd.Timedelta(days=length))
