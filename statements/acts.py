"""What can be done with a document of a client, by whatever menu it is listed with."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from credits.acts import note_acts
from credits.queries import note_on
from invoicing.actions import refusals
from ledger.models import Document
from ledger.queries import items_of
from office.acts import Act, acts_for
from office.clock import today
from office.models import Role, User
from payments.acts import acts_on
from payments.queries import KINDS
from statements.queries import incident_of, invoice_on


def menu_of(document: Document, user: User) -> SafeString:
    """The entries of a document's menu; what its state or the user's role doesn't allow is there with the reason."""
    invoice = invoice_on(document, today=today())
    if invoice is not None:
        return render_to_string("invoicing/_invoice_menu.html", {"invoice": invoice, "why": refusals(invoice)})
    return render_to_string("components/acts.html", {"acts": acts_of(document, user)})


def acts_of(document: Document, user: User) -> list[Act]:
    """The acts on a document that is no invoice."""
    note = note_on(document)
    if note is not None:
        return note_acts(note, Role(user.role))
    if document.kind in KINDS or document.kind == Document.Kind.INCIDENT:
        acts = acts_on(document, incident_of(document), user)
        return [*acts, *_settling(document)] if document.kind == Document.Kind.REFUND else acts
    seen = Act(f"Voir {_named(document)}", "file-text", reverse("document", args=[document.pk]))
    return acts_for(Role(user.role), [seen, *_settling(document), *_using(document)])


def _settling(document: Document) -> list[Act]:
    """Régler, of what is owed on a document that isn't an invoice."""
    if not any(item.is_debit and item.open for item in items_of(document)):
        return []
    address = reverse("debts_choose", args=[document.account.client.code])
    return [Act("Régler", "wallet", f"{address}?document={document.pk}")]


def _using(document: Document) -> list[Act]:
    """What an opening balance in the client's favour is good for."""
    if not any(not item.is_debit and item.open for item in items_of(document)):
        return []
    return [
        Act("Passer en remboursement", "banknote", reverse("credit_refund", args=[document.pk]), Role.ACCOUNTANT),
        Act("Utiliser sur une future échéance", "arrow-right-left", reverse("credit_use", args=[document.pk])),
    ]


def _named(document: Document) -> str:
    return "le solde à nouveau" if document.kind == Document.Kind.OPENING else "le passage en perte"
