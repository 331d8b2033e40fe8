-- The months of each project, or the pieces of one that the days cut, and what of them lies within the days.
CREATE MACRO mart.month_parts(first_day, last_day) AS TABLE
WITH
met AS (
    SELECT project_id, month_start_date, status, operating_from_date, operating_to_date, emission_reductions_tco2e,
        operating_from_date >= first_day::DATE AND operating_to_date <= last_day::DATE AS is_whole
    FROM mart.project_months
    WHERE operating_from_date <= last_day::DATE AND operating_to_date >= first_day::DATE
),
-- a union and no left join: DuckDB 2.0 loses the ON's condition on the left side when a project is filtered for
piece AS (
    SELECT project_id, month_start_date, status, operating_from_date AS from_date, operating_to_date AS to_date,
        emission_reductions_tco2e AS tco2e
    FROM met m
    WHERE is_whole OR NOT EXISTS (FROM mart.project_month_parts p
        WHERE p.project_id = m.project_id AND p.month_start_date = m.month_start_date)
    UNION ALL
    SELECT p.project_id, p.month_start_date, p.status, p.part_from_date, p.part_to_date, p.emission_reductions_tco2e
    FROM mart.project_month_parts p JOIN met m USING (project_id, month_start_date)
    WHERE NOT m.is_whole
),
month_part AS (
    SELECT project_id, month_start_date, status,
        (least(to_date, last_day::DATE) - greatest(from_date, first_day::DATE)) + 1 AS part_days,
        (to_date - from_date) + 1 AS whole_days,
        CASE WHEN part_days = whole_days THEN tco2e ELSE tco2e * (part_days / whole_days) END AS part_tco2e
    FROM piece
    WHERE from_date <= last_day::DATE AND to_date >= first_day::DATE
)
FROM month_part;

-- Each project's reduction over the days, and its status.
CREATE MACRO mart.project_reductions(first_day, last_day) AS TABLE
WITH
summed AS (
    SELECT project_id, sum(part_tco2e ORDER BY month_start_date) AS part_tco2e,
        coalesce(sum(part_days) FILTER (part_tco2e IS NOT NULL), 0) AS covered_days,
        bool_or(status = 'blocked_missing_reading') AS lacks_reading,
        bool_or(status LIKE 'blocked%') AS lacks_any,
        bool_or(status = 'refused') AS is_outside,
        bool_or(status = 'withheld_implausible') AS is_withheld
    FROM mart.month_parts(first_day, last_day) GROUP BY project_id
),
period_reduction AS (
    SELECT p.project_id,
        CASE
            WHEN m.method_kind = 'none' OR m.container <> 'avoided_emissions' THEN 'not_estimated'
            WHEN p.commissioning_date IS NULL OR p.commissioning_date > last_day::DATE THEN 'under_construction'
            WHEN (last_day::DATE - greatest(p.commissioning_date, first_day::DATE)) + 1 = s.covered_days
                THEN CASE m.method_kind WHEN 'reported' THEN 'reported' ELSE 'measured' END
            WHEN s.is_outside THEN 'refused'
            WHEN s.is_withheld THEN 'withheld_implausible'
            WHEN s.lacks_any AND NOT s.lacks_reading THEN 'blocked_missing_parameter'
            ELSE 'blocked_missing_reading'
        END AS er_status,
        CASE WHEN er_status IN ('measured', 'reported') THEN s.part_tco2e END AS reduction
    FROM core.projects p JOIN core.methods m USING (method)
    LEFT JOIN summed s ON s.project_id = p.project_id
)
FROM period_reduction;

