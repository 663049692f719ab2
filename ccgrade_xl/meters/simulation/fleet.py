"""The fleet: how many meters of which customers, and what is drawn for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from ccgrade_xl.errors import OutOfRange
from ccgrade_xl.meters.simulation.grid import Floats, Integers, Mask
from ccgrade_xl.meters.simulation.weather import Climate

Texts = npt.NDArray[np.object_]


class Business(IntEnum):
    """How a customer uses gas."""

    SHIFT = 0
    CONTINUOUS = 1
    HEATING = 2
    CATERING = 3


@frozen
class MeterSize:
    """A meter size: Qmax in actual m³/h, and the integer digits and pulse (m³) its register usually has."""

    name: str
    qmax: float
    digits: int
    pulse: float

    @property
    def qmin(self) -> float:
        """Qmin in actual m³/h: 1:20, as makers round it."""
        return {65.0: 3.0, 100.0: 5.0, 160.0: 8.0, 250.0: 13.0, 400.0: 20.0, 650.0: 32.0}[self.qmax]


SIZES = (
    MeterSize("G40", 65, 7, 0.01),
    MeterSize("G65", 100, 7, 0.1),
    MeterSize("G100", 160, 7, 0.1),
    MeterSize("G160", 250, 8, 0.1),
    MeterSize("G250", 400, 8, 1.0),
    MeterSize("G400", 650, 8, 1.0),
)
"""Rotary meters (DN 50–150, maker's list), smallest first."""


@frozen
class Trade:
    """What the customers of one business are like: share of the fleet, sizes, gauge pressures in kPa."""

    business: Business
    share: float
    sizes: tuple[int, ...]
    pressures: tuple[float, ...]


TRADES = (
    Trade(Business.SHIFT, 0.35, (1, 2, 3, 4), (20.0, 50.0, 100.0, 200.0)),
    Trade(Business.CONTINUOUS, 0.15, (2, 3, 4, 5), (100.0, 200.0, 400.0)),
    Trade(Business.HEATING, 0.25, (1, 2, 3, 4), (10.0, 20.0, 100.0)),
    Trade(Business.CATERING, 0.25, (0, 0, 1), (3.0, 10.0)),
)


@frozen
class FleetSpec:
    """A fleet to simulate.

    `meters` how many; `shares` of each business (the default mix when left out); `faulty_share` the share of meters that get one
    fault; `codes` only these faults (all when empty). Sizes come from each fault's usual range, from its `shifted` one for measuring on
    sizes no threshold was chosen on, or from `sizes`, by the fault's key.
    """

    meters: int = 200
    shares: Mapping[Business, float] = field(
        factory=lambda: {trade.business: trade.share for trade in TRADES}
    )
    faulty_share: float = 0.3
    sizes: Mapping[str, tuple[float, float]] = field(factory=dict)
    shifted: bool = False
    codes: tuple[str, ...] = ()
    climate: Climate = field(factory=Climate)

    def __attrs_post_init__(self) -> None:
        if self.meters < 1 or not 0 <= self.faulty_share <= 1 or sum(self.shares.values()) <= 0:
            raise OutOfRange("模拟的表数应不小于 1，故障比例应在 0–1 之间，客户类型的份额之和应大于 0。")


@frozen(eq=False)
class Meters:
    """The meters of one batch, one array a property. Pressures are gauge kPa, whatever is uploaded."""

    meter_id: Texts
    customer_id: Texts
    business: Integers
    qmax: Floats
    qmin: Floats
    digits: Integers
    pulse: Floats
    pressure: Floats
    absolute: Mask
    peak: Floats
    """The flow of the busiest hour as a share of Qmax."""
    prepaid: Mask
    price: Floats
    """yuan per standard m³."""
    battery: Mask
    daily_upload: Mask
    suspended: Mask

    def __len__(self) -> int:
        return len(self.qmax)


_SUSPENDED_SHARE = 0.02


def draw_meters(spec: FleetSpec, first: int, count: int, rng: np.random.Generator) -> Meters:
    """Draw `count` meters, of which the first is the fleet's number `first`."""
    weights = np.array([spec.shares.get(trade.business, 0.0) for trade in TRADES])
    trade = rng.choice(len(TRADES), count, p=weights / weights.sum())
    size = np.array([rng.choice(TRADES[t].sizes) for t in trade])
    pressure = np.array([rng.choice(TRADES[t].pressures) for t in trade])
    numbers = np.arange(first, first + count)
    return Meters(
        meter_id=np.array([f"0{2024000000 + n}" for n in numbers], dtype=object),
        customer_id=np.array([f"{n:08}" for n in numbers + 1], dtype=object),
        business=np.array([TRADES[t].business for t in trade], dtype=np.int64),
        qmax=np.array([SIZES[s].qmax for s in size]),
        qmin=np.array([SIZES[s].qmin for s in size]),
        digits=np.array([SIZES[s].digits for s in size]),
        pulse=np.array([SIZES[s].pulse for s in size]),
        pressure=pressure,
        absolute=(pressure >= 100) & (rng.random(count) < 0.4),
        peak=rng.uniform(0.45, 0.8, count),
        prepaid=rng.random(count) < 0.35,
        price=rng.uniform(3.2, 4.6, count).round(2),
        battery=rng.random(count) < 0.85,
        daily_upload=rng.random(count) < 0.15,
        suspended=rng.random(count) < _SUSPENDED_SHARE,
    )
