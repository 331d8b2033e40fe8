"""Who signed an edition off is recorded beside it, with the copy that was signed; nothing of the edition is touched."""

import datetime as dt
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
import typst
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from flows.published.documents import signing
from flows.published.documents.editions import digest_of, editions_in
from flows.published.documents.sign_offs import RECORD, FoundSignOff, SignOff, sign_offs_in
from flows.published.documents.signature import signed_with
from flows.published.documents.signing import Certificate, Word, sign_off
from flows.published.documents.tables import NOTHING, EditionTables, joined
from schemas.errors import EnvironmentFailure, UsageError
from schemas.words.editions import DAMAGED, MISSING, WHOLE
from tests.integration.certificate import PASSPHRASE
from tests.unit.flows.published.documents.test_identity import FIRST, ISSUE, SECOND, THIRD, Press

ON_PAPER: Final = dt.datetime(2026, 1, 12, 3, tzinfo=dt.UTC)


@pytest.fixture
def press(tmp_path: Path) -> Press:
    """Two editions of a document were published."""
    press = Press(tmp_path / "home")
    press.night(FIRST)
    press.night(SECOND, "1,012.40")
    return press


def _scan(tmp_path: Path, content: bytes = b"pages with a seal") -> Path:
    path = tmp_path / "签字件.pdf"
    path.write_bytes(content)
    return path


def _signed(press: Press, copy: Path | Certificate, by: str = "王芳", number: int | None = None) -> SignOff:
    recorded = sign_off(press.home, "crf", ISSUE, Word(number, by, ON_PAPER), copy)
    assert recorded.sign_off is not None
    return recorded.sign_off


def _states(found: list[FoundSignOff]) -> list[str]:
    return [one.state for one in found]


def _tables(press: Press, before: EditionTables = NOTHING, known_at: dt.datetime | None = None) -> EditionTables:
    later = known_at or dt.datetime.max.replace(tzinfo=dt.UTC)
    return joined(editions_in(press.shelf), sign_offs_in(press.shelf), before, later)


def test_a_signed_copy_is_laid_beside_the_newest_edition_with_who_when_and_the_digests_of_both(
    press: Press, tmp_path: Path
) -> None:
    editions = press.files()
    recorded = _signed(press, _scan(tmp_path))
    newest = editions["edition-2/crf_2025Q4_all-lenders_zh.pdf"]
    assert (recorded.edition_number, recorded.edition_digest) == (2, digest_of(newest))
    assert (recorded.signed_by, recorded.signed_at) == ("王芳", ON_PAPER)
    assert recorded.file_digest == digest_of(b"pages with a seal")
    assert (press.shelf / "sign-off-1" / "签字件.pdf").read_bytes() == b"pages with a seal"
    assert press.files() == editions


def test_an_older_edition_can_be_signed_by_its_number(press: Press, tmp_path: Path) -> None:
    assert _signed(press, _scan(tmp_path), number=1).edition_number == 1


@pytest.mark.parametrize(("behind", "holds"), [(b"a signature", True), (None, False)])
def test_whether_a_copy_holds_the_edition_byte_for_byte_is_recorded(
    press: Press, tmp_path: Path, behind: bytes | None, holds: bool
) -> None:
    pdf = press.files()["edition-2/crf_2025Q4_all-lenders_zh.pdf"]
    copy = _scan(tmp_path, pdf + behind if behind else pdf[1:])
    assert _signed(press, copy).has_edition_bytes is holds


def test_two_people_sign_one_edition_and_each_is_a_row_of_the_published_file(press: Press, tmp_path: Path) -> None:
    _signed(press, _scan(tmp_path), "王芳")
    _signed(press, _scan(tmp_path), "李明")
    rows = _tables(press).sign_offs.select("sign_off_number", "edition_number", "signed_by", "sign_off_state").rows()
    assert rows == [(1, 2, "王芳", WHOLE), (2, 2, "李明", WHOLE)]


def test_a_night_as_known_before_it_was_recorded_knows_of_no_sign_off(press: Press, tmp_path: Path) -> None:
    _signed(press, _scan(tmp_path))
    assert _tables(press, known_at=THIRD).sign_offs.is_empty()


@pytest.mark.parametrize(
    ("damage", "state"),
    [
        (shutil.rmtree, MISSING),
        (lambda folder: (folder / "签字件.pdf").write_bytes(b"another"), DAMAGED),
        (lambda folder: (folder / RECORD).write_text("{", encoding="utf-8"), DAMAGED),
    ],
)
def test_a_sign_off_that_is_lost_or_changed_goes_on_as_it_was_with_its_state(
    press: Press, tmp_path: Path, damage: Callable[[Path], object], state: str
) -> None:
    _signed(press, _scan(tmp_path))
    before = _tables(press)
    damage(press.shelf / "sign-off-1")
    after = _tables(press, before).sign_offs
    assert after["sign_off_state"].to_list() == [state]
    assert after.drop("sign_off_state").equals(before.sign_offs.drop("sign_off_state"))


