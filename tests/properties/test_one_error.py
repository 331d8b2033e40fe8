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
from flows.reference.checks.consequences import limited
from flows.reference.checks.faults import FILES, TOMLS, Written, faults_of, written
from flows.reference.checks.missing.asked_bounds import ASKED
from flows.reference.checks.written.rows import TABLES
from flows.reference.tables import reference_files
from tests.properties.test_reference_slips import as_toml, rows_of
from transforms.ground.bounds import NO_LIMIT


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


def test_every_reference_table_is_checked() -> None:
    assert {*FILES} == {path.name for path in reference_files()}


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
    "the sets of a family": ("factor_sets.toml", ("gwp", "sets"), "did you mean [gwp.sets]?"),
    "a whole section": ("headers.toml", ("columns", "loans"), "did you mean [columns.loans]?"),
    "a section among lists of texts": ("headers.toml", ("beside", "currencies"), "did you mean [beside.currencies]?"),
    "the sheets to ignore": ("headers.toml", ("tables", "ignored"), "did you mean ignored?"),
    "a method": ("methods.toml", ("grid_renewable",), "nearest is 'grid_renewable'"),
    "the item of a metric": (
        "metrics.toml", ("standing_volume_change_chinese_fir", "item"), "and 'iteq' is not known: did you mean item?"
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
    "sources.toml",
    "parameter_kinds.toml",
    "metrics.toml",
    "units.toml",
    "technologies.toml",
    "methods.toml",
)
"""Tables whose entries others name."""


def cited_most(name: str, path: tuple[str, ...] = ()) -> str:
    """The name of a file that the other tables hold most often."""
    held = entries_of(name)
    for part in path:
        held = held[part]
    others = "".join(text_of(other) for other in FILES if other != name)
    named = [one for one in held if one != NO_LIMIT]
    return max(named, key=lambda one: others.count(f'"{one}"') + others.count(f",{one},"))


@pytest.mark.parametrize("name", NEEDED)
def test_a_name_that_many_need_is_one_error_that_names_them(edited: Edited, name: str) -> None:
    path = ("canonical",) if name == "units.toml" else ()
    most = cited_most(name, path)
    (fault,) = edited.toml(name, renamed(entries_of(name), (*path, most), None))
    assert name in fault
    assert f"'{most}' is missing" in fault or f"{name}, [{most}]: missing" in fault
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


ROWS_ASKED_FOR: Final = [
    (check, scope) for check, scopes in ASKED.items() for scope in sorted(scopes) if len(scopes) > 1
]


@pytest.mark.parametrize(("check", "scope"), random.Random(12).sample(ROWS_ASKED_FOR, 12))  # noqa: S311 - no secret
def test_a_limit_that_the_program_asks_for_is_missed(edited: Edited, check: str, scope: str) -> None:
    rows = rows_of(REFERENCE / "bounds.csv")
    (fault,) = edited.rows("bounds.csv", [r for r in rows if (r["check_id"], limited(r)) != (check, scope)])
    assert fault == f"bounds.csv: no row of {check} for {scope}, and the program asks for it; restore the row"


def test_the_program_asks_for_every_row_of_the_bounds() -> None:
    """So that none is taken away unseen; a new row is listed in asked_bounds.py."""
    rows = rows_of(REFERENCE / "bounds.csv")
    assert {(row["check_id"], limited(row)) for row in rows} == {(one, row) for one in ASKED for row in ASKED[one]}


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
}


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


# --- what was once accepted in silence, or was two errors ---

