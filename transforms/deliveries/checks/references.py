"""Rules that need another table: keys that must exist, currencies that must agree, methods that must be known."""

import difflib
from collections.abc import Iterable

import polars as pl

from schemas.between.factors import Edition
from schemas.between.ground import BrokenRule, FieldOnFile, Region
from schemas.contract import DataFrame, Delivered, conform, unchecked
from schemas.deliveries import DeliveredParameter, LedgerEntry, Loan, OperatingRecord, Project
from transforms.ground.refusals import findings, no_findings


def known_method(projects: DataFrame[Project], methods: Iterable[str]) -> DataFrame[BrokenRule]:
    """Findings for projects whose method id nobody knows."""
    known = list(methods)
    sent = projects["method"].unique().to_list()
    near = {name: ", ".join(difflib.get_close_matches(name or "", known, n=3, cutoff=0.3)) or "none" for name in sent}
    reason = pl.format(
        "method '{}' is not in data/reference/methods.toml; nearest: {}; use `none` where no CO2 formula exists",
        "method",
        pl.col("method").replace_strict(near, return_dtype=pl.String),
    )
    return findings(projects, ~pl.col("method").is_in(known), rule="unknown_method", column="method", reason=reason)


def known_edition(projects: DataFrame[Project], editions: DataFrame[Edition]) -> DataFrame[BrokenRule]:
    """Findings for projects held to an edition that their method does not have."""
    listed = editions.group_by("method").agg(listed=pl.col("method_edition").implode())
    stated = projects.join(listed, on="method", how="left", maintain_order="left")
    known = pl.col("method_edition").is_in(pl.col("listed").fill_null([]))
    reason = pl.format(
        "method '{}' has no edition '{}'; it has: {}; leave the cell empty where each month takes the edition in force",
        "method",
        "method_edition",
        pl.col("listed").list.join(", ").fill_null("none"),
    )
    broken = pl.col("method_edition").is_not_null() & ~known
    return findings(stated, broken, rule="unknown_method_edition", column="method_edition", reason=reason)


def with_provinces(projects: DataFrame[Project], regions: DataFrame[Region]) -> DataFrame[Project]:
    """Return the projects with the province of a place that begins with its full name: 江西省 of 江西省南昌市."""
    spellings = pl.concat([regions["province_zh"], regions["aliases"].str.split("|").explode()]).drop_nulls().unique()
    whole = spellings.filter(spellings.str.contains("(省|市|自治区|特别行政区)$")).sort()
    named = pl.col("province_or_country").str.strip_chars().str.extract(f"^({'|'.join(whole)})", 1)
    placed = projects.with_columns(province_or_country=pl.coalesce(named, "province_or_country"))
    return unchecked(placed, Project)


def known_key(rows: DataFrame[Delivered], column: str, keys: pl.Series, *, table: str) -> DataFrame[BrokenRule]:
    """Findings for rows that name a project or loan which no accepted row of `table` describes."""
    reason = pl.format(
        f"{column} '{{}}' is in no accepted row of {table} ({{}} known); deliver it, or see why it was refused",
        column,
        pl.lit(keys.n_unique()),
    )
    broken = ~pl.col(column).is_in(keys.unique().implode())
    return findings(rows, broken, rule=f"unknown_{column}", column=column, reason=reason)


def misspelt_scope(parameters: DataFrame[DeliveredParameter], projects: pl.Series) -> DataFrame[BrokenRule]:
    """Findings for scopes that are a project's id but for the case of letters: a default would take the row's place."""
    ids = projects.unique()
    near = pl.DataFrame({"folded": ids.str.to_lowercase(), "meant": ids}).unique("folded", keep="none")
    named = parameters.with_columns(named=pl.col("scope").str.split("/").list.first())
    beside = named.with_columns(folded=pl.col("named").str.to_lowercase()).join(
        near, on="folded", how="left", maintain_order="left"
    )
    broken = ~pl.col("named").is_in(ids.implode()) & pl.col("meant").is_not_null()
    reason = pl.format(
        "scope '{}' is not a project; was '{}' meant? Write the id as it is registered", "named", "meant"
    )
    return findings(beside, broken.fill_null(False), rule="unknown_scope", column="scope", reason=reason)


