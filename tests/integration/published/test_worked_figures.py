"""Every figure that a page of the documentation works out or quotes is one that the program comes to.

What is none of the program's is given, with the reason. Pages of methods:
tests/rules/methods/figures/test_figures_of_pages.py.
"""

import calendar
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from tests.integration.program import Home
from tests.makers import (
    KNOWN_AT,
    Row,
    facility_disclosure,
    land,
    make_book,
    make_entry,
    make_holdings,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    reference,
    window,
    work_out,
)
from tests.rules.methods.figures.worked_numbers import figures_in, is_among
from transforms.attribution.profiles import PLAIN, rules_of
from transforms.attribution.shares import attribute
from transforms.factors.derived_parameters import derivations
from transforms.ground.calendar import quarter
from transforms.uncertainty import monte_carlo, sensitivities
from transforms.uncertainty.ranges import QUANTILE_95

DOCS: Final = Path(__file__).resolve().parents[3] / "docs"
MILLION: Final = 1e6
MWH_OF_2023: Final = (4000, 3600, 5200, 6000, 6800, 7200, 7600, 7400, 6400, 5200, 4200, 3800)
"""What the PV plant of docs/attribution.md supplies from January on."""

GIVEN: Final = {
    ("uncertainty", "95"): "the interval",
    ("uncertainty", "5.2"): "a clause of the GUM",
}
"""Figures that the program does not come to, by page, and what they are."""


def last_of(month: int) -> int:
    """The last day of a month of 2023."""
    return calendar.monthrange(2023, month)[1]


def plant(*loans: Row, entries: list[Row]) -> tuple[list[float], list[Row]]:
    """The PV plant of 300 million and what its loans may claim of 2023 and its parts on every basis and profile."""
    project = make_project(
        method="grid_renewable",
        realisation_type="Solar",
        total_investment="300000000.00",
        total_equity="90000000.00",
        total_debt="160000000.00",
        reported_annual_reduction_tco2="34000",
    )
    factors = [make_parameter(value="0.5"), make_parameter(parameter_id="reservoir_ef", value="0")]
    readings = [
        make_reading(
            period_start=f"2023-{month:02}-01", period_end=f"2023-{month:02}-{last_of(month)}", value=str(value)
        )
        for month, value in enumerate(MWH_OF_2023, 1)
    ]
    held = work_out(make_book([project], list(loans), entries, readings=readings, parameters=factors)).holdings
    rules = {**PLAIN, **rules_of(reference().profiles)}.values()
    periods = [("2023-01-01", "2023-12-31"), ("2023-01-01", "2023-06-30"), ("2023-07-01", "2023-12-31")]
    periods += [("2023-06-16", "2023-07-15"), ("2020-01-01", "2020-12-31")]
    rows = [row for rule in rules for days in periods for row in attribute(held, window(*days), rule).to_dicts()]
    tonnes = held.months["emission_reductions_tco2e"].drop_nulls().to_list()
    return [*tonnes, sum(tonnes), *MWH_OF_2023, sum(MWH_OF_2023)], rows


def of_rows(rows: list[Row]) -> Iterator[float]:
    """Factor, money in millions, the project's tonnes and the loan's, of each row."""
    for row in rows:
        factor, tonnes, own = (
            row[name]
            for name in ("attribution_factor_ratio", "emission_reductions_tco2e", "attributed_reductions_tco2e")
        )
        yield from (one for one in (factor, tonnes, own) if one is not None)
        yield 300 * (factor or 0.0)


def of_attribution(home: Home) -> list[float]:
    """The plant with one loan and with two, under PCAF, one disclosure, and the shares above 1 of the sample book."""
    lent = make_entry(value_date="2020-01-15", amount="120000000.00")
    prepaid = make_entry(value_date="2023-07-01", amount="120000000.00", event="PREPAYMENT")
    half = make_entry(value_date="2023-07-01", amount="60000000.00", event="PREPAYMENT")
    second = make_entry(loan_id="L2", value_date="2023-10-10", amount="30000000.00")
    first_loan, field = make_loan(), make_loan(loan_id="L2", lender="乙银行", crf_field="clean_energy")
    of_plant, one_loan = plant(first_loan, entries=[lent, prepaid])
    _, two_loans = plant(first_loan, field, entries=[lent, half, second])
    money = [float(one["amount"]) / MILLION for one in (lent, half, second)]
    above = home.rows("SELECT DISTINCT project_raw_ratio AS r FROM mart.shares_above_one WHERE period = '2025'")
    small = home.rows(
        f"SELECT value / {MILLION} AS r FROM core.parameters "
        "JOIN core.profiles ON parameter_id = small_exposure_parameter_id"
    )
    return [
        *of_plant,
        *of_rows(one_loan),
        *of_rows(two_loans),
        *money,
        *(300.0, 160.0, 34000.0),
        *under_pcaf(),
        *disclosed(),
        *(row["r"] for row in (*above, *small)),
    ]


