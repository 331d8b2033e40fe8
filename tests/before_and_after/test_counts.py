"""The counts that are laid beside those of another state are what a reviewer would count."""

from pathlib import Path

import pytest

from tests.before_and_after.counts import CHECKOUT, ROOMS, arrows, counts, files_of_methods, sources, stages, twins

COLUMN = "def column(letters):\n    number = 0\n    return number + len(letters)\n"


def written(root: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = root / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_an_arrow_is_one_stage_that_imports_another_however_often(tmp_path: Path) -> None:
    code = sources(
        written(
            tmp_path,
            transforms__money__rates="from transforms.ground import units\nfrom transforms.ground.days import Day\n",
            transforms__money__facility="from transforms.money.rates import rate\n",
            transforms__flags__loans="import transforms.money.rates\ndef late():\n    from transforms import ground\n",
        ),
        "transforms",
    )
    assert arrows(code) == {("money", "ground"), ("flags", "money"), ("flags", "ground")}


def test_a_function_written_twice_is_found_whatever_its_name_and_docstring(tmp_path: Path) -> None:
    other = COLUMN.replace("def column(letters):\n", 'def place(letters):\n    """Says so."""\n')
    code = sources(written(tmp_path, flows__a=COLUMN, flows__b=other, flows__c=COLUMN.replace("0", "1")), "flows")
    assert twins(code) == {"flows/a.py:1 column": ["flows/a.py:1 column", "flows/b.py:1 place"]}


def test_no_function_of_the_house_is_written_twice() -> None:
    assert twins(sources(CHECKOUT, *ROOMS)) == {}


def test_a_method_takes_its_folder_and_the_files_that_name_it() -> None:
    """Its own four files and __init__; no other is counted twice."""
    files = files_of_methods(CHECKOUT)
    assert "air_source_heat_pump" in files
    assert min(files.values()) > 5


@pytest.mark.parametrize("name", ["modules", "lines of code", "arrows between stages", "stages of transforms"])
def test_each_count_of_this_house_comes_to_something(name: str) -> None:
    assert counts(CHECKOUT)[name] > 0


def test_the_stages_are_the_folders_of_transforms() -> None:
    assert {"ground", "methods", "computation"} <= set(stages(CHECKOUT))
