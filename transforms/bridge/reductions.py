"""What each cause moves of the reduction of a project's month: the method's expressions, with values of both states."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl
from polars import col, lit

from schemas.words.causes import ACTIVITY, CORRECTIONS, ENDED, FACTOR, METHOD, NEW
from transforms.activity.project_months import terms_of
from transforms.attribution.project_reductions import month_parts
from transforms.bridge.leaves import LEAF, MONTH, WHOLE, editions, leaves
from transforms.bridge.shapley import coefficients
from transforms.bridge.state import State, placed
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.method import Method, Part

ER: Final = "emission_reductions_tco2e"
MOVED: Final = [*MONTH, "cause", "parameter_id", "moved_tco2e"]
MIXED: Final = [*MONTH, "mask"]
KEYS: Final = ["method", "method_edition", "method_after", "method_edition_after"]
TOLERANCE: Final = 1e-9
"""What is left of a month beyond this part of it was not worked out by the formulas of today."""
ROWS_AT_ONCE: Final = 500_000

PLAYER: Final = ["cause", "parameter_id"]
"""A cause, and of a factor its parameter."""


class _Alike(NamedTuple):
    """Months of one method before and one after, that differ by the same causes."""

    before: Method
    after: Method
    players: Sequence[tuple[str, str]]
    leaves: pl.DataFrame


def months_of(state: State) -> pl.DataFrame:
    """Return MONTH, method, method_edition and the tonnes of each month that has some."""
    parts = placed(state, month_parts(state.holdings, (state.period,)))
    summed = parts.group_by(MONTH).agg(tonnes=col("part_tco2e").sum(), known=col("part_tco2e").count())
    known = summed.filter(col("known") > 0).drop("known")
    return known.join(editions(state), on=MONTH, how="left", maintain_order="left").sort(MONTH)


def moved_reductions(before: State, after: State) -> pl.DataFrame:
    """Return MOVED of every project's months; what a cause moves over several months is their sum."""
    months = months_of(before).join(months_of(after), on=MONTH, how="full", coalesce=True, suffix="_after")
    both = months.drop_nulls(["tonnes", "tonnes_after"]).with_columns(
        difference=col("tonnes_after") - col("tonnes"),
        is_other_method=pl.any_horizontal(col(a).ne_missing(col(b)) for a, b in zip(KEYS[:2], KEYS[2:], strict=True)),
    )
    read = leaves(before, after, both.select(MONTH))
    players = _players(both, read)
    is_one_file = before.holdings is after.holdings  # else the program may have changed as well: each is evaluated
    is_alone = (col("count") == 1) & lit(is_one_file)
    alone = players.filter(is_alone).explode("causes").unnest("causes")
    several = players.filter((col("count") > 0) & ~is_alone)
    parts = [
        _begun_or_ended(months),
        alone.select(*MONTH, "cause", "parameter_id", moved_tco2e="difference"),
        _without_leaves(players.filter(count=0), before.period == after.period),
    ]
    mixed = [_moved_by(one, before.kinds) for one in _alike(several, read)]
    moved = pl.concat([*parts, _with_rest(several, pl.concat([parts[0].clear(), *mixed]))])
    return moved.filter(col("moved_tco2e") != 0).sort(*MONTH, "cause", "parameter_id")


def _begun_or_ended(months: pl.DataFrame) -> pl.DataFrame:
    """The months in which the plant ran in one of the states alone."""
    alone = months.filter(col("tonnes").is_null() | col("tonnes_after").is_null())
    is_new = col("tonnes").is_null()
    return alone.select(
        *MONTH,
        cause=pl.when(is_new).then(lit(NEW)).otherwise(lit(ENDED)),
        parameter_id=lit(WHOLE),
        moved_tco2e=pl.when(is_new).then("tonnes_after").otherwise(-col("tonnes")),
    )


def _players(months: pl.DataFrame, read: pl.DataFrame) -> pl.DataFrame:
    """Return the months, each with its causes: a list of structs of cause and parameter_id, in order.

    A month that another method has by which nothing is read has that cause alone.
    """
    differing = read.filter(col("before").ne_missing(col("after")))
    named = differing.select(*MONTH, "cause", parameter_id=col("parameter_id").fill_null(WHOLE))
    formulas = months.filter(_is_formula(*KEYS[:2]) & _is_formula(*KEYS[2:]))
    other = months.filter("is_other_method").select(*MONTH, cause=lit(METHOD), parameter_id=lit(WHOLE))
    listed = (
        pl.concat([named.join(formulas, on=MONTH, how="semi"), other]).unique().sort(*MONTH, "cause", "parameter_id")
    )
    causes = listed.group_by(MONTH, maintain_order=True).agg(causes=pl.struct("cause", "parameter_id"))
    return months.join(causes, on=MONTH, how="left", maintain_order="left").with_columns(
        count=col("causes").list.len().fill_null(0)
    )


def _is_formula(method: str, edition: str) -> pl.Expr:
    return pl.concat_str(method, edition, separator="/").is_in(["/".join(key) for key in EDITIONS]).fill_null(False)


def _without_leaves(months: pl.DataFrame, is_same_period: bool) -> pl.DataFrame:
    """What nothing that was read explains: a project's own figure, of other days or stated anew; else the program."""
    own = CORRECTIONS if is_same_period else ACTIVITY
    cause = pl.when(_is_formula(*KEYS[:2])).then(lit(METHOD)).otherwise(lit(own))
    return months.select(*MONTH, cause=cause, parameter_id=lit(WHOLE), moved_tco2e="difference")


