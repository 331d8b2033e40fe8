"""The range of a figure: each input's error carried through the method's own expression."""

import math
from typing import Any, Final

import polars as pl
import pytest

from schemas.between.outcomes import UncertainInput
from schemas.contract import unchecked
from tests.makers import (
    Row,
    WorkedOut,
    day,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    work_out,
)
from transforms.ground.calendar import quarter
from transforms.uncertainty.ranges import contributions, figure_parts, figure_uncertainties, of_projects, range_sums

PERIOD: Final = "2025Q1"
NORMAL_95: Final = 1.959963984540054
"""Quantile of the standard normal distribution at 97.5 %, from tables."""

SOLAR: Final = {"method": "grid_renewable", "realisation_type": "Solar", "reported_annual_reduction_tco2": None}
MARGIN: Final = make_parameter(value="0.8", relative_uncertainty_pct="5")
NO_RESERVOIR: Final = make_parameter(parameter_id="reservoir_ef", value="0", relative_uncertainty_pct="0")


def quarter_of(project: str, value: str = "1000", source: str | None = "meter") -> list[Row]:
    """Three monthly readings of the first quarter of 2025."""
    ends = {"01": "31", "02": "28", "03": "31"}
    return [
        make_reading(
            project_id=project,
            period_start=f"2025-{month}-01",
            period_end=f"2025-{month}-{last}",
            value=value,
            source=source,
        )
        for month, last in ends.items()
    ]


def own_factors(project: str, margin: str = "0.8", uncertainty: str = "5") -> list[Row]:
    return [
        make_parameter(scope=project, value=margin, relative_uncertainty_pct=uncertainty),
        make_parameter(parameter_id="reservoir_ef", scope=project, value="0", relative_uncertainty_pct="0"),
    ]


def book(**rows: Any) -> WorkedOut:
    tables = {"projects": [make_project(**SOLAR)], "parameters": [MARGIN, NO_RESERVOIR], "readings": quarter_of("P1")}
    return work_out(make_book(**{**tables, **rows}))


def ranges(computed: WorkedOut, level: str, period: str = PERIOD) -> dict[str, Row]:
    rows = computed.marts["mart.figure_uncertainties"].filter(level=level, period=period, container="avoided_emissions")
    return {row["subject"]: row for row in rows.to_dicts()}


def test_one_project_has_the_errors_of_its_meter_and_of_its_factor() -> None:
    """ER = 3 x 1,000 MWh x 0.8 = 2,400 t. The factor is one input: 5 % of 2,400 = 120 t. Each month's reading is one:

    2 % of 800 = 16 t, three times independent: 16 x sqrt(3) = 27.7128 t. Together sqrt(120^2 + 3 x 16^2) = 123.158 t.
    """
    only = ranges(book(), "project")["P1"]
    assert only["figure_tco2e"] == pytest.approx(2400.0)
    assert only["standard_uncertainty_tco2e"] == pytest.approx(math.sqrt(120**2 + 3 * 16**2), rel=1e-8)
    assert only["upper_95_tco2e"] - 2400.0 == pytest.approx(NORMAL_95 * 123.158, rel=1e-5)
    assert 2400.0 - only["lower_95_tco2e"] == pytest.approx(NORMAL_95 * 123.158, rel=1e-5)


@pytest.mark.parametrize(
    ("source", "relative"), [("meter", 0.02), ("invoice", 0.025), ("estimate", 0.15), (None, 0.05)]
)
def test_a_reading_is_as_uncertain_as_the_way_it_was_read(source: str | None, relative: float) -> None:
    """The factor is exact: u = relative x 800 x sqrt(3)."""
    computed = book(readings=quarter_of("P1", source=source), parameters=own_factors("P1", uncertainty="0"))
    found = ranges(computed, "project")["P1"]["standard_uncertainty_tco2e"]
    assert found == pytest.approx(relative * 800 * math.sqrt(3), rel=1e-8)


TWO: Final[dict[str, Any]] = {
    "projects": [make_project(**SOLAR), make_project(**SOLAR, project_id="P2")],
    "readings": [*quarter_of("P1"), *quarter_of("P2")],
    "loans": [make_loan(), make_loan(loan_id="L2", project_id="P2")],
    "entries": [make_entry(amount="1000.00"), make_entry(loan_id="L2", amount="1000.00")],
}


def test_projects_that_share_a_factor_row_share_its_error() -> None:
    """Both take Central/solar (a weight each of the operating and the build margin), so its error doubles with the

    figure; the six readings are independent. u^2 = (2 f)^2 + 6 r^2 where one project alone has u1^2 = f^2 + 3 r^2.
    """
    computed = book(**TWO, parameters=[])
    alone = ranges(computed, "project")["P1"]
    reading = 0.02 * alone["figure_tco2e"] / 3
    factor_squared = alone["standard_uncertainty_tco2e"] ** 2 - 3 * reading**2
    both = ranges(computed, "portfolio")["portfolio"]
    assert both["figure_tco2e"] == pytest.approx(2 * alone["figure_tco2e"])
    assert both["standard_uncertainty_tco2e"] == pytest.approx(math.sqrt(4 * factor_squared + 6 * reading**2), rel=1e-8)


