"""The delivery templates do what they promise: what is filled in arrives, and every value on offer is accepted."""

import datetime as dt
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from flows.pages.templates import DICTIONARY, WORKBOOK, write_templates
from flows.reference.tables import read_reference
from schemas.deliveries import DELIVERIES, WORKED_OUT_COLUMNS
from tests.integration.program import Home
from tests.properties.fuzz import land_bytes
from transforms.computation.compute import compute
from transforms.deliveries.book.book import Book, assemble
from transforms.deliveries.headers.columns import announced_table, is_ignored, known_headers
from transforms.ground.units import unit_table

pytestmark = pytest.mark.xdist_group("templates")

BEIJING = dt.timezone(dt.timedelta(hours=8))
HEADER, FIRST = 3, 4
KNOWN_AT = "2025-06-30"
REFERENCE = read_reference()
Row = dict[str, Any]


class Filled:
    """A template as a person fills it in: rows by contract names."""

    def __init__(self, content: bytes) -> None:
        self.book: Workbook = load_workbook(io.BytesIO(content))
        self.sheets: dict[str, Worksheet] = {
            table: sheet
            for sheet in self.book.worksheets
            if (table := announced_table(sheet.title, REFERENCE.aliases)) and sheet.sheet_state == "visible"
        }
        self.examples = {table: self._example(table) for table in self.sheets}

    def columns(self, table: str) -> dict[str, int]:
        """Contract name, from the first line above each header, to the column's number."""
        return {str(cell.value).split("\n")[0]: cell.column for cell in self.sheets[table][HEADER - 1]}

    def write(self, table: str, rows: Iterable[Row]) -> None:
        """Write rows from the first one on, over the example."""
        columns = self.columns(table)
        for at, row in enumerate(rows, start=FIRST):
            for name, column in columns.items():
                self.sheets[table].cell(at, column).value = row.get(name)

    def drop_downs(self, table: str) -> dict[str, list[str]]:
        """Contract name to the values on offer."""
        names = {column: name for name, column in self.columns(table).items()}
        found = {}
        for rule in self.sheets[table].data_validations.dataValidation:
            left, top, _, _ = range_boundaries(str(rule.sqref))
            assert (rule.type, top) == ("list", FIRST)
            found[names[int(left or 0)]] = list(self._listed(rule.formula1))
        return found

    def bytes(self) -> bytes:
        """The workbook as saved."""
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()

    def _listed(self, formula: str) -> Iterator[str]:
        sheet, cells = formula.lstrip("=").replace("'", "").split("!")
        yield from (str(cell.value) for (cell,) in self.book[sheet][cells.replace("$", "")])

    def _example(self, table: str) -> Row:
        return {name: self.sheets[table].cell(FIRST, column).value for name, column in self.columns(table).items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the templates were written once."""
    folder = tmp_path_factory.mktemp("templates") / "new" / "folder"
    write_templates(folder)
    return folder


@pytest.fixture
def template(folder: Path) -> Filled:
    """A copy to fill in."""
    return Filled((folder / WORKBOOK).read_bytes())


@pytest.fixture(scope="module")
def untouched(folder: Path, new_home: Callable[[str], Home]) -> Home:
    """The book that the untouched template makes."""
    home = new_home("untouched")
    home.deliver(WORKBOOK, (folder / WORKBOOK).read_bytes())
    home.nightly("--known-at", KNOWN_AT)
    return home


def test_the_untouched_template_is_accepted_whole(untouched: Home) -> None:
    deliveries = untouched.rows("SELECT * FROM ops.deliveries ORDER BY delivered_table")
    assert [d["delivered_table"] for d in deliveries] == sorted(DELIVERIES)
    assert {(d["delivery_status"], d["rows_in_count"], d["rows_accepted_count"]) for d in deliveries} == {
        ("read", 1, 1)
    }
    assert untouched.rows("SELECT * FROM ops.rejected_rows") == []
    # the example has one month's reading, and says so; nothing else is amiss
    assert {row["code"] for row in untouched.rows("SELECT code FROM ops.flags")} == {
        "example_row",
        "missing_reading",
        "not_confirmed_to_period_end",
    }


def test_the_untouched_template_gives_the_figure_of_its_example(untouched: Home) -> None:
    answer = untouched.figures("2025-01-01", "2025-01-31", "period_end")
    (row,) = answer["rows"]
    assert row["emission_reductions_tco2e"] == pytest.approx(200 * 10 * 0.7, abs=1e-9)
    assert row["attributed_reductions_tco2e"] == pytest.approx(1400 * 40_000_000 / 80_000_000, abs=1e-9)
    assert (row["status"], answer["coverage_ratio"]) == ("measured", 1)


def test_every_contract_column_is_there_once_in_chinese_and_in_english(template: Filled) -> None:
    assert list(template.sheets) == list(DELIVERIES)
    for table, sheet in template.sheets.items():
        wanted = [name for name in DELIVERIES[table].columns() if name not in WORKED_OUT_COLUMNS]
        headers = [str(cell.value) for cell in sheet[HEADER]]
        assert not any(header.isascii() for header in headers)
        assert [header.column for header in known_headers(table, headers, REFERENCE.aliases)] == wanted
        assert [str(cell.value).split("\n")[0] for cell in sheet[HEADER - 1]] == wanted
        assert not any(part.isascii() for cell in sheet[HEADER - 1] for part in str(cell.value).split("\n")[1:])


def test_only_the_header_row_looks_like_one(template: Filled) -> None:
    for table, sheet in template.sheets.items():
        known = [len(known_headers(table, map(str, row), REFERENCE.aliases)) for row in sheet.values]
        assert [bool(count) for count in known] == [False, False, True, False]


def test_ids_are_text_and_dates_are_dates_down_to_the_last_row(template: Filled) -> None:
    for table, sheet in template.sheets.items():
        types = DELIVERIES[table].polars_schema()
        formats = {pl.Date: "yyyy-mm-dd", pl.String: "@", pl.Datetime: "yyyy-mm-dd hh:mm:ss"}
        for name, column in template.columns(table).items():
            if wanted := formats.get(types[name].base_type()):
                letter = sheet.cell(HEADER, column).column_letter
                assert sheet.column_dimensions[letter].number_format == wanted, name
        assert sheet.freeze_panes == "B4"


def test_no_cell_is_a_formula_and_the_lists_are_hidden(template: Filled) -> None:
    cells = [cell for sheet in template.book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert [sheet.title for sheet in template.book.worksheets if sheet.sheet_state != "visible"] == ["清单"]
    assert template.book.worksheets[0].title == "说明"


def test_the_example_rows_are_marked(template: Filled) -> None:
    for table, sheet in template.sheets.items():
        assert sheet.cell(FIRST, 1).comment is not None
        assert any(str(value).startswith("示例") for value in template.examples[table].values())


NEW_YEAR: Final = dt.date(2025, 1, 1)


def _thirty_projects(example: Row) -> list[Row]:
    return [
        example
        | {
            "project_id": f"{n:06d}",
            "project_name": f"“{n}号”屋顶光伏，二期（㐀𠮷）",
            "county_code": f"{n:06d}",
            "commissioning_date": NEW_YEAR + dt.timedelta(days=n),
            "total_investment": 80_000_000.01 + n,
            "is_mandated_baseline": "是" if n % 2 else "否",
            "review_date": None,
            "category_code": "04.1",
        }
        for n in range(30)
    ]


def _thirty(template: Filled) -> dict[str, list[Row]]:
    """Thirty rows a table, ids with leading zeros, each distinguished by its number."""
    numbers, example = range(30), template.examples
    day = NEW_YEAR
    projects = _thirty_projects(example["projects"])
    loans = [
        example["loans"] | {"loan_id": f"00{n:02d}", "project_id": f"{n:06d}", "product_code": "007"} for n in numbers
    ]
    ledger = [
        example["ledger"]
        | {
            "entry_id": f"{n:010d}",
            "loan_id": f"00{n:02d}",
            "amount": 1_234_567.89 + n,
            "value_date": day + dt.timedelta(days=n),
            "booked_at": dt.datetime.fromisoformat(f"2025-03-01T23:59:{n:02d}"),
        }
        for n in numbers
    ]
    operating = [
        example["operating"]
        | {
            "record_id": f"0{n}",
            "project_id": f"{n:06d}",
            "value": 0.1 + n,
            "metric": "居民受益人数",
            "unit": "人",
            "period_start": day,
            "period_end": day + dt.timedelta(days=n),
        }
        for n in numbers
    ]
    return {"projects": projects, "loans": loans, "ledger": ledger, "operating": operating}


def _as_published(table: str, row: Row) -> Row:
    """What the published file must say of a row."""
    types = DELIVERIES[table].polars_schema()
    return {name: _published(value, types[name]) for name, value in row.items()}


def _published(value: Any, dtype: pl.DataType) -> Any:
    if value is None:
        return None
    if isinstance(dtype, pl.Decimal):
        return Decimal(str(value))
    if dtype == pl.Boolean:
        return value == "是"
    if dtype.base_type() == pl.Datetime:
        return value.replace(tzinfo=BEIJING)
    return value.date() if isinstance(value, dt.datetime) else value


def test_a_filled_template_arrives_exactly(template: Filled, home: Home) -> None:
    filled = _thirty(template)
    for table, rows in filled.items():
        template.write(table, rows)
    for table in DELIVERIES.keys() - filled.keys():
        template.book.remove(template.sheets[table])
    home.deliver("南昌/2025年3月 报送.xlsx", template.bytes())
    home.nightly("--known-at", KNOWN_AT)
    assert home.rows("SELECT * FROM ops.rejected_rows") == []
    for table, rows in filled.items():
        arrived = home.rows(f"SELECT * FROM core.{table} ORDER BY source_row")
        assert len(arrived) == 30
        for sent, got in zip(rows, arrived, strict=True):
            wanted = _as_published(table, sent)
            if table == "loans":
                wanted["crf_field"] = "clean_energy"
            assert {name: got[name] for name in wanted} == wanted


def _variants(template: Filled, table: str, changed: Callable[[str, str, int], Row]) -> list[Row]:
    """The example, and a row for each value of each drop-down."""
    numbers = itertools.count(1)
    return [template.examples[table]] + [
        template.examples[table] | {name: value} | changed(name, value, next(numbers))
        for name, values in template.drop_downs(table).items()
        for value in values
    ]


def _conversions(unit: str | None = None) -> pl.DataFrame:
    """What the unit converts to (or every unit): canonical_unit, spelling, multiplier, divisor."""
    plain = pl.lit(unit).str.normalize("NFKC").str.to_lowercase()
    return unit_table(REFERENCE.units).filter(pl.col("spelling") == plain if unit else True)


def _taken_in(kinds: Mapping[str, Mapping[str, Any]], units: pl.DataFrame) -> tuple[str, Row]:
    """The first metric or parameter that may be stated in one of the units, and the conversion."""
    name = next(name for name, kind in kinds.items() if kind["unit"] in units["canonical_unit"])
    return name, units.filter(pl.col("canonical_unit") == kinds[name]["unit"]).row(0, named=True)


def _parameter(name: str, value: str, number: int) -> Row:
    """A value in the middle of the parameter's bounds, in the unit's own scale."""
    kinds = REFERENCE.parameter_kinds
    if name == "parameter_id":
        parameter, unit = _taken_in({value: kinds[value]}, _conversions())
    else:
        parameter, unit = _taken_in(kinds, _conversions(value))
    middle = (kinds[parameter]["lower"] + kinds[parameter]["upper"]) / 2 * unit["divisor"] / unit["multiplier"]
    stated = value if name == "unit" else unit["spelling"]
    return {"parameter_id": parameter, "unit": stated, "value": middle, "scope": f"示例{number}"}


def _reading(name: str, value: str, number: int) -> Row:
    day = dt.date(2025, 2, 1) + dt.timedelta(days=number)
    own = {"record_id": f"R{number}", "period_start": day, "period_end": day, "value": 0.0001}
    if name == "metric":
        return own | {"unit": REFERENCE.metrics[value]["unit"]}
    return own | ({"metric": _taken_in(REFERENCE.metrics, _conversions(value))[0]} if name == "unit" else {})


def _entry(name: str, value: str, number: int) -> Row:
    own: Row = {"entry_id": f"E{number}", "value_date": dt.date(2025, 1, 2)}
    if name == "currency":
        return own | {"loan_id": f"L-{value}"}
    return own | ({"reverses_entry_id": "示例E001"} if value == "REVERSAL" else {})


CHANGED: dict[str, Callable[[str, str, int], Row]] = {
    "projects": lambda _name, _value, number: {"project_id": f"P{number}"},
    "loans": lambda _name, value, _number: {"loan_id": f"L-{value}"},
    "ledger": _entry,
    "operating": _reading,
    "parameters": _parameter,
    "fx": lambda _name, _value, number: {"date": dt.date(2025, 1, 1) + dt.timedelta(days=number)},
    "control_totals": lambda _name, _value, number: {"date": dt.date(2025, 1, 1) + dt.timedelta(days=number)},
    "releases": lambda _name, _value, _number: {},
    "forest_strata": lambda _name, _value, _number: {},
    "verified_reductions": lambda _name, _value, _number: {},
    "products": lambda _name, _value, number: {"product_code": f"示例{number}"},
    "guarantors": lambda _name, _value, number: {"date": dt.date(2025, 1, 1) + dt.timedelta(days=number)},
    "forest_rights": lambda _name, _value, number: {"acquisition_id": f"示例A{number}"},
    "natural_resources": lambda _name, _value, number: {"calendar_year": 2024 + number},
    "ecological_product_values": lambda _name, _value, number: {"calendar_year": 2024 + number},
    "published_statistics": lambda _name, _value, number: {
        "as_of_date": dt.date(2025, 1, 1) + dt.timedelta(days=number)
    },
}


def _assembled(content: bytes, folder: Path) -> Book:
    """The book that the workbook alone makes."""
    return assemble(land_bytes(WORKBOOK, content, folder), REFERENCE, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def test_every_value_of_every_drop_down_is_accepted(template: Filled, tmp_path: Path) -> None:
    rows = {table: _variants(template, table, CHANGED[table]) for table in DELIVERIES}
    for table in DELIVERIES:
        template.write(table, rows[table])
    book = _assembled(template.bytes(), tmp_path)
    unread = pl.col("rule").str.contains("^isin|^unknown|^not_")  # a word on offer that is not understood
    assert book.rejected.filter(unread).select("table", "source_row", "reason").rows() == []
    counted = dict(book.deliveries.select("delivered_table", "rows_in_count").iter_rows())
    assert counted == {table: len(sent) for table, sent in rows.items()}
    codes = {*book.flags["code"], *compute(book, REFERENCE, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).flags["code"]}
    assert not {code for code in codes if code.startswith("unknown")}
    assert set(book.tables["operating"]["metric"]) == set(REFERENCE.metrics)


def test_what_the_program_accepts_is_on_offer(template: Filled) -> None:
    offered = {f"{t}.{name}": values for t in template.sheets for name, values in template.drop_downs(t).items()}
    assert offered["projects.method"] == list(REFERENCE.methods)
    assert offered["loans.crf_field"] == REFERENCE.crf_fields["name_zh"].to_list()
    assert offered["operating.metric"] == list(REFERENCE.metrics)
    assert offered["projects.is_mandated_baseline"] == ["是", "否"]
    assert {"MWh", "万kWh", "GJ", "t", "10^4Nm3"} <= set(offered["operating.unit"])
    assert {"MW", "万千瓦"} <= set(offered["projects.capacity_unit"])


def test_written_twice_in_two_processes_the_bytes_are_equal(home: Home, tmp_path: Path) -> None:
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        answer = home.run("templates", str(folder), PYTHONHASHSEED=seed)
        assert answer.code == 0, answer.err
        assert answer.out.split() == [str(folder / WORKBOOK), str(folder / DICTIONARY)]
        written.append([(folder / name).read_bytes() for name in (WORKBOOK, DICTIONARY)])
    assert written[0] == written[1]
    assert "## core.projects" in written[0][1].decode()


def test_a_file_is_not_a_folder(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    answer = home.ask("templates", str(path))
    assert answer.code == 3
    _says_four_things(answer.err)
    assert path.read_text() == "mine"


def test_a_workbook_that_was_filled_in_is_never_overwritten(home: Home, tmp_path: Path) -> None:
    assert home.ask("templates", str(tmp_path)).code == 0
    assert home.ask("templates", str(tmp_path)).code == 0  # its own work may be written again
    (tmp_path / WORKBOOK).write_bytes(b"thirty rows of work")
    answer = home.ask("templates", str(tmp_path))
    assert answer.code == 3
    _says_four_things(answer.err)
    assert (tmp_path / WORKBOOK).read_bytes() == b"thirty rows of work"


def _says_four_things(text: str) -> None:
    assert all(part in text for part in ("greenloan: ", "\n  where:", "\n  available:", "\n  to do:"))


@pytest.mark.parametrize(("sheet", "passed_over"), [("说明", True), (" Notes ", True), ("说明2", False), (None, False)])
def test_only_a_sheet_of_an_ignored_name_is_passed_over(sheet: str | None, passed_over: bool) -> None:
    assert is_ignored(sheet, REFERENCE.aliases) is passed_over


def test_a_sheet_of_another_name_is_still_listed_as_refused(template: Filled, tmp_path: Path) -> None:
    """One with a cell a row holds words for people."""
    template.book.create_sheet("说明二")["A1"] = "某些文字"
    template.book.create_sheet("备注").append(["某些文字", "更多文字"])
    deliveries = _assembled(template.bytes(), tmp_path).deliveries
    assert deliveries.filter(delivery_status="refused")["source_file"].to_list() == [f"sender/{WORKBOOK}#备注"]
