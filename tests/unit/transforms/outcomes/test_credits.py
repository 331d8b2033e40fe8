"""Avoided, removed, financed, credited: the containers are kept apart, and a second claim is flagged."""

from typing import Any, Final

import pytest

from tests.makers import Row, WorkedOut, make_book, make_entry, make_project, make_reading, work_out

FIRST_QUARTER: Final = {"period_start": "2025-01-01", "period_end": "2025-03-31"}
CCER: Final = make_reading(metric="CCER签发量", value="90", unit="吨二氧化碳当量", **FIRST_QUARTER)
CERTIFICATES: Final = make_reading(metric="green_certificates", value="300", unit="MWh", **FIRST_QUARTER)
ENTRIES: Final = [make_entry(value_date="2025-04-01")]


def worked_out(*readings: Row, **project: Any) -> WorkedOut:
    plant = make_project(**{"realisation_type": "Wind", **project})
    return work_out(make_book(projects=[plant], entries=[make_entry(), *ENTRIES], readings=readings))


def claims(computed: WorkedOut) -> list[str]:
    return [code for code in computed.flags["code"].to_list() if code.endswith("_claimed")]


def test_credits_are_carried_in_a_table_of_their_own() -> None:
    (row,) = worked_out(CCER, credit_scheme="CCER").marts["mart.issued_credits"].to_dicts()
    assert (row["metric"], row["value"], row["unit"]) == ("issued_credits", 90.0, "tCO2e")
    assert (row["credit_scheme"], row["is_claimed_twice"]) == ("CCER", True)


@pytest.mark.parametrize(
    ("readings", "scheme", "expected"),
    [
        ([CCER], None, ["credits_claimed"]),
        ([], "CCER", ["credits_claimed"]),
        ([CERTIFICATES], None, ["certificates_claimed"]),
        ([], "绿证", ["certificates_claimed"]),
        ([CCER, CERTIFICATES], "VCS", ["certificates_claimed", "credits_claimed"]),
        ([], None, []),
    ],
)
def test_a_second_claim_on_the_same_months_is_flagged(
    readings: list[Row], scheme: str | None, expected: list[str]
) -> None:
    assert claims(worked_out(*readings, credit_scheme=scheme)) == expected


def test_credits_of_months_without_a_reduction_are_not_a_second_claim() -> None:
    computed = worked_out(CCER, commissioning_date="2025-06-01")
    assert computed.marts["mart.issued_credits"]["is_claimed_twice"].to_list() == [False]
    assert claims(computed) == []


def test_a_project_without_tonnes_claims_nothing_twice() -> None:
    assert claims(worked_out(CCER, method="none", credit_scheme="CCER")) == []


def test_credits_change_no_tonne_of_any_other_container() -> None:
    """The same book with and without credits: reductions and financed emissions stay to the last digit."""
    without, with_credits = worked_out().marts, worked_out(CCER, CERTIFICATES, credit_scheme="CCER").marts
    for name in (
        "mart.project_months",
        "mart.attributed_reductions",
        "mart.financed_emissions",
        "mart.project_outcomes",
    ):
        assert without[name].equals(with_credits[name]), name


def test_no_table_holds_two_containers() -> None:
    """Only the project's own terms are in one row; a loan's avoided and financed tonnes never do."""
    marts = worked_out(CCER).marts
    avoided, financed = marts["mart.attributed_reductions"], marts["mart.financed_emissions"]
    assert "financed_emissions_tco2e" not in avoided.columns
    assert not {"attributed_reductions_tco2e", "emission_reductions_tco2e"} & set(financed.columns)
    tonnes = [c for c in marts["mart.issued_credits"].columns if c.endswith("tco2e")]
    assert tonnes == []
