"""A text is decoded by the encoding that it is in, or refused whole: no Chinese is made up out of other bytes."""

import io
import zipfile

import pytest

from flows.forms.readers import read_grids
from schemas.errors import UnreadableDelivery
from tests.forms import LOAN_HEADER, accept_file, make_loan_row, make_sheet_of
from tests.makers import accept_rows, make_loan, make_project
from tests.xls import make_xls
from transforms.deliveries.text.mojibake import meant_by

TEXT = "项目编号,项目名称,贷款机构\nP1,上饶光伏一期,中国工商银行\nP2,鄱阳湖风电,浔阳农商行\n"
NAMES = [
    "上饶光伏一期", "浔阳区污水处理", "婺源县𠮷野竹林", "赣州联通", "洛阳钼业", "Société Générale", "Zürich",
    "Ærøskøbing",
    "東湖銀行", "一二三", "镕", "上饶ＡＢＣ（二期）", "№３", "2025年6月30日",
    "株式会社みずほ", "주식회사",
]  # fmt: skip
RARE = ["朱镕基小学", "李喆", "浔阳", "婺源", "鄱阳湖", "东湖银行（城东）"]
"""Names whose signs are seldom, as a file in GB18030 may hold them alone."""


def test_chinese_in_the_encodings_of_banks_is_read() -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"):
        [grid] = read_grids(TEXT.encode(encoding), "projects.csv")
        assert grid.rows[1] == ["P1", "上饶光伏一期", "中国工商银行"], encoding


@pytest.mark.parametrize(
    "text",
    [
        TEXT.encode().decode("latin-1"),
        TEXT.encode("gbk").decode("latin-1"),
        TEXT.encode().decode("gb18030", "ignore"),
        TEXT.encode().decode("cp1252", "ignore"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_that_was_decoded_wrongly_before_it_was_sent_is_refused_whole(text: str, encoding: str) -> None:
    with pytest.raises(UnreadableDelivery, match=r"wrong encoding"):
        read_grids(text.encode(encoding), "projects.csv")


@pytest.mark.parametrize("at", [len("项目编号,项目名称,贷款机构\nP1,上".encode()) - 1])
def test_utf_8_with_a_damaged_sign_is_not_read_as_other_chinese(at: int) -> None:
    content = TEXT.encode()
    with pytest.raises(UnreadableDelivery, match=r"UTF-8 but for 1 damaged place\(s\), the first in line 2"):
        read_grids(content[:at] + content[at + 1 :], "projects.csv")


def test_big5_and_european_encodings_are_not_read_as_other_chinese() -> None:
    sent = [
        ("臺灣銀行國際部", "big5"),
        ("Société Générale", "cp1252"),
        ("Zürich", "latin-1"),
        ("Ærøskøbing", "cp1252"),
    ]
    for text, encoding in sent:
        with pytest.raises(UnreadableDelivery, match=r"any encoding that banks use|Big5 or a European"):
            read_grids(f"loan_id,lender\nL1,{text}\n".encode(encoding), "loans.csv")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_right_is_not_taken_for_a_garbled_one(name: str) -> None:
    assert meant_by(name) is None
    assert len(read_grids(f"编号,名称\nP1,{name}\n".encode(), "projects.csv")[0].rows) == 2


@pytest.mark.parametrize("name", NAMES[:3])
def test_a_garbled_cell_is_refused_and_what_was_meant_is_named(name: str) -> None:
    garbled = [name.encode().decode("gb18030", "ignore"), name.encode("gb18030").decode("latin-1")]
    accepted = accept_rows("loans", [make_loan(lender=text) for text in [*garbled, name]])
    assert accepted.rows["lender"].to_list() == [name]
    assert accepted.rejected["rule"].to_list() == ["garbled_text"] * 2


def test_what_programs_show_for_lost_text_is_not_a_name() -> None:
    accepted = accept_rows("projects", [make_project(project_name=name) for name in ("锟斤拷锟斤拷", "光伏\ufffd期")])
    assert accepted.rejected["rule"].to_list() == ["strange_character"] * 2


@pytest.mark.parametrize("name", RARE)
def test_a_file_in_gb18030_with_one_seldom_name_is_read(name: str) -> None:
    [grid] = read_grids(f"loan_id,lender\nL1,{name}\n".encode("gb18030"), "loans.csv")
    assert grid.rows[1] == ["L1", name]


HALF = "L\ud8001"
"""One half of a sign beyond the first 65,536: half a sign is none."""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_file_with_half_a_sign_is_refused(encoding: str) -> None:
    content = f"loan_id,lender\n{HALF},甲银行\n".encode(encoding, "surrogatepass")
    with pytest.raises(UnreadableDelivery, match=r"any encoding that banks use|damaged place"):
        read_grids(content, "loans.csv")


def test_half_a_sign_in_a_workbook_refuses_its_cell_or_the_workbook() -> None:
    whole = make_xls([LOAN_HEADER, make_loan_row(贷款编号="LQ1")])
    half = HALF.encode("utf-16-le", "surrogatepass")
    [(rule, column)] = (
        accept_file(whole.replace("LQ1".encode("utf-16-le"), half), "loans.xls")
        .rejected.select("rule", "column")
        .rows()
    )
    assert (rule, column) == ("strange_character", "loan_id")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_sheet_of([["loan_id"], ["LQ1"]]))) as read, zipfile.ZipFile(out, "w") as made:
        for info in read.infolist():
            made.writestr(info.filename, read.read(info.filename).replace(b"LQ1", b"L&#xD800;1"))
    with pytest.raises(UnreadableDelivery, match="the workbook is damaged"):
        read_grids(out.getvalue(), "loans.xlsx")
