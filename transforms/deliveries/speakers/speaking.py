"""Who may speak for what: a row is refused where its sender states what is another's, or what all share.

A sender states its own loans, and projects that it registered or lends to. The first accepted statement counts; a row
that says the same again is a repeat. Authorities, which the settings name by table, may state what others share and
replace others' rows. Nobody restates a constant (docs/adr/0019-who-may-speak.md).
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from schemas.between.deliveries import Registration
from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, Delivered, stacked, unchecked
from transforms.deliveries.rows.assembly import Assembly
from transforms.deliveries.speakers.contradictions import ORDER, contradictions, first, out_of_turn
from transforms.deliveries.speakers.parameter_scopes import parameters_out_of_turn
from transforms.deliveries.speakers.parties import is_service, strangers
from transforms.deliveries.speakers.turns import with_turn
from transforms.ground.refusals import no_findings

SERIES: Final = {
    "projects": ["project_id"],
    "fx": ["base", "quote"],
    "products": ["lender", "product_code"],
    "guarantors": ["guarantor"],
    "forest_rights": ["acquisition_id"],
    "natural_resources": ["county_code"],
    "ecological_product_values": ["county_code"],
    "published_statistics": ["statistic", "area_code"],
}
"""Tables whose rows belong together by these columns: who states the first of them speaks for all of them."""

SHARED: Final = frozenset(
    {"fx", "guarantors", "natural_resources", "ecological_product_values", "published_statistics"}
)
"""Tables that several lenders read: where the settings name their authorities, nobody else states them."""


def spoken_out_of_turn(
    table: str, rows: DataFrame[Delivered], key: list[str], assembly: Assembly
) -> DataFrame[BrokenRule]:
    """Findings for the rows of a table whose sender may not state them. key: what one row is about."""
    authorities = list(assembly.authorities.get(table, ()))
    numbered = with_turn(table, rows, assembly).with_columns(
        is_authority=pl.col("sender").is_in(authorities), spoken_table=pl.lit(table)
    )
    if table == "parameters":
        return parameters_out_of_turn(numbered, key, assembly)
    if len(assembly.senders) == 1:
        return no_findings()
    return _RULES.get(table, _of_a_series(table, has_authority=bool(authorities)))(numbered, key, assembly)


def registered(
    table: str, rows: DataFrame[Delivered], assembly: Assembly, key: str, *more: str
) -> DataFrame[Registration]:
    """Return key, sender and further columns of the first accepted row of each key: who registered it."""
    in_turn = with_turn(table, rows, assembly).sort(ORDER)
    first_rows = in_turn.unique(key, keep="first", maintain_order=True)
    return unchecked(first_rows.select(key, "sender", *more), Registration)


Rule = Callable[[pl.DataFrame, list[str], Assembly], DataFrame[BrokenRule]]


def _of_a_series(table: str, *, has_authority: bool) -> Rule:
    return _authorities_only(table) if table in SHARED and has_authority else _first_speakers(SERIES.get(table, []))


def _authorities_only(table: str) -> Rule:
    def rule(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:  # noqa: ARG001
        reason = f"{table} are shared by all: they belong to the authorities that greenloan.toml names"
        return out_of_turn(rows, pl.col("is_authority"), key, rule="shared_by_all", reason=pl.lit(reason))

    return rule


def _first_speakers(series: list[str]) -> Rule:
    def rule(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:  # noqa: ARG001
        marked = rows.with_columns(speaker=first("sender", series))
        may = (pl.col("sender") == pl.col("speaker")) | pl.col("is_authority")
        reason = pl.format(
            f"{_named(series)} was stated by {{}} first: {{}} may neither change nor add to it",
            *series,
            "speaker",
            "sender",
        )
        return out_of_turn(marked, may, key, rule="another_senders_row", reason=reason)

    return rule


def _named(columns: list[str]) -> str:
    return ", ".join(f"{name} '{{}}'" for name in columns)


def _loans(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:  # noqa: ARG001
    """A loan belongs to who stated it first, and a lender to who stated the first loan that is its sender's own."""
    owned = rows.with_columns(speaker=first("sender", ["loan_id"]))
    is_own = pl.col("sender") == pl.col("speaker")
    of_lenders = _speakers_of_lenders(owned.filter(is_own))
    marked = owned.join(of_lenders, on="lender", how="left", maintain_order="left")
    may = is_own & (pl.col("sender") == pl.col("lender_speaker")).fill_null(True)
    not_lenders = pl.format("the loans of {} are stated by {}, not by {}", "lender", "lender_speaker", "sender")
    not_own = pl.format("loan {} was stated by {} first: {} may not change it", "loan_id", "speaker", "sender")
    reason = pl.when(is_own).then(not_lenders).otherwise(not_own)
    return out_of_turn(marked, may | pl.col("is_authority"), key, rule="another_senders_loan", reason=reason)


