"""A bucket of projects with their loans and readings -> their rows of the marts. Pure: flows deal the buckets out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import polars as pl

from schemas.between.activity import ComputedReading
from schemas.between.outcomes import UncertainInput
from schemas.between.sums import FactorInUse
from schemas.catalog import Published, frames_of
from schemas.contract import C, DataFrame, conform, stacked
from schemas.deliveries import Project
from schemas.disclosures import YearlyProject
from schemas.marts import DataQuality, LoanMonth
from schemas.runs import Flag
from schemas.words.containers import AVOIDED, OWN_BASE_YEAR, REMOVALS
from transforms.activity.indicators import physical_indicators
from transforms.activity.operating import monthly_readings
from transforms.activity.yearly import yearly_readings
from transforms.attribution.claims import claim_flags, shares_above_one
from transforms.attribution.containers import (
    attributed_own_base_year_reductions,
    attributed_removals,
    months_in,
    own_base_year_months,
    removal_months,
    within,
)
from transforms.attribution.denominators import project_denominators
from transforms.attribution.exposures import overdrawn_loans
from transforms.attribution.holdings import Holdings
from transforms.attribution.marts import attributed_annual_reductions, attributed_reductions
from transforms.attribution.profiles import rules_of
from transforms.attribution.roles import loan_roles, project_roles
from transforms.bridge.marts import RULE as BRIDGED
from transforms.bridge.marts import bridge_quarters
from transforms.bridge.state import State, item_kinds
from transforms.computation.facts import Facts, facts_of
from transforms.computation.prepared import Prepared, prepare
from transforms.computation.whole import Addends, Sums, compute_whole
from transforms.deliveries.book.book import Book
from transforms.flags.book import book_flags
from transforms.flags.factors import factors_in_use
from transforms.flags.missing_readings import names_in_chinese
from transforms.flags.unknown_shares import unknown_shares
from transforms.flags.withheld import impossible_figure_flags, withheld_flags
from transforms.ground.calendar import Period, beijing_date
from transforms.ground.flag_rows import with_sentences
from transforms.ground.reference import Reference
from transforms.judging.withheld_figures import verdicts
from transforms.methods.catalog import EDITIONS, NET_METHODS
from transforms.money.exchange import in_cny, rates_on
from transforms.money.facility import outside_facility
from transforms.money.outstanding import loans_with_a_balance, newest_month_end
from transforms.money.positions import loan_months
from transforms.outcomes.credits import issued_credits
from transforms.outcomes.data_quality import data_quality, quality_sums
from transforms.outcomes.disclosure_crf import facility_projects, facility_sums
from transforms.outcomes.green_credit import green_credit_indicators
from transforms.outcomes.promised_expected_measured import financed_emissions, project_outcomes
from transforms.outcomes.verdicts import Figures, plausibility_verdicts
from transforms.outcomes.verified import verified_reductions, verified_twice
from transforms.outcomes.yearly_statement import (
    ANNUAL,
    PCAF,
    financed_loans,
    undrawn_loans,
    yearly_projects,
    yearly_sums,
)
from transforms.outcomes.yearly_sums import attributed_sums, closing_sums
from transforms.registers.green_loan_statistics import summed_balances
from transforms.uncertainty.monte_carlo import Drawable, drawable
from transforms.uncertainty.ranges import (
    RangeSums,
    figure_uncertainties,
    of_others,
    of_projects,
    of_several,
    range_sums,
)


@dataclass(frozen=True)
class Bucket:
    """What some projects of a book amount to: their rows of the marts, their flags, and what they add to the rest.

    addends: from which the sums are added up anew where other rows of these projects are known already (sums_again).
    """

    marts: Published
    flags: DataFrame[Flag]
    sums: Sums
    addends: Addends
    holdings: Holdings


@dataclass(frozen=True)
class Computed:
    """What a book amounts to: mart tables by name, the standing flags, and what attribution needs for any period."""

    marts: Published
    flags: DataFrame[Flag]
    holdings: Holdings
    facts: Facts
    sums: Sums


def compute(book: Book, reference: Reference, known_at: dt.datetime) -> Computed:
    """Return every mart of the book as known at the moment."""
    facts = facts_of(book, reference, beijing_date(known_at))
    every = compute_bucket(book, reference, facts)
    whole = compute_whole(book, reference, facts, every.sums)
    flags = stacked([every.flags, whole.flags]).unique().sort(Flag.columns())
    return Computed(marts_together([every.marts, whole.marts]), flags, every.holdings, facts, every.sums)


def compute_bucket(book: Book, reference: Reference, facts: Facts) -> Bucket:
    """Return what the projects of a book amount to; facts: of the whole book, of which these may be a part."""
    prepared = prepare(book, reference, facts)
    marts: Published = {}
    for group in GROUPS:
        marts.update(group(prepared))
    for resting in RESTING:
        marts.update(resting(prepared, marts))
    sums = sums_of(prepared, marts)
    return Bucket(marts, flags_of(prepared, marts), sums, addends_of(prepared), prepared.holdings)


def marts_together(parts: Sequence[Published]) -> Published:
    """Return the marts of buckets, and of the whole, below each other."""
    found: dict[str, list[pl.DataFrame]] = {}
    for marts in parts:
        for name, rows in frames_of(marts).items():
            found.setdefault(name, []).append(rows)
    return cast("Published", {name: pl.concat(rows) for name, rows in found.items()})


def flags_of(prepared: Prepared, marts: Published) -> DataFrame[Flag]:
    """Return the standing flags of the projects (schemas.runs.Flag)."""
    reference, worked_out = prepared.reference, prepared.worked_out
    flags = book_flags(
        prepared.holdings,
        readings=prepared.readings,
        parameters=prepared.facts.parameters,
        scopes=prepared.scopes,
        items=prepared.read.items,
        gaps=worked_out.gaps,
        refused=worked_out.refused,
        conditions=worked_out.conditions,
        condition_sentences=reference.conditions,
        unspread=prepared.read.spread.unspread,
        realisation=prepared.realisation,
        verdicts=marts["mart.plausibility"],
        credits_issued=marts["mart.issued_credits"],
        methods=EDITIONS.values(),
        metrics=reference.metrics,
        technologies=reference.technologies,
        surveys=prepared.surveyed.findings,
        containers={name: method["container"] for name, method in reference.methods.items()},
        reading_names=names_in_chinese(EDITIONS.values(), reference.metric_names, reference.sentences),
        words=reference.sentences,
    )
    attributed, above = marts["mart.attributed_reductions"], marts["mart.shares_above_one"]
    claims = claim_flags(prepared.holdings, attributed, above)
    shares = unknown_shares(prepared.holdings, tuple(prepared.facts.periods))
    verified = verified_twice(prepared.tables["verified_reductions"])
    impossible = impossible_figure_flags(prepared.impossible)
    held = withheld_flags(prepared.judged.figures, prepared.book.released.outdated)
    parts = [flags, claims, shares, verified, impossible, held]
    return with_sentences(stacked(parts), reference.flags).unique().sort(Flag.columns())


def positions(prepared: Prepared) -> Published:
    """Return what the ledger amounts to."""
    tables, changes = prepared.tables, prepared.changes
    months = loan_months(changes, tables["loans"], prepared.facts.until) if changes.height else LoanMonth.empty_frame()
    return {
        "mart.balance_changes": changes,
        "mart.denominators": project_denominators(prepared.holdings),
        "mart.overdrawn_loans": overdrawn_loans(changes).sort("loan_id"),
        "mart.outside_facility": outside_facility(changes, tables["loans"], prepared.holdings.facility_fields),
        "mart.loan_roles": loan_roles(tables["loans"]),
        "mart.project_roles": project_roles(prepared.holdings),
        "mart.loan_months": _in_cny(months, prepared.holdings),
    }


def months(prepared: Prepared) -> Published:
    """Return the months of the projects, by container, with the factors used."""
    containers = {name: method["container"] for name, method in prepared.reference.methods.items()}
    months = prepared.worked_out.months
    return {
        "mart.project_months": months_in(AVOIDED, months, containers),
        "mart.project_month_parts": _avoided(prepared.holdings.pieces, containers),
        "mart.removal_months": removal_months(months, containers),
        "mart.own_base_year_months": own_base_year_months(months, containers),
        "mart.parameter_uses": prepared.worked_out.uses,
        "mart.reading_uses": prepared.uses,
        "mart.completeness": prepared.holdings.completeness,
    }


def _avoided(rows: DataFrame[C], containers: Mapping[str, str]) -> DataFrame[C]:
    """The rows of projects whose tonnes are avoided emissions."""
    return rows.filter(pl.col("method").replace_strict(containers, return_dtype=pl.String) == AVOIDED)


def attribution(prepared: Prepared) -> Published:
    """Return what each loan may claim, by container."""
    transition, periods = prepared.seen[OWN_BASE_YEAR], prepared.facts.periods
    return {
        **_attribution_marts(prepared),
        "mart.attributed_annual_reductions": attributed_annual_reductions(prepared.holdings, periods),
        "mart.attributed_removals": attributed_removals(prepared.seen[REMOVALS], periods),
        "mart.attributed_own_base_year_reductions": attributed_own_base_year_reductions(transition, periods),
        "mart.financed_emissions": financed_emissions(prepared.holdings, periods, NET_METHODS),
    }


def outcomes(prepared: Prepared) -> Published:
    """Return what came of the projects, year by year."""
    operating, years = prepared.tables["operating"], _numbers(prepared.facts.years)
    parameters, metrics = prepared.facts.parameters, prepared.reference.metrics
    containers = {name: method["container"] for name, method in prepared.reference.methods.items()}
    return {
        "mart.physical_indicators": physical_indicators(operating, parameters, metrics),
        "mart.project_outcomes": stacked(
            [
                project_outcomes(within(container, book, containers), years, prepared.realisation, container)
                for container, book in prepared.seen.items()
            ]
        ).sort("project_id", "calendar_year"),
        "mart.verified_reductions": verified_reductions(
            prepared.tables["verified_reductions"], prepared.seen, containers
        ),
    }


def ranges(prepared: Prepared) -> Published:
    """Return how sure the projects' figures are."""
    own = of_projects(prepared.uncertain.sums)
    return {"mart.figure_uncertainties": figure_uncertainties(own, prepared.facts.periods)}


