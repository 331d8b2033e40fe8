"""A place in a form is written in Chinese as in English; a header or a sheet's name stays as its sender wrote it."""

import pytest

from tests.makers import reference, sentences_of
from transforms.ground.flag_rows import notice
from transforms.ground.places import in_chinese, with_places


@pytest.mark.parametrize(
    ("place", "chinese"),
    [
        ("line 2", "第2行"),
        ("the name 贷款(万元)", "名称“贷款(万元)”"),
        ("sheet 项目, cell C1", "工作表“项目”单元格 C1"),
        ("sheet 封面, line 3", "工作表“封面”第3行"),
        ("sheet the name, its name", "工作表“the name”的名称"),
        ("line 3, 备注", "第3行“备注”"),
        ("the comment on F3", "单元格 F3 的批注"),
        ("计量单位", "计量单位"),
    ],
)
def test_a_place_is_named_in_chinese(place: str, chinese: str) -> None:
    assert in_chinese(place, reference().sentences) == chinese


def test_a_notice_names_its_place_in_both_languages() -> None:
    facts = {"text": "单位:万元", "columns": ("amount", "金额"), "unit": "万元", "scale": "10,000"}
    beside = notice("unit_beside_table", where="sheet 贷款, line 2", **facts)
    ((_, placed),) = with_places([("loans.xlsx", beside)], reference().sentences)
    ((english, chinese),) = sentences_of(placed)
    assert english.startswith("sheet 贷款, line 2 states '单位:万元': amount in 万元")
    assert chinese.startswith("工作表“贷款”第2行注明“单位:万元”：金额按万元读取")
