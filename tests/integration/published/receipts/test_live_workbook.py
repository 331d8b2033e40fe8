"""The live workbook of an auditor's pack: LibreOffice gives our figures, and what a changed night would publish."""

import datetime as dt
import io
import math
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from flows.published.live import grid
from flows.published.live.contents import read_contents
from tests.integration.office import all_recalculated, bytes_of, needs_office
from tests.integration.program import SAMPLE_BOOK, Home
from transforms.attribution.profiles import PLAIN

pytestmark = needs_office

ICBC: Final = "中国工商银行上饶分行"
REGISTER: Final = "pboc_register"
YEAR, QUARTER, SINCE_START = "2025", "2025Q4 quarter", "2025Q4 since_start"
JANUARY: Final = dt.datetime.combine(dt.date(2025, 1, 1), dt.time())
YELLOW: Final = "FFFFF2CC"
CHOICES: Final = {
    "period_end": YEAR,
    "daily_average": QUARTER,
    "monthly_matched": YEAR,
    "disbursed": QUARTER,
    "nfra_green_finance": YEAR,
    "pboc_crf": SINCE_START,
    "pcaf_avoided": YEAR,
}
"""Every kind of money, average, denominator and reduction that a rule counts, in a period."""

CHANGES: Final = [
    ("parameters.csv", "baseline_boiler_efficiency,P-YG-STEAM,0.65", "baseline_boiler_efficiency,P-YG-STEAM,0.6437281"),
    ("operating.csv", "electricity_supplied,606.84", "electricity_supplied,611.2345"),
    ("projects.csv", "2022-09-01,54000000.00", "2022-09-01,66000123.45"),
    ("projects.csv", "2023-06-01,420000000.00", "2023-06-01,230000000.07"),
]
"""A factor, a reading, an investment that ends a scaling and one that begins one: file, what it says, what it will."""

CHANGED: Final = ("period_end", "monthly_matched")
"""The bases on which a changed book is looked at."""

Rows = dict[str, dict[str, Any]]


def packed(home: Home, folder: Path, *more: str, period: str = YEAR) -> bytes:
    answer = home.ask("evidence", "--period", period, "--out", str(folder / "pack.zip"), *more)
    assert answer.code == 0, answer.err
    with zipfile.ZipFile(folder / "pack.zip") as pack:
        return pack.read("workbook.xlsx")


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def choose(book: Workbook, rule: str, period: str) -> None:
    book["totals"]["C4"], book["totals"]["C5"] = rule, period


def state(book: Workbook, sheet: str, column: str, value: float, **row: object) -> None:
    """Write into the cell of a column, in the only row that has these values."""
    page, (head, found) = book[sheet], located(book, sheet, **row)
    cell = page.cell(found, head.index(column) + 1)
    assert not cell.protection.locked, f"{sheet} {column} is not for a reader to change"
    cell.value = value


def located(book: Workbook, sheet: str, **row: object) -> tuple[list[object], int]:
    head = [cell.value for cell in book[sheet][5]]
    wanted = {name.replace("_", " "): value for name, value in row.items()}
    (found,) = (
        cells[0].row
        for cells in book[sheet].iter_rows(min_row=6)
        if wanted.items() <= {str(name): cell.value for name, cell in zip(head, cells, strict=False)}.items()
    )
    return head, found


def rows(book: Workbook, sheet: str, line: int = 5) -> Iterator[dict[str, Any]]:
    head, *found = book[sheet].iter_rows(min_row=line, values_only=True)
    return (dict(zip(map(str, head), row, strict=True)) for row in found)


def by_loan(book: Workbook) -> Rows:
    return {row["loan"]: row for row in rows(book, "attribution")}


def change_all(book: Workbook) -> None:
    """What CHANGES does to the delivered files, in cells."""
    state(book, "factors", "value", 0.6437281, parameter="baseline_boiler_efficiency", holds_for="P-YG-STEAM")
    state(book, "readings", "value", 6112.345, project="P-PY-PV", month=JANUARY)
    state(book, "projects", "total investment", 66000123.45, project="P-DX-PV")
    state(book, "projects", "total investment", 230000000.07, project="P-PY-PV")


def own_share(book: Workbook) -> None:
    choose(book, "pcaf_avoided", YEAR)
    state(book, "attribution", "a share of your own", 0.3, project="P-YG-PV")


def other_carbon_content(book: Workbook) -> None:
    state(book, "factors", "value", 0.0275, parameter="fuel_carbon_content", holds_for="bituminous_coal")