def under_pcaf() -> list[float]:
    """70 of equity 30 and debt 70 million at the end of 2023: all of 2024's 1,000 t but the 300 of equity."""
    sheet = make_project(
        total_investment="100000000.00",
        total_equity="30000000.00",
        total_debt="70000000.00",
        balance_sheet_date="2023-12-31",
        reported_annual_reduction_tco2="1000",
    )
    later = {**sheet, "total_equity": "60000000.00", "total_debt": "20000000.00", "balance_sheet_date": "2025-12-31"}
    lent = make_entry(value_date="2023-01-01", amount="70000000.00")
    book = make_book([sheet], entries=[lent], more=[land("projects", [later], number=7, at=KNOWN_AT)])
    held = work_out(book).holdings
    rule = rules_of(reference().profiles)["pcaf_avoided"]
    (row,) = attribute(held, window("2024-01-01", "2024-12-31"), rule).to_dicts()
    return [row["emission_reductions_tco2e"], row["attributed_reductions_tco2e"], 70.0]


def disclosed() -> list[float]:
    """What each bank and both disclose, and its share, where 80 and 45 are lent of an investment of 100 million."""
    project = make_project(total_investment="100000000.00", reported_annual_reduction_tco2="1000")
    lenders = ("Bank A", "Bank B")
    loans = [
        make_loan(loan_id=lender, lender=lender, crf_field="clean_energy", contract_amount="80000000.00")
        for lender in lenders
    ]
    entries = [
        make_entry(loan_id="Bank A", value_date="2025-03-01", amount="80000000.00"),
        make_entry(loan_id="Bank B", value_date="2025-05-01", amount="45000000.00"),
    ]
    table, _ = facility_disclosure(make_holdings([project], loans, entries), [quarter(2025, 1), quarter(2025, 2)])
    tonnes = table["attributed_annual_reductions_tco2e_per_year"].drop_nulls().to_list()
    alone = [float(one["amount"]) / MILLION / 100 for one in entries]
    return [*tonnes, *(one / 1000 for one in tonnes), *alone, sum(alone), 100.0]


def of_uncertainty(home: Home) -> list[float]:
    """The plant worked by hand, and what the sample book of 2025 has of the same."""
    portfolio = "level = 'portfolio' AND period = '2025' AND container = 'avoided_emissions'"
    (whole,) = home.rows(
        f"SELECT figure_tco2e, upper_95_tco2e - figure_tco2e AS half FROM mart.figure_uncertainties WHERE {portfolio}"
    )
    inputs = home.rows(
        "SELECT narrowed_tco2e, variance_ratio * 100 AS part, relative_uncertainty_ratio * 100 AS relative "
        f"FROM mart.uncertainty_inputs WHERE {portfolio}"
    )
    (curved,) = home.rows(
        "SELECT first_order_uncertainty_tco2e AS first, monte_carlo_uncertainty_tco2e AS drawn "
        "FROM mart.monte_carlo_checks WHERE NOT is_first_order_enough AND calendar_year = 2025"
    )
    decided = home.rows(
        "SELECT value * 100 AS value FROM core.parameters "
        "WHERE parameter_id IN ('reading_uncertainty', 'reported_figure_uncertainty')"
    )
    fertilizer = home.rows(
        "SELECT relative_uncertainty_pct AS value FROM core.parameters JOIN mart.parameter_uses USING (parameter_id) "
        "WHERE project_id = 'P-PY-FERT'"
    )
    drawing = [monte_carlo.DRAWS, monte_carlo.DRAWS_OF_WIDE, monte_carlo.NEGLIGIBLE_RATIO, monte_carlo.WIDE_RATIO]
    found = [
        value for row in (whole, *inputs, curved, *decided, *fertilizer) for value in row.values() if value is not None
    ]
    return [*found, *drawing, *(100 * one for one in drawing), QUANTILE_95, sensitivities.STEP, *by_hand(), *margins()]


