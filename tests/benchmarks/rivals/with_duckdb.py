"""The work in SQL: DuckDB reads the Parquet and works everything out, set by set.

Money is summed by loan and month before it is spread over the months; readings within a month never meet a calendar;
factors are looked up on the small grid of projects and months. One statement a method, made from its formula.
"""

import re
from pathlib import Path
from typing import Final

import duckdb

from tests.benchmarks.rivals.formulas import FORMULAS, REMOVALS, REPORTED, SEASONS, Formula
from tests.benchmarks.work import ATTRIBUTED, LAST, LOAN_MONTHS, PERIODS, PROJECT_MONTHS, Done


def work(accepted: Path) -> Done:
    """Return the three tables."""
    database = duckdb.connect()
    database.execute("SET threads = 2")
    for table in ("projects", "loans", "ledger", "operating", "parameters", "fx", "factors", "places"):
        database.execute(f"CREATE VIEW {table} AS FROM '{accepted}/{table}.parquet'")
    periods = ", ".join(f"('{name}', DATE '{first}', DATE '{last}')" for name, first, last in PERIODS)
    for statement in (
        MACROS,
        f"CREATE TABLE periods AS FROM (VALUES {periods}) AS t(period, first, last)",
        CHANGES,
        LOAN_MONTHS_SQL,
        PROJECTS,
        GRID,
        READINGS,
        _needs(),
        FACTORS,
    ):
        database.execute(statement)
    parts = [_method(name, formula) for name, formula in FORMULAS.items()]
    database.execute(f"CREATE TABLE project_months AS {' UNION ALL '.join([*parts, OWN_FIGURES])}")
    database.execute(ATTRIBUTION)
    return {name: database.table(name).pl() for name in (LOAN_MONTHS, PROJECT_MONTHS, ATTRIBUTED)}


MACROS: Final = """
CREATE MACRO not_below_zero(x) AS CASE WHEN x < 0 THEN 0.0 ELSE x END;
CREATE MACRO at_most(x, y) AS CASE WHEN x IS NOT NULL AND y IS NOT NULL THEN least(x, y) END;
"""

CHANGES: Final = """
CREATE TABLE changes AS
SELECT l.loan_id, l.value_date,
       CASE WHEN l.event = 'REVERSAL' THEN -1 ELSE 1 END * CAST(l.amount * 100 AS BIGINT) AS fen,
       coalesce(o.event, l.event) AS event
FROM ledger l LEFT JOIN ledger o ON l.reverses_entry_id = o.entry_id AND l.loan_id = o.loan_id;
ALTER TABLE changes ADD COLUMN change BIGINT;
UPDATE changes SET change = CASE WHEN event IN ('DISBURSEMENT', 'TRANSFER_IN') THEN fen ELSE -fen END;
"""

LOAN_MONTHS_SQL: Final = f"""
CREATE TABLE moved AS
SELECT loan_id, date_trunc('month', value_date)::DATE AS month, sum(change)::BIGINT AS change,
       sum(change * (last_day(value_date) - value_date + 1))::BIGINT AS weighted, count(*) AS entries,
       coalesce(sum(fen) FILTER (event = 'DISBURSEMENT'), 0)::BIGINT AS paid,
       coalesce(sum(fen) FILTER (event IN ('REPAYMENT', 'PREPAYMENT')), 0)::BIGINT AS repaid
FROM changes GROUP BY ALL;
CREATE TABLE swept AS
SELECT g.loan_id, g.month, coalesce(change, 0) AS change, coalesce(weighted, 0) AS weighted, coalesce(paid, 0) AS paid,
       coalesce(repaid, 0) AS repaid, coalesce(entries, 0) AS entries,
       sum(coalesce(change, 0)) OVER (PARTITION BY g.loan_id ORDER BY g.month)::BIGINT AS closing
FROM (SELECT loan_id, unnest(generate_series(min(month), DATE '{LAST}', INTERVAL 1 MONTH))::DATE AS month
      FROM moved GROUP BY loan_id) g
LEFT JOIN moved m ON g.loan_id = m.loan_id AND g.month = m.month;
CREATE VIEW loan_months AS
SELECT loan_id, month AS month_start_date, closing - change AS opening_fen, closing AS closing_fen,
       ((closing - change) * day(last_day(month)) + weighted) / day(last_day(month)) / 100 AS average_balance,
       paid AS disbursed_fen, repaid AS repaid_fen
FROM swept;
"""

