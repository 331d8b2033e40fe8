"""What the page of the sample book says of its projects is what the night comes to (data/samples/README.md)."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest

from tests.integration.program import SAMPLE_BOOK, Home
from tests.rules.methods.figures.worked_numbers import is_among, next_one

PAGE: Final = SAMPLE_BOOK.with_name("README.md").read_text(encoding="utf-8")
LENDERS: Final = {"icbc": "工商银行", "boc": "中国银行", "ccb": "建设银行", "jxbank": "江西银行"}
TONNES: Final = re.compile(
    r"(?P<tonnes>-?[\d,]+\.\d\d) t (?:in|from January to November) (?:November )?(?P<year>20\d\d)"
)
PROMISED: Final = re.compile(r"promised (?P<before>[\d,]+)|of (?P<after>[\d,]+) expected")
WORKED: Final = re.compile(
    r"- `(?P<project>P-[A-Z-]+)` in (?P<year>20\d\d):[^=]*(?:=[^=]*)*?= (?P<tonnes>[\d,.]+\d) t\."
)


class Claim(NamedTuple):
    """A figure of the page, of which project and year; no year: its promise."""

    project_id: str
    year: int | None
    written: str


def claims(page: str) -> Iterator[Claim]:
    """What the page says of the tonnes of single projects."""
    for line in page.splitlines():
        projects = set(re.findall(r"`(P-[A-Z-]+)`", line))
        if line.startswith("|") and len(projects) == 1:
            (project,) = projects
            yield from (Claim(project, int(found["year"]), found["tonnes"]) for found in TONNES.finditer(line))
            yield from (Claim(project, None, one["before"] or one["after"]) for one in PROMISED.finditer(line))
    for found in WORKED.finditer(re.sub(r"\s+", " ", page)):
        yield Claim(found["project"], int(found["year"]), found["tonnes"])
    plant = re.search(r"`(P-GX-BOILER)` \(([\d,.]+) and ([\d,.]+) t\)", page)
    assert plant is not None
    yield from (Claim(plant[1], year, plant[number]) for number, year in ((2, 2024), (3, 2025)))


@pytest.fixture(scope="module")
def figures(sample_home: Home) -> dict[tuple[str, int | None], float]:
    """Tonnes of each project and calendar year, and its promise."""
    months = sample_home.rows(
        "SELECT project_id, year(month_start_date) AS year, sum(tonnes) AS tonnes FROM ("
        "SELECT project_id, month_start_date, emission_reductions_tco2e AS tonnes FROM mart.project_months UNION ALL "
        "SELECT project_id, month_start_date, removals_tco2e FROM mart.removal_months UNION ALL "
        "SELECT project_id, month_start_date, own_base_year_reductions_tco2e FROM mart.own_base_year_months"
        ") WHERE tonnes IS NOT NULL GROUP BY ALL"
    )
    promised = sample_home.rows(
        "SELECT DISTINCT project_id, promised_annual_reductions_tco2e_per_year AS tonnes FROM mart.project_outcomes"
    )
    of_years = {(row["project_id"], row["year"]): row["tonnes"] for row in months}
    return {**of_years, **{(row["project_id"], None): row["tonnes"] for row in promised}}


def false_in(page: str, figures: dict[tuple[str, int | None], float]) -> list[Claim]:
    return [claim for claim in claims(page) if not is_among(claim.written.lstrip("-"), [figures[claim[:2]]])]


def test_the_tonnes_and_promises_of_the_page_are_those_of_the_night(
    figures: dict[tuple[str, int | None], float],
) -> None:
    assert len(list(claims(PAGE))) > 25
    assert false_in(PAGE, figures) == []
    signs = [claim.written.startswith("-") == (figures[claim[:2]] < 0) for claim in claims(PAGE)]
    assert all(signs)


def test_a_figure_of_the_page_that_is_off_by_one_in_its_last_digit_is_found(
    figures: dict[tuple[str, int | None], float],
) -> None:
    for claim in set(claims(PAGE)):
        other = PAGE.replace(claim.written, next_one(claim.written))
        assert [one.project_id for one in false_in(other, figures)].count(claim.project_id), claim


def test_the_page_counts_files_rows_projects_and_loans(sample_home: Home) -> None:
    (landed,) = sample_home.rows("SELECT count(*) AS files, sum(rows_accepted_count) AS accepted FROM ops.deliveries")
    (listed,) = sample_home.rows("SELECT count(*) AS projects FROM core.projects")
    assert f"{landed['files']} files, {landed['accepted']:,} rows, all accepted." in PAGE
    assert f"`pboc_register/` | {listed['projects']} projects (" in PAGE
    loans = sample_home.rows("SELECT lender, count(*) AS loans FROM core.loans GROUP BY ALL")
    for folder, words in LENDERS.items():
        (count,) = (row["loans"] for row in loans if words in row["lender"])
        assert re.search(rf"`{folder}_\w+/` \| {count} loans", PAGE), folder


def test_the_page_says_what_the_facility_lent_in_the_last_quarter(sample_home: Home) -> None:
    (row,) = sample_home.rows(
        "SELECT project_count AS projects, disbursed_cny / 1e6 AS millions FROM mart.disclosure_crf "
        "WHERE period = '2025Q4' AND lender = '*' AND crf_field = 'total' AND \"window\" = 'quarter'"
    )
    assert f"{row['projects']} projects, {row['millions']:.1f} million yuan" in PAGE
