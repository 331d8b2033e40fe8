"""What a person must decide after a night, as sentences that end once it is answered."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.published.documents.restating import Waiting
from flows.published.wording import SENTENCES, Wording
from flows.running.run_record import INTERRUPTED, began
from schemas.catalog import Published
from schemas.contract import DataFrame
from schemas.runs import DeliveryRecord, Flag, RejectedRow
from schemas.words.statuses import BLOCKED
from transforms.ground.sentences import in_both

SHOWN: Final = 20
SHOWN_ROWS: Final = 3
BELOW: Final = "\n    "
"""What a matter is made of is printed below it."""
ENDED: Final = "ended_"
"""How the sentences of errors that end a run are named."""

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


def open_matters(read: Published) -> dict[str, Any]:
    """Return the refused rows without an answer, the projects without a figure, flags and figures that wait.

    read: ops.flags, ops.deliveries, ops.unanswered_rows, mart.withheld_figures and the attributed rows of the last
    quarter.
    """
    latest, flags = read["mart.attributed_reductions"], read["ops.flags"]
    waiting = latest.filter(pl.col("status").is_in(WAITING)).unique(["status", "project_id"])
    asking = flags.filter(pl.col("code").is_in(ASKING)).unique(["code", "subject"])
    return {
        "unanswered": _unanswered(read["ops.unanswered_rows"]),
        "waiting": _named(waiting, "status", "project_id"),
        "asking": _named(asking, "code", "subject"),
        "differing": differing_files(flags, read["ops.deliveries"]),
        "withheld": _withheld(read["mart.withheld_figures"]),
    }


def differing_files(flags: DataFrame[Flag], deliveries: DataFrame[DeliveryRecord]) -> list[dict[str, Any]]:
    """Return the flags (code, subject, messages) of files that do not add up and that no later one has answered.

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
    columns = ["subject", "code", "message", "message_zh"]
    return left.select(columns).unique().sort(columns).to_dicts()


def refused_files(deliveries: DataFrame[DeliveryRecord], rejected: DataFrame[RejectedRow]) -> list[dict[str, Any]]:
    """Return the files, sheets and members (source_file, reasons) that could not be read and have not been since.

    A later one of the same name that was read answers it; a workbook or archive, also one of its parts that was: what
    is refused of the others is listed by itself.
    """
    latest = deliveries.sort("received_at").unique("source_file", keep="last", maintain_order=True)
    read = latest.filter(pl.col("delivery_status") == "read", pl.col("delivery_id").str.contains("-"))
    parts = read.select("source_file", "received_at").rows()

    def is_answered(file: str, received_at: dt.datetime) -> bool:
        return any(name.startswith((f"{file}#", f"{file}/")) and at > received_at for name, at in parts)

    whole = rejected.filter(pl.col("source_row").is_null()).unique("delivery_id", keep="first", maintain_order=True)
    in_chinese = pl.coalesce("reason_zh", "reason").alias("reason_zh")
    refused = latest.filter(pl.col("delivery_status") == "refused").join(
        whole.select("delivery_id", "reason_zh"), on="delivery_id", how="left", maintain_order="left"
    )
    return [
        {name: one[name] for name in ("source_file", "reason", "reason_zh")}
        for one in refused.with_columns(in_chinese).to_dicts()
        if not is_answered(one["source_file"], one["received_at"])
    ]


def _unanswered(refused: pl.DataFrame) -> list[dict[str, Any]]:
    """By file: how many refused rows wait, and the first of them with their reasons."""
    rows = refused.filter(pl.col("source_row").is_not_null())
    first, first_zh = in_both(SENTENCES["row_refused"], line="source_row", reason=("reason", "reason_zh"))
    by_file = rows.sort("source_file", "source_row").group_by("source_file", maintain_order=True)
    shown = {"first": first.head(SHOWN_ROWS), "first_zh": first_zh.head(SHOWN_ROWS)}
    return by_file.agg(rows=pl.len(), **shown).to_dicts()


def _withheld(figures: pl.DataFrame) -> list[dict[str, Any]]:
    open_ones = figures.filter(~pl.col("is_released")).sort("project_id", "month_start_date")
    by_project = open_ones.group_by("project_id", maintain_order=True).agg(
        pl.col("evidence", "evidence_zh").first(),
        months=pl.len(),
        first=pl.col("month_start_date").cast(pl.String).first(),
    )
    return by_project.to_dicts()


def _named(rows: pl.DataFrame, by: str, name: str) -> list[dict[str, Any]]:
    return rows.sort(by, name).group_by(by, maintain_order=True).agg(names=pl.col(name)).to_dicts()


def listed(names: list[str], more_in: str, wording: Wording) -> str:
    """Return the first names, and how many more there are and where."""
    shown, more = wording.joined(names[:SHOWN]), len(names) - SHOWN
    return wording("list_more", shown=shown, count=more, table=more_in) if more > 0 else shown


def sentences(run: dict[str, Any] | None, published: dict[str, Any] | None, wording: Wording) -> list[str]:
    """Return a sentence for each matter that waits for a person; none where none is needed."""
    needs = _of_run(run, published, wording)
    return [*needs, *_of_files(published, wording), *_of_figures(published, wording)] if published else needs


def restatement_waits(waits: Waiting, folder: Path, wording: Wording) -> str:
    """Return what a person has to read before a document is issued anew."""
    return wording(
        "restatement_waits",
        document=waits.document,
        number=waits.signed_number,
        count=waits.changes_count,
        threshold=waits.threshold,
        label=waits.label,
        before=waits.before,
        after=waits.after,
        path=folder / waits.report / waits.period,
    )


