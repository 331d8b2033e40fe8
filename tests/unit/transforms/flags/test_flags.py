"""What a reader must know before using a figure: each fact has a code, a subject and a sentence."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from tests.makers import (
    Row,
    land,
    make_book,
    make_entry,
    make_holdings,
    make_loan,
    make_parameter,
    make_product,
    make_project,
    make_rate,
    make_reading,
    make_reversal,
    make_sheet,
    make_stratum,
    make_year,
    window,
    work_out,
    written,
)
from transforms import flags
from transforms.attribution.shares import attribute
from transforms.deliveries.rows.assembly import Landed
from transforms.flags.period import exchange_flags, window_flags


def power_density(value: str) -> Row:
    return make_parameter(parameter_id="power_density", value=value, unit="W/m2")


def two_surveys(**later: Any) -> list[Landed]:
    return [land("forest_strata", [make_stratum(survey_date="2023-12-31"), make_stratum(**later)])]


CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
SOLAR: Final = {"method": "grid_renewable", "realisation_type": "Solar"}
HYDRO: Final = {"method": "grid_renewable", "realisation_type": "Hydro"}
OF_A_KNOWN_KIND: Final = make_project(realisation_type="EE Industry", total_investment="3650000.00")
"""A year of it is 1 t of promise per 10,000 yuan lent: nothing to question."""
COMPLETE: Final = land("control_totals", [{"lender": "甲银行", "date": "2026-06-01", "is_complete": "是"}])
ISSUED: Final = make_reading(metric="issued_credits", value="90", unit="tCO2e", period_end="2025-03-31")
FOREST: Final = make_project(method="forest_stock_change")
REPAID_TOO_MUCH: Final = make_entry(value_date="2025-02-01", amount="501.00", event="REPAYMENT")
MISTAKE: Final = make_entry(value_date="2024-12-20", amount="50.00")
REFINANCED_WITH_100_MORE: Final = [
    make_entry(),
    make_entry(event="REPAYMENT", value_date="2025-03-01"),
    make_entry(loan_id="L2", value_date="2025-03-01", amount="600.00"),
]

STANDING: Final[dict[str, tuple[str, dict[str, list[Any]], str]]] = {
    "same_project_name": (
        "a:某项目",
        {"projects": [make_project(project_id=number) for number in ("a:某项目", "P1")]},
        "'某项目' is also the name of P1",
    ),
    "half_balance_sheet": ("P1", {"projects": [make_project(total_debt="700.00")]}, "one is missing"),
    "no_denominator": ("P1", {"projects": [make_project(total_investment="0")]}, "total investment is missing or 0"),
    "under_construction": ("P1", {"projects": [make_project(commissioning_date=None)]}, "no commissioning date"),
    "example_row": (
        "示例项目",
        {"projects": [make_project(), make_project(project_id="示例项目")]},
        "delivery template",
    ),
    "mandated_baseline": ("P1", {"projects": [make_project(is_mandated_baseline="true")]}, "already orders"),
    "mandate_not_stated": ("P1", {"projects": [make_project(method="straw_utilization")]}, "is banned"),
    "illustrative_investment": ("P1", {"projects": [make_project(investment_basis="illustrative")]}, "not published"),
    "unknown_province": ("P1", {"projects": [make_project(**SOLAR, province_or_country="Atlantis")]}, "'Atlantis'"),
    "missing_annual_reduction": (
        "P1",
        {"projects": [make_project(reported_annual_reduction_tco2=None)]},
        "nothing is promised",
    ),
    "technology_not_stated": ("P1", {"projects": [make_project(method="grid_renewable")]}, "realisation_type"),
    "technology_not_known": (
        "P1",
        {"projects": [make_project(method="grid_renewable", realisation_type="Tidal")]},
        "'Tidal' is none of",
    ),
    "impossible_annual_reduction": (
        "P1",
        {"projects": [make_project(realisation_type="造林", capacity="10", capacity_unit="亩")]},
        "withheld: 365.0 t a year of 10.0 mu are 547.5 tCO2/(ha*yr); possible are -900.0 to 60.0, -600.0 to 40.0 t",
    ),
    "scope_names_nothing": (
        "grid_cm_ef [P9]",
        {"projects": [make_project(**SOLAR)], "parameters": [make_parameter(scope="P9")]},
        "'P9' is not a project of the book, region, fuel or other scope",
    ),
    "factor_ends_soon": (
        "grid_cm_ef [P1]",
        {
            "projects": [make_project(**SOLAR)],
            "readings": [make_reading()],
            "parameters": [make_parameter(valid_to="2026-09-28")],
        },
        "grid_cm_ef for 'P1' is in use and holds to 2026-09-28: add a row valid from 2026-09-29",
    ),
    "mixed_grid_baselines": (
        "P1",
        {
            "projects": [
                make_project(method="grid_renewable_coal_rate"),
                make_project(project_id="P2", method="grid_renewable", realisation_type="Wind"),
            ]
        },
        "the two are incompatible",
    ),
    "working_capital_excluded": ("L1", {"loans": [make_loan(loan_type="working_capital")]}, "not project finance"),
    "disbursed_above_contract": ("L1", {"loans": [make_loan(contract_amount="499.99")]}, "500.00 disbursed"),
    "lent_and_reversed_later": (
        "L1",
        {"entries": [MISTAKE, make_reversal(MISTAKE, value_date="2025-01-10")]},
        "50.00 CNY lent on 2024-12-20 were reversed on 2025-01-10",
    ),
    "identical_entries": (
        "L1",
        {"entries": [make_entry(), make_entry(entry_id="again")]},
        "the entries L1/DISBURSEMENT/2025-01-01/500.00, again are alike (DISBURSEMENT of 500.00 CNY on 2025-01-01)",
    ),
    "balance_before_operation": (
        "L1",
        {"projects": [make_project(commissioning_date="2025-03-02")]},
        "2025-01-01 to 2025-12-31: its average balance counts 60 of 365 days before the plant ran (from 2025-03-02)",
    ),
    "new_money_in_refinancing": (
        "L2",
        {
            "loans": [make_loan(), make_loan(loan_id="L2", loan_type="refinance", refinances_loan_id="L1")],
            "entries": REFINANCED_WITH_100_MORE,
        },
        "L2 lent 600.00 CNY and took over 500.00 of L1: 100.00 are new money",
    ),
    "negative_balance": ("L1", {"entries": [make_entry(), REPAID_TOO_MUCH]}, "more was repaid than lent"),
    "no_entries": ("L2", {"loans": [make_loan(), make_loan(loan_id="L2")]}, "no entry of this loan"),
    "refinance_not_new_lending": (
        "L1",
        {"loans": [make_loan(loan_type="refinance", crf_field="clean_energy")]},
        "not new lending",
    ),
    "disbursed_far_below_contract": (
        "L1",
        {"loans": [make_loan(contract_amount="500000.00")]},
        "500.00 disbursed against a contract of 500000.00",
    ),
    "reading_before_commissioning": (
        "P1",
        {"projects": [make_project(**SOLAR, commissioning_date="2025-01-10")], "readings": [make_reading()]},
        "1 readings begin before",
    ),
    "missing_reading": (
        "P1",
        {
            "projects": [make_project(**SOLAR, commissioning_date="2026-05-01")],
            "readings": [make_reading(metric="electricity_consumed")],
        },
        "no complete reading in 2026-05..2026-06 (needed: electricity_supplied; delivered so far: ",
    ),
    "missing_parameter": (
        "P1",
        {
            "projects": [make_project(**SOLAR, commissioning_date="2025-01-01")],
            "readings": [make_reading()],
            "parameters": [make_parameter(valid_to="2024-12-31")],
        },
        "not exactly one grid_cm_ef for 'P1' covers 2025-01-01 to 2025-01-31 (on file: 2020-01-01 .. 2024-12-31)",
    ),
    "outside_conditions": (
        "P1",
        {"projects": [make_project(**HYDRO)], "parameters": [power_density("3.9")]},
        "power_density = 3.9",
    ),
    "condition_not_shown": ("P1", {"projects": [make_project(**HYDRO)]}, "power_density = not stated"),
    "weak_evidence": (
        "P1",
        {
            "projects": [make_project(method="building_retrofit")],
            "parameters": [make_parameter(parameter_id="baseline_months", value="9", unit="count")],
        },
        "baseline_months_count = 9",
    ),
    "metric_in_no_formula": (
        "P1",
        {"projects": [make_project(**SOLAR)], "readings": [make_reading(metric="peat_consumed", unit="t")]},
        "no formula takes peat_consumed",
    ),
    "limit_not_metered": (
        "P1",
        {"projects": [make_project(method="manure_biogas")]},
        "the formula alone makes the figure",
    ),
    "realisation_type_unknown": ("P1", {"projects": [make_project(realisation_type="Perpetuum")]}, "'Perpetuum'"),
    "implausible_figure": (
        "P1",
        {
            "projects": [OF_A_KNOWN_KIND],
            "parameters": [make_parameter(parameter_id="baseline_boiler_efficiency", value="0.5", unit="ratio")],
        },
        "baseline_boiler_efficiency efficiency of the replaced boilers (net calorific value) = 0.5 ratio",
    ),
    "credits_claimed": ("P1", {"readings": [ISSUED]}, "2025-01 to 2025-03 are also issued as credits"),
    "certificates_claimed": ("P1", {"projects": [make_project(credit_scheme="绿证")]}, "green certificates (绿证)"),
    "heating_reading_not_spread": (
        "P1",
        {
            "projects": [make_project(method="steam_heating")],
            "parameters": [make_parameter(parameter_id="is_space_heating", value="1", unit="ratio")],
            "readings": [make_reading(metric="heat_delivered", unit="GJ", period_end="2025-03-31")],
        },
        "heat_delivered of space heating crosses the months 2025-01 to 2025-03",
    ),
    "resource_balance_differs": (
        "361028 2024 forest_land",
        {"more": [land("natural_resources", [make_sheet(closing="1025")])]},
        "closing 1025.0 is not what opening, additions and losses come to, 1030.0 (difference -5.0 mu)",
    ),
    "resource_opening_differs": (
        "361028 2025 forest_land",
        {
            "more": [
                land(
                    "natural_resources",
                    [
                        make_sheet(),
                        make_sheet(calendar_year="2025", opening="1031", closing="1061"),
                    ],
                )
            ]
        },
        "opening 1031.0 is not last year's closing 1030.0 (difference 1.0 mu)",
    ),
    "product_not_in_catalogue": (
        "L1",
        {"loans": [make_loan(product_code="F2")], "more": [land("products", [make_product()])]},
        "product F2 is not in the catalogue of 甲银行",
    ),
    "stratum_unit_not_known": (
        "P1",
        {"more": [land("forest_strata", [make_stratum(volume_unit="t")])]},
        "the unit 't' is not a volume",
    ),
    "counted_as_removals": ("P1", {"projects": [make_project(method="bamboo")]}, "its tonnes are removals"),
    "counted_against_own_base_year": (
        "P1",
        {"projects": [make_project(method="transition_intensity")]},
        "against its own base year",
    ),
    "single_survey": (
        "P1",
        {"projects": [FOREST], "more": [land("forest_strata", [make_stratum()])]},
        "a stock is never tonnes",
    ),
    "stratum_not_in_both_surveys": (
        "P1",
        {"projects": [FOREST], "more": two_surveys(stratum="S2")},
        "stratum S1, S2 is in one of the surveys",
    ),
    "unknown_species": ("P1", {"projects": [FOREST], "more": two_surveys(species="毛竹")}, "species of stratum S1"),
    "stratum_incomplete": ("P1", {"projects": [FOREST], "more": two_surveys(volume=None)}, "volume of stratum S1"),
    "stratum_area_changed": ("P1", {"projects": [FOREST], "more": two_surveys(area="45")}, "the area of stratum S1"),
    "not_confirmed_to_period_end": (
        "甲银行",
        {"more": [land("control_totals", [{"lender": "甲银行", "date": "2025-01-02", "is_complete": "是"}])]},
        "1 loan(s) reaches 2025-01-02 and not 2026-03-31",
    ),
    "own_parameter_refused": (
        "P1",
        {
            "projects": [make_project(**SOLAR, commissioning_date="2025-01-01")],
            "readings": [make_reading()],
            "parameters": [make_parameter(value="abc", valid_from="2025-02-01", valid_to="2025-03-31")],
        },
        "the months 2025-02 to 2025-03 have no figure",
    ),
    "missing_exchange_rate": (
        "P1",
        {
            "loans": [make_loan(), make_loan(loan_id="L2", currency="EUR")],
            "entries": [make_entry(), make_entry(loan_id="L2", currency="EUR")],
        },
        "no rate of EUR to CNY is on file",
    ),
    "co_lender_overdrawn": (
        "P1",
        {
            "loans": [make_loan(), make_loan(loan_id="L2")],
            "entries": [make_entry(), make_entry(loan_id="L2", event="REPAYMENT")],
        },
        "L2 (2025-01-01)",
    ),
    "unknown_parameter": ("height", {"parameters": [make_parameter(parameter_id="height", unit="m")]}, "not used"),
}


def standing(*, more: Sequence[Landed] = (), **rows: Any) -> pl.DataFrame:
    totals = [] if any(file.table == "control_totals" for file in more) else [COMPLETE]
    return work_out(make_book(more=[*more, *totals], **rows)).flags


@pytest.mark.parametrize("code", list(STANDING))
def test_each_fact_is_flagged_once_with_its_subject_and_a_sentence_in_both_languages(code: str) -> None:
    subject, rows, words = STANDING[code]
    (flag,) = standing(**rows).filter(code=code).to_dicts()
    assert flag["subject"] == subject
    assert words in flag["message"]
    assert CHINESE.search(flag["message_zh"])


def test_a_province_that_is_not_stated_is_flagged_in_words() -> None:
    (flag,) = (
        standing(projects=[make_project(**SOLAR, province_or_country=None)]).filter(code="unknown_province").to_dicts()
    )
    assert flag["message"].startswith("province 'not stated' is unknown")
    assert flag["message_zh"].startswith("无法识别省份“未填”")


def test_a_plain_book_has_no_flags() -> None:
    assert standing(projects=[OF_A_KNOWN_KIND]).is_empty()


def test_a_book_that_keeps_to_the_coal_rate_mixes_nothing() -> None:
    codes = standing(projects=[make_project(method="grid_renewable_coal_rate")])["code"].to_list()
    assert "mixed_grid_baselines" not in codes


def test_a_loan_repaid_to_the_last_fen_is_not_overdrawn_even_if_both_happen_on_one_day() -> None:
    back = make_entry(event="REPAYMENT")
    assert standing(projects=[OF_A_KNOWN_KIND], entries=[back, make_entry()]).is_empty()


def test_a_lender_without_a_catalogue_has_no_product_to_miss() -> None:
    assert standing(
        projects=[OF_A_KNOWN_KIND],
        loans=[make_loan(product_code="F2")],
        more=[land("products", [make_product(lender="乙银行")])],
    ).is_empty()


def test_a_facility_loan_needs_its_projects_promise_whatever_the_method() -> None:
    project = make_project(method="none", reported_annual_reduction_tco2=None)
    codes = standing(projects=[project], loans=[make_loan(crf_field="clean_energy")])["code"].to_list()
    assert "missing_annual_reduction" in codes
    assert "missing_annual_reduction" not in standing(projects=[project])["code"].to_list()


YEAR: Final = window("2025-01-01", "2025-12-31")
WINDOW: Final[dict[str, dict[str, Any]]] = {
    "share_above_1": {"entries": [make_entry(amount="1250.00")], "months": make_year([10.0] * 12)},
    "negative_reduction": {"months": make_year([-10.0] * 12)},
    "spread_reading": {"months": make_year([10.0] * 12, is_spread=True)},
}


def of_window(**book: Any) -> pl.DataFrame:
    held = make_holdings(**book)
    return written(window_flags(attribute(held, YEAR, "period_end"), held, YEAR))


@pytest.mark.parametrize("code", list(WINDOW))
def test_each_fact_of_a_window_is_flagged_on_its_project_in_both_languages(code: str) -> None:
    (flag,) = of_window(**WINDOW[code]).to_dicts()
    assert (flag["code"], flag["subject"]) == (code, "P1")
    assert flag["message"]
    assert CHINESE.search(flag["message_zh"])


def test_the_sum_of_the_raw_shares_is_named() -> None:
    assert "sum to 1.25" in of_window(**WINDOW["share_above_1"])["message"].item()


def test_shares_of_exactly_1_and_reductions_of_zero_are_not_flagged() -> None:
    assert of_window(entries=[make_entry(amount="1000.00")], months=make_year([0.0] * 12)).is_empty()


def test_the_day_of_every_exchange_rate_used_is_named() -> None:
    """A dollar loan to a yuan project: the last trading day of 2025 was the 30th."""
    dollars = [make_entry(currency="USD", amount="50.00")]
    held = make_holdings(loans=[make_loan(currency="USD")], entries=dollars, rates=[make_rate(date="2025-12-30")])
    (flag,) = written(exchange_flags(attribute(held, YEAR, "period_end"), held)).to_dicts()
    assert (flag["code"], flag["subject"]) == ("exchange_rate_used", "USD")
    assert flag["message"] == "converted at the rate of 2025-12-30"
    assert CHINESE.search(flag["message_zh"])


ELSEWHERE: Final = {
    "exchange_rate_used",
    "promise_from_formula",
    "missing_promise",  # of a window: beside the figures
    "withheld_implausible",
    "released",
    "release_outdated",  # test_judging.py
    "restated",
    "balance_sheet_not_dated",  # test_restatements.py, test_balance_sheets.py
}
"""Codes whose cases need more than one book."""


def test_every_code_that_the_program_can_raise_has_its_case_here() -> None:
    modules = sorted(Path(*flags.__path__).glob("*.py"))
    calls = [
        node for path in modules for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    named = [call.args[1] for call in calls if getattr(call.func, "id", "") == "flags"]
    raised = {code.value for code in named if isinstance(code, ast.Constant)}
    assert raised == STANDING.keys() | WINDOW.keys() | ELSEWHERE
