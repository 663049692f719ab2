"""Standard volume: against the ideal gas below 50 kPa, another implementation of AGA8 above, and the fit that engines use."""

from __future__ import annotations

import ibis
import pyaga8
import pytest

from ccgrade_xl.errors import OutOfRange
from ccgrade_xl.meters.conversion import ZERO_C, compressibility, conversion_factor


def test_base_conditions_leave_the_volume_as_it_is():
    assert conversion_factor(0, 20) == pytest.approx(1)
    assert conversion_factor(101.325, 20, gauge=False) == pytest.approx(1)
    assert conversion_factor(0, 0, base_temperature_k=273.15) == pytest.approx(1)


def test_low_pressure_is_an_ideal_gas():
    assert conversion_factor(20, 10) == pytest.approx(121.325 / 101.325 * 293.15 / 283.15, rel=1e-12)


@pytest.mark.parametrize(("kpa", "share"), [(100, 0.002), (400, 0.008), (800, 0.016)])
def test_compressibility_at_base_temperature_is_as_published(kpa, share):
    ideal = (kpa + 101.325) / 101.325
    assert conversion_factor(kpa, 20) / ideal - 1 == pytest.approx(share, abs=0.0005)


KPA, CELSIUS = [160, 400, 1000, 2500, 3900], [-20, 0, 15, 40, 60]


def fitted_at(kpa, celsius):
    """What the engines compute for an absolute pressure and a temperature."""
    fitted = compressibility(ibis.literal(float(kpa)), ibis.literal(float(celsius)))
    return ibis.duckdb.connect().to_pyarrow(fitted).as_py()


@pytest.mark.parametrize("kpa", KPA)
@pytest.mark.parametrize("celsius", CELSIUS)
def test_the_fit_of_the_engines_agrees_with_aga8(kpa, celsius):
    ideal = kpa / 101.325 * 293.15 / (celsius + ZERO_C)
    exact = conversion_factor(kpa, celsius, gauge=False) / ideal
    assert fitted_at(kpa, celsius) == pytest.approx(exact, rel=0.0002)


@pytest.mark.parametrize("kpa", KPA)
@pytest.mark.parametrize("celsius", CELSIUS)
def test_the_fit_of_the_engines_agrees_with_gerg_2008(kpa, celsius):
    gas = pyaga8.Composition()
    for name, part in {
        "methane": 0.944,
        "ethane": 0.029,
        "propane": 0.007,
        "n_butane": 0.001,
        "isobutane": 0.001,
        "nitrogen": 0.010,
        "carbon_dioxide": 0.008,
    }.items():
        setattr(gas, name, part)

    def z(pressure, kelvin):
        state = pyaga8.Gerg2008()
        state.set_composition(gas)
        state.pressure, state.temperature = pressure, kelvin
        state.calc_density(0)
        state.calc_properties()
        return state.z

    exact = z(101.325, 293.15) / z(kpa, celsius + ZERO_C)
    assert fitted_at(kpa, celsius) == pytest.approx(exact, rel=0.0015)


@pytest.mark.parametrize(("kpa", "celsius"), [(-200, 15), (20_000, 15), (100, 300), (100, -90)])
def test_what_the_standard_does_not_cover_is_refused(kpa, celsius):
    with pytest.raises(OutOfRange):
        conversion_factor(kpa, celsius)
