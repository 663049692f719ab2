"""Every simulated fault can be seen in what arrives, there where the truth says; what has none looks sound."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ccgrade_xl.meters.checks import CHECKS
from ccgrade_xl.meters.simulation import FAULTS, Fault, FleetSpec, simulate

START, DAYS = dt.date(2024, 9, 1), 430
HOUR = pd.Timedelta(hours=1)


class Fleet:
    """A simulated fleet by meter."""

    def __init__(self, spec: FleetSpec) -> None:
        made = simulate(spec, seed=11, start=START, days=DAYS)
        readings = made.readings.to_pandas()
        self.truth = made.truth.to_pandas()
        self.registry = made.registry.to_pandas().set_index("meter_id")
        self.meters = {
            str(meter): rows.reset_index(drop=True) for meter, rows in readings.groupby("meter_id")
        }


@pytest.fixture(scope="module")
def faulty() -> Fleet:
    return Fleet(FleetSpec(meters=160, faulty_share=1.0))


@pytest.fixture(scope="module")
def sound() -> Fleet:
    return Fleet(FleetSpec(meters=60, faulty_share=0.0))


def use_a_day(rows: pd.DataFrame) -> pd.Series:
    """Actual m³ by day, from the register, as long as it neither wraps nor is changed."""
    ends = rows.set_index("time")["actual_m3"].resample("D").max()
    return ends.diff()


Seen = Callable[[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series], bool]


def gap_hours(rows, part, truth, meter):
    return (rows["time"].sort_values().diff().max() / HOUR) > truth["size"] - 1


def thinned(rows, part, truth, meter):
    whole = ((truth["last_time"] - truth["first_time"]) / HOUR) + 1
    return len(part) / whole < 0.95


def twice(rows, part, truth, meter):
    return rows["time"].duplicated().sum() == round(truth["size"])


def from_the_future(rows, part, truth, meter):
    end = pd.Timestamp(START) + pd.Timedelta(days=DAYS)
    return (rows["time"] > end).sum() >= 1 and (rows["time"] - rows["received_time"]).max() > pd.Timedelta(
        days=1
    )


def clock_off(rows, part, truth, meter):
    off = ((part["received_time"] - part["time"]) / pd.Timedelta(minutes=1)).min()
    return abs(off) > truth["size"] - 3 if truth["variant"] == "慢" else off < -truth["size"] + 3


def falls(rows, part, truth, meter):
    return rows["actual_m3"].diff().min() < -meter["pulse_m3"] and rows["standard_m3"].diff().min() < 0


def one_stands(rows, part, truth, meter):
    still, runs = (
        ("standard_m3", "actual_m3") if truth["variant"] == "标况停" else ("actual_m3", "standard_m3")
    )
    return np.ptp(part[still]) <= meter["pulse_m3"] and np.ptp(part[runs]) > 10 * meter["pulse_m3"]


def counter_rises(rows, part, truth, meter):
    return part["disturbance_m3"].iloc[-1] > rows["disturbance_m3"].iloc[0]


def site_differs(rows, part, truth, meter):
    return abs(part["site_m3"].iloc[0] - part["actual_m3"].iloc[0]) > 1


def stands(rows, part, truth, meter):
    inner = part.iloc[1:-1]
    return np.ptp(inner["actual_m3"]) == 0 and (inner["valve"] == "开").all() and len(inner) >= 72


def day_beside_weeks(rows, part, truth, meter):
    daily = use_a_day(rows)
    day = truth["first_time"].floor("D")
    before = daily[day - pd.Timedelta(days=28) : day - pd.Timedelta(days=1)]
    ordinary = before[before > 0.3 * before.median()].median()
    change = daily[day] / ordinary - 1
    return change > 0.6 if truth["variant"] == "突增" else change < -0.5


def month_beside_three(rows, part, truth, meter):
    # A register that rolls over, or a new meter, falls; what flowed in that hour is left out.
    used = rows.set_index(rows["time"] - pd.Timedelta(minutes=1))["actual_m3"].diff().clip(lower=0)
    months = used.resample("MS").sum()
    month = truth["first_time"].floor("D").replace(day=1)
    before = months[: month - pd.Timedelta(days=1)].iloc[-3:].mean()
    change = months[month] / before - 1
    return change == pytest.approx(truth["size"] if truth["variant"] == "增" else -truth["size"], abs=0.02)


def one_peak(rows, part, truth, meter):
    day = rows[rows["time"].between(truth["first_time"].floor("D"), truth["first_time"].ceil("D"))]
    top = day["actual_flow"].nlargest(3).to_numpy()
    return top[0] > 2.5 * top[2] and top[0] > 0.2 * meter["qmax_m3h"]


def over_range(rows, part, truth, meter):
    over = (rows["actual_flow"] > meter["qmax_m3h"]).sum()
    far = (rows["actual_flow"] > 1.2 * meter["qmax_m3h"]).sum()
    return over >= 2 and far == 0 if truth["variant"] == "多次" else over == far == 1


def mostly_small(rows, part, truth, meter):
    flow = rows["actual_flow"][rows["actual_flow"] > 0]
    return (flow < meter["qmin_m3h"]).mean() > 0.2


def never_ends(rows, part, truth, meter):
    before = rows[rows["time"] < truth["first_time"]]
    return (part["actual_flow"].iloc[1:] > 0).all() and (before["actual_flow"] == 0).mean() > 0.1


def at_night(rows, part, truth, meter):
    night = part[part["time"].dt.hour.isin([1, 2, 3, 4])]
    nights = night[night["actual_flow"] > 0]["time"].dt.date.nunique()
    weeks = (truth["last_time"] - truth["first_time"]).days / 7 + 1
    return nights >= 2.5 * (weeks - 1)


def suspended_runs(rows, part, truth, meter):
    return meter["status"] == "暂停" and np.ptp(rows["actual_m3"]) > 0


def closed_and_runs(rows, part, truth, meter):
    return (part["valve"] == "关").all() and np.ptp(part["actual_m3"]) > 0


def strange(column: str, low: str, high: str):
    def seen(rows, part, truth, meter):
        if truth["variant"] == "不变":
            return part[column].nunique() == 1 and np.ptp(part["actual_m3"]) > 0 and len(part) >= 72
        if column == "temperature_c":
            return ((part[column] < meter[low]) | (part[column] > meter[high])).all()
        return ((part[column] / meter["pressure_set_kpa"] - 1).abs() > 0.2).all()

    return seen


def other_factor(rows, part, truth, meter):
    gauge = part["pressure_kpa"] - (101.325 if meter["pressure_kind"] == "absolute" else 0.0)
    absolute = gauge + 101.325
    kelvin = part["temperature_c"] + 273.15
    factor = absolute / 101.325 * 293.15 / kelvin * (1 + 2e-5 * gauge)
    shown = part[part["actual_flow"] > 2]
    ratio = (shown["standard_flow"] / shown["actual_flow"] / factor[shown.index]).median()
    return abs(ratio - 1) == pytest.approx(truth["size"], abs=0.003)


def battery_low(rows, part, truth, meter):
    return (part["battery_pct"] <= 20).all()


def told(rows, part, truth, meter):
    return (part["status"] == truth["variant"]).all() and len(part) >= 1


def nearly_spent(rows, part, truth, meter):
    before = rows[rows["time"].between(truth["first_time"] - pd.Timedelta(days=7), truth["last_time"])]
    falls_by = -before["balance"].diff()
    return part["balance"].min() < 8 * falls_by[falls_by > 0].sum() / 7 * 1.0 and part["balance"].min() > 0


SEEN: dict[str, Seen] = {
    "通讯中断": gap_hours,
    "缺数": thinned,
    "重复/未来时间:重复": twice,
    "重复/未来时间:未来": from_the_future,
    "校时偏差": clock_off,
    "倒走": falls,
    "标况停/工况走": one_stands,
    "替代值/扰动量": counter_rises,
    "抄表差异": site_differs,
    "零用气": stands,
    "停走疑似": stands,
    "突增/突降": day_beside_weeks,
    "月环比异常": month_beside_three,
    "尖峰": one_peak,
    "超量程": over_range,
    "低于Qmin": mostly_small,
    "持续小流量": never_ends,
    "非营业/夜间用气": at_night,
    "停户用气": suspended_runs,
    "阀门矛盾": closed_and_runs,
    "温度异常": strange("temperature_c", "temperature_min_c", "temperature_max_c"),
    "压力异常": strange("pressure_kpa", "", ""),
    "PTZ异常": other_factor,
    "电池欠压": battery_low,
    "磁干扰/开盖": told,
    "余额不足": nearly_spent,
}


def test_there_is_a_fault_for_every_alarm():
    assert {fault.code for fault in FAULTS} == {check.code for check in CHECKS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.key)
def test_a_fault_can_be_seen_where_the_truth_says(faulty: Fleet, fault: Fault):
    seen = SEEN.get(fault.key) or SEEN[fault.code]
    of_this = faulty.truth[(faulty.truth["code"] == fault.code) & (faulty.truth["variant"] == fault.variant)]
    assert len(of_this) >= 2
    for _, truth in of_this.iterrows():
        rows = faulty.meters[truth["meter_id"]]
        slack = pd.Timedelta(minutes=truth["size"] + 1 if fault.unit == "分钟" else 1)
        part = rows[rows["time"].between(truth["first_time"] - slack, truth["last_time"] + slack)]
        assert seen(rows, part, truth, faulty.registry.loc[truth["meter_id"]]), (
            truth["meter_id"],
            truth["size"],
        )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.key)
def test_sizes_come_from_the_declared_range(faulty: Fleet, fault: Fault):
    sizes = faulty.truth[(faulty.truth["code"] == fault.code) & (faulty.truth["variant"] == fault.variant)][
        "size"
    ]
    assert sizes.between(*fault.usual).all()


def test_shifted_sizes_come_from_the_shifted_range():
    spec = FleetSpec(meters=20, faulty_share=1.0, shifted=True, codes=("通讯中断",))
    sizes = simulate(spec, seed=3, start=START, days=60).truth["size"].to_numpy()
    assert len(sizes)
    assert (sizes >= 26).all()
    assert (sizes <= 500).all()


def test_a_size_range_can_be_given():
    spec = FleetSpec(meters=20, faulty_share=1.0, sizes={"通讯中断": (40, 41)}, codes=("通讯中断",))
    sizes = simulate(spec, seed=3, start=START, days=60).truth["size"].to_numpy()
    assert len(sizes)
    assert ((sizes >= 40) & (sizes <= 41)).all()


def test_a_sound_meter_keeps_below_qmax_and_counts_forward(sound: Fleet):
    for meter, rows in sound.meters.items():
        known = sound.registry.loc[meter]
        assert (rows["actual_flow"] < known["qmax_m3h"]).all()
        assert (rows["time"].diff().dropna() > pd.Timedelta(0)).all()
        for column in ("actual_m3", "standard_m3"):
            fall = rows[column].diff() < 0
            wrapped = rows[column].shift() > 0.98 * 10.0 ** known["register_digits"]
            changed = rows["status"] == "换表"
            assert not (fall & ~wrapped & ~changed).any()


def test_a_sound_meter_converts_by_its_pressure_and_temperature(sound: Fleet):
    for meter, rows in sound.meters.items():
        known = sound.registry.loc[meter]
        gauge = rows["pressure_kpa"] - (101.325 if known["pressure_kind"] == "absolute" else 0.0)
        factor = (gauge + 101.325) / 101.325 * 293.15 / (rows["temperature_c"] + 273.15)
        used = rows[["actual_m3", "standard_m3"]].diff()
        used = used[(used > 0).all(axis=1) & (used["actual_m3"] < 1e4)]
        if len(used) > 100:
            ideal = used["actual_m3"] * factor[used.index]
            assert (
                0.995 < used["standard_m3"].sum() / ideal.sum() < 1.01
            )  # compressibility up to 0.8 % at 4 bar


def test_a_sound_meter_misses_no_more_than_one_reading_a_day(sound: Fleet):
    for rows in sound.meters.values():
        a_day = (rows["time"] - pd.Timedelta(minutes=2)).dt.floor("D").value_counts().sort_index().iloc[1:-1]
        assert (a_day >= 22).all()
        assert (a_day >= 23).mean() > 0.99


def test_suspended_customers_use_nothing(sound: Fleet):
    suspended = sound.registry.index[sound.registry["status"] == "暂停"]
    assert all(np.ptp(sound.meters[meter]["actual_m3"]) == 0 for meter in suspended)
    assert sound.truth.empty
