"""Published numbers, taken through the program: the same inputs must give the same tonnes."""

import math
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import polars as pl
import pytest

from tests.golden.cases import Case, golden
from tests.makers import (
    YEAR_2025,
    Row,
    accept_rows,
    make_book,
    make_entry,
    make_holdings,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    make_year,
    reference,
    work_out,
    work_out_january,
)
from transforms.answers.summaries import summarise
from transforms.attribution.shares import attribute
from transforms.factors.derived_parameters import with_derived
from transforms.methods.shared.replaced_boilers import STEAM_HEAT
from transforms.outcomes.expected_reductions import expected_emission_reduction

FUELS: Final = {
    "gasoline": "gasoline", "diesel": "diesel", "natural_gas_1e4Nm3": "natural_gas", "bituminous": "bituminous_coal",
    "lignite": "lignite", "coke": "coke", "petcoke": "petcoke", "crude": "crude_oil", "fuel_oil": "fuel_oil",
    "LNG": "lng", "LPG": "lpg", "BFG_1e4Nm3": "blast_furnace_gas", "LDG_1e4Nm3": "converter_gas",
    "COG_1e4Nm3": "coke_oven_gas",
}  # fmt: skip
"""The case's name of each fuel and ours."""


def factor(parameters: pl.DataFrame, parameter_id: str, scope: str, day_in_force: str = "2025-01-01") -> float:
    in_force = pl.lit(day_in_force).str.to_date().is_between("valid_from", "valid_to")
    value: float = parameters.filter(in_force, parameter_id=parameter_id, scope=scope)["value"].item()
    return value


def reductions(book_rows: dict[str, Any]) -> float:
    """The project's reduction by the formula over all its months, believable or not, whatever it promised and cost."""
    silent = {"reported_annual_reduction_tco2": None, "total_investment": None}
    projects = [{**project, **silent} for project in book_rows["projects"]]
    marts = work_out(make_book(**{**book_rows, "projects": projects})).marts
    months = marts["mart.project_months"].filter(status="measured")["emission_reductions_tco2e"]
    withheld = marts["mart.withheld_figures"].filter(~pl.col("is_released"))["withheld_reductions_tco2e"]
    return float(months.sum()) + float(withheld.sum())


@golden("G01")
def test_a_solar_plant_of_gansu_avoids_the_tonnes_of_its_design_document(case: Case) -> None:
    """The document rounds down; here the year is the unrounded sum of its twelve months."""
    supplied = case["inputs"]["eg_mwh"]["value"]
    year = reductions(
        {
            "projects": [
                make_project(
                    method="grid_renewable",
                    province_or_country="Gansu",
                    realisation_type="Solar",
                    commissioning_date="2025-01-01",
                    capacity="50",
                    capacity_unit="MWp",
                )
            ],
            "readings": [make_reading(value=supplied, unit="MWh", period_end="2025-12-31")],
            "parameters": [make_parameter(value=case["inputs"]["ef_cm"]["value"])],
        }
    )
    assert math.floor(year) == case["expected"]["er_annual"]["value"]
    assert math.floor(year) * case["inputs"]["crediting_years"]["value"] == case["expected"]["er_total"]["value"]


@golden("G04")
def test_a_total_is_never_put_together_from_rounded_parts(case: Case) -> None:
    """Ten equal loans of the whole: each prints 126,206, together they are 1,262,062 and not 1,262,060."""
    total, parts = case["inputs"]["er_total"]["value"], case["inputs"]["years"]["value"]
    loans = [make_loan(loan_id=f"L{number}") for number in range(parts)]
    entries = [make_entry(loan_id=loan["loan_id"], amount="100.00") for loan in loans]
    rows = attribute(make_holdings(None, loans, entries, make_year([total / 12] * 12)), YEAR_2025, "period_end")
    printed = [math.floor(tonnes) for tonnes in rows["attributed_reductions_tco2e"]]
    assert set(printed) == {case["expected"]["er_avg"]["value"]}
    assert summarise(rows, "portfolio")["attributed_reductions_tco2e"].item() == pytest.approx(total, abs=1e-6)
    assert sum(printed) != total


def steam_heat(steam_t: float, enthalpy: float, reference_enthalpy: float) -> float:
    row = {
        "steam_delivered_t": steam_t,
        "steam_enthalpy_gj_per_t": enthalpy,
        "reference_enthalpy_gj_per_t": reference_enthalpy,
    }
    value: float = pl.DataFrame([row]).select(STEAM_HEAT).item()
    return value