def test_the_margin_of_a_grid_is_as_uncertain_as_the_rows_it_is_made_of() -> None:
    """EF_CM = 0.75 x 0.8587 + 0.25 x 0.2854 = 0.715375; 10 % of each margin, weights exact: readings aside

    u = 3,000 MWh x sqrt((0.075 x 0.8587)^2 + (0.025 x 0.2854)^2) = 194.38 t.
    """
    found = ranges(book(parameters=[]), "project")["P1"]["standard_uncertainty_tco2e"]
    factor = 3000 * math.hypot(0.075 * 0.8587, 0.025 * 0.2854)
    readings = 0.02 * 1000 * 0.715375 * math.sqrt(3)
    assert found == pytest.approx(math.hypot(factor, readings), rel=1e-6)


def test_projects_with_factors_of_their_own_are_independent() -> None:
    computed = book(**TWO, parameters=[*own_factors("P1"), *own_factors("P2")])
    alone = ranges(computed, "project")["P1"]["standard_uncertainty_tco2e"]
    assert ranges(computed, "portfolio")["portfolio"]["standard_uncertainty_tco2e"] == pytest.approx(
        alone * math.sqrt(2), rel=1e-8
    )


def test_a_lender_with_half_of_a_project_has_half_of_its_range() -> None:
    """500 of 1,000 yuan of investment."""
    computed = book()
    project, lender = ranges(computed, "project")["P1"], ranges(computed, "lender")["甲银行"]
    for column in ("figure_tco2e", "standard_uncertainty_tco2e", "lower_95_tco2e", "upper_95_tco2e"):
        assert lender[column] == pytest.approx(project[column] / 2)


def test_an_invoice_of_a_quarter_is_one_error_and_not_three() -> None:
    """2.5 % of 2,400 t = 60 t, whatever the days; the factor is exact."""
    invoice = make_reading(period_end="2025-03-31", value="3000", source="invoice")
    computed = book(readings=[invoice], parameters=own_factors("P1", uncertainty="0"))
    assert ranges(computed, "project")["P1"]["standard_uncertainty_tco2e"] == pytest.approx(60.0, rel=1e-8)


def test_a_figure_that_the_project_reports_is_uncertain_by_thirty_per_cent() -> None:
    """365 t a year: 90 t in the quarter, 27 t."""
    later = make_entry(value_date="2025-04-01", amount="1.00")
    computed = work_out(make_book(entries=[make_entry(), later]))
    only = ranges(computed, "project")["P1"]
    assert (only["figure_tco2e"], only["standard_uncertainty_tco2e"]) == pytest.approx((90.0, 27.0))


def test_a_figure_with_an_input_of_unknown_uncertainty_has_no_range_rather_than_a_small_one() -> None:
    unknown = {"project_id": "P1", "month_start_date": day("2025-01-01"), "input": "x", "origin": "factor"}
    inputs = pl.DataFrame([{**unknown, "sensitivity_tco2e": 800.0}], schema=UncertainInput.polars_schema())
    first = [quarter(2025, 1)]
    contributed = contributions(unchecked(inputs, UncertainInput), first)
    sums = of_projects(range_sums(figure_parts({"avoided_emissions": book().holdings}, first), contributed, first))
    rows = figure_uncertainties(sums, first)
    assert rows["standard_uncertainty_tco2e"].to_list() == [None]


def leading(computed: WorkedOut, period: str) -> list[Row]:
    return computed.marts["mart.uncertainty_inputs"].filter(level="portfolio", period=period).to_dicts()


def year_of_readings() -> list[Row]:
    ends = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return [
        make_reading(period_start=f"2025-{n:02}-01", period_end=f"2025-{n:02}-{last}", value="1000")
        for n, last in enumerate(ends, start=1)
    ]


def test_the_leading_input_is_the_one_whose_certainty_would_narrow_the_range_most() -> None:
    """Half of 12 x 1,000 MWh x 0.8 is the loan's: factor 5 % of 4,800 = 240 t; each reading 2 % of 400 = 8 t.

    u = sqrt(240^2 + 12 x 8^2) = 241.595 t; without the factor sqrt(12) x 8 = 27.713 t; narrowed by 1.96 x 213.882 t.
    """
    first, second, *_ = leading(book(readings=year_of_readings()), "2025")
    assert (first["rank_number"], first["parameter_id"], first["origin"]) == (1, "grid_cm_ef", "factor")
    assert first["contribution_tco2e"] == pytest.approx(240.0, rel=1e-8)
    assert first["narrowed_tco2e"] == pytest.approx(NORMAL_95 * (241.595 - 27.713), rel=1e-4)
    assert (second["origin"], second["contribution_tco2e"]) == ("reading", pytest.approx(8.0, rel=1e-8))


