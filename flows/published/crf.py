"""What the carbon-reduction-loan disclosure prints of the published file: which rows, which flags, which methods."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl

from flows.published.kinds import Issue, Kind, Lang, PublishedTables
from flows.reference.tables import flag_sentences
from reports.crf import render_crf
from reports.crf.document import CrfDocument, FieldName, MethodNote, crf_document
from reports.crf.printed import ShareRule
from reports.render import Rendered
from schemas.contract import stacked, unchecked
from schemas.deliveries import Loan
from schemas.disclosures import WHOLE_BOOK, CrfDisclosure, CrfProject
from schemas.errors import UsageError
from schemas.marts import Completeness, LoanConfirmation, ProjectMonth
from schemas.runs import Flag, Run
from transforms.attribution.containers import AVOIDED
from transforms.flags.missing_readings import readings_missing_within
from transforms.flags.period import unconfirmed_flags
from transforms.ground.calendar import Period, named_quarter, year_to
from transforms.ground.flag_rows import with_sentences
from transforms.outcomes.disclosure_crf import FACILITY

WHOLE_BOOK_NAMES: Final = {"zh": "全部贷款机构", "en": "All lenders of the book"}

OTHER_MONTHS: Final = ["missing_parameter"]
"""Flags about months that a document does not print, where its own four quarters are complete."""

NOT_PRINTED: Final = ["balance_before_operation", "missing_reading"]
"""Flags about figures that the disclosure does not print (it rests on money lent, not on average balances), and about

the whole book's months: the document names those of its own four quarters."""


TABLES: Final = {
    "table": "mart.disclosure_crf", "projects": "mart.disclosure_crf_projects", "uses": "mart.parameter_uses",
    "flags": "ops.flags", "run": "ops.runs", "loans": "core.loans", "methods": "core.methods",
    "editions": "core.method_editions",
    "sources": "core.sources", "factor_sets": "core.factor_sets", "fields": "core.crf_fields",
    "confirmations": "mart.loan_confirmations", "ranges": "mart.figure_uncertainties",
    "inputs": "mart.uncertainty_inputs", "verified": "mart.verified_reductions", "months": "mart.project_months",
    "completeness": "mart.completeness",
}  # fmt: skip
"""What the document is printed from, by the name that it has here."""


def rendered(published: PublishedTables, issue: Issue) -> Rendered:
    """Return the document of a quarter and lender; raise UsageError where the file holds none."""
    return render_crf(_document(published, *issue))


def last_quarter(published: PublishedTables) -> str | None:
    """Return the last quarter that deliveries reach into; None where no carbon-reduction loan has lent by then."""
    reached = published["run"]["reaches_to_date"].item()
    quarters = published["table"]["period"].unique()
    return max((name for name in quarters if reached and named_quarter(name).first <= reached), default=None)


def lenders(published: PublishedTables, quarter: str) -> Sequence[str]:
    """Return whom the quarter has a document for, the whole book (*) among them."""
    return published["table"].filter(pl.col("period") == quarter)["lender"].unique().sort().to_list()


def _document(published: PublishedTables, quarter: str, lender: str, lang: Lang) -> CrfDocument:
    table, projects = _rows_of(published["table"], quarter, lender), _rows_of(published["projects"], quarter, lender)
    if table.is_empty():
        raise UsageError(
            f"there is no disclosure of {quarter} for {lender}",
            where="mart.disclosure_crf",
            available=_available(published["table"]),
            remedy="name a quarter and a lender from the list",
        )
    last = named_quarter(quarter).last
    uses = _last_year_of(published["uses"], projects, last)
    flags = _flags_of(published, projects, lender, lang, named_quarter(quarter))
    return crf_document(
        table=CrfDisclosure.validate(table),
        projects=CrfProject.validate(projects),
        parameters=_titled(uses, published["sources"]),
        flags=Flag.validate(flags),
        run=Run.validate(published["run"]),
        fields=_fields_of(table, published["fields"]),
        share=ShareRule(FACILITY.basis, FACILITY.denominator, FACILITY.reduction),
        methods=methods_of(published["methods"], _editions_taken(published, projects, last), projects, lang),
        factor_sets=_sets_in_force(published["factor_sets"], lang),
        institution=WHOLE_BOOK_NAMES[lang] if lender == WHOLE_BOOK else lender,
        lang=lang,
        ranges=_of_last_year(published["ranges"], table, lender),
        inputs=_of_last_year(published["inputs"], table, lender),
        verified=_verified_by_then(published["verified"], projects, table),
    )


def _of_last_year(frame: pl.DataFrame, table: pl.DataFrame, lender: str) -> pl.DataFrame:
    """The rows of the disclosed loans in the last calendar year that ended with the quarter or before."""
    subject = ("facility", "portfolio") if lender == WHOLE_BOOK else ("facility_lender", lender)
    own = frame.filter(
        (pl.col("level") == subject[0])
        & (pl.col("subject") == subject[1])
        & (pl.col("container") == "avoided_emissions")
        & (pl.col("period").str.len_chars() == len("2025"))
        & (pl.col("period_to_date") <= table["window_to_date"].max())
    )
    return own.filter(pl.col("period") == pl.col("period").max())


