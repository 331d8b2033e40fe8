"""Every number that was not measured is a row with a source, dates and a unit.

`python -m tests.rules.reference.test_reference` writes the snapshot of the parameter table anew.
"""

import csv
import tomllib
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from flows.reference.methods import ABOUT, FOLDERS, SHARED
from schemas.deliveries import DELIVERIES, READING_SOURCES, WORKED_OUT_COLUMNS
from schemas.reference import EVIDENCE, METHOD_KINDS
from tests.makers import reference
from transforms.factors.derived_parameters import with_derived
from transforms.methods.catalog import EDITIONS, METHODS

CHECKOUT: Final = Path(__file__).resolve().parents[3]
REFERENCE: Final = CHECKOUT / "data" / "reference"
SNAPSHOT: Final = Path(__file__).with_name("parameter_snapshot.csv")
SNAPSHOT_COLUMNS: Final = [
    "parameter_id",
    "scope",
    "valid_from",
    "valid_to",
    "value",
    "unit",
    "relative_uncertainty_pct",
    "parameter_status",
]
RENEW: Final = (
    "the parameter table is not what the snapshot says; if every change is meant, list it in the CHANGELOG under "
    "'Numbers that changed' and run: python -m tests.rules.reference.test_reference"
)


def written() -> list[dict[str, str]]:
    """The parameter rows as they are written in the file."""
    with (REFERENCE / "parameters.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def toml(name: str) -> dict[str, Any]:
    with (REFERENCE / name).open("rb") as file:
        return tomllib.load(file)


def test_every_parameter_row_has_a_described_source_a_place_in_it_and_a_description() -> None:
    sources = set(toml("sources.toml"))
    for row in written():
        assert row["source_id"] in sources, row
        assert row["locator"], row
        assert row["description"], row


def test_every_parameter_row_has_a_value_a_unit_days_a_source_and_a_status() -> None:
    needed = ("parameter_id", "scope", "value", "unit", "valid_from", "valid_to", "source_id", "locator", "status")
    for row in written():
        assert all(row[name] for name in needed), row


def test_every_parameter_in_use_has_an_uncertainty() -> None:
    without = reference().parameters.filter(pl.col("relative_uncertainty_pct").is_null())
    assert without.is_empty(), without.select("parameter_id", "scope").rows()


def test_every_kind_of_parameter_says_how_uncertain_it_is_and_why() -> None:
    for name, kind in toml("parameter_kinds.toml").items():
        assert 0 <= kind["relative_uncertainty_pct"] <= 100, name
        assert kind["uncertainty_reason"], name


def test_every_source_of_a_reading_has_an_uncertainty() -> None:
    scopes = reference().parameters.filter(parameter_id="reading_uncertainty")["scope"].to_list()
    assert set(scopes) == {*READING_SOURCES, "unstated"}


def test_every_parameter_row_is_dated_and_ends_after_it_begins() -> None:
    assert reference().parameters.filter(pl.col("valid_to") < pl.col("valid_from")).is_empty()
    assert reference().parameters.select(pl.col("valid_from", "valid_to").null_count()).row(0) == (0, 0)


def test_every_parameter_lies_in_the_bounds_of_its_kind_and_in_its_unit() -> None:
    kinds = toml("parameter_kinds.toml")
    for row in reference().parameters.to_dicts():
        kind = kinds[row["parameter_id"]]
        assert kind["lower"] <= row["value"] <= kind["upper"], row
        assert row["unit"] == kind["unit"], row


def test_every_unit_that_a_kind_or_a_metric_is_taken_in_is_known() -> None:
    units = toml("units.toml")
    for name, entry in {**toml("parameter_kinds.toml"), **toml("metrics.toml")}.items():
        assert entry["unit"] in units["canonical"], name


def test_every_parameter_row_says_whether_a_text_was_seen() -> None:
    how_read = {name: source["how_read"] for name, source in toml("sources.toml").items()}
    for row in written():
        assert row["status"] in {"confirmed", "unconfirmed"}, row
        if how_read[row["source_id"]] == "from memory, not confirmed":
            assert row["status"] == "unconfirmed", row


def test_no_two_rows_of_one_parameter_and_scope_hold_on_one_day() -> None:
    ordered = reference().parameters.sort("parameter_id", "scope", "valid_from")
    before = pl.col("valid_to").shift(1).over("parameter_id", "scope")
    overlapping = ordered.filter(pl.col("valid_from") <= before)
    assert overlapping.is_empty(), overlapping.select("parameter_id", "scope", "valid_from").rows()


def test_every_source_is_cited_and_says_how_it_was_read() -> None:
    fields = pl.read_csv(REFERENCE / "crf_fields.csv", infer_schema=False)["source_id"].to_list()
    realised = reference().realisation["source_id"].to_list()
    checked = [check["source_id"] for check in toml("plausibility.toml").values()]
    profiles = [profile["source_id"] for profile in toml("profiles.toml").values()]
    evidence = [entry["source_id"] for entry in toml("data_quality.toml")["evidence"].values()]
    bounds = reference().bounds["source"].to_list()
    cited = {*bounds, *fields, *realised, *checked, *profiles, *evidence, *(row["source_id"] for row in written())}
    assert set(toml("sources.toml")) == cited
    allowed = {"text read", "read in a text citing it", "from memory, not confirmed"}
    assert {source["how_read"] for source in toml("sources.toml").values()} <= allowed


def test_every_bound_of_a_figure_says_what_it_is_worth() -> None:
    assert {check["evidence"] for check in toml("plausibility.toml").values()} <= set(EVIDENCE)


def test_a_parameter_that_only_a_project_can_state_has_no_reference_row() -> None:
    own = {name for name, kind in toml("parameter_kinds.toml").items() if kind.get("project")}
    assert not own & set(reference().parameters["parameter_id"])


def test_every_need_of_a_method_is_a_known_kind_of_parameter() -> None:
    kinds = toml("parameter_kinds.toml")
    for method in EDITIONS.values():
        asked = {parameter_id for need in method.parameters.values() for parameter_id, _ in need.lookups}
        assert asked <= set(kinds), method.name


def test_every_reading_of_a_method_is_a_known_metric() -> None:
    for method in EDITIONS.values():
        assert set(method.readings.values()) <= set(toml("metrics.toml")), method.name


def test_every_method_is_of_a_known_kind_and_named_in_both_languages() -> None:
    for name, method in reference().methods.items():
        assert method["kind"] in METHOD_KINDS, name
        assert all(method[key] for key in ("title_zh", "title_en", "boundary_zh", "boundary_en")), name


def test_the_formulas_of_the_list_are_the_formulas_of_the_program() -> None:
    formulas = {name for name, method in toml("methods.toml").items() if method["kind"] == "formula"}
    assert formulas == set(METHODS)


def test_every_formula_says_what_it_is_fed_with_and_every_way_of_making_a_figure_has_its_rung() -> None:
    """A new method needs its `evidence` in methods.toml, or its figures have no score."""
    scales = reference().data_quality
    assert set(scales["methods"]) == set(METHODS)
    assert set(scales["methods"].values()) <= set(scales["evidence"])
    for entry in scales["evidence"].values():
        assert entry["option"] in scales["options"]
        assert entry["reason"]


@pytest.mark.parametrize("name", [*METHODS, "reported", "reported_removals", "none"])
def test_every_method_in_use_has_its_page(name: str) -> None:
    assert (CHECKOUT / "docs" / "methods" / f"{name}.md").is_file()


def test_senders_and_readers_find_every_formula_by_name() -> None:
    for_senders, for_readers, front = (
        (CHECKOUT / page).read_text(encoding="utf-8") for page in ("docs/deliveries.md", "docs/README.md", "README.md")
    )
    for name in METHODS:
        assert f"`{name}`" in for_senders, name
        assert f"(methods/{name}.md)" in for_readers, name
    assert f"[{len(METHODS)} formulas]" in front


def test_attribution_has_its_page() -> None:
    assert (CHECKOUT / "docs" / "attribution.md").is_file()


@pytest.mark.parametrize("name", list(METHODS))
def test_every_formula_has_its_folder_and_its_tests(name: str) -> None:
    folder = FOLDERS[name]
    assert {path.name for path in folder.iterdir()} >= {"formula.py", "about.toml", "cases.toml", "page.md"}
    tests = CHECKOUT / "tests" / "unit" / "transforms" / "methods" / folder.parent.name
    together = [path for path in tests.glob("test_*.py") if f'"{name}"' in path.read_text(encoding="utf-8")]
    assert (tests / f"test_{name}.py").is_file() or together


def test_every_condition_has_one_sentence_in_both_languages_and_no_sentence_is_left_over() -> None:
    shared = tomllib.loads(SHARED.read_text(encoding="utf-8"))
    abouts = [tomllib.loads((folder / ABOUT).read_text(encoding="utf-8")) for folder in FOLDERS.values()]
    written = [*shared.items(), *(pair for about in abouts for pair in about.get("conditions", {}).items())]
    codes = {condition.code for method in EDITIONS.values() for condition in method.conditions}
    assert sorted(code for code, _ in written) == sorted(codes)
    for code, texts in written:
        for both in (texts, texts["clause"]):
            assert set(both) - {"clause"} == {"en", "zh"}, code
            assert all(both.values()), code


def test_every_folder_of_a_method_holds_the_method_of_its_name() -> None:
    formulas = {name for name, entry in toml("methods.toml").items() if entry["kind"] == "formula"}
    assert set(FOLDERS) == set(METHODS) == formulas


def test_headers_map_only_to_columns_of_the_contract() -> None:
    headers = toml("headers.toml")
    assert set(headers["tables"]) - {"ignored"} == set(DELIVERIES)
    for table, columns in headers["columns"].items():
        assert set(columns.values()) <= set(DELIVERIES[table].columns()) - WORKED_OUT_COLUMNS, table


def test_every_needed_column_can_be_sent_in_chinese() -> None:
    headers = toml("headers.toml")["columns"]
    for table, contract in DELIVERIES.items():
        assert set(contract.columns()) - WORKED_OUT_COLUMNS - set(headers[table].values()) == set(), table


def test_no_name_of_a_table_a_metric_a_technology_or_a_region_means_two_things() -> None:
    stems = [stem for names in toml("headers.toml")["tables"].values() for stem in names]
    metrics = [name for key, metric in toml("metrics.toml").items() for name in (key, *metric.get("aliases", ()))]
    regions = reference().regions
    places = [*regions["province_code"], *regions["province_zh"], *regions["province_en"]]
    places += [alias for aliases in regions["aliases"].drop_nulls() for alias in aliases.split("|") if alias]
    technologies = [spelling for key, made in toml("technologies.toml").items() for spelling in (key, *made["aliases"])]
    for names in (stems, metrics, places, technologies):
        lowered = [name.lower() for name in names]
        assert sorted({name for name in lowered if lowered.count(name) > 1}) == []


def test_every_province_has_an_average_grid_factor_for_every_month_of_the_sample_book() -> None:
    grid = (
        reference()
        .parameters.filter(parameter_id="grid_ef")
        .filter(pl.col("valid_from") <= pl.date(2025, 12, 1), pl.col("valid_to") >= pl.date(2025, 12, 31))
    )
    chinese = {code for code in reference().regions["province_code"] if code.startswith("CN-")} - {
        "CN-TW",
        "CN-HK",
        "CN-MO",
        "CN-XZ",
    }
    assert chinese <= set(grid["scope"])


def snapshot() -> list[dict[str, str]]:
    """Every value that the lookup can return without a bank's own rows: the reference rows and what follows from them.

    Numbers to 12 significant digits, because a product's last digits are the machine's.
    """
    rows = with_derived(reference().parameters).sort("parameter_id", "scope", "valid_from").select(SNAPSHOT_COLUMNS)
    return [{name: _as_text(value) for name, value in row.items()} for row in rows.iter_rows(named=True)]


def _as_text(value: object) -> str:
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


def test_no_value_of_the_parameter_table_changes_unnoticed() -> None:
    with SNAPSHOT.open(encoding="utf-8", newline="") as file:
        kept = list(csv.DictReader(file))
    now = snapshot()
    new, known = ({tuple(row.values()) for row in rows} for rows in (now, kept))
    assert sorted(new ^ known) == [], RENEW
    assert kept == now, RENEW


def write_snapshot() -> None:
    """Write the snapshot anew; where the tables have a fault, it stays as it was."""
    rows = snapshot()
    with SNAPSHOT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SNAPSHOT_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    write_snapshot()
