"""The annual report's chapters of the sample book: two years' balances, emissions apart from savings, codes."""

import json
from pathlib import Path
from typing import Final

import pytest

from flows.published.receipts.explained import is_equal
from flows.published.receipts.numbers import numbers_of, printable_documents, read_book
from tests.integration.program import Home

TOTAL: Final = "lender = '*' AND method = 'total'"
AVERAGE: Final = "profile = 'pboc_carbon_accounting' AND period = '2025'"


def test_every_number_that_the_chapters_can_print_comes_from_its_leaves(sample_home: Home) -> None:
    documents = [one for one in printable_documents(sample_home.warehouse) if one.report == "annual"]
    rows = read_book(sample_home.warehouse, documents)
    numbers = [one for document in documents for one in numbers_of(rows, document, {})]
    assert len(documents) > 70
    assert len(numbers) > 6_000
    assert [one.code for one in numbers if not is_equal(one)] == []


def test_the_total_is_that_of_the_central_banks_profile_and_balances_those_of_years_ends(sample_home: Home) -> None:
    (total,) = sample_home.rows(f"FROM mart.disclosure_annual WHERE {TOTAL} AND period = '2025'")
    (loans,) = sample_home.rows(
        "SELECT sum(attributed_reductions_tco2e) AS t, sum(balance_cny) AS cny "
        f"FROM mart.attributed_reductions WHERE {AVERAGE}"
    )
    assert total["attributed_reductions_tco2e"] == pytest.approx(loans["t"], rel=1e-12)
    assert total["balance_cny"] == loans["cny"]
    ends = sample_home.rows(
        "SELECT period, balance_cny, balance_growth_ratio FROM mart.disclosure_pcaf "
        f"WHERE {TOTAL} AND period IN ('2024', '2025') ORDER BY period"
    )
    before, now = (row["balance_cny"] for row in ends)
    assert ends[1]["balance_growth_ratio"] == pytest.approx(float(now) / float(before) - 1)


def test_a_printed_growth_is_explained_by_the_ledgers_of_both_years(
    sample_home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = sample_home.copied_to(Home(tmp_path_factory.mktemp("annual")))
    for lang in ("zh", "en"):
        answer = home.ask("disclose", "--report", "annual", "--period", "2025", "--lang", lang)
        assert answer.code == 0, answer.err
        assert {Path(path).suffix for path in answer.out.split()} == {".pdf", ".png", ".csv", ".xlsx", ".jsonld"}
    home.nightly()
    label = "Total, 2025, change against the year before"
    (receipt,) = home.rows("FROM mart.receipts WHERE report = 'annual' AND figure_label = ?", label)
    explained = home.ask("explain", receipt["receipt_code"], "--format", "json")
    answer = json.loads(explained.out)
    assert (explained.code, answer["is_equal"], answer["printed"]) == (0, True, receipt["printed_text"])
    assert answer["profile"]["profile"] == "pboc_carbon_accounting"