@golden("G24")
def test_a_thousand_tonnes_of_saturated_steam_carry_305_tonnes_at_the_default_factor(case: Case) -> None:
    """And 296.26 t where the feed water of 83.74 kJ/kg is taken off, as the older sector guides do."""
    steam, enthalpy = case["inputs"]["steam_t"]["value"], case["inputs"]["h"]["value"] / 1000
    heat_ef = factor(reference().parameters, "heat_ef", "all")
    assert heat_ef == case["inputs"]["ef"]["value"]
    assert steam_heat(steam, enthalpy, 0.0) * heat_ef == pytest.approx(case["expected"]["co2"]["value"], abs=1e-6)
    feed_water = factor(reference().parameters, "reference_enthalpy", "all")
    assert steam_heat(steam, enthalpy, feed_water) * heat_ef == pytest.approx(296.26, abs=0.005)


@golden("G25")
@pytest.mark.parametrize("fuel", list(FUELS))
def test_a_unit_of_fuel_emits_what_the_table_says(case: Case, fuel: str) -> None:
    """NCV x CC x OF x 44/12 from our own reference rows."""
    rows, name = with_derived(reference().parameters), FUELS[fuel]
    inputs = case["inputs"][fuel]
    assert factor(rows, "fuel_ncv", name) == pytest.approx(inputs["ncv_GJ_per_unit"])
    assert factor(rows, "fuel_carbon_content", name) == pytest.approx(inputs["cc_tC_per_TJ"] / 1000)
    assert factor(rows, "fuel_oxidation", name) == inputs["of"]
    emitted = factor(rows, "fuel_ncv", name) * factor(rows, "fuel_ef", name)
    assert emitted == pytest.approx(case["expected"][fuel]["value"], abs=1e-6)


TREATMENTS: Final = ("septic", "anaerobic", "aerobic", "industrial_anaerobic")


@golden("G26")
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_a_cubic_metre_of_wastewater_emits_what_the_table_says(case: Case, treatment: str) -> None:
    """OD x Bo x MCF x GWP with our own defaults, a million cubic metres through the formula."""
    inputs, rows = case["inputs"][treatment], reference().parameters
    capacity, correction = (factor(rows, name, treatment) for name in ("methane_capacity", "methane_correction"))
    assert (capacity, correction, factor(rows, "gwp_ch4", "all")) == (inputs["bo"], inputs["mcf"], inputs["gwp"])
    readings = {
        f"{treatment}_wastewater_replaced": 1e6,
        f"{treatment}_wastewater_treated": 0.0,
        "methane_recovered": 0.0,
        "electricity_consumed": 0.0,
    }
    stated = {
        ("organic_load", "P1"): inputs["od_mg_l"] / 1e6,
        ("methane_capacity", treatment): capacity,
        ("methane_correction", treatment): correction,
        ("gwp_ch4", "all"): inputs["gwp"],
        ("methane_destruction", "all"): 0.5,
        ("grid_ef", "CN-JX"): 0.5,
    }
    parameters = [make_parameter(parameter_id=name, scope=scope, value=v) for (name, scope), v in stated.items()]
    month = work_out_january("wastewater_treatment", readings, parameters).months.to_dicts()[0]
    assert month["emission_reductions_tco2e"] / 1e6 == pytest.approx(case["expected"][treatment]["value"], abs=1e-9)


@golden("G27")
def test_the_national_grid_factor_fell_as_the_announcements_say(case: Case) -> None:
    factors = [factor(reference().parameters, "grid_ef", "CN", f"{year}-06-30") for year in (2021, 2022, 2023)]
    assert factors == [case["inputs"][name] for name in ("n2021", "n2022", "n2023")]
    changes = [round((new / old - 1) * 100, 1) for old, new in pairwise(factors)]
    assert changes == [case["expected"]["d22"], case["expected"]["d23"]]


def flagship(case: Case, investment: str | None) -> tuple[list[Row], list[Row], list[Row]]:
    """Loan and promise of the flagship as published; money in 10,000 yuan."""
    inputs = case["inputs"]
    tonnes = inputs["reduction"] if "reduction" in inputs else inputs["project_reduction"]["value"]
    loan = inputs["loan_balance"] if "loan_balance" in inputs else inputs["loan"]["value"]
    project = make_project(total_investment=investment, reported_annual_reduction_tco2=tonnes)
    lent = make_entry(amount=f"{loan * 10_000}.00")
    return [project], [make_loan(contract_amount=lent["amount"])], [lent]


