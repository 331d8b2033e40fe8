"""What the carbon-reduction-loan disclosure prints of the published file: which rows, which flags, which methods."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from flows.published.kinds.formulas import printed_formulas
from flows.published.kinds.kinds import Issue, Kind, Lang
from flows.published.kinds.selected import editions_taken, last_year_of, methods_of, sets_in_force, titled
from flows.reference.tables import flag_sentences, reading_names
from reports.crf.document import CrfDocument, FieldName, crf_document
from reports.crf.printed_figures import crf_figures
from reports.crf.words import WORDS
from reports.documents import Rendered
from schemas.catalog import Published
from schemas.contract import C, DataFrame, like, stacked, unchecked, validated
from schemas.disclosures import WHOLE_BOOK, CrfDisclosure, CrfProject
from schemas.errors import UsageError
from schemas.marts import VerifiedReduction
from schemas.reference import FacilityField
from schemas.runs import Flag, Run
from schemas.words.containers import AVOIDED
from transforms.flags.missing_readings import readings_missing_within
from transforms.flags.period import unconfirmed_flags
from transforms.ground.calendar import Period, named_quarter, year_to
from transforms.ground.flag_rows import with_sentences
from transforms.outcomes.disclosure_crf import FACILITY

OTHER_MONTHS: Final = ["missing_parameter"]
"""Flags about months that a document does not print, where its own four quarters are complete."""

NOT_PRINTED: Final = ["balance_before_operation", "missing_reading", "restated"]
"""Flags about figures that the disclosure does not print (it rests on money lent, not on average balances), about the

whole book's months (the document names those of its own four quarters), and about what moved: an edition says that of
its own figures, and the flag has those of other lenders.
"""

TABLES: Final = (
    "mart.disclosure_crf",
    "mart.disclosure_crf_projects",
    "mart.parameter_uses",
    "ops.flags",
    "ops.runs",
    "core.loans",
    "core.methods",
    "core.method_editions",
    "core.sources",
    "core.factor_sets",
    "core.crf_fields",
    "mart.loan_confirmations",
    "mart.figure_uncertainties",
    "mart.uncertainty_inputs",
    "mart.verified_reductions",
    "mart.project_months",
    "mart.completeness",
)
"""What the document is printed from."""


def rendered(document: CrfDocument) -> Rendered:
    """Return the document's files; what draws and prints is imported only now, as few nights need it."""
    from reports.crf.printing import render_crf

    return render_crf(document)


def last_quarter(published: Published) -> str | None:
    """Return the last quarter that deliveries reach into; None where no carbon-reduction loan has lent by then."""
    reached = published["ops.runs"]["reaches_to_date"].item()
    quarters = published["mart.disclosure_crf"]["period"].unique()
    return max((name for name in quarters if reached and named_quarter(name).first <= reached), default=None)


def lenders(published: Published, quarter: str) -> Sequence[str]:
    """Return whom the quarter has a document for, the whole book (*) among them."""
    return published["mart.disclosure_crf"].filter(pl.col("period") == quarter)["lender"].unique().sort().to_list()


def document(published: Published, issue: Issue) -> CrfDocument:
    """Return what a quarter's document of a lender prints; raise UsageError where the file holds none."""
    quarter, lender, lang = issue
    table = _rows_of(published["mart.disclosure_crf"], quarter, lender)
    projects = _rows_of(published["mart.disclosure_crf_projects"], quarter, lender)
    if table.is_empty():
        raise UsageError(
            f"there is no disclosure of {quarter} for {lender}",
            where="mart.disclosure_crf",
            available=_available(published["mart.disclosure_crf"]),
            remedy="name a quarter and a lender from the list",
        )
    last = named_quarter(quarter).last
    uses = last_year_of(published["mart.parameter_uses"], projects, last)
    flags = _flags_of(published, projects, lender, lang, named_quarter(quarter))
    return crf_document(
        table=validated(table, CrfDisclosure),
        projects=validated(projects, CrfProject),
        parameters=titled(uses, published["core.sources"], lang),
        flags=validated(flags, Flag),
        run=validated(published["ops.runs"], Run),
        fields=_fields_of(table, published["core.crf_fields"]),
        formulas=printed_formulas(FACILITY, lang),
        methods=methods_of(published["core.methods"], editions_taken(published, projects, last), projects, lang),
        factor_sets=sets_in_force(published["core.factor_sets"], lang),
        institution=WORDS[lang].whole_book if lender == WHOLE_BOOK else lender,
        lang=lang,
        ranges=_of_last_year(published["mart.figure_uncertainties"], table, lender),
        inputs=_of_last_year(published["mart.uncertainty_inputs"], table, lender),
        verified=_verified_by_then(published["mart.verified_reductions"], projects, table),
    )


