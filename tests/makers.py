"""Makers of test rows, files and books: every column has a default, a test names only what it is about.

Rows are what a sender would write; they become tables through the real doors (`accept`, `assemble`), never by a mock.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any, Final

import polars as pl

from flows.landing.receptions import FIRST
from flows.reference.tables import read_reference, reading_names
from schemas.contract import INSTANT_DTYPE, conform
from schemas.deliveries import DELIVERIES, WORKED_OUT_COLUMNS
from schemas.marts import (
    BalanceSheet,
    Completeness,
    ImpossibleFigure,
    LoanConfirmation,
    ProjectMonth,
    ProjectMonthPart,
)
from schemas.reference import Parameter
from schemas.runs import Flag, RefusedReading, Run
from schemas.words.containers import AVOIDED
from transforms.activity.operating import operating_readings
from transforms.activity.project_months import MonthsOfProjects, project_months
from transforms.answers.figures import BookFlags
from transforms.attribution.containers import kinds_in
from transforms.attribution.holdings import Holdings
from transforms.attribution.shares import attribute
from transforms.computation.compute import GROUPS, RESTING, flags_of, sums_of
from transforms.computation.facts import facts_of
from transforms.computation.prepared import Prepared, prepare
from transforms.computation.whole import Whole, compute_whole
from transforms.deliveries.book.balance_sheets import balance_sheets
from transforms.deliveries.book.book import Book, assemble
from transforms.deliveries.book.first_statements import first_investments, stated_rates
from transforms.deliveries.headers.columns import read_headers
from transforms.deliveries.rows.accept import Accepted, accept
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.rows.raw_table import RawTable
from transforms.factors.refused import with_refused_readings
from transforms.ground.calendar import Period, beijing_date
from transforms.ground.flag_rows import Notice, noticed, with_sentences
from transforms.ground.reference import Reference, facility_fields
from transforms.methods.engine.method import FIRST_EDITION
from transforms.money.positions import balance_changes
from transforms.outcomes.disclosure_crf import (
    disclosure_crf,
    facility_lending,
    facility_projects,
    facility_sums,
    first_lending_days,
    lent_by_window,
)
from transforms.outcomes.realisation import project_realisation
from transforms.projects.items import reported_items
from transforms.projects.scopes import project_scopes

Row = dict[str, Any]
REPORTED: Final = {"reported_annual_reduction_tco2": pl.Float64}
PART: Final = {
    "project_id": pl.String,
    "metric": pl.String,
    "month_start_date": pl.Date,
    "part_from_date": pl.Date,
    "part_to_date": pl.Date,
    "value": pl.Float64,
    "is_spread": pl.Boolean,
}

LANDED_AT: Final = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
KNOWN_AT: Final = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)
YEAR_2025: Final = Period("2025", dt.date(2025, 1, 1), dt.date(2025, 12, 31))
NO_MISSHAPEN: Final = pl.DataFrame(schema={"source_row": pl.Int64, "row_text": pl.String, "reason": pl.String})


@cache
def reference() -> Reference:
    """Return the reference tables of the checkout."""
    return read_reference()


def book_flags(standing: pl.DataFrame | None = None) -> BookFlags:
    """Return standing flags, none by default, with the sentences of those that a period adds."""
    return BookFlags(Flag.empty_frame() if standing is None else standing, reference().flags, reading_names())


def clauses(conditions: pl.DataFrame) -> list[str]:
    """Return the clauses of the conditions that were not shown to hold."""
    return [reference().conditions[code]["clause"]["en"] for code in conditions["condition"]]


def sentences_of(*notices: Notice) -> list[tuple[str, str]]:
    """Return what each notice says, in English and in Chinese."""
    of_file = noticed(("a file", notice) for notice in notices)
    return with_sentences(of_file, reference().flags).select("message", "message_zh").rows()


def written(flags: pl.DataFrame) -> pl.DataFrame:
    """Return flags with their sentences."""
    return with_sentences(flags, reference().flags)


def day(text: str) -> dt.date:
    """Return a date written as 2025-06-30."""
    return dt.date.fromisoformat(text)


def window(first: str, last: str) -> Period:
    """Return a period between two days, both included."""
    return Period(f"{first}..{last}", day(first), day(last))


def make_project(**named: Any) -> Row:
    """A project that reports its own figure: 365 t a year, 1,000 yuan of investment, running since 2020."""
    return {
        "project_id": "P1",
        "project_name": "某项目",
        "method": "reported",
        "province_or_country": "江西",
        "commissioning_date": "2020-01-01",
        "total_investment": "1000.00",
        "investment_currency": "CNY",
        "capacity": None,
        "capacity_unit": None,
        "design_annual_value": None,
        "design_unit": None,
        "reported_annual_reduction_tco2": "365",
        "borrower_name": None,
        "county_code": None,
        "category_code": None,
        "catalogue_version": None,
        "total_equity": None,
        "total_debt": None,
        "balance_sheet_date": None,
        "investment_basis": "approved",
        "is_mandated_baseline": None,
        "library_status": None,
        "review_date": None,
        "reviewing_bodies": None,
        "realisation_type": None,
        "lifetime_years": None,
        "credit_scheme": None,
        "verified_by": None,
        "method_edition": None,
        **named,
    }


def make_loan(**named: Any) -> Row:
    """A new loan in yuan at 3 per cent for project P1."""
    return {
        "loan_id": "L1",
        "project_id": "P1",
        "lender": "甲银行",
        "currency": "CNY",
        "contract_amount": "100000.00",
        "sign_date": "2019-12-01",
        "maturity_date": "2039-12-01",
        "annual_rate_pct": "3.00",
        "loan_type": "new",
        "refinances_loan_id": None,
        "product_code": None,
        "pledge_type": None,
        "guarantor": None,
        "guaranteed_amount": None,
        "crf_field": None,
        "catalogue_version": None,
        **named,
    }


def make_entry(**named: Any) -> Row:
    """A disbursement of 500 yuan on loan L1 on the first day of 2025, booked on its value date."""
    row = {
        "loan_id": "L1",
        "value_date": "2025-01-01",
        "event": "DISBURSEMENT",
        "amount": "500.00",
        "currency": "CNY",
        "reverses_entry_id": None,
        "message": None,
        **named,
    }
    entry_id = "/".join(str(row[name]) for name in ("loan_id", "event", "value_date", "amount"))
    return {"entry_id": entry_id, "booked_at": f"{row['value_date']}T09:00:00+08:00", **row}


def make_reversal(of: Row, **named: Any) -> Row:
    """The entry that cancels another one on the same day."""
    same = {name: of[name] for name in ("loan_id", "value_date", "amount", "currency")}
    cancels = {"event": "REVERSAL", "reverses_entry_id": of["entry_id"], "entry_id": f"{of['entry_id']}/reversed"}
    return make_entry(**{**same, **cancels, **named})


def make_reading(**named: Any) -> Row:
    """100 MWh supplied by P1 in January 2025, reported five days after the period's end."""
    row = {
        "project_id": "P1",
        "period_start": "2025-01-01",
        "period_end": "2025-01-31",
        "metric": "electricity_supplied",
        "value": "100",
        "unit": "MWh",
        "version": "1",
        "source": "meter",
        "message": None,
        **named,
    }
    reported = day(str(row["period_end"])) + dt.timedelta(days=5)
    record_id = "/".join(str(row[name]) for name in ("project_id", "metric", "period_start"))
    return {"record_id": record_id, "reported_at": f"{reported}T09:00:00+08:00", **row}


