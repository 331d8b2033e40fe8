"""What a whole candidate must look like beside the last published state, before anyone sees it.

Each gate is one SQL text that returns what is wrong; analysts can run the same text on the published file.
"""

import json
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.gates.seen import observed
from flows.home.settings import CHECKOUT
from schemas.contract import DataFrame, conform
from schemas.disclosures import WINDOWS
from schemas.errors import EnvironmentFailure, RefusedToPublish
from schemas.runs import GateResult
from schemas.words.bases import MATCHED_BASES
from schemas.words.statuses import OF_READ_MONTHS
from transforms.attribution.shares import TOLERANCE
from transforms.attribution.statuses import listed
from transforms.ground.sentences import PLACE, Sentences


@dataclass(frozen=True)
class Gate:
    """What must hold of the whole: the name, and the SQL that finds what breaks it.

    A comparison may be let through by a person (--accept); an invariant may not. facts: what fills the places of its
    sentence (data/reference/gates.toml).
    """

    name: str
    wrong: str
    is_comparison: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)

    def expected(self, text: str) -> str:
        """Return the sentence with its places filled."""
        return PLACE.sub(lambda place: self.facts[place[1]], text)


ROUNDING: Final = 1_000 * TOLERANCE
"""Shares were scaled at the tolerance; a gate adds thousands of them up in another order."""

LEAST_TONNES: Final = 1e-6
"""A gram: sums of tonnes that differ by less differ by rounding only."""

QUARTER, YEAR_TO_DATE, SINCE_START = WINDOWS
INVARIANTS: Final = (
    Gate(
        "book_is_not_empty",
        "WITH refused AS (SELECT *, array_position(['loans', 'projects'], delivered_table) AS place "
        "FROM ops.deliveries WHERE delivery_status <> 'read' OR rows_refused_count > 0) "
        "SELECT CASE WHEN d.source_file IS NULL THEN to_json({'is': 'no_refused_file'}) "
        "ELSE to_json({'is': 'file', 'file': d.source_file}) END::VARCHAR AS no_loan_file_json, "
        "d.rows_refused_count AS rows_refused, split_part(r.first.reason, chr(10), 1) AS first_reason, "
        "r.first.reason_zh AS first_reason_zh "
        "FROM (SELECT 1) LEFT JOIN refused d ON true LEFT JOIN (SELECT delivery_id, first({'reason': reason, "
        "'reason_zh': reason_zh} ORDER BY source_row NULLS FIRST) AS first "
        "FROM ops.rejected_rows GROUP BY delivery_id) r USING (delivery_id) "
        "WHERE (SELECT count(*) FROM core.loans) = 0 "
        "ORDER BY d.place NULLS LAST, d.source_file",
    ),
    Gate(
        "nothing_is_lost",
        "SELECT source_file, rows_in_count FROM ops.deliveries "
        "WHERE rows_in_count <> rows_accepted_count + rows_refused_count",
    ),
    Gate(
        "figures_are_finite",
        "SELECT project_id, month_start_date::VARCHAR AS at FROM mart.project_months "
        "WHERE NOT isfinite(emission_reductions_tco2e) "
        "UNION ALL SELECT loan_id, period FROM mart.attributed_reductions "
        "WHERE NOT isfinite(attributed_reductions_tco2e) OR NOT isfinite(attribution_factor_ratio) "
        "OR NOT isfinite(attributed_annual_reductions_tco2e_per_year)",
    ),
    Gate(
        "figure_only_with_its_status",
        "SELECT a.loan_id, a.period, coalesce(a.basis, a.profile) AS rule, a.status, "
        "coalesce(p.reduction = 'promised_annual', false) AS is_rate, "
        "coalesce(is_rate AND p.without_promise_rule = 'formula', false) AS is_formula_instead "
        "FROM mart.attributed_reductions a LEFT JOIN core.profiles p USING (profile) "
        "WHERE (a.attributed_reductions_tco2e IS NOT NULL) "
        f"<> (a.status IN ({listed(OF_READ_MONTHS)}) AND NOT is_rate) "
        "OR (a.attributed_annual_reductions_tco2e_per_year IS NOT NULL) "
        "<> (a.status = 'promised' OR a.status = 'measured' AND is_formula_instead)",
    ),
    Gate(
        "shares_sum_to_one_at_most",
        "SELECT project_id, period, coalesce(basis, profile) AS rule, sum(attribution_factor_ratio) AS together "
        f"FROM mart.attributed_reductions WHERE rule NOT IN ({listed(MATCHED_BASES)}) GROUP BY ALL "
        f"HAVING together > 1 + {ROUNDING}",
    ),
    Gate(
        "a_tonne_is_claimed_once",
        "SELECT project_id, period, coalesce(basis, profile) AS rule, "
        "sum(coalesce(attributed_reductions_tco2e, attributed_annual_reductions_tco2e_per_year)) AS claimed, "
        "max(abs(coalesce(emission_reductions_tco2e, annual_reductions_tco2e_per_year))) AS whole "
        f"FROM mart.attributed_reductions WHERE rule NOT IN ({listed(MATCHED_BASES)}) GROUP BY ALL "
        f"HAVING abs(claimed) > whole * (1 + {ROUNDING}) + {LEAST_TONNES} "
        "UNION ALL SELECT s.project_id, s.period, 'not_flagged', s.project_raw_ratio, 1 FROM mart.shares_above_one s "
        "WHERE NOT EXISTS (SELECT 1 FROM ops.flags f WHERE f.code = 'claimed_beyond_one' AND f.subject = s.project_id)",
    ),
    Gate(
        "disclosure_windows_grow",
        "WITH wide AS (SELECT lender, crf_field, period, "
        f"any_value(d) FILTER (d.window = '{QUARTER}') AS q, any_value(d) FILTER (d.window = '{YEAR_TO_DATE}') AS y, "
        f"any_value(d) FILTER (d.window = '{SINCE_START}') AS s FROM mart.disclosure_crf d GROUP BY ALL) "
        "SELECT lender, crf_field, period FROM wide WHERE q.project_count > y.project_count "
        "OR y.project_count > s.project_count "
        "OR q.disbursed_cny > y.disbursed_cny OR y.disbursed_cny > s.disbursed_cny "
        "OR q.attributed_annual_reductions_tco2e_per_year "
        f"> y.attributed_annual_reductions_tco2e_per_year + {LEAST_TONNES} "
        "OR y.attributed_annual_reductions_tco2e_per_year "
        f"> s.attributed_annual_reductions_tco2e_per_year + {LEAST_TONNES}",
    ),
)


