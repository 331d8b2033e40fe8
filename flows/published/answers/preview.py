"""What `greenloan preview` answers: what lenders and documents would have, were a factor another one.

Everything is worked out from the published file by what works a night out, and nothing is written.
"""

import csv
import datetime as dt
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import polars as pl

from flows.home.inert import inert
from flows.published.answers.proposals import Typed, proposed_of
from flows.published.answers.states import newest_quarter, period_of, rule_named
from flows.published.kinds.kinds import KINDS, Issue, Lang, kind_of
from flows.reference.tables import read_reference
from flows.warehouse.holdings import OF_HOLDINGS, holdings_in
from flows.warehouse.reading import read_tables
from reports import numbers
from reports.documents import PrintedFigure
from schemas.catalog import Published, frames_of
from schemas.contract import DataFrame
from schemas.errors import UsageError
from schemas.reference import Parameter
from transforms.answers.preview import figures_beside
from transforms.computation.again import worked_out_again
from transforms.deliveries.book.again import OF_BOOK, book_in, on_file
from transforms.deliveries.book.book import Book
from transforms.factors.derived_parameters import derivations
from transforms.factors.proposed import Proposed, rows_of_place, rows_within, with_value
from transforms.ground.calendar import Period, beijing_date
from transforms.ground.reference import Reference

WORDS: Final = tomllib.loads(resources.files(__package__).joinpath("preview.toml").read_text("utf-8"))

USES: Final = "mart.parameter_uses"
BESIDE: Final = (USES, "core.profiles", "ops.runs", "ops.editions", "ops.edition_figures")


class Looked(NamedTuple):
    """Over which period tonnes are attributed, by which rule; None: the newest full quarter, by monthly_matched."""

    period: str | None = None
    basis: str | None = None
    profile: str | None = None


def answer_preview(warehouse: Path, typed: Typed, looked: Looked, lang: Lang) -> dict[str, Any]:
    """Return the answer as JSON has it; raise UsageError where no night would take the value, or nothing uses it."""
    kinds = [kind_of(name) for name in KINDS]
    names = dict.fromkeys([*OF_BOOK, *OF_HOLDINGS, *BESIDE, *(name for kind in kinds for name in kind.tables)])
    published, reference = read_tables(warehouse, *names), read_reference()
    run, book = published["ops.runs"].row(0, named=True), book_in(published)
    until = beijing_date(run["known_at"])
    proposed = proposed_of(typed, book, published["core.parameters"], reference, until)
    period = _period(looked, run["reaches_to_date"])
    previewed = previewed_tables(published, book, reference, proposed)
    rule = rule_named(published["core.profiles"], looked.basis, looked.profile)
    subjects = figures_beside(holdings_in(published), holdings_in(previewed), period, rule)
    printed = list(_printed(published, previewed, lang))
    users = _users(published, proposed) | _users(previewed, proposed)
    if not users and not any(one["is_moved"] for one in (*subjects, *printed)):
        raise _unused(published, proposed)
    return {
        **_asked(published["core.parameters"], previewed["core.parameters"], proposed),
        "snapshot_id": run["snapshot_id"],
        "period": period.name,
        **({"profile": looked.profile} if looked.profile else {"basis": rule.basis}),
        "projects_using": sorted(users),
        "figures": subjects,
        "printed": printed,
        "notes": [WORDS[note][lang] for note in _notes(published, proposed, subjects, users)],
    }


def previewed_tables(published: Published, book: Book, reference: Reference, proposed: Proposed) -> Published:
    """Return the published tables as they would be with the proposed value."""
    parameters = with_value(published["core.parameters"], proposed)
    ours = replace(reference, parameters=on_file(parameters))
    given = book_in(cast("Published", {**frames_of(published), "core.parameters": parameters}))
    until = beijing_date(published["ops.runs"]["known_at"].item())
    again = worked_out_again(replace(book, tables=given.tables), ours, until, frames_of(published))
    return cast("Published", {**frames_of(published), **frames_of(again)})


