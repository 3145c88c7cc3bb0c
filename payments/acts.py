"""What can be done with a payment, refund or incident, where and by whom; the services decide again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from ledger.models import Document, Kind
from ledger.queries import tills_closed_through
from office.acts import Act, acts_for
from office.clock import today
from office.models import Role, Site, User
from payments.models import CashClosing, Deposit
from payments.queries import KINDS, Told, closing_of, movement_row


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at payments, on which day, and up to which day the till of each site is closed."""

    role: Role
    today: date
    closed: Mapping[int | None, date]

    def is_closed(self, document: Document) -> bool:
        """Whether the till's closing holds the day of a payment, refund or incident."""
        through = self.closed.get(document.site_id)
        return through is not None and document.day <= through


def desk_of(user: User) -> Desk:
    """What the acts of a page of `user` depend on."""
    return Desk(Role(user.role), today(), tills_closed_through())


def movement_acts(record: Any, desk: Desk) -> list[Act]:
    """The acts on a payment or refund. record: a row of `movements`."""
    is_payment = record.kind == Document.Kind.PAYMENT
    acts = _payment_acts(record, desk) if is_payment else _refund_acts(record, desk)
    return acts_for(desk.role, acts)


def acts_on(document: Document, incident: Told | None, user: User) -> list[Act]:
    """The acts on a document that moves money; nothing for any other. incident: the one that it is, if it is one."""
    if document.kind in KINDS:
        return movement_acts(movement_row(document), desk_of(user))
    return incident_acts(incident, Role(user.role)) if incident else []


def _payment_acts(record: Any, desk: Desk) -> list[Act]:
    key = record.payments.pk
    gone = "le règlement est annulé" if record.undone else ""
    bounced = "un incident est déclaré" if record.bounced_on else ""
    closed = "la caisse est clôturée" if desk.is_closed(record) else ""
    is_set_off = not record.amount
    used = "" if record.left else "il n’a pas de trop-perçu"
    held = _held(record)
    early = (
        ""
        if closed or record.on_slip or record.day < desk.today
        else "la caisse n’est pas clôturée\u00a0: annulez-le plutôt"
    )
    no_money = "c’est une compensation, sans mouvement d’argent" if is_set_off else ""
    return [
        Act("Voir le paiement d’origine", "file-text", reverse("document", args=[record.pk])),
        Act("Imprimer le reçu", "printer", reverse("payment_receipt", args=[key]), apart=True),
        Act("Envoyer le reçu par e-mail", "send", reverse("payment_mail", args=[key])),
        Act(
            "Rembourser le trop-perçu",
            "undo-2",
            reverse("credit_refund", args=[record.pk]),
            Role.ACCOUNTANT,
            gone or bounced or used,
        ),
        Act(
            "Utiliser le trop-perçu sur une future échéance",
            "arrow-right-left",
            reverse("credit_use", args=[record.pk]),
            why_not=gone or used,
        ),
        Act(
            "Modifier le paiement",
            "pencil",
            reverse("payment_edit", args=[key]),
            why_not=gone or bounced or closed or no_money or held,
        ),
        Act(
            "Annuler le paiement",
            "circle-x",
            reverse("payment_cancel", args=[key]),
            why_not=gone or bounced or closed or held,
        ),
        Act(
            "Déclarer un incident",
            "triangle-alert",
            reverse("incident_declare", args=[key]),
            Role.ACCOUNTANT,
            gone or bounced or no_money or early,
        ),
    ]


def _held(record: Any) -> str:
    """What holds a payment or refund that the bank has: it is freed first."""
    if record.on_slip:
        return "il est sur une remise\u00a0: annulez-la d’abord"
    return "il est pointé en banque\u00a0: déliez-le d’abord" if record.pointed else ""


def _refund_acts(record: Any, desk: Desk) -> list[Act]:
    key = record.refunds.pk
    why_not = (
        "il est annulé" if record.undone else "la caisse est clôturée" if desk.is_closed(record) else _held(record)
    )
    return [
        Act("Voir le remboursement d’origine", "file-text", reverse("document", args=[record.pk])),
        Act("Imprimer le reçu", "printer", reverse("refund_receipt", args=[key]), apart=True),
        Act("Envoyer le reçu par e-mail", "send", reverse("refund_mail", args=[key])),
        Act(
            "Annuler le remboursement",
            "circle-x",
            reverse("refund_cancel", args=[key]),
            Role.ACCOUNTANT,
            why_not=why_not,
        ),
    ]


def incident_acts(told: Told, role: Role) -> list[Act]:
    """The acts on an incident, as somebody of this role sees them."""
    incident = told.incident
    key, code = incident.pk, incident.payment.client.code
    gone = "l’incident est annulé" if incident.cancelled_by_id else ""
    settled = "" if told.left else "il ne reste rien à régler"
    only_fee = "" if any(part.item.kind != Kind.FEE for part in told.parts) else "il ne reste que les frais"
    owed = "&".join(f"item={part.item.pk}" for part in told.parts)
    acts = [
        Act("Voir l’incident", "file-text", reverse("document", args=[incident.document_id])),
        Act(
            "Régulariser l’incident",
            "wallet",
            f"{reverse('payment_create')}?client={quote(code, safe='')}&{owed}",
            why_not=gone or settled,
        ),
        Act(
            "Représenter le paiement",
            "repeat-2",
            reverse("incident_represent", args=[key]),
            Role.ACCOUNTANT,
            gone or settled or only_fee,
        ),
        Act("Annuler un incident", "circle-x", reverse("incident_cancel", args=[key]), Role.ACCOUNTANT, gone),
        Act(
            "Clore un incident sans règlement",
            "circle-off",
            reverse("incident_close", args=[key]),
            Role.ACCOUNTANT,
            gone or settled,
        ),
    ]
    return acts_for(role, acts)


NO_SITE = "sans"


def till_code(site: Site | None) -> str:
    """What names a site's till in an address."""
    return str(site.pk) if site else NO_SITE


def house_page(document: Document) -> str:
    """The address of the page that shows a document of the house: its slip, transaction or closing, else its till."""
    if Deposit.objects.filter(document=document).exists():
        return reverse("deposit_detail", args=[document.deposit.pk])
    if (link := document.bank_links.order_by("-pk").first()) and document.kind == Document.Kind.DEPOSIT:
        return reverse("bank_line", args=[link.transaction_id])
    closing = CashClosing.objects.filter(entry__document=document).first() or closing_of(document.site, document.day)
    if closing is not None:
        return reverse("closing_detail", args=[closing.pk])
    return reverse("till_close", args=[till_code(document.site)])
