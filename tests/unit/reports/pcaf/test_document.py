"""What the yearly statement will print, before any layout, and the figures and codes that it gives."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from reports.house.printed import MethodNote
from reports.pcaf.document import PcafDocument, pcaf_document
from reports.pcaf.printed_figures import pcaf_figures
from reports.pcaf.printing import render_pcaf
from schemas.disclosures import YearlyLine, YearlyProject
from schemas.errors import UsageError
from schemas.reference import ParameterUse
from schemas.runs import Run

TITLES = {"steam": ("集中供汽", "Steam"), "wind": ("风电", "Wind"), "forest": ("森林", "Forest")}
Rows = list[dict[str, Any]]
NOTE = MethodNote("steam", "集中供汽", "Steam", "ER = BE - PE", "至用户计量点", "To the users' meters")

OTHERWISE: dict[str, Any] = {
    "period": "2025",
    "methods": [NOTE],
    "titles": TITLES,
    "share": "a = b",
    "institution": "甲银行",
    "lang": "zh",
}


def line(method: str, period: str = "2025", lender: str = "甲银行", **named: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(YearlyLine.columns())
    money = {"balance_cny": Decimal("1234567.00"), "undrawn_cny": Decimal("0.00")}
    return {
        **nothing,
        **money,
        "project_count": 1,
        "loan_count": 1,
        "period": period,
        "lender": lender,
        "method": method,
    } | named


def project(number: int, **named: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(YearlyProject.columns())
    sums = {"covered_cny": 0.0, "known_cny": 0.0, "emitting_cny": 0.0, "loan_count": 1}
    own = {
        "project_id": f"P{number}",
        "project_name": f"项目{number}",
        "method": "steam",
        "container": "avoided_emissions",
    }
    return {**nothing, **sums, **own, "period": "2025", "lender": "甲银行", "status": "measured"} | named


def statement(
    lines: list[dict[str, Any]] | None = None, projects: list[dict[str, Any]] | None = None, **named: Any
) -> PcafDocument:
    printed = [line("steam"), line("total")] if lines is None else lines
    listed = [project(1)] if projects is None else projects
    moment = dt.datetime(2026, 1, 15, 1, tzinfo=dt.UTC)
    run = {"snapshot_id": "0cc91d289190", "known_at": moment, "data_as_of_at": moment, "greenloan_version": "0.2.0"}
    return pcaf_document(
        lines=pl.DataFrame(printed, schema=YearlyLine.polars_schema()),
        projects=pl.DataFrame(listed, schema=YearlyProject.polars_schema()),
        parameters=ParameterUse.empty_frame(),
        run=pl.DataFrame([dict.fromkeys(Run.columns()) | run], schema=Run.polars_schema()),
        **{
            "period": "2025",
            "methods": [NOTE],
            "titles": TITLES,
            "share": "a = b",
            "institution": "甲银行",
            "lang": "zh",
            **named,
        },
    )


def test_kinds_are_by_money_outstanding_and_the_total_is_last() -> None:
    rows = [
        line("total", balance_cny=Decimal("9.00")),
        line("wind", balance_cny=Decimal("2.00")),
        line("steam", balance_cny=Decimal("7.00")),
    ]
    assert [(one.name, one.is_total) for one in statement(rows).lines] == [
        ("集中供汽", False),
        ("风电", False),
        ("合计", True),
    ]


def test_money_is_in_millions_and_what_is_not_known_is_a_dash_beside_a_true_zero() -> None:
    (_, total) = statement([line("steam"), line("total", attributed_reductions_tco2e=-3737.26705)]).lines
    assert (total.outstanding, total.undrawn, total.reductions) == ("1.23", "0.00", "-3,737.27")
    assert {total.removals, total.coverage, total.score, total.financed_emissions} == {"—"}


def test_projects_without_a_figure_are_grouped_by_why_and_undrawn_ones_are_in_no_group() -> None:
    listed = [
        project(1, status="under_construction"),
        project(2, status="blocked_no_denominator"),
        project(3, status="under_construction"),
        project(4, status=None),
        project(5),
    ]
    document = statement(projects=listed)
    assert {(one.status, one.names) for one in document.without_figure} == {
        ("under_construction", ("项目1", "项目3")),
        ("blocked_no_denominator", ("项目2",)),
    }
    assert [one.status for one in document.projects][3] == "not_drawn"


@pytest.mark.parametrize(
    ("lender", "institution", "whose", "is_signed"),
    [
        ("*", "*", "All lenders", False),
        ("county:361127", "余干县", "余干县 (all lenders)", False),
        ("甲银行", "甲银行", "甲银行", True),
    ],
)
def test_only_a_lender_signs(lender: str, institution: str, whose: str, is_signed: bool) -> None:
    rows = [line("total", lender=lender)]
    document = statement(rows, institution=institution, lang="en")
    assert (document.institution, document.is_signed) == (whose, is_signed)


def test_the_chart_has_every_year_and_the_smaller_kinds_together() -> None:
    tonnes = "attributed_reductions_tco2e"
    kinds = {"a": 50.0, "b": 40.0, "c": 30.0, "d": 2.0, "e": 1.0}
    rows = [line(kind, period, **{tonnes: value}) for period in ("2024", "2025") for kind, value in kinds.items()]
    drawn = statement([*rows, line("total")]).over_time
    assert drawn.periods == ("2024", "2025")
    assert [(band.label, band.tonnes) for band in drawn.bands] == [
        ("a", (50.0, 50.0)),
        ("b", (40.0, 40.0)),
        ("c", (30.0, 30.0)),
        ("其他", (3.0, 3.0)),
    ]


def test_a_figures_key_and_code_are_the_same_in_both_languages() -> None:
    chinese, english = (pcaf_figures(statement(lang=lang)) for lang in ("zh", "en"))
    assert [(one.key, one.code, one.printed, one.unit) for one in chinese] == [
        (one.key, one.code, one.printed, one.unit) for one in english
    ]
    assert [one.label for one in chinese[:1]] == ["合计，项目数"]
    assert len({one.code for one in chinese}) == len(chinese) == 2 * 11 + 9


def test_a_year_without_a_total_is_refused() -> None:
    with pytest.raises(UsageError, match="has no single total"):
        statement([line("steam")])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_statement_without_any_tonnes_and_with_a_long_rare_name_is_printed(lang: str) -> None:
    names = [
        project(number, project_name="𠮷田镇" + "很长的项目名称" * 9, status="not_estimated") for number in range(70)
    ]
    rendered = render_pcaf(statement([line("total")], names, lang=lang), ppi=30)
    assert rendered.pdf.startswith(b"%PDF")
    assert len(rendered.pages) > 4


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert render_pcaf(statement(), ppi=30) == render_pcaf(statement(), ppi=30)