def disclosures(prepared: Prepared, marts: Published) -> Published:
    """Return the projects behind what the quarterly disclosure and the yearly statement print."""
    holdings, reference, years = prepared.holdings, prepared.reference, prepared.facts.years
    containers = {name: method["container"] for name, method in reference.methods.items()}
    rules, undrawn = rules_of(reference.profiles), undrawn_loans(holdings, years)
    yearly = {
        name: yearly_projects(
            financed_loans(prepared.seen, containers, years, rules[profile], NET_METHODS),
            undrawn,
            marts["mart.data_quality"],
            holdings,
            years,
            containers,
            rules[profile].denominator,
        )
        for name, profile in (("pcaf", PCAF), ("annual", ANNUAL))
    }
    return {
        "mart.disclosure_crf_projects": facility_projects(
            prepared.lent, holdings, prepared.facts.quarters, prepared.realisation
        ),
        "mart.disclosure_pcaf_projects": yearly["pcaf"],
        "mart.disclosure_annual_projects": yearly["annual"],
    }


def looked_at(prepared: Prepared, marts: Published) -> Published:
    """Return what is published beside the tonnes: plausibility, the green-credit indicators, issued credits."""
    tables, reference, years = prepared.tables, prepared.reference, _numbers(prepared.facts.years)
    computed = marts["mart.physical_indicators"].filter(pl.col("origin") == "computed")
    read = computed.with_columns(source=pl.lit(None, pl.String), record_id="metric")
    coal = monthly_readings(conform(read, ComputedReading))
    yearly = yearly_readings(stacked([prepared.read.spread.parts, coal]), tables["projects"], years)
    figures = Figures(
        projects=tables["projects"],
        scopes=prepared.scopes,
        yearly=yearly,
        complete=prepared.read.complete,
        items=prepared.read.items,
        outcomes=marts["mart.project_outcomes"],
        annual=marts["mart.attributed_annual_reductions"],
        parameters=prepared.facts.parameters,
        strata=tables["forest_strata"],
        refused=prepared.book.implausible,
    )
    looked_at = plausibility_verdicts(figures, reference.plausibility, reference.conversions, reference.sentences)
    found = verdicts(prepared.judged.findings, reference.judgements, reference.sentences, reference.figure_names)
    return {
        "mart.plausibility": stacked([looked_at, found]).sort(
            "project_id", "check_id", "period", "period_from_date", "figure", "value"
        ),
        "mart.withheld_figures": prepared.judged.figures,
        "mart.impossible_figures": prepared.impossible,
        "mart.green_credit_indicators": green_credit_indicators(
            prepared.holdings, years, yearly, reference.sentences, reference.metric_names
        ),
        "mart.issued_credits": issued_credits(tables["operating"], prepared.holdings),
    }