def make_parameter(**named: Any) -> Row:
    """P1's own combined margin of 0.8 tCO2/MWh, in force for many years."""
    return {
        "parameter_id": "grid_cm_ef",
        "scope": "P1",
        "value": "0.8",
        "unit": "tCO2/MWh",
        "valid_from": "2020-01-01",
        "valid_to": "2030-12-31",
        "source": "a letter of the project",
        "locator": None,
        "relative_uncertainty_pct": None,
        "description": None,
        **named,
    }


def make_rate(**named: Any) -> Row:
    """One US dollar buys 7 yuan on the last day of 2024."""
    return {"date": "2024-12-31", "base": "USD", "quote": "CNY", "rate": "7.0", "source": "SAFE", **named}


def make_month(**named: Any) -> Row:
    """P1's January 2025: measured, 100 t below a baseline of 150 t."""
    first = named.get("month_start_date", dt.date(2025, 1, 1))
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return {
        "project_id": "P1",
        "month_start_date": first,
        "operating_from_date": first,
        "operating_to_date": last,
        "method": "grid_renewable",
        "baseline_emissions_tco2e": 150.0,
        "project_emissions_tco2e": 50.0,
        "leakage_tco2e": 0.0,
        "emission_reductions_tco2e": 100.0,
        "status": "measured",
        "is_spread": False,
        **named,
    }


