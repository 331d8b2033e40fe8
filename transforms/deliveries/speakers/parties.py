"""Who is who among the senders: who registered a project, who lends to it, and who is a service without either."""

import polars as pl

from schemas.between.deliveries import Registration, StatementOfProject
from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame
from transforms.deliveries.rows.assembly import Assembly
from transforms.deliveries.speakers.contradictions import REMEDY
from transforms.ground.refusals import findings


def is_service(assembly: Assembly) -> pl.Expr:
    """Return whether the row's sender registers no project and lends to none: a plant, a meter reader, a ledger."""
    return ~pl.col("sender").is_in(banks(assembly).implode())


def banks(assembly: Assembly) -> pl.Series:
    """Return the senders that registered a project or delivered loans, of which every one may have been refused."""
    names = [frame["sender"] for frame in registrations(assembly)]
    return pl.concat([*names, pl.Series(sorted(assembly.lenders), dtype=pl.String)]).unique().sort()


def registrations(assembly: Assembly) -> list[DataFrame[Registration]]:
    """Return who stated each project and loan first, as far as they are read."""
    read = (assembly.registered.get("projects"), assembly.registered.get("loans"))
    return [frame for frame in read if frame is not None]


def by_strangers(rows: DataFrame[StatementOfProject], assembly: Assembly) -> DataFrame[StatementOfProject]:
    """Return the rows about a project of the book that come from a bank without any part in it."""
    parties = pl.concat([frame.select("project_id", "sender") for frame in registrations(assembly)]).unique()
    return (
        rows.filter(~is_service(assembly))
        .join(parties.select("project_id"), on="project_id", how="semi")
        .join(parties, on=["project_id", "sender"], how="anti")
    )


def strangers(rows: pl.DataFrame, assembly: Assembly, *, are_services_heard: bool = True) -> DataFrame[BrokenRule]:
    """Findings for rows about a project from a sender that neither registered it nor lends to it."""
    projects, loans = assembly.registered["projects"], assembly.registered["loans"]
    pair = ["project_id", "sender"]
    parties = pl.concat([projects.select(pair), loans.select(pair)]).unique().with_columns(is_party=pl.lit(True))
    registrars = projects.select("project_id", registrar="sender")
    marked = rows.join(parties, on=pair, how="left", maintain_order="left").join(
        registrars, on="project_id", how="left", maintain_order="left"
    )
    may = pl.col("is_party").fill_null(False) | pl.col("is_authority")
    may = may | is_service(assembly) if are_services_heard else may
    reason = (
        pl.format(
            "project {} was registered by {}: {} neither registered it nor lends to it",
            "project_id",
            "registrar",
            "sender",
        )
        + REMEDY
    )
    return findings(marked, ~may, rule="not_your_project", column="project_id", reason=reason)
