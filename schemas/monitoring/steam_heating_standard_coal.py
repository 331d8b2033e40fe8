"""The frame on which the standard coal form of steam heating is evaluated."""

import pandera.polars as pa

from schemas.monitoring.delivered_heat import DeliveredHeatMonth


class SteamHeatingStandardCoalMonth(DeliveredHeatMonth):
    """A heating plant's month: heat or steam metered, three efficiencies, and what standard coal is worth."""

    heat_tce_per_gj: float = pa.Field(nullable=True, gt=0)
    baseline_efficiency_ratio: float = pa.Field(nullable=True, gt=0)
    project_efficiency_ratio: float = pa.Field(nullable=True, gt=0)
    network_efficiency_ratio: float = pa.Field(nullable=True, gt=0)
    standard_coal_tco2_per_tce: float = pa.Field(nullable=True, gt=0)