def make_year(tonnes: Sequence[float | None], year: int = 2025, **named: Any) -> list[Row]:
    """Months of one project, January first, with the given reductions."""
    return [
        make_month(
            month_start_date=dt.date(year, number, 1),
            emission_reductions_tco2e=value,
            status="blocked_missing_reading" if value is None else "measured",
            **named,
        )
        for number, value in enumerate(tonnes, start=1)
    ]


def raw_table(
    table: str,
    rows: Iterable[Row],
    *,
    delivery_id: str = "d1",
    misshapen: pl.DataFrame = NO_MISSHAPEN,
    source_file: str | None = None,
) -> RawTable:
    """A file as text, with the contract's English headers where the rows do not bring their own."""
    listed = [{name: None if value is None else str(value) for name, value in row.items()} for row in rows]
    headers = list(listed[0]) if listed else _columns(table)
    cells = pl.DataFrame(listed, schema=dict.fromkeys(headers, pl.String))
    numbered = cells.with_columns(source_row=pl.int_range(2, cells.height + 2, dtype=pl.Int64))
    return RawTable(delivery_id, source_file or f"sender/{table}.csv", table, numbered, misshapen)


def _columns(table: str) -> list[str]:
    return [name for name in DELIVERIES[table].columns() if name not in WORKED_OUT_COLUMNS]


def accept_rows(table: str, rows: Iterable[Row]) -> Accepted:
    """What is accepted and refused of the rows of one file; worked out once."""
    texts = ({name: None if value is None else str(value) for name, value in row.items()} for row in rows)
    return _accepted(table, tuple(tuple(row.items()) for row in texts))


@lru_cache(maxsize=512)
def _accepted(table: str, rows: tuple[tuple[tuple[str, str | None], ...], ...]) -> Accepted:
    raw = raw_table(table, map(dict, rows))
    headers, _ = read_headers(table, [c for c in raw.cells.columns if c != "source_row"], reference().aliases)
    return accept(raw, headers)


def typed(table: str, rows: Iterable[Row]) -> pl.DataFrame:
    """The rows as a table of their contract; a row that is refused is the test's mistake."""
    accepted = accept_rows(table, rows)
    assert accepted.rejected.is_empty(), accepted.rejected["reason"].to_list()
    return accepted.rows


def land(
    table: str,
    rows: Iterable[Row],
    *,
    number: int = 1,
    at: dt.datetime = LANDED_AT,
    misshapen: pl.DataFrame = NO_MISSHAPEN,
    sender: str = "sender",
) -> Landed:
    """A landed file; `number` is its order among the landed files."""
    delivery_id = f"{table}-{number}"
    source_file = f"{sender}/{table}_{number}.csv"
    raw = raw_table(table, rows, delivery_id=delivery_id, misshapen=misshapen, source_file=source_file)
    return Landed(delivery_id, source_file, sender, at, number, 0, table, raw)


def make_book(
    projects: Sequence[Row] | None = None,
    loans: Sequence[Row] | None = None,
    entries: Sequence[Row] | None = None,
    *,
    readings: Sequence[Row] = (),
    parameters: Sequence[Row] = (),
    rates: Sequence[Row] = (),
    more: Sequence[Landed] = (),
    known_at: dt.datetime = KNOWN_AT,
) -> Book:
    """A book of one file a table that is given, assembled as the nightly run would; one project, loan and entry

    unless given.
    """
    tables = {
        "projects": [make_project()] if projects is None else projects,
        "loans": [make_loan()] if loans is None else loans,
        "ledger": [make_entry()] if entries is None else entries,
        **{t: rows for t, rows in {"operating": readings, "parameters": parameters, "fx": rates}.items() if rows},
    }
    return assemble([*(land(table, rows) for table, rows in tables.items()), *more], reference(), known_at)


