"""The documents that compliance staff sign: what is printed is what is stored, and it is stored right."""

import csv
import grp
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any, Final

import openpyxl
import pypdfium2
import pytest
from PIL import Image

from reports import numbers
from tests.integration.program import Home

QUARTER: Final = "2025Q4"
LENDERS: Final = ["*", "中国工商银行上饶分行", "中国建设银行上饶分行", "中国银行上饶分行"]
HEADINGS: Final = {"zh": "碳减排贷款情况", "en": "Carbon-reduction loans"}
UNSIGNED: Final = {
    "zh": ["待披露机构确认签署", "系统不代为签署", "以下信息不存在虚假记载、重大遗漏或误导性陈述"],
    "en": [
        "Unsigned: to be confirmed and signed by the disclosing institution",
        "the system does not sign for it",
        "contains no false records, material omissions or misleading statements",
    ],
}
A4_AT_150_PPI: Final = (1240, 1754)
RECOMPUTED: Final = """
WITH reversed AS (
    SELECT r.loan_id, r.value_date, o.value_date AS lent_date, -r.amount AS amount
    FROM core.ledger r JOIN core.ledger o ON o.loan_id = r.loan_id AND o.entry_id = r.reverses_entry_id
    WHERE r.event = 'REVERSAL' AND o.event = 'DISBURSEMENT'
),
money AS (
    SELECT loan_id, value_date, value_date AS lent_date, amount FROM core.ledger WHERE event = 'DISBURSEMENT'
    UNION ALL FROM reversed
),
lent AS (
    SELECT l.lender, l.crf_field, l.project_id, l.annual_rate_pct, m.value_date, m.lent_date, m.amount * CASE l.currency
        WHEN 'CNY' THEN 1
        ELSE (SELECT arg_max(rate, date) FROM core.fx WHERE base = l.currency AND date <= m.lent_date) END AS cny
    FROM money m JOIN core.loans l USING (loan_id)
    WHERE l.crf_field IS NOT NULL AND l.loan_type = 'new' AND m.lent_date >= '2021-07-01'
)
SELECT d.*, (
        SELECT count(*) FROM (
            SELECT project_id FROM lent WHERE lent_date >= d.window_from_date AND lent_date <= d.window_to_date
                AND d.lender IN ('*', lent.lender) AND d.crf_field IN ('total', lent.crf_field)
            GROUP BY project_id HAVING sum(cny) > 0)
    ) AS own_count, coalesce(sum(lent.cny), 0)::DOUBLE AS own_cny,
    (sum(lent.cny * lent.annual_rate_pct) / nullif(sum(lent.cny), 0))::DOUBLE AS own_rate
FROM mart.disclosure_crf d LEFT JOIN lent
    ON lent.lent_date >= d.window_from_date AND lent.lent_date <= d.window_to_date
    AND d.lender IN ('*', lent.lender) AND d.crf_field IN ('total', lent.crf_field)
GROUP BY ALL
"""

each_lender = pytest.mark.parametrize("lender", LENDERS)
each_language = pytest.mark.parametrize("lang", ["zh", "en"])


def _documents(home: Home) -> Path:
    return home.documents / "crf" / QUARTER


def _name(lender: str, lang: str) -> str:
    return f"crf_{QUARTER}_{'all-lenders' if lender == '*' else lender}_{lang}"


def _basis(home: Home, lender: str, lang: str) -> Path:
    return _documents(home) / f"{_name(lender, lang)}_basis.pdf"


def _pages(pdf: Path) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        texts = []
        for page in document:
            text = page.get_textpage()
            texts.append(text.get_text_range())
            text.close()
            page.close()
        return texts


