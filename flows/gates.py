"""What a whole candidate must look like beside the last published state, before anyone sees it.

Each gate is one SQL text that returns what is wrong; analysts can run the same text on the published file.
"""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.settings import CHECKOUT
from schemas.errors import EnvironmentFailure, RefusedToPublish
from schemas.runs import GateResult


@dataclass(frozen=True)
class Gate:
    """What must hold of the whole: the name, the expectation in words, and the SQL that finds what breaks it.

    A comparison may be let through by a person (--accept); an invariant may not.
    """

    name: str
    expected: str
    wrong: str
    is_comparison: bool = False


INVARIANTS: Final = (
    Gate(
        "book_is_not_empty", "at least one loan is accepted",
        "WITH refused AS (SELECT *, array_position(['loans', 'projects'], delivered_table) AS place "
        "FROM ops.deliveries WHERE delivery_status = 'refused' OR rows_refused_count > 0) "
        "SELECT coalesce(d.source_file, 'no refused file: were loans delivered?') AS no_loan_file, "
        "d.rows_refused_count AS rows_refused, (SELECT split_part(r.reason, chr(10), 1) FROM ops.rejected_rows r "
        "WHERE r.delivery_id = d.delivery_id ORDER BY r.source_row NULLS FIRST LIMIT 1) AS first_reason "
        "FROM (SELECT 1) LEFT JOIN refused d ON true WHERE (SELECT count(*) FROM core.loans) = 0 "
        "ORDER BY d.place NULLS LAST, d.source_file",
    ),
    Gate(
        "nothing_is_lost", "rows in = rows accepted + rows refused, for every delivery",
        "SELECT source_file, rows_in_count FROM ops.deliveries "
        "WHERE rows_in_count <> rows_accepted_count + rows_refused_count",
    ),
    Gate(
        "figures_are_finite", "no figure is infinite or not a number",
        "SELECT project_id, month_start_date::VARCHAR AS at FROM mart.project_months "
        "WHERE NOT isfinite(emission_reductions_tco2e) "
        "UNION ALL SELECT loan_id, period FROM mart.attributed_reductions "
        "WHERE NOT isfinite(attributed_reductions_tco2e) OR NOT isfinite(attribution_factor_ratio) "
        "OR NOT isfinite(attributed_annual_reductions_tco2e_per_year)",
    ),
    Gate(
        "figure_only_with_its_status",
        "tonnes of a period stand exactly where the status is measured or reported, tonnes per year where promised, or "
        "measured under a profile whose formula stands in for a missing promise",
        "SELECT a.loan_id, a.period, coalesce(a.basis, a.profile) AS rule, a.status, "
        "coalesce(p.reduction = 'promised_annual', false) AS is_rate, "
        "coalesce(is_rate AND p.without_promise_rule = 'formula', false) AS is_formula_instead "
        "FROM mart.attributed_reductions a LEFT JOIN core.profiles p USING (profile) "
        "WHERE (a.attributed_reductions_tco2e IS NOT NULL) <> (a.status IN ('measured', 'reported') AND NOT is_rate) "
        "OR (a.attributed_annual_reductions_tco2e_per_year IS NOT NULL) "
        "<> (a.status = 'promised' OR a.status = 'measured' AND is_formula_instead)",
    ),
    Gate(
        "shares_sum_to_one_at_most", "the shares of all lenders in one project never pass 1",
        "SELECT project_id, period, coalesce(basis, profile) AS rule, sum(attribution_factor_ratio) AS together "
        "FROM mart.attributed_reductions WHERE rule <> 'monthly_matched' GROUP BY ALL HAVING together > 1 + 1e-9",
    ),
    Gate(
        "a_tonne_is_claimed_once",
        "lenders together claim a project's reduction once at most, and who wanted more is flagged",
        "SELECT project_id, period, coalesce(basis, profile) AS rule, "
        "sum(coalesce(attributed_reductions_tco2e, attributed_annual_reductions_tco2e_per_year)) AS claimed, "
        "max(abs(coalesce(emission_reductions_tco2e, annual_reductions_tco2e_per_year))) AS whole "
        "FROM mart.attributed_reductions WHERE rule <> 'monthly_matched' GROUP BY ALL "
        "HAVING abs(claimed) > whole * (1 + 1e-9) + 1e-6 "
        "UNION ALL SELECT s.project_id, s.period, 'not flagged', s.together_raw_ratio, 1 FROM mart.shares_above_one s "
        "WHERE NOT EXISTS (SELECT 1 FROM ops.flags f WHERE f.code = 'claimed_beyond_one' AND f.subject = s.project_id)",
    ),
    Gate(
        "disclosure_windows_grow", "quarter <= year to date <= since the start, for count, money and tonnes",
        "WITH wide AS (SELECT lender, crf_field, period, "
        "any_value(d) FILTER (d.window = 'quarter') AS q, any_value(d) FILTER (d.window = 'year_to_date') AS y, "
        "any_value(d) FILTER (d.window = 'since_start') AS s FROM mart.disclosure_crf d GROUP BY ALL) "
        "SELECT lender, crf_field, period FROM wide WHERE q.project_count > y.project_count "
        "OR y.project_count > s.project_count "
        "OR q.disbursed_cny > y.disbursed_cny OR y.disbursed_cny > s.disbursed_cny "
        "OR q.attributed_annual_reductions_tco2e_per_year > y.attributed_annual_reductions_tco2e_per_year + 1e-6 "
        "OR y.attributed_annual_reductions_tco2e_per_year > s.attributed_annual_reductions_tco2e_per_year + 1e-6",
    ),
)  # fmt: skip


