"""The editions of a method: what about.toml dates is what the folder holds, and it stays one method."""

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from flows.home.settings import REFERENCE
from flows.pages.method_pages import PAGES, page
from flows.published.kinds.selected import methods_of
from flows.reference.checks.faults import reference_faults
from flows.reference.methods import FOLDERS
from reports.house.lines import method_line
from tests.makers import day, reference
from tests.rules.methods.editions import METHOD, REVISED, revise
from transforms.methods.catalog import EDITIONS, HEAT_SOURCES, METHODS, NET_METHODS
from transforms.methods.editions import editions_of
from transforms.methods.engine.method import FIRST_EDITION
from transforms.methods.engine.render import in_lines, in_one_line
from transforms.methods.printed import method_editions, method_entries
from transforms.projects.outputs import bounded_metrics

TEXTS: Final = ("title_zh", "title_en", "boundary_zh", "boundary_en")
WORDS: Final = reference().sentences
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


@pytest.mark.parametrize("name", list(METHODS))
def test_an_edition_in_about_toml_has_a_day_and_titles_and_nothing_else(name: str) -> None:
    """What bounds a reading or what feeds the formula is the method's; another one is another method."""
    about = tomllib.loads((FOLDERS[name] / "about.toml").read_text(encoding="utf-8"))
    assert about.keys() <= {*TEXTS, "editions", "conditions"}
    for edition, keys in about.get("editions", {}).items():
        assert keys.keys() <= {"valid_from", "title_zh", "title_en"}, edition


@pytest.mark.parametrize(
    ("file", "before", "added", "fault"),
    [
        (
            "outputs.toml",
            "[unbounded]",
            f'[methods."{METHOD}/2"]\nelectric = ["electricity_supplied"]\n\n',
            f"outputs.toml, [methods.{METHOD}/2]: '{METHOD}/2' is not in methods.toml",
        ),
        (
            "bounds.csv",
            "electricity_over_capacity.all,",
            f"own,electricity_over_capacity,{METHOD}/2,,ratio,-0.1,none,none,none,none,1,engineering,greenloan_decision,new\n",
            "bounds.csv, row 2, column method_or_scope: '2' is not in methods.toml",
        ),
        (
            "methods.toml",
            f"[{METHOD}]",
            f'[{METHOD}.editions.2]\nevidence = "energy_activity"\n\n',
            f"methods.toml, [{METHOD}] editions: this key is not known",
        ),
    ],
)
def test_bounds_outputs_and_evidence_of_an_edition_alone_are_refused(
    file: str, before: str, added: str, fault: str, tmp_path: Path
) -> None:
    shutil.copytree(REFERENCE, tmp_path / "reference")
    table = tmp_path / "reference" / file
    text = table.read_text(encoding="utf-8")
    assert before in text
    table.write_text(text.replace(before, added + before, 1), encoding="utf-8")
    (found,) = reference_faults(tmp_path / "reference")
    assert str(found).startswith(fault)


def test_a_reading_that_a_revision_alone_takes_is_bounded_by_a_row_of_its_method() -> None:
    """The plant of 1 MW of which the revision takes what it consumes: the row bounds the metric, whatever formula."""
    known = reference()
    methods = known.outputs["methods"]
    row = {**methods[METHOD], "electric": [*methods[METHOD]["electric"], "electricity_consumed"]}
    wider = replace(known, outputs={**known.outputs, "methods": {**methods, METHOD: row}})
    bounded = bounded_metrics(wider).filter(method=METHOD, metric="electricity_consumed")
    assert bounded["bound"].to_list() == ["electric"]
    assert bounded_metrics(known).filter(method=METHOD, metric="electricity_consumed").is_empty()


def test_a_method_that_meters_heat_and_burns_fuel_says_what_makes_its_heat() -> None:
    """Heat is then compared with the fuel (heat_over_fuel_of_month)."""
    for (name, _), method in EDITIONS.items():
        is_metered = bool({"heat_delivered", "steam_delivered"} & set(method.readings.values()))
        assert method.heat_from or not (is_metered and "fuel" in method.part_kinds), name


def test_the_tables_of_methods_and_of_editions_print_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    revise(monkeypatch)
    editions = method_editions(reference().methods, WORDS).filter(method=METHOD)
    assert editions.select("method_edition", "valid_from", "formula").rows() == [
        (FIRST_EDITION, None, in_one_line(EDITIONS[METHOD, FIRST_EDITION], WORDS)),
        (REVISED, day("2025-03-01"), in_one_line(EDITIONS[METHOD, REVISED], WORDS)),
    ]
    methods, days = reference().methods, ("2025-02-28", "2025-03-01")
    on = {at: method_entries(methods, day(at), WORDS).filter(method=METHOD) for at in days}
    assert [rows["formula"].item() for rows in on.values()] == editions["formula"].to_list()
    assert [rows["formula_zh"].item() for rows in on.values()] == editions["formula_zh"].to_list()


def test_the_page_lists_the_editions_and_has_the_formula_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    revise(monkeypatch)
    text = page(PAGES / f"{METHOD}.md", reference())
    assert f"| `{FIRST_EDITION}` | - | as first published | 初版 |" in text
    assert f"| `{REVISED}` | 2025-03-01 | revised: own use is taken off | 修订：扣除厂用电 |" in text
    for edition in (FIRST_EDITION, REVISED):
        own = text.partition(f"### Edition {edition}\n")[2].partition("###")[0]
        assert "\n".join(in_lines(EDITIONS[METHOD, edition], WORDS)) in own
    assert "`electricity_consumed`" in text.partition(f"### Edition {REVISED}\n")[2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_document_names_each_edition_with_its_own_formula(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    revise(monkeypatch)
    methods = reference().methods
    entries, editions = method_entries(methods, day("2025-12-31"), WORDS), method_editions(methods, WORDS)
    notes = methods_of(entries, editions.filter(method=METHOD), pl.DataFrame({"method": [METHOD]}), lang)
    lines = [method_line(note, lang) for note in notes]
    assert [(line.edition, line.formula) for line in lines] == [
        (edition, in_one_line(EDITIONS[METHOD, edition], WORDS, lang)) for edition in (FIRST_EDITION, REVISED)
    ]
    assert [line.edition_title for line in lines] == {
        "zh": ["初版", "修订：扣除厂用电"],
        "en": ["as first published", "revised: own use is taken off"],
    }[lang]


def test_a_method_whose_only_edition_has_no_title_is_printed_without_one() -> None:
    name = next(name for name in METHODS if DATED.filter(method=name)["title_en"].to_list() == [None])
    methods = reference().methods
    entries, editions = method_entries(methods, day("2025-12-31"), WORDS), method_editions(methods, WORDS)
    (note,) = methods_of(entries, editions.filter(method=name), pl.DataFrame({"method": [name]}), "en")
    line = method_line(note, "en")
    assert (line.edition, line.edition_title) == ("", "")
    assert line.formula == in_one_line(METHODS[name], WORDS)