def clock_matters(
    run: dict[str, Any] | None, before: dict[str, Any] | None, now: dt.datetime, wording: Wording
) -> list[str]:
    """Return how the clock jumped: the last run began before the run before it, or after now."""
    if run is None:
        return []
    name, at = run["run_id"], run["started_at"]
    jumps = []
    if before and began(run) < began(before):
        earlier, earlier_at = before["run_id"], before["started_at"]
        jumps.append(wording("clock_before_last_run", run=name, began=at, before=earlier, before_began=earlier_at))
    if began(run) > now:
        jumps.append(wording("clock_after_now", run=name, began=at, now=now.isoformat(timespec="seconds")))
    return jumps


def _of_run(run: dict[str, Any] | None, published: dict[str, Any] | None, wording: Wording) -> list[str]:
    if run is None:
        return [wording("no_run")]
    passed = [wording("passed_over", path=one["path"], reason=one["reason"]) for one in run.get("passed_over", [])]
    passed += [wording("healed", place=one) for one in run.get("healed", [])]
    if run["outcome"] == "published":
        return passed
    ended = wording("run_ended", run=run["run_id"], outcome=outcome_of(run, wording), message=_ending(run, wording))
    if published and published["run_id"] == run["run_id"]:
        ended = wording("run_ended_published", ended=ended)
    return [ended, *passed]


def outcome_of(run: dict[str, Any], wording: Wording) -> str:
    """Return what became of a run, in the language."""
    outcome = run["outcome"].replace(" ", "_")
    return wording(f"outcome_{outcome}") if f"outcome_{outcome}" in SENTENCES else str(run["outcome"])


def _ending(run: dict[str, Any], wording: Wording) -> str:
    """Why a run did not publish: the gates that failed, or the error that ended it, in the language."""
    failed = [one for one in run["gates"] if not one["is_passed"] and not one["is_accepted_by_hand"]]
    if run["outcome"] != "refused" or not failed:
        return _error(run, wording)
    seen = [
        wording(
            "gate_failed",
            gate=one["gate"],
            expected=wording.own(one, "expected"),
            observed=wording.own(one, "observed"),
        )
        for one in failed
    ]
    return wording("gates_failed", count=len(failed), gates="\n".join(seen).replace("\n", BELOW))


def _error(run: dict[str, Any], wording: Wording) -> str:
    """What ended the run: in English the words of the error, else a sentence of ours, or its kind and those words."""
    message, error = run["message"], run.get("error", {})
    if message and (wording.lang == "en" or not (error or message == INTERRUPTED)):
        return str(message)
    if not error:
        return wording("run_interrupted")
    what = wording.of(error.get("what", ""), ENDED)
    if what != error.get("what", ""):
        return wording("ending_worded", what=what, where=error["where"])
    is_ours = f"kind_{error['kind']}" in SENTENCES
    kind = wording(f"kind_{error['kind']}") if is_ours else wording("kind_other")
    return wording("ending_quoted", kind=kind, message=message)


def _of_files(published: dict[str, Any], wording: Wording) -> list[str]:
    return [
        *(_unreconciled(total, wording) for total in published["unreconciled"]),
        *(
            wording("file_refused", file=file["source_file"], reason=wording.own(file, "reason").splitlines()[0])
            for file in published["refused_files"]
        ),
        *_of_lost(published["lost"], wording),
        *(
            wording("lost_edition", document=one["document"], number=one["number"])
            for one in published["lost_editions"]
        ),
        *(
            wording("lost_sign_off", document=one["document"], number=one["number"])
            for one in published["lost_sign_offs"]
        ),
        *(
            wording("file_differs", file=flag["subject"], code=flag["code"], message=wording.own(flag, "message"))
            for flag in published["differing"]
        ),
        *(_rows_of(file, wording) for file in published["unanswered"]),
    ]


def _unreconciled(total: dict[str, Any], wording: Wording) -> str:
    return wording(
        "unreconciled",
        lender=total["lender"],
        date=total["date"],
        loan_count=total["difference_loan_count"],
        balance=total["difference_balance"],
        loans=listed(total["loans"], "ops.reconciliation_loans", wording) or wording("unreconciled_without_loans"),
    )


def _rows_of(file: dict[str, Any], wording: Wording) -> str:
    first = listed(wording.own_texts(file, "first"), "ops.rejected_rows", wording)
    return wording("rows_unanswered", count=file["rows"], file=file["source_file"], first=first)


def _of_lost(lost: list[dict[str, Any]], wording: Wording) -> list[str]:
    """One sentence for all files: which of them a figure rested on is not known any more."""
    behind = [file for file in lost if file["moved"]]
    if not behind:
        return []
    projects = sorted({project for file in behind for project in file["moved"]})
    return [
        wording(
            "moved_by_lost_files",
            projects=listed(projects, "ops.restatements", wording),
            files=listed([file["subject"] for file in behind], "ops.deliveries", wording),
        )
    ]


def _of_figures(published: dict[str, Any], wording: Wording) -> list[str]:
    return [
        *(
            wording(
                "figures_withheld",
                project=one["project_id"],
                count=one["months"],
                first=one["first"],
                evidence=wording.own(one, "evidence"),
            )
            for one in published["withheld"]
        ),
        *(
            wording(
                "without_figure_refused" if one["status"] == "refused" else "without_figure_blocked",
                count=len(one["names"]),
                period=published["period"],
                status=wording(f"status_{one['status']}"),
                projects=listed(one["names"], "mart.attributed_reductions", wording),
            )
            for one in published["waiting"]
        ),
        *(
            wording("flag_asks", code=one["code"], subjects=listed(one["names"], "ops.flags", wording))
            for one in published["asking"]
        ),
    ]
