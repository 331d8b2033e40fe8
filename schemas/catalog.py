"""Which contract stands behind each table of the published file."""

from typing import Final

from schemas import deliveries, disclosures, marts, reference, runs
from schemas.contract import Contract

TABLES: Final[dict[str, type[Contract]]] = {
    "core.projects": deliveries.Project,
    "core.loans": deliveries.Loan,
    "core.ledger": deliveries.LedgerEntry,
    "core.operating": deliveries.OperatingRecord,
    "core.parameters": reference.Parameter,
    "core.sources": reference.Source,
    "core.methods": reference.MethodEntry,
    "core.profiles": reference.Profile,
    "core.crf_fields": reference.FacilityField,
    "core.first_investments": marts.FirstInvestment,
    "core.loan_rates": marts.LoanRate,
    "core.fx": deliveries.ExchangeRate,
    "core.forest_strata": deliveries.ForestStratum,
    "core.control_totals": deliveries.ControlTotal,
    "mart.balance_changes": marts.BalanceChange,
    "mart.loan_months": marts.LoanMonth,
    "mart.project_months": marts.ProjectMonth,
    "mart.project_outcomes": marts.ProjectOutcome,
    "mart.attributed_reductions": marts.AttributedReduction,
    "mart.shares_above_one": marts.ShareAboveOne,
    "mart.data_quality": marts.DataQuality,
    "mart.data_quality_totals": marts.DataQualityTotal,
    "mart.attributed_annual_reductions": marts.AttributedAnnualReduction,
    "mart.financed_emissions": marts.FinancedEmission,
    "mart.parameter_uses": reference.ParameterUse,
    "mart.physical_indicators": marts.PhysicalIndicator,
    "mart.disclosure_crf": disclosures.CrfDisclosure,
    "mart.disclosure_crf_projects": disclosures.CrfProject,
    "ops.runs": runs.Run,
    "ops.deliveries": runs.DeliveryRecord,
    "ops.rejected_rows": runs.RejectedRow,
    "ops.refused_readings": runs.RefusedReading,
    "ops.reconciliation": runs.Reconciliation,
    "ops.reconciliation_loans": runs.ReconciliationLoan,
    "ops.flags": runs.Flag,
    "ops.gate_results": runs.GateResult,
    "ops.state_totals": runs.StateTotal,
}
