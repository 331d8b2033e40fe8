"""What every stage may ask for: periods, broken rules, counties, regions, units, the facts of a flag."""

import datetime as dt
from typing import Annotated

import polars as pl

from schemas.contract import Contract, pa


class PeriodDays(Contract):
    """A named stretch of days, both ends included."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    period_days: int


class BrokenRule(Contract):
    """A rule that a row breaks, and the cell that is to blame."""

    at: pl.UInt32
    rule: str
    column: str = pa.Field(nullable=True)
    value: str = pa.Field(nullable=True)
    reason: str


class MetricSpelling(Contract):
    """A name under which senders know a metric, and what is taken under it."""

    spelling: str
    known_metric: str
    canonical_unit: str
    is_below_zero_possible: bool
    kind: str = pa.Field(nullable=True)
    item: str = pa.Field(nullable=True)


class County(Contract):
    """The counties on file."""

    county_code: str
    county_name: str


class Region(Contract):
    """A province and the days on which it is on one grid."""

    province_code: str
    province_zh: str
    province_en: str
    grid_region: str = pa.Field(nullable=True)
    valid_from: dt.date
    valid_to: dt.date
    aliases: str = pa.Field(nullable=True)


class FieldOnFile(Contract):
    """A field of the carbon reduction facility as data/reference/crf_fields.csv lists it."""

    crf_field: str
    name_zh: str
    name_en: str
    valid_from: dt.date
    valid_to: dt.date
    aliases: str = pa.Field(nullable=True)
    source_id: str


class UnitConversion(Contract):
    """What one of a spelling of a unit is in another unit: multiplier over divisor."""

    canonical_unit: str
    spelling: str
    multiplier: float
    divisor: float


class FlagFacts(Contract):
    """A flag before its sentence is written: what fills the places of the sentence, in both languages."""

    code: str
    subject: str
    wording: str
    facts: Annotated[pl.List, pl.Struct({"place": pl.String, "en": pl.String, "zh": pl.String})]
    period_from_date: dt.date = pa.Field(nullable=True)
    period_to_date: dt.date = pa.Field(nullable=True)
