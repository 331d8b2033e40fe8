"""A document kind is one folder, one module and one line, and is printed from published tables alone."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

import reports
from flows.published.documents.identity import SHARED
from flows.published.kinds.kinds import KINDS, kind_of, refuse_other_periods
from schemas.catalog import TABLES
from schemas.errors import UsageError
from tests.rules.test_architecture import imported

FOLDER: Final = Path(reports.__path__[0])


@pytest.mark.parametrize("name", list(KINDS))
def test_a_kind_has_its_folder_with_template_and_words_and_reads_published_tables(name: str) -> None:
    kind = kind_of(name)
    assert kind.name == name
    assert set(kind.tables) <= set(TABLES)
    assert {"document.py", "template.typ", "words.typ"} <= {path.name for path in (FOLDER / name).iterdir()}


def test_every_folder_with_a_template_is_a_kind() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/template.typ")} == set(KINDS)


def rooms_taken(paths: Iterable[Path]) -> set[str]:
    """Folders of reports/ that the modules import from."""
    taken = [module.split(".") for path in paths for module in imported(path) if module.startswith("reports.")]
    return {parts[1] for parts in taken if (FOLDER / parts[1]).is_dir()}


@pytest.mark.parametrize("name", list(KINDS))
def test_a_kind_is_printed_by_its_own_folder_and_by_what_all_share(name: str) -> None:
    """No other folder is part of its identity (flows/published/documents/identity.py)."""
    assert rooms_taken((FOLDER / name).rglob("*.py")) <= {name, *SHARED}
    assert rooms_taken(FOLDER.glob("*.py")) <= {*SHARED}


def test_a_period_that_a_kind_does_not_have_is_refused_with_the_form_to_write() -> None:
    refuse_other_periods("crf", KINDS["crf"].period_example)
    for period in ("2025", "2025Q5", "2025q2", "2025Q2 ", "２025Q2", "../2025Q2", ""):
        with pytest.raises(UsageError, match="write it as 2025Q2"):
            refuse_other_periods("crf", period)
