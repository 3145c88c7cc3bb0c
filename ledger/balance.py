"""Every figure of a client account, computed here once, for one account or for many in one query.

Today's figures come from the totals that the database keeps on the account; a past day's are rolled
back from them. Source: rules, « The balance ».
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, cast

from django.db.models import (
    Case,
    Expression,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import GreaterThan
from django.db.models.query import QuerySet as AnyQuerySet
from djmoney.money import Money

from ledger.models import Allocation, ClientAccount, Kind, Line, OpenItem, Pending
from ledger.queries import AMOUNT, NOTHING, items_on
from office.compiled import Compiled

CREDITOR = "creditor"
OVERDUE = "overdue"
PENDING = "pending"
UP_TO_DATE = "up_to_date"

STATUSES = {
    CREDITOR: "Créditeur",
    OVERDUE: "En retard de paiement",
    PENDING: "En attente de règlement",
    UP_TO_DATE: "À jour",
}

# The figures of a balance, in the order in which they are told.
FIGURES = (
    "to_invoice",
    "unpaid_invoices",
    "unpaid",
    "credit",
    "balance",
    "to_pay",
    "to_use",
    "overdue",
    "invoiced",
    "collected",
    "outstanding",
)

# What `with_balances` puts on a row, a walk-in's parties apart.
ANNOTATED = tuple(
    f"b_{name}" for name in ("to_invoice", "unpaid_invoices", "credit", "overdue", "invoiced", "collected")
)

ZERO = Decimal("0.00")

CASH_KINDS = (Kind.PAYMENT, Kind.REFUND, Kind.INCIDENT)
INVOICED_KINDS = (Kind.INVOICE, Kind.OPENING)


class _SumOver(Func):
    """SUM over a window; Django's own Sum takes no aggregate inside."""

    function = "SUM"
    window_compatible = True


@dataclass(frozen=True, slots=True)
class Balance:
    """All figures of one client on one day, VAT included, in the account's currency.

    on: the day, to its end. Source: rules, « The balance ».
    """

    on: date
    walk_in: bool
    to_invoice: Money
    unpaid_invoices: Money
    credit: Money
    overdue: Money
    invoiced: Money
    collected: Money
    to_pay: Money
    to_use: Money

    @property
    def unpaid(self) -> Money:
        """Montant d’impayés: what is invoiced and unpaid, and what is to invoice."""
        return self.unpaid_invoices + self.to_invoice

    @property
    def balance(self) -> Money:
        """Solde client: below 0 the client owes, above 0 the client has something to spend."""
        return self.credit - self.unpaid_invoices  # to_invoice − unpaid + credit

    @property
    def outstanding(self) -> Money:
        """Encours: what is not settled."""
        return self.unpaid_invoices

    @property
    def status(self) -> str:
        """Statut d’encours: creditor, overdue, pending or up_to_date, the first that holds."""
        owed, given = self.unpaid_invoices.amount, self.credit.amount
        if (self.to_pay.amount == 0 < self.to_use.amount) if self.walk_in else given > owed:
            return CREDITOR
        if self.overdue.amount > 0:
            return OVERDUE
        return PENDING if owed > 0 else UP_TO_DATE

    @property
    def status_label(self) -> str:
        """The status in words, as on every screen."""
        return STATUSES[self.status]


def balance_of(account: ClientAccount, *, today: date, on: date | None = None) -> Balance:
    """The figures of one account: today's (everything posted), or those of the past day `on`."""
    if on is None:
        rows = _TODAY_OF[account.walk_in](pk=account.pk, today=today).now()
    else:
        rows = list(_of_one(account.pk, today, on=on, walk_ins=account.walk_in))
    [row] = rows
    return read_balance(row, on or today)


def _of_one(pk: int, today: date, *, on: date | None = None, walk_ins: bool = False) -> QuerySet[ClientAccount]:
    return with_balances(ClientAccount.objects.filter(pk=pk), today=today, on=on, walk_ins=walk_ins)


# By whether the account is a walk-in's.
_TODAY_OF = {walk_in: Compiled(partial(_of_one, walk_ins=walk_in), pk=int, today=date) for walk_in in (False, True)}


