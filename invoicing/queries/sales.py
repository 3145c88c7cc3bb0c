"""Reads of visits and invoices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from djmoney.money import Money

from clients.models import Client
from invoicing.models import Invoice, InvoiceLine, Visit, VisitLine, VisitSpell
from invoicing.statuses import with_status
from invoicing.vat import DocumentAmounts, QuotedLine, TaxedAmount, document_amounts
from ledger.balance import CASH_KINDS
from ledger.models import Allocation, ClientAccount, OpenItem, Party
from ledger.queries import AMOUNT, NOTHING, items_on
from office.amounts import ZERO
from office.models import Site


def waiting_lines(visits: Iterable[Visit]) -> QuerySet[VisitLine]:
    """The basket lines of visits that stand on no issued invoice, by visit and rank."""
    lines = VisitLine.objects.filter(visit__in=list(visits), is_removed=False)
    return lines.filter(Q(invoice_line=None) | Q(invoice_line__invoice__document=None)).order_by(
        "visit", "position", "pk"
    )


def invoiced_lines(visit: Visit) -> QuerySet[VisitLine]:
    """The basket lines of a visit that stand on an issued invoice."""
    lines = VisitLine.objects.filter(visit=visit, is_removed=False, invoice_line__invoice__document__isnull=False)
    return lines.order_by("position", "pk")


def live_spells(lines: Iterable[VisitLine]) -> dict[int, VisitSpell]:
    """The spell that runs now of each line that has one, by the line's key."""
    spells = VisitSpell.objects.filter(line__in=list(lines), until=None)
    return {spell.line_id: spell for spell in spells.order_by("pk")}


def visits_to_invoice(client: Client, on: date | None = None) -> QuerySet[Visit]:
    """The visits of a client with something to invoice, newest first, each with its `left`.

    left: VAT included, what an invoice of its lines still to invoice would total. on: a past day, to
    its end; None for today.
    """
    runs = Q(until=None) if on is None else Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    spells = VisitSpell.objects.filter(runs).order_by()
    waiting = spells.filter(account=client.account_id).values("line__visit")
    left = spells.filter(line__visit=OuterRef("pk")).values("line__visit").annotate(total=Sum("amount")).values("total")
    visits = Visit.objects.filter(client=client, pk__in=waiting).select_related("party", "site")
    visits = visits.annotate(left=Coalesce(Subquery(left, output_field=AMOUNT), NOTHING))
    return visits.exclude(left=0).order_by("-day", "-pk")


def visits_to_choose(client: Client) -> QuerySet[Visit]:
    """The visits of a client that can be invoiced now, each with its `left`: those that stand on no draft."""
    drafted = VisitLine.objects.filter(
        visit=OuterRef("pk"), is_removed=False, invoice_line__isnull=False, invoice_line__invoice__document=None
    )
    return visits_to_invoice(client).exclude(Exists(drafted)).select_related("client__account", "party", "site")


def expected(groups: Sequence[Sequence[Visit]]) -> list[DocumentAmounts]:
    """What an invoice of each group of visits would come to."""
    told: dict[int, list[QuotedLine]] = {}
    for line in waiting_lines(visit for visits in groups for visit in visits):
        if line.invoice_line_id is None:
            told.setdefault(line.visit_id, []).append(line.quoted)
    return [
        document_amounts(
            [line for visit in visits for line in told.get(visit.pk, ())],
            prices_include_vat=all(visit.prices_include_vat for visit in visits),
        )
        for visits in groups
    ]


def all_visits_to_invoice(site: Site | None = None) -> QuerySet[Visit]:
    """The visits of all clients, or of one site, with something to invoice, newest first, each with its `left`."""
    live = waiting_spells(site).order_by()
    left = VisitSpell.objects.filter(until=None, line__visit=OuterRef("pk")).order_by().values("line__visit")
    visits = Visit.objects.filter(pk__in=live.values("line__visit")).select_related("client__account", "party", "site")
    visits = visits.annotate(left=Subquery(left.annotate(total=Sum("amount")).values("total"), output_field=AMOUNT))
    return visits.order_by("-day", "-pk")


