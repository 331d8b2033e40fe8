"""What waits for a person ends once it is answered, and not before."""

import datetime as dt

import polars as pl

from flows.published.needs import differing_files, sentences

JANUARY, FEBRUARY = (dt.datetime(2026, month, 5, 2, tzinfo=dt.UTC) for month in (1, 2))


def delivered(*files: tuple[str, str, str, dt.datetime, str]) -> pl.DataFrame:
    columns = ["source_file", "sender", "delivered_table", "received_at", "delivery_status"]
    return pl.DataFrame(files, schema=columns, orient="row")


def flagged(*files: str, code: str = "total_row_differs") -> pl.DataFrame:
    return pl.DataFrame({"code": code, "subject": list(files), "message": "line 9 states 10, the rows sum to 9"})


FIRST = ("icbc/list_1.xlsx", "icbc", "ledger", JANUARY, "read")


def test_a_file_that_does_not_add_up_waits_for_its_sender() -> None:
    of_another = ("ccb/list_2.xlsx", "ccb", "ledger", FEBRUARY, "read")
    of_other_rows = ("icbc/loans.csv", "icbc", "loans", FEBRUARY, "read")
    refused = ("icbc/list_2.xlsx", "icbc", "ledger", FEBRUARY, "refused")
    waiting = differing_files(flagged("icbc/list_1.xlsx"), delivered(FIRST, of_another, of_other_rows, refused))
    assert [flag["subject"] for flag in waiting] == ["icbc/list_1.xlsx"]


def test_a_later_file_of_the_same_table_answers_it() -> None:
    second = ("icbc/list_2.xlsx", "icbc", "ledger", FEBRUARY, "read")
    both = flagged("icbc/list_1.xlsx", "icbc/list_2.xlsx", code="stated_balance_differs")
    waiting = differing_files(both, delivered(FIRST, second))
    assert [flag["subject"] for flag in waiting] == ["icbc/list_2.xlsx"]


def test_a_flag_of_no_file_is_no_matter_of_files() -> None:
    assert differing_files(flagged("P1", code="single_survey"), delivered(FIRST)) == []


def interrupted(identifier: str) -> dict[str, object]:
    return {"run_id": identifier, "outcome": "failed", "message": "interrupted"}


def test_of_a_run_that_ended_after_it_published_the_figures_are_not_called_lost() -> None:
    waiting = {"waiting": [], "asking": [], "differing": [], "withheld": [], "unanswered": [], "unreconciled": []}
    published = {"run_id": "night", "refused_files": [], "period": "2025Q4", **waiting}
    (of_this,) = sentences(interrupted("night"), published)
    (of_a_later,) = sentences(interrupted("later"), published)
    assert of_this == (
        "the last run (night) ended 'failed': interrupted; its figures are published, its documents are not whole: "
        "greenloan nightly again, or disclose"
    )
    assert of_a_later == "the last run (later) ended 'failed': interrupted"
