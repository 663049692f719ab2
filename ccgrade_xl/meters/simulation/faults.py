"""The faults that can be simulated, declared once: one for every alarm, some in several variants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from attrs import frozen

from ccgrade_xl.meters.simulation import flow_faults, register_faults, state_faults, upload_faults
from ccgrade_xl.meters.simulation.corrector import Uploads
from ccgrade_xl.meters.simulation.placing import Window

Stage = Literal["flow", "register"]
"""When a fault strikes: before the registers count the flow, or after."""

Strike = Callable[[Uploads, int, float, np.random.Generator], Window | None]


@frozen
class Fault:
    """One fault.

    `code` is the alarm it should raise, `variant` which way; `unit` that of its size; sizes are drawn evenly from `usual`, or
    from `shifted`. `strike(uploads, row, size, rng)` does it to one meter and returns where, or None where it cannot show.
    """

    code: str
    variant: str
    unit: str
    usual: tuple[float, float]
    shifted: tuple[float, float]
    stage: Stage
    strike: Strike

    @property
    def key(self) -> str:
        """The name of the fault: its code, and its variant where there are several."""
        return f"{self.code}:{self.variant}" if self.variant else self.code


FAULTS: tuple[Fault, ...] = (
    Fault("通讯中断", "", "小时", (30, 300), (26, 500), "register", upload_faults.silence),
    Fault("缺数", "", "比例", (0.12, 0.6), (0.1, 0.45), "register", upload_faults.gaps),
    Fault("重复/未来时间", "重复", "条", (2, 24), (1, 60), "register", upload_faults.repeats),
    Fault("重复/未来时间", "未来", "天", (2, 400), (1, 40), "register", upload_faults.future),
    Fault("校时偏差", "慢", "分钟", (7, 50), (6, 120), "register", upload_faults.slow_clock),
    Fault("校时偏差", "快", "分钟", (7, 50), (6, 120), "register", upload_faults.fast_clock),
    Fault("倒走", "", "小时用量", (2, 48), (1, 90), "register", register_faults.rollback),
    Fault(
        "标况停/工况走", "标况停", "小时", (24, 200), (16, 400), "register", register_faults.standard_stuck
    ),
    Fault("标况停/工况走", "工况停", "小时", (24, 200), (16, 400), "register", register_faults.actual_stuck),
    Fault("替代值/扰动量", "", "小时", (2, 48), (1, 96), "register", register_faults.disturbed),
    Fault("抄表差异", "", "比例", (0.02, 0.1), (0.015, 0.2), "register", register_faults.misread),
    Fault("零用气", "", "用气日", (4, 7), (4, 8), "flow", flow_faults.zero_use),
    Fault("停走疑似", "", "天", (18, 40), (17, 60), "flow", flow_faults.stopped),
    Fault("突增/突降", "突增", "比例", (1.3, 2.5), (1.2, 3.0), "flow", flow_faults.surge),
    Fault("突增/突降", "突降", "比例", (0.7, 0.92), (0.68, 0.88), "flow", flow_faults.slump),
    Fault("月环比异常", "增", "比例", (0.65, 0.95), (0.6, 0.9), "flow", flow_faults.month_up),
    Fault("月环比异常", "减", "比例", (0.53, 0.58), (0.54, 0.59), "flow", flow_faults.month_down),
    Fault("尖峰", "", "比例", (2.2, 5.0), (2.0, 7.0), "flow", flow_faults.spike),
    Fault("超量程", "多次", "Qmax倍数", (1.04, 1.18), (1.03, 1.15), "flow", flow_faults.over_range),
    Fault("超量程", "一次", "Qmax倍数", (1.25, 1.6), (1.22, 1.9), "flow", flow_faults.far_over_range),
    Fault("低于Qmin", "", "比例", (0.3, 0.8), (0.28, 0.95), "flow", flow_faults.oversized),
    Fault("持续小流量", "", "天", (9, 60), (8, 90), "flow", flow_faults.leak),
    Fault("非营业/夜间用气", "", "夜/周", (3, 6), (3, 7), "flow", flow_faults.nights),
    Fault("停户用气", "", "Qmax比例", (0.05, 0.4), (0.06, 0.7), "flow", flow_faults.suspended_use),
    Fault("阀门矛盾", "", "小时", (4, 72), (3, 120), "flow", state_faults.closed_valve),
    Fault("温度异常", "超限", "℃", (3, 40), (2, 25), "flow", state_faults.temperature_out),
    Fault("温度异常", "不变", "小时", (100, 400), (90, 600), "flow", state_faults.temperature_frozen),
    Fault("压力异常", "偏离", "比例", (0.28, 0.6), (0.25, 0.45), "flow", state_faults.pressure_out),
    Fault("压力异常", "不变", "小时", (100, 400), (90, 600), "flow", state_faults.pressure_frozen),
    Fault("PTZ异常", "", "比例", (0.015, 0.06), (0.013, 0.09), "flow", state_faults.wrong_factor),
    Fault("电池欠压", "", "%", (3, 17), (1, 18), "register", state_faults.low_battery),
    Fault("磁干扰/开盖", "磁干扰", "条", (1, 6), (1, 12), "register", state_faults.magnet),
    Fault("磁干扰/开盖", "开盖", "条", (1, 3), (1, 2), "register", state_faults.cover),
    Fault("余额不足", "", "天", (0.5, 5.5), (0.3, 6), "register", state_faults.late_payment),
)
"""Every fault, in the order of the alarms."""

CODES = tuple(dict.fromkeys(fault.code for fault in FAULTS))
"""Every alarm code that can be simulated."""
