"""Who may state a parameter: a project's own its parties, what projects share its authorities, a constant nobody."""

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, stacked, unchecked
from transforms.deliveries.rows.assembly import Assembly
from transforms.deliveries.speakers.contradictions import contradictions
from transforms.deliveries.speakers.parties import strangers
from transforms.ground.refusals import findings


def parameters_out_of_turn(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:
    """Findings for parameter rows whose sender may not state them; rows carry sender and is_authority."""
    placed = rows.with_columns(project_id=pl.col("scope").str.split("/").list.first()).with_columns(
        is_constant=pl.col("parameter_id").is_in(_constants(assembly)), is_shared=_is_shared(assembly)
    )
    own = placed.rechunk().with_row_index("place").filter(~pl.col("is_constant") & ~pl.col("is_shared"))
    projects = own.drop("place", "is_constant", "is_shared")
    outside = strangers(projects, assembly)
    clash = (pl.col("valid_from") <= pl.col("valid_to_other")) & (pl.col("valid_from_other") <= pl.col("valid_to"))
    others = contradictions(projects, ["parameter_id", "scope"], clash, key, outside)
    both = stacked([outside, others])
    of_projects = unchecked(both.with_columns(at=own["place"].gather(both["at"])), BrokenRule)
    return stacked([_fixed(placed), _shared(placed, assembly), of_projects])


def _constants(assembly: Assembly) -> list[str]:
    return [name for name, kind in assembly.reference.parameter_kinds.items() if kind.get("constant")]


def _is_shared(assembly: Assembly) -> pl.Expr:
    """A scope that the reference tables have, or that belongs to no project: several projects may read it."""
    known = assembly.current["projects"]["project_id"].implode()
    on_file = assembly.reference.parameters["scope"].unique().implode()
    return pl.col("scope").is_in(on_file) | ~pl.col("project_id").is_in(known)


def _fixed(rows: pl.DataFrame) -> DataFrame[BrokenRule]:
    reason = pl.format(
        "{} is a constant: no project has one of its own, and the reference table has the one that all figures use; do "
        "not deliver it",
        "parameter_id",
    )
    return findings(rows, pl.col("is_constant"), rule="constant", column="parameter_id", reason=reason)


def _shared(rows: pl.DataFrame, assembly: Assembly) -> DataFrame[BrokenRule]:
    """Without named authorities, the sender that was alone on the first night may state what projects share.

    A scope that other rows name as their project, in vain, is shared by none: its row was refused, or never sent.
    """
    named = assembly.authorities.get("parameters")
    may = pl.col("is_authority") if named else pl.col("sender") == pl.lit(assembly.founder)
    broken = pl.col("is_shared") & ~pl.col("is_constant") & ~may.fill_null(False)
    is_unknown = pl.col("project_id").is_in(_named_in_vain(assembly).implode())
    reason = pl.format(
        "scope '{}' is not a project of the book: what several projects share belongs to the reference tables and the "
        "authorities that greenloan.toml names, not to {}; state the value for your own project",
        "scope",
        "sender",
    )
    unknown = pl.format(
        "scope '{}' is in no accepted row of projects ({} known); deliver it, or see why it was refused",
        "scope",
        pl.lit(assembly.current["projects"].height),
    )
    return stacked(
        [
            findings(rows, broken & is_unknown, rule="unknown_project_id", column="scope", reason=unknown),
            findings(rows, broken & ~is_unknown, rule="shared_scope", column="scope", reason=reason),
        ]
    )


def _named_in_vain(assembly: Assembly) -> pl.Series:
    found = (rejected.filter(rule="unknown_project_id")["value"] for rejected in assembly.rejected)
    return pl.concat([pl.Series("value", [], pl.String), *found]).drop_nulls().unique()
