"""Which contract each table of the published file follows."""

from typing import Final, TypedDict, cast, get_args

import polars as pl

from schemas import deliveries, disclosures, marts, reference, runs, uncertainty
from schemas.contract import Contract, DataFrame
from schemas.registers import delivered as registers
from schemas.registers import marts as register_marts

Published = TypedDict(
    "Published",
    {
        "core.projects": DataFrame[deliveries.Project],
        "core.loans": DataFrame[deliveries.Loan],
        "core.ledger": DataFrame[deliveries.LedgerEntry],
        "core.operating": DataFrame[deliveries.OperatingRecord],
        "core.parameters": DataFrame[reference.Parameter],
        "core.sources": DataFrame[reference.Source],
        "core.methods": DataFrame[reference.MethodEntry],
        "core.method_editions": DataFrame[reference.MethodEdition],
        "core.profiles": DataFrame[reference.Profile],
        "core.crf_fields": DataFrame[reference.FacilityField],
        "core.first_investments": DataFrame[marts.FirstInvestment],
        "core.balance_sheets": DataFrame[marts.BalanceSheet],
        "core.loan_rates": DataFrame[marts.LoanRate],
        "core.factor_sets": DataFrame[reference.FactorSet],
        "core.realisation": DataFrame[reference.Realisation],
        "core.bounds": DataFrame[reference.Bound],
        "core.fx": DataFrame[deliveries.ExchangeRate],
        "core.forest_strata": DataFrame[deliveries.ForestStratum],
        "core.control_totals": DataFrame[deliveries.ControlTotal],
        "core.releases": DataFrame[deliveries.Release],
        "core.verified_reductions": DataFrame[deliveries.VerifiedPeriod],
        "core.products": DataFrame[registers.Product],
        "core.guarantors": DataFrame[registers.Guarantor],
        "core.forest_rights": DataFrame[registers.ForestRight],
        "core.natural_resources": DataFrame[registers.NaturalResource],
        "core.ecological_product_values": DataFrame[registers.EcologicalProductValue],
        "core.published_statistics": DataFrame[registers.PublishedStatistic],
        "mart.balance_changes": DataFrame[marts.BalanceChange],
        "core.rules": DataFrame[marts.AttributionRule],
        "mart.exchange_rates_in_force": DataFrame[marts.ExchangeRateInForce],
        "mart.denominators": DataFrame[marts.ProjectDenominator],
        "mart.overdrawn_loans": DataFrame[marts.OverdrawnLoan],
        "mart.outside_facility": DataFrame[marts.OutsideFacility],
        "mart.loan_roles": DataFrame[marts.LoanRole],
        "mart.project_roles": DataFrame[marts.ProjectRole],
        "mart.loan_months": DataFrame[marts.LoanMonth],
        "mart.project_months": DataFrame[marts.ProjectMonth],
        "mart.project_month_parts": DataFrame[marts.ProjectMonthPart],
        "mart.removal_months": DataFrame[marts.RemovalMonth],
        "mart.attributed_removals": DataFrame[marts.AttributedRemoval],
        "mart.own_base_year_months": DataFrame[marts.OwnBaseYearMonth],
        "mart.attributed_own_base_year_reductions": DataFrame[marts.AttributedOwnBaseYearReduction],
        "mart.completeness": DataFrame[marts.Completeness],
        "mart.project_outcomes": DataFrame[marts.ProjectOutcome],
        "mart.plausibility": DataFrame[marts.Plausibility],
        "mart.withheld_figures": DataFrame[marts.WithheldFigure],
        "mart.impossible_figures": DataFrame[marts.ImpossibleFigure],
        "mart.loan_confirmations": DataFrame[marts.LoanConfirmation],
        "mart.attributed_reductions": DataFrame[marts.AttributedReduction],
        "mart.bridge_quarters": DataFrame[marts.BridgeQuarter],
        "mart.bridge_nights": DataFrame[marts.BridgeNight],
        "mart.shares_above_one": DataFrame[marts.ShareAboveOne],
        "mart.data_quality": DataFrame[marts.DataQuality],
        "mart.data_quality_totals": DataFrame[marts.DataQualityTotal],
        "mart.attributed_annual_reductions": DataFrame[marts.AttributedAnnualReduction],
        "mart.financed_emissions": DataFrame[marts.FinancedEmission],
        "mart.figure_uncertainties": DataFrame[uncertainty.FigureUncertainty],
        "mart.monte_carlo_checks": DataFrame[uncertainty.MonteCarloCheck],
        "mart.uncertainty_inputs": DataFrame[uncertainty.UncertaintyInput],
        "mart.issued_credits": DataFrame[marts.IssuedCredit],
        "mart.verified_reductions": DataFrame[marts.VerifiedReduction],
        "mart.green_credit_indicators": DataFrame[marts.GreenCreditIndicator],
        "mart.parameter_uses": DataFrame[reference.ParameterUse],
        "mart.reading_uses": DataFrame[marts.ReadingUse],
        "mart.physical_indicators": DataFrame[marts.PhysicalIndicator],
        "mart.green_loan_statistics": DataFrame[register_marts.GreenLoanStatistic],
        "mart.product_catalogue": DataFrame[register_marts.ProductCatalogueEntry],
        "mart.project_library": DataFrame[register_marts.LibraryProject],
        "mart.guarantees": DataFrame[register_marts.Guarantee],
        "mart.forest_rights": DataFrame[register_marts.ForestRightHolding],
        "mart.natural_resources": DataFrame[register_marts.NaturalResourceBalance],
        "mart.ecological_product_value": DataFrame[register_marts.CountyEcologicalValue],
        "mart.aquaculture": DataFrame[register_marts.AquacultureIndicator],
        "mart.scenic_areas": DataFrame[register_marts.ScenicAreaIndicator],
        "mart.reservoirs": DataFrame[register_marts.ReservoirIndicator],
        "mart.standing_volume": DataFrame[register_marts.StandingVolume],
        "mart.disclosure_crf": DataFrame[disclosures.CrfDisclosure],
        "mart.disclosure_crf_projects": DataFrame[disclosures.CrfProject],
        "mart.disclosure_pcaf": DataFrame[disclosures.PcafLine],
        "mart.disclosure_pcaf_projects": DataFrame[disclosures.PcafProject],
        "mart.receipts": DataFrame[disclosures.Receipt],
        "ops.runs": DataFrame[runs.Run],
        "ops.deliveries": DataFrame[runs.DeliveryRecord],
        "ops.rejected_rows": DataFrame[runs.RejectedRow],
        "ops.unanswered_rows": DataFrame[runs.UnansweredRow],
        "ops.refused_readings": DataFrame[runs.RefusedReading],
        "ops.refused_parameters": DataFrame[runs.RefusedParameter],
        "ops.reconciliation": DataFrame[runs.Reconciliation],
        "ops.reconciliation_loans": DataFrame[runs.ReconciliationLoan],
        "ops.flags": DataFrame[runs.Flag],
        "ops.gate_results": DataFrame[runs.GateResult],
        "ops.state_totals": DataFrame[runs.StateTotal],
        "ops.restatements": DataFrame[runs.Restatement],
        "ops.editions": DataFrame[disclosures.EditionEntry],
        "ops.sign_offs": DataFrame[disclosures.SignOffEntry],
        "ops.edition_figures": DataFrame[disclosures.EditionFigure],
    },
    total=False,
)
"""Tables of the published file by name, those that there are."""

TABLES: Final[dict[str, type[Contract]]] = {
    name: get_args(table)[0] for name, table in Published.__annotations__.items()
}


def frames_of(tables: Published | deliveries.Accepted) -> dict[str, pl.DataFrame]:
    """Return the tables by any name, for those who treat all of them alike."""
    return cast("dict[str, pl.DataFrame]", tables)
