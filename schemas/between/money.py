"""What the ledger gives to other stages: rates of a day, balances of a month-end, rated disbursements."""

import datetime as dt

from schemas.contract import Contract, Money, pa


class RateOfDay(Contract):
    """What one of a currency is in CNY on a day."""

    currency: str
    rate_to_cny: float = pa.Field(nullable=True)


class LoanBalance(Contract):
    """A loan that has a balance at a month-end."""

    loan_id: str
    project_id: str
    lender: str
    currency: str
    closing_balance: Money
    closing_balance_cny: Money = pa.Field(nullable=True)


class RatedDisbursement(Contract):
    """Money lent on a day, in CNY, at the rate that was in force on that day."""

    loan_id: str
    flow_date: dt.date
    annual_rate_pct: float = pa.Field(nullable=True)
    lent_cny: float = pa.Field(nullable=True)


class RateAtDisbursement(Contract):
    """The rate at which a loan's money was lent."""

    loan_id: str
    annual_rate_pct: float = pa.Field(nullable=True)