PROJECTS: Final = f"""
CREATE TABLE scoped AS
SELECT p.project_id, p.method, p.commissioning_date, p.reported_annual_reduction_tco2, p.investment_currency,
       CAST(p.total_investment * 100 AS BIGINT) AS invested, s.province_code AS province,
       coalesce(p.realisation_type, CASE WHEN p.method = 'rooftop_pv' THEN 'solar' ELSE 'unstated' END) AS technology,
       s.grid_region || '/' || coalesce(p.realisation_type,
           CASE WHEN p.method = 'rooftop_pv' THEN 'solar' ELSE 'unstated' END) AS region_technology,
       CASE WHEN p.method IN {REPORTED} THEN p.commissioning_date
            ELSE greatest(p.commissioning_date, f.first_date) END AS begun
FROM projects p
LEFT JOIN places s ON p.province_or_country = s.province_zh
LEFT JOIN (SELECT project_id, min(first_date) AS first_date FROM (
    SELECT project_id, min(period_start) AS first_date FROM operating GROUP BY ALL
    UNION ALL
    SELECT project_id, min(value_date) FROM ledger JOIN loans USING (loan_id) GROUP BY ALL) GROUP BY ALL) f
USING (project_id);
"""

GRID: Final = f"""
CREATE TABLE grid AS
SELECT *, greatest(month, commissioning_date) AS day_from, last_day(month) AS day_to,
       last_day(month) - greatest(month, commissioning_date) + 1 AS days
FROM (SELECT *,
             unnest(generate_series(date_trunc('month', begun)::DATE, DATE '{LAST}', INTERVAL 1 MONTH))::DATE AS month
      FROM scoped WHERE begun <= DATE '{LAST}');
"""

READINGS: Final = """
CREATE TABLE amounts AS
SELECT r.project_id, r.metric, r.month, sum(value * met / length) AS value, sum(met) AS days
FROM (
    SELECT o.project_id, o.metric, o.month, value, o.period_end - o.period_start + 1 AS length,
           greatest(0, least(o.period_end, last_day(o.month))
                       - greatest(o.period_start, o.month, s.commissioning_date) + 1) AS met
    FROM (
        SELECT *, date_trunc('month', period_start)::DATE AS month FROM operating
        WHERE date_trunc('month', period_start) = date_trunc('month', period_end)
        UNION ALL
        SELECT *, unnest(generate_series(date_trunc('month', period_start)::DATE, period_end, INTERVAL 1 MONTH))::DATE
        FROM operating WHERE date_trunc('month', period_start) <> date_trunc('month', period_end)) o
    JOIN scoped s USING (project_id)) r
GROUP BY ALL;
CREATE TABLE complete AS
SELECT g.method, a.project_id, a.month, a.metric, a.value
FROM amounts a JOIN grid g ON a.project_id = g.project_id AND a.month = g.month AND a.days = g.days;
CREATE TABLE ever AS SELECT DISTINCT project_id, metric FROM operating;
"""

FACTORS: Final = """
CREATE TABLE known AS
SELECT parameter_id, scope, value, valid_from, valid_to FROM factors
UNION ALL
SELECT parameter_id, scope, value, valid_from, valid_to FROM parameters
UNION ALL
SELECT 'reservoir_ef', p.scope, CASE WHEN p.value > upper.value THEN 0.0 ELSE reservoir.value END,
       p.valid_from, p.valid_to
FROM parameters p, factors upper, factors reservoir
WHERE p.parameter_id = 'power_density' AND upper.parameter_id = 'hydro_power_density_upper' AND upper.scope = 'hydro'
AND reservoir.parameter_id = 'hydro_reservoir_ef' AND reservoir.scope = 'hydro';
CREATE TABLE deciding AS
SELECT project_id, method, symbol, arg_min(parameter_id, rank) AS parameter_id, arg_min(scope, rank) AS scope
FROM (SELECT project_id, n.method, symbol, rank, parameter_id,
             CASE WHEN place = 'own' THEN project_id WHEN starts_with(place, 'own/') THEN project_id || place[4:]
                  WHEN place = 'province' THEN province WHEN place = 'technology' THEN technology
                  WHEN place = 'region_technology' THEN region_technology ELSE place END AS scope
      FROM scoped JOIN needs n USING (method))
SEMI JOIN known USING (parameter_id, scope) GROUP BY ALL;
CREATE TABLE found AS
SELECT g.project_id, g.month, d.method, d.symbol, k.value
FROM deciding d JOIN known k USING (parameter_id, scope)
JOIN grid g ON g.project_id = d.project_id AND k.valid_from <= g.day_from AND k.valid_to >= g.day_to;
"""

