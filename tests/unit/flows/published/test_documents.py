"""Disclosures are files of their own, whoever the lenders are."""

from pathlib import Path

from flows.published.documents import _write, document_name
from flows.published.kinds import Issue
from reports.render import Rendered


def test_lenders_that_differ_in_a_sign_have_documents_of_their_own() -> None:
    lenders = ["*", "all-lenders", "东湖银行(城东)", "东湖银行（城东）", "东湖银行_城东_"]
    names = {document_name("crf", Issue("2025Q4", lender, "zh")) for lender in lenders}
    assert len(names) == len(lenders)
    assert "crf_2025Q4_all-lenders_zh" in names


def test_a_shorter_document_removes_the_pages_of_the_longer_one_and_nobody_elses(tmp_path: Path) -> None:
    """甲_zh_p is a lender too: its pages begin with the name of the other's."""
    pages = (b"1", b"2")
    for lender in ("甲", "甲_zh_p"):
        _write(tmp_path, document_name("crf", Issue("2025Q4", lender, "zh")), Rendered(b"pdf", pages))
    _write(tmp_path, document_name("crf", Issue("2025Q4", "甲", "zh")), Rendered(b"pdf", pages[:1]))
    assert sorted(path.name for path in tmp_path.glob("*.png")) == [
        "crf_2025Q4_甲_zh_p1.png",
        "crf_2025Q4_甲_zh_p_zh_p1.png",
        "crf_2025Q4_甲_zh_p_zh_p2.png",
    ]