def test_an_input_is_named_in_both_languages() -> None:
    factor, reading, *_ = leading(book(readings=year_of_readings()), "2025")
    assert (factor["input"], factor["input_zh"]) == (
        "grid_cm_ef [P1] from 2020-01-01",
        "grid_cm_ef [P1] 自 2020-01-01",
    )
    assert reading["input"].replace(" from ", " 自 ") == reading["input_zh"]
    later = make_entry(value_date="2025-12-01", amount="1.00")
    (report,) = leading(work_out(make_book(entries=[make_entry(), later])), "2025")
    assert (report["input"], report["input_zh"]) == ("P1: the project's own annual figure", "P1：项目自报年度数")


def test_the_parts_of_the_variance_add_up_to_the_whole() -> None:
    rows = leading(book(readings=year_of_readings()), "2025")
    assert sum(row["variance_ratio"] for row in rows) == pytest.approx(1.0)
    assert [row["rank_number"] for row in rows] == list(range(1, 14))


HEAT: Final = [
    make_parameter(parameter_id="baseline_boiler_efficiency", value="0.6", unit="ratio", relative_uncertainty_pct="15"),
    make_parameter(parameter_id="grid_ef", value="0.5", relative_uncertainty_pct="0"),
]


def heat_book(efficiency_pct: str) -> WorkedOut:
    """A plant that burns biomass only: BE = 1,000 GJ a month / 0.6 x coal; PE = 0."""
    efficiency = {**HEAT[0], "relative_uncertainty_pct": efficiency_pct}
    biomass = make_parameter(parameter_id="fuel_ncv", scope="P1/biomass", value="15", unit="GJ/t")
    readings = [
        {
            **reading,
            "metric": metric,
            "unit": unit,
            "value": str(value * (1 + 7 * month % 12 / 1000)),
            "record_id": f"{metric}/{reading['record_id']}",
        }
        for month, reading in enumerate(year_of_readings())
        for metric, unit, value in (
            ("heat_delivered", "GJ", 1000),
            ("biomass_consumed", "t", 100),
            ("electricity_consumed", "MWh", 1),
        )
    ]
    project = make_project(method="steam_heating", reported_annual_reduction_tco2=None)
    return work_out(make_book(projects=[project], readings=readings, parameters=[efficiency, HEAT[1], biomass]))


def check(computed: WorkedOut) -> Row:
    (row,) = computed.marts["mart.monte_carlo_checks"].filter(calendar_year=2025).to_dicts()
    return row


def test_drawing_every_input_agrees_with_the_first_order_within_its_own_error_where_errors_are_small() -> None:
    row = check(heat_book("2"))
    difference = abs(row["monte_carlo_uncertainty_tco2e"] - row["first_order_uncertainty_tco2e"])
    assert difference < 3 * row["monte_carlo_error_tco2e"]
    assert row["is_first_order_enough"]


def test_a_skewed_figure_is_found_out_by_drawing() -> None:
    """An efficiency uncertain by 50 % is in a denominator: 1 / x of a lognormal has a longer upper tail."""
    row = check(heat_book("50"))
    assert not row["is_first_order_enough"]
    above = row["monte_carlo_upper_95_tco2e"] - row["figure_tco2e"]
    assert above > row["figure_tco2e"] - row["monte_carlo_lower_95_tco2e"]


def test_the_same_book_is_drawn_the_same_way_every_time() -> None:
    first, second = (heat_book("15").marts["mart.monte_carlo_checks"] for _ in range(2))
    assert first.equals(second)


def test_the_facilitys_range_is_of_its_loans_alone_not_of_the_lenders_whole_book() -> None:
    """Two like projects of 2,400 t, half financed; the loan of P1 alone is the facility's: 1,200 t of 2,400 t.

    Its inputs are P1's meter and factor and none of P2's.
    """
    computed = book(
        projects=[make_project(**SOLAR), make_project(project_id="P2", **SOLAR)],
        loans=[make_loan(crf_field="clean_energy"), make_loan(loan_id="L2", project_id="P2")],
        entries=[make_entry(), make_entry(loan_id="L2")],
        parameters=[*own_factors("P1"), *own_factors("P2")],
        readings=[*quarter_of("P1"), *quarter_of("P2")],
    )
    alone, all_of_it = ranges(computed, "facility_lender")["甲银行"], ranges(computed, "lender")["甲银行"]
    assert (alone["figure_tco2e"], all_of_it["figure_tco2e"]) == (pytest.approx(1200.0), pytest.approx(2400.0))
    assert ranges(computed, "facility")["portfolio"]["figure_tco2e"] == pytest.approx(1200.0)
    assert alone["standard_uncertainty_tco2e"] == pytest.approx(math.sqrt(120**2 + 3 * 16**2) / 2, rel=1e-8)
