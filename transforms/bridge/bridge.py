"""Why what loans may claim differs between two states: the difference of each loan by its causes, in no order.

    attributed = sum over months of the project's reduction x the loan's share

What moves the reduction and what moves the share are two groups: a cause of one counts with the mean of the other. The
result is the Owen value; factors are a group within the reduction.
"""

from typing import Final

import polars as pl
from polars import col, lit

from schemas.contract import DataFrame, conform
from schemas.marts import BridgePart
from schemas.words.causes import CAUSES, CURRENCY, ENDED, FACTOR, NEW, OF_STATUSES, RULE, UNEXPLAINED
from transforms.attribution.project_reductions import reductions
from transforms.attribution.roles import project_roles
from transforms.attribution.shares import attribute
from transforms.bridge.leaves import MONTH, WHOLE
from transforms.bridge.reductions import months_of, moved_reductions
from transforms.bridge.shares import LOAN, moved_shares
from transforms.bridge.state import State

CLAIM: Final = [*LOAN, "lender"]
ROW: Final = [*CLAIM, "cause", "parameter_id", "difference_tco2e"]
TOLERANCE: Final = 1e-9
"""What is left of a loan below this part of its tonnes is rounding, and is put to its largest cause."""
NOTHING: Final = 1e-13
"""What a cause moves below this part of a loan's tonnes is the noise of adding up."""


def claims(state: State) -> pl.DataFrame:
    """Return CLAIM, attributed (tCO2e), status, and the project's tonnes and status, of the loans of the state."""
    rows = attribute(state.holdings, state.period, state.rule)
    projects = _projects(state)
    named = rows.select(*CLAIM, "status", attributed="attributed_reductions_tco2e")
    return named.join(projects, on="project_id", how="left", maintain_order="left")


def bridge(before: State, after: State) -> DataFrame[BridgePart]:
    """Return each loan's difference by cause (schemas.marts.BridgePart); the rows of a loan add up to it exactly."""
    pairs = _pairs(before, after)
    if pairs.is_empty():
        return BridgePart.empty_frame()
    own = pairs.filter(col("whole_cause").is_not_null())
    whole = own.select(*CLAIM, cause="whole_cause", parameter_id=lit(WHOLE), difference_tco2e="difference")
    mixed = pairs.filter(col("whole_cause").is_null())
    parts = [whole, _moved(mixed, before, after)] if mixed.height else [whole]
    closed = _closed(pairs, pl.concat(parts))
    in_turn = pl.DataFrame({"cause": CAUSES}).with_row_index("turn")
    ordered = closed.join(in_turn, on="cause").sort("project_id", "loan_id", "turn", "parameter_id")
    return conform(
        ordered.with_columns(parameter_id=pl.when(col("parameter_id") != WHOLE).then("parameter_id")), BridgePart
    )


def _projects(state: State) -> pl.DataFrame:
    """Return project_id, tonnes and er_status as the rule takes them.

    is_zeroed: what must end anyway counts for nothing under the rule.
    """
    ordered = project_roles(state.holdings).select("project_id", "is_mandated_baseline")
    rows = reductions(state.holdings, (state.period,), state.rule).join(ordered, on="project_id", how="left")
    is_zeroed = (
        lit(state.rule.mandated_baseline == "zero")
        & col("is_mandated_baseline")
        & (col("emission_reductions_tco2e") == 0)
    )
    return rows.select(
        "project_id", "er_status", tonnes="emission_reductions_tco2e", is_zeroed=is_zeroed.fill_null(False)
    )


def _pairs(before: State, after: State) -> pl.DataFrame:
    """Return CLAIM, is_before, is_after, attributed of both, difference and whole_cause where one cause has it all."""
    earlier, later = claims(before), claims(after)
    joined = earlier.join(later, on=LOAN, how="full", coalesce=True, suffix="_after").with_columns(
        lender=pl.coalesce("lender", "lender_after")
    )
    for state, suffix in ((before, ""), (after, "_after")):  # a project is there without the loan as well
        names = {name: f"{name}{suffix}" for name in ("er_status", "tonnes", "is_zeroed")}
        joined = joined.drop(list(names.values())).join(_projects(state).rename(names), on="project_id", how="left")
    has, has_after = col("attributed").is_not_null(), col("attributed_after").is_not_null()
    known = joined.filter(has | has_after).with_columns(
        is_before=has,
        is_after=has_after,
        difference=col("attributed_after").fill_null(0.0) - col("attributed").fill_null(0.0),
    )
    return known.with_columns(whole_cause=_whole_cause()).sort(CLAIM)


