"""Worked cases of the methods, cases.toml of each folder: the pages print them, the tests run them.

A case is one month of one project whose id is `project`: its readings, the parameters that it states, and the result.
What it does not state is taken from the reference table, as for any project.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import polars as pl

from flows.reference.methods import FOLDERS
from schemas.between.activity import MonthlyPart, OperatingMonth
from schemas.contract import DataFrame, conform, stacked, unchecked
from schemas.reference import Parameter
from transforms.activity.operating import operating_readings
from transforms.activity.project_months import MonthsOfProjects, project_months
from transforms.factors.derived_parameters import with_derived
from transforms.ground.reference import Reference
from transforms.methods.catalog import EDITIONS, METHODS
from transforms.methods.engine.method import Method
from transforms.projects.items import reported_items

PROJECT: Final = "project"
JIANGXI: Final = "CN-JX"
JANUARY: Final = dt.date(2025, 1, 1)


@dataclass(frozen=True)
class Case:
    """A worked case.

    readings: metric to value, in the metric's unit; parameters: (parameter_id, scope, value), in the unit of the
    parameter's kind, scope `project` or `project/<item>` or one of the reference table, whose row it replaces;
    expected: term to tonnes, as far as they are stated; source: whose figures they are, if they are published;
    edition: of the method; the first one where none is stated.
    """

    method: str
    title_en: str
    title_zh: str
    readings: Mapping[str, float]
    expected: Mapping[str, float]
    parameters: tuple[tuple[str, str, float], ...] = ()
    month_start_date: dt.date = JANUARY
    province_code: str = JIANGXI
    technology: str | None = None
    source: str = ""
    edition: str = ""

    @property
    def formula(self) -> Method:
        """The edition of the method that the case is worked out by."""
        return EDITIONS[self.method, self.edition] if self.edition else METHODS[self.method]


def cases_of(method: str) -> tuple[Case, ...]:
    """Return the cases of a method, in the order in which its page prints them."""
    written = (FOLDERS[method] / "cases.toml").read_text(encoding="utf-8")
    return tuple(_case(method, case) for case in tomllib.loads(written)["case"])


def _case(method: str, written: dict[str, Any]) -> Case:
    stated = tuple((row["parameter_id"], row["scope"], float(row["value"])) for row in written.pop("parameters", ()))
    return Case(method=method, parameters=stated, **written)


def work_out(case: Case, reference: Reference) -> MonthsOfProjects:
    """Return what the program makes of the case."""
    last = pl.select(pl.lit(case.month_start_date).dt.month_end()).item()
    days = {"part_from_date": case.month_start_date, "part_to_date": last}
    read = pl.DataFrame(
        [
            {
                "project_id": PROJECT,
                "metric": metric,
                "month_start_date": case.month_start_date,
                **days,
                "value": float(value),
                "is_spread": False,
            }
            for metric, value in case.readings.items()
        ]
    )
    month = pl.DataFrame(
        [_month(case, last, reference)], schema_overrides={"reported_annual_reduction_tco2": pl.Float64}
    )
    months = unchecked(month, OperatingMonth)
    parts = unchecked(read, MonthlyPart)
    items, complete = reported_items(parts, reference.metrics), operating_readings(parts, months)
    return project_months(months, complete, _parameters(case, reference), items)


def _month(case: Case, last: dt.date, reference: Reference) -> dict[str, Any]:
    in_force = (pl.col("valid_from") <= case.month_start_date) & (pl.col("valid_to") >= last)
    region = reference.regions.filter(in_force, province_code=case.province_code)["grid_region"].item()
    return {
        "project_id": PROJECT,
        "method": case.method,
        "method_edition": case.formula.edition,
        "commissioning_date": case.month_start_date,
        "reported_annual_reduction_tco2": None,
        "province_code": case.province_code,
        "grid_region": region,
        "technology": case.technology,
        "region_technology": f"{region}/{case.technology}",
        "month_start_date": case.month_start_date,
        "operating_from_date": case.month_start_date,
        "operating_to_date": last,
    }


def _parameters(case: Case, reference: Reference) -> DataFrame[Parameter]:
    if not case.parameters:
        return _on_file(reference)
    stated = conform(pl.DataFrame([_row(case, *row, reference) for row in case.parameters]), Parameter)
    others = reference.parameters.join(stated, on=["parameter_id", "scope"], how="anti", maintain_order="left")
    return with_derived(stacked([others, stated]))


@lru_cache(maxsize=1)
def _on_file(reference: Reference) -> DataFrame[Parameter]:
    return with_derived(reference.parameters)


def _row(case: Case, parameter_id: str, scope: str, value: float, reference: Reference) -> dict[str, Any]:
    year, unit = case.month_start_date.year, reference.parameter_kinds[parameter_id]["unit"]
    return {
        "parameter_id": parameter_id,
        "scope": scope,
        "value": value,
        "unit": unit,
        "valid_from": dt.date(year, 1, 1),
        "valid_to": dt.date(year, 12, 31),
        "source": "worked case",
        "locator": None,
        "relative_uncertainty_pct": None,
        "parameter_status": "delivered",
        "description": None,
    }