@pytest.fixture(scope="module")
def workbook(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return packed(sample_home, tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def worked(workbook: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workbook]:
    """Every rule, and every change, worked out by one start of the spreadsheet program."""
    contents = {}
    book = opened(workbook)
    for rule, period in CHOICES.items():
        choose(book, rule, period)
        contents[rule] = bytes_of(book)
    change_all(book)
    for rule in CHANGED:
        choose(book, rule, YEAR)
        contents[f"changed {rule}"] = bytes_of(book)
    book = opened(workbook)
    own_share(book)
    other_carbon_content(book)
    contents["own"] = bytes_of(book)
    return all_recalculated(contents, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def changed_home(new_home: Callable[[str], Home], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A night on the sample book with CHANGES."""
    book = tmp_path_factory.mktemp("changed") / "deliveries"
    shutil.copytree(SAMPLE_BOOK, book)
    for name, before, after in CHANGES:
        path = book / REGISTER / name
        text = path.read_text("utf-8")
        assert text.count(before) == 1, before
        path.write_text(text.replace(before, after), "utf-8")
    home = new_home("changed_home")
    home.nightly("--inbox", str(book))
    return home


def stated_by(home: Home, rule: str, period: str) -> dict[str, float | None]:
    """What the macro of the published file attributes to each loan."""
    days = {YEAR: ("2025-01-01", "2025-12-31"), QUARTER: ("2025-10-01", "2025-12-31")}
    first, last = days.get(period, ("1900-03-01", "2025-12-31"))
    query = f"FROM mart.attributed(DATE '{first}', DATE '{last}', '{rule}')"
    return {row["loan_id"]: row["attributed_reductions_tco2e"] for row in home.rows(query)}


def marts(home: Home, basis: str) -> dict[str, float | None]:
    """What the night published of the year."""
    attributed = "attributed_reductions_tco2e"
    of_basis = f"FROM mart.attributed_reductions WHERE basis = '{basis}' AND period = '{YEAR}'"
    return {row["loan_id"]: row[attributed] for row in home.rows(of_basis)}


def unlike(found: Rows, stated: Mapping[str, float | None]) -> list[tuple[str, object, object]]:
    """The loans whose figure is another one; what is unknown is #N/A."""
    pairs = ((loan, found[loan]["attributed"], tonnes) for loan, tonnes in stated.items())
    return [pair for pair in pairs if not is_alike(pair[1], pair[2])]


def is_alike(found: object, stated: float | None) -> bool:
    if stated is None:
        return found == "#N/A"
    return isinstance(found, int | float) and math.isclose(found, stated, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("rule", CHOICES)
def test_a_rule_gives_what_is_published_of_every_loan(
    sample_home: Home, worked: dict[str, Workbook], rule: str
) -> None:
    found, stated = by_loan(worked[rule]), stated_by(sample_home, rule, CHOICES[rule])
    assert unlike({loan: found[loan] for loan in stated if is_avoided(found[loan])}, avoided(found, stated)) == []
    assert {loan for loan, row in found.items() if row["within the rule"]} == set(stated)
    assert sum(tonnes is not None for tonnes in stated.values()) > 15


def is_avoided(row: Mapping[str, object]) -> bool:
    return row["container"] == "avoided_emissions"


def avoided(found: Rows, stated: Mapping[str, float | None]) -> dict[str, float | None]:
    """The macro is of avoided emissions; other containers have tables of their own."""
    return {loan: tonnes for loan, tonnes in stated.items() if is_avoided(found[loan])}


def test_removals_and_reductions_against_an_own_base_year_are_attributed_apart(
    sample_home: Home, worked: dict[str, Workbook]
) -> None:
    tables = {"removals": "attributed_removals", "own_base_year": "attributed_own_base_year_reductions"}
    found = by_loan(worked["period_end"])
    for container, table in tables.items():
        published = sample_home.rows(f"FROM mart.{table} WHERE basis = 'period_end' AND period = '{YEAR}'")
        stated = {row["loan_id"]: row[f"{table}_tco2e"] for row in published}
        assert unlike(found, stated) == []
        assert {loan for loan, row in found.items() if row["container"] == container} >= set(stated) != set()


def test_every_month_is_worked_out_by_its_formula(sample_home: Home, worked: dict[str, Workbook]) -> None:
    stated = {
        (row["project_id"], str(row["month_start_date"])): row["tonnes"]
        for table, tonnes in {
            "project_months": "emission_reductions_tco2e",
            "removal_months": "removals_tco2e",
            "own_base_year_months": "own_base_year_reductions_tco2e",
        }.items()
        for row in sample_home.rows(f"SELECT *, {tonnes} AS tonnes FROM mart.{table}")
    }
    months = [*rows(worked["period_end"], "months")]
    assert [
        row for row in months if not is_alike(row["reduction"], stated[row["project"], str(row["month"])[:10]])
    ] == []
    assert {row["project"] for row in months} == {project for project, month in stated if month.startswith(YEAR)}
    assert sum(isinstance(row["reduction"], float) for row in months) > 250


def test_nothing_differs_and_lenders_come_to_their_published_totals(worked: dict[str, Workbook]) -> None:
    for rule in CHOICES:
        totals = worked[rule]["totals"]
        assert abs(totals["C6"].value) < 1e-9
        assert abs(totals["C7"].value) < 1e-9
        lines = [*rows(worked[rule], "totals", 10)]
        assert [row for row in lines if not is_alike(row["attributed"], row["published"])] == []
        unit = "tCO2e" if rule in PLAIN and not PLAIN[rule].is_annual else None
        assert unit is None or all(str(row["unit"]).endswith(unit) for row in lines)


@pytest.mark.parametrize("basis", CHANGED)
def test_a_changed_factor_reading_and_investment_give_what_a_night_on_the_changed_book_publishes(
    sample_home: Home, changed_home: Home, worked: dict[str, Workbook], basis: str
) -> None:
    before, after = marts(sample_home, basis), marts(changed_home, basis)
    moved = {loan for loan, tonnes in after.items() if tonnes != before[loan]}
    found = by_loan(worked[f"changed {basis}"])
    assert unlike(found, avoided(found, after)) == []
    assert {found[loan]["project"] for loan in moved} == {"P-YG-STEAM", "P-PY-PV", "P-DX-PV"}
    assert {loan for loan, row in found.items() if not is_alike(row["difference"], 0.0)} == moved


def test_a_share_of_the_readers_own_takes_the_place_of_the_computed_one(worked: dict[str, Workbook]) -> None:
    (row,) = (one for one in by_loan(worked["own"]).values() if one["project"] == "P-YG-PV")
    assert row["share"] == pytest.approx(0.5982905982905983, rel=1e-12)
    assert row["attributed"] == pytest.approx(0.3 * 23183.322161250006, rel=1e-9)


def test_what_a_changed_factor_is_derived_into_follows(worked: dict[str, Workbook]) -> None:
    derived = {(row["parameter"], row["holds for"]): row["value"] for row in rows(worked["own"], "factors")}
    assert derived["fuel_ef", "bituminous_coal"] == pytest.approx(0.0275 * 0.93 * 44 / 12, rel=1e-12)


def test_a_lenders_workbook_has_others_loans_only_where_its_share_rests_on_them(
    sample_home: Home, tmp_path: Path
) -> None:
    book = opened(packed(sample_home, tmp_path, "--lender", ICBC))
    others = {row["project"] for row in rows(book, "attribution") if row["lender"] != ICBC}
    assert others == {"P-DX-PV", "P-PY-WIND"}  # together above 1; a rate of the first years is missing
    own = {row["loan_id"] for row in sample_home.rows("FROM core.loans WHERE lender = ?", ICBC)}
    assert {row["loan"] for row in rows(book, "attribution") if row["lender"] == ICBC} == own
    projects = {row["project_id"] for row in sample_home.rows("FROM core.loans WHERE lender = ?", ICBC)}
    assert {row["project"] for row in rows(book, "projects")} == projects


def test_a_countys_workbook_has_its_projects_and_all_their_loans(sample_home: Home) -> None:
    contents = read_contents(sample_home.warehouse, YEAR, [], "county:361127")
    of_county = "SELECT project_id FROM core.projects WHERE county_code = '361127'"
    projects = {row["project_id"] for row in sample_home.rows(of_county)}
    loans = {row["loan_id"] for row in sample_home.rows(f"FROM core.loans WHERE project_id IN ({of_county})")}
    assert {row["project_id"] for row in contents.projects} == projects != set()
    assert {row["loan_id"] for row in contents.loans} == loans != set()


def test_the_periods_are_the_packs_own_and_those_of_its_documents_once_each(
    sample_home: Home, workbook: bytes, tmp_path: Path
) -> None:
    of_quarter = packed(sample_home, tmp_path, period="2025Q4")
    names = [[row["period"] for row in rows(opened(one), "periods")][1:] for one in (workbook, of_quarter)]
    assert names == [[YEAR, QUARTER, SINCE_START], ["2025Q4", "2025Q4 year_to_date", SINCE_START]]


def test_a_book_of_more_rows_than_a_sheet_holds_is_packed_without_a_workbook_and_says_so(
    sample_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "MOST_ROWS", 100)
    answer = sample_home.ask("evidence", "--period", YEAR, "--out", str(tmp_path / "pack.zip"))
    assert "more rows than a sheet holds; pack a quarter or a lender: workbook.xlsx" in answer.err
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        assert "workbook.xlsx" not in pack.namelist()


def test_cells_that_a_reader_may_change_are_yellow_and_open_and_all_others_locked(workbook: bytes) -> None:
    book = opened(workbook)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    yellow, others = (
        [cell for cell in cells if (cell.fill.fgColor.rgb == YELLOW) is is_yellow] for is_yellow in (True, False)
    )
    assert len(yellow) > 1000
    assert not any(cell.protection.locked for cell in yellow)
    assert all(cell.protection.locked for cell in others)
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book.worksheets)


def test_no_figure_of_the_workbook_is_a_stored_number(workbook: bytes) -> None:
    """What totals, loans, projects and months come to are formulas, and their file holds no result of them."""
    book = opened(workbook)
    computed = {"totals": ["attributed"], "attribution": ["share", "attributed"], "projects": ["that counts"]}
    for sheet, columns in computed.items():
        for row in rows(book, sheet, 10 if sheet == "totals" else 5):
            assert all(str(row[column]).startswith("=") for column in columns)
    months = [row for row in rows(book, "months") if row["status"] == "measured"]
    assert all(str(row["reduction"]).startswith("=$") for row in months)
    results = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)
    assert {row["attributed"] for row in rows(results, "attribution")} == {None}