def bridged(prepared: Prepared) -> Published:
    """Return why tonnes differ between the newest two complete quarters."""
    uses, kinds = prepared.worked_out.uses, item_kinds(prepared.reference.metrics)
    quarters = prepared.facts.newest_quarters
    states = [State(prepared.holdings, prepared.uses, uses, one, BRIDGED, kinds) for one in quarters]
    return {"mart.bridge_quarters": bridge_quarters(states)}


def _numbers(years: list[Period]) -> list[int]:
    return [year.first.year for year in years]


def _attribution_marts(prepared: Prepared) -> Published:
    """The marts that rest on every basis and profile of every period."""
    reference, tables = prepared.reference, prepared.tables
    attributed = attributed_reductions(
        prepared.holdings, prepared.facts.periods, reference.profiles, prepared.facts.parameters
    )
    quality = data_quality(attributed, tables["projects"], tables["operating"], reference.data_quality)
    return {
        "mart.attributed_reductions": attributed,
        "mart.shares_above_one": shares_above_one(attributed),
        "mart.data_quality": quality,
    }


def sums_of(prepared: Prepared, marts: Published) -> Sums:
    """Return what the projects add to the tables that rest on the whole book."""
    addends = addends_of(prepared)
    drawn = drawable(addends.years, prepared.worked_out.evaluated, prepared.uncertain.inputs)
    ranges = of_several(prepared.uncertain.sums)
    return _sums(marts, prepared.tables["projects"], addends, prepared.facts, ranges, drawn)