def book_as_known(book: Book, known_at: dt.datetime = KNOWN_AT) -> Prepared:
    """What every mart of a book is made from."""
    return prepare(book, reference(), facts_of(book, reference(), beijing_date(known_at)))


class Marts(Mapping[str, pl.DataFrame]):
    """The marts of a book, each group worked out when one of its marts is asked for."""

    def __init__(self, prepared: Prepared) -> None:
        self._known, self._made = prepared, dict[str, pl.DataFrame]()

    def __getitem__(self, name: str) -> pl.DataFrame:
        of_projects, of_the_whole = groups_of_marts()
        rows = [self._of_projects(name, of_projects[name])] if name in of_projects else []
        return pl.concat([*rows, *([self.whole.marts[name]] if name in of_the_whole else [])])

    def __iter__(self) -> Iterator[str]:
        of_projects, of_the_whole = groups_of_marts()
        return iter(dict.fromkeys([*of_projects, *of_the_whole]))

    def __len__(self) -> int:
        return len(list(iter(self)))

    @cached_property
    def whole(self) -> Whole:
        """What rests on the whole book."""
        known = self._known
        return compute_whole(known.book, known.reference, known.facts, sums_of(known, self))

    def _of_projects(self, name: str, group: Callable[..., dict[str, pl.DataFrame]]) -> pl.DataFrame:
        if name not in self._made:
            self._made |= group(self._known, self) if group in RESTING else group(self._known)
        return self._made[name]


@cache
def groups_of_marts() -> tuple[dict[str, Callable[..., dict[str, pl.DataFrame]]], frozenset[str]]:
    """Which group of transforms.computation.compute works out which mart, and the marts of the whole book."""
    prepared = book_as_known(make_book())
    made = {group: group(prepared) for group in GROUPS}
    every = {name: frame for marts in made.values() for name, frame in marts.items()}
    named = {name: group for group, marts in made.items() for name in marts}
    for resting in RESTING:
        more = resting(prepared, every)
        named |= dict.fromkeys(more, resting)
        every |= more
    whole = compute_whole(prepared.book, prepared.reference, prepared.facts, sums_of(prepared, every))
    return named, frozenset(whole.marts)


class WorkedOut:
    """What transforms.computation.compute.compute makes of a book, as far as a test asks for it."""

    def __init__(self, prepared: Prepared) -> None:
        self._known = prepared
        self.marts, self.holdings, self.parameters = Marts(prepared), prepared.holdings, prepared.facts.parameters

    @cached_property
    def flags(self) -> pl.DataFrame:
        """The standing flags."""
        own, whole = flags_of(self._known, self.marts), self.marts.whole.flags
        return pl.concat([own, whole]).unique().sort(Flag.columns())


def work_out(book: Book, known_at: dt.datetime = KNOWN_AT) -> WorkedOut:
    """The marts and flags of a book."""
    return WorkedOut(book_as_known(book, known_at))


def make_holdings(
    projects: Sequence[Row] | None = None,
    loans: Sequence[Row] | None = None,
    entries: Sequence[Row] | None = None,
    months: Sequence[Row] = (),
    *,
    rates: Sequence[Row] = (),
    refused: Sequence[Row] = (),
    pieces: Sequence[Row] = (),
) -> Holdings:
    """What attribution reads, from rows; the project months are given, not worked out."""
    ledger = typed("ledger", [make_entry()] if entries is None else entries)
    described = typed("projects", [make_project()] if projects is None else projects)
    lent = typed("loans", [make_loan()] if loans is None else loans)
    worked_out = conform(pl.DataFrame(list(months), schema=ProjectMonth.polars_schema()), ProjectMonth)
    at = pl.lit(LANDED_AT).cast(INSTANT_DTYPE)
    stated, received = (rows.with_columns(received_at=at) for rows in (lent, described))
    return Holdings(
        loans=lent,
        projects=described,
        changes=balance_changes(ledger),
        months=with_refused_readings(worked_out, pl.DataFrame(list(refused), schema=RefusedReading.polars_schema())),
        pieces=conform(pl.DataFrame(list(pieces), schema=ProjectMonthPart.polars_schema()), ProjectMonthPart),
        fx=typed("fx", rates),
        kinds=kinds_in(AVOIDED, ((name, m["kind"], m["container"]) for name, m in reference().methods.items())),
        fx_max_age_days=10,
        first_investments=first_investments(described, ["source_row"]),
        balance_sheets=conform(balance_sheets(received, ["source_row"]), BalanceSheet),
        facility_fields=facility_fields(reference()),
        loan_rates=stated_rates(stated, ["source_row"]),
        confirmations=LoanConfirmation.empty_frame(),
        completeness=Completeness.empty_frame(),
        impossible=ImpossibleFigure.empty_frame(),
    )


