"""The frame on which steam heating by the default factor of heat is evaluated."""

import pandera.polars as pa

from schemas.monitoring.delivered_heat import DeliveredHeatMonth


class SteamHeatingDefaultFactorMonth(DeliveredHeatMonth):
    """A heating plant's month: heat or steam metered, fuel and electricity used, and the factors in force."""

    fuel_combustion_tco2: float = pa.Field(nullable=True, ge=0)
    heat_tco2_per_gj: float = pa.Field(nullable=True, ge=0)
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
