"""The reference tables as the transforms take them: factors, methods, metrics, units, regions, fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.contract import conform
from schemas.reference import FacilityField
from transforms.deliveries.headers import Aliases


@dataclass(frozen=True)
class Reference:
    """Everything under data/reference, read once. Frames follow schemas.reference where a contract exists.

    technologies: how a project makes its electricity, with the names under which a project may say so.
    regions: province_code, province_zh, province_en, grid_region, aliases.
    crf_fields: crf_field, name_zh, name_en, valid_from, valid_to, aliases, source_id.
    """

    aliases: Aliases
    methods: Mapping[str, Mapping[str, Any]]
    metrics: Mapping[str, Mapping[str, Any]]
    units: Mapping[str, Any]
    parameter_kinds: Mapping[str, Mapping[str, Any]]
    gates: Mapping[str, Mapping[str, Any]]
    technologies: Mapping[str, Mapping[str, Any]]
    parameters: pl.DataFrame
    sources: pl.DataFrame
    factor_sets: Mapping[str, Mapping[str, Any]]
    regions: pl.DataFrame
    crf_fields: pl.DataFrame
    profiles: pl.DataFrame
    data_quality: Mapping[str, Mapping[str, Any]]


def facility_fields(reference: Reference) -> pl.DataFrame:
    """Return the facility's dated fields (schemas.reference.FacilityField)."""
    return conform(reference.crf_fields.rename({"source_id": "source"}), FacilityField)