def kinds_of(holdings: Holdings) -> pl.DataFrame:
    """What projects of each one's kind delivered (transforms.outcomes.realisation)."""
    known = reference()
    scopes = project_scopes(holdings.projects, known, known.parameters)
    return project_realisation(holdings.projects, scopes, known.realisation, known.realisation_types, known.methods)


def facility_disclosure(holdings: Holdings, quarters: Sequence[Period]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What the disclosure of the facility prints of each quarter, and the projects behind it."""
    lending = facility_lending(holdings.changes, holdings.loans, holdings.facility_fields)
    lent = lent_by_window(holdings, quarters, first_lending_days(lending, holdings.loans))
    table = disclosure_crf(facility_sums(lent), holdings.facility_fields, quarters)
    return table, facility_projects(lent, holdings, quarters, kinds_of(holdings))


def attributed(holdings: Holdings, period: Period = YEAR_2025, basis: str = "period_end") -> dict[str, Row]:
    """What each loan may claim in the period, by loan."""
    return {row["loan_id"]: row for row in attribute(holdings, period, basis).to_dicts()}


def only_loan(holdings: Holdings, period: Period = YEAR_2025, basis: str = "period_end") -> Row:
    """What the book's one loan may claim."""
    (row,) = attributed(holdings, period, basis).values()
    return row


def parameter_table(rows: Iterable[Row], status: str = "confirmed") -> pl.DataFrame:
    """Factor rows as the lookup takes them, in the units as written."""
    return conform(typed("parameters", rows).with_columns(parameter_status=pl.lit(status)), Parameter)


def make_operating_month(**named: Any) -> Row:
    """January 2025 of P1, a solar plant in Jiangxi that runs all month."""
    return {
        "project_id": "P1",
        "method": "grid_renewable",
        "method_edition": FIRST_EDITION,
        "commissioning_date": dt.date(2020, 1, 1),
        "reported_annual_reduction_tco2": None,
        "province_code": "CN-JX",
        "grid_region": "Central",
        "technology": "solar",
        "region_technology": "Central/solar",
        "month_start_date": dt.date(2025, 1, 1),
        "operating_from_date": dt.date(2025, 1, 1),
        "operating_to_date": dt.date(2025, 1, 31),
        **named,
    }


def make_part(**named: Any) -> Row:
    """The part of a reading that falls in January 2025: 100 of the metric's unit, all month."""
    return {
        "project_id": "P1",
        "metric": "electricity_supplied",
        "month_start_date": dt.date(2025, 1, 1),
        "part_from_date": dt.date(2025, 1, 1),
        "part_to_date": dt.date(2025, 1, 31),
        "value": 100.0,
        "is_spread": False,
        **named,
    }


def halves_of_january(metric: str, first: float, second: float) -> list[Row]:
    """A reading of the first 15 days and one of the other 16."""
    return [
        make_part(metric=metric, value=first, part_to_date=dt.date(2025, 1, 15)),
        make_part(metric=metric, value=second, part_from_date=dt.date(2025, 1, 16)),
    ]


def work_out_january(
    method: str, readings: Mapping[str, float | tuple[float, float]], parameters: Sequence[Row], **month: Any
) -> MonthsOfProjects:
    """January 2025 of one project, worked out from readings (of the month, or of its two halves) and factors alone."""
    months = pl.DataFrame([make_operating_month(method=method, **month)], schema_overrides=REPORTED)
    rows = [
        part
        for metric, value in readings.items()
        for part in (
            halves_of_january(metric, *value) if isinstance(value, tuple) else [make_part(metric=metric, value=value)]
        )
    ]
    parts = pl.DataFrame(rows, schema=PART)
    items = reported_items(parts, reference().metrics)
    return project_months(months, operating_readings(parts, months), parameter_table(parameters), items)


def make_product(**named: Any) -> Row:
    """A forest-rights loan product of the bank that lends to P1."""
    return {
        "product_code": "F1",
        "product_name": "林权抵押贷",
        "lender": "甲银行",
        "pledge_type": "林权抵押",
        "right_type": "forest",
        "county_code": "361028",
        "launched_date": "2023-01-01",
        **named,
    }


def make_guarantor(**named: Any) -> Row:
    """A guarantee company with a fund of 1,000 yuan on the last day of 2024."""
    return {
        "guarantor": "某担保公司",
        "date": "2024-12-31",
        "fund_amount": "1000.00",
        "currency": "CNY",
        "county_code": "361028",
        "source": "annual report",
        **named,
    }


def make_forest_right(**named: Any) -> Row:
    """300 mu bought in the middle of 2024 for 450 yuan, from no loan."""
    return {
        "acquisition_id": "A1",
        "centre_name": "某收储中心",
        "county_code": "361028",
        "acquisition_type": "bought",
        "acquisition_date": "2024-06-30",
        "release_date": None,
        "area": "300",
        "area_unit": "mu",
        "loan_id": None,
        "paid_cny": "450.00",
        "source": "contracts",
        **named,
    }


def make_sheet(**named: Any) -> Row:
    """Forest land of a county in 2024: 1,000 + 50 - 20 = 1,030 mu."""
    return {
        "county_code": "361028",
        "calendar_year": "2024",
        "resource_class": "forest_land",
        "opening": "1000",
        "additions": "50",
        "losses": "20",
        "closing": "1030",
        "unit": "mu",
        "source": "survey",
        **named,
    }


def make_county_value(**named: Any) -> Row:
    """The ecological product value of a county, accounted for 2024: 100 yuan."""
    return {
        "county_code": "361028",
        "calendar_year": "2024",
        "accounting_basis": "accounted",
        "ecological_product_value_cny": "100.00",
        "source": "account",
        **named,
    }


def make_stratum(**named: Any) -> Row:
    """30 mu of Chinese fir with 200 m3, surveyed at the end of 2024."""
    return {
        "project_id": "P1",
        "stratum": "S1",
        "species": "杉木",
        "area": "30",
        "area_unit": "mu",
        "survey_date": "2024-12-31",
        "volume": "200",
        "volume_unit": "m3",
        **named,
    }


def make_verified(**named: Any) -> Row:
    """90 t of P1's first quarter of 2025, verified for CCER."""
    return {
        "project_id": "P1",
        "period_start": "2025-01-01",
        "period_end": "2025-03-31",
        "verified_reduction_tco2e": "90",
        "credit_scheme": "CCER",
        "verified_by": "某核查机构",
        "verification_document": "核证报告 1 号",
        **named,
    }


def run_table(known_at: dt.datetime) -> pl.DataFrame:
    """The run of a file whose tables a test has filled, as known at the moment."""
    run = dict.fromkeys(Run.columns()) | {
        "run_id": "r",
        "snapshot_id": "s",
        "started_at": known_at,
        "known_at": known_at,
        "greenloan_version": "0",
        "deliveries_count": 0,
        "rows_accepted_count": 0,
        "rows_refused_count": 0,
        "receptions_count": 0,
        "receptions_digest": FIRST,
    }
    return pl.DataFrame([run], schema=Run.polars_schema())


def on_file(*parameter_ids: str) -> list[Row]:
    """The reference rows of these parameters, as a project would send them."""
    rows = reference().parameters.filter(pl.col("parameter_id").is_in(parameter_ids)).to_dicts()
    names = ("parameter_id", "scope", "value", "unit", "valid_from", "valid_to")
    return [make_parameter(**{name: row[name] for name in names}) for row in rows]
