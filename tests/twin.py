"""The SQL twin of attribution over frames: the tables that the macro reads, in memory, without a night."""

import math

import duckdb
import polars as pl

from flows.warehouse.macros import attribution_macros
from tests.makers import Row, reference
from transforms.attribution.denominators import project_denominators
from transforms.attribution.exposures import overdrawn_loans
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import rule_table, rules_of
from transforms.attribution.roles import loan_roles, project_roles
from transforms.attribution.shares import attribute
from transforms.ground.calendar import Period
from transforms.money.exchange import rates_in_force
from transforms.money.facility import outside_facility

COMPARED = [
    "loan_id",
    "status",
    "attribution_factor_raw_ratio",
    "attribution_factor_ratio",
    "attributed_reductions_tco2e",
    "emission_reductions_tco2e",
    "balance_cny",
]


class Twin:
    """A connection with the macro and what it reads of one book."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings
        self.connection = duckdb.connect()
        for schema in ("core", "mart", "ops"):
            self.connection.execute(f"CREATE SCHEMA {schema}")
        for name, frame in _tables(holdings).items():
            self.connection.register("incoming", frame.to_arrow())
            self.connection.execute(f"CREATE TABLE {name} AS FROM incoming")
        self.connection.execute(attribution_macros())

    def rows(self, period: Period, basis: str) -> list[Row]:
        """What the macro says of the period."""
        query, days = "FROM mart.attributed(?, ?, ?)", [period.first, period.last]
        return self.connection.sql(query, params=[*days, basis]).pl().select(COMPARED).to_dicts()

    def check(self, period: Period, basis: str) -> list[Row]:
        """What both say of the period; fails where they differ."""
        rule = rules_of(reference().profiles).get(basis, basis)
        own, macro = attribute(self.holdings, period, rule).select(COMPARED).to_dicts(), self.rows(period, basis)
        for left, right in zip(own, macro, strict=True):
            assert all(_same(left[name], right[name]) for name in COMPARED), (basis, left, right)
        return own


def _same(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    return left == right


def _tables(holdings: Holdings) -> dict[str, pl.DataFrame]:
    known = reference()
    return {
        "core.profiles": known.profiles,
        "core.rules": rule_table(known.profiles),
        "mart.exchange_rates_in_force": rates_in_force(holdings.fx, holdings.fx_max_age_days),
        "mart.denominators": project_denominators(holdings),
        "mart.overdrawn_loans": overdrawn_loans(holdings.changes),
        "mart.outside_facility": outside_facility(holdings.changes, holdings.loans, holdings.facility_fields),
        "mart.loan_roles": loan_roles(holdings.loans),
        "mart.project_roles": project_roles(holdings),
        "mart.balance_changes": holdings.changes,
        "mart.project_months": holdings.months,
        "mart.project_month_parts": holdings.pieces,
    }
