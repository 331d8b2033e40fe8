"""An auditor's pack of the sample book, unpacked in an empty folder, works every printed figure out again."""

import csv
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

from tests.integration.program import Home

ICBC: Final = "中国工商银行上饶分行"


def pack(home: Home, out: Path, *more: str) -> Path:
    answer = home.ask("evidence", "--period", "2025", "--out", str(out), *more)
    assert (answer.code, answer.out) == (0, f"{out}\n"), answer.err
    return out


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as zipped:
        zipped.extractall(folder)
    return folder


def verified(folder: Path) -> tuple[int, list[str]]:
    """What the pack's own program says, without anything that is installed."""
    command = [sys.executable, "-I", "-S", "verify.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def evidence(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence")
    return unpacked(pack(sample_home, folder / "pack.zip"), folder / "auditor")


def test_every_printed_figure_is_worked_out_again_in_an_empty_folder(sample_home: Home, evidence: Path) -> None:
    assert verified(evidence) == (0, ["767 of 767 figures equal"])
    printed = sample_home.rows("SELECT DISTINCT receipt_code FROM ops.edition_figures")
    assert {row["code"] for row in rows(evidence / "figures.csv")} == {row["receipt_code"] for row in printed}


def test_the_pack_has_the_documents_leaves_formulas_and_sources(sample_home: Home, evidence: Path) -> None:
    editions = sample_home.rows("FROM ops.editions")
    documents = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (evidence / "documents").iterdir()
    }
    notices = {f"{row['document_name']}_edition-1.pdf": row["pdf_digest"] for row in editions}
    assert notices.items() <= documents.items()
    assert set(documents) == {*notices, *(name.replace("_edition", "_basis_edition") for name in notices)}
    entries = {row["entry_id"]: row for row in rows(evidence / "leaves" / "core.ledger.csv")}
    assert (entries["BOC-E0100"]["source_file"], entries["BOC-E0100"]["source_row"]) == (
        "boc_shangrao/ledger.csv",
        "101",
    )
    assert any(row["locator"] == "44/12" for row in rows(evidence / "leaves" / "core.parameters.csv"))
    assert "BE = Q / η_BL × EF_BL" in (evidence / "formulas.txt").read_text("utf-8")
    assert "def formula_1(" in (evidence / "formulas.py").read_text("utf-8")
    cited = {row["source_id"] for row in rows(evidence / "sources.csv")}
    assert {"ipcc_2006", "mee_provincial_guide_2025"} <= cited


def test_one_falsified_leaf_ends_it_with_1_and_names_the_figures(evidence: Path, tmp_path: Path) -> None:
    forged = unpacked(evidence.parent / "pack.zip", tmp_path)
    ledger = forged / "leaves" / "core.ledger.csv"
    ledger.write_text(ledger.read_text("utf-8").replace("4500000.00", "4500001.00"), "utf-8")
    code, lines = verified(forged)
    assert code == 1
    assert lines[0] == "changed since it was packed: leaves/core.ledger.csv"
    assert any("Total, New in the quarter, money lent printed 8,110.00; stored 81100000.00" in line for line in lines)
    assert lines[-1].endswith(" of 767 figures equal")
    assert not lines[-1].startswith("767")


def test_the_same_night_gives_the_same_bytes(sample_home: Home, evidence: Path, tmp_path: Path) -> None:
    assert pack(sample_home, tmp_path / "again.zip").read_bytes() == (evidence.parent / "pack.zip").read_bytes()


def test_a_lenders_pack_has_its_figures_and_entries_and_nobody_elses(sample_home: Home, tmp_path: Path) -> None:
    own = unpacked(pack(sample_home, tmp_path / "own.zip", "--lender", ICBC), tmp_path / "own")
    code, lines = verified(own)
    assert (code, lines[-1]) == (
        0,
        f"{len(rows(own / 'figures.csv'))} of {len(rows(own / 'figures.csv'))} figures equal",
    )
    assert {row["lender"] for row in rows(own / "figures.csv")} == {ICBC}
    loans = {row["loan_id"] for row in sample_home.rows("FROM core.loans WHERE lender = ?", ICBC)}
    assert {row["loan_id"] for row in rows(own / "leaves" / "core.ledger.csv")} <= loans
    assert {row["lender"] for row in rows(own / "editions.csv")} == {ICBC}


def test_the_crate_lists_every_file_with_its_digest_and_the_run(sample_home: Home, evidence: Path) -> None:
    crate: dict[str, Any] = json.loads((evidence / "ro-crate-metadata.json").read_text("utf-8"))
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert entities["ro-crate-metadata.json"]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    files = {path.relative_to(evidence).as_posix() for path in evidence.rglob("*") if path.is_file()}
    listed = {part["@id"] for part in entities["./"]["hasPart"]}
    assert listed == files - {"ro-crate-metadata.json", "sha256sums.txt"}
    for name in listed:
        assert entities[name]["sha256"] == hashlib.sha256((evidence / name).read_bytes()).hexdigest()
    (run,) = sample_home.rows("FROM ops.runs")
    assert run["snapshot_id"] in entities["#run"]["name"]


def test_a_period_of_which_nothing_was_published_is_refused_with_those_that_were(
    sample_home: Home, tmp_path: Path
) -> None:
    answer = sample_home.ask("evidence", "--period", "2019", "--out", str(tmp_path / "none.zip"))
    assert answer.code == 2
    assert "no figure of 2019 was published" in answer.err
    assert f"2025Q4 {ICBC}" in answer.err
    assert not (tmp_path / "none.zip").exists()