OWN_FIGURES: Final = f"""
SELECT project_id, month AS month_start_date, NULL AS baseline_emissions_tco2e, NULL AS project_emissions_tco2e,
       NULL AS leakage_tco2e,
       reported_annual_reduction_tco2 * (days / CASE WHEN year(month) % 4 = 0 THEN 366 ELSE 365 END)
       AS emission_reductions_tco2e, days
FROM grid WHERE method IN {REPORTED} AND reported_annual_reduction_tco2 IS NOT NULL AND days > 0
"""


def _method(name: str, formula: Formula) -> str:
    """The months of one method's projects that have a figure."""
    readings = {**formula.readings, **formula.optional}
    wide = ", ".join(f"max(value) FILTER (metric = '{metric}') AS {symbol}" for symbol, metric in readings.items())
    ever = ", ".join(f"bool_or(metric = '{metric}') AS ever_{symbol}" for symbol, metric in formula.optional.items())
    given = [_given(symbol, metric, symbol in formula.optional) for symbol, metric in readings.items()]
    found = ", ".join(f"max(value) FILTER (symbol = '{symbol}') AS {symbol}" for symbol in formula.factors)
    kept = [*(f"f.{symbol}" for symbol in formula.factors), *(f"ever_{symbol}" for symbol in formula.optional)]
    wanted = " AND ".join(f"{symbol} IS NOT NULL" for symbol in readings)
    some = f" AND ({' OR '.join(f'ever_{symbol}' for symbol in formula.optional)})" if formula.one_of else ""
    terms = [_floats(text) for text in (formula.baseline, formula.project, formula.leakage)]
    return f"""
SELECT project_id, month AS month_start_date, be AS baseline_emissions_tco2e, pe AS project_emissions_tco2e,
       le AS leakage_tco2e, be - pe - le AS emission_reductions_tco2e, days FROM (
    SELECT project_id, month, days, {terms[0]} AS be, {terms[1]} AS pe, {terms[2]} AS le FROM (
        SELECT g.project_id, g.month, g.days, {", ".join([*given, *kept])}
        FROM grid g
        LEFT JOIN (SELECT project_id, month, {wide} FROM complete WHERE method = '{name}' GROUP BY ALL) r
        USING (project_id, month)
        {"LEFT JOIN (SELECT project_id, " + ever + " FROM ever GROUP BY ALL) e USING (project_id)" if ever else ""}
        LEFT JOIN (SELECT project_id, month, {found} FROM found WHERE method = '{name}' GROUP BY ALL) f
        USING (project_id, month)
        WHERE g.method = '{name}' AND g.days > 0)
    WHERE {wanted}{some})
WHERE be - pe - le IS NOT NULL AND isfinite(be - pe - le)"""


def _given(symbol: str, metric: str, is_optional: bool) -> str:
    """A reading of the month; nothing out of its season, and nothing of what the project never reads."""
    value = f"r.{symbol}"
    if metric in SEASONS:
        value = f"CASE WHEN month(month) IN {SEASONS[metric]} THEN {value} ELSE 0.0 END"
    if is_optional:
        value = f"CASE WHEN ever_{symbol} THEN {value} ELSE 0.0 END"
    return f"{value} AS {symbol}"


def _needs() -> str:
    """Where each symbol of each method is looked for, as rows."""
    rows = [
        f"('{method}', '{symbol}', {rank}, '{parameter}', '{scope}')"
        for method, formula in FORMULAS.items()
        for symbol, places in formula.factors.items()
        for rank, (parameter, scope) in enumerate(places)
    ]
    return f"CREATE TABLE needs AS FROM (VALUES {', '.join(rows)}) AS t(method, symbol, rank, parameter_id, place)"


