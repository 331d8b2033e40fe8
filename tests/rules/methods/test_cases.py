"""Worked cases, cases.toml of each method's folder: what a page prints as an example is what the program computes."""

from typing import Final

import pytest

from flows.pages.cases import Case, cases_of
from flows.pages.printed_cases import WorkedCase
from flows.reference.methods import FOLDERS
from tests.makers import reference
from transforms.activity.project_months import TERMS
from transforms.methods.catalog import EDITIONS, METHODS
from transforms.methods.engine.lines import lines_of
from transforms.methods.engine.method import Method
from transforms.methods.engine.tree import Number, read_back

ALL: Final = [case for name in FOLDERS for case in cases_of(name)]
LAST_DIGIT: Final = 5.1e-5
"""Expected tonnes are written with four decimals at most."""


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.method}: {case.title_en}")
def test_a_case_comes_to_what_it_says_and_its_lines_to_what_the_program_computes(case: Case) -> None:
    worked = WorkedCase(case, reference())
    assert {term: worked.month[term] for term in TERMS} == pytest.approx(dict(case.expected), rel=0, abs=LAST_DIGIT)
    signs = [line.sign for line in lines_of(case.formula)[: len(TERMS)]]
    results = {line.sign: line.result for line in worked.lines}
    reduction, *terms = (results[sign] for sign in signs)
    computed = [worked.month[term] for term in TERMS]
    assert computed == pytest.approx([*terms, reduction], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.method}: {case.title_en}")
def test_a_case_expects_every_term_and_they_add_up(case: Case) -> None:
    assert list(case.expected) == TERMS
    baseline, project, leakage, reduction = case.expected.values()
    assert reduction == pytest.approx(baseline - project - leakage, abs=4 * LAST_DIGIT)


@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_has_a_worked_case(method: str) -> None:
    assert cases_of(method)


@pytest.mark.parametrize("method", EDITIONS.values(), ids=map(" ".join, EDITIONS))
def test_some_case_of_a_method_has_each_term_and_each_sum_that_its_formula_has(method: Method) -> None:
    """A false one is found by the case in which it is not nothing."""
    terms = zip(TERMS, (method.baseline, method.project, method.leakage), strict=False)
    cases = [case for case in cases_of(method.name) if case.formula is method]
    for name in [name for name, term in terms if read_back(term) != Number(0.0)]:
        assert any(case.expected[name] for case in cases), name
    for kind in method.part_kinds:
        items = [metric for metric, entry in reference().metrics.items() if entry.get("kind") == kind]
        assert any(case.readings.get(item) for case in cases for item in items), f"every {kind}"


def test_every_parameter_that_a_case_states_is_asked_for_by_its_method() -> None:
    """One that no lookup reaches would print nowhere and change nothing."""
    for case in ALL:
        method = case.formula
        needs = [*method.parameters.values(), *(need for part in method.parts for need in part.parameters.values())]
        asked = {name for need in needs for name, _ in need.lookups}
        facts = {name for one in method.conditions for need in one.facts.values() for name, _ in need.lookups}
        assert {name for name, _, _ in case.parameters} <= asked | facts, case.title_en
