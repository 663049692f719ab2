"""What would a fleet of remote meters upload? Readings with known faults, for tests, demos and benchmarks."""

from __future__ import annotations

from ccgrade_xl.meters.simulation.faults import FAULTS, Fault
from ccgrade_xl.meters.simulation.fleet import FleetSpec
from ccgrade_xl.meters.simulation.run import Simulation, simulate, simulate_batches, write_simulation

__all__ = [
    "FAULTS",
    "Fault",
    "FleetSpec",
    "Simulation",
    "simulate",
    "simulate_batches",
    "write_simulation",
]