def _whole_cause() -> pl.Expr:
    """Why a state has no figure, which is the whole difference; null where several causes may have a part."""
    status = pl.when("is_after").then("status").otherwise("status_after")
    project = pl.when("is_after").then("er_status").otherwise("er_status_after")
    tonnes = pl.when("is_after").then("tonnes").otherwise("tonnes_after")
    begun = pl.when("is_after").then(lit(NEW)).otherwise(lit(ENDED))
    of_project, of_loan = (
        one.replace_strict(OF_STATUSES, default=UNEXPLAINED, return_dtype=pl.String) for one in (project, status)
    )
    one_sided = (
        pl.when(project.is_null() | (project == "under_construction"))
        .then(begun)
        .when(tonnes.is_null())
        .then(of_project)
        .when(status.is_null())
        .then(None)  # the loan was not there: its money is the cause
        .otherwise(pl.when(of_loan == FACTOR).then(lit(CURRENCY)).otherwise(of_loan))
    )
    is_ruled = col("is_zeroed").ne_missing(col("is_zeroed_after"))
    return pl.when(col("is_before") & col("is_after")).then(pl.when(is_ruled).then(lit(RULE))).otherwise(one_sided)


def _moved(pairs: pl.DataFrame, before: State, after: State) -> pl.DataFrame:
    """Return ROW of the loans whose difference several causes may share.

    A loan that one state alone has is set against that state's reduction: what it moved is money.
    """
    moved, shares = moved_shares(before, after)
    loans = pairs.filter(~(col("is_zeroed").fill_null(False) & col("is_zeroed_after").fill_null(False)))
    is_both = col("is_before") & col("is_after")
    sided = loans.select(*CLAIM, "is_before", "is_after", is_both=is_both)
    tonnes = (
        months_of(before)
        .select(*MONTH, "tonnes")
        .join(months_of(after).select(*MONTH, "tonnes"), on=MONTH, how="full", coalesce=True, suffix="_after")
    )
    sides = [
        pl.when(name).then(col(of).fill_null(0.0))
        for name, of in (("is_before", "tonnes"), ("is_after", "tonnes_after"))
    ]
    of_shares = (
        sided.join(moved, on=LOAN)
        .join(tonnes, on=MONTH)
        .select(
            *CLAIM, "cause", parameter_id=lit(WHOLE), difference_tco2e=col("moved_ratio") * pl.mean_horizontal(sides)
        )
    )
    mean = (col("ratio_before") + col("ratio_after")) / 2
    of_months = (
        sided.filter("is_both")
        .join(shares, on=LOAN)
        .join(moved_reductions(before, after), on=MONTH)
        .select(*CLAIM, "cause", "parameter_id", difference_tco2e=mean * col("moved_tco2e"))
    )
    return pl.concat([of_shares, of_months]).group_by(ROW[:-1]).agg(col("difference_tco2e").sum())


def _closed(pairs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return ROW that add up to each loan's difference: rounding is left to the largest, more than that is named."""
    largest = pairs.select(*CLAIM, largest=pl.max_horizontal(col("attributed").abs(), col("attributed_after").abs()))
    sized = rows.join(largest, on=CLAIM, how="left", maintain_order="left")
    keyed = (
        sized.filter(col("difference_tco2e").abs() > NOTHING * col("largest"))
        .drop("largest")
        .sort(
            *CLAIM,
            col("difference_tco2e").abs(),
            "cause",
            "parameter_id",
            descending=[False] * 3 + [True, False, False],
        )
    )
    summed = keyed.group_by(CLAIM, maintain_order=True).agg(explained=col("difference_tco2e").sum())
    rest = (
        pairs.join(summed, on=CLAIM, how="left", maintain_order="left")
        .join(largest, on=CLAIM)
        .with_columns(rest=col("difference") - col("explained").fill_null(0.0))
    )
    is_rounding = (col("rest").abs() <= TOLERANCE * col("largest")) & col("explained").is_not_null()
    unexplained = rest.filter(~is_rounding & (col("rest") != 0)).select(
        *CLAIM, cause=lit(UNEXPLAINED), parameter_id=lit(WHOLE), difference_tco2e="rest"
    )
    rounding = rest.filter(is_rounding).select(*CLAIM, "rest")
    is_first = pl.int_range(pl.len()).over(CLAIM) == 0
    nudged = keyed.join(rounding, on=CLAIM, how="left", maintain_order="left").with_columns(
        difference_tco2e=col("difference_tco2e") + pl.when(is_first).then(col("rest")).fill_null(0.0)
    )
    return pl.concat([nudged.select(ROW), unexplained.select(ROW)])