def read_balance(row: ClientAccount, on: date) -> Balance:
    """The figures that `with_balances` put on a row, for the day it was given."""
    told = [getattr(row, name) for name in ANNOTATED]
    parties = [getattr(row, f"b_parties_{verb}") for verb in ("owe", "have")] if row.walk_in else None
    return balance_from(told, row.currency, on, parties)


def balance_from(told: Sequence[Decimal], currency: str, on: date, parties: Sequence[Decimal] | None = None) -> Balance:
    """The figures that ANNOTATED told of an account, in its order. parties: of a walk-in, what they owe, and have."""
    to_invoice, unpaid, credit, overdue, invoiced, collected = told
    owed = unpaid - credit
    to_pay, to_use = (max(owed, ZERO), max(-owed, ZERO)) if parties is None else parties
    return Balance(
        on,
        parties is not None,
        Money(to_invoice, currency),
        Money(unpaid, currency),
        Money(credit, currency),
        Money(overdue, currency),
        Money(invoiced, currency),
        Money(collected, currency),
        Money(to_pay, currency),
        Money(to_use, currency),
    )


def with_balances(
    accounts: QuerySet[ClientAccount], *, today: date, on: date | None = None, walk_ins: bool = True
) -> QuerySet[ClientAccount]:
    """Annotate accounts with what `read_balance` makes their figures of; one query for any number.

    today: the day from which « late » is counted. on: a past day, to its end; None for today, which
    counts everything posted. walk_ins: whether a walk-in's may be among the accounts; planning for it costs as
    much as the rest.
    """
    base = _kept(today) if on is None else _rolled_back(on)
    if walk_ins:
        base |= {"b_parties_owe": _by_party(on, 1), "b_parties_have": _by_party(on, -1)}
    return accounts.annotate(**base)


def _kept(today: date) -> dict[str, Any]:
    """Today's figures, from what the database keeps; open items are read only where something is late.

    Late is what is owed but for what isn't due yet: unpaid documents pile up for years, those to come are few.
    """
    to_come = OpenItem.objects.filter(account=OuterRef("pk"), open__gt=0, is_debit=True, due__gte=today)
    late = F("open_debit") - _sum(to_come, F("open"))
    return {
        "b_to_invoice": F("to_invoice"),
        "b_unpaid_invoices": F("open_debit"),
        "b_credit": F("open_credit"),
        "b_invoiced": F("invoiced"),
        "b_collected": F("collected"),
        "b_overdue": Case(When(first_due__lt=today, then=late), default=NOTHING, output_field=AMOUNT),
    }


def _rolled_back(on: date) -> dict[str, Any]:
    """The figures of a past day: today's, less what came after it (rules, « A past day »)."""
    later_items = OpenItem.objects.filter(account=OuterRef("pk"), day__gt=on)
    late_items = OpenItem.objects.filter(account=OuterRef("pk"), is_debit=True, due__lt=on, day__lte=on)
    made_since = Allocation.objects.filter(account=OuterRef("pk"), detached_on=None, day__gt=on)
    freed_since = Allocation.objects.filter(account=OuterRef("pk"), detached_on__gt=on, day__lte=on)
    later_lines = Line.objects.filter(client_account=OuterRef("pk"), day__gt=on)
    pending = Pending.objects.filter(account=OuterRef("pk"), since__lte=on).filter(Q(until=None) | Q(until__gt=on))
    amount, opened = F("amount"), F("open")
    freed = _sum(freed_since, amount)
    invoiced_later = Case(When(entry__reverses=None, then=F("debit")), default=NOTHING - F("credit"))
    return {
        "b_to_invoice": _sum(pending, amount),
        "b_unpaid_invoices": F("open_debit")
        - _sum(later_items.filter(is_debit=True), opened)
        + _sum(made_since.filter(debit_day__lte=on), amount)
        - freed,
        "b_credit": F("open_credit")
        - _sum(later_items.filter(is_debit=False), opened)
        + _sum(made_since.filter(credit_day__lte=on), amount)
        - freed,
        "b_invoiced": F("invoiced") - _sum(later_lines.filter(kind__in=INVOICED_KINDS), invoiced_later),
        "b_collected": F("collected") - _sum(later_lines.filter(kind__in=CASH_KINDS), F("credit") - F("debit")),
        "b_overdue": _sum(late_items, opened)
        + _sum(made_since.filter(debit_day__lte=on, debit_due__lt=on), amount)
        - _sum(freed_since.filter(debit_due__lt=on), amount),
    }


