"""What a method's tonnes are; they are never netted or summed. Financed emissions and issued credits are apart too."""

from typing import Final

AVOIDED: Final = "avoided_emissions"
REMOVALS: Final = "removals"
OWN_BASE_YEAR: Final = "own_base_year"
CONTAINERS: Final = [AVOIDED, REMOVALS, OWN_BASE_YEAR]
