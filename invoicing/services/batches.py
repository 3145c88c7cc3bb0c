"""Several visits of a client invoiced at once."""

from collections.abc import Sequence
from datetime import date

from invoicing.models import Visit
from invoicing.services.drafts import NothingToInvoice, SeveralClients, draft_visits
from invoicing.services.invoices import Plan, issue_invoice
from ledger.models import Operation
from ledger.services import lock, posting


def grouped(visits: Sequence[Visit], *, together: bool) -> list[list[Visit]]:
    """The visits of each invoice, oldest first: one each, or one for all of a passer-by, site and basis of prices."""
    groups: dict[object, list[Visit]] = {}
    for visit in sorted(visits, key=lambda visit: (visit.day, visit.pk)):
        shared = (visit.party_id, visit.site_id, visit.prices_include_vat)
        groups.setdefault(shared if together else visit.pk, []).append(visit)
    return list(groups.values())


@posting
def invoice_visits(
    *, visits: Sequence[Visit], on: date, op: Operation, plan: Plan | None = None, together: bool = False
) -> Operation:
    """Invoice visits of one client, all of them or none: one invoice a visit, or as few as can be.

    The invoices are those of the operation. Raises NothingToInvoice, SeveralClients, and what issuing refuses.
    """
    if len({visit.client_id for visit in visits}) != 1:
        raise SeveralClients if visits else NothingToInvoice
    lock(visits[0].client.account)
    for group in grouped(visits, together=together):
        issue_invoice(invoice=draft_visits(visits=group, op=op), on=on, plan=plan, op=op)
    return op
