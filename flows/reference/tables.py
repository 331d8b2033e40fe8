"""Reads data/reference into a `Reference`; a table that contradicts its contract stops the run."""

import csv
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.home.settings import REFERENCE
from flows.reference.checks.faults import reference_faults
from flows.reference.methods import condition_sentences, with_texts
from schemas.between.ground import County, FieldOnFile, Region
from schemas.contract import DataFrame, SchemaError, SchemaErrors, conform, unchecked, validated
from schemas.errors import ContradictoryReference
from schemas.reference import Bound, Parameter, Profile, Realisation, Source
from transforms.attribution.profiles import profile_table
from transforms.deliveries.text.currencies import codes_of
from transforms.factors.factor_sets import in_force
from transforms.factors.parameters import with_kind_uncertainty
from transforms.flags.missing_readings import names_in_chinese
from transforms.ground.aliases import Aliases
from transforms.ground.bounds import LIMITS, NO_LIMIT
from transforms.ground.reference import Reference, chinese_names
from transforms.ground.sentences import Sentences
from transforms.ground.units import convert_parameters, unit_table, units_of_readings
from transforms.methods.catalog import EDITIONS

FLAGS: Final = "flags.toml"
SENTENCES: Final = "sentences.toml"

FAULTS: Final = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    pl.exceptions.PolarsError,
    SchemaError,
    SchemaErrors,
)


def read_reference(folder: Path = REFERENCE) -> Reference:
    """Return every reference table under the folder; raise ContradictoryReference with every fault of them.

    A process reads files that have not changed once.
    """
    stamps = ((path, path.stat()) for path in reference_files(folder))
    return _read(folder, tuple((path.name, stat.st_mtime_ns, stat.st_size) for path, stat in stamps))


@lru_cache(maxsize=1)
def _read(folder: Path, _stamps: tuple[tuple[str, int, int], ...]) -> Reference:
    try:
        _refuse(reference_faults(folder), folder)
        return _tables(folder)
    except FAULTS as error:  # what no rule above knows
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else "no more is known"
        raise ContradictoryReference(
            f"a reference table cannot be used ({type(error).__name__}: {first_line})",
            where=str(folder),
            available="the tables that came with the program",
            remedy="undo the last change, or restore the table; nothing was computed",
        ) from error


def _tables(folder: Path) -> Reference:
    headers, units = _toml(folder / "headers.toml"), _toml(folder / "units.toml")
    metrics = _toml(folder / "metrics.toml")
    kinds, sources = _toml(folder / "parameter_kinds.toml"), _sources(folder / "sources.toml")
    factor_sets, methods = _toml(folder / "factor_sets.toml"), with_texts(_toml(folder / "methods.toml"))
    return Reference(
        aliases=_aliases(headers, metrics, units),
        methods=methods,
        metrics=metrics,
        units=units,
        parameter_kinds=kinds,
        gates=_toml(folder / "gates.toml"),
        parameters=in_force(_parameters(folder / "parameters.csv", kinds, units), factor_sets),
        technologies=_toml(folder / "technologies.toml"),
        sources=sources,
        factor_sets=factor_sets,
        regions=_regions(folder / "regions.csv"),
        crf_fields=unchecked(_dated(folder / "crf_fields.csv"), FieldOnFile),
        realisation=_realisation(folder / "realisation.csv"),
        realisation_types=_toml(folder / "realisation_types.toml"),
        plausibility=_toml(folder / "plausibility.toml"),
        bounds=_bounds(folder / "bounds.csv"),
        judgements=_toml(folder / "judgements.toml"),
        outputs=_toml(folder / "outputs.toml"),
        slips=_toml(folder / "slips.toml"),
        counties=unchecked(pl.read_csv(folder / "counties.csv", infer_schema=False), County),
        physical_indicators=_toml(folder / "physical_indicators.toml"),
        profiles=_profiles(folder / "profiles.toml"),
        data_quality=_toml(folder / "data_quality.toml") | {"methods": _fed_with(methods)},
        flags=_toml(folder / FLAGS),
        sentences=_toml(folder / SENTENCES),
        refusals=_toml(folder / "refusals.toml"),
        conditions=condition_sentences(),
    )


def flag_sentences(folder: Path = REFERENCE) -> Sentences:
    """Return the sentences of flags alone: an answer from the published file needs no other table."""
    return _toml(folder / FLAGS)


