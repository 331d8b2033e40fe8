"""The numbers of the carbon-reduction-loan disclosure: which there are, what is stored of each, and what it is made of.

A row of the document is named as its code names it (reports.codes); a number is a row and a column.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final

from schemas.disclosures import TOTAL_FIELD, WHOLE_BOOK, WINDOWS
from transforms.ground.calendar import named_quarter, year_to
from transforms.methods.engine.tree import Binary
from transforms.receipts.factors import factor
from transforms.receipts.lending import CNY, Lending, Window, investment, is_under_facility
from transforms.receipts.numbers import Figure
from transforms.receipts.ranges import Range
from transforms.receipts.rows import Rows
from transforms.receipts.steps import Leaf, Part, Row, Step, complete, days, formula, reasons, symbol, total, unknown
from transforms.receipts.tonnes import TCO2E, Tonnes, number, promise

A_YEAR: Final = "tCO2e/yr"
PER_CENT: Final = "%"
OF_CELLS: Final = {
    "project_count": "project_count",
    "disbursed_wan": "disbursed_cny",
    "weighted_rate_pct": "weighted_rate_pct",
    "reductions": "attributed_annual_reductions_tco2e_per_year",
    "headline_reductions": "attributed_annual_reductions_tco2e_per_year",
    "coverage": "coverage_ratio",
}
OF_PROJECTS: Final = {
    "disbursed_wan": ("disbursed_cny",),
    "total_investment_wan": ("total_investment_cny",),
    "share": ("attribution_factor_ratio",),
    "annual_reductions": ("annual_reductions_tco2e_per_year",),
    "attributed_reductions": ("attributed_annual_reductions_tco2e_per_year",),
    "promised": ("promised_last_four_quarters_tco2e",),
    "expected": ("expected_median_last_four_quarters_tco2e",),
    "expected_range": ("expected_p10_last_four_quarters_tco2e", "expected_p90_last_four_quarters_tco2e"),
    "measured": ("measured_last_four_quarters_tco2e",),
    "gap": ("measured_minus_promised_last_four_quarters_tco2e",),
}
OF_EFFECTS: Final = {
    WINDOWS[0]: "attributed_annual_in_quarter_tco2e_per_year",
    WINDOWS[-1]: "attributed_annual_reductions_tco2e_per_year",
}
OF_RANGE: Final = {
    "figure": "figure_tco2e",
    "uncertainty": "standard_uncertainty_tco2e",
    "relative": "relative_uncertainty_ratio",
    "lower": "lower_95_tco2e",
    "upper": "upper_95_tco2e",
}
OF_INPUTS: Final = {
    "relative": "relative_uncertainty_ratio",
    "contribution": "contribution_tco2e",
    "narrowed": "narrowed_tco2e",
}
OF_VERIFIED: Final = {"verified": "verified_reduction_tco2e", "measured": "emission_reductions_tco2e"}
"""Columns of the document, and where what is stored of them lies."""

VERIFIED: Final = ("project_id", "period_start", "verification_document")
FACTOR_ORDER: Final = ("parameter_id", "scope", "valid_from", "valid_to", "value", "unit", "source")
CLAIM: Final = Binary("*", symbol("share"), symbol("reduction"))
QUOTIENT: Final = Binary("/", symbol("part"), symbol("whole"))
WEIGHTED: Final = Binary("*", symbol("money"), symbol("rate"))
RAN: Final = Binary("*", symbol("promise"), Binary("/", symbol("days"), symbol("period_days")))
EXPECTED: Final = Binary("*", symbol("promised"), symbol("realised"))
GAP: Final = Binary("-", symbol("measured"), symbol("promised"))

TABLES: Final = (
    "mart.disclosure_crf",
    "mart.disclosure_crf_projects",
    "mart.figure_uncertainties",
    "mart.uncertainty_inputs",
    "mart.verified_reductions",
    "mart.parameter_uses",
    "mart.reading_uses",
    "mart.project_months",
    "mart.project_month_parts",
    "mart.removal_months",
    "mart.own_base_year_months",
    "mart.project_roles",
    "core.projects",
    "core.loans",
    "core.ledger",
    "core.operating",
    "core.forest_strata",
    "core.parameters",
    "core.fx",
    "core.crf_fields",
    "core.loan_rates",
    "core.realisation",
    "core.verified_reductions",
    "ops.deliveries",
    "ops.runs",
)
"""What numbers are looked up in."""


class CrfNumbers:
    """The numbers of one document: of a quarter, for a lender or the whole book (*)."""

    def __init__(self, rows: Rows, period: str, lender: str) -> None:
        self.rows, self.period, self.lender = rows, period, lender
        self._quarter = named_quarter(period)
        self._tonnes = Tonnes(rows)
        known_at: dt.datetime = rows.tables["ops.runs"][0]["known_at"]
        self._lending = Lending(rows, known_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date())
        self._own = {"period": period, "lender": lender}

    def names(self) -> Iterator[tuple[str, ...]]:
        """Yield the names of every row, as the document counts those of the same names."""
        for row in self.rows.of("mart.disclosure_crf", **self._own):
            yield ("table", row["crf_field"], row["window"])
        for row in self._projects:
            yield ("project", row["project_id"])
            yield from (("sentence", window, row["project_id"]) for window in OF_EFFECTS)
        for row in self._verified:
            yield ("verified", *(str(row[name]) for name in VERIFIED))
        if self._range_row is not None:
            yield ("range",)
            yield from (("range", row["input"], row["scope"]) for row in self._inputs)
        for use in self._uses:
            yield ("factor", use["parameter_id"], use["scope"], str(use["valid_from"]))
        yield ("limits",)

    def figure(self, names: Sequence[str], place: int, column: str) -> Figure:
        """Return the number in the column of a row; place: of several rows of the same names which one, from 0."""
        kind = "input" if names[0] == "range" and len(names) > 1 else names[0]
        found: Callable[[Sequence[str], int, str], Figure] = getattr(self, f"_of_{kind}")
        return found(names[1:], place, column)

    # --- rows ---

    @cached_property
    def _projects(self) -> Sequence[Row]:
        return self.rows.of("mart.disclosure_crf_projects", **self._own)

    @cached_property
    def _verified(self) -> list[Row]:
        own = {row["project_id"] for row in self._projects}
        ended = [
            row
            for row in self.rows.tables["mart.verified_reductions"]
            if row["project_id"] in own and row["period_end"] <= self._quarter.last
        ]
        return sorted(ended, key=lambda row: (row["project_id"], row["period_start"]))

    @cached_property
    def _uses(self) -> list[Row]:
        """Each factor that months of the last four quarters took, once."""
        year, own = year_to(self._quarter), {row["project_id"] for row in self._projects}
        recent = (
            row
            for row in self.rows.tables["mart.parameter_uses"]
            if row["project_id"] in own and year.first <= row["month_start_date"] <= year.last
        )
        once = {tuple(str(row[name]) for name in FACTOR_ORDER): row for row in recent}
        return sorted(once.values(), key=lambda row: tuple(row[name] for name in FACTOR_ORDER))

    @cached_property
    def _subject(self) -> dict[str, str]:
        of_all = self.lender == WHOLE_BOOK
        level, subject = ("facility", "portfolio") if of_all else ("facility_lender", self.lender)
        return {"level": level, "subject": subject, "container": "avoided_emissions"}

    @cached_property
    def _range_row(self) -> Row | None:
        ended = [
            row
            for row in self.rows.of("mart.figure_uncertainties", **self._subject)
            if len(row["period"]) == len("2025") and row["period_to_date"] <= self._quarter.last
        ]
        newest = max(ended, key=lambda row: row["period"], default=None)
        return newest if newest is not None and newest["standard_uncertainty_tco2e"] is not None else None

    @property
    def _year(self) -> Row:
        """The year whose range the document prints."""
        if self._range_row is None:
            raise KeyError(f"{self.period} of {self.lender} has no range")
        return self._range_row

    @cached_property
    def _inputs(self) -> list[Row]:
        if self._range_row is None:
            return []
        of_year = self.rows.of("mart.uncertainty_inputs", **self._subject, period=self._range_row["period"])
        return sorted(of_year, key=lambda row: row["rank_number"])

    def _window(self, name: str) -> Window:
        last = self._quarter.last
        firsts = {WINDOWS[0]: self._quarter.first, WINDOWS[1]: last.replace(month=1, day=1), WINDOWS[2]: dt.date.min}
        return Window(firsts[name], last)

    def _loans(self, **wanted: str) -> list[Row]:
        """The loans under the facility, of the document's lender and as wanted."""
        own = {} if self.lender == WHOLE_BOOK else {"lender": self.lender}
        found = self.rows.of("core.loans", **own, **wanted) if own or wanted else self.rows.tables["core.loans"]
        return [loan for loan in found if is_under_facility(loan)]

    def _lent(self, loans: Sequence[Row], window: Window) -> list[tuple[Row, Step]]:
        """The loans that lent in the window, with the money in CNY."""
        lent = [(loan, self._lending.lent_in_cny(loan, window)) for loan in loans if self._lending.flows(loan, window)]
        return [(loan, money) for loan, money in lent if money.value != 0]

    # --- the table ---

    def _of_table(self, names: Sequence[str], place: int, column: str) -> Figure:
        field, window = names
        row = self.rows.of("mart.disclosure_crf", **self._own, crf_field=field, window=window)[place]
        loans = self._loans() if field == TOTAL_FIELD else self._loans(crf_field=field)
        lent = self._lent(loans, self._window(window))
        made = {
            "project_count": self._count,
            "disbursed_wan": lambda lent, _: total("lent_in_cny", CNY, [money for _, money in lent]),
            "weighted_rate_pct": self._weighted_rate,
            "reductions": self._reductions,
            "headline_reductions": self._reductions,
            "coverage": self._coverage,
        }
        return Figure((made[column](lent, self._window(window)),), (row[OF_CELLS[column]],))

    def _count(self, lent: Sequence[tuple[Row, Step]], _: Window) -> Part:
        by_project: dict[str, list[Step]] = {}
        for loan, money in lent:
            by_project.setdefault(loan["project_id"], []).append(money)
        sums = [total("lent_to_project", CNY, parts, (name,)) for name, parts in by_project.items()]
        counted = [one for one in sums if one.value is None or one.value > 0]
        return Step("project_count", "", "count", tuple(counted))

    def _weighted_rate(self, lent: Sequence[tuple[Row, Step]], window: Window) -> Part:
        rates = [self._loan_rate(loan, window) for loan, _ in lent]
        whole = total("lent_in_cny", CNY, [money for _, money in lent])
        if any(one.value is None for one in (whole, *rates)) or not whole.value or whole.value <= 0:
            return unknown("weighted_rate", PER_CENT, "no_money_or_rate")
        weighted = [
            formula("weighted", PER_CENT, WEIGHTED, {"money": money, "rate": rate}, (loan["loan_id"],))
            for (loan, money), rate in zip(lent, rates, strict=True)
        ]
        parts: dict[str, Part] = {"part": total("weighted_money", PER_CENT, weighted), "whole": whole}
        return formula("weighted_rate", PER_CENT, QUOTIENT, parts)

    def _loan_rate(self, loan: Row, window: Window) -> Part:
        """The rate of the loan's money: its only one, else weighted by what was lent at each."""
        flows = self._lending.flows(loan, window)
        rates = [self._rate_on(loan, flow.flow_date) for flow in flows]
        known = [rate for rate in rates if rate is not None and rate.value is not None]
        if len(known) == len(rates) and len({rate.value for rate in known}) == 1:
            return known[0]
        money = [self._lending.lent_exactly(loan, Window(one.flow_date, one.flow_date)) for one in flows]
        if len(known) < len(rates) or len({one.flow_date for one in flows}) < len(flows):
            return unknown("loan_rate", PER_CENT, "no_rate_stated", loan["loan_id"])
        weighted = [
            formula("weighted", PER_CENT, WEIGHTED, {"money": one, "rate": rate}, (loan["loan_id"],))
            for one, rate in zip(money, known, strict=True)
        ]
        parts: dict[str, Part] = {
            "part": total("weighted_money", PER_CENT, weighted),
            "whole": total("lent", CNY, money),
        }
        return formula("loan_rate", PER_CENT, QUOTIENT, parts, (loan["loan_id"],))

    def _rate_on(self, loan: Row, day: dt.date) -> Leaf | None:
        """The rate that the lender had stated by the day, else the first that it stated."""
        stated = sorted(self.rows.of("core.loan_rates", loan_id=loan["loan_id"]), key=lambda row: row["stated_at"])
        beijing = dt.timezone(dt.timedelta(hours=8))
        before = [row for row in stated if row["stated_at"].astimezone(beijing).date() <= day]
        row = (before or stated[:1] or [None])[-1]  # type: ignore[list-item]
        if row is None:
            return None
        return Leaf("loan_rate", "core.loan_rates", "annual_rate_pct", row, PER_CENT, (loan["loan_id"],))

    def _reductions(self, lent: Sequence[tuple[Row, Step]], window: Window) -> Part:
        claims = [self._claim(loan, window) for loan, _ in lent]
        known = [one for one in claims if one.value is not None]
        if claims and not known:
            return unknown("attributed", A_YEAR, *reasons(claims))
        return total("attributed", A_YEAR, known)

    def _coverage(self, lent: Sequence[tuple[Row, Step]], window: Window) -> Part:
        whole = total("lent_in_cny", CNY, [money for _, money in lent])
        amounts = [money.value for _, money in lent]
        if whole.value is None or whole.value <= 0 or any(one is not None and one < 0 for one in amounts):
            return unknown("coverage", PER_CENT, "no_money_or_rate")
        covered = [money for loan, money in lent if self._claim(loan, window).value is not None]
        parts: dict[str, Part] = {"part": total("covered", CNY, covered), "whole": whole}
        return formula("coverage", PER_CENT, QUOTIENT, parts)

    def _claim(self, loan: Row, window: Window) -> Part:
        """What the loan's money lent in the window may claim of what its project promises for a year."""
        share, promised = self._shared(loan, window)
        if share.value is None or promised.value is None:
            return unknown("claim", A_YEAR, *reasons([promised, share]), about=(loan["loan_id"],))
        return formula("claim", A_YEAR, CLAIM, {"share": share, "reduction": promised}, (loan["loan_id"],))

    def _shared(self, loan: Row, window: Window) -> tuple[Part, Part]:
        promised = self._promise(loan["project_id"])
        if promised.value is None:
            return unknown("share", "", *reasons([promised]), about=(loan["loan_id"],)), promised
        return self._lending.share(loan, window, is_flow=True), promised

    def _promise(self, project_id: str) -> Part:
        """The annual promise, but for a project without a formula or with an impossible figure."""
        role = self.rows.one("mart.project_roles", project_id=project_id)
        project = self.rows.one("core.projects", project_id=project_id)
        if project is None or role is None or role["has_no_formula"]:
            return unknown("promise", A_YEAR, "no_formula", project_id)
        if role["is_impossible"]:
            return unknown("promise", A_YEAR, "impossible", project_id)
        if project["reported_annual_reduction_tco2"] is None:
            return unknown("promise", A_YEAR, "no_promise", project_id)
        return promise(project)

    # --- projects ---

    def _of_sentence(self, names: Sequence[str], _: int, column: str) -> Figure:  # noqa: ARG002
        window, project_id = names
        row = self._project_row(project_id)
        lent = self._lent(self._loans(project_id=project_id), self._window(window))
        claims = [self._claim(loan, self._window(window)) for loan, _ in lent]
        return Figure((complete("attributed", A_YEAR, claims),), (row[OF_EFFECTS[window]],))

    def _project_row(self, project_id: str) -> Row:
        return self.rows.of("mart.disclosure_crf_projects", **self._own, project_id=project_id)[0]

    def _of_project(self, names: Sequence[str], _: int, column: str) -> Figure:
        row = self._project_row(names[0])
        stored = tuple(row[name] for name in OF_PROJECTS[column])
        return Figure(tuple(self._made_of_project(row, column)), stored)

    def _made_of_project(self, row: Row, column: str) -> Iterator[Part]:
        project = self.rows.of("core.projects", project_id=row["project_id"])[0]
        if column in {"disbursed_wan", "share", "attributed_reductions"}:
            yield self._of_loans(row["project_id"], column)
        elif column == "total_investment_wan":
            in_cny = project["investment_currency"] == CNY
            yield investment(project) if in_cny else unknown("investment", CNY, "not_in_cny", row["project_id"])
        elif column == "annual_reductions":
            yield self._promise(row["project_id"])
        elif column == "expected_range":
            yield self._expected(row, project, "p10_ratio", "p90_ratio")
            yield self._expected(row, project, "p90_ratio", "p10_ratio")
        else:
            made: dict[str, Callable[[], Part]] = {
                "promised": lambda: self._promised(project),
                "expected": lambda: self._expected(row, project, "median_ratio", "median_ratio"),
                "measured": lambda: self._measured(project),
                "gap": lambda: _gap(self._measured(project), self._promised(project)),
            }
            yield made[column]()

    def _of_loans(self, project_id: str, column: str) -> Part:
        window = self._window(WINDOWS[-1])
        lent = self._lent(self._loans(project_id=project_id), window)
        if column == "disbursed_wan":
            return complete("lent_in_cny", CNY, [money for _, money in lent])
        if column == "share":
            return complete("shares", "", [self._shared(loan, window)[0] for loan, _ in lent])
        return complete("attributed", A_YEAR, [self._claim(loan, window) for loan, _ in lent])

    def _promised(self, project: Row) -> Part:
        """The promise by days of operation in the last four quarters."""
        year = year_to(self._quarter)
        role = self.rows.one("mart.project_roles", project_id=project["project_id"])
        if role is not None and role["is_impossible"]:
            return unknown("promised", TCO2E, "impossible", project["project_id"])
        if project["reported_annual_reduction_tco2"] is None:
            return unknown("promised", TCO2E, "no_promise", project["project_id"])
        begun = project["commissioning_date"]
        ran = 0 if begun is None else days(max(begun, year.first), year.last)
        parts: dict[str, Part] = {
            "promise": promise(project),
            "days": number("days", ran),
            "period_days": number("days", year.days),
        }
        return formula("promised", TCO2E, RAN, parts, (project["project_id"],))

    def _expected(self, row: Row, project: Row, of_reduction: str, of_rise: str) -> Part:
        """The promise by what projects of its kind delivered; of a promise to emit more the ends change places."""
        promised = self._promised(project)
        kind = self._realisation(row)
        if kind is None or promised.value is None:
            why = reasons([promised]) if kind is not None else ("no_kind", project["project_id"])
            return unknown("expected", TCO2E, *why, about=(project["project_id"],))
        column = of_rise if promised.value < 0 else of_reduction
        about = (row["realisation_type_used"], row["realisation_scope"])
        realised = Leaf("realised", "core.realisation", column, kind, "", about)
        return formula(
            "expected", TCO2E, EXPECTED, {"promised": promised, "realised": realised}, (project["project_id"],)
        )

    def _realisation(self, row: Row) -> Row | None:
        name, scope = row["realisation_type_used"], row["realisation_scope"]
        held = [one for one in self.rows.tables["core.realisation"] if one["realisation_scope"] == scope]
        of_type = [one for one in held if one["realisation_type"] == name and one["realisation_subtype"] is None]
        of_subtype = [one for one in held if one["realisation_subtype"] == name]
        return next(iter([*of_type, *of_subtype]), None)

    def _measured(self, project: Row) -> Part:
        role = self.rows.one("mart.project_roles", project_id=project["project_id"])
        if role is None or role["has_no_formula"] or role["is_reported"]:
            return unknown("project_tonnes", TCO2E, "not_measured", project["project_id"])
        year = year_to(self._quarter)
        return self._tonnes.of_project(project, year.first, year.last)

    def _of_verified(self, names: Sequence[str], place: int, column: str) -> Figure:
        rows = [row for row in self._verified if [str(row[name]) for name in VERIFIED] == list(names)]
        row = rows[place]
        stored = (row[OF_VERIFIED[column]],)
        named = {name: row[name] for name in (*VERIFIED, "period_end", "credit_scheme")}
        if column == "verified":
            sent = self.rows.of("core.verified_reductions", **named)[0]
            return Figure(
                (Leaf("verified", "core.verified_reductions", OF_VERIFIED[column], sent, TCO2E, tuple(names)),), stored
            )
        project = self.rows.of("core.projects", project_id=row["project_id"])[0]
        return Figure((self._tonnes.of_project(project, row["period_start"], row["period_end"]),), stored)

    # --- how sure the figure is ---

    @cached_property
    def _range(self) -> Range:
        year = self._year
        window = Window(year["period_from_date"], year["period_to_date"])
        claims, tonnes = [], {}
        for loan in self._loans():
            project = self.rows.one("core.projects", project_id=loan["project_id"])
            if project is None or not self._is_active(loan, window):
                continue
            reduction = self._tonnes_of(project, window)
            share = self._lending.share(loan, window, is_flow=False)
            if reduction.value is not None and share.value is not None:
                tonnes[project["project_id"]] = reduction
                parts = {"share": share, "reduction": reduction}
                claims.append(formula("claim", TCO2E, CLAIM, parts, (loan["loan_id"],)))
        return Range(self.rows, total("attributed", TCO2E, claims), tonnes)

    def _tonnes_of(self, project: Row, window: Window) -> Part:
        role = self.rows.one("mart.project_roles", project_id=project["project_id"])
        if role is None or role["has_no_formula"]:
            return unknown("project_tonnes", TCO2E, "no_formula", project["project_id"])
        return self._tonnes.of_project(project, *window)

    def _is_active(self, loan: Row, window: Window) -> bool:
        """An entry in the window, or a balance before it."""
        booked = (one.entry["value_date"] for one in self._lending.eligible(loan))
        before = window.first - dt.timedelta(days=1)
        return any(window.first <= day <= window.last for day in booked) or bool(
            self._lending.balance(loan, before).value
        )

    def _of_range(self, _: Sequence[str], __: int, column: str) -> Figure:
        made: dict[str, Callable[[], Part]] = {
            "figure": lambda: self._range.figure,
            "uncertainty": self._range.uncertainty,
            "relative": self._range.relative_uncertainty,
            "lower": lambda: self._range.end("lower"),
            "upper": lambda: self._range.end("upper"),
        }
        return Figure((made[column](),), (self._year[OF_RANGE[column]],))

    def _of_input(self, names: Sequence[str], place: int, column: str) -> Figure:
        row = [one for one in self._inputs if [one["input"], one["scope"]] == list(names)][place]
        stored = row[OF_INPUTS[column]]
        one = self._range.named(*names)
        if one is None:
            return Figure((unknown("moved", TCO2E, "no_such_input", *names),), (abs(stored),))
        made = {
            "relative": self._range.relative,
            "contribution": self._range.contribution,
            "narrowed": self._range.narrowed,
        }
        return Figure((made[column](one),), (stored,))

    # --- factors and limits ---

    def _of_factor(self, names: Sequence[str], place: int, column: str) -> Figure:  # noqa: ARG002
        use = [one for one in self._uses if [one["parameter_id"], one["scope"], str(one["valid_from"])] == list(names)][
            place
        ]
        return Figure((factor(self.rows, use),), (use["value"],))

    def _of_limits(self, _: Sequence[str], __: int, column: str) -> Figure:  # noqa: ARG002
        counts = [
            Leaf("refused_rows", "ops.deliveries", "rows_refused_count", row, "", (row["source_file"],))
            for row in self.rows.tables["ops.deliveries"]
            if row["rows_refused_count"]
        ]
        return Figure((total("refused_rows", "", counts),), (self.rows.tables["ops.runs"][0]["rows_refused_count"],))


def _gap(measured: Part, promised: Part) -> Part:
    if measured.value is None or promised.value is None:
        return unknown("gap", TCO2E, *reasons([measured, promised]))
    return formula("gap", TCO2E, GAP, {"measured": measured, "promised": promised})
