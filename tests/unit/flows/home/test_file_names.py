"""A document's file name is one-to-one with what it names, on every disk."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.home.file_names import file_name, folder_name, is_safe

ALIKE = [
    "东湖银行(城东)",
    "东湖银行（城东）",
    "东湖银行_城东_",
    "东湖银行 城东 ",
    "东湖银行/城东/",
    "东湖银行\u3000城东\u3000",
    "ICBC",
    "icbc",
    "Icbc",
    "ＩＣＢＣ",
    "icbc.",
    "icbc..",
    "..",
    ".",
    "/",
    "\\",
    "...",
    "con",
    "CON",
    "aux",
    "com1",
    "café",
    "cafe\u0301",
    "甲",
    "甲\u200b",
    "甲银行-0a1b2c3d",
    "甲银行",
    "①",
    "1",
    "银" * 40,
    "银" * 41,
    "银" * 200,
    "银" * 199 + "行",
    "all-lenders",
    "",
]


def on_any_disk(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def test_no_two_names_share_a_file() -> None:
    assert len({on_any_disk(file_name(name, taken="all-lenders")) for name in ALIKE}) == len(ALIKE)


@pytest.mark.parametrize("name", ["工商银行井冈山支行", "甲银行", "bank_of-jian", "乙行2"])
def test_a_plain_name_is_its_own_file_name(name: str) -> None:
    assert file_name(name) == name


def test_a_reader_still_sees_the_name_before_its_digest() -> None:
    """The digest is that of the name as written: printf '东湖银行（城东）' | sha256sum."""
    assert file_name("东湖银行（城东）").startswith("东湖银行_城东_-")
    assert file_name("all-lenders", taken="all-lenders").startswith("all-lenders-")


@given(st.text(max_size=220))
def test_no_name_leads_out_of_its_folder_or_breaks_a_disk(name: str) -> None:
    written = file_name(name)
    assert not set(written) & set('/\\:*?"<>|. \0')
    assert 0 < len(f"crf_2025Q4_{written}_zh_p12.png.partial".encode()) <= 255
    assert written == file_name(name)


@given(st.text(max_size=50), st.text(max_size=50))
def test_two_names_have_two_file_names(one: str, other: str) -> None:
    assert (on_any_disk(file_name(one)) == on_any_disk(file_name(other))) == (one == other)


@pytest.mark.parametrize(
    "name", ["con", "CON", "aux", "nul.txt", "Prn.2025", "com1", "ＣＯＮ", "bank.", "bank ", "a:b", "-rf", "COM¹"]
)
def test_a_folder_that_some_disk_would_not_keep_gets_a_name_that_all_keep(name: str) -> None:
    assert not is_safe(name)
    assert is_safe(folder_name(name))


@pytest.mark.parametrize(
    "name", ["ICBC Beijing", "东湖银行（城东）", "console", "2025.06", "icbc_2025", "auxiliary.csv"]
)
def test_any_other_folder_keeps_its_own(name: str) -> None:
    assert folder_name(name) == name