def printed_sentences(folder: Path = REFERENCE) -> Sentences:
    """Return the sentences that published tables print beside figures, alone."""
    return _toml(folder / SENTENCES)


def reading_names(folder: Path = REFERENCE) -> dict[str, str]:
    """Return what each reading, and each group of which a formula needs one, is called in Chinese."""
    metrics = chinese_names(_toml(folder / "metrics.toml"), _toml(folder / "physical_indicators.toml"))
    return names_in_chinese(EDITIONS.values(), metrics, printed_sentences(folder))


def _fed_with(methods: dict[str, Any]) -> dict[str, str]:
    """Method id to what its formula is fed with: the rung of its data quality."""
    return {name: entry["evidence"] for name, entry in methods.items() if "evidence" in entry}


def _aliases(headers: dict[str, Any], metrics: dict[str, Any], units: dict[str, Any]) -> Aliases:
    tables = {table: names for table, names in headers["tables"].items() if table != "ignored"}
    return Aliases(
        tables,
        headers["columns"],
        headers["scales"],
        headers["tables"]["ignored"],
        headers["beside"],
        headers["names"],
        headers["monthly"],
        units_of_readings(metrics, unit_table(units)),
        headers["lists"],
        codes_of(headers["beside"]["currencies"], headers["currencies"]),
    )


def reference_files(folder: Path = REFERENCE) -> list[Path]:
    """Return the reference files in the order in which a snapshot's digest takes them."""
    return sorted(path for path in folder.iterdir() if path.suffix in {".csv", ".toml"})


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def _sources(path: Path) -> DataFrame[Source]:
    rows = [{"source_id": source_id, **_known(entry)} for source_id, entry in _toml(path).items()]
    return validated(pl.DataFrame(rows, schema=Source.polars_schema()), Source)


def _known(entry: dict[str, Any]) -> dict[str, str]:
    return {name: str(entry[name]) for name in Source.columns() if entry.get(name)}


def _regions(path: Path) -> DataFrame[Region]:
    """Return the provinces and their grids (Reference.regions)."""
    return unchecked(_dated(path), Region)


def _dated(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).with_columns(pl.col("valid_from", "valid_to").str.to_date("%Y-%m-%d"))


def _realisation(path: Path) -> DataFrame[Realisation]:
    rows = pl.read_csv(path, infer_schema=False)
    empty_is_null = rows.with_columns(pl.when(pl.col(n) != "").then(pl.col(n)).alias(n) for n in rows.columns)
    return validated(conform(empty_is_null, Realisation), Realisation)


def _bounds(path: Path) -> DataFrame[Bound]:
    """Return the bounds (schemas.reference.Bound)."""
    rows = pl.read_csv(path, infer_schema=False).with_columns(pl.col(LIMITS).replace(NO_LIMIT, ""))
    empty_is_null = rows.with_columns(pl.when(pl.col(n) != "").then(pl.col(n)).alias(n) for n in rows.columns)
    return validated(conform(empty_is_null, Bound), Bound)


def _profiles(path: Path) -> DataFrame[Profile]:
    """Return the attribution profiles (schemas.reference.Profile)."""
    return validated(profile_table(_toml(path)), Profile)


def _parameters(path: Path, kinds: dict[str, Any], units: dict[str, Any]) -> DataFrame[Parameter]:
    """Return the reference rows in the units of their kinds, each with an uncertainty (schemas.reference.Parameter)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = pl.DataFrame(list(csv.DictReader(file)))
    empty_is_null = [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in rows.columns]
    typed = rows.select(empty_is_null).with_columns(
        pl.col("value", "relative_uncertainty_pct").cast(pl.Float64),
        pl.col("valid_from", "valid_to").str.to_date("%Y-%m-%d"),
        source="source_id",
        parameter_status="status",
    )
    converted, _ = convert_parameters(unchecked(typed, Parameter), kinds, unit_table(units))
    return validated(with_kind_uncertainty(conform(converted, Parameter), kinds), Parameter)


def _refuse(faults: list[str], folder: Path) -> None:
    """Raise ContradictoryReference where there are any."""
    if faults:
        raise ContradictoryReference(
            f"{len(faults)} fault(s) in the reference tables",
            where=str(folder),
            available="\n             ".join(faults),
            remedy="correct them; nothing was computed",
        )
