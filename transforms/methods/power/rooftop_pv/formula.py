"""Rooftop PV: what the host uses itself and what it exports both replace power of the grid.

Boundary   the inverters' output, split at the grid meter
Notes      both count at the combined margin unless the project chooses another factor for its own use
Source     structure of CDM AMS-I.F (self-use) and AMS-I.D (export), unconfirmed; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol

EG_self = symbol("electricity_self_used_mwh", "EG_self")
EF_self = symbol("self_use_tco2_per_mwh", "EF_self")
EG_export = symbol("electricity_exported_mwh", "EG_export")
EF_export = symbol("export_tco2_per_mwh", "EF_export")

READINGS: Final = {
    "electricity_self_used_mwh": "electricity_self_used",
    "electricity_exported_mwh": "electricity_exported",
}
PARAMETERS: Final = {
    "self_use_tco2_per_mwh": Need.of(
        ("self_use_ef", "project_id"), ("grid_cm_ef", "project_id"), ("grid_cm_ef", "region_technology")
    ),
    "export_tco2_per_mwh": Need.of(("grid_cm_ef", "project_id"), ("grid_cm_ef", "region_technology")),
}
SELF_USE = EG_self * EF_self
EXPORT = EG_export * EF_export
BASELINE = SELF_USE + EXPORT
PROJECT = lit(0.0)
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="rooftop_pv",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
)