def preview_text(answer: Mapping[str, Any], form: str, lang: Lang) -> str:
    """Return the answer as csv, every figure, or as a table for the eye, those that move and the whole book."""
    if form == "csv":
        return _as_csv(answer)
    shown = [one for one in answer["figures"] if one["is_moved"] or one["level"] == "portfolio"]
    moved = [one for one in answer["printed"] if one["is_moved"]]
    counted = WORDS["counted"][lang].format(moved=len(moved), count=len(answer["printed"]))
    parts = [
        _head(answer, lang),
        _table([_figure_row(one, lang) for one in shown]),
        counted,
        *([_table([_printed_row(one, lang) for one in moved])] if moved else []),
        *answer["notes"],
    ]
    return "\n".join(parts)


def _period(looked: Looked, reaches_to: Any) -> Period:  # noqa: ANN401 - a cell of a frame
    period = period_of(looked.period) if looked.period else newest_quarter(reaches_to)
    if period.last > reaches_to:
        raise UsageError(
            f"the period {period.name} ends on {period.last}, and the file's data reach up to {reaches_to}",
            where="--period",
            available="quarters, halves and years that are over by then",
            remedy="name an earlier one",
        )
    return period


def _printed(published: Published, previewed: Published, lang: Lang) -> Iterator[dict[str, Any]]:
    """Each number of the newest documents of every kind, as its last edition prints it and as it would be printed."""
    editions = published["ops.editions"].filter(lang=lang).drop_nulls("lender")
    newest = editions.filter(
        pl.col("period") == pl.col("period").max().over("report"),
        pl.col("edition_number") == pl.col("edition_number").max().over("document_name"),
    ).sort("report", "lender")
    for edition in newest.iter_rows(named=True):
        issue = Issue(edition["period"], edition["lender"], lang)
        before = _as_printed(published, edition)
        after = {one.key: one for one in _as_previewed(previewed, edition["report"], issue)}
        for key in dict.fromkeys([*before, *after]):
            one = after[key] if key in after else before[key]
            was, now = (figures[key].printed if key in figures else None for figures in (before, after))
            yield {
                "code": one.code,
                **{name: edition[name] for name in ("report", "period", "lender")},
                "label": one.label,
                "unit": one.unit,
                "printed": was,
                "previewed": now,
                "is_moved": was != now,
            }


def _as_printed(published: Published, edition: Mapping[str, Any]) -> dict[str, PrintedFigure]:
    own = published["ops.edition_figures"].filter(
        document_name=edition["document_name"], report=edition["report"], edition_number=edition["edition_number"]
    )
    columns = ("figure_key", "figure_label", "printed_text", "unit", "receipt_code")
    return {
        key: PrintedFigure(key, label, text, unit, code or "")
        for key, label, text, unit, code in own.select(columns).iter_rows()
    }


def _as_previewed(previewed: Published, report: str, issue: Issue) -> list[PrintedFigure]:
    """What the document would print; nothing where there would be none."""
    kind = kind_of(report)
    if issue.lender not in kind.lenders(previewed, issue.period):
        return []
    return list(kind.figures(kind.document(previewed, issue)))


def _users(tables: Published, proposed: Proposed) -> set[str]:
    """The projects whose formulas take the factor, or one that is derived from it."""
    return set(_taken(tables, proposed.parameter_id).filter(scope=proposed.scope)["project_id"])


def _taken(tables: Published, parameter_id: str) -> pl.DataFrame:
    """The scopes of a parameter, and the projects whose formulas take it of them, itself or through what is derived."""
    uses = tables[USES]
    made = derivations(tables["core.parameters"]).filter(from_parameter_id=parameter_id)
    through = uses.join(made, on=["parameter_id", "scope"]).select("project_id", scope="from_scope")
    return pl.concat([uses.filter(parameter_id=parameter_id).select("project_id", "scope"), through]).unique()


def _unused(published: Published, proposed: Proposed) -> UsageError:
    taken = _taken(published, proposed.parameter_id)["scope"].unique().sort().to_list()
    return UsageError(
        f"nothing of the file uses {proposed.parameter_id} of {proposed.scope}",
        where="mart.parameter_uses",
        available=f"scopes of it that formulas take: {', '.join(taken) or 'none'}",
        remedy="name one of these; a project's own row comes before that of its region",
    )


