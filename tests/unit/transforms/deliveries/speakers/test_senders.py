"""Who sent a file: a folder's name without the year or day in which it ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deliveries.speakers.senders import LOOSE, folded, one_spelling, sender_of, spelled_as_sent


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


def test_a_senders_folders_are_spelled_as_it_came_first() -> None:
    folders = ["ICBC/2024", "2025Q1/icbc", "ＩＣＢＣ_2025", "bank/East", "bank/east", "other/east", ""]
    assert list(one_spelling(folders).values()) == [
        "ICBC/2024",
        "2025Q1/ICBC",
        "ICBC_2025",
        "bank/East",
        "bank/East",
        "other/east",
        "",
    ]


def test_the_settings_may_spell_an_authority_otherwise() -> None:
    assert spelled_as_sent({"fx": ["icbc", "pboc"]}, {"ICBC"}) == {"fx": ["ICBC", "pboc"]}


@given(st.text())
def test_what_spellings_share_is_spelled_in_one_way(name: str) -> None:
    assert folded(folded(name)) == folded(name)
