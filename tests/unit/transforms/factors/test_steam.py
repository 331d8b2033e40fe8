"""Enthalpy of steam after IAPWS-IF97, against published values."""

import pytest

from transforms.factors.steam import enthalpy_gj_per_t


@pytest.mark.parametrize(
    ("megapascal", "kilojoule_per_kilogram"),
    [(0.4, 2738.1), (0.6, 2756.1), (0.8, 2768.3), (1.0, 2777.1), (1.6, 2792.9), (2.5, 2802.0)],
)
def test_steam_of_a_stated_pressure_is_taken_as_saturated(megapascal: float, kilojoule_per_kilogram: float) -> None:
    assert enthalpy_gj_per_t(megapascal, None) == pytest.approx(kilojoule_per_kilogram / 1000, abs=1e-4)


@pytest.mark.parametrize(
    ("megapascal", "celsius", "kilojoule_per_kilogram"),
    [(0.8, 250, 2950.5), (1.0, 300, 3051.7), (1.25, 280, 3001.1), (2.5, 350, 3127.0), (3.0, 350, 3116.1)],
)
def test_superheated_steam_has_the_enthalpy_of_its_pressure_and_temperature(
    megapascal: float, celsius: float, kilojoule_per_kilogram: float
) -> None:
    assert enthalpy_gj_per_t(megapascal, celsius) == pytest.approx(kilojoule_per_kilogram / 1000, abs=1e-4)


def test_the_standard_tables_agree_to_a_kilojoule() -> None:
    # GB/T 32151.34-2024 tables C.4 and C.5: 1.70 MPa saturated 2793.8, 3.0 MPa and 350 C 3115.7 kJ/kg
    assert enthalpy_gj_per_t(1.70, None) == pytest.approx(2.7938, abs=1e-3)
    assert enthalpy_gj_per_t(3.0, 350) == pytest.approx(3.1157, abs=1e-3)


def test_water_that_has_not_boiled_is_not_steam() -> None:
    assert enthalpy_gj_per_t(0.8, 100) is None


def test_a_pressure_without_steam_has_no_enthalpy() -> None:
    assert enthalpy_gj_per_t(30, None) is None