def _asked(today: DataFrame[Parameter], then: DataFrame[Parameter], proposed: Proposed) -> dict[str, Any]:
    """What is asked, the rows on file on these days, and every row of the place as it would be."""
    columns = ["value", "unit", "valid_from", "valid_to", "source"]
    return {
        "parameter_id": proposed.parameter_id,
        "scope": proposed.scope,
        "value": proposed.value,
        "unit": proposed.unit,
        "from": proposed.first,
        "until": proposed.last,
        "on_file": rows_within(today, proposed).select(columns).to_dicts(),
        "as_delivered": rows_of_place(then, proposed).select(columns).to_dicts(),
    }


def _notes(published: Published, proposed: Proposed, subjects: list[dict[str, Any]], users: set[str]) -> Iterator[str]:
    moved = {one["subject"] for one in subjects if one["level"] == "project" and one["is_moved"]}
    yield "carried"
    yield "left_out"
    if _is_cut(rows_within(published["core.parameters"], proposed), proposed):
        yield "row_cut"
    if moved - users:
        yield "moved_otherwise"


def _is_cut(rows: DataFrame[Parameter], proposed: Proposed) -> bool:
    """Whether a row on file holds beyond the days, too: a delivery replaces a row of the same days alone."""
    first, last = proposed.first or dt.date.min, proposed.last or dt.date.max
    return not rows.filter((pl.col("valid_from") < first) | (pl.col("valid_to") > last)).is_empty()


def _head(answer: Mapping[str, Any], lang: Lang) -> str:
    rows = [
        WORDS["on_file"][lang].format(**{**row, "value": numbers.factor(row["value"])}) for row in answer["on_file"]
    ]
    today = WORDS["joined"][lang].join(rows) or WORDS["no_row"][lang]
    days = [WORDS[name][lang].format(day=answer[name]) for name in ("from", "until") if answer[name]]
    places = {**answer, "value": numbers.factor(answer["value"]), "today": today, "days": "".join(days)}
    rule = answer["profile"] if "profile" in answer else answer["basis"]
    return str(WORDS["head"][lang].format(**places, rule=rule, count=len(answer["projects_using"])))


def _figure_row(one: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    headings, difference = WORDS["headings"][lang], one["difference_tco2e"]
    cells = (
        WORDS["levels"][lang][one["level"]],
        one["subject"],
        numbers.tonnes(one["published_tco2e"]),
        numbers.tonnes(one["previewed_tco2e"]),
        numbers.MISSING if difference is None else numbers.signed_tonnes(difference),
    )
    return dict(zip(headings, cells, strict=True))


def _printed_row(one: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    cells = (
        one["code"],
        f"{one['report']} {one['period']} {one['lender']}",
        one["label"],
        one["printed"] or numbers.MISSING,
        one["previewed"] or numbers.MISSING,
        one["unit"],
    )
    return dict(zip(WORDS["printed_headings"][lang], cells, strict=True))


def _table(rows: list[dict[str, str]]) -> str:
    with pl.Config(
        tbl_rows=-1,
        tbl_cols=-1,
        tbl_width_chars=200,
        fmt_str_lengths=60,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_cell_alignment="RIGHT",
        tbl_formatting="UTF8_FULL_CONDENSED",
    ):
        return str(pl.DataFrame(rows))


def _as_csv(answer: Mapping[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "report", "period", "subject", "code", "label", "unit", "published", "previewed"])
    for one in answer["figures"]:
        tonnes = one["published_tco2e"], one["previewed_tco2e"]
        writer.writerow([one["level"], "", answer["period"], inert(one["subject"]), "", "", "tCO2e", *tonnes])
    for one in answer["printed"]:
        names = [inert(one[name] or "") for name in ("report", "period", "lender", "code", "label", "unit")]
        writer.writerow(["printed", *names, one["printed"], one["previewed"]])
    return out.getvalue().rstrip("\n")
