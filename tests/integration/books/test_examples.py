"""Worked cases through the whole program: the figures that a reviewer has computed by hand come out of both doors."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import polars as pl
import pytest

from tests.integration.program import DATA, H02, H07, Home

FORMS = ["loose_csv", "parquet_in_a_sender_folder"]
BASES = ["period_end", "daily_average", "month_end_average", "monthly_matched"]
SENDER = "建设银行/2024"


class Expected(NamedTuple):
    """One figure worked out beforehand."""

    case: str
    key: str
    value: float
    abs_tol: float


class Asked(NamedTuple):
    """What a case is asked for: the period and the published home."""

    home: Home
    first: str
    last: str

    def figures(self, basis: str, by: str = "loan") -> dict[str, Any]:
        """Return the answer of the command line, asked once."""
        return _figures(self, basis, by)


@cache
def _figures(asked: Asked, basis: str, by: str) -> dict[str, Any]:
    return asked.home.figures(asked.first, asked.last, basis, by)


def _case(case: str) -> dict[str, Any]:
    return dict(json.loads((DATA / case / "expected.json").read_text(encoding="utf-8")))


EXPECTED = [
    Expected(case, item["key"], item["value"], item["abs_tol"]) for case in (H02, H07) for item in _case(case)["expect"]
]
by_key = pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: f"{e.case[:3]}-{e.key}")
by_form = pytest.mark.parametrize(
    "form", [FORMS[0], *(pytest.param(form, marks=pytest.mark.proof) for form in FORMS[1:])]
)


@pytest.fixture(scope="module")
def published(worked_home: Home, new_home: Callable[[str], Home]) -> Callable[[str, str], Asked]:
    """Publishes each case in each form once."""

    @cache
    def publish(case: str, form: str) -> Asked:
        period = _case(case)["parameters"]["period"]
        if (case, form) == (H07, "loose_csv"):
            return Asked(worked_home, *period)
        home = new_home(case[:3])
        home.deliver_case(case) if form == "loose_csv" else _deliver_parquet(home, case)
        home.nightly()
        return Asked(home, *period)

    return publish


def _deliver_parquet(home: Home, case: str) -> None:
    folder = home.inbox / SENDER
    folder.mkdir(parents=True)
    for path in (DATA / case).glob("*.csv"):
        pl.read_csv(path, try_parse_dates=True).write_parquet(folder / f"{path.stem}.parquet")


def _by_command_line(asked: Asked, subject: str, name: str, measure: str, basis: str) -> object:
    by = subject if subject in {"loan", "project"} else "portfolio"
    rows = asked.figures(basis or "period_end", by)["rows"]
    row = next(row for row in rows if by == "portfolio" or row[f"{by}_id"] == name)
    column = {
        "attribution": "attribution_factor_ratio",
        "attributed_tco2": "attributed_reductions_tco2e",
        "reduction": "emission_reductions_tco2e",
        "balance_cny": "balance_cny",
        "project_count": "project_count",
    }[measure]
    return row[column]


def _by_macro(asked: Asked, subject: str, name: str, measure: str, basis: str) -> object:
    value = {
        "attribution": "any_value(attribution_factor_ratio)",
        "attributed_tco2": "sum(attributed_reductions_tco2e)",
        "reduction": "any_value(emission_reductions_tco2e)",
        "balance_cny": "sum(balance_cny)",
        "project_count": "count(DISTINCT project_id)",
    }[measure]
    which = f"{subject}_id = '{name}'" if subject in {"loan", "project"} else "true"
    query = f"SELECT {value} AS value FROM mart.attributed(?, ?, ?) WHERE {which}"
    return asked.home.rows(query, asked.first, asked.last, basis or "period_end")[0]["value"]


def _saved_coal(asked: Asked, project: str) -> object:
    query = (
        "SELECT sum(value) AS value FROM mart.physical_indicators WHERE metric = 'saved_standard_coal' "
        "AND project_id = ? AND unit = 'tce' AND origin = 'computed' AND period_start >= ? AND period_end <= ?"
    )
    return asked.home.rows(query, project, asked.first, asked.last)[0]["value"]


def _parts(key: str) -> tuple[str, str, str, str]:
    """Split `loan.L-1.attribution.period_end` or `portfolio.project_count` into subject, name, measure, basis."""
    subject, *rest = key.split(".")
    name = rest.pop(0) if subject != "portfolio" else ""
    return subject, name, rest[0], rest[1] if len(rest) > 1 else ""


@by_form
@by_key
def test_a_figure_worked_out_by_hand_comes_out_of_the_command_line_and_of_the_macro(
    published: Callable[[str, str], Asked], expected: Expected, form: str
) -> None:
    asked, parts = published(expected.case, form), _parts(expected.key)
    if parts[2] == "saved_coal_tce":
        answers = [_saved_coal(asked, parts[1])]
    else:
        answers = [_by_command_line(asked, *parts), _by_macro(asked, *parts)]
    for answer in answers:
        assert float(str(answer)) == pytest.approx(expected.value, rel=0, abs=expected.abs_tol)


@by_form
@pytest.mark.parametrize("basis", BASES)
def test_the_contract_amount_is_never_taken_for_the_money_drawn(
    published: Callable[[str, str], Asked], form: str, basis: str
) -> None:
    asked = published(H02, form)
    for row in asked.figures(basis)["rows"]:
        assert row["attributed_reductions_tco2e"] != pytest.approx(154_000, rel=1e-3)
        assert row["attribution_factor_ratio"] != pytest.approx(700 / 1500, rel=1e-3)


@by_form
def test_the_day_of_a_prepayment_is_not_a_day_of_debt(published: Callable[[str, str], Asked], form: str) -> None:
    asked = published(H07, form)
    row = asked.figures("daily_average")["rows"][0]
    assert row["attribution_factor_ratio"] == pytest.approx(0.4 * 181 / 365, rel=1e-12)
    assert row["attribution_factor_ratio"] != pytest.approx(0.4 * 182 / 365, rel=1e-4)


@by_form
@pytest.mark.parametrize("basis", BASES)
def test_a_loan_prepaid_in_july_never_claims_the_whole_year(
    published: Callable[[str, str], Asked], form: str, basis: str
) -> None:
    asked = published(H07, form)
    for row in asked.figures(basis)["rows"]:
        assert row["attributed_reductions_tco2e"] != pytest.approx(13_480, abs=1)


@pytest.mark.parametrize("case", [pytest.param(H02, marks=pytest.mark.proof), H07])
def test_parquet_in_a_sender_folder_gives_the_figures_of_loose_csv(
    published: Callable[[str, str], Asked], case: str
) -> None:
    csv, parquet = (published(case, form) for form in FORMS)
    for basis in BASES:
        assert csv.figures(basis) == parquet.figures(basis)
    assert {row["sender_folder"] for row in parquet.home.rows("FROM ops.deliveries")} == {SENDER}
    assert {row["sender_folder"] for row in csv.home.rows("FROM ops.deliveries")} == {""}
