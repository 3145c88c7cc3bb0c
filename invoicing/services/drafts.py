"""Drafts of invoices: made of visits or of lines typed by hand, edited, thrown away; none is in the ledger."""

from collections.abc import Sequence
from typing import Any

from djmoney.money import Money

from clients.models import Client
from invoicing.models import Invoice, InvoiceLine, Visit, VisitLine
from invoicing.queries import waiting_lines
from invoicing.services.visits import NewLine, come_by
from invoicing.vat import document_amounts
from ledger.models import Operation, Party
from ledger.services import check_party, lock, posting
from office.editing import check_version
from office.errors import SoldeError
from office.models import Site

TOLD = ("position", "label", "quantity", "unit_price", "discount", "vat_rate", "nature", "account", "item")
COPIED = (*TOLD[:-2], "account_id", "item_id")  # without fetching what they are the keys of


class NothingToInvoice(SoldeError):
    """An invoice without a line."""

    def __init__(self) -> None:
        super().__init__("Il n’y a rien à facturer.")


class AlreadyIssued(SoldeError):
    """An issued invoice never changes."""

    def __init__(self, invoice: Invoice) -> None:
        super().__init__(f"La facture {invoice} est déjà émise.")


class SeveralClients(SoldeError):
    """The visits of one invoice are one client's, of one passer-by, with prices of one basis."""

    def __init__(self) -> None:
        super().__init__("Ces visites ne peuvent pas aller sur une même facture.")


class NegativeTotal(SoldeError):
    """What would be below 0 is a credit note."""

    def __init__(self) -> None:
        super().__init__("Le total d’une facture ne peut pas être négatif\u00a0: faites un avoir.")


@posting
def draft_visits(*, visits: Sequence[Visit], op: Operation) -> Invoice:
    """Draft one invoice of all that visits have to invoice; their lines stay to invoice until it is issued.

    Raises NothingToInvoice, SeveralClients.
    """
    if len({(v.client_id, v.party_id, v.prices_include_vat) for v in visits}) != 1:
        raise SeveralClients if visits else NothingToInvoice
    first = visits[0]
    lock(first.client.account)
    lines = [line for line in waiting_lines(visits) if line.invoice_line_id is None]
    if not lines:
        raise NothingToInvoice
    invoice = _draft(first.client, first.party, first.site, prices_include_vat=first.prices_include_vat, op=op)
    invoice.delivery_day = max(visit.day for visit in visits)
    made = InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, visit_line=line, **_copied(line, rank)) for rank, line in enumerate(lines, start=1)
    )
    for line, invoice_line in zip(lines, made, strict=True):
        line.invoice_line = invoice_line
    VisitLine.objects.bulk_update(lines, ["invoice_line"])
    return _added_up(invoice, made)


@posting
def draft_lines(
    *,
    client: Client,
    lines: Sequence[NewLine],
    op: Operation,
    party: Party | None = None,
    site: Site | None = None,
    prices_include_vat: bool = True,
    purchase_order: str = "",
) -> Invoice:
    """Draft an invoice of lines typed by hand. Raises NothingToInvoice, PartyNeeded, NegativeTotal."""
    if not lines:
        raise NothingToInvoice
    invoice = _draft(client, party, site, prices_include_vat=prices_include_vat, op=op)
    invoice.purchase_order = purchase_order
    made = InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, **line.values(rank)) for rank, line in enumerate(lines, start=1)
    )
    return _added_up(invoice, made)


@posting
def change_draft(
    *,
    invoice: Invoice,
    lines: Sequence[tuple[NewLine, int | None]],
    op: Operation,  # noqa: ARG001  its key makes it happen once
    version: int | None = None,
    purchase_order: str | None = None,
) -> Invoice:
    """Replace the lines of a draft; a visit's line that is taken off it is free again.

    lines: each with the key of the draft's line that it takes the place of, None for a new one. version: the one
    that was seen. purchase_order: None leaves it.
    Raises SavedMeanwhile, AlreadyIssued, NothingToInvoice, NegativeTotal.
    """
    _lock_draft(invoice, version)
    if not lines:
        raise NothingToInvoice
    former = {line.pk: line for line in invoice.lines.order_by("pk")}
    told = [InvoiceLine(invoice=invoice, **line.values(rank)) for rank, (line, _) in enumerate(lines, start=1)]
    for line, (_, key) in zip(told, lines, strict=True):
        line.pk = former.pop(key).pk if key in former else None
    invoice.lines.filter(pk__in=former).delete()
    InvoiceLine.objects.bulk_update([line for line in told if line.pk], TOLD)
    InvoiceLine.objects.bulk_create([line for line in told if not line.pk])
    invoice.version += 1
    if purchase_order is not None:
        invoice.purchase_order = purchase_order
    return _added_up(invoice, told)


@posting
def delete_draft(*, invoice: Invoice, op: Operation) -> Client:  # noqa: ARG001  its key makes it happen once
    """Throw a draft away: nothing of it stays, and its visits are free again. Raises AlreadyIssued."""
    _lock_draft(invoice, None)
    client = invoice.client
    invoice.delete()
    return client


def _added_up(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Invoice:
    """Keep what a draft would come to if it were issued as it stands: lists show it, issuing computes it anew."""
    quoted = [line.quoted for line in lines]
    amounts = document_amounts(quoted, prices_include_vat=invoice.prices_include_vat)
    if amounts.ttc < 0:
        raise NegativeTotal
    currency = invoice.client.account.currency
    invoice.ht, invoice.vat, invoice.ttc = (Money(part, currency) for part in (amounts.ht, amounts.vat, amounts.ttc))
    invoice.save()
    return invoice


def _lock_draft(invoice: Invoice, version: int | None) -> None:
    lock(invoice.client.account)
    check_version(invoice, version)
    if invoice.document_id is not None:
        raise AlreadyIssued(invoice)


def _draft(
    client: Client, party: Party | None, site: Site | None, *, prices_include_vat: bool, op: Operation
) -> Invoice:
    check_party(client.account, party)
    party = come_by(party)
    nothing = Money(0, client.account.currency)
    return Invoice.objects.create(
        client=client,
        party=party,
        site=site,
        prices_include_vat=prices_include_vat,
        ht=nothing,
        vat=nothing,
        ttc=nothing,
        operation=op,
    )


def _copied(line: VisitLine, position: int) -> dict[str, Any]:
    return {name: getattr(line, name) for name in COPIED} | {"position": position}