@golden("G28")
@pytest.mark.parametrize("basis", ["period_end", "daily_average", "month_end_average", "monthly_matched", "disbursed"])
def test_the_flagship_without_a_published_investment_gives_no_figure_for_the_bank(case: Case, basis: str) -> None:
    """80,000 t is the project's, not the bank's: without a denominator there is a status and no number."""
    months = make_year([case["inputs"]["project_reduction"]["value"] / 12] * 12)
    (row,) = attribute(make_holdings(*flagship(case, None), months), YEAR_2025, basis).to_dicts()
    assert row["status"] == "blocked_no_denominator"
    assert row["attributed_reductions_tco2e"] is case["expected"]["attributed"] is None
    assert row["attribution_factor_ratio"] is None
    assert row["emission_reductions_tco2e"] == pytest.approx(80_000)


@golden("G29")
def test_the_flagship_with_an_assumed_investment_gives_the_bank_four_fifths(case: Case) -> None:
    """250 of an assumed 312.5 million yuan: 0.8 x 80,000 = 64,000 t a year."""
    book = make_book(*flagship(case, f"{case['inputs']['total_investment'] * 10_000}.00"))
    held = work_out(book).holdings
    for basis in ("period_end", "disbursed"):
        (row,) = attribute(held, YEAR_2025, basis).to_dicts()
        assert row["attribution_factor_ratio"] == 0.8
        assert row["attributed_reductions_tco2e"] == pytest.approx(case["expected"]["attributed"], rel=1e-12)


@golden("G37")
def test_405_million_written_in_hundred_millions_is_read_as_405_million(case: Case) -> None:
    """A tenfold slip shows in tonnes per 10,000 yuan: 2.03 is usual, 0.20 is the slip."""
    sent = {("合同金额(亿元)" if name == "contract_amount" else name): value for name, value in make_loan().items()}
    sent["合同金额(亿元)"] = "4.05"
    amount = accept_rows("loans", [sent]).rows["contract_amount"].item()
    assert amount == Decimal(case["inputs"]["amt_if_405m"] * 10_000)
    intensity = case["inputs"]["red"] / float(amount / 10_000)
    assert round(intensity, 4) == case["expected"]["i_m"]


@golden("G38")
def test_the_heat_that_eighty_thousand_tonnes_would_take_from_coal_to_central_coal(case: Case) -> None:
    """2.626 million GJ at the users; coal boilers of 65 % replaced by a coal plant of 88 % and a network of 95 %."""
    inputs, heat = case["inputs"], case["expected"]["q_GJ"]
    coal_gj = heat / (inputs["eta_pj"] * inputs["eta_net"])
    coal_t = coal_gj / factor(reference().parameters, "fuel_ncv", "bituminous_coal")
    day = {"period_start": "2025-01-01", "period_end": "2025-01-31"}
    total = reductions(
        {
            "projects": [make_project(method="steam_heating", commissioning_date="2025-01-01")],
            "readings": [
                make_reading(metric="heat_delivered", value=heat, unit="GJ", **day),
                make_reading(metric="coal_consumed", value=coal_t, unit="t", **day),
                make_reading(metric="electricity_consumed", value="0", unit="MWh", **day),
            ],
            "parameters": [
                make_parameter(parameter_id="baseline_boiler_efficiency", value=inputs["eta_bl"], unit="ratio")
            ],
        }
    )
    assert factor(with_derived(reference().parameters), "fuel_ef", "bituminous_coal") == pytest.approx(
        inputs["ef_fuel"]["value"]
    )
    assert total == pytest.approx(inputs["target"], rel=5e-4)
    assert round(total / heat, 4) == case["expected"]["per_gj"]


@golden("G13")
def test_a_transition_plan_expects_its_straight_line(case: Case) -> None:
    """(100,000 - 50,000) / (2030 - 2025) x (2027 - 2025) = 20,000 t."""
    inputs = case["inputs"]
    base, target = inputs["e0"]["value"], inputs["e1"]["value"]
    expected = expected_emission_reduction(base, target, inputs["y0"], inputs["y1"], inputs["y"])
    assert expected == pytest.approx(case["expected"]["interpolated_eer"]["value"])
