"""What is known of the whole book before its projects are worked out, a bucket at a time: they share nothing else."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from schemas.between.ground import FlagFacts
from schemas.between.judging import PeerMonth, PlantMonth
from schemas.between.outcomes import FirstLending
from schemas.between.projects import ProjectScope
from schemas.contract import DataFrame, stacked, unchecked
from schemas.deliveries import Accepted, DeliveredParameter
from schemas.marts import BalanceChange, LoanConfirmation
from schemas.reference import Parameter
from transforms.attribution.claims import refinancings
from transforms.attribution.confirmations import loan_confirmations
from transforms.computation.dealing import buckets_of, deal, only
from transforms.computation.readings import read_book
from transforms.deliveries.book.book import Book
from transforms.factors.derived_parameters import with_derived
from transforms.factors.parameters import book_parameters, known_scopes, with_kind_uncertainty
from transforms.flags.factors import unknown_parameters, unread_scopes
from transforms.flags.loans import new_money_in_refinancing
from transforms.flags.period import unconfirmed_flags
from transforms.flags.projects import same_names
from transforms.ground.calendar import Period, beijing_date, book_periods
from transforms.ground.reference import Reference, facility_fields
from transforms.judging.companions import OF_PEERS, peers_of
from transforms.judging.judge import plants_made
from transforms.money.positions import balance_changes
from transforms.money.reconciliation import Reconciled, reconcile
from transforms.outcomes.disclosure_crf import facility_lending, first_lending_days
from transforms.projects.scopes import project_scopes


@dataclass(frozen=True)
class Facts:
    """The day known at, the factors in force, the periods, what lenders confirm, and the flags of the book as a whole.

    starts: the first day of which money under the facility stayed lent, by lender; peers: what plants of a kind and
    province made in each month.
    """

    until: dt.date
    data_as_of: dt.datetime | None
    parameters: DataFrame[Parameter]
    periods: list[Period]
    reconciled: Reconciled
    confirmations: DataFrame[LoanConfirmation]
    starts: DataFrame[FirstLending]
    peers: DataFrame[PeerMonth]
    flags: DataFrame[FlagFacts]

    @property
    def reaches_to(self) -> dt.date:
        """The day on which the newest row that counts was booked or reported; without any, the day known at."""
        return beijing_date(self.data_as_of) if self.data_as_of else self.until

    @property
    def years(self) -> list[Period]:
        """The complete calendar years."""
        return [period for period in self.periods if period.name == str(period.first.year)]

    @property
    def quarters(self) -> list[Period]:
        """The complete quarters."""
        return [period for period in self.periods if "Q" in period.name]

    @property
    def newest_quarters(self) -> list[Period]:
        """The newest two complete quarters that the data reach."""
        return [period for period in self.quarters if period.last <= self.reaches_to][-2:]


def facts_of(book: Book, reference: Reference, until: dt.date) -> Facts:
    """Return what is known of the whole book on the day."""
    tables, parameters = book.tables, _parameters(book.tables["parameters"], reference)
    changes = changes_known(tables, until)
    periods = _periods(tables, until)
    reconciled = reconcile(tables["control_totals"], changes, tables["loans"])
    confirmations = loan_confirmations(tables, reconciled.totals, until)
    lending = facility_lending(changes, tables["loans"], facility_fields(reference))
    quarter_ends = [period.last for period in periods if "Q" in period.name]
    flags = [
        same_names(tables["projects"]),
        unknown_parameters(parameters, reference.parameter_kinds),
        unread_scopes(parameters, tables["projects"], known_scopes(reference)),
        refinancings(tables["loans"], changes),
        *new_money_in_refinancing(tables["loans"], changes),
        *(unconfirmed_flags(tables["loans"], confirmations, last) for last in quarter_ends[-1:]),
    ]
    return Facts(
        until=until,
        data_as_of=_data_as_of(tables),
        parameters=parameters,
        periods=periods,
        reconciled=reconciled,
        confirmations=confirmations,
        starts=first_lending_days(lending, tables["loans"]),
        peers=_peers(book, reference, parameters, until),
        flags=stacked(flags),
    )


def _peers(book: Book, reference: Reference, parameters: DataFrame[Parameter], until: dt.date) -> DataFrame[PeerMonth]:
    """What the plants that sun, wind and water drive made in each month, by kind and province."""
    scopes = project_scopes(book.tables["projects"], reference, parameters)
    plants = scopes.filter(pl.col("technology").is_in(OF_PEERS) & pl.col("province_code").is_not_null())
    chosen = only(book, plants["project_id"])
    made = [PlantMonth.empty_frame()]
    for part in deal(chosen, buckets_of(chosen)):
        own = unchecked(plants.join(part.tables["projects"], on="project_id", how="semi"), ProjectScope)
        _, _, read = read_book(part, own, reference, parameters, until)
        if not read.complete.is_empty():
            made.append(plants_made(read.complete, read.months, read.items, parameters, reference.bounds))
    return peers_of(stacked(made))


def changes_known(tables: Accepted, until: dt.date) -> DataFrame[BalanceChange]:
    """Return what the ledger's entries up to the day move."""
    return balance_changes(tables["ledger"]).filter(pl.col("value_date") <= until)


def _parameters(delivered: DataFrame[DeliveredParameter], reference: Reference) -> DataFrame[Parameter]:
    """Return the factors in force (schemas.reference.Parameter) with what follows from them."""
    if delivered.is_empty():
        return _reference_parameters(reference)
    given = book_parameters(reference.parameters, delivered)
    return with_derived(with_kind_uncertainty(given, reference.parameter_kinds))


@lru_cache(maxsize=1)
def _reference_parameters(reference: Reference) -> DataFrame[Parameter]:
    return with_derived(with_kind_uncertainty(reference.parameters, reference.parameter_kinds))


def _data_as_of(tables: Accepted) -> dt.datetime | None:
    """Return when the newest row that counts was booked or reported."""
    newest = [tables["ledger"]["booked_at"].max(), tables["operating"]["reported_at"].max()]
    return max((moment for moment in newest if isinstance(moment, dt.datetime)), default=None)


def _first_day(tables: Accepted) -> dt.date | None:
    days = [tables["ledger"]["value_date"].min(), tables["operating"]["period_start"].min()]
    return min((day for day in days if isinstance(day, dt.date)), default=None)


def _periods(tables: Accepted, until: dt.date) -> list[Period]:
    """The quarters, halves and years since the first day of the book whose last day has passed, whatever was sent."""
    first = _first_day(tables)
    return book_periods(first, until - dt.timedelta(days=1)) if first else []