def kept_figures(*, today: date, account: str = "") -> dict[str, Any]:
    """Today's figures of a list, to sort, filter and add up by: invoiced, collected, outstanding, balance, status.

    account: the way from a row to its account, « account__ ». They are those of `Balance`, from the kept totals
    alone but for a walk-in's status, so that a list of all clients reads no open item.
    """
    standings = kept_standings(today=today, account=account)
    status = Case(*(When(holds, then=Value(status)) for status, holds in standings.items()), default=Value(UP_TO_DATE))
    return {**kept_amounts(account=account), "status": status}


def kept_amounts(*, account: str = "") -> dict[str, Any]:
    """The amounts of `kept_figures` alone."""
    owed, given = F(f"{account}open_debit"), F(f"{account}open_credit")
    return {
        "invoiced": F(f"{account}invoiced"),
        "collected": F(f"{account}collected"),
        "outstanding": owed,
        "balance": ExpressionWrapper(given - owed, output_field=AMOUNT),
    }


def kept_standings(*, today: date, account: str = "") -> dict[str, Q]:
    """What today's statuses of a list ask for: the first that holds is the one, and UP_TO_DATE if none does.

    Each is a yes or no of which PostgreSQL can guess how often it holds, as it can't of the status itself.
    """
    in_credit = Q(GreaterThan(F(f"{account}open_credit"), F(f"{account}open_debit")))
    walk_in, its_parties = Q(**{f"{account}walk_in": True}), Q(**{f"{account}pk__in": _walk_ins_in_credit()})
    return {
        CREDITOR: ~walk_in & in_credit | its_parties,
        OVERDUE: Q(**{f"{account}first_due__lt": today}),
        PENDING: Q(**{f"{account}open_debit__gt": 0}),
    }


def _walk_ins_in_credit() -> list[int]:
    """The walk-in accounts of which a party has something to use, and none owes anything: few, read beforehand."""
    nets = _NETS().now()
    return sorted({key for key, net in nets if net < 0} - {key for key, net in nets if net > 0})


def has_status(status: str, *, today: date, account: str = "") -> Q:
    """Whether today's status of a list's row is this one of STATUSES."""
    passed = Q()
    for name, holds in kept_standings(today=today, account=account).items():
        if name == status:
            return passed & holds
        passed &= ~holds
    return passed


def _sum(rows: AnyQuerySet[Any], what: Any) -> Expression:
    """The sum of `what` over rows of the outer account, 0 where there are none."""
    total = rows.order_by().annotate(_one=Value(1)).values("_one").annotate(total=Sum(what)).values("total")
    return Coalesce(Subquery(total, output_field=AMOUNT), NOTHING)


def _side(sign: int) -> Expression:
    """`sign` for a debit, and the other for a credit."""
    return Case(When(is_debit=True, then=Value(sign)), default=Value(-sign))


def _by_party(on: date | None, sign: int) -> Expression:
    """On a walk-in account: what each party owes (sign 1) or has to use (−1), added up; else 0."""
    items = items_on(on) if on else items_on(on).filter(open__gt=0)  # what is settled today adds nothing
    nets = (
        items.select_related(None)
        .filter(account=OuterRef("pk"))
        .order_by()
        .values("party")
        .annotate(net=Sum(F("left") * _side(sign), output_field=AMOUNT))
        .annotate(total=Window(_SumOver(Greatest("net", NOTHING), output_field=AMOUNT)))
        .values("total")[:1]
    )
    total = Coalesce(Subquery(cast("Any", nets), output_field=AMOUNT), NOTHING)
    return Case(When(walk_in=True, then=total), default=NOTHING, output_field=AMOUNT)


# What each party of a walk-in account owes today, below 0 what it has to use; with the account's key.
_PARTIES = OpenItem.objects.filter(account__walk_in=True, open__gt=0).order_by().values("account", "party")
_NETS = Compiled(
    _PARTIES.annotate(net=Sum(F("open") * _side(1), output_field=AMOUNT)).values_list("account", "net").all
)
