"""Every published number by its code, as its newest edition prints it (mart.receipts)."""

import polars as pl
import pytest

from flows.published.receipts.table import receipts_of
from schemas.disclosures import EditionEntry, EditionFigure
from schemas.errors import EnvironmentFailure

CODE = "CJW-TPF-HC7-M"
PLACE = {"report": "crf", "period": "2025Q4", "unit": "tCO2e"}


def entry(number: int, lang: str = "en", lender: str = "*") -> dict[str, object]:
    names = {"document_name": f"crf_2025Q4_{lender}_{lang}", "edition_number": number, "edition_state": "whole"}
    return {**PLACE, **names, "lender": lender, "lang": lang}


def figure(
    number: int, printed: str, lang: str = "en", lender: str = "*", code: str | None = CODE
) -> dict[str, object]:
    names = {"document_name": f"crf_2025Q4_{lender}_{lang}", "edition_number": number, "printed_text": printed}
    label = {"en": "Wind farm, measured", "zh": "风电，实测"}[lang]
    key = {"figure_key": "project/P-WIND/measured", "figure_label": label, "receipt_code": code}
    return {**PLACE, **names, **key, "value": float(printed)}


def receipts(entries: list[dict[str, object]], figures: list[dict[str, object]]) -> list[dict[str, object]]:
    editions = pl.DataFrame(entries, schema=EditionEntry.polars_schema())
    return receipts_of(editions, pl.DataFrame(figures, schema=EditionFigure.polars_schema())).to_dicts()


def test_a_number_has_one_row_for_both_languages_with_the_names_of_each() -> None:
    (row,) = receipts([entry(1), entry(1, "zh")], [figure(1, "12.30"), figure(1, "12.30", "zh")])
    assert (row["receipt_code"], row["lender"], row["printed_text"], row["value"]) == (CODE, "*", "12.30", 12.3)
    assert (row["figure_label"], row["figure_label_zh"]) == ("Wind farm, measured", "风电，实测")
    assert "formula" in str(row["made_of"])
    assert "公式" in str(row["made_of_zh"])


def test_it_is_as_the_newest_edition_prints_it() -> None:
    (row,) = receipts([entry(1), entry(2)], [figure(1, "12.30"), figure(2, "14.00")])
    assert row["printed_text"] == "14.00"


def test_an_edition_of_before_there_were_codes_has_none() -> None:
    assert receipts([entry(1)], [figure(1, "12.30", code=None)]) == []


def test_one_code_in_the_documents_of_two_lenders_is_refused() -> None:
    with pytest.raises(EnvironmentFailure, match=f"{CODE} would be that of two printed numbers"):
        receipts([entry(1), entry(1, lender="ICBC")], [figure(1, "1"), figure(1, "2", lender="ICBC")])


def test_a_number_of_which_nothing_says_what_it_is_made_of_is_named_with_what_to_add() -> None:
    of_a_new_kind = {**figure(1, "12.30"), "figure_key": "lender/ICBC/balance_cny"}
    with pytest.raises(EnvironmentFailure, match=r"(?s)made of: lender_balance_cny.*\[made_of_lender_balance_cny\]"):
        receipts([entry(1)], [of_a_new_kind])
