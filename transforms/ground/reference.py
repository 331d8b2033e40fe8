"""The reference tables as the transforms take them: factors, methods, metrics, units, regions, fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from schemas.between.ground import County, FieldOnFile, Region, UnitConversion
from schemas.contract import DataFrame, conform
from schemas.reference import Bound, FacilityField, Parameter, Profile, Realisation, Source
from transforms.ground.aliases import Aliases, chinese_of
from transforms.ground.sentences import Sentences
from transforms.ground.units import unit_table

OF_FIGURES: Final = "figure_of_"
"""What the sentences begin with that name a figure of a finding."""


@dataclass(frozen=True, eq=False)
class Reference:
    """Everything under data/reference, read once. Frames follow schemas.reference where a contract exists.

    What follows from it alone is worked out once: it is its own key.
    technologies: how a project makes its electricity, with the names under which a project may state it.
    regions: province_code, province_zh, province_en, grid_region, valid_from, valid_to, aliases; a row a province and
    the days on which it is on one grid.
    crf_fields: crf_field, name_zh, name_en, valid_from, valid_to, aliases, source_id.
    counties: county_code (GB/T 2260), county_name.
    physical_indicators: indicator to its table, unit, titles and aliases.
    conditions: code of a method's condition to its sentence.
    """

    aliases: Aliases
    methods: Mapping[str, Mapping[str, Any]]
    metrics: Mapping[str, Mapping[str, Any]]
    units: Mapping[str, Any]
    parameter_kinds: Mapping[str, Mapping[str, Any]]
    gates: Mapping[str, Mapping[str, Any]]
    technologies: Mapping[str, Mapping[str, Any]]
    parameters: DataFrame[Parameter]
    sources: DataFrame[Source]
    factor_sets: Mapping[str, Mapping[str, Any]]
    regions: DataFrame[Region]
    crf_fields: DataFrame[FieldOnFile]
    realisation: DataFrame[Realisation]
    realisation_types: Mapping[str, Mapping[str, Any]]
    plausibility: Mapping[str, Mapping[str, Any]]
    bounds: DataFrame[Bound]
    judgements: Mapping[str, Mapping[str, Any]]
    outputs: Mapping[str, Mapping[str, Any]]
    slips: Mapping[str, Mapping[str, Any]]
    counties: DataFrame[County]
    physical_indicators: Mapping[str, Mapping[str, Any]]
    profiles: DataFrame[Profile]
    data_quality: Mapping[str, Mapping[str, Any]]
    flags: Sentences
    sentences: Sentences
    refusals: Sentences
    conditions: Sentences

    @cached_property
    def conversions(self) -> DataFrame[UnitConversion]:
        """What each spelling of a unit converts to (ground.units.unit_table), worked out once."""
        return unit_table(self.units)

    @cached_property
    def metric_names(self) -> dict[str, str]:
        """What each reading is called in Chinese."""
        return chinese_names(self.metrics, self.physical_indicators)

    @cached_property
    def figure_names(self) -> Sentences:
        """What each reading, and each other figure that a check looks at, is called; in English a reading by its id."""
        readings = {name: {"en": name, "zh": chinese} for name, chinese in self.metric_names.items()}
        return readings | {
            name.removeprefix(OF_FIGURES): texts
            for name, texts in self.sentences.items()
            if name.startswith(OF_FIGURES)
        }


def chinese_names(*tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the Chinese name of each entry: the first one of its aliases."""
    return {name: chinese_of(entry["aliases"]) for table in tables for name, entry in table.items()}


def facility_fields(reference: Reference) -> DataFrame[FacilityField]:
    """Return the facility's dated fields (schemas.reference.FacilityField)."""
    return conform(reference.crf_fields.rename({"source_id": "source"}), FacilityField)
