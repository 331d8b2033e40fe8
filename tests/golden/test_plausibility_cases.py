"""Published pairs of numbers that do not fit each other must be flagged, and those that do must not."""

import polars as pl
import pytest

from tests.golden.cases import Case, golden
from tests.makers import WorkedOut, make_book, make_entry, make_loan, make_project, make_reading, work_out


@golden("G33")
def test_less_than_a_tonne_of_co2_for_a_tonne_of_coal_is_flagged(case: Case) -> None:
    """34.15 over 36.69 is 0.931; no fuel gives less than 1.5."""
    coal = make_reading(
        metric="节约标准煤",
        value=case["inputs"]["tce"],
        unit="万tce",
        period_start="2022-01-01",
        period_end="2022-12-31",
    )
    project = make_project(
        realisation_type="EE supply side",
        commissioning_date="2021-06-01",
        reported_annual_reduction_tco2=round(case["inputs"]["co2"] * 10_000),
    )
    after = make_entry(value_date="2023-01-01")
    computed = work_out(make_book(projects=[project], entries=[after], readings=[coal]))
    (row,) = computed.marts["mart.plausibility"].filter(check_id="co2_per_tce").to_dicts()
    assert (round(row["value"], 3), row["verdict"]) == (case["expected"]["ratio"], "flagged")
    flags = computed.flags.filter(pl.col("code") == "implausible_figure", pl.col("message").str.contains("tce"))
    (flag,) = flags.to_dicts()
    assert "341500.0 t / 366900.0 tce" in flag["message"]
    assert "吨标准煤" in flag["message_zh"]


def lent(yuan: int, tonnes: float) -> WorkedOut:
    """A loan that pays the whole of a project of these tonnes a year."""
    project = make_project(
        realisation_type="Wind", total_investment=f"{yuan}.00", reported_annual_reduction_tco2=tonnes
    )
    loan = make_loan(contract_amount=f"{yuan}.00")
    entries = [make_entry(amount=f"{yuan - 1}.00"), make_entry(amount="1.00", value_date="2025-12-31")]
    return work_out(make_book(projects=[project], loans=[loan], entries=entries))


@golden("G37")
@pytest.mark.parametrize(
    ("amount", "name", "verdict"), [("amt_if_4_05bn", "i_bn", "flagged"), ("amt_if_405m", "i_m", "plausible")]
)
def test_a_tenfold_slip_of_the_amount_is_flagged_and_the_right_amount_is_not(
    case: Case, amount: str, name: str, verdict: str
) -> None:
    """82,187.5 t on 4.05 billion yuan are 0.2029 t per 10,000 yuan, on 405 million 2.0293."""
    computed = lent(case["inputs"][amount] * 10_000, case["inputs"]["red"])
    (row,) = computed.marts["mart.plausibility"].filter(check_id="tonnes_per_10000_yuan").to_dicts()
    assert (round(row["value"], 4), row["verdict"]) == (case["expected"][name], verdict)
    assert computed.flags.filter(code="implausible_figure").height == (verdict == "flagged")
