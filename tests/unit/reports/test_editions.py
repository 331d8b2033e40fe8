"""What an edition says of the one before it."""

from reports.documents import Cause, Change, EditionNotice, PrintedFigure
from reports.editions import CAUSES, LISTED, PROJECTS, Before, edition_notice
from reports.names import Names
from schemas.words.editions import FIGURES, UNREADABLE, WORDS

NAMES = Names("en")


def tonnes(key: str, printed: str) -> PrintedFigure:
    return PrintedFigure(key, f"tonnes of {key}", printed, "tCO2e")


def notice(before: list[PrintedFigure], after: list[PrintedFigure], **causes: list[str]) -> EditionNotice:
    return edition_notice(Before(1, before), FIGURES, after, causes, NAMES)


def test_a_figure_that_changed_is_named_with_what_it_was_and_one_that_did_not_is_not() -> None:
    found = notice([tonnes("a", "1.00"), tonnes("b", "2.00")], [tonnes("a", "1.00"), tonnes("b", "3.00")])
    assert (found.number, found.before, found.changes_count, found.more_count) == ("2", "1", "1", "")
    assert found.changes == (Change("tonnes of b", "tCO2e", "2.00", "3.00"),)


def test_a_figure_that_only_one_edition_prints_is_a_dash_in_the_other() -> None:
    found = notice([tonnes("a", "1.00")], [tonnes("b", "3.00")])
    assert [(one.label, one.before, one.after) for one in found.changes] == [
        ("tonnes of b", "—", "3.00"),
        ("tonnes of a", "1.00", "—"),
    ]


def test_the_first_changes_are_printed_and_all_are_attached() -> None:
    keys = [f"f{number}" for number in range(LISTED + 2)]
    found = notice([tonnes(key, "1.00") for key in keys], [tonnes(key, "2.00") for key in keys])
    assert (len(found.changes), found.changes_count, found.more_count) == (LISTED, f"{LISTED + 2}", "2")
    assert found.attached.splitlines()[1:] == [f"{key},tonnes of {key},tCO2e,1.00,2.00" for key in keys]


def test_a_known_cause_is_named_by_its_project_and_a_project_without_one_is_not_known() -> None:
    before = [tonnes(f"project/{name}/measured", "1.00") for name in ("P1", "P2", "P3")]
    after = [tonnes("project/P1/measured", "2.00"), tonnes("project/P2/measured", "2.00"), before[2]]
    found = notice(before, after, P1=["a reading"], P3=["of no printed figure"])
    assert (found.causes, found.unknown) == ((Cause("P1", "a reading"),), ("P2",))


def test_causes_beyond_the_page_are_counted_as_more() -> None:
    figures = [tonnes("project/P1/measured", text) for text in ("1.00", "2.00")]
    found = notice(figures[:1], figures[1:], P1=[f"cause {number}" for number in range(CAUSES + 1)])
    assert (len(found.causes), found.has_more_causes) == (CAUSES, True)


def test_a_project_that_came_or_went_is_named_and_has_no_unknown_cause() -> None:
    found = notice([tonnes("project/P1/measured", "1.00")], [tonnes("project/P2/measured", "1.00")])
    assert (found.joined, found.left, found.unknown) == (("P2",), ("P1",), ())


def test_of_very_many_projects_the_first_are_named() -> None:
    figures = [tonnes(f"project/P{number}/measured", "1.00") for number in range(PROJECTS + 5)]
    assert notice([], figures).joined == (*(f"P{number}" for number in range(PROJECTS)), "…")


def test_without_the_record_of_the_edition_before_nothing_is_set_side_by_side() -> None:
    found = edition_notice(Before(3, None), UNREADABLE, [tonnes("project/P1/measured", "1.00")], {}, NAMES)
    assert found == EditionNotice("4", "3", UNREADABLE, changes_count="0")


def test_other_words_alone_change_no_figure() -> None:
    found = edition_notice(Before(1, [tonnes("a", "1.00")]), WORDS, [tonnes("a", "1.00")], {}, NAMES)
    assert (found.reason, found.changes, found.attached) == (WORDS, (), "")


def test_projects_and_factors_are_named_where_the_causes_have_their_codes() -> None:
    before, after = ([tonnes(f"project/P-{one}/measured", value) for one in "AB"] for value in ("1.00", "2.00"))
    names = Names("zh", {"P-A": "甲项目", "P-B": "乙项目"})
    found = edition_notice(
        Before(1, before), FIGURES, after, {"P-A": ["参数：grid_om_ef（Central）0.85 -> 0.86"]}, names
    )
    assert found.causes == (Cause("甲项目", "参数：区域电网电量边际排放因子（Central）0.85 -> 0.86"),)
    assert found.unknown == ("乙项目",)


def test_a_sum_that_moved_has_the_causes_of_projects_that_moved_in_it_unseen() -> None:
    """P2 has no figure of its own on the page: its repayment moved the lender's sum."""
    before, after = ([tonnes("range/figure", value)] for value in ("2.00", "1.00"))
    found = edition_notice(Before(1, before), FIGURES, after, {"P2": ["ledger: a.csv line 2"]}, NAMES)
    assert (found.causes, found.unknown) == ((Cause("P2", "ledger: a.csv line 2"),), ())
