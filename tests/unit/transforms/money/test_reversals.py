"""A loan reversed after its year had closed: money that did not stay lent claims nothing, by Python and by SQL."""

from decimal import Decimal
from typing import Final

import pytest

from tests.makers import Row, make_entry, make_holdings, make_loan, make_reversal, make_year, window
from tests.twin import Twin

LENT: Final = make_entry(value_date="2024-12-01", amount="500.00")
REPAID: Final = make_entry(value_date="2024-12-20", amount="100.00", event="REPAYMENT", entry_id="back")
PERIODS: Final = {
    "2024": window("2024-01-01", "2024-12-31"),
    "2025": window("2025-01-01", "2025-12-31"),
    "both": window("2024-01-01", "2025-12-31"),
}
CASES: Final[dict[str, list[Row]]] = {
    "the whole loan": [LENT, make_reversal(LENT, value_date="2025-01-10")],
    "one draw of two": [LENT, make_entry(value_date="2025-02-01"), make_reversal(LENT, value_date="2025-01-10")],
    "a repayment": [LENT, REPAID, make_reversal(REPAID, value_date="2025-01-10", entry_id="again")],
}
LENT_IN: Final = {
    "the whole loan": {"2024": 0, "2025": 0, "both": 0},
    "one draw of two": {"2024": 0, "2025": 500, "both": 500},
    "a repayment": {"2024": 500, "2025": 0, "both": 500},
}
YEAR_END: Final = {"the whole loan": "500.00", "one draw of two": "500.00", "a repayment": "400.00"}


@pytest.mark.parametrize("case", list(CASES))
def test_money_that_did_not_stay_lent_claims_nothing_and_balances_keep_what_was_out(case: str) -> None:
    months = [*make_year([10.0] * 12, 2024), *make_year([10.0] * 12)]
    twin = Twin(make_holdings(loans=[make_loan(crf_field="clean_energy")], entries=CASES[case], months=months))
    for name, period in PERIODS.items():
        rows = {basis: twin.check(period, basis) for basis in ("disbursed", "pboc_crf", "daily_average")}
        lent = sum(row["balance_cny"] for row in rows["disbursed"])
        assert lent == LENT_IN[case][name], name
        assert sum(row["attributed_reductions_tco2e"] for row in rows["disbursed"]) == pytest.approx(
            LENT_IN[case][name] / 1000 * 365
        )
    (row,) = twin.check(PERIODS["2024"], "period_end")
    assert row["balance_cny"] == Decimal(YEAR_END[case])
