"""The finished PDF: every number is in it, it is archivable, and it is the same twice."""

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from pandera.typing.polars import DataFrame

from reports.crf.document import CrfDocument
from reports.crf.printed_figures import crf_figures
from reports.crf.printing import NOTICE, render_crf
from reports.documents import EditionNotice
from reports.render import TOP, render
from schemas.disclosures import CrfDisclosure, CrfProject
from schemas.errors import EnvironmentFailure
from schemas.reference import PARAMETER_STATUSES
from schemas.words.statuses import STATUSES
from tests.unit.reports.conftest import FORMULAS

Make = Callable[..., CrfDocument]
LOW_PPI = 40


def _text(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf))


def _unspaced(text: str) -> str:
    return re.sub(r"\s", "", text)


def _pdfs(document: CrfDocument) -> list[bytes]:
    """The notice and the basis of preparation."""
    rendered = render_crf(document, ppi=LOW_PPI)
    return [rendered.pdf, *(one.pdf for one in rendered.beside.values())]


def _rendered_text(document: CrfDocument) -> str:
    return "\n".join(_text(pdf) for pdf in _pdfs(document))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_row_of_the_table_is_read_back_from_the_pdf_in_order(make: Make, lang: str) -> None:
    document = make(lang=lang)
    text = _rendered_text(document)
    for line in document.lines:
        cells = [
            cell
            for window in line.windows
            for cell in (window.project_count, window.disbursed_wan, window.weighted_rate_pct, window.reductions)
        ]
        assert re.search(r"\s+".join(map(re.escape, cells)), text), line.name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_figure_of_the_project_list_is_read_back_from_the_pdf(make: Make, lang: str) -> None:
    document = make(lang=lang)
    text = _rendered_text(document)
    for line in document.projects:
        lent = [line.disbursed_wan, line.total_investment_wan, line.share]
        annual = [line.annual_reductions, line.attributed_reductions]
        last_year = [line.promised, line.expected, line.expected_range or "—", line.measured, line.gap]
        for figures in ([*lent, *annual], last_year):
            assert re.search(r"\s+".join(map(re.escape, figures)), text), line.project_id


@pytest.mark.parametrize(
    ("lang", "named"),
    [
        ("zh", "版本2025：修订：网损计入"),
        ("en", "Edition2025:revised:lossesofthenetworkcount"),
    ],
)
def test_the_edition_of_a_method_is_named_below_it_where_it_has_a_name(make: Make, lang: str, named: str) -> None:
    text = _unspaced(_rendered_text(make(lang=lang)))
    assert text.count(named) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_formulas_that_belong_to_no_method_are_printed_as_they_come(make: Make, lang: str) -> None:
    text = _unspaced(_rendered_text(make(lang=lang)))
    for formula in (FORMULAS.share, FORMULAS.expected, FORMULAS.gap):
        assert _unspaced(formula) in text


def test_two_builds_of_one_document_are_equal_byte_for_byte(make: Make) -> None:
    assert render_crf(make(), ppi=LOW_PPI) == render_crf(make(), ppi=LOW_PPI)


def test_the_pdf_declares_archiving_and_accessibility_and_its_language(make: Make) -> None:
    for pdf in _pdfs(make()):
        assert b"<pdfaid:part>3</pdfaid:part>" in pdf
        assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
        assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
        assert b"/Lang (zh-CN)" in pdf or b"/Lang(zh-CN)" in pdf


def test_the_unrounded_rows_are_attached_to_notice_and_basis(make: Make) -> None:
    document = make()
    pdfs = [pdfium.PdfDocument(pdf) for pdf in _pdfs(document)]
    attached = [pdf.get_attachment(i) for pdf in pdfs for i in range(pdf.count_attachments())]
    tables = {file.name: file.text for file in document.attachments}
    twin = {"figures.jsonld": render_crf(document, ppi=LOW_PPI).twin}
    assert {file.get_name(): bytes(file.get_data()).decode() for file in attached} == tables | twin


def test_there_is_one_png_for_each_page_of_the_pdf(make: Make) -> None:
    notice = render_crf(make(), ppi=LOW_PPI)
    for rendered in (notice, *notice.beside.values()):
        assert len(rendered.pages) == len(pdfium.PdfDocument(rendered.pdf))
        assert all(page.startswith(b"\x89PNG") for page in rendered.pages)


def test_a_total_without_a_figure_prints_as_a_dash_and_a_negative_one_as_it_is(make: Make) -> None:
    text = _unspaced(_rendered_text(make()))
    assert "-312.46" in text
    assert "1,800.003.95—" in text


def test_markup_in_a_delivered_name_comes_out_as_plain_text(make: Make) -> None:
    hostile = _unspaced('#import "x.typ" *bold* $x^2$ _it_ @ref <a> \\ // --')
    assert hostile in _unspaced(_rendered_text(make()))


