"""`greenloan compare`: why attributed tonnes differ between two states, to the last digit."""

from math import fsum
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.words.bases import BALANCE_BASES
from tests.integration.program import Home

DAYS: Final = {"2025Q2": ("2025-04-01", "2025-06-30"), "2025Q3": ("2025-07-01", "2025-09-30")}


def compared(home: Home, *arguments: str) -> dict[str, Any]:
    answer = home.ask("compare", *arguments, "--format", "json")
    assert answer.code == 0, answer.err
    return dict(answer.json)


def attributed(home: Home, period: str, basis: str, by: str) -> list[dict[str, Any]]:
    return list(home.figures(*DAYS[period], basis, by)["rows"])


@pytest.mark.parametrize("basis", BALANCE_BASES)
def test_causes_add_up_to_the_difference_of_the_figures(sample_home: Home, basis: str) -> None:
    answer = compared(sample_home, "2025Q2", "2025Q3", "--basis", basis)
    for end, period in {"from": "2025Q2", "to": "2025Q3"}.items():
        (row,) = attributed(sample_home, period, basis, "portfolio")
        assert answer[f"{end}_tco2e"] == pytest.approx(row["attributed_reductions_tco2e"], rel=1e-12)
        assert answer[f"{end}_coverage_ratio"] == pytest.approx(row["coverage_ratio"], rel=1e-12)
    assert answer["difference_tco2e"] == answer["to_tco2e"] - answer["from_tco2e"]
    assert fsum(one["tco2e"] for one in answer["causes"]) == pytest.approx(answer["difference_tco2e"], abs=1e-9)
    assert "unexplained" not in {one["cause"] for one in answer["causes"]}


@pytest.mark.parametrize(("by", "key"), [("lender", "lender"), ("project", "project_id")])
def test_causes_of_each_subject_add_up_to_its_own_difference(sample_home: Home, by: str, key: str) -> None:
    answer = compared(sample_home, "2025Q2", "2025Q3", "--by", by)
    rows = {period: attributed(sample_home, period, "monthly_matched", by) for period in DAYS}
    figures = {period: {one[key]: one["attributed_reductions_tco2e"] for one in rows[period]} for period in DAYS}
    assert {one["subject"] for one in answer["causes"]} <= {one["subject"] for one in answer["subjects"]}
    for one in answer["subjects"]:
        first, last = (figures[period].get(one["subject"]) or 0.0 for period in DAYS)
        causes = fsum(cause["tco2e"] for cause in answer["causes"] if cause["subject"] == one["subject"])
        assert causes == pytest.approx(last - first, rel=1e-9, abs=1e-9)


def test_a_rule_of_the_field_is_compared_by_its_name(sample_home: Home) -> None:
    answer = compared(sample_home, "2025Q2", "2025Q3", "--profile", "pcaf_avoided")
    assert answer["profile"] == "pcaf_avoided"
    assert fsum(one["tco2e"] for one in answer["causes"]) == pytest.approx(answer["difference_tco2e"], abs=1e-9)


def test_what_was_known_at_two_moments_differs_by_what_came_between(sample_home: Home) -> None:
    """The sample book's readings of the first half were corrected, and some came later than 14 July."""
    answer = compared(sample_home, "2025-07-14", "2026-06-01", "--period", "2025H1")
    assert {one["cause"] for one in answer["causes"]} == {"corrections", "data_quality"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_and_the_chart_are_in_either_language(sample_home: Home, tmp_path: Path, lang: str) -> None:
    chart = tmp_path / "new" / "bridge.png"
    answer = sample_home.ask("compare", "2025Q2", "2025Q3", "--by", "lender", "--lang", lang, "--chart", str(chart))
    assert answer.code == 0, answer.err
    assert {"en": "money repaid", "zh": "贷款归还"}[lang] in answer.out
    assert chart.read_bytes().startswith(b"\x89PNG")
