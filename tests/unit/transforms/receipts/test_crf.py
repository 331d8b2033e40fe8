"""Whatever a book holds, its leaves give what is stored of every number that its documents can print."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest

from reports.crf.columns import COLUMNS
from schemas.catalog import TABLES as CONTRACTS
from tests.makers import (
    KNOWN_AT,
    Book,
    Row,
    land,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_rate,
    make_reading,
    make_reversal,
    reference,
    work_out,
)
from transforms.ground.reference import facility_fields
from transforms.methods.printed import method_entries
from transforms.receipts.crf import TABLES, CrfNumbers
from transforms.receipts.numbers import Figure
from transforms.receipts.rows import Rows

NEAR: Final = 1e-9
FIELD: Final = "clean_energy"
WIND: Final = {"method": "grid_renewable", "realisation_type": "Wind", "reported_annual_reduction_tco2": "1200"}


def rows_of(book: Book, names: Sequence[str] = TABLES) -> Rows:
    """The book as the published file has it."""
    worked = work_out(book)
    beside = {
        "core.parameters": worked.parameters,
        "core.crf_fields": facility_fields(reference()),
        "core.loan_rates": book.loan_rates,
        "core.realisation": reference().realisation,
        "core.methods": method_entries(reference().methods, KNOWN_AT.date(), reference().sentences),
        "core.first_investments": worked.holdings.first_investments,
        "core.balance_sheets": worked.holdings.balance_sheets,
        "ops.deliveries": book.deliveries,
        "ops.runs": pl.DataFrame(
            [{"known_at": KNOWN_AT, "rows_refused_count": int(book.deliveries["rows_refused_count"].sum())}]
        ),
    }
    tables: dict[str, pl.DataFrame] = {
        **{name: worked.marts[name] for name in names if name.startswith("mart.")},
        **{f"core.{name}": frame for name, frame in book.tables.items() if f"core.{name}" in names},
        **beside,
    }
    return Rows({name: tables.get(name, CONTRACTS[name].empty_frame()) for name in names})


def every_number(rows: Rows) -> Iterator[tuple[str, Figure]]:
    """Each number of every document, by where it is."""
    for row in {(one["period"], one["lender"]) for one in rows.tables["mart.disclosure_crf"]}:
        numbers, times = CrfNumbers(rows, *row), Counter[tuple[str, ...]]()
        for names in numbers.names():
            kind = "input" if names[0] == "range" and len(names) > 1 else names[0]
            for column in COLUMNS[kind]:
                yield f"{row} {names} {column}", numbers.figure(names, times[names], column)
            times[names] += 1


def otherwise(rows: Rows, near: float = NEAR) -> list[str]:
    """The numbers that their leaves do not give."""
    return [
        f"{place}: {part.value} and not {stored}"
        for place, figure in every_number(rows)
        for part, stored in zip(figure.parts, figure.stored, strict=True)
        if not _same(part.value, stored, near)
    ]


def _same(one: Any, other: Any, near: float) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(abs(one), abs(other), rel_tol=near, abs_tol=near)


def loan(number: int, project: str = "P1", **named: Any) -> Row:
    return make_loan(**{"loan_id": f"L{number}", "project_id": project, "crf_field": FIELD, **named})


def lent(number: int, date: str, amount: str = "100.00", **named: Any) -> Row:
    return make_entry(loan_id=f"L{number}", value_date=date, amount=amount, **named)


def months(project: str, metric: str, value: str, unit: str = "MWh", source: str = "meter") -> list[Row]:
    """A reading of every month of 2025."""
    ends = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return [
        make_reading(
            project_id=project,
            metric=metric,
            value=value,
            unit=unit,
            source=source,
            period_start=f"2025-{month:02}-01",
            period_end=f"2025-{month:02}-{last}",
        )
        for month, last in enumerate(ends, start=1)
    ]


def awkward_money() -> Book:
    """Reversals, several rates, foreign money, lenders above 1, refinancing, an overdrawn loan, no investment."""
    projects = [
        make_project(),
        make_project(project_id="P2", total_investment="150.00", **WIND),
        make_project(project_id="P3", total_investment=None, investment_currency=None),
        make_project(project_id="P4", reported_annual_reduction_tco2="-40", realisation_type="Solar"),
        make_project(project_id="P5", total_investment="90.00", investment_currency="USD"),
    ]
    loans = [
        loan(1),
        loan(2, "P2", lender="乙银行"),
        loan(3, "P2", loan_type="refinance", crf_field=None),
        loan(4, "P2", crf_field=None, lender="乙银行"),
        loan(5, "P3"),
        loan(6, "P4", currency="USD"),
        loan(7, "P4", lender="乙银行"),
        loan(8, "P5"),
        loan(9, "P5", currency="USD", lender="乙银行"),
    ]
    wrong = lent(1, "2025-02-03", "70.00")
    entries = [
        lent(1, "2024-03-01", "300.00"),
        wrong,
        make_reversal(wrong, value_date="2025-02-05"),
        lent(1, "2025-03-01", "20.00"),
        lent(1, "2025-04-01", "50.00", event="REPAYMENT"),
        lent(2, "2025-01-15", "120.00"),
        lent(3, "2025-01-20", "60.00"),
        lent(4, "2025-02-20", "90.00"),
        lent(5, "2025-01-15"),
        lent(6, "2024-12-31", "10.00", currency="USD"),
        lent(6, "2025-01-07", "10.01", currency="USD"),
        lent(7, "2025-01-15", "10.00"),
        lent(7, "2025-02-15", "30.00", event="REPAYMENT"),
        lent(8, "2025-01-02", "33.00"),
        lent(9, "2025-01-03", "5.00", currency="USD"),
    ]
    days = ["2024-12-31", "2025-01-06", "2025-03-28", "2025-06-30", "2025-09-29", "2025-12-30"]
    rates = [make_rate(date=date, rate=f"7.{at}3") for at, date in enumerate(days)]
    return make_book(projects, loans, entries, rates=rates)


def awkward_readings() -> Book:
    """A reading that crosses months, one that began before the plant did, derived factors, several fuels, ranges."""
    projects = [
        make_project(commissioning_date="2025-01-11", **WIND),
        make_project(project_id="P2", method="steam_heating", realisation_type="Fossil fuel switch"),
        make_project(project_id="P3", total_investment="2000.00"),
        make_project(project_id="P4", method="steam_heating", reported_annual_reduction_tco2="1800"),
    ]
    loans = [loan(1), loan(2, "P2", lender="乙银行"), loan(3, "P3"), loan(4, "P4")]
    entries = [
        lent(1, "2025-01-15", "400.00"),
        lent(2, "2025-01-15", "200.00"),
        lent(3, "2024-05-06", "90.00"),
        lent(4, "2025-01-15", "600.00"),
    ]
    wind = [
        make_reading(period_start="2025-01-01", period_end="2025-02-20", value="510"),
        make_reading(period_start="2025-02-21", period_end="2025-02-28", value="80", source="invoice"),
        *months("P1", "electricity_supplied", "100")[2:],
    ]
    heat = [
        *months("P2", "heat_delivered", "900", "GJ"),
        *months("P2", "electricity_consumed", "3.5"),
        *months("P2", "bituminous_coal_consumed", "20", "t", "invoice"),
        *months("P2", "natural_gas_consumed", "1.5", "10^4Nm3", "estimate"),
    ]
    steam = [
        *months("P4", "steam_delivered", "700", "t"),
        *months("P4", "electricity_consumed", "3.5"),
        *months("P4", "natural_gas_consumed", "6.5", "10^4Nm3"),
    ]
    own = [
        make_parameter(parameter_id="baseline_boiler_efficiency", scope="P2", value="0.65", unit="ratio"),
        make_parameter(parameter_id="baseline_boiler_efficiency", scope="P4", value="0.6", unit="ratio"),
        make_parameter(
            parameter_id="steam_pressure", scope="P4", value="0.8", unit="MPa", relative_uncertainty_pct="2"
        ),
        make_parameter(
            parameter_id="steam_temperature", scope="P4", value="220", unit="degC", relative_uncertainty_pct="3"
        ),
    ]
    days = {"period_start": "2025-02-10", "period_end": "2025-04-17", "verified_reduction_tco2e": "123.4"}
    names = {"credit_scheme": "CCER", "verified_by": "某机构", "verification_document": "V-1"}
    sent = [{"project_id": "P1", **days, **names}]
    more = [land("verified_reductions", sent)]
    return make_book(projects, loans, entries, readings=[*wind, *heat, *steam], parameters=own, more=more)


@pytest.mark.parametrize("book", [awkward_money, awkward_readings])
def test_the_leaves_of_an_awkward_book_give_every_number_that_is_stored(book: Any) -> None:
    rows = rows_of(book())
    assert len(list(every_number(rows))) > 500
    assert otherwise(rows, 1e-7) == []


def test_a_range_and_a_month_that_is_cut_are_among_them() -> None:
    places = [place for place, _ in every_number(rows_of(awkward_readings()))]
    kinds = Counter(place.split("'")[5] for place in places)
    assert any("steam_pressure" in place for place in places)
    assert min(kinds[kind] for kind in ("table", "project", "sentence", "verified", "range", "factor", "limits")) > 0


def changed(rows: Rows, table: str, column: str, value: Any, **wanted: Any) -> Rows:
    """The same tables with another value in one cell."""
    frames = {name: pl.DataFrame(held, infer_schema_length=None) for name, held in rows.tables.items()}
    cell = pl.all_horizontal(pl.col(name) == one for name, one in wanted.items())
    assert frames[table].filter(cell).height == 1
    frames[table] = frames[table].with_columns(pl.when(cell).then(pl.lit(value)).otherwise(column).alias(column))
    return Rows({name: frame.drop("_at", strict=False) for name, frame in frames.items()})


@pytest.mark.parametrize(
    ("table", "column", "value", "wanted", "columns"),
    [
        ("core.ledger", "amount", Decimal("401.00"), {"loan_id": "L1"}, {"disbursed_wan", "share", "figure"}),
        ("core.operating", "value", 81.0, {"source": "invoice", "project_id": "P1"}, {"measured", "gap", "figure"}),
        (
            "core.projects",
            "total_investment",
            Decimal("999.00"),
            {"project_id": "P1"},
            {"share", "total_investment_wan"},
        ),
        ("core.loan_rates", "annual_rate_pct", 3.5, {"loan_id": "L1"}, {"weighted_rate_pct"}),
        ("core.parameters", "value", 0.6, {"scope": "P2"}, {"measured", "value", "uncertainty"}),
        ("core.verified_reductions", "verified_reduction_tco2e", 120.0, {"project_id": "P1"}, {"verified"}),
        ("mart.verified_reductions", "emission_reductions_tco2e", 1.0, {"project_id": "P1"}, {"measured"}),
    ],
)
def test_a_falsified_cell_is_found_in_the_numbers_that_rest_on_it(
    table: str, column: str, value: Any, wanted: dict[str, Any], columns: set[str]
) -> None:
    found = otherwise(changed(rows_of(awkward_readings()), table, column, value, **wanted), 1e-7)
    assert columns <= {place.split(": ")[0].rpartition(" ")[2] for place in found}
