"""Two nights on one book: the documents of the first are those of the second where nothing of them has changed."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pypdfium2
import pytest

from flows.home.file_names import file_name
from flows.published.documents.written import ALL_LENDERS, LANGUAGES
from flows.published.kinds.kinds import KINDS
from tests.integration.program import SAMPLE_BOOK, Home

ICBC: Final = "中国工商银行上饶分行"
ENTRY: Final = (
    "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id\n"
    "ICBC-NEW,{loan},2025-11-03,2025-11-03T10:00:00+08:00,DISBURSEMENT,1000000.00,CNY,\n"
)
SECOND: Final = "2"
"""The number of the edition after the first, which its notice has in either language."""


def _files(home: Home) -> dict[str, bytes]:
    """The documents of every kind, by their names."""
    return {path.name: path.read_bytes() for kind in KINDS for path in (home.documents / kind).glob("*/*")}


def _lender_and_language(name: str) -> tuple[str, str]:
    """Whose a document is by the name of its file, and its language."""
    named = [
        rf"{kind}_{entry.period_pattern}_(.+)_(zh|en)(_[a-z]+)?(_p\d+)?\.(pdf|png|csv|xlsx|jsonld)$"
        for kind, entry in KINDS.items()
    ]
    ((lender, lang, *_),) = [found.groups() for found in (re.match(one, name) for one in named) if found]
    return lender, lang


def _lines(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [line for page in document for line in page.get_textpage().get_text_range().splitlines()]


def _is_of_the_state(line: str, snapshots: Iterable[str]) -> bool:
    is_moment = "20" in line and line.count(":") >= 2
    return is_moment or any(snapshot in line for snapshot in snapshots)


def _only_in(pdf: bytes, other: bytes) -> list[str]:
    there = set(_lines(other))
    return [line for line in _lines(pdf) if line not in there]


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
    states = (old["snapshot_id"], new["snapshot_id"])
    for name in (name for name in before if name.endswith(".pdf")):
        gone, come = _only_in(before[name], after[name]), _only_in(after[name], before[name])
        assert gone
        assert all(_is_of_the_state(line, states) for line in gone)
        assert any(SECOND in line for line in come if not _is_of_the_state(line, states)), "the notice of the edition"


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
    lenders = (file_name(ICBC, taken=ALL_LENDERS), ALL_LENDERS)
    both = {(lender, lang) for lender in lenders for lang in LANGUAGES}
    assert {_lender_and_language(name) for name in changed} == both
    assert {_lender_and_language(name) for name in changed if name.endswith(".pdf")} == both
