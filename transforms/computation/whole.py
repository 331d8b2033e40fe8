"""The marts and flags that rest on the whole book: what its buckets add up to, and the tables beside the projects."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.between.money import LoanBalance
from schemas.between.outcomes import DrawableYear, InputContribution, InputName, LentInWindow
from schemas.between.sums import (
    AttributedSum,
    ClosingSum,
    FacilitySum,
    FactorInUse,
    FigurePart,
    QualitySum,
    SummedBalance,
    YearlySum,
)
from schemas.catalog import Published
from schemas.contract import DataFrame, stacked
from schemas.runs import Flag
from schemas.uncertainty import MonteCarloCheck
from transforms.computation.facts import Facts
from transforms.deliveries.book.book import Book
from transforms.flags.factors import factors_ending
from transforms.flags.registers import register_flags
from transforms.ground.flag_rows import with_sentences
from transforms.ground.reference import Reference, facility_fields
from transforms.money.exchange import max_age_days, rates_in_force
from transforms.outcomes.data_quality import data_quality_totals
from transforms.outcomes.disclosure_crf import disclosure_crf
from transforms.outcomes.yearly_statement import yearly_statement
from transforms.registers.marts import register_marts
from transforms.uncertainty.monte_carlo import Drawable, drawable_together, monte_carlo_checks
from transforms.uncertainty.ranges import Contributions, RangeSums, added, figure_uncertainties, leading_inputs


class Sums(NamedTuple):
    """What a bucket of projects adds to the tables that rest on the whole book.

    held: loans with a balance at the newest month-end; drawable: the projects' years that may be drawn.
    """

    held: DataFrame[LoanBalance]
    balances: DataFrame[SummedBalance]
    closing: DataFrame[ClosingSum]
    attributed: DataFrame[AttributedSum]
    quality: DataFrame[QualitySum]
    ranges: RangeSums
    facility: DataFrame[FacilitySum]
    statement: DataFrame[YearlySum]
    annual: DataFrame[YearlySum]
    drawable: Drawable
    factors: DataFrame[FactorInUse]


class Addends(NamedTuple):
    """What sums are added up from and no mart holds, each row of one project alone."""

    figures: DataFrame[FigurePart]
    contributed: Contributions
    lent: DataFrame[LentInWindow]
    years: DataFrame[DrawableYear]


def no_addends() -> Addends:
    """Return what nobody adds."""
    nothing = Contributions(InputContribution.empty_frame(), InputName.empty_frame())
    return Addends(FigurePart.empty_frame(), nothing, LentInWindow.empty_frame(), DrawableYear.empty_frame())


class Whole(NamedTuple):
    """The marts of the whole book by name, and its flags."""

    marts: Published
    flags: DataFrame[Flag]


def sums_together(parts: Sequence[Sums]) -> Sums:
    """Return what several buckets add, of which no two share a project; it grows with neither factors nor draws."""
    return Sums(
        held=stacked(part.held for part in parts),
        balances=stacked(part.balances for part in parts),
        closing=stacked(part.closing for part in parts),
        attributed=stacked(part.attributed for part in parts),
        quality=stacked(part.quality for part in parts),
        ranges=added([part.ranges for part in parts]),
        facility=stacked(part.facility for part in parts),
        statement=stacked(part.statement for part in parts),
        annual=stacked(part.annual for part in parts),
        drawable=drawable_together([part.drawable for part in parts]),
        factors=stacked(part.factors for part in parts).unique(maintain_order=True),
    )


def compute_whole(
    book: Book, reference: Reference, facts: Facts, sums: Sums, drawn: DataFrame[MonteCarloCheck] | None = None
) -> Whole:
    """Return what rests on the whole book; sums: of buckets that hold each project once (sums_together).

    drawn: of years that are drawn those that an earlier night drew, as their projects have not changed.
    """
    max_age, periods = max_age_days(facts.parameters), facts.periods
    marts: Published = {
        "mart.exchange_rates_in_force": rates_in_force(book.tables["fx"], max_age),
        "mart.loan_confirmations": facts.confirmations,
        "ops.reconciliation": facts.reconciled.totals,
        "ops.reconciliation_loans": facts.reconciled.loans,
        "mart.data_quality_totals": data_quality_totals(sums.quality),
        "mart.figure_uncertainties": figure_uncertainties(sums.ranges, periods),
        "mart.uncertainty_inputs": leading_inputs(sums.ranges, periods, reference.sentences),
        "mart.monte_carlo_checks": _checks(sums.drawable, drawn),
        "mart.disclosure_crf": disclosure_crf(sums.facility, facility_fields(reference), facts.quarters),
        "mart.disclosure_pcaf": yearly_statement(sums.statement),
        "mart.disclosure_annual": yearly_statement(sums.annual),
        **register_marts(
            book.tables,
            sums.held,
            sums.balances,
            reference,
            facts.reaches_to,
            max_age,
        ),
    }
    of_registers = register_flags(book.tables, marts, reference.conversions)
    flags = stacked([facts.flags, of_registers, factors_ending(sums.factors, facts.parameters, facts.until)])
    return Whole(marts, with_sentences(flags, reference.flags))


def _checks(drawable: Drawable, drawn: DataFrame[MonteCarloCheck] | None) -> DataFrame[MonteCarloCheck]:
    new = monte_carlo_checks(drawable)
    if drawn is None:
        return new
    others = drawn.join(new, on=["calendar_year", "project_id"], how="anti")
    return stacked([new, others]).sort("calendar_year", "project_id")
