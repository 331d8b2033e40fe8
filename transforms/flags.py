"""What a reader must know before using a figure: one sentence a fact, by code and subject."""

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from schemas.runs import Flag
from transforms.attribution import TOLERANCE, Holdings, overdrawn_loans
from transforms.calendar import Period
from transforms.method import Method
from transforms.positions import fen

COLUMNS: Final = ["code", "subject", "message"]


def book_flags(
    book: Holdings, readings: pl.DataFrame, parameters: pl.DataFrame, scopes: pl.DataFrame,
    gaps: pl.DataFrame, methods: Mapping[str, Method], kinds: Collection[str],
) -> pl.DataFrame:  # fmt: skip
    """Return every standing flag of the book (schemas.runs.Flag), in order of code and subject."""
    parts = [
        _project_flags(book, scopes), _loan_flags(book), _reading_flags(book, readings),
        _missing_readings(book, readings, methods), _missing_parameters(book, gaps),
        _unknown_parameters(parameters, kinds),
    ]  # fmt: skip
    return pl.concat([Flag.empty_frame(), *parts]).unique().sort(COLUMNS)


def window_flags(rows: pl.DataFrame, months: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return the flags of attributed rows over a period: shares above 1, negative reductions, spread readings."""
    together = rows.group_by("project_id").agg(pl.col("attribution_factor_raw_ratio").sum())
    negative = rows.filter(pl.col("emission_reductions_tco2e") < 0)
    spread = months.filter(
        pl.col("is_spread") & (pl.col("month_start_date") <= period.last) & (pl.col("operating_to_date") >= period.first)
    ).join(rows, on="project_id", how="semi")  # fmt: skip
    return pl.concat([
        _flag(together.filter(pl.col("attribution_factor_raw_ratio") > 1 + TOLERANCE), "share_above_1", "project_id",
              pl.format("the lenders' shares sum to {}; they were scaled to 1 (raw factors are kept)",
                        pl.col("attribution_factor_raw_ratio").round(6))),
        _flag(negative, "negative_reduction", "project_id",
              pl.lit("the project emitted more than its baseline; the negative figure stands and is in the totals")),
        _flag(spread, "spread_reading", "project_id",
              pl.lit("a reading that crosses months was spread over them by days")),
    ]).unique().sort(COLUMNS)  # fmt: skip


def _flag(rows: pl.DataFrame, code: str, subject: str, message: pl.Expr) -> pl.DataFrame:
    return rows.select(code=pl.lit(code), subject=pl.col(subject), message=message.cast(pl.String))


def _project_flags(book: Holdings, scopes: pl.DataFrame) -> pl.DataFrame:
    projects = book.projects.join(scopes.select("project_id", "province_code", "technology"), on="project_id")
    kind = pl.col("method").replace_strict(book.kinds, return_dtype=pl.String)
    computed = kind == "formula"
    return pl.concat([
        _flag(projects.filter(pl.col("total_investment").is_null() | (pl.col("total_investment") == 0)), "no_denominator",
              "project_id", pl.lit("total investment is missing or 0: no share can be worked out; deliver it")),
        _flag(projects.filter(pl.col("commissioning_date").is_null()), "under_construction", "project_id",
              pl.lit("no commissioning date: nothing is counted as realised")),
        _flag(projects.filter(kind == "planned"), "method_not_in_use", "project_id",
              pl.format("method {} is not in use yet: not estimated", "method")),
        _flag(projects.filter(pl.col("is_mandated_baseline")), "mandated_baseline", "project_id",
              pl.lit("a rule already orders the baseline to end: under PCAF the reduction would be zero or shortened")),
        _flag(projects.filter(pl.col("investment_basis") == "illustrative"), "illustrative_investment", "project_id",
              pl.lit("the total investment is illustrative, not published: no figure built on it is evidence")),
        _flag(projects.filter(computed & pl.col("province_code").is_null()), "unknown_province", "project_id",
              pl.format("province '{}' is unknown: grid factors must be the project's own", "province_or_country")),
        _flag(projects.filter((pl.col("method") == "grid_renewable") & (pl.col("technology") == "unstated")),
              "technology_not_stated", "project_id",
              pl.lit("realisation_type does not say Wind, Solar or Hydro: taken as without a reservoir")),
    ])  # fmt: skip


def _loan_flags(book: Holdings) -> pl.DataFrame:
    lent = book.changes.group_by("loan_id").agg(
        balance_fen=fen("balance_change_amount").sum(), lent=pl.col("disbursed_amount").sum()
    )
    loans = book.loans.join(lent, on="loan_id", how="left", maintain_order="left")
    return pl.concat([
        _flag(loans.filter(pl.col("loan_type") == "working_capital"), "working_capital_excluded", "loan_id",
              pl.lit("a working-capital loan is no project finance: nothing is attributed to it")),
        _flag(loans.filter(pl.col("lent") > pl.col("contract_amount")), "disbursed_above_contract", "loan_id",
              pl.format("{} disbursed against a contract of {}", "lent", "contract_amount")),
        _flag(overdrawn_loans(book.changes), "negative_balance", "loan_id",
              pl.lit("more was repaid than lent on some day: an entry is missing or wrong; the loan has no figure")),
        _flag(loans.filter(pl.col("lent").is_null()), "no_entries", "loan_id",
              pl.lit("the ledger has no entry of this loan")),
        _flag(loans.filter((pl.col("loan_type") == "refinance") & pl.col("crf_field").is_not_null()),
              "refinance_not_new_lending", "loan_id",
              pl.lit("a refinancing under the facility is not new lending and is left out of its disclosure")),
    ])  # fmt: skip


def _reading_flags(book: Holdings, readings: pl.DataFrame) -> pl.DataFrame:
    begun = book.projects.select("project_id", "commissioning_date")
    early = readings.join(begun, on="project_id").filter(pl.col("period_start") < pl.col("commissioning_date"))
    counted = early.group_by("project_id").len()
    return _flag(counted, "reading_before_commissioning", "project_id", pl.format(
        "{} readings begin before the commissioning day; output before that day does not count", "len"))  # fmt: skip


def _missing_readings(book: Holdings, readings: pl.DataFrame, methods: Mapping[str, Method]) -> pl.DataFrame:
    blocked = book.months.filter(pl.col("status") == "blocked_missing_reading")
    spans = blocked.group_by("project_id", "method").agg(
        first=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
        last=pl.col("month_start_date").max().dt.strftime("%Y-%m"), months=pl.len(),
    )  # fmt: skip
    sent = readings.group_by("project_id").agg(sent=pl.col("metric").unique().sort().str.join(", "))
    wanted = {name: " and ".join(" or ".join(g) for g in method.reading_groups) for name, method in methods.items()}
    told = spans.join(sent, on="project_id", how="left").with_columns(
        wanted=pl.col("method").replace_strict(wanted, default="reported_annual_reduction_tco2", return_dtype=pl.String)
    )
    return _flag(told, "missing_reading", "project_id", pl.format(
        "{} months between {} and {} have no complete reading (needed: {}; delivered so far: {})",
        "months", "first", "last", "wanted", pl.col("sent").fill_null("nothing")))  # fmt: skip


def _missing_parameters(book: Holdings, gaps: pl.DataFrame) -> pl.DataFrame:
    if gaps.is_empty():
        return Flag.empty_frame()
    blocked = book.months.filter(pl.col("status") == "blocked_missing_parameter")
    spans = gaps.join(blocked, on=["project_id", "month_start_date"], how="semi").group_by(
        "project_id", "symbol", "parameter_id", "scope", "on_file"
    ).agg(first=pl.col("month_start_date").min(), last=pl.col("month_start_date").dt.month_end().max())  # fmt: skip
    return _flag(spans, "missing_parameter", "project_id", pl.format(
        "no {} for '{}' covers {} to {} (on file: {}); add a row to parameters with that scope and validity",
        "parameter_id", pl.col("scope").fill_null("unknown"), "first", "last", pl.col("on_file").fill_null("none"),
    ))  # fmt: skip


def _unknown_parameters(parameters: pl.DataFrame, kinds: Collection[str]) -> pl.DataFrame:
    unknown = parameters.filter(~pl.col("parameter_id").is_in(list(kinds)))
    return _flag(unknown, "unknown_parameter", "parameter_id",
                 pl.lit("no formula asks for this parameter: it is kept and not used"))  # fmt: skip