def _speakers_of_lenders(loans: pl.DataFrame) -> pl.DataFrame:
    first_rows = loans.sort(ORDER).unique("lender", keep="first", maintain_order=True)
    return first_rows.select("lender", lender_speaker="sender")


def _ledger(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:
    """A loan's ledger is its sender's; a service, without loans of its own, may state it while that one is silent."""
    owners = assembly.registered["loans"].select("loan_id", owner="sender")
    owner = rows.select("loan_id").join(owners, on="loan_id", how="left", maintain_order="left")["owner"]
    owned = rows.with_columns(owner).with_columns(
        is_owner=pl.col("sender") == pl.col("owner"), service=pl.when(is_service(assembly)).then("sender")
    )
    owners_first = pl.col("received_number").filter("is_owner").min().over("loan_id")
    is_silent = (pl.col("received_number") < owners_first).fill_null(True)
    may_answer = is_silent & (pl.col("sender") == first("service", ["loan_id"])).fill_null(False)
    may = pl.col("is_owner") | pl.col("is_authority") | may_answer
    reason = pl.format("loan {} is stated by {}: {} may not state its entries", "loan_id", "owner", "sender")
    return out_of_turn(owned, may, key, rule="another_senders_loan", reason=reason)


def _operating(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:
    """Readings come from who registered the project or lends to it, or from a plant; nobody's are contradicted."""
    outside = strangers(rows, assembly)
    clash = (pl.col("record_id") == pl.col("record_id_other")) | (
        (pl.col("period_start") <= pl.col("period_end_other")) & (pl.col("period_start_other") <= pl.col("period_end"))
    )
    return stacked([outside, contradictions(rows, ["project_id", "metric"], clash, key, outside)])


def _forest_strata(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:
    """One survey of a project is one sender's: a stratum more would be a forest more."""
    outside = strangers(rows, assembly)
    return stacked([outside, contradictions(rows, ["project_id"], pl.lit(True), key, outside)])


def _releases(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:  # noqa: ARG001
    """A withheld figure is let through by who registered the project or lends to it, not by its plant."""
    return strangers(rows, assembly, are_services_heard=False)


def _verified_reductions(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:
    """A verified period comes from a party of the project; nobody contradicts another's."""
    outside = strangers(rows, assembly)
    meets = (pl.col("period_start") <= pl.col("period_end_other")) & (
        pl.col("period_start_other") <= pl.col("period_end")
    )
    return stacked([outside, contradictions(rows, ["project_id", "credit_scheme"], meets, key, outside)])


def _products(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:
    """A lender's products come from who states its loans, or from a sender without loans, as a register is."""
    series = SERIES["products"]
    owners = assembly.registered["loans"].select("lender", "sender").unique()
    own = owners.with_columns(owns=pl.lit(True))
    is_known = pl.col("lender").is_in(owners["lender"].implode())
    lends = pl.col("sender").is_in(sorted(assembly.lenders))
    marked = rows.join(own, on=["lender", "sender"], how="left", maintain_order="left").with_columns(
        candidate=pl.when(pl.col("owns").fill_null(False) | ~is_known | ~lends).then("sender")
    )
    marked = marked.with_columns(speaker=first("candidate", series))
    may = (pl.col("candidate") == pl.col("speaker")).fill_null(False) | pl.col("is_authority")
    strange = pl.format("the loans of {} are another sender's: {} may not state its products", "lender", "sender")
    second = pl.format(
        f"{_named(series)} was stated by {{}} first: {{}} may neither change nor add to it",
        *series,
        "speaker",
        "sender",
    )
    reason = pl.when(pl.col("candidate").is_null()).then(strange).otherwise(second)
    return out_of_turn(marked, may, key, rule="another_senders_row", reason=reason)


def _control_totals(rows: pl.DataFrame, key: list[str], assembly: Assembly) -> DataFrame[BrokenRule]:
    """A lender's totals come from who states its loans."""
    owners = assembly.registered["loans"].select("lender", "sender").unique().with_columns(owns=pl.lit(True))
    known = pl.col("lender").is_in(owners["lender"].implode())
    marked = rows.join(owners, on=["lender", "sender"], how="left", maintain_order="left")
    may = pl.col("owns").fill_null(False) | ~known | pl.col("is_authority")
    reason = pl.format("the loans of {} are another sender's: {} may not state its totals", "lender", "sender")
    return out_of_turn(marked, may, key, rule="another_senders_loan", reason=reason)


_RULES: Final[dict[str, Rule]] = {
    "loans": _loans,
    "ledger": _ledger,
    "operating": _operating,
    "forest_strata": _forest_strata,
    "control_totals": _control_totals,
    "products": _products,
    "releases": _releases,
    "verified_reductions": _verified_reductions,
}
