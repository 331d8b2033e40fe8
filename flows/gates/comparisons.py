"""The gates that a person may let through: what came, and how it compares with the file published before.

Each names the files and rows behind what is wrong. Thresholds and sentences are in data/reference/gates.toml.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from flows.gates.judged import Gate

BEHIND: Final = 5
"""How many files or causes a gate names behind what is wrong, the largest first."""


COMPARED: Final = ("refusals", "control_totals", "volumes", "sums")
"""The gates that a person may let through (--accept)."""


def comparisons(thresholds: Mapping[str, Mapping[str, Any]], published_at: dt.datetime | None) -> tuple[Gate, ...]:
    """Return the gates with their thresholds.

    published_at: up to when the file published before knows; None where there is none to compare with.
    """
    gates = (_refusals(thresholds["refusals"], published_at), CONTROL_TOTALS)
    if published_at is None:
        return gates
    return (*gates, _volumes(thresholds["volumes"], published_at), _sums(thresholds["sums"], published_at))


def _behind(things: str) -> str:
    """The first things of a list, in SQL, as JSON."""
    return f"to_json(({things})[1:{BEHIND}])::VARCHAR"


def _since(published_at: dt.datetime | None) -> str:
    return f"received_at > TIMESTAMPTZ '{published_at.isoformat()}'" if published_at else "true"


_REASONS: Final = (
    "SELECT delivery_id, count(DISTINCT coalesce(source_row, 0)) AS n, rule, "
    "{'is': CASE WHEN bool_or(source_row IS NULL) THEN 'refused_whole' ELSE 'refused_rows' END, 'count': n, "
    "'rule': rule, 'lines': list(DISTINCT source_row ORDER BY source_row)[1:5], "
    "'reason': split_part(min_by(reason, coalesce(source_row, 0)), chr(10), 1), "
    "'reason_zh': min_by(reason_zh, coalesce(source_row, 0))} AS why "
    "FROM ops.unanswered_rows GROUP BY delivery_id, rule"
)
_JUDGED_FILES: Final = (
    "SELECT sender, received_at, source_file, coalesce(rows_in_count, 0) AS rows_in, coalesce(CASE delivery_status "
    "WHEN 'refused' THEN rows_refused_count ELSE r.n END, 0) AS refused, "
    "{'is': 'refused_file', 'file': source_file, 'refused': refused, 'rows': rows_in, 'why': why} AS file "
    "FROM ops.deliveries LEFT JOIN (SELECT delivery_id, "
    f"list(why ORDER BY n DESC, rule)[1:{BEHIND}] AS why FROM ({_REASONS}) GROUP BY ALL) "
    "USING (delivery_id) LEFT JOIN (SELECT delivery_id, count(DISTINCT coalesce(source_row, 0)) AS n "
    "FROM ops.unanswered_rows GROUP BY ALL) r USING (delivery_id) "
    "QUALIFY row_number() OVER (PARTITION BY source_file ORDER BY received_at DESC) = 1"
)
"""Each file as last delivered: its rows, how many of them are refused and wait, and why."""


def _refusals(limits: Mapping[str, Any], published_at: dt.datetime | None) -> Gate:
    """Judge what each sender delivered at one time, of what came since the file published before.

    Years of clean rows do not outweigh a bad delivery, and what later rows answered counts no more.
    """
    ratio, rows = limits["max_refused_ratio"], limits["min_refused_rows"]
    return Gate(
        "refusals",
        "SELECT f.sender, f.received_at::VARCHAR AS received_at, sum(refused)::BIGINT AS refused, "
        "sum(rows_in)::BIGINT AS rows_in, "
        f"{_behind('list(f.file ORDER BY refused DESC, f.source_file) FILTER (refused > 0)')} AS behind_json "
        f"FROM ({_JUDGED_FILES}) f WHERE {_since(published_at)} GROUP BY f.sender, f.received_at "
        f"HAVING sum(f.refused) >= {rows} AND sum(f.refused) > {ratio} * sum(f.rows_in) ORDER BY ALL",
        is_comparison=True,
        facts={"ratio": f"{ratio:.0%}", "rows": str(rows)},
    )


CONTROL_TOTALS: Final = Gate(
    "control_totals",
    "SELECT r.lender, r.date::VARCHAR AS on_day, difference_loan_count, difference_balance, to_json({'is': 'lines', "
    "'lines': list_sort(list(DISTINCT {'is': 'line', 'file': c.source_file, 'line': c.source_row}))})::VARCHAR "
    "AS stated_in_json, array_to_string("
    "list_sort(list(DISTINCT l.loan_id || ' ' || l.closing_balance))[1:20], ', ') AS first_loans "
    "FROM ops.reconciliation r LEFT JOIN ops.reconciliation_loans l USING (lender, date, currency) "
    "LEFT JOIN core.control_totals c USING (lender, date, currency) "
    "WHERE NOT is_reconciled GROUP BY ALL ORDER BY r.lender, on_day",
    is_comparison=True,
)

_REFUSED_ROWS: Final = (
    "SELECT \"table\", {'is': 'refused_by_rule', 'file': source_file, 'rule': rule, 'count': count(*), "
    "'lines': list(source_row ORDER BY source_row)[1:5]} AS rows, count(*) AS n "
    'FROM ops.rejected_rows GROUP BY "table", source_file, rule'
)
"""Refused rows by file and rule: sender's folder, file, rule, how many, the first lines."""

