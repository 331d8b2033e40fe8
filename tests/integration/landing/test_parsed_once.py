"""What a night has parsed the next one takes from the cache, and the tables are the same with it and without."""

import shutil

import pytest

from flows.forms import kept
from tests.forms import LOAN_HEADER, make_loan_row, make_sheet_of
from tests.integration.program import H07, Home

OF_A_RUN = ("ops.runs", "ops.state_totals", "ops.gate_results")


def _figures(home: Home) -> dict[str, list[str]]:
    return {name: sorted(map(str, rows)) for name, rows in home.tables().items() if name not in OF_A_RUN}


def test_a_night_with_nothing_new_starts_no_parser_and_publishes_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.deliver_case(H07)
    home.deliver("loans_2.xlsx", make_sheet_of([LOAN_HEADER, make_loan_row(贷款编号="L-OF-NOBODY")], sheet="loans"))
    started: list[str] = []
    read_apart = kept.read_apart

    def counted(program, content, memory):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        started.append(program.stem)
        return read_apart(program, content, memory)

    monkeypatch.setattr(kept, "read_apart", counted)
    home.nightly()
    assert sorted(started) == ["sheets", "styles"]
    first = _figures(home)
    started.clear()
    home.nightly()
    assert (started, _figures(home)) == ([], first)
    shutil.rmtree(home.root / "data" / "cache")
    home.nightly()
    assert sorted(started) == ["sheets", "styles"]
    assert _figures(home) == first
