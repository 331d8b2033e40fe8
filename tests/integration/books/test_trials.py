"""Books of one difficulty each: what must hold of the built file (tests/integration/data/trials/README.md)."""

from collections.abc import Callable
from functools import cache

import pytest

from flows.home.settings import home as place_of
from flows.published.documents.written import read_published, rule_of, write_document
from flows.published.kinds.kinds import Issue, kind_of
from tests.integration.books.trials import TRIALS, Check, all_checks, build_trial, same_rows
from tests.integration.chinese import english_in_chinese
from tests.integration.program import Home

Built = Callable[[str], Home]
CHECKS = all_checks()
OF_DOCUMENTS = [check for check in CHECKS if check.glob is not None]
ON_THE_FILE = [check for check in CHECKS if check.glob is None]


def name_of(check: Check) -> str:
    return f"{check.trial}-{check.says}"


@pytest.fixture(scope="module")
def built(new_home: Callable[[str], Home]) -> Built:
    """Builds each trial once."""
    return cache(lambda trial: build_trial(new_home(trial), TRIALS / trial))


@pytest.mark.parametrize("check", ON_THE_FILE, ids=name_of)
def test_what_is_right_for_the_trial_is_in_the_built_file(built: Built, check: Check) -> None:
    found = [list(row.values()) for row in built(check.trial).rows(check.sql)]
    assert check.want is not None
    assert same_rows(found, check.want), found


@pytest.mark.parametrize("trial", sorted({check.trial for check in CHECKS}))
def test_no_chinese_sentence_of_a_trial_has_english_in_it(built: Built, trial: str) -> None:
    assert english_in_chinese(built(trial)) == []


@pytest.mark.proof
@pytest.mark.parametrize("check", OF_DOCUMENTS, ids=name_of)
def test_there_are_as_many_documents_as_the_trial_says(built: Built, check: Check) -> None:
    """Chinese ones only, a second and a half each."""
    home = built(check.trial)
    place, kind = place_of(home.root), kind_of("crf")
    published = read_published(home.warehouse, kind)
    for lender in kind.lenders(published, "2025Q4"):
        write_document(place, kind, published, Issue("2025Q4", lender, "zh"), rule_of(place, ()))
    ((wanted,),) = [row.values() for row in home.rows(check.sql)]
    assert len(list(home.documents.glob(str(check.glob)))) == wanted > 0
