"""Reads of the invoices and visits of all clients, for their lists: fast with hundreds of thousands of them.

What an invoice's status hangs on is read as sets (what is open, late, credited) rather than for each row.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from djmoney.money import Money

from clients.models import Client
from clients.queries import found
from invoicing.models import Dispute, Invoice, InvoiceLine, Visit, VisitLine, VisitSpell
from invoicing.statuses import BOUNCED, CANCELLED, DRAFT, LATE, PAID, PART_PAID, with_status
from ledger.models import Allocation, Document, OpenItem, Operation, Party
from ledger.queries import AMOUNT, NOTHING

WAITING, INVOICED, EMPTY = "waiting", "invoiced", "empty"
VISIT_STATES = {WAITING: "À facturer", INVOICED: "Facturée", EMPTY: "Rien à facturer"}


def all_invoices() -> QuerySet[Invoice]:
    """The invoices of all clients, drafts first, then newest first."""
    found = Invoice.objects.select_related("client__account", "document", "party", "site")
    return found.order_by(F("day").desc(nulls_first=True), "-pk")


def all_visits() -> QuerySet[Visit]:
    """The visits of all clients, newest first."""
    return Visit.objects.select_related("client__account", "party", "site").order_by("-day", "-pk")


def of_whom(text: str) -> Q:
    """Whether a row is of a client that bears every word of a text, or of a passer-by named so."""
    clients: QuerySet[Client] = found(text).order_by()
    return Q(client__in=clients.values("pk")) | Q(party__in=Party.objects.filter(name__icontains=text).values("pk"))


def invoices_in_state(invoices: QuerySet[Invoice], code: str, *, today: date) -> QuerySet[Invoice]:
    """Those of some invoices whose status today, as `with_status` tells it of each, is a key of STATUSES."""
    if code == DRAFT:
        return invoices.filter(document=None)
    if code == CANCELLED:
        return invoices.filter(pk__in=_cancelled())
    if code == BOUNCED:
        return invoices.filter(pk__in=_bounced(today))
    open_ = OpenItem.objects.filter(is_debit=True, open__gt=0, document=OuterRef("document")).order_by()
    if code == PAID:
        others = Invoice.objects.filter(pk__in=_cancelled(), pk=OuterRef("pk")).order_by()
        return invoices.filter(~Exists(open_), ~Exists(others), document__isnull=False)
    others = Invoice.objects.filter(Q(pk__in=_cancelled()) | Q(pk__in=_bounced(today)), pk=OuterRef("pk")).order_by()
    invoices = invoices.filter(~Exists(others))
    late = Exists(open_.filter(due__lt=today))
    if code == LATE:
        return invoices.filter(late)
    invoices = invoices.filter(Exists(open_), ~late).alias(rest=left_of())
    return invoices.filter(rest__lt=F("ttc")) if code == PART_PAID else invoices.filter(rest__gte=F("ttc"))


def _cancelled() -> Any:
    """The keys of the invoices that credit notes have credited whole."""
    credited: Any = InvoiceLine.objects.exclude(creditable=F("ttc")).filter(invoice__ttc__gt=0).order_by()
    sums = credited.values("invoice").annotate(sum=Sum(F("ttc") - F("creditable"), output_field=AMOUNT))
    return sums.filter(sum__gte=F("invoice__ttc")).values("invoice")


def _bounced(today: date) -> Any:
    """The keys of the invoices with something left of an incident."""
    torn = Allocation.objects.filter(detached_on__isnull=False, detached_by__kind=Operation.Kind.INCIDENT)
    invoices: Any = Invoice.objects.filter(document__in=torn.values("debit__document")).order_by()
    rows: Any = with_status(invoices, today=today)
    return rows.filter(status=BOUNCED).values("pk")


def left_of(document: str = "document") -> Coalesce:
    """What is left to pay of the document in a field, VAT included."""
    debts = OpenItem.objects.filter(document=OuterRef(document), is_debit=True).order_by().values("document")
    return Coalesce(Subquery(debts.annotate(sum=Sum("open")).values("sum"), output_field=AMOUNT), NOTHING)


def disputed() -> Exists:
    """Whether an invoice is disputed now."""
    return Exists(Dispute.objects.filter(invoice=OuterRef("pk"), ended_by=None).order_by())


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows of a list come to, in one currency, VAT included."""

    count: int
    ttc: Money
    left: Money


def sums(invoices: QuerySet[Invoice], *, whole: bool) -> list[Sums]:
    """What issued invoices come to, by currency. whole: whether they are all that there are."""
    issued = invoices.filter(document__isnull=False).order_by()
    debts = OpenItem.objects.filter(is_debit=True, open__gt=0, document__kind=Document.Kind.INVOICE).order_by()
    if not whole:
        debts = debts.filter(document__in=issued.values("document"))
    left = dict(debts.values_list("account__currency").annotate(Sum("open")))
    rows = issued.values_list("ttc_currency").annotate(Count("pk"), Sum("ttc"))
    return [
        Sums(count, Money(ttc, currency), Money(left.get(currency, 0), currency))
        for currency, count, ttc in sorted(rows)
    ]


def visit_state() -> Case:
    """Whether a visit has something to invoice, is invoiced, or has nothing to be."""
    claimed = VisitLine.objects.filter(visit=OuterRef("pk"), is_removed=False, invoice_line__isnull=False)
    return Case(
        When(pk__in=_waiting().values("line__visit"), then=Value(WAITING)),
        When(Exists(claimed.order_by()), then=Value(INVOICED)),
        default=Value(EMPTY),
        output_field=CharField(),
    )


def visits_in_state(visits: QuerySet[Visit], code: str) -> QuerySet[Visit]:
    """Those of some visits that are in a state, a key of VISIT_STATES."""
    if code == WAITING:
        return visits.filter(pk__in=_waiting().values("line__visit"))
    return visits.alias(state=visit_state()).filter(state=code)


def sums_waiting(visits: QuerySet[Visit], *, whole: bool) -> list[Money]:
    """What visits have to invoice, VAT included, a sum a currency. whole: whether they are all that there are."""
    spells = _waiting() if whole else _waiting().filter(line__visit__in=visits.order_by().values("pk"))
    sums: QuerySet[Any, Any] = spells.values_list("account__currency").annotate(total=Sum("amount"))
    return [Money(total, currency) for currency, total in sorted(sums)]


def _waiting() -> QuerySet[VisitSpell]:
    return VisitSpell.objects.filter(until=None).exclude(amount=0).order_by()
