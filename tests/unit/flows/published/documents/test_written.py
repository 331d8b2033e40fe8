"""Disclosures are files of their own, whoever the lenders are."""

from pathlib import Path

import pytest

from flows.home.settings import Home
from flows.home.writing import write_anew
from flows.published.documents.written import _contents, document_name, written_to
from flows.published.kinds.kinds import Issue
from reports.documents import Rendered


def test_lenders_that_differ_in_a_sign_have_documents_of_their_own() -> None:
    lenders = ["*", "all-lenders", "东湖银行(城东)", "东湖银行（城东）", "东湖银行_城东_"]
    names = {document_name("crf", Issue("2025Q4", lender, "zh")) for lender in lenders}
    assert len(names) == len(lenders)
    assert "crf_2025Q4_all-lenders_zh" in names


def test_a_shorter_document_removes_the_pages_of_the_longer_one_and_nobody_elses(tmp_path: Path) -> None:
    """甲_zh_p is a lender too: its pages begin with the name of the other's."""
    home, pages = Home(tmp_path, tmp_path / "inbox"), (b"1", b"2")
    for lender in ("甲", "甲_zh_p"):
        name = document_name("crf", Issue("2025Q4", lender, "zh"))
        written_to(home, home.reports, name, _contents(name, Rendered(b"pdf", pages)))
    name = document_name("crf", Issue("2025Q4", "甲", "zh"))
    written_to(home, home.reports, name, _contents(name, Rendered(b"pdf", pages[:1])))
    assert sorted(path.name for path in home.reports.glob("*.png")) == [
        "crf_2025Q4_甲_zh_p1.png",
        "crf_2025Q4_甲_zh_p_zh_p1.png",
        "crf_2025Q4_甲_zh_p_zh_p2.png",
    ]


def test_no_document_is_written_through_a_folder_that_is_a_link(tmp_path: Path) -> None:
    home, elsewhere = Home(tmp_path / "home", tmp_path / "inbox"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    quarters = home.reports / "crf"
    quarters.mkdir(parents=True)
    (quarters / "2025Q4").symlink_to(elsewhere)
    with pytest.raises(OSError, match="is a link"):
        written_to(home, quarters / "2025Q4", "crf", {"crf.pdf": b"pdf"})
    assert not list(elsewhere.iterdir())
    assert written_to(home, quarters / "2025Q3", "crf", {"crf.pdf": b"pdf"}) == [quarters / "2025Q3" / "crf.pdf"]


def test_a_link_in_the_place_of_a_document_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target, document = tmp_path / "target", tmp_path / "crf.pdf"
    target.write_bytes(b"theirs")
    document.symlink_to(target)
    write_anew(document, b"ours")
    assert (document.is_symlink(), document.read_bytes(), target.read_bytes()) == (False, b"ours", b"theirs")


def test_what_could_not_be_put_in_its_place_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "crf.pdf").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_anew(tmp_path / "crf.pdf", b"ours")
    assert [path.name for path in tmp_path.iterdir()] == ["crf.pdf"]
