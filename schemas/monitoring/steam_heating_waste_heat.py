"""The frame on which the formula of steam heating from waste heat is evaluated."""

from schemas.monitoring.delivered_heat import ReplacedBoilersMonth


class SteamHeatingWasteHeatMonth(ReplacedBoilersMonth):
    """A waste heat network's month: heat or steam metered, electricity used, and the factors in force."""
