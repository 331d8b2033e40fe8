"""What a person must decide after a night, as sentences that end once it is answered."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from flows.running.run_record import began
from schemas.catalog import Published
from schemas.contract import DataFrame
from schemas.runs import DeliveryRecord, Flag
from schemas.words.statuses import BLOCKED

SHOWN: Final = 20
SHOWN_ROWS: Final = 3
WAITING: Final = (*BLOCKED, "refused")
"""Statuses that a delivery ends."""

ASKING: Final = frozenset({
    "balance_sheet_not_dated", "co_lender_overdrawn", "disbursed_above_contract", "disbursed_far_below_contract",
    "factor_ends_soon", "half_balance_sheet", "impossible_annual_reduction", "metric_in_no_formula",
    "missing_annual_reduction", "missing_exchange_rate", "negative_balance", "reception_time_in_doubt",
    "release_outdated", "same_project_name", "scope_names_nothing", "stratum_unit_not_known", "unknown_parameter",
    "unknown_province", "unknown_species",
})  # fmt: skip
"""Flags that ask for a delivery; they are raised anew each night from what counts."""

ASKING_OF_FILE: Final = ("entry_no_longer_listed", "stated_balance_differs", "total_row_differs")
"""Flags of a file that does not add up; its sender answers with a later one of the same table."""

UNANSWERED: Final = "ops.unanswered_rows"
WITHHELD: Final = "mart.withheld_figures"


def open_matters(read: Published, older: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Return the refused rows without an answer, the projects without a figure, flags and figures that wait.

    read: ops.flags, ops.deliveries and the attributed rows of the last quarter; older: UNANSWERED and WITHHELD, where
    the file has them.
    """
    latest, flags = read["mart.attributed_reductions"], read["ops.flags"]
    waiting = latest.filter(pl.col("status").is_in(WAITING)).unique(["status", "project_id"])
    asking = flags.filter(pl.col("code").is_in(ASKING)).unique(["code", "subject"])
    return {
        "unanswered": _unanswered(older.get(UNANSWERED)),
        "waiting": _named(waiting, "status", "project_id"),
        "asking": _named(asking, "code", "subject"),
        "differing": differing_files(flags, read["ops.deliveries"]),
        "withheld": _withheld(older.get(WITHHELD)),
    }


def differing_files(flags: DataFrame[Flag], deliveries: DataFrame[DeliveryRecord]) -> list[dict[str, Any]]:
    """Return the flags (code, subject, message) of files that do not add up and that no later one has answered.

    A later file of the same sender and table that was read answers it, whatever its name.
    """
    asking = flags.filter(pl.col("code").is_in(ASKING_OF_FILE))
    files = deliveries.select("source_file", "sender", "delivered_table", "received_at")
    read = deliveries.filter(pl.col("delivery_status") == "read")
    newest = read.group_by("sender", "delivered_table").agg(newest_at=pl.col("received_at").max())
    dated = files.group_by("source_file", "sender", "delivered_table").agg(pl.col("received_at").max())
    answered = dated.join(newest, on=["sender", "delivered_table"], nulls_equal=True).filter(
        pl.col("newest_at") > pl.col("received_at")
    )
    left = asking.join(answered, left_on="subject", right_on="source_file", how="anti")
    return left.select("code", "subject", "message").unique().sort("subject", "code", "message").to_dicts()


def refused_files(deliveries: DataFrame[DeliveryRecord]) -> list[dict[str, Any]]:
    """Return the files, sheets and members (source_file, reason) that could not be read and have not been since.

    A later one of the same name that was read answers it; a workbook or archive, also one of its parts that was: what
    is refused of the others is listed by itself.
    """
    latest = deliveries.sort("received_at").unique("source_file", keep="last", maintain_order=True)
    read = latest.filter(pl.col("delivery_status") == "read", pl.col("delivery_id").str.contains("-"))
    parts = read.select("source_file", "received_at").rows()

    def is_answered(file: str, received_at: dt.datetime) -> bool:
        return any(name.startswith((f"{file}#", f"{file}/")) and at > received_at for name, at in parts)

    refused = latest.filter(pl.col("delivery_status") == "refused").to_dicts()
    return [
        {"source_file": one["source_file"], "reason": one["reason"]}
        for one in refused
        if not is_answered(one["source_file"], one["received_at"])
    ]


def _unanswered(refused: pl.DataFrame | None) -> list[dict[str, Any]]:
    """By file: how many refused rows wait, and the first of them with their reasons."""
    if refused is None:
        return []
    rows = refused.filter(pl.col("source_row").is_not_null())
    first = pl.format("line {}: {}", "source_row", "reason")
    by_file = rows.sort("source_file", "source_row").group_by("source_file", maintain_order=True)
    return by_file.agg(rows=pl.len(), first=first.head(SHOWN_ROWS)).to_dicts()