-- mart.attributed(from, to, basis or profile): the SQL twin of transforms/attribution/shares.py, for analysts and any period.
-- A test holds the two to the same figures. Macros resolve names in the current catalog: open the file directly.
CREATE MACRO mart.attributed(first_day, last_day, basis) AS TABLE
WITH
known_rule AS (
    SELECT basis AS name, 'total_investment' AS denominator, basis = 'disbursed' AS is_annual,
        false AS is_gated, false AS is_ordered_zero, false AS is_facility, false AS is_formula_instead
    WHERE basis IN ('period_end', 'daily_average', 'month_end_average', 'monthly_matched', 'disbursed')
    UNION ALL
    SELECT p.basis, p.denominator, p.reduction = 'promised_annual',
        p.is_operating_only, p.mandated_baseline_rule = 'zero', p.loans_in_scope = 'facility',
        p.without_promise_rule = 'formula'
    FROM core.profiles p WHERE p.profile = basis
),
rule AS (
    SELECT CASE WHEN count(*) = 1 THEN any_value(name)
            ELSE error('basis must be period_end, daily_average, month_end_average, monthly_matched, disbursed '
                || 'or a profile of core.profiles') END AS name,
        any_value(denominator) AS denominator, any_value(is_annual) AS is_annual, any_value(is_gated) AS is_gated,
        any_value(is_ordered_zero) AS is_ordered_zero, any_value(is_facility) AS is_facility,
        any_value(is_formula_instead) AS is_formula_instead
    FROM known_rule
),
age AS (SELECT min(value)::INTEGER AS days FROM core.parameters
    WHERE parameter_id = 'fx_rate_max_age' AND scope = 'all'),
