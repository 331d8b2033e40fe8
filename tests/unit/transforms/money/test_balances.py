"""What a ledger amounts to before given days, without an entry repeated for each."""

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import day, make_entry, make_reversal, typed
from tests.properties.draws import tried_on
from transforms.money.balances import balances_before
from transforms.money.positions import balance_changes

DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2025, 12, 31))


def test_an_entry_counts_from_the_day_after_its_value_date() -> None:
    changes = balance_changes(typed("ledger", [make_entry(value_date="2025-01-31", amount="310.00")]))
    before = balances_before(changes, [day("2025-01-31"), day("2025-02-01")])
    assert before["balance_fen"].to_list() == [0, 31_000]
    assert before["entry_count"].to_list() == [0, 1]


def test_a_largest_loan_held_for_a_century_passes_64_bits_and_is_exact() -> None:
    """9 x 10 ** 14 yuan from 2025-01-01, day 20,089 since 1970: 9 x 10 ** 16 fen times 20,089 is above 2 ** 63."""
    changes = balance_changes(typed("ledger", [make_entry(value_date="2025-01-01", amount=f"{9 * 10**14}.00")]))
    (row,) = balances_before(changes, [day("2025-01-02")]).to_dicts()
    assert (row["balance_fen"], row["fen_days"], row["fen_months"]) == (
        9 * 10**16,
        9 * 10**16 * 20_089,
        9 * 10**16 * 2025 * 12,
    )


def test_money_lent_is_known_without_what_was_reversed_later() -> None:
    lent = make_entry(entry_id="E1", value_date="2025-01-10", amount="100.00")
    reversal = make_reversal(lent, value_date="2025-03-10")
    changes = balance_changes(typed("ledger", [lent, reversal]))
    february = [day("2025-02-01")]
    assert balances_before(changes, february).select("balance_fen", "lent_fen").rows() == [(10_000, 0)]


@given(
    st.lists(
        st.tuples(DAYS, st.integers(1, 10**6), st.sampled_from(["DISBURSEMENT", "REPAYMENT"])), min_size=1, max_size=12
    ),
    st.lists(DAYS, min_size=1, max_size=5),
)
@tried_on(50)
def test_sums_before_each_day_are_those_of_the_entries_before_it(
    moves: list[tuple[dt.date, int, str]], days: list[dt.date]
) -> None:
    entries = [
        make_entry(entry_id=f"E{i}", loan_id=f"L{i % 2}", value_date=str(on), amount=f"{yuan}.00", event=event)
        for i, (on, yuan, event) in enumerate(moves)
    ]
    changes = balance_changes(typed("ledger", entries))
    for row in balances_before(changes, days).to_dicts():
        earlier = changes.filter(
            (pl.col("loan_id") == row["loan_id"]) & (pl.col("value_date") < row["before_date"])
        ).to_dicts()
        fen = [int(one["balance_change_amount"] * 100) for one in earlier]
        assert row["balance_fen"] == sum(fen)
        assert row["entry_count"] == len(fen)
        epoch = dt.date(1970, 1, 1)
        assert row["fen_days"] == sum(f * (one["value_date"] - epoch).days for f, one in zip(fen, earlier, strict=True))