def job_of(candidate: Path, gates: Collection[Gate], accepted: Collection[str]) -> dict[str, Any]:
    """Return what the judging process is asked."""
    return {"candidate": str(candidate), "gates": [asdict(gate) for gate in gates], "accepted": sorted(accepted)}


NOISE: Final = "nanobind: leaked"
"""Where a library's complaints begin that follow every error of the process."""


class Judge:
    """Great Expectations in a process of its own: it imports while the candidate is built, and holds no file after."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flows.gates.great_expectations"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        )

    def seen(self, candidate: Path, gates: Collection[Gate], accepted: Collection[str]) -> list[dict[str, Any]]:
        """Return what each gate saw, a row a gate; raise where one could not be evaluated."""
        answer, errors = self._process.communicate(json.dumps(job_of(candidate, gates, accepted)))
        if self._process.returncode:
            raise EnvironmentFailure(
                "the gates could not be evaluated",
                where=str(candidate),
                available=errors.partition(NOISE)[0].strip()[-2000:],
                remedy="see the error above; nothing was published",
            )
        return list(json.loads(answer))

    def dismiss(self) -> None:
        """End the process if it still waits."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def gate_results(
    seen: Iterable[Mapping[str, Any]],
    gates: Iterable[Gate],
    sentences: Mapping[str, Mapping[str, str]],
    words: Sentences,
) -> DataFrame[GateResult]:
    """Return what each gate saw beside what it expects; sentences: those of data/reference/gates.toml, by gate.

    words: Reference.sentences.
    """
    by_name = {gate.name: gate for gate in gates}
    rows = [
        {
            **row,
            "observed": observed(row["rows"], row["count"], words, "en"),
            "observed_zh": observed(row["rows"], row["count"], words, "zh"),
            "expected": by_name[row["gate"]].expected(sentences[row["gate"]]["en"]),
            "expected_zh": by_name[row["gate"]].expected(sentences[row["gate"]]["zh"]),
        }
        for row in seen
    ]
    return conform(pl.DataFrame(rows), GateResult)


INDENT: Final = "\n" + " " * 13


def refuse_failed(results: DataFrame[GateResult], comparisons: Collection[str]) -> None:
    """Raise RefusedToPublish where a gate failed and was not let through; comparisons: gates that may be."""
    failed = results.filter(~pl.col("is_passed") & ~pl.col("is_accepted_by_hand"))
    if failed.height:
        failures = [f"{row['gate']}: expected {row['expected']}; saw {row['observed']}" for row in failed.to_dicts()]
        raise RefusedToPublish(
            f"{failed.height} gate(s) failed, nothing was published",
            where="\n".join(failures).replace("\n", INDENT),
            available="the file published before, if there is one, is unchanged",
            remedy="correct the file or its list of refused rows and deliver it; a change that is real can be let "
            f"through by the name of its comparison ({', '.join(comparisons)}): greenloan nightly "
            "--accept GATE; an invariant cannot",
        )