def _verified_by_then(verified: pl.DataFrame, projects: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """The verified periods of the disclosed projects that had ended by the quarter's last day, with the names."""
    named = verified.join(projects.select("project_id", "project_name"), on="project_id")
    return named.filter(pl.col("period_end") <= table["window_to_date"].max()).sort("project_id", "period_start")


def _rows_of(frame: pl.DataFrame, quarter: str, lender: str) -> pl.DataFrame:
    return frame.filter((pl.col("period") == quarter) & (pl.col("lender") == lender))


def _available(table: pl.DataFrame) -> str:
    quarters, lenders = table["period"].unique().sort(), table["lender"].unique().sort()
    return f"quarters {', '.join(quarters) or 'none'}; lenders {', '.join(lenders) or 'none'} (* is the whole book)"


def _last_year_of(rows: pl.DataFrame, projects: pl.DataFrame, last: dt.date) -> pl.DataFrame:
    """The rows of the projects' months in the four quarters up to the day."""
    recent = pl.col("month_start_date") > pl.lit(last).dt.offset_by("-12mo")
    return rows.join(projects, on="project_id", how="semi").filter(recent & (pl.col("month_start_date") <= last))


def _titled(uses: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Name the documents by their titles; a bank's names of its own rows stay as sent."""
    titles = dict(sources.select("source_id", "title").iter_rows())
    named = pl.col("source").str.split(", ").list.eval(pl.element().replace(titles)).list.join("; ")
    return uses.with_columns(source=named)


def _flags_of(
    published: PublishedTables, projects: pl.DataFrame, lender: str, lang: Lang, quarter: Period
) -> pl.DataFrame:
    loans = unchecked(published["loans"], Loan).drop_nulls("crf_field").join(projects, on="project_id", how="semi")
    own = loans if lender == WHOLE_BOOK else loans.filter(pl.col("lender") == lender)
    subjects = [*projects["project_id"], *own["loan_id"]]
    complete = projects.filter(pl.col("measured_last_four_quarters_tco2e").is_not_null())["project_id"].to_list()
    elsewhere = pl.col("code").is_in(OTHER_MONTHS) & pl.col("subject").is_in(complete)
    is_begun = (pl.col("period_from_date") <= quarter.last).fill_null(True)
    standing = published["flags"].filter(
        pl.col("subject").is_in(subjects) & ~elsewhere & ~pl.col("code").is_in(NOT_PRINTED) & is_begun
    )
    behind = unconfirmed_flags(own, unchecked(published["confirmations"], LoanConfirmation), quarter.last)
    formulas = published["methods"].filter(pl.col("method_kind") == "formula", pl.col("container") == AVOIDED)
    lacking = readings_missing_within(
        unchecked(projects, CrfProject).join(formulas, on="method", how="semi").unique("project_id"),
        unchecked(published["months"], ProjectMonth),
        unchecked(published["completeness"], Completeness),
        year_to(quarter),
    )
    parts = (with_sentences(stacked([behind, lacking]), flag_sentences()), standing)
    flags = pl.concat([part.select(standing.columns) for part in parts]).sort(standing.columns)
    return flags.with_columns(message="message_zh") if lang == "zh" else flags


def _fields_of(table: pl.DataFrame, fields: pl.DataFrame) -> Sequence[FieldName]:
    """The fields that the quarter's table has, in the order of data/reference/crf_fields.csv."""
    known = fields.filter(pl.col("crf_field").is_in(table["crf_field"].to_list()))
    return [FieldName(*row) for row in known.select("crf_field", "name_zh", "name_en").iter_rows()]


def _editions_taken(published: PublishedTables, projects: pl.DataFrame, last: dt.date) -> pl.DataFrame:
    """The editions that the projects' months of the last four quarters took; without months, those in force then."""
    months = _last_year_of(published["months"], projects, last).select("project_id", "method", "method_edition")
    ahead = projects.join(months, on="project_id", how="anti").select("method")
    by_then = published["editions"].filter(pl.col("valid_from").fill_null(last) <= last)
    in_force = by_then.group_by("method", maintain_order=True).last().join(ahead, on="method", how="semi")
    keys = ["method", "method_edition"]
    taken = pl.concat([months.select(keys), in_force.select(keys)])
    return published["editions"].join(taken, on=keys, how="semi", maintain_order="left")


def methods_of(
    methods: pl.DataFrame, editions: pl.DataFrame, projects: pl.DataFrame, lang: Lang
) -> Sequence[MethodNote]:
    """Return the methods of these projects as the document prints them, each edition of `editions` for itself."""
    titled = editions.rename({"title_zh": "edition_zh", "title_en": "edition_en"}).drop("valid_from")
    used = methods.filter(pl.col("method").is_in(projects["method"].unique().to_list()))
    formula = "formula_zh" if lang == "zh" else "formula"
    each = used.join(titled, on="method", how="left", suffix="_of_edition", maintain_order="left_right").with_columns(
        formula=pl.coalesce(f"{formula}_of_edition", formula).fill_null(""),
        method_edition=pl.when(pl.col("edition_en").is_null()).then(pl.lit("")).otherwise("method_edition"),
    )
    columns = ["method", "title_zh", "title_en", "formula", "boundary_zh", "boundary_en"]
    of_edition = ["method_edition", "edition_zh", "edition_en"]
    return [MethodNote(*row) for row in each.select(*columns, *of_edition).iter_rows()]


def _sets_in_force(factor_sets: pl.DataFrame, lang: Lang) -> list[str]:
    """The set of each family that the figures rest on, named for the reader."""
    named = pl.format("{}：{}" if lang == "zh" else "{}: {}", f"family_title_{lang}", f"title_{lang}")
    return factor_sets.filter("is_in_force").select(named.alias("named"))["named"].to_list()


KIND: Final = Kind("crf", TABLES, last_quarter, lenders, rendered)
