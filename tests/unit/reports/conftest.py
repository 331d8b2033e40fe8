"""A small book of carbon-reduction loans with every awkward case a document must print."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest
from pandera.typing.polars import DataFrame

from reports.crf.document import CrfDocument, FieldName, MethodNote, crf_document
from reports.crf.printed import Formulas
from schemas.disclosures import CrfDisclosure, CrfProject
from schemas.runs import Flag, Run

UTC = dt.UTC
FIELDS = [
    FieldName("clean_energy", "清洁能源", "Clean energy"),
    FieldName("energy_saving", "节能环保", "Energy saving and environmental protection"),
    FieldName("carbon_reduction", "碳减排技术", "Carbon-reduction technology"),
    FieldName("green_upgrade", "绿色升级", "Green upgrade"),
]
METHODS = [
    MethodNote(
        "steam_heating",
        "集中供热替代分散燃煤锅炉",
        "Centralised steam replacing scattered coal boilers",
        "BE = Q / eta * EF_coal; PE = F * EF_fuel + E * EF_grid; ER = BE - PE - LE",
        "燃料入厂至用户侧计量的热量",
        "From fuel into the plant to heat metered at the users",
        edition="2025",
        edition_zh="修订：网损计入",
        edition_en="revised: losses of the network count",
    ),
    MethodNote(
        "grid_renewables",
        "并网可再生能源发电",
        "Grid-connected renewable power",
        "BE = EG * EF_grid_cm; ER = BE - PE - LE",
        "项目上网电量所替代的区域电网发电",
        "Generation of the regional grid that the project's net supply replaces",
    ),
]
DAYS = {"quarter": (2025, 4, 1), "year_to_date": (2025, 1, 1), "since_start": (2021, 11, 8)}

TABLE = [
    ("clean_energy", "quarter", 3, "128450000.00", 3.125, 61234.565, 1.0),
    ("clean_energy", "year_to_date", 5, "402118800.50", 3.2481, 198765.4321, 1.0),
    ("clean_energy", "since_start", 7, "2345678901.23", 3.4, 1234567.891, 0.9871),
    ("energy_saving", "quarter", 1, "36000000.00", 3.45, 5820.004, 0.45),
    ("energy_saving", "year_to_date", 2, "80000000.00", 3.505, 9120.5, 0.5),
    ("energy_saving", "since_start", 4, "330000000.00", 3.615, 31002.255, 0.5812),
    ("carbon_reduction", "quarter", 1, "5000000.00", 3.8, -312.456, 1.0),
    ("carbon_reduction", "year_to_date", 1, "5000000.00", 3.8, -312.456, 1.0),
    ("carbon_reduction", "since_start", 1, "5000000.00", 3.8, -312.456, 1.0),
    ("green_upgrade", "quarter", 0, "0.00", None, None, None),
    ("green_upgrade", "year_to_date", 0, "0.00", None, None, None),
    ("green_upgrade", "since_start", 1, "18000000.00", 3.95, None, 0.0),
    ("total", "quarter", 5, "169450000.00", 3.21, 66742.113, 0.8831),
    ("total", "year_to_date", 8, "487118800.50", 3.2996, 207573.4761, 0.9179),
    ("total", "since_start", 13, "2698678901.23", 3.4319, 1265257.69, 0.9288),
]

PROJECTS = [
    ("P-001", "资溪县高阜镇集中供热替代分散燃煤锅炉及配套蒸汽管网建设一期工程", "energy_saving", "steam_heating",
     "120000000.00", "30000000.00", "480000000.00", 0.25, 81234.56, 20308.64, 5077.16, 80122.33, 61200.5, "measured"),
    ("P-002", "南丰县百兆瓦渔光互补光伏发电项目", "clean_energy", "grid_renewables",
     "310000000.00", "60000000.00", "620000000.00", 0.5, 98120.0, 49060.0, 9495.48, 97000.0, 101233.125, "measured"),
    ("P-003", "军峰山风电场", "clean_energy", "grid_renewables",
     "800000000.00", "0.00", "1150000000.00", 0.695652173913, 215300.25, 149774.086957, None, 215300.25, 188420.7,
     "measured"),
    ("P-004", "洪门水库抽水蓄能配套送出工程", "clean_energy", "grid_renewables",
     "950000000.00", "50000000.00", "3900000000.00", 0.24358974359, 402000.0, 97923.0769231, 5153.846, 210000.0, None,
     "promised"),
    ("P-005", "钢铁余热回收改造", "energy_saving", "reported",
     "60000000.00", "6000000.00", "150000000.00", 0.4, 26733.615, 10693.446, 1069.34, 26733.615, 24000.0, "reported"),
    ("P-006", "生物质热电联产", "clean_energy", "grid_renewables",
     "45000000.00", "0.00", "210000000.00", 0.214285714286, 38000.0, 8142.857142, None, 38000.0, 40111.1, "measured"),
    ("P-007", "碳捕集中试装置", "carbon_reduction", "reported",
     "5000000.00", "5000000.00", "20000000.00", 0.25, -1249.824, -312.456, -312.456, -1249.824, -2210.4, "reported"),
    ("P-008", "数据中心节能改造(总投资未报)", "energy_saving", "reported",
     "90000000.00", "0.00", None, None, 5400.0, None, None, 5400.0, None, "blocked_no_denominator"),
    ("P-009", None, "clean_energy", "grid_renewables",
     "12000000.00", "0.00", "40000000.00", 0.3, None, None, None, None, None, "blocked_missing_parameter"),
    ("P-010", "#import \"x.typ\" *bold* $x^2$ _it_ @ref <a> \\ // --", "green_upgrade", "reported",
     "18000000.00", "0.00", "60000000.00", 0.3, None, None, None, None, None, "under_construction"),
]  # fmt: skip

PARAMETERS = [
    (
        "grid_ef",
        "江西",
        0.5836,
        "tco2_per_mwh",
        dt.date(2025, 1, 1),
        dt.date(2025, 12, 31),
        "mee_2025_grid",
        "附表 2",
        "confirmed",
    ),
    (
        "coal_ef",
        "all",
        0.0946,
        "tco2_per_gj",
        dt.date(2021, 1, 1),
        dt.date(2030, 12, 31),
        "ipcc_2006",
        None,
        "confirmed",
    ),
    (
        "baseline_boiler_efficiency",
        "P-001",
        0.65,
        "ratio",
        dt.date(2021, 1, 1),
        dt.date(2030, 12, 31),
        "project appraisal",
        "第 4 章",
        "unconfirmed",
    ),
]

FLAGS = [
    ("mandated_baseline", "P-001", "当地规划要求 10 蒸吨以下燃煤锅炉限期关停", "同左", None, None),
    ("share_above_one", "P-003", "shares of all known lenders sum to 1.08; scaled to 1", "已缩放", None, None),
]

BEGUN: dict[str, dt.date | None] = {"P-004": dt.date(2025, 7, 1), "P-010": None}
"""Days of commissioning after the quarter, or none."""

Make = Callable[..., CrfDocument]


def _table_row(field: str, window: str, count: int, money: str, *figures: float | None) -> dict[str, Any]:
    pct, tonnes, coverage = figures
    return {
        "period": "2025Q2",
        "lender": "*",
        "crf_field": field,
        "window": window,
        "window_from_date": dt.date(*DAYS[window]),
        "window_to_date": dt.date(2025, 6, 30),
        "project_count": count,
        "disbursed_cny": Decimal(money),
        "weighted_rate_pct": pct,
        "attributed_annual_reductions_tco2e_per_year": tonnes,
        "coverage_ratio": coverage,
    }


def _project_row(project: tuple[Any, ...]) -> dict[str, Any]:
    *names, promised, measured, status = project
    known = promised is not None and project[0] != "P-005"
    ends = [promised * ratio if known else None for ratio in (0.868, 0.605, 1.033)]
    gap = None if promised is None or measured is None else measured - promised
    kind = ("Wind", "CN", 446) if known else (None, None, None)
    begun = BEGUN.get(project[0], dt.date(2020, 1, 1))
    values = ("2025Q2", "*", *names, promised, measured, gap, *ends, *kind, begun, status)
    row = dict(zip(CrfProject.columns(), values, strict=True))
    return {name: Decimal(value) if name.endswith("_cny") and value else value for name, value in row.items()}


FORMULAS: Final = Formulas("what is shared is a rule", "what is expected is a rate", "what is short is a gap")


@pytest.fixture
def table() -> DataFrame[CrfDisclosure]:
    rows = [_table_row(*row) for row in TABLE]
    return CrfDisclosure.validate(pl.DataFrame(rows, schema=CrfDisclosure.polars_schema()))


@pytest.fixture
def projects() -> DataFrame[CrfProject]:
    rows = [_project_row(row) for row in PROJECTS]
    return CrfProject.validate(pl.DataFrame(rows, schema=CrfProject.polars_schema()))


@pytest.fixture
def parameters() -> pl.DataFrame:
    columns = [
        "parameter_id",
        "scope",
        "value",
        "unit",
        "valid_from",
        "valid_to",
        "source",
        "locator",
        "parameter_status",
    ]
    return pl.DataFrame(PARAMETERS, schema=columns, orient="row")


@pytest.fixture
def flags() -> DataFrame[Flag]:
    return Flag.validate(pl.DataFrame(FLAGS, schema=Flag.polars_schema(), orient="row"))


@pytest.fixture
def run() -> DataFrame[Run]:
    moment = dt.datetime(2025, 7, 15, 18, 5, 9, tzinfo=UTC)
    row = (
        "R1",
        "3f9c1a7be2d04c55",
        moment,
        moment,
        moment - dt.timedelta(days=1),
        dt.date(2025, 7, 14),
        "0.1.0",
        12,
        48211,
        37,
        1,
        "0" * 64,
    )
    return Run.validate(pl.DataFrame([row], schema=Run.polars_schema(), orient="row"))


@pytest.fixture
def make(
    table: DataFrame[CrfDisclosure],
    projects: DataFrame[CrfProject],
    parameters: pl.DataFrame,
    flags: DataFrame[Flag],
    run: DataFrame[Run],
) -> Make:
    """Return a maker of the document in which any input can be replaced."""
    inputs = {"table": table, "projects": projects, "parameters": parameters, "flags": flags, "run": run}
    words = {
        "formulas": FORMULAS,
        "fields": FIELDS,
        "methods": METHODS,
        "institution": "资溪农村商业银行股份有限公司",
        "lang": "zh",
    }
    return lambda **changed: crf_document(**{**inputs, **words, **changed})
