"""What was refused at the door is a gap with a name: no default, the same status in the month as in the quarter."""

from typing import Final

import pytest

from tests.makers import (
    Row,
    attributed,
    book_as_known,
    make_book,
    make_entry,
    make_parameter,
    make_project,
    make_reading,
    window,
)
from transforms.flags.readings import refused_parameters
from transforms.known import Known

SOLAR: Final = make_project(
    method="grid_renewable", realisation_type="Solar", commissioning_date="2025-01-01",
    reported_annual_reduction_tco2=None,
)  # fmt: skip
READ: Final = [
    make_reading(period_start=f"2025-{number:02}-01", period_end=f"2025-{number:02}-{last}")
    for number, last in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30))
]
QUARTERS: Final = [window("2025-01-01", "2025-03-31"), window("2025-04-01", "2025-06-30")]
OWN: Final = make_parameter(value="0.8")


def worked_out(*parameters: Row, readings: list[Row] = READ) -> Known:
    return book_as_known(make_book([SOLAR], entries=[make_entry()], readings=readings, parameters=parameters))


def statuses(known: Known) -> list[str]:
    """Of the six months, then of the two quarters."""
    months = known.worked_out.months.sort("month_start_date")["status"].to_list()[:6]
    return [*months, *(attributed(known.holdings, quarter)["L1"]["status"] for quarter in QUARTERS)]


def test_without_a_row_of_its_own_the_regions_factor_counts() -> None:
    assert set(statuses(worked_out())) == {"measured"}


@pytest.mark.parametrize(
    ("refused", "months"),
    [
        ({**OWN, "value": "abc"}, 6),
        ({**OWN, "unit": "apples"}, 6),
        ({**OWN, "valid_from": "2025-02-30"}, 6),
        ({**OWN, "valid_from": "2026-01-01", "valid_to": "2020-01-01"}, 6),
        ({**OWN, "value": "abc", "valid_to": "2025-03-31"}, 3),
        ({**OWN, "value": "abc", "valid_from": "2027-01-01"}, 0),
        ({**OWN, "value": "abc", "scope": "P2"}, 0),
        ({**OWN, "value": "abc", "scope": "Central"}, 0),
        ({**OWN, "value": "abc", "parameter_id": "fuel_ncv"}, 0),
    ],
)
def test_a_refused_factor_of_its_own_is_not_replaced_by_a_default(refused: Row, months: int) -> None:
    known = worked_out(refused)
    said = statuses(known)
    assert said[:6] == ["refused"] * months + ["measured"] * (6 - months)
    assert said[6:] == ["refused" if months else "measured", "refused" if months > 3 else "measured"]
    assert refused_parameters(known.worked_out.refused).height == (months > 0)


def test_two_rows_that_contradict_each_other_leave_no_default_either() -> None:
    assert set(statuses(worked_out(OWN, {**OWN, "value": "0.7"}))) == {"refused"}


def test_the_corrected_row_counts() -> None:
    assert set(statuses(worked_out({**OWN, "value": "abc"}, OWN))) == {"measured"}
    unreadable = {**OWN, "valid_from": "2025-02-30"}
    assert set(statuses(worked_out(unreadable, OWN))) == {"measured"}


def test_a_refused_reading_makes_its_month_refused_as_it_makes_the_quarter() -> None:
    wrong = {**READ[1], "unit": "apples"}
    assert statuses(worked_out(readings=[READ[0], wrong, *READ[2:]])) == [
        "measured", "refused", *["measured"] * 4, "refused", "measured",
    ]  # fmt: skip


def test_a_refused_reading_of_a_month_that_another_covers_refuses_nothing() -> None:
    twice = {**READ[1], "unit": "apples", "record_id": "again"}
    assert set(statuses(worked_out(readings=[*READ, twice]))) == {"measured"}


def test_a_month_that_nobody_sent_is_missing_though_another_was_refused() -> None:
    wrong = {**READ[1], "unit": "apples"}
    assert statuses(worked_out(readings=[READ[0], wrong, *READ[3:]]))[:3] == [
        "measured", "refused", "blocked_missing_reading",
    ]  # fmt: skip


PARTS: Final = [
    make_project(project_id="P1", **{k: v for k, v in SOLAR.items() if k != "project_id"}),
    make_project(project_id="P9"),
]
