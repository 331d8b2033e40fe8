"""What was published stays: a second night with a new factor, a corrected reading and a new loan is an edition more."""

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from schemas.words.editions import DAMAGED, FIGURES, FIRST, MISSING, WHOLE
from tests.integration.certificate import PASSPHRASE
from tests.integration.program import Home

ALL: Final = "crf_2025Q4_all-lenders_zh"
EFFICIENCY: Final = (
    "parameter_id,scope,value,unit,valid_from,valid_to,source,locator,relative_uncertainty_pct,description\n"
    "baseline_boiler_efficiency,P-GX-BOILER,0.65,ratio,2020-01-01,2030-12-31,illustrative,tests of the boilers,8,\n"
)
READING: Final = (
    "record_id,project_id,period_start,period_end,metric,value,unit,reported_at,version,source\n"
    "GFPV-202511-ES,P-GF-PV,2025-11-01,2025-11-30,electricity_supplied,151.88,万kWh,2025-12-20T09:00:00+08:00,2,meter\n"
)
LOAN: Final = (
    "loan_id,project_id,lender,currency,contract_amount,sign_date,maturity_date,annual_rate_pct,loan_type,"
    "refinances_loan_id,pledge_type,crf_field\n"
    "L-ICBC-99,P-GX-PV,中国工商银行上饶分行,CNY,10000000.00,2025-10-20,2037-10-20,2.50,new,,,清洁能源\n"
)
MONEY: Final = (
    "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id\n"
    "ICBC-E0999,L-ICBC-99,2025-11-03,2025-11-03T10:00:00+08:00,DISBURSEMENT,10000000.00,CNY,\n"
)


def _disclosures(home: Home) -> dict[str, bytes]:
    top = home.root / "disclosures"
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def _editions(home: Home) -> list[dict[str, Any]]:
    answer = home.ask("editions", "--format", "json")
    assert answer.code == 0, answer.err
    return list(answer.json)


def _again(home: Home, *which: str) -> dict[str, bytes]:
    """The files that disclose gives again, by their names."""
    answer = home.ask("disclose", "--report", "crf", "--period", "2025Q4", *which)
    assert answer.code == 0, answer.err
    return {Path(line).name: Path(line).read_bytes() for line in answer.out.splitlines()}


