"""Every printed number of the sample book is unfolded from the published file alone, and its leaves give it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from flows.published.receipts.explained import answer_explain, explain_text, is_equal
from flows.published.receipts.numbers import (
    asked_for,
    numbers_of,
    printable_documents,
    published_documents,
    published_numbers,
    read_book,
)
from flows.published.receipts.unfolded import Unfolding
from reports.codes import as_code
from tests.integration.program import Answer, Home

BOILER: Final = "P-GX-BOILER"
OPENED: Final = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
from flows.cli import main
code = main(sys.argv[1:])
print(*sorted(path for path in set(opened) if "/data/" in path), sep="\\n", file=sys.stderr)
raise SystemExit(code)
"""


def code_of(home: Home, label: str) -> str:
    """The code of the whole book's number of that label."""
    (row,) = home.rows("FROM mart.receipts WHERE lender = '*' AND figure_label = ?", label)
    return str(row["receipt_code"])


def explain(warehouse: Path, code: str, *more: str) -> Answer:
    """The command in an empty folder, with no home but a file."""
    folder = warehouse.parent
    environment = {**os.environ, "GREENLOAN_HOME": str(folder / "nowhere")}
    command = [sys.executable, "-c", OPENED, "explain", code, "--warehouse", str(warehouse), *more]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def copy(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file alone, in a folder of its own."""
    path = tmp_path_factory.mktemp("elsewhere") / "copy.duckdb"
    shutil.copyfile(sample_home.warehouse, path)
    return path


@pytest.fixture(scope="module")
def name(sample_home: Home) -> str:
    (row,) = sample_home.rows("FROM core.projects WHERE project_id = ?", BOILER)
    return str(row["project_name"])


def test_every_printed_number_has_one_code_in_both_languages_and_all_are_equal(sample_home: Home, copy: Path) -> None:
    printed = sample_home.rows("SELECT DISTINCT receipt_code FROM ops.edition_figures")
    documents = published_documents(copy)
    numbers = list(published_numbers(read_book(copy, documents), documents))
    assert {one.code for one in numbers} == {row["receipt_code"] for row in printed}
    assert len(numbers) == len(printed) == 767
    assert [one.code for one in numbers if not is_equal(one)] == []
    by_language = sample_home.rows(
        "SELECT regexp_replace(document_name, '_(zh|en)$', '') AS document, count(*) AS figures, "
        "count(DISTINCT receipt_code) AS codes "
        "FROM ops.edition_figures GROUP BY document"
    )
    assert all(row["figures"] == 2 * row["codes"] for row in by_language)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_part_of_every_number_is_called_by_a_name_or_by_a_sign_of_its_formula(copy: Path, lang: Any) -> None:
    documents = published_documents(copy)
    rows = read_book(copy, documents)
    unfolding = Unfolding(rows, lang)
    nodes = [unfolding.node(part) for one in published_numbers(rows, documents) for part in one.figure.parts]
    names = {node["name"] for top in nodes for node in every_node(top)}
    assert len(names) > 50
    assert not [called for called in names if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", called)]


def every_node(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [node, *(inner for part in node.get("parts", ()) for inner in every_node(part))]


def test_a_number_unfolds_to_files_and_lines_clauses_and_the_formula_with_its_numbers(
    sample_home: Home, copy: Path, name: str
) -> None:
    answer = answer_explain(copy, code_of(sample_home, f"{name}, measured in the last four quarters"), "en")
    nodes = every_node(answer["tree"][0])
    months = [node for node in nodes if node["name"].endswith("month")]
    assert len(months) == 12
    assert "BE = Q / η_BL × EF_BL" in months[0]["formula"]
    assert months[0]["worked"].count("−") == 2
    files = {(node["source"]["file"], node["source"]["row"]) for node in nodes if "file" in node.get("source", {})}
    assert ("pboc_register/operating.csv", 444) in files
    clauses = {node["source"]["locator"] for node in nodes if "locator" in node.get("source", {})}
    assert {"fuel combustion defaults", "44/12"} <= clauses
    share = answer_explain(copy, code_of(sample_home, f"{name}, share"), "en")
    entries = [node for node in every_node(share["tree"][0]) if node["name"] == "ledger entry"]
    assert {node["source"]["file"] for node in entries} == {"boc_shangrao/ledger.csv"}
    assert (answer["is_equal"], answer["printed"]) == (True, "5,980.03")
    assert {rule["rule"] for rule in answer["rules"]} >= {"mandated_baseline"}
    assert answer["profile"]["profile"] == "pboc_crf"


def test_the_command_reads_nothing_but_the_file(sample_home: Home, copy: Path, name: str) -> None:
    code = code_of(sample_home, f"{name}, measured in the last four quarters")
    text, chinese = explain(copy, code.lower()), explain(copy, code, "--lang", "zh", "--format", "json")
    assert (text.code, chinese.code) == (0, 0), text.err + chinese.err
    assert "equal      stored 5980.02945835" in text.out
    assert chinese.json["label"] == f"{name}，近四个季度实测减排量"
    read = [line for line in text.err.splitlines() if "/data/" in line]
    assert read == []


FALSIFIED: Final = {
    "{name}, measured in the last four quarters": (
        "UPDATE core.operating SET value = value + 1 WHERE project_id = '{boiler}' AND period_start = '2025-03-01'"
    ),
    "Total, New in the quarter, money lent": "UPDATE core.ledger SET amount = amount + 1 WHERE entry_id = 'BOC-E0100'",
    "2025, attributed reduction": (
        "UPDATE core.parameters SET value = 0.61 "
        "WHERE parameter_id = 'baseline_boiler_efficiency' AND scope = '{boiler}'"
    ),
    "Energy saving and environmental protection, Since the start, annual reduction": (
        "UPDATE core.projects SET reported_annual_reduction_tco2 = 6101 WHERE project_id = '{boiler}'"
    ),
    "2025, standard uncertainty": (
        "UPDATE core.parameters SET relative_uncertainty_pct = 11 "
        "WHERE parameter_id = 'grid_om_ef' AND scope = 'Central'"
    ),
    "Limits, refused rows": (
        "UPDATE ops.deliveries SET rows_refused_count = 1 WHERE source_file = 'pboc_register/projects.csv'"
    ),
    "{name}, share": "UPDATE mart.receipts SET printed_text = '43.43%' WHERE figure_label = '{name}, share'",
}
"""By the number that rests on the cell."""


@pytest.mark.parametrize("label", FALSIFIED)
def test_one_falsified_cell_is_found_and_both_values_are_shown(
    sample_home: Home, copy: Path, name: str, tmp_path: Path, label: str
) -> None:
    forged = tmp_path / "forged.duckdb"
    shutil.copyfile(copy, forged)
    forged.chmod(0o600)
    with duckdb.connect(str(forged)) as connection:
        (changed,) = connection.execute(FALSIFIED[label].format(boiler=BOILER, name=name)).fetchone() or (0,)
        assert changed > 0
    code = code_of(sample_home, label.format(name=name))
    honest, answer = answer_explain(copy, code, "en"), answer_explain(forged, code, "en")
    assert (honest["is_equal"], answer["is_equal"]) == (True, False)
    text = explain_text(answer, "en")
    assert f"NOT EQUAL  stored {honest['stored'][0]}; from its leaves {answer['from_leaves'][0]}" in text
    assert answer["from_leaves"] != honest["stored"] or answer["printed"] != honest["printed"]


def test_a_reading_that_is_gone_is_not_made_up_for_by_what_was_made_of_it(
    sample_home: Home, copy: Path, name: str, tmp_path: Path
) -> None:
    forged = tmp_path / "forged.duckdb"
    shutil.copyfile(copy, forged)
    forged.chmod(0o600)
    with duckdb.connect(str(forged)) as connection:
        connection.execute(f"DELETE FROM core.operating WHERE project_id = '{BOILER}' AND period_start = '2025-03-01'")
    code = code_of(sample_home, f"{name}, measured in the last four quarters")
    answer = answer_explain(forged, code, "en")
    assert (answer["is_equal"], answer["from_leaves"][0]) == (False, None)


def test_a_number_that_is_not_equal_ends_the_command_with_1(copy: Path, sample_home: Home, tmp_path: Path) -> None:
    forged = tmp_path / "forged.duckdb"
    shutil.copyfile(copy, forged)
    forged.chmod(0o600)
    with duckdb.connect(str(forged)) as connection:
        connection.execute("UPDATE core.ledger SET amount = amount + 1 WHERE entry_id = 'BOC-E0100'")
    answer = explain(forged, code_of(sample_home, "Total, New in the quarter, money lent"), "--format", "json")
    assert (answer.code, answer.json["is_equal"]) == (1, False)


def test_a_code_that_is_mistyped_is_answered_with_those_next_to_it(copy: Path, sample_home: Home, name: str) -> None:
    code = code_of(sample_home, f"{name}, share")
    swapped = code.replace(code[0], "Y" if code[0] != "Y" else "X", 1)
    assert as_code(swapped) is not None
    answer = explain(copy, swapped)
    assert answer.code == 2
    for line in ("is the code of no number in this file", "where:", f"nearest: {code} ({name}, share)", "to do:"):
        assert line in answer.err
    assert "is not a code" in explain(copy, "page 3").err


def test_a_number_that_was_not_published_is_explained_all_the_same(copy: Path) -> None:
    """A document of an older quarter, printed after the night, has numbers that no receipt lists yet."""
    older = next(one for one in printable_documents(copy) if one.period == "2024Q2")
    number = next(numbers_of(read_book(copy, [older]), older, {}))
    found = asked_for(copy, number.code)
    assert (found.receipt, found.names, is_equal(found)) == (None, number.names, True)
    assert json.loads(json.dumps(answer_explain(copy, number.code, "zh")))["printed"] is None
