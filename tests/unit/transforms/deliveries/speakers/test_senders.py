"""Who sent a file: a folder's name without the year or day in which it ends."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transforms.deliveries.speakers.senders import LOOSE, folded, one_spelling, sender_of, spelled_as_sent


@pytest.mark.parametrize(
    ("folder", "sender"),
    [
        ("icbc", "icbc"), ("icbc/2025Q2", "icbc"), ("icbc_2025", "icbc"), ("core_banking_2024", "core_banking"),
        ("20250630", LOOSE), ("2025-06-30", LOOSE), ("2025Q2/icbc", "icbc"), ("", LOOSE), ("2025H1", LOOSE),
        ("建设银行/2024", "建设银行"), ("branch_1001", "branch_1001"), ("bank2", "bank2"), ("icbc-2025-06", "icbc"),
        ("icbc_２０２５", "icbc"), ("icbc＿2025", "icbc"), ("icbc　２０２５", "icbc"), ("icbc_2025 ", "icbc"),
        ("２０２５０６３０", LOOSE), ("２０２５－０６－３０", LOOSE), ("２０２５Ｑ２/icbc", "icbc"),
        ("icbc⒈2025", "icbc1"), ("ＩＣＢＣ＿２０２５", "ＩＣＢＣ"), ("Bank_East_2025", "Bank_East"),
        ("建设银行（北京）_2025", "建设银行（北京）"), ("建设银行（北京）＿２０２５", "建设银行（北京）"),
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


WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
"""From a sign of ASCII to its full width, and from the blank to the ideographic one."""

NAMES = st.sampled_from(["jia", "core_banking", "bank2", "建设银行（北京）", "branch_1001", ""])
DAYS = st.sampled_from(["2025", "2025Q2", "2025h1", "20250630", "2025-06-30", "2025.06", ""])
FOLDERS = st.builds("".join, st.tuples(NAMES, st.sampled_from(["_", "-", ".", " ", "/", ""]), DAYS))


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """A folder, and the same one with signs in full width or in capitals, and blanks at its ends."""
    folder = draw(FOLDERS)
    forms = [draw(st.sampled_from([sign, sign if sign == "/" else sign.translate(WIDE)])) for sign in folder]
    other = "".join(draw(st.sampled_from([form, form.upper()])) for form in forms)
    return folder, draw(st.sampled_from(["", " ", "\u3000"])) + other + draw(st.sampled_from(["", " ", "\u3000"]))


@given(spellings())
def test_every_spelling_of_a_folder_is_of_one_sender(pair: tuple[str, str]) -> None:
    folder, other = pair
    assert folded(sender_of(other)) == folded(sender_of(folder))
    assert len({sender_of(spelled) for spelled in one_spelling([other, folder]).values()}) == 1


@given(st.text())
def test_the_sender_of_a_name_is_that_of_what_its_spellings_share(name: str) -> None:
    part = name.replace("/", "")
    assume("/" not in folded(part))
    assert folded(sender_of(part)) == folded(sender_of(folded(part)))


@given(st.text())
def test_what_spellings_share_is_spelled_in_one_way(name: str) -> None:
    assert folded(folded(name)) == folded(name)
