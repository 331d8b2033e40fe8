"""Which states can be compared, and what a person reads of one that cannot be had."""

import pytest

from tests.integration.program import Home


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["2025Q1", "2025"], ["a quarter and a year", "2025Q1 and 2025", "two quarters", "name two of a kind"]),
        (["2025Q1", "2025Q5"], ["'2025Q5' names no state", "compare", "a period (2025Q2", "name one of these"]),
        (["2025Q1", "2999Q1"], ["ends on 2999-03-31", "compare", "over by then", "name an earlier one"]),
        (
            ["2025Q1", "0123456789ab"],
            ["nothing is kept of the snapshot", "the published file", "or a moment"],
        ),
        (["2025Q1", "2025Q2", "--period", "2025Q3"], ["periods already", "--period", "leave --period out"]),
        (["2026-01-31", "2026-02-28", "--period", "2025M1"], ["not a period", "--period", "halves", "2025H1 or 2025"]),
        (["2025Q1", "2025Q2", "--profile", "pboc_crf"], ["under a profile 'pboc_crf'", "pcaf_avoided", "--basis"]),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_do(
    sample_home: Home, given: list[str], words: list[str]
) -> None:
    answer = sample_home.ask("compare", *given)
    assert (answer.code, answer.out) == (2, "")
    for word in [*words, "where:", "available:", "to do:"]:
        assert word in answer.err


def test_moments_without_a_period_are_about_the_newest_quarter_that_both_reach(sample_home: Home) -> None:
    answer = sample_home.ask("compare", "2025-10-20", "2026-06-01", "--format", "json")
    assert answer.code == 0, answer.err
    assert (answer.json["from_period"], answer.json["to_period"]) == ("2025Q3", "2025Q3")


def test_the_published_file_is_a_state_by_its_snapshot(sample_home: Home) -> None:
    snapshot = sample_home.rows("FROM ops.runs")[0]["snapshot_id"]
    answer = sample_home.ask("compare", snapshot, "2025Q2", "--format", "json")
    assert answer.json["from_period"] == answer.json["to_period"] == "2025Q2"
    assert answer.json["difference_tco2e"] == 0
    assert answer.json["causes"] == []
