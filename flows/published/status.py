"""What `greenloan status` answers: the last run, what was refused, and what needs a person."""

import datetime as dt
import os
import unicodedata
from typing import Any, Final

import polars as pl

from flows.home.settings import Home
from flows.home.writing import is_closed, misplaced
from flows.published.documents.restating import waiting_documents
from flows.published.kinds.kinds import Lang
from flows.published.needs import clock_matters, open_matters, outcome_of, refused_files, restatement_waits, sentences
from flows.published.wording import Wording
from flows.running.run_record import last_run
from flows.warehouse.connection import connect
from flows.warehouse.reading import tables_of
from schemas.catalog import Published
from schemas.contract import DataFrame
from schemas.disclosures import EditionEntry, SignOffEntry
from schemas.errors import EnvironmentFailure
from schemas.runs import LOST, DeliveryRecord, Flag, Restatement
from schemas.words.editions import WHOLE

OF_STATUS: Final = (
    "ops.runs",
    "ops.rejected_rows",
    "mart.attributed_reductions",
    "ops.flags",
    "ops.deliveries",
    "ops.reconciliation",
    "ops.reconciliation_loans",
    "ops.restatements",
    "ops.unanswered_rows",
    "mart.withheld_figures",
    "ops.editions",
    "ops.sign_offs",
)
MESSAGES: Final = ("message", "message_zh")
STATUS_COLUMNS: Final[dict[Lang, int]] = {"en": 28, "zh": 40}
"""How wide the names of statuses are printed."""

LATEST: Final = (
    "basis = 'period_end' AND period_to_date = (SELECT max(period_to_date) FROM mart.attributed_reductions "
    "WHERE basis = 'period_end' AND contains(period, 'Q') "
    "AND period_from_date <= (SELECT reaches_to_date FROM ops.runs)) AND contains(period, 'Q')"
)
"""The rows of the last quarter that the data reach into: one of many millions of a large book."""


def answer_status(home: Home, now: dt.datetime, lang: Lang = "en") -> dict[str, Any]:
    """Return the last run, the published state, refused rows, coverage, and what needs a person (in the language)."""
    wording = Wording(lang)
    run, before, damaged = last_run(home.runs)
    published, problems = None, [wording("record_damaged", path=path) for path in damaged]
    if (place := misplaced(home)) in {home.runs, home.runs.parent}:
        problems.append(wording("runs_not_a_folder", place=place))
    elif is_closed(home):
        problems.append(wording("runs_closed", place=home.runs))
    try:
        published = _published_state(home) if os.path.lexists(home.warehouse) else None
    except EnvironmentFailure as error:
        part = ": ".join(dict.fromkeys([str(home.warehouse), error.where]))
        problems.append(wording("published_unreadable", place=part, what=error.what, remedy=error.remedy))
    documents = [restatement_waits(one, home.waiting, wording) for one in waiting_documents(home)]
    needs = [*problems, *clock_matters(run, before, now, wording), *sentences(run, published, wording), *documents]
    return {"last_run": run, "published": published, "needs_a_person": needs}


def _published_state(home: Home) -> dict[str, Any]:
    with connect(home.warehouse) as connection:
        read = tables_of(connection, *OF_STATUS, rows={"mart.attributed_reductions": LATEST})
    run, refused = read["ops.runs"].to_dicts()[0], read["ops.rejected_rows"]
    latest, flags = read["mart.attributed_reductions"], read["ops.flags"]
    return {
        "warehouse": str(home.warehouse),
        "run_id": run["run_id"],
        "snapshot_id": run["snapshot_id"],
        "known_at": run["known_at"].isoformat(),
        "rows_accepted_count": run["rows_accepted_count"],
        "rows_refused_count": run["rows_refused_count"],
        "refused_files": refused_files(read["ops.deliveries"], refused),
        "unreconciled": _unreconciled(read),
        "refused": refused.group_by("source_file", "rule").len().sort("source_file", "rule").to_dicts(),
        "period": latest["period"].first(),
        "balance_by_status": _balance_by_status(latest),
        "flags": flags.group_by("code").len().sort("code").to_dicts(),
        **open_matters(read),
        "lost_editions": _lost(read["ops.editions"], "edition_number", "edition_state"),
        "lost_sign_offs": _lost(read["ops.sign_offs"], "sign_off_number", "sign_off_state"),
        "lost": lost_files(flags, read["ops.deliveries"], read["ops.restatements"]),
        "restated": flags.filter(pl.col("code") == "restated").select("subject", *MESSAGES).to_dicts(),
    }


