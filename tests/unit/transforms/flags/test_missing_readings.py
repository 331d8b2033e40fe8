"""A missing reading is named by its item and its months: of the period asked for, and only where it is what lacks."""

import datetime as dt

import polars as pl

from flows.reference.tables import reading_names
from schemas.contract import conform
from schemas.marts import Completeness, ProjectMonth
from tests.makers import make_holdings, make_month, make_project, reference, window, written
from transforms.flags.missing_readings import missing_readings, readings_missing_within
from transforms.methods.catalog import EDITIONS

RUNNING = pl.DataFrame({"project_id": ["P1"], "commissioning_date": [dt.date(2025, 2, 10)]})


def month(number: int, status: str) -> dict[str, object]:
    tonnes = 100.0 if status == "measured" else None
    return make_month(month_start_date=dt.date(2025, number, 1), status=status, emission_reductions_tco2e=tonnes)


def sentences(first: str, last: str) -> list[tuple[str, str]]:
    months = conform(
        pl.DataFrame(
            [
                month(2, "blocked_missing_reading"),
                month(3, "measured"),
                month(4, "refused"),
                month(5, "blocked_missing_parameter"),
                month(6, "blocked_missing_reading"),
            ],
            schema=ProjectMonth.polars_schema(),
        ),
        ProjectMonth,
    )
    found = written(readings_missing_within(RUNNING, months, Completeness.empty_frame(), window(first, last), {}))
    return found.select("message", "message_zh").rows()


def test_months_of_other_periods_or_that_wait_for_something_else_are_not_named() -> None:
    assert [en for en, _ in sentences("2025-01-01", "2025-05-31")] == [
        "no complete reading of anything that the formula takes in 2025-02"
    ]
    assert sentences("2025-03-01", "2025-05-31") == []


def test_a_month_without_any_reading_is_missing_too() -> None:
    ((english, chinese),) = sentences("2025-04-01", "2025-08-31")
    assert english == "no complete reading of anything that the formula takes in 2025-06, 2025-07, 2025-08"
    assert chinese == "2025-06, 2025-07, 2025-08 缺少完整读数：公式所需各项"


def test_what_is_needed_and_what_was_delivered_have_their_chinese_names_in_chinese() -> None:
    """A reading of a name that nobody knows is written as it was sent."""
    blocked = month(2, "blocked_missing_reading") | {"method": "steam_heating", "method_edition": "1"}
    holdings = make_holdings([make_project(method="steam_heating")], months=[blocked])
    readings = pl.DataFrame({"project_id": ["P1", "P1"], "metric": ["steam_delivered", "brine_pumped"]})
    words = reference().sentences
    found = written(missing_readings(holdings, readings, EDITIONS.values(), reading_names(), words))
    ((english, chinese),) = found.select("message", "message_zh").rows()
    needed = "heat_delivered or steam_delivered and electricity_consumed and every fuel"
    assert (
        english == f"no complete reading in 2025-02 (needed: {needed}; delivered so far: brine_pumped, steam_delivered)"
    )
    assert chinese == "2025-02 缺少完整读数（需要：供热量或供汽量、用电量、各燃料；已报送：brine_pumped、供汽量）"
