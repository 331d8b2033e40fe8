"""Small books of which everything is known: a plant that supplies electricity, its factor, and its loans."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from schemas.contract import conform
from schemas.marts import ReadingUse
from schemas.reference import ParameterUse
from tests.makers import make_entry, make_holdings, make_loan, make_month, make_project
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN
from transforms.bridge.state import State
from transforms.ground.calendar import Period, quarter

QUARTER: Final = quarter(2025, 1)
MONTHS: Final = tuple(dt.date(2025, month, 1) for month in (1, 2, 3))


@dataclass(frozen=True)
class World:
    """A plant's three months: records by their id, MWh; tCO2/MWh; yuan lent and repaid by loan; yuan invested."""

    records: Sequence[Mapping[str, float]] = field(
        default_factory=lambda: ({"r1": 100.0}, {"r2": 100.0}, {"r3": 100.0})
    )
    factor: float = 0.8
    lent: Mapping[str, int] = field(default_factory=lambda: {"L1": 500})
    repaid: Mapping[str, int] = field(default_factory=dict)
    invested: int = 1000
    has_amounts_in_ids: bool = True
    """Whether entries of other amounts are other entries; else the same ones, corrected."""

    def tonnes(self) -> list[float]:
        """What each month avoids: MWh times the factor."""
        return [sum(records.values()) * self.factor for records in self.records]


def holdings(world: World, first: dt.date = QUARTER.first, **named: Any) -> Holdings:
    """What attribution reads of the world."""
    dates = [first.replace(month=first.month + place) for place in range(3)]
    months = [
        make_month(month_start_date=date, emission_reductions_tco2e=tonnes, method_edition="1")
        for date, tonnes in zip(dates, world.tonnes(), strict=True)
    ]
    paid_out = [_entry(world, loan, yuan, "DISBURSEMENT") for loan, yuan in world.lent.items()]
    paid_back = [_entry(world, loan, yuan, "REPAYMENT") for loan, yuan in world.repaid.items() if yuan]
    given = {
        "projects": [make_project(method="grid_renewable", total_investment=f"{world.invested}.00")],
        "loans": [make_loan(loan_id=loan) for loan in world.lent],
        "entries": [*paid_out, *paid_back],
        "months": months,
        **named,
    }
    return make_holdings(**given)


def _entry(world: World, loan: str, yuan: int, event: str) -> dict[str, Any]:
    named = f"{loan}/{event}/{yuan}" if world.has_amounts_in_ids else f"{loan}/{event}"
    return make_entry(loan_id=loan, amount=f"{yuan}.00", event=event, entry_id=named, value_date="2025-01-02")


def state(world: World, period: Period = QUARTER, basis: str = "monthly_matched", **named: Any) -> State:
    """The world as a state, with what its formula read."""
    dates = [period.first.replace(month=period.first.month + place) for place in range(3)]
    readings = [
        {
            "project_id": "P1",
            "month_start_date": date,
            "symbol": "electricity_supplied_mwh",
            "item": None,
            "metric": "electricity_supplied",
            "value": sum(records.values()),
            "unit": "MWh",
            "record_id": record,
            "part_from_date": date,
            "part_to_date": date,
            "part_value": part,
        }
        for date, records in zip(dates, world.records, strict=True)
        for record, part in records.items()
    ]
    factors = [
        {
            "project_id": "P1",
            "month_start_date": date,
            "symbol": symbol,
            "parameter_id": parameter,
            "scope": "P1",
            "value": value,
            "unit": "tCO2/MWh",
            "valid_from": date,
            "valid_to": date,
            "source": "a letter",
            "parameter_status": "delivered",
        }
        for date in dates
        for symbol, parameter, value in (
            ("grid_cm_tco2_per_mwh", "grid_cm_ef", world.factor),
            ("reservoir_tco2e_per_mwh", "reservoir_ef", 0.0),
        )
    ]
    return State(
        holdings(world, period.first, **named),
        conform(pl.DataFrame(readings, schema=ReadingUse.polars_schema()), ReadingUse),
        conform(pl.DataFrame(factors, schema=ParameterUse.polars_schema()), ParameterUse),
        period,
        PLAIN[basis],
        {},
    )
