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
        $facts_of_the_months
    FROM mart.month_parts(first_day, last_day) GROUP BY project_id
),
reasons AS (
    SELECT p.project_id, s.part_tco2e, p.has_no_formula,
        coalesce(p.commissioning_date > last_day::DATE, true) AS is_not_running,
        (last_day::DATE - greatest(p.commissioning_date, first_day::DATE)) + 1 = s.covered_days AS is_complete,
        s.is_outside, s.is_withheld, $facts_of_a_period
    FROM mart.project_roles p LEFT JOIN summed s ON s.project_id = p.project_id
),
period_reduction AS (
    SELECT project_id, $status_of_a_period AS er_status,
        $figure_of_a_period AS reduction
    FROM reasons
)
FROM period_reduction;

-- mart.attributed(from, to, basis or profile) cuts what the marts hold by the days and divides it. Who counts, what a basis
-- counts, rates, denominators, the facility's entries, the means of a balance, the division by the investment and its scaling,
-- the reasons of statuses and their order, the figure of each and what counts of one that was ordered come from transforms/attribution
-- and transforms/money; flows/warehouse/macros.py puts the last six in their places. Macros resolve names in the current catalog: open the file directly.
CREATE MACRO mart.attributed(first_day, last_day, basis) AS TABLE
WITH
rule AS (
    SELECT CASE WHEN count(*) = 1 THEN any_value(counted_money) = 'lent'
            ELSE error('basis must be $bases or a profile of core.profiles') END AS is_flow,
        any_value(averaged_over) AS averaged_over,
        any_value(is_matched) AS is_matched, any_value(denominator) AS denominator, any_value(is_per_year) AS is_annual,
        any_value(is_operating_only) AS is_operating_only, any_value(is_zero_where_mandated) AS is_zero_where_mandated,
        any_value(is_facility_only) AS is_facility, any_value(is_formula_where_no_promise) AS is_formula_instead
    FROM core.rules r WHERE r.rule_name = basis
),
known AS (
    SELECT b.loan_id, b.currency, b.value_date, b.flow_date,
        b.value_date <= last_day::DATE AS is_booked,
        CASE WHEN is_booked THEN (b.balance_change_amount * 100)::HUGEINT ELSE 0 END AS fen,
        (b.disbursed_amount * 100)::HUGEINT AS lent_fen,
        greatest(b.value_date, first_day::DATE) AS since,
        o.entry_id IS NOT NULL AS is_outside
    FROM mart.balance_changes b LEFT JOIN mart.outside_facility o USING (loan_id, entry_id)
    WHERE CASE WHEN b.disbursed_amount <> 0 THEN b.flow_date ELSE b.value_date END <= last_day::DATE
),
changes AS (SELECT * FROM known WHERE NOT (is_outside AND (SELECT is_facility FROM rule))),
-- days since the first of 1970 and months since the first of year 0, as transforms/ground/calendar.py has them
numbered AS (
    SELECT *, value_date - DATE '1970-01-01' AS day, year(value_date) * 12 + month(value_date) - 1 AS month,
        value_date < first_day::DATE AS is_before, flow_date < first_day::DATE AS is_lent_before
    FROM changes
),
cut AS (
    SELECT first_day::DATE - DATE '1970-01-01' AS from_day, (last_day::DATE - DATE '1970-01-01') + 1 AS day_after,
        year(first_day::DATE) * 12 + month(first_day::DATE) - 1 AS from_month,
        year(last_day::DATE) * 12 + month(last_day::DATE) AS month_after,
        (last_day::DATE - first_day::DATE) + 1 AS period_days
),
summed AS (
    SELECT loan_id, sum(fen) AS balance_fen, coalesce(sum(fen) FILTER (is_before), 0) AS balance_fen_before,
        sum(fen * day) AS fen_days, coalesce(sum(fen * day) FILTER (is_before), 0) AS fen_days_before,
        sum(fen * month) AS fen_months, coalesce(sum(fen * month) FILTER (is_before), 0) AS fen_months_before,
        sum(lent_fen) AS lent_fen, coalesce(sum(lent_fen) FILTER (is_lent_before), 0) AS lent_fen_before,
        bool_or(NOT is_before AND is_booked) OR balance_fen_before <> 0 AS is_active
    FROM numbered GROUP BY loan_id
),
exposed AS (
    SELECT s.loan_id, s.is_active, s.lent_fen::DOUBLE AS lent_so_far_fen,
        CASE WHEN k.is_flow THEN ($lent_within)::DOUBLE ELSE $balance_counted END AS counted_fen
    FROM summed s CROSS JOIN cut c CROSS JOIN rule k
),
overdrawn AS (SELECT loan_id FROM mart.overdrawn_loans WHERE overdrawn_date <= last_day::DATE),
flows AS (
    SELECT c.loan_id, c.lent_fen, c.flow_date >= first_day::DATE AS is_inside, r.exchange_rate_date AS rate_date, r.rate
    FROM changes c LEFT JOIN mart.exchange_rates_in_force r
        ON r.currency = c.currency AND c.flow_date BETWEEN r.valid_from AND r.valid_to
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
denominators AS (
    SELECT d.project_id, d.denominator AS used, d.investment_currency, d.invested_amount AS invested
    FROM mart.denominators d JOIN rule r ON r.denominator = d.asked_denominator
    WHERE last_day::DATE BETWEEN d.valid_from AND d.valid_to
),
rates AS (
    SELECT currency, rate, exchange_rate_date AS rate_date FROM mart.exchange_rates_in_force
    WHERE last_day::DATE BETWEEN valid_from AND valid_to
),
month_part AS (FROM mart.month_parts(first_day, last_day)),
period_reduction AS (FROM mart.project_reductions(first_day, last_day)),
year_reduction AS (
    SELECT project_id, er_status, reduction AS formula_tco2e
    FROM mart.project_reductions((last_day::DATE + 1) - INTERVAL 1 YEAR, last_day)
),
promise_reasons AS (
    SELECT p.project_id, p.reported_annual_reduction_tco2 AS promise_tco2e, y.er_status, y.formula_tco2e,
        p.has_no_formula, p.is_impossible,
        coalesce(p.commissioning_date <= last_day::DATE, false) AS has_begun,
        coalesce(p.commissioning_date <= (last_day::DATE + 1) - INTERVAL 1 YEAR, false) AS ran_a_year,
        $facts_of_a_promise
    FROM mart.project_roles p JOIN year_reduction y USING (project_id) CROSS JOIN rule r
),
promise AS (
    SELECT project_id, $status_of_a_promise AS er_status,
        $figure_of_a_promise AS reduction
    FROM promise_reasons
),
counted AS (
    SELECT * FROM period_reduction WHERE NOT (SELECT is_annual FROM rule)
    UNION ALL BY NAME
    SELECT * FROM promise WHERE (SELECT is_annual FROM rule)
),
reduction AS (
    SELECT project_id, er_status, $counted_tonnes AS reduction
    FROM (
        SELECT c.project_id, c.er_status, c.reduction AS emission_reductions_tco2e, p.is_mandated_baseline,
            k.is_zero_where_mandated
        FROM counted c JOIN mart.project_roles p USING (project_id) CROSS JOIN rule k
    )
),
based AS (
    SELECT l.loan_id, l.project_id, l.lender, l.currency, l.is_project_finance, l.is_under_facility, e.is_active,
        k.is_flow, k.is_matched, o.loan_id IS NOT NULL AS is_overdrawn, $counts AS counts, $may_count AS may_count,
        CASE WHEN k.is_flow AND NOT l.is_new_lending THEN 0.0 ELSE e.counted_fen END AS own_fen,
        CASE WHEN k.is_flow AND NOT l.is_new_lending THEN 0.0 ELSE e.lent_so_far_fen END AS so_far_fen,
        CASE WHEN own_fen = 0 THEN 0.0 WHEN NOT k.is_flow THEN own_fen * lr.rate ELSE fc.lent_fen_cny END AS cny_fen,
        d.used AS denominator,
        coalesce(d.invested > 0, false) AS has_investment,
        l.currency = d.investment_currency AS is_same,
        coalesce(CASE WHEN k.is_flow THEN fc.rate_date ELSE lr.rate_date END,
            CASE WHEN NOT is_same THEN ir.rate_date END) AS exchange_rate_date,
        CASE WHEN NOT has_investment THEN NULL
            WHEN is_same THEN (d.invested * 100)::HUGEINT::DOUBLE
            ELSE (d.invested * 100)::HUGEINT::DOUBLE * ir.rate / lr.rate END AS investment_fen,
        CASE WHEN is_same THEN own_fen WHEN own_fen = 0 THEN 0.0 ELSE cny_fen / lr.rate END AS exposure_fen,
        CASE WHEN is_same THEN so_far_fen WHEN so_far_fen = 0 THEN 0.0
            ELSE fc.so_far_fen_cny / lr.rate END AS claimed_fen
    FROM exposed e
    CROSS JOIN rule k
    JOIN mart.loan_roles l USING (loan_id)
    JOIN denominators d USING (project_id)
    LEFT JOIN overdrawn o USING (loan_id)
    LEFT JOIN flows_cny fc USING (loan_id)
    LEFT JOIN rates lr ON lr.currency = l.currency
    LEFT JOIN rates ir ON ir.currency = d.investment_currency
),
shared AS (
    SELECT *,
        CASE WHEN counts THEN $exposure_over_investment END AS raw_ratio,
        CASE WHEN counts AND is_flow THEN $claim_over_investment ELSE raw_ratio END AS claimed_ratio,
        bool_or(claimed_ratio IS NULL AND may_count) OVER (PARTITION BY project_id) AS is_unknown_together,
        sum(claimed_ratio) OVER (PARTITION BY project_id) AS together,
        CASE WHEN raw_ratio = 0 THEN 0.0 WHEN NOT is_unknown_together THEN $scaled END AS ratio
    FROM based
),
month_grid AS (
    SELECT month_start::DATE AS month_start_date, least(last_day(month_start::DATE), last_day::DATE) AS closing_date
    FROM generate_series(date_trunc('month', first_day::DATE), last_day::DATE, INTERVAL 1 MONTH) AS g(month_start)
),
month_balance AS (
    SELECT s.loan_id, s.project_id, g.month_start_date, s.counts, s.investment_fen, s.has_investment,
        coalesce(sum(c.fen), 0)::DOUBLE AS balance_fen
    FROM shared s CROSS JOIN month_grid g
    LEFT JOIN changes c ON c.loan_id = s.loan_id AND c.value_date <= g.closing_date
    WHERE s.is_matched
    GROUP BY ALL
),
month_share AS (
    SELECT loan_id, project_id, month_start_date,
        CASE WHEN counts THEN $balance_over_investment END AS raw_ratio,
        sum(raw_ratio) OVER (PARTITION BY project_id, month_start_date) AS together,
        $scaled AS ratio
    FROM month_balance
),
matched AS (
    SELECT s.loan_id, sum(p.part_tco2e * s.raw_ratio ORDER BY s.month_start_date) AS raw_tco2e,
        sum(p.part_tco2e * s.ratio ORDER BY s.month_start_date) AS tco2e
    FROM month_share s LEFT JOIN month_part p USING (project_id, month_start_date)
    GROUP BY s.loan_id
),
share_reasons AS (
    SELECT s.*, r.reduction, r.er_status, r.er_status IN ($without_tonnes) AS has_no_tonnes, $facts_of_a_share
    FROM shared s JOIN reduction r USING (project_id)
),
figures AS (
    SELECT *, $status_of_a_share AS status, status IN ($with_a_figure) AS has_figure FROM share_reasons
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
WHERE f.is_active AND (f.is_under_facility OR NOT (SELECT is_facility FROM rule))
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
