"""Two nights on one book: the documents of the first are those of the second where nothing of them has changed."""

import shutil
from pathlib import Path
from typing import Final

import pypdfium2
import pytest

from flows.published.documents.kinds import KINDS
from tests.integration.program import SAMPLE_BOOK, Home

ICBC: Final = "中国工商银行上饶分行"
ENTRY: Final = (
    "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id\n"
    "ICBC-NEW,{loan},2025-11-03,2025-11-03T10:00:00+08:00,DISBURSEMENT,1000000.00,CNY,\n"
)


OF_SECOND: Final = {"zh": "前一版的记录无法读取", "en": "The record of the edition before cannot be read"}


def _files(home: Home) -> dict[str, bytes]:
    """The documents of every kind, by their names."""
    return {path.name: path.read_bytes() for kind in KINDS for path in (home.documents / kind).glob("*/*")}


def _lines(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [line for page in document for line in page.get_textpage().get_text_range().splitlines()]


def _only_in(pdf: bytes, other: bytes) -> list[str]:
    return [line for line in _lines(pdf) if line not in _lines(other)]


@pytest.fixture(scope="module")
def quiet(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample book after a night in which nothing was delivered."""
    home = sample_home.copied_to(Home(tmp_path_factory.mktemp("quiet")))
    answer = home.nightly("--inbox", str(SAMPLE_BOOK))
    assert "wrote 0 file(s)" in answer.err
    return home


def test_a_quiet_night_leaves_every_document_and_lists_it(sample_home: Home, quiet: Home) -> None:
    assert _files(quiet) == _files(sample_home)
    assert {Path(path).name for path in quiet.last_record()["reports"]} == set(_files(sample_home))


def test_where_the_record_of_editions_is_lost_only_the_lines_of_the_state_are_others(
    sample_home: Home, quiet: Home, tmp_path: Path
) -> None:
    home = quiet.copied_to(Home(tmp_path))
    shutil.rmtree(home.root / "disclosures")
    assert "stay as they were" not in home.nightly("--inbox", str(SAMPLE_BOOK)).err
    before, after = _files(sample_home), _files(home)
    assert before.keys() == after.keys()
    (old,), (new,) = sample_home.rows("FROM ops.runs"), home.rows("FROM ops.runs")
    assert old["snapshot_id"] != new["snapshot_id"]
    for name in (name for name in before if name.endswith(".pdf")):
        gone, come = _only_in(before[name], after[name]), _only_in(after[name], before[name])
        assert gone
        assert all(old["snapshot_id"] in line or ("20" in line and line.count(":") >= 2) for line in gone)
        assert any(OF_SECOND[name[-6:-4]] in line for line in come)


def test_an_entry_prints_the_documents_of_its_lender_and_of_the_whole_book_alone(
    sample_home: Home, tmp_path: Path
) -> None:
    home = sample_home.copied_to(Home(tmp_path))
    (loan,) = sample_home.rows(
        "SELECT l.loan_id FROM core.loans l WHERE l.lender = ? AND l.crf_field IS NOT NULL "
        "AND l.loan_type = 'new' AND l.currency = 'CNY' ORDER BY l.loan_id LIMIT 1",
        ICBC,
    )
    home.deliver("icbc_shangrao/ledger_2025_november.csv", ENTRY.format(loan=loan["loan_id"]))
    home.nightly()
    before, after = _files(sample_home), _files(home)
    changed = {name for name in before if after.get(name) != before[name]}
    assert {name.split("_")[2] for name in changed} == {ICBC, "all-lenders"}
    pdfs = {name for name in changed if name.endswith(".pdf")}
    assert pdfs == {f"crf_2025Q4_{whom}_{lang}.pdf" for whom in (ICBC, "all-lenders") for lang in ("zh", "en")}