def loan_currency(entries: DataFrame[LedgerEntry], loans: DataFrame[Loan]) -> DataFrame[BrokenRule]:
    """Findings for ledger entries in another currency than their loan's."""
    joined = entries.select("loan_id", "currency").join(
        loans.select("loan_id", loan_currency="currency").unique("loan_id"),
        on="loan_id",
        how="left",
        maintain_order="left",
    )
    reason = pl.format("the entry is in {}, its loan {} in {}", "currency", "loan_id", "loan_currency")
    broken = pl.col("currency") != pl.col("loan_currency")
    return findings(joined, broken, rule="currency_of_loan", column="currency", reason=reason)


def known_crf_field(
    loans: DataFrame[Loan], fields: DataFrame[FieldOnFile]
) -> tuple[DataFrame[Loan], DataFrame[BrokenRule]]:
    """Return the loans with the field's id in crf_field, and findings for fields that nobody knows."""
    spellings = {
        spelling: row["crf_field"]
        for row in fields.to_dicts()
        for spelling in (row["crf_field"], row["name_zh"], row["name_en"], *(row["aliases"] or "").split("|"))
        if spelling
    }
    reason = pl.format(f"crf_field '{{}}' is unknown; known: {', '.join(fields['name_zh'].to_list())}", "crf_field")
    known = pl.col("crf_field").is_in(list(spellings))
    found = findings(loans, ~known, rule="unknown_crf_field", column="crf_field", reason=reason)
    return unchecked(loans.with_columns(pl.col("crf_field").replace(spellings)), Loan), found


def reversed_entry(ledger: DataFrame[LedgerEntry]) -> DataFrame[BrokenRule]:
    """Findings for reversals that name no entry of their loan, another reversal, another amount or an earlier day."""
    reversals = ledger.with_row_index("at").filter(pl.col("event") == "REVERSAL")
    if reversals.is_empty():
        return no_findings()
    originals = ledger.filter(pl.col("event") != "REVERSAL").select(
        "loan_id", reverses_entry_id="entry_id", original_amount="amount", original_date="value_date"
    )
    joined = reversals.join(originals, on=["loan_id", "reverses_entry_id"], how="left", maintain_order="left")
    unknown = pl.col("original_amount").is_null()
    differs = pl.col("original_amount") != pl.col("amount")
    early = pl.col("value_date") < pl.col("original_date")
    twice = pl.struct("loan_id", "reverses_entry_id").is_duplicated()
    words = (
        pl.when(unknown)
        .then(pl.lit("it names no booked entry of this loan (and a reversal cannot be reversed)"))
        .when(differs)
        .then(pl.lit("its amount is not that of the entry it cancels; cancel it whole and book anew"))
        .when(early)
        .then(pl.lit("its value date lies before that of the entry it cancels"))
        .otherwise(pl.lit("several reversals cancel the same entry"))
    )
    found = joined.filter(unknown | differs | early | twice).select(
        "at",
        rule=pl.lit("reversal_of_entry"),
        column=pl.lit("reverses_entry_id"),
        value="reverses_entry_id",
        reason=words,
    )
    return conform(found, BrokenRule)


def overlapping_periods(readings: DataFrame[OperatingRecord]) -> DataFrame[BrokenRule]:
    """Findings for readings of one metric of one project whose periods overlap: the activity would count twice."""
    key = ["project_id", "metric"]
    rows = readings.select(*key, "record_id", "period_start", "period_end").with_row_index("at")
    ordered = rows.sort(*key, "period_start", "period_end")
    ends_so_far = pl.col("period_end").cum_max().shift(1).over(key)
    group = (ends_so_far.is_null() | (pl.col("period_start") > ends_so_far)).cum_sum().alias("group")
    several = ordered.with_columns(group).filter(pl.len().over("group") > 1)
    grouped = several.with_columns(together=pl.col("record_id").str.join(", ").over("group"))
    reason = pl.format(
        "its period overlaps others of {}: records {}; deliver one reading per day, or delete the ones that are wrong",
        "metric",
        "together",
    )
    found = grouped.select(
        "at",
        rule=pl.lit("overlapping_period"),
        column=pl.lit("period_start"),
        value=pl.col("period_start").cast(pl.String),
        reason=reason,
    )
    return conform(found.sort("at"), BrokenRule)
