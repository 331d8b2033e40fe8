"""The yearly statement of the sample book: printed for book, lender and county, each number from its leaves."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
import pytest

from flows.published.receipts.explained import is_equal
from flows.published.receipts.numbers import numbers_of, printable_documents, read_book
from tests.integration.program import Home

COUNTY: Final = "361127"
SCOPES: Final = {"*": (), "江西银行": ("--lender", "江西银行"), f"county:{COUNTY}": ("--county", COUNTY)}


def disclose(home: Home, *more: str) -> list[Path]:
    answer = home.ask("disclose", "--report", "pcaf", "--period", "2025", *more)
    assert answer.code == 0, answer.err
    return [Path(line) for line in answer.out.splitlines()]


@pytest.fixture(scope="module")
def yearly_home(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample home with the statements of SCOPES in both languages, and the night after them."""
    home = sample_home.copied_to(Home(tmp_path_factory.mktemp("yearly")))
    for scope in SCOPES.values():
        for lang in ("zh", "en"):
            disclose(home, *scope, "--lang", lang)
    home.nightly()
    return home


def words_of(path: Path) -> str:
    with pdfium.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_every_number_that_a_statement_can_print_comes_from_its_leaves(sample_home: Home) -> None:
    documents = [one for one in printable_documents(sample_home.warehouse) if one.report == "pcaf"]
    rows = read_book(sample_home.warehouse, documents)
    numbers = [one for document in documents for one in numbers_of(rows, document, {})]
    assert len(documents) > 70
    assert len(numbers) > 6_000
    assert [one.code for one in numbers if not is_equal(one)] == []


def test_the_total_is_that_of_the_profile_and_of_each_container(sample_home: Home) -> None:
    """What is avoided is the sum over loans under pcaf_avoided; the other containers are in no other column."""
    (total,) = sample_home.rows("FROM mart.disclosure_pcaf WHERE period = '2025' AND lender = '*' AND method = 'total'")
    (avoided,) = sample_home.rows(
        "SELECT sum(attributed_reductions_tco2e) AS t, sum(balance_cny) AS cny FROM mart.attributed_reductions "
        "WHERE period = '2025' AND profile = 'pcaf_avoided'"
    )
    assert total["attributed_reductions_tco2e"] == pytest.approx(avoided["t"], rel=1e-12)
    assert total["balance_cny"] == avoided["cny"]
    (own,) = sample_home.rows(
        "SELECT attributed_own_base_year_reductions_tco2e AS t FROM mart.attributed_own_base_year_reductions "
        "WHERE period = '2025' AND basis = 'period_end'"
    )
    assert total["attributed_own_base_year_reductions_tco2e"] == pytest.approx(own["t"], rel=1e-12)


def test_published_numbers_have_receipts_and_are_explained_by_their_codes(yearly_home: Home) -> None:
    codes = yearly_home.rows("SELECT DISTINCT lender FROM mart.receipts WHERE report = 'pcaf'")
    assert {row["lender"] for row in codes} == set(SCOPES)
    (total,) = yearly_home.rows(
        "FROM mart.receipts WHERE report = 'pcaf' AND lender = '*' AND figure_label = 'Total, financed emissions'"
    )
    answer = yearly_home.ask("explain", total["receipt_code"], "--format", "json", "--lang", "zh")
    answered = json.loads(answer.out)
    assert (answer.code, answered["is_equal"], answered["printed"]) == (0, True, total["printed_text"])
    assert (answered["report"], answered["profile"]["profile"]) == ("pcaf", "pcaf_avoided")


def test_a_share_names_what_its_money_is_set_against(yearly_home: Home) -> None:
    """Equity and debt, or the value at origination: never the total investment, which is another rule's."""
    query = "FROM mart.receipts WHERE report = 'pcaf' AND lender = '江西银行' AND figure_label_zh LIKE '%，分摊系数'"
    (first, _) = yearly_home.rows(query)
    text = yearly_home.ask("explain", first["receipt_code"], "--lang", "zh").out
    assert "余额 ÷ 初始总投资" in text
    assert "项目总投资" not in text


def test_an_auditor_works_every_figure_of_quarters_and_year_out_again(yearly_home: Home, tmp_path: Path) -> None:
    answer = yearly_home.ask("evidence", "--period", "2025", "--out", str(tmp_path / "pack.zip"))
    assert answer.code == 0, answer.err
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        pack.extractall(tmp_path / "pack")
    (printed,) = yearly_home.rows("SELECT count(*) AS n FROM mart.receipts")
    command = [sys.executable, "-I", "-S", "verify.py"]
    done = subprocess.run(command, cwd=tmp_path / "pack", capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.splitlines()[-1] == f"{printed['n']} of {printed['n']} figures equal"


def test_a_night_prints_no_statement_and_disclosing_again_makes_no_edition(yearly_home: Home) -> None:
    before = yearly_home.rows("SELECT count(*) AS n FROM ops.editions WHERE report = 'pcaf'")
    disclose(yearly_home)
    yearly_home.nightly()
    assert yearly_home.rows("SELECT count(*) AS n FROM ops.editions WHERE report = 'pcaf'") == before == [{"n": 6}]


def test_a_statement_says_whose_it_is_and_that_nothing_is_offset(yearly_home: Home) -> None:
    folder = yearly_home.root / "reports" / "published" / "pcaf" / "2025"
    county = next(folder.glob("*361127*_zh.pdf"))
    text = words_of(county).replace("\n", "").replace("\r", "")
    assert "余干县（全部贷款机构）融资排放与避免排放报表" in text
    assert "避免排放不抵减融资排放" in text
    assert "待披露机构确认签署" not in text
    lender = words_of(next(folder.glob("*江西银行_zh.pdf"))).replace("\n", "").replace("\r", "")
    assert "待披露机构确认签署" in lender


def test_what_has_no_statement_is_refused_with_what_there_is(sample_home: Home) -> None:
    answer = sample_home.run("disclose", "--report", "pcaf", "--period", "2025", "--county", "110101")
    assert answer.code == 2
    assert "there is no statement of 2025 for county:110101" in answer.err
    quarter = sample_home.run("disclose", "--report", "pcaf", "--period", "2025Q4")
    assert (quarter.code, "write it as 2025" in quarter.err) == (2, True)
