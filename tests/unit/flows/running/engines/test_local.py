"""On this machine a bucket is worked out when it is asked for, and not before."""

import pytest

from flows.running.engines import local
from flows.running.engines.engine import WorkedOut
from schemas.between.sums import Bucketed
from schemas.contract import unchecked
from tests.makers import KNOWN_AT, make_book, make_loan, make_project, reference
from transforms.computation.facts import facts_of


def test_the_second_bucket_waits_until_the_first_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    book = make_book([make_project(), make_project(project_id="P2")], [make_loan()])
    buckets = book.tables["projects"].select("project_id").with_row_index("bucket").cast({"bucket": int})
    worked_out, begun = local.worked_out, list[str]()

    def noted(part: local.Book, *given: object) -> WorkedOut:
        begun.extend(part.tables["projects"]["project_id"])
        return worked_out(part, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(local, "worked_out", noted)
    facts = facts_of(book, reference(), KNOWN_AT.date())
    engine = local.on_this_machine(book, reference(), facts, unchecked(buckets, Bucketed))
    first = next(engine)
    assert (first.projects, first.loan_count, begun) == (frozenset({"P1"}), 1, ["P1"])
    assert next(engine).projects == {"P2"}
