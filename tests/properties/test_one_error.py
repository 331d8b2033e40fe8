"""One slip in the reference tables is one error, however many tables need what it spoils."""

import csv
import io
import json
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from flows.home.settings import REFERENCE
from flows.reference.checks.faults import FILES, TABLES, TOMLS, Written, faults_of, written
from flows.reference.checks.needed import SCOPES_OF_CHECKS
from tests.properties.test_reference_slips import as_toml, rows_of


@pytest.fixture(scope="module")
def files() -> dict[str, Written]:
    """The tables as they are, read once."""
    return {name: written(REFERENCE / name) for name in FILES}


class Edited:
    """One file of the tables written anew, the others as they are."""

    def __init__(self, folder: Path, files: dict[str, Written]) -> None:
        self.folder, self.files = folder, files

    def faults(self, name: str, content: str | bytes) -> list[str]:
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.gone(name)

    def gone(self, name: str) -> list[str]:
        return faults_of(self.files | {name: written(self.folder / name)})

    def rows(self, name: str, rows: list[dict[str, str]]) -> list[str]:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return self.faults(name, out.getvalue())

    def toml(self, name: str, entries: dict[str, Any]) -> list[str]:
        return self.faults(name, as_toml(entries))


@pytest.fixture
def edited(tmp_path: Path, files: dict[str, Written]) -> Edited:
    return Edited(tmp_path, files)


