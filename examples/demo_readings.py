"""Write the readings `ccgrade demo` scans, and the registry that ties them to its customers: `python -m examples.demo_readings`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ccgrade_xl.meters.simulation import FleetSpec, simulate
from examples.customers import AS_OF, clean_customers
from examples.generate import MESSY_CUSTOMERS, ROOT

FOLDER = ROOT / "ccgrade_xl" / "demo"
READINGS, REGISTRY = FOLDER / "readings.parquet", FOLDER / "meters.parquet"
METERS, DAYS, SEED = 44, 100, 20261031
LEFT_OUT = ("received_time", "standard_flow", "signal", "disturbance_m3", "site_m3")
"""Columns this platform does not export: the checks that need them are shown as not run."""


def main(folder: Path = FOLDER) -> None:
    """Write both files into a folder."""
    made = simulate(
        FleetSpec(meters=METERS, faulty_share=0.85),
        seed=SEED, start=AS_OF - dt.timedelta(days=DAYS - 1), days=DAYS,
    )  # fmt: skip
    readings, registry = made.readings.to_pandas(), made.registry.to_pandas()
    owners = _owners(readings, registry)
    readings["meter_id"] = readings["meter_id"].map(owners["表号"])
    registry["customer_id"] = registry["meter_id"].map(owners["客户编号"])
    registry["meter_id"] = registry["meter_id"].map(owners["表号"])
    schema = pa.schema([each for each in made.readings.schema if each.name not in LEFT_OUT])
    _write(folder / READINGS.name, pa.Table.from_pandas(readings[schema.names], schema, preserve_index=False))
    _write(folder / REGISTRY.name, pa.Table.from_pandas(registry, made.registry.schema, preserve_index=False))


def _owners(readings: pd.DataFrame, registry: pd.DataFrame) -> pd.DataFrame:
    """Return customer number and 表号 by simulated meter: the larger the use, the larger the customer."""
    customers = clean_customers(MESSY_CUSTOMERS)
    customers = customers[customers["表号"].notna() & ~customers["表号"].astype(str).str.contains(";")]
    stopped = set(registry["meter_id"][registry["status"] != "在用"])
    largest = customers.sort_values("月均用气量", ascending=False, kind="stable")
    pools = {
        state: iter(largest[(largest["客户状态"] == "在用") == state].itertuples()) for state in (True, False)
    }
    used = readings.groupby("meter_id")["standard_m3"].agg(lambda volumes: volumes.max() - volumes.min())
    order = used.sort_values(ascending=False, kind="stable").index
    chosen = {meter: next(pools[meter not in stopped]) for meter in order}
    return pd.DataFrame(
        {meter: {"表号": row.表号, "客户编号": row.客户编号} for meter, row in chosen.items()}
    ).T


def _write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd", compression_level=19, store_schema=False)


if __name__ == "__main__":
    main()