BEHIND: Final = 5
"""How many files or causes a gate names behind a change, the largest first."""

REFUSED_ROWS: Final = (
    "SELECT \"table\", source_file || ' ' || rule || ' x ' || count(*) || ' (lines ' || "
    "array_to_string(list(source_row ORDER BY source_row)[1:5], ', ') || ')' AS told, count(*) AS n "
    'FROM ops.rejected_rows GROUP BY "table", source_file, rule'
)
"""Refused rows by file and rule: sender's folder, file, rule, how many, the first lines."""


def comparisons(thresholds: Mapping[str, Mapping[str, Any]], published_at: dt.datetime | None) -> tuple[Gate, ...]:
    """Return the gates whose thresholds lie in data/reference/gates.toml.

    published_at: up to when the file published before knows; None where there is none to compare with. Each names the
    files, and with them the senders, behind what is wrong.
    """
    refused = thresholds["refusals"]["max_refused_ratio"]
    gates = [Gate(
        "refusals", f"at most {refused:.0%} of the rows delivered are refused",
        "SELECT sum(rows_refused_count) AS refused, sum(rows_in_count) AS rows_in, "
        f"(SELECT list(told ORDER BY n DESC, told)[1:{BEHIND}] FROM ({REFUSED_ROWS}))::VARCHAR AS behind "
        f"FROM ops.deliveries HAVING refused > {refused} * rows_in", is_comparison=True,
    )]  # fmt: skip
    gates.append(Gate(
        "control_totals", "the book agrees with every control total that a lender sent",
        "SELECT lender, date::VARCHAR AS on_day, difference_loan_count, difference_balance, array_to_string("
        "list(loan_id || ' ' || closing_balance ORDER BY loan_id)[1:20], ', ') AS first_loans "
        "FROM ops.reconciliation LEFT JOIN ops.reconciliation_loans USING (lender, date, currency) "
        "WHERE NOT is_reconciled GROUP BY ALL ORDER BY lender, on_day", is_comparison=True,
    ))  # fmt: skip
    return tuple(gates) if published_at is None else (*gates, *_beside(thresholds, published_at))


