"""The frame on which the formula of heat from combined heat and power, shared out by energy, is evaluated."""

import pandera.polars as pa

from schemas.monitoring.steam_heating import SteamHeatingMonth


class SteamHeatingChpEnergyMonth(SteamHeatingMonth):
    """A combined plant's month: heat at the users and at the plant, what shares out its fuel, and the factors."""

    heat_sent_out_gj: float = pa.Field(nullable=True, ge=0)
    power_generated_mwh: float = pa.Field(nullable=True, ge=0)
    energy_gj_per_mwh: float = pa.Field(nullable=True, gt=0)