def by_hand() -> list[float]:
    """Three months of 1,000 MWh by meter at 0.8 t, all of it the portfolio's: its range and what would narrow it."""
    project = make_project(
        method="grid_renewable",
        realisation_type="Solar",
        commissioning_date="2024-10-01",
        total_investment="500.00",
        reported_annual_reduction_tco2=None,
    )
    months = (("10", "31"), ("11", "30"), ("12", "31"))
    readings = [
        make_reading(period_start=f"2024-{month}-01", period_end=f"2024-{month}-{last}", value="1000")
        for month, last in months
    ]
    lent = make_entry(value_date="2024-10-01")
    factors = [
        make_parameter(relative_uncertainty_pct="5"),
        make_parameter(parameter_id="reservoir_ef", value="0", relative_uncertainty_pct="0"),
    ]
    marts = work_out(make_book([project], entries=[lent], readings=readings, parameters=factors)).marts
    of_year = {"level": "portfolio", "period": "2024", "container": "avoided_emissions"}
    (row,) = marts["mart.figure_uncertainties"].filter(**of_year).to_dicts()
    u = row["standard_uncertainty_tco2e"]
    inputs = marts["mart.uncertainty_inputs"].filter(**of_year).to_dicts()
    left = [u - one["narrowed_tco2e"] / QUANTILE_95 for one in inputs]
    each = [abs(one[name]) for one in inputs for name in ("contribution_tco2e", "narrowed_tco2e")]
    ends = [row["lower_95_tco2e"], row["upper_95_tco2e"], row["figure_tco2e"]]
    return [*ends, u, u**2, 100 * row["relative_uncertainty_ratio"], *left, *each, 1000.0, 0.8]


def margins() -> list[float]:
    """Central's combined margins of wind and hydro, the operating margin and its weight, and what they move by."""
    on_file = reference().parameters
    central = derivations(on_file).filter(
        pl.col("from_parameter_id") == "grid_om_ef", pl.col("from_scope") == "Central"
    )
    moves = central.filter(pl.col("scope").is_in(["Central/wind", "Central/hydro"]))["elasticity_ratio"]
    derived = work_out(make_book()).parameters
    rows = pl.concat(
        [on_file.select("parameter_id", "scope", "value"), derived.select("parameter_id", "scope", "value")]
    )
    wanted = rows.filter(
        (pl.col("parameter_id") == "grid_om_ef") & (pl.col("scope") == "Central")
        | (pl.col("parameter_id") == "grid_cm_ef") & (pl.col("scope") == "Central/wind")
        | (pl.col("parameter_id") == "om_weight")
    )
    return [*moves, *wanted["value"]]


def of_outcomes(home: Home) -> list[float]:
    """The wind farm's promise, expectation and measurement of 2025, and the limits that the page names."""
    (row,) = home.rows(
        "SELECT o.*, r.median_ratio AS rate FROM mart.project_outcomes o JOIN core.realisation r "
        "ON r.realisation_type = o.realisation_type_used AND r.realisation_scope = o.realisation_scope "
        "WHERE project_id = 'P-QS-WIND' AND calendar_year = 2025"
    )
    efficiency, heat = reference().parameter_kinds["baseline_boiler_efficiency"], reference().plausibility
    limits = [efficiency["lower"], efficiency["upper"], heat["heat_over_fuel_heat"]["upper"]]
    return [*(abs(value) for value in row.values() if isinstance(value, float | int)), *limits]


WORKED: Final[dict[str, Callable[[Home], list[float]]]] = {
    "attribution": of_attribution,
    "uncertainty": of_uncertainty,
    "outcomes": of_outcomes,
}


@pytest.mark.parametrize("page", WORKED)
def test_a_figure_of_a_page_is_what_the_program_comes_to(page: str, sample_home: Home) -> None:
    wanted = figures_in((DOCS / f"{page}.md").read_text(encoding="utf-8"))
    worked = WORKED[page](sample_home)
    assert len(wanted) > 10
    missing = [one for one in dict.fromkeys(wanted) if not is_among(one, worked)]
    assert missing == [figure for at, figure in GIVEN if at == page]