def test_a_name_with_a_character_no_font_has_does_not_stop_the_disclosure(
    make: Make, projects: DataFrame[CrfProject]
) -> None:
    renamed = projects.with_columns(project_name=pl.lit("绿🌱色\x00工程"))
    assert "绿〔U+1F331〕色〔U+0000〕工程" in _unspaced(_rendered_text(make(projects=renamed)))


def of_a_lender(
    make: Make, table: DataFrame[CrfDisclosure], projects: DataFrame[CrfProject], lang: str = "zh"
) -> CrfDocument:
    lender = pl.lit("某行")
    return make(table=table.with_columns(lender=lender), projects=projects.with_columns(lender=lender), lang=lang)


def test_the_declaration_is_left_for_the_bank_to_sign(
    make: Make, table: DataFrame[CrfDisclosure], projects: DataFrame[CrfProject]
) -> None:
    text = _unspaced(_rendered_text(of_a_lender(make, table, projects)))
    assert "待披露机构确认签署" in text
    assert text.index("系统不代为签署") < text.index("以下信息不存在虚假记载、重大遗漏或误导性陈述")


def test_a_report_on_all_lenders_declares_nothing_and_has_no_place_to_sign(make: Make) -> None:
    text = _unspaced(_rendered_text(make()))
    assert "不作声明，不设签署" in text
    assert "虚假记载" not in text
    assert "签署人" not in text


