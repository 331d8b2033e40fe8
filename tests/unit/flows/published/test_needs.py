"""What waits for a person ends once it is answered, and not before."""

import datetime as dt

import polars as pl
import pytest

from flows.published.needs import differing_files, refused_files, sentences

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


def test_a_flag_of_no_file_is_not_listed_among_files() -> None:
    assert differing_files(flagged("P1", code="single_survey"), delivered(FIRST)) == []


def received(*files: tuple[str, str, dt.datetime, str]) -> pl.DataFrame:
    columns = ["delivery_id", "source_file", "received_at", "delivery_status"]
    return pl.DataFrame(files, schema=columns, orient="row").with_columns(reason=pl.lit("it has no end"))


def names(*files: tuple[str, str, dt.datetime, str]) -> list[str]:
    return [file["source_file"] for file in refused_files(received(*files))]


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("icbc/ledger.xlsx", "icbc/ledger.xlsx#ledger"),
        ("icbc/q.zip", "icbc/q.zip/ledger.csv"),
        ("q.zip", "q.zip/east/l.csv#3"),
    ],
)
def test_a_workbook_or_archive_that_came_again_whole_is_answered_by_what_was_read_of_it(whole: str, part: str) -> None:
    damaged, again = ("a1", whole, JANUARY, "refused"), ("b2-1", part, FEBRUARY, "read")
    assert names(damaged) == [whole]
    assert names(damaged, again) == []
    assert names(damaged, ("b2-1", part, FEBRUARY, "refused")) == [whole, part]
    assert names(damaged, again, ("b2-2", f"{whole}#notes", FEBRUARY, "refused")) == [f"{whole}#notes"]


def test_a_damaged_workbook_is_not_answered_by_an_earlier_one_nor_by_files_of_other_names() -> None:
    damaged = ("a1", "icbc/ledger.xlsx", FEBRUARY, "refused")
    earlier = ("b2-1", "icbc/ledger.xlsx#ledger", JANUARY, "read")
    of_another_name = ("c3-1", "icbc/ledger.xlsx2#ledger", FEBRUARY, "read")
    in_a_folder_of_its_name = ("d4", "icbc/ledger.xlsx/ledger.csv", FEBRUARY + dt.timedelta(days=1), "read")
    assert names(damaged, earlier, of_another_name, in_a_folder_of_its_name) == ["icbc/ledger.xlsx"]


def test_a_refused_file_is_answered_by_a_later_one_of_its_name() -> None:
    bad, good = ("a1", "icbc/l.csv", JANUARY, "refused"), ("b2", "icbc/l.csv", FEBRUARY, "read")
    assert names(bad) == ["icbc/l.csv"]
    assert names(bad, good) == []


def interrupted(identifier: str) -> dict[str, object]:
    return {"run_id": identifier, "outcome": "failed", "message": "interrupted"}


def test_of_a_run_that_ended_after_it_published_the_figures_are_not_called_lost() -> None:
    waiting = {"waiting": [], "asking": [], "differing": [], "withheld": [], "unanswered": [], "unreconciled": []}
    published = {"run_id": "night", "refused_files": [], "lost": [], "period": "2025Q4", **waiting}
    (of_this,) = sentences(interrupted("night"), published)
    (of_a_later,) = sentences(interrupted("later"), published)
    assert of_this == (
        "the last run (night) ended 'failed': interrupted; its figures are published, its documents are not whole: "
        "greenloan nightly again, or disclose"
    )
    assert of_a_later == "the last run (later) ended 'failed': interrupted"


def test_a_refused_project_lacks_nothing_and_says_where_the_reason_is() -> None:
    statuses = {"refused": "why", "blocked_missing_reading": "what is missing"}
    waiting = [{"status": status, "names": ["P1"]} for status in statuses]
    others = ("asking", "differing", "withheld", "unanswered", "unreconciled", "refused_files", "lost")
    other = {name: [] for name in others}
    needs = sentences(
        {**interrupted("night"), "outcome": "published"},
        {"run_id": "night", "period": "2025Q4", "waiting": waiting, **other},
    )
    assert [need.rpartition("ops.flags says ")[2] for need in needs] == list(statuses.values())
