"""The frame on which the formula of heat from combined heat and power, shared out by the heat ratio, is evaluated."""

import pandera.polars as pa

from schemas.monitoring.steam_heating import SteamHeatingMonth


class SteamHeatingChpHeatRatioMonth(SteamHeatingMonth):
    """A combined plant's month: heat at the users and at the plant, what shares out its fuel, and the factors."""

    heat_sent_out_gj: float = pa.Field(nullable=True, ge=0)
    boiler_steam_heat_gj: float = pa.Field(nullable=True, ge=0)
