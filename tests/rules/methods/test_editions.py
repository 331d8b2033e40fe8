"""The editions of a method: what about.toml dates is what the folder holds, and it stays one method."""

from typing import Final

import polars as pl
import pytest

from flows.pages.method_pages import PAGES, page
from flows.published.crf import methods_of
from flows.reference.methods import FOLDERS
from reports.crf.lines import method_line
from tests.makers import day, reference
from tests.rules.methods.editions import METHOD, REVISED, revise
from transforms.methods.catalog import EDITIONS, HEAT_SOURCES, METHODS, NET_METHODS
from transforms.methods.editions import editions_of
from transforms.methods.engine.method import FIRST_EDITION
from transforms.methods.engine.render import in_lines, in_one_line
from transforms.methods.printed import method_editions, method_entries

DATED: Final = editions_of(reference().methods)


def test_every_edition_that_about_toml_dates_has_its_formula_and_every_formula_its_date() -> None:
    assert DATED.select("method", "method_edition").rows() == list(
        dict.fromkeys(DATED.select("method", "method_edition").rows())
    )
    assert set(DATED.select("method", "method_edition").iter_rows()) == set(EDITIONS)


@pytest.mark.parametrize("name", list(METHODS))
def test_every_module_of_a_folder_is_an_edition_of_its_own(name: str) -> None:
    modules = [*FOLDERS[name].glob("formula.py"), *FOLDERS[name].glob("edition_*.py")]
    assert len(modules) == len([key for key in EDITIONS if key[0] == name])


@pytest.mark.parametrize("name", list(METHODS))
def test_the_first_edition_is_in_formula_py_and_has_no_beginning_and_each_other_one_has(name: str) -> None:
    first, *others = DATED.filter(method=name).to_dicts()
    assert (first["method_edition"], first["valid_from"]) == (METHODS[name].edition, None)
    days = [other["valid_from"] for other in others]
    assert None not in days
    assert len(set(days)) == len(days)
    assert not others or all(row["title_zh"] and row["title_en"] for row in (first, *others))


def test_no_revision_makes_another_kind_of_figure_of_a_method() -> None:
    for (name, _), method in EDITIONS.items():
        assert (method.is_net, method.heat_from) == (name in NET_METHODS, HEAT_SOURCES.get(name, "")), name


def test_a_method_that_meters_heat_and_burns_fuel_says_what_makes_its_heat() -> None:
    """Heat is then compared with the fuel (heat_over_fuel_of_month)."""
    for (name, _), method in EDITIONS.items():
        is_metered = bool({"heat_delivered", "steam_delivered"} & set(method.readings.values()))
        assert method.heat_from or not (is_metered and "fuel" in method.part_kinds), name


def test_the_tables_of_methods_and_of_editions_print_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    revise(monkeypatch)
    editions = method_editions(reference().methods).filter(method=METHOD)
    assert editions.select("method_edition", "valid_from", "formula").rows() == [
        (FIRST_EDITION, None, in_one_line(EDITIONS[METHOD, FIRST_EDITION])),
        (REVISED, day("2025-03-01"), in_one_line(EDITIONS[METHOD, REVISED])),
    ]
    on = {at: method_entries(reference().methods, day(at)).filter(method=METHOD) for at in ("2025-02-28", "2025-03-01")}
    assert [rows["formula"].item() for rows in on.values()] == editions["formula"].to_list()
    assert [rows["formula_zh"].item() for rows in on.values()] == editions["formula_zh"].to_list()


def test_the_page_lists_the_editions_and_has_the_formula_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    revise(monkeypatch)
    text = page(PAGES / f"{METHOD}.md", reference())
    assert f"| `{FIRST_EDITION}` | - | as first published | 初版 |" in text
    assert f"| `{REVISED}` | 2025-03-01 | revised: own use is taken off | 修订：扣除厂用电 |" in text
    for edition in (FIRST_EDITION, REVISED):
        own = text.partition(f"### Edition {edition}\n")[2].partition("###")[0]
        assert "\n".join(in_lines(EDITIONS[METHOD, edition])) in own
    assert "`electricity_consumed`" in text.partition(f"### Edition {REVISED}\n")[2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_document_names_each_edition_with_its_own_formula(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    revise(monkeypatch)
    entries, editions = method_entries(reference().methods, day("2025-12-31")), method_editions(reference().methods)
    notes = methods_of(entries, editions.filter(method=METHOD), pl.DataFrame({"method": [METHOD]}), lang)
    lines = [method_line(note, lang) for note in notes]
    assert [(line.edition, line.formula) for line in lines] == [
        (edition, in_one_line(EDITIONS[METHOD, edition], lang)) for edition in (FIRST_EDITION, REVISED)
    ]
    assert [line.edition_title for line in lines] == {
        "zh": ["初版", "修订：扣除厂用电"],
        "en": ["as first published", "revised: own use is taken off"],
    }[lang]


def test_a_method_whose_only_edition_has_no_title_is_printed_without_one() -> None:
    name = next(name for name in METHODS if DATED.filter(method=name)["title_en"].to_list() == [None])
    entries, editions = method_entries(reference().methods, day("2025-12-31")), method_editions(reference().methods)
    (note,) = methods_of(entries, editions.filter(method=name), pl.DataFrame({"method": [name]}), "en")
    line = method_line(note, "en")
    assert (line.edition, line.edition_title) == ("", "")
    assert line.formula == in_one_line(METHODS[name])