_DELIVERED: Final = (
    "list({'is': 'delivered', 'file': source_file, 'accepted': coalesce(rows_accepted_count, 0), "
    "'refused': coalesce(rows_refused_count, 0)} ORDER BY rows_in_count DESC, source_file)"
)


def _delivered(published_at: dt.datetime) -> str:
    """The files landed since then, the largest first, in SQL."""
    return f"(SELECT {_behind(_DELIVERED)} FROM ops.deliveries WHERE {_since(published_at)}) AS delivered_since_json"


def _volumes(limits: Mapping[str, Any], published_at: dt.datetime) -> Gate:
    drop = limits["max_drop_ratio"]
    return Gate(
        "volumes",
        "SELECT measure, candidate_value, published_value, "
        f"(SELECT {_behind('list(r.rows ORDER BY n DESC, r.rows.file, r.rows.rule)')} FROM ({_REFUSED_ROWS}) r "
        "WHERE measure = 'rows of core.' || r.\"table\") AS refused_json, "
        f"{_delivered(published_at)} FROM ops.state_totals WHERE unit = 'rows' "
        f"AND coalesce(candidate_value, 0) < published_value * (1 - {drop})",
        is_comparison=True,
        facts={"ratio": f"{drop:.0%}"},
    )


_CAUSES: Final = (
    f"SELECT {_behind('list(c.words ORDER BY moved DESC, c.words.cause)')} FROM (SELECT r.period, r.basis, "
    "{'is': 'cause', 'cause': r.cause, 'cause_zh': any_value(r.cause_zh), "
    "'subjects': string_agg(DISTINCT r.subject, ', ' ORDER BY r.subject)} AS words, "
    "sum(abs(coalesce(r.after, 0) - r.before)) AS moved FROM ops.restatements r "
    "WHERE r.lender IS NOT NULL AND r.unit LIKE 'tCO2e%' AND r.since = (SELECT known_at FROM ops.runs) "
    "GROUP BY r.period, r.basis, r.cause) c "
    "WHERE s.measure = 'attributed reductions of ' || c.period || ' by ' || c.basis"
)
"""What moved a sum's figures since the file published before: the rows, and the projects, the largest change first."""


def _sums(limits: Mapping[str, Any], published_at: dt.datetime) -> Gate:
    change = limits["max_change_ratio"]
    return Gate(
        "sums",
        f"SELECT measure, candidate_value, published_value, ({_CAUSES}) AS behind_json, {_delivered(published_at)} "
        "FROM ops.state_totals s WHERE unit <> 'rows' AND published_value <> 0 AND (candidate_value IS NULL "
        f"OR abs(candidate_value / published_value - 1) > {change})",
        is_comparison=True,
        facts={"ratio": f"{change:.0%}"},
    )
