"""Charts are pure: the same rows give the same bytes, and every character has a glyph."""

import io
import warnings
from collections.abc import Iterator

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from reports.charts import figures
from reports.charts.figures import Drawing, promised_expected_measured, shortened
from reports.charts.series import Outcome

WORDS = ("承诺", "预期（中位数与区间）", "实测")
OUTCOMES = [
    Outcome("1 军峰山风电场", 215300.25, 188420.7, 186880.62, 130257.0, 222405.0),
    Outcome("2 洪门水库抽水蓄能配套送出工程及其附属设施建设项目", 210000.0, None),
    Outcome("3 $x^2$ _a_ 碳捕集", -1249.8, -2210.4),
]


@pytest.fixture(autouse=True)
def missing_glyphs_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def _chart() -> Drawing:
    return promised_expected_measured(OUTCOMES, WORDS)


def test_the_same_rows_give_the_same_bytes_twice() -> None:
    first = _chart()
    figures._drawn.cache_clear()  # what is remembered is the same anyway
    second = _chart()
    assert second == first
    assert second is not first


def test_a_chart_comes_as_svg_without_fonts_or_dates() -> None:
    drawing = _chart()
    assert b"<text" not in drawing.svg
    assert b"<dc:date>" not in drawing.svg


def test_a_chart_does_not_depend_on_settings_outside_and_leaves_none_behind() -> None:
    before = _chart()
    with mpl.rc_context({"font.size": 30, "svg.hashsalt": "other"}):
        assert _chart() == before
        assert mpl.rcParams["font.size"] == 30


def test_a_chart_without_a_single_reading_is_still_drawn() -> None:
    assert promised_expected_measured([Outcome("1 在建", 5.0, None)], WORDS).svg


def test_a_character_without_a_glyph_does_not_stop_a_chart() -> None:
    assert promised_expected_measured([Outcome("绿🌱色", 5.0, 4.0)], WORDS).svg


def test_only_the_first_fifteen_projects_are_drawn() -> None:
    many = [Outcome(str(i), float(i), None) for i in range(40)]
    assert promised_expected_measured(many, WORDS) == promised_expected_measured(many[:15], WORDS)


def test_a_long_label_is_cut_where_chinese_takes_two_columns() -> None:
    assert shortened("资溪县高阜镇", 8) == "资溪县…"
    assert shortened("Green upgrade", 13) == "Green upgrade"
    assert shortened("Green upgrades", 13) == "Green upgrad…"


def _saved(figure: Figure) -> bytes:
    sink = io.BytesIO()
    figure.savefig(sink, format="svg", metadata={"Date": None})
    return sink.getvalue()


def test_a_chart_that_is_laid_out_once_has_the_bytes_of_the_librarys_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = _chart()
    figures._drawn.cache_clear()
    monkeypatch.setattr(figures, "_svg", _saved)
    assert _chart() == drawn
    figures._drawn.cache_clear()
