"""A bucket of projects with their loans and readings -> every mart. Pure: the flows only deal the buckets out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.contract import conform
from schemas.marts import LoanMonth
from schemas.runs import Flag
from transforms.attribution_marts import attributed_annual_reductions, attributed_reductions
from transforms.book import Book
from transforms.calendar import Period
from transforms.claims import claim_flags, shares_above_one
from transforms.confirmations import days_told_of
from transforms.containers import (
    AVOIDED,
    OWN_BASE_YEAR,
    REMOVALS,
    attributed_own_base_year_reductions,
    attributed_removals,
    months_in,
    per_container,
    within,
)
from transforms.credits import issued_credits
from transforms.data_quality import data_quality, data_quality_totals
from transforms.disclosure_crf import disclosure_crf
from transforms.exchange import in_cny, rates_on
from transforms.flags.book import book_flags
from transforms.flags.confirmations import unconfirmed_flags
from transforms.flags.registers import register_flags
from transforms.flags.unknown_shares import unknown_shares
from transforms.flags.validity import factors_ending
from transforms.flags.withheld import impossible_figure_flags, withheld_flags
from transforms.green_credit import green_credit_indicators
from transforms.holdings import Holdings
from transforms.indicators import physical_indicators
from transforms.judging.withheld_figures import verdicts
from transforms.known import Known, beijing_date, data_as_of, known_of
from transforms.methods.catalog import METHODS, NET_METHODS
from transforms.monte_carlo import monte_carlo_checks
from transforms.operating import monthly_readings
from transforms.outcomes import financed_emissions, project_outcomes
from transforms.parameters import known_scopes
from transforms.positions import loan_months
from transforms.reference import Reference
from transforms.register_marts import register_marts
from transforms.sensitivities import inputs_of
from transforms.uncertainty import figure_uncertainties, leading_inputs
from transforms.verdicts import Figures, plausibility_verdicts
from transforms.verified import verified_reductions, verified_twice
from transforms.yearly import yearly_readings


@dataclass(frozen=True)
class Computed:
    """What a book amounts to: mart tables by name, the standing flags, and what attribution needs for any period."""

    marts: dict[str, pl.DataFrame]
    flags: pl.DataFrame
    holdings: Holdings
    parameters: pl.DataFrame
    data_as_of: dt.datetime | None
    reaches_to: dt.date | None


def compute(book: Book, reference: Reference, known_at: dt.datetime) -> Computed:
    """Return every mart of the book as known at the moment."""
    known = known_of(book, reference, beijing_date(known_at))
    marts = {name: frame for group in GROUPS for name, frame in group(known).items()}
    marts |= looked_at(known, marts)
    return Computed(
        marts, flags_of(known, marts), known.holdings, known.parameters, data_as_of(known.tables),
        days_told_of(known.tables, known.until),
    )  # fmt: skip


def flags_of(known: Known, marts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the standing flags of the book (schemas.runs.Flag)."""
    reference, worked_out = known.reference, known.worked_out
    flags = book_flags(
        known.holdings, readings=known.readings, parameters=known.parameters, scopes=known.scopes,
        items=known.read.items, gaps=worked_out.gaps, refused=worked_out.refused, conditions=worked_out.conditions,
        unspread=known.read.spread.unspread,
        realisation=known.realisation, verdicts=marts["mart.plausibility"],
        credits_issued=marts["mart.issued_credits"], methods=METHODS, kinds=reference.parameter_kinds,
        metrics=reference.metrics, technologies=reference.technologies, surveys=known.surveyed.findings,
        containers={name: method["container"] for name, method in reference.methods.items()},
        known_scopes=known_scopes(reference),
    )  # fmt: skip
    claims = claim_flags(known.holdings, marts["mart.attributed_reductions"])
    registers = register_flags(known.tables, marts, reference.conversions)
    shares = unknown_shares(known.holdings, tuple(known.periods))
    ending = factors_ending(worked_out.uses, known.parameters, known.until)
    verified = verified_twice(known.tables["verified_reductions"])
    impossible = impossible_figure_flags(known.impossible)
    unconfirmed = [
        unconfirmed_flags(known.tables["loans"], known.holdings.confirmations, period.last)
        for period in known.quarters[-1:]
    ]
    held = withheld_flags(known.judged.figures, known.book.released.outdated)
    parts = [flags, registers, claims, shares, ending, verified, impossible, *unconfirmed, held]
    return pl.concat(parts).unique().sort(Flag.columns())


def positions(known: Known) -> dict[str, pl.DataFrame]:
    """Return what the ledger amounts to, and the marts around the loans."""
    tables, changes = known.tables, known.changes
    months = loan_months(changes, tables["loans"], known.until) if changes.height else LoanMonth.empty_frame()
    in_yuan = _in_cny(months, known.holdings)
    return {
        "mart.balance_changes": changes,
        "mart.loan_months": in_yuan,
        "mart.loan_confirmations": known.holdings.confirmations,
        "ops.reconciliation": known.reconciled.totals,
        "ops.reconciliation_loans": known.reconciled.loans,
        **register_marts(tables, in_yuan, known.reference, known.reaches_to, known.holdings.fx_max_age_days),
    }


def months(known: Known) -> dict[str, pl.DataFrame]:
    """Return the months of the projects, by container, with the factors used."""
    containers = {name: method["container"] for name, method in known.reference.methods.items()}
    months = known.worked_out.months
    return {
        "mart.project_months": months_in(AVOIDED, months, containers),
        "mart.project_month_parts": _avoided(known.holdings.pieces, containers),
        "mart.removal_months": months_in(REMOVALS, months, containers),
        "mart.own_base_year_months": months_in(OWN_BASE_YEAR, months, containers),
        "mart.parameter_uses": known.worked_out.uses,
        "mart.completeness": known.holdings.completeness,
    }


