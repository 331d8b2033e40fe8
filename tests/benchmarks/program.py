"""The fixed work as the program does it: its own functions, one after the other, of one rule alone."""

import datetime as dt
from pathlib import Path
from typing import Final

import polars as pl

from flows.reference.tables import read_reference
from schemas.between.activity import FirstDay
from schemas.contract import C, DataFrame, conform, stacked
from schemas.deliveries import DeliveredParameter, ExchangeRate, LedgerEntry, Loan, OperatingRecord, Project
from schemas.marts import (
    AttributedReduction,
    BalanceSheet,
    Completeness,
    ImpossibleFigure,
    LoanConfirmation,
    LoanMonth,
    LoanRate,
    ProjectMonth,
    ProjectMonthPart,
)
from schemas.words.containers import AVOIDED
from tests.benchmarks.work import ATTRIBUTED, LOAN_MONTHS, PERIODS, PROJECT_MONTHS, Done
from transforms.activity.operating import operating_months, operating_readings
from transforms.activity.project_months import TERMS, project_months
from transforms.activity.seasons import idle_parts
from transforms.activity.spreading import spread_readings
from transforms.attribution.containers import kinds_in
from transforms.attribution.holdings import Holdings
from transforms.attribution.marts import attributed_reductions
from transforms.attribution.shares import attribute_each
from transforms.deliveries.book.first_statements import first_investments
from transforms.factors.derived_parameters import with_derived
from transforms.factors.parameters import book_parameters, with_kind_uncertainty
from transforms.ground.calendar import Period, book_periods
from transforms.ground.reference import facility_fields
from transforms.methods.editions import editions_of, with_editions
from transforms.money.exchange import max_age_days
from transforms.money.positions import balance_changes, fen, loan_months
from transforms.projects.items import reported_items
from transforms.projects.scopes import project_scopes

UNTIL: Final = dt.date.fromisoformat(PERIODS[-1][2])
MONEY: Final = {"opening": "balance", "closing": "balance", "disbursed": "amount", "repaid": "amount"}
SHARED: Final = (
    "emission_reductions_tco2e",
    "attribution_factor_raw_ratio",
    "attribution_factor_ratio",
    "attributed_reductions_tco2e",
)
RULE: Final = "daily_average"
WHENCE: Final = {"delivery_id": pl.lit("made up"), "source_file": pl.lit("made up"), "source_row": pl.lit(1)}


def work(accepted: Path) -> Done:
    """Return the three tables."""
    swept, months, holdings = _worked_out(accepted)
    return {LOAN_MONTHS: swept, PROJECT_MONTHS: months, ATTRIBUTED: attribute_each(holdings, _periods(), RULE)}


def work_of_every_rule(accepted: Path) -> DataFrame[AttributedReduction]:
    """The same for every basis and profile, and for the halves too."""
    _, _, holdings = _worked_out(accepted)
    periods = book_periods(_periods()[0].first, UNTIL)
    known = read_reference()
    return attributed_reductions(holdings, periods, known.profiles, known.parameters)


def _periods() -> list[Period]:
    return [Period(name, dt.date.fromisoformat(first), dt.date.fromisoformat(last)) for name, first, last in PERIODS]


def _worked_out(accepted: Path) -> tuple[DataFrame[LoanMonth], DataFrame[ProjectMonth], Holdings]:
    projects, loans = _read(accepted, "projects", Project), _read(accepted, "loans", Loan)
    ledger, readings = _read(accepted, "ledger", LedgerEntry), _read(accepted, "operating", OperatingRecord)
    known = read_reference()
    stated = book_parameters(known.parameters, _read(accepted, "parameters", DeliveredParameter))
    parameters = with_derived(with_kind_uncertainty(stated, known.parameter_kinds))

    changes = balance_changes(ledger)
    swept = loan_months(changes, loans, UNTIL)

    scopes = project_scopes(projects, known, parameters)
    running = operating_months(scopes, known.regions, _first_days(readings, ledger, loans), UNTIL)
    months = with_editions(running, editions_of(known.methods))
    parts = spread_readings(readings, parameters, known.metrics).parts
    idle = idle_parts(readings, months, parameters, known.metrics)
    complete = operating_readings(stacked([parts, idle]), months)
    worked_out = project_months(months, complete, parameters, reported_items(readings, known.metrics)).months

    methods = [(name, method["kind"], method["container"]) for name, method in known.methods.items()]
    holdings = Holdings(
        loans=loans,
        projects=projects,
        changes=changes,
        months=worked_out,
        pieces=ProjectMonthPart.empty_frame(),
        fx=_read(accepted, "fx", ExchangeRate),
        kinds=kinds_in(AVOIDED, methods),
        fx_max_age_days=max_age_days(parameters),
        first_investments=first_investments(projects, ["source_row"]),
        balance_sheets=BalanceSheet.empty_frame(),
        facility_fields=facility_fields(known),
        loan_rates=LoanRate.empty_frame(),
        confirmations=LoanConfirmation.empty_frame(),
        completeness=Completeness.empty_frame(),
        impossible=ImpossibleFigure.empty_frame(),
    )
    return swept, worked_out, holdings


def write_reference(accepted: Path) -> None:
    """Write what every form may read beside the accepted rows: the factors on file, and where provinces lie."""
    known = read_reference()
    factors = with_derived(with_kind_uncertainty(known.parameters, known.parameter_kinds))
    factors.select("parameter_id", "scope", "value", "valid_from", "valid_to").write_parquet(
        accepted / "factors.parquet"
    )
    known.regions.select("province_zh", "province_code", "grid_region").write_parquet(accepted / "places.parquet")


def comparable(done: Done) -> Done:
    """The tables with the columns and rows that every form of the work has."""
    money = {f"{name}_fen": fen(f"{name}_{kind}") for name, kind in MONEY.items()}
    swept = done[LOAN_MONTHS].select("loan_id", "month_start_date", "average_balance", **money)
    months = done[PROJECT_MONTHS].filter(pl.col("emission_reductions_tco2e").is_not_null())
    return {
        LOAN_MONTHS: swept,
        PROJECT_MONTHS: months.select("project_id", "month_start_date", *TERMS),
        ATTRIBUTED: done[ATTRIBUTED].select("period", "loan_id", *SHARED),
    }


def _read(accepted: Path, table: str, contract: type[C]) -> DataFrame[C]:
    """Accepted rows as the program holds them: what a book of this kind leaves empty is empty."""
    rows = pl.read_parquet(accepted / f"{table}.parquet").with_columns(**WHENCE)
    if table == "operating":
        rows = rows.with_columns(delivered_metric="metric", delivered_value="value", delivered_unit="unit")
    lacking = [name for name in contract.columns() if name not in rows.columns]
    return conform(rows.with_columns(pl.lit(None).alias(name) for name in lacking), contract)


def _first_days(
    readings: DataFrame[OperatingRecord], ledger: DataFrame[LedgerEntry], loans: DataFrame[Loan]
) -> DataFrame[FirstDay]:
    """The first day of each project's readings or entries."""
    begun = ledger.group_by("loan_id").agg(first_date=pl.col("value_date").min())
    lent = begun.join(loans.select("loan_id", "project_id"), on="loan_id").select("project_id", "first_date")
    dated = pl.concat([readings.select("project_id", first_date="period_start"), lent])
    return conform(dated.group_by("project_id").agg(pl.col("first_date").min()), FirstDay)
