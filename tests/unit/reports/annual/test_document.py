"""What the annual report's chapters will print, before any layout, and the figures and codes that they give."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from reports.annual.document import KEY_PROJECTS, AnnualDocument, annual_document
from reports.annual.printed_figures import annual_figures
from reports.annual.printing import render_annual
from reports.house.printed import MethodNote
from schemas.disclosures import YearlyLine, YearlyProject
from schemas.errors import UsageError
from schemas.reference import ParameterUse
from schemas.runs import Run

Rows = list[dict[str, Any]]
NOTE = MethodNote("steam", "集中供汽", "Steam", "ER = BE - PE", "至用户计量点", "To the users' meters")
OTHERWISE: dict[str, Any] = {
    "period": "2025",
    "methods": [NOTE],
    "titles": {"steam": ("集中供汽", "Steam"), "wind": ("风电", "Wind")},
    "share": "a = b",
    "institution": "甲银行",
    "lang": "zh",
}


def line(method: str, period: str = "2025", **named: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(YearlyLine.columns()) | {"balance_cny": Decimal("1234567.00")}
    key = {"period": period, "lender": "甲银行", "method": method}
    return {**nothing, **key, "project_count": 1, "loan_count": 1, **named}


def project(number: int, **named: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(YearlyProject.columns())
    sums = {"covered_cny": 0.0, "known_cny": 0.0, "emitting_cny": 0.0, "loan_count": 1}
    own = {"project_id": f"P{number:03}", "project_name": f"项目{number}", "status": "measured"}
    kind = {"method": "steam", "container": "avoided_emissions"}
    return {**nothing, **sums, **own, **kind, "period": "2025", "lender": "甲银行", **named}


def chapters(
    lines: Rows | None = None, balances: Rows | None = None, projects: Rows | None = None, **named: Any
) -> AnnualDocument:
    both = [line("steam"), line("total")]
    schema, moment = YearlyLine.polars_schema(), dt.datetime(2026, 1, 15, 1, tzinfo=dt.UTC)
    run = {"snapshot_id": "0cc91d289190", "known_at": moment, "data_as_of_at": moment, "greenloan_version": "0.2.0"}
    return annual_document(
        lines=pl.DataFrame(both if lines is None else lines, schema=schema),
        balances=pl.DataFrame(both if balances is None else balances, schema=schema),
        projects=pl.DataFrame(projects or [project(1)], schema=YearlyProject.polars_schema()),
        parameters=ParameterUse.empty_frame(),
        run=pl.DataFrame([dict.fromkeys(Run.columns()) | run], schema=Run.polars_schema()),
        **{**OTHERWISE, **named},
    )


def test_balances_are_those_of_both_years_ends_and_averages_those_of_the_year() -> None:
    balances = [
        line("total", "2024", balance_cny=Decimal("2000000.00")),
        line("total", "2025", balance_cny=Decimal("2500000.00"), balance_growth_ratio=0.25),
    ]
    document = chapters([line("total", balance_cny=Decimal("2250000.00"))], balances)
    assert [(one.year, one.outstanding, one.growth) for one in document.balances] == [("2025", "2.50", "25.00%")]
    assert [(one.year, one.outstanding, one.growth) for one in document.balances_before] == [("2024", "2.00", "—")]
    assert [one.outstanding for one in document.lines] == ["2.25"]


def test_emissions_and_savings_of_a_kind_are_in_columns_of_their_own() -> None:
    wind = line("wind", financed_emissions_tco2e=100.0, attributed_reductions_tco2e=-3.005)
    (kind, total) = chapters([wind, line("total")]).lines
    assert (kind.name, kind.financed_emissions, kind.reductions, kind.removals) == ("风电", "100.00", "-3.01", "—")
    assert (total.name, total.is_total) == ("合计", True)


def test_key_projects_are_those_with_most_money_and_the_attached_table_has_all() -> None:
    listed = [project(number, balance_cny=Decimal(number)) for number in range(1, 26)]
    document = chapters(projects=listed)
    assert [one.project_id for one in document.projects] == [f"P{n:03}" for n in range(25, 25 - KEY_PROJECTS, -1)]
    assert document.has_more_projects
    attached = next(one.text for one in document.attachments if one.name == "projects.csv")
    assert len(attached.splitlines()) == 26


def test_a_figures_key_and_code_are_the_same_in_both_languages_and_years_have_codes_of_their_own() -> None:
    balances = [line("total", "2024"), line("total", "2025")]
    chinese, english = (annual_figures(chapters(balances=balances, lang=lang)) for lang in ("zh", "en"))
    assert [(one.key, one.code, one.printed, one.unit) for one in chinese] == [
        (one.key, one.code, one.printed, one.unit) for one in english
    ]
    assert len({one.code for one in chinese}) == len(chinese) == 2 * 9 + 2 * 3 + 7


def test_a_year_without_a_total_is_refused() -> None:
    with pytest.raises(UsageError, match="has no single total"):
        chapters([line("steam")])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_chapters_without_a_year_before_or_any_tonnes_are_printed(lang: str) -> None:
    names = [
        project(number, project_name="𠮷田镇" + "很长的项目名称" * 9, status="not_estimated") for number in range(70)
    ]
    rendered = render_annual(chapters(projects=names, lang=lang, unconfirmed_rule="月均融资额"), ppi=30)
    assert rendered.pdf.startswith(b"%PDF")
    assert len(rendered.pages) > 4
    assert '"@id": "#document"' in rendered.twin