def _floats(text: str) -> str:
    """Numbers as doubles, which DuckDB would read as decimals."""
    return re.sub(r"(?<![\w.])(\d+\.\d+)(?![\w.])", r"\1::DOUBLE", text)


ATTRIBUTION: Final = f"""
CREATE TABLE months_of AS
SELECT period, first, last, unnest(generate_series(first, last, INTERVAL 1 MONTH))::DATE AS month FROM periods;
CREATE TABLE rates AS
SELECT period, currency, CASE WHEN currency = 'CNY' THEN 1.0::DOUBLE ELSE
       (SELECT arg_max(rate, date) FROM fx WHERE base = currency AND date <= last) END AS rate
FROM periods, (SELECT DISTINCT currency FROM loans UNION SELECT DISTINCT investment_currency FROM projects
               WHERE investment_currency IS NOT NULL);
CREATE TABLE tonnes AS
SELECT period, s.project_id,
       CASE WHEN needed > 0 AND covered = needed AND method NOT IN {(*REMOVALS, "none")} THEN tco2e END AS tco2e
FROM (SELECT period, project_id, method, greatest(0, last - greatest(commissioning_date, first) + 1) AS needed
      FROM scoped, periods WHERE commissioning_date IS NOT NULL) s
LEFT JOIN (SELECT period, m.project_id, sum(emission_reductions_tco2e) AS tco2e, sum(days) AS covered
           FROM project_months m JOIN periods ON month_start_date BETWEEN first AND last GROUP BY ALL) m
USING (period, project_id);
CREATE TABLE overdrawn AS
SELECT loan_id, min(value_date) AS since FROM (
    SELECT loan_id, value_date, sum(moved) OVER (PARTITION BY loan_id ORDER BY value_date) AS closing
    FROM (SELECT loan_id, value_date, sum(change) AS moved FROM changes GROUP BY ALL))
WHERE closing < 0 GROUP BY ALL;
CREATE TABLE exposed AS
SELECT period, loan_id,
       sum((closing - change) * day(last_day(month)) + weighted)::DOUBLE / any_value(last - first + 1) AS money,
       sum(entries) > 0 OR arg_min(closing - change, month) <> 0 AS is_active, any_value(last) AS last
FROM swept JOIN months_of USING (month) GROUP BY ALL;
CREATE TABLE shares AS
SELECT e.period, e.loan_id, l.project_id, e.is_active, l.loan_type = 'working_capital' AS is_capital,
       CASE WHEN NOT is_capital AND (o.since IS NULL OR o.since > e.last) THEN CASE
            WHEN p.invested > 0 AND e.money = 0 THEN 0.0
            WHEN p.invested > 0 AND l.currency = p.investment_currency THEN e.money / p.invested
            WHEN p.invested > 0 THEN e.money / (p.invested * i.rate / r.rate) END END AS raw
FROM exposed e JOIN loans l USING (loan_id) JOIN scoped p USING (project_id)
LEFT JOIN overdrawn o ON o.loan_id = e.loan_id
LEFT JOIN rates r ON r.period = e.period AND r.currency = l.currency
LEFT JOIN rates i ON i.period = e.period AND i.currency = p.investment_currency;
CREATE TABLE attributed AS
SELECT s.period, s.loan_id, t.tco2e AS emission_reductions_tco2e,
       CASE WHEN has THEN raw END AS attribution_factor_raw_ratio,
       CASE WHEN has THEN ratio END AS attribution_factor_ratio,
       CASE WHEN has THEN t.tco2e * ratio END AS attributed_reductions_tco2e
FROM (
    SELECT *, CASE WHEN unknown AND raw <> 0 THEN NULL
                   WHEN together > 1 + 1e-12 THEN raw / together ELSE raw END AS ratio
    FROM (SELECT *, sum(raw) OVER w AS together, bool_or(raw IS NULL AND NOT is_capital) OVER w AS unknown FROM shares
          WINDOW w AS (PARTITION BY period, project_id))) s
LEFT JOIN tonnes t USING (period, project_id), LATERAL (SELECT t.tco2e IS NOT NULL AND ratio IS NOT NULL AS has)
WHERE is_active;
ALTER TABLE project_months DROP COLUMN days;
"""