SLIPS: Final = {
    # a line, a weight, a ratio that is gone
    "a method without its bounds": (
        "outputs.toml",
        'rooftop_pv = { electric = ["electricity_self_used + electricity_exported", "electricity_supplied"] }\n',
        "",
        "[methods] rooftop_pv: missing, and [unbounded] says no reason",
    ),
    "a method of another table without its bounds": (
        "outputs.toml",
        "reported_removals = ",
        "# reported_removals = ",
        "[methods] reported_removals: missing",
    ),
    "a method with its only ratio gone": (
        "outputs.toml",
        'building_retrofit = { ratios = ["electricity_per_room_night"] }\n',
        "",
        "[methods] building_retrofit: missing",
    ),
    "a reading without its bound": (
        "outputs.toml",
        'steam_heating = { heat = ["heat_delivered", "steam_delivered"], burned = ["all fuel"], ratios',
        'steam_heating = { heat = ["heat_delivered"], burned = ["all fuel"], ratios',
        "[methods] steam_heating: nothing bounds 'steam_delivered'",
    ),
    "a ratio that a formula's readings keep": (
        "outputs.toml",
        ', ratios = ["heat_over_fuel_heat"] }',
        " }",
        "reads both sides of [ratios.heat_over_fuel_heat]",
    ),
    "a list of bounds that is empty": (
        "outputs.toml",
        'water_saving = { flow = ["water_saved"] }',
        "water_saving = { flow = [] }",
        "flow: empty",
    ),
    "the weight of a bound": (
        "outputs.toml",
        "weights = { steam_delivered = 2.5 }\n",
        "",
        "weights: missing for steam_delivered in t, not in GJ",
    ),
    "the weights from calorific values": (
        "outputs.toml",
        'weights_from = "impossible_below"\n',
        "",
        "[bounds.burned] weights: missing for bituminous_coal_consumed in t, ",
    ),
    "a reading that is free and bounded": (
        "outputs.toml",
        'bamboo = ["baseline_',
        'bamboo = ["bamboo_biomass_change", "baseline_',
        "'bamboo_biomass_change' is bounded",
    ),
    "a free reading in other letters": (
        "outputs.toml",
        'waste_heat_recovery = ["electricity_consumed"]',
        'waste_heat_recovery = ["electricity_consumedx"]',
        "[unbounded_readings] waste_heat_recovery: 'electricity_consumedx' in the place of 'electricity_consumed'",
    ),
    "free readings of a method whose name is wrong": (
        "outputs.toml",
        'straw_utilization = ["straw_returned_to_paddies"]',
        'straw_utilizationx = ["straw_returned_to_paddies"]',
        "'straw_utilizationx' is not in methods.toml",
    ),
    "free readings that are gone": (
        "outputs.toml",
        'air_source_heat_pump = ["heat_pump_electricity", "refrigerant_refilled"]\n',
        "",
        "[methods] air_source_heat_pump: nothing bounds 'heat_pump_electricity', 'refrigerant_refilled'",
    ),
    "scopes under another key": (
        "parameter_kinds.toml",
        'scopes = ["meter", "invoice",',
        'scopesx = ["meter", "invoice",',
        "[reading_uncertainty] scopesx: this key is not known, nearest is 'scopes'",
    ),
    "a parameter of a family in other letters": (
        "factor_sets.toml",
        '"fuel_oxidation"',
        '"fuel_oxidationx"',
        "'fuel_oxidationx' is not in parameter_kinds.toml",
    ),
    "a factor of a thousandth": (
        "parameters.csv",
        "grid_ef,CN,0.5568,tCO2/MWh",
        "grid_ef,CN,0.5568,kgCO2/MWh",
        "row 2, column value: '0.5568' kgCO2/MWh lies outside 0.005 to 1.35 tCO2/MWh",
    ),
    "a limit": (
        "bounds.csv",
        "ratio,-0.1,none,",
        "ratio,-0.1,,",
        "row 2, column implausible_below: empty; write the limit, or none where there is none",
    ),
    "a text twice in a list": (
        "profiles.toml",
        '"complete projects only", ',
        '"complete projects only", "complete projects only", ',
        "unconfirmed: 'complete projects only' twice in it",
    ),
    "a limit of plausibility": (
        "plausibility.toml",
        "[capacity_factor]",
        "[capacity_facto]",
        "plausibility.toml, [capacity_factor]: missing, and the program reads it",
    ),
    "the words of a kind": (
        "parameter_kinds.toml",
        'scopes = ["meter", ',
        '# scopes = ["meter", ',
        "[reading_uncertainty] scopes: missing, and rows of parameters.csv hold for 'meter', 'invoice'",
    ),
    "the unit of a bound": (
        "outputs.toml",
        'unit = "MW"\n',
        'unitx = "MW"\n',
        "[bounds.electric] unit: missing, and 'unitx' is not known",
    ),
    # signs that nobody sees, formulas, line breaks
    "a wide blank in a code": (
        "crf_fields.csv",
        "\nclean_energy,",
        "\nclean_energy\u3000,",
        "column crf_field: 'clean_energy\u3000' holds U+3000",
    ),
    "no width in a code": (
        "crf_fields.csv",
        "\nclean_energy,",
        "\nclean_\u200benergy,",
        "row 2, column crf_field: 'clean_\u200benergy' holds U+200B",
    ),
    "a mark of order in a limit's name": (
        "bounds.csv",
        "\nafter_a_gap.hydro,",
        "\n\ufeffafter_a_gap.hydro,",
        "column bound_id: '\ufeffafter",
    ),
    "a hard blank behind a unit": (
        "parameters.csv",
        ",GJ/t,",
        ",GJ/t\u00a0,",
        "column unit: 'GJ/t\u00a0' holds U+00A0 (no-break space)",
    ),
    "a code in wide letters": (
        "bounds.csv",
        ",month_over_median,",
        ",ｍonth_over_median,",
        "column check_id: 'ｍonth_over_median' holds U+FF4D",
    ),
    "a formula for a name": ("counties.csv", "鄱阳县", "=1+1", "column county_name: '=1+1' begins with ="),
    "a plus before a name": (
        "realisation.csv",
        "\nWind,,all",
        "\n+Wind,,all",
        "column realisation_type: '+Wind' begins with +",
    ),
    "a dash for a name": ("crf_fields.csv", "节能减排", "-", "column aliases: '-' begins with -"),
    "a line break in a province": (
        "regions.csv",
        "云南,",
        '"云南\n省",',
        "column province_zh: '云南\n省' holds U+000A (a line break)",
    ),
    "a line break in a county": ("counties.csv", "鄱阳县", '"鄱阳\n县"', "column county_name"),
    "a blank behind a text": (
        "regions.csv",
        "Zhejiang,",
        "Zhejiang ,",
        "column province_en: 'Zhejiang ' has blanks around it",
    ),
    "no width in a sentence": ("flags.toml", "有", "有\u200b", "holds U+200B (zero width space)"),
    "no width in a key": (
        "outputs.toml",
        '"MWac" = 1',
        '"MW\u200bac" = 1',
        "[bounds.electric.spellings] MWac: its name 'MW\u200bac' holds U+200B",
    ),
    "a hard blank in a list": (
        "factor_sets.toml",
        '["fuel_ncv",',
        '["fuel_ncv\u00a0",',
        "[fuels] parameters: 'fuel_ncv\u00a0' holds U+00A0",
    ),
    # strange words
    "a scope with a dash": (
        "parameters.csv",
        "methane_capacity,anaerobic,",
        "methane_capacity,-anaerobic,",
        "column scope: '-anaerobic' begins with -",
    ),
    "a scope of no table": (
        "parameters.csv",
        "methane_capacity,anaerobic,",
        "methane_capacity,anaerobik,",
        "'anaerobik' is not in ",
    ),
    "a type of no table": (
        "realisation.csv",
        "\nHydro,New dam,",
        "\nx,New dam,",
        "column realisation_type: 'x' is not in realisation_types.toml",
    ),
    "a subtype of no table": (
        "realisation.csv",
        ",New dam,",
        ",New damm,",
        "'New damm' is not in realisation_types.toml, nearest is 'New dam'",
    ),
    "a word of a kind without its row": (
        "parameter_kinds.toml",
        '"meter", ',
        '"meter", "metre", ',
        "[reading_uncertainty] scopes: 'metre' has no row",
    ),
    # keys
    "a role of a list": (
        "headers.toml",
        "drawn_amount = [",
        "drawn_amountx = [",
        "drawn_amount: missing, and 'drawn_amountx' is not known",
    ),
    "a list of plans that are none": (
        "headers.toml",
        "no_plans = [",
        "no_planz = [",
        "[lists] no_plans: missing, and 'no_planz' is not known",
    ),
    "the names of a table": (
        "headers.toml",
        'forest_strata = ["forest_strata", "小班", "林分"]\n',
        "",
        "[tables] forest_strata: missing",
    ),
    "a table without a name": (
        "headers.toml",
        'projects = ["projects", "project", "项目", "项目表", "项目信息"]',
        "projects = []",
        "[tables] projects: empty",
    ),
    "the seasons of a crop": ("metrics.toml", 'seasons = ["08-01/11-30"]', "", "[late_rice_area] seasons: missing"),
    "no season of a crop": (
        "metrics.toml",
        'seasons = ["08-01/11-30"]',
        "seasons = []",
        "[late_rice_area] seasons: empty",
    ),
    "the names of a species": (
        "metrics.toml",
        'species_names = ["湿地松", "slash pine"]\n',
        "",
        "species_names: missing; write it as species_names = ",
    ),
    "an indicator": ("metrics.toml", "indicator = true\n", "", "indicator: missing; write it as indicator = "),
    "the item of a fuel": ("metrics.toml", 'item = "lignite"\n', "", "[lignite_consumed] item: missing"),
    "the kind of a fuel": (
        "metrics.toml",
        'kind = "fuel"\nitem = "lignite"\n',
        'item = "lignite"\n',
        "[lignite_consumed] kind: missing",
    ),
    "a constant that projects could state": (
        "parameter_kinds.toml",
        "constant = true\n",
        "",
        "constant: missing; write it as constant = ",
    ),
    "what feeds a formula": (
        "methods.toml",
        'evidence = "energy_activity"   # heat delivered\n',
        "",
        "evidence: missing; write it as evidence = ",
    ),
    "the words of forests": (
        "methods.toml",
        "forest_kinds = [",
        "forest_kindz = [",
        "forest_kinds: missing, and 'forest_kindz' is not known",
    ),
    "an unknown key of a flag": ("flags.toml", '\nzh = "', '\nremark = "x"\nzh = "', "remark: this key is not known"),
    "an unknown key of a profile": (
        "profiles.toml",
        "\nis_operating_only",
        "\nis_x = true\nis_operating_only",
        "is_x: this key is not known",
    ),
    # one slip, one error
    "a text that has another key": (
        "methods.toml",
        '\nboundary_zh = "以项目设',
        '\nboundary_zhx = "以项目设',
        "boundary_zh: missing, and 'boundary_zhx' is not known",
    ),
    "a number for a rule": (
        "outputs.toml",
        'rule = "capacity_factor_above_1"',
        "rule = 5",
        "[bounds.electric] rule: 5, not a text",
    ),
    "a bound of another check": (
        "outputs.toml",
        'check_id = "electricity_over_capacity"',
        'check_id = "electricity_over_capacityx"',
        "'electricity_over_capacity",
    ),
    "a check of no table": (
        "bounds.csv",
        "month_over_median,process",
        "zzq,process",
        "column check_id: 'zzq' is not in ",
    ),
    "the time of a bound": (
        "outputs.toml",
        "times_per_day = 1\nmay_be = []",
        "times_per_dayx = 1\nmay_be = []",
        "did you mean times_per_day?",
    ),
    "a text for a list": (
        "metrics.toml",
        "seasonal_metrics = [",
        'seasonal_metrics = "x" # [',
        "seasonal_metrics: 'x', not a list of texts",
    ),
    "a threshold of a profile": (
        "profiles.toml",
        '"small_exposure_threshold"',
        '"small_exposure_thresholdx"',
        "nearest is 'small_exposure_threshold'",
    ),
    # sizes that are what they are
    "ten thousand that are a thousand": (
        "headers.toml",
        '\n"万" = 10000\n',
        '\n"万" = 1000\n',
        "[beside.scales] 万: 1000 is not what 万 means; write 10000",
    ),
    "a hundred million in English": (
        "headers.toml",
        '"hundred million" = 100000000',
        '"hundred million" = 10000000',
        "[beside.scales] hundred million: 10000000 is not what hundred million means; write 100000000",
    ),
    "a scale of money behind a header": (
        "headers.toml",
        '"百万元" = 1000000',
        '"百万元" = 100000',
        "[scales] 百万元: 100000 is not what 百万元 means; write 1000000",
    ),
    "a mu of a tenth": (
        "units.toml",
        "mu = 10000 *",
        "mu = 1000 *",
        "'mu = 1000 * square_meter / 15' is not what one mu is; it is 666.6666667 square_meter",
    ),
    "a unit that others are made of": (
        "units.toml",
        "gigajoule = 1000000000 *",
        "gigajoule = 100000000 *",
        "'gigajoule = 100000000 * joule' is not what one gigajoule is; it is 1000000000 joule",
    ),
    "a unit of another kind": (
        "units.toml",
        "hectare = 10000 * square_meter",
        "hectare = 10000 * cubic_meter",
        "is not what one hectare is; it is 10000 square_meter",
    ),
    "a unit that begins a kind of its own": (
        "units.toml",
        '"mu = 10000 * square_meter / 15"',
        '"mu = [mu]"',
        "'mu = [mu]' is not what one mu is",
    ),
    "a power of a tenth": (
        "units.toml",
        "kilowatt = 1000 * watt",
        "kilowatt = 100 * watt",
        "is not what one kilowatt is; it is 1000 joule / second",
    ),
    "a gate that waits for thousands": (
        "gates.toml",
        "min_refused_rows = 3",
        "min_refused_rows = 3000",
        "min_refused_rows: 3000 is not a whole number from 0 to 100",
    ),
    "a gate that nothing reaches": (
        "gates.toml",
        "max_change_ratio = 0.5",
        "max_change_ratio = 50",
        "max_change_ratio: 50 lies outside 0 to 1",
    ),
    "a warming potential that is far off": (
        "parameters.csv",
        "gwp_ch4,all@AR6,27.9,",
        "gwp_ch4,all@AR6,2.79,",
        "column value: '2.79' is 27.9 in AR6 of IPCC; write what is published",
    ),
    "a family that is none": ("gates.toml", "[volumes]\n", "[volumes]\n[volume]\n", "there is nothing in it"),
}


