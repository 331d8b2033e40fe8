"""Cells, keys and files that are not what they must be, each by itself."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import Edit, edited, faults_in, with_column, without

ROW = "grid_ef,CN,0.5568,tCO2/MWh,2021-01-01,2021-12-31,"

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
    "a unit of none": (edited('"%" = ["percent"]', '"%" = []', "units.toml"), "[canonical] %: empty; write it as"),
    "words in one language alone": (
        edited('else.items = { en = "anything that the formula takes",', "else.items = {", "flags.toml"),
        "flags.toml, [missing_reading_within.else.items] en: missing",
    ),
    "a letter in a number": (edited("0.5568,", "0.55G8,"), "row 2, column value: '0.55G8' is not a number"),
    "full-width digits": (edited("0.5568,", "０.５５,"), "row 2, column value: '０.５５' is not a number"),
    "digits of another script": (edited("0.5568,", "٥,"), "row 2, column value: '٥' is not a number"),
    "a blank in a number": (edited("0.5568,", " 0.5568 ,"), "row 2, column value: ' 0.5568 ' is not a number"),
    "a wide blank where a number may be left out": (
        edited("ratio,-0.1,none,", "ratio,-0.1,\u00a0,", "bounds.csv"),
        "bounds.csv, row 2, column implausible_below: '\u00a0' is not a number; write it bare",
    ),
    "a blank around a scope": (edited("CN,0.5568,", " CN ,0.5568,"), "column scope: ' CN ' has blanks around it"),
    "a status that is none": (edited(",confirmed", ",maybe", "parameters.csv"), "'maybe' is none of"),
    "evidence that is none": (edited(",engineering,", ",guess,", "bounds.csv"), "'guess' is none of"),
    "a bound in words": (edited("lower = 0\n", 'lower = "many"\n', "plausibility.toml"), "lower: 'many', not a number"),
    "a unit that is gone": (edited('unit = "MWh"\n', "", "metrics.toml"), "unit: missing; write it as unit = "),
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
    "a threshold that is gone": (edited("max_change_ratio = 0.5", "", "gates.toml"), "max_change_ratio: missing"),
    "a threshold in words": (edited("ratio = 0.05", 'ratio = "5 %"', "gates.toml"), "'5 %', not a number"),
    "a flag without Chinese": (
        edited('zh = "无投产日期', 'chinese = "无投产日期', "flags.toml"),
        "[under_construction] zh: missing",
    ),
    "a rule that is gone": (
        edited('rule = "capacity_factor_above_1"\n', "", "outputs.toml"),
        'outputs.toml, [bounds.electric] rule: missing; write it as rule = "..."',
    ),
    "a bound without its time": (
        edited("times_per_day = 24\n", "", "outputs.toml"),
        "[bounds.electric] times_per_day: missing",
    ),
    "a bound without its size": (edited("each = 1\n", "", "outputs.toml"), "[bounds.clock] each: missing"),
    "a county twice": (edited("361100,上饶市\n", "361100,上饶市\n" * 2, "counties.csv"), "rows 2 and 3, column"),
}


@pytest.mark.parametrize(("edit", "words"), FAULTS.values(), ids=FAULTS)
def test_it_is_one_error_by_file_row_column_and_value(folder: Path, edit: Edit, words: str) -> None:
    edit(folder)
    (fault,) = faults_in(folder)
    assert words in fault


@pytest.mark.parametrize("commas", [",", "," * 10])
def test_lines_of_commas_are_one_error(folder: Path, commas: str) -> None:
    path = folder / "parameters.csv"
    path.write_text(path.read_text(encoding="utf-8") + f"{commas}\n{commas}\n", encoding="utf-8")
    (fault,) = faults_in(folder)
    assert fault == (
        "parameters.csv, rows 379, 380: nothing but commas, as a spreadsheet leaves them; take the lines away"
    )


def test_a_threshold_that_is_gone_is_written_without_a_laxer_one(folder: Path) -> None:
    without("max_drop_ratio", "gates.toml")(folder)
    (fault,) = faults_in(folder)
    assert fault == "gates.toml, [volumes] max_drop_ratio: missing; write max_drop_ratio and its number"
