"""Characters that no bundled font shows stay visible as their code."""

from reports.glyphs import CHART_FONTS, printable


def test_ordinary_chinese_and_latin_names_are_printed_as_delivered() -> None:
    assert printable("资溪县 100 MW 项目（一期）*#$") == "资溪县 100 MW 项目（一期）*#$"


def test_a_character_without_a_glyph_is_printed_as_its_code() -> None:
    assert printable("绿🌱色") == "绿〔U+1F331〕色"


def test_a_character_that_only_the_document_font_has_is_a_code_in_charts_only() -> None:
    assert printable("𠮷野") == "𠮷野"
    assert printable("𠮷野", CHART_FONTS) == "〔U+20BB7〕野"


def test_control_private_and_invisible_characters_become_visible() -> None:
    assert printable("a\x00b\ue000c\u202ed") == "a〔U+0000〕b〔U+E000〕c〔U+202E〕d"


def test_line_breaks_and_tabs_in_a_name_become_spaces() -> None:
    assert printable("一期\n二期\t三期") == "一期 二期 三期"
