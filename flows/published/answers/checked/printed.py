"""The answer of `greenloan check` in print, in one language."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from flows.published.answers.checked.words import WORDS, worded
from flows.published.kinds.kinds import Lang
from reports import numbers
from transforms.ground.aliases import Aliases
from transforms.ground.reference import Reference
from transforms.ground.sentences import SIGNS, in_words

PASSED: Final = "passed_"
"""What the sentences begin with that say why a night does not read a file."""

INDENT: Final = "  "


class Row(NamedTuple):
    """A refused row as a line of print."""

    line: int
    header: str | None
    value: str | None
    reason: str


def printed_answer(answer: dict[str, Any], lang: Lang, reference: Reference) -> str:
    """Return the text of an answer (checked.answer.answer_check)."""
    sender = answer["sender"] or WORDS["loose"][lang]
    lines = [worded("head", lang, sender=sender, home=answer["home"])]
    for file in answer["files"]:
        lines += _printed_file(file, lang, reference)
    counts = {"rows": answer["rows_refused_count"], "files": answer["refused_whole_count"]}
    ended = WORDS["clean"][lang] if answer["is_clean"] else worded("not_clean", lang, **counts)
    return "\n".join([*lines, *_printed_figures(answer["figures"], lang), ended])


def _printed_file(file: dict[str, Any], lang: Lang, reference: Reference) -> list[str]:
    if file["passed_over"]:
        reason = in_words(file["passed_over"], WORDS, PASSED, lang)
        return [worded("passed_over", lang, file=file["file"], reason=reason)]
    lines = [line for part in file["parts"] for line in _printed_part(part, lang, reference)]
    lines += [worded("copy", lang, path=path) for path in file["copies"]]
    return [*lines, *([WORDS[file["copy_note"]][lang]] if file["copy_note"] else [])]


def _printed_part(part: dict[str, Any], lang: Lang, reference: Reference) -> list[str]:
    count = part["rows_in_count"]
    rows = WORDS["rows_unknown"][lang] if count is None else count
    own = "_zh" if lang == "zh" else ""
    notes = [INDENT + worded("note", lang, message=note[f"message{own}"]) for note in part["notes"]]
    if part["is_refused_whole"]:
        reason = part[f"reason{own}"] or part["reason"]
        return [worded("part_refused", lang, part=part["part"], rows=rows, reason=reason), *notes]
    accepted, refused = part["rows_accepted_count"], part["rows_refused_count"]
    table = table_name(part["table"], lang, reference.aliases)
    head = worded("part_read", lang, part=part["part"], table=table, rows=rows, accepted=accepted, refused=refused)
    return [head, *(INDENT + row for row in _printed_rows(part["refused"], lang)), *notes]


def table_name(table: str, lang: Lang, aliases: Aliases) -> str:
    """Return what senders call a table: in Chinese the first of its names in that language."""
    return next((name for name in aliases.tables[table] if lang == "zh" and not name.isascii()), table)


def _printed_rows(rows: Sequence[dict[str, Any]], lang: Lang) -> list[str]:
    """What refuses several cells of a line, as each month of a plant that nobody knows, is printed once."""
    alike: dict[Row, list[str]] = {}
    for row in rows:
        reason = row["reason_zh" if lang == "zh" else "reason"]
        cells = alike.setdefault(Row(row["line"], row["header"], row["value"], reason), [])
        cells += [row["written"] or row["cell"]] if row["cell"] else []
    return [_printed_row(row, cells, lang) for row, cells in alike.items()]


def _printed_row(row: Row, cells: Sequence[str], lang: Lang) -> str:
    listed = SIGNS[lang].items.join(cells)
    if not cells:
        return worded("row_line", lang, line=row.line, reason=row.reason)
    if row.header is None:
        return worded("row_cells", lang, line=row.line, cells=listed, reason=row.reason)
    at = {"line": row.line, "cell": listed, "header": row.header}
    return worded("row_cell", lang, **at, value=row.value or "", reason=row.reason)


def _printed_figures(moved: dict[str, Any], lang: Lang) -> list[str]:
    if not moved["periods"]:
        return [WORDS["no_period"][lang]]
    none = WORDS["no_book" if moved["is_book_new"] else "no_figure"][lang]
    lines = []
    for one in moved["periods"]:
        lines.append(worded("figures", lang, period=one["period"], **_before_and_after(one, none, lang)))
        lines += [
            INDENT + worded("figures_of_project", lang, project=row["project_id"], **_before_and_after(row, none, lang))
            for row in one["projects"]
        ]
        lines += [] if one["projects"] else [INDENT + WORDS["figures_alike"][lang]]
    return lines


def _before_and_after(row: dict[str, Any], none: str, lang: Lang) -> dict[str, str]:
    before, after = row["before_tco2e"], row["after_tco2e"]
    return {
        "before": none if before is None else numbers.tonnes(before),
        "after": WORDS["no_figure"][lang] if after is None else numbers.tonnes(after),
    }