def _beside(thresholds: Mapping[str, Mapping[str, Any]], published_at: dt.datetime) -> list[Gate]:
    """Volumes and sums beside the file published before."""
    drop, change = thresholds["volumes"]["max_drop_ratio"], thresholds["sums"]["max_change_ratio"]
    return [
        Gate("volumes", f"no core table has lost more than {drop:.0%} of its rows since the last published file",
             "SELECT measure, candidate_value, published_value, "
             f"(SELECT list(told ORDER BY n DESC, told)[1:{BEHIND}] FROM ({REFUSED_ROWS}) r "
             "WHERE measure = 'rows of core.' || r.\"table\")::VARCHAR AS refused, "
             f"{_delivered_since(published_at)} AS delivered_since FROM ops.state_totals WHERE unit = 'rows' "
             f"AND coalesce(candidate_value, 0) < published_value * (1 - {drop})", is_comparison=True),
        Gate("sums", f"no sum has changed by more than {change:.0%} since the last published file",
             f"SELECT measure, candidate_value, published_value, ({_CAUSES})::VARCHAR AS behind, "
             f"{_delivered_since(published_at)} AS delivered_since FROM ops.state_totals s WHERE unit <> 'rows' "
             "AND published_value <> 0 AND (candidate_value IS NULL "
             f"OR abs(candidate_value / published_value - 1) > {change})", is_comparison=True),
    ]  # fmt: skip


_CAUSES: Final = (
    f"SELECT list(told ORDER BY moved DESC, told)[1:{BEHIND}] FROM (SELECT r.period, r.basis, "
    "r.cause || ' (' || string_agg(DISTINCT r.subject, ', ' ORDER BY r.subject) || ')' AS told, "
    "sum(abs(coalesce(r.after, 0) - r.before)) AS moved FROM ops.restatements r "
    "WHERE r.lender IS NOT NULL AND r.since = (SELECT known_at FROM ops.runs) GROUP BY r.period, r.basis, r.cause) c "
    "WHERE s.measure = 'attributed reductions of ' || c.period || ' by ' || c.basis"
)
"""What moved a sum's figures since the file published before: the rows, and the projects, the largest change first."""


def _delivered_since(published_at: dt.datetime) -> str:
    """The files landed since then, the largest first, in SQL."""
    return (
        "(SELECT list(source_file || ' (' || coalesce(rows_accepted_count, 0) || ' rows accepted, ' || "
        f"coalesce(rows_refused_count, 0) || ' refused)' ORDER BY rows_in_count DESC, source_file)[1:{BEHIND}] "
        f"FROM ops.deliveries WHERE received_at > TIMESTAMPTZ '{published_at.isoformat()}')::VARCHAR"
    )


def job_of(candidate: Path, gates: Collection[Gate], accepted: Collection[str]) -> dict[str, Any]:
    """Return what the judging process is asked."""
    return {"candidate": str(candidate), "gates": [asdict(gate) for gate in gates], "accepted": sorted(accepted)}


class Judge:
    """Great Expectations in a process of its own: it imports while the candidate is built, and holds no file after."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flows.judging"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, cwd=CHECKOUT,
        )  # fmt: skip

    def results(self, candidate: Path, gates: Collection[Gate], accepted: Collection[str]) -> pl.DataFrame:
        """Return what each gate saw (schemas.runs.GateResult); raise where one could not be evaluated."""
        answer, errors = self._process.communicate(json.dumps(job_of(candidate, gates, accepted)))
        if self._process.returncode:
            raise EnvironmentFailure(
                "the gates could not be evaluated", where=str(candidate), available=errors.strip()[-2000:],
                remedy="see the error above; nothing was published",
            )  # fmt: skip
        return pl.DataFrame(json.loads(answer), schema=GateResult.polars_schema())

    def dismiss(self) -> None:
        """End the process if it still waits."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def refuse_failed(results: pl.DataFrame) -> None:
    """Raise RefusedToPublish where a gate failed that nobody let through."""
    failed = results.filter(~pl.col("is_passed") & ~pl.col("is_accepted_by_hand"))
    if failed.height:
        told = [f"{row['gate']}: expected {row['expected']}; saw {row['observed']}" for row in failed.to_dicts()]
        raise RefusedToPublish(
            f"{failed.height} gate(s) failed, nothing was published", where="\n             ".join(told),
            available="the file published before, if there is one, stands unchanged",
            remedy="correct the delivery; a change that is real can be let through by the name of its comparison "
            "(refusals, control_totals, volumes, sums): greenloan nightly --accept GATE; an invariant cannot",
        )  # fmt: skip
