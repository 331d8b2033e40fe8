"""Whatever a book holds, its leaves give what is stored of every number that its yearly statements can print."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from reports.annual.columns import COLUMNS as ANNUAL_COLUMNS
from reports.pcaf.columns import COLUMNS
from tests.makers import (
    Book,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_rate,
    make_reading,
)
from tests.unit.transforms.receipts.test_crf import awkward_money, awkward_readings, changed, months, rows_of
from transforms.receipts.numbers import Figure
from transforms.receipts.rows import Rows
from transforms.receipts.yearly import TABLES, AnnualNumbers, PcafNumbers, YearlyNumbers

NEAR = 1e-9


COLUMNS_OF: Mapping[type[YearlyNumbers], Any] = {PcafNumbers: COLUMNS, AnnualNumbers: ANNUAL_COLUMNS}


def every_number(rows: Rows, kind: type[YearlyNumbers] = PcafNumbers) -> Iterator[tuple[str, Figure]]:
    """Each number of every statement, by where it is."""
    for row in sorted({(one["period"], one["lender"]) for one in rows.tables[kind.table]}):
        numbers, times = kind(rows, *row), Counter[tuple[str, ...]]()
        for names in numbers.names():
            for column in COLUMNS_OF[kind][names[0]]:
                yield f"{row} {names} {column}", numbers.figure(names, times[names], column)
            times[names] += 1


def otherwise(rows: Rows, kind: type[YearlyNumbers] = PcafNumbers) -> list[str]:
    """The numbers that their leaves do not give."""
    return [
        f"{place}: {part.value} and not {stored}"
        for place, figure in every_number(rows, kind)
        for part, stored in zip(figure.parts, figure.stored, strict=True)
        if not same(part.value, stored)
    ]


def same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return bool(float(one) == pytest.approx(float(other), rel=NEAR, abs=NEAR))


def awkward_years() -> Book:
    """Statements of equity, an ordered baseline, three containers, undrawn and foreign money, working capital."""
    project = {"commissioning_date": "2025-03-11", "county_code": "361127"}
    wind = {"method": "grid_renewable", "realisation_type": "Wind", "reported_annual_reduction_tco2": "70"}
    no_promise = {"reported_annual_reduction_tco2": None}
    projects = [
        make_project(total_equity="-5.00", total_debt="870.55", balance_sheet_date="2024-12-31", **project),
        make_project(project_id="P2", **wind, is_mandated_baseline="true"),
        make_project(project_id="P3", **no_promise, method="transition_intensity", commissioning_date="2025-01-01"),
        make_project(project_id="P4", investment_currency="USD", total_investment="80.00"),
        make_project(project_id="P5", total_investment=None, investment_currency=None),
        make_project(project_id="P6", method="none", **no_promise),
        make_project(project_id="P7", method="grid_renewable", commissioning_date=None),
    ]
    loans = [
        make_loan(contract_amount="733.37"),
        make_loan(loan_id="L2", project_id="P2", lender="乙银行", contract_amount="910.11"),
        make_loan(loan_id="L3", project_id="P3", lender="乙银行"),
        make_loan(loan_id="L4", project_id="P4", currency="USD", contract_amount="77.77"),
        make_loan(loan_id="L5", project_id="P5"),
        make_loan(loan_id="L6", project_id="P6", loan_type="working_capital"),
        make_loan(loan_id="L7", project_id="P7", contract_amount="12.34"),
        make_loan(loan_id="L8", project_id="P2", maturity_date="2025-12-30"),
    ]
    entries = [
        make_entry(amount="333.33"),
        make_entry(loan_id="L2", amount="450.50"),
        make_entry(loan_id="L2", value_date="2025-09-09", event="REPAYMENT", amount="50.25"),
        make_entry(loan_id="L3", amount="123.45"),
        make_entry(loan_id="L4", amount="33.33", currency="USD"),
        make_entry(loan_id="L5", amount="10.00"),
        make_entry(loan_id="L6", amount="20.00"),
        make_entry(loan_id="L8", amount="700.00"),
    ]
    year = {"project_id": "P3", "period_start": "2025-01-01", "period_end": "2025-12-31"}
    metered = months("P2", "electricity_supplied", "")
    readings = [
        *({**row, "value": f"{7 + month % 5}.{month}3"} for month, row in enumerate(metered)),
        make_reading(metric="product_output", value="10000", unit="t", **year),
        make_reading(metric="own_emissions", value="3704.4", unit="tCO2e", **year),
    ]
    parameters = [
        make_parameter(scope="P2"),
        make_parameter(parameter_id="base_year_intensity", scope="P3", value="0.5", unit="tCO2e/t"),
    ]
    rates = [make_rate(), make_rate(date="2025-12-31", rate="7.0288")]
    return make_book(projects, loans, entries, readings=readings, parameters=parameters, rates=rates)


@pytest.mark.parametrize("kind", [PcafNumbers, AnnualNumbers])
@pytest.mark.parametrize("book", [awkward_years, awkward_money, awkward_readings])
def test_the_leaves_of_an_awkward_book_give_every_number_of_its_statements(
    book: Any, kind: type[YearlyNumbers]
) -> None:
    rows = rows_of(book(), TABLES)
    assert len(list(every_number(rows, kind))) > 200
    assert otherwise(rows, kind) == []


def test_what_is_awkward_is_among_them() -> None:
    """Equity below zero counts as none; what a rule orders to end is 0; USD 77.77 - 33.33 at 7.0288 is CNY 312.36."""
    rows = rows_of(awkward_years(), TABLES)
    stored = {place: figure.stored[0] for place, figure in every_number(rows) if place.startswith("('2025', '*')")}
    of = "('2025', '*') ('financing', '{}') {}".format
    assert stored[of("P1", "invested")] == Decimal("870.55")
    assert stored[of("P2", "project_tonnes")] == 0.0
    assert stored[of("P4", "undrawn")] == Decimal("312.36")
    assert stored[of("P3", "project_emissions")] == pytest.approx(3704.4)
    assert stored[of("P5", "share")] is None
    assert stored["('2025', '*') ('method', 'total') own_base_year"] == pytest.approx(0.12345 * (5000 - 3704.4))


@pytest.mark.parametrize(
    ("table", "column", "value", "wanted", "columns"),
    [
        (
            "core.ledger",
            "amount",
            Decimal("334.33"),
            {"loan_id": "L1"},
            {"outstanding", "undrawn", "share", "attributed"},
        ),
        ("core.balance_sheets", "total_debt", Decimal("900.00"), {"project_id": "P1"}, {"invested", "share"}),
        ("core.loans", "contract_amount", Decimal("800.00"), {"loan_id": "L1"}, {"undrawn"}),
        ("core.fx", "rate", Decimal("7.1"), {"date": None}, {"undrawn", "outstanding"}),
        ("core.projects", "is_mandated_baseline", False, {"project_id": "P2"}, {"project_tonnes", "reductions"}),
    ],
)
def test_a_falsified_cell_is_found_in_the_numbers_that_rest_on_it(
    table: str, column: str, value: Any, wanted: dict[str, Any], columns: set[str]
) -> None:
    rows = rows_of(awkward_years(), TABLES)
    if wanted == {"date": None}:
        wanted = {"date": max(row["date"] for row in rows.tables["core.fx"])}
    places = [line.partition(":")[0] for line in otherwise(changed(rows, table, column, value, **wanted))]
    assert columns <= {place.rpartition(" ")[2] for place in places}