def sums_to_invoice(visits: QuerySet[Visit]) -> list[Money]:
    """What rows of `all_visits_to_invoice` come to, VAT included, a sum a currency."""
    spells = VisitSpell.objects.filter(until=None, line__visit__in=visits.order_by().values("pk"))
    sums = spells.order_by().values_list("account__currency").annotate(total=Sum("amount"))
    return [Money(total, currency) for currency, total in sorted(sums)]


def waiting_spells(site: Site | None = None) -> QuerySet[VisitSpell]:
    """What is to invoice of all visits, or of those of one site."""
    spells = VisitSpell.objects.filter(until=None).exclude(amount=0)
    return (spells if site is None else spells.filter(line__visit__site=site)).order_by("pk")


def visits(client: Client, on: date | None = None) -> QuerySet[Visit]:
    """The visits of a client, newest first, each with its `left` and what of it is `invoiced`, VAT included.

    on: a past day, to its end; None for today.
    """
    found = with_amounts(Visit.objects.filter(client=client).select_related("party", "site"), on)
    return (found if on is None else found.filter(day__lte=on)).order_by("-day", "-pk")


def with_amounts(visits: QuerySet[Visit], on: date | None = None) -> QuerySet[Visit]:
    """Annotate visits with what is `left` to invoice of each and what of it is `invoiced`, VAT included.

    on: a past day, to its end; None for today.
    """
    runs = Q(until=None) if on is None else Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    waiting = VisitSpell.objects.filter(runs).order_by()
    left = waiting.filter(line__visit=OuterRef("pk")).values("line__visit").annotate(total=Sum("amount"))
    issued = Q(document__isnull=False) if on is None else Q(document__day__lte=on)
    newest = InvoiceLine.objects.filter(visit_line=OuterRef("pk"), invoice__in=Invoice.objects.filter(issued))
    lines = VisitLine.objects.filter(visit=OuterRef("pk"), is_removed=False).exclude(pk__in=waiting.values("line"))
    lines = lines.annotate(amount=Subquery(newest.order_by("-invoice__document__day", "-pk").values("ttc")[:1]))
    invoiced = lines.order_by().values("visit").annotate(total=Sum("amount", output_field=AMOUNT))
    return visits.annotate(
        left=Coalesce(Subquery(left.values("total"), output_field=AMOUNT), NOTHING),
        invoiced=Coalesce(Subquery(invoiced.values("total"), output_field=AMOUNT), NOTHING),
    )


def invoices(client: Client, *, today: date, on: date | None = None) -> QuerySet[Invoice]:
    """The invoices of a client, drafts first, then newest first, each with its `left` and `status`.

    on: a past day, to its end, on which no draft is shown; None for today.
    """
    found = Invoice.objects.filter(client=client).select_related("document", "client", "party", "site")
    found = found if on is None else found.filter(document__day__lte=on)
    return with_status(found, today=today, on=on).order_by(F("document__day").desc(nulls_first=True), "-pk")


def issued_invoices(client: Client, *, today: date, on: date | None = None) -> QuerySet[Invoice]:
    """The issued invoices of a client as `invoices` and `with_collected` have them."""
    found = invoices(client, today=today, on=on).filter(document__isnull=False)
    return with_collected(found, on)


