"""The carbon reduction facility: whose money counts, by a dated list of fields."""

import polars as pl

from schemas.contract import DataFrame, unchecked
from schemas.deliveries import Loan
from schemas.marts import BalanceChange, OutsideFacility
from schemas.reference import FacilityField


def outside_facility(
    changes: DataFrame[BalanceChange], loans: DataFrame[Loan], fields: DataFrame[FacilityField]
) -> DataFrame[OutsideFacility]:
    """Return the entries that lent under a field before it belonged to the facility, or after.

    Loans without a field are inside.
    """
    in_force = fields.select("crf_field", field_from="valid_from", field_to="valid_to")
    named = loans.select("loan_id", "crf_field").join(in_force, on="crf_field", how="left")
    dated = changes.join(named, on="loan_id", how="left", maintain_order="left")
    outside = ~pl.col("flow_date").is_between("field_from", "field_to") & (pl.col("disbursed_amount") != 0)
    entries = dated.filter(outside).select("loan_id", "entry_id").unique().sort("loan_id", "entry_id")
    return unchecked(entries, OutsideFacility)


def eligible_changes(
    changes: DataFrame[BalanceChange], loans: DataFrame[Loan], fields: DataFrame[FacilityField]
) -> DataFrame[BalanceChange]:
    """Return the changes without those of `outside_facility`."""
    outside = outside_facility(changes, loans, fields)
    return changes.join(outside, on=["loan_id", "entry_id"], how="anti", maintain_order="left")
