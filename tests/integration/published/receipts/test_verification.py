"""`greenloan verify`: a sample of the sample book, and misstatements that LibreOffice works out of what was found."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from flows.published.verification.items import Book, items_of, read_verified
from flows.published.verification.sample import Item
from tests.integration.office import all_recalculated, bytes_of, needs_office
from tests.integration.program import Home
from transforms.ground.calendar import year

FIGURE = 279065.2259821169
"""The avoided emissions of 2025, by the balance at its end (docs/uncertainty.md)."""

SAMPLES = ("readings", "entries", "factors", "investments")
DONE = "below materiality"


@pytest.fixture(scope="module")
def book(sample_home: Home) -> Book:
    return read_verified(sample_home.warehouse, year(2025), None)


@pytest.fixture(scope="module")
def items(book: Book) -> dict[str, list[Item]]:
    return items_of(book)


@pytest.fixture(scope="module")
def paper(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out = tmp_path_factory.mktemp("paper") / "paper.xlsx"
    answer = sample_home.ask("verify", "--level", "reasonable", "--period", "2025", "--out", str(out))
    assert (answer.code, answer.out) == (0, f"{out}\n"), answer.err
    assert "figure 279,065.23 tCO2e, materiality 13,953.26 t" in answer.err
    return out.read_bytes()


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(book: Workbook, sheet: str, line: int = 5) -> Iterator[dict[str, Any]]:
    head, *found = book[sheet].iter_rows(min_row=line, values_only=True)
    return (dict(zip(map(str, head), row, strict=True)) for row in found)


def fill(book: Workbook, sheet: str, column: str, row: int, value: object) -> None:
    head = [cell.value for cell in book[sheet][5]]
    cell = book[sheet].cell(row, head.index(column) + 1)
    assert not cell.protection.locked
    cell.value = value


def tick_all(book: Workbook) -> None:
    for sheet in SAMPLES:
        for row in range(6, book[sheet].max_row + 1):
            fill(book, sheet, "tick", row, "✓")


def found_otherwise(book: Workbook, sheet: str, part: float, *, is_certain: bool) -> dict[str, Any]:
    """Of the first item that was drawn so, the value was found to be as many times what is recorded."""
    at, row = next((at, row) for at, row in enumerate(rows(book, sheet), start=6) if row["for certain"] is is_certain)
    fill(book, sheet, "found", at, row["value"] * part)
    return row


def assessed(book: Workbook) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["population"], row["layer"] or ""): row for row in rows(book, "assessment", 14)}


def total(book: Workbook, population: str) -> dict[str, Any]:
    (row,) = (row for (name, layer), row in assessed(book).items() if population in name and layer.endswith("total"))
    return row


def test_the_entries_of_all_loans_move_the_figure_by_all_of_it(book: Book, items: dict[str, list[Item]]) -> None:
    assert book.figure == pytest.approx(FIGURE, rel=1e-12)
    assert sum(one.effect for one in items["entries"]) == pytest.approx(FIGURE, rel=1e-9)
    assert sum(one.effect for one in items["investments"]) == pytest.approx(-FIGURE, rel=1e-9)


def test_what_a_factor_and_a_reading_move_is_what_the_range_of_the_night_rests_on(
    sample_home: Home, items: dict[str, list[Item]]
) -> None:
    ranked = sample_home.rows(
        "FROM mart.uncertainty_inputs WHERE level = 'portfolio' AND period = '2025' AND container = 'avoided_emissions'"
    )
    factors = {(one.name, one.about.split()[0]): one for one in items["factors"]}
    compared = 0
    for row in ranked:
        one = factors.get((row["parameter_id"], row["scope"]))
        if row["origin"] == "factor" and one is not None and row["parameter_id"] == "grid_om_ef":
            assert one.effect * row["relative_uncertainty_ratio"] == pytest.approx(row["contribution_tco2e"], rel=1e-6)
            compared += 1
    readings = sorted(abs(row["contribution_tco2e"]) for row in ranked if row["origin"] == "reading")
    sampled = sorted(
        abs(one.effect * (one.uncertainty or 0.0)) for one in items["readings"] if one.stratum != "own_figure"
    )
    assert compared == 1
    assert sampled[-10:] == pytest.approx(readings[-10:], rel=1e-6)


def test_a_pv_plants_month_moves_its_tonnes_by_its_lenders_share(items: dict[str, list[Item]]) -> None:
    (january,) = (one for one in items["readings"] if one.name == "PYPV-202501-ES electricity_supplied")
    share = 0.5928571428571429
    assert january.effect == pytest.approx(6068.4 * 0.715375 * share, rel=1e-7)
    assert (january.stratum, january.uncertainty) == ("meter", 0.02)
    assert january.source == "pboc_register/operating.csv, 111"


@needs_office
def test_misstatements_are_projected_and_set_against_materiality(paper: bytes, tmp_path: Path) -> None:
    variants = {"empty": paper}
    book = opened(paper)
    tick_all(book)
    variants["ticked"] = bytes_of(book)
    certain = found_otherwise(book, "readings", 0.9, is_certain=True)
    drawn = found_otherwise(book, "entries", 0.5, is_certain=False)
    variants["some"] = bytes_of(book)
    found_otherwise(book, "factors", 3.0, is_certain=True)
    variants["much"] = bytes_of(book)
    worked = all_recalculated(variants, tmp_path)
    assert {total(worked["empty"], one)["against materiality"] for one in ("readings", "entries")} == {"未完成 open"}
    for one in ("readings", "entries"):
        row = total(worked["ticked"], one)
        assert row["looked at"] == row["drawn"] > 40
        assert row["projected, t"] == 0
        assert row["upper limit, t"] == pytest.approx(0.75 * 0.05 * FIGURE, rel=1e-9)
        assert row["against materiality"].endswith(DONE)
    readings, entries = (total(worked["some"], one) for one in ("readings", "entries"))
    assert readings["projected, t"] == pytest.approx(-0.1 * certain["tonnes moved"], rel=1e-9)
    assert entries["misstatement found, t"] == pytest.approx(-0.5 * drawn["tonnes moved"], rel=1e-9)
    half_an_interval = 0.5 * drawn["interval, t"]
    assert abs(entries["projected, t"]) == pytest.approx(half_an_interval, rel=1e-9)
    allowed = 0.75 * 0.05 * FIGURE
    assert entries["upper limit, t"] == pytest.approx(half_an_interval + allowed, rel=1e-9)
    assert total(worked["much"], "Factors")["against materiality"].endswith("material")
    everything = next(reversed([*rows(worked["some"], "assessment", 14)]))
    summed = readings["projected, t"] + entries["projected, t"]
    assert everything["projected, t"] == pytest.approx(summed, rel=1e-9)


def test_the_same_snapshot_gives_the_same_paper_and_a_lower_level_a_smaller_one(
    sample_home: Home, paper: bytes, tmp_path: Path
) -> None:
    outs = {}
    for level in ("reasonable", "limited"):
        outs[level] = tmp_path / f"{level}.xlsx"
        answer = sample_home.ask("verify", "--level", level, "--period", "2025", "--out", str(outs[level]))
        assert answer.code == 0, answer.err
    assert outs["reasonable"].read_bytes() == paper
    limited = opened(outs["limited"].read_bytes())
    assert len([*rows(limited, "readings")]) < len([*rows(opened(paper), "readings")])
    statement = {row["item"]: row["to fill in"] for row in rows(limited, "statement")}
    assert "nothing has come to our attention" in statement["conclusion (for the verifier to confirm)"]
    assert statement["signature, seal"] is None


def test_a_lender_a_county_and_a_period_without_tonnes(sample_home: Home, tmp_path: Path) -> None:
    out = tmp_path / "own.xlsx"
    whole = ["verify", "--level", "limited", "--out", str(out), "--period"]
    answer = sample_home.ask(*whole, "2025", "--lender", "江西银行")
    assert (answer.code, "figure 5,926.36 tCO2e" in answer.err) == (0, True)
    entries = [row["about"].split()[0] for row in rows(opened(out.read_bytes()), "entries")]
    assert set(entries) <= {row["loan_id"] for row in sample_home.rows("FROM core.loans WHERE lender = '江西银行'")}
    assert sample_home.ask(*whole, "2025", "--county", "361127").code == 0
    for asked in (["2025", "--lender", "无此行"], ["2099"], ["2025-13"]):
        refused = sample_home.ask(*whole, *asked)
        assert refused.code == 2
        assert "to do:" in refused.err
