"""What each check must find, and must leave: one small series a case.

A case spoils the readings of a works in one way. `expects` is the severity of the alarm that must come, or None where the check
must keep quiet (just inside its boundary, or a cause that is somebody else's).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from tests.meters.series import DAYS, at, counted, day, works

Spoil = Callable[[pd.DataFrame], pd.DataFrame]


@frozen
class Case:
    code: str
    name: str
    expects: str | None
    spoil: Spoil
    registry: dict[str, Any]


CASES: list[Case] = []


def case(code: str, expects: str | None, **registry: Any) -> Callable[[Spoil], Spoil]:
    def add(spoil: Spoil) -> Spoil:
        CASES.append(Case(code, spoil.__name__, expects, spoil, registry))
        return spoil

    return add


def _without(frame: pd.DataFrame, first: Any, last: Any) -> pd.DataFrame:
    return frame[(frame.time <= first) | (frame.time >= last)]


def _flow(frame: pd.DataFrame, where: Any, flow: Any) -> pd.DataFrame:
    frame.loc[where, "flow"] = flow
    return counted(frame)


# --- 通讯中断 ---
@case("通讯中断", "中")
def silent_for_a_day(f):
    return _without(f, at(30, 9), at(31, 9))


@case("通讯中断", None)
def silent_for_an_hour_less_than_a_day(f):
    return _without(f, at(30, 9), at(31, 8))


@case("通讯中断", "高")
def silent_for_a_week(f):
    return _without(f, at(30, 9), at(37, 9))


@case("通讯中断", "中")
def silent_ever_since_yesterday(f):
    return f[f.time <= at(DAYS - 1, 0)]


@case("零用气", None)
def silence_is_not_zero_use(f):
    return _without(f, at(30, 9), at(37, 9))


# --- 缺数 ---
@case("缺数", "低")
def two_of_twenty_four_readings_missing(f):
    return f[~f.time.isin([at(30, 5), at(30, 15)])]


@case("缺数", None)
def one_of_twenty_four_readings_missing(f):
    return f[f.time != at(30, 5)]


@case("缺数", None)
def a_gap_is_not_also_missing_readings(f):
    return _without(f, at(30, 9), at(32, 9))


# --- 重复/未来时间 ---
@case("重复/未来时间", "低")
def a_reading_twice(f):
    return pd.concat([f, f[f.time == at(30, 9)]])


@case("重复/未来时间", "低")
def a_reading_from_next_year(f):
    return pd.concat([f, f[f.time == at(30, 9)].assign(time=at(400, 9))])


@case("重复/未来时间", None)
def a_clock_four_minutes_ahead(f):
    return f.assign(time=f.time + pd.Timedelta(minutes=4))


# --- 校时偏差 ---
def _clock(frame, minutes, first=20, count=10):
    late = day(frame, first, count)
    return frame.assign(
        received_time=frame.received_time.where(~late, frame.time + pd.Timedelta(minutes=minutes))
    )


@case("校时偏差", "低")
def clock_six_minutes_behind(f):
    return _clock(f, 6)


@case("校时偏差", "低")
def clock_six_minutes_ahead(f):
    return _clock(f, -6)


@case("校时偏差", "中")
def clock_forty_minutes_ahead(f):
    return _clock(f, -40)


@case("校时偏差", None)
def clock_five_minutes_behind(f):
    return _clock(f, 5)


@case("校时偏差", None)
def everything_uploaded_at_midnight(f):
    return f.assign(received_time=(f.time - pd.Timedelta(seconds=1)).dt.ceil("D") + pd.Timedelta(minutes=2))


# --- 倒走 ---
def _fall(frame, by, number=30):
    after = frame.time >= at(number, 12)
    return frame.assign(actual_m3=frame.actual_m3 - by * after, standard_m3=frame.standard_m3 - by * after)


@case("倒走", "高")
def falls_by_three_hundred(f):
    return _fall(f, 300.0)


@case("倒走", "高")
def falls_by_less_than_the_day_uses(f):
    return _fall(f, 25.0)


@case("倒走", None)
def falls_by_one_digit(f):
    still = f.time == at(30, 3)
    return f.assign(actual_m3=f.actual_m3 - 0.1 * still)


@case("尖峰", None)
def a_rollback_is_not_also_a_spike(f):
    return _fall(f, 300.0)


@case("突增/突降", None)
def a_rollback_is_not_also_a_drop(f):
    return _fall(f, 3000.0)


@case("倒走", None, register_digits=5)
def rolls_over_at_its_last_digit(f):
    shift = 1e5 - 300 - f.actual_m3[f.time == at(30, 0)].iloc[0]
    return f.assign(actual_m3=(f.actual_m3 + shift) % 1e5)


@case("倒走", None, register_digits=None)
def rolls_over_with_unknown_digits(f):
    shift = 1e6 - 300 - f.actual_m3[f.time == at(30, 0)].iloc[0]
    return f.assign(actual_m3=(f.actual_m3 + shift) % 1e6)


@case("突增/突降", None, register_digits=5)
def rolling_over_is_no_jump(f):
    return rolls_over_at_its_last_digit(f)


@case("倒走", None)
def meter_changed_as_the_status_says(f):
    after = f.time >= at(30, 12)
    f = f.assign(actual_m3=np.where(after, f.actual_m3 - f.actual_m3[after].iloc[0] + 40_000, f.actual_m3))
    return f.assign(status=f.status.where(f.time != at(30, 12), "换表"))


@case("倒走", None)
def meter_changed_in_silence_both_registers_near_zero(f):
    after = f.time >= at(30, 12)
    return f.assign(
        actual_m3=np.where(after, f.actual_m3 - f.actual_m3[after].iloc[0] + 1, f.actual_m3),
        standard_m3=np.where(after, f.standard_m3 - f.standard_m3[after].iloc[0] + 1, f.standard_m3),
    )


# --- 标况停/工况走 ---
def _stands(frame, register, first, last):
    part = (frame.time > first) & (frame.time <= last)
    start = frame.loc[frame.time == first, register].iloc[0]
    lost = frame.loc[frame.time == last, register].iloc[0] - start
    moved = frame[register].where(~part, start).where(frame.time <= last, frame[register] - lost)
    return frame.assign(**{register: moved})


@case("标况停/工况走", "高")
def standard_register_stands_for_two_days(f):
    return _stands(f, "standard_m3", at(30, 0), at(32, 0))


@case("标况停/工况走", "高")
def actual_register_stands_for_a_shift(f):
    return _stands(f, "actual_m3", at(30, 8), at(30, 18))


@case("标况停/工况走", None)
def both_registers_stand(f):
    return _flow(f, day(f, 30), 0.0)


@case("突增/突降", None)
def a_stuck_register_is_not_also_a_drop(f):
    return _stands(f, "standard_m3", at(30, 9), at(32, 9))


@case("零用气", None)
def a_stuck_register_is_not_also_zero_use(f):
    return _stands(f, "standard_m3", at(30, 0), at(36, 0))


# --- PTZ异常 ---
def _factor(frame, off, count=5):
    change = frame.standard_m3.diff().fillna(0) * np.where(day(frame, 30, count), 1 + off, 1.0)
    return frame.assign(standard_m3=60_000 + change.cumsum())


@case("PTZ异常", "中")
def factor_two_per_cent_high(f):
    return _factor(f, 0.02)


@case("PTZ异常", "高")
def factor_four_per_cent_low(f):
    return _factor(f, -0.04)


@case("PTZ异常", None)
def factor_nine_tenths_of_a_per_cent_high(f):
    return _factor(f, 0.009)


@case("PTZ异常", None, pressure_kind=None)
def factor_off_but_gauge_or_absolute_unknown(f):
    return _factor(f, 0.04)


# --- 替代值/扰动量 ---
@case("替代值/扰动量", "高")
def disturbance_counter_rises(f):
    return f.assign(disturbance_m3=3.0 + 12.0 * (f.time > at(30, 12)))


@case("替代值/扰动量", "高")
def status_tells_of_substitutes(f):
    return f.assign(status=f.status.where(f.time != at(30, 12), "替代值"))


@case("替代值/扰动量", None)
def disturbance_counter_stands(f):
    return f


# --- 抄表差异 ---
def _visits(frame, off):
    site = frame.actual_m3.round().where(frame.time.isin([at(5, 10), at(40, 10)]))
    return frame.assign(site_m3=site + off * (frame.time == at(40, 10)))


@case("抄表差异", "高")
def site_reads_two_per_cent_of_the_use_more(f):
    return _visits(f, 140.0)


@case("抄表差异", None)
def site_reads_less_than_one_per_cent_of_the_use_more(f):
    return _visits(f, 69.0)


# --- 零用气 and 停走疑似 ---
@case("零用气", "中")
def no_use_on_three_days(f):
    return _flow(f, day(f, 45, 3), 0.0)


@case("零用气", None)
def no_use_on_two_days(f):
    return _flow(f, day(f, 45, 2), 0.0)


@case("零用气", None)
def no_use_after_less_than_ten_a_day(f):
    f.loc[f.flow > 0, "flow"] = 0.8
    return _flow(f, day(f, 45, 5), 0.0)


@case("零用气", None)
def no_use_on_weekends(f):
    return _flow(f, (f.time - pd.Timedelta(minutes=30)).dt.day_of_week >= 5, 0.0)


@case("零用气", None)
def no_use_while_the_valve_is_closed(f):
    f = _flow(f, day(f, 40, 10), 0.0)
    return f.assign(valve=f.valve.where(~day(f, 40, 10), "关"))


@case("停走疑似", "高")
def no_use_on_sixteen_days(f):
    return _flow(f, day(f, 40, 16), 0.0)


@case("停走疑似", None)
def no_use_on_fifteen_days(f):
    return _flow(f, day(f, 40, 15), 0.0)


@case("零用气", None)
def a_standstill_is_not_also_zero_use(f):
    return _flow(f, day(f, 40, 16), 0.0)


# --- 突增/突降 ---
def _times(frame, number, factor, count=1):
    frame.loc[day(frame, number, count), "flow"] *= factor
    return counted(frame)


@case("突增/突降", "中")
def a_day_uses_more_than_double(f):
    return _times(f, 45, 2.1)


@case("突增/突降", None)
def a_day_uses_nearly_double(f):
    return _times(f, 45, 1.95)


@case("突增/突降", "中")
def a_day_uses_a_third(f):
    return _times(f, 45, 0.33)


@case("突增/突降", None)
def a_day_uses_two_fifths_and_a_bit(f):
    return _times(f, 45, 0.42)


@case("突增/突降", None)
def a_small_customer_doubles(f):
    f.loc[f.flow > 0, "flow"] = 3.0
    return _times(counted(f), 45, 2.3)


@case("突增/突降", None)
def saturdays_are_always_double(f):
    return _flow(f, ((f.time - pd.Timedelta(minutes=30)).dt.day_of_week == 5) & (f.flow > 0), 45.0)


# --- 月环比异常 --- (July is partial, August and the first days of September follow)
@case("月环比异常", None)
def one_month_before_is_not_enough(f):
    return _times(f, 25, 3.0, 31)


# --- 持续小流量 ---
@case("持续小流量", "中")
def a_small_flow_for_eight_days(f):
    leaking = day(f, 40, 8)
    f.loc[leaking, "flow"] += 2.0
    return counted(f)


@case("持续小流量", "高")
def a_small_flow_for_thirty_one_days(f):
    leaking = day(f, 30, 31)
    f.loc[leaking, "flow"] += 2.0
    return counted(f)


@case("持续小流量", None)
def a_small_flow_for_six_days(f):
    leaking = day(f, 40, 6)
    f.loc[leaking, "flow"] += 2.0
    return counted(f)


@case("持续小流量", None)
def a_furnace_that_never_pauses(f):
    return _flow(f, slice(None), 18.0)


# --- 非营业/夜间用气 ---
def _nights(frame, numbers, flow=6.0):
    lit = pd.Series(False, index=frame.index)
    for number in numbers:
        lit |= frame.time.isin([at(number, 1), at(number, 2), at(number, 3)])
    return _flow(frame, lit, flow)


@case("非营业/夜间用气", "中")
def three_nights_of_a_week(f):
    return _nights(f, (40, 42, 44))


@case("非营业/夜间用气", None)
def two_nights_of_a_week(f):
    return _nights(f, (40, 42))


@case("非营业/夜间用气", None)
def three_nights_in_three_weeks(f):
    return _nights(f, (33, 40, 47))


@case("非营业/夜间用气", None, business_hours=None)
def nights_of_who_declares_no_hours(f):
    return _nights(f, (40, 42, 44))


# --- 尖峰, 超量程, 低于Qmin ---
@case("尖峰", "低")
def one_interval_three_times_the_others(f):
    return _flow(f, f.time == at(45, 12), 60.0)


@case("尖峰", None)
def one_interval_less_than_two_point_eight_times(f):
    return _flow(f, f.time == at(45, 12), 55.0)


@case("尖峰", None, qmax_m3h=400.0)
def a_peak_below_a_fifth_of_qmax(f):
    return _flow(f, f.time == at(45, 12), 60.0)


@case("超量程", "中")
def two_intervals_over_qmax(f):
    return _flow(f, f.time.isin([at(45, 12), at(45, 13)]), 101.0)


@case("超量程", None)
def one_interval_a_little_over_qmax(f):
    return _flow(f, f.time == at(45, 12), 101.0)


@case("超量程", "高")
def one_interval_far_over_qmax(f):
    return _flow(f, f.time == at(45, 12), 121.0)


@case("超量程", None, qmax_m3h=0.1 + 0.2)
def a_flow_equal_to_qmax_is_not_over_it(f):
    f.loc[f.flow > 0, "flow"] = 0.30000000000000004 * (1 + 2e-16)
    return counted(f)


@case("超量程", None)
def a_flow_of_just_one_point_two_qmax_once(f):
    return _flow(f, f.time == at(45, 12), 120.0)


@case("低于Qmin", "中", qmin_m3h=25.0)
def always_below_qmin(f):
    return f


@case("低于Qmin", None)
def a_tenth_of_the_hours_below_qmin(f):
    return _flow(f, (f.flow > 0) & ((f.time - pd.Timedelta(minutes=30)).dt.hour == 8), 4.0)


@case("低于Qmin", None, qmin_m3h=20.0)
def a_flow_equal_to_qmin_is_not_below_it(f):
    return f


# --- 温度异常, 压力异常 ---
@case("温度异常", "中")
def seventy_degrees_for_three_hours(f):
    return counted(
        f.assign(temperature_c=f.temperature_c.where(~f.time.isin([at(45, 9), at(45, 10), at(45, 11)]), 70.0))
    )


@case("温度异常", None)
def sixty_degrees_is_within(f):
    return counted(
        f.assign(temperature_c=f.temperature_c.where(~f.time.isin([at(45, 9), at(45, 10), at(45, 11)]), 60.0))
    )


@case("温度异常", "中")
def temperature_frozen_for_four_days(f):
    return counted(f.assign(temperature_c=f.temperature_c.where(~day(f, 40, 4), 14.2)))


@case("温度异常", None)
def temperature_frozen_for_two_days(f):
    return counted(f.assign(temperature_c=f.temperature_c.where(~day(f, 40, 2), 14.2)))


@case("温度异常", None)
def temperature_frozen_without_flow(f):
    f = _flow(f, day(f, 40, 4), 0.0)
    return counted(f.assign(temperature_c=f.temperature_c.where(~day(f, 40, 4), 14.2)))


@case("压力异常", "中")
def pressure_a_quarter_high(f):
    return counted(f.assign(pressure_kpa=f.pressure_kpa.where(~day(f, 45), 25.0)))


@case("压力异常", "中")
def pressure_a_hair_above_its_limit(f):
    return counted(f.assign(pressure_kpa=f.pressure_kpa.where(~day(f, 45), 24.01)))


@case("压力异常", None)
def pressure_a_fifth_high_is_within(f):
    return counted(f.assign(pressure_kpa=f.pressure_kpa.where(~day(f, 45), 24.0)))


@case("压力异常", "中")
def pressure_frozen_for_three_days(f):
    return counted(f.assign(pressure_kpa=f.pressure_kpa.where(~day(f, 40, 3), 20.11)))


@case("压力异常", None)
def pressure_frozen_from_noon_to_noon_holds_two_whole_days(f):
    frozen = (f.time >= at(40, 12)) & (f.time <= at(43, 12))
    return counted(f.assign(pressure_kpa=f.pressure_kpa.where(~frozen, 20.11)))


@case("压力异常", None, pressure_set_kpa=None)
def pressure_off_an_unknown_set_value(f):
    return counted(f.assign(pressure_kpa=f.pressure_kpa.where(~day(f, 45), 35.0)))


# --- 电池欠压 ---
@case("电池欠压", "低")
def battery_at_twenty(f):
    return f.assign(battery_pct=f.battery_pct.where(f.time < at(50, 0), 20.0))


@case("电池欠压", "中")
def battery_at_ten(f):
    return f.assign(battery_pct=f.battery_pct.where(f.time < at(50, 0), 10.0))


@case("电池欠压", None)
def one_bad_battery_reading(f):
    return f.assign(battery_pct=f.battery_pct.where(f.time != at(50, 0), 5.0))


@case("电池欠压", None)
def battery_at_twenty_one(f):
    return f.assign(battery_pct=f.battery_pct.where(f.time < at(50, 0), 21.0))


# --- 阀门矛盾, 磁干扰/开盖 ---
@case("阀门矛盾", "高")
def flow_with_the_valve_closed(f):
    return f.assign(valve=f.valve.where(~day(f, 45), "关阀"))


@case("阀门矛盾", None)
def no_flow_with_the_valve_closed(f):
    f = _flow(f, day(f, 45), 0.0)
    return f.assign(valve=f.valve.where(~day(f, 45), "关阀"))


@case("磁干扰/开盖", "高")
def one_magnetic_event(f):
    return f.assign(status=f.status.where(f.time != at(45, 9), "通讯正常;磁干扰"))


@case("磁干扰/开盖", "高")
def one_opened_cover(f):
    return f.assign(status=f.status.where(f.time != at(45, 9), "开盖报警"))


@case("阀门矛盾", "高")
def flow_with_the_valve_closed_by_force(f):
    return f.assign(valve=f.valve.where(~day(f, 45), "强制关阀"))


@case("磁干扰/开盖", "高")
def one_opened_shell(f):
    return f.assign(status=f.status.where(f.time != at(45, 9), "外壳打开"))


@case("磁干扰/开盖", None)
def statuses_that_deny_it(f):
    denied = ["无磁干扰", "磁干扰:无;开盖:无", "磁干扰=0", "未开盖", "开盖恢复", "磁干扰解除"]
    return f.assign(status=[denied[number % len(denied)] for number in range(len(f))])


@case("磁干扰/开盖", None)
def an_ordinary_status(f):
    return f.assign(status="正常")


# --- 余额不足, 停户用气 ---
def _balance(frame, days_left):
    """Spend ten yuan an hour day and night; `days_left` remain at the end."""
    hours = np.arange(len(frame))[::-1]
    return frame.assign(balance=10.0 * (hours + 24 * days_left))


@case("余额不足", "中")
def balance_for_six_days(f):
    return _balance(f, 6)


@case("余额不足", "高")
def balance_for_two_days(f):
    return _balance(f, 2)


@case("余额不足", "高")
def balance_overdrawn(f):
    return _balance(f, -5)


@case("余额不足", None)
def balance_for_eight_days(f):
    return _balance(f, 8)


@case("停户用气", "高", status="暂停")
def a_suspended_customer_burns(f):
    return _flow(f, ~day(f, 45), 0.0)


@case("停户用气", None, status="暂停")
def a_suspended_customer_does_not_burn(f):
    return _flow(f, slice(None), 0.0)


@case("停户用气", None)
def a_customer_in_use_burns(f):
    return f


CLEAN = Case("", "nothing_is_wrong", None, lambda f: f, {})
WORKS = works