def test_refused_rows_of_all_senders_are_counted_for_the_whole_book_alone(
    make: Make, table: DataFrame[CrfDisclosure], projects: DataFrame[CrfProject]
) -> None:
    assert "拒收交付数据37行" in _unspaced(_rendered_text(make()))
    assert "拒收交付数据" not in _unspaced(_rendered_text(of_a_lender(make, table, projects)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_notice_has_two_pages_and_the_basis_lists_the_rest(
    make: Make, table: DataFrame[CrfDisclosure], projects: DataFrame[CrfProject], lang: str
) -> None:
    for document in (make(lang=lang), of_a_lender(make, table, projects, lang)):
        notice, basis = (pdfium.PdfDocument(pdf) for pdf in _pdfs(document))
        assert len(notice) == 2
        assert len(basis) >= 3


@pytest.mark.parametrize("count", [*range(20, 34)])
def test_no_page_of_a_long_list_has_fewer_than_three_of_its_rows(
    make: Make, projects: DataFrame[CrfProject], count: int
) -> None:
    """Projects of the list are numbered: those on each page are counted where their ids are."""
    first = projects.head(1)
    many = pl.concat([first.with_columns(project_id=pl.lit(f"LONG-{at:03}")) for at in range(count)])
    basis = pdfium.PdfDocument(_pdfs(make(projects=many))[1])
    on_pages = [len(re.findall(r"LONG-\d{3}", page.get_textpage().get_text_range())) for page in basis]
    assert sum(on_pages) == count
    assert min(found for found in on_pages if found) >= 3
    assert any("续表" in page.get_textpage().get_text_range() for page in basis) is (
        len([n for n in on_pages if n]) > 1
    )


def test_verification_is_denied_unless_the_bank_states_it(make: Make) -> None:
    assert "未经第三方机构核实" in _unspaced(_rendered_text(make()))
    stated = _unspaced(_rendered_text(make(verification="由甲公司按有限保证核实。")))
    assert "由甲公司按有限保证核实。" in stated
    assert "未经第三方机构核实" not in stated


def test_the_sets_of_factors_in_force_are_named(make: Make) -> None:
    named = make(factor_sets=["燃料缺省值：某指南", "全球增温潜势：某报告"])
    assert "燃料缺省值：某指南；全球增温潜势：某报告。同一报告只用一套。" in _unspaced(_rendered_text(named))


def test_the_document_states_that_avoided_emissions_do_not_offset_financed_ones(make: Make) -> None:
    assert "本报告所列避免排放不抵减融资排放" in _unspaced(_rendered_text(make()))
    assert "donotoffsetfinancedemissions" in _unspaced(_rendered_text(make(lang="en")))


def test_each_page_bears_its_number_and_the_last_one_the_snapshot(make: Make) -> None:
    for pdf in map(pdfium.PdfDocument, _pdfs(make())):
        for number, page in enumerate(pdf, start=1):
            text = _unspaced(page.get_textpage().get_text_range())
            assert f"第{number}页共{len(pdf)}页" in text
        assert "数据快照3f9c1a7be2d04c55" in text


def test_an_empty_quarter_still_makes_a_document(make: Make) -> None:
    document = make()
    empty = {"projects": (), "factors": (), "flags": (), "methods": (), "outcomes": (), "without_figure": ()}
    assert render_crf(CrfDocument(**{**vars(document), **empty, "unconfirmed": ()}), ppi=LOW_PPI).pdf


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_status_has_words_in_both_languages(lang: str) -> None:
    words = (NOTICE.parents[1] / "house" / "words.typ").read_text(encoding="utf-8")
    part = words.split("#let en = (")[lang == "en"]
    for status in STATUSES:
        assert len(re.findall(rf"\b{status}: \[", part)) >= 2, status
    shared = (TOP / "house" / "words.typ").read_text(encoding="utf-8").split("#let en = (")[lang == "en"]
    for status in PARAMETER_STATUSES:
        assert f"{status}: [" in shared


def test_the_statement_of_boundary_has_at_most_eighty_characters() -> None:
    words = (NOTICE.parent / "words.typ").read_text(encoding="utf-8")
    boundary = re.search(r"\(\[边界\], \[(.+?)\]\)", words)
    assert boundary
    assert len(boundary[1]) <= 80


def test_a_font_that_is_not_bundled_fails_the_environment(tmp_path: Path) -> None:
    template = tmp_path / "template.typ"
    template.write_text(
        '#set document(title: "t", date: datetime(year: 2025, month: 1, day: 1))\n#set text(font: "SimSun")\na',
        encoding="utf-8",
    )
    with pytest.raises(EnvironmentFailure, match="unknown font family: simsun"):
        render(template, {})


def test_a_template_that_does_not_compile_says_why(tmp_path: Path) -> None:
    template = tmp_path / "template.typ"
    template.write_text("#nothing-of-that-name", encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match="unknown variable: nothing-of-that-name"):
        render(template, {})


def test_the_promises_of_projects_that_do_not_run_yet_are_named(make: Make) -> None:
    """P-004 begins a day after the quarter and has tonnes in the table; P-010 has none there."""
    assert make().not_operating == ("洪门水库抽水蓄能配套送出工程",)
    words = "截至期末尚未投运（或投运日期不详）的项目：洪门水库抽水蓄能配套送出工程，标“在建”"
    assert words in _unspaced(_rendered_text(make()))


def test_verified_periods_are_listed_beside_the_figure_of_the_same_days_and_never_added(make: Make) -> None:
    row = {
        "project_id": "P-003",
        "project_name": "军峰山风电场",
        "period_start": dt.date(2024, 1, 1),
        "period_end": dt.date(2024, 12, 31),
        "credit_scheme": "CCER",
        "verified_by": "某核查机构",
        "verification_document": "核证报告 7 号",
        "verified_reduction_tco2e": 5900.25,
        "emission_reductions_tco2e": None,
        "status": "blocked_missing_reading",
    }
    text = _unspaced(_rendered_text(make(verified=pl.DataFrame([row]))))
    for words in ("经第三方核证的减排量", "核证报告7号", "5,900.25", "2024-12-31", "也不相加", "未经第三方机构核实"):
        assert words in text
    assert make().verified == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_twin_has_each_printed_figure_by_its_code_and_no_other(make: Make, lang: str) -> None:
    document = make(lang=lang)
    graph = json.loads(render_crf(document, ppi=LOW_PPI).twin)["@graph"]
    linked = {one["code"]: (one["printed"], one.get("unit", "")) for one in graph if "printed" in one}
    assert linked == {one.code: (one.printed, one.unit) for one in crf_figures(document)}
    (report,) = (one for one in graph if one["@id"] == "#document")
    assert (report["schema:temporalCoverage"], report["schema:inLanguage"]) == ("2025Q2", lang)
    (state,) = (one for one in graph if one["@id"] == report["prov:wasDerivedFrom"]["@id"])
    assert state["code"] == "3f9c1a7be2d04c55"


def test_a_dash_and_a_range_have_no_value_in_the_twin(make: Make) -> None:
    graph = json.loads(render_crf(make(), ppi=LOW_PPI).twin)["@graph"]
    values = {one["printed"]: one.get("value") for one in graph if "printed" in one}
    assert values["—"] is None
    assert values["130,257 – 222,405"] is None
    assert values["95,000.00"] == 95000.0


def test_the_twin_has_moments_with_their_zone_and_an_editions_number_only_where_it_is_one(make: Make) -> None:
    """The run knew up to 2025-07-15 18:05:09 UTC, which is 02:05:09 of the next day in Beijing."""
    document = make()
    graph = {one["@id"]: one for one in json.loads(render_crf(document, ppi=LOW_PPI).twin)["@graph"]}
    assert graph["#state"]["prov:generatedAtTime"] == "2025-07-16T02:05:09+08:00"
    assert "schema:version" not in graph["#document"]
    unknown = replace(document, provenance=replace(document.provenance, data_as_of="—"))
    second = replace(unknown, edition=EditionNotice(number="2", before="1", reason="words_changed"))
    graph = {one["@id"]: one for one in json.loads(render_crf(second, ppi=LOW_PPI).twin)["@graph"]}
    assert "schema:dateModified" not in graph["#state"]
    assert graph["#document"]["schema:version"] == "2"