@pytest.mark.parametrize(("name", "old", "new", "words"), SLIPS.values(), ids=SLIPS)
def test_a_slip_of_one_place_is_one_error_that_names_it(
    edited: Edited, name: str, old: str, new: str, words: str
) -> None:
    text = text_of(name)
    assert old in text
    (fault,) = edited.faults(name, text.replace(old, new, 1))
    assert fault.startswith(name)
    assert words in fault


def test_bounds_that_are_like_each_other_are_one_error(edited: Edited) -> None:
    outputs = entries_of("outputs.toml")
    outputs["bounds"]["land_of_passes"]["like"] = "land_of_crops"
    outputs["bounds"]["land_of_crops"]["like"] = "land_of_passes"
    (fault,) = edited.toml("outputs.toml", outputs)
    assert "like: 'land_of_crops' has no spellings of its own" in fault or "like: 'land_of_passes' has no" in fault


def test_a_weight_of_one_margin_without_that_of_the_other_is_one_error(edited: Edited) -> None:
    rows = rows_of(REFERENCE / "parameters.csv")
    gone = [row for row in rows if (row["parameter_id"], row["scope"]) != ("bm_weight", "solar/later_period")]
    (fault,) = edited.rows("parameters.csv", gone)
    assert fault.startswith("parameters.csv: no row of bm_weight for solar/later_period, and om_weight has one")


def test_a_factor_that_one_fuel_lacks_is_one_error(edited: Edited) -> None:
    rows = rows_of(REFERENCE / "parameters.csv")
    is_diesel = [row["parameter_id"] == "fuel_ncv" and row["scope"].startswith("diesel@") for row in rows]
    (fault,) = edited.rows("parameters.csv", [row for row, gone in zip(rows, is_diesel, strict=True) if not gone])
    assert "fuel_ncv for diesel" in fault
