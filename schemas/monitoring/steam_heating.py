"""The frame on which the steam heating formula is evaluated."""

import pandera.polars as pa

from schemas.monitoring.delivered_heat import ReplacedBoilersMonth


class SteamHeatingMonth(ReplacedBoilersMonth):
    """A heating plant's month: heat or steam metered, fuel and electricity used, and the factors in force."""

    fuel_combustion_tco2: float = pa.Field(nullable=True, ge=0)