def _without_blanks(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _table(home: Home, lender: str) -> list[dict[str, Any]]:
    return home.rows("FROM mart.disclosure_crf WHERE period = ? AND lender = ?", QUARTER, lender)


def _printed(row: dict[str, Any]) -> list[str]:
    return [
        numbers.count(row["project_count"]),
        numbers.money_wan(row["disbursed_cny"]),
        numbers.rate(row["weighted_rate_pct"]),
        numbers.tonnes(row["attributed_annual_reductions_tco2e_per_year"]),
    ]


@each_lender
@each_language
def test_every_number_of_the_table_is_printed_on_its_page(sample_home: Home, lender: str, lang: str) -> None:
    pages = _pages(_documents(sample_home) / f"{_name(lender, lang)}.pdf")
    assert len(pages) == 2
    page = pages[1]
    assert _without_blanks(HEADINGS[lang]) in _without_blanks(page)
    rows = _table(sample_home, lender)
    assert {row["window"] for row in rows} == {"quarter", "year_to_date", "since_start"}
    assert "total" in {row["crf_field"] for row in rows}
    expected = Counter(cell for row in rows for cell in _printed(row))
    assert expected - Counter(page.split()) == Counter()


@each_lender
@each_language
def test_the_sentences_and_the_overview_are_the_total_of_the_table(sample_home: Home, lender: str, lang: str) -> None:
    sentences = _pages(_documents(sample_home) / f"{_name(lender, lang)}.pdf")[0]
    overview = _pages(_basis(sample_home, lender, lang))[1]
    for row in _table(sample_home, lender):
        if row["crf_field"] == "total":
            tonnes = row["attributed_annual_reductions_tco2e_per_year"]
            assert numbers.headline_tonnes(tonnes) in overview.split()
            assert numbers.tonnes(tonnes) in sentences
            assert numbers.money_wan(row["disbursed_cny"]) in sentences
            assert numbers.money_wan(row["disbursed_cny"]) in overview


@each_lender
@each_language
def test_only_the_bank_can_sign_and_it_has_not(sample_home: Home, lender: str, lang: str) -> None:
    """A report on all lenders declares nothing for any of them: there is nothing to sign."""
    text = _without_blanks("".join(_pages(_documents(sample_home) / f"{_name(lender, lang)}.pdf")))
    for words in UNSIGNED[lang]:
        assert (_without_blanks(words) in text) is (lender != "*")


FROM_OTHERS: Final = {"zh": "推算", "en": "derivedfrom"}
SINCE: Final = {"zh": "]自20", "en": "]from20"}


@each_language
def test_where_factors_and_inputs_are_from_is_printed_in_the_language_of_the_document(
    sample_home: Home, lang: str
) -> None:
    text = _without_blanks("".join(_pages(_basis(sample_home, "*", lang))))
    other = {"zh": "en", "en": "zh"}[lang]
    for words in (FROM_OTHERS, SINCE):
        assert words[lang] in text
        assert words[other] not in text


@each_lender
@each_language
def test_each_page_is_a_picture_too_of_a4_at_150_dots_an_inch_and_not_blank(
    sample_home: Home, lender: str, lang: str
) -> None:
    folder, name = _documents(sample_home), _name(lender, lang)
    pictures = []
    for document in (name, f"{name}_basis"):
        pages = sorted(folder.glob(f"{document}_p*.png"))
        assert len(pages) == len(_pages(folder / f"{document}.pdf"))
        pictures += pages
    for path in pictures:
        with Image.open(path) as picture:
            picture.verify()
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            sides = sorted(picture.size)
            assert [abs(side - norm) <= 1 for side, norm in zip(sides, A4_AT_150_PPI, strict=True)] == [True, True]
            grey = picture.convert("L").histogram()
            assert sum(grey[:200]) > 0.002 * sum(grey), f"{path.name} is blank"


def test_documents_of_every_lender_and_of_the_whole_book_in_both_languages_are_there(sample_home: Home) -> None:
    found = {path.stem for path in _documents(sample_home).glob("*.pdf")}
    names = {_name(lender, lang) for lender in LENDERS for lang in ("zh", "en")}
    assert found == names | {f"{name}_basis" for name in names}


@pytest.mark.parametrize(("lender", "lang"), [("中国建设银行上饶分行", "zh"), ("*", "en")])
def test_a_disclosure_asked_for_has_the_bytes_of_the_nights(sample_home: Home, lender: str, lang: str) -> None:
    folder, name = _documents(sample_home), _name(lender, lang)
    before = {path: path.read_bytes() for path in folder.glob(f"{name}*")}
    which = [] if lender == "*" else ["--lender", lender]
    answer = sample_home.ask("disclose", "--report", "crf", "--period", QUARTER, "--lang", lang, *which)
    assert answer.code == 0, answer.err
    assert {Path(line) for line in answer.out.splitlines()} == set(before)
    assert {path: path.read_bytes() for path in before} == before


def test_count_money_and_rate_of_every_disclosure_follow_from_the_ledger(sample_home: Home) -> None:
    rows = sample_home.rows(RECOMPUTED)
    assert len(rows) > 100
    for row in rows:
        key = {name: row[name] for name in ("period", "lender", "crf_field", "window")}
        assert row["project_count"] == row["own_count"], key
        if row["disbursed_cny"] is not None:
            assert float(row["disbursed_cny"]) == pytest.approx(row["own_cny"], abs=0.01), key
        if row["weighted_rate_pct"] is not None:
            assert row["weighted_rate_pct"] == pytest.approx(row["own_rate"], rel=1e-9), key
        if row["disbursed_cny"]:
            assert row["weighted_rate_pct"] is not None, key


def test_fields_add_up_to_the_total_and_lenders_to_the_whole_book(sample_home: Home) -> None:
    sums = sample_home.rows(
        "SELECT period, lender, \"window\", sum(disbursed_cny) FILTER (crf_field <> 'total') - "
        "sum(disbursed_cny) FILTER (crf_field = 'total') AS difference FROM mart.disclosure_crf GROUP BY ALL"
    )
    lenders = sample_home.rows(
        "SELECT period, \"window\", crf_field, sum(disbursed_cny) FILTER (lender <> '*') - "
        "sum(disbursed_cny) FILTER (lender = '*') AS difference FROM mart.disclosure_crf WHERE crf_field = 'total' "
        "AND \"window\" = 'quarter' GROUP BY ALL"
    )
    assert {row["difference"] for row in [*sums, *lenders]} <= {0, None}


def test_a_document_names_the_missing_months_of_its_own_four_quarters(sample_home: Home) -> None:
    """One plant's meter sent nothing for August 2025."""
    text = "".join(_pages(_basis(sample_home, "*", "en")))
    assert _without_blanks("no complete reading of electricity_supplied in 2025-08") in _without_blanks(text)


@pytest.mark.parametrize("command", ["disclose", "templates"])
def test_what_a_command_alone_writes_is_read_by_the_group_that_the_settings_name(
    sample_home: Home, home: Home, command: str
) -> None:
    """As what a night writes, under a umask that keeps everything from groups."""
    sample_home.copied_to(home)
    group = grp.getgrgid(os.getegid())
    (home.root / "greenloan.toml").write_text(f'[files]\ngroup = "{group.gr_name}"\n', encoding="utf-8")
    folder = home.documents if command == "disclose" else home.root / "templates"
    words = {
        "disclose": ("--report", "crf", "--period", QUARTER, "--lang", "en"),
        "templates": (str(folder),),
    }
    before = os.umask(0o077)
    try:
        answer = home.ask(command, *words[command])
    finally:
        os.umask(before)
    assert answer.code == 0, answer.err
    written = [Path(line) for line in answer.out.splitlines()]
    assert len(written) > 1
    for path in written:
        assert (path.stat().st_gid, path.stat().st_mode & 0o777) == (group.gr_gid, 0o640), path
        assert (path.parent.stat().st_gid, path.parent.stat().st_mode & 0o777) == (group.gr_gid, 0o750), path.parent


@each_lender
@each_language
def test_the_twin_beside_a_document_has_its_figures_as_the_published_file_remembers_them(
    sample_home: Home, lender: str, lang: str
) -> None:
    name = _name(lender, lang)
    graph = json.loads((_documents(sample_home) / f"{name}.jsonld").read_bytes())["@graph"]
    remembered = sample_home.rows(
        "SELECT receipt_code, printed_text FROM ops.edition_figures WHERE document_name = ?", name
    )
    assert {one["code"]: one["printed"] for one in graph if "printed" in one} == {
        row["receipt_code"]: row["printed_text"] for row in remembered
    }
    with pypdfium2.PdfDocument(_documents(sample_home) / f"{name}.pdf") as document:
        attached = {one.get_name(): bytes(one.get_data()) for one in map(document.get_attachment, range(2))}
    assert attached["figures.jsonld"] == (_documents(sample_home) / f"{name}.jsonld").read_bytes()


@each_lender
def test_the_tables_beside_a_document_are_the_rows_that_it_was_printed_from(sample_home: Home, lender: str) -> None:
    folder, name = _documents(sample_home), _name(lender, "zh")
    with (folder / f"{name}_table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    stored = _table(sample_home, lender)
    assert {(row["crf_field"], row["window"], float(row["disbursed_cny"])) for row in rows} == {
        (row["crf_field"], row["window"], float(row["disbursed_cny"])) for row in stored
    }
    book = openpyxl.load_workbook(folder / f"{name}_tables.xlsx", read_only=True)
    assert book.sheetnames == ["table", "projects", "factors", "flags"]
    head, *lines = book["table"].iter_rows(values_only=True)
    column = "attributed_annual_reductions_tco2e_per_year"
    assert [line[head.index(column)] for line in lines] == [
        pytest.approx(float(row[column]), rel=1e-14) if row[column] else None for row in rows
    ]