@pytest.fixture(scope="module")
def moved(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample book after a second night that moved its figures, and a third that moved none."""
    home = sample_home.copied_to(Home(tmp_path_factory.mktemp("moved")))
    home.deliver("pboc_register/parameters_2026.csv", EFFICIENCY)
    home.deliver("pboc_register/operating_2026.csv", READING)
    home.deliver("icbc_shangrao/loans_2026.csv", LOAN)
    home.deliver("icbc_shangrao/ledger_2026.csv", MONEY)
    home.nightly()
    home.nightly()
    return home


def test_the_first_night_publishes_the_first_edition_of_every_document(sample_home: Home) -> None:
    listed = _editions(sample_home)
    documents = {path.stem for path in (sample_home.documents / "crf" / "2025Q4").glob("*.pdf")}
    names = {one["document"] for one in listed}
    assert documents == names | {f"{name}_basis" for name in names}
    assert {(one["edition"], one["reason"], one["state"]) for one in listed} == {(1, FIRST, WHOLE)}
    assert {one["snapshot_id"] for one in listed} == {sample_home.last_record()["snapshot_id"]}


def test_moved_figures_are_a_second_edition_and_a_night_that_moves_none_issues_none(moved: Home) -> None:
    of_all = [(one["edition"], one["reason"], one["state"]) for one in _editions(moved) if one["document"] == ALL]
    assert of_all == [(1, FIRST, WHOLE), (2, FIGURES, WHOLE)]


def test_the_file_of_a_night_has_the_editions_that_it_issued_with_every_figure(sample_home: Home, moved: Home) -> None:
    for home, numbers in ((sample_home, [1]), (moved, [1, 2])):
        rows = home.rows("FROM ops.editions WHERE document_name = ? ORDER BY edition_number", ALL)
        listed = [one for one in _editions(home) if one["document"] == ALL]
        assert [row["edition_number"] for row in rows] == numbers
        assert [row["pdf_digest"] for row in rows] == [one["digest"] for one in listed]
    changed = moved.rows(
        "SELECT b.value AS before, a.value AS after FROM ops.edition_figures b JOIN ops.edition_figures a "
        "USING (document_name, figure_key) WHERE document_name = ? AND b.edition_number = 1 AND a.edition_number = 2 "
        "AND figure_key = 'table/clean_energy/quarter/disbursed_wan'",
        ALL,
    )
    assert changed == [{"before": 6_740.0, "after": 6_740.0 + 1_000}]


def test_a_lost_record_is_named_night_after_night_and_loses_no_figure(moved: Home, tmp_path: Path) -> None:
    home = moved.copied_to(Home(tmp_path))
    shutil.rmtree(home.root / "disclosures")
    figures = home.rows("FROM mart.disclosure_crf ORDER BY ALL")
    nights = [home.nightly() for _ in range(2)]
    assert all(f"edition 2 of {ALL} is missing" in night.err for night in nights)
    assert [one["state"] for one in _editions(home) if one["document"] == ALL] == [MISSING, MISSING, WHOLE]
    assert home.rows("FROM mart.disclosure_crf ORDER BY ALL") == figures
    assert f"edition 2 of {ALL} is damaged or missing" in home.ask("status").out
    assert f"{ALL} 第 2 版已损坏或缺失" in home.ask("status", "--lang", "zh").out


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "zh",
            [
                "第 2 版：与第 1 版的差异",
                "8,110.00 9,110.00",
                "广信区某工业园老旧燃煤锅炉天然气替代项目：参数：被替代锅炉热效率",
                "广信区工业厂房屋顶光伏项目：贷款：icbc_shangrao/loans_2026.csv 第 2 行；",
            ],
        ),
        (
            "en",
            [
                "Edition 2: what changed against edition 1",
                "8,110.00 9,110.00",
                "广丰经开区屋顶分布式光伏项目: operating:",
                "广信区工业厂房屋顶光伏项目: loans: icbc_shangrao/loans_2026.csv line 2; ledger:",
            ],
        ),
    ],
)
def test_a_second_edition_says_on_its_first_page_what_changed_and_why(
    sample_home: Home, moved: Home, lang: str, sentences: list[str]
) -> None:
    """10 million CNY more were lent by a new loan; the corrected reading has 20 MWh more, at 0.715375 t."""
    name = f"crf_2025Q4_all-lenders_{lang}.pdf"
    first, second = (home.documents / "crf" / "2025Q4" / name for home in (sample_home, moved))
    with pypdfium2.PdfDocument(first) as before, pypdfium2.PdfDocument(second) as after:
        texts = ["".join(one[0].get_textpage().get_text_range().split()) for one in (before, after)]
        assert [one for one in sentences if one.replace(" ", "") not in texts[1]] == []
        assert sentences[0].replace(" ", "") not in texts[0]
        attached = {
            one.get_name(): bytes(one.get_data()) for one in map(after.get_attachment, range(after.count_attachments()))
        }
    changed = list(csv.DictReader(io.StringIO(attached["changes.csv"].decode("utf-8-sig"))))
    (reading,) = [row for row in changed if row["figure_key"] == "project/P-GF-PV/measured"]
    tonnes = [float(reading[part].replace(",", "")) for part in ("before", "after")]
    assert tonnes[1] - tonnes[0] == pytest.approx(20 * 0.715375, abs=0.011)


def test_every_earlier_file_is_there_byte_for_byte(sample_home: Home, moved: Home) -> None:
    before, after = _disclosures(sample_home), _disclosures(moved)
    assert {name: after[name] for name in before} == before


def test_an_edition_comes_again_byte_for_byte_by_its_number_and_by_its_moment(sample_home: Home, moved: Home) -> None:
    newest = {path.name: path.read_bytes() for path in (moved.documents / "crf" / "2025Q4").glob(f"{ALL}*")}
    first = {path.name: path.read_bytes() for path in (sample_home.documents / "crf" / "2025Q4").glob(f"{ALL}*")}
    assert newest != first
    assert _again(moved, "--edition", "1") == first
    assert _again(moved, "--edition", "2") == newest
    moments = {one["edition"]: one["known_at"] for one in _editions(moved) if one["document"] == ALL}
    assert _again(moved, "--known-at", moments[1]) == first
    assert _again(moved, "--known-at", moments[2]) == newest
    there = {path.name: path.read_bytes() for path in (moved.documents / "crf" / "2025Q4").glob(f"{ALL}*")}
    assert there == newest


@pytest.mark.parametrize(
    "which", [("--edition", "7"), ("--known-at", "2020-01-01"), ("--edition", "1", "--lender", "x")]
)
def test_where_there_is_no_such_edition_those_that_there_are_are_named(
    sample_home: Home, which: tuple[str, ...]
) -> None:
    answer = sample_home.ask("disclose", "--report", "crf", "--period", "2025Q4", *which)
    assert answer.code == 2
    assert ("available: none" if "x" in which else "available: 1 (whole, 20") in answer.err
    assert "greenloan editions" in answer.err


def test_the_list_is_read_by_people_in_both_languages(moved: Home) -> None:
    english, chinese = (moved.ask("editions", "--lang", lang).out for lang in ("en", "zh"))
    assert "  edition 2  whole  figures changed; known at 20" in english
    assert "  第 2 版  完整  数字有变动；数据截至 20" in chinese
    assert ALL in english.splitlines()


def test_a_damaged_or_missing_edition_is_named_stops_no_night_and_is_not_given_as_what_was_published(
    moved: Home, tmp_path: Path
) -> None:
    home = moved.copied_to(Home(tmp_path))
    shelf = home.root / "disclosures" / "crf" / "2025Q4" / ALL
    pdf = shelf / "edition-2" / f"{ALL}.pdf"
    pdf.unlink()
    pdf.write_bytes(b"another's")
    shutil.rmtree(shelf / "edition-1")
    night = home.nightly()
    assert f"edition 1 of {ALL} is missing" in night.err
    assert f"edition 2 of {ALL} is damaged" in night.err
    assert [one["state"] for one in _editions(home) if one["document"] == ALL] == [MISSING, DAMAGED]
    for number, code, words in (("1", 2, "there is no edition"), ("2", 3, "is damaged")):
        answer = home.ask("disclose", "--report", "crf", "--period", "2025Q4", "--edition", number)
        assert (answer.code, words in answer.err) == (code, True)
    assert pdf.read_bytes() == b"another's"


def test_two_homes_beside_each_other_keep_their_own(sample_home: Home, moved: Home) -> None:
    assert {one["edition"] for one in _editions(sample_home)} == {1}
    assert {one["edition"] for one in _editions(moved)} == {1, 2}


def test_every_figure_of_the_record_is_printed(sample_home: Home) -> None:
    """The whole book's tonnes of the quarter, and a project's measured ones, as the tables have them."""
    record = json.loads(
        (sample_home.root / "disclosures" / "crf" / "2025Q4" / ALL / "edition-1" / "edition.json").read_text()
    )
    printed = {one["key"]: one["printed"] for one in record["figures"]}
    (total,) = sample_home.rows(
        "SELECT attributed_annual_reductions_tco2e_per_year AS tonnes FROM mart.disclosure_crf "
        "WHERE period = '2025Q4' AND lender = '*' AND crf_field = 'total' AND \"window\" = 'quarter'"
    )
    assert printed["table/total/quarter/reductions"] == f"{total['tonnes']:,.2f}"
    assert len(printed) == len(record["figures"])


OF_ALL: Final = ("--report", "crf", "--period", "2025Q4")


def test_a_signed_copy_is_recorded_beside_its_edition_listed_and_in_the_next_nights_file(
    moved: Home, tmp_path: Path
) -> None:
    home = moved.copied_to(Home(tmp_path / "home"))
    pdf = home.root / "disclosures" / "crf" / "2025Q4" / ALL / "edition-2" / f"{ALL}.pdf"
    scan, signed = tmp_path / "扫描件.pdf", tmp_path / "签署件.pdf"
    scan.write_bytes(b"%PDF-1.7 of a scanner")
    signed.write_bytes(pdf.read_bytes() + b" and a signature")
    before = _disclosures(home)
    for copy, by in ((scan, "王芳"), (signed, "李明")):
        answer = home.ask("sign-off", *OF_ALL, "--by", by, str(copy))
        assert answer.code == 0, answer.err
    assert {name: content for name, content in _disclosures(home).items() if "sign-off" not in name} == before
    (newest,) = [one for one in _editions(home) if one["document"] == ALL and one["edition"] == 2]
    assert [(one["by"], one["has_edition_bytes"], one["state"]) for one in newest["signed"]] == [
        ("王芳", False, WHOLE),
        ("李明", True, WHOLE),
    ]
    english, chinese = (home.ask("editions", "--lang", lang).out for lang in ("en", "zh"))
    moment = newest["signed"][1]["signed_at"]
    assert f"signed by 李明 at {moment}: 签署件.pdf" in english
    assert f"李明于 {moment} 签署：签署件.pdf" in chinese
    home.nightly()
    rows = home.rows("SELECT edition_number, signed_by, file_digest FROM ops.sign_offs ORDER BY sign_off_number")
    digests = [hashlib.sha256(copy.read_bytes()).hexdigest() for copy in (scan, signed)]
    assert rows == [
        {"edition_number": 2, "signed_by": by, "file_digest": digest}
        for by, digest in zip(("王芳", "李明"), digests, strict=True)
    ]
    shutil.rmtree(home.root / "disclosures" / "crf" / "2025Q4" / ALL / "sign-off-1")
    assert f"sign-off 1 of {ALL} is missing" in home.nightly().err
    assert f"{ALL} 第 1 次签署的文件已损坏或缺失" in home.ask("status", "--lang", "zh").out


def test_the_newest_edition_is_signed_with_the_banks_certificate_at_a_persons_word_alone(
    sample_home: Home, bank_certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = sample_home.copied_to(Home(tmp_path))
    monkeypatch.setenv("GREENLOAN_PASSPHRASE", "wrong")
    asked = ("sign-off", *OF_ALL, "--by", "王芳", "--certificate", str(bank_certificate))
    assert home.ask(*asked).code == 2
    monkeypatch.setenv("GREENLOAN_PASSPHRASE", PASSPHRASE)
    assert home.ask(*asked).code == 0
    shelf = home.root / "disclosures" / "crf" / "2025Q4" / ALL
    edition, signed = (shelf / "edition-1" / f"{ALL}.pdf").read_bytes(), shelf / "sign-off-1" / f"{ALL}_signed.pdf"
    assert signed.read_bytes().startswith(edition)
    (signature,) = PdfFileReader(io.BytesIO(signed.read_bytes())).embedded_signatures
    found = validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert]))
    assert (found.intact, found.valid) == (True, True)


BY_HALF: Final = EFFICIENCY.replace("0.65", "0.95").replace("illustrative", "tests of 2026")


def test_signed_figures_that_move_beyond_the_threshold_wait_for_a_person_and_the_night_goes_on(
    moved: Home, tmp_path: Path
) -> None:
    """The efficiency of the replaced boilers was 0.65 and is 0.95: a third less coal was burnt than was signed."""
    home = moved.copied_to(Home(tmp_path / "home"))
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"signed")
    assert home.ask("sign-off", *OF_ALL, "--by", "王芳", str(scan)).code == 0
    published = (home.documents / "crf" / "2025Q4" / f"{ALL}.pdf").read_bytes()
    home.deliver("pboc_register/parameters_2026.csv", BY_HALF)
    night = home.nightly()
    assert f"{ALL} waits for a person: " in night.err
    assert (home.documents / "crf" / "2025Q4" / f"{ALL}.pdf").read_bytes() == published
    assert [one["edition"] for one in _editions(home) if one["document"] == ALL] == [1, 2]
    assert [one["edition"] for one in _editions(home) if one["document"] == ALL.replace("zh", "en")] == [1, 2]
    assert f"{ALL} is not issued anew" in home.ask("status").out
    assert f"{ALL} 未重新发布：已签署的第 2 版中有" in home.ask("status", "--lang", "zh").out
    refused = home.ask("disclose", *OF_ALL)
    assert refused.code == 1
    assert "--accept restatements" in refused.err
    draft = home.root / "reports" / "waiting" / "crf" / "2025Q4" / f"{ALL}.pdf"
    with pypdfium2.PdfDocument(draft) as waiting:
        text = " ".join(waiting[0].get_textpage().get_text_range().split())
        assert "第 3 版：与第 2 版的差异" in text
        assert "草稿，尚未发布" in text
    home.nightly("--accept", "restatements")
    newest = [one for one in _editions(home) if one["document"] == ALL][-1]
    assert (newest["edition"], newest["is_accepted_by_hand"]) == (3, True)
    assert not draft.exists()
    assert "is not issued anew" not in home.ask("status").out


def test_the_threshold_is_a_setting_and_is_printed(sample_home: Home, tmp_path: Path) -> None:
    home = sample_home.copied_to(Home(tmp_path))
    (home.root / "greenloan.toml").write_text("[disclosure]\nrestatement_threshold_ratio = 0.1\n", encoding="utf-8")
    for lang, share in (("zh", "变动超过 10.00% 的"), ("en", "move by more than 10.00% are published anew")):
        assert home.ask("disclose", *OF_ALL, "--lang", lang).code == 0
        with pypdfium2.PdfDocument(
            home.documents / "crf" / "2025Q4" / f"{ALL.replace('zh', lang)}_basis.pdf"
        ) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
        assert share in " ".join(" ".join(pages).split())