known AS (
    SELECT b.loan_id, b.currency, b.value_date, b.flow_date,
        b.value_date <= last_day::DATE AS is_booked,
        CASE WHEN is_booked THEN (b.balance_change_amount * 100)::BIGINT ELSE 0 END AS fen,
        (b.disbursed_amount * 100)::BIGINT AS lent_fen,
        greatest(b.value_date, first_day::DATE) AS since,
        b.disbursed_amount <> 0 AND NOT coalesce(
            b.flow_date BETWEEN f.valid_from AND f.valid_to, true) AS is_outside
    FROM mart.balance_changes b
    LEFT JOIN core.loans l USING (loan_id)
    LEFT JOIN core.crf_fields f USING (crf_field)
    WHERE CASE WHEN b.disbursed_amount <> 0 THEN b.flow_date ELSE b.value_date END <= last_day::DATE
),
changes AS (SELECT * FROM known WHERE NOT (is_outside AND (SELECT is_facility FROM rule))),
month_count AS (SELECT date_diff('month', first_day::DATE, last_day::DATE) + 1 AS n),
day_count AS (SELECT (last_day::DATE - first_day::DATE) + 1 AS n),
exposed AS (
    SELECT loan_id,
        CASE (SELECT name FROM rule)
            WHEN 'period_end' THEN sum(fen)::DOUBLE
            WHEN 'daily_average'
                THEN sum(fen * ((last_day::DATE - since) + 1))::DOUBLE / (SELECT n FROM day_count)
            WHEN 'disbursed' THEN coalesce(sum(lent_fen) FILTER (flow_date >= first_day::DATE), 0)::DOUBLE
            ELSE sum(fen * (date_diff('month', since, last_day::DATE) + 1))::DOUBLE / (SELECT n FROM month_count)
        END AS counted_fen,
        sum(lent_fen)::DOUBLE AS lent_so_far_fen,
        bool_or(value_date >= first_day::DATE AND is_booked)
            OR coalesce(sum(fen) FILTER (value_date < first_day::DATE), 0) <> 0 AS is_active
    FROM changes
    GROUP BY loan_id
),
daily AS (SELECT loan_id, value_date, sum(fen) AS moved FROM known WHERE is_booked GROUP BY ALL),
closing AS (
    SELECT loan_id, sum(moved) OVER (PARTITION BY loan_id ORDER BY value_date) AS balance_fen FROM daily
),
overdrawn AS (SELECT DISTINCT loan_id FROM closing WHERE balance_fen < 0),
flows AS (
    SELECT c.loan_id, c.lent_fen, c.flow_date >= first_day::DATE AS is_inside,
        CASE WHEN c.currency <> 'CNY' THEN (
            SELECT max(f.date) FROM core.fx f
            WHERE f.base = c.currency AND f.quote = 'CNY'
                AND f.date BETWEEN c.flow_date - (SELECT days FROM age) AND c.flow_date) END AS rate_date,
        CASE WHEN c.currency = 'CNY' THEN 1.0 ELSE (
            SELECT arg_max(f.rate, f.date) FROM core.fx f
            WHERE f.base = c.currency AND f.quote = 'CNY'
                AND f.date BETWEEN c.flow_date - (SELECT days FROM age) AND c.flow_date) END AS rate
    FROM changes c
    WHERE c.lent_fen <> 0
),
flows_cny AS (
    SELECT loan_id,
        CASE WHEN count(*) FILTER (is_inside) = count(rate) FILTER (is_inside)
            THEN sum(lent_fen * rate) FILTER (is_inside) END AS lent_fen_cny,
        CASE WHEN count(*) = count(rate) THEN sum(lent_fen * rate) END AS so_far_fen_cny,
        max(rate_date) FILTER (is_inside) AS rate_date
    FROM flows GROUP BY loan_id
),
in_force AS (
    SELECT project_id, investment_currency AS sheet_currency,
        CASE WHEN greatest(total_equity, 0) + total_debt > 0 THEN greatest(total_equity, 0) + total_debt END AS sheet
    FROM core.balance_sheets
    WHERE balance_sheet_date IS NULL OR balance_sheet_date <= last_day::DATE
    QUALIFY row_number() OVER (PARTITION BY project_id ORDER BY balance_sheet_date DESC NULLS LAST) = 1
),
sheets AS (
    SELECT p.project_id, p.investment_currency, p.total_investment, f.first_total_investment, f.first_investment_currency,
        b.sheet, b.sheet_currency
    FROM core.projects p LEFT JOIN core.first_investments f USING (project_id) LEFT JOIN in_force b USING (project_id)
),
denominators AS (
    SELECT s.project_id,
        CASE WHEN r.denominator = 'total_investment' THEN r.denominator
            WHEN s.sheet IS NOT NULL THEN 'equity_plus_debt' ELSE 'value_at_origination' END AS used,
        CASE used WHEN 'value_at_origination' THEN s.first_investment_currency
            WHEN 'equity_plus_debt' THEN s.sheet_currency ELSE s.investment_currency END AS investment_currency,
        CASE used WHEN 'total_investment' THEN s.total_investment
            WHEN 'equity_plus_debt' THEN s.sheet ELSE s.first_total_investment END AS invested
    FROM sheets s CROSS JOIN rule r
),
currencies AS (
    SELECT currency FROM core.loans
    UNION SELECT investment_currency FROM denominators WHERE investment_currency NOT NULL
),
rates AS (
    SELECT c.currency, CASE WHEN c.currency <> 'CNY' THEN (
        SELECT max(f.date) FROM core.fx f
        WHERE f.base = c.currency AND f.quote = 'CNY'
            AND f.date BETWEEN last_day::DATE - (SELECT days FROM age) AND last_day::DATE) END AS rate_date,
        CASE WHEN c.currency = 'CNY' THEN 1.0 ELSE (
        SELECT arg_max(f.rate, f.date) FROM core.fx f
        WHERE f.base = c.currency AND f.quote = 'CNY'
            AND f.date BETWEEN last_day::DATE - (SELECT days FROM age) AND last_day::DATE) END AS rate
    FROM currencies c
),
month_part AS (FROM mart.month_parts(first_day, last_day)),
period_reduction AS (FROM mart.project_reductions(first_day, last_day)),
year_reduction AS (
    SELECT project_id, er_status AS year_status, reduction AS year_tco2e
    FROM mart.project_reductions((last_day::DATE + 1) - INTERVAL 1 YEAR, last_day)
),
promise AS (
    SELECT p.project_id,
        CASE
            WHEN m.method_kind = 'none' OR m.container <> 'avoided_emissions' THEN 'not_estimated'
            WHEN r.is_gated AND NOT coalesce(p.commissioning_date <= last_day::DATE, false)
                THEN 'under_construction'
            WHEN i.project_id IS NOT NULL THEN 'withheld_implausible'
            WHEN p.reported_annual_reduction_tco2 IS NOT NULL THEN 'promised'
            WHEN NOT r.is_formula_instead OR p.commissioning_date IS NULL
                OR p.commissioning_date > (last_day::DATE + 1) - INTERVAL 1 YEAR THEN 'blocked_missing_parameter'
            ELSE y.year_status
        END AS er_status,
        CASE er_status WHEN 'promised' THEN p.reported_annual_reduction_tco2 WHEN 'measured' THEN y.year_tco2e
            END AS reduction
    FROM core.projects p JOIN core.methods m USING (method) JOIN year_reduction y USING (project_id) CROSS JOIN rule r
    LEFT JOIN mart.impossible_figures i ON i.project_id = p.project_id
),
counted AS (
    SELECT * FROM period_reduction WHERE NOT (SELECT is_annual FROM rule)
    UNION ALL BY NAME
    SELECT * FROM promise WHERE (SELECT is_annual FROM rule)
),
reduction AS (
    SELECT c.project_id, c.er_status,
        CASE WHEN (SELECT is_ordered_zero FROM rule) AND p.is_mandated_baseline AND c.reduction > 0 THEN 0.0
            ELSE c.reduction END AS reduction
    FROM counted c JOIN core.projects p USING (project_id)
),
based AS (
    SELECT l.loan_id, l.project_id, l.lender, l.loan_type, l.currency, l.crf_field, e.is_active,
        l.loan_type <> 'working_capital' AND o.loan_id IS NULL AS counts,
        o.loan_id IS NOT NULL AS is_overdrawn,
        k.name = 'disbursed' AS is_flow,
        CASE WHEN is_flow AND l.loan_type = 'refinance' THEN 0.0 ELSE e.counted_fen END AS own_fen,
        CASE WHEN is_flow AND l.loan_type = 'refinance' THEN 0.0 ELSE e.lent_so_far_fen END AS so_far_fen,
        CASE WHEN own_fen = 0 THEN 0.0 WHEN NOT is_flow THEN own_fen * lr.rate ELSE fc.lent_fen_cny END AS cny_fen,
        d.used AS denominator,
        coalesce(d.invested > 0, false) AS has_investment,
        l.currency = d.investment_currency AS is_same,
        coalesce(CASE WHEN is_flow THEN fc.rate_date ELSE lr.rate_date END,
            CASE WHEN NOT is_same THEN ir.rate_date END) AS exchange_rate_date,
        CASE WHEN NOT has_investment THEN NULL
            WHEN is_same THEN (d.invested * 100)::BIGINT::DOUBLE
            ELSE (d.invested * 100)::BIGINT::DOUBLE * ir.rate / lr.rate END AS investment_fen,
        CASE WHEN is_same THEN own_fen WHEN own_fen = 0 THEN 0.0 ELSE cny_fen / lr.rate END AS exposure_fen,
        CASE WHEN is_same THEN so_far_fen WHEN so_far_fen = 0 THEN 0.0
            ELSE fc.so_far_fen_cny / lr.rate END AS claimed_fen
    FROM exposed e
    CROSS JOIN rule k
    JOIN core.loans l USING (loan_id)
    JOIN denominators d USING (project_id)
    LEFT JOIN overdrawn o USING (loan_id)
    LEFT JOIN flows_cny fc USING (loan_id)
    LEFT JOIN rates lr ON lr.currency = l.currency
    LEFT JOIN rates ir ON ir.currency = d.investment_currency
),
shared AS (
    SELECT *,
        CASE WHEN NOT counts THEN NULL WHEN exposure_fen = 0 AND has_investment THEN 0.0
            ELSE exposure_fen / investment_fen END AS raw_ratio,
        CASE WHEN NOT counts OR NOT is_flow THEN raw_ratio WHEN claimed_fen = 0 AND has_investment THEN 0.0
            ELSE claimed_fen / investment_fen END AS claimed_ratio,
        bool_or(claimed_ratio IS NULL AND loan_type <> 'working_capital'
            AND NOT (is_flow AND loan_type = 'refinance')) OVER (PARTITION BY project_id) AS is_unknown_together,
        sum(claimed_ratio) OVER (PARTITION BY project_id) AS together,
        CASE WHEN raw_ratio = 0 THEN 0.0 WHEN is_unknown_together THEN NULL
            WHEN together > 1 + 1e-12 THEN raw_ratio / together ELSE raw_ratio END AS ratio
    FROM based
),
month_grid AS (
    SELECT month_start::DATE AS month_start_date, least(last_day(month_start::DATE), last_day::DATE) AS closing_date
    FROM generate_series(date_trunc('month', first_day::DATE), last_day::DATE, INTERVAL 1 MONTH) AS g(month_start)
),
month_balance AS (
    SELECT s.loan_id, s.project_id, g.month_start_date, s.counts, s.investment_fen, s.has_investment,
        coalesce(sum(c.fen), 0)::DOUBLE AS balance_fen
    FROM shared s CROSS JOIN rule k CROSS JOIN month_grid g
    LEFT JOIN changes c ON c.loan_id = s.loan_id AND c.value_date <= g.closing_date
    WHERE k.name = 'monthly_matched'
    GROUP BY ALL
),
month_share AS (
    SELECT loan_id, project_id, month_start_date,
        CASE WHEN NOT counts THEN NULL WHEN balance_fen = 0 AND has_investment THEN 0.0
            ELSE balance_fen / investment_fen END AS raw,
        sum(raw) OVER (PARTITION BY project_id, month_start_date) AS together,
        CASE WHEN together > 1 + 1e-12 THEN raw / together ELSE raw END AS scaled
    FROM month_balance
),
matched AS (
    SELECT s.loan_id, sum(p.part_tco2e * s.raw ORDER BY s.month_start_date) AS raw_tco2e,
        sum(p.part_tco2e * s.scaled ORDER BY s.month_start_date) AS tco2e
    FROM month_share s LEFT JOIN month_part p USING (project_id, month_start_date)
    GROUP BY s.loan_id
),
figures AS (
    SELECT s.*, r.reduction, r.er_status,
        k.name = 'monthly_matched' AS is_matched,
        CASE
            WHEN s.loan_type = 'working_capital' THEN 'not_estimated'
            WHEN s.is_overdrawn THEN 'refused'
            WHEN r.er_status IN ('not_estimated', 'under_construction') THEN r.er_status
            WHEN NOT s.has_investment THEN 'blocked_no_denominator'
            WHEN s.ratio IS NULL THEN 'blocked_missing_parameter'
            ELSE r.er_status
        END AS status,
        status IN ('measured', 'reported', 'promised') AS has_figure
    FROM shared s CROSS JOIN rule k JOIN reduction r USING (project_id)
)
SELECT f.loan_id, f.project_id, f.lender,
    round(f.cny_fen)::DECIMAL(38, 0) * 0.01::DECIMAL(38, 2) AS balance_cny,
    f.reduction AS emission_reductions_tco2e,
    CASE WHEN NOT f.has_figure THEN NULL WHEN f.is_matched THEN m.raw_tco2e / nullif(f.reduction, 0)
        ELSE f.raw_ratio END AS attribution_factor_raw_ratio,
    CASE WHEN NOT f.has_figure THEN NULL WHEN f.is_matched THEN m.tco2e / nullif(f.reduction, 0)
        ELSE f.ratio END AS attribution_factor_ratio,
    CASE WHEN NOT f.has_figure THEN NULL WHEN f.is_matched THEN m.tco2e
        ELSE f.reduction * f.ratio END AS attributed_reductions_tco2e,
    f.status, f.denominator, f.exchange_rate_date