def text_of(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def entries_of(name: str) -> dict[str, Any]:
    return tomllib.loads(text_of(name))


# --- whole files ---


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_or_empty_is_one_error(edited: Edited, name: str) -> None:
    for found in (edited.gone(name), edited.faults(name, "")):
        assert [fault.partition(":")[0] for fault in found] == [name]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_its_first_line_alone_is_one_error(edited: Edited, name: str) -> None:
    first_line = text_of(name).partition("\n")[0] + "\n" if name in TABLES else "# all is taken away\n"
    assert len(edited.faults(name, first_line)) == 1


def test_a_file_in_another_encoding_is_one_error_and_a_mark_of_utf_8_is_none(edited: Edited) -> None:
    for name in ("headers.toml", "regions.csv"):
        (fault,) = edited.faults(name, text_of(name).encode("utf-16"))
        assert fault.startswith(f"{name}: it cannot be read")
        assert "save it in UTF-8" in fault
        assert edited.faults(name, text_of(name).encode("utf-8-sig")) == []


@pytest.mark.parametrize("name", TABLES)
def test_a_column_that_is_gone_or_misspelt_is_one_error(edited: Edited, name: str) -> None:
    rows = rows_of(REFERENCE / name)
    drawn = random.Random(name).choice(list(rows[0]))  # noqa: S311 - no secret
    without = [{column: cell for column, cell in row.items() if column != drawn} for row in rows]
    misspelt = [{f"{column}s" if column == drawn else column: cell for column, cell in row.items()} for row in rows]
    for table in (without, misspelt):
        (fault,) = edited.rows(name, table)
        assert fault.startswith(f"{name}: the column {drawn} is missing")


# --- keys and sections ---


def places(held: dict[str, Any], place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in held.items():
        yield (*place, key)
        if isinstance(value, dict):
            yield from places(value, (*place, key))


def renamed(held: dict[str, Any], place: tuple[str, ...], name: str | None) -> dict[str, Any]:
    """The same with the last part of the place under another name, or without it."""
    copy = json.loads(json.dumps(held))
    section = copy
    for part in place[:-1]:
        section = section[part]
    value = section.pop(place[-1])
    if name is not None:
        section[name] = value
    return copy


def misspelt(name: str) -> str:
    return f"{name[:-1]}q" if len(name) > 2 else f"{name}q"


@pytest.mark.parametrize("name", TOMLS)
def test_a_misspelt_key_or_section_is_at_most_one_error(edited: Edited, name: str) -> None:
    """What is renamed and needed by nobody is none."""
    entries = entries_of(name)
    for depth in (1, 2, 3):
        deep = [place for place in places(entries) if len(place) == depth]
        for place in random.Random(name).sample(deep, min(1, len(deep))):  # noqa: S311 - no secret
            found = edited.toml(name, renamed(entries, place, misspelt(place[-1])))
            assert len(found) <= 1, (place, found)


SPOILT: Final = {
    "a needed key": ("metrics.toml", ("electricity_supplied", "unit"), "and 'unti' is not known: did you mean unit?"),
    "the parameters of a family": ("factor_sets.toml", ("fuels", "parameters"), "did you mean parameters?"),
    "the sets of a family": ("factor_sets.toml", ("gwp", "sets"), "did you mean sets?"),
    "a whole section": ("headers.toml", ("columns", "loans"), "nearest is 'loans'"),
    "a section among lists of texts": ("headers.toml", ("beside", "currencies"), "did you mean currencies?"),
    "the sheets to ignore": ("headers.toml", ("tables", "ignored"), "not in the tables that can be delivered"),
    "a method": ("methods.toml", ("grid_renewable",), "nearest is 'grid_renewable'"),
    "the item of a metric": (
        "metrics.toml", ("standing_volume_change_chinese_fir", "item"), "this key is not known, nearest is 'item'"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "place", "words"), SPOILT.values(), ids=SPOILT)
def test_a_misspelt_name_is_one_error_that_says_what_was_meant(
    edited: Edited, name: str, place: tuple[str, ...], words: str
) -> None:
    entries = entries_of(name)
    wrong = "unti" if place[-1] == "unit" else misspelt(place[-1])
    (fault,) = edited.toml(name, renamed(entries, place, wrong))
    assert name in fault
    assert words in fault


# --- what many need ---

NEEDED: Final = (
    "sources.toml", "parameter_kinds.toml", "metrics.toml", "units.toml", "technologies.toml", "methods.toml",
)  # fmt: skip
"""Tables whose entries others name."""


def cited_most(name: str, path: tuple[str, ...] = ()) -> str:
    """The name of a file that the other tables hold most often."""
    held = entries_of(name)
    for part in path:
        held = held[part]
    others = "".join(text_of(other) for other in FILES if other != name)
    return max(held, key=lambda one: others.count(f'"{one}"') + others.count(f",{one},"))


@pytest.mark.parametrize("name", NEEDED)
def test_a_name_that_many_need_is_one_error_that_names_them(edited: Edited, name: str) -> None:
    path = ("canonical",) if name == "units.toml" else ()
    most = cited_most(name, path)
    (fault,) = edited.toml(name, renamed(entries_of(name), (*path, most), None))
    assert name in fault
    assert f"'{most}' is missing" in fault
    assert "places need it: " in fault


ALL_ROWS: Final = [
    (file, column, name)
    for file, column in (("parameters.csv", "parameter_id"), ("bounds.csv", "check_id"))
    for name in dict.fromkeys(row[column] for row in rows_of(REFERENCE / file))
]
"""Each parameter and each check that has rows."""


@pytest.mark.parametrize(("file", "column", "name"), random.Random(12).sample(ALL_ROWS, 24))  # noqa: S311 - no secret
def test_what_loses_all_its_rows_is_one_error(edited: Edited, file: str, column: str, name: str) -> None:
    (fault,) = edited.rows(file, [row for row in rows_of(REFERENCE / file) if row[column] != name])
    assert name in fault


ASKED: Final = [(check, scope) for check, scopes in SCOPES_OF_CHECKS.items() for scope in scopes]


@pytest.mark.parametrize(("check", "scope"), random.Random(12).sample(ASKED, 12))  # noqa: S311 - no secret
def test_a_limit_that_the_program_asks_for_is_missed(edited: Edited, check: str, scope: str) -> None:
    rows = rows_of(REFERENCE / "bounds.csv")
    (fault,) = edited.rows("bounds.csv", [r for r in rows if (r["check_id"], r["method_or_scope"]) != (check, scope)])
    assert fault == f"bounds.csv: no row of {check} for {scope}, and the program asks for it; restore the row"


def test_the_program_asks_for_every_check_of_the_bounds() -> None:
    program = "".join(path.read_text(encoding="utf-8") for path in (REFERENCE.parents[1] / "transforms").rglob("*.py"))
    cited = {one["check_id"] for one in entries_of("outputs.toml")["bounds"].values()}
    ratios = entries_of("outputs.toml")["ratios"]
    for check in {row["check_id"] for row in rows_of(REFERENCE / "bounds.csv")} - cited - ratios.keys():
        assert f'"{check.removeprefix("judging_")}"' in program, check


def test_a_unit_whose_definition_is_gone_is_one_error(edited: Edited) -> None:
    units = entries_of("units.toml")
    units["definitions"] = [one for one in units["definitions"] if not one.startswith("mu ")]
    (fault,) = edited.toml("units.toml", units)
    assert "'mu' is missing" in fault
    assert "units.toml, [canonical] mu" in fault


def test_a_unit_that_fits_no_row_of_its_kind_is_the_error_of_the_kind(edited: Edited) -> None:
    kinds = entries_of("parameter_kinds.toml")
    kinds["grid_ef"]["unit"] = "t"
    (fault,) = edited.toml("parameter_kinds.toml", kinds)
    assert fault.startswith("parameter_kinds.toml, [grid_ef] unit: 't' and the limits fit none of rows 2, ")


def test_limits_that_are_swapped_judge_no_row(edited: Edited) -> None:
    kinds = entries_of("parameter_kinds.toml")
    kinds["grid_ef"] |= {"lower": kinds["grid_ef"]["upper"], "upper": kinds["grid_ef"]["lower"]}
    (fault,) = edited.toml("parameter_kinds.toml", kinds)
    assert fault.startswith("parameter_kinds.toml, [grid_ef] upper: ")


def test_a_family_of_sets_that_is_gone_is_one_error(edited: Edited) -> None:
    families = entries_of("factor_sets.toml")
    del families["fuels"]
    (fault,) = edited.toml("factor_sets.toml", families)
    assert "no family lists these parameters" in fault
    assert "fuel_ncv (row " in fault


CELLS: Final = {
    "a parameter that a formula asks for by name": ("parameters.csv", "parameter_id", "gwp_n2o", "gwp_n2oO"),
    "its blank": ("parameters.csv", "parameter_id", "gwp_n2o", " gwp_n2o"),
    "nothing in its place": ("parameters.csv", "parameter_id", "gwp_n2o", ""),
    "the report of a warming potential": ("parameters.csv", "scope", "all@AR5", "all@AR55"),
    "the only factor of a fuel": ("parameters.csv", "scope", "blast_furnace_gas@provincial_guide_2025", ""),
    "a province that others name": ("regions.csv", "province_code", "CN-JX", "CN-JXX"),
    "a check that outputs name": ("bounds.csv", "check_id", "flow_over_capacity", "flow_over_capacit"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "column", "cell", "slip"), CELLS.values(), ids=CELLS)
def test_the_wrong_name_of_a_row_is_one_error_and_those_who_need_the_row_are_none(
    edited: Edited, name: str, column: str, cell: str, slip: str
) -> None:
    rows = rows_of(REFERENCE / name)
    at = next(at for at, row in enumerate(rows) if row[column] == cell)
    rows[at] = {**rows[at], column: slip}
    (fault,) = edited.rows(name, rows)
    assert fault.startswith(f"{name}, row {at + 2}, column {column}")


def test_two_slips_beside_each_other_are_two_errors(edited: Edited) -> None:
    """A row's wrong name explains one missing row, not the next."""
    rows = [row for row in rows_of(REFERENCE / "parameters.csv") if row["parameter_id"] != "carbon_to_co2"]
    at = next(at for at, row in enumerate(rows) if row["scope"] == "all@AR5")
    rows[at] = {**rows[at], "scope": "all@AR55"}
    misnamed, missing = sorted(edited.rows("parameters.csv", rows))
    assert f"row {at + 2}, column scope" in misnamed
    assert "carbon_to_co2" in missing
