"""No formula is printed or shown that the renderer did not print: every text is scanned for one written by hand."""

import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest

from tests.rules.methods.by_hand.formula_scan import relations
from tests.rules.methods.by_hand.printed_texts import ROOT, Shown, plain, shown_files, texts_of
from tests.rules.methods.by_hand.quantity_scan import joined_quantities

FILES: Final = [str(path.relative_to(ROOT)) for path in shown_files()]

ALLOWED: Final = {
    # what others have written
    ("docs/attribution.md", "该行贷款所形成的年减排量 = 项目年减排量 × 该行贷款余额 ÷ …"): "quoted from the guidance",
    ("docs/attribution.md", "按照绿色信贷资金占绿色项目总投资的比例计算"): "quoted from a press conference",
    ("transforms/methods/land/manure_biogas/page.md", "net of the"): "which two results AMS-III.D compares",
    # formulas that belong to no method, and that tests work out
    ("docs/uncertainty.md", "[ER(x (1 + h)) - ER(x (1 - h))] / 2h,  h = 0.00001"): "GUM 5.1: test_sensitivities.py",
    ("docs/uncertainty.md", "f x s x u(input)"): "GUM 5.1: test_ranges.py",
    ("docs/uncertainty.md", "sqrt( sum over inputs of c(input)^2 )"): "GUM 5.1: test_ranges.py",
    ("docs/uncertainty.md", "1.96 x ( u - sqrt(u^2 - c(input)^2) )"): "what the interval would lose: test_ranges.py",
    ("docs/adr/0014-ranges-by-bumping.md", "x (1 + h) and x (1 - h), h = 0.00001"): "the same step",
    # examples whose numbers tests work out
    ("docs/attribution.md", "ER = 3,600 x 15/30 + 3,800 x 15/31 = 3,638.71 t"): "test_printed_formulas.py",
    ("docs/uncertainty.md", "ER = 3 x 1,000 x 0.8                             = 2,400 t"): "test_printed_formulas.py",
    ("docs/uncertainty.md", "u  = sqrt(120^2 + 3 x 16^2) = sqrt(15,168)"): "test_ranges.py",
    # numbers, and what a check looks at
    (
        "transforms/judging/series.py",
        "electricity_self_used + electricity_exported",
    ): "name of a series of two readings",
    ("transforms/outcomes/verdicts.py", "{} 10^4 CNY"): "numbers and their units",
    ("reports/*", "application/ld+json"): "what kind a file is of",
    # what is compared, counted or called so, and comes to no tonnes
    ("CONTRIBUTING.md", "electricity_per_heat"): "what a row of bounds bounds",
    ("data/reference/judgements.toml", "项目排放与基准排放之比"): "what a check compares",
    ("data/reference/parameter_kinds.toml", "Heat over electricity"): "what a parameter is",
    ("data/reference/refusals.toml", "热量与燃料热量之比"): "what a check compares",
    ("docs/adr/0027-what-must-be-possible.md", "Heat over fuel"): "what a check compares",
    ("docs/outcomes.md", "Heat over fuel"): "what a check compares",
    ("docs/deliveries.md", "heat over their electricity"): "what a parameter is",
    ("transforms/methods/heat/air_source_heat_pump/page.md", "heat over electricity"): "what a parameter is",
    ("transforms/methods/heat/fuel_switch/page.md", "ratio (`efficiency_gain`) and fuel"): "names of readings",
    ("transforms/methods/heat/fuel_switch/page.md", "(ratio 1"): "a value of a reading",
    ("transforms/methods/heat/steam_heating_chp_efficiency/page.md", "weighs each product"): "a thing produced",
    ("transforms/methods/land/manure_biogas/page.md", "0.94 is applied"): "what the guidance does with a factor",
    ("transforms/methods/power/grid_renewable/page.md", "without a `power"): "a reading that a month lacks",
    ("data/reference/bounds.csv", "0.25 per COD"): "a factor and its unit",
    ("transforms/methods/water/wastewater_treatment/cases.toml", "500 mg/L COD"): "a unit",
    ("docs/attribution.md", "0.4 of the promise"): "an amount of an example",
    ("docs/uncertainty.md", "product of uncertain factors"): "why a range is skewed",
    ("flows/published/receipts/words.toml", "承诺年度减排量合计"): "a total over projects",
    ("schemas/columns.py", "removals net of the baseline's"): "what a column holds",
    ("transforms/deliveries/sheets/characters.py", "\\p{Cf}"): "a set of characters",
    # how often something is there
    ("data/reference/flags.toml", "each amount times {scale}"): "what was done to the amounts of a file",
    ("data/reference/flags.toml", "已乘以 {scale}"): "what was done to the amounts of a file",
    ("data/reference/sentences.toml", "{count} x {rule}"): "rows by rule",
    ("data/reference/sentences.toml", "{rule} x {count}"): "rows by rule",
    ("flows/published/status.toml", "{count} x {rule}"): "rows by rule",
    ("flows/forms/archive.py", "{} times its own bytes"): "a limit",
    ("flows/forms/*", "{} rows x {} columns"): "a size",
    ("flows/forms/workbooks/*", "{} rows x {} columns"): "a size",
    ("data/reference/sentences.toml", "{rows} rows x {columns} columns"): "a size",
    ("flows/reference/checks/contradictions/spelled_sizes.py", "{} times as much"): "a unit's size",
    # units and outputs, which the program runs
    ("flows/reference/checks/units.py", "bar = 100000 * pascal"): "how a unit is written",
    ("flows/reference/checks/units.py", "10000 * kilowatt_hour"): "how a unit is written",
    ("flows/reference/checks/units.py", "joined by * or /"): "how a unit is written",
    ("flows/reference/checks/contradictions/spelled_sizes.py", "◦ * ◦"): "how a unit is written",
    ("flows/reference/checks/missing/bounded.py", "◦ + ◦"): "how outputs.toml writes readings that share a bound",
    ("flows/reference/checks/names/parts.py", "◦ + ◦"): "how outputs.toml writes readings that share a bound",
    ("transforms/projects/outputs.py", "◦ + ◦"): "how outputs.toml writes readings that share a bound",
    # characters, cells and commands
    ("*", "N/A"): "an error of a spreadsheet",
    ("*", "U+{}"): "a character's number",
    ("*", "0-9a-f"): "a pattern of digits",
    ("transforms/deliveries/text/formulas.py", "({})''*[{}]"): "a pattern",
    ("docs/adr/0021-context-of-a-cell.md", "=C2*D2"): "a cell",
    ("docs/deliveries.md", "Ｌ－１"): "an id",
    ("docs/deliveries.md", "6.22E+17"): "a cell",
    ("docs/deliveries.md", "without its minus (0"): "a cell's format",
    ("README.md", "round(sum(attributed_reductions_tco2e))"): "SQL",
    ("transforms/deliveries/text/cells.py", "{}+08:00"): "a clock",
    ("docs/runbook.md", "g+rX"): "a command",
    ("docs/runbook.md", "2 * * * cd"): "a command",
    ("docs/runbook.md", "postgresql+asyncpg"): "an address",
    ("*", "TimeZone = 'Asia"): "a setting",
    ("CONTRIBUTING.md", "METHOD: Final = replace"): "code",
}
"""What is not a formula by hand, by file and words, and why. All of it is somewhere: what is gone goes here too."""