FROM figures f LEFT JOIN matched m USING (loan_id)
WHERE f.is_active AND NOT (
    (SELECT is_facility FROM rule) AND (f.crf_field IS NULL OR f.loan_type IN ('refinance', 'working_capital')))
ORDER BY f.loan_id;

-- Any period under a profile of core.profiles, tonnes of the period and tonnes per year in columns of their own.
CREATE MACRO mart.attributed_by_profile(first_day, last_day, profile_name) AS TABLE
SELECT a.loan_id, a.project_id, a.lender, a.balance_cny,
    CASE WHEN p.reduction = 'measured_in_period' THEN a.emission_reductions_tco2e END AS emission_reductions_tco2e,
    a.attribution_factor_raw_ratio, a.attribution_factor_ratio,
    CASE WHEN p.reduction = 'measured_in_period' THEN a.attributed_reductions_tco2e END AS attributed_reductions_tco2e,
    a.status,
    CASE WHEN p.reduction = 'promised_annual' THEN a.emission_reductions_tco2e END AS annual_reductions_tco2e_per_year,
    CASE WHEN p.reduction = 'promised_annual' THEN a.attributed_reductions_tco2e
        END AS attributed_annual_reductions_tco2e_per_year,
    a.denominator, a.exchange_rate_date
FROM mart.attributed(first_day, last_day, profile_name) a
JOIN core.profiles p ON p.profile = profile_name
ORDER BY a.loan_id;
