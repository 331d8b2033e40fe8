"""Enthalpy of steam by its stated pressure and temperature, after IAPWS-IF97 (CoolProp's IF97 backend)."""

from typing import Final

FLUID: Final = "IF97::Water"
PASCAL_PER_MEGAPASCAL: Final = 1e6
KELVIN_AT_ZERO_CELSIUS: Final = 273.15
JOULE_PER_KILOGRAM_IN_A_GIGAJOULE_PER_TONNE: Final = 1e6


def enthalpy_gj_per_t(pressure_mpa: float, temperature_celsius: float | None) -> float | None:
    """Return the enthalpy in GJ/t: superheated at the temperature, saturated without one; None where IF97 has none.

    The pressure is absolute. Steam that would be liquid at the stated temperature has no enthalpy as steam.
    """
    from CoolProp.CoolProp import PropsSI  # noqa: PLC0415 - it loads for seconds, and few books state a pressure

    pressure = pressure_mpa * PASCAL_PER_MEGAPASCAL
    try:
        saturated = float(PropsSI("H", "P", pressure, "Q", 1, FLUID))
        if temperature_celsius is None:
            return saturated / JOULE_PER_KILOGRAM_IN_A_GIGAJOULE_PER_TONNE
        temperature = temperature_celsius + KELVIN_AT_ZERO_CELSIUS
        if temperature < float(PropsSI("T", "P", pressure, "Q", 1, FLUID)):
            return None
        enthalpy = float(PropsSI("H", "P", pressure, "T", temperature, FLUID))
    except ValueError:
        return None
    return enthalpy / JOULE_PER_KILOGRAM_IN_A_GIGAJOULE_PER_TONNE
