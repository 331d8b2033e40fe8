"""What a reader must know of factors: missing, refused, unknown, ending soon, or of a kind of power not stated."""

import datetime as dt
from collections.abc import Collection
from typing import Final

import polars as pl

from schemas.between.factors import FactorGap, RefusedFactorMonth
from schemas.between.ground import FlagFacts
from schemas.between.projects import ProjectScope
from schemas.between.sums import FactorInUse
from schemas.contract import DataFrame, conform, stacked
from schemas.deliveries import Project
from schemas.reference import Parameter, ParameterUse
from transforms.attribution.holdings import Holdings
from transforms.factors.derived_parameters import derivations
from transforms.ground.flag_rows import flags, no_flags
from transforms.projects.scopes import UNSTATED

WARNING: Final = "factor_end_warning"
ROW: Final = ["parameter_id", "scope", "valid_from", "valid_to"]


def missing_parameters(holdings: Holdings, gaps: DataFrame[FactorGap]) -> DataFrame[FlagFacts]:
    """Return the factors that a blocked month lacks, where they were looked up and what is on file."""
    if gaps.is_empty():
        return no_flags()
    blocked = holdings.months.filter(pl.col("status") == "blocked_missing_parameter")
    spans = (
        gaps.join(blocked, on=["project_id", "month_start_date"], how="semi")
        .group_by("project_id", "symbol", "parameter_id", "scope", "on_file")
        .agg(first=pl.col("month_start_date").min(), last=pl.col("month_start_date").dt.month_end().max())
    )
    return flags(
        spans,
        "missing_parameter",
        "project_id",
        "parameter_id",
        "first",
        "last",
        "scope",
        "on_file",
    )


def refused_parameters(refused: DataFrame[RefusedFactorMonth]) -> DataFrame[FlagFacts]:
    """Return the factors of their own that projects sent and that were refused; no default takes their place.

    refused: months without their own factor.
    """
    spans = refused.group_by("project_id", "parameter_id", "scope").agg(
        first=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
        last=pl.col("month_start_date").max().dt.strftime("%Y-%m"),
    )
    return flags(spans, "own_parameter_refused", "project_id", "parameter_id", "scope", "first", "last")


def unknown_parameters(parameters: DataFrame[Parameter], kinds: Collection[str]) -> DataFrame[FlagFacts]:
    """Return the parameters that no formula asks for."""
    unknown = parameters.filter(~pl.col("parameter_id").is_in(list(kinds)))
    return flags(unknown, "unknown_parameter", "parameter_id")


def unread_scopes(
    parameters: DataFrame[Parameter], projects: DataFrame[Project], known: Collection[str]
) -> DataFrame[FlagFacts]:
    """Return the delivered parameters whose scope names nothing: no project, and none of the `known` scopes."""
    named = pl.col("scope").str.split("/").list.first()
    unread = parameters.filter(
        (pl.col("parameter_status") == "delivered")
        & ~named.is_in(projects["project_id"].implode())
        & ~pl.col("scope").is_in(list(known))
        & ~named.is_in(list(known))
    )
    subject = unread.with_columns(subject=pl.format("{} [{}]", "parameter_id", "scope"))
    return flags(subject, "scope_names_nothing", "subject", "scope")


def technologies_not_stated(
    holdings: Holdings, scopes: DataFrame[ProjectScope], technologies: Collection[str], parameters: DataFrame[Parameter]
) -> DataFrame[FlagFacts]:
    """Return a flag a grid project whose kind of power is not known, by what rests on it.

    A project with a margin and a reservoir factor of its own needs no kind: no flag.
    """
    own_margin, own_reservoir = (_stated(parameters, name) for name in ("grid_cm_ef", "reservoir_ef"))
    unknown = holdings.projects.join(scopes.select("project_id", "technology"), on="project_id").filter(
        pl.col("method") == "grid_renewable", ~pl.col("technology").is_in(list(technologies))
    )
    needed = unknown.filter(~(own_margin & own_reservoir))
    is_silent = pl.col("technology") == UNSTATED
    listed = ", ".join(technologies)
    return stacked(
        [
            flags(needed.filter(is_silent & own_margin), "technology_not_stated", "project_id"),
            flags(
                needed.filter(is_silent & ~own_margin),
                "technology_not_stated",
                "project_id",
                wording="technology_not_stated_nor_margin",
            ),
            flags(
                needed.filter(~is_silent),
                "technology_not_known",
                "project_id",
                "realisation_type",
                listed=pl.lit(listed),
            ),
        ]
    )


def _stated(parameters: DataFrame[Parameter], parameter_id: str) -> pl.Expr:
    own = parameters.filter(pl.col("parameter_id") == parameter_id)["scope"].unique()
    return pl.col("project_id").is_in(own.implode())


def factors_in_use(uses: DataFrame[ParameterUse]) -> DataFrame[FactorInUse]:
    """Return each factor row that some project's month was worked out with."""
    return conform(uses.select(ROW).unique(), FactorInUse)


def factors_ending(
    uses: DataFrame[FactorInUse], parameters: DataFrame[Parameter], until: dt.date
) -> DataFrame[FlagFacts]:
    """Return a flag a factor row that is in use on the day, ends within the warning's days, and has no successor.

    A derived factor is flagged by the rows that it is made of.
    """
    last = until + dt.timedelta(days=_warning_days(parameters))
    still_used = uses.filter(pl.col("valid_to") >= until)
    if still_used.is_empty():
        return no_flags()
    in_use = _rows_behind(still_used, parameters)
    ending = in_use.filter(pl.col("valid_to").is_between(until, last))
    followed = _followed(ending, parameters)
    last_rows = (
        ending.join(followed, on=ROW, how="anti")
        .unique()
        .with_columns(
            subject=pl.format("{} [{}]", "parameter_id", "scope"), next_day=pl.col("valid_to").dt.offset_by("1d")
        )
    )
    return flags(last_rows, "factor_ends_soon", "subject", "parameter_id", "scope", "valid_to", "next_day")


def _warning_days(parameters: DataFrame[Parameter]) -> int:
    """How long before its end a factor is asked for: the longest of the rows on file; without one, not at all."""
    days = parameters.filter(pl.col("parameter_id") == WARNING)["value"].max()
    return int(days) if isinstance(days, float) else 0


def _rows_behind(uses: pl.DataFrame, parameters: DataFrame[Parameter]) -> pl.DataFrame:
    """Return the rows (ROW) that somebody wrote and that the uses rest on."""
    used = uses.select(ROW).unique()
    parts = used.join(derivations(parameters), on=ROW[:3], how="left")
    written = parts.select(
        parameter_id=pl.coalesce("from_parameter_id", "parameter_id"),
        scope=pl.coalesce("from_scope", "scope"),
        valid_from=pl.coalesce("from_valid_from", "valid_from"),
    ).unique()
    return written.join(parameters.select(ROW).unique(), on=ROW[:3])


def _followed(ending: pl.DataFrame, parameters: DataFrame[Parameter]) -> pl.DataFrame:
    """Return those of the rows after whose last day another row of the same factor holds."""
    later = parameters.select("parameter_id", "scope", starts="valid_from", ends="valid_to")
    next_day = pl.col("valid_to").dt.offset_by("1d")
    return ending.join(later, on=["parameter_id", "scope"]).filter(
        (pl.col("starts") <= next_day) & (pl.col("ends") >= next_day)
    )
