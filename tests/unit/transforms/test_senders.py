"""Who sent a file: a folder's name without the year or day in which it ends."""

import pytest

from transforms.senders import LOOSE, sender_of


@pytest.mark.parametrize(
    ("folder", "sender"),
    [
        ("icbc", "icbc"), ("icbc/2025Q2", "icbc"), ("icbc_2025", "icbc"), ("core_banking_2024", "core_banking"),
        ("20250630", LOOSE), ("2025-06-30", LOOSE), ("2025Q2/icbc", "icbc"), ("", LOOSE), ("2025H1", LOOSE),
        ("建设银行/2024", "建设银行"), ("branch_1001", "branch_1001"), ("bank2", "bank2"), ("icbc-2025-06", "icbc"),
    ],
)  # fmt: skip
def test_a_year_or_a_day_at_its_end_makes_no_other_sender(folder: str, sender: str) -> None:
    assert sender_of(folder) == sender