def with_collected(invoices: QuerySet[Invoice], on: date | None = None) -> QuerySet[Invoice]:
    """Annotate invoices with what was `collected` of each and its `due`.

    collected: what payments have settled, VAT included; credit notes aren't among them. due: the first due day with
    something left, else the last one.
    """
    counted = Q(detached_on=None) if on is None else Q(day__lte=on) & (Q(detached_on=None) | Q(detached_on__gt=on))
    settled = Allocation.objects.filter(counted, debit__document=OuterRef("document"), credit__kind__in=CASH_KINDS)
    collected = settled.order_by().values("debit__document").annotate(total=Sum("amount", output_field=AMOUNT))
    debts = items_on(on).select_related(None).filter(document=OuterRef("document"), is_debit=True)
    first, last = debts.filter(Q(left__gt=0)).order_by("due", "pk"), debts.order_by("-due", "pk")
    return invoices.annotate(
        collected=Coalesce(Subquery(collected.values("total"), output_field=AMOUNT), NOTHING),
        due=Coalesce(Subquery(first.values("due")[:1]), Subquery(last.values("due")[:1])),
    )


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line of a visit with its amount, VAT included, and the invoice or draft that it stands on, if any."""

    line: VisitLine
    amount: Decimal
    invoice: Invoice | None

    @property
    def is_invoiced(self) -> bool:
        """Whether it stands on an issued invoice; else it is to invoice."""
        return self.invoice is not None and self.invoice.document_id is not None


@dataclass(frozen=True, slots=True)
class Basket:
    """What was done or sold in a visit, line by line."""

    lines: list[BasketLine]

    @property
    def total(self) -> Decimal:
        """What all of it comes to, VAT included."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def left(self) -> Decimal:
        """What of it is to invoice, VAT included."""
        return sum((line.amount for line in self.lines if not line.is_invoiced), ZERO)

    @property
    def draft(self) -> Invoice | None:
        """The draft that some of it stands on, if any."""
        return next((line.invoice for line in self.lines if line.invoice and not line.is_invoiced), None)


def basket(visit: Visit) -> Basket:
    """The lines of a visit in their order: as invoiced, or as they would be."""
    lines = list(
        visit.lines.filter(is_removed=False)
        .select_related("invoice_line__invoice__document")
        .order_by("position", "pk")
    )
    spells = live_spells(lines)
    return Basket([_with_amount(line, spells.get(line.pk)) for line in lines])


def _with_amount(line: VisitLine, spell: VisitSpell | None) -> BasketLine:
    stands_on = line.invoice_line
    amount = spell.amount if spell else stands_on.ttc.amount if stands_on else ZERO
    return BasketLine(line, amount, stands_on.invoice if stands_on else None)


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A line of an invoice with its amount, VAT included."""

    line: InvoiceLine
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Content:
    """What an invoice comes to, by line and by rate."""

    lines: list[ContentLine]
    amounts: DocumentAmounts

    @property
    def visits(self) -> list[Visit]:
        """The visits that it is of, oldest first."""
        visits = {row.line.visit_line.visit for row in self.lines if row.line.visit_line}
        return sorted(visits, key=lambda visit: (visit.day, visit.pk))


def content_of(invoice: Invoice) -> Content:
    """The lines of an invoice in their order with what they came to, or would if its draft were issued as it stands."""
    lines = list(invoice.lines.select_related("visit_line__visit").order_by("position", "pk"))
    if invoice.document_id is None:
        quoted = [line.quoted for line in lines]
        amounts = document_amounts(quoted, prices_include_vat=invoice.prices_include_vat)
    else:
        taxed = tuple(TaxedAmount(line.vat_rate, line.ht.amount, line.vat.amount) for line in lines)
        cells = invoice.taxes.order_by("-rate")
        amounts = DocumentAmounts(
            taxed, tuple(TaxedAmount(cell.rate, cell.ht.amount, cell.vat.amount) for cell in cells)
        )
    return Content([ContentLine(line, one.ttc) for line, one in zip(lines, amounts.lines, strict=True)], amounts)


def parties_here(account: ClientAccount) -> QuerySet[Party]:
    """The passers-by of an account with something to invoice or open, newest first: whom one may add to."""
    waiting = VisitSpell.objects.filter(account=account, until=None).order_by().values("party")
    open_ = OpenItem.objects.filter(account=account, open__gt=0).order_by().values("party")
    return Party.objects.filter(Q(pk__in=waiting) | Q(pk__in=open_), account=account).order_by("-pk")


def invoice_of(document_key: int) -> Invoice:
    """The invoice that a document of the ledger is. Raises Invoice.DoesNotExist."""
    return Invoice.objects.select_related("document", "client__account").get(document=document_key)