def lost_files(
    flags: DataFrame[Flag], deliveries: DataFrame[DeliveryRecord], restatements: DataFrame[Restatement]
) -> list[dict[str, Any]]:
    """What a person has declared lost stays in sight: subject, messages, and the projects with moved figures.

    moved: projects that may lack its rows, and of which a published figure was restated after it was received.
    """
    lost = deliveries.filter(pl.col("delivery_status") == LOST)
    received = lost.group_by(subject="source_file").agg(received_at=pl.col("received_at").min())
    found = flags.filter(pl.col("code") == "delivery_lost").select("subject", *MESSAGES).unique()
    restated = restatements.group_by(project="subject").agg(since=pl.col("since").max())
    touched = found.rename({"subject": "project"}).join(restated, on="project")
    files = found.join(received, on="subject")
    moved = files.join(touched, on="message").filter(pl.col("since") > pl.col("received_at"))
    by_file = moved.group_by("subject", "message").agg(moved=pl.col("project").sort())
    return (
        files.drop("received_at")
        .join(by_file, on=["subject", "message"], how="left")
        .sort("subject", "message")
        .with_columns(pl.col("moved").fill_null([]))
        .to_dicts()
    )


def _lost(record: DataFrame[EditionEntry] | DataFrame[SignOffEntry], number: str, state: str) -> list[dict[str, Any]]:
    """What lies under disclosures/ no more as it was recorded."""
    lost = record.filter(pl.col(state) != WHOLE)
    return lost.select(document="document_name", number=number, state=state).to_dicts()


def _unreconciled(read: Published) -> list[dict[str, Any]]:
    """The control totals that differ, to the cent, and the loans that the book has on that day."""
    key = ["lender", "date", "currency"]
    balance = pl.format("{} {}", "loan_id", "closing_balance")
    loans = read["ops.reconciliation_loans"].sort(*key, "loan_id").group_by(key, maintain_order=True).agg(loans=balance)
    differing = read["ops.reconciliation"].filter(~pl.col("is_reconciled")).join(loans, on=key, how="left")
    return (
        differing.sort(key)
        .select(*key, "difference_loan_count", "difference_balance", pl.col("loans").fill_null([]))
        .to_dicts()
    )


def _balance_by_status(rows: pl.DataFrame) -> list[dict[str, Any]]:
    money = pl.col("balance_cny").cast(pl.Float64)
    by_status = rows.group_by("status").agg(
        loan_count=pl.len(), balance_cny=pl.when(money.null_count() == 0).then(money.sum())
    )
    return by_status.sort("balance_cny", descending=True, nulls_last=True).to_dicts()


def status_text(status: dict[str, Any], lang: Lang = "en") -> str:
    """Return the status for the eye."""
    wording = Wording(lang)
    run, published, needs = status["last_run"], status["published"], status["needs_a_person"]
    lines = [_run_line(run, wording)] if run else []
    if published:
        lines += _published_lines(published, wording)
    last = [wording("needs_a_person"), *(f"  - {need}" for need in needs)] if needs else [wording("needs_nobody")]
    return "\n".join([*lines, *last])


def _run_line(run: dict[str, Any], wording: Wording) -> str:
    seconds = f"{sum(run['stages'].values()):.1f}"
    return wording(
        "line_run", run=run["run_id"], outcome=outcome_of(run, wording), known_at=run["known_at"], seconds=seconds
    )


def _published_lines(published: dict[str, Any], wording: Wording) -> list[str]:
    return [
        wording("line_published", warehouse=published["warehouse"]),
        wording("line_snapshot", snapshot=published["snapshot_id"], known_at=published["known_at"]),
        wording("line_rows", accepted=published["rows_accepted_count"], refused=published["rows_refused_count"]),
        *(
            wording("line_refused", count=one["len"], rule=one["rule"], file=one["source_file"])
            for one in published["refused"]
        ),
        wording("line_balance", period=published["period"]),
        *(_balance_line(one, wording) for one in published["balance_by_status"]),
        *(wording("line_lost", message=wording.own(one, "message")) for one in published["lost"]),
        *(
            wording("line_restated", subject=one["subject"], message=wording.own(one, "message"))
            for one in published["restated"]
        ),
        wording("line_flags", flags=", ".join(f"{one['len']} {one['code']}" for one in published["flags"])),
    ]


def _balance_line(one: dict[str, Any], wording: Wording) -> str:
    cny = one["balance_cny"]
    balance = wording("balance_not_known") if cny is None else f"{cny:,.2f}"
    return wording(
        "line_status",
        status=_padded(wording(f"status_{one['status']}"), wording.lang),
        count=f"{one['loan_count']:>5}",
        balance=f"{balance:>20}",
    )


def _padded(text: str, lang: Lang) -> str:
    """The text as wide as the column of statuses; a Chinese sign is as wide as two others."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return text.ljust(STATUS_COLUMNS[lang] - wide)