def _withheld(figures: pl.DataFrame | None) -> list[dict[str, Any]]:
    if figures is None:
        return []
    open_ones = figures.filter(~pl.col("is_released")).sort("project_id", "month_start_date")
    by_project = open_ones.group_by("project_id", maintain_order=True).agg(
        months=pl.len(), first=pl.col("month_start_date").cast(pl.String).first(), evidence=pl.col("evidence").first()
    )
    return by_project.to_dicts()


def _named(rows: pl.DataFrame, by: str, name: str) -> list[dict[str, Any]]:
    return rows.sort(by, name).group_by(by, maintain_order=True).agg(names=pl.col(name)).to_dicts()


def listed(names: list[str], nothing: str, more_in: str) -> str:
    """Return the first names, and how many more there are and where."""
    shown = ", ".join(names[:SHOWN]) or nothing
    more = len(names) - SHOWN
    return f"{shown} and {more} more in {more_in}" if more > 0 else shown


def sentences(run: dict[str, Any] | None, published: dict[str, Any] | None) -> list[str]:
    """Return a sentence for each matter that waits for a person; none where none is needed."""
    needs = [*_of_run(run, published)]
    return [*needs, *_of_files(published), *_of_figures(published)] if published else needs


def clock_matters(run: dict[str, Any] | None, before: dict[str, Any] | None, now: dt.datetime) -> list[str]:
    """Return how the clock jumped: the last run began before the run before it, or after now."""
    if run is None:
        return []
    jumps = []
    if before and began(run) < began(before):
        jumps.append(f"which is before the run before it ({before['run_id']}, at {before['started_at']})")
    if began(run) > now:
        jumps.append(f"which is still to come (it is {now.isoformat(timespec='seconds')} now)")
    return [
        f"the clock jumped: the last run ({run['run_id']}) began at {run['started_at']}, {jump}; set the clock"
        for jump in jumps
    ]


def _of_run(run: dict[str, Any] | None, published: dict[str, Any] | None) -> list[str]:
    if run is None:
        return ["no run yet: greenloan nightly"]
    passed = [f"{one['path']} was passed over: {one['reason']}" for one in run.get("passed_over", [])]
    passed += [f"healed in the landing: {one}; find out who wrote there" for one in run.get("healed", [])]
    if run["outcome"] == "published":
        return passed
    ended = f"the last run ({run['run_id']}) ended '{run['outcome']}': {run['message'] or 'it was interrupted'}"
    if published and published["run_id"] == run["run_id"]:
        ended += "; its figures are published, its documents are not whole: greenloan nightly again, or disclose"
    return [ended, *passed]


def _of_files(published: dict[str, Any]) -> list[str]:
    return [
        *(
            f"{total['lender']} counts otherwise on {total['date']}: {total['difference_loan_count']} loan(s), "
            f"{total['difference_balance']} in money; compare its list with ours: "
            + listed(total["loans"], "no loan has a balance", "ops.reconciliation_loans")
            for total in published["unreconciled"]
        ),
        *(
            f"{file['source_file']} was refused whole: {file['reason'].splitlines()[0]}"
            for file in published["refused_files"]
        ),
        *_of_lost(published["lost"]),
        *(
            f"{flag['subject']} does not add up, {flag['code']}: {flag['message']}; send it corrected"
            for flag in published["differing"]
        ),
        *(
            f"{file['rows']} refused row(s) of {file['source_file']} wait for corrected ones: "
            + listed(file["first"], "", "ops.rejected_rows")
            for file in published["unanswered"]
        ),
    ]


def _of_lost(lost: list[dict[str, Any]]) -> list[str]:
    """One sentence for all files: which of them a figure rested on is not known any more."""
    behind = [file for file in lost if file["moved"]]
    projects = sorted({project for file in behind for project in file["moved"]})
    if not behind:
        return []
    files = listed([file["subject"] for file in behind], "", "ops.deliveries")
    sentence = (
        f"published figures moved of {listed(projects, '', 'ops.restatements')}, which may rest on what is declared "
        f"lost ({files}): let its sender state the rows anew, or inform those who read the figures"
    )
    return [sentence]


def _of_figures(published: dict[str, Any]) -> list[str]:
    return [
        *(
            f"the figures of {one['project_id']} are withheld in {one['months']} month(s) from {one['first']}: "
            f"{one['evidence']}; correct the readings or send a release"
            for one in published["withheld"]
        ),
        *(
            f"{len(one['names'])} project(s) without a figure in {published['period']}, {one['status']}: "
            + listed(one["names"], "", "mart.attributed_reductions")
            + f"; ops.flags says {'why' if one['status'] == 'refused' else 'what is missing'}"
            for one in published["waiting"]
        ),
        *(f"{one['code']}: {listed(one['names'], '', 'ops.flags')}" for one in published["asking"]),
    ]