def sums_again(marts: Published, projects: DataFrame[Project], addends: Addends, facts: Facts) -> Sums:
    """Return what projects add of which the rows are known already; what is drawn of them is without its inputs.

    marts: of SUMMED the columns that are there.
    """
    drawn = drawable(addends.years, (), UncertainInput.empty_frame())
    ranges = of_several(range_sums(addends.figures, addends.contributed, facts.periods))
    return _sums(marts, projects, addends, facts, ranges, drawn)


def addends_of(prepared: Prepared) -> Addends:
    """Return what the sums are added up from beside the marts; a project's own ranges are a mart."""
    figures = of_others(prepared.uncertain.figures)
    return Addends(figures, prepared.uncertain.contributed, prepared.lent, prepared.drawable_years)


SUMMED: Final[Mapping[str, list[str]]] = {
    "mart.loan_months": LoanMonth.columns(),
    "mart.attributed_reductions": ["period", "basis", "attributed_reductions_tco2e"],
    "mart.data_quality": DataQuality.columns(),
    "mart.parameter_uses": FactorInUse.columns(),
    "mart.disclosure_pcaf_projects": YearlyProject.columns(),
    "mart.disclosure_annual_projects": YearlyProject.columns(),
}
"""The marts that are added up, and the columns that this takes."""


def _sums(  # noqa: PLR0913, PLR0917 - what is added up, of whom
    marts: Published,
    projects: DataFrame[Project],
    addends: Addends,
    facts: Facts,
    ranges: RangeSums,
    drawn: Drawable,
) -> Sums:
    months, end = marts["mart.loan_months"], newest_month_end(facts.reaches_to)
    return Sums(
        held=loans_with_a_balance(months, end),
        balances=summed_balances(months, projects, end),
        closing=closing_sums(months),
        attributed=attributed_sums(marts["mart.attributed_reductions"]),
        quality=quality_sums(marts["mart.data_quality"]),
        ranges=ranges,
        facility=facility_sums(addends.lent),
        statement=yearly_sums(marts["mart.disclosure_pcaf_projects"]),
        annual=yearly_sums(marts["mart.disclosure_annual_projects"]),
        drawable=drawn,
        factors=factors_in_use(marts["mart.parameter_uses"]),
    )


GROUPS: Final = (positions, months, attribution, outcomes, ranges, bridged)
"""The marts that rest on what is known alone."""

RESTING: Final = (looked_at, disclosures)
"""The marts that rest on other marts too."""


def _in_cny(months: DataFrame[LoanMonth], holdings: Holdings) -> DataFrame[LoanMonth]:
    """Add closing_balance_cny at the rate of the month's last trading day."""
    days = months.select("currency", date="month_end_date").unique()
    rates = rates_on(days, holdings.fx, holdings.fx_max_age_days).rename({"date": "month_end_date"})
    rated = months.join(rates, on=["currency", "month_end_date"], how="left", maintain_order="left")
    return conform(rated.with_columns(closing_balance_cny=in_cny("closing_balance")), LoanMonth)