def by_hand(path: str, content: str) -> list[str]:
    """The relations of a file's texts, each with its place."""
    return [f"{path}{shown.place}: {found}" for shown, found in _found(path, content)]


def formulas_in(text: str) -> list[str]:
    """What a text joins by signs and words of arithmetic, and what it does with quantities."""
    return [*(" ".join(found) for found in relations(text)), *joined_quantities(text)]


def _found(path: str, content: str) -> Iterator[tuple[Shown, str]]:
    allowed = [words for pattern, words in ALLOWED if fnmatch(path, pattern)]
    for shown in texts_of(path, content):
        text = shown.text
        for words in allowed:
            text = text.replace(words, " ")
        yield from ((shown, found) for found in formulas_in(text))


@pytest.mark.parametrize("path", FILES)
def test_no_text_has_a_formula_that_was_written_by_hand(path: str) -> None:
    assert by_hand(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(("pattern", "words"), ALLOWED)
def test_what_is_allowed_is_there(pattern: str, words: str) -> None:
    paths = [path for path in FILES if fnmatch(path, pattern)]
    assert any(words in shown.text for path in paths for shown in texts_of(path, (ROOT / path).read_text("utf-8")))


KINDS: Final = {
    "a method's boundary": ("transforms/methods/heat/steam_heating/about.toml", "默认燃煤"),
    "a method's condition": ("transforms/methods/heat/steam_heating/about.toml", "by at least the threshold"),
    "a condition of several": (
        "transforms/methods/shared/conditions.toml",
        "the replaced boilers are listed and dismantled",
    ),
    "a worked case": ("transforms/methods/heat/steam_heating/cases.toml", "A coal plant"),
    "a method's page": ("transforms/methods/heat/steam_heating/page.md", "Losses of the network are inside"),
    "a heading of a page": ("transforms/methods/heat/steam_heating/page.md", "## Open questions"),
    "a row of a page's table": ("transforms/methods/heat/steam_heating/page.md", "heat delivered; where both"),
    "sentences": ("data/reference/sentences.toml", "equity and debt"),
    "flags": ("data/reference/flags.toml", "withheld: {evidence}"),
    "gates": ("data/reference/gates.toml", "every row in is accepted"),
    "refusals": ("data/reference/refusals.toml", "请核对单位与规模"),
    "profiles": ("data/reference/profiles.toml", "What is outstanding of equity"),
    "sources": ("data/reference/sources.toml", "CDM project and issuance registers"),
    "metrics": ("data/reference/metrics.toml", "metered biogas"),
    "remarks of a table": ("data/reference/bounds.csv", "full power all the time"),
    "templates of deliveries": ("data/templates/deliveries.toml", "不符只标记"),
    "words of a document": ("reports/crf/words.toml", "全部贷款机构"),
    "a template's words": ("reports/crf/words.typ", "不跨年度相加"),
    "a template's text": ("reports/crf/words.typ", "按监管口径仍计入本表"),
    "a document's code": ("reports/crf/lines.py", "missing_promise"),
    "docs": ("docs/factors.md", "What `data/reference/parameters.csv` holds"),
    "a cell of docs": ("docs/factors.md", "not a baseline for scattered boilers"),
    "the glossary": ("docs/glossary.md", "what would have happened without"),
    "a decision": ("docs/adr/0002-latest-announced-factor.md", "The lookup takes only"),
    "the read-me": ("README.md", "Analysts get one"),
    "a page of no method": ("docs/methods/reported.md", "Nothing is checked here"),
    "descriptions of columns": ("schemas/columns.py", "Share of the balance in the total investment"),
    "descriptions of contracts": ("schemas/marts.py", "Expected is a promise by"),
    "words of the command line": ("flows/published/answers/figures.py", "name one of these"),
    "evidence": ("transforms/judging/levels.py", "{} GJ / {} GJ"),
    "the notice": ("NOTICE", "the publisher of each"),
    "what Prefect shows of a deployment": ("prefect.yaml", "Land, build, judge, publish, report"),
    "what Prefect shows of a task": ("flows/running/pipeline.py", "raise RefusedToPublish where a gate failed"),
    "what Prefect shows of a flow": ("flows/nightly.py", "a refusal to publish fails"),
}
"""A file of each kind that is printed or shown, and words in it behind which a formula could be put."""

FORGED: Final = (
    "减排量＝基准排放×9", "BE＝Q×9", "Q / η × 9 less PE", "Q/η_BL", "Q ÷ η_BL", "Q*9", "Q＊9", "Q ∗ 9", "Q ✕ 9",
    "Q ➗ 9", "Q x 9", "Q х 9", "9 x the promise", "Q·EF_fuel", "Q ⋅ EF_fuel", "BE − PE", "BE-PE", "BE – PE",
    "BE＋PE", "BE + PE", "LE = 0", "ER ≈ BE", "Q^2", "Q squared", "√Q", "Σ F × NCV", "0.65 tCO2/MWh × EG",
    "9 t × the heat", "Expected = promised × 9", "heat times the factor", "nine times the emissions",
    "twice the baseline", "heat multiplied by the factor", "multiply heat by 9", "heat divided by the efficiency",
    "baseline minus project", "the baseline less the project emissions", "Q less PE", "fuel plus power",
    "the product of heat and factor", "the sum of BE and PE", "the difference between baseline and project",
    "deduct PE from BE", "BE reduced by PE", "balance over total investment", "balance / total investment",
    "balance/investment", "reduction/9", "减排量乘以9", "减排量乘9", "热量除以效率", "基准减项目排放",
    "基准排放减去项目排放", "基准排放扣除项目排放", "燃料排放加上用电排放", "用热量加用电量",
    "基准排放与项目排放之差", "燃料与用电之和", "热量与因子的乘积", "排放量的九倍", "余额与总投资之比",
    "余额÷总投资×减排量", "余额/总投资", "余额／总投资", "热量/9", "份额＝余额", "reduction = baseline",
    "the reduction equals the baseline", "PE added to BE", "减排量等于基准排放", "基准排放与项目排放的差额", "Q²",
    "热量与因子相乘", "热量被效率除", "热量除因子", "热量与电量的和", "九倍热量", "热量X9", "余额占总投资的比例",
    "余额比总投资", "基准排放－项目排放", "基准排放-项目排放", "基准排放的60%", "heat, times 9", "heat (times 9)",
    "the emissions, divided by 9", "heat, less the losses", "ΣQ", "Q<sup>2</sup>", "1 − 0.9 BE", "BE is 9 PE",
    "Q • 9", "60 % of the baseline", "$Q times 9$", "frac(Q, 9)", "sqrt(Q)", "Q &times; 9", "Q&divide;9",
    "热量\u200b乘\u200b以9", "余额∶总投资", "减排量 = 基准排放",
    "nine times baseline emissions", "1.5 times heat", "ninefold the heat", "the heat ninefold", "90 % of the heat",
    "half the baseline", "a tenth of the gain", "baseline net of project emissions", "the emissions are doubled",
    "balance over the project's total investment", "a_b = c_d/e_f", "Q_heat = BE/EF_fuel", "BE := Q", "Q・EF_fuel",
    "Q⁹", "热量的90%", "热量九折", "热量的九成", "三分之一的热量", "two thirds of the heat",
    "热量翻倍", "基准排放抵扣项目排放", "燃料排放和用电排放合计",
)  # fmt: skip
"""Formulas in forms that somebody could write by hand."""

INNOCENT: Final = (
    "4 × 1 month", "1/2", "scopes 1/2/3", "2025-01-01 to 2026-12-31", "2025–2026", "0.5836 tCO2/MWh",
    "kg/m3 and t/h", "tCO2/(ha*yr)", "元/吨", "煤耗300克标准煤/千瓦时", "t/10^4 CNY", "10^4 Nm3", "GB/T 2589-2020",
    "PDF/A-3a", "CN-JX", "L-ICBC-03", "N2O-N", "data/reference/parameters.csv",
    "`machine_is_electric` = 0 refuses the project", "`source = estimate`", "SCALE=1", "{name} = {value}",
    "three times a year", "more than 12 times its electricity", "several times the room", "at all times",
    "how much less CO2 is emitted", "no more and no less", "half of the loan", "不可能超过总投资的十倍", "是/否",
    "签字 / 盖章", "Field / method", "and/or", "read *as it is*", "**bold** words", "aquaculture output +40 %",
    "95 % interval, ±5 %", "节能减排项目", "加权平均利率", "增加减少", "乘用车", "热电联产除外", "不抵减融资排放",
    "{covered}/{running} 个运行日", "{heat} GJ / {fuel} GJ", "3,600 x 15/30 = 1,800", "第 1 / 3 页",
    "its share of the loan", "1.19 t (fir) x 2", "不等于零", "二者不得相加", "不跨年度相加", "年均增长3%",
    "tenfold the debt is another unit", "a loan of half the investment", "90 % of the rows", "an average that doubled",
    "打折旧", "抵减", "95 % of the months", "equal to the last digit", "m² and m³",
)  # fmt: skip
"""What looks like arithmetic and is none, or is of numbers alone."""


WORDINGS: Final[dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("formulas_by_hand.toml").read_text("utf-8")
)
"""More of them, by what hides them; their kinds of files are those of FORGED."""


@pytest.mark.parametrize("hidden_by", WORDINGS)
def test_a_formula_is_found_in_whatever_words_it_is_written(hidden_by: str) -> None:
    assert [words for words in WORDINGS[hidden_by] if not formulas_in(plain(words))] == []


def copy(kind: str, words: str) -> list[str]:
    """What is found in a copy of a file of that kind in which somebody has put the words."""
    path, place = KINDS[kind]
    content = (ROOT / path).read_text(encoding="utf-8")
    assert place in content, f"{path} has no longer {place!r}"
    words = words.replace(",", "，") if path.endswith(".csv") else words  # else it ends the cell
    return by_hand(path, content.replace(place, f"{place}；{words}", 1))


@pytest.mark.parametrize("kind", KINDS)
def test_a_formula_by_hand_is_found_in_whatever_is_printed_or_shown(kind: str) -> None:
    assert [words for words in FORGED if not copy(kind, words)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_only_looks_like_a_formula_is_not_taken_for_one(kind: str) -> None:
    assert {words: found for words in INNOCENT if (found := copy(kind, words))} == {}


@pytest.mark.parametrize(
    "written",
    [
        '#let rule(a, b) = a + " ÷ " + b + " × "',
        "$ E R = B E times 9 $",
        "#let rule(a, b) = [#a #sym.div #b]",
        "#let rule(a, b) = { a; sym.times; b }",
        "#let rule(a, b) = math.frac(a, b)",
        "$ #data.a / #data.b $",
        '#let rule(a, b) = a + "\\u{00d7}" + b',
    ],
)
def test_a_formula_that_a_template_puts_together_is_found(written: str) -> None:
    assert by_hand("reports/crf/words.typ", written)


@pytest.mark.parametrize(
    "written",
    [
        'f"{money} ÷ {investment}"',
        'f"{money} / {investment}"',
        'f"{be} - {pe}"',
        'f"{baseline}-{project}"',
        'f"{heat} * {factor}"',
        '" ".join([money, "*", investment])',
        'money + "乘" + investment',
        '"%s × %s" % (money, investment)',
        r'r"$ER = BE \times 9$"',
        r'r"\d Q × 9"',
        '"SELECT 1 FROM t: 热量乘以9"',
        '"heat times 9, FROM the meter"',
        '"BE::PE, Q × 9"',
    ],
)
def test_a_formula_that_code_puts_together_is_found(written: str) -> None:
    """As the share rule was: words of a table with signs between them."""
    assert by_hand("reports/crf/lines.py", f"share = {written}")


@pytest.mark.parametrize("written", [r'r"\d+[+-]\s*\w"', '"SELECT a * b FROM t"', '"%Y-%m-%d"', r'"[A-F\\d]+"'])
def test_a_pattern_a_query_and_a_form_of_dates_hold_no_formula(written: str) -> None:
    assert by_hand("flows/forms/text.py", f"pattern = {written}") == []


def test_a_formula_in_a_block_of_code_is_found() -> None:
    """Whatever its language; but for the queries of the pages whose SQL tests run."""
    for language in ("", "python", "toml", "text"):
        assert by_hand("docs/factors.md", f"```{language}\nBE = 9 * Q / eta_BL * EF_fuel\n```\n")
    query = "```sql\nSELECT sum(balance) * 100 FROM t\n```\n"
    assert by_hand("docs/analysts.md", query) == []
    assert by_hand("docs/factors.md", query)


def test_a_formula_between_marks_is_found_where_no_generator_writes() -> None:
    block = "<!-- rule period_end share -->\nBE = Q × 9\n<!-- /rule -->\n"
    assert by_hand("docs/factors.md", block)
    assert by_hand("transforms/methods/heat/steam_heating/page.md", block)
    assert by_hand("docs/attribution.md", block) == []


def test_a_formula_in_a_name_of_a_table_or_of_the_package_is_found() -> None:
    assert by_hand("data/reference/flags.toml", '"热量乘以9" = 1')
    assert by_hand("pyproject.toml", '[project]\ndescription = "heat times 9"')


def test_a_sign_alone_in_a_cell_or_a_value_is_found() -> None:
    assert by_hand("docs/factors.md", "| heat | × 9 |")
    assert by_hand("docs/factors.md", "| 热量 | 乘以9 |")
    for words in ("× ", "乘以", "减去"):
        assert by_hand("reports/crf/words.toml", f'between = "{words}"')


@pytest.mark.parametrize("words", ["Q \\times 9", "\\frac{Q}{\\eta}", "Q \\cdot 9", "\\sqrt{Q}"])
def test_a_formula_in_the_signs_of_latex_is_found(words: str) -> None:
    assert by_hand("docs/factors.md", f"It is ${words}$.")
    assert by_hand("data/reference/flags.toml", f"a = 'it is ${words}$'")


def test_a_formula_that_goes_on_over_lines_is_found() -> None:
    assert by_hand("docs/factors.md", "Expected is the promise\ntimes the rate.")
    assert by_hand("data/reference/flags.toml", 'a = """the heat\ndivided by the efficiency"""')