def _of_last_year(frame: DataFrame[C], table: DataFrame[CrfDisclosure], lender: str) -> DataFrame[C]:
    """The rows of the disclosed loans in the last calendar year that ended with the quarter or before."""
    subject = ("facility", "portfolio") if lender == WHOLE_BOOK else ("facility_lender", lender)
    own = frame.filter(
        (pl.col("level") == subject[0])
        & (pl.col("subject") == subject[1])
        & (pl.col("container") == AVOIDED)
        & (pl.col("period").str.len_chars() == len("2025"))
        & (pl.col("period_to_date") <= table["window_to_date"].max())
    )
    return own.filter(pl.col("period") == pl.col("period").max())


def _verified_by_then(
    verified: DataFrame[VerifiedReduction], projects: DataFrame[CrfProject], table: DataFrame[CrfDisclosure]
) -> DataFrame[VerifiedReduction]:
    """The verified periods of the disclosed projects that had ended by the quarter's last day, with the names."""
    named = verified.join(projects.select("project_id", "project_name"), on="project_id")
    ended = named.filter(pl.col("period_end") <= table["window_to_date"].max()).sort("project_id", "period_start")
    return unchecked(ended, VerifiedReduction)


def _rows_of(frame: DataFrame[C], quarter: str, lender: str) -> DataFrame[C]:
    return frame.filter((pl.col("period") == quarter) & (pl.col("lender") == lender))


def _available(table: DataFrame[CrfDisclosure]) -> str:
    quarters, lenders = table["period"].unique().sort(), table["lender"].unique().sort()
    return f"quarters {', '.join(quarters) or 'none'}; lenders {', '.join(lenders) or 'none'} (* is the whole book)"


def _flags_of(
    published: Published, projects: DataFrame[CrfProject], lender: str, lang: Lang, quarter: Period
) -> DataFrame[Flag]:
    loans = published["core.loans"].drop_nulls("crf_field").join(projects, on="project_id", how="semi")
    own = loans if lender == WHOLE_BOOK else loans.filter(pl.col("lender") == lender)
    subjects = [*projects["project_id"], *own["loan_id"]]
    complete = projects.filter(pl.col("measured_last_four_quarters_tco2e").is_not_null())["project_id"].to_list()
    elsewhere = pl.col("code").is_in(OTHER_MONTHS) & pl.col("subject").is_in(complete)
    is_begun = (pl.col("period_from_date") <= quarter.last).fill_null(True)
    standing = published["ops.flags"].filter(
        pl.col("subject").is_in(subjects) & ~elsewhere & ~pl.col("code").is_in(NOT_PRINTED) & is_begun
    )
    behind = unconfirmed_flags(own, published["mart.loan_confirmations"], quarter.last)
    formulas = published["core.methods"].filter(pl.col("method_kind") == "formula", pl.col("container") == AVOIDED)
    lacking = readings_missing_within(
        projects.join(formulas, on="method", how="semi").unique("project_id"),
        published["mart.project_months"],
        published["mart.completeness"],
        year_to(quarter),
        reading_names(),
    )
    parts = (with_sentences(stacked([behind, lacking]), flag_sentences()), standing)
    flags = pl.concat([part.select(standing.columns) for part in parts]).sort(standing.columns)
    return like(flags.with_columns(message="message_zh"), standing) if lang == "zh" else like(flags, standing)


def _fields_of(table: DataFrame[CrfDisclosure], fields: DataFrame[FacilityField]) -> Sequence[FieldName]:
    """The fields that the quarter's table has, in the order of data/reference/crf_fields.csv."""
    known = fields.filter(pl.col("crf_field").is_in(table["crf_field"].to_list()))
    return [FieldName(*row) for row in known.select("crf_field", "name_zh", "name_en").iter_rows()]


KIND: Final = Kind("crf", TABLES, last_quarter, lenders, document, rendered, crf_figures)