def test_another_name_in_the_record_is_damage(press: Press, tmp_path: Path) -> None:
    _signed(press, _scan(tmp_path))
    before = _tables(press)
    record = press.shelf / "sign-off-1" / RECORD
    record.write_text(record.read_text("utf-8").replace("王芳", "李明"), encoding="utf-8")
    row = _tables(press, before).sign_offs.row(0, named=True)
    assert (row["signed_by"], row["sign_off_state"]) == ("王芳", DAMAGED)


@pytest.mark.parametrize("key", ["signed_by", "signed_at", "file_name", "edition_number"])
def test_a_record_without_one_of_its_parts_is_none(press: Press, tmp_path: Path, key: str) -> None:
    _signed(press, _scan(tmp_path))
    record = press.shelf / "sign-off-1" / RECORD
    held = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps({name: value for name, value in held.items() if name != key}), encoding="utf-8")
    assert _states(sign_offs_in(press.shelf)) == [DAMAGED]


@pytest.mark.parametrize(
    ("word", "named"),
    [
        (Word(3, "王芳", ON_PAPER), "there is no edition"),
        (Word(None, "  ", ON_PAPER), "nobody is named"),
        (Word(None, "王\n芳", ON_PAPER), "cannot be printed"),
        (Word(None, "王芳", FIRST), "cannot have been signed at"),
        (Word(None, "王芳", dt.datetime(2999, 1, 1, tzinfo=dt.UTC)), "still to come"),
    ],
)
def test_a_word_that_cannot_be_is_refused_and_nothing_recorded(
    press: Press, tmp_path: Path, word: Word, named: str
) -> None:
    with pytest.raises(UsageError, match=named):
        sign_off(press.home, "crf", ISSUE, word, _scan(tmp_path))
    assert sign_offs_in(press.shelf) == []


def test_a_copy_that_is_not_there_is_empty_or_has_the_records_name_is_refused(press: Press, tmp_path: Path) -> None:
    record = tmp_path / RECORD
    record.write_bytes(b"a scan")
    for copy, named in ((tmp_path / "none.pdf", "cannot be read"), (_scan(tmp_path, b""), "empty"), (record, "name")):
        with pytest.raises(UsageError, match=named):
            _signed(press, copy)


def test_a_copy_too_large_to_be_one_is_refused_unread(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "LARGEST_BYTES", 4)
    with pytest.raises(UsageError, match="has 5 bytes"):
        _signed(press, _scan(tmp_path, b"12345"))


def test_the_same_copy_of_the_same_person_is_recorded_once(press: Press, tmp_path: Path) -> None:
    _signed(press, _scan(tmp_path))
    with pytest.raises(UsageError, match="already beside edition 2"):
        _signed(press, _scan(tmp_path))


def test_a_damaged_edition_is_not_signed_off(press: Press, tmp_path: Path) -> None:
    (press.shelf / "edition-2" / "crf_2025Q4_all-lenders_zh.pdf").write_bytes(b"another")
    with pytest.raises(EnvironmentFailure, match="damaged"):
        _signed(press, _scan(tmp_path))


@pytest.fixture
def certificate(bank_certificate: Path) -> Certificate:
    return Certificate(bank_certificate, PASSPHRASE.encode())


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    source = tmp_path_factory.mktemp("page") / "page.typ"
    source.write_text("8.64 t", encoding="utf-8")
    return bytes(typst.compile(source))


def test_two_signatures_with_the_banks_certificate_follow_the_editions_own_bytes(
    certificate: Certificate, pdf: bytes
) -> None:
    once = signed_with(pdf, *certificate, "王芳")
    twice = signed_with(once, *certificate, "李明")
    assert once.startswith(pdf)
    assert twice.startswith(once)
    signatures = PdfFileReader(io.BytesIO(twice)).embedded_signatures
    assert [str(one.sig_object["/Name"]) for one in signatures] == ["王芳", "李明"]
    for one in signatures:
        found = validate_pdf_signature(one, ValidationContext(trust_roots=[one.signer_cert]))
        assert found.intact
        assert found.valid
    forged = twice.replace(b"/Name", b"/Nome", 1)
    assert forged != twice
    assert not all(
        validate_pdf_signature(one, ValidationContext(trust_roots=[one.signer_cert])).intact
        for one in PdfFileReader(io.BytesIO(forged)).embedded_signatures
    )


def test_a_wrong_passphrase_or_another_file_signs_nothing(certificate: Certificate, tmp_path: Path, pdf: bytes) -> None:
    for path, passphrase in (
        (certificate.path, b"wrong"),
        (_scan(tmp_path), PASSPHRASE.encode()),
        (tmp_path / "no", b""),
    ):
        with pytest.raises(UsageError, match="certificate cannot be opened"):
            signed_with(pdf, path, passphrase, "王芳")
