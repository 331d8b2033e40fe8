"""Figures of any period as the command line answers them: rows, coverage and the flags that concern them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from schemas.between.attribution import Attributed
from schemas.between.ground import FlagFacts
from schemas.contract import DataFrame, conform, stacked, unchecked
from schemas.deliveries import Project
from schemas.runs import Flag
from schemas.words.bases import AVERAGE_BASES
from transforms.answers.summaries import BY, coverage, summarise
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN, Rule, rule_of
from transforms.attribution.shares import attribute
from transforms.flags.loans import balance_before_operation
from transforms.flags.missing_readings import readings_missing_within
from transforms.flags.period import exchange_flags, promise_flags, unconfirmed_flags, window_flags
from transforms.flags.unknown_shares import CODES as OF_SHARES
from transforms.flags.unknown_shares import unknown_shares
from transforms.ground.calendar import Period
from transforms.ground.flag_rows import COLUMNS, DAYS, Notice, about, no_flags, notice, noticed, with_sentences
from transforms.ground.sentences import Sentences

DATED_FLAGS: Final = {
    "missing_parameter": "blocked_missing_parameter",
    "under_construction": "under_construction",
}
"""Standing flags that concern a figure only where its status says so: the reason may lie in other months."""

ABOUT_TABLES: Final = ["claimed_beyond_one", "rate_and_stock", "balance_before_operation"]
"""Standing flags about tables side by side, or about a calendar year; a figure has those of its own period already."""


class BookFlags(NamedTuple):
    """The standing flags of a book, the sentences of those that a period adds to them, and the names of readings."""

    standing: DataFrame[Flag]
    sentences: Sentences
    reading_names: Mapping[str, str]


def figures(holdings: Holdings, flags: BookFlags, period: Period, basis: str, by: str) -> dict[str, Any]:
    """Return {"from", "to", "basis", "rows", "coverage_ratio", "flags"}; each row with its own flag codes."""
    rule = PLAIN[basis]
    notes = notes_of([("basis disbursed", notice("annual_rate"))] if rule.is_annual else [], flags.sentences)
    return _with_notes({"basis": basis}, notes, _answer(holdings, flags, period, rule, by))


def profile_figures(
    holdings: Holdings, flags: BookFlags, period: Period, profile: Mapping[str, Any], by: str
) -> dict[str, Any]:
    """Return the same under a profile (a row of schemas.reference.Profile), with its name and what its tonnes are."""
    rule = rule_of(profile)
    named = {"basis": rule.basis, "profile": profile["profile"], "quantity": rule.reduction}
    subject = f"profile {profile['profile']}"
    notes = [notice("annual_rate", wording="annual_rate_of_a_profile")] if rule.is_annual else []
    unconfirmed = profile["unconfirmed"], profile["unconfirmed_zh"]
    notes += [notice("profile_unconfirmed", what=unconfirmed)] if profile["unconfirmed"] else []
    beside = notes_of([(subject, note) for note in notes], flags.sentences)
    return _with_notes(named, beside, _answer(holdings, flags, period, rule, by))


def notes_of(notices: Iterable[tuple[str, Notice]], sentences: Sentences) -> list[dict[str, str]]:
    """Return what an answer says beside the flags of the book."""
    return with_sentences(noticed(notices), sentences).select("code", "subject", "message").to_dicts()


def _with_notes(named: dict[str, str], notes: list[dict[str, str]], answer: dict[str, Any]) -> dict[str, Any]:
    days = {"from": answer.pop("from"), "to": answer.pop("to")}
    return {**days, **named, **answer, "flags": [*notes, *answer["flags"]]}


def _answer(holdings: Holdings, of_book: BookFlags, period: Period, rule: Rule, by: str) -> dict[str, Any]:
    rows = attribute(holdings, period, rule)
    flags = _flags(holdings, of_book, rows, period, rule)
    behind = holdings.confirmations.filter(pl.col("confirmed_to_date") < period.last)["loan_id"]
    marked = rows.with_columns(is_behind=pl.col("loan_id").is_in(behind.implode()))
    summary = summarise(rows, by)
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "rows": _answered(summary, by, marked, flags),
        "coverage_ratio": coverage(rows),
        "flags": flags.drop("message_zh", *DAYS).to_dicts(),
    }


def _flags(
    holdings: Holdings, of_book: BookFlags, rows: DataFrame[Attributed], period: Period, rule: Rule
) -> DataFrame[Flag]:
    """Return the flags whose subject is a loan or project of the rows."""
    statuses = rows.select("project_id", "status").unique()
    dated = pl.DataFrame({"code": list(DATED_FLAGS), "status": list(DATED_FLAGS.values())})
    standing = of_book.standing.filter(about(period))
    on_projects = standing.join(rows.select(subject="project_id").unique(), on="subject", how="semi")
    timeless = on_projects.filter(~pl.col("code").is_in([*DATED_FLAGS, *ABOUT_TABLES, *OF_SHARES, "missing_reading"]))
    current = on_projects.join(dated, on="code").join(
        statuses, left_on=["subject", "status"], right_on=["project_id", "status"], how="semi"
    )
    early = balance_before_operation(holdings, period) if rule.basis in AVERAGE_BASES else no_flags()
    with_figure = rows.drop_nulls("attributed_reductions_tco2e").select(subject="loan_id")
    own = standing.filter(~pl.col("code").is_in(ABOUT_TABLES))
    on_loans = own.join(rows.select(subject="loan_id"), on="subject", how="semi")
    of_period: list[DataFrame[FlagFacts]] = [
        window_flags(rows, holdings, period),
        exchange_flags(rows, holdings),
        unconfirmed_flags(rows, holdings.confirmations, period.last),
        readings_missing_within(
            _waiting(rows, holdings), holdings.months, holdings.completeness, period, of_book.reading_names
        ),
        promise_flags(rows if rule.is_annual else rows.clear(), holdings.projects),
        unknown_shares(holdings, (period,)).join(rows, left_on="subject", right_on="project_id", how="semi"),
        early.join(with_figure, on="subject", how="semi"),
    ]
    parts = [with_sentences(stacked(of_period), of_book.sentences), timeless, unchecked(current, Flag), on_loans]
    return stacked(conform(part, Flag) for part in parts).unique().sort(COLUMNS)


def _waiting(rows: DataFrame[Attributed], holdings: Holdings) -> DataFrame[Project]:
    """Return the projects of which a reading of the period is missing."""
    blocked = rows.filter(pl.col("status") == "blocked_missing_reading")
    return holdings.projects.join(blocked, on="project_id", how="semi")


def _answered(summary: pl.DataFrame, by: str, rows: pl.DataFrame, flags: DataFrame[Flag]) -> list[dict[str, Any]]:
    """Return the rows of the answer: each key's figures, with how many projects, statuses and flags are behind them."""
    keys = BY[by] or ["portfolio"]
    keyed, figured = (table if BY[by] else table.with_columns(portfolio=pl.lit("all")) for table in (rows, summary))
    behind = (
        keyed.group_by(keys).agg(project_count=pl.col("project_id").n_unique()),
        keyed.group_by(*keys, "status").len().sort("status").group_by(keys).agg(statuses=pl.struct("status", "len")),
        _codes(keyed, keys, flags),
    )
    for table in behind:
        figured = figured.join(table, on=keys, how="left", maintain_order="left", nulls_equal=True)
    return [_row(row, keys) for row in figured.iter_rows(named=True)]


def _codes(rows: pl.DataFrame, keys: list[str], flags: DataFrame[Flag]) -> pl.DataFrame:
    """Return keys, flags: the codes about the key's projects and loans, and its lenders where they are behind."""
    parts = [rows.select(*keys, subject=name) for name in ("project_id", "loan_id")]
    parts.append(rows.filter("is_behind").select(*keys, subject="lender"))
    about_it = pl.concat(parts).join(flags.select("code", "subject").unique(), on="subject")
    return about_it.group_by(keys).agg(flags=pl.col("code").unique().sort())


def _row(row: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    balance = row["balance_cny"]
    return {
        **{key: row[key] for key in keys},
        "project_count": row["project_count"],
        "emission_reductions_tco2e": row["emission_reductions_tco2e"],
        "attribution_factor_ratio": row["attribution_factor_ratio"],
        "attributed_reductions_tco2e": row["attributed_reductions_tco2e"],
        "balance_cny": None if balance is None else float(balance),
        "status": row["status"],
        "statuses": {one["status"]: one["len"] for one in row["statuses"]},
        "coverage_ratio": row["coverage_ratio"],
        "flags": row["flags"] or [],
    }
