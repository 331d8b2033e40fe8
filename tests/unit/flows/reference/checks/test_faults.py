"""Reference tables edited by hand: each slip is named by file, row, column and value, and all of them at once."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.home.settings import REFERENCE
from flows.reference.checks.faults import reference_faults
from flows.reference.checks.guard import guarded
from flows.reference.checks.read import Read
from flows.reference.tables import read_reference
from schemas.errors import ContradictoryReference

ROW = "grid_ef,CN,0.5568,tCO2/MWh,2021-01-01,2021-12-31,"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(REFERENCE, tmp_path / "reference")
    return tmp_path / "reference"


def edited(old: str, new: str, name: str = "parameters.csv") -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, old
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def without(start: str, name: str = "parameters.csv") -> Callable[[Path], None]:
    """Take away the rows that start so."""

    def edit(folder: Path) -> None:
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(start)]
        assert len(kept) < len(lines), start
        (folder / name).write_text("".join(kept), encoding="utf-8")

    return edit


def with_column(path: Path, column: str) -> None:
    """Add an empty column at the end of a table."""
    first, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{first},{column}", *(f"{row}," for row in rows), ""]), encoding="utf-8")


KWH = '"kWh" = "kilowatt_hour"\n'
BAR = '"bar = 100000 * pascal"'

FAULTS = {
    "a number in a cell that is read as 0": (
        edited("0.5568,", "1e-400,"),
        "parameters.csv, row 2, column value: '1e-400' is not a number",
    ),
    "a number in a cell with a sign of programs": (
        edited("0.5568,", "1_000,"),
        "column value: '1_000' is not a number",
    ),
    "a number in a cell without end": (edited("0.5568,", "inf,"), "row 2, column value: 'inf' is not a number"),
    "a column twice": (
        edited("county_code,county_name\n", "county_code,county_code,county_name\n", "counties.csv"),
        "counties.csv: the column county_code is there twice; keep one",
    ),
    "a column that nothing reads": (
        lambda folder: with_column(folder / "realisation.csv", "median_ratoi"),
        "realisation.csv: the column 'median_ratoi' is not known, nearest is 'median_ratio'; take it away",
    ),
    "a column without a name": (
        lambda folder: with_column(folder / "bounds.csv", ""),
        "bounds.csv: a column has no name; take it away",
    ),
    "a unit spelled twice in small letters": (
        edited(KWH, KWH + '"kwh" = "megawatt_hour"\n', "units.toml"),
        "units.toml, [spellings] kwh: 'kwh' is read as 'kWh', too, and means 'megawatt_hour' for 'kilowatt_hour'",
    ),
    "a unit spelled twice in full width": (
        edited(KWH, KWH + '"ｋＷｈ" = "megawatt_hour"\n', "units.toml"),
        "units.toml, [spellings] ｋＷｈ: 'ｋＷｈ' is read as 'kWh'",
    ),
    "a unit of a capacity spelled twice": (
        edited('"MWp" = 1\n', '"MWp" = 1\n"ＭＷ" = 1000\n', "outputs.toml"),
        "outputs.toml, [bounds.electric.spellings] ＭＷ: 'ＭＷ' is read as 'MW', too, and means 1000 for 1",
    ),
    "a currency spelled twice": (
        edited('"RMB" = "CNY"', '"RMB" = "CNY"\n"ＲＭＢ" = "USD"', "headers.toml"),
        "ＲＭＢ: 'ＲＭＢ' is read as 'RMB', too, and means 'USD' for 'CNY'",
    ),
    "a metric named in full width": (
        edited('aliases = ["汽油消耗量"]', 'aliases = ["汽油消耗量", "ＨＤＤ"]', "metrics.toml"),
        "too; keep one",
    ),
    "a unit of less than nothing": (
        edited(KWH, '"kWh" = "-1 * kilowatt_hour"\n', "units.toml"),
        "[spellings] kWh: '-1",
    ),
    "a unit of nothing": (
        edited(KWH, '"kWh" = "0 * kilowatt_hour"\n', "units.toml"),
        "units.toml, [spellings] kWh: '0 * kilowatt_hour' is not a unit: its number is not above 0 and finite",
    ),
    "a unit without end": (edited(KWH, '"kWh" = "1e400 * joule"\n', "units.toml"), "is not above 0 and finite"),
    "a sum of units": (
        edited(KWH, '"kWh" = "kilowatt_hour + joule"\n', "units.toml"),
        "[spellings] kWh: 'kilowatt_hour + joule' is not a unit: it is not made of numbers above 0 and units",
    ),
    "a power of a unit": (edited(KWH, '"kWh" = "kilowatt_hour ** 2"\n', "units.toml"), "[spellings] kWh: 'kilowatt"),
    "a number for a unit": (edited(KWH, '"kWh" = "1000"\n', "units.toml"), "[spellings] kWh: '1000' is not a unit"),
    "a definition by what is not defined": (
        edited("10000 * square_meter / 15", "10000 * square_metre / 15", "units.toml"),
        "definitions: 'mu = 10000 * square_metre / 15' is not a unit: 'square_metre' is not defined, nearest",
    ),
    "definitions in a ring": (
        edited(BAR, '"bar = 100000 * baz", "baz = 2 * bar"', "units.toml"),
        "units.toml, definitions: 'bar = 100000 * baz', 'baz = 2 * bar': defined by itself",
    ),
    "a definition of nothing": (edited(BAR, '"bar = 0 * pascal"', "units.toml"), "definitions: 'bar = 0 * pascal'"),
    "a unit defined twice": (
        edited(BAR, BAR + ', "bar = 10000 * pascal"', "units.toml"),
        "'bar = 10000 * pascal' defines bar again, which is 'bar = 100000 * pascal'; keep one",
    ),
    "a unit of none": (edited('"%" = ["percent"]', '"%" = []', "units.toml"), "[canonical] %: empty; write it as"),
    "a sentence of a flag under another name": (
        edited("[implausible_figure]", "[implausible_figur]", "flags.toml"),
        "flags.toml, [implausible_figure]: this sentence is missing, and [implausible_figur] is not known",
    ),
    "a place that a flag does not fill": (
        edited("{about}", "{aboutx}", "flags.toml"),
        "nothing fills {aboutx}; write one of its places: {",
    ),
    "no words for a fact that is not known": (
        edited("else.on_file", "else.on_fil", "flags.toml"),
        "flags.toml, [missing_parameter]: {on_file} may be empty and has no words for it; write else.on_file =",
    ),
    "words for a fact that is always known": (
        edited("else.on_file", "else.first", "flags.toml"),
        "[missing_parameter] else.first: never empty, or no place; take it away (may be empty: on_file, scope)",
    ),
    "words in one language alone": (
        edited('else.items = { en = "anything that the formula takes",', "else.items = {", "flags.toml"),
        "flags.toml, [missing_reading_within.else.items] en: missing",
    ),
    "a sentence of a gate under another name": (
        edited("[sentences.refusals]", "[sentences.refusal]", "gates.toml"),
        "gates.toml, [sentences.refusals]: this sentence is missing, and [sentences.refusal] is not known",
    ),
    "a place that a gate does not fill": (
        edited("{ratio} of its rows", "{ration} of its rows", "gates.toml"),
        "gates.toml, [sentences.volumes] en: nothing fills {ration}; write one of its places: {ratio}",
    ),
    "a place that is not closed": (
        edited("{ratio} of its rows", "{ratio of its rows", "gates.toml"),
        "gates.toml, [sentences.volumes] en: a brace that is not closed",
    ),
    "a bound like itself": (
        edited('like = "heat"', 'like = "burned"', "outputs.toml"),
        "outputs.toml, [bounds.burned] like: 'burned' has no spellings of its own; write one that has: electric, heat",
    ),
    "a bound like one without a unit": (
        edited('like = "heat"', 'like = "clock"', "outputs.toml"),
        "outputs.toml, [bounds.burned] like: 'clock' has no spellings of its own",
    ),
    "a letter in a number": (edited("0.5568,", "0.55G8,"), "row 2, column value: '0.55G8' is not a number"),
    "full-width digits": (edited("0.5568,", "０.５５,"), "row 2, column value: '０.５５' is not a number"),
    "digits of another script": (edited("0.5568,", "٥,"), "row 2, column value: '٥' is not a number"),
    "a blank in a number": (edited("0.5568,", " 0.5568 ,"), "row 2, column value: ' 0.5568 ' is not a number"),
    "a wide blank where a number may be left out": (
        edited("ratio,-0.1,none,", "ratio,-0.1,\u00a0,", "bounds.csv"),
        "bounds.csv, row 2, column implausible_below: '\u00a0' is not a number; write it as 0.5",
    ),
    "a blank around a scope": (edited("CN,0.5568,", " CN ,0.5568,"), "column scope: ' CN ' has blanks around it"),
    "a status that is none": (edited(",confirmed", ",maybe", "parameters.csv"), "'maybe' is none of"),
    "evidence that is none": (edited(",engineering,", ",guess,", "bounds.csv"), "'guess' is none of"),
    "a bound in words": (edited("lower = 0\n", 'lower = "many"\n', "plausibility.toml"), "lower: 'many', not a number"),
    "a unit that is gone": (edited('unit = "MWh"\n', "", "metrics.toml"), "unit: missing, not a text"),
    "a factor that is true": (edited("factor = ", "factor = true # ", "slips.toml"), "True, not a"),
    "an empty value": (edited("CN,0.5568,", "CN,,"), "parameters.csv, row 2, column value: empty"),
    "no unit": (edited("0.5568,tCO2/MWh", "0.5568,"), "parameters.csv, row 2, column unit: empty"),
    "not a finite number": (edited("0.5568,", "inf,"), "row 2, column value: 'inf' is not a number"),
    "a decimal comma": (edited(ROW, ROW.replace("0.5568", '"0,5568"')), "column value: '0,5568' is not a number"),
    "a bad date": (edited("2021-01-01,2021-12-31", "2021-13-01,2021-12-31"), "valid_from: '2021-13-01' is not a date"),
    "a date in another form": (edited("2021-01-01,2021", "1/1/2021,2021"), "valid_from: '1/1/2021' is not a date"),
    "reversed dates": (edited("2021-01-01,2021-12-31", "2021-12-31,2021-01-01"), "lies before valid_from"),
    "no end": (edited("2021-01-01,2021-12-31,", "2021-01-01,,"), "row 2, column valid_to: empty"),
    "a missing column": (edited("parameter_id,scope,value", "parameter_id,scope,amount"), "column value is missing"),
    "a comma too many": (edited("tCO2/MWh,2021-01-01", "tCO2,MWh,2021-01-01"), "row 2: 12 fields under 11 columns"),
    "an open quote": (edited("national average", '"national average'), "parameters.csv"),
    "broken TOML": (edited("[sums]", "[sums", "gates.toml"), "gates.toml: invalid TOML"),
    "a file that is gone": (lambda folder: (folder / "sources.toml").unlink(), "sources.toml: it cannot be read"),
    "a section that is a number": (
        edited("[volumes]", "volumes = 5\n[other]", "gates.toml"),
        "gates.toml, [volumes]: 5, not a section",
    ),
    "a threshold in per cent": (edited("refused_ratio = 0.2", "refused_ratio = 20", "gates.toml"), "outside 0 to 1"),
    "a threshold below nothing": (edited("rows = 3", "rows = -3", "gates.toml"), "-3 is not a whole number from 0"),
    "a threshold that is gone": (edited("max_change_ratio = 0.5", "", "gates.toml"), "max_change_ratio: missing"),
    "a threshold in words": (edited("ratio = 0.05", 'ratio = "5 %"', "gates.toml"), "'5 %', not a number"),
    "a flag without Chinese": (
        edited('zh = "无投产日期', 'chinese = "无投产日期', "flags.toml"),
        "[under_construction] zh: missing",
    ),
    "an item that no factor knows": (
        edited('item = "bituminous_coal"', 'item = "bituminos_coal"', "metrics.toml"),
        "item: 'bituminos_coal' is not in the scopes of fuel_ef, fuel_ncv in parameters.csv, nearest is 'bituminous_",
    ),
    "an age of exchange rates that is gone": (
        without("fx_rate_max_age,all,"),
        "no row of fx_rate_max_age for all is in force, and the exchange rates read it",
    ),
    "a warning that is gone": (without("factor_end_warning,all,"), "no row of factor_end_warning for all is in force"),
    "a threshold of a profile that is gone": (
        without("small_exposure_threshold,"),
        "the profile pboc_carbon_accounting reads it",
    ),
    "a warming potential that is gone": (without("gwp_n2o,all@AR"), "no row of gwp_n2o for all is in force"),
    "a part of a derived factor that is gone": (without("carbon_to_co2,all,"), "no row of carbon_to_co2 for all"),
    "a scale below nothing": (
        edited('"万元" = 10000', '"万元" = -10000', "headers.toml"),
        "[scales] 万元: -10000 is not above 0",
    ),
    "a scale of nothing beside a table": (
        edited('"亿" = 100000000', '"亿" = 0', "headers.toml"),
        "[beside.scales] 亿: 0 is not above 0",
    ),
    "a unit of a capacity below nothing": (
        edited('"kWp" = 0.001', '"kWp" = -0.001', "outputs.toml"),
        "[bounds.electric.spellings] kWp: -0.001 is not",
    ),
    "a rule that is nowhere": (
        edited('rule = "capacity_factor_above_1"', 'rule = "no_such_rule"', "outputs.toml"),
        "[bounds.electric] rule: 'no_such_rule' is not the rule of electricity_over_capacity",
    ),
    "a rule that is gone": (
        edited('rule = "capacity_factor_above_1"\n', "", "outputs.toml"),
        'outputs.toml, [bounds.electric] rule: missing, not a text; write it as rule = "..."',
    ),
    "a bound without its time": (
        edited("times_per_day = 24\n", "", "outputs.toml"),
        "[bounds.electric] times_per_day: missing",
    ),
    "a bound without its size": (edited("each = 1\n", "", "outputs.toml"), "[bounds.clock] each: missing"),
    "a grid that no margin knows": (
        edited("Beijing,North,", "Beijing,Nortern,", "regions.csv"),
        "regions.csv, row 2, column grid_region: 'Nortern' is not in the scopes of grid_bm_ef, grid_om_ef",
    ),
    "no grid": (edited("Beijing,North,", "Beijing,,", "regions.csv"), "row 2, column grid_region: empty"),
    "a day of publication that is none": (
        edited('"2024-04-12"', '"2024-04-31"', "sources.toml"),
        "[mee_nbs_grid_2021] published: '2024-04-31' is not a date",
    ),
    "a day of publication in words": (edited('"2024-04-12"', '"last spring"', "sources.toml"), "'last spring' is no"),
    "a score beyond the scale": (
        edited("avoided_score = 1", "avoided_score = 6", "data_quality.toml"),
        "6 is not a whole number from 1 to 5",
    ),
    "a part of a row": (edited("rows = 3", "rows = 2.5", "gates.toml"), "2.5 is not a whole number from 0 to 100"),
    "a reading bounded twice": (
        edited(
            "electricity_over_capacity.all.hydro,electricity_over_capacity,*,hydro",
            "electricity_over_capacity.all.hydro,electricity_over_capacity,*,",
            "bounds.csv",
        ),
        "bounds.csv, rows 2 and 3, column check_id: 'electricity_over_capacity, *' is bounded twice",
    ),
    "a name of two provinces": (
        edited("天津市|", "北京市|", "regions.csv"),
        "row 3, column aliases: '北京市' is a name of CN-BJ, too",
    ),
    "a name of two counties": (
        edited("361102,信州区", "361102,上饶市", "counties.csv"),
        "county_name: '上饶市' is a name of 361100, too",
    ),
    "a county twice": (edited("361100,上饶市\n", "361100,上饶市\n" * 2, "counties.csv"), "rows 2 and 3, column"),
}


@pytest.mark.parametrize(("edit", "words"), FAULTS.values(), ids=FAULTS)
def test_a_slip_is_named_by_file_row_column_and_value_before_anything_is_read(
    folder: Path, edit: Callable[[Path], None], words: str
) -> None:
    edit(folder)
    with pytest.raises(ContradictoryReference) as refused:
        read_reference(folder)
    assert words in str(refused.value)


ALONE = ("unit", "spelled", "place", "cell", "column")


@pytest.mark.parametrize("slip", [slip for slip in FAULTS if any(word in slip for word in ALONE)])
def test_a_slip_in_a_unit_a_sentence_or_a_table_is_one_error(folder: Path, slip: str) -> None:
    edit, words = FAULTS[slip]
    edit(folder)
    (fault,) = reference_faults(folder)
    assert words in fault


def test_a_row_that_is_there_twice_and_days_that_overlap_are_named(folder: Path) -> None:
    path = folder / "parameters.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1], lines[1].replace("2021-01-01", "2021-12-31")]), encoding="utf-8")
    found = reference_faults(folder)
    assert len(found) == 2
    assert all("'grid_ef, CN' has two rows for the same days" in fault for fault in found)


def test_all_faults_are_named_at_once(folder: Path) -> None:
    for edit in (FAULTS["a letter in a number"][0], FAULTS["broken TOML"][0], FAULTS["a county twice"][0]):
        edit(folder)
    assert {fault.partition(",")[0].partition(":")[0] for fault in reference_faults(folder)} == {
        "gates.toml",
        "parameters.csv",
        "counties.csv",
    }


def test_a_list_for_a_text_hides_no_other_fault(folder: Path) -> None:
    edited('kind = "formula"', 'kind = ["formula"]', "methods.toml")(folder)
    edited('unit = "MWh"', 'unit = "MWhh"', "metrics.toml")(folder)
    FAULTS["a letter in a number"][0](folder)
    assert {fault.partition(",")[0] for fault in reference_faults(folder)} == {
        "methods.toml",
        "metrics.toml",
        "parameters.csv",
    }


def test_a_check_that_fails_itself_names_the_section_and_keeps_what_it_found() -> None:
    def check(read: Read) -> Iterator[str]:
        for name, section in read.sections("slips.toml"):
            yield f"{name}: {1 / section['factor']}"

    slips = {"halved": {"factor": 2}, "none": {"factor": 0}, "doubled": {"factor": 0.5}}
    found, failed = guarded(Read({"slips.toml": slips}, {}), check)
    assert found == "halved: 0.5"
    assert failed.startswith("slips.toml, [none]: the check failed on it (ZeroDivisionError: division by zero)")


def test_a_year_a_month_a_day_or_nothing_is_a_date_of_publication(folder: Path) -> None:
    for written in ("2024", "2024-04", "2024-02-29", ""):
        shutil.copy(REFERENCE / "sources.toml", folder)
        edited('"2024-04-12"', f'"{written}"', "sources.toml")(folder)
        assert reference_faults(folder) == []


def test_the_set_in_force_needs_its_row_and_the_others_may_go(folder: Path) -> None:
    without("gwp_n2o,all@AR4")(folder)
    assert reference_faults(folder) == []
    without("gwp_n2o,all@AR5")(folder)
    assert [fault for fault in reference_faults(folder) if "gwp_n2o" not in fault] == []
    assert len(reference_faults(folder)) == 1


def test_the_tables_as_they_are_have_no_fault() -> None:
    assert reference_faults(REFERENCE) == []


def test_tables_saved_with_a_mark_of_utf_8_are_read(folder: Path) -> None:
    """As the editor of Windows saves them."""
    for path in folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    marked, plain = read_reference(folder), read_reference()
    assert marked.metrics == plain.metrics
    for name in ("parameters", "bounds", "regions", "counties", "realisation", "crf_fields"):
        assert getattr(marked, name).equals(getattr(plain, name)), name


def test_what_no_rule_knows_is_one_error_without_a_trace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversion that is a text where it is a table, and no rule that sees it."""
    monkeypatch.setattr("flows.reference.tables.reference_faults", lambda _: [])
    units = folder / "units.toml"
    units.write_text('kilogram = "?"\n', encoding="utf-8")
    with pytest.raises(ContradictoryReference, match="cannot be used"):
        read_reference(folder)