def _alike(months: pl.DataFrame, read: pl.DataFrame) -> Iterator[_Alike]:
    """Yield months that are evaluated together, as many as may lie in memory under all their masks."""
    keyed = months.with_columns(players=col("causes").list.eval(pl.element().struct.json_encode()).list.join("|"))
    for group in keyed.partition_by(*KEYS, "players", maintain_order=True):
        players = [(one["cause"], one["parameter_id"]) for one in group["causes"][0]]
        first, second = group.select(KEYS[:2]).row(0), group.select(KEYS[2:]).row(0)
        for part in group.iter_slices(max(1, ROWS_AT_ONCE >> (len(players) + 4))):
            own = read.join(part.select(MONTH), on=MONTH, how="semi", maintain_order="left")
            yield _Alike(EDITIONS[first], EDITIONS[second], players, own)


def _moved_by(alike: _Alike, kinds: Mapping[str, str]) -> pl.DataFrame:
    """Return MOVED of months that differ by several causes; none of a month of which a mixture has no value."""
    players = pl.DataFrame(alike.players, schema=dict.fromkeys(PLAYER, pl.String), orient="row").with_row_index("at")
    is_factor = players["cause"] == FACTOR
    apart, together = players.filter(~is_factor)["at"].to_list(), players.filter(is_factor)["at"].to_list()
    groups = [*([at] for at in apart), *([together] if together else [])]
    weighted = (
        _evaluated(alike, players, kinds)
        .join(coefficients(groups), on="mask")
        .group_by(*MONTH, at=col("cause").cast(pl.UInt32))
        .agg(moved_tco2e=(col("coefficient") * col("tonnes")).sum(), is_known=col("tonnes").is_not_null().all())
    )
    known = weighted.filter(col("is_known").all().over(MONTH))
    return known.join(players, on="at").select(MOVED)


def _evaluated(alike: _Alike, players: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    """Return MIXED and the tonnes of each month under every mask; null where the mixture has no value."""
    masks = pl.DataFrame({"mask": range(1 << players.height)}, schema={"mask": pl.Int64})
    bits = players.with_columns(bit=lit(1, pl.Int64) * 2 ** col("at").cast(pl.Int64))
    named = alike.leaves.with_columns(col("parameter_id").fill_null(WHOLE))
    own = named.join(bits, on=PLAYER, how="left", maintain_order="left").with_columns(col("bit").fill_null(0))
    mixed = own.join(masks, how="cross").with_columns(value=pl.when(_is_after("bit")).then("after").otherwise("before"))
    complete = pl.when(col("value").null_count() == 0).then(col("value").sum())
    values = (
        mixed.group_by(*LEAF, "mask")
        .agg(value=complete)
        .with_columns(kind=col("metric").replace_strict(kinds, default=WHOLE, return_dtype=pl.String))
    )
    of_method = bits.filter(cause=METHOD)["bit"].to_list()
    if not of_method:
        return _under(alike.before, values)
    is_later = (col("mask") & of_method[0]) != 0
    sides = ((alike.before, values.filter(~is_later)), (alike.after, values.filter(is_later)))
    return pl.concat([_under(method, side) for method, side in sides])


def _is_after(bit: str) -> pl.Expr:
    return (col("mask") & col(bit)) != 0


def _under(method: Method, values: pl.DataFrame) -> pl.DataFrame:
    """Return MIXED and tonnes: what the method's own expressions come to."""
    whole = _wide(values.filter(col("metric") == WHOLE), MIXED, [*method.readings, *method.parameters])
    frame = values.select(MIXED).unique(maintain_order=True).join(whole, on=MIXED, how="left", maintain_order="left")
    for part in method.parts:
        frame = frame.join(_part_sums(part, values), on=MIXED, how="left", maintain_order="left").with_columns(
            pl.col(part.symbol).fill_null(lit(part.absent, pl.Float64))
        )
    return terms_of(frame, method).select(*MIXED, tonnes=ER)


def _part_sums(part: Part, values: pl.DataFrame) -> pl.DataFrame:
    """Return MIXED and the part's sum over the items that the mixture has."""
    items = _wide(values.filter(kind=part.kind), [*MIXED, "metric"], [part.reading, *part.parameters])
    amounts = items.filter(col(part.reading).is_not_null()).with_columns(amount=part.amount)
    complete = pl.when(col("amount").null_count() == 0).then(col("amount").sum())
    return amounts.group_by(MIXED).agg(complete.alias(part.symbol))


def _wide(values: pl.DataFrame, keys: list[str], symbols: Sequence[str]) -> pl.DataFrame:
    columns = [col("value").filter(symbol=symbol).first().alias(symbol) for symbol in dict.fromkeys(symbols)]
    return values.group_by(keys, maintain_order=True).agg(columns)


def _with_rest(months: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Return MOVED with what is left of each month: that the formulas of today come to other tonnes is the program's.

    Where a mixture has no value, as a division by nothing has none, the first of the causes has it all.
    """
    sums = moved.group_by(MONTH).agg(moved_tco2e=col("moved_tco2e").sum())
    rest = months.join(sums, on=MONTH, how="left", maintain_order="left").with_columns(
        rest=col("difference") - col("moved_tco2e").fill_null(0.0),
        largest=pl.max_horizontal(col("tonnes").abs(), col("tonnes_after").abs()),
        first=col("causes").list.first(),
    )
    is_mixed = col("moved_tco2e").is_not_null()
    left = rest.filter(~is_mixed | (col("rest").abs() > TOLERANCE * col("largest")))
    named = left.select(
        *MONTH,
        cause=pl.when(is_mixed).then(lit(METHOD)).otherwise(col("first").struct.field("cause")),
        parameter_id=pl.when(is_mixed).then(lit(WHOLE)).otherwise(col("first").struct.field("parameter_id")),
        moved_tco2e="rest",
    )
    return pl.concat([moved, named]).group_by(MOVED[:-1]).agg(col("moved_tco2e").sum())