def _avoided(rows: pl.DataFrame, containers: Mapping[str, str]) -> pl.DataFrame:
    """The rows of projects whose tonnes are avoided emissions."""
    return rows.filter(pl.col("method").replace_strict(containers, return_dtype=pl.String) == AVOIDED)


def attribution(known: Known) -> dict[str, pl.DataFrame]:
    """Return what each loan may claim, by container."""
    transition = known.seen[OWN_BASE_YEAR]
    return {
        **_attribution_marts(known),
        "mart.attributed_annual_reductions": attributed_annual_reductions(known.holdings, known.periods),
        "mart.attributed_removals": attributed_removals(known.seen[REMOVALS], known.periods),
        "mart.attributed_own_base_year_reductions": attributed_own_base_year_reductions(transition, known.periods),
        "mart.financed_emissions": financed_emissions(known.holdings, known.periods, NET_METHODS),
    }


def outcomes(known: Known) -> dict[str, pl.DataFrame]:
    """Return what came of the projects, year by year."""
    operating, years = known.tables["operating"], _numbers(known.years)
    containers = {name: method["container"] for name, method in known.reference.methods.items()}
    return {
        "mart.physical_indicators": physical_indicators(operating, known.parameters, known.reference.metrics),
        "mart.project_outcomes": pl.concat(
            [
                project_outcomes(within(container, book, containers), years, known.realisation, container)
                for container, book in known.seen.items()
            ]
        ).sort("project_id", "calendar_year"),
        "mart.verified_reductions": verified_reductions(known.tables["verified_reductions"], known.seen, containers),
    }


def ranges(known: Known) -> dict[str, pl.DataFrame]:
    """Return how sure the figures are."""
    worked_out = known.worked_out
    inputs = inputs_of(worked_out.evaluated, worked_out.months, known.read.spread.parts, known.parameters)
    return {
        "mart.figure_uncertainties": per_container(figure_uncertainties, known.seen, inputs, known.periods),
        "mart.uncertainty_inputs": per_container(leading_inputs, known.seen, inputs, known.periods),
        "mart.monte_carlo_checks": monte_carlo_checks(worked_out.evaluated, inputs, _numbers(known.years)),
    }


def disclosures(known: Known) -> dict[str, pl.DataFrame]:
    """Return what the quarterly disclosure prints."""
    table, projects = disclosure_crf(known.holdings, known.reference.crf_fields, known.quarters, known.realisation)
    return {"mart.disclosure_crf": table, "mart.disclosure_crf_projects": projects}


def looked_at(known: Known, marts: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return what stands beside the tonnes: plausibility, the green-credit indicators, issued credits."""
    tables, reference, years = known.tables, known.reference, _numbers(known.years)
    computed = marts["mart.physical_indicators"].filter(pl.col("origin") == "computed")
    coal = monthly_readings(computed.with_columns(source=pl.lit(None, pl.String), record_id="metric"))
    yearly = yearly_readings(pl.concat([known.read.spread.parts, coal]), tables["projects"], years)
    figures = Figures(
        projects=tables["projects"], scopes=known.scopes, yearly=yearly, complete=known.read.complete,
        items=known.read.items, outcomes=marts["mart.project_outcomes"],
        annual=marts["mart.attributed_annual_reductions"], parameters=known.parameters,
        strata=tables["forest_strata"], refused=known.book.implausible,
    )  # fmt: skip
    looked_at = plausibility_verdicts(figures, reference.plausibility, reference.conversions)
    return {
        "mart.plausibility": pl.concat([looked_at, verdicts(known.judged.findings, reference.judgements)]).sort(
            "project_id", "check_id", "period", "period_from_date", "figure", "value"
        ),
        "mart.withheld_figures": known.judged.figures,
        "mart.impossible_figures": known.impossible,
        "mart.green_credit_indicators": green_credit_indicators(known.holdings, years, yearly),
        "mart.issued_credits": issued_credits(tables["operating"], known.holdings),
    }


def _numbers(years: list[Period]) -> list[int]:
    return [year.first.year for year in years]


def _attribution_marts(known: Known) -> dict[str, pl.DataFrame]:
    """The marts that rest on every basis and profile of every period."""
    reference = known.reference
    attributed = attributed_reductions(known.holdings, known.periods, reference.profiles, known.parameters)
    quality = data_quality(attributed, known.tables["projects"], known.tables["operating"], reference.data_quality)
    return {
        "mart.attributed_reductions": attributed,
        "mart.shares_above_one": shares_above_one(attributed),
        "mart.data_quality": quality,
        "mart.data_quality_totals": data_quality_totals(quality),
    }


GROUPS: Final = (positions, months, attribution, outcomes, ranges, disclosures)
"""The marts that rest on what is known alone; those of looked_at rest on other marts too."""


def _in_cny(months: pl.DataFrame, holdings: Holdings) -> pl.DataFrame:
    """Add closing_balance_cny at the rate of the month's last trading day."""
    days = months.select("currency", date="month_end_date").unique()
    rates = rates_on(days, holdings.fx, holdings.fx_max_age_days).rename({"date": "month_end_date"})
    rated = months.join(rates, on=["currency", "month_end_date"], how="left", maintain_order="left")
    return conform(rated.with_columns(closing_balance_cny=in_cny("closing_balance")), LoanMonth)
